//! The steps for which the scanner goes back: indexes from the end, slices, filters, descents, and
//! objects that have a name twice.

use super::{Scope, Walk};
use crate::decode::DecodeError;
use crate::extract::path::Segment;
use crate::extract::program::NodeId;
use crate::extract::select::{Child, Place, element_index};

impl Walk<'_, '_> {
    /// Takes the array or object that begins here, in whatever order its values are needed.
    pub(super) fn seek_children(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        let at = self.scanner.position();
        let place = Place { at, depth };
        let is_array = self.scanner.peek()? == b'[';
        let children = self.selector.children(place)?;
        if is_array {
            self.listed_elements(node, scope, &children.list)?;
        } else {
            self.listed_members(node, scope, &children.list)?;
        }
        self.branches(node, scope, place)?;
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
                self.seek_value(child, scope, member.place)?;
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
                self.seek_value(child, scope, element.place)?;
            }
        }
        Ok(())
    }

    pub(super) fn seek_value(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        place: Place,
    ) -> Result<(), DecodeError> {
        self.scanner.seek(place.at);
        self.value(node, scope, place.depth)
    }

    /// Follows each segment for several values that goes on from `node`.
    fn branches(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        place: Place,
    ) -> Result<(), DecodeError> {
        if let Some(each) = self.program.node(node).wildcard {
            self.branch(&Segment::Wildcard, each, scope, place)?;
        }
        for i in 0..self.program.node(node).multi.len() {
            let (segment, each) = self.program.node(node).multi[i].clone();
            self.branch(&segment, each, scope, place)?;
        }
        Ok(())
    }

    /// Each value that `segment` selects is a scope of `each`; their rows follow each other.
    fn branch(
        &mut self,
        segment: &Segment,
        each: NodeId,
        scope: &mut Scope,
        place: Place,
    ) -> Result<(), DecodeError> {
        let mut row = scope.start;
        for place in self.selector.selected(segment, place)? {
            self.scanner.seek(place.at);
            row = if *segment == Segment::Descend {
                self.visit(each, row, place)?
            } else {
                self.scope(each, row, place.depth)?
            };
        }
        scope.end = scope.end.max(row);
        Ok(())
    }

    /// A scope of a descent, which is no row when nothing is found in it: nearly all of them are
    /// on the way only.
    fn visit(&mut self, node: NodeId, row: usize, place: Place) -> Result<usize, DecodeError> {
        let end = if self.program.node(node).splits {
            self.split(node, row, place.depth)?
        } else {
            self.visit_row(node, row, place.depth)?
        };
        let passed = self.scanner.position() - place.at;
        self.selector.charge(passed, place.at)?;
        Ok(end)
    }

    fn visit_row(&mut self, node: NodeId, row: usize, depth: u32) -> Result<usize, DecodeError> {
        let (len, taken) = (self.rows.len(), self.taken);
        self.rows.grow_to(row + 1);
        let mut scope = Scope {
            start: row,
            end: row + 1,
            splits: false,
            held: self.held.len(),
        };
        self.recorder = None;
        self.value(node, &mut scope, depth)?;
        if self.taken == taken {
            // Zipped with another segment the row may have been there before.
            self.rows.truncate(len);
            return Ok(row);
        }
        self.refuse_vast()?;
        Ok(row + 1)
    }
}
