//! Which rows of a batch a stream keeps, and what their times are.
//!
//! In goes a [`RowBatch`] and the stream's [`ColumnMap`]; out come indexes, times and counts, of which the stream
//! makes a [`Batch`](crate::table::batch::Batch) for its tables.

use super::column_map::{BoundTest, ColumnMap, TimeColumn};
use super::joined_time::JoinedTime;
use super::row_batch::RowBatch;
use super::untimed::Untimed;
use crate::extract::coerce::CellSource;
use crate::extract::rows::Cell;
use crate::extract::time::Moment;
use crate::extract::time::reader::TimeReader;
use crate::table::Millis;
use crate::table::batch::{Batch, RowSet};

/// The time in a cell that holds no number of the format. Not in place, since a batch reads its times in one loop.
#[inline(never)]
fn unusual_time(
    untimed: &mut Untimed,
    source: CellSource<'_>,
    cell: &Cell,
    reader: &TimeReader,
    scratch: &mut String,
) -> Option<Millis> {
    match source.time(cell, reader, scratch) {
        Ok(Moment {
            ms,
            is_assumed: false,
        }) => (!ms.is_nan()).then_some(ms),
        Ok(Moment { ms, .. }) => {
            untimed.assume(|| source.text(cell, scratch).unwrap_or_default().to_owned());
            Some(ms)
        }
        Err(()) => {
            untimed.note(source.text(cell, scratch).unwrap_or_default());
            None
        }
    }
}

/// The rows that a stream keeps. Kept between batches for its memory.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Their indexes, unless all are kept.
    rows: Vec<u32>,
    all: bool,
    /// Their times.
    pub(super) times: Vec<Millis>,
    /// For each whether it removes the row of its key; empty when none does.
    pub(super) removes: Vec<bool>,
    pub(super) without_value: usize,
    pub(super) filtered: usize,
    pub(super) untimed: Untimed,
}

impl Selection {
    /// Selection the rows of a batch and reads their times.
    #[inline]
    pub(super) fn choose(
        &mut self,
        map: &mut ColumnMap,
        batch: &RowBatch<'_>,
        scratch: &mut String,
    ) {
        self.rows.clear();
        self.times.clear();
        self.removes.clear();
        self.untimed.clear();
        (self.without_value, self.filtered) = (0, 0);
        self.all = map.keeps_all(batch.rows);
        if !self.all {
            self.select(map, batch, scratch);
        }
        self.read_times(map.time.as_ref(), batch, scratch);
        if let Some(end) = map.end {
            self.end_before(end, batch.rows.len());
        }
    }

    /// Keeps those of the `count` rows of the batch that are older than `end`.
    #[cold]
    fn end_before(&mut self, end: Millis, count: usize) {
        debug_assert!(self.removes.is_empty(), "a history removes nothing");
        if std::mem::take(&mut self.all) {
            self.rows.extend(0..count as u32);
        }
        let mut times = self.times.iter();
        self.rows
            .retain(|_| times.next().is_some_and(|time| *time < end));
        self.times.retain(|time| *time < end);
    }

    fn select(&mut self, map: &mut ColumnMap, batch: &RowBatch<'_>, scratch: &mut String) {
        for row in 0..batch.rows.len() {
            let mut holds = |tests: &mut [BoundTest]| {
                let mut tests = tests.iter_mut();
                tests.all(|test| test.holds(batch.rows, row, batch.source, scratch))
            };
            if !holds(&mut map.filter) {
                self.filtered += 1;
                continue;
            }
            let removes = !map.removes.is_empty() && holds(&mut map.removes);
            if !removes && !map.has_value(batch.rows, row) {
                self.without_value += 1;
                continue;
            }
            self.rows.push(row as u32);
            if !map.removes.is_empty() {
                self.removes.push(removes);
            }
        }
    }

    /// The time of each row; without one of its own, when it came.
    #[inline]
    fn read_times(
        &mut self,
        time: Option<&TimeColumn>,
        batch: &RowBatch<'_>,
        scratch: &mut String,
    ) {
        let Some(TimeColumn {
            index,
            reader,
            joined,
        }) = time
        else {
            if self.all {
                self.times.extend_from_slice(batch.arrivals);
            } else {
                let rows = self.rows.iter();
                let arrivals = rows.filter_map(|row| batch.arrivals.get(*row as usize));
                self.times.extend(arrivals);
            }
            return;
        };
        if let Some(joined) = joined {
            return self.join_times(joined, reader, batch, scratch);
        }
        let untimed = &mut self.untimed;
        let mut read = |cell: &Cell, arrival: Millis| match cell
            .number()
            .and_then(|value| reader.number(value))
        {
            Some(time) => time,
            None => {
                let source = batch.source.at(arrival);
                unusual_time(untimed, source, cell, reader, scratch).unwrap_or(arrival)
            }
        };
        if self.all {
            let cells = batch.rows.column(*index).zip(batch.arrivals);
            self.times
                .extend(cells.map(|(cell, arrival)| read(cell, *arrival)));
            return;
        }
        for row in &self.rows {
            let row = *row as usize;
            let arrival = batch.arrivals.get(row).copied();
            debug_assert!(arrival.is_some(), "row {row} came at some time");
            let arrival = arrival.unwrap_or_default();
            self.times.push(read(batch.rows.cell(row, *index), arrival));
        }
    }

    /// The time of each row, which stands in several places.
    #[cold]
    fn join_times(
        &mut self,
        joined: &JoinedTime,
        reader: &TimeReader,
        batch: &RowBatch<'_>,
        scratch: &mut String,
    ) {
        let text = &mut String::new();
        let untimed = &mut self.untimed;
        let mut read = |row: usize| {
            let arrival = batch.arrivals.get(row).copied();
            debug_assert!(arrival.is_some(), "row {row} came at some time");
            let arrival = arrival.unwrap_or_default();
            let source = batch.source.at(arrival);
            match joined.read(batch.rows, row, source, reader, text, scratch) {
                Ok(moment) if moment.ms.is_nan() => arrival,
                Ok(moment) => {
                    if moment.is_assumed {
                        untimed.assume(|| text.clone());
                    }
                    moment.ms
                }
                Err(()) => {
                    untimed.note(text);
                    arrival
                }
            }
        };
        if self.all {
            self.times.extend((0..batch.rows.len()).map(read));
        } else {
            let rows = self.rows.iter();
            self.times.extend(rows.map(|row| read(*row as usize)));
        }
    }

    /// Every row with its time, whether the stream keeps it or not.
    pub(super) fn every(map: &ColumnMap, batch: &RowBatch<'_>, scratch: &mut String) -> Self {
        let mut every = Self {
            all: true,
            ..Self::default()
        };
        every.read_times(map.time.as_ref(), batch, scratch);
        every
    }

    /// The row of the batch that is selected at `index`.
    pub(super) fn row(&self, index: usize) -> Option<usize> {
        match self.all {
            true => (index < self.times.len()).then_some(index),
            false => self.rows.get(index).map(|row| *row as usize),
        }
    }

    /// That row alone.
    pub(super) fn one(&self, index: usize) -> Self {
        Self {
            rows: self.row(index).map(|row| row as u32).into_iter().collect(),
            times: self.times.get(index).copied().into_iter().collect(),
            removes: self.removes.get(index).copied().into_iter().collect(),
            ..Self::default()
        }
    }

    /// The selected rows, on their way into a table.
    #[inline]
    pub(super) fn batch<'a>(&'a self, map: &'a ColumnMap, rows: &RowBatch<'a>) -> Batch<'a> {
        Batch {
            rows: rows.rows,
            source: rows.source,
            selected: self.row_set(),
            times: &self.times,
            filled_from: &map.filled_from,
            key_from: &map.key_from,
            key_parts: map.key_parts,
            removes: &self.removes,
            arrival: rows.arrival(),
        }
    }

    /// Which rows are kept.
    pub(super) fn row_set(&self) -> RowSet<'_> {
        if self.all {
            RowSet::All
        } else {
            RowSet::Listed(&self.rows)
        }
    }
}
