//! What stands in a message without quotes: numbers, words, and what programs print for what is neither.

use super::Repair;
use crate::decode::number;

/// What a word is worth.
#[derive(Debug, PartialEq)]
pub(super) enum Word {
    /// JSON as it is.
    Strict,
    /// JSON when written like this.
    Mended(Vec<u8>, Repair),
    Unreadable,
}

/// Whether a byte ends a word. NUL and white space do, as what has a meaning in JSON does.
pub(super) fn ends(byte: u8) -> bool {
    byte <= b' '
        || matches!(
            byte,
            b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"' | b'(' | b')'
        )
}

pub(super) fn read(word: &[u8]) -> Word {
    if matches!(word, b"true" | b"false" | b"null") || is_number(word) {
        return Word::Strict;
    }
    let (sign, unsigned) = match word {
        [sign @ (b'-' | b'+'), rest @ ..] => (*sign, rest),
        _ => (b' ', word),
    };
    if is_not_finite(unsigned) {
        return Word::Mended(b"null".to_vec(), Repair::NotFinite);
    }
    if let Some(mut json) = decimal(unsigned).or_else(|| hexadecimal(unsigned)) {
        if sign == b'-' {
            json.insert(0, b'-');
        }
        debug_assert!(is_number(&json), "{json:?} is a number of JSON");
        return Word::Mended(json, Repair::Number);
    }
    let json: &[u8] = match word {
        _ if is_one_of(word, &["true"]) => b"true",
        _ if is_one_of(word, &["false"]) => b"false",
        _ if is_one_of(word, &["none", "null", "nil", "undefined"]) => b"null",
        _ => return Word::Unreadable,
    };
    Word::Mended(json.to_vec(), Repair::Literal)
}

fn is_one_of(word: &[u8], known: &[&str]) -> bool {
    let is = |known: &&str| word.eq_ignore_ascii_case(known.as_bytes());
    known.iter().any(is)
}

/// Whether it is one number of JSON.
fn is_number(word: &[u8]) -> bool {
    let begins = matches!(word.first(), Some(b'-' | b'0'..=b'9'));
    begins && number::skip(word, 0) == Ok(word.len())
}

/// Whether it is digits alone, perhaps with a sign.
pub(super) fn is_integer(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// What C, Java, JavaScript, Python and Microsoft's C library ("1.#QNAN") print for what is no finite number.
fn is_not_finite(word: &[u8]) -> bool {
    let names = [
        "nan", "inf", "infinity", "qnan", "snan", "nanq", "nans", "nan0x", "\u{221e}",
    ];
    is_one_of(word, &names) || word.starts_with(b"1.#")
}

/// A decimal with zeros in front, or nothing on one side of its point.
fn decimal(word: &[u8]) -> Option<Vec<u8>> {
    let digits = |from: usize| {
        let rest = word.get(from..).unwrap_or_default();
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        from + rest.iter().take_while(is_digit).count()
    };
    let point = digits(0);
    let mut end = point;
    let mut fraction: &[u8] = b"";
    if word.get(point) == Some(&b'.') {
        end = digits(point + 1);
        fraction = &word[point + 1..end];
    }
    if point == 0 && fraction.is_empty() {
        return None;
    }
    let mut json = match word[..point].iter().position(|byte| *byte != b'0') {
        Some(first) => word[first..point].to_vec(),
        None => vec![b'0'],
    };
    if !fraction.is_empty() {
        json.push(b'.');
        json.extend_from_slice(fraction);
    }
    json.extend_from_slice(&word[end..]);
    // What is left is an exponent, or this is no number.
    is_number(&json).then_some(json)
}

fn hexadecimal(word: &[u8]) -> Option<Vec<u8>> {
    let digits = word
        .strip_prefix(b"0x")
        .or_else(|| word.strip_prefix(b"0X"))?;
    // A sign would be taken too.
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|text| !text.starts_with('+'))?;
    let value = u64::from_str_radix(digits, 16).ok()?;
    Some(value.to_string().into_bytes())
}
