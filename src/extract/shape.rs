//! Rows look alike. A [`Shape`] is what a row was made of the last time: literal
//! bytes and values in turn. While rows follow it, reading one is comparing
//! literals and scanning values; no key is looked up and nothing is decided.
//! A row that does not follow it is walked, and nothing is lost but the attempt.

use std::ops::Range;

use super::program::NodeId;
use super::rows::{Cell, Rows};
use super::walk::scalar::{number_cell, scalar, text_cell};
use crate::decode::json::Scanner;
use crate::decode::literal::Literal;
use crate::decode::number::{self, Number};
use crate::decode::text;

/// Values in a row beyond which remembering it is not worth its memory.
const MAX_STEPS: usize = 512;

/// Rows that room is made for at once, at first: an array in a message may be short.
const ROOM: usize = 4;
/// The same at most: a run of messages is long.
const MAX_ROOM: usize = 64;

/// Rows in a row that did not follow the shape, after which the next one becomes it.
const PATIENCE: u32 = 8;

/// What happens to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taking {
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
struct Step {
    literal: Literal,
    taking: Taking,
    /// The first column that takes the value; one that no row has when nobody does.
    column: usize,
    /// Further columns of the same path.
    others: Box<[usize]>,
}

/// What a row is made of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    steps: Vec<Step>,
    tail: Literal,
}

/// Where the values of a scope go.
pub(crate) trait Taker {
    /// There are many values, so that it is worth its code to read the usual ones in place.
    const MANY: bool;
    /// A value for a column, if there is such a column.
    fn put(&mut self, column: usize, cell: Cell);
    /// The array that begins at an offset, whose items are scopes; says where it ends, if they follow their shapes.
    fn items(&mut self, each: NodeId, start: usize) -> Option<usize>;
}

/// A scope that is one row.
struct OneRow<'a>(&'a mut [Cell]);

impl Taker for OneRow<'_> {
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

impl Step {
    #[inline(always)]
    fn put(&self, taker: &mut impl Taker, cell: Cell) {
        taker.put(self.column, cell);
        for column in &self.others {
            taker.put(*column, cell);
        }
    }
}

impl Shape {
    /// Reads rows as long as they follow the shape, and moves `progress` behind them.
    ///
    /// One of its kind in the wasm, since it is large.
    #[inline(never)]
    fn follow_rows(
        &self,
        bytes: &[u8],
        rows: &mut Rows,
        depth: u32,
        between: Between,
        progress: &mut Progress,
    ) -> Stop {
        loop {
            let cells = progress.cells(rows);
            let Some(end) = self.follow(bytes, progress.pos, depth, &mut OneRow(cells)) else {
                self.erase(cells);
                return Stop::Unlike;
            };
            let after = between.tell(bytes.get(end).copied());
            if matches!(after, After::NoRow) {
                return Stop::End;
            }
            progress.row += 1;
            progress.end = end;
            progress.pos = end + 1;
            if matches!(after, After::Last) {
                return Stop::End;
            }
        }
    }

    /// Reads the scope at `start` if it follows the shape, and says where it ends.
    /// Otherwise `None`, when some of its values may have been given to `taker` already.
    ///
    /// The position is a local on purpose: in a scanner it would live in memory.
    #[inline(always)]
    pub(crate) fn follow<T: Taker>(
        &self,
        bytes: &[u8],
        start: usize,
        depth: u32,
        taker: &mut T,
    ) -> Option<usize> {
        let mut pos = start;
        let (mut opened, mut open) = ([0; MAX_OPEN], 0);
        for step in &self.steps {
            pos = step.literal.end_in(bytes, pos)?;
            // The usual values are read in place: passing a cell through a call costs more than finding it.
            pos = match (bytes.get(pos), step.taking) {
                (Some(b'0'..=b'9' | b'-'), Taking::Scalar | Taking::Number) if T::MANY => {
                    let number = number::read(bytes, pos).ok()?;
                    step.put(taker, number_cell(pos, number));
                    number.end
                }
                (Some(b'"'), Taking::Number) if T::MANY => match quoted(bytes, pos + 1) {
                    Some(number) => {
                        step.put(taker, number_cell(pos + 1, number));
                        number.end + 1
                    }
                    None => {
                        let (cell, end) = other_cell(bytes, pos, step.taking, depth)?;
                        step.put(taker, cell);
                        end
                    }
                },
                (Some(b'0'..=b'9' | b'-'), Taking::Skip) if T::MANY => {
                    number::skip(bytes, pos).ok()?
                }
                (Some(b'"'), Taking::Scalar) => {
                    let span = text::read(bytes, pos + 1).ok()?;
                    step.put(taker, text_cell(span));
                    span.end + 1
                }
                (Some(b'"'), Taking::Skip) if T::MANY => text::read(bytes, pos + 1).ok()?.end + 1,
                (_, Taking::Open) => {
                    *opened.get_mut(open)? = pos;
                    open += 1;
                    pos
                }
                (_, Taking::Close) => {
                    open = open.checked_sub(1)?;
                    step.put(taker, Cell::json(*opened.get(open)?, pos));
                    pos
                }
                (_, Taking::Items(each)) => taker.items(each, pos)?,
                _ => {
                    let (cell, end) = other_cell(bytes, pos, step.taking, depth)?;
                    step.put(taker, cell);
                    end
                }
            };
        }
        self.tail.end_in(bytes, pos)
    }

    /// Empties the cells that [`follow`](Self::follow) may have set. Other columns of the row may be
    /// those of a scope it is zipped with.
    fn erase(&self, cells: &mut [Cell]) {
        let mut row = OneRow(cells);
        self.steps
            .iter()
            .for_each(|step| step.put(&mut row, Cell::Missing));
    }
}

/// A run of rows that followed shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// The row after the last one that followed.
    pub(crate) row: usize,
    /// Where that last one ends in the message.
    pub(crate) end: usize,
    /// The shape that it followed.
    pub(crate) shape: usize,
}

/// What stands between the rows of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Between {
    /// Nothing: it is one row.
    Nothing,
    /// The commas of an array.
    Items,
    /// This byte; what has something else behind it is no row.
    Messages(u8),
}

/// What follows a row in a run.
enum After {
    Another,
    Last,
    NoRow,
}

impl Between {
    /// What the byte behind a row says.
    #[inline(always)]
    fn tell(self, next: Option<u8>) -> After {
        match (self, next) {
            (Self::Items, Some(b',')) => After::Another,
            (Self::Messages(separator), Some(byte)) if byte == separator => After::Another,
            (Self::Messages(_), Some(_)) => After::NoRow,
            _ => After::Last,
        }
    }
}

/// How far a run has come.
struct Progress {
    /// The next row, and where it begins in the message.
    row: usize,
    pos: usize,
    /// Where the last one ended.
    end: usize,
    /// How many rows room is made for at once.
    room: usize,
}

impl Progress {
    /// The cells of the next row.
    #[inline(always)]
    fn cells<'r>(&mut self, rows: &'r mut Rows) -> &'r mut [Cell] {
        if self.row >= rows.len() {
            rows.grow_to(self.row + self.room);
            self.room = (self.room * 2).min(MAX_ROOM);
        }
        rows.row_mut(self.row)
    }
}

/// Why rows are no longer read by a shape.
#[derive(PartialEq, Eq)]
enum Stop {
    /// The next one does not follow it.
    Unlike,
    /// There is no next one.
    End,
}

/// In which order shapes are tried, by their indexes.
pub(crate) struct Order {
    first: Option<usize>,
    others: Range<usize>,
    /// Not among the others.
    but: usize,
}

impl Iterator for Order {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let but = self.but;
        self.first
            .take()
            .or_else(|| self.others.find(|index| *index != but))
    }
}

impl Memory {
    /// The shapes' indexes, the likely one first.
    #[inline]
    pub(crate) fn order(&self) -> Order {
        Order {
            first: (!self.shapes.is_empty()).then_some(self.likely),
            others: 0..self.shapes.len(),
            but: self.likely,
        }
    }

    #[inline]
    pub(crate) fn shape(&self, index: usize) -> Option<&Shape> {
        self.shapes.get(index)
    }

    /// Reads the row `row`, which begins at `start`, and those behind it as long as they follow shapes.
    /// Cells of rows that do not are left as they are.
    #[inline]
    pub(crate) fn follow(
        &self,
        bytes: &[u8],
        start: usize,
        rows: &mut Rows,
        row: usize,
        between: Between,
        depth: u32,
    ) -> Option<Run> {
        let before = rows.len();
        let room = if let Between::Nothing = between {
            1
        } else {
            ROOM
        };
        let mut progress = Progress {
            row,
            pos: start,
            end: start,
            room,
        };
        let mut run = None;
        let mut order = self.order();
        while let Some(shape) = order.next() {
            let from = progress.row;
            let stop = self.shapes[shape].follow_rows(bytes, rows, depth, between, &mut progress);
            if progress.row > from {
                let Progress { row, end, .. } = progress;
                run = Some(Run { row, end, shape });
            }
            if stop == Stop::End {
                break;
            }
            if progress.row > from {
                order = Order {
                    first: None,
                    others: 0..self.shapes.len(),
                    but: shape,
                };
            }
        }
        // Room that was not needed, and a row that did not follow, are no rows.
        rows.truncate(before.max(progress.row));
        run
    }
}

/// The number at `start`, if there is nothing else before the next quote.
#[inline(always)]
fn quoted(bytes: &[u8], start: usize) -> Option<Number> {
    let digits = matches!(bytes.get(start)?, b'0'..=b'9' | b'-');
    let number = number::read(bytes, start).ok().filter(|_| digits)?;
    (bytes.get(number.end) == Some(&b'"')).then_some(number)
}

/// The value at `start`, if it is of the kind that stood here before, and where it ends.
#[inline(never)]
fn other_cell(bytes: &[u8], start: usize, taking: Taking, depth: u32) -> Option<(Cell, usize)> {
    let mut scanner = Scanner::at(bytes, start);
    let nested = matches!(bytes.get(start), Some(b'{' | b'['));
    let cell = match taking {
        Taking::Scalar | Taking::Number if !nested => scalar(&mut scanner).ok()?,
        Taking::Json | Taking::Array if nested => {
            if taking == Taking::Array && bytes.get(start) != Some(&b'[') {
                return None;
            }
            scanner.skip(depth).ok()?;
            Cell::json(start, scanner.position())
        }
        Taking::Skip => {
            scanner.skip(depth).ok()?;
            Cell::Missing
        }
        _ => return None,
    };
    Some((cell, scanner.position()))
}

/// Remembers what a row is made of while it is walked.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    steps: Vec<Step>,
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
        self.value(bytes, start, start, Taking::Open, &[]);
        self.open += 1;
        self.most_open = self.most_open.max(self.open);
    }

    /// At `end` it ends.
    pub(crate) fn close(&mut self, bytes: &[u8], end: usize, columns: &[usize]) {
        self.value(bytes, end, end, Taking::Close, columns);
        self.open -= 1;
    }

    /// A value stood between `start` and `end`.
    pub(crate) fn value(
        &mut self,
        bytes: &[u8],
        start: usize,
        end: usize,
        taking: Taking,
        columns: &[usize],
    ) {
        if self.steps.len() <= MAX_STEPS {
            let literal = Literal::new(bytes.get(self.literal..start).unwrap_or_default());
            let (column, others) = columns
                .split_first()
                .map_or((usize::MAX, &[][..]), |(first, rest)| (*first, rest));
            self.steps.push(Step {
                literal,
                taking,
                column,
                others: others.into(),
            });
            self.literal = end;
        }
    }

    /// The shape of the row that ends at `end`.
    pub(crate) fn finish(self, bytes: &[u8], end: usize) -> Option<Shape> {
        let tail = Literal::new(bytes.get(self.literal..end).unwrap_or_default());
        (self.steps.len() <= MAX_STEPS && self.most_open <= MAX_OPEN).then_some(Shape {
            steps: self.steps,
            tail,
        })
    }
}

/// Shapes that a place remembers: a feed sends a few kinds of messages in turn.
const MAX_SHAPES: usize = 4;

/// The shapes of a place, and how well they have fitted lately.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    shapes: Vec<Shape>,
    /// The one that was followed last.
    likely: usize,
    misses: u32,
    /// The one to be forgotten next.
    oldest: usize,
}

impl Memory {
    /// Whether the row that is about to be walked should become a shape.
    pub(crate) fn wants_another(&mut self) -> bool {
        self.misses += 1;
        self.shapes.len() < MAX_SHAPES || self.misses > PATIENCE
    }

    /// A row followed the shape.
    #[inline]
    pub(crate) fn fitted(&mut self, shape: usize) {
        self.likely = shape;
        self.misses = 0;
    }

    /// Remembers a shape, or that there is none to remember.
    pub(crate) fn learn(&mut self, shape: Option<Shape>) {
        self.misses = 0;
        let Some(shape) = shape else { return };
        if self.shapes.len() < MAX_SHAPES {
            self.likely = self.shapes.len();
            self.shapes.push(shape);
        } else {
            self.likely = self.oldest;
            self.shapes[self.oldest] = shape;
            self.oldest = (self.oldest + 1) % MAX_SHAPES;
        }
    }
}
