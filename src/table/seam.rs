//! Where what is there ends and the live feed goes on, in tables that know their rows by neither keys nor identifiers.
//!
//! A feed may deliver rows that are there already: history ends with them, and a server that is connected to again
//! begins with them. In go the rows of the table and how many have just come; those that repeat one are dropped.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::batch::Millis;
use super::resume_point::SEAM_MS;
use super::stored_rows::{Inserted, StoredRows, Tally, sort_by_time};
use crate::ring::Ring;

/// What a seam knows of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// It was there, and no live row has repeated it yet.
    Unmatched,
    /// It was there, and one has.
    Matched,
    /// It came later.
    Live,
}

/// Rows that are there may still come again. That closes with the first row beyond them, or after a while.
#[derive(Debug)]
pub(super) struct Seam {
    /// What is known of each row of the table.
    known: Ring<Known>,
    /// Time of the newest row that was there.
    newest: Millis,
    /// When the first row came that did not close it.
    opened: Option<Millis>,
}

impl Seam {
    /// The seam behind all rows; `None` when there are none.
    pub(super) fn behind(rows: &StoredRows) -> Option<Self> {
        let newest = rows.times.last().copied()?;
        Some(Self::new(
            rows,
            newest,
            (0..rows.len()).map(|_| Known::Unmatched),
        ))
    }

    /// The seam behind history, which [`sort_history`] has just sorted together with the rows that were there, so many,
    /// with a seam of their own if another history came before. Of rows that both hold, equal in every field, one goes.
    pub(super) fn behind_history(
        rows: &mut StoredRows,
        (live, before): (usize, Option<Self>),
        order: &[usize],
        newest: Millis,
        tally: &mut Tally,
    ) -> Self {
        let known = |is_history| {
            if is_history {
                Known::Unmatched
            } else {
                Known::Live
            }
        };
        let mut seam = Self::new(rows, newest, order.iter().map(|row| known(*row >= live)));
        let Some(before) = before else {
            seam.drop_repeats(rows, f64::NEG_INFINITY, &[], tally);
            return seam;
        };
        let was_there = |row: &usize| before.known.at(*row) == Some(&Known::Unmatched);
        let earlier: Vec<bool> = order
            .iter()
            .map(|row| *row < live && was_there(row))
            .collect();
        seam.drop_repeats(rows, f64::NEG_INFINITY, &earlier, tally);
        seam.newest = seam.newest.max(before.newest);
        seam.opened = before.opened;
        seam
    }

    fn new(rows: &StoredRows, newest: Millis, all: impl ExactSizeIterator<Item = Known>) -> Self {
        let mut known = Ring::new(rows.capacity());
        known.extend(all);
        Self {
            known,
            newest,
            opened: None,
        }
    }

    pub(super) fn resize(&mut self, capacity: usize) {
        self.known.resize(capacity);
    }

    /// After `count` live rows were appended: drops those that were there. Says whether the seam stays open.
    #[cold]
    pub(super) fn appended(
        &mut self,
        rows: &mut StoredRows,
        count: usize,
        arrival: Millis,
        tally: &mut Tally,
    ) -> bool {
        self.extend(count);
        let first = rows.len().saturating_sub(count);
        match rows.times.at(first).copied() {
            Some(oldest) => self.stays_open(rows, oldest, arrival, tally),
            None => true,
        }
    }

    /// The same after live rows were put where their times belong.
    pub(super) fn inserted(
        &mut self,
        rows: &mut StoredRows,
        inserted: &Inserted,
        arrival: Millis,
        tally: &mut Tally,
    ) -> bool {
        self.extend(inserted.count);
        self.known.reorder_tail(inserted.start, &inserted.order);
        self.stays_open(rows, inserted.oldest, arrival, tally)
    }

    /// So many live rows were appended.
    fn extend(&mut self, count: usize) {
        let count = count.min(self.known.capacity());
        self.known.extend((0..count).map(|_| Known::Live));
    }

    /// Whether `oldest`, the first of the rows that just came, is not beyond the seam; then those of them
    /// that were there are dropped. The rows must be in order.
    fn stays_open(
        &mut self,
        rows: &mut StoredRows,
        oldest: Millis,
        arrival: Millis,
        tally: &mut Tally,
    ) -> bool {
        let opened = *self.opened.get_or_insert(arrival);
        let closes = oldest > self.newest || arrival > opened + SEAM_MS;
        if !closes {
            self.drop_repeats(rows, oldest, &[], tally);
        }
        !closes
    }

    /// Drops the live rows at or after `since` that a row of history is equal to; each row of history
    /// excuses one. The rows must be in order. Those of an `earlier` history go like live ones, but a live row may still
    /// repeat them.
    fn drop_repeats(
        &mut self,
        rows: &mut StoredRows,
        since: Millis,
        earlier: &[bool],
        tally: &mut Tally,
    ) {
        let mut all = self.known.newest(usize::MAX);
        let times = rows.times.newest(usize::MAX);
        let first = times.partition_point(|time| *time < since);
        let new: Vec<usize> = (first..times.len()).collect();
        let mut kept: Vec<usize> = (0..first).collect();
        for alike in new.chunk_by(|a, b| times[*a] == times[*b]) {
            keep_unlike(rows, alike, earlier, &mut all, &mut kept);
        }
        for (known, earlier) in all.iter_mut().zip(earlier) {
            if *earlier {
                *known = Known::Unmatched;
            }
        }
        self.known = Ring::new(rows.capacity());
        self.known.extend(all.into_iter());
        if kept.len() < times.len() {
            tally.repeated += (times.len() - kept.len()) as u64;
            rows.reorder(&kept);
            self.known.reorder(&kept);
        }
    }
}

/// Of rows of one time keeps those that were there and those that no such row is equal to.
fn keep_unlike(
    rows: &StoredRows,
    alike: &[usize],
    earlier: &[bool],
    known: &mut [Known],
    kept: &mut Vec<usize>,
) {
    if !alike.iter().any(|row| known[*row] == Known::Unmatched) {
        kept.extend_from_slice(alike);
        return;
    }
    // A history without times is of one time, so each row is looked up and not searched for.
    let mut there: HashMap<Vec<u64>, Vec<usize>, RandomState> = HashMap::default();
    let unmatched = |row: &&usize| known[**row] == Known::Unmatched;
    for row in alike.iter().rev().filter(unmatched) {
        there.entry(rows.fingerprint(*row)).or_default().push(*row);
    }
    for row in alike {
        let other = match known[*row] {
            Known::Unmatched | Known::Matched => None,
            Known::Live => there.get_mut(&rows.fingerprint(*row)).and_then(Vec::pop),
        };
        match other {
            Some(other) if earlier.get(*row) == Some(&true) => known[other] = Known::Unmatched,
            Some(other) => known[other] = Known::Matched,
            None => kept.push(*row),
        }
    }
}

/// Puts the rows of history, which are those from `live` on, and the live ones before them in the order of their times.
/// Says where each row was, and the newest time of history; `None` when there is no history.
pub(super) fn sort_history(rows: &mut StoredRows, live: usize) -> Option<(Vec<usize>, Millis)> {
    let times = rows.times.newest(usize::MAX);
    debug_assert!(
        live <= times.len(),
        "no live row goes while history is read"
    );
    let history = times.get(live..).unwrap_or_default();
    let newest = history.iter().copied().max_by(f64::total_cmp)?;
    // History ahead of live rows: those of equal time are then in that order.
    let mut order: Vec<usize> = (live..times.len()).chain(0..live).collect();
    sort_by_time(&mut order, &times);
    rows.reorder(&order);
    Some((order, newest))
}
