//! Paths that meet nothing.

use super::messages;
use crate::feed::catalogue::Catalogue;
use crate::feed::unmet;
use crate::query::QuerySpec;

/// Each unmet path with its option and the nearest place.
fn unmet(query: &str, texts: &[&str]) -> Vec<(String, String, Option<String>)> {
    let spec: QuerySpec = serde_json::from_str(query).unwrap();
    let messages = messages(texts);
    let catalogue = Catalogue::of(messages.iter());
    let unmet = unmet::of(&spec, &messages, &catalogue).into_iter();
    unmet
        .map(|unmet| (unmet.option, unmet.path, unmet.nearest))
        .collect()
}

/// The nearest place to a path.
fn nearest(path: &str, texts: &[&str]) -> Option<String> {
    let query = serde_json::json!({ "fields": [{ "path": path }] }).to_string();
    let mut unmet = unmet(&query, texts);
    assert_eq!(unmet.len(), 1, "{path}");
    unmet.remove(0).2
}

#[test]
fn every_option_with_a_path_is_asked() {
    let query = r#"{
        "fields": [{"path":"$.v"},{"path":""},{"path":"$.gone"},{"path":"$[broken"},{"path":" $.null "}],
        "filter": [{"path":"$.type","op":"==","value":"a"},{"path":"$.tpye","op":"exists"}],
        "keys": ["$.key","$.v"], "mode": "upsert",
        "deleteWhen": [{"path":"$.dead","op":"exists"}],
        "clearWhen": [{"path":"$.snapshot","op":"exists"}],
        "parse": ["$.payload","$.v"]
    }"#;
    let found = unmet(query, &[r#"{"v":1,"type":"a","null":null}"#]);
    let options: Vec<(&str, &str)> = found
        .iter()
        .map(|(option, path, _)| (option.as_str(), path.as_str()))
        .collect();
    let expected = [
        ("fields[2].path", "$.gone"),
        ("filter[1].path", "$.tpye"),
        ("keys[0]", "$.key"),
        ("deleteWhen[0].path", "$.dead"),
        ("clearWhen[0].path", "$.snapshot"),
        ("parse[0]", "$.payload"),
    ];
    assert_eq!(options, expected);
    assert_eq!(found[1].2.as_deref(), Some("$.type"));
    assert_eq!(found[4].2, None);
    assert_eq!(unmet(query, &[]), []);
}

#[test]
fn one_message_that_has_it_is_enough_and_arrays_are_read_as_rows_are() {
    let query = r#"{"fields":[{"path":"$.a"},{"path":"$.b"}]}"#;
    assert_eq!(unmet(query, &[r#"{"a":1}"#, r#"{"b":1}"#]), []);
    assert_eq!(unmet(query, &[r#"[{"a":1},{"b":1}]"#]), []);
    let query = r#"{"fields":[{"path":"$.a"},{"path":"$[*].b"}]}"#;
    let found = unmet(query, &[r#"[{"a":1},{"b":1}]"#]);
    assert_eq!(found[0].2.as_deref(), Some("$[*].a"), "{found:?}");
}

#[test]
fn the_nearest_place_is_named() {
    let texts = [
        r#"{"data":{"temp":1,"humidity":2},"updates":[{"value":1},{"value":2}],"sensors":{"kitchen":{"t":1},"attic":{"t":2}}}"#,
    ];
    let cases = [
        ("$.data.tmp", Some("$.data.temp")),
        ("$.data.Temp", Some("$.data.temp")),
        ("$.temp", Some("$.data.temp")),
        ("$.humidity", Some("$.data.humidity")),
        ("$.updates.value", Some("$.updates[*].value")),
        ("$.update[*].value", Some("$.updates[*].value")),
        ("$.sensors.kitchn.t", Some("$.sensors.kitchen.t")),
        ("$.sensor.*.t", Some("$.sensors.*.t")),
        ("$.somethingElseEntirely", None),
    ];
    for (path, expected) in cases {
        assert_eq!(nearest(path, &texts).as_deref(), expected, "{path}");
    }
}
