//! The newest rows of one series, column by column.

pub(crate) mod batch;
mod column;
mod cut;
mod ids;
mod keyed;
mod merge;
mod place;
mod store;
mod texts;

use crate::frame::{Field, FieldType, Frame, Values};
use crate::ring::Ring;
use batch::{Batch, Origin};
use column::Column;
use ids::Ids;
use keyed::Keys;

pub use column::{ColumnSpec, Reduce};
pub use keyed::Repeat;
pub use merge::History;
use merge::Seam;

/// Milliseconds since the epoch.
pub type Millis = f64;

/// How a table keeps its rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keeping {
    /// One row per key; `None` keeps every row.
    pub keyed: Option<Repeat>,
    /// Rows have identifiers, and one whose identifier is known is left out. Without keys only.
    pub identified: bool,
    /// Rows stand in the order of their times; otherwise in the order in which their keys first came.
    pub ordered: bool,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            keyed: None,
            identified: false,
            ordered: true,
        }
    }
}

/// A circular frame: a time and the values of each column, the newest `capacity` rows of them.
#[derive(Debug)]
pub struct Table {
    times: Ring<f64>,
    columns: Vec<Column>,
    keys: Option<Keys>,
    ids: Option<Ids>,
    ordered: bool,
    /// Rows of a keyed table may not stand in the order of their times.
    disordered: bool,
    /// Rows that came when only newer ones were kept.
    late: u64,
    /// Rows that were there already and came again.
    repeated: u64,
    /// Open while live rows may still repeat what is there.
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
    /// A table of those columns.
    pub fn new(capacity: usize, keeping: Keeping, columns: &[ColumnSpec]) -> Self {
        Self {
            times: Ring::new(capacity),
            columns: columns
                .iter()
                .map(|spec| Column::new(spec, capacity, 0))
                .collect(),
            keys: keeping.keyed.map(|repeat| Keys::new(repeat, capacity)),
            ids: keeping.identified.then(Ids::default),
            ordered: keeping.ordered,
            disordered: false,
            late: 0,
            repeated: 0,
            seam: None,
            revision: 0,
            scratch: String::new(),
        }
    }

    /// How many rows are held.
    pub fn len(&self) -> usize {
        self.times.len() - self.keys.as_ref().map_or(0, Keys::dead)
    }

    /// Whether no row is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows can be held.
    pub fn capacity(&self) -> usize {
        self.times.capacity()
    }

    /// Goes up whenever a value, a row or the schema changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Rows that came too late to be kept: only newer ones are.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Rows left out because they were there already.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Time of the oldest row, or of the one that came first where rows do not stand in their order.
    pub fn first_time(&self) -> Option<Millis> {
        self.times.at(0).copied().filter(|time| !time.is_nan())
    }

    /// Time of the row that came last.
    pub fn last_time(&self) -> Option<Millis> {
        self.times.last().copied()
    }

    /// Bytes of memory behind the rows.
    pub fn allocated_bytes(&self) -> usize {
        let columns: usize = self.columns.iter().map(Column::allocated_bytes).sum();
        let keys = self.keys.as_ref().map_or(0, Keys::allocated_bytes);
        let ids = self.ids.as_ref().map_or(0, Ids::allocated_bytes);
        self.times.allocated_bytes() + columns + keys + ids
    }

    /// Changes how many rows are held; the oldest go when there are too many.
    pub fn resize(&mut self, capacity: usize) {
        if capacity == self.capacity() {
            return;
        }
        // The oldest go by their times, not by when they came.
        self.settle();
        self.times.resize(capacity);
        self.columns.iter_mut().for_each(|c| c.resize(capacity));
        if let Some(seam) = &mut self.seam {
            seam.resize(capacity);
        }
        if let Some(keys) = &mut self.keys {
            keys.resize(capacity);
        }
        self.revision += 1;
    }

    /// Adds a column, null in the rows held so far.
    pub fn add_column(&mut self, spec: &ColumnSpec) {
        let column = Column::new(spec, self.capacity(), self.times.len());
        self.columns.push(column);
        self.revision += 1;
    }

    /// Takes a batch of rows. Those of history are put in order once all of it is there.
    #[inline]
    pub(crate) fn receive(&mut self, batch: &Batch<'_>, origin: Origin) {
        self.revision += 1;
        match origin {
            _ if self.keys.is_some() => self.write_each(batch, origin),
            Origin::Live => self.take_new(batch, Self::add),
            Origin::History => self.take_new(batch, Self::append),
        }
    }

    /// Puts rows where they belong.
    #[inline]
    fn add(&mut self, batch: &Batch<'_>) {
        if self.continues(batch.times) {
            self.append(batch);
        } else {
            self.place(batch);
        }
    }

    /// Appends rows, none of them older than what is there.
    #[inline(never)]
    fn append(&mut self, batch: &Batch<'_>) {
        let held = self.times.len();
        self.times.extend(batch.times.iter().copied());
        for (place, column) in self.columns.iter_mut().enumerate() {
            match batch.taken_from.get(place).copied().flatten() {
                Some(from) => column.append(batch, from, held, &mut self.scratch),
                None => column.append_nulls(batch.len()),
            }
        }
        if self.seam.is_some() {
            self.stitch(batch.len(), batch.arrival);
        }
    }

    /// How many of the newest rows, `limit` at most, are no older than `since`. They then stand behind
    /// all others.
    pub fn newest(&mut self, limit: usize, since: Option<Millis>) -> usize {
        self.settle();
        let len = self.times.len();
        let old = match since {
            Some(since) if self.ordered => self.times.partition_point(|time| *time < since),
            Some(since) => self.put_old_first(since),
            None => 0,
        };
        (len - old).min(limit)
    }

    /// The newest `len` rows: the time first, then the columns that `shown` names by index.
    pub fn frame(&self, len: usize, time: Display, shown: &[(usize, Display)]) -> Frame<'_> {
        let mut fields = Vec::with_capacity(shown.len() + 1);
        let (older, newer) = self.times.newest_slices(len);
        fields.push(Field {
            name: time.name.unwrap_or_default(),
            display_name: None,
            kind: FieldType::Time,
            unit: time.unit,
            labels: None,
            values: Values::Numbers(older, newer),
        });
        for (index, display) in shown {
            if let Some(column) = self.columns.get(*index) {
                fields.push(column.field(len, display.clone()));
            }
        }
        Frame { fields, len }
    }

    /// Drops what was removed and puts rows where their time belongs; rows of equal time stay as they came.
    fn settle(&mut self) {
        let dead = self.keys.as_ref().map_or(0, Keys::dead);
        let sorts = self.ordered && self.disordered;
        if dead == 0 && !sorts {
            return;
        }
        let times = self.times.newest(usize::MAX);
        let mut order: Vec<usize> = (0..times.len()).filter(|i| !times[*i].is_nan()).collect();
        if sorts {
            place::sort_by_time(&mut order, &times);
        }
        self.disordered = false;
        self.reorder(&order);
    }

    /// Puts the rows older than `since` before the others; says how many there are.
    fn put_old_first(&mut self, since: Millis) -> usize {
        let times = self.times.newest(usize::MAX);
        let (mut order, others): (Vec<usize>, Vec<usize>) =
            (0..times.len()).partition(|row| times[*row] < since);
        let old = order.len();
        if order.last().is_some_and(|last| *last >= old) {
            order.extend(others);
            self.reorder(&order);
        }
        old
    }

    fn reorder(&mut self, order: &[usize]) {
        self.times.reorder(order);
        self.columns.iter_mut().for_each(|c| c.reorder(order));
        if let Some(seam) = &mut self.seam {
            seam.reorder(order);
        }
        if let Some(keys) = &mut self.keys {
            keys.reorder(order);
        }
        self.revision += 1;
    }

    /// What the user should know of a column: types that did not fit.
    pub fn complaint(&self, column: usize) -> Option<String> {
        self.columns.get(column).and_then(Column::complaint)
    }
}
