//! Messages that the strict reader refuses, read again.
//!
//! In goes a message of a [`SharedPass`](super::shared_pass), or one that is shown in a [`feed`](crate::feed); out come the JSON texts that the
//! [lenient reader](crate::decode::lenient) makes of it. Where messages are a stream, a text that one of them does not end is
//! held until the next one has come.

use std::ops::Range;

use crate::decode::json::validate;
use crate::decode::lenient::{Mender, Repairs};

/// What became of a message.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Where the texts stand in [`Mending::bytes`].
    pub(crate) texts: Vec<Range<usize>>,
    pub(crate) repairs: Repairs,
    /// Something of it is no JSON, or not yet.
    pub(crate) is_refused: bool,
    /// Messages before it that were refused have become readable with it.
    pub(crate) redeemed: usize,
}

/// Reads messages leniently.
#[derive(Debug, Default)]
pub(crate) struct Mending {
    mender: Mender,
    /// What is not read alike: line by line, or as the rest of the text that is held.
    other: Mender,
    /// A text that is cut is held in `mender`; so many messages are part of it.
    held: usize,
    /// Texts have been cut and went on in the next message.
    has_joined: bool,
    /// Bytes that are held of a text that ends in the middle of a message; 0 where messages are no stream.
    pub(crate) max_held: usize,
}

impl Mending {
    /// Whether the message that comes next may be the rest of a text.
    #[inline]
    pub(crate) fn is_holding(&self) -> bool {
        self.held > 0
    }

    /// A new connection begins: the rest of the text that is held does not come.
    pub(crate) fn begin_anew(&mut self) {
        self.held = 0;
        self.has_joined = false;
    }

    /// Whether a message is JSON that cannot be the rest of the text that is held, which is then lost. A text whose rest was
    /// lost must not take the next one with it; only of a lone value between two parts of a text there can be doubt.
    pub(crate) fn is_other(&mut self, message: &[u8]) -> bool {
        let is_chopped = self.has_joined || self.held > 1;
        let is_other = (begins_text(message) || !is_chopped) && validate(message).is_ok();
        if is_other {
            self.held = 0;
        }
        is_other
    }

    /// What the texts of an [`Outcome`] stand in.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.mender.bytes()
    }

    /// Reads a message.
    pub(crate) fn read(&mut self, message: &[u8]) -> Outcome {
        let held = std::mem::take(&mut self.held);
        let redeemed = if held > 0 && self.goes_on(message) {
            held
        } else {
            self.read_alone(message);
            0
        };
        let mut outcome = Outcome {
            texts: self.mender.texts().collect(),
            repairs: self.mender.repairs(),
            is_refused: self.mender.lost() > 0 || self.mender.is_cut(),
            redeemed: 0,
        };
        let has_texts = !outcome.texts.is_empty();
        if has_texts {
            outcome.redeemed = redeemed;
            self.has_joined |= redeemed > 0;
        } else {
            // It has not been read in spite of its mistakes.
            outcome.repairs = Repairs::default();
            outcome.is_refused = true;
        }
        if self.mender.is_cut() && self.mender.held() <= self.max_held {
            // What was whole is given away: only the message itself is part of what is cut now.
            self.held = if has_texts { 1 } else { redeemed + 1 };
        }
        outcome
    }

    /// Reads the rest of the text that is held; false if the message is none, since it begins like a text and is one when
    /// read alone.
    fn goes_on(&mut self, message: &[u8]) -> bool {
        if begins_text(message) {
            self.other.clear();
            self.other.read(message);
            if self.other.is_sound() && !self.other.is_cut() {
                return false;
            }
        }
        self.mender.clear_texts();
        self.mender.read(message);
        self.mender.is_sound()
    }

    fn read_alone(&mut self, message: &[u8]) {
        self.mender.clear();
        self.mender.read(message);
        let is_whole = self.mender.lost() == 0 && !self.mender.is_cut();
        let end = message.trim_ascii_end();
        if is_whole || memchr::memchr(b'\n', end).is_none() {
            return;
        }
        // A text that is broken takes the lines behind it with it, unless a line is a text.
        self.other.clear();
        self.other.read_lines(message);
        if self.other.texts().count() > self.mender.texts().count() {
            std::mem::swap(&mut self.mender, &mut self.other);
        }
    }
}

fn begins_text(message: &[u8]) -> bool {
    matches!(message.trim_ascii_start().first(), Some(b'{' | b'['))
}
