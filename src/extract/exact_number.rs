//! Numbers as filters and conditions compare them.

use std::cmp::Ordering;

use super::coerce::CellSource;
use super::rows::Cell;
use crate::decode::{DecodeError, number};

/// Largest integer up to which every integer has its own `f64`.
const MAX_SAFE: f64 = 9_007_199_254_740_992.0;

/// A number; integers keep digits that an `f64` cannot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ExactNumber {
    /// The nearest `f64`; NaN compares with nothing.
    value: f64,
    /// The number itself, where it is whole and known exactly.
    integer: Option<i128>,
}

impl ExactNumber {
    /// A number of which no more is known than the nearest `f64`.
    pub(super) fn from_f64(value: f64) -> Self {
        let whole = value.fract() == 0.0 && value.abs() <= MAX_SAFE;
        Self {
            value,
            integer: whole.then_some(value as i128),
        }
    }

    /// A number of a query, which JavaScript has rounded: 2^53 may have been 2^53 + 1.
    pub(super) fn rounded(value: f64) -> Self {
        let integer = Self::from_f64(value)
            .integer
            .filter(|_| value.abs() < MAX_SAFE);
        Self { value, integer }
    }

    /// The number that a text holds, written in whatever way users and feeds write numbers.
    pub(super) fn read(text: &str) -> Option<Self> {
        let value = number::from_text(text).filter(|value| !value.is_nan())?;
        // What is written as an integer is known to all its digits; other forms to those of an `f64`.
        let integer = text.trim().parse().ok().or(Self::from_f64(value).integer);
        Some(Self { value, integer })
    }

    /// The JSON number that begins at an offset.
    pub(super) fn read_json(bytes: &[u8], at: usize) -> Result<Self, DecodeError> {
        let number = number::read(bytes, at)?;
        if !number.wide {
            return Ok(Self::from_f64(number.value));
        }
        let digits = bytes.get(at..number.end);
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        debug_assert!(digits.is_some(), "a number is ASCII");
        Ok(Self {
            value: number.value,
            // Beyond 2^127 it is not known.
            integer: digits.and_then(|digits| digits.parse().ok()),
        })
    }

    /// The number in a cell; a text that holds none and other values have no number.
    pub(super) fn from_cell(
        cell: &Cell,
        source: CellSource<'_>,
        scratch: &mut String,
    ) -> Option<Self> {
        match *cell {
            Cell::Number { value, .. } => Some(Self::from_f64(value)),
            Cell::Boolean(value) => Some(Self::from_f64(f64::from(u8::from(value)))),
            Cell::WideInteger { .. } | Cell::Text { .. } => {
                source.text(cell, scratch).and_then(Self::read)
            }
            Cell::Missing | Cell::Null | Cell::Json { .. } => None,
        }
    }

    /// Which of two numbers is the larger one; `None` where NaN is involved.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self.integer, other.integer) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => self.value.partial_cmp(&other.value),
        }
    }
}
