//! History meets what arrived meanwhile, and what arrives just after.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::place::sort_by_time;
use super::{Millis, Table};
use crate::ring::Ring;

/// The state of a table between [`Table::begin_history`] and [`Table::end_history`].
#[derive(Debug)]
#[must_use = "the table keeps its raised capacity until the history ends"]
pub struct History {
    live: usize,
    capacity: usize,
}

impl History {
    /// Of a table that history made.
    pub fn of_new(capacity: usize) -> Self {
        Self { live: 0, capacity }
    }
}

/// Where what is there ends and the live feed goes on. A feed may still deliver rows that are
/// there already; the seam closes with the first row beyond it, or after a while.
#[derive(Debug)]
pub(super) struct Seam {
    /// For each row of the table: it was there, and no live row has repeated it yet.
    unmatched: Ring<bool>,
    /// Time of the newest row that was there.
    newest: Millis,
    /// When the first row came that did not close it.
    opened: Option<Millis>,
}

/// How long a seam stays open at most: looking for repeats costs time with every message.
pub(super) const SEAM_MS: Millis = 30_000.0;

impl Seam {
    pub(super) fn resize(&mut self, capacity: usize) {
        self.unmatched.resize(capacity);
    }

    pub(super) fn reorder(&mut self, order: &[usize]) {
        self.unmatched.reorder(order);
    }

    pub(super) fn reorder_tail(&mut self, start: usize, order: &[usize]) {
        self.unmatched.reorder_tail(start, order);
    }

    /// So many live rows were appended.
    pub(super) fn extend(&mut self, count: usize) {
        let count = count.min(self.unmatched.capacity());
        self.unmatched.extend((0..count).map(|_| false));
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
        self.seam = None;
        if self.keys.is_none() {
            // Live rows must not be evicted by history that is older than they are.
            self.resize(usize::MAX >> 1);
        }
        history
    }

    /// Sorts live rows and history together; a row that both hold, equal in every field, stands
    /// once, also when it arrives later. The newest rows stay, up to the capacity.
    pub fn end_history(&mut self, history: History) {
        if let Some(keys) = &mut self.keys {
            keys.cut.end_history();
            return self.settle();
        }
        let times = self.times.newest(usize::MAX);
        if let Some(newest) = times[history.live..].iter().copied().max_by(f64::total_cmp) {
            // History ahead of live rows: those of equal time then stand in that order.
            let mut order: Vec<usize> =
                (history.live..times.len()).chain(0..history.live).collect();
            sort_by_time(&mut order, &times);
            // Rows with identifiers are known by these.
            if self.ids.is_none() {
                let mut unmatched = Ring::new(self.capacity());
                unmatched.extend((0..times.len()).map(|row| row >= history.live));
                self.seam = Some(Seam {
                    unmatched,
                    newest,
                    opened: None,
                });
            }
            self.reorder(&order);
            self.drop_repeats(f64::NEG_INFINITY);
        }
        self.resize(history.capacity);
    }

    /// The feed begins anew and may deliver again what is there.
    pub fn open_seam(&mut self) {
        if let Some(keys) = &mut self.keys {
            return keys.cut.begin_anew();
        }
        let Some(newest) = self.times.last().copied() else {
            return;
        };
        if self.ids.is_none() {
            let mut unmatched = Ring::new(self.capacity());
            unmatched.extend((0..self.times.len()).map(|_| true));
            self.seam = Some(Seam {
                unmatched,
                newest,
                opened: None,
            });
        }
    }

    /// After `count` live rows were appended: drops those that were there.
    #[cold]
    pub(super) fn stitch(&mut self, count: usize, arrival: Millis) {
        let Some(seam) = &mut self.seam else { return };
        seam.extend(count);
        let first = self.times.len().saturating_sub(count);
        if let Some(oldest) = self.times.at(first).copied() {
            self.close_seam(oldest, arrival);
        }
    }

    /// Closes the seam when `oldest`, the first of the rows that just came, is beyond it; else drops
    /// those of them that were there. The table must be in order.
    pub(super) fn close_seam(&mut self, oldest: Millis, arrival: Millis) {
        let Some(seam) = &mut self.seam else { return };
        let opened = *seam.opened.get_or_insert(arrival);
        if oldest > seam.newest || arrival > opened + SEAM_MS {
            self.seam = None;
        } else {
            self.drop_repeats(oldest);
        }
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
            self.keep_unlike(group, &mut unmatched, &mut kept);
        }
        if let Some(seam) = &mut self.seam {
            seam.unmatched = Ring::new(self.times.capacity());
            seam.unmatched.extend(unmatched.into_iter());
        }
        if kept.len() < times.len() {
            self.repeated += (times.len() - kept.len()) as u64;
            self.reorder(&kept);
        }
    }

    /// Of rows of one time keeps those that were there and those that no such row is equal to.
    fn keep_unlike(&self, group: &[usize], unmatched: &mut [bool], kept: &mut Vec<usize>) {
        if !group.iter().any(|row| unmatched[*row]) {
            kept.extend_from_slice(group);
            return;
        }
        // A history without times is one group, so each row is looked up and not searched for.
        let mut there: HashMap<Vec<u64>, Vec<usize>, RandomState> = HashMap::default();
        for row in group.iter().rev().filter(|row| unmatched[**row]) {
            there.entry(self.fingerprint(*row)).or_default().push(*row);
        }
        for row in group {
            let other = match unmatched[*row] {
                true => None,
                false => there.get_mut(&self.fingerprint(*row)).and_then(Vec::pop),
            };
            match other {
                Some(other) => unmatched[other] = false,
                None => kept.push(*row),
            }
        }
    }

    /// Equal for rows that are equal in every column, and for no others.
    fn fingerprint(&self, row: usize) -> Vec<u64> {
        let columns = self.columns.iter();
        columns.map(|column| column.fingerprint(row)).collect()
    }
}
