//! Values of frames as text, for people.

use crate::format::calendar;
use crate::frame::{Field, FieldType, Values};
use crate::table::Millis;

/// A time as ISO 8601 in UTC.
pub(super) fn iso(time: Millis) -> String {
    let seconds = (time / 1000.0).floor();
    let nanoseconds = ((time - seconds * 1000.0) * 1e3).round() * 1e3;
    let mut out = Vec::new();
    calendar::timestamp(
        &mut out,
        seconds as i64,
        (nanoseconds as u32).min(999_999_999),
    );
    String::from_utf8_lossy(&out).trim_matches('"').to_owned()
}

/// The value in a row of a field; `None` for null.
pub(super) fn text_at(field: &Field<'_>, row: usize) -> Option<String> {
    match &field.values {
        Values::Numbers(older, newer) => {
            let value = *older.iter().chain(*newer).nth(row)?;
            if value.is_nan() {
                return None;
            }
            if field.kind == FieldType::Time {
                return Some(iso(value));
            }
            Some(value.to_string())
        }
        Values::Booleans(older, newer) => match older.iter().chain(*newer).nth(row)? {
            0 => Some("false".to_owned()),
            1 => Some("true".to_owned()),
            _ => None,
        },
        Values::Texts { distinct, rows } => {
            let text = distinct.get(*rows.get(row)? as usize)?;
            Some(text.as_str().to_owned())
        }
        Values::Nulls(_) | Values::LabelSets { .. } => None,
    }
}
