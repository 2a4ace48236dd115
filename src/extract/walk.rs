//! Follows a [`Program`] through one message and lines its values up in rows.
//!
//! A *scope* is the message, or one item that a segment for several values picked: a wildcard, a
//! slice, a filter or a descent. A scope without such segments below it is one row. Otherwise its
//! rows are those of these segments: side by side they are zipped by index, and the scope's own
//! values are repeated in each of its rows.
//!
//! Names, indexes and wildcards are taken while the scanner moves forward. What has to go back is
//! in `seek`.

mod forward;
mod nested;
mod open;
mod seek;

use super::node::NodeId;
use super::position::Position;
use super::program::Program;
use super::rows::{Cell, Rows};
use super::scalar::scalar;
use super::select::Selector;
use super::template::{Capture, Recorder};
use super::template_run::{Between, Followed, TemplateRun};
use crate::decode::json::Scanner;
use crate::decode::{DecodeError, DecodeErrorKind};

/// The rows of the scope being walked.
struct Scope {
    /// Its first row.
    start: usize,
    /// The row after the last one that its segments for several values have filled.
    end: usize,
    /// Whether its rows are those of such segments.
    splits: bool,
    /// Where its own values begin in [`Walk::held`].
    held: usize,
}

struct Walk<'a, 'p> {
    scanner: Scanner<'a>,
    program: &'p mut Program,
    rows: &'p mut Rows,
    /// Values of scopes that split, until their rows are known.
    held: Vec<(usize, Cell)>,
    /// The row being walked is to be remembered.
    recorder: Option<Recorder>,
    /// Finds what the scanner cannot meet on its way.
    selector: Selector<'a>,
    /// How many values were taken for columns.
    values_taken: usize,
    /// How often null stood where a path goes on to segments for several values.
    nulls_met: usize,
    /// An object has a name twice, and the message is walked with that in mind.
    careful: bool,
    /// The walk was given up since an object has a name twice.
    repeated: bool,
}

/// Appends to `rows` what `program` takes from the message that stands in
/// `bytes` from `start` on; `bytes` must be UTF-8. The cells refer to `bytes`,
/// so that the messages of a batch can be walked one after the other.
///
/// # Errors
/// When the message is not one JSON text. `rows` is then as it was: a message
/// is taken whole or not at all.
pub fn walk(
    bytes: &[u8],
    start: usize,
    program: &mut Program,
    rows: &mut Rows,
) -> Result<(), DecodeError> {
    walk_once(bytes, start, program, rows, false)
}

/// The same for a message that is known not to look like the ones before: [`walk_alike`] has just said
/// [`Alike::No`] of it.
///
/// # Errors
/// As [`walk`].
pub fn walk_unlike(
    bytes: &[u8],
    start: usize,
    program: &mut Program,
    rows: &mut Rows,
) -> Result<(), DecodeError> {
    walk_once(bytes, start, program, rows, true)
}

fn walk_once(
    bytes: &[u8],
    start: usize,
    program: &mut Program,
    rows: &mut Rows,
    unlike: bool,
) -> Result<(), DecodeError> {
    let before = rows.len();
    // Kept for its memory: most feeds repeat some values, and each message would ask for it anew.
    let mut held = std::mem::take(&mut program.held);
    held.clear();
    let mut first = Walk::new(bytes, start, program, rows, held, false);
    let mut result = first.message(before, unlike);
    let repeated = first.repeated;
    held = first.held;
    if repeated {
        rows.truncate(before);
        held.clear();
        let mut careful = Walk::new(bytes, start, program, rows, held, true);
        result = careful.message(before, unlike);
        held = careful.held;
    }
    program.held = held;
    if result.is_err() {
        rows.truncate(before);
    }
    result.map_err(|error| DecodeError {
        at: error.at - start,
        ..error
    })
}

/// Whether messages look like the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alike {
    /// Some did, up to this offset.
    Until(usize),
    /// The first one was compared with everything that is remembered, and does not.
    No,
    /// It was not compared with everything.
    Unknown,
}

/// Appends to `rows` the messages of one row each that stand in `bytes` from `start` on, with
/// `separator` between them, as long as they look like the ones before. Says how far that went.
#[inline]
pub fn walk_alike(
    bytes: &[u8],
    start: usize,
    separator: u8,
    program: &mut Program,
    rows: &mut Rows,
) -> Alike {
    // What is remembered of a message that splits is no row, and of an array it is the items.
    let items = program.array_is_rows;
    let is_array = items && bytes.get(start) == Some(&b'[');
    if is_array || program.node(Program::ROOT).splits {
        return Alike::Unknown;
    }
    let templates = program.templates(Program::ROOT);
    let between = Between::Messages { separator, items };
    match templates.follow(bytes, start, rows, rows.len(), between, 0) {
        Followed::Rows(TemplateRun { end, template, .. }) => {
            program.templates_mut(Program::ROOT).fitted(template);
            Alike::Until(end)
        }
        Followed::None => Alike::No,
        Followed::Undecided => Alike::Unknown,
    }
}

impl<'a, 'p> Walk<'a, 'p> {
    fn new(
        bytes: &'a [u8],
        start: usize,
        program: &'p mut Program,
        rows: &'p mut Rows,
        held: Vec<(usize, Cell)>,
        careful: bool,
    ) -> Self {
        Self {
            scanner: Scanner::at(bytes, start),
            program,
            rows,
            held,
            recorder: None,
            selector: Selector::new(bytes, start),
            values_taken: 0,
            nulls_met: 0,
            careful,
            repeated: false,
        }
    }

    /// Walks the message; one that is `unlike` those before is not compared with them again.
    fn message(&mut self, row: usize, unlike: bool) -> Result<(), DecodeError> {
        if self.scanner.peek()? == b'[' && self.program.array_is_rows {
            let depth = self.scanner.deeper(0)?;
            let mut row = row;
            let mut more = self.scanner.enter(b']')?;
            while more {
                let at = self.scanner.offset();
                self.selector.root_at(Position { at, depth });
                row = self.scopes(Program::ROOT, row, depth)?;
                more = self.scanner.more(b']')?;
            }
        } else if unlike {
            self.new_row(Program::ROOT, row, 0)?;
        } else {
            self.scope(Program::ROOT, row, 0)?;
        }
        self.scanner.finish()
    }

    /// Walks as many items of an array as follow the template of the ones before, or else one; returns
    /// where their rows end.
    #[inline]
    fn scopes(&mut self, node: NodeId, start: usize, depth: u32) -> Result<usize, DecodeError> {
        self.scope_or_run(node, start, Between::Items, depth)
    }

    /// Walks one scope whose rows begin at `start`; returns where they end.
    #[inline]
    fn scope(&mut self, node: NodeId, start: usize, depth: u32) -> Result<usize, DecodeError> {
        self.scope_or_run(node, start, Between::Nothing, depth)
    }

    fn scope_or_run(
        &mut self,
        node: NodeId,
        start: usize,
        between: Between,
        depth: u32,
    ) -> Result<usize, DecodeError> {
        if self.program.node(node).splits {
            // Its template is not that of a row.
            return self.split(node, start, depth);
        }
        let (bytes, offset) = (self.scanner.bytes(), self.scanner.offset());
        let templates = self.program.templates(node);
        let followed = templates.follow(bytes, offset, self.rows, start, between, depth);
        if let Some(run) = followed.rows() {
            self.scanner.seek(run.end);
            self.program.templates_mut(node).fitted(run.template);
            return Ok(run.row);
        }
        self.new_row(node, start, depth)
    }

    /// Walks a scope that is one row and follows no template; returns where its row ends.
    fn new_row(&mut self, node: NodeId, start: usize, depth: u32) -> Result<usize, DecodeError> {
        self.rows.grow_to(start + 1);
        self.row(node, start, depth)?;
        self.refuse_vast()?;
        Ok(start + 1)
    }

    #[inline]
    fn refuse_vast(&self) -> Result<(), DecodeError> {
        if self.rows.is_vast() {
            let at = self.scanner.offset();
            return Err(DecodeError::new(DecodeErrorKind::TooManyValues, at));
        }
        Ok(())
    }

    /// Walks a scope that is one row.
    fn row(&mut self, node: NodeId, row: usize, depth: u32) -> Result<(), DecodeError> {
        self.begin_recording(node);
        let mut scope = Scope {
            start: row,
            end: row + 1,
            splits: false,
            held: self.held.len(),
        };
        self.value(node, &mut scope, depth)?;
        self.end_recording(node);
        Ok(())
    }

    /// Remembers the scope that is about to be walked, if that is worth it.
    fn begin_recording(&mut self, node: NodeId) {
        let offset = self.scanner.offset();
        self.recorder = self
            .program
            .templates_mut(node)
            .wants_another()
            .then(|| Recorder::new(offset));
    }

    fn end_recording(&mut self, node: NodeId) {
        if let Some(recorder) = self.recorder.take() {
            let template = recorder.finish(self.scanner.bytes(), self.scanner.offset());
            self.program.templates_mut(node).learn(template);
        }
    }

    /// Walks a scope whose rows are those of its segments for several values.
    fn split(&mut self, node: NodeId, start: usize, depth: u32) -> Result<usize, DecodeError> {
        if let Some(end) = self.follow_nested(node, start, depth) {
            return Ok(end);
        }
        self.begin_recording(node);
        let nulls = self.nulls_met;
        let mut scope = Scope {
            start,
            end: start,
            splits: true,
            held: self.held.len(),
        };
        self.value(node, &mut scope, depth)?;
        self.end_recording(node);
        if scope.end == start && self.nulls_met > nulls && self.held.len() > scope.held {
            // null is a gap, also in the place of an array: what the scope itself holds is one row.
            self.rows.grow_to(start + 1);
            self.refuse_vast()?;
            scope.end = start + 1;
        }
        self.release(&scope);
        Ok(scope.end)
    }

    /// Remembers a value of the row, if it is to be remembered.
    #[inline]
    fn record(&mut self, start: usize, capture: Capture, node: Option<NodeId>) {
        if let Some(recorder) = &mut self.recorder {
            let columns = node.map_or(&[][..], |node| &self.program.node(node).columns);
            recorder.value(
                self.scanner.bytes(),
                start,
                self.scanner.offset(),
                capture,
                columns,
            );
        }
    }

    /// Repeats the scope's own values in each of its rows.
    fn release(&mut self, scope: &Scope) {
        for (column, cell) in self.held.drain(scope.held..) {
            for row in scope.start..scope.end {
                self.rows.set(row, column, cell);
            }
        }
    }

    fn value(&mut self, node: NodeId, scope: &mut Scope, depth: u32) -> Result<(), DecodeError> {
        let first = self.scanner.peek()?;
        if !self.program.node(node).name_columns.is_empty() {
            self.put_name(node, scope);
        }
        match first {
            b'{' => self.object(node, scope, depth),
            b'[' => self.array(node, scope, depth),
            _ => {
                let start = self.scanner.offset();
                let cell = scalar(&mut self.scanner)?;
                self.put(node, scope, cell);
                let here = self.program.node(node);
                let numeric = here.numeric;
                if here.splits {
                    self.nulls_met += usize::from(cell == Cell::Null);
                    // Another scalar here makes no row.
                    self.recorder = None;
                }
                let capture = if numeric {
                    Capture::Number
                } else {
                    Capture::Scalar
                };
                self.record(start, capture, Some(node));
                Ok(())
            }
        }
    }

    /// Gives the columns of `node` the value found there.
    #[inline]
    fn put(&mut self, node: NodeId, scope: &Scope, cell: Cell) {
        if self.program.open
            && self.may_be_column(node)
            && !self.rows.is_vast()
            && self.program.add_column(node).is_some()
        {
            self.rows.widen(self.program.width());
        }
        self.values_taken += self.program.node(node).columns.len();
        for column in &self.program.node(node).columns {
            if scope.splits {
                self.held.push((*column, cell));
            } else {
                self.rows.set(scope.start, *column, cell);
            }
        }
    }
}

#[cfg(test)]
mod tests;
