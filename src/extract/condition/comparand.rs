//! The value a condition compares with, made ready for values of any type.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::extract::coerce::CellSource;
use crate::extract::exact_number::ExactNumber;
use crate::extract::option_value::OptionValue;
use crate::extract::rows::Cell;
use crate::extract::scalar::scalar;
use crate::extract::time::iso8601;

/// How a query wrote a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Written {
    Number,
    Text,
    Boolean,
}

/// A value and what it reads as; everything else follows from `written` and `text`.
#[derive(Debug, Clone)]
pub(super) struct Comparand {
    written: Written,
    text: Box<str>,
    number: Option<ExactNumber>,
    boolean: Option<bool>,
    /// Milliseconds since the epoch.
    time: Option<f64>,
}

impl PartialEq for Comparand {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written && self.text == other.text
    }
}

impl Eq for Comparand {}

impl Hash for Comparand {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.written, &self.text).hash(state);
    }
}

impl Comparand {
    pub(super) fn new(value: &OptionValue) -> Self {
        let text = value.to_string();
        let (written, number) = match value {
            OptionValue::Number(value) => (Written::Number, Some(ExactNumber::rounded(*value))),
            OptionValue::Text(text) => (Written::Text, ExactNumber::read(text)),
            OptionValue::Boolean(_) => (Written::Boolean, None),
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

    /// What it was written as.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a cell is this value.
    pub(super) fn equals(&self, cell: &Cell, source: CellSource<'_>, scratch: &mut String) -> bool {
        match *cell {
            Cell::Missing | Cell::Null => false,
            Cell::Boolean(value) => self.boolean == Some(value),
            Cell::Number { .. } | Cell::WideInteger { .. } => {
                let number = ExactNumber::from_cell(cell, source, scratch);
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
            Written::Number => self.is_number(ExactNumber::read(text)),
            Written::Boolean => self.text.eq_ignore_ascii_case(text),
        }
    }

    fn is_number(&self, number: Option<ExactNumber>) -> bool {
        self.order_of(number) == Some(Ordering::Equal)
    }

    fn order_of(&self, number: Option<ExactNumber>) -> Option<Ordering> {
        number?.compare(self.number?)
    }

    /// How a cell compares with this value; `None` when the two have no order.
    pub(super) fn order(
        &self,
        cell: &Cell,
        source: CellSource<'_>,
        scratch: &mut String,
    ) -> Option<Ordering> {
        if self.number.is_some() {
            return self.order_of(ExactNumber::from_cell(cell, source, scratch));
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
    pub(super) fn is_in(&self, cell: &Cell, source: CellSource<'_>, scratch: &mut String) -> bool {
        match *cell {
            Cell::Json { start, end } => {
                let scanner = source.scanner(start, end);
                // What a cell refers to was scanned before, so there is nothing malformed to tell of.
                self.is_in_json(scanner, source, scratch)
                    .unwrap_or_else(|error| {
                        debug_assert!(false, "scanned before, and yet {error}");
                        false
                    })
            }
            _ => source
                .text(cell, scratch)
                .is_some_and(|text| text.contains(&*self.text)),
        }
    }

    fn is_in_json(
        &self,
        mut scanner: Scanner<'_>,
        source: CellSource<'_>,
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
    let start = scanner.offset();
    scanner.skip(0)?;
    Ok(Cell::json(start, scanner.offset()))
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
