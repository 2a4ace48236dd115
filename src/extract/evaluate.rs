//! Asking a filter's condition of a value (RFC 9535 §2.3.5.2).

use super::exact_number::ExactNumber;
use super::path::{Comparable, Comparison, Logical};
use super::position::{Position, name};
use super::select::{Selector, by_name};
use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use std::borrow::Cow;
use std::cmp::Ordering;

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
            Comparable::FilterQuery(query) => match self.first(query, position)? {
                Some(position) => value_at(self.bytes, position)?,
                None => FilterValue::Nothing,
            },
        })
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
