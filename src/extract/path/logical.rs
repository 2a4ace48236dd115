//! Texts to conditions of filters (RFC 9535 §2.3.5.1).

use super::cursor::PathError;
use super::parser::Parser;
use super::segment::{Comparable, Comparison, Filter, FilterQuery, Logical, Segment};
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
        inner: impl FnOnce(&mut Self) -> Result<Logical, PathError>,
    ) -> Result<Logical, PathError> {
        if self.nesting == MAX_NESTING {
            let problem =
                format!("parentheses and filters can be nested at most {MAX_NESTING} deep");
            return Err(self.cursor.error(&problem));
        }
        self.nesting += 1;
        let condition = inner(self)?;
        self.nesting -= 1;
        Ok(condition)
    }

    fn any(&mut self) -> Result<Logical, PathError> {
        let first = self.all()?;
        let mut conditions = vec![first];
        while self.operator("||") {
            conditions.push(self.all()?);
        }
        Ok(one_or(conditions, Logical::Any))
    }

    fn all(&mut self) -> Result<Logical, PathError> {
        let first = self.basic()?;
        let mut conditions = vec![first];
        while self.operator("&&") {
            conditions.push(self.basic()?);
        }
        Ok(one_or(conditions, Logical::All))
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

    fn basic(&mut self) -> Result<Logical, PathError> {
        match self.cursor.peek() {
            Some('!') => self.negated(),
            Some('(') => self.parentheses(),
            _ => self.test_or_comparison(),
        }
    }

    fn negated(&mut self) -> Result<Logical, PathError> {
        self.cursor.next();
        self.cursor.spaces();
        let inner = match self.cursor.peek() {
            Some('(') => self.parentheses()?,
            _ => {
                let start = self.cursor.pos;
                match self.operand()? {
                    Comparable::FilterQuery(query) => Logical::Exists(query),
                    _ => {
                        let problem =
                            "! must be followed by a test such as @.name, or by parentheses";
                        return Err(self.cursor.error_at(start, problem));
                    }
                }
            }
        };
        Ok(Logical::Not(Box::new(inner)))
    }

    fn parentheses(&mut self) -> Result<Logical, PathError> {
        self.cursor.next();
        self.cursor.spaces();
        let inner = self.nested(Self::any)?;
        self.cursor.spaces();
        if !self.cursor.take(")") {
            return Err(self.cursor.error("expected &&, || or ) here"));
        }
        Ok(inner)
    }

    fn test_or_comparison(&mut self) -> Result<Logical, PathError> {
        let start = self.cursor.pos;
        let left = self.operand()?;
        let end = self.cursor.pos;
        let Some(comparison) = self.comparison() else {
            self.cursor.pos = end;
            return match left {
                Comparable::FilterQuery(query) => Ok(Logical::Exists(query)),
                _ => Err(self.cursor.error_at(
                    start,
                    "a value alone is not a test; compare it with something",
                )),
            };
        };
        self.single(&left, start)?;
        let start = self.cursor.pos;
        let right = self.operand()?;
        self.single(&right, start)?;
        Ok(Logical::Compare {
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
    fn single(&self, operand: &Comparable, at: usize) -> Result<(), PathError> {
        match operand {
            Comparable::FilterQuery(query) if !query.segments.iter().all(Segment::is_singular) => {
                let problem = "a comparison needs a path to a single value: names and indexes only";
                Err(self.cursor.error_at(at, problem))
            }
            _ => Ok(()),
        }
    }

    fn operand(&mut self) -> Result<Comparable, PathError> {
        match self.cursor.peek() {
            Some(root @ ('@' | '$')) => {
                self.cursor.next();
                Ok(Comparable::FilterQuery(FilterQuery {
                    absolute: root == '$',
                    segments: self.segments()?,
                }))
            }
            Some('\'' | '"') => self.cursor.quoted().map(Comparable::Text),
            Some('-' | '0'..='9') => self.cursor.number().map(Comparable::Number),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Comparable, PathError> {
        let start = self.cursor.pos;
        let word = self.cursor.run(|c| c.is_ascii_alphanumeric() || c == '_');
        if !word.is_empty() && self.cursor.peek() == Some('(') {
            let problem = format!("the function {word}() is not supported in filters");
            return Err(self.cursor.error_at(start, &problem));
        }
        match word.as_str() {
            "true" => Ok(Comparable::Boolean(true)),
            "false" => Ok(Comparable::Boolean(false)),
            "null" => Ok(Comparable::Null),
            _ => Err(self.cursor.error_at(
                start,
                "a filter consists of paths (@.name, $.name), numbers, quoted text, true, false and null",
            )),
        }
    }
}

fn one_or(mut conditions: Vec<Logical>, several: impl FnOnce(Vec<Logical>) -> Logical) -> Logical {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            several(conditions)
        }
    }
}
