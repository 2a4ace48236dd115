//! The values of a column, by type.

use super::texts::Texts;
use crate::extract::coerce::Kind;
use crate::ring::Ring;

/// Stands for null in a ring of booleans.
pub(super) const NULL_BOOLEAN: u8 = 2;

/// One value on its way into a [`Store`].
#[derive(Debug, Clone, Copy)]
pub(super) enum StoreValue<'a> {
    Null,
    /// NaN is null.
    Number(f64),
    /// 0, 1 or [`NULL_BOOLEAN`].
    Boolean(u8),
    /// UTF-8.
    Text(&'a [u8]),
}

impl<'a> StoreValue<'a> {
    pub(super) fn from_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.as_bytes()))
    }

    pub(super) fn from_boolean(value: Option<bool>) -> Self {
        Self::Boolean(value.map_or(NULL_BOOLEAN, u8::from))
    }
}

/// The values of a column.
#[derive(Debug)]
pub(super) enum Store {
    /// No value yet: so many rows are null.
    Unknown(Ring<()>),
    /// NaN is null; no feed format gives NaN another meaning.
    Numbers(Ring<f64>),
    /// 0, 1 or [`NULL_BOOLEAN`].
    Booleans(Ring<u8>),
    Texts(Texts),
}

impl Store {
    /// An empty store for values of the type.
    pub(super) fn new(kind: &Kind, capacity: usize) -> Self {
        match kind {
            Kind::Auto => Self::Unknown(Ring::new(capacity)),
            Kind::Number | Kind::GroupedNumber | Kind::Time(_) => {
                Self::Numbers(Ring::new(capacity))
            }
            Kind::Boolean => Self::Booleans(Ring::new(capacity)),
            Kind::String | Kind::Json => Self::Texts(Texts::new(capacity)),
        }
    }

    /// Appends a value of the store's type, or null.
    #[inline]
    pub(super) fn push(&mut self, value: StoreValue<'_>) {
        match (self, value) {
            (Self::Numbers(ring), StoreValue::Number(value)) => ring.push(value),
            (Self::Booleans(ring), StoreValue::Boolean(value)) => ring.push(value),
            (Self::Texts(texts), StoreValue::Text(text)) => texts.push(Some(text)),
            (store, value) => {
                debug_assert!(matches!(value, StoreValue::Null), "{value:?} in {store:?}");
                store.push_null();
            }
        }
    }

    fn push_null(&mut self) {
        match self {
            Self::Unknown(ring) => ring.push(()),
            Self::Numbers(ring) => ring.push(f64::NAN),
            Self::Booleans(ring) => ring.push(NULL_BOOLEAN),
            Self::Texts(texts) => texts.push(None),
        }
    }

    /// Overwrites the value at `index`.
    pub(super) fn set(&mut self, index: usize, value: StoreValue<'_>) {
        match (self, value) {
            (Self::Numbers(ring), StoreValue::Number(value)) => ring.set(index, value),
            (Self::Booleans(ring), StoreValue::Boolean(value)) => ring.set(index, value),
            (Self::Texts(texts), StoreValue::Text(text)) => texts.set(index, Some(text)),
            (store, value) => {
                debug_assert!(matches!(value, StoreValue::Null), "{value:?} in {store:?}");
                store.set_null(index);
            }
        }
    }

    fn set_null(&mut self, index: usize) {
        match self {
            Self::Unknown(_) => {}
            Self::Numbers(ring) => ring.set(index, f64::NAN),
            Self::Booleans(ring) => ring.set(index, NULL_BOOLEAN),
            Self::Texts(texts) => texts.set(index, None),
        }
    }

    /// Whether the value at `index` is null.
    pub(super) fn is_null(&self, index: usize) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Numbers(ring) => ring.at(index).is_none_or(|value| value.is_nan()),
            Self::Booleans(ring) => ring.at(index).is_none_or(|value| *value == NULL_BOOLEAN),
            Self::Texts(texts) => texts.at(index).is_none(),
        }
    }

    /// Turns numbers and booleans into texts.
    pub(super) fn widen(&mut self, capacity: usize) {
        let mut texts = Texts::new(capacity);
        match self {
            Self::Numbers(ring) => ring.iter().for_each(|x| {
                texts.push(
                    (!x.is_nan())
                        .then(|| x.to_string())
                        .as_deref()
                        .map(str::as_bytes),
                )
            }),
            Self::Booleans(ring) => ring.iter().for_each(|b| {
                let text = if *b == 1 { "true" } else { "false" };
                texts.push((*b != NULL_BOOLEAN).then_some(text.as_bytes()));
            }),
            Self::Unknown(_) | Self::Texts(_) => {}
        }
        *self = Self::Texts(texts);
    }

    pub(super) fn resize(&mut self, capacity: usize) {
        match self {
            Self::Unknown(ring) => ring.resize(capacity),
            Self::Numbers(ring) => ring.resize(capacity),
            Self::Booleans(ring) => ring.resize(capacity),
            Self::Texts(texts) => texts.resize(capacity),
        }
    }

    pub(super) fn reorder(&mut self, order: &[usize]) {
        match self {
            Self::Unknown(ring) => ring.reorder(order),
            Self::Numbers(ring) => ring.reorder(order),
            Self::Booleans(ring) => ring.reorder(order),
            Self::Texts(texts) => texts.reorder(order),
        }
    }

    pub(super) fn reorder_tail(&mut self, start: usize, order: &[usize]) {
        match self {
            Self::Unknown(ring) => ring.reorder_tail(start, order),
            Self::Numbers(ring) => ring.reorder_tail(start, order),
            Self::Booleans(ring) => ring.reorder_tail(start, order),
            Self::Texts(texts) => texts.reorder_tail(start, order),
        }
    }

    /// The same for rows that hold the same value, and for no others.
    pub(super) fn fingerprint(&self, row: usize) -> u64 {
        match self {
            Self::Unknown(_) => 0,
            Self::Numbers(ring) => match ring.at(row) {
                // -0 is 0, and every NaN is null.
                Some(value) if !value.is_nan() => (value + 0.0).to_bits(),
                _ => f64::NAN.to_bits(),
            },
            Self::Booleans(ring) => ring.at(row).copied().unwrap_or(NULL_BOOLEAN).into(),
            Self::Texts(texts) => texts.id_at(row).into(),
        }
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        match self {
            Self::Unknown(_) => 0,
            Self::Numbers(ring) => ring.allocated_bytes(),
            Self::Booleans(ring) => ring.allocated_bytes(),
            Self::Texts(texts) => texts.allocated_bytes(),
        }
    }
}
