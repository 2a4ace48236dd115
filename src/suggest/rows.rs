//! What is a row: a message, an item of a list in it, or a member of a map.
//!
//! Places that go over the same list stand in the same rows, and what stands beside the list is repeated in each. In go
//! all places; out come the lists, that with most to show first.

use super::draft::DraftReason;
use super::names;
use crate::feed::{FeedPlace, SeenKind, SeenRole};

/// The part of a path up to what it goes over last; empty where it goes over nothing.
pub(super) fn group(path: &str) -> &str {
    let end = |step: &str| path.rfind(step).map_or(0, |at| at + step.len());
    &path[..end("[*]").max(end(".*"))]
}

/// The path of what a place is a member or an item of.
pub(super) fn parent(path: &str) -> &str {
    &path[..path.rfind(['.', '[']).unwrap_or_default()]
}

/// Lists that are tried.
const MOST_GROUPS: usize = 4;

/// What the rows are, the most worth showing first.
pub(super) fn by_worth<'p>(all: &[&'p FeedPlace]) -> Vec<&'p str> {
    let mut groups: Vec<(&str, f64)> = Vec::new();
    for place in all {
        let own = group(&place.path);
        let worth = worth(place);
        match groups.iter_mut().find(|(group, _)| *group == own) {
            Some((_, sum)) => *sum += worth,
            None => groups.push((own, worth)),
        }
    }
    let mut best = Vec::new();
    while best.len() < MOST_GROUPS && !groups.is_empty() {
        let mut most = 0;
        for (index, (_, worth)) in groups.iter().enumerate() {
            // Of two that are worth the same the first stays first.
            if *worth > groups[most].1 {
                most = index;
            }
        }
        best.push(groups.remove(most).0);
    }
    best
}

fn worth(place: &FeedPlace) -> f64 {
    let changes = place.distinct > 1;
    let each = match (place.kind, place.role) {
        (_, SeenRole::Id | SeenRole::Time) | (SeenKind::Time | SeenKind::Null, _) => 0.0,
        (_, SeenRole::Label) => 0.05,
        (SeenKind::Number, _) if names::is_fraction(&place.name) => 0.0,
        (SeenKind::Number, _) if changes => 1.0,
        (SeenKind::Json, _) if has_numbers(place) => 0.9,
        (SeenKind::Boolean, _) if changes => 0.3,
        (SeenKind::String, _) => 0.25,
        _ => 0.1,
    };
    each * place.seen as f64
}

/// Whether many of the newest values are numbers, though not all.
fn has_numbers(place: &FeedPlace) -> bool {
    let numbers = place
        .values
        .iter()
        .filter(|text| text.parse::<f64>().is_ok());
    2 * numbers.count() > place.values.len()
}

/// The places that stand in the rows of a group.
pub(super) fn of_group<'p>(all: &[&'p FeedPlace], own: &str) -> Vec<&'p FeedPlace> {
    let all = all.iter().copied();
    all.filter(|place| own.starts_with(group(&place.path)))
        .collect()
}

/// Why there is a row for each item, where there is.
pub(super) fn reason(group: &str) -> Option<DraftReason> {
    let text = if let Some(list) = group.strip_suffix("[*]") {
        format!("`{list}` is a list: one row for each of its items.")
    } else {
        let map = group.strip_suffix(".*")?;
        format!("The members of `{map}` are alike: one row for each of them.")
    };
    Some(DraftReason::new("fields", &text))
}
