//! History meets what arrived meanwhile, and what arrives just after.

use super::{Millis, Table};
use crate::ring::Ring;

/// The state of a table between [`Table::begin_history`] and [`Table::end_history`].
#[derive(Debug)]
#[must_use = "the table keeps its raised capacity until the history ends"]
pub struct History {
    live: usize,
    capacity: usize,
}

/// Where history ends and the live feed goes on. A feed may still deliver rows
/// that the history held already; the seam closes with the first row beyond it.
#[derive(Debug)]
pub(super) struct Seam {
    /// For each row of the table: it is history, and no live row has repeated it yet.
    unmatched: Ring<bool>,
    /// Time of the newest row of history.
    newest: Millis,
}

impl Seam {
    pub(super) fn resize(&mut self, capacity: usize) {
        self.unmatched.resize(capacity);
    }

    pub(super) fn reorder(&mut self, order: &[usize]) {
        self.unmatched.reorder(order);
    }
}

impl Table {
    /// Makes room for history: rows written until [`end_history`](Self::end_history) are history
    /// beside the rows that are there.
    pub fn begin_history(&mut self) -> History {
        let history = History {
            live: self.len(),
            capacity: self.capacity(),
        };
        // Live rows must not be evicted by history that is older than they are.
        self.resize(usize::MAX >> 1);
        history
    }

    /// Sorts live rows and history together; a row that both hold, equal in every field, stands
    /// once, also when it arrives later. The newest rows stay, up to the capacity.
    pub fn end_history(&mut self, history: History) {
        let times = self.times.newest(usize::MAX);
        if let Some(newest) = times[history.live..].iter().copied().max_by(f64::total_cmp) {
            // History ahead of live rows: those of equal time then stand in that order.
            let order: Vec<usize> = (history.live..times.len()).chain(0..history.live).collect();
            let mut unmatched = Ring::new(self.capacity());
            unmatched.extend((0..times.len()).map(|row| row >= history.live));
            self.seam = Some(Seam { unmatched, newest });
            self.reorder(&order);
            self.disordered = true;
            self.settle();
            self.drop_repeats(f64::NEG_INFINITY);
        }
        self.resize(history.capacity);
    }

    /// After `count` live rows were appended: drops those that history holds.
    #[cold]
    pub(super) fn stitch(&mut self, count: usize) {
        let Some(seam) = &mut self.seam else { return };
        let count = count.min(self.times.len());
        seam.unmatched.extend((0..count).map(|_| false));
        let oldest = self
            .times
            .iter()
            .rev()
            .take(count)
            .copied()
            .fold(f64::INFINITY, f64::min);
        if oldest > seam.newest {
            self.seam = None;
            return;
        }
        self.settle();
        self.drop_repeats(oldest);
    }

    /// Drops the live rows at or after `since` that a row of history is equal to; each row of history
    /// excuses one. The table must be in order.
    fn drop_repeats(&mut self, since: Millis) {
        let Some(seam) = &self.seam else { return };
        let mut unmatched = seam.unmatched.newest(usize::MAX);
        let times = self.times.newest(usize::MAX);
        let first = times.partition_point(|time| *time < since);
        let rows: Vec<usize> = (first..times.len()).collect();
        let mut kept: Vec<usize> = (0..first).collect();
        for group in rows.chunk_by(|a, b| times[*a] == times[*b]) {
            for row in group {
                let repeated = group
                    .iter()
                    .find(|other| unmatched[**other] && self.same_row(**other, *row));
                match repeated {
                    Some(other) if !unmatched[*row] => unmatched[*other] = false,
                    _ => kept.push(*row),
                }
            }
        }
        if let Some(seam) = &mut self.seam {
            seam.unmatched = Ring::new(self.times.capacity());
            seam.unmatched.extend(unmatched.into_iter());
        }
        if kept.len() < times.len() {
            self.reorder(&kept);
        }
    }

    fn same_row(&self, a: usize, b: usize) -> bool {
        self.columns.iter().all(|column| column.equal(a, b))
    }
}
