//! JSON strings (RFC 8259 §7): finding their end, and their escapes.

use super::{DecodeError, DecodeErrorKind};

/// A string between its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// First byte after the opening quote.
    pub(crate) start: usize,
    /// The closing quote.
    pub(crate) end: usize,
    /// Whether a `\` stands inside, so that [`unescape`] is needed.
    pub(crate) escaped: bool,
}

/// Finds the end of the string whose first byte after the quote is at `start`.
#[inline]
pub(crate) fn read(bytes: &[u8], start: usize) -> Result<Span, DecodeError> {
    let end = plain(bytes, start);
    if bytes.get(end) == Some(&b'"') {
        return Ok(Span {
            start,
            end,
            escaped: false,
        });
    }
    read_on(bytes, start, end)
}

/// The same from `pos` on, where something stands that is not plain.
#[inline(never)]
fn read_on(bytes: &[u8], start: usize, mut pos: usize) -> Result<Span, DecodeError> {
    let mut escaped = false;
    loop {
        match bytes.get(pos) {
            Some(b'"') => {
                return Ok(Span {
                    start,
                    end: pos,
                    escaped,
                });
            }
            Some(b'\\') => {
                escaped = true;
                pos = plain(bytes, check_escape(bytes, pos)?);
            }
            Some(_) => return Err(DecodeError::new(DecodeErrorKind::ControlCharacter, pos)),
            None => return Err(DecodeError::new(DecodeErrorKind::UnexpectedEnd, pos)),
        }
    }
}

/// Whether a byte ends a string or needs to be looked at.
#[inline(always)]
fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

/// The first byte from `pos` on that is not plain text, or the end.
#[inline(always)]
fn plain(bytes: &[u8], mut pos: usize) -> usize {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    while let Some(chunk) = bytes.get(pos..).and_then(<[u8]>::first_chunk) {
        let special = simd::specials(chunk);
        if special != 0 {
            return pos + special.trailing_zeros() as usize;
        }
        pos += simd::CHUNK;
    }
    while bytes.get(pos).is_some_and(|byte| !is_special(*byte)) {
        pos += 1;
    }
    pos
}

/// Sixteen bytes at a time with wasm's vectors.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u64x2, v128_or};

    pub(super) const CHUNK: usize = 16;

    /// A bit for each byte that [`is_special`](super::is_special).
    #[inline(always)]
    pub(super) fn specials(chunk: &[u8; CHUNK]) -> u16 {
        let [a, b, c, d, e, f, g, h, rest @ ..] = *chunk;
        let bytes = u64x2(
            u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            u64::from_le_bytes(rest),
        );
        let marks = v128_or(
            u8x16_eq(bytes, u8x16_splat(b'"')),
            u8x16_eq(bytes, u8x16_splat(b'\\')),
        );
        u8x16_bitmask(v128_or(marks, u8x16_lt(bytes, u8x16_splat(b' '))))
    }
}

/// Checks the escape at `pos` (the backslash) and returns where it ends.
fn check_escape(bytes: &[u8], pos: usize) -> Result<usize, DecodeError> {
    let invalid = DecodeError::new(DecodeErrorKind::InvalidEscape, pos);
    match bytes.get(pos + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(pos + 2),
        Some(b'u') => match bytes.get(pos + 2..pos + 6) {
            Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => Ok(pos + 6),
            Some(_) => Err(invalid),
            None => Err(DecodeError::new(
                DecodeErrorKind::UnexpectedEnd,
                bytes.len(),
            )),
        },
        Some(_) => Err(invalid),
        None => Err(DecodeError::new(
            DecodeErrorKind::UnexpectedEnd,
            bytes.len(),
        )),
    }
}

/// Appends the text of a checked, escaped string to `out`. A lone surrogate
/// becomes U+FFFD, as `TextDecoder` makes of it.
pub(crate) fn unescape(escaped: &str, out: &mut String) {
    let mut rest = escaped;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let (character, length) = escape_at(&rest.as_bytes()[at..]);
        out.push(character);
        rest = rest.get(at + length..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// The character that the escape at the start of `bytes` stands for, and its length.
pub(crate) fn escape_at(bytes: &[u8]) -> (char, usize) {
    match bytes.get(1) {
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        Some(b'u') => unicode_escape(bytes),
        Some(other) => (char::from(*other), 2),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

fn unicode_escape(bytes: &[u8]) -> (char, usize) {
    let unit = hex_unit(bytes, 2);
    if let Some(character) = char::from_u32(unit) {
        return (character, 6);
    }
    let followed = bytes.get(6) == Some(&b'\\') && bytes.get(7) == Some(&b'u');
    let low = if followed { hex_unit(bytes, 8) } else { 0 };
    if (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(&low) {
        let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        let character = char::from_u32(code);
        debug_assert!(character.is_some(), "two surrogates are a character");
        return (character.unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::REPLACEMENT_CHARACTER, 6)
}

fn hex_unit(bytes: &[u8], at: usize) -> u32 {
    let digits = bytes.get(at..at + 4);
    debug_assert!(digits.is_some(), "the escape was checked");
    let digits = digits.unwrap_or_default();
    digits.iter().fold(0, |unit, b| {
        unit * 16 + char::from(*b).to_digit(16).unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(json: &str) -> Result<String, DecodeErrorKind> {
        let span = read(json.as_bytes(), 1).map_err(|e| e.kind)?;
        let mut out = String::new();
        unescape(&json[span.start..span.end], &mut out);
        Ok(out)
    }

    #[test]
    fn reads_escapes_and_surrogates() {
        assert_eq!(
            decode(r#""a\"b\\c\/\b\f\n\r\t\u00e9\ud83d\ude00""#).unwrap(),
            "a\"b\\c/\u{8}\u{c}\n\r\té😀"
        );
        assert_eq!(decode(r#""\ud800x""#).unwrap(), "\u{fffd}x");
        assert_eq!(decode(r#""\ud800\u0041""#).unwrap(), "\u{fffd}A");
        assert_eq!(decode(r#""\udc00""#).unwrap(), "\u{fffd}");
    }

    #[test]
    fn refuses_bad_strings() {
        assert_eq!(decode(r#""\x""#), Err(DecodeErrorKind::InvalidEscape));
        assert_eq!(decode(r#""\u12g4""#), Err(DecodeErrorKind::InvalidEscape));
        assert_eq!(decode(r#""abc"#), Err(DecodeErrorKind::UnexpectedEnd));
        assert_eq!(
            decode("\"tab\there\""),
            Err(DecodeErrorKind::ControlCharacter)
        );
        assert_eq!(
            decode("\"a long enough text with a \n inside\""),
            Err(DecodeErrorKind::ControlCharacter)
        );
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(decode(&json).unwrap(), text);
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(span) = read(&bytes, 0) && let Ok(text) = std::str::from_utf8(&bytes[span.start..span.end]) {
                unescape(text, &mut String::new());
            }
        }
    }
}
