//! What stands around the texts of a message: a byte order mark before them, a NUL behind them, line breaks
//! and U+001E between them.
//!
//! In goes a message as it came; out come the texts in it, with their offsets. The readers of formats that
//! are text call this, and [`stream`](crate::stream) for messages that pass as JSON and turn out not to be
//! one bare JSON text.

use std::ops::Range;
use std::str;

use crate::decode::{BYTE_ORDER_MARK, DecodeError, DecodeErrorKind, SEPARATOR};

/// Where `message` has its text: without a byte order mark before it and the NULs behind it, which programs
/// in C send with their strings.
pub fn text_range(message: &[u8]) -> Range<usize> {
    let start = match message.strip_prefix(BYTE_ORDER_MARK) {
        Some(_) => BYTE_ORDER_MARK.len(),
        None => 0,
    };
    let text = message.get(start..).unwrap_or_default();
    let nuls = text.iter().rev().take_while(|byte| **byte == 0).count();
    start..message.len() - nuls
}

/// What [`text_range`] says.
pub(super) fn text_of(message: &[u8]) -> &[u8] {
    message.get(text_range(message)).unwrap_or_default()
}

/// Has `read` read the text of a message; offsets of its errors become those in the message.
///
/// # Errors
/// When the message is not UTF-8, and those of `read`.
pub(super) fn read_text(
    message: &[u8],
    read: impl FnOnce(&str) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let start = text_range(message).start;
    let text = str::from_utf8(text_of(message));
    let invalid =
        |error: str::Utf8Error| DecodeError::new(DecodeErrorKind::InvalidUtf8, error.valid_up_to());
    text.map_err(invalid)
        .and_then(read)
        .map_err(|error| DecodeError {
            at: error.at + start,
            ..error
        })
}

/// The texts in a message that `error` says is not a single JSON text: one in each line (Centrifugo joins
/// messages so), or ended by U+001E (RFC 7464, SignalR) or NUL. `None` when the error is not of this kind.
/// Each text comes with its offset.
pub fn split_after(
    error: DecodeError,
    message: &[u8],
) -> Option<impl Iterator<Item = (usize, &[u8])>> {
    let holds_several = match error.kind {
        // Texts of RFC 7464 begin with it.
        DecodeErrorKind::UnexpectedByte(SEPARATOR) => true,
        DecodeErrorKind::TrailingData => {
            let before = message.get(..=error.at).unwrap_or(message);
            before.iter().any(|byte| ends_text(*byte))
        }
        _ => false,
    };
    holds_several.then(|| texts(message))
}

/// Whether there is no text in a message.
pub fn is_blank(message: &[u8]) -> bool {
    texts(message).next().is_none()
}

/// The texts that are not blank, without white space around them, and where they begin. A text ends where its
/// line does, at U+001E or at a NUL.
pub(super) fn texts(message: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let Range { mut start, end } = text_range(message);
    message
        .get(start..end)
        .unwrap_or_default()
        .split(|byte| ends_text(*byte))
        .map(move |text| {
            let at = start + (text.len() - text.trim_ascii_start().len());
            start += text.len() + 1;
            (at, text.trim_ascii())
        })
        .filter(|(_, text)| !text.is_empty())
}

/// Whether a byte ends a text, of which no JSON text holds one inside a string.
pub(super) fn ends_text(byte: u8) -> bool {
    matches!(byte, b'\n' | SEPARATOR | 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(kind: DecodeErrorKind, at: usize, message: &str) -> Option<Vec<&str>> {
        let texts = split_after(DecodeError { kind, at }, message.as_bytes())?;
        Some(
            texts
                .map(|(_, text)| str::from_utf8(text).unwrap())
                .collect(),
        )
    }

    #[test]
    fn a_mark_before_and_nuls_behind_are_no_part_of_a_text() {
        let cases = [
            ("", 0..0),
            ("a", 0..1),
            ("\u{feff}a", 3..4),
            ("a\0\0", 0..1),
            ("\u{feff}a\0", 3..4),
            ("\u{feff}\0", 3..3),
            ("\0", 0..0),
            ("a\u{feff}\0b", 0..6),
        ];
        for (message, range) in cases {
            assert_eq!(text_range(message.as_bytes()), range, "{message:?}");
        }
        let invalid = DecodeError::new(DecodeErrorKind::InvalidUtf8, 4);
        assert_eq!(read_text(b"\xef\xbb\xbfa\xff\0", |_| Ok(())), Err(invalid));
        let own = DecodeError::new(DecodeErrorKind::UnknownFormat, 1);
        assert_eq!(
            read_text(b"\xef\xbb\xbfa\0", |text| {
                assert_eq!(text, "a");
                Err(own)
            }),
            Err(DecodeError { at: 4, ..own })
        );
    }

    #[test]
    fn texts_have_their_offsets() {
        let message = b"\xef\xbb\xbf\n {\"a\":1}\r\n\n[2]\0{\"type\":6}\x1e3\x1e\0";
        let found: Vec<(usize, &[u8])> = texts(message).collect();
        let texts: Vec<&[u8]> = vec![b"{\"a\":1}", b"[2]", b"{\"type\":6}", b"3"];
        assert_eq!(
            found.iter().map(|(_, text)| *text).collect::<Vec<_>>(),
            texts
        );
        for (at, text) in found {
            assert!(message[at..].starts_with(text));
        }
    }

    #[test]
    fn a_message_is_split_where_the_error_says_that_a_text_had_ended() {
        use DecodeErrorKind::{TrailingData, UnexpectedByte, UnexpectedEnd};
        assert_eq!(split(TrailingData, 2, "1\n2"), Some(vec!["1", "2"]));
        assert_eq!(split(TrailingData, 1, "1\x1e2\x1e"), Some(vec!["1", "2"]));
        assert_eq!(split(TrailingData, 1, "1\x002"), Some(vec!["1", "2"]));
        let records = UnexpectedByte(SEPARATOR);
        assert_eq!(split(records, 0, "\x1e1\n\x1e2"), Some(vec!["1", "2"]));
        assert_eq!(split(TrailingData, 2, "1 2\n3"), None);
        assert_eq!(split(TrailingData, 9, "1 2"), None);
        assert_eq!(split(UnexpectedByte(b'x'), 2, "1\nx"), None);
        assert_eq!(split(UnexpectedEnd, 3, "[1\n"), None);
    }
}
