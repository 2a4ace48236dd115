//! The newest rows of one series, column by column.
//!
//! In go batches of rows with their times, from [`stream`](crate::stream); out come frames of the newest ones. What a
//! row does to those that are there depends on the table's mode: [`TableMode`].

pub(crate) mod batch;
mod column;
mod ids;
mod keyed;
mod resume_point;
mod seam;
mod store;
mod stored_rows;
mod texts;

use crate::frame::{Field, FieldType, Frame, Values};
use batch::{Batch, Origin, RowSet};
use ids::{Ids, NewRows};
use keyed::Keys;
use seam::Seam;
use stored_rows::{StoredRows, Tally};

pub use batch::Millis;
pub use column::{ColumnSpec, Display, Reduce};
pub(crate) use keyed::KeyDigest;
pub use keyed::Repeat;

/// How a table keeps its rows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum TableMode {
    /// Every row, in the order of their times. What is delivered again after a reconnect or a history, equal in every
    /// field, is left out.
    #[default]
    Append,
    /// Rows have identifiers, and one whose identifier is known is left out. In the order of their times.
    Identified,
    /// One row per key.
    Keyed {
        /// What a row does to the one of its key that is there.
        repeat: Repeat,
        /// Rows are in the order of their times; otherwise in the order in which their keys first came.
        ordered: bool,
    },
}

/// A circular frame: a time and the values of each column, the newest `capacity` rows of them.
#[derive(Debug)]
pub struct Table {
    rows: StoredRows,
    index: RowIndex,
    tally: Tally,
    revision: u64,
}

/// What a table knows of its rows, by its mode.
#[derive(Debug)]
enum RowIndex {
    /// While live rows may still repeat what is there: which they have not repeated yet.
    Append(Option<Seam>),
    Repeats(Ids),
    Upsert(Keys),
}

/// The state of a table between [`Table::begin_history`] and [`Table::end_history`].
#[derive(Debug)]
#[must_use = "the table keeps its raised capacity until the history ends"]
pub struct History {
    live: usize,
    capacity: usize,
    /// Where another history ended, of which live rows may still repeat some.
    seam: Option<Seam>,
}

impl History {
    /// Of a table that history made.
    pub fn without_live_rows(capacity: usize) -> Self {
        Self {
            live: 0,
            capacity,
            seam: None,
        }
    }
}

impl Table {
    /// A table of those columns.
    pub fn new(capacity: usize, mode: TableMode, columns: &[ColumnSpec]) -> Self {
        Self {
            rows: StoredRows::new(capacity, columns),
            index: match mode {
                TableMode::Append => RowIndex::Append(None),
                TableMode::Identified => RowIndex::Repeats(Ids::default()),
                TableMode::Keyed { repeat, ordered } => {
                    RowIndex::Upsert(Keys::new(repeat, ordered, capacity))
                }
            },
            tally: Tally::default(),
            revision: 0,
        }
    }

    /// How many rows are held.
    pub fn len(&self) -> usize {
        let dead = match &self.index {
            RowIndex::Upsert(keys) => keys.dead(),
            RowIndex::Append(_) | RowIndex::Repeats(_) => 0,
        };
        self.rows.len() - dead
    }

    /// Whether no row is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows can be held.
    pub fn capacity(&self) -> usize {
        self.rows.capacity()
    }

    /// Goes up whenever a value, a row or the schema changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Rows that came too late to be kept: only newer ones are.
    pub fn late(&self) -> u64 {
        self.tally.late
    }

    /// Rows left out because they were there already.
    pub fn repeated(&self) -> u64 {
        self.tally.repeated
    }

    /// Time of the oldest row, or of the one that came first where rows are not in their order.
    pub fn first_time(&self) -> Option<Millis> {
        self.rows.times.at(0).copied().filter(|time| !time.is_nan())
    }

    /// The key of the first row of a batch, where there is one row per key.
    pub(crate) fn key_of(&mut self, batch: &Batch<'_>) -> Option<KeyDigest> {
        let RowIndex::Upsert(keys) = &self.index else {
            return None;
        };
        let (_, bucket) = keys.bucket_of(*batch.times.first()?);
        Some(keys.digest(batch, batch.row(0), bucket, &mut self.rows.scratch))
    }

    /// The row of a key, which [`settle`](Self::settle) moves.
    pub(crate) fn row_of(&self, key: KeyDigest) -> Option<usize> {
        match &self.index {
            RowIndex::Upsert(keys) => keys.find(key).filter(|row| *row < self.rows.len()),
            RowIndex::Append(_) | RowIndex::Repeats(_) => None,
        }
    }

    /// The time of a row.
    pub(crate) fn time_at(&self, row: usize) -> Option<Millis> {
        self.rows.times.at(row).copied()
    }

    /// The type of a column; `None` while it has no value.
    pub(crate) fn kind_of(&self, column: usize) -> Option<FieldType> {
        self.rows.columns.get(column)?.kind()
    }

    /// The value of a column of texts in the newest row, or in the one that came last where rows are not in their order.
    pub(crate) fn last_text(&self, column: usize) -> Option<&str> {
        let last = self.len().checked_sub(1)?;
        self.rows.columns.get(column)?.text_at(last)
    }

    /// Bytes of memory behind the rows.
    pub fn allocated_bytes(&self) -> usize {
        let known = match &self.index {
            RowIndex::Append(_) => 0,
            RowIndex::Repeats(ids) => ids.allocated_bytes(),
            RowIndex::Upsert(keys) => keys.allocated_bytes(),
        };
        self.rows.allocated_bytes() + known
    }

    /// Changes how many rows are held; the oldest go when there are too many.
    pub fn resize(&mut self, capacity: usize) {
        if capacity == self.capacity() {
            return;
        }
        // The oldest go by their times, not by when they came.
        self.sort();
        self.rows.resize(capacity);
        match &mut self.index {
            RowIndex::Append(Some(seam)) => seam.resize(capacity),
            RowIndex::Append(None) | RowIndex::Repeats(_) => {}
            RowIndex::Upsert(keys) => keys.resize(capacity),
        }
        self.revision += 1;
    }

    /// Adds a column, null in the rows held so far.
    pub fn add_column(&mut self, spec: &ColumnSpec) {
        self.rows.add_column(spec);
        self.revision += 1;
    }

    /// Takes a batch of rows. Those of history are put in order once all of it is there.
    #[inline]
    pub(crate) fn receive(&mut self, batch: &Batch<'_>, origin: Origin) {
        self.revision += 1;
        let Self {
            rows, index, tally, ..
        } = self;
        match index {
            RowIndex::Append(seam) => add(rows, seam, batch, origin, tally),
            RowIndex::Repeats(ids) => {
                match ids.new_rows(batch, rows.times.capacity(), &mut rows.scratch) {
                    NewRows::All => add(rows, &mut None, batch, origin, tally),
                    NewRows::Listed { rows: new, times } => {
                        tally.repeated += (batch.len() - times.len()) as u64;
                        let batch = Batch {
                            selected: RowSet::Listed(&new),
                            times: &times,
                            ..*batch
                        };
                        add(rows, &mut None, &batch, origin, tally);
                    }
                }
            }
            RowIndex::Upsert(keys) => keys.write(rows, batch, origin, tally),
        }
    }

    /// Makes ready for [`newest`](Self::newest): rows that were removed go, and the others stand in their order, those
    /// older than `since` before all others.
    pub fn settle(&mut self, since: Option<Millis>) {
        self.sort();
        if let (RowIndex::Upsert(keys), Some(since)) = (&mut self.index, since)
            && !keys.is_ordered()
        {
            self.revision += u64::from(keys.put_old_first(&mut self.rows, since));
        }
    }

    /// How many of the newest rows, `limit` at most, are no older than `since`, for which the table was
    /// [settled](Self::settle). They are behind all others.
    pub fn newest(&self, limit: usize, since: Option<Millis>) -> usize {
        let times = &self.rows.times;
        let old = match (since, &self.index) {
            (None, _) => 0,
            (Some(since), RowIndex::Upsert(keys)) if !keys.is_ordered() => {
                times.iter().take_while(|time| **time < since).count()
            }
            (Some(since), _) => times.partition_point(|time| *time < since),
        };
        debug_assert!(
            match &self.index {
                RowIndex::Upsert(keys) => keys.is_settled(),
                RowIndex::Append(_) | RowIndex::Repeats(_) => true,
            },
            "settle comes first"
        );
        (times.len() - old).min(limit)
    }

    /// The newest `len` rows: the time first, then the columns that `shown` names by index.
    pub fn frame(&self, len: usize, time: Display, shown: &[(usize, Display)]) -> Frame<'_> {
        let mut fields = Vec::with_capacity(shown.len() + 1);
        let (older, newer) = self.rows.times.newest_slices(len);
        fields.push(Field {
            name: time.name.unwrap_or_default(),
            display_name: None,
            kind: FieldType::Time,
            unit: time.unit,
            labels: None,
            values: Values::Numbers(older, newer),
        });
        for (index, display) in shown {
            if let Some(column) = self.rows.columns.get(*index) {
                fields.push(column.field(len, display.clone()));
            } else {
                debug_assert!(false, "column {index} is shown and not in the table");
            }
        }
        Frame { fields, len }
    }

    /// Drops what was removed and puts rows where their time belongs; rows of equal time stay as they came.
    fn sort(&mut self) {
        if let RowIndex::Upsert(keys) = &mut self.index {
            self.revision += u64::from(keys.settle(&mut self.rows));
        }
    }

    /// Removes the rows that were last written before `cutoff`, where there is one row per key.
    pub fn expire(&mut self, cutoff: Millis) {
        if let RowIndex::Upsert(keys) = &mut self.index {
            self.revision += u64::from(keys.expire(&mut self.rows, cutoff));
        }
    }

    /// Makes room for history: rows written until [`end_history`](Self::end_history) are history
    /// beside the rows that are there.
    pub fn begin_history(&mut self) -> History {
        let seam = match &mut self.index {
            RowIndex::Append(seam) => seam.take(),
            RowIndex::Repeats(_) | RowIndex::Upsert(_) => None,
        };
        let history = History {
            live: self.len(),
            capacity: self.capacity(),
            seam,
        };
        if !matches!(self.index, RowIndex::Upsert(_)) {
            // Live rows must not be evicted by history that is older than they are.
            self.resize(usize::MAX >> 1);
        }
        history
    }

    /// Sorts live rows and history together; a row that both hold, equal in every field, is kept
    /// once, also when it arrives later. The newest rows stay, up to the capacity.
    pub fn end_history(&mut self, history: History) {
        let Self {
            rows, index, tally, ..
        } = self;
        if let RowIndex::Upsert(keys) = index {
            keys.end_history();
            return self.sort();
        }
        let before = (history.live, history.seam);
        let sorted = seam::sort_history(rows, history.live);
        self.revision += u64::from(sorted.is_some());
        // Rows with identifiers are known by these.
        if let RowIndex::Append(seam) = index {
            *seam = match sorted {
                Some((order, newest)) => {
                    Some(Seam::behind_history(rows, before, &order, newest, tally))
                }
                None => before.1,
            };
        }
        self.resize(history.capacity);
    }

    /// The feed begins anew and may deliver again what is there.
    pub fn begin_anew(&mut self) {
        match &mut self.index {
            RowIndex::Append(seam) => {
                if let Some(behind) = Seam::behind(&self.rows) {
                    *seam = Some(behind);
                }
            }
            RowIndex::Repeats(_) => {}
            RowIndex::Upsert(keys) => keys.begin_anew(),
        }
    }

    /// The first time of a column that was read as UTC without anybody having said so, as it is written.
    pub fn assumed_time(&self, column: usize) -> Option<&str> {
        self.rows.columns.get(column)?.assumed_time()
    }

    /// What the user should know of a column: types that did not fit.
    pub fn complaint(&self, column: usize) -> Option<String> {
        self.rows.columns.get(column)?.complaint()
    }
}

/// Puts rows where their times belong; those of history just behind the others.
#[inline]
fn add(
    rows: &mut StoredRows,
    seam: &mut Option<Seam>,
    batch: &Batch<'_>,
    origin: Origin,
    tally: &mut Tally,
) {
    let open = if origin == Origin::History || rows.continues(batch.times) {
        rows.append(batch);
        let Some(seam) = seam else { return };
        seam.appended(rows, batch.len(), batch.arrival, tally)
    } else {
        let Some(inserted) = rows.insert_out_of_order(batch, tally) else {
            return;
        };
        let Some(seam) = seam else { return };
        seam.inserted(rows, &inserted, batch.arrival, tally)
    };
    if !open {
        *seam = None;
    }
}
