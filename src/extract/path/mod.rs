//! JSONPath (RFC 9535): the parts that pick values out of a message.
//!
//! Left out, and refused by name: several selectors in one `[ ]`, and function
//! extensions such as `length()`.

mod cursor;
mod logical;
mod parser;

use super::filter::Filter;
use std::fmt;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// `.name` or `['name']` (RFC 9535 §2.3.1)
    Name(String),
    /// `[0]`, or `[-1]` counted from the end (§2.3.3)
    Index(i64),
    /// `[*]` or `.*` (§2.3.2)
    Wildcard,
    /// `[1:5:2]` (§2.3.4)
    Slice(Slice),
    /// `[?@.price < 10]` (§2.3.5)
    Filter(Filter),
    /// The first half of a descendant segment `..` (§2.5.2): every value at or
    /// below here, each before those in it. The selector follows as a segment of its own.
    Descend,
}

/// What `[start:end:step]` picks of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slice {
    /// The first index, negative from the end.
    pub start: Option<i64>,
    /// The index that is not reached, negative from the end.
    pub end: Option<i64>,
    /// The distance; 0 picks nothing, a negative one goes backwards.
    pub step: i64,
}

/// A parsed JSONPath query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

/// Why a text is not a path that Freshet can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    /// What is wrong, and what would be right.
    pub problem: String,
    /// Character offset into the text, from 0.
    pub at: usize,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at character {})", self.problem, self.at + 1)
    }
}

impl std::error::Error for PathError {}

impl Path {
    /// Parses `text`.
    ///
    /// # Errors
    /// When it is not RFC 9535, or uses a construct that is not supported; the
    /// error names the construct and its position.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        parser::Parser::new(text).path()
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
    /// messages: all but a name do. `$..x` and `$[?…]` mean what RFC 9535 says, the array being the root.
    pub fn begins_in_array(&self) -> bool {
        !matches!(self.segments.first(), Some(Segment::Name(_)) | None)
    }
}

impl Segment {
    /// Whether it selects one value at most.
    pub fn is_singular(&self) -> bool {
        matches!(self, Self::Name(_) | Self::Index(_))
    }

    fn name(&self) -> Option<String> {
        match self {
            Self::Name(name) => Some(name.clone()),
            Self::Index(index) => Some(index.to_string()),
            Self::Wildcard | Self::Slice(_) | Self::Filter(_) | Self::Descend => None,
        }
    }
}

impl Slice {
    /// The indexes it picks of an array of `len` items, in order (RFC 9535 §2.3.4.2.2).
    pub fn indexes(self, len: usize) -> impl Iterator<Item = usize> {
        let len = i64::try_from(len).unwrap_or(i64::MAX);
        let absolute = |i: i64| if i < 0 { i.saturating_add(len) } else { i };
        let (first, last) = if self.step >= 0 {
            (0, len)
        } else {
            (-1, len - 1)
        };
        let bound = |i: Option<i64>, default: i64| i.map_or(default, absolute).clamp(first, last);
        let (start, end) = if self.step >= 0 {
            (bound(self.start, 0), bound(self.end, len))
        } else {
            (bound(self.start, len - 1), bound(self.end, -1))
        };
        let step = self.step;
        let inside = move |i: &i64| {
            if step > 0 {
                *i < end
            } else {
                step < 0 && *i > end
            }
        };
        std::iter::successors(Some(start), move |i| Some(i.saturating_add(step)))
            .take_while(inside)
            .filter_map(|i| usize::try_from(i).ok())
    }
}

#[cfg(test)]
mod tests;
