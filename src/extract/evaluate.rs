//! Asking a filter's condition of a value (RFC 9535 §2.3.5.2).

use super::exact_number::ExactNumber;
use super::path::{Comparable, Comparison, FoundRegex, Function, Logical, RegexSource, RegexTest};
use super::position::{Position, name};
use super::select::{Selector, by_name};
use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use std::borrow::Cow;
use std::cmp::Ordering;

/// What a byte of a text costs that is matched with a regular expression, in bytes passed.
const REGEX_COST: usize = 8;

/// The same where the regular expression stands in the message.
const FOUND_REGEX_COST: usize = 32;

/// What it costs to make such a regular expression ready.
const NEW_REGEX_COST: usize = 1 << 12;

/// A side of a comparison.
#[derive(Debug, PartialEq)]
enum FilterValue<'v> {
    /// The query selects nothing.
    Nothing,
    Null,
    Boolean(bool),
    Number(ExactNumber),
    Text(Cow<'v, str>),
    /// An array, or an object.
    Container {
        object: bool,
        position: Position,
    },
}

impl<'a> Selector<'a> {
    /// Whether `condition` holds for the value at `position`.
    pub(super) fn holds(
        &mut self,
        condition: &Logical,
        position: Position,
    ) -> Result<bool, DecodeError> {
        match condition {
            Logical::Any(conditions) => {
                for condition in conditions {
                    if self.holds(condition, position)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Logical::All(conditions) => {
                for condition in conditions {
                    if !self.holds(condition, position)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Logical::Not(condition) => self.holds(condition, position).map(|holds| !holds),
            Logical::Exists(query) => self.first(query, position).map(|found| found.is_some()),
            Logical::Regex(test) => self.fits(test, position),
            Logical::Compare {
                left,
                comparison,
                right,
            } => {
                let left = self.side(left, position)?;
                let right = self.side(right, position)?;
                self.compare(&left, *comparison, &right)
            }
        }
    }

    fn side<'v>(
        &mut self,
        operand: &'v Comparable,
        position: Position,
    ) -> Result<FilterValue<'v>, DecodeError>
    where
        'a: 'v,
    {
        Ok(match operand {
            Comparable::Null => FilterValue::Null,
            Comparable::Boolean(value) => FilterValue::Boolean(*value),
            Comparable::Number(digits) => {
                FilterValue::Number(ExactNumber::read_json(digits.as_bytes(), 0)?)
            }
            Comparable::Text(text) => FilterValue::Text(Cow::Borrowed(text)),
            Comparable::FilterQuery(query) => {
                let found = self.first(query, position)?;
                self.value(found)?
            }
            Comparable::Function(function) => self.call(function, position)?,
        })
    }

    /// RFC 9535 §2.4.4, §2.4.5 and §2.4.8.
    fn call(
        &mut self,
        function: &Function,
        position: Position,
    ) -> Result<FilterValue<'a>, DecodeError> {
        let count = match function {
            Function::Length(argument) => match self.side(argument, position)? {
                FilterValue::Text(text) => text.chars().count(),
                FilterValue::Container { position, .. } => self.children(position)?.list.len(),
                _ => return Ok(FilterValue::Nothing),
            },
            Function::Count(query) => self.nodes(query, position)?.count,
            Function::Value(query) => {
                let nodes = self.nodes(query, position)?;
                return self.value(nodes.only());
            }
        };
        Ok(FilterValue::Number(ExactNumber::from_f64(count as f64)))
    }

    /// RFC 9535 §2.4.6 and §2.4.7: what is no text, or no regular expression, does not fit.
    fn fits(&mut self, test: &RegexTest, position: Position) -> Result<bool, DecodeError> {
        let FilterValue::Text(text) = self.side(&test.text, position)? else {
            return Ok(false);
        };
        let source = match &test.pattern {
            RegexSource::Fixed(regex) => {
                self.charge(text.len().saturating_mul(REGEX_COST), position.at)?;
                return Ok(regex.fits(&text));
            }
            RegexSource::Found(source) => self.side(source, position)?,
        };
        let FilterValue::Text(source) = source else {
            return Ok(false);
        };
        self.charge(text.len().saturating_mul(FOUND_REGEX_COST), position.at)?;
        if !self
            .found_regex
            .as_ref()
            .is_some_and(|known| known.is(&source, test.whole))
        {
            self.charge(NEW_REGEX_COST.saturating_add(source.len()), position.at)?;
            self.found_regex = Some(FoundRegex::new(&source, test.whole));
        }
        Ok(self
            .found_regex
            .as_ref()
            .is_some_and(|regex| regex.fits(&text)))
    }

    /// The value at a position, if there is one.
    fn value(&mut self, position: Option<Position>) -> Result<FilterValue<'a>, DecodeError> {
        let Some(position) = position else {
            return Ok(FilterValue::Nothing);
        };
        let value = value_at(self.bytes, position)?;
        if let FilterValue::Text(text) = &value {
            // A query from the root is asked once, but what it selects is read for each value it is compared with.
            self.charge(text.len(), position.at)?;
        }
        Ok(value)
    }

    /// RFC 9535 §2.3.5.2.2.
    fn compare(
        &mut self,
        left: &FilterValue<'_>,
        comparison: Comparison,
        right: &FilterValue<'_>,
    ) -> Result<bool, DecodeError> {
        let less = |a, b| order(a, b) == Some(Ordering::Less);
        Ok(match comparison {
            Comparison::Equal => self.equal(left, right)?,
            Comparison::NotEqual => !self.equal(left, right)?,
            Comparison::Less => less(left, right),
            Comparison::Greater => less(right, left),
            Comparison::LessOrEqual => less(left, right) || self.equal(left, right)?,
            Comparison::GreaterOrEqual => less(right, left) || self.equal(left, right)?,
        })
    }

    fn equal(
        &mut self,
        left: &FilterValue<'_>,
        right: &FilterValue<'_>,
    ) -> Result<bool, DecodeError> {
        match (left, right) {
            (FilterValue::Number(a), FilterValue::Number(b)) => {
                Ok(a.compare(*b) == Some(Ordering::Equal))
            }
            (
                FilterValue::Container {
                    object: a_object,
                    position: a,
                },
                FilterValue::Container {
                    object: b_object,
                    position: b,
                },
            ) => Ok(a_object == b_object && self.equal_containers(*a, *b)?),
            _ => Ok(left == right),
        }
    }

    /// Element by element, and members by their names; no deeper than messages are read.
    fn equal_containers(&mut self, a: Position, b: Position) -> Result<bool, DecodeError> {
        let a = self.children(a)?.list;
        let b = self.children(b)?.list;
        if a.len() != b.len() {
            return Ok(false);
        }
        for (left, right) in by_name(&a).into_iter().zip(by_name(&b)) {
            let (a, b) = (&a[left], &b[right]);
            if a.name != b.name {
                return Ok(false);
            }
            let (left, right) = (
                value_at(self.bytes, a.position)?,
                value_at(self.bytes, b.position)?,
            );
            if !self.equal(&left, &right)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn value_at(bytes: &[u8], position: Position) -> Result<FilterValue<'_>, DecodeError> {
    let mut scanner = Scanner::at(bytes, position.at);
    Ok(match scanner.peek()? {
        b'"' => FilterValue::Text(name(bytes, scanner.string()?)),
        b't' => scanner
            .literal(b"true")
            .map(|()| FilterValue::Boolean(true))?,
        b'f' => scanner
            .literal(b"false")
            .map(|()| FilterValue::Boolean(false))?,
        b'n' => scanner.literal(b"null").map(|()| FilterValue::Null)?,
        first @ (b'{' | b'[') => FilterValue::Container {
            object: first == b'{',
            position,
        },
        _ => FilterValue::Number(ExactNumber::read_json(bytes, scanner.offset())?),
    })
}

/// Numbers by value, texts by Unicode code points (UTF-8 sorts like them); nothing else has an order.
fn order(left: &FilterValue<'_>, right: &FilterValue<'_>) -> Option<Ordering> {
    match (left, right) {
        (FilterValue::Number(a), FilterValue::Number(b)) => a.compare(*b),
        (FilterValue::Text(a), FilterValue::Text(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
