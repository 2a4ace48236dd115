//! The end of a JSON object or array, found by its brackets alone.
//!
//! A protocol cuts a payload out of a message, which is checked where it is read. To check it twice would cost more
//! than all else that a protocol does, so [`Scanner::pass`](super::json::Scanner::pass) asks this instead.

/// Bytes that are looked at together.
const CHUNK: usize = 16;

/// Which bytes of a chunk are what, a bit for each, the first one lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    quotes: u16,
    backslashes: u16,
    opening: u16,
    closing: u16,
}

/// How deep the reading of a container is.
#[derive(Debug, Default)]
struct Nesting {
    /// Containers that are open.
    depth: u32,
    in_text: bool,
    /// The next byte belongs to an escape.
    escaped: bool,
}

/// Where the container ends that begins at `start`, behind its bracket; nothing when it does not end. Which kind of
/// bracket closes which is not checked, nor is what stands between them.
pub(super) fn end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut nesting = Nesting::default();
    let mut pos = start;
    while let Some(chunk) = bytes.get(pos..).and_then(<[u8]>::first_chunk) {
        if let Some(end) = nesting.chunk(chunk) {
            return Some(pos + end);
        }
        pos += CHUNK;
    }
    let rest = bytes.get(pos..)?.iter();
    let mut rest = rest.enumerate();
    rest.find_map(|(index, byte)| nesting.byte(*byte).then_some(pos + index + 1))
}

impl Nesting {
    /// Takes a chunk; where in it the container ends, if it does.
    #[inline(always)]
    fn chunk(&mut self, chunk: &[u8; CHUNK]) -> Option<usize> {
        let marks = Marks::of(chunk);
        if marks.backslashes != 0 || self.escaped {
            return self.each(chunk);
        }
        let texts = inside(marks.quotes) ^ if self.in_text { u16::MAX } else { 0 };
        let (opening, closing) = (marks.opening & !texts, marks.closing & !texts);
        if closing.count_ones() >= self.depth {
            return self.each(chunk);
        }
        self.depth = self.depth + opening.count_ones() - closing.count_ones();
        self.in_text ^= marks.quotes.count_ones() % 2 == 1;
        None
    }

    fn each(&mut self, chunk: &[u8; CHUNK]) -> Option<usize> {
        let mut bytes = chunk.iter().enumerate();
        bytes.find_map(|(index, byte)| self.byte(*byte).then_some(index + 1))
    }

    /// Takes a byte; whether the container ends with it.
    #[inline(always)]
    fn byte(&mut self, byte: u8) -> bool {
        if self.escaped {
            self.escaped = false;
        } else if self.in_text {
            match byte {
                b'"' => self.in_text = false,
                b'\\' => self.escaped = true,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    return self.depth == 0;
                }
                _ => {}
            }
        }
        false
    }
}

/// The bits from each opening quote up to its closing one, without it: the parity of the quotes so far.
#[inline(always)]
fn inside(quotes: u16) -> u16 {
    let pairs = quotes ^ (quotes << 1);
    let fours = pairs ^ (pairs << 2);
    let eights = fours ^ (fours << 4);
    eights ^ (eights << 8)
}

impl Marks {
    /// Sixteen bytes at a time with wasm's vectors.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    #[inline(always)]
    fn of(chunk: &[u8; CHUNK]) -> Self {
        use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, u64x2, v128_or};
        let [a, b, c, d, e, f, g, h, rest @ ..] = *chunk;
        let bytes = u64x2(
            u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            u64::from_le_bytes(rest),
        );
        let is = |byte| u8x16_eq(bytes, u8x16_splat(byte));
        Self {
            quotes: u8x16_bitmask(is(b'"')),
            backslashes: u8x16_bitmask(is(b'\\')),
            opening: u8x16_bitmask(v128_or(is(b'{'), is(b'['))),
            closing: u8x16_bitmask(v128_or(is(b'}'), is(b']'))),
        }
    }

    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    #[inline(always)]
    fn of(chunk: &[u8; CHUNK]) -> Self {
        let bits = |is: fn(u8) -> bool| {
            let bytes = chunk.iter().enumerate();
            bytes.fold(0, |bits, (index, byte)| {
                bits | u16::from(is(*byte)) << index
            })
        };
        Self {
            quotes: bits(|byte| byte == b'"'),
            backslashes: bits(|byte| byte == b'\\'),
            opening: bits(|byte| matches!(byte, b'{' | b'[')),
            closing: bits(|byte| matches!(byte, b'}' | b']')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::json::Scanner;
    use proptest::prelude::*;

    #[test]
    fn finds_the_end() {
        let cases = [
            ("{}", Some(2)),
            ("[] ", Some(2)),
            (r#"{"a":"}"}"#, Some(9)),
            (r#"["\"]"]"#, Some(7)),
            (r#"{"a":[{"b":{}},[1]],"c":"{[\\"},1"#, Some(31)),
            ("[1", None),
            (r#"["]"#, None),
            // An escape that goes over the end of a chunk.
            (r#"["0123456789012\"]",[]]"#, Some(23)),
        ];
        for (text, expected) in cases {
            assert_eq!(end(text.as_bytes(), 0), expected, "{text}");
        }
    }

    /// Any value, with quotes, brackets and backslashes in its texts.
    fn value() -> impl Strategy<Value = serde_json::Value> {
        let text = r#"[a"\\\[\]{}ä\n]{0,20}"#;
        let leaf = prop_oneof![
            text.prop_map(serde_json::Value::from),
            any::<i32>().prop_map(serde_json::Value::from),
            any::<bool>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(6, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                prop::collection::vec((text, inner), 0..6)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn ends_where_the_strict_scanner_does(value in value(), before in 0..20_usize, after in ".{0,40}") {
            let text = format!("{}{}{after}", " ".repeat(before), serde_json::json!([value]));
            let mut strict = Scanner::at(text.as_bytes(), before);
            prop_assert_eq!(strict.skip(0), Ok(()));
            prop_assert_eq!(end(text.as_bytes(), before), Some(strict.offset()));
        }

        #[test]
        fn never_panics_and_stays_inside(text in r#"[\[\]{}"\\a]{0,60}"#) {
            let found = end(text.as_bytes(), 0);
            prop_assert!(found.is_none_or(|end| end <= text.len()));
        }
    }
}
