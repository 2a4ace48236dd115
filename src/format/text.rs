//! Formats that are lines: NDJSON and plain text.

use super::{Documents, SEPARATOR, write};
use crate::decode::DecodeError;

/// Appends each non-empty line of `message` as a JSON text, unchecked. U+001E ends a line too
/// (RFC 7464 and SignalR write it between texts).
pub fn split_lines(message: &[u8], out: &mut Documents) {
    for (_, line) in lines(message) {
        // A line holds no separator, so there is nothing that could be refused.
        let _ = out.add_text(line, 0);
    }
}

/// Like [`split_lines`], within the bounds set for `out`.
pub(super) fn ndjson(message: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
    lines(message).try_for_each(|(at, line)| out.add_text(line, at))
}

/// The lines that are not blank, without white space around them, and where they begin.
fn lines(message: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let (bom, message) = match message.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (3, rest),
        None => (0, message),
    };
    let mut start = bom;
    message
        .split(|byte| *byte == b'\n' || *byte == SEPARATOR)
        .map(move |line| {
            let at = start + (line.len() - line.trim_ascii_start().len());
            start += line.len() + 1;
            (at, line.trim_ascii())
        })
        .filter(|(_, line)| !line.is_empty())
}

/// Appends each line that is not blank: a number if it is one, else a string.
pub(super) fn plain(message: &str, out: &mut Documents) -> Result<(), DecodeError> {
    let message = message.strip_prefix('\u{feff}').unwrap_or(message);
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
        split_lines(
            b"\xef\xbb\xbf\n{\"a\":1}\r\n\n  [2]\n{\"type\":6}\x1e3\x1e\n",
            &mut out,
        );
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
        let message =
            "\u{feff}23.5\n -1e3 \r\n\n007\nNaN\nsay \"hi\"\\\t\u{1}\n  indented\n1 2\n\u{1e}";
        plain(message, &mut out).unwrap();
        assert_eq!(
            joined(&out),
            "23.5|-1e3|\"007\"|\"NaN\"|\"say \\\"hi\\\"\\\\\\t\\u0001\"|\"  indented\"|\"1 2\"|\"\\u001e\""
        );
    }
}
