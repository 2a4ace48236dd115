//! Arrays, objects and what stands between texts: brackets, commas and colons, and what takes their place.

use super::mender::{Expecting, Mender};
use super::repairs::Repair;
use crate::decode::MAX_DEPTH;
use crate::decode::{BYTE_ORDER_MARK, SEPARATOR};

impl Mender {
    pub(super) fn is_object(&self) -> bool {
        self.open & 1 == 1
    }

    pub(super) fn mend(&mut self, repair: Repair, at: usize) {
        self.repairs.add(repair, at);
        self.is_damaged |= repair == Repair::Unreadable;
    }

    pub(super) fn top(&mut self, part: &[u8], at: usize) -> usize {
        match part[at] {
            b'{' | b'[' | b'"' => {
                self.begin();
                self.value(part[at], at)
            }
            // Between texts, or behind the last one.
            b',' => {
                self.mend(Repair::Comma, at);
                at + 1
            }
            b'}' | b']' | b':' => {
                self.mend(Repair::Surroundings, at);
                at + 1
            }
            _ if part[at..].starts_with(BYTE_ORDER_MARK) => at + BYTE_ORDER_MARK.len(),
            _ => {
                self.begin();
                self.state = Expecting::Word(false);
                at
            }
        }
    }

    pub(super) fn begin(&mut self) {
        self.is_damaged = false;
        self.scalar = None;
    }

    pub(super) fn end(&mut self) {
        let text = self.start..self.out.len();
        if self.is_damaged && matches!(&self.out[text.clone()], b"{}" | b"[]" | b"[null]") {
            // Nothing of it could be read.
            return self.lose();
        }
        self.texts.push(text);
        self.out.push(SEPARATOR);
        self.start = self.out.len();
        self.state = Expecting::Top;
    }

    pub(super) fn lose(&mut self) {
        self.out.truncate(self.start);
        self.depth = 0;
        self.lost += 1;
        self.state = Expecting::Lost;
    }

    pub(super) fn value(&mut self, byte: u8, at: usize) -> usize {
        let in_array = self.depth > 0 && !self.is_object();
        match byte {
            b']' if in_array => {
                if self.out.last() != Some(&b'[') {
                    self.mend(Repair::Comma, at);
                }
                return self.close(byte, at);
            }
            b',' | b'}' if self.depth > 0 && self.is_object() => {
                self.null(Repair::Unreadable, at);
                return at;
            }
            b'}' | b']' => {
                self.lose();
                return at + 1;
            }
            _ => {}
        }
        if in_array {
            self.comma();
        }
        match byte {
            b',' => {
                self.null(Repair::Comma, at);
                at
            }
            b'{' | b'[' => self.open(byte, at),
            b'"' | b'\'' => self.quote(byte, false, at),
            b':' | b')' | b'(' => {
                self.null(Repair::Unreadable, at);
                self.state = Expecting::Skip;
                at
            }
            _ => {
                self.state = Expecting::Word(false);
                at
            }
        }
    }

    /// Writes null where a value is due, for want of it.
    pub(super) fn null(&mut self, repair: Repair, at: usize) {
        self.mend(repair, at);
        self.scalar = Some(self.out.len());
        self.out.extend_from_slice(b"null");
        self.ended_scalar();
    }

    pub(super) fn ended_scalar(&mut self) {
        self.state = Expecting::After;
        if self.depth == 0 {
            self.end();
        }
    }

    pub(super) fn comma(&mut self) {
        self.item = self.out.len();
        if !matches!(self.out.last(), Some(b'[' | b'{')) {
            self.out.push(b',');
        }
    }

    pub(super) fn open(&mut self, byte: u8, at: usize) -> usize {
        if self.depth == MAX_DEPTH {
            self.lose();
            return at + 1;
        }
        let is_object = byte == b'{';
        self.open = self.open << 1 | u128::from(is_object);
        self.depth += 1;
        self.out.push(byte);
        self.scalar = None;
        self.state = if is_object {
            Expecting::Key
        } else {
            Expecting::Value
        };
        at + 1
    }

    pub(super) fn close(&mut self, byte: u8, at: usize) -> usize {
        if self.is_object() != (byte == b'}') {
            self.lose();
            return at + 1;
        }
        self.open >>= 1;
        self.depth -= 1;
        self.out.push(byte);
        self.scalar = None;
        self.ended_scalar();
        at + 1
    }

    pub(super) fn key(&mut self, byte: u8, at: usize) -> usize {
        match byte {
            b'}' => {
                if self.out.last() != Some(&b'{') {
                    self.mend(Repair::Comma, at);
                }
                self.close(byte, at)
            }
            b']' => self.close(byte, at),
            b',' => {
                self.mend(Repair::Comma, at);
                at + 1
            }
            b'"' | b'\'' => {
                self.comma();
                self.quote(byte, true, at)
            }
            b':' | b'{' | b'[' | b'(' | b')' => {
                self.mend(Repair::Unreadable, at);
                self.state = Expecting::Skip;
                at
            }
            _ => {
                self.state = Expecting::Word(true);
                at
            }
        }
    }

    pub(super) fn colon(&mut self, byte: u8, at: usize) -> usize {
        if byte == b':' {
            self.out.push(b':');
            self.state = Expecting::Value;
            return at + 1;
        }
        // A name without a value is no member.
        self.mend(Repair::Unreadable, at);
        self.out.truncate(self.item);
        self.scalar = None;
        self.state = Expecting::Skip;
        at
    }

    pub(super) fn after(&mut self, byte: u8, at: usize) -> usize {
        let in_array = !self.is_object();
        match byte {
            b',' => {
                self.state = self.next_item();
                at + 1
            }
            b'}' | b']' => self.close(byte, at),
            b'"' => self.missing_comma(at),
            b'{' | b'[' | b'0'..=b'9' | b'-' | b'+' | b'.' if in_array => self.missing_comma(at),
            _ => {
                self.spoil(at);
                self.state = Expecting::Skip;
                at
            }
        }
    }

    pub(super) fn next_item(&self) -> Expecting {
        if self.is_object() {
            Expecting::Key
        } else {
            Expecting::Value
        }
    }

    pub(super) fn missing_comma(&mut self, at: usize) -> usize {
        self.mend(Repair::Comma, at);
        self.state = self.next_item();
        at
    }

    /// What follows the last value shows that it was not read as it is meant.
    pub(super) fn spoil(&mut self, at: usize) {
        match self.scalar {
            Some(scalar) if &self.out[scalar..] == b"null" => {}
            Some(scalar) => {
                self.mend(Repair::Unreadable, at);
                self.out.truncate(scalar);
                self.out.extend_from_slice(b"null");
            }
            None => self.mend(Repair::Unreadable, at),
        }
    }

    pub(super) fn skip(&mut self, byte: u8, at: usize) -> usize {
        match byte {
            b'"' => self.state = Expecting::SkipText,
            b'(' | b'[' | b'{' => self.skipped += 1,
            b')' => self.skipped = self.skipped.saturating_sub(1),
            b']' | b'}' if self.skipped > 0 => self.skipped -= 1,
            b',' | b']' | b'}' if self.skipped == 0 => {
                self.state = Expecting::After;
                return at;
            }
            _ => {}
        }
        at + 1
    }

    pub(super) fn skip_text(&mut self, part: &[u8], at: usize) -> usize {
        match part[at] {
            b'\\' => (at + 2).min(part.len()),
            b'"' => {
                self.state = Expecting::Skip;
                at + 1
            }
            _ => at + 1,
        }
    }
}
