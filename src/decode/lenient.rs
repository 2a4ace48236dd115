//! The lenient reader: what devices send in place of JSON to strict JSON texts.
//!
//! In go the bytes of a message that the strict [`Scanner`](super::json::Scanner) refuses; out come JSON texts that it takes,
//! and which [`Repairs`] that needed. [`stream::shared_pass`](crate::stream) calls it, on that path alone. It goes over the
//! bytes once, remembers of them no more than what is open, and can go on with the next message where one ends in the middle
//! of a text. What no rule here mends becomes null where a value is due, and is left out elsewhere.

mod repairs;
#[cfg(test)]
mod tests;
mod word;

use std::ops::Range;

pub use repairs::{Repair, Repairs};
use word::Word;

use super::MAX_DEPTH;

/// Stands between the texts that come out, and before or behind texts that go in (RFC 7464).
const SEPARATOR: u8 = 0x1e;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Expecting {
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
struct Quoted {
    quote: u8,
    is_key: bool,
}

/// Whether a text is what programs print for NaN or an infinity, alone.
pub fn is_not_finite(text: &[u8]) -> bool {
    matches!(word::read(text), Word::Mended(_, Repair::NotFinite))
}

/// Makes JSON texts of what is nearly JSON.
#[derive(Debug, Default)]
pub struct Mender {
    /// Whole texts, each with a [`SEPARATOR`] behind it, then the one being read.
    out: Vec<u8>,
    /// Where the whole texts stand.
    texts: Vec<Range<usize>>,
    /// Where the text being read begins.
    start: usize,
    state: Expecting,
    /// The containers that are open, a bit for each, the innermost one last: 1 for an object.
    open: u128,
    depth: u32,
    word: Vec<u8>,
    /// Where the member being read begins, with the comma before it.
    item: usize,
    /// Where the value that came last begins, if it is no container.
    scalar: Option<usize>,
    /// Brackets that are open within what cannot be read.
    skipped: u32,
    repairs: Repairs,
    /// Something of the text being read could not be read.
    is_damaged: bool,
    lost: usize,
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

    fn is_object(&self) -> bool {
        self.open & 1 == 1
    }

    fn mend(&mut self, repair: Repair, at: usize) {
        self.repairs.add(repair, at);
        self.is_damaged |= repair == Repair::Unreadable;
    }

    fn top(&mut self, part: &[u8], at: usize) -> usize {
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

    fn begin(&mut self) {
        self.is_damaged = false;
        self.scalar = None;
    }

    fn end(&mut self) {
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

    fn lose(&mut self) {
        self.out.truncate(self.start);
        self.depth = 0;
        self.lost += 1;
        self.state = Expecting::Lost;
    }

    fn value(&mut self, byte: u8, at: usize) -> usize {
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
    fn null(&mut self, repair: Repair, at: usize) {
        self.mend(repair, at);
        self.scalar = Some(self.out.len());
        self.out.extend_from_slice(b"null");
        self.ended_scalar();
    }

    fn ended_scalar(&mut self) {
        self.state = Expecting::After;
        if self.depth == 0 {
            self.end();
        }
    }

    fn comma(&mut self) {
        self.item = self.out.len();
        if !matches!(self.out.last(), Some(b'[' | b'{')) {
            self.out.push(b',');
        }
    }

    fn open(&mut self, byte: u8, at: usize) -> usize {
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

    fn close(&mut self, byte: u8, at: usize) -> usize {
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

    fn quote(&mut self, quote: u8, is_key: bool, at: usize) -> usize {
        if quote == b'\'' {
            self.mend(Repair::Quotes, at);
        }
        self.scalar = Some(self.out.len());
        self.out.push(b'"');
        self.state = Expecting::Text(Quoted { quote, is_key });
        at + 1
    }

    fn key(&mut self, byte: u8, at: usize) -> usize {
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

    fn colon(&mut self, byte: u8, at: usize) -> usize {
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

    fn after(&mut self, byte: u8, at: usize) -> usize {
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

    fn next_item(&self) -> Expecting {
        if self.is_object() {
            Expecting::Key
        } else {
            Expecting::Value
        }
    }

    fn missing_comma(&mut self, at: usize) -> usize {
        self.mend(Repair::Comma, at);
        self.state = self.next_item();
        at
    }

    /// What follows the last value shows that it was not read as it is meant.
    fn spoil(&mut self, at: usize) {
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

    fn skip(&mut self, byte: u8, at: usize) -> usize {
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

    fn skip_text(&mut self, part: &[u8], at: usize) -> usize {
        match part[at] {
            b'\\' => (at + 2).min(part.len()),
            b'"' => {
                self.state = Expecting::Skip;
                at + 1
            }
            _ => at + 1,
        }
    }

    /// Takes a string up to the next byte that JSON does not let stand there.
    fn text(&mut self, part: &[u8], at: usize, quoted: Quoted) -> usize {
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
    fn ends(&self, quoted: Quoted, rest: &[u8]) -> bool {
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0);
        let next = rest.iter().find(|byte| !is_blank(byte));
        self.depth == 0
            || match next {
                Some(&(b',' | b'}' | b']' | b'"' | SEPARATOR)) | None => true,
                Some(b':') => quoted.is_key,
                Some(_) => false,
            }
    }

    fn end_text(&mut self, quoted: Quoted, at: usize) -> usize {
        self.out.push(b'"');
        if quoted.is_key {
            self.state = Expecting::Colon;
        } else {
            self.ended_scalar();
        }
        at + 1
    }

    /// Writes a control character as an escape; a NUL is what fills a buffer of C, and goes.
    fn control(&mut self, byte: u8) {
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

    fn escape(&mut self, byte: u8, at: usize, quoted: Quoted) -> usize {
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

    fn unicode(&mut self, byte: u8, at: usize, quoted: Quoted) -> usize {
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

    /// Takes something without quotes up to its end.
    fn collect(&mut self, part: &[u8], at: usize) -> usize {
        let rest = &part[at..];
        let length = rest.iter().position(|byte| word::ends(*byte));
        self.word
            .extend_from_slice(&rest[..length.unwrap_or(rest.len())]);
        let Some(length) = length else {
            return part.len();
        };
        let end = at + length;
        match self.state {
            Expecting::Word(true) => self.end_bare_key(part, end),
            _ if length == 0 && self.word.is_empty() => {
                // A control character where a value is due.
                self.word.push(part[end]);
                return end + 1;
            }
            _ => self.end_word(end),
        }
        end
    }

    /// Ends a word that is a value, if there is one: `end` is where it does.
    fn end_word(&mut self, end: usize) {
        if self.state != Expecting::Word(false) {
            return;
        }
        let at = end.saturating_sub(self.word.len());
        let word = std::mem::take(&mut self.word);
        self.scalar = Some(self.out.len());
        match word::read(&word) {
            Word::Strict => self.out.extend_from_slice(&word),
            Word::Mended(json, repair) => {
                self.mend(repair, at);
                self.out.extend_from_slice(&json);
            }
            Word::Unreadable if self.depth == 0 => {
                // Not a value in any way, but what stands around the texts.
                self.mend(Repair::Surroundings, at);
                self.out.truncate(self.start);
                self.state = Expecting::Top;
                self.word = word;
                self.word.clear();
                return;
            }
            Word::Unreadable => {
                self.mend(Repair::Unreadable, at);
                self.out.extend_from_slice(b"null");
            }
        }
        self.word = word;
        self.word.clear();
        self.ended_scalar();
    }

    /// Ends a name without quotes, or what stands in its place.
    fn end_bare_key(&mut self, part: &[u8], end: usize) {
        let begin = end.checked_sub(self.word.len());
        let at = begin.unwrap_or_default();
        let rest = part[end..].trim_ascii_start();
        let word = std::mem::take(&mut self.word);
        let is_name = rest.first() == Some(&b':') && !word.contains(&b'\\');
        // "21,5": a comma between digits where only a name may stand is a decimal comma.
        let follows_comma = begin.and_then(|begin| part.get(begin.checked_sub(1)?)) == Some(&b',');
        let is_fraction = follows_comma
            && matches!(rest.first(), Some(b',' | b'}'))
            && !word.is_empty()
            && word.iter().all(u8::is_ascii_digit)
            && self
                .scalar
                .is_some_and(|scalar| word::is_integer(&self.out[scalar..]));
        if is_name {
            self.mend(Repair::Quotes, at);
            self.comma();
            self.out.push(b'"');
            self.name(&word);
            self.out.push(b'"');
            self.state = Expecting::Colon;
        } else if is_fraction {
            self.mend(Repair::Number, at);
            self.out.push(b'.');
            self.out.extend_from_slice(&word);
            self.state = Expecting::After;
            self.scalar = None;
        } else {
            self.mend(Repair::Unreadable, at);
            self.state = Expecting::Skip;
        }
        self.word = word;
        self.word.clear();
    }

    fn name(&mut self, word: &[u8]) {
        for byte in word {
            match byte {
                0..b' ' => self.control(*byte),
                _ => self.out.push(*byte),
            }
        }
    }
}
