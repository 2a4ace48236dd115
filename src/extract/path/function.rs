//! The function extensions of RFC 9535 §2.4: `length`, `count`, `value`, `match` and `search`.
//!
//! What a function takes and gives is checked here, when the path is read (§2.4.3), so that asking has nothing left to
//! refuse.

use super::cursor::PathError;
use super::iregexp::IRegexp;
use super::logical::FilterOperand;
use super::parser::Parser;
use super::segment::{Comparable, FilterQuery, Function, Logical, RegexSource, RegexTest};

impl Parser {
    /// The function `name`, which stands at `start`, before its opening parenthesis.
    pub(super) fn function(
        &mut self,
        name: &str,
        start: usize,
    ) -> Result<FilterOperand, PathError> {
        self.cursor.next();
        self.nested(|parser| {
            let operand = match name {
                "length" => {
                    let argument = Box::new(parser.value_argument()?);
                    FilterOperand::Comparable(Comparable::Function(Function::Length(argument)))
                }
                "count" => {
                    let query = parser.query_argument(name)?;
                    FilterOperand::Comparable(Comparable::Function(Function::Count(query)))
                }
                "value" => {
                    let query = parser.query_argument(name)?;
                    FilterOperand::Comparable(Comparable::Function(Function::Value(query)))
                }
                "match" | "search" => FilterOperand::Test(parser.regex_test(name)?),
                _ => {
                    let problem = format!(
                        "there is no function {name}(); there are length(), count(), match(), search() and value()"
                    );
                    return Err(parser.cursor.error_at(start, &problem));
                }
            };
            parser.cursor.spaces();
            if !parser.cursor.take(")") {
                let arguments = if matches!(operand, FilterOperand::Test(_)) { "two arguments" } else { "one argument" };
                let problem = format!("expected ) here; {name}() takes {arguments}");
                return Err(parser.cursor.error(&problem));
            }
            Ok(operand)
        })
    }

    /// An argument that is a value: a literal, a path to a single value, or a function that gives one.
    fn value_argument(&mut self) -> Result<Comparable, PathError> {
        self.cursor.spaces();
        let at = self.cursor.pos;
        let operand = self.operand()?;
        self.comparable(operand, at)
    }

    /// An argument that is a path to any number of values.
    fn query_argument(&mut self, name: &str) -> Result<FilterQuery, PathError> {
        self.cursor.spaces();
        if !matches!(self.cursor.peek(), Some('@' | '$')) {
            let problem = format!("{name}() takes a path, as in {name}(@.a)");
            return Err(self.cursor.error(&problem));
        }
        self.filter_query()
    }

    fn regex_test(&mut self, name: &str) -> Result<Logical, PathError> {
        let whole = name == "match";
        let text = self.value_argument()?;
        self.cursor.spaces();
        if !self.cursor.take(",") {
            let problem = format!(
                "expected , here; {name}() takes a value and a regular expression, as in {name}(@.a, 'x.*')"
            );
            return Err(self.cursor.error(&problem));
        }
        self.cursor.spaces();
        let at = self.cursor.pos;
        let pattern = match self.value_argument()? {
            Comparable::Text(source) => {
                let regex = IRegexp::parse(&source, whole);
                RegexSource::Fixed(regex.map_err(|problem| self.cursor.error_at(at, &problem))?)
            }
            other => RegexSource::Found(other),
        };
        Ok(Logical::Regex(RegexTest {
            text,
            pattern,
            whole,
        }))
    }
}
