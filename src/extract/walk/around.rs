//! Scopes around rows that look like the ones before.

use super::Walk;
use crate::extract::program::{NodeId, Program};
use crate::extract::rows::{Cell, Rows};
use crate::extract::run::Between;
use crate::extract::shape::Taker;

impl Walk<'_, '_> {
    /// Takes a scope that splits if it and all that is in it follow shapes; says where its rows end.
    /// Otherwise nothing is taken.
    pub(super) fn follow_around(
        &mut self,
        node: NodeId,
        start: usize,
        depth: u32,
    ) -> Option<usize> {
        let position = self.scanner.position();
        let mut around = Around {
            program: self.program,
            bytes: self.scanner.bytes(),
            rows: self.rows,
            held: &mut self.held,
            depth,
        };
        let (shape, end, row) = around.follow(node, position, start)?;
        self.scanner.seek(end);
        self.program.memory(node).fitted(shape);
        Some(row)
    }
}

/// What it takes to follow scopes around rows.
struct Around<'a, 'w> {
    program: &'w Program,
    bytes: &'a [u8],
    rows: &'w mut Rows,
    /// Values of scopes that split, until their rows are known.
    held: &'w mut Vec<(usize, Cell)>,
    depth: u32,
}

/// A scope that is being followed.
struct Following<'s, 'a, 'w> {
    around: &'s mut Around<'a, 'w>,
    /// Where its rows begin, and where those end that its arrays have filled.
    start: usize,
    end: usize,
}

impl Taker for Following<'_, '_, '_> {
    const MANY: bool = false;

    #[inline(always)]
    fn put(&mut self, column: usize, cell: Cell) {
        if column < self.around.program.width() {
            self.around.held.push((column, cell));
        }
    }

    fn items(&mut self, each: NodeId, start: usize) -> Option<usize> {
        let (after, row) = self.around.items(each, start, self.start)?;
        self.end = self.end.max(row);
        Some(after)
    }
}

impl Around<'_, '_> {
    /// Follows the scope at `position`, whose rows begin at `start`; says which shape it follows, and
    /// where it and its rows end.
    fn follow(
        &mut self,
        node: NodeId,
        position: usize,
        start: usize,
    ) -> Option<(usize, usize, usize)> {
        let (bytes, depth) = (self.bytes, self.depth);
        let (rows, held) = (self.rows.len(), self.held.len());
        let memory = &self.program.node(node).memory;
        for index in memory.order() {
            let mut following = Following {
                around: &mut *self,
                start,
                end: start,
            };
            let shape = memory.shape(index)?;
            if let Some(after) = shape.follow(bytes, position, depth, &mut following) {
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

    /// Follows the items of the array at `position`; says where it and their rows end.
    fn items(&mut self, each: NodeId, position: usize, start: usize) -> Option<(usize, usize)> {
        if self.bytes.get(position) != Some(&b'[') {
            return None;
        }
        let (mut pos, mut row) = (position + 1, start);
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
        let node = self.program.node(each);
        // Its shape has no value of its rows, which stand in its arrays.
        if node.splits {
            let (_, after, end) = self.follow(each, pos, row)?;
            return Some((after, end));
        }
        let (bytes, memory, between) = (self.bytes, &node.memory, Between::Items);
        let run = memory.follow(bytes, pos, self.rows, row, between, self.depth)?;
        Some((run.end, run.row))
    }
}
