//! What must be true of every frame.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use freshet::frame::{FieldType, Frame, Values};

/// Checks the form of a frame: a time first, and in each field as many values as there are rows.
pub fn check_form(frame: &Frame<'_>) {
    assert_eq!(
        frame.fields.first().map(|field| field.kind),
        Some(FieldType::Time)
    );
    for field in &frame.fields {
        let rows = match &field.values {
            Values::Nulls(count) => *count,
            Values::Numbers(older, newer) => older.len() + newer.len(),
            Values::Booleans(older, newer) => older.len() + newer.len(),
            Values::Texts { distinct, rows } => {
                let different: HashSet<_> = distinct.iter().collect();
                assert_eq!(
                    different.len(),
                    distinct.len(),
                    "{}: a text twice",
                    field.name
                );
                rows.len()
            }
            Values::LabelSets { distinct, rows } => {
                let known = |row: &u32| (*row as usize) < distinct.len();
                assert!(rows.iter().all(known), "{}: no such label set", field.name);
                rows.len()
            }
        };
        assert_eq!(rows, frame.len, "values of {}", field.name);
    }
}

/// The times of its rows.
pub fn times(frame: &Frame<'_>) -> Vec<f64> {
    match frame.fields.first().map(|field| &field.values) {
        Some(Values::Numbers(older, newer)) => [*older, *newer].concat(),
        other => panic!("no times but {other:?}"),
    }
}

/// Tells frames that differ from each other, all but certainly.
pub fn digest(frames: &[Frame<'_>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{frames:?}").hash(&mut hasher);
    hasher.finish()
}
