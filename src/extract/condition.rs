//! What a query may ask of a value: `==`, `<`, `contains` and the like.
//!
//! Conditions are typed into a form, where everything is a text, so a value is compared as what it is
//! in the message. What each operator makes of which value:
//!
//! - A value that is missing satisfies only `!=` and `!matches`, as in RFC 9535 §2.3.5.2.2; so does null, which also
//!   `exists` and is `==` to a condition without a value.
//! - `==` compares numbers as numbers, booleans with `true`, `false`, `1` and `0`, and texts exactly. A
//!   text equals a number that was not written as a text when it reads as that number.
//! - `<`, `<=`, `>` and `>=` compare numbers, also those in texts and integers of any width; else times in
//!   ISO 8601; else, when the condition's value is neither, texts by their characters.
//! - `contains` looks for a part of a text, an element of an array or a key of an object.
//! - `matches` looks for a regular expression anywhere in a text, and `!matches` is its opposite.

mod comparand;

use std::cmp::Ordering;
use std::fmt;

use super::coerce::CellSource;
use super::option_value::OptionValue;
use super::regex_pattern::RegexPattern;
use super::rows::Cell;
use crate::error::Error;
use comparand::Comparand;

/// How a value is compared (`Condition.op`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `exists`; with the value `false` that it does not.
    Exists,
    /// `contains`
    Contains,
    /// `matches`
    Matches,
    /// `!matches`
    NotMatches,
}

/// The operators as queries write them.
const OPS: [(&str, Op); 10] = [
    ("==", Op::Equal),
    ("!=", Op::NotEqual),
    ("<", Op::Less),
    ("<=", Op::LessOrEqual),
    (">", Op::Greater),
    (">=", Op::GreaterOrEqual),
    ("exists", Op::Exists),
    ("contains", Op::Contains),
    ("matches", Op::Matches),
    ("!matches", Op::NotMatches),
];

impl Op {
    /// The operator of that name, if it is one.
    pub fn parse(name: &str) -> Option<Self> {
        let known = OPS.iter().find(|(known, _)| *known == name.trim());
        known.map(|(_, op)| *op)
    }
}

/// A condition without its path: an operator and what it compares with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Test {
    op: Op,
    operand: Operand,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Operand {
    /// No value: null.
    Null,
    /// Whether the value is to exist.
    Presence(bool),
    Comparand(Comparand),
    RegexPattern(RegexPattern),
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = OPS.iter().find(|(_, op)| *op == self.op);
        let op = named.map_or("", |(name, _)| *name);
        match &self.operand {
            Operand::Null => write!(f, "{op} null"),
            Operand::Presence(true) => f.write_str(op),
            Operand::Presence(false) => write!(f, "{op} false"),
            Operand::Comparand(comparand) => write!(f, "{op} {}", comparand.text()),
            Operand::RegexPattern(pattern) => write!(f, "{op} {}", pattern.text()),
        }
    }
}

impl Test {
    /// Checks the operator and the value of the condition that stands in `field`, say `filter[0]`.
    ///
    /// # Errors
    /// When there is no such operator, or the value is not one for it: none where one is needed, or a
    /// regular expression that is none.
    pub fn parse(field: &str, op: &str, value: Option<&OptionValue>) -> Result<Self, Error> {
        let op = Op::parse(op).ok_or_else(|| {
            let known = OPS.map(|(name, _)| name).join(", ");
            Error::new(format!("{field}.op"), op, format!("use one of {known}"))
        })?;
        let field = format!("{field}.value");
        let operand = match (op, value) {
            (Op::Exists, _) => Operand::Presence(presence(&field, value)?),
            (Op::Equal | Op::NotEqual, None) => Operand::Null,
            (Op::Equal | Op::NotEqual, Some(value)) => Operand::Comparand(Comparand::new(value)),
            (Op::Matches | Op::NotMatches, _) => {
                let text = given(&field, value)?.to_string();
                Operand::RegexPattern(RegexPattern::parse(&field, &text)?)
            }
            _ => Operand::Comparand(Comparand::new(given(&field, value)?)),
        };
        Ok(Self { op, operand })
    }

    /// Whether asking costs more than remembering the answer: regular expressions do.
    pub(crate) fn is_costly(&self) -> bool {
        matches!(self.operand, Operand::RegexPattern(_))
    }

    /// Whether a cell of the message `source` satisfies the condition.
    pub fn holds(&self, cell: &Cell, source: CellSource<'_>, scratch: &mut String) -> bool {
        match &self.operand {
            Operand::Null => (*cell == Cell::Null) == (self.op == Op::Equal),
            Operand::Presence(wanted) => (*cell != Cell::Missing) == *wanted,
            Operand::RegexPattern(pattern) => {
                let text = source.text(cell, scratch);
                text.is_some_and(|text| pattern.regex.is_match(text)) == (self.op == Op::Matches)
            }
            Operand::Comparand(comparand) => match self.op {
                Op::Equal => comparand.equals(cell, source, scratch),
                Op::NotEqual => !comparand.equals(cell, source, scratch),
                Op::Contains => comparand.is_in(cell, source, scratch),
                _ => comparand
                    .order(cell, source, scratch)
                    .is_some_and(|order| self.is_satisfied_by(order)),
            },
        }
    }

    /// Whether the operator holds for a value that compares so with the condition's.
    fn is_satisfied_by(&self, order: Ordering) -> bool {
        match self.op {
            Op::Less => order.is_lt(),
            Op::LessOrEqual => order.is_le(),
            Op::Greater => order.is_gt(),
            Op::GreaterOrEqual => order.is_ge(),
            _ => false,
        }
    }
}

/// The value, which must be set.
fn given<'v>(field: &str, value: Option<&'v OptionValue>) -> Result<&'v OptionValue, Error> {
    let empty = |value: &&OptionValue| matches!(value, OptionValue::Text(text) if text.is_empty());
    value
        .filter(|value| !empty(value))
        .ok_or_else(|| Error::new(field, "", "enter a value to compare with"))
}

/// What `exists` asks for.
fn presence(field: &str, value: Option<&OptionValue>) -> Result<bool, Error> {
    let written = value.map(OptionValue::to_string).unwrap_or_default();
    match written.trim() {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Error::new(
            field,
            written,
            "exists takes true, false or nothing",
        )),
    }
}

#[cfg(test)]
mod tests;
