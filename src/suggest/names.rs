//! Names that feeds have for the same things, and names for fields.

use super::draft::{Draft, DraftField};
use crate::extract::path::Path;

/// What feeds call the thing that a message is about.
const THINGS: [&str; 45] = [
    "symbol",
    "sym",
    "s",
    "product_id",
    "product",
    "instrument",
    "instid",
    "pair",
    "market",
    "ticker",
    "sensor",
    "sensor_id",
    "sensorid",
    "device",
    "device_id",
    "deviceid",
    "dev",
    "entity_id",
    "entity",
    "station",
    "location",
    "room",
    "site",
    "city",
    "host",
    "hostname",
    "node",
    "service",
    "app",
    "container",
    "name",
    "topic",
    "subject",
    "stream",
    "channel",
    "path",
    "vehicle",
    "mmsi",
    "icao",
    "hex",
    "callsign",
    "line",
    "machine",
    "id",
    "mac",
];

/// The text of a line of a log.
const BODIES: [&str; 7] = ["body", "message", "msg", "line", "log", "text", "value"];

/// How grave it is.
const LEVELS: [&str; 6] = [
    "severity",
    "level",
    "lvl",
    "log_level",
    "loglevel",
    "priority",
];

fn position(names: &[&str], name: &str) -> Option<usize> {
    names
        .iter()
        .position(|known| known.eq_ignore_ascii_case(name))
}

/// How telling a name is as that of the thing that a message is about, 0 being most.
pub(super) fn thing_rank(name: &str) -> Option<usize> {
    position(&THINGS, name)
}

/// How telling a name is as that of the text of a log line.
pub(super) fn body_rank(name: &str) -> Option<usize> {
    position(&BODIES, name)
}

/// Whether a name is that of a level.
pub(super) fn is_level(name: &str) -> bool {
    position(&LEVELS, name).is_some()
}

/// The edge of a bar of prices that a name is.
pub(super) fn bar_edge(name: &str) -> Option<usize> {
    const EDGES: [[&str; 2]; 4] = [["open", "o"], ["high", "h"], ["low", "l"], ["close", "c"]];
    let is_it = |names: &[&str; 2]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    // `L` and others beside `l` are something else.
    EDGES
        .iter()
        .position(is_it)
        .filter(|_| name.len() > 1 || name.chars().all(char::is_lowercase))
}

/// Whether a name is that of the part of a time that is smaller than a second.
pub(super) fn is_fraction(name: &str) -> bool {
    position(
        &["nanosec", "nsec", "nsecs", "nanos", "nanoseconds", "usec"],
        name,
    )
    .is_some()
}

/// Whether a name may be that of a number that only counts: short ones are, but for those that measurements have.
pub(super) fn may_count(name: &str) -> bool {
    name.len() <= 2 && position(&["v", "p", "q", "x", "y", "z", "h", "w", "c", "o"], name).is_none()
}

/// What feeds call what is done to a thing.
const ACTIONS: [&str; 15] = [
    "op",
    "operation",
    "action",
    "type",
    "event",
    "kind",
    "ev",
    "change",
    "change_type",
    "changetype",
    "event_type",
    "eventtype",
    "method",
    "cmd",
    "command",
];

/// Words for that a thing is no more there.
const DELETIONS: [&str; 8] = [
    "delete",
    "deleted",
    "del",
    "remove",
    "removed",
    "destroy",
    "destroyed",
    "deletion",
];

/// Whether a name is that of what is done to a thing.
pub(super) fn is_action(name: &str) -> bool {
    position(&ACTIONS, name).is_some()
}

/// Whether a word says that a thing is no more there.
pub(super) fn is_deletion(word: &str) -> bool {
    position(&DELETIONS, word).is_some()
}

/// Whether a name is that of what one thing alone has.
pub(super) fn is_key(name: &str) -> bool {
    let ends = ["_id", "-id", "uuid", "guid"];
    let lower = name.to_ascii_lowercase();
    position(&["id", "key", "uid", "rkey"], name).is_some()
        || ends.iter().any(|end| lower.ends_with(end))
        || ["Id", "ID"].iter().any(|end| name.ends_with(end))
}

/// Whether a name is that of one of the two sides of a trade.
pub(super) fn is_side(name: &str) -> bool {
    position(&["side", "direction", "sd"], name).is_some()
}

/// Whether a name is that of an identifier.
pub(super) fn is_id(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("id")
}

/// Whether a name is that of how much was traded in a bar.
pub(super) fn is_volume(name: &str) -> bool {
    position(&["v", "volume", "vol"], name).is_some()
}

/// Whether a name is that of a price at which something is traded.
pub(super) fn is_price(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("price") || position(&["p", "px", "last"], name).is_some()
}

/// Whether a name is that of how much is traded at a price beside it.
pub(super) fn is_amount(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ends = ["size", "qty", "quantity", "volume", "amount"];
    ends.iter().any(|end| lower.ends_with(end))
        || lower.starts_with("volume")
        || position(&["q", "s", "sz", "v", "vol"], name).is_some()
}

/// Whether a name is that of how much is offered at the price beside it; what was traded there may be nothing, too.
pub(super) fn is_amount_at_price(name: &str) -> bool {
    is_amount(name) && !is_volume(name) && !name.to_ascii_lowercase().contains("vol")
}

/// Gives fields names that tell them apart: those that share one get the name of what they are in as well, and the items
/// of a list, which have none, the list's name and which one it is.
pub(super) fn name_apart(draft: &mut Draft) {
    let names: Vec<String> = draft.fields.iter().map(DraftField::shown_name).collect();
    let mut taken: Vec<String> = Vec::new();
    for (field, own) in draft.fields.iter_mut().zip(&names) {
        let is_shared = names.iter().filter(|name| *name == own).count() > 1;
        let parts = Path::parse(&field.path).map_or_else(|_| String::new(), |path| path.dotted());
        let wished = match (own.parse::<usize>(), parts.rsplit('.').nth(1)) {
            (Ok(index), Some(list)) if !is_shared => format!("{list} {}", index + 1),
            (Ok(index), None) => format!("value {}", index + 1),
            _ if is_shared && field.name.is_none() => parts.replace('.', " "),
            _ => own.clone(),
        };
        let numbered = (2..).map(|number| format!("{wished} {number}"));
        let mut names = std::iter::once(wished.clone()).chain(numbered);
        let name = names.find(|name| !taken.contains(name)).unwrap_or_default();
        if name != *own {
            field.name = Some(name.clone());
        }
        taken.push(name);
    }
}
