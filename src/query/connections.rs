//! A query that reads no feed but the connections of the page (`queryType: connections`).
//!
//! Its messages are made by [`session::connection_feed`](crate::session::connection_feed); this says what is read in
//! them where the query leaves it open. [`Query`](super::Query) calls it.

use super::spec::{FieldSpec, QuerySpec};

/// The `queryType` of such a query.
pub const CONNECTIONS: &str = "connections";

/// How long a row stays of a connection that is no more: two messages without it, and time for the third to come.
const STAYS: &str = "2500ms";

/// What a message says of each connection: the member, the column's name, its role, its type, and its unit.
const COLUMNS: [(&str, &str, &str, &str, &str); 13] = [
    ("dataSource", "Data source", "label", "string", ""),
    ("connection", "Connection", "label", "string", ""),
    ("state", "State", "value", "string", ""),
    ("rate", "Messages/s", "value", "number", ""),
    ("lag", "Lag", "value", "number", "ms"),
    ("silence", "Silence", "value", "number", "ms"),
    ("reconnects", "Reconnects", "value", "number", ""),
    ("attempt", "Attempt", "value", "number", ""),
    ("dropped", "Dropped", "value", "number", ""),
    ("queries", "Queries", "value", "number", ""),
    ("bytesPerSecond", "Bytes/s", "value", "number", "Bps"),
    ("messages", "Messages", "value", "number", ""),
    ("bytes", "Bytes", "value", "number", "decbytes"),
];

/// The query with what it leaves open: a table of one row per connection, with every column.
pub(super) fn complete(spec: &QuerySpec) -> QuerySpec {
    let mut spec = spec.clone();
    // What is asked of a server is asked of nobody here.
    spec.path = None;
    spec.params = None;
    spec.subscribe = None;
    spec.unsubscribe = None;
    spec.event = None;
    spec.backfill = None;
    spec.keep_rows = None;
    spec.format = Some("json".to_owned());
    if is_unset(spec.view.as_ref()) {
        spec.view = Some("table".to_owned());
    }
    let is_table = spec.view.as_deref() == Some("table");
    let fields = spec.fields.as_deref().unwrap_or_default();
    if fields.iter().all(|field| field.path.trim().is_empty()) {
        spec.fields = Some(COLUMNS.iter().map(column).collect());
    }
    if is_table && is_unset(spec.mode.as_ref()) && spec.bucket.is_none() {
        spec.mode = Some("upsert".to_owned());
        spec.expire_after = spec.expire_after.or_else(|| Some(STAYS.to_owned()));
    }
    spec
}

fn is_unset(text: Option<&String>) -> bool {
    text.is_none_or(String::is_empty)
}

fn column((member, name, role, kind, unit): &(&str, &str, &str, &str, &str)) -> FieldSpec {
    FieldSpec {
        path: format!("$.{member}"),
        name: Some((*name).to_owned()),
        role: Some((*role).to_owned()),
        kind: Some((*kind).to_owned()),
        unit: Some((*unit).to_owned()),
        ..FieldSpec::default()
    }
}
