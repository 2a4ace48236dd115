//! JSON texts in one buffer.

use crate::decode::SEPARATOR;
use crate::decode::lenient::Repairs;
use crate::decode::{DecodeError, DecodeErrorKind};

/// JSON texts translated so far, with [`SEPARATOR`] between them.
#[derive(Debug, Default)]
pub struct Documents {
    bytes: Vec<u8>,
    count: usize,
    records: bool,
    points: bool,
    /// How long `bytes` may be before another text is refused; 0: as long as it likes.
    limit: usize,
    /// A message that had to be read otherwise than it says, as it was read, and what was done.
    mended: Option<(Repairs, Vec<u8>)>,
    /// Messages that were refused and have become readable with the one that came next.
    redeemed: usize,
}

/// A state to go back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    length: usize,
    count: usize,
}

impl Documents {
    /// The texts, with [`SEPARATOR`] between them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Each text.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let texts = self.bytes.split(|byte| *byte == SEPARATOR);
        texts.take(self.count)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Forgets the texts and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
        self.records = false;
        self.points = false;
        self.redeemed = 0;
    }

    /// Whether a text that is an array is one row, and its items are what stands in the columns.
    pub fn are_records(&self) -> bool {
        self.records
    }

    pub(super) fn hold_records(&mut self) {
        self.records = true;
    }

    /// Whether the texts are points of InfluxDB line protocol, with `measurement`, `tags`, `fields` and `timestamp`.
    pub fn are_points(&self) -> bool {
        self.points
    }

    pub(super) fn hold_points(&mut self) {
        self.points = true;
    }

    /// Lets the texts grow by what a message of `max_bytes` may become: four times that and 64 KiB, since JSON
    /// is wordier than other formats. A small message can stand for many long texts (CSV repeats its header's
    /// names in each), so the size of messages alone bounds nothing.
    pub(crate) fn allow_message(&mut self, max_bytes: usize) {
        let bytes = max_bytes.saturating_mul(4).saturating_add(64 * 1024);
        self.limit = self.bytes.len().saturating_add(bytes);
    }

    /// Lets the texts grow as they like.
    pub(crate) fn allow_all(&mut self) {
        self.limit = 0;
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            length: self.bytes.len(),
            count: self.count,
        }
    }

    pub(super) fn mend(&mut self, repairs: Repairs, message: Vec<u8>) {
        self.mended = Some((repairs, message));
    }

    /// The message that was last mended, as it was read, if that has not been asked for before.
    pub(crate) fn take_mended(&mut self) -> Option<(Repairs, Vec<u8>)> {
        self.mended.take()
    }

    pub(super) fn redeem(&mut self, messages: usize) {
        self.redeemed += messages;
    }

    /// How many messages that were refused have become readable since this was asked.
    pub(crate) fn take_redeemed(&mut self) -> usize {
        std::mem::take(&mut self.redeemed)
    }

    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.bytes.truncate(mark.length);
        // There are fewer where they have been forgotten meanwhile.
        self.count = self.count.min(mark.count);
    }

    /// Appends the one text that `write` writes; nothing of it stays when `write` fails.
    pub(crate) fn add(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mark = self.mark();
        if self.count > 0 {
            self.bytes.push(SEPARATOR);
        }
        self.count += 1;
        let written = write(&mut self.bytes).and_then(|()| self.within_limit());
        if written.is_err() {
            self.rewind(mark);
        }
        written
    }

    fn within_limit(&self) -> Result<(), DecodeError> {
        if self.limit > 0 && self.bytes.len() > self.limit {
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, 0));
        }
        Ok(())
    }

    /// Appends a text as it is. It must not hold [`SEPARATOR`]; `at` is where it begins in its message.
    pub(crate) fn add_text(&mut self, text: &[u8], at: usize) -> Result<(), DecodeError> {
        if let Some(found) = memchr::memchr(SEPARATOR, text) {
            let kind = DecodeErrorKind::UnexpectedByte(SEPARATOR);
            return Err(DecodeError::new(kind, at + found));
        }
        self.add(|out| {
            out.extend_from_slice(text);
            Ok(())
        })
    }
}
