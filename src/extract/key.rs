//! Cells to bytes that are equal when the cells mean the same, for looking rows up by key.

use super::coerce::CellSource;
use super::rows::Cell;

/// Stands between the parts of a key; UTF-8 never contains it.
const AND: u8 = 0xff;

/// The key of some cells, which stand in `buffer` unless they are a text that is there already.
#[inline]
pub(crate) fn of_cells<'k>(
    cells: impl ExactSizeIterator<Item = &'k Cell> + Clone,
    source: CellSource<'k>,
    scratch: &mut String,
    buffer: &'k mut Vec<u8>,
) -> &'k [u8] {
    if cells.len() == 1
        && let Some(cell @ Cell::Text { escaped: false, .. }) = cells.clone().next()
        && let Some(text) = source.raw(cell)
    {
        return text;
    }
    buffer.clear();
    write(cells, source, scratch, |part| {
        buffer.extend_from_slice(part);
    });
    buffer
}

/// Gives the key of some cells part by part to `take`.
///
/// Texts, numbers, booleans, null and nothing are never equal to each other; numbers are equal
/// when their values are, however they are written.
#[inline]
pub(crate) fn write<'c>(
    cells: impl Iterator<Item = &'c Cell>,
    source: CellSource<'_>,
    scratch: &mut String,
    mut take: impl FnMut(&[u8]),
) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            take(&[AND]);
        }
        write_cell(cell, source, scratch, &mut take);
    }
}

#[inline]
fn write_cell(
    cell: &Cell,
    source: CellSource<'_>,
    scratch: &mut String,
    take: &mut impl FnMut(&[u8]),
) {
    match *cell {
        Cell::Missing => return take(&[0xf8]),
        Cell::Null => return take(&[0xf9]),
        Cell::Boolean(value) => return take(&[0xfa, u8::from(value)]),
        Cell::Number { value, .. } => {
            let mut part = [0xfb; 9];
            // -0 is 0.
            part[1..].copy_from_slice(&(value + 0.0).to_le_bytes());
            return take(&part);
        }
        Cell::Text { escaped: false, .. } => {
            if let Some(text) = source.raw(cell) {
                return take(text);
            }
            debug_assert!(false, "a text is a part of its message");
        }
        Cell::Text { .. } => {}
        Cell::WideInteger { .. } => take(&[0xfc]),
        Cell::Json { .. } => take(&[0xfd]),
    }
    match source.text(cell, scratch) {
        Some(text) => take(text.as_bytes()),
        None => debug_assert!(false, "a cell that holds a value has a text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(message: &str, cells: &[Cell]) -> Vec<u8> {
        let source = CellSource::new(message.as_bytes());
        let (mut scratch, mut buffer) = (String::new(), Vec::new());
        of_cells(cells.iter(), source, &mut scratch, &mut buffer).to_vec()
    }

    fn key(message: &str, cell: Cell) -> Vec<u8> {
        key_of(message, &[cell])
    }

    fn text(start: u32, end: u32, escaped: bool) -> Cell {
        Cell::Text {
            start,
            end,
            escaped,
        }
    }

    #[test]
    fn where_a_part_ends_counts_and_how_a_text_is_written_does_not() {
        let message = r#""ab" "c" "a" "bc" "\u0061""#;
        let (ab, c, a, bc) = (
            text(1, 3, false),
            text(6, 7, false),
            text(10, 11, false),
            text(14, 16, false),
        );
        assert_ne!(key_of(message, &[ab, c]), key_of(message, &[a, bc]));
        assert_eq!(key(message, text(19, 25, true)), key(message, a));
        assert_eq!(key(message, ab), b"ab");
    }

    #[test]
    fn cells_that_mean_different_things_have_different_keys() {
        let number = |value| Cell::Number {
            value,
            start: 0,
            length: 1,
        };
        let keys = [
            key("", Cell::Missing),
            key("", Cell::Null),
            key("", Cell::Boolean(true)),
            key("", Cell::Boolean(false)),
            key("1", number(1.0)),
            key("2", number(2.0)),
            key("\"1\"", text(1, 2, false)),
            key("9007199254740993", Cell::WideInteger { start: 0, end: 16 }),
            key("\"9007199254740993\"", text(1, 17, false)),
            key("[1]", Cell::json(0, 3)),
            key("\"[1]\"", text(1, 4, false)),
        ];
        for (i, a) in keys.iter().enumerate() {
            assert!(keys.iter().skip(i + 1).all(|b| a != b), "{i}");
        }
        assert_eq!(key("0", number(0.0)), key("-0", number(-0.0)));
    }
}
