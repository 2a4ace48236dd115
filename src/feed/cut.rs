//! Texts that are too long to be shown whole.

use crate::decode::DecodeError;
use crate::decode::json::Scanner;

/// The first `max` bytes of a text, which does not end within a character.
pub(super) fn text(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// Hexadecimal digits of the first `max / 2` bytes.
pub(super) fn hexadecimal(bytes: &[u8], max: usize) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let shown = bytes.get(..max / 2).unwrap_or(bytes);
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
    let digits = shown
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)]);
    digits.collect()
}

/// A JSON text of at most `max` bytes, and a few that close what is open: without the items and members that do not fit.
/// `None` when that leaves nothing.
pub(super) fn json(document: &str, max: usize) -> Option<String> {
    if document.len() <= max {
        return Some(document.to_owned());
    }
    let (end, open) = fitting(document.as_bytes(), max).ok()?;
    let mut cut = document
        .get(..end)
        .filter(|cut| !cut.is_empty())?
        .to_owned();
    cut.extend(open.iter().rev().map(|close| char::from(*close)));
    Some(cut)
}

/// Where the last value ends that fits, and what closes the containers that are open there.
fn fitting(document: &[u8], max: usize) -> Result<(usize, Vec<u8>), DecodeError> {
    let mut scanner = Scanner::new(document);
    let (mut open, mut fits) = (Vec::new(), (0, Vec::new()));
    loop {
        let close = match scanner.peek()? {
            b'{' => Some(b'}'),
            b'[' => Some(b']'),
            _ => None,
        };
        if let Some(close) = close {
            let opened = scanner.offset() + 1;
            scanner.deeper(open.len() as u32)?;
            if scanner.enter(close)? {
                open.push(close);
                if opened <= max {
                    fits = (opened, open.clone());
                }
                name(&mut scanner, &open)?;
                continue;
            }
        } else {
            scanner.skip(0)?;
        }
        loop {
            if scanner.offset() > max {
                return Ok(fits);
            }
            fits = (scanner.offset(), open.clone());
            match open.last() {
                None => return Ok(fits),
                Some(close) if scanner.more(*close)? => break name(&mut scanner, &open)?,
                Some(_) => drop(open.pop()),
            }
        }
    }
}

fn name(scanner: &mut Scanner<'_>, open: &[u8]) -> Result<(), DecodeError> {
    match open.last() {
        Some(b'}') => scanner.key().map(drop),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::any_json;
    use proptest::prelude::*;

    #[test]
    fn texts_end_with_a_whole_character() {
        assert_eq!(text("aé", 2), "a");
        assert_eq!(text("aé", 3), "aé");
        assert_eq!(hexadecimal(b"\x00\xffa", 4), "00ff");
        assert_eq!(hexadecimal(b"\x00\xff", 16), "00ff");
    }

    #[test]
    fn a_document_keeps_what_fits() {
        let document = r#"{"a":[1,{"b":22}],"c":3}"#;
        let cases = [
            (99, Some(document)),
            (17, Some(r#"{"a":[1,{"b":22}]}"#)),
            (15, Some(r#"{"a":[1,{"b":22}]}"#)),
            (9, Some(r#"{"a":[1,{}]}"#)),
            (7, Some(r#"{"a":[1]}"#)),
            (1, Some("{}")),
            (0, None),
        ];
        for (max, expected) in cases {
            assert_eq!(json(document, max).as_deref(), expected, "{max}");
        }
        assert_eq!(json("\"a text that does not fit\"", 9), None);
    }

    proptest! {
        #[test]
        fn what_is_cut_is_json(value in any_json(), max in 0usize..60) {
            let document = value.to_string();
            if let Some(cut) = json(&document, max) {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&cut).is_ok(), "{}", cut);
                prop_assert!(cut.len() <= 2 * max.max(document.len().min(max)));
            }
        }
    }
}
