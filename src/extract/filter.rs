//! What a filter selector `[?…]` asks of a value (RFC 9535 §2.3.5).

use super::path::Segment;
use std::rc::Rc;

/// The condition of a filter selector. Copies share it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter(pub(crate) Rc<Condition>);

/// A logical expression (RFC 9535 §2.3.5.1).
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Condition {
    /// `||`: one of them holds.
    Any(Vec<Condition>),
    /// `&&`: all of them hold.
    All(Vec<Condition>),
    /// `!`
    Not(Box<Condition>),
    /// The query selects something.
    Exists(Query),
    Compare {
        left: Operand,
        comparison: Comparison,
        right: Operand,
    },
}

/// A side of a comparison.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operand {
    Null,
    Boolean(bool),
    /// A number as it stands in the path.
    Number(String),
    Text(String),
    /// A singular query: its value, or nothing.
    Query(Query),
}

/// `@…` or `$…`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Query {
    /// It begins at the root `$` and not at the value asked about.
    pub(crate) absolute: bool,
    pub(crate) segments: Vec<Segment>,
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
