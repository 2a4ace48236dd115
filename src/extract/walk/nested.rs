//! Scopes with scopes in them that follow the templates of the ones before: the rows, and all that is around them.

use super::Walk;
use crate::extract::node::NodeId;
use crate::extract::program::Program;
use crate::extract::rows::{Cell, Rows};
use crate::extract::template::CellSink;
use crate::extract::template_run::Between;

impl Walk<'_, '_> {
    /// Takes a scope that splits if it and all that is in it follow templates; says where its rows end.
    /// Otherwise nothing is taken.
    pub(super) fn follow_nested(
        &mut self,
        node: NodeId,
        start: usize,
        depth: u32,
    ) -> Option<usize> {
        let offset = self.scanner.offset();
        let mut scopes = NestedScopes {
            program: self.program,
            bytes: self.scanner.bytes(),
            rows: self.rows,
            held: &mut self.held,
            depth,
        };
        let (template, end, row) = scopes.follow(node, offset, start)?;
        self.scanner.seek(end);
        self.program.templates_mut(node).fitted(template);
        Some(row)
    }
}

/// What it takes to follow scopes around rows.
struct NestedScopes<'a, 'w> {
    program: &'w Program,
    bytes: &'a [u8],
    rows: &'w mut Rows,
    /// Values of scopes that split, until their rows are known.
    held: &'w mut Vec<(usize, Cell)>,
    depth: u32,
}

/// A scope that is being followed.
struct NestedScope<'s, 'a, 'w> {
    scopes: &'s mut NestedScopes<'a, 'w>,
    /// Where its rows begin, and where those end that its arrays have filled.
    start: usize,
    end: usize,
}

impl CellSink for NestedScope<'_, '_, '_> {
    const MANY: bool = false;

    #[inline(always)]
    fn put(&mut self, column: usize, cell: Cell) {
        if column < self.scopes.program.width() {
            self.scopes.held.push((column, cell));
        }
    }

    fn items(&mut self, each: NodeId, start: usize) -> Option<usize> {
        let (after, row) = self.scopes.items(each, start, self.start)?;
        self.end = self.end.max(row);
        Some(after)
    }
}

impl NestedScopes<'_, '_> {
    /// Follows the scope at `offset`, whose rows begin at `start`; says which template it follows, and
    /// where it and its rows end.
    fn follow(
        &mut self,
        node: NodeId,
        offset: usize,
        start: usize,
    ) -> Option<(usize, usize, usize)> {
        let (bytes, depth) = (self.bytes, self.depth);
        let (rows, held) = (self.rows.len(), self.held.len());
        let templates = self.program.templates(node);
        for index in templates.order() {
            let mut following = NestedScope {
                scopes: &mut *self,
                start,
                end: start,
            };
            let template = templates.template(index)?;
            if let Some(after) = template.follow(bytes, offset, depth, &mut following) {
                let end = following.end;
                for (column, cell) in self.held.drain(held..) {
                    for row in start..end {
                        self.rows.set(row, column, cell);
                    }
                }
                return Some((index, after, end));
            }
            // Rows that were there before will be given again what they were given.
            self.rows.truncate(rows);
            self.held.truncate(held);
        }
        None
    }

    /// Follows the items of the array at `offset`; says where it and their rows end.
    fn items(&mut self, each: NodeId, offset: usize, start: usize) -> Option<(usize, usize)> {
        if self.bytes.get(offset) != Some(&b'[') {
            return None;
        }
        let (mut pos, mut row) = (offset + 1, start);
        if self.bytes.get(pos) == Some(&b']') {
            return Some((pos + 1, row));
        }
        loop {
            (pos, row) = self.item(each, pos, row)?;
            match self.bytes.get(pos) {
                Some(b',') => pos += 1,
                Some(b']') => return Some((pos + 1, row)),
                _ => return None,
            }
        }
    }

    /// Follows as many items as possible, and at least one; says where they and their rows end.
    fn item(&mut self, each: NodeId, pos: usize, row: usize) -> Option<(usize, usize)> {
        // Its template has no value of its rows, which stand in its arrays.
        if self.program.node(each).splits {
            let (_, after, end) = self.follow(each, pos, row)?;
            return Some((after, end));
        }
        let (bytes, templates, between) =
            (self.bytes, self.program.templates(each), Between::Items);
        let followed = templates.follow(bytes, pos, self.rows, row, between, self.depth);
        let run = followed.rows()?;
        Some((run.end, run.row))
    }
}
