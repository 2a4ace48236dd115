//! Asking a filter's condition of a value (RFC 9535 §2.3.5.2).

use super::filter::{Comparison, Condition, Operand};
use super::select::{Place, Selector, by_name, name};
use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::decode::number;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A side of a comparison.
#[derive(Debug, PartialEq)]
enum Value<'v> {
    /// The query selects nothing.
    Nothing,
    Null,
    Boolean(bool),
    Number(Number),
    Text(Cow<'v, str>),
    /// An array, or an object.
    Container {
        object: bool,
        place: Place,
    },
}

/// A number that keeps its digits beyond 2^53.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Number {
    nearest: f64,
    wide: Option<i128>,
}

impl Number {
    fn read(bytes: &[u8], at: usize) -> Result<Self, DecodeError> {
        let number = number::read(bytes, at)?;
        let digits = bytes.get(at..number.end).unwrap_or_default();
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        Ok(Self {
            nearest: number.value,
            wide: number.wide.then(|| digits.parse().ok()).flatten(),
        })
    }

    /// Its exact value, if it is an integer that an `i128` certainly holds.
    fn integer(self) -> Option<i128> {
        let whole = self.nearest.fract() == 0.0 && self.nearest.abs() < 1e38;
        self.wide.or(whole.then_some(self.nearest as i128))
    }

    fn order(self, other: Self) -> Option<Ordering> {
        if (self.wide.is_some() || other.wide.is_some())
            && let Some((a, b)) = self.integer().zip(other.integer())
        {
            return Some(a.cmp(&b));
        }
        self.nearest.partial_cmp(&other.nearest)
    }
}

impl<'a> Selector<'a> {
    /// Whether `condition` holds for the value at `place`.
    pub(super) fn holds(
        &mut self,
        condition: &Condition,
        place: Place,
    ) -> Result<bool, DecodeError> {
        match condition {
            Condition::Any(conditions) => {
                for condition in conditions {
                    if self.holds(condition, place)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::All(conditions) => {
                for condition in conditions {
                    if !self.holds(condition, place)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Not(condition) => self.holds(condition, place).map(|holds| !holds),
            Condition::Exists(query) => self.first(query, place).map(|found| found.is_some()),
            Condition::Compare {
                left,
                comparison,
                right,
            } => {
                let left = self.side(left, place)?;
                let right = self.side(right, place)?;
                self.compare(&left, *comparison, &right)
            }
        }
    }

    fn side<'v>(&mut self, operand: &'v Operand, place: Place) -> Result<Value<'v>, DecodeError>
    where
        'a: 'v,
    {
        Ok(match operand {
            Operand::Null => Value::Null,
            Operand::Boolean(value) => Value::Boolean(*value),
            Operand::Number(digits) => Value::Number(Number::read(digits.as_bytes(), 0)?),
            Operand::Text(text) => Value::Text(Cow::Borrowed(text)),
            Operand::Query(query) => match self.first(query, place)? {
                Some(place) => value_at(self.bytes, place)?,
                None => Value::Nothing,
            },
        })
    }

    /// RFC 9535 §2.3.5.2.2.
    fn compare(
        &mut self,
        left: &Value<'_>,
        comparison: Comparison,
        right: &Value<'_>,
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

    fn equal(&mut self, left: &Value<'_>, right: &Value<'_>) -> Result<bool, DecodeError> {
        match (left, right) {
            (Value::Number(a), Value::Number(b)) => Ok(a.order(*b) == Some(Ordering::Equal)),
            (
                Value::Container {
                    object: a_object,
                    place: a,
                },
                Value::Container {
                    object: b_object,
                    place: b,
                },
            ) => Ok(a_object == b_object && self.equal_containers(*a, *b)?),
            _ => Ok(left == right),
        }
    }

    /// Element by element, and members by their names; no deeper than messages are read.
    fn equal_containers(&mut self, a: Place, b: Place) -> Result<bool, DecodeError> {
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
                value_at(self.bytes, a.place)?,
                value_at(self.bytes, b.place)?,
            );
            if !self.equal(&left, &right)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn value_at(bytes: &[u8], place: Place) -> Result<Value<'_>, DecodeError> {
    let mut scanner = Scanner::at(bytes, place.at);
    Ok(match scanner.peek()? {
        b'"' => Value::Text(name(bytes, scanner.string()?)),
        b't' => scanner.literal(b"true").map(|()| Value::Boolean(true))?,
        b'f' => scanner.literal(b"false").map(|()| Value::Boolean(false))?,
        b'n' => scanner.literal(b"null").map(|()| Value::Null)?,
        first @ (b'{' | b'[') => Value::Container {
            object: first == b'{',
            place,
        },
        _ => Value::Number(Number::read(bytes, scanner.position())?),
    })
}

/// Numbers by value, texts by Unicode code points (UTF-8 sorts like them); nothing else has an order.
fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.order(*b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
