//! History meets what arrived meanwhile.

use super::Table;

/// The rows of a table that are history, between [`Table::begin_history`] and [`Table::end_history`].
#[derive(Debug)]
#[must_use = "the table keeps its raised capacity until the history ends"]
pub struct History {
    live: usize,
    capacity: usize,
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

    /// Sorts live rows and history together; a row that both hold, equal in
    /// every field, stands once. The newest rows stay, up to the capacity.
    pub fn end_history(&mut self, history: History) {
        let times = self.times.newest(usize::MAX);
        // History ahead of live rows of the same time, each part in its own order.
        let mut order: Vec<usize> = (history.live..times.len()).chain(0..history.live).collect();
        order.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
        let kept = self.without_repeats(&times, &order, history.live);
        self.reorder(&kept);
        self.resize(history.capacity);
    }

    /// `order` without the live rows that history holds too.
    fn without_repeats(&self, times: &[f64], order: &[usize], live: usize) -> Vec<usize> {
        let mut kept = Vec::with_capacity(order.len());
        for group in order.chunk_by(|a, b| times[*a] == times[*b]) {
            let split = group
                .iter()
                .position(|row| *row < live)
                .unwrap_or(group.len());
            let (history, live) = group.split_at(split);
            let mut unmatched: Vec<usize> = history.to_vec();
            kept.extend_from_slice(history);
            for row in live {
                match unmatched
                    .iter()
                    .position(|known| self.same_row(*known, *row))
                {
                    // Two equal live rows repeat two equal rows of history, not one.
                    Some(known) => drop(unmatched.swap_remove(known)),
                    None => kept.push(*row),
                }
            }
        }
        kept
    }

    fn same_row(&self, a: usize, b: usize) -> bool {
        self.columns.iter().all(|column| column.equal(a, b))
    }
}
