//! Which column of a program fills what in a stream.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::schema::Schema;
use crate::extract::coerce::Source;
use crate::extract::condition::Test;
use crate::extract::rows::{Cell, Rows};
use crate::extract::time::TimeFormat;
use crate::query::{Condition, Reading, Role};

/// The column of the program that is the time of its row.
#[derive(Debug, Clone)]
pub(super) struct TimeColumn {
    pub(super) index: usize,
    pub(super) format: TimeFormat,
}

/// Distinct texts whose verdicts are remembered.
const MAX_VERDICTS: usize = 1024;

/// A test and the column of the program that it is asked of.
#[derive(Debug)]
pub(super) struct Asked {
    column: usize,
    test: Test,
    /// What the test said of texts, where asking it costs more than looking them up; texts repeat.
    verdicts: Option<HashMap<Box<[u8]>, bool, RandomState>>,
}

impl Asked {
    fn new(column: usize, test: Test) -> Self {
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
        source: Source<'_>,
        scratch: &mut String,
    ) -> bool {
        let cell = rows.cell(row, self.column);
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
pub(super) struct Wiring {
    /// For each column of the tables, the column of the program that fills it.
    pub(super) taken_from: Vec<Option<usize>>,
    pub(super) time: Option<TimeColumn>,
    /// Of these one must be there, or the row is none.
    pub(super) values: Vec<usize>,
    /// They say to which series a row belongs.
    pub(super) labels: Vec<usize>,
    /// They say which row a row repeats.
    pub(super) key_from: Vec<usize>,
    /// So many of them, from the first on, make up the identifier.
    pub(super) key_parts: usize,
    /// All of these must hold.
    pub(super) filter: Vec<Asked>,
    /// A row for which all of these hold removes the row of its key.
    pub(super) removes: Vec<Asked>,
    /// Columns from here on were found in the messages; `None` when all are chosen.
    pub(super) found_from: Option<usize>,
    /// How many columns of the program were looked at.
    pub(super) placed: usize,
    /// Those of them that have no place, since no row that is kept had a value there yet.
    pub(super) waiting: Vec<usize>,
}

impl Wiring {
    /// The wiring of a reading, whose [`paths`](Reading::paths) are the program's `columns`.
    pub(super) fn of(reading: &Reading, schema: &Schema, columns: &[usize]) -> Self {
        let mut columns = columns.iter().copied();
        let mut wiring = Self {
            taken_from: vec![None; schema.columns.len()],
            ..Self::default()
        };
        let (mut label_columns, mut ids) = (Vec::new(), Vec::new());
        for (chosen, (selector, index)) in reading.columns.iter().zip(columns.by_ref()).enumerate()
        {
            for place in schema.places(Some(chosen), "") {
                wiring.taken_from[place] = Some(index);
            }
            match selector.role {
                Role::Value => wiring.values.push(index),
                Role::Label => label_columns.push(index),
                Role::Id => ids.push(index),
            }
        }
        if let Some((_, format)) = &reading.time {
            wiring.time = columns.next().map(|index| TimeColumn {
                index,
                format: format.clone(),
            });
        }
        let tests = |conditions: &[Condition], columns: &mut dyn Iterator<Item = usize>| {
            let tests = conditions.iter().map(|condition| condition.test.clone());
            let asked = columns
                .zip(tests)
                .map(|(column, test)| Asked::new(column, test));
            asked.take(conditions.len()).collect()
        };
        wiring.filter = tests(
            &reading.filter,
            &mut columns.by_ref().take(reading.filter.len()),
        );
        let mut keys = Vec::new();
        if let Some(upsert) = &reading.keep.upsert {
            keys = columns.by_ref().take(upsert.keys.len()).collect();
            wiring.removes = tests(&upsert.delete_when, &mut columns);
        }
        wiring.set_key(reading, keys, &label_columns, ids);
        if reading.keep.split {
            wiring.labels = label_columns;
        }
        wiring
    }

    fn set_key(&mut self, reading: &Reading, keys: Vec<usize>, labels: &[usize], ids: Vec<usize>) {
        self.key_from = if reading.keep.bucket.is_some() {
            Vec::new()
        } else if reading.keep.upsert.is_none() || (keys.is_empty() && labels.is_empty()) {
            ids
        } else {
            keys
        };
        self.key_parts = self.key_from.len();
        // In a table of all series their labels are part of what tells rows apart.
        let own_key = reading.keep.upsert.is_some() && !self.key_from.is_empty();
        if !reading.keep.split && !own_key {
            self.key_from.extend_from_slice(labels);
        }
    }

    /// Takes the time from where another reading has it: behind the columns of that one.
    pub(super) fn read_time_of(&mut self, reading: &Reading) {
        self.time = reading.time.as_ref().map(|(_, format)| TimeColumn {
            index: reading.columns.len(),
            format: format.clone(),
        });
    }

    /// The wiring of a program that finds columns from `index` on.
    pub(super) fn finding_from(mut self, index: usize) -> Self {
        self.found_from = Some(index);
        self.placed = index;
        self
    }

    /// Whether columns of the program, which has so many, have no place yet.
    #[inline]
    pub(super) fn has_found(&self, columns: usize) -> bool {
        self.placed < columns || !self.waiting.is_empty()
    }

    /// Whether a row that meets the filter holds something in the column.
    pub(super) fn is_held(
        &mut self,
        column: usize,
        rows: &Rows,
        source: Source<'_>,
        scratch: &mut String,
    ) -> bool {
        let filter = &mut self.filter;
        rows.column(column).enumerate().any(|(row, cell)| {
            let mut tests = filter.iter_mut();
            *cell != Cell::Missing && tests.all(|asked| asked.holds(rows, row, source, scratch))
        })
    }

    /// Has column `index` of the program fill column `place` of the tables.
    pub(super) fn connect(&mut self, index: usize, place: usize) {
        let len = self.taken_from.len().max(place + 1);
        self.taken_from.resize(len, None);
        self.taken_from[place] = Some(index);
    }

    /// Whether every row of the batch is taken, as is nearly always so.
    #[inline]
    pub(super) fn takes_all(&self, rows: &Rows) -> bool {
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
