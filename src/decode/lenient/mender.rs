//! What is known of the texts that are being read, and which step is next.
//!
//! The steps themselves are in the files for [`structure`](super::structure), [`quoted`](super::quoted) texts and what stands
//! [`bare`](super::bare).

use std::ops::Range;

use super::repairs::{Repair, Repairs};
use crate::decode::SEPARATOR;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Expecting {
    /// A text, or what stands between texts.
    #[default]
    Top,
    /// A value of an array, or of the member whose name has come.
    Value,
    /// A member's name.
    Key,
    /// The colon behind a name.
    Colon,
    /// A comma, or the end of the container.
    After,
    /// The rest of a string.
    Text(Quoted),
    /// What follows a backslash in it.
    Escape(Quoted),
    /// Hexadecimal digits of an escape, collected in [`Mender::word`].
    Unicode(Quoted),
    /// The rest of something without quotes, collected in [`Mender::word`]; whether it is a name.
    Word(bool),
    /// What cannot be read, up to the next comma or the end of the container.
    Skip,
    /// A string within that.
    SkipText,
    /// The rest of a text that is lost, up to the end of its line.
    Lost,
}

/// A string being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quoted {
    pub(super) quote: u8,
    pub(super) is_key: bool,
}

/// Makes JSON texts of what is nearly JSON.
#[derive(Debug, Default)]
pub struct Mender {
    /// Whole texts, each with a [`SEPARATOR`] behind it, then the one being read.
    pub(super) out: Vec<u8>,
    /// Where the whole texts stand.
    pub(super) texts: Vec<Range<usize>>,
    /// Where the text being read begins.
    pub(super) start: usize,
    pub(super) state: Expecting,
    /// The containers that are open, a bit for each, the innermost one last: 1 for an object.
    pub(super) open: u128,
    pub(super) depth: u32,
    pub(super) word: Vec<u8>,
    /// Where the member being read begins, with the comma before it.
    pub(super) item: usize,
    /// Where the value that came last begins, if it is no container.
    pub(super) scalar: Option<usize>,
    /// Brackets that are open within what cannot be read.
    pub(super) skipped: u32,
    pub(super) repairs: Repairs,
    /// Something of the text being read could not be read.
    pub(super) is_damaged: bool,
    pub(super) lost: usize,
}

impl Mender {
    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.clear_texts();
        self.out.clear();
        self.state = Expecting::Top;
        self.depth = 0;
        self.start = 0;
    }

    /// Forgets the whole texts, and what was told of them; a text that is cut is kept.
    pub fn clear_texts(&mut self) {
        self.out.drain(..self.start);
        self.item = self.item.saturating_sub(self.start);
        self.scalar = self.scalar.map(|scalar| scalar.saturating_sub(self.start));
        self.start = 0;
        self.texts.clear();
        self.repairs = Repairs::default();
        self.lost = 0;
    }

    /// Reads a message, or goes on with a text that the one before did not end. Must be UTF-8.
    pub fn read(&mut self, message: &[u8]) {
        self.read_part(message);
        if self.depth == 0 {
            self.end_word(message.len());
        }
    }

    /// The same for a message of lines each of which is to be a text: one that a line does not end is lost.
    pub fn read_lines(&mut self, message: &[u8]) {
        let mut at = 0;
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            let before = self.repairs;
            self.read(line);
            self.repairs = before.or(self.repairs.moved(at));
            at += line.len();
            if line.ends_with(b"\n") && self.state != Expecting::Top {
                self.lose();
                self.state = Expecting::Top;
            }
        }
    }

    fn read_part(&mut self, part: &[u8]) {
        let mut at = 0;
        while at < part.len() {
            at = self.step(part, at);
        }
    }

    /// The whole texts, each with U+001E behind it.
    pub fn bytes(&self) -> &[u8] {
        &self.out[..self.start]
    }

    /// Where in [`bytes`](Self::bytes) each whole text stands. Beside what is no JSON only arrays and objects are texts: a
    /// number in a sentence is no value.
    pub fn texts(&self) -> impl Iterator<Item = Range<usize>> {
        let only_containers = self.repairs.has(Repair::Surroundings) || self.lost > 0;
        let is_text = move |text: &&Range<usize>| {
            !only_containers || matches!(self.out.get(text.start), Some(b'{' | b'['))
        };
        self.texts.iter().filter(is_text).cloned()
    }

    /// Whether the message ended in the middle of an array or object.
    pub fn is_cut(&self) -> bool {
        self.depth > 0
    }

    /// Bytes of the text that is cut.
    pub fn held(&self) -> usize {
        self.out.len() - self.start + self.word.len()
    }

    /// How many texts could not be mended.
    pub fn lost(&self) -> usize {
        self.lost + usize::from(self.is_cut_string())
    }

    /// Whether the message ended in a string that is no part of an array or object.
    fn is_cut_string(&self) -> bool {
        self.depth == 0 && !matches!(self.state, Expecting::Top | Expecting::Lost)
    }

    /// Whether what was read is JSON texts in which at most values had to be mended.
    pub fn is_sound(&self) -> bool {
        let structure = [Repair::Surroundings, Repair::Comma, Repair::Unreadable];
        self.lost() == 0 && !structure.into_iter().any(|repair| self.repairs.has(repair))
    }

    /// What was mended.
    pub fn repairs(&self) -> Repairs {
        self.repairs
    }

    /// Takes what comes next; returns where to go on.
    fn step(&mut self, part: &[u8], at: usize) -> usize {
        let byte = part[at];
        match self.state {
            Expecting::Text(quoted) => return self.text(part, at, quoted),
            Expecting::Escape(quoted) => return self.escape(byte, at, quoted),
            Expecting::Unicode(quoted) => return self.unicode(byte, at, quoted),
            Expecting::Word(_) => return self.collect(part, at),
            Expecting::SkipText => return self.skip_text(part, at),
            Expecting::Lost => {
                if matches!(byte, b'\n' | SEPARATOR | 0) {
                    self.state = Expecting::Top;
                }
                return at + 1;
            }
            _ => {}
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | 0 => return at + 1,
            SEPARATOR => {
                // A text of RFC 7464 ends here at the latest.
                if self.depth > 0 {
                    self.lose();
                    self.state = Expecting::Top;
                }
                return at + 1;
            }
            _ => {}
        }
        match self.state {
            Expecting::Top => self.top(part, at),
            Expecting::Value => self.value(byte, at),
            Expecting::Key => self.key(byte, at),
            Expecting::Colon => self.colon(byte, at),
            Expecting::After => self.after(byte, at),
            _ => self.skip(byte, at),
        }
    }
}
