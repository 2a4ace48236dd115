//! The steps of a path, and what a filter selector `[?…]` asks of a value (RFC 9535 §2.3). In one file, since a filter
//! holds paths again.

use std::rc::Rc;

use super::iregexp::IRegexp;

/// One step of a [`Path`](super::Path).
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
    /// `['bid','ask']`, `[0,2:4]`: what each of these selects, one after the other (§2.5.1).
    Several(Rc<[Segment]>),
    /// `~`, the last step where there is one: the name of the member that the steps before it walk to.
    /// RFC 9535 has no such step.
    MemberName,
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

impl Segment {
    /// Whether it selects one value at most.
    pub fn is_singular(&self) -> bool {
        matches!(self, Self::Name(_) | Self::Index(_) | Self::MemberName)
    }

    /// Whether it selects nothing of an array.
    pub(super) fn wants_object(&self) -> bool {
        match self {
            Self::Name(_) => true,
            Self::Several(selectors) => selectors.iter().all(Self::wants_object),
            _ => false,
        }
    }

    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Name(name) => Some(name.clone()),
            Self::Index(index) => Some(index.to_string()),
            Self::MemberName => Some("name".to_owned()),
            Self::Wildcard
            | Self::Slice(_)
            | Self::Filter(_)
            | Self::Descend
            | Self::Several(_) => None,
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

/// The condition of a filter selector. Copies share it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter(pub(crate) Rc<Logical>);

/// A logical expression (RFC 9535 §2.3.5.1), `logical-expr` in the grammar.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Logical {
    /// `||`: one of them holds.
    Any(Vec<Logical>),
    /// `&&`: all of them hold.
    All(Vec<Logical>),
    /// `!`
    Not(Box<Logical>),
    /// The query selects something.
    Exists(FilterQuery),
    /// `match()` or `search()`
    Regex(RegexTest),
    Compare {
        left: Comparable,
        comparison: Comparison,
        right: Comparable,
    },
}

/// A side of a comparison, `comparable` in the grammar.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Comparable {
    Null,
    Boolean(bool),
    /// A number as it stands in the path.
    Number(String),
    Text(String),
    /// A singular query: its value, or nothing.
    FilterQuery(FilterQuery),
    /// `length()`, `count()` or `value()`
    Function(Function),
}

/// `@…` or `$…`, `filter-query` in the grammar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FilterQuery {
    /// It begins at the root `$` and not at the value asked about.
    pub(crate) absolute: bool,
    pub(crate) segments: Vec<Segment>,
}

impl FilterQuery {
    /// Whether it selects one value at most.
    pub(super) fn is_singular(&self) -> bool {
        self.segments.iter().all(Segment::is_singular)
    }
}

/// A function that gives a value.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    /// Characters of a text, elements of an array or members of an object (§2.4.4).
    Length(Box<Comparable>),
    /// How many values a query selects (§2.4.5).
    Count(FilterQuery),
    /// The value that a query selects, if it is one and no more (§2.4.8).
    Value(FilterQuery),
}

/// A function that asks whether a regular expression fits a text (§2.4.6 and §2.4.7).
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct RegexTest {
    pub(crate) text: Comparable,
    pub(crate) pattern: RegexSource,
    /// All of the text has to fit, as `match` wants it; else a part does.
    pub(crate) whole: bool,
}

/// The second argument of `match` and `search`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum RegexSource {
    /// It stands in the path.
    Fixed(IRegexp),
    /// It is found in the message. What is no regular expression there fits nothing.
    Found(Comparable),
}

impl Function {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::Count(_) => "count",
            Self::Value(_) => "value",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
