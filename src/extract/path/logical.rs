//! Texts to conditions of filters (RFC 9535 §2.3.5.1).

use super::parser::Parser;
use super::{PathError, Segment};
use crate::extract::filter::{Comparison, Condition, Filter, Operand, Query};
use std::rc::Rc;

/// Most parentheses and filters within each other; bounds the stack that reading and asking take.
const MAX_NESTING: u32 = 8;

impl Parser {
    /// What follows the `?` of a filter selector.
    pub(super) fn filter(&mut self) -> Result<Filter, PathError> {
        self.cursor.spaces();
        let condition = self.nested(Self::any)?;
        Ok(Filter(Rc::new(condition)))
    }

    fn nested(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Condition, PathError>,
    ) -> Result<Condition, PathError> {
        if self.nesting == MAX_NESTING {
            let problem =
                format!("at most {MAX_NESTING} parentheses and filters may stand in each other");
            return Err(self.cursor.error(&problem));
        }
        self.nesting += 1;
        let condition = inner(self)?;
        self.nesting -= 1;
        Ok(condition)
    }

    fn any(&mut self) -> Result<Condition, PathError> {
        let first = self.all()?;
        let mut conditions = vec![first];
        while self.operator("||") {
            conditions.push(self.all()?);
        }
        Ok(one_or(conditions, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, PathError> {
        let first = self.basic()?;
        let mut conditions = vec![first];
        while self.operator("&&") {
            conditions.push(self.basic()?);
        }
        Ok(one_or(conditions, Condition::All))
    }

    /// Takes `token` and the white space around it, or nothing at all.
    fn operator(&mut self, token: &str) -> bool {
        let end = self.cursor.pos;
        self.cursor.spaces();
        let taken = self.cursor.take(token);
        if taken {
            self.cursor.spaces();
        } else {
            self.cursor.pos = end;
        }
        taken
    }

    fn basic(&mut self) -> Result<Condition, PathError> {
        match self.cursor.peek() {
            Some('!') => self.negated(),
            Some('(') => self.parentheses(),
            _ => self.test_or_comparison(),
        }
    }

    fn negated(&mut self) -> Result<Condition, PathError> {
        self.cursor.next();
        self.cursor.spaces();
        let inner = match self.cursor.peek() {
            Some('(') => self.parentheses()?,
            _ => {
                let start = self.cursor.pos;
                match self.operand()? {
                    Operand::Query(query) => Condition::Exists(query),
                    _ => {
                        let problem = "! negates a test such as @.name, or parentheses";
                        return Err(self.cursor.error_at(start, problem));
                    }
                }
            }
        };
        Ok(Condition::Not(Box::new(inner)))
    }

    fn parentheses(&mut self) -> Result<Condition, PathError> {
        self.cursor.next();
        self.cursor.spaces();
        let inner = self.nested(Self::any)?;
        self.cursor.spaces();
        if !self.cursor.take(")") {
            return Err(self.cursor.error("expected && or || or ) here"));
        }
        Ok(inner)
    }

    fn test_or_comparison(&mut self) -> Result<Condition, PathError> {
        let start = self.cursor.pos;
        let left = self.operand()?;
        let end = self.cursor.pos;
        let Some(comparison) = self.comparison() else {
            self.cursor.pos = end;
            return match left {
                Operand::Query(query) => Ok(Condition::Exists(query)),
                _ => Err(self
                    .cursor
                    .error_at(start, "a value alone is no test; compare it with something")),
            };
        };
        self.single(&left, start)?;
        let start = self.cursor.pos;
        let right = self.operand()?;
        self.single(&right, start)?;
        Ok(Condition::Compare {
            left,
            comparison,
            right,
        })
    }

    /// Takes the sign of a comparison with the white space around it.
    fn comparison(&mut self) -> Option<Comparison> {
        self.cursor.spaces();
        // The longer sign before the one it begins with.
        let signs = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        let (_, comparison) = signs.into_iter().find(|(sign, _)| self.cursor.take(sign))?;
        self.cursor.spaces();
        Some(comparison)
    }

    /// RFC 9535 §2.3.5.1 compares singular queries only.
    fn single(&self, operand: &Operand, at: usize) -> Result<(), PathError> {
        match operand {
            Operand::Query(query) if !query.segments.iter().all(Segment::is_singular) => {
                let problem = "a comparison takes a path to one value: names and indexes only";
                Err(self.cursor.error_at(at, problem))
            }
            _ => Ok(()),
        }
    }

    fn operand(&mut self) -> Result<Operand, PathError> {
        match self.cursor.peek() {
            Some(root @ ('@' | '$')) => {
                self.cursor.next();
                Ok(Operand::Query(Query {
                    absolute: root == '$',
                    segments: self.segments()?,
                }))
            }
            Some('\'' | '"') => self.cursor.quoted().map(Operand::Text),
            Some('-' | '0'..='9') => self.cursor.number().map(Operand::Number),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Operand, PathError> {
        let start = self.cursor.pos;
        let word = self.cursor.run(|c| c.is_ascii_alphanumeric() || c == '_');
        if !word.is_empty() && self.cursor.peek() == Some('(') {
            let problem = format!("the function {word}() is not supported in filters");
            return Err(self.cursor.error_at(start, &problem));
        }
        match word.as_str() {
            "true" => Ok(Operand::Boolean(true)),
            "false" => Ok(Operand::Boolean(false)),
            "null" => Ok(Operand::Null),
            _ => Err(self.cursor.error_at(
                start,
                "a filter is made of paths (@.name, $.name), numbers, texts in quotes, true, false and null",
            )),
        }
    }
}

fn one_or(
    mut conditions: Vec<Condition>,
    several: impl FnOnce(Vec<Condition>) -> Condition,
) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            several(conditions)
        }
    }
}
