//! Plain text: each line is a value.

use super::documents::Documents;
use super::write;
use crate::decode::DecodeError;

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
    use super::super::tests::texts;
    use super::*;

    #[test]
    fn plain_lines_are_numbers_or_texts() {
        let mut out = Documents::default();
        let message = "23.5\n -1e3 \r\n\n007\nNaN\nsay \"hi\"\\\t\u{1}\n  indented\n1 2\n\u{1e}";
        plain(message, &mut out).unwrap();
        assert_eq!(
            texts(&out),
            "23.5|-1e3|\"007\"|\"NaN\"|\"say \\\"hi\\\"\\\\\\t\\u0001\"|\"  indented\"|\"1 2\"|\"\\u001e\""
        );
    }
}
