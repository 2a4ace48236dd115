//! What values are like, and what they fit for.
//!
//! In goes what was seen at one place; out come the type of its values, the role that suits them, their range, and whether
//! they rise or come again. The catalogue of places calls this for each of its places.

use super::place::{SeenKind, SeenRole};
use super::times::{self, TimeGuess};
use super::tree::{JsonType, Sightings};
use crate::decode::json::validate;
use crate::decode::number;
use crate::extract::time;
use crate::extract::time::TimeFormat;
use crate::extract::time::reader::TimeReader;
use crate::order;

/// Different texts that are still labels.
const MOST_LABELS: usize = 20;

/// The longest text that is a label, in bytes.
const LONGEST_LABEL: usize = 64;

/// The longest number in quotes that an `f64` holds.
const LONGEST_NUMBER: usize = 17;

/// The type of the values, and how times are written.
pub(super) fn kind(name: &str, seen: &Sightings) -> (SeenKind, Option<TimeGuess>) {
    if seen.known() == 0 {
        return (SeenKind::Null, None);
    }
    if seen.shape(JsonType::Object) + seen.shape(JsonType::Array) > 0 {
        return (SeenKind::Json, None);
    }
    let (numbers, texts) = (seen.shape(JsonType::Number), seen.shape(JsonType::Text));
    if numbers == seen.known() || texts == seen.known() {
        let time = times::guess(name, &seen.values);
        if time.is_some() {
            return (SeenKind::Time, time);
        }
    }
    let are_numbers = || seen.values.iter().all(|(_, text)| is_number(text));
    let kind = match (numbers, texts) {
        (_, 1..) if numbers + texts == seen.known() && are_numbers() => SeenKind::Number,
        (_, 1..) => SeenKind::String,
        (0, 0) => SeenKind::Boolean,
        (_, 0) if numbers == seen.known() => SeenKind::Number,
        // The engine shows numbers and booleans together as texts.
        (_, 0) => SeenKind::String,
    };
    (kind, None)
}

/// Whether a text is a number, and not a code of digits such as `007`.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let is_code = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
    !is_code && text.len() <= LONGEST_NUMBER && number::from_text(text).is_some()
}

/// Sorts names by how much they are like that of the time of a row: what the engine goes by when it is told nothing.
pub(super) fn time_rank(name: &str) -> (bool, Option<usize>) {
    order::unranked_last(time::name_rank(name))
}

/// What the values fit for; the time of a row is chosen among all places later.
pub(super) fn role(name: &str, kind: SeenKind, seen: &Sightings) -> SeenRole {
    let distinct = seen.distinct.len();
    let all_differ = distinct == seen.known().min(100);
    let is_id = is_id(name);
    match kind {
        SeenKind::Number | SeenKind::String if is_id && all_differ => SeenRole::Id,
        SeenKind::Number if is_id && distinct <= MOST_LABELS => SeenRole::Label,
        SeenKind::String => {
            let are_few =
                distinct <= MOST_LABELS && (seen.known() < 6 || 2 * distinct <= seen.known());
            let mut texts = seen.values.iter().map(|(_, text)| text);
            let are_short = texts.all(|text| text.len() <= LONGEST_LABEL && !text.contains('\n'));
            if are_few && are_short {
                SeenRole::Label
            } else {
                SeenRole::Value
            }
        }
        _ => SeenRole::Value,
    }
}

/// Whether a name says that it is that of something that names another.
fn is_id(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let whole = ["id", "uuid", "guid", "seq", "sequence", "nonce", "tid"];
    whole.contains(&lower.trim_matches('_'))
        || ["_id", "-id", "_seq", "uuid", "sequence"]
            .iter()
            .any(|end| lower.ends_with(end))
        || name.ends_with("Id")
        || name.ends_with("ID")
}

/// The smallest and the largest of the newest values; NaN where they are no numbers.
pub(super) fn range(seen: &Sightings) -> (f64, f64) {
    let numbers = seen
        .values
        .iter()
        .filter_map(|(_, text)| number::from_text(text));
    numbers.fold((f64::NAN, f64::NAN), |(least, most), value| {
        (least.min(value), most.max(value))
    })
}

/// Whether each of the newest values is above the one before.
pub(super) fn rise(kind: SeenKind, time: Option<TimeGuess>, seen: &Sightings) -> bool {
    let reader = || TimeFormat::parse("timeFormat", time?.format.unwrap_or_default()).ok();
    let reader = reader().map(TimeReader::new);
    let value = |(at, text): &(f64, String)| match (kind, &reader) {
        (SeenKind::Time, Some(reader)) => reader.text(text, *at).map(|moment| moment.ms),
        (SeenKind::Number, _) => number::from_text(text),
        _ => None,
    };
    let values: Option<Vec<f64>> = seen.values.iter().map(value).collect();
    // The newest come first.
    values.is_some_and(|values| values.len() > 1 && values.is_sorted_by(|a, b| a > b))
}

/// Whether the same few come again and again.
pub(super) fn repeat(kind: SeenKind, seen: &Sightings) -> bool {
    let distinct = seen.distinct.len();
    let may_be_key = matches!(kind, SeenKind::Number | SeenKind::String);
    may_be_key && distinct < 100 && seen.known() >= 2 * distinct
}

/// Whether texts hold objects or arrays as JSON.
pub(super) fn hold_json(seen: &Sightings) -> bool {
    let is_json = |text: &str| {
        // Long ones are cut.
        let is_whole = text.len() < 97;
        text.starts_with(['{', '[']) && (!is_whole || validate(text.as_bytes()).is_ok())
    };
    let texts = seen.shape(JsonType::Text);
    texts > 0 && texts == seen.known() && seen.values.iter().all(|(_, text)| is_json(text))
}
