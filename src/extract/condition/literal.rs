//! The value a condition compares with, made ready for values of any type.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::Value;
use crate::decode::json::Scanner;
use crate::decode::{DecodeError, number};
use crate::extract::coerce::Source;
use crate::extract::rows::Cell;
use crate::extract::time::iso8601;
use crate::extract::walk::scalar::scalar;

/// Largest integer up to which every integer has its own `f64`.
const MAX_SAFE: f64 = 9_007_199_254_740_992.0;

/// How a query wrote a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Written {
    Number,
    Text,
    Boolean,
}

/// A value and what it reads as; everything else follows from `written` and `text`.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    written: Written,
    text: Box<str>,
    number: Option<Amount>,
    boolean: Option<bool>,
    /// Milliseconds since the epoch.
    time: Option<f64>,
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written && self.text == other.text
    }
}

impl Eq for Literal {}

impl Hash for Literal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.written, &self.text).hash(state);
    }
}

impl Literal {
    pub(super) fn new(value: &Value) -> Self {
        let text = value.to_string();
        let (written, number) = match value {
            Value::Number(value) => (Written::Number, Some(Amount::rounded(*value))),
            Value::Text(text) => (Written::Text, Amount::read(text)),
            Value::Boolean(_) => (Written::Boolean, None),
        };
        let time = iso8601(&text).filter(|_| number.is_none());
        let boolean = boolean(&text);
        Self {
            written,
            text: text.into(),
            number,
            boolean,
            time,
        }
    }

    /// Whether a cell is this value.
    pub(super) fn equals(&self, cell: &Cell, source: Source<'_>, scratch: &mut String) -> bool {
        match *cell {
            Cell::Missing | Cell::Null => false,
            Cell::Boolean(value) => self.boolean == Some(value),
            Cell::Number { .. } | Cell::WideInteger { .. } => {
                let number = Amount::of_cell(cell, source, scratch);
                self.is_number(number)
            }
            Cell::Text { .. } | Cell::Json { .. } => match (self.written, source.raw(cell)) {
                (Written::Text, Some(text)) => text == self.text.as_bytes(),
                _ => source
                    .text(cell, scratch)
                    .is_some_and(|text| self.equals_text(text)),
            },
        }
    }

    fn equals_text(&self, text: &str) -> bool {
        match self.written {
            Written::Text => *self.text == *text,
            Written::Number => self.is_number(Amount::read(text)),
            Written::Boolean => self.text.eq_ignore_ascii_case(text),
        }
    }

    fn is_number(&self, number: Option<Amount>) -> bool {
        self.order_of(number) == Some(Ordering::Equal)
    }

    fn order_of(&self, number: Option<Amount>) -> Option<Ordering> {
        number?.compare(self.number?)
    }

    /// How a cell compares with this value; `None` when the two have no order.
    pub(super) fn order(
        &self,
        cell: &Cell,
        source: Source<'_>,
        scratch: &mut String,
    ) -> Option<Ordering> {
        if self.number.is_some() {
            return self.order_of(Amount::of_cell(cell, source, scratch));
        }
        if !matches!(cell, Cell::Text { .. }) {
            return None;
        }
        let text = source.text(cell, scratch)?;
        match self.time {
            Some(time) => iso8601(text)?.partial_cmp(&time),
            None => Some(text.cmp(&self.text)),
        }
    }

    /// Whether this value is a part of a cell.
    pub(super) fn is_in(&self, cell: &Cell, source: Source<'_>, scratch: &mut String) -> bool {
        match *cell {
            Cell::Json { start, end } => {
                let scanner = source.scanner(start, end);
                // What a cell refers to was scanned before, so there is nothing malformed to tell of.
                self.is_in_json(scanner, source, scratch).unwrap_or(false)
            }
            _ => source
                .text(cell, scratch)
                .is_some_and(|text| text.contains(&*self.text)),
        }
    }

    fn is_in_json(
        &self,
        mut scanner: Scanner<'_>,
        source: Source<'_>,
        scratch: &mut String,
    ) -> Result<bool, DecodeError> {
        let is_array = scanner.peek()? == b'[';
        let close = if is_array { b']' } else { b'}' };
        let mut more = scanner.enter(close)?;
        while more {
            let found = if is_array {
                self.equals(&item(&mut scanner)?, source, scratch)
            } else {
                let key = key(&mut scanner)?;
                source.text(&key, scratch) == Some(&*self.text)
            };
            if found {
                return Ok(true);
            }
            more = scanner.more(close)?;
        }
        Ok(false)
    }
}

/// Takes an item of an array.
fn item(scanner: &mut Scanner<'_>) -> Result<Cell, DecodeError> {
    if !matches!(scanner.peek()?, b'[' | b'{') {
        return scalar(scanner);
    }
    let start = scanner.position();
    scanner.skip(0)?;
    Ok(Cell::json(start, scanner.position()))
}

/// Takes a member of an object, and returns its key.
fn key(scanner: &mut Scanner<'_>) -> Result<Cell, DecodeError> {
    let span = scanner.key()?;
    scanner.skip(0)?;
    Ok(Cell::Text {
        start: span.start as u32,
        end: span.end as u32,
        escaped: span.escaped,
    })
}

fn boolean(text: &str) -> Option<bool> {
    let is = |known: &str| text.trim().eq_ignore_ascii_case(known);
    if is("true") || is("1") {
        return Some(true);
    }
    (is("false") || is("0")).then_some(false)
}

/// A number; integers keep digits that an `f64` cannot.
#[derive(Debug, Clone, Copy)]
struct Amount {
    /// The nearest `f64`; NaN compares with nothing.
    value: f64,
    /// The number itself, where it is whole and known exactly.
    integer: Option<i128>,
}

impl Amount {
    fn of(value: f64) -> Self {
        let whole = value.fract() == 0.0 && value.abs() <= MAX_SAFE;
        Self {
            value,
            integer: whole.then_some(value as i128),
        }
    }

    /// A number of a query, which JavaScript has rounded: 2^53 may have been 2^53 + 1.
    fn rounded(value: f64) -> Self {
        let integer = Self::of(value).integer.filter(|_| value.abs() < MAX_SAFE);
        Self { value, integer }
    }

    fn read(text: &str) -> Option<Self> {
        let value = number::from_text(text).filter(|value| !value.is_nan())?;
        // What is written as an integer is known to all its digits; other forms to those of an `f64`.
        let integer = text.trim().parse().ok().or(Self::of(value).integer);
        Some(Self { value, integer })
    }

    fn of_cell(cell: &Cell, source: Source<'_>, scratch: &mut String) -> Option<Self> {
        match *cell {
            Cell::Number { value, .. } => Some(Self::of(value)),
            Cell::Boolean(value) => Some(Self::of(f64::from(u8::from(value)))),
            Cell::WideInteger { .. } | Cell::Text { .. } => {
                source.text(cell, scratch).and_then(Self::read)
            }
            Cell::Missing | Cell::Null | Cell::Json { .. } => None,
        }
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        match (self.integer, other.integer) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => self.value.partial_cmp(&other.value),
        }
    }
}
