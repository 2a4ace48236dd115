//! A pull scanner over one JSON text (RFC 8259) that never builds a tree.

use super::number::{self, Number};
use super::text::{self, Span};
use super::{DecodeError, DecodeErrorKind, MAX_DEPTH};
use super::{brackets, literal};

/// Reads one JSON text from front to back.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Scanner<'a> {
    /// A scanner at the start of `bytes`, which must be UTF-8.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::at(bytes, 0)
    }

    /// A scanner of the text that begins at `pos`.
    pub(crate) fn at(bytes: &'a [u8], pos: usize) -> Self {
        Self { bytes, pos }
    }

    /// The bytes being scanned.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Offset of the next byte.
    #[inline]
    pub fn offset(&self) -> usize {
        self.pos
    }

    /// Goes to an offset at which a value begins or ends.
    #[inline]
    pub(crate) fn seek(&mut self, offset: usize) {
        self.pos = offset;
    }

    /// The error of `kind` at the next byte.
    pub(crate) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.pos)
    }

    fn unexpected(&self) -> DecodeError {
        self.error(match self.bytes.get(self.pos) {
            Some(byte) => DecodeErrorKind::UnexpectedByte(*byte),
            None => DecodeErrorKind::UnexpectedEnd,
        })
    }

    /// Skips white space and returns the byte that follows, without taking it.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8, DecodeError> {
        loop {
            match self.bytes.get(self.pos) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.pos += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(self.error(DecodeErrorKind::UnexpectedEnd)),
            }
        }
    }

    /// Takes the byte that [`peek`](Self::peek) returned.
    #[inline]
    pub(crate) fn bump(&mut self) {
        self.pos += 1;
    }

    /// Takes `token` if exactly it comes next.
    #[inline]
    pub(crate) fn take(&mut self, token: &[u8]) -> bool {
        let next = self.bytes.get(self.pos..self.pos + token.len());
        let matches = next.is_some_and(|next| literal::equal(next, token));
        if matches {
            self.pos += token.len();
        }
        matches
    }

    /// Takes a string, from its opening quote to its closing one.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Span, DecodeError> {
        let span = text::read(self.bytes, self.pos + 1)?;
        self.pos = span.end + 1;
        Ok(span)
    }

    /// Takes a number.
    #[inline(always)]
    pub(crate) fn number(&mut self) -> Result<Number, DecodeError> {
        let number = number::read(self.bytes, self.pos)?;
        self.pos = number.end;
        Ok(number)
    }

    /// Takes `true`, `false` or `null`, whichever `word` names.
    #[inline]
    pub(crate) fn literal(&mut self, word: &[u8]) -> Result<(), DecodeError> {
        if self.take(word) {
            Ok(())
        } else {
            Err(self.mismatch(word))
        }
    }

    fn mismatch(&self, word: &[u8]) -> DecodeError {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let same = word.iter().zip(rest).take_while(|(a, b)| a == b).count();
        Scanner {
            bytes: self.bytes,
            pos: self.pos + same,
        }
        .unexpected()
    }

    /// Takes the `:` after a key, with the white space around it.
    #[inline]
    pub(crate) fn colon(&mut self) -> Result<(), DecodeError> {
        if self.peek()? != b':' {
            return Err(self.unexpected());
        }
        self.bump();
        Ok(())
    }

    /// Takes `open`, and says whether the container has a first item.
    #[inline]
    pub(crate) fn enter(&mut self, close: u8) -> Result<bool, DecodeError> {
        self.bump();
        let empty = self.peek()? == close;
        if empty {
            self.bump();
        }
        Ok(!empty)
    }

    /// After an item: takes `,` (true: another item follows) or `close`.
    #[inline]
    pub(crate) fn more(&mut self, close: u8) -> Result<bool, DecodeError> {
        let byte = self.peek()?;
        if byte == b',' {
            self.bump();
            return Ok(true);
        }
        if byte == close {
            self.bump();
            return Ok(false);
        }
        Err(self.unexpected())
    }

    /// Requires a key's opening quote next.
    #[inline]
    pub(crate) fn key(&mut self) -> Result<Span, DecodeError> {
        if self.peek()? != b'"' {
            return Err(self.unexpected());
        }
        let span = self.string()?;
        self.colon()?;
        Ok(span)
    }

    /// Takes a whole value without looking at it, but checks that it is JSON.
    pub(crate) fn skip(&mut self, depth: u32) -> Result<(), DecodeError> {
        // A scanner of its own: its offset need not live in memory. Made of parts, since a copy of the whole would
        // have to wait until what was written in parts can be read at once.
        let mut scanner = Self::at(self.bytes, self.pos);
        scanner.skip_value(depth)?;
        self.pos = scanner.pos;
        Ok(())
    }

    /// Takes a whole value, of which it checks no more than the brackets and quotes of an object or array. For what
    /// somebody else reads and checks.
    pub(crate) fn pass(&mut self) -> Result<(), DecodeError> {
        let close = match self.peek()? {
            b'{' => b'}',
            b'[' => b']',
            _ => return self.skip(0),
        };
        let end = brackets::end(self.bytes, self.pos);
        let Some(end) = end.filter(|end| self.bytes.get(end - 1) == Some(&close)) else {
            // The strict reading says what is wrong with it, and where.
            return self.skip(0);
        };
        self.pos = end;
        Ok(())
    }

    #[inline(always)]
    fn skip_value(&mut self, mut depth: u32) -> Result<(), DecodeError> {
        // The containers that are open, a bit for each, the innermost one last: 1 for an object.
        let (mut open, mut opened) = (0u128, 0u32);
        loop {
            match self.peek()? {
                b'"' => drop(self.string()?),
                b't' => self.literal(b"true")?,
                b'f' => self.literal(b"false")?,
                b'n' => self.literal(b"null")?,
                b'-' | b'0'..=b'9' => self.pos = number::skip(self.bytes, self.pos)?,
                bracket @ (b'{' | b'[') => {
                    let object = bracket == b'{';
                    depth = self.deeper(depth)?;
                    if self.enter(if object { b'}' } else { b']' })? {
                        open = open << 1 | u128::from(object);
                        opened += 1;
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                    depth -= 1;
                }
                _ => return Err(self.unexpected()),
            }
            // Behind a value: another one, or the ends of the containers that are open.
            while opened > 0 {
                let object = open & 1 == 1;
                if self.more(if object { b'}' } else { b']' })? {
                    if object {
                        self.key()?;
                    }
                    break;
                }
                open >>= 1;
                opened -= 1;
                depth -= 1;
            }
            if opened == 0 {
                return Ok(());
            }
        }
    }

    /// One level deeper, or the error that the limit is reached.
    #[inline]
    pub(crate) fn deeper(&self, depth: u32) -> Result<u32, DecodeError> {
        if depth >= MAX_DEPTH {
            return Err(self.error(DecodeErrorKind::TooDeep));
        }
        Ok(depth + 1)
    }

    /// Requires that nothing but white space follows.
    pub(crate) fn finish(&mut self) -> Result<(), DecodeError> {
        match self.peek() {
            Ok(_) => Err(self.error(DecodeErrorKind::TrailingData)),
            Err(_) => Ok(()),
        }
    }

    /// The error for a byte that begins no value.
    pub(crate) fn no_value(&self) -> DecodeError {
        self.unexpected()
    }
}

/// Checks that `bytes` are one JSON text.
pub fn validate(bytes: &[u8]) -> Result<(), DecodeError> {
    let mut scanner = Scanner::new(bytes);
    scanner.skip(0)?;
    scanner.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn says_what_is_wrong_and_where() {
        let cases: [(&str, DecodeErrorKind, usize); 10] = [
            ("", DecodeErrorKind::UnexpectedEnd, 0),
            ("{\"a\":1", DecodeErrorKind::UnexpectedEnd, 6),
            ("{\"a\" 1}", DecodeErrorKind::UnexpectedByte(b'1'), 5),
            ("{a:1}", DecodeErrorKind::UnexpectedByte(b'a'), 1),
            ("[1,]", DecodeErrorKind::UnexpectedByte(b']'), 3),
            ("{\"a\":1,}", DecodeErrorKind::UnexpectedByte(b'}'), 7),
            ("trux", DecodeErrorKind::UnexpectedByte(b'x'), 3),
            ("nul", DecodeErrorKind::UnexpectedEnd, 3),
            ("1 2", DecodeErrorKind::TrailingData, 2),
            ("[01]", DecodeErrorKind::InvalidNumber, 1),
        ];
        for (text, kind, at) in cases {
            assert_eq!(
                validate(text.as_bytes()),
                Err(DecodeError { kind, at }),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_nesting_beyond_the_limit() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(validate(nested(128).as_bytes()), Ok(()));
        assert_eq!(
            validate(nested(129).as_bytes()).map_err(|e| e.kind),
            Err(DecodeErrorKind::TooDeep)
        );
        assert!(validate(nested(1_000_000).as_bytes()).is_err());
    }

    /// Containers in each other, true for an object, the outermost one first.
    fn nested(objects: &[bool]) -> String {
        objects.iter().rev().fold("1".into(), |inner, object| {
            if *object {
                format!(r#"{{"a":[{{}}],"b":{inner},"c":null}}"#)
            } else {
                format!("[{{}},{inner},[0]]")
            }
        })
    }

    proptest! {
        #[test]
        fn skips_objects_and_arrays_in_each_other(objects in proptest::collection::vec(any::<bool>(), 1..=126), at in any::<prop::sample::Index>()) {
            let text = nested(&objects);
            prop_assert_eq!(validate(text.as_bytes()), Ok(()));
            let closing: Vec<usize> = text.match_indices(['}', ']']).map(|(at, _)| at).collect();
            let at = closing[at.index(closing.len())];
            let other = if text.as_bytes()[at] == b'}' { "]" } else { "}" };
            let wrong = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            let expected = DecodeError { kind: DecodeErrorKind::UnexpectedByte(other.as_bytes()[0]), at };
            prop_assert_eq!(validate(wrong.as_bytes()), Err(expected));
        }

        #[test]
        fn accepts_what_serde_json_accepts(text in "[\\[\\]{}:,\"a1.e\\-tnul \\\\]{0,24}") {
            prop_assert_eq!(validate(text.as_bytes()).is_ok(), serde_json::from_str::<serde_json::Value>(&text).is_ok() || overflow(&text));
        }
    }

    /// serde_json refuses numbers beyond f64's range; JSON.parse and we make them infinite.
    fn overflow(text: &str) -> bool {
        serde_json::from_str::<Box<serde_json::value::RawValue>>(text).is_ok()
    }
}
