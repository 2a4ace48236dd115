//! JSON and NDJSON, which are handed on unchecked.

use super::documents::Documents;
use super::framing;
use super::reader::FormatReader;
use crate::decode::DecodeError;
use crate::decode::SEPARATOR;

/// Reads one JSON text a message, or several with U+001E between them.
#[derive(Debug)]
pub(super) struct Json;

impl FormatReader for Json {
    fn read(&mut self, message: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
        framing::read_text(message, |text| {
            if text.as_bytes().contains(&SEPARATOR) {
                return ndjson(text, out);
            }
            out.add_text(text.as_bytes(), 0)
        })
    }

    fn passes_text(&self) -> bool {
        true
    }
}

/// Appends each text of `message`.
pub(super) fn ndjson(message: &str, out: &mut Documents) -> Result<(), DecodeError> {
    let before = out.mark();
    for (at, text) in framing::texts(message.as_bytes()) {
        if is_broken(text) && !message.as_bytes().contains(&SEPARATOR) {
            // A text over several lines, or the rest of one: who reads it finds where it ends.
            out.rewind(before);
            return out.add_text(message.as_bytes(), 0);
        }
        out.add_text(text, at)?;
    }
    Ok(())
}

/// Whether a line is seen to be no text as it stands: an array or object does not begin or does not end with it.
fn is_broken(line: &[u8]) -> bool {
    match (line.first(), line.last()) {
        (Some(b'{'), last) => last != Some(&b'}'),
        (Some(b'['), last) => last != Some(&b']'),
        (_, last) => matches!(last, Some(b'{' | b'}' | b'[' | b']' | b',' | b':')),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::texts;
    use super::*;

    #[test]
    fn lines_are_documents() {
        let mut out = Documents::default();
        ndjson(
            "\u{feff}\n{\"a\":1}\r\n\n  [2]\n{\"type\":6}\x1e3\x1e\n",
            &mut out,
        )
        .unwrap();
        assert_eq!(
            (texts(&out).as_str(), out.len()),
            ("{\"a\":1}|[2]|{\"type\":6}|3", 4)
        );
        out.clear();
        assert!(out.is_empty() && out.bytes().is_empty());
    }
}
