//! One column: its type, decided by the query or by the first value, and its values.
//!
//! In go cells with the message they refer to; out come values by type, and the ring that a frame lends. A table has one for each
//! column, and so have keyed and stored rows.

use super::batch::{Batch, RowSet};
use super::store::{Store, StoreValue};
use crate::extract::coerce::{CellSource, Kind};
use crate::extract::rows::Cell;
use crate::frame::{Field, FieldType, Values};
use crate::ring::Ring;

/// Characters of a value that a complaint shows.
const SAMPLE: usize = 40;

/// What becomes of the values of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reduce {
    /// The one with the newest time.
    Last,
    /// The one with the oldest time.
    First,
    /// The smallest number.
    Min,
    /// The largest number.
    Max,
    /// The arithmetic mean of the numbers.
    Mean,
    /// The sum of the numbers.
    Sum,
    /// How many values there were, nulls not counted.
    Count,
}

/// What the user sees of a column beside its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Display {
    /// Name to show instead of the column's own.
    pub name: Option<String>,
    /// Grafana unit id.
    pub unit: Option<String>,
}

/// What a column is made as.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSpec {
    /// Its name, when the query gives none.
    pub name: String,
    /// The type asked of its values.
    pub kind: Kind,
    /// What becomes of the values of a bucket; `None` where rows are not reduced.
    pub reduce: Option<Reduce>,
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    kind: Kind,
    reduce: Option<Reduce>,
    store: Store,
    /// For a mean: how many numbers it is made of.
    counts: Option<Ring<u32>>,
    capacity: usize,
    /// What made a column of numbers or booleans one of texts, in words.
    widened: Option<String>,
    /// Values that are not of the type asked for.
    failures: u64,
    failure_sample: String,
    /// The first time that was read as UTC, since it does not say its zone and nobody else does.
    assumed_time: Option<String>,
}

/// Whether a row is at an edge of its bucket: the newest or the oldest one so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct BucketEdge {
    pub(super) newest: bool,
    pub(super) oldest: bool,
}

impl Column {
    /// A column that is null in the `held` rows before.
    pub(super) fn new(spec: &ColumnSpec, capacity: usize, held: usize) -> Self {
        let kind = match (spec.reduce, &spec.kind) {
            // What is calculated with has to be a number; what is counted need not.
            (Some(Reduce::Min | Reduce::Max | Reduce::Mean | Reduce::Sum), Kind::Auto) => {
                Kind::Number
            }
            (Some(Reduce::Count), _) => Kind::Number,
            (_, kind) => kind.clone(),
        };
        let mut column = Self {
            name: spec.name.clone(),
            store: Store::new(&kind, capacity),
            kind,
            reduce: spec.reduce,
            counts: (spec.reduce == Some(Reduce::Mean)).then(|| Ring::new(capacity)),
            capacity,
            widened: None,
            failures: 0,
            failure_sample: String::new(),
            assumed_time: None,
        };
        column.append_nulls(held);
        column
    }

    /// Appends the values of column `from` of the batch.
    #[inline]
    pub(super) fn append(&mut self, batch: &Batch<'_>, from: usize, scratch: &mut String) {
        match batch.selected {
            RowSet::All => {
                self.append_cells(batch.rows.column(from), batch.source, scratch);
            }
            RowSet::Listed(rows) => {
                let cells = rows.iter().map(|row| batch.rows.cell(*row as usize, from));
                self.append_cells(cells, batch.source, scratch);
            }
        }
    }

    #[inline]
    fn append_cells<'c>(
        &mut self,
        cells: impl ExactSizeIterator<Item = &'c Cell> + Clone,
        source: CellSource<'_>,
        scratch: &mut String,
    ) {
        // The usual case by far: numbers for a column of numbers.
        if let (Store::Numbers(ring), Kind::Auto | Kind::Number) = (&mut self.store, &self.kind)
            && cells.clone().all(|cell| cell.number().is_some())
        {
            ring.extend(cells.map(|cell| cell.number().unwrap_or(f64::NAN)));
            return;
        }
        for cell in cells {
            let value = self.coerce(cell, source, scratch);
            self.store.push(value);
        }
    }

    /// Appends nulls.
    pub(super) fn append_nulls(&mut self, count: usize) {
        (0..count).for_each(|_| self.push_null());
    }

    fn push_null(&mut self) {
        self.store.push(StoreValue::Null);
        if let Some(counts) = &mut self.counts {
            counts.push(0);
        }
    }

    /// Overwrites the value in row `index`; a value that is missing leaves it as it is.
    fn write(&mut self, index: usize, cell: &Cell, source: CellSource<'_>, scratch: &mut String) {
        if *cell != Cell::Missing {
            let value = self.coerce(cell, source, scratch);
            self.store.set(index, value);
        }
    }

    /// Takes a value into row `index`: where rows are reduced, together with those before.
    pub(super) fn put(
        &mut self,
        index: usize,
        cell: &Cell,
        edge: BucketEdge,
        source: CellSource<'_>,
        scratch: &mut String,
    ) {
        let Some(reduce) = self.reduce else {
            return self.write(index, cell, source, scratch);
        };
        if !cell.is_value() {
            return;
        }
        let null = self.store.is_null(index);
        match reduce {
            Reduce::Last if edge.newest || null => {
                self.write(index, cell, source, scratch);
            }
            Reduce::First if edge.oldest || null => {
                self.write(index, cell, source, scratch);
            }
            Reduce::Last | Reduce::First => {}
            Reduce::Count => self.calculate(index, |count, one| count + one, 1.0),
            _ => {
                if let StoreValue::Number(value) = self.coerce(cell, source, scratch)
                    && !value.is_nan()
                {
                    self.calculate_with(index, reduce, value);
                }
            }
        }
    }

    fn calculate_with(&mut self, index: usize, reduce: Reduce, value: f64) {
        let count = self.counts.as_mut().map_or(1, |counts| {
            let count = counts.at(index).map_or(1, |count| count.saturating_add(1));
            counts.set(index, count);
            count
        });
        match reduce {
            Reduce::Min => self.calculate(index, f64::min, value),
            Reduce::Max => self.calculate(index, f64::max, value),
            Reduce::Sum => self.calculate(index, |sum, value| sum + value, value),
            _ => self.calculate(
                index,
                |mean, value| mean + (value - mean) / f64::from(count),
                value,
            ),
        }
    }

    /// Replaces the number in row `index` by what `combine` makes of it and `value`; null gives way.
    fn calculate(&mut self, index: usize, combine: impl Fn(f64, f64) -> f64, value: f64) {
        if let Store::Numbers(ring) = &mut self.store {
            let held = ring.at(index).copied().filter(|held| !held.is_nan());
            ring.set(index, held.map_or(value, |held| combine(held, value)));
        } else {
            debug_assert!(false, "what is calculated with is numbers");
        }
    }

    /// The cell as a value of the column, whose type it may decide or change.
    #[inline]
    fn coerce<'s>(
        &mut self,
        cell: &Cell,
        source: CellSource<'s>,
        scratch: &'s mut String,
    ) -> StoreValue<'s> {
        let result = match &self.kind {
            Kind::Auto => return self.coerce_auto(cell, source, scratch),
            Kind::String => return text_of(cell, source, scratch),
            Kind::Json => return StoreValue::from_text(source.json(cell, scratch)),
            Kind::Number => source.number(cell, scratch).map(StoreValue::Number),
            Kind::GroupedNumber => source.grouped_number(cell, scratch).map(StoreValue::Number),
            Kind::Time(reader) => source.time(cell, reader, scratch).map(|moment| {
                if moment.is_assumed && self.assumed_time.is_none() {
                    self.assumed_time = source.text(cell, scratch).map(sample);
                }
                StoreValue::Number(moment.ms)
            }),
            Kind::Boolean => source.boolean(cell, scratch).map(StoreValue::from_boolean),
        };
        match result {
            Ok(value) => value,
            Err(()) => {
                self.failures += 1;
                self.failure_sample = sample(source.text(cell, scratch).unwrap_or_default());
                StoreValue::Null
            }
        }
    }

    fn coerce_auto<'s>(
        &mut self,
        cell: &Cell,
        source: CellSource<'s>,
        scratch: &'s mut String,
    ) -> StoreValue<'s> {
        if !cell.is_value() {
            return StoreValue::Null;
        }
        if let Store::Unknown(nulls) = &self.store {
            self.decide(cell, nulls.len());
        }
        match (&self.store, *cell) {
            (Store::Numbers(_), Cell::Number { value, .. }) => return StoreValue::Number(value),
            (Store::Booleans(_), Cell::Boolean(value)) => {
                return StoreValue::from_boolean(Some(value));
            }
            (Store::Texts(_), _) => {}
            _ => self.widen(cell, source.text(cell, scratch).unwrap_or_default()),
        }
        text_of(cell, source, scratch)
    }

    /// Takes the type of the first value, null in the rows before it.
    fn decide(&mut self, first: &Cell, nulls: usize) {
        let kind = match *first {
            Cell::Number { .. } => Kind::Number,
            Cell::Boolean(_) => Kind::Boolean,
            _ => Kind::String,
        };
        self.store = Store::new(&kind, self.capacity);
        for _ in 0..nulls {
            self.store.push(StoreValue::Null);
        }
    }

    /// A value of another type came: from here on the column holds texts.
    #[cold]
    fn widen(&mut self, cell: &Cell, by: &str) {
        let by = sample(by);
        self.widened = Some(match (&self.store, cell) {
            (Store::Numbers(_), Cell::WideInteger { .. }) => format!(
                "{by} is beyond 2^53, so all values are shown as text to keep every digit. Choose type number to round them."
            ),
            _ => format!(
                "the values have different types, so all are shown as text (last cause: {by:?}). Choose a type for the field."
            ),
        });
        self.store.widen(self.capacity);
    }

    pub(super) fn resize(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.store.resize(capacity);
        if let Some(counts) = &mut self.counts {
            counts.resize(capacity);
        }
    }

    pub(super) fn reorder(&mut self, order: &[usize]) {
        self.store.reorder(order);
        if let Some(counts) = &mut self.counts {
            counts.reorder(order);
        }
    }

    pub(super) fn reorder_tail(&mut self, start: usize, order: &[usize]) {
        self.store.reorder_tail(start, order);
    }

    /// The same for rows that hold the same value, and for no others.
    pub(super) fn fingerprint(&self, row: usize) -> u64 {
        self.store.fingerprint(row)
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        self.store.allocated_bytes() + self.counts.as_ref().map_or(0, Ring::allocated_bytes)
    }

    /// The newest `len` values as a field.
    pub(super) fn field(&self, len: usize, display: Display) -> Field<'_> {
        let values = match &self.store {
            Store::Unknown(_) => Values::Nulls(len),
            Store::Numbers(ring) => {
                let (older, newer) = ring.newest_slices(len);
                Values::Numbers(older, newer)
            }
            Store::Booleans(ring) => {
                let (older, newer) = ring.newest_slices(len);
                Values::Booleans(older, newer)
            }
            Store::Texts(texts) => {
                let (distinct, rows) = texts.compact(len);
                Values::Texts { distinct, rows }
            }
        };
        Field {
            name: display.name.unwrap_or_else(|| self.name.clone()),
            display_name: None,
            // Charts expect numbers of a column that is announced but not yet seen.
            kind: self.kind().unwrap_or(FieldType::Number),
            unit: display.unit,
            labels: None,
            values,
        }
    }

    /// The type of its values; `None` before there was any.
    pub(super) fn kind(&self) -> Option<FieldType> {
        match &self.store {
            Store::Unknown(_) => None,
            Store::Numbers(_) if matches!(self.kind, Kind::Time(_)) => Some(FieldType::Time),
            Store::Numbers(_) => Some(FieldType::Number),
            Store::Booleans(_) => Some(FieldType::Boolean),
            Store::Texts(_) => Some(FieldType::String),
        }
    }

    /// A value of a column of texts.
    pub(super) fn text_at(&self, index: usize) -> Option<&str> {
        match &self.store {
            Store::Texts(texts) => texts.at(index),
            Store::Unknown(_) | Store::Numbers(_) | Store::Booleans(_) => None,
        }
    }

    /// The first time that was read as UTC without anybody having said so, as it is written.
    pub(super) fn assumed_time(&self) -> Option<&str> {
        self.assumed_time.as_deref()
    }

    /// What the user should know of the values: that they are not of one type, or not of the one asked for.
    pub(super) fn complaint(&self) -> Option<String> {
        if self.widened.is_some() || self.failures == 0 {
            return self.widened.clone();
        }
        let (one, many) = match self.kind {
            Kind::Boolean => ("a boolean", "booleans"),
            Kind::Time(_) => ("a time in the chosen format", "times in the chosen format"),
            _ => ("a number", "numbers"),
        };
        let (are, wanted, show) = match self.failures {
            1 => ("value is", one, "is shown"),
            _ => ("values are", many, "are shown"),
        };
        Some(format!(
            "{} {are} not {wanted} and {show} as null (last: {:?}).",
            self.failures, self.failure_sample
        ))
    }
}

/// The cell as text.
#[inline]
fn text_of<'s>(cell: &Cell, source: CellSource<'s>, scratch: &'s mut String) -> StoreValue<'s> {
    match source.raw(cell) {
        Some(bytes) => StoreValue::Text(bytes),
        None => StoreValue::from_text(source.text(cell, scratch)),
    }
}

fn sample(text: &str) -> String {
    match text.char_indices().nth(SAMPLE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
