//! Texts in quotes: where they end, control characters and escapes in them.

use super::mender::{Expecting, Mender, Quoted};
use super::repairs::Repair;
use crate::decode::SEPARATOR;

impl Mender {
    pub(super) fn quote(&mut self, quote: u8, is_key: bool, at: usize) -> usize {
        if quote == b'\'' {
            self.mend(Repair::Quotes, at);
        }
        self.scalar = Some(self.out.len());
        self.out.push(b'"');
        self.state = Expecting::Text(Quoted { quote, is_key });
        at + 1
    }

    /// Takes a string up to the next byte that JSON does not let stand there.
    pub(super) fn text(&mut self, part: &[u8], at: usize, quoted: Quoted) -> usize {
        let is_special = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\' | b'\'');
        let rest = &part[at..];
        let length = rest.iter().position(is_special).unwrap_or(rest.len());
        self.out.extend_from_slice(&rest[..length]);
        let at = at + length;
        let Some(byte) = part.get(at) else {
            return at;
        };
        match *byte {
            b'\\' => self.state = Expecting::Escape(quoted),
            byte if byte == quoted.quote && self.ends(quoted, &part[at + 1..]) => {
                return self.end_text(quoted, at);
            }
            b'"' => {
                if quoted.quote == b'"' {
                    self.mend(Repair::Quotes, at);
                }
                self.out.extend_from_slice(b"\\\"");
            }
            b'\'' => self.out.push(b'\''),
            SEPARATOR if matches!(part.get(at + 1), None | Some(b'{' | b'[' | b'\r' | b'\n')) => {
                self.lose();
                self.state = Expecting::Top;
            }
            control => {
                self.mend(Repair::Control, at);
                self.control(control);
            }
        }
        at + 1
    }

    /// Whether a quote ends the string before `rest`. One that is followed by neither the end of a value nor, behind a name,
    /// a colon is part of the text: it was not escaped.
    pub(super) fn ends(&self, quoted: Quoted, rest: &[u8]) -> bool {
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0);
        let next = rest.iter().find(|byte| !is_blank(byte));
        self.depth == 0
            || match next {
                Some(&(b',' | b'}' | b']' | b'"' | SEPARATOR)) | None => true,
                Some(b':') => quoted.is_key,
                Some(_) => false,
            }
    }

    pub(super) fn end_text(&mut self, quoted: Quoted, at: usize) -> usize {
        self.out.push(b'"');
        if quoted.is_key {
            self.state = Expecting::Colon;
        } else {
            self.ended_scalar();
        }
        at + 1
    }

    /// Writes a control character as an escape; a NUL is what fills a buffer of C, and goes.
    pub(super) fn control(&mut self, byte: u8) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        match byte {
            0 => {}
            b'\n' => self.out.extend_from_slice(b"\\n"),
            b'\r' => self.out.extend_from_slice(b"\\r"),
            b'\t' => self.out.extend_from_slice(b"\\t"),
            _ => {
                let (high, low) = (
                    HEX[usize::from(byte >> 4 & 15)],
                    HEX[usize::from(byte & 15)],
                );
                self.out
                    .extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
        }
    }

    pub(super) fn escape(&mut self, byte: u8, at: usize, quoted: Quoted) -> usize {
        self.state = Expecting::Text(quoted);
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {
                self.out.extend_from_slice(&[b'\\', byte]);
            }
            b'u' => {
                self.word.clear();
                self.state = Expecting::Unicode(quoted);
            }
            b'\'' => {
                self.mend(Repair::Escape, at);
                self.out.push(byte);
            }
            // The backslash is meant as it stands, as in a path of Windows.
            _ => {
                self.mend(Repair::Escape, at);
                self.out.extend_from_slice(b"\\\\");
                return at;
            }
        }
        at + 1
    }

    pub(super) fn unicode(&mut self, byte: u8, at: usize, quoted: Quoted) -> usize {
        let is_digit = byte.is_ascii_hexdigit();
        if is_digit {
            self.word.push(byte);
            if self.word.len() < 4 {
                return at + 1;
            }
        } else {
            self.mend(Repair::Escape, at);
            self.out.push(b'\\');
        }
        self.out.extend_from_slice(b"\\u");
        self.out.append(&mut self.word);
        self.state = Expecting::Text(quoted);
        at + usize::from(is_digit)
    }
}
