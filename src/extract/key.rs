//! Cells to bytes that are equal when the cells mean the same, for looking rows up by key.

use super::coerce::Source;
use super::rows::Cell;

/// Ends each part; UTF-8 never contains it.
const END: u8 = 0xff;

/// Appends a cell. Texts, numbers, booleans, null and nothing are never equal to each other;
/// numbers are equal when their values are, however they are written.
pub(crate) fn append(cell: Cell, source: Source<'_>, scratch: &mut String, key: &mut Vec<u8>) {
    match cell {
        Cell::Missing => key.push(0xf8),
        Cell::Null => key.push(0xf9),
        Cell::Boolean(value) => key.extend_from_slice(&[0xfa, u8::from(value)]),
        Cell::Number { value, .. } => {
            key.push(0xfb);
            // -0 is 0.
            key.extend_from_slice(&(value + 0.0).to_bits().to_le_bytes());
        }
        Cell::WideInteger { .. } => {
            key.push(0xfc);
            key.extend_from_slice(source.text(cell, scratch).unwrap_or_default().as_bytes());
        }
        Cell::Json { .. } => {
            key.push(0xfd);
            key.extend_from_slice(source.text(cell, scratch).unwrap_or_default().as_bytes());
        }
        Cell::Text { escaped: false, .. } => {
            key.extend_from_slice(source.raw(cell).unwrap_or_default());
        }
        Cell::Text { .. } => {
            key.extend_from_slice(source.text(cell, scratch).unwrap_or_default().as_bytes());
        }
    }
    key.push(END);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(message: &str, cell: Cell) -> Vec<u8> {
        let mut key = Vec::new();
        append(
            cell,
            Source::new(message.as_bytes()),
            &mut String::new(),
            &mut key,
        );
        key
    }

    #[test]
    fn cells_that_mean_different_things_have_different_keys() {
        let number = |value| Cell::Number {
            value,
            start: 0,
            length: 1,
        };
        let text = Cell::Text {
            start: 1,
            end: 2,
            escaped: false,
        };
        let keys = [
            key("", Cell::Missing),
            key("", Cell::Null),
            key("", Cell::Boolean(true)),
            key("", Cell::Boolean(false)),
            key("1", number(1.0)),
            key("2", number(2.0)),
            key("\"1\"", text),
        ];
        for (i, a) in keys.iter().enumerate() {
            assert!(keys.iter().skip(i + 1).all(|b| a != b), "{i}");
        }
        assert_eq!(key("0", number(0.0)), key("-0", number(-0.0)));
    }
}
