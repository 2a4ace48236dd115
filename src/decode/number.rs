//! JSON numbers (RFC 8259 §6) to `f64`, correctly rounded.

use super::digits::Digits;
use super::{DecodeError, DecodeErrorKind, scale};

/// Largest integer up to which every integer has its own `f64`.
const MAX_SAFE: u64 = 1 << 53;

/// Powers of ten that an `f64` holds exactly; with a mantissa below 2^53 one
/// multiplication or division by them rounds once, hence correctly
/// (W. D. Clinger, "How to read floating point numbers accurately", 1990).
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// A number as it stands in a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    /// The nearest `f64`.
    pub(crate) value: f64,
    /// An integer beyond 2^53, whose digits `value` cannot keep.
    pub(crate) wide: bool,
    /// Where it ends (exclusive).
    pub(crate) end: usize,
}

/// Reads the number that begins at `start`.
#[inline(always)]
pub(crate) fn read(bytes: &[u8], start: usize) -> Result<Number, DecodeError> {
    let negative = bytes.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let mut digits = Digits::default();
    let mut pos = digits.read(bytes, first);
    let leading_zero = bytes.get(first) == Some(&b'0') && digits.count > 1;
    if digits.count == 0 || leading_zero {
        return Err(DecodeError::new(DecodeErrorKind::InvalidNumber, start));
    }
    let mut exponent: i64 = 0;
    let mut integer = true;
    match bytes.get(pos) {
        Some(b'.') => {
            integer = false;
            let end = digits.read(bytes, pos + 1);
            if end == pos + 1 {
                return Err(DecodeError::new(DecodeErrorKind::InvalidNumber, start));
            }
            exponent -= (end - pos - 1) as i64;
            pos = end;
            if matches!(bytes.get(pos), Some(b'e' | b'E')) {
                (exponent, pos) = read_exponent(bytes, pos, exponent, start)?;
            }
        }
        Some(b'e' | b'E') => {
            integer = false;
            (exponent, pos) = read_exponent(bytes, pos, exponent, start)?;
        }
        _ => {}
    }
    let exact = digits.count <= 19;
    let wide = integer && (!exact || digits.mantissa > MAX_SAFE);
    let magnitude = match (exact && digits.mantissa <= MAX_SAFE, exponent) {
        (true, 0) => digits.mantissa as f64,
        (true, 1..=22) => digits.mantissa as f64 * EXACT_POWERS[exponent as usize],
        (true, -22..=-1) => digits.mantissa as f64 / EXACT_POWERS[-exponent as usize],
        _ => scaled(digits, exponent).unwrap_or_else(|| parse_slowly(&bytes[first..pos])),
    };
    let value = if negative { -magnitude } else { magnitude };
    Ok(Number {
        value,
        wide,
        end: pos,
    })
}

#[inline(always)]
fn scaled(digits: Digits, exponent: i64) -> Option<f64> {
    if digits.count <= 19 {
        scale::to_f64(digits.mantissa, exponent)
    } else {
        None
    }
}

#[cold]
fn parse_slowly(digits: &[u8]) -> f64 {
    // The slice is ASCII digits, '.', 'e' and signs that were checked above, so both steps succeed.
    std::str::from_utf8(digits)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(f64::NAN)
}

fn read_exponent(
    bytes: &[u8],
    at: usize,
    base: i64,
    start: usize,
) -> Result<(i64, usize), DecodeError> {
    let mut pos = at + 1;
    let negative = bytes.get(pos) == Some(&b'-');
    if matches!(bytes.get(pos), Some(b'-' | b'+')) {
        pos += 1;
    }
    let first = pos;
    let mut value: i64 = 0;
    while let Some(digit) = bytes.get(pos).filter(|b| b.is_ascii_digit()) {
        value = (value * 10 + i64::from(digit - b'0')).min(100_000);
        pos += 1;
    }
    if pos == first {
        return Err(DecodeError::new(DecodeErrorKind::InvalidNumber, start));
    }
    Ok((base + if negative { -value } else { value }, pos))
}

/// Reads a text as a number the way `Number(text)` in JavaScript would take
/// a decimal, for numeric strings: surrounding spaces allowed, nothing else.
pub(crate) fn from_text(text: &str) -> Option<f64> {
    let trimmed = text.trim();
    let unsigned = trimmed.strip_prefix('+').unwrap_or(trimmed);
    let first = unsigned
        .strip_prefix('-')
        .unwrap_or(unsigned)
        .bytes()
        .next()?;
    if !(first.is_ascii_digit() || first == b'.') {
        return None;
    }
    unsigned.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Result<f64, DecodeErrorKind> {
        read(text.as_bytes(), 0)
            .map(|n| n.value)
            .map_err(|e| e.kind)
    }

    #[test]
    fn reads_the_forms_of_rfc_8259() {
        for text in [
            "0",
            "-0",
            "7",
            "12345678",
            "123456789012",
            "1.5",
            "-1.25e-3",
            "1E5",
            "0.1e+2",
            "5e-324",
            "1e400",
        ] {
            assert_eq!(value(text), Ok(text.parse::<f64>().unwrap()), "{text}");
        }
    }

    #[test]
    fn refuses_what_json_refuses() {
        for text in ["-", "01", "1.", ".5", "1e", "1e+", "--1", "+1"] {
            assert_eq!(value(text), Err(DecodeErrorKind::InvalidNumber), "{text}");
        }
    }

    #[test]
    fn marks_integers_that_lose_digits() {
        assert!(!read(b"9007199254740992", 0).unwrap().wide);
        assert!(read(b"9007199254740993", 0).unwrap().wide);
        assert!(read(b"123456789012345678901234567890", 0).unwrap().wide);
        assert!(!read(b"1e300", 0).unwrap().wide);
    }

    #[test]
    fn numeric_strings_are_decimals_only() {
        assert_eq!(from_text(" 21.4 "), Some(21.4));
        assert_eq!(from_text("-.5"), Some(-0.5));
        for text in ["", "abc", "inf", "NaN", "0x10", "1 2", "-"] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(x in any::<f64>().prop_filter("finite", |x| x.is_finite())) {
            for text in [format!("{x}"), format!("{x:e}"), format!("{x:.3}")] {
                prop_assert_eq!(value(&text).unwrap().to_bits(), text.parse::<f64>().unwrap().to_bits());
            }
        }

        #[test]
        fn agrees_on_digit_strings(text in "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?") {
            prop_assert_eq!(value(&text).unwrap().to_bits(), text.parse::<f64>().unwrap().to_bits());
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = read(&bytes, 0);
        }
    }
}
