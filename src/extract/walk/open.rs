//! Programs that find columns by themselves: where a value becomes one, and rows that are arrays.

use super::{Scope, Walk};
use crate::decode::DecodeError;
use crate::extract::node::NodeId;
use crate::extract::position::{Position, element_index};

impl Walk<'_, '_> {
    /// Whether a value found here becomes a column of its own.
    #[inline]
    pub(super) fn may_be_column(&self, node: NodeId) -> bool {
        let here = self.program.node(node);
        !here.settled && !here.closed
    }

    /// A row that is itself an array: its items are columns named by their index.
    pub(super) fn items_as_columns(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        if self.program.node(node).seeks {
            return self.seek_items_as_columns(node, scope, depth);
        }
        let start = self.scanner.offset();
        if !self.program.node(node).columns.is_empty() {
            self.recorder = None;
        }
        let depth = self.scanner.deeper(depth)?;
        let mut index = 0;
        let mut more = self.scanner.enter(b']')?;
        while more {
            let child = self.item_column(node, index);
            self.child(child, scope, depth)?;
            index += 1;
            more = self.scanner.more(b']')?;
        }
        self.put_whole(node, scope, start);
        Ok(())
    }

    /// The same where some index counts from the end.
    fn seek_items_as_columns(
        &mut self,
        node: NodeId,
        scope: &mut Scope,
        depth: u32,
    ) -> Result<(), DecodeError> {
        self.recorder = None;
        let at = self.scanner.offset();
        let children = self.selector.children(Position { at, depth })?;
        for (index, child) in children.list.iter().enumerate() {
            let mut claimed = false;
            for i in 0..self.program.node(node).indexes.len() {
                let (chosen, there) = self.program.node(node).indexes[i];
                if chosen < 0 && element_index(chosen, children.list.len()) == Some(index) {
                    self.seek_value(there, scope, child.position)?;
                    claimed |= self.program.node(there).settled;
                }
            }
            let found = if claimed {
                self.chosen_item(node, index)
            } else {
                self.item_column(node, index)
            };
            if let Some(found) = found {
                self.seek_value(found, scope, child.position)?;
            }
        }
        self.scanner.seek(children.end);
        self.put_whole(node, scope, at);
        Ok(())
    }

    fn item_column(&mut self, node: NodeId, index: usize) -> Option<NodeId> {
        let chosen = self.chosen_item(node, index);
        chosen.or_else(|| self.find(node, &index.to_string(), &mut { index }))
    }

    fn chosen_item(&self, node: NodeId, index: usize) -> Option<NodeId> {
        let mut indexes = self.program.node(node).indexes.iter();
        let chosen = indexes.find(|(i, _)| usize::try_from(*i) == Ok(index));
        chosen.map(|(_, node)| *node)
    }
}
