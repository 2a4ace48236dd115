//! A text, number or literal to the cell it is.

use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::decode::number::Number;
use crate::decode::text::Span;
use crate::extract::rows::Cell;

/// The cell of a number whose digits begin at `start`.
#[inline(always)]
pub(super) fn number_cell(start: usize, number: Number) -> Cell {
    let (start, end) = (start as u32, number.end as u32);
    if number.wide {
        return Cell::WideInteger { start, end };
    }
    let length = u16::try_from(end - start).unwrap_or(u16::MAX);
    Cell::Number {
        value: number.value,
        start,
        length,
    }
}

/// The cell of a text.
#[inline(always)]
pub(super) fn text_cell(span: Span) -> Cell {
    Cell::Text {
        start: span.start as u32,
        end: span.end as u32,
        escaped: span.escaped,
    }
}

/// Takes a text, number or literal as the cell it is.
#[inline]
pub(super) fn scalar(scanner: &mut Scanner<'_>) -> Result<Cell, DecodeError> {
    match scanner.peek()? {
        b'"' => scanner.string().map(text_cell),
        b'-' | b'0'..=b'9' => {
            let start = scanner.offset();
            Ok(number_cell(start, scanner.number()?))
        }
        b't' => scanner.literal(b"true").map(|()| Cell::Boolean(true)),
        b'f' => scanner.literal(b"false").map(|()| Cell::Boolean(false)),
        b'n' => scanner.literal(b"null").map(|()| Cell::Null),
        _ => Err(scanner.no_value()),
    }
}
