//! Going through arrays and objects with the scanner moving forward.

use super::{Scope, Walk};
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::extract::node::NodeId;
use crate::extract::position::{name, name_before};
use crate::extract::program::Program;
use crate::extract::rows::Cell;
use crate::extract::scalar::text_cell;
use crate::extract::seen::{SeenEdges, SeenNames};
use crate::extract::template::Capture;

impl Walk<'_, '_> {
    pub(super) fn object(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        let here = self.program.node(node);
        if here.is_leaf() && (!self.program.open || here.closed) {
            return self.json(node, scope, depth);
        }
        let start = self.scanner.offset();
        let seeks = here.seeks || self.careful;
        let whole = !here.columns.is_empty();
        if seeks || here.wildcard.is_some() || (whole && self.program.open) {
            // Out of order, or of members that differ: too unusual to be remembered.
            self.recorder = None;
        }
        if let (Some(recorder), true) = (&mut self.recorder, whole) {
            recorder.open(self.scanner.bytes(), start);
        }
        if seeks {
            self.seek_children(node, scope, depth)?;
        } else if let Some(each) = here.wildcard {
            self.all_members(node, each, scope, depth)?;
        } else {
            self.members(node, scope, depth)?;
        }
        self.put_whole(node, scope, start);
        if let (Some(recorder), true) = (&mut self.recorder, whole) {
            let columns = &self.program.node(node).columns;
            recorder.close(self.scanner.bytes(), self.scanner.offset(), columns);
        }
        Ok(())
    }

    /// An array or object that nothing goes into: its columns take it as JSON text.
    fn json(&mut self, node: NodeId, scope: &Scope, depth: u32) -> Result<(), DecodeError> {
        let start = self.scanner.offset();
        self.scanner.skip(depth)?;
        let end = self.scanner.offset();
        self.put(node, scope, Cell::json(start, end));
        let here = self.program.node(node);
        let capture = if !here.is_leaf() || (self.program.open && !here.closed) {
            Capture::Array
        } else if here.columns.is_empty() {
            Capture::Skip
        } else {
            Capture::Json
        };
        self.record(start, capture, Some(node));
        Ok(())
    }

    /// The chosen columns of an object that was also gone into take it as JSON text.
    pub(super) fn put_whole(&mut self, node: NodeId, scope: &Scope, start: usize) {
        let cell = Cell::json(start, self.scanner.offset());
        let chosen = self.program.chosen;
        for column in &self.program.node(node).columns {
            if *column >= chosen {
                continue;
            }
            self.values_taken += 1;
            if scope.splits {
                self.held.push((*column, cell));
            } else {
                self.rows.set(scope.start, *column, cell);
            }
        }
    }

    /// Gives the columns of `node` that want it the name of the member whose value begins here.
    #[cold]
    pub(super) fn put_name(&mut self, node: NodeId, scope: &Scope) {
        // What a row looks like begins with its value, and the name stands before it.
        self.recorder = None;
        let Some(span) = name_before(self.scanner.bytes(), self.scanner.offset()) else {
            return;
        };
        let cell = text_cell(span);
        let columns = &self.program.node(node).name_columns;
        self.values_taken += columns.len();
        for column in columns {
            if scope.splits {
                self.held.push((*column, cell));
            } else {
                self.rows.set(scope.start, *column, cell);
            }
        }
    }

    fn members(&mut self, node: NodeId, scope: &mut Scope, depth: u32) -> Result<(), DecodeError> {
        let depth = self.scanner.deeper(depth)?;
        let mut seen = SeenEdges::default();
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
        let mut names = SeenNames::default();
        let mut row = scope.start;
        let mut expected = 0;
        let mut more = self.scanner.enter(b'}')?;
        while more {
            let key = self.scanner.key()?;
            let name = name(self.scanner.bytes(), key);
            names.add(&name);
            if let Some(child) = self.find(node, &name, &mut expected) {
                let offset = self.scanner.offset();
                self.value(child, scope, depth)?;
                self.scanner.seek(offset);
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

    pub(super) fn child(
        &mut self,
        child: Option<NodeId>,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        match child {
            Some(child) => self.value(child, scope, depth),
            None => {
                self.scanner.peek()?;
                let start = self.scanner.offset();
                self.scanner.skip(depth)?;
                self.record(start, Capture::Skip, None);
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
        let here = self.program.node(node);
        let likely = here.likely(*expected);
        if self.scanner.peek()? == b'"'
            && let Some(edge) = here.edges.get(likely)
            && !edge.token.is_empty()
            && self.scanner.take(&edge.token)
        {
            *expected = likely + 1;
            return Ok(Some(edge.node));
        }
        let span = self.scanner.key()?;
        let name = name(self.scanner.bytes(), span);
        let before = *expected;
        let found = self.find(node, &name, expected);
        if found.is_some() && *expected - 1 != likely {
            let edge = *expected - 1;
            self.program.node_mut(node).remember(before, edge);
        }
        Ok(found)
    }

    pub(super) fn find(
        &mut self,
        node: NodeId,
        name: &str,
        expected: &mut usize,
    ) -> Option<NodeId> {
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

    pub(super) fn array(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        if self.program.open && node == Program::ROOT {
            return self.items_as_columns(node, scope, depth);
        }
        let here = self.program.node(node);
        if !here.enters_arrays() {
            return self.json(node, scope, depth);
        }
        let start = self.scanner.offset();
        if here.seeks || !here.columns.is_empty() || self.program.open {
            self.recorder = None;
        }
        if here.seeks {
            self.seek_children(node, scope, depth)?;
        } else {
            self.elements(node, scope, depth)?;
        }
        self.put(node, scope, Cell::json(start, self.scanner.offset()));
        Ok(())
    }

    fn elements(&mut self, node: NodeId, scope: &mut Scope, depth: u32) -> Result<(), DecodeError> {
        let start = self.scanner.offset();
        let depth = self.scanner.deeper(depth)?;
        let here = self.program.node(node);
        // Rows are remembered apart from what is around them.
        let outer = match here.wildcard {
            Some(each) if here.indexes.is_empty() => self.recorder.take().zip(Some(each)),
            Some(_) => {
                self.recorder = None;
                None
            }
            None => None,
        };
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
                        let offset = self.scanner.offset();
                        self.child(child, scope, depth)?;
                        self.scanner.seek(offset);
                    }
                    row = self.scope(each, row, depth)?;
                }
            }
            scope.end = scope.end.max(row);
            index += 1;
            more = self.scanner.more(b']')?;
        }
        if let Some((mut outer, each)) = outer {
            let end = self.scanner.offset();
            outer.value(self.scanner.bytes(), start, end, Capture::Items(each), &[]);
            self.recorder = Some(outer);
        }
        Ok(())
    }
}
