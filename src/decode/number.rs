//! JSON numbers (RFC 8259 §6) to `f64`, correctly rounded.

use std::ops::Range;

use super::digits::{self, Digits};
use super::{DecodeError, DecodeErrorKind, scale};

/// Largest integer up to which every integer has its own `f64`.
const MAX_SAFE: u64 = 1 << 53;

/// Digits that a mantissa of 64 bits holds, whichever they are.
const EXACT_DIGITS: usize = 19;

/// Digits of mantissas that come near 2^53 or go beyond.
const LONG_DIGITS: usize = 15;

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

/// Reads the number that begins at `start`. One of its kind in the wasm.
#[inline(never)]
pub(crate) fn read(bytes: &[u8], start: usize) -> Result<Number, DecodeError> {
    read_in_place(bytes, start)
}

/// The same, where a call costs more than its code is worth.
#[inline(always)]
pub(crate) fn read_in_place(bytes: &[u8], start: usize) -> Result<Number, DecodeError> {
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
    let wide = integer && (digits.count > EXACT_DIGITS || digits.mantissa > MAX_SAFE);
    let magnitude = settle(digits, exponent).unwrap_or_else(|| parse_slowly(&bytes[first..pos]));
    Ok(Number {
        value: signed(magnitude, negative),
        wide,
        end: pos,
    })
}

/// Reads the number that begins at `start` in place, if there is nothing else before the next quote.
#[inline(always)]
pub(crate) fn quoted_in_place(bytes: &[u8], start: usize) -> Option<Number> {
    let number = read_in_place(bytes, start).ok()?;
    (bytes.get(number.end) == Some(&b'"')).then_some(number)
}

/// Where the number that begins at `start` ends; what it is worth is not asked.
#[inline(always)]
pub(crate) fn skip(bytes: &[u8], start: usize) -> Result<usize, DecodeError> {
    let first = start + usize::from(bytes.get(start) == Some(&b'-'));
    let end = digits::end(bytes, first);
    let plain =
        end > first && bytes[first] != b'0' && !matches!(bytes.get(end), Some(b'.' | b'e' | b'E'));
    if plain {
        Ok(end)
    } else {
        skip_rest(bytes, start, first..end)
    }
}

/// The same for a number that is no plain integer, whose first digits have been found.
#[inline(never)]
fn skip_rest(bytes: &[u8], start: usize, found: Range<usize>) -> Result<usize, DecodeError> {
    let invalid = || DecodeError::new(DecodeErrorKind::InvalidNumber, start);
    let digits = |from| digits::end(bytes, from);
    if found.is_empty() || (bytes[found.start] == b'0' && found.len() > 1) {
        return Err(invalid());
    }
    let mut pos = found.end;
    if bytes.get(pos) == Some(&b'.') {
        let point = pos + 1;
        pos = digits(point);
        if pos == point {
            return Err(invalid());
        }
    }
    if matches!(bytes.get(pos), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(pos + 1), Some(b'-' | b'+')));
        let exponent = pos + 1 + sign;
        pos = digits(exponent);
        if pos == exponent {
            return Err(invalid());
        }
    }
    Ok(pos)
}

/// The `f64` nearest to the digits times a power of ten, where arithmetic decides it.
#[inline(always)]
fn settle(digits: Digits, exponent: i64) -> Option<f64> {
    if digits.count > EXACT_DIGITS {
        return None;
    }
    // Whether a long decimal is beyond 2^53 is chance, and no branch would foretell it.
    if digits.count >= LONG_DIGITS && exponent < 0 {
        let value = scale::to_f64(digits.mantissa, exponent);
        if value.is_some() {
            return value;
        }
    }
    // From a signed integer, which is one instruction.
    let mantissa = digits.mantissa as i64 as f64;
    match (digits.mantissa <= MAX_SAFE, exponent) {
        (true, 0) => Some(mantissa),
        (true, 1..=22) => Some(mantissa * EXACT_POWERS[exponent as usize]),
        (true, -22..=-1) => Some(mantissa / EXACT_POWERS[-exponent as usize]),
        (false, 0) => Some(digits.mantissa as f64),
        _ => None,
    }
}

/// The number with that magnitude; a branch on its sign would be chance for much that swings around zero.
#[inline(always)]
fn signed(magnitude: f64, negative: bool) -> f64 {
    f64::from_bits(magnitude.to_bits() | u64::from(negative) << 63)
}

#[cold]
fn parse_slowly(digits: &[u8]) -> f64 {
    // The slice is ASCII digits, '.', 'e' and signs that were checked above, so both steps succeed.
    let text = std::str::from_utf8(digits).ok();
    let value = text.and_then(|text| text.parse().ok());
    debug_assert!(value.is_some(), "{text:?} was checked to be a number");
    value.unwrap_or(f64::NAN)
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

/// Reads a text as a number the way `Number(text)` in JavaScript takes a decimal (ECMA-262
/// §7.1.4.1), except that an empty text is none: spaces around it, a sign, `5.`, `.5` and `1e5` are
/// fine. The words for what is no finite number are read in any case and as other languages write
/// them: `NaN`, `Infinity`, `inf`.
pub(crate) fn from_text(text: &str) -> Option<f64> {
    from_text_scaled(text, 0)
}

/// What [`from_text`] reads times 10^`power`, rounded once.
pub(crate) fn from_text_scaled(text: &str, power: i64) -> Option<f64> {
    let text = text.trim();
    let negative = text.starts_with('-');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let magnitude = decimal(unsigned, power).or_else(|| not_finite(unsigned))?;
    Some(if negative { -magnitude } else { magnitude })
}

/// What [`from_text_scaled`] makes of a text that is digits alone.
#[inline]
pub(crate) fn digits_scaled(bytes: &[u8], power: i64) -> Option<f64> {
    let mut digits = Digits::default();
    let end = digits.read(bytes, 0);
    if digits.count == 0 || end != bytes.len() {
        return None;
    }
    settle(digits, power)
}

fn not_finite(word: &str) -> Option<f64> {
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if is("nan") {
        return Some(f64::NAN);
    }
    (is("inf") || is("infinity")).then_some(f64::INFINITY)
}

/// A decimal without a sign times 10^`power`.
fn decimal(text: &str, power: i64) -> Option<f64> {
    let bytes = text.as_bytes();
    let mut digits = Digits::default();
    let mut end = digits.read(bytes, 0);
    let mut places = 0;
    if bytes.get(end) == Some(&b'.') {
        let point = end + 1;
        end = digits.read(bytes, point);
        places = (end - point) as i64;
    }
    if digits.count == 0 {
        return None;
    }
    let mut exponent = power;
    let mut pos = end;
    if matches!(bytes.get(pos), Some(b'e' | b'E')) {
        (exponent, pos) = read_exponent(bytes, pos, power, 0).ok()?;
    }
    if pos != bytes.len() {
        return None;
    }
    settle(digits, exponent - places).or_else(|| parse_scaled(text.get(..end)?, exponent))
}

#[cold]
fn parse_scaled(digits: &str, exponent: i64) -> Option<f64> {
    format!("{digits}e{exponent}").parse().ok()
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
            // Beyond what an i64 holds.
            "9999999999999999999",
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

    proptest! {
        #[test]
        fn skipping_ends_where_reading_ends(text in "-?[0-9]{0,3}(\\.[0-9]{0,3})?([eE][+-]?[0-9]{0,2})?[,x]?") {
            let read = read(text.as_bytes(), 0).map(|number| number.end);
            prop_assert_eq!(skip(text.as_bytes(), 0), read);
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
    fn numeric_strings_are_what_javascript_takes_for_decimals() {
        let cases = [
            (" 21.4 ", 21.4),
            ("\t7\n", 7.0),
            ("-.5", -0.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("+5", 5.0),
            ("007", 7.0),
            ("1e5", 1e5),
            ("1.E+2", 100.0),
            ("1e-400", 0.0),
            ("1e400", f64::INFINITY),
            ("0.0000000000000000000000001", 1e-25),
            (
                "123456789012345678901234567890",
                123_456_789_012_345_678_901_234_567_890.0,
            ),
            ("Infinity", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("+Inf", f64::INFINITY),
            ("-inf", f64::NEG_INFINITY),
        ];
        for (text, value) in cases {
            assert_eq!(from_text(text), Some(value), "{text}");
        }
        assert!(
            from_text("NaN").is_some_and(f64::is_nan) && from_text("nan").is_some_and(f64::is_nan)
        );
        assert_eq!(from_text("-0").map(f64::to_bits), Some((-0.0f64).to_bits()));
        for text in [
            "", " ", "abc", "0x10", "0b1", "1 2", "-", "+", ".", "+-5", "--5", "1,000", "1_000",
            "1e", "1e+", "e5", "5.5.5", "5px", "infinite", "1n",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }

    #[test]
    fn scales_without_a_second_rounding() {
        assert_eq!(
            from_text_scaled("1672515782.136", 3),
            Some(1_672_515_782_136.0)
        );
        assert_eq!(
            from_text_scaled("1568234281726420425", -6),
            Some(1_568_234_281_726.420_4)
        );
        assert_eq!(from_text_scaled("-5e2", -3), Some(-0.5));
        assert_eq!(from_text_scaled("Infinity", -3), Some(f64::INFINITY));
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
        fn texts_agree_with_the_standard_library(text in "[+-]?([0-9]{1,24}\\.?|[0-9]{0,24}\\.[0-9]{1,24})([eE][+-]?[0-9]{1,3})?") {
            let expected = text.parse::<f64>().unwrap();
            prop_assert_eq!(from_text(&text).unwrap().to_bits(), expected.to_bits());
        }

        #[test]
        fn scaled_texts_agree_with_the_standard_library(digits in "-?[0-9]{1,21}(\\.[0-9]{1,9})?", power in -9i64..=9) {
            let expected = format!("{digits}e{power}").parse::<f64>().unwrap();
            prop_assert_eq!(from_text_scaled(&digits, power).unwrap().to_bits(), expected.to_bits());
        }

        #[test]
        fn takes_no_text_that_the_standard_library_refuses(text in "[-+.0-9eE xinfatyNI]{0,12}") {
            if from_text(&text).is_some() {
                prop_assert!(text.trim().parse::<f64>().is_ok(), "{}", text);
            }
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in any::<String>()) {
            let _ = read(&bytes, 0);
            let _ = from_text(&text);
        }
    }
}
