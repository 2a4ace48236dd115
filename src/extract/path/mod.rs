//! JSONPath (RFC 9535): the parts that pick values out of a message.
//!
//! All of it, and a `~` behind a path for the name of the member that the path walks to.

mod categories;
mod cursor;
mod function;
mod iregexp;
mod logical;
mod parser;
mod segment;

pub use cursor::PathError;
pub(crate) use iregexp::FoundRegex;
pub(crate) use segment::{
    Comparable, Comparison, FilterQuery, Function, Logical, RegexSource, RegexTest,
};
pub use segment::{Filter, Segment, Slice};

/// A parsed JSONPath query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

impl Path {
    /// Parses `text`.
    ///
    /// # Errors
    /// When it is neither RFC 9535 nor that with a `~` behind it; the error says what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let segments = parser::Parser::new(text).path()?;
        Ok(Self { segments })
    }

    /// The steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The name a column gets when the query names none: the last name or
    /// index in the path, `value` for `$`.
    pub fn last_name(&self) -> String {
        let named = self.segments.iter().rev().find_map(Segment::name);
        named.unwrap_or_else(|| "value".to_owned())
    }

    /// All names and indexes joined with dots, for names that must differ.
    pub fn dotted(&self) -> String {
        let names: Vec<String> = self.segments.iter().filter_map(Segment::name).collect();
        if names.is_empty() {
            "value".to_owned()
        } else {
            names.join(".")
        }
    }

    /// Whether it selects one value at most: nothing but names and indexes (RFC 9535 §2.3.5.1).
    pub fn is_singular(&self) -> bool {
        self.segments.iter().all(Segment::is_singular)
    }

    /// The steps up to and including the last one that may select several values.
    /// Paths that share it have their values in the same rows. Empty when the path is singular.
    pub fn row_prefix(&self) -> &[Segment] {
        let last = self.segments.iter().rposition(|s| !s.is_singular());
        last.map_or(&[], |last| &self.segments[..=last])
    }

    /// Whether the first step reads a top-level array itself, so that its items are not taken for
    /// messages: all but names do. `$..x` and `$[?…]` mean what RFC 9535 says, the array being the root.
    pub fn begins_in_array(&self) -> bool {
        self.segments
            .first()
            .is_some_and(|first| !first.wants_object())
    }
}

#[cfg(test)]
mod tests;
