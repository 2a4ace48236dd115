//! Tables that hold one row per key: upserts and buckets.
//!
//! In go the rows of a table and a batch; each row of the batch goes to the row of its key, which may be a new one.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use super::batch::{Batch, Millis, Origin};
use super::column::BucketEdge;
use super::resume_point::ResumePoint;
use super::stored_rows::{StoredRows, Tally, sort_by_time};
use crate::digest::AsTheyAre;
use crate::ring::Ring;

/// How often a full table is put in order at most while it takes a batch; beyond, the row that came
/// first is taken for the oldest.
const MAX_SORTS: usize = 16;

/// Rows that are put in order in so little time that it may happen as often as it wants.
const FEW_ROWS: usize = 4096;

/// What happens to a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Repeat {
    /// It takes the place of the one that is there, unless it is older.
    Replace,
    /// It is taken into the bucket of so many milliseconds in which its time lies.
    Reduce(Millis),
}

/// What stands for a key: 128 bits made of its bytes with random seeds. Among a million keys, two
/// are taken for one with a chance of 1 in 10^26, and no row needs memory of its own.
pub(crate) type KeyDigest = (u64, u64);

/// Which row each key has.
#[derive(Debug)]
pub(super) struct Keys {
    repeat: Repeat,
    /// Rows are in the order of their times; otherwise in the order in which their keys first came.
    ordered: bool,
    /// Rows may not be in the order of their times.
    disordered: bool,
    halves: [RandomState; 2],
    /// For each key the index of its row, counted with the rows that were evicted before it.
    rows: HashMap<KeyDigest, u64, AsTheyAre>,
    evicted: u64,
    keys: Ring<KeyDigest>,
    /// When each row was last written, for rows that expire; for buckets the newest time in each.
    newest: Ring<Millis>,
    /// For buckets the oldest time in each.
    oldest: Ring<Millis>,
    /// Rows that were removed but still stand in the rings; their time is NaN.
    dead: usize,
    /// For buckets which rows they have taken.
    resume: ResumePoint,
}

impl Keys {
    pub(super) fn new(repeat: Repeat, ordered: bool, capacity: usize) -> Self {
        Self {
            repeat,
            ordered,
            disordered: false,
            halves: Default::default(),
            rows: HashMap::default(),
            evicted: 0,
            keys: Ring::new(capacity),
            newest: Ring::new(capacity),
            oldest: Ring::new(capacity),
            dead: 0,
            resume: ResumePoint::default(),
        }
    }

    pub(super) fn dead(&self) -> usize {
        self.dead
    }

    /// Whether rows are in the order of their times, once they are [settled](Self::settle).
    pub(super) fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// The feed begins anew, and what was taken may come once more.
    pub(super) fn begin_anew(&mut self) {
        self.resume.begin_anew();
    }

    /// History was taken.
    pub(super) fn end_history(&mut self) {
        self.resume.end_history();
    }

    /// Of the key of a row of the batch's `rows`, or of the bucket of that key that begins at a time.
    #[inline]
    pub(super) fn digest(
        &self,
        batch: &Batch<'_>,
        row: usize,
        bucket: Option<u64>,
        scratch: &mut String,
    ) -> KeyDigest {
        let [mut high, mut low] = self.halves.each_ref().map(RandomState::build_hasher);
        let mut take = |part: &[u8]| {
            high.write(part);
            low.write(part);
        };
        batch.write_key(row, scratch, &mut take);
        if let Some(bucket) = bucket {
            take(&bucket.to_le_bytes());
        }
        (high.finish(), low.finish())
    }

    /// The time of the row that takes a row of that time, and what tells its bucket from others if there are any.
    #[inline]
    pub(super) fn bucket_of(&self, time: Millis) -> (Millis, Option<u64>) {
        match self.repeat {
            Repeat::Reduce(interval) => {
                let start = (time / interval).floor() * interval;
                (start, Some(start.to_bits()))
            }
            Repeat::Replace => (time, None),
        }
    }

    /// The row of a key.
    pub(super) fn find(&self, key: KeyDigest) -> Option<usize> {
        let index = self.rows.get(&key)?;
        usize::try_from(index.wrapping_sub(self.evicted)).ok()
    }

    /// Forgets the key of the oldest row but `before`, which have been forgotten and stand there still.
    fn evict(&mut self, before: usize) {
        if let Some(key) = self.keys.at(before) {
            if self.rows.get(key) == Some(&self.evicted) {
                self.rows.remove(key);
            } else {
                // The row had been removed already.
                debug_assert!(self.dead > 0, "a row without its key is dead");
                self.dead = self.dead.saturating_sub(1);
            }
        } else {
            debug_assert!(false, "row {before} has no key");
        }
        self.evicted += 1;
    }

    fn push(&mut self, key: KeyDigest, stamp: Millis) {
        if self.keys.len() >= self.keys.capacity() {
            self.evict(0);
        }
        self.keys.push(key);
        let index = self.keys.len() as u64 - 1;
        self.rows.insert(key, self.evicted + index);
        self.newest.push(stamp);
        if matches!(self.repeat, Repeat::Reduce(_)) {
            self.oldest.push(stamp);
        }
    }

    pub(super) fn resize(&mut self, capacity: usize) {
        for before in 0..self.keys.len().saturating_sub(capacity) {
            self.evict(before);
        }
        self.keys.resize(capacity);
        self.newest.resize(capacity);
        self.oldest.resize(capacity);
    }

    /// The rows are now those at `order`; none of them is dead.
    fn reorder(&mut self, order: &[usize]) {
        self.keys.reorder(order);
        self.newest.reorder(order);
        self.oldest.reorder(order);
        self.dead = 0;
        self.evicted = 0;
        self.rows = self
            .keys
            .iter()
            .enumerate()
            .map(|(index, key)| (*key, index as u64))
            .collect();
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        self.keys.allocated_bytes()
            + self.newest.allocated_bytes()
            + self.oldest.allocated_bytes()
            + self.rows.capacity() * size_of::<(KeyDigest, u64)>()
    }

    /// Drops what was removed and puts rows where their time belongs; rows of equal time stay as they came. Says whether
    /// that changed anything.
    pub(super) fn settle(&mut self, rows: &mut StoredRows) -> bool {
        if self.is_settled() {
            return false;
        }
        let sorts = self.ordered && self.disordered;
        let times = rows.times.newest(usize::MAX);
        let mut order: Vec<usize> = (0..times.len()).filter(|i| !times[*i].is_nan()).collect();
        if sorts {
            sort_by_time(&mut order, &times);
        }
        self.disordered = false;
        rows.reorder(&order);
        self.reorder(&order);
        true
    }

    /// Whether no row is dead and none is in the wrong place.
    pub(super) fn is_settled(&self) -> bool {
        self.dead == 0 && !(self.ordered && self.disordered)
    }

    /// Puts the rows older than `since` before the others. Says whether that changed anything.
    pub(super) fn put_old_first(&mut self, rows: &mut StoredRows, since: Millis) -> bool {
        let times = rows.times.newest(usize::MAX);
        let (mut order, others): (Vec<usize>, Vec<usize>) =
            (0..times.len()).partition(|row| times[*row] < since);
        let old = order.len();
        let moves = order.last().is_some_and(|last| *last >= old);
        if moves {
            order.extend(others);
            rows.reorder(&order);
            self.reorder(&order);
        }
        moves
    }

    /// Removes the rows that were last written before `cutoff`. Says whether that changed anything.
    pub(super) fn expire(&mut self, rows: &mut StoredRows, cutoff: Millis) -> bool {
        for index in 0..rows.len() {
            let stale = self.newest.at(index).is_some_and(|stamp| *stamp < cutoff);
            let alive = rows.times.at(index).is_some_and(|time| !time.is_nan());
            if stale
                && alive
                && let Some(key) = self.keys.at(index).copied()
            {
                self.remove(rows, key);
            }
        }
        self.settle(rows)
    }

    fn remove(&mut self, rows: &mut StoredRows, key: KeyDigest) {
        if let Some(index) = self.find(key) {
            self.rows.remove(&key);
            self.dead += 1;
            rows.times.set(index, f64::NAN);
        }
    }

    /// Takes the rows of a batch, each to the row of its key.
    pub(super) fn write(
        &mut self,
        rows: &mut StoredRows,
        batch: &Batch<'_>,
        origin: Origin,
        tally: &mut Tally,
    ) {
        let mut writer = RowWriter {
            keys: self,
            rows,
            batch,
            tally,
            origin,
            sorts: MAX_SORTS,
        };
        writer.write_all();
        if self.dead > 0 {
            self.settle(rows);
        }
    }
}

/// Takes a batch into the rows of its keys.
struct RowWriter<'w, 'b> {
    keys: &'w mut Keys,
    rows: &'w mut StoredRows,
    batch: &'w Batch<'b>,
    tally: &'w mut Tally,
    origin: Origin,
    /// How often a full table may still be put in order.
    sorts: usize,
}

/// A row of the batch on its way.
#[derive(Clone, Copy)]
struct Incoming {
    /// Its index among the picked rows.
    index: usize,
    time: Millis,
    /// Time of the row that takes it: its own, or that of its bucket.
    at: Millis,
}

impl RowWriter<'_, '_> {
    fn write_all(&mut self) {
        let (batch, origin) = (self.batch, self.origin);
        let reduces = matches!(self.keys.repeat, Repeat::Reduce(_));
        let (after, before) = match origin {
            _ if !reduces => (f64::NEG_INFINITY, f64::INFINITY),
            Origin::Live => {
                let resume = &mut self.keys.resume;
                let after = resume.begin_of_news(batch.times, batch.arrival);
                (after, f64::INFINITY)
            }
            Origin::History => (f64::NEG_INFINITY, self.keys.resume.end_of_history()),
        };
        for (index, time) in batch.times.iter().copied().enumerate() {
            self.make_room();
            if reduces {
                if time <= after || time >= before {
                    self.tally.repeated += 1;
                    continue;
                }
                self.keys.resume.took(time, origin == Origin::Live);
            }
            let (at, bucket) = self.keys.bucket_of(time);
            let row = batch.row(index);
            let key = self.keys.digest(batch, row, bucket, &mut self.rows.scratch);
            if batch.removes.get(index) == Some(&true) {
                self.keys.remove(self.rows, key);
            } else {
                self.write(key, Incoming { index, time, at });
            }
        }
    }

    /// A row that was removed is the one to go from a full table, else the oldest one, so that has to be known.
    fn make_room(&mut self) {
        let unknown = (self.keys.disordered && self.keys.ordered) || self.keys.dead > 0;
        if unknown && self.rows.is_full() && (self.sorts > 0 || self.rows.len() <= FEW_ROWS) {
            self.sorts = self.sorts.saturating_sub(1);
            self.keys.settle(self.rows);
        }
    }

    fn write(&mut self, key: KeyDigest, new: Incoming) {
        match (self.keys.find(key), self.keys.repeat) {
            (None, _) => self.insert(key, new),
            (Some(row), Repeat::Replace) => self.replace(row, new),
            (Some(row), Repeat::Reduce(_)) => self.reduce(row, new),
        }
    }

    fn insert(&mut self, key: KeyDigest, new: Incoming) {
        let times = &self.rows.times;
        let is_late = || times.at(0).is_some_and(|oldest| new.at < *oldest);
        if self.rows.is_full() && self.keys.ordered && is_late() {
            self.tally.late += 1;
            return;
        }
        // Behind a removed row, whose time is NaN, the order is not known.
        let follows = times.last().is_none_or(|last| new.at >= *last);
        self.keys.disordered |= !follows;
        let stamp = match self.keys.repeat {
            Repeat::Reduce(_) => new.time,
            Repeat::Replace => self.batch.arrival,
        };
        self.keys.push(key, stamp);
        self.rows.push_nulls(new.at);
        let edge = BucketEdge {
            newest: true,
            oldest: true,
        };
        self.put(self.rows.len() - 1, edge, new);
    }

    fn replace(&mut self, row: usize, new: Incoming) {
        let held = self.rows.times.at(row).copied();
        let held = held.unwrap_or(f64::NEG_INFINITY);
        if new.time < held || (new.time == held && self.is_old_news(row)) {
            self.tally.late += 1;
            return;
        }
        self.keys.disordered |= new.time > held && row + 1 < self.rows.len();
        self.rows.times.set(row, new.time);
        self.keys.newest.set(row, self.batch.arrival);
        let edge = BucketEdge {
            newest: true,
            oldest: false,
        };
        self.put(row, edge, new);
    }

    /// Whether the row has been written since the history was, whose row has the same time.
    fn is_old_news(&self, row: usize) -> bool {
        let written = self.keys.newest.at(row);
        self.origin == Origin::History && written.is_some_and(|at| *at > self.batch.arrival)
    }

    fn reduce(&mut self, row: usize, new: Incoming) {
        let Keys { newest, oldest, .. } = &mut *self.keys;
        let edge = BucketEdge {
            newest: newest.at(row).is_none_or(|newest| new.time >= *newest),
            oldest: oldest.at(row).is_none_or(|oldest| new.time < *oldest),
        };
        if edge.newest {
            newest.set(row, new.time);
        }
        if edge.oldest {
            oldest.set(row, new.time);
        }
        self.put(row, edge, new);
    }

    fn put(&mut self, row: usize, edge: BucketEdge, new: Incoming) {
        self.rows.put(row, edge, self.batch, new.index);
    }
}
