//! Programs that find columns by themselves: where a value becomes one, and rows that are arrays.

use super::{Scope, Walk};
use crate::decode::DecodeError;
use crate::extract::program::NodeId;
use crate::extract::select::{Place, element_index};

impl Walk<'_, '_> {
    /// Whether a value found here becomes a column of its own.
    #[inline]
    pub(super) fn may_be_column(&self, node: NodeId) -> bool {
        let here = self.program.node(node);
        !here.settled && !here.closed
    }

    /// A row that is itself an array: its items are columns named by their index.
    pub(super) fn positions(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        if self.program.node(node).seeks {
            return self.seek_positions(node, scope, depth);
        }
        let start = self.scanner.position();
        if !self.program.node(node).columns.is_empty() {
            self.recorder = None;
        }
        let depth = self.scanner.deeper(depth)?;
        let mut index = 0;
        let mut more = self.scanner.enter(b']')?;
        while more {
            let child = self.position(node, index);
            self.child(child, scope, depth)?;
            index += 1;
            more = self.scanner.more(b']')?;
        }
        self.put_whole(node, scope, start);
        Ok(())
    }

    /// The same where some index counts from the end.
    fn seek_positions(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        self.recorder = None;
        let at = self.scanner.position();
        let children = self.selector.children(Place { at, depth })?;
        for (index, child) in children.list.iter().enumerate() {
            let mut claimed = false;
            for i in 0..self.program.node(node).indexes.len() {
                let (chosen, there) = self.program.node(node).indexes[i];
                if chosen < 0 && element_index(chosen, children.list.len()) == Some(index) {
                    self.seek_value(there, scope, child.place)?;
                    claimed |= self.program.node(there).settled;
                }
            }
            let found = if claimed {
                self.chosen_position(node, index)
            } else {
                self.position(node, index)
            };
            if let Some(found) = found {
                self.seek_value(found, scope, child.place)?;
            }
        }
        self.scanner.seek(children.end);
        self.put_whole(node, scope, at);
        Ok(())
    }

    fn position(&mut self, node: NodeId, index: usize) -> Option<NodeId> {
        let chosen = self.chosen_position(node, index);
        chosen.or_else(|| self.find(node, &index.to_string(), &mut { index }))
    }

    fn chosen_position(&self, node: NodeId, index: usize) -> Option<NodeId> {
        let mut indexes = self.program.node(node).indexes.iter();
        let chosen = indexes.find(|(i, _)| usize::try_from(*i) == Ok(index));
        chosen.map(|(_, node)| *node)
    }
}
