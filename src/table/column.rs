//! One column: its type, decided by the query or by the first value, and its values.

use crate::extract::coerce::{Kind, Source};
use crate::extract::rows::{Cell, Rows};
use crate::frame::{Field, FieldType, Values};
use crate::ring::Ring;

use super::Display;
use super::texts::Texts;

/// Stands for null in a ring of booleans.
const NULL_BOOLEAN: u8 = 2;

/// Characters of a value that a complaint shows.
const SAMPLE: usize = 40;

#[derive(Debug)]
enum Store {
    /// No value yet: all rows are null.
    Unknown,
    /// NaN is null; no feed format gives NaN another meaning.
    Numbers(Ring<f64>),
    /// 0, 1 or [`NULL_BOOLEAN`].
    Booleans(Ring<u8>),
    Texts(Texts),
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    kind: Kind,
    store: Store,
    capacity: usize,
    /// The text that made a column of numbers or booleans one of texts.
    widened_by: Option<String>,
    /// Values that are not of the type asked for.
    failures: u64,
    failure_sample: String,
}

impl Column {
    /// A column that is null in the `held` rows before.
    pub(super) fn new(name: &str, kind: Kind, capacity: usize, held: usize) -> Self {
        let mut column = Self {
            name: name.to_owned(),
            kind,
            store: Store::Unknown,
            capacity,
            widened_by: None,
            failures: 0,
            failure_sample: String::new(),
        };
        match kind {
            Kind::Auto => {}
            Kind::Number | Kind::Time(_) => column.store = Store::Numbers(Ring::new(capacity)),
            Kind::Boolean => column.store = Store::Booleans(Ring::new(capacity)),
            Kind::String | Kind::Json => column.store = Store::Texts(Texts::new(capacity)),
        }
        column.append_nulls(held);
        column
    }

    /// Appends the values of column `from` of `rows`; the table held `held` rows before.
    #[inline]
    pub(super) fn append(
        &mut self,
        rows: &Rows,
        from: usize,
        held: usize,
        source: Source<'_>,
        scratch: &mut String,
    ) {
        // The usual case by far: numbers for a column of numbers.
        if let (Store::Numbers(ring), Kind::Auto | Kind::Number) = (&mut self.store, self.kind) {
            let number = |cell| {
                if let Cell::Number { value, .. } = cell {
                    Some(value)
                } else {
                    None
                }
            };
            if rows.column(from).all(|cell| number(cell).is_some()) {
                ring.extend(
                    rows.column(from)
                        .map(|cell| number(cell).unwrap_or(f64::NAN)),
                );
                return;
            }
        }
        for (index, cell) in rows.column(from).enumerate() {
            self.push(cell, held + index, source, scratch);
        }
    }

    /// Appends nulls.
    pub(super) fn append_nulls(&mut self, count: usize) {
        (0..count).for_each(|_| self.push_null());
    }

    /// Appends a value; `held` rows stand before it.
    fn push(&mut self, cell: Cell, held: usize, source: Source<'_>, scratch: &mut String) {
        match self.kind {
            Kind::Auto => self.push_auto(cell, held, source, scratch),
            Kind::Number => self.push_checked(source.number(cell, scratch), cell, source, scratch),
            Kind::Time(format) => {
                self.push_checked(source.time(cell, format, scratch), cell, source, scratch)
            }
            Kind::Boolean => {
                let value = source.boolean(cell, scratch);
                let stored = value.map(|value| value.map_or(NULL_BOOLEAN, u8::from));
                if stored.is_err() {
                    self.fail(cell, source, scratch);
                }
                self.push_boolean(stored.unwrap_or(NULL_BOOLEAN));
            }
            Kind::String => self.push_text(source.text(cell, scratch)),
            Kind::Json => self.push_text(source.json(cell, scratch)),
        }
    }

    fn push_checked(
        &mut self,
        value: Result<f64, ()>,
        cell: Cell,
        source: Source<'_>,
        scratch: &mut String,
    ) {
        if value.is_err() {
            self.fail(cell, source, scratch);
        }
        if let Store::Numbers(ring) = &mut self.store {
            ring.push(value.unwrap_or(f64::NAN));
        }
    }

    fn push_boolean(&mut self, value: u8) {
        if let Store::Booleans(ring) = &mut self.store {
            ring.push(value);
        }
    }

    fn push_text(&mut self, text: Option<&str>) {
        if let Store::Texts(texts) = &mut self.store {
            texts.push(text);
        }
    }

    fn push_auto(&mut self, cell: Cell, held: usize, source: Source<'_>, scratch: &mut String) {
        if !cell.is_value() {
            return self.push_null();
        }
        match (&mut self.store, cell) {
            (Store::Unknown, _) => {
                self.decide(cell, held);
                self.push_auto(cell, held, source, scratch);
            }
            (Store::Numbers(ring), Cell::Number { value, .. }) => ring.push(value),
            (Store::Booleans(ring), Cell::Boolean(value)) => ring.push(u8::from(value)),
            (Store::Texts(texts), _) => texts.push(source.text(cell, scratch)),
            _ => {
                self.widen(source.text(cell, scratch).unwrap_or_default());
                self.push_text(source.text(cell, scratch));
            }
        }
    }

    /// Takes the type of the first value, null in the rows before it.
    fn decide(&mut self, first: Cell, held: usize) {
        self.store = match first {
            Cell::Number { .. } => Store::Numbers(Ring::new(self.capacity)),
            Cell::Boolean(_) => Store::Booleans(Ring::new(self.capacity)),
            _ => Store::Texts(Texts::new(self.capacity)),
        };
        self.append_nulls(held.min(self.capacity));
    }

    /// A value of another type came: from here on the column holds texts.
    fn widen(&mut self, by: &str) {
        self.widened_by = Some(sample(by));
        let mut texts = Texts::new(self.capacity);
        match &self.store {
            Store::Numbers(ring) => {
                ring.iter()
                    .for_each(|x| texts.push((!x.is_nan()).then(|| x.to_string()).as_deref()));
            }
            Store::Booleans(ring) => {
                ring.iter().for_each(|b| {
                    texts.push((*b != NULL_BOOLEAN).then_some(if *b == 1 {
                        "true"
                    } else {
                        "false"
                    }))
                });
            }
            Store::Unknown | Store::Texts(_) => {}
        }
        self.store = Store::Texts(texts);
    }

    fn fail(&mut self, cell: Cell, source: Source<'_>, scratch: &mut String) {
        self.failures += 1;
        self.failure_sample = sample(source.text(cell, scratch).unwrap_or_default());
    }

    fn push_null(&mut self) {
        match &mut self.store {
            Store::Unknown => {}
            Store::Numbers(ring) => ring.push(f64::NAN),
            Store::Booleans(ring) => ring.push(NULL_BOOLEAN),
            Store::Texts(texts) => texts.push(None),
        }
    }

    pub(super) fn resize(&mut self, capacity: usize) {
        self.capacity = capacity;
        match &mut self.store {
            Store::Unknown => {}
            Store::Numbers(ring) => ring.resize(capacity),
            Store::Booleans(ring) => ring.resize(capacity),
            Store::Texts(texts) => texts.resize(capacity),
        }
    }

    pub(super) fn reorder(&mut self, order: &[usize]) {
        match &mut self.store {
            Store::Unknown => {}
            Store::Numbers(ring) => ring.reorder(order),
            Store::Booleans(ring) => ring.reorder(order),
            Store::Texts(texts) => texts.reorder(order),
        }
    }

    /// Whether two rows hold the same value.
    pub(super) fn equal(&self, a: usize, b: usize) -> bool {
        match &self.store {
            Store::Unknown => true,
            Store::Numbers(ring) => match (ring.at(a), ring.at(b)) {
                (Some(x), Some(y)) => x == y || (x.is_nan() && y.is_nan()),
                (x, y) => x.is_none() && y.is_none(),
            },
            Store::Booleans(ring) => ring.at(a) == ring.at(b),
            Store::Texts(texts) => texts.at(a) == texts.at(b),
        }
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        match &self.store {
            Store::Unknown => 0,
            Store::Numbers(ring) => ring.allocated_bytes(),
            Store::Booleans(ring) => ring.allocated_bytes(),
            Store::Texts(texts) => texts.allocated_bytes(),
        }
    }

    /// The newest `len` values as a field.
    pub(super) fn field(&self, len: usize, display: Display) -> Field<'_> {
        let (kind, values) = match &self.store {
            // A column announced but not yet seen: charts expect numbers.
            Store::Unknown => (FieldType::Number, Values::Nulls(len)),
            Store::Numbers(ring) => {
                let (older, newer) = ring.newest_slices(len);
                let is_time = matches!(self.kind, Kind::Time(_));
                (
                    if is_time {
                        FieldType::Time
                    } else {
                        FieldType::Number
                    },
                    Values::Numbers(older, newer),
                )
            }
            Store::Booleans(ring) => {
                let (older, newer) = ring.newest_slices(len);
                (FieldType::Boolean, Values::Booleans(older, newer))
            }
            Store::Texts(texts) => {
                let (distinct, rows) = texts.compact(len);
                (FieldType::String, Values::Texts { distinct, rows })
            }
        };
        Field {
            name: display.name.unwrap_or_else(|| self.name.clone()),
            kind,
            unit: display.unit,
            values,
        }
    }

    pub(super) fn complaints(&self) -> impl Iterator<Item = String> + use<> {
        let widened = self.widened_by.as_ref().map(|by| {
            format!("Field {}: values of different types, so all are shown as text (last cause: {by:?}). Choose a type for the field.", self.name)
        });
        let failed = (self.failures > 0).then(|| {
            let wanted = match self.kind {
                Kind::Boolean => "booleans",
                Kind::Time(_) => "times of the chosen format",
                _ => "numbers",
            };
            format!(
                "Field {}: {} values are not {wanted} and show as null (last: {:?}).",
                self.name, self.failures, self.failure_sample
            )
        });
        widened.into_iter().chain(failed)
    }
}

fn sample(text: &str) -> String {
    match text.char_indices().nth(SAMPLE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
