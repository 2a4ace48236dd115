//! The newest rows of one reading, column by column.

mod column;
mod merge;
mod texts;

use crate::extract::coerce::{Kind, Source};
use crate::extract::rows::Rows;
use crate::frame::{Field, FieldType, Frame, Values};
use crate::ring::Ring;
use column::Column;

pub use merge::History;
use merge::Seam;

/// Milliseconds since the epoch.
pub type Millis = f64;

/// A circular frame: a time and the values of each column, the newest `capacity` rows of them.
#[derive(Debug)]
pub struct Table {
    time_name: String,
    times: Ring<f64>,
    columns: Vec<Column>,
    /// A row came with a time before that of the row ahead of it.
    disordered: bool,
    /// Open while live rows may still repeat what history held.
    seam: Option<Seam>,
    revision: u64,
    scratch: String,
}

/// What the user sees of a column beside its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Display {
    /// Name to show instead of the column's own.
    pub name: Option<String>,
    /// Grafana unit id.
    pub unit: Option<String>,
}

impl Table {
    /// A table without columns.
    pub fn new(capacity: usize) -> Self {
        Self {
            time_name: "Time".to_owned(),
            times: Ring::new(capacity),
            columns: Vec::new(),
            disordered: false,
            seam: None,
            revision: 0,
            scratch: String::new(),
        }
    }

    /// How many rows are held.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether no row is held.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// How many rows can be held.
    pub fn capacity(&self) -> usize {
        self.times.capacity()
    }

    /// Goes up whenever a value, a row or the schema changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Time of the row that came last.
    pub fn last_time(&self) -> Option<Millis> {
        self.times.last().copied()
    }

    /// Bytes of memory behind the rows.
    pub fn allocated_bytes(&self) -> usize {
        self.times.allocated_bytes()
            + self
                .columns
                .iter()
                .map(Column::allocated_bytes)
                .sum::<usize>()
    }

    /// Changes how many rows are held; the oldest go when there are too many.
    pub fn resize(&mut self, capacity: usize) {
        if capacity == self.capacity() {
            return;
        }
        self.times.resize(capacity);
        for column in &mut self.columns {
            column.resize(capacity);
        }
        if let Some(seam) = &mut self.seam {
            seam.resize(capacity);
        }
        self.revision += 1;
    }

    /// Names the time field.
    pub fn name_time(&mut self, name: &str) {
        name.clone_into(&mut self.time_name);
        self.revision += 1;
    }

    /// Adds a column, null in the rows held so far, and returns its index.
    pub fn add_column(&mut self, name: &str, kind: Kind) -> usize {
        self.columns
            .push(Column::new(name, kind, self.capacity(), self.len()));
        self.revision += 1;
        self.columns.len() - 1
    }

    /// The index of the column called `name`.
    pub fn column_named(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Appends a batch of rows: their times, and for each column of the table
    /// which column of `rows` holds its values. Without one they are null.
    #[inline]
    pub(crate) fn append(
        &mut self,
        times: &[Millis],
        rows: &Rows,
        taken_from: &[Option<usize>],
        source: Source<'_>,
    ) {
        let mut last = self.times.last().copied().unwrap_or(f64::NEG_INFINITY);
        for time in times {
            self.disordered |= *time < last;
            last = *time;
        }
        let held = self.times.len();
        self.times.extend(times.iter().copied());
        for (index, column) in self.columns.iter_mut().enumerate() {
            match taken_from.get(index).copied().flatten() {
                Some(from) => column.append(rows, from, held, source, &mut self.scratch),
                None => column.append_nulls(times.len()),
            }
        }
        self.revision += 1;
        if self.seam.is_some() {
            self.stitch(times.len());
        }
    }

    /// Something that a packet shows has changed, but no row.
    pub(crate) fn touch(&mut self) {
        self.revision += 1;
    }

    /// The newest `limit` rows, oldest first, ascending in time.
    pub fn frame(&mut self, limit: usize, time: &Display, columns: &[Display]) -> Frame<'_> {
        self.settle();
        let len = self.len().min(limit);
        let mut fields = Vec::with_capacity(self.columns.len() + 1);
        let (older, newer) = self.times.newest_slices(len);
        fields.push(Field {
            name: time.name.clone().unwrap_or_else(|| self.time_name.clone()),
            kind: FieldType::Time,
            unit: time.unit.clone(),
            values: Values::Numbers(older, newer),
        });
        for (index, column) in self.columns.iter().enumerate() {
            let display = columns.get(index).cloned().unwrap_or_default();
            fields.push(column.field(len, display));
        }
        Frame { fields, len }
    }

    /// Puts rows that came out of order where their time belongs; rows of equal time stay as they came.
    fn settle(&mut self) {
        if !self.disordered {
            return;
        }
        let times = self.times.newest(usize::MAX);
        let mut order: Vec<usize> = (0..times.len()).collect();
        order.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
        self.reorder(&order);
    }

    fn reorder(&mut self, order: &[usize]) {
        self.times.reorder(order);
        for column in &mut self.columns {
            column.reorder(order);
        }
        if let Some(seam) = &mut self.seam {
            seam.reorder(order);
        }
        self.disordered = false;
        self.revision += 1;
    }

    /// What the user should know of the columns: types that did not fit.
    pub fn complaints(&self) -> impl Iterator<Item = String> {
        self.columns.iter().flat_map(Column::complaints)
    }
}
