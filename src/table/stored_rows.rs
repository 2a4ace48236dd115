//! The rows of a table, column by column, in whatever order its mode keeps them.
//!
//! In go batches of rows; what a row means to a table (its key, its identifier, that it was there before) is known to
//! the files of the modes, which call this.

use super::batch::{Batch, Millis, RowSet};
use super::column::{BucketEdge, Column, ColumnSpec};
use crate::order;
use crate::ring::Ring;

/// A time and the values of each column, the newest `capacity` rows of them.
#[derive(Debug)]
pub(super) struct StoredRows {
    pub(super) times: Ring<Millis>,
    pub(super) columns: Vec<Column>,
    /// Holds texts while they are read.
    pub(super) scratch: String,
}

/// What was not written, and why.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Rows that came when only newer ones were kept.
    pub(super) late: u64,
    /// Rows that were there already and came again.
    pub(super) repeated: u64,
}

/// Rows that were put where their times belong.
#[derive(Debug)]
pub(super) struct Inserted {
    /// How many there are.
    pub(super) count: usize,
    /// Time of the oldest one.
    pub(super) oldest: Millis,
    /// From here on the table's rows changed their places.
    pub(super) start: usize,
    /// For each of these where it was, counted from `start`, when the rows had just been appended.
    pub(super) order: Vec<usize>,
}

impl StoredRows {
    pub(super) fn new(capacity: usize, columns: &[ColumnSpec]) -> Self {
        let columns = columns.iter();
        Self {
            times: Ring::new(capacity),
            columns: columns.map(|spec| Column::new(spec, capacity, 0)).collect(),
            scratch: String::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.times.capacity()
    }

    pub(super) fn is_full(&self) -> bool {
        self.times.len() >= self.times.capacity()
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        let columns: usize = self.columns.iter().map(Column::allocated_bytes).sum();
        self.times.allocated_bytes() + columns
    }

    /// Changes how many rows are held; the first ones go when there are too many.
    pub(super) fn resize(&mut self, capacity: usize) {
        self.times.resize(capacity);
        self.columns.iter_mut().for_each(|c| c.resize(capacity));
    }

    /// Adds a column, null in the rows held so far.
    pub(super) fn add_column(&mut self, spec: &ColumnSpec) {
        let column = Column::new(spec, self.capacity(), self.len());
        self.columns.push(column);
    }

    /// Replaces the rows by those at `order`.
    pub(super) fn reorder(&mut self, order: &[usize]) {
        self.times.reorder(order);
        self.columns.iter_mut().for_each(|c| c.reorder(order));
    }

    /// Whether rows of those times follow, in order, on what is there.
    #[inline]
    pub(super) fn continues(&self, times: &[Millis]) -> bool {
        let last = self.times.last().copied().unwrap_or(f64::NEG_INFINITY);
        let follows = times.first().is_none_or(|first| *first >= last);
        // To the end although the first row that is late decides: without a way out it is done with vectors.
        let pairs = times.iter().zip(times.iter().skip(1));
        follows & pairs.fold(true, |ascend, (time, next)| ascend & (time <= next))
    }

    /// Appends the rows of a batch as they are.
    #[inline(never)]
    pub(super) fn append(&mut self, batch: &Batch<'_>) {
        self.times.extend(batch.times.iter().copied());
        for (index, column) in self.columns.iter_mut().enumerate() {
            match batch.filled_from.get(index).copied().flatten() {
                Some(from) => column.append(batch, from, &mut self.scratch),
                None => column.append_nulls(batch.len()),
            }
        }
    }

    /// Takes rows of which some are older than others before them. Rows of equal time stay in
    /// the order in which they came; those older than a full table's oldest are late. `None` when all are.
    #[cold]
    pub(super) fn insert_out_of_order(
        &mut self,
        batch: &Batch<'_>,
        tally: &mut Tally,
    ) -> Option<Inserted> {
        let mut order: Vec<usize> = (0..batch.len()).collect();
        sort_by_time(&mut order, batch.times);
        let (left_out, evicted) = self.too_many(batch, &order, tally);
        let kept = &order[left_out..];
        let listed: Vec<u32> = kept.iter().map(|index| batch.row(*index) as u32).collect();
        let times: Vec<Millis> = kept.iter().map(|index| batch.times[*index]).collect();
        let oldest = times.first().copied()?;
        let start = self.times.partition_point(|time| *time <= oldest);
        self.append(&Batch {
            selected: RowSet::Listed(&listed),
            times: &times,
            ..*batch
        });
        let start = start.saturating_sub(evicted);
        Some(Inserted {
            count: times.len(),
            oldest,
            start,
            order: self.sort_tail(start),
        })
    }

    /// How many of the batch's rows, oldest first, are left out and how many rows of the table
    /// have to go, when there are more than the table can hold.
    fn too_many(&self, batch: &Batch<'_>, order: &[usize], tally: &mut Tally) -> (usize, usize) {
        let excess = (self.len() + order.len()).saturating_sub(self.capacity());
        let (mut left_out, mut evicted) = (0, 0);
        for _ in 0..excess {
            let held = self.times.at(evicted).copied();
            let new = order.get(left_out).map(|index| batch.times[*index]);
            match (held, new) {
                (Some(held), Some(new)) if new < held => {
                    tally.late += 1;
                    left_out += 1;
                }
                (Some(_), _) => evicted += 1,
                (None, _) => left_out += 1,
            }
        }
        (left_out, evicted)
    }

    /// Sorts the rows from `start` on; says where each of them was, counted from there.
    fn sort_tail(&mut self, start: usize) -> Vec<usize> {
        let times: Vec<Millis> = self.times.iter().skip(start).copied().collect();
        let mut order: Vec<usize> = (0..times.len()).collect();
        sort_by_time(&mut order, &times);
        self.times.reorder_tail(start, &order);
        for column in &mut self.columns {
            column.reorder_tail(start, &order);
        }
        order
    }

    /// Appends a row of that time that is null in every column.
    pub(super) fn push_nulls(&mut self, time: Millis) {
        self.times.push(time);
        self.columns.iter_mut().for_each(|c| c.append_nulls(1));
    }

    /// Takes the selected row `index` of the batch into the row `row`.
    pub(super) fn put(&mut self, row: usize, edge: BucketEdge, batch: &Batch<'_>, index: usize) {
        for (to, column) in self.columns.iter_mut().enumerate() {
            let cell = batch.cell(index, to);
            column.put(row, cell, edge, batch.source, &mut self.scratch);
        }
    }

    /// Equal for rows that are equal in every column, and for no others.
    pub(super) fn fingerprint(&self, row: usize) -> Vec<u64> {
        let columns = self.columns.iter();
        columns.map(|column| column.fingerprint(row)).collect()
    }
}

/// Puts indices of `times` in the order of the times; those of equal times stay as they are.
pub(super) fn sort_by_time(order: &mut [usize], times: &[Millis]) {
    order::sort(order, &|a, b| times[a].total_cmp(&times[b]));
}
