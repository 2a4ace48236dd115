//! Series: the rows of each label set in a table of their own.
//!
//! In go rows with their labels; out comes the table of each label set, made when the set is new. When there are more sets than
//! the query allows, the one that was written to least recently goes. The [`Stream`](super::Stream) calls this.

use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::RandomState;

use crate::extract::coerce::CellSource;
use crate::extract::rows::Cell;
use crate::extract::{key, object};
use crate::frame::Labels;
use crate::table::batch::{Batch, Origin, RowSet};
use crate::table::{ColumnSpec, History, Millis, Table};

/// The value of one label.
#[derive(Debug, Clone, PartialEq)]
enum Label {
    /// Missing or null: the series does not have it.
    None,
    Text(String),
    /// An object brings a label for each of its members.
    Object(Labels),
}

/// The rows of one label set.
#[derive(Debug)]
pub(super) struct Series {
    key: Box<[u8]>,
    labels: Vec<Label>,
    pub(super) table: Table,
    /// Goes up with the rows; the least recently updated series is the one to go.
    updated: u64,
    /// The rows of the current batch that belong here, and their times.
    pub(super) rows: Vec<u32>,
    pub(super) times: Vec<Millis>,
    pub(super) removes: Vec<bool>,
    /// While history is being merged: what the table held before. A series that history made has none.
    pub(super) history: Option<History>,
}

/// All series of a stream.
#[derive(Debug)]
pub(super) struct SeriesSet {
    pub(super) all: Vec<Series>,
    by_key: HashMap<Box<[u8]>, usize, RandomState>,
    max: usize,
    /// Label sets that had to go.
    pub(super) evicted: u64,
    /// What the revisions of their tables came to.
    pub(super) revision: u64,
    /// How many rows found their series.
    pub(super) rows: u64,
    key: Vec<u8>,
    scratch: String,
}

impl SeriesSet {
    pub(super) fn new(max: usize) -> Self {
        Self {
            all: Vec::new(),
            by_key: HashMap::default(),
            max: max.max(1),
            evicted: 0,
            revision: 0,
            rows: 0,
            key: Vec::new(),
            scratch: String::new(),
        }
    }

    /// There are no labels, so that there is one series.
    pub(super) fn alone(&mut self, table: Table) {
        self.all
            .push(Series::new(Box::default(), Vec::new(), table));
    }

    /// Forgets every series.
    pub(super) fn clear(&mut self) {
        for gone in self.all.drain(..) {
            // The revision of all tables together must never go down.
            self.revision += gone.table.revision() + 1;
        }
        self.by_key.clear();
    }

    /// Gives every table the rows that were set aside for it.
    pub(super) fn flush(&mut self, batch: &Batch<'_>, origin: Origin) {
        for series in &mut self.all {
            if series.rows.is_empty() {
                continue;
            }
            let part = Batch {
                selected: RowSet::Listed(&series.rows),
                times: &series.times,
                removes: &series.removes,
                ..*batch
            };
            series.table.receive(&part, origin);
            series.rows.clear();
            series.times.clear();
            series.removes.clear();
        }
    }

    /// The index of the series to which a row of the batch's `rows` belongs, made with `table` if it is new and may be made.
    #[inline]
    pub(super) fn index_of(
        &mut self,
        batch: &Batch<'_>,
        row: usize,
        labels: &[Option<usize>],
        table: Option<impl FnOnce() -> Table>,
    ) -> Option<usize> {
        let cells = labels.iter().map(|column| batch.rows.cell_of(row, *column));
        let key = key::of_cells(cells, batch.source, &mut self.scratch, &mut self.key);
        let index = match self.by_key.get(key) {
            Some(index) => *index,
            None => {
                let key = key.into();
                let scratch = &mut self.scratch;
                let label = |column: &Option<usize>| {
                    let cell = batch.rows.cell_of(row, *column);
                    Label::from_cell(cell, batch.source, scratch)
                };
                let labels = labels.iter().map(label).collect();
                self.add(key, labels, table?())
            }
        };
        self.rows += 1;
        self.all[index].updated = self.rows;
        Some(index)
    }

    #[cold]
    fn add(&mut self, key: Box<[u8]>, labels: Vec<Label>, table: Table) -> usize {
        let series = Series {
            updated: self.rows,
            ..Series::new(key.clone(), labels, table)
        };
        let index = if self.all.len() < self.max {
            self.all.push(series);
            self.all.len() - 1
        } else {
            self.replace_oldest(series)
        };
        self.by_key.insert(key, index);
        index
    }

    fn replace_oldest(&mut self, series: Series) -> usize {
        let oldest = (0..self.all.len()).min_by_key(|index| self.all[*index].updated);
        debug_assert!(oldest.is_some(), "one is replaced, so there is one");
        let index = oldest.unwrap_or_default();
        self.evicted += 1;
        let gone = std::mem::replace(&mut self.all[index], series);
        // The revision of all tables together must never go down.
        self.revision += gone.table.revision() + 1;
        self.by_key.remove(&gone.key);
        index
    }

    /// The index of the series that was found last.
    pub(super) fn last_touched(&self) -> Option<usize> {
        self.all
            .iter()
            .position(|series| series.updated == self.rows)
    }

    /// Adds a column to every table.
    pub(super) fn add_column(&mut self, spec: &ColumnSpec) {
        self.all.iter_mut().for_each(|s| s.table.add_column(spec));
    }
}

impl Series {
    fn new(key: Box<[u8]>, labels: Vec<Label>, table: Table) -> Self {
        Self {
            key,
            labels,
            table,
            updated: 0,
            rows: Vec::new(),
            times: Vec::new(),
            removes: Vec::new(),
            history: None,
        }
    }

    /// The labels, by the names that the query gives them.
    pub(super) fn labels(&self, names: &[String]) -> Rc<Labels> {
        let mut labels = Labels::new();
        for (label, name) in self.labels.iter().zip(names) {
            match label {
                Label::None => {}
                Label::Text(text) => labels.push((name.clone(), text.clone())),
                Label::Object(members) => labels.extend(members.iter().cloned()),
            }
        }
        Rc::new(labels)
    }
}

impl Label {
    fn from_cell(cell: &Cell, source: CellSource<'_>, scratch: &mut String) -> Self {
        match (*cell, source.text(cell, scratch)) {
            (_, None) => Self::None,
            (Cell::Json { .. }, Some(text)) => match object::members(text) {
                Some(members) => Self::Object(members),
                None => Self::Text(text.to_owned()),
            },
            (_, Some(text)) => Self::Text(text.to_owned()),
        }
    }
}
