//! Rows look alike. A [`Template`] is what a row was made of the last time: literal bytes and values in turn.
//!
//! A walk records one ([`Recorder`]) from the bytes of the row it goes through. While later rows follow it, reading
//! one is comparing literals and scanning values: no key is looked up and nothing is decided. What comes out are the
//! cells of the row, given to a [`CellSink`]. A row that does not follow it is walked, and nothing is lost but the
//! attempt.

use super::node::NodeId;
use super::rows::Cell;
use super::scalar::{number_cell, scalar, text_cell};
use crate::decode::json::Scanner;
use crate::decode::literal::Literal;
use crate::decode::{number, text};

/// Values in a row beyond which remembering it is not worth its memory.
const MAX_STEPS: usize = 512;

/// What happens to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capture {
    /// A scalar for some columns.
    Scalar,
    /// The same, for columns that want a number: one in quotes is read as one.
    Number,
    /// An array or object as text, for some columns.
    Json,
    /// An array as text, for some columns or none, where an object would be gone into.
    Array,
    /// Nobody wants it.
    Skip,
    /// Here begins an object that is gone into and that some columns take as text besides.
    Open,
    /// Here it ends.
    Close,
    /// An array whose items are scopes of their own.
    Items(NodeId),
}

/// Objects within each other that are taken whole and gone into; more are not worth remembering.
const MAX_OPEN: usize = 4;

/// Literal bytes, then a value.
#[derive(Debug, PartialEq, Eq)]
struct TemplateStep {
    literal: Literal,
    capture: Capture,
    /// The first column that takes the value, if any does.
    column: Option<usize>,
    /// Further columns of the same path.
    others: Box<[usize]>,
}

/// What a row is made of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template {
    steps: Vec<TemplateStep>,
    tail: Literal,
}

/// Where the values of a scope go.
pub(crate) trait CellSink {
    /// There are many values, so that it is worth its code to read the usual ones in place.
    const MANY: bool;
    /// A value for a column, if there is such a column.
    fn put(&mut self, column: usize, cell: Cell);
    /// The array that begins at an offset, whose items are scopes; says where it ends, if they follow their templates.
    fn items(&mut self, each: NodeId, start: usize) -> Option<usize>;
}

/// A scope that is one row.
pub(super) struct OneRow<'a>(pub(super) &'a mut [Cell]);

impl CellSink for OneRow<'_> {
    const MANY: bool = true;

    #[inline(always)]
    fn put(&mut self, column: usize, cell: Cell) {
        if let Some(slot) = self.0.get_mut(column) {
            *slot = cell;
        }
    }

    #[inline(always)]
    fn items(&mut self, _: NodeId, _: usize) -> Option<usize> {
        None
    }
}

impl TemplateStep {
    /// Whether it is a scalar for one column, and nothing stands before it.
    fn is_bare(&self) -> bool {
        let scalar = matches!(self.capture, Capture::Scalar | Capture::Number);
        scalar && self.literal.is_empty() && self.others.is_empty()
    }

    #[inline(always)]
    fn put(&self, sink: &mut impl CellSink, cell: Cell) {
        if let Some(column) = self.column {
            sink.put(column, cell);
        }
        for column in &self.others {
            sink.put(*column, cell);
        }
    }
}

impl Template {
    /// The column that takes the row, if that is nothing but a scalar for it.
    #[inline]
    pub(super) fn bare_column(&self) -> Option<usize> {
        match self.steps.as_slice() {
            [step] if step.is_bare() && self.tail.is_empty() => step.column,
            _ => None,
        }
    }

    /// Whether an array may follow it.
    pub(super) fn takes_arrays(&self) -> bool {
        let whole = |capture| matches!(capture, Capture::Json | Capture::Array | Capture::Skip);
        match self.steps.first() {
            Some(step) if step.literal.is_empty() => whole(step.capture),
            Some(step) => step.literal.begins_with(b'['),
            None => self.tail.begins_with(b'['),
        }
    }

    /// Reads the scope at `start` if it follows the template, and says where it ends.
    /// Otherwise `None`, when some of its values may have been given to `sink` already: they do stand in the
    /// scope, so whoever reads it next gives them again.
    ///
    /// The offset is a local on purpose: in a scanner it would live in memory.
    #[inline(always)]
    pub(crate) fn follow<T: CellSink>(
        &self,
        bytes: &[u8],
        start: usize,
        depth: u32,
        sink: &mut T,
    ) -> Option<usize> {
        let mut pos = start;
        let (mut opened, mut open) = ([0; MAX_OPEN], 0);
        for step in &self.steps {
            pos = step.literal.end_in(bytes, pos)?;
            // The usual values are read in place: passing a cell through a call costs more than finding it.
            pos = match (bytes.get(pos), step.capture) {
                (Some(b'0'..=b'9' | b'-'), Capture::Scalar | Capture::Number) if T::MANY => {
                    let number = number::read_in_place(bytes, pos).ok()?;
                    step.put(sink, number_cell(pos, number));
                    number.end
                }
                (Some(b'"'), Capture::Number) if T::MANY => {
                    match number::quoted_in_place(bytes, pos + 1) {
                        Some(number) => {
                            step.put(sink, number_cell(pos + 1, number));
                            number.end + 1
                        }
                        None => {
                            let (cell, end) = other_scalar(bytes, pos, step.capture)?;
                            step.put(sink, cell);
                            end
                        }
                    }
                }
                (Some(b'0'..=b'9' | b'-'), Capture::Skip) if T::MANY => {
                    number::skip(bytes, pos).ok()?
                }
                (Some(b'"'), Capture::Scalar) => {
                    let span = text::read(bytes, pos + 1).ok()?;
                    step.put(sink, text_cell(span));
                    span.end + 1
                }
                (Some(b'"'), Capture::Skip) if T::MANY => text::read(bytes, pos + 1).ok()?.end + 1,
                (_, Capture::Skip) => skip(bytes, pos, depth)?,
                (Some(b'['), Capture::Json | Capture::Array) | (Some(b'{'), Capture::Json) => {
                    let end = skip(bytes, pos, depth)?;
                    step.put(sink, Cell::json(pos, end));
                    end
                }
                (_, Capture::Open) => {
                    *opened.get_mut(open)? = pos;
                    open += 1;
                    pos
                }
                (_, Capture::Close) => {
                    open = open.checked_sub(1)?;
                    step.put(sink, Cell::json(*opened.get(open)?, pos));
                    pos
                }
                (_, Capture::Items(each)) => sink.items(each, pos)?,
                _ => {
                    let (cell, end) = other_scalar(bytes, pos, step.capture)?;
                    step.put(sink, cell);
                    end
                }
            };
        }
        self.tail.end_in(bytes, pos)
    }
}

/// Where the value at `start` ends.
#[inline(never)]
fn skip(bytes: &[u8], start: usize, depth: u32) -> Option<usize> {
    let mut scanner = Scanner::at(bytes, start);
    scanner.skip(depth).ok()?;
    Some(scanner.offset())
}

/// The scalar at `start`, if one is wanted here, and where it ends.
#[inline(never)]
fn other_scalar(bytes: &[u8], start: usize, capture: Capture) -> Option<(Cell, usize)> {
    let wanted = matches!(capture, Capture::Scalar | Capture::Number);
    if !wanted || matches!(bytes.get(start), Some(b'{' | b'[')) {
        return None;
    }
    let mut scanner = Scanner::at(bytes, start);
    Some((scalar(&mut scanner).ok()?, scanner.offset()))
}

/// Remembers what a row is made of while it is walked.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    steps: Vec<TemplateStep>,
    /// Where the literal after the last value begins.
    literal: usize,
    /// Objects being gone into that are also taken whole, and how many of them were in each other at most.
    open: usize,
    most_open: usize,
}

impl Recorder {
    /// A recorder of the row that begins at `start`.
    pub(crate) fn new(start: usize) -> Self {
        Self {
            literal: start,
            ..Self::default()
        }
    }

    /// At `start` begins an object that is taken whole and also gone into.
    pub(crate) fn open(&mut self, bytes: &[u8], start: usize) {
        self.value(bytes, start, start, Capture::Open, &[]);
        self.open += 1;
        self.most_open = self.most_open.max(self.open);
    }

    /// At `end` it ends.
    pub(crate) fn close(&mut self, bytes: &[u8], end: usize, columns: &[usize]) {
        self.value(bytes, end, end, Capture::Close, columns);
        self.open -= 1;
    }

    /// A value stood between `start` and `end`.
    pub(crate) fn value(
        &mut self,
        bytes: &[u8],
        start: usize,
        end: usize,
        capture: Capture,
        columns: &[usize],
    ) {
        if self.steps.len() <= MAX_STEPS {
            debug_assert!(self.literal <= start, "values are recorded in order");
            let literal = Literal::new(bytes.get(self.literal..start).unwrap_or_default());
            let (column, others) = match columns {
                [first, others @ ..] => (Some(*first), others),
                [] => (None, columns),
            };
            self.steps.push(TemplateStep {
                literal,
                capture,
                column,
                others: others.into(),
            });
            self.literal = end;
        }
    }

    /// The template of the row that ends at `end`.
    pub(crate) fn finish(self, bytes: &[u8], end: usize) -> Option<Template> {
        let tail = Literal::new(bytes.get(self.literal..end).unwrap_or_default());
        (self.steps.len() <= MAX_STEPS && self.most_open <= MAX_OPEN).then_some(Template {
            steps: self.steps,
            tail,
        })
    }
}
