//! What stands without quotes: numbers, literals, names, and what is none of these.

use super::mender::{Expecting, Mender};
use super::repairs::Repair;
use super::word::{self, Word};

impl Mender {
    /// Takes something without quotes up to its end.
    pub(super) fn collect(&mut self, part: &[u8], at: usize) -> usize {
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
    pub(super) fn end_word(&mut self, end: usize) {
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
    pub(super) fn end_bare_key(&mut self, part: &[u8], end: usize) {
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

    pub(super) fn name(&mut self, word: &[u8]) {
        for byte in word {
            match byte {
                0..b' ' => self.control(*byte),
                _ => self.out.push(*byte),
            }
        }
    }
}
