//! The steps for which the scanner goes back: indexes from the end, slices, filters, descents, and
//! objects that have a name twice.

use super::{Scope, Walk};
use crate::decode::DecodeError;
use crate::extract::node::NodeId;
use crate::extract::path::Segment;
use crate::extract::position::{Position, element_index};
use crate::extract::select::Child;

impl Walk<'_, '_> {
    /// Takes the array or object that begins here, in whatever order its values are needed.
    pub(super) fn seek_children(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        let at = self.scanner.offset();
        let position = Position { at, depth };
        let is_array = self.scanner.peek()? == b'[';
        let children = self.selector.children(position)?;
        if is_array {
            self.listed_elements(node, scope, &children.list)?;
        } else {
            self.listed_members(node, scope, &children.list)?;
        }
        self.branches(node, scope, position)?;
        self.scanner.seek(children.end);
        Ok(())
    }

    fn listed_members(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        members: &[Child<'_>],
    ) -> Result<(), DecodeError> {
        let mut expected = 0;
        for member in members {
            if let Some(child) = self.find(node, &member.name, &mut expected) {
                self.seek_value(child, scope, member.position)?;
            }
        }
        Ok(())
    }

    fn listed_elements(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        elements: &[Child<'_>],
    ) -> Result<(), DecodeError> {
        for i in 0..self.program.node(node).indexes.len() {
            let (index, child) = self.program.node(node).indexes[i];
            let index = element_index(index, elements.len());
            if let Some(element) = index.and_then(|index| elements.get(index)) {
                self.seek_value(child, scope, element.position)?;
            }
        }
        Ok(())
    }

    pub(super) fn seek_value(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        position: Position,
    ) -> Result<(), DecodeError> {
        self.scanner.seek(position.at);
        self.value(node, scope, position.depth)
    }

    /// Follows each segment for several values that goes on from `node`.
    fn branches(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        position: Position,
    ) -> Result<(), DecodeError> {
        if let Some(each) = self.program.node(node).wildcard {
            self.branch(&Segment::Wildcard, each, scope, position)?;
        }
        for i in 0..self.program.node(node).multi.len() {
            let (segment, each) = self.program.node(node).multi[i].clone();
            self.branch(&segment, each, scope, position)?;
        }
        Ok(())
    }

    /// Each value that `segment` selects is a scope of `each`; their rows follow each other.
    fn branch(
        &mut self,
        segment: &Segment,
        each: NodeId,
        scope: &mut Scope,
        position: Position,
    ) -> Result<(), DecodeError> {
        let mut row = scope.start;
        for position in self.selector.selected(segment, position)? {
            self.scanner.seek(position.at);
            row = if *segment == Segment::Descend {
                self.visit(each, row, position)?
            } else {
                self.scope(each, row, position.depth)?
            };
        }
        scope.end = scope.end.max(row);
        Ok(())
    }

    /// A scope of a descent, which is no row when nothing is found in it: nearly all of them are
    /// on the way only.
    fn visit(
        &mut self,
        node: NodeId,
        row: usize,
        position: Position,
    ) -> Result<usize, DecodeError> {
        let end = if self.program.node(node).splits {
            self.split(node, row, position.depth)?
        } else {
            self.visit_row(node, row, position.depth)?
        };
        let passed = self.scanner.offset() - position.at;
        self.selector.charge(passed, position.at)?;
        Ok(end)
    }

    fn visit_row(&mut self, node: NodeId, row: usize, depth: u32) -> Result<usize, DecodeError> {
        let (len, taken) = (self.rows.len(), self.values_taken);
        self.rows.grow_to(row + 1);
        let mut scope = Scope {
            start: row,
            end: row + 1,
            splits: false,
            held: self.held.len(),
        };
        self.recorder = None;
        self.value(node, &mut scope, depth)?;
        if self.values_taken == taken {
            // Zipped with another segment the row may have been there before.
            self.rows.truncate(len);
            return Ok(row);
        }
        self.refuse_vast()?;
        Ok(row + 1)
    }
}
