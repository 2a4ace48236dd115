//! Which format the messages of a connection are in, given or found out, and found out again where that was wrong.
//!
//! In go messages, decompressed; out come their texts, read in the format that is chosen. [`super::decoder`] has one for text
//! messages and one for binary ones. `auto` takes the first message that tells. It changes its mind
//!
//! - from plain text, and from a lone number, text or word of JSON, while no more than [`UNSETTLED`] messages have come, for
//!   whatever else a message is;
//! - from any format but JSON, for JSON: at once while no more than [`FEW`] messages have come, later when as many
//!   messages in a row are objects or arrays of JSON as there were others before, or [`MANY`];
//! - from JSON, while no more than [`UNSETTLED`] messages of it have come, for what two messages in a row are that are none.

use super::csv::CsvOptions;
use super::documents::Documents;
use super::formats::{self, FormatEntry};
use super::reader::FormatReader;
use super::{detect, encoding};
use crate::decode::lenient::{Repair, Repairs};
use crate::decode::{DecodeError, DecodeErrorKind};

/// Messages after which a guess from little is settled: servers greet in plain words before their feed begins, and nearly
/// everything can be read as text.
const UNSETTLED: u32 = 3;

/// Messages that are still a greeting, a banner or a log of how a device started.
const FEW: u32 = 8;

/// Messages of JSON in a row that no log holds.
const MANY: u32 = 64;

/// How often `auto` changes its mind. A feed that mixes formats must not have its rows removed for ever.
const CHANGES: u8 = 4;

/// The longest message that is kept until the next one has told what it is.
const KEPT_BYTES: usize = 1 << 16;

/// The format of messages, once it is known.
#[derive(Debug, Default)]
pub(super) struct Choice {
    made: Option<(&'static FormatEntry, Box<dyn FormatReader>)>,
    is_given: bool,
    /// Messages that have been read in the chosen format.
    read: u32,
    /// Messages of JSON in a row, where another format is chosen.
    json: u32,
    /// So far there were only values of JSON that are neither array nor object.
    is_scalar: bool,
    /// A message that is no JSON although that is chosen, until the next one has come.
    odd: Option<Vec<u8>>,
    changes: u8,
    was_wrong: bool,
}

impl Choice {
    /// The one that a query names.
    pub(super) fn given(entry: &'static FormatEntry, csv: &CsvOptions) -> Self {
        Self {
            made: Some((entry, entry.reader(csv))),
            is_given: true,
            ..Self::default()
        }
    }

    pub(super) fn made(&self) -> Option<(&'static FormatEntry, &dyn FormatReader)> {
        let (entry, reader) = self.made.as_ref()?;
        Some((entry, reader.as_ref()))
    }

    /// Whether text messages are JSON texts as they are, which is settled.
    pub(super) fn passes_text(&self) -> bool {
        let passes = self.made().is_some_and(|(_, reader)| reader.passes_text());
        passes && self.is_settled() && self.odd.is_none()
    }

    pub(super) fn take_as_stream(&mut self, is_stream: bool) {
        if let Some((_, reader)) = &mut self.made {
            reader.take_as_stream(is_stream);
        }
    }

    pub(super) fn reconnected(&mut self) {
        if let Some((_, reader)) = &mut self.made {
            reader.reconnected();
        }
    }

    /// Whether the choice has been changed since this was asked, so that what was read before was read wrongly.
    pub(super) fn take_was_wrong(&mut self) -> bool {
        std::mem::take(&mut self.was_wrong)
    }

    fn is_settled(&self) -> bool {
        self.is_given || self.read >= UNSETTLED || self.changes >= CHANGES
    }

    /// Reads a message, after the choice of a format if there is none yet or it is seen to be wrong.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        is_binary: bool,
        out: &mut Documents,
    ) -> Result<(), DecodeError> {
        if !self.is_given && !self.look_at(bytes, is_binary, out)? {
            return Ok(());
        }
        self.read += 1;
        self.read_as_chosen(bytes, out)
    }

    fn read_as_chosen(&mut self, bytes: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
        let Some((_, reader)) = &mut self.made else {
            debug_assert!(false, "a message is read when there is a choice");
            return Ok(());
        };
        let before = out.mark();
        match reader.read(bytes, out) {
            Err(error)
                if error.kind == DecodeErrorKind::InvalidUtf8
                    && encoding::is_windows_1252(bytes) =>
            {
                out.rewind(before);
                let text = encoding::windows_1252(bytes);
                let result = reader.read(text.as_bytes(), out);
                let repairs = Repairs::one(Repair::Encoding, error.at);
                out.mend(repairs, text.into_bytes());
                result
            }
            result => result,
        }
    }

    /// Chooses a format, or another one; says whether the message is to be read now.
    fn look_at(
        &mut self,
        bytes: &[u8],
        is_binary: bool,
        out: &mut Documents,
    ) -> Result<bool, DecodeError> {
        let Some((entry, _)) = self.made else {
            let found = formats::detect(bytes, is_binary)?;
            if let Some(found) = found {
                self.choose(found, bytes);
            }
            return Ok(found.is_some());
        };
        if entry.is_json() {
            return self.look_beyond_json(bytes, is_binary, out);
        }
        let is_container = detect::is_container(bytes);
        let is_doubtful = entry.is_last_resort() && !self.is_settled();
        if self.changes >= CHANGES || !(is_doubtful || is_container) {
            self.json = 0;
            return Ok(true);
        }
        let Ok(Some(found)) = formats::detect(bytes, is_binary) else {
            return Ok(true);
        };
        self.json = if found.is_json() && is_container {
            self.json + 1
        } else {
            0
        };
        let others = (self.read + 1).saturating_sub(self.json);
        let needed = if others <= FEW { 1 } else { others.min(MANY) };
        let is_known = found.name == entry.name;
        if !is_known && (is_doubtful || (self.json > 0 && self.json >= needed)) {
            self.change(found, bytes, out);
        }
        Ok(true)
    }

    /// The same where JSON is chosen.
    fn look_beyond_json(
        &mut self,
        bytes: &[u8],
        is_binary: bool,
        out: &mut Documents,
    ) -> Result<bool, DecodeError> {
        if self.is_settled() && self.odd.is_none() {
            return Ok(true);
        }
        let found = formats::detect(bytes, is_binary).ok().flatten();
        let is_container = detect::is_container(bytes);
        if let Some(found) = found.filter(|found| found.is_json()) {
            if self.is_scalar && is_container {
                // A lone value was a greeting.
                self.change(found, bytes, out);
            }
            return self.read_odd(out).map(|()| true);
        }
        // What holds brackets may be a part of a text that was cut, or one with mistakes.
        let is_line = !bytes
            .iter()
            .any(|byte| matches!(byte, b'{' | b'}' | b'[' | b']'));
        let Some(found) = found.filter(|found| is_line || !found.is_last_resort()) else {
            return self.read_odd(out).map(|()| true);
        };
        if self.is_scalar {
            self.change(found, bytes, out);
            return Ok(true);
        }
        let Some(odd) = self.odd.take() else {
            let is_kept = bytes.len() <= KEPT_BYTES && self.changes < CHANGES;
            self.odd = is_kept.then(|| bytes.to_vec());
            return Ok(!is_kept);
        };
        // The second in a row.
        let first = formats::detect(&odd, is_binary).ok().flatten();
        self.change(first.unwrap_or(found), &odd, out);
        self.read_as_chosen(&odd, out).map(|()| true)
    }

    /// Reads the message that was kept, since it stands among others of JSON.
    fn read_odd(&mut self, out: &mut Documents) -> Result<(), DecodeError> {
        match self.odd.take() {
            Some(odd) => self.read_as_chosen(&odd, out),
            None => Ok(()),
        }
    }

    /// Chooses another format. Texts that wait are of messages that were read wrongly.
    fn change(&mut self, found: &'static FormatEntry, message: &[u8], out: &mut Documents) {
        out.clear();
        self.changes += 1;
        self.was_wrong = true;
        self.choose(found, message);
    }

    fn choose(&mut self, found: &'static FormatEntry, message: &[u8]) {
        self.made = Some((found, found.reader(&CsvOptions::default())));
        self.is_scalar = found.is_json() && !detect::is_container(message);
        self.read = 0;
        self.json = 0;
        self.odd = None;
    }
}
