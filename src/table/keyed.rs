//! Tables that hold one row per key: upserts and buckets.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use super::batch::{Batch, Origin};
use super::column::Standing;
use super::cut::Cut;
use super::{Millis, Table};
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
type Digest = (u64, u64);

/// Which row each key has.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) repeat: Repeat,
    halves: [RandomState; 2],
    /// For each key the index of its row, counted with the rows that were evicted before it.
    places: HashMap<Digest, u64, AsTheyAre>,
    evicted: u64,
    keys: Ring<Digest>,
    /// When each row was last written, for rows that expire; for buckets the newest time in each.
    newest: Ring<Millis>,
    /// For buckets the oldest time in each.
    oldest: Ring<Millis>,
    /// Rows that were removed but still stand in the rings; their time is NaN.
    dead: usize,
    /// For buckets which rows they have taken.
    pub(super) cut: Cut,
}

impl Keys {
    pub(super) fn new(repeat: Repeat, capacity: usize) -> Self {
        Self {
            repeat,
            halves: Default::default(),
            places: HashMap::default(),
            evicted: 0,
            keys: Ring::new(capacity),
            newest: Ring::new(capacity),
            oldest: Ring::new(capacity),
            dead: 0,
            cut: Cut::default(),
        }
    }

    pub(super) fn dead(&self) -> usize {
        self.dead
    }

    /// Of the key of a row of the batch's `rows`, or of the bucket of that key that begins at a time.
    #[inline]
    fn digest(
        &self,
        batch: &Batch<'_>,
        row: usize,
        bucket: Option<u64>,
        scratch: &mut String,
    ) -> Digest {
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

    /// Where a row of that time stands, and what tells its bucket from others if there are any.
    #[inline]
    fn place(&self, time: Millis) -> (Millis, Option<u64>) {
        match self.repeat {
            Repeat::Reduce(interval) => {
                let start = (time / interval).floor() * interval;
                (start, Some(start.to_bits()))
            }
            Repeat::Replace => (time, None),
        }
    }

    fn find(&self, key: Digest) -> Option<usize> {
        let place = self.places.get(&key)?;
        usize::try_from(place.wrapping_sub(self.evicted)).ok()
    }

    /// Forgets the key of the oldest row but `before`, which have been forgotten and stand there still.
    fn evict(&mut self, before: usize) {
        if let Some(key) = self.keys.at(before) {
            if self.places.get(key) == Some(&self.evicted) {
                self.places.remove(key);
            } else {
                // The row had been removed already.
                self.dead = self.dead.saturating_sub(1);
            }
        }
        self.evicted += 1;
    }

    fn push(&mut self, key: Digest, stamp: Millis) {
        if self.keys.len() >= self.keys.capacity() {
            self.evict(0);
        }
        self.keys.push(key);
        let index = self.keys.len() as u64 - 1;
        self.places.insert(key, self.evicted + index);
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
    pub(super) fn reorder(&mut self, order: &[usize]) {
        self.keys.reorder(order);
        self.newest.reorder(order);
        self.oldest.reorder(order);
        self.dead = 0;
        self.evicted = 0;
        self.places = self
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
            + self.places.capacity() * size_of::<(Digest, u64)>()
    }
}

impl Table {
    /// Takes the rows of a batch, each to the row of its key.
    pub(super) fn write_each(&mut self, batch: &Batch<'_>, origin: Origin) {
        let Some(mut keys) = self.keys.take() else {
            return;
        };
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut sorts = MAX_SORTS;
        let reduces = matches!(keys.repeat, Repeat::Reduce(_));
        let (after, before) = match origin {
            _ if !reduces => (f64::NEG_INFINITY, f64::INFINITY),
            Origin::Live => {
                let after = keys.cut.begin_of_news(batch.times, batch.arrival);
                (after, f64::INFINITY)
            }
            Origin::History => (f64::NEG_INFINITY, keys.cut.end_of_history()),
        };
        for index in 0..batch.len() {
            // A row that was removed is the one to go, else the oldest one, so that has to be known.
            let unknown = (self.disordered && self.ordered) || keys.dead > 0;
            if unknown && self.is_full() && (sorts > 0 || self.times.len() <= FEW_ROWS) {
                sorts = sorts.saturating_sub(1);
                self.keys = Some(keys);
                self.settle();
                match self.keys.take() {
                    Some(sorted) => keys = sorted,
                    None => return,
                }
            }
            let Some(time) = batch.times.get(index).copied() else {
                continue;
            };
            if reduces {
                if time <= after || time >= before {
                    self.repeated += 1;
                    continue;
                }
                keys.cut.took(time, origin == Origin::Live);
            }
            let (at, bucket) = keys.place(time);
            let key = keys.digest(batch, batch.row(index), bucket, &mut scratch);
            if batch.removes.get(index) == Some(&true) {
                self.remove(&mut keys, key);
            } else {
                self.write_row(&mut keys, key, at, batch, index, &mut scratch);
            }
        }
        self.scratch = scratch;
        self.keys = Some(keys);
        if self.keys.as_ref().is_some_and(|keys| keys.dead > 0) {
            self.settle();
        }
    }

    fn is_full(&self) -> bool {
        self.times.len() >= self.times.capacity()
    }

    fn remove(&mut self, keys: &mut Keys, key: Digest) {
        if let Some(index) = keys.find(key) {
            keys.places.remove(&key);
            keys.dead += 1;
            self.times.set(index, f64::NAN);
        }
    }

    fn write_row(
        &mut self,
        keys: &mut Keys,
        key: Digest,
        at: Millis,
        batch: &Batch<'_>,
        index: usize,
        scratch: &mut String,
    ) {
        let time = batch.times.get(index).copied().unwrap_or(at);
        match (keys.find(key), keys.repeat) {
            (None, _) => self.insert(keys, key, at, batch, index, scratch),
            (Some(row), Repeat::Replace) => self.replace(keys, row, time, batch, index, scratch),
            (Some(row), Repeat::Reduce(_)) => self.reduce(keys, row, time, batch, index, scratch),
        }
    }

    fn insert(
        &mut self,
        keys: &mut Keys,
        key: Digest,
        at: Millis,
        batch: &Batch<'_>,
        index: usize,
        scratch: &mut String,
    ) {
        if self.is_full() && self.ordered && self.times.at(0).is_some_and(|oldest| at < *oldest) {
            self.late += 1;
            return;
        }
        let time = batch.times.get(index).copied().unwrap_or(at);
        // Behind a removed row, whose time is NaN, the order is not known.
        let follows = self.times.last().is_none_or(|last| at >= *last);
        self.disordered |= !follows;
        let stamp = match keys.repeat {
            Repeat::Reduce(_) => time,
            Repeat::Replace => batch.arrival,
        };
        keys.push(key, stamp);
        self.times.push(at);
        self.columns.iter_mut().for_each(|c| c.append_nulls(1));
        let first = Standing {
            newest: true,
            oldest: true,
        };
        self.put_row(self.times.len() - 1, first, batch, index, scratch);
    }

    /// Takes the picked row `index` of the batch into the row `row`.
    fn put_row(
        &mut self,
        row: usize,
        standing: Standing,
        batch: &Batch<'_>,
        index: usize,
        scratch: &mut String,
    ) {
        let len = self.times.len();
        for (place, column) in self.columns.iter_mut().enumerate() {
            let cell = batch.cell(index, place);
            column.put(row, len, cell, standing, batch.source, scratch);
        }
    }

    fn replace(
        &mut self,
        keys: &mut Keys,
        row: usize,
        time: Millis,
        batch: &Batch<'_>,
        index: usize,
        scratch: &mut String,
    ) {
        let held = self.times.at(row).copied().unwrap_or(f64::NEG_INFINITY);
        if time < held {
            self.late += 1;
            return;
        }
        self.disordered |= time > held && row + 1 < self.times.len();
        self.times.set(row, time);
        keys.newest.set(row, batch.arrival);
        let newest = Standing {
            newest: true,
            oldest: false,
        };
        self.put_row(row, newest, batch, index, scratch);
    }

    fn reduce(
        &mut self,
        keys: &mut Keys,
        row: usize,
        time: Millis,
        batch: &Batch<'_>,
        index: usize,
        scratch: &mut String,
    ) {
        let standing = Standing {
            newest: keys.newest.at(row).is_none_or(|newest| time >= *newest),
            oldest: keys.oldest.at(row).is_none_or(|oldest| time < *oldest),
        };
        if standing.newest {
            keys.newest.set(row, time);
        }
        if standing.oldest {
            keys.oldest.set(row, time);
        }
        self.put_row(row, standing, batch, index, scratch);
    }

    /// Removes the rows that were last written before `cutoff`.
    pub fn expire(&mut self, cutoff: Millis) {
        let Some(mut keys) = self.keys.take() else {
            return;
        };
        for index in 0..self.times.len() {
            let stale = keys.newest.at(index).is_some_and(|stamp| *stamp < cutoff);
            let alive = self.times.at(index).is_some_and(|time| !time.is_nan());
            if stale && alive {
                let key = keys.keys.at(index).copied();
                key.into_iter().for_each(|key| self.remove(&mut keys, key));
            }
        }
        self.keys = Some(keys);
        self.settle();
    }
}
