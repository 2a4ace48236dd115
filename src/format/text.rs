//! Formats that are lines: NDJSON and plain text.

use super::{Documents, framing, write};
use crate::decode::DecodeError;

/// Appends each text of `message`, unchecked.
pub(super) fn ndjson(message: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
    framing::texts(message).try_for_each(|(at, text)| out.add_text(text, at))
}

/// Appends each line that is not blank: a number if it is one, else a string.
pub(super) fn plain(message: &str, out: &mut Documents) -> Result<(), DecodeError> {
    message
        .lines()
        .filter(|line| !line.trim().is_empty())
        .try_for_each(|line| {
            out.add(|json| {
                write::number_or_string(json, line);
                Ok(())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(out: &Documents) -> String {
        String::from_utf8(out.bytes().to_vec())
            .unwrap()
            .replace('\u{1e}', "|")
    }

    #[test]
    fn lines_are_documents() {
        let mut out = Documents::default();
        ndjson(
            b"\xef\xbb\xbf\n{\"a\":1}\r\n\n  [2]\n{\"type\":6}\x1e3\x1e\n",
            &mut out,
        )
        .unwrap();
        assert_eq!(
            (joined(&out).as_str(), out.len()),
            ("{\"a\":1}|[2]|{\"type\":6}|3", 4)
        );
        out.clear();
        assert!(out.is_empty() && out.bytes().is_empty());
    }

    #[test]
    fn plain_lines_are_numbers_or_texts() {
        let mut out = Documents::default();
        let message = "23.5\n -1e3 \r\n\n007\nNaN\nsay \"hi\"\\\t\u{1}\n  indented\n1 2\n\u{1e}";
        plain(message, &mut out).unwrap();
        assert_eq!(
            joined(&out),
            "23.5|-1e3|\"007\"|\"NaN\"|\"say \\\"hi\\\"\\\\\\t\\u0001\"|\"  indented\"|\"1 2\"|\"\\u001e\""
        );
    }
}
