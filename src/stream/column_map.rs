//! Which column of a shared program fills what in one stream.
//!
//! A [`SharedPass`](super::shared_pass) makes one for each of its streams; [`Selection`](super::selection) reads
//! the filter, the time and the values through it, and [`Stream`](super::Stream) the rest. Where a history is read
//! another way than the feed, some things have no column at all: `None`.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::joined_time::JoinedTime;
use super::row_batch::RowBatch;
use super::schema::Schema;
use super::trace::Fate;
use crate::extract::coerce::CellSource;
use crate::extract::condition::Test;
use crate::extract::rows::{Cell, Rows};
use crate::extract::time::reader::TimeReader;
use crate::query::{Condition, Reading, Role, RowTime};
use crate::table::Millis;

/// The column of the program that is the time of its row.
#[derive(Debug, Clone)]
pub(super) struct TimeColumn {
    pub(super) index: usize,
    pub(super) reader: TimeReader,
    /// All of them, where it is not the only one.
    pub(super) joined: Option<JoinedTime>,
}

impl TimeColumn {
    /// The time that stands in `columns`; `None` where the first of them is not there.
    fn new(time: &RowTime, columns: &[Option<usize>]) -> Option<Self> {
        Some(Self {
            index: columns.first().copied().flatten()?,
            reader: time.reader.clone(),
            joined: JoinedTime::new(time, columns),
        })
    }
}

/// Distinct texts whose verdicts are remembered.
const MAX_VERDICTS: usize = 1024;

/// A test and the column of the program that it is asked of.
#[derive(Debug)]
pub(super) struct BoundTest {
    column: Option<usize>,
    test: Test,
    /// What the test said of texts, where asking it costs more than looking them up; texts repeat.
    verdicts: Option<HashMap<Box<[u8]>, bool, RandomState>>,
}

impl BoundTest {
    pub(super) fn new(column: Option<usize>, test: Test) -> Self {
        let verdicts = test.is_costly().then(HashMap::default);
        Self {
            column,
            test,
            verdicts,
        }
    }

    /// Whether the test holds for the row.
    #[inline]
    pub(super) fn holds(
        &mut self,
        rows: &Rows,
        row: usize,
        source: CellSource<'_>,
        scratch: &mut String,
    ) -> bool {
        let cell = rows.cell_of(row, self.column);
        let (Some(verdicts), Some(text)) = (&mut self.verdicts, source.raw(cell)) else {
            return self.test.holds(cell, source, scratch);
        };
        if let Some(verdict) = verdicts.get(text) {
            return *verdict;
        }
        let verdict = self.test.holds(cell, source, scratch);
        if verdicts.len() >= MAX_VERDICTS {
            verdicts.clear();
        }
        verdicts.insert(text.into(), verdict);
        verdict
    }
}

/// Which column of a program fills what in a stream.
#[derive(Debug, Default)]
pub(super) struct ColumnMap {
    /// For each column of the tables, the column of the program that fills it.
    pub(super) filled_from: Vec<Option<usize>>,
    pub(super) time: Option<TimeColumn>,
    /// Of these one must be there, or the row is none.
    pub(super) values: Vec<usize>,
    /// They say to which series a row belongs.
    pub(super) labels: Vec<Option<usize>>,
    /// They say which row a row repeats.
    pub(super) key_from: Vec<Option<usize>>,
    /// So many of them, from the first on, make up the identifier.
    pub(super) key_parts: usize,
    /// All of these must hold.
    pub(super) filter: Vec<BoundTest>,
    /// A row for which all of these hold removes the row of its key.
    pub(super) removes: Vec<BoundTest>,
    /// Rows that are not older than this are not kept.
    pub(super) end: Option<Millis>,
    /// The program finds columns in the messages; otherwise all are chosen.
    pub(super) infers: bool,
    /// How many columns of the program were looked at.
    pub(super) seen: usize,
    /// Those of them that fill nothing, since no row that is kept had a value there yet.
    pub(super) unused: Vec<usize>,
}

impl ColumnMap {
    /// The columns of a reading: `columns` are those of its [`paths`](Reading::paths), in that order.
    pub(super) fn new(reading: &Reading, schema: &Schema, columns: &[Option<usize>]) -> Self {
        let mut columns = columns.iter().copied();
        let mut map = Self {
            filled_from: vec![None; schema.columns.len()],
            ..Self::default()
        };
        let (mut labels, mut ids) = (Vec::new(), Vec::new());
        for (chosen, (selector, from)) in reading.columns.iter().zip(columns.by_ref()).enumerate() {
            for column in schema.columns_of(chosen) {
                map.filled_from[column] = from;
            }
            match selector.role {
                Role::Value => map.values.extend(from),
                Role::Label => labels.push(from),
                Role::Id => ids.push(from),
            }
        }
        if let Some(time) = &reading.time {
            let places: Vec<Option<usize>> = columns.by_ref().take(time.parts.len()).collect();
            map.time = TimeColumn::new(time, &places);
        }
        map.filter = bound(&reading.filter, &mut columns);
        let mut keys = Vec::new();
        if let Some(upsert) = &reading.retention.upsert {
            keys = columns.by_ref().take(upsert.keys.len()).collect();
            for (part, from) in keys.iter().enumerate() {
                for column in schema.columns_of_key(part) {
                    map.filled_from[column] = *from;
                }
            }
            map.removes = bound(&upsert.delete_when, &mut columns);
        }
        map.set_key(reading, keys, &labels, ids);
        if reading.retention.split {
            map.labels = labels;
        }
        map
    }

    fn set_key(
        &mut self,
        reading: &Reading,
        keys: Vec<Option<usize>>,
        labels: &[Option<usize>],
        ids: Vec<Option<usize>>,
    ) {
        self.key_from = if reading.retention.bucket.is_some() {
            Vec::new()
        } else if reading.retention.upsert.is_none() || (keys.is_empty() && labels.is_empty()) {
            ids
        } else {
            keys
        };
        self.key_parts = self.key_from.len();
        // In a table of all series their labels are part of what tells rows apart.
        let own_key = reading.retention.upsert.is_some() && !self.key_from.is_empty();
        if !reading.retention.split && !own_key {
            self.key_from.extend_from_slice(labels);
        }
    }

    /// Takes the time from where another reading has it: behind the columns of that one. `columns` are those of its
    /// [`paths`](Reading::paths).
    pub(super) fn read_time_of(&mut self, reading: &Reading, columns: &[usize]) {
        let places = columns.iter().copied().map(Some);
        let places: Vec<Option<usize>> = places.skip(reading.columns.len()).collect();
        let time = reading.time.as_ref();
        self.time = time.and_then(|time| {
            let places = places.get(..time.parts.len())?;
            TimeColumn::new(time, places)
        });
    }

    /// The same for a program that finds columns from `index` on.
    pub(super) fn inferring_from(mut self, index: usize) -> Self {
        self.infers = true;
        self.seen = index;
        self
    }

    /// Whether columns of the program, which has so many, fill nothing yet.
    #[inline]
    pub(super) fn has_unused(&self, columns: usize) -> bool {
        self.infers && (self.seen < columns || !self.unused.is_empty())
    }

    /// Why a row is not kept.
    pub(super) fn left_out(
        &mut self,
        batch: &RowBatch<'_>,
        row: usize,
        scratch: &mut String,
    ) -> Fate {
        let mut tests = self.filter.iter_mut();
        let failed = tests.position(|test| !test.holds(batch.rows, row, batch.source, scratch));
        failed.map_or(Fate::Empty, Fate::Filtered)
    }

    /// Whether a row that meets the filter holds something in the column.
    pub(super) fn is_held(
        &mut self,
        column: usize,
        rows: &Rows,
        source: CellSource<'_>,
        scratch: &mut String,
    ) -> bool {
        let filter = &mut self.filter;
        rows.column(column).enumerate().any(|(row, cell)| {
            let mut tests = filter.iter_mut();
            *cell != Cell::Missing && tests.all(|asked| asked.holds(rows, row, source, scratch))
        })
    }

    /// Has column `from` of the program fill column `column` of the tables.
    pub(super) fn connect(&mut self, from: usize, column: usize) {
        let len = self.filled_from.len().max(column + 1);
        self.filled_from.resize(len, None);
        self.filled_from[column] = Some(from);
    }

    /// Whether every row of the batch is kept, as is nearly always so.
    #[inline]
    pub(super) fn keeps_all(&self, rows: &Rows) -> bool {
        if !self.filter.is_empty() || !self.removes.is_empty() {
            return false;
        }
        match self.values.first() {
            Some(first) => rows.column(*first).all(|cell| *cell != Cell::Missing),
            None => false,
        }
    }

    /// Whether the row holds something to be shown. A value that is null counts.
    pub(super) fn has_value(&self, rows: &Rows, row: usize) -> bool {
        let mut values = self.values.iter();
        values.any(|column| *rows.cell(row, *column) != Cell::Missing)
    }
}

/// Tests, each with the next one of the columns.
fn bound(
    conditions: &[Condition],
    columns: &mut impl Iterator<Item = Option<usize>>,
) -> Vec<BoundTest> {
    let tests = conditions.iter().map(|condition| condition.test.clone());
    let columns = columns.by_ref().take(conditions.len());
    columns
        .zip(tests)
        .map(|(column, test)| BoundTest::new(column, test))
        .collect()
}
