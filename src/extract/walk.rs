//! Follows a [`Program`] through one message and lines its values up in rows.
//!
//! A *scope* is the message, or one item that a segment for several values picked: a wildcard, a
//! slice, a filter or a descent. A scope without such segments below it is one row. Otherwise its
//! rows are those of these segments: side by side they are zipped by index, and the scope's own
//! values are repeated in each of its rows.
//!
//! Names, indexes and wildcards are taken while the scanner moves forward. What has to go back is
//! in [`seek`].

mod open;
pub(super) mod scalar;
mod seek;
mod seen;

use super::program::{NodeId, Program};
use super::rows::{Cell, Rows};
use super::select::{Place, Selector, name};
use super::shape::{After, Recorder, Run, Taking};
use crate::decode::json::Scanner;
use crate::decode::{DecodeError, DecodeErrorKind};
use scalar::scalar;
use seen::{Names, Seen};

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
    taken: usize,
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
    let before = rows.len();
    let mut first = Walk::new(bytes, start, program, rows, false);
    let mut result = first.message(before);
    if first.repeated {
        rows.truncate(before);
        result = Walk::new(bytes, start, program, rows, true).message(before);
    }
    if result.is_err() {
        rows.truncate(before);
    }
    result.map_err(|error| DecodeError {
        at: error.at - start,
        ..error
    })
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
) -> Option<usize> {
    let shape = program.node(Program::ROOT).memory.shape()?;
    let Run { end, .. } = shape.follow_all(bytes, start, rows, 0, |next| match next {
        Some(byte) if byte == separator => After::Another,
        Some(_) => After::NoRow,
        None => After::Last,
    })?;
    program.memory(Program::ROOT).fitted();
    Some(end)
}

impl<'a, 'p> Walk<'a, 'p> {
    fn new(
        bytes: &'a [u8],
        start: usize,
        program: &'p mut Program,
        rows: &'p mut Rows,
        careful: bool,
    ) -> Self {
        Self {
            scanner: Scanner::at(bytes, start),
            program,
            rows,
            held: Vec::new(),
            recorder: None,
            selector: Selector::new(bytes, start),
            taken: 0,
            careful,
            repeated: false,
        }
    }

    fn message(&mut self, row: usize) -> Result<(), DecodeError> {
        if self.scanner.peek()? == b'[' && self.program.array_is_rows {
            let depth = self.scanner.deeper(0)?;
            let mut row = row;
            let mut more = self.scanner.enter(b']')?;
            while more {
                let at = self.scanner.position();
                self.selector.root_at(Place { at, depth });
                row = self.scopes(Program::ROOT, row, depth)?;
                more = self.scanner.more(b']')?;
            }
        } else {
            self.scope(Program::ROOT, row, 0)?;
        }
        self.scanner.finish()
    }

    /// Walks as many items of an array as follow the shape of the ones before, or else one; returns
    /// where their rows end.
    #[inline]
    fn scopes(&mut self, node: NodeId, start: usize, depth: u32) -> Result<usize, DecodeError> {
        // A row of zipped columns may be there already, so only rows at the end can be a run.
        if start == self.rows.len()
            && let Some(shape) = self.program.node(node).memory.shape()
            && let Some(run) = shape.follow_all(
                self.scanner.bytes(),
                self.scanner.position(),
                self.rows,
                depth,
                |next| match next {
                    Some(b',') => After::Another,
                    _ => After::Last,
                },
            )
        {
            self.scanner.seek(run.end);
            self.program.memory(node).fitted();
            return Ok(run.row);
        }
        self.scope(node, start, depth)
    }

    /// Walks one scope whose rows begin at `start`; returns where they end.
    #[inline]
    fn scope(&mut self, node: NodeId, start: usize, depth: u32) -> Result<usize, DecodeError> {
        if self.program.node(node).splits {
            return self.split(node, start, depth);
        }
        self.rows.grow_to(start + 1);
        let position = self.scanner.position();
        if let Some(shape) = self.program.node(node).memory.shape() {
            if let Some(end) = shape.follow(
                self.scanner.bytes(),
                position,
                self.rows.row_mut(start),
                depth,
            ) {
                self.scanner.seek(end);
                self.program.memory(node).fitted();
                return Ok(start + 1);
            }
            shape.erase(self.rows.row_mut(start));
        }
        self.row(node, start, depth)?;
        Ok(start + 1)
    }

    /// Walks a scope that is one row.
    fn row(&mut self, node: NodeId, row: usize, depth: u32) -> Result<(), DecodeError> {
        let position = self.scanner.position();
        self.recorder = self
            .program
            .memory(node)
            .wants_another()
            .then(|| Recorder::new(position));
        let mut scope = Scope {
            start: row,
            end: row + 1,
            splits: false,
            held: self.held.len(),
        };
        self.value(node, &mut scope, depth)?;
        if let Some(recorder) = self.recorder.take() {
            let shape = recorder.finish(self.scanner.bytes(), self.scanner.position());
            self.program.memory(node).learn(shape);
        }
        Ok(())
    }

    /// Walks a scope whose rows are those of its segments for several values.
    fn split(&mut self, node: NodeId, start: usize, depth: u32) -> Result<usize, DecodeError> {
        let mut scope = Scope {
            start,
            end: start,
            splits: true,
            held: self.held.len(),
        };
        self.value(node, &mut scope, depth)?;
        self.release(&scope);
        Ok(scope.end)
    }

    /// Remembers a value of the row, if it is to be remembered.
    #[inline]
    fn record(&mut self, start: usize, taking: Taking, node: Option<NodeId>) {
        if let Some(recorder) = &mut self.recorder {
            let columns = node.map_or(&[][..], |node| &self.program.node(node).columns);
            recorder.value(
                self.scanner.bytes(),
                start,
                self.scanner.position(),
                taking,
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
        match self.scanner.peek()? {
            b'{' => self.object(node, scope, depth),
            b'[' => self.array(node, scope, depth),
            _ => {
                let start = self.scanner.position();
                let cell = scalar(&mut self.scanner)?;
                self.put(node, scope, cell);
                self.record(start, Taking::Scalar, Some(node));
                Ok(())
            }
        }
    }

    /// Gives the columns of `node` the value found there.
    #[inline]
    fn put(&mut self, node: NodeId, scope: &Scope, cell: Cell) {
        if self.program.open && self.may_be_column(node) && self.program.add_column(node).is_some()
        {
            self.rows.widen(self.program.width());
        }
        self.taken += self.program.node(node).columns.len();
        for column in &self.program.node(node).columns {
            if scope.splits {
                self.held.push((*column, cell));
            } else {
                self.rows.set(scope.start, *column, cell);
            }
        }
    }

    fn object(&mut self, node: NodeId, scope: &mut Scope, depth: u32) -> Result<(), DecodeError> {
        let here = self.program.node(node);
        if here.is_leaf() && (!self.program.open || here.closed) {
            return self.json(node, scope, depth);
        }
        let start = self.scanner.position();
        let seeks = here.seeks || self.careful;
        if seeks || !here.columns.is_empty() {
            // Out of order, or taken whole and in parts: too unusual to be remembered.
            self.recorder = None;
        }
        if seeks {
            self.seek_children(node, scope, depth)?;
        } else if let Some(each) = here.wildcard {
            self.all_members(node, each, scope, depth)?;
        } else {
            self.members(node, scope, depth)?;
        }
        self.put_whole(node, scope, start);
        Ok(())
    }

    /// An array or object that nothing goes into: its columns take it as JSON text.
    fn json(&mut self, node: NodeId, scope: &Scope, depth: u32) -> Result<(), DecodeError> {
        let start = self.scanner.position();
        self.scanner.skip(depth)?;
        let end = self.scanner.position();
        self.put(node, scope, Cell::json(start, end));
        let here = self.program.node(node);
        let taking = if !here.is_leaf() || (self.program.open && !here.closed) {
            Taking::Array
        } else if here.columns.is_empty() {
            Taking::Skip
        } else {
            Taking::Json
        };
        self.record(start, taking, Some(node));
        Ok(())
    }

    /// The chosen columns of an object that was also gone into take it as JSON text.
    fn put_whole(&mut self, node: NodeId, scope: &Scope, start: usize) {
        let cell = Cell::json(start, self.scanner.position());
        let chosen = self.program.chosen;
        for column in &self.program.node(node).columns {
            if *column >= chosen {
                continue;
            }
            self.taken += 1;
            if scope.splits {
                self.held.push((*column, cell));
            } else {
                self.rows.set(scope.start, *column, cell);
            }
        }
    }

    fn members(&mut self, node: NodeId, scope: &mut Scope, depth: u32) -> Result<(), DecodeError> {
        let depth = self.scanner.deeper(depth)?;
        let mut seen = Seen::default();
        let mut expected = 0;
        let mut more = self.scanner.enter(b'}')?;
        while more {
            let child = self.member(node, &mut expected)?;
            if child.is_some() && seen.again(expected - 1) {
                return Err(self.repeated());
            }
            self.child(child, scope, depth)?;
            more = self.scanner.more(b'}')?;
        }
        Ok(())
    }

    /// Members of which each is a scope of `each`, and some may be gone into besides.
    fn all_members(
        &mut self,
        node: NodeId,
        each: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        let depth = self.scanner.deeper(depth)?;
        let mut names = Names::default();
        let mut row = scope.start;
        let mut expected = 0;
        let mut more = self.scanner.enter(b'}')?;
        while more {
            let key = self.scanner.key()?;
            let name = name(self.scanner.bytes(), key);
            names.add(&name);
            if let Some(child) = self.find(node, &name, &mut expected) {
                let position = self.scanner.position();
                self.value(child, scope, depth)?;
                self.scanner.seek(position);
            }
            row = self.scope(each, row, depth)?;
            more = self.scanner.more(b'}')?;
        }
        scope.end = scope.end.max(row);
        if names.may_repeat() {
            return Err(self.repeated());
        }
        Ok(())
    }

    /// Gives the walk up for one that minds that the last of members with the same name counts.
    #[cold]
    fn repeated(&mut self) -> DecodeError {
        self.repeated = true;
        self.scanner.error(DecodeErrorKind::UnexpectedByte(b'"'))
    }

    fn child(
        &mut self,
        child: Option<NodeId>,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        match child {
            Some(child) => self.value(child, scope, depth),
            None => {
                self.scanner.peek()?;
                let start = self.scanner.position();
                self.scanner.skip(depth)?;
                self.record(start, Taking::Skip, None);
                Ok(())
            }
        }
    }

    /// Takes a member's name and colon, and finds where the program goes on.
    #[inline]
    fn member(
        &mut self,
        node: NodeId,
        expected: &mut usize,
    ) -> Result<Option<NodeId>, DecodeError> {
        // The usual case by far: compact JSON with the members in the order of the message before.
        if self.scanner.peek()? == b'"'
            && let Some(edge) = self.program.node(node).edges.get(*expected)
            && !edge.token.is_empty()
            && self.scanner.take(&edge.token)
        {
            *expected += 1;
            return Ok(Some(edge.node));
        }
        let span = self.scanner.key()?;
        let name = name(self.scanner.bytes(), span);
        Ok(self.find(node, &name, expected))
    }

    fn find(&mut self, node: NodeId, name: &str, expected: &mut usize) -> Option<NodeId> {
        if let Some(edge) = self.program.node(node).edge(name, *expected) {
            *expected = edge + 1;
            return Some(self.program.node(node).edges[edge].node);
        }
        if !self.program.node(node).closed && self.program.may_grow() {
            *expected = self.program.node(node).edges.len() + 1;
            return Some(self.program.add_edge(node, name));
        }
        None
    }

    fn array(&mut self, node: NodeId, scope: &mut Scope, depth: u32) -> Result<(), DecodeError> {
        if self.program.open && node == Program::ROOT {
            return self.positions(node, scope, depth);
        }
        let here = self.program.node(node);
        if !here.enters_arrays() {
            return self.json(node, scope, depth);
        }
        let start = self.scanner.position();
        if here.seeks || !here.columns.is_empty() || self.program.open {
            self.recorder = None;
        }
        if here.seeks {
            self.seek_children(node, scope, depth)?;
        } else {
            self.elements(node, scope, depth)?;
        }
        self.put(node, scope, Cell::json(start, self.scanner.position()));
        Ok(())
    }

    fn elements(&mut self, node: NodeId, scope: &mut Scope, depth: u32) -> Result<(), DecodeError> {
        let depth = self.scanner.deeper(depth)?;
        let mut row = scope.start;
        let mut index = 0;
        let mut more = self.scanner.enter(b']')?;
        while more {
            let here = self.program.node(node);
            let child = here
                .indexes
                .iter()
                .find(|(i, _)| *i == index)
                .map(|(_, n)| *n);
            match here.wildcard {
                None => self.child(child, scope, depth)?,
                Some(each) if here.indexes.is_empty() => row = self.scopes(each, row, depth)?,
                Some(each) => {
                    if child.is_some() {
                        let position = self.scanner.position();
                        self.child(child, scope, depth)?;
                        self.scanner.seek(position);
                    }
                    row = self.scope(each, row, depth)?;
                }
            }
            scope.end = scope.end.max(row);
            index += 1;
            more = self.scanner.more(b']')?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
