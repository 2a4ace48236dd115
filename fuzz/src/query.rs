//! Queries made of a fuzzer's bytes.

use freshet::format::FORMATS;
use freshet::protocol::PROTOCOLS;
use freshet::query::QuerySpec;
use serde_json::Value;

use crate::bytes::Bytes;
use crate::shape::Shape::{self, Flag, List, Number, Object, Scalar, Text};

/// `auto`, the formats, and the protocols, of which not all can be named as a format.
const FORMAT_NAMES: [&str; 1 + FORMATS.len() + PROTOCOLS.len()] = {
    let mut names = ["auto"; 1 + FORMATS.len() + PROTOCOLS.len()];
    let mut index = 0;
    while index < FORMATS.len() {
        names[1 + index] = FORMATS[index].name;
        index += 1;
    }
    let mut index = 0;
    while index < PROTOCOLS.len() {
        names[1 + FORMATS.len() + index] = PROTOCOLS[index].name;
        index += 1;
    }
    names
};

const FORMAT: Shape = Text(&FORMAT_NAMES);

/// Paths into what [`crate::json`] writes, and into messages of real feeds.
const PATHS: Shape = Text(&[
    "$",
    "$.a",
    "$.b",
    "$.ts",
    "$.id",
    "$.rows[*].a",
    "$.rows[*].b",
    "$.rows[*].ts",
    "$.rows[*].rows[*].a",
    "$.a.b",
    "$[0]",
    "$[*].a",
    "$[1].a",
    "$.rows[0].a",
    "$.rows[-1].b",
    "$.rows[1:3].a",
    "$.rows[::-1].a",
    "$..a",
    "$..rows[*]",
    "$.*",
    "$.rows[?@.a > 1].b",
    "$[?@.a == 'x' || !@.b].a",
    "$.rows[?@.a == $.a].b",
    "$['a b']",
]);

const FIELDS: Shape = List(
    &Object(&[
        ("path", PATHS),
        ("name", Text(&["a", "b", "level", "body"])),
        ("role", Text(&["value", "time", "label", "id"])),
        (
            "type",
            Text(&["auto", "number", "string", "boolean", "time", "json"]),
        ),
        (
            "timeFormat",
            Text(&[
                "auto",
                "s",
                "ms",
                "us",
                "ns",
                "iso8601",
                "rfc2822",
                "%Y-%m-%dT%H:%M:%S%.f%z",
                "%d/%b/%Y:%H:%M:%S %z",
                "%s",
                "%H:%M:%S",
            ]),
        ),
        ("timeZone", Text(&["UTC", "+02:00", "-03:30"])),
        ("pattern", Text(&["(.)", "a|(b)", "([0-9.,]+)", ""])),
        ("unit", Text(&["short"])),
    ]),
    10,
);

const CONDITIONS: Shape = List(
    &Object(&[
        ("path", PATHS),
        (
            "op",
            Text(&[
                "==", "!=", "<", "<=", ">", ">=", "exists", "contains", "matches",
            ]),
        ),
        (
            "value",
            Scalar(&[
                "",
                "0",
                "1",
                "a",
                "x",
                "true",
                "2024-01-01T00:00:00Z",
                "^a|x$",
            ]),
        ),
    ]),
    3,
);

const DURATIONS: Shape = Text(&["1ms", "1s", "90s", "1h"]);

/// `StreamQuery` without what only the connection or the pace looks at.
const QUERY: Shape = Object(&[
    ("format", FORMAT),
    (
        "csv",
        Object(&[("header", Flag), ("separator", Text(&[",", ";", "\\t"]))]),
    ),
    ("fields", FIELDS),
    ("filter", CONDITIONS),
    ("mode", Text(&["append", "upsert"])),
    ("keys", List(&PATHS, 3)),
    ("deleteWhen", CONDITIONS),
    ("expireAfter", DURATIONS),
    ("capacity", Number(&[1.0, 2.0, 3.0, 7.0, 50.0])),
    ("window", DURATIONS),
    ("maxSeries", Number(&[1.0, 2.0, 3.0])),
    (
        "bucket",
        Object(&[
            ("interval", DURATIONS),
            (
                "reduce",
                Text(&[
                    "last", "first", "min", "max", "mean", "sum", "count", "ohlc",
                ]),
            ),
        ]),
    ),
    ("view", Text(&["timeseries", "table", "logs"])),
    (
        "backfill",
        Object(&[
            ("url", Text(&["history"])),
            ("datasource", Object(&[("uid", Text(&["", "archive"]))])),
            ("format", FORMAT),
            ("fields", FIELDS),
        ]),
    ),
]);

/// A query; that it can be used is not said.
pub fn read(bytes: &mut Bytes<'_>) -> QuerySpec {
    let query = QUERY
        .read(bytes)
        .unwrap_or_else(|| Value::Object(Default::default()));
    serde_json::from_value(query).expect("a query of the right form")
}

/// The bytes of which [`read`] makes the parts of `query` that it knows.
///
/// # Panics
/// When it would make something else of them.
pub fn write(query: &Value) -> Vec<u8> {
    let mut writer = crate::bytes::Writer::default();
    QUERY.write(query, &mut writer);
    let again = QUERY.read(&mut Bytes::new(&writer.0)).expect("a query");
    for (name, value) in again.as_object().expect("an object") {
        assert_eq!(value, &query[name], "{name}");
    }
    writer.0
}
