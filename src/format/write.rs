//! Values to JSON.

use std::io::Write;

use base64ct::{Base64, Encoding};

use crate::decode::number;

/// Appends `text` as a JSON string.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escaped(out, text);
    out.push(b'"');
}

/// Appends `text` as the inside of a JSON string.
pub(super) fn escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte >= 0x20 && *byte != b'"' && *byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[start..at]);
        escape(out, *byte);
        start = at + 1;
    }
    out.extend_from_slice(&bytes[start..]);
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends what `value` displays; only for values that display as JSON.
pub(super) fn display(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to a vector cannot fail.
    let _ = write!(out, "{value}");
}

/// Appends a float: its shortest digits, or its name as a string where JSON has no number for it.
pub(crate) fn float(out: &mut Vec<u8>, value: f64) {
    match name_of(value) {
        Some(name) => string(out, name),
        // Debug has an exponent or a point in every float, so that none is taken for a wide integer.
        None => display(out, format_args!("{value:?}")),
    }
}

fn name_of(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_finite() => None,
        _ if value.is_nan() => Some("NaN"),
        _ if value > 0.0 => Some("Infinity"),
        _ => Some("-Infinity"),
    }
}

/// Appends bytes as a string in base64 (RFC 4648 §4).
pub(crate) fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, b'=');
    // There is room for all of it, padding included.
    let _ = Base64::encode(bytes, &mut out[start..]);
    out.push(b'"');
}

/// Whether `text` is one JSON number and nothing else.
pub(super) fn is_number(text: &[u8]) -> bool {
    let begins = matches!(text.first(), Some(b'-' | b'0'..=b'9'));
    begins && number::read(text, 0).is_ok_and(|number| number.end == text.len())
}

/// A number with one comma as its decimal sign, as JSON writes it.
pub(super) fn with_point(text: &str) -> Option<String> {
    memchr::memchr(b',', text.as_bytes())?;
    let number = text.replacen(',', ".", 1);
    is_number(number.as_bytes()).then_some(number)
}

/// Appends a line or a cell: as a number if it is one apart from white space, else as a string.
pub(super) fn number_or_string(out: &mut Vec<u8>, text: &str) {
    let trimmed = text.trim();
    if is_number(trimmed.as_bytes()) {
        out.extend_from_slice(trimmed.as_bytes());
    } else {
        string(out, text);
    }
}

/// Appends `,` unless a container has just been opened.
pub(crate) fn comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'[' | b'{')) {
        out.push(b',');
    }
}

/// Appends what `write` writes as a string: as it is if it is one, else its JSON between quotes.
pub(super) fn quoted<E>(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = out.len();
    write(out)?;
    // Only strings need escapes, and those have their quotes.
    if out.get(start) != Some(&b'"') {
        out.insert(start, b'"');
        out.push(b'"');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn base64_agrees_with_the_crate(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut out = Vec::new();
            base64(&mut out, &bytes);
            prop_assert_eq!(out, format!("\"{}\"", STANDARD.encode(&bytes)).into_bytes());
        }
    }
}
