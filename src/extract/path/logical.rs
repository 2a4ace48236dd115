//! Texts to conditions of filters (RFC 9535 §2.3.5.1).

use super::cursor::PathError;
use super::parser::Parser;
use super::segment::{Comparable, Comparison, Filter, FilterQuery, Logical};
use std::rc::Rc;

/// Most parentheses and filters within each other; bounds the stack that reading and asking take.
const MAX_NESTING: u32 = 8;

/// What stands on either side of a comparison, or alone.
pub(super) enum FilterOperand {
    Comparable(Comparable),
    /// A function that is a test by itself.
    Test(Logical),
}

impl Parser {
    /// What follows the `?` of a filter selector.
    pub(super) fn filter(&mut self) -> Result<Filter, PathError> {
        self.cursor.spaces();
        let condition = self.nested(Self::any)?;
        Ok(Filter(Rc::new(condition)))
    }

    /// Reads what stands in parentheses or a filter.
    pub(super) fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, PathError>,
    ) -> Result<T, PathError> {
        if self.nesting == MAX_NESTING {
            let problem = format!(
                "parentheses, functions and filters can be nested at most {MAX_NESTING} deep"
            );
            return Err(self.cursor.error(&problem));
        }
        self.nesting += 1;
        let read = inner(self)?;
        self.nesting -= 1;
        Ok(read)
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
                let operand = self.operand()?;
                self.test(
                    operand,
                    start,
                    "! must be followed by a test such as @.name, or by parentheses",
                )?
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
            let alone = "a value alone is not a test; compare it with something";
            return self.test(left, start, alone);
        };
        let left = self.comparable(left, start)?;
        let start = self.cursor.pos;
        let right = self.operand()?;
        let right = self.comparable(right, start)?;
        Ok(Logical::Compare {
            left,
            comparison,
            right,
        })
    }

    /// The operand as a test; of a value `otherwise` is said.
    fn test(
        &self,
        operand: FilterOperand,
        at: usize,
        otherwise: &str,
    ) -> Result<Logical, PathError> {
        let problem = match operand {
            FilterOperand::Test(test) => return Ok(test),
            FilterOperand::Comparable(Comparable::FilterQuery(query)) => {
                return Ok(Logical::Exists(query));
            }
            FilterOperand::Comparable(Comparable::Function(function)) => format!(
                "{name}() is a value, not a test; compare it, as in {name}(@.a) == 1",
                name = function.name()
            ),
            FilterOperand::Comparable(_) => otherwise.to_owned(),
        };
        Err(self.cursor.error_at(at, &problem))
    }

    /// The operand as a value; RFC 9535 §2.3.5.1 compares singular queries only.
    pub(super) fn comparable(
        &self,
        operand: FilterOperand,
        at: usize,
    ) -> Result<Comparable, PathError> {
        let problem = match operand {
            FilterOperand::Comparable(Comparable::FilterQuery(query)) if !query.is_singular() => {
                "a single value is needed here: a path of names and indexes only, or value() around it"
            }
            FilterOperand::Comparable(comparable) => return Ok(comparable),
            FilterOperand::Test(_) => {
                "match() and search() are tests, not values; write them alone, or with ! before them"
            }
        };
        Err(self.cursor.error_at(at, problem))
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

    pub(super) fn operand(&mut self) -> Result<FilterOperand, PathError> {
        let comparable = match self.cursor.peek() {
            Some('@' | '$') => Comparable::FilterQuery(self.filter_query()?),
            Some('\'' | '"') => Comparable::Text(self.cursor.quoted()?),
            Some('-' | '0'..='9') => Comparable::Number(self.cursor.number()?),
            _ => return self.word(),
        };
        Ok(FilterOperand::Comparable(comparable))
    }

    /// The path that comes next, whose first character was seen.
    pub(super) fn filter_query(&mut self) -> Result<FilterQuery, PathError> {
        let absolute = self.cursor.next() == Some('$');
        let segments = self.segments()?;
        if self.cursor.peek() == Some('~') {
            let problem = "~ can only stand at the end of the whole path, not in a filter";
            return Err(self.cursor.error(problem));
        }
        Ok(FilterQuery { absolute, segments })
    }

    fn word(&mut self) -> Result<FilterOperand, PathError> {
        let start = self.cursor.pos;
        let word = self.cursor.run(|c| c.is_ascii_alphanumeric() || c == '_');
        if !word.is_empty() && self.cursor.peek() == Some('(') {
            return self.function(&word, start);
        }
        let comparable = match word.as_str() {
            "true" => Comparable::Boolean(true),
            "false" => Comparable::Boolean(false),
            "null" => Comparable::Null,
            _ => return Err(self.cursor.error_at(
                start,
                "a filter consists of paths (@.name, $.name), numbers, quoted text, true, false, null and functions such as length(@.name)",
            )),
        };
        Ok(FilterOperand::Comparable(comparable))
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
