//! The kinds of messages.

use super::messages;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::feed::catalogue::Catalogue;
use crate::feed::kinds::Kinds;
use crate::feed::reading::ReadMessage;

fn of(messages: &[ReadMessage]) -> Kinds {
    Kinds::of(&Catalogue::of(messages.iter()), messages)
}

/// Titles and counts, the most frequent first.
fn titles(texts: &[&str]) -> Vec<(String, usize)> {
    let kinds = of(&messages(texts)).all.into_iter();
    kinds.map(|kind| (kind.title, kind.count)).collect()
}

fn check(texts: &[&str], expected: &[(&str, usize)]) {
    let expected: Vec<(String, usize)> = expected
        .iter()
        .map(|(title, count)| ((*title).to_owned(), *count))
        .collect();
    assert_eq!(titles(texts), expected);
}

#[test]
fn messages_of_the_same_names_and_types_are_one_kind() {
    check(
        &[
            r#"{"type":"trade","p":1,"q":2}"#,
            r#"{"q":3,"type":"trade","p":2.5}"#,
            r#"{"type":"book","bids":[[1,2]],"asks":[]}"#,
            r#"{"type":"book","bids":[],"asks":[[3,4],[5,6]]}"#,
            r#"{"type":"book","bids":[[1,2],[3,4]],"asks":[]}"#,
        ],
        &[("type: book", 3), ("type: trade", 2)],
    );
    check(
        &[
            r#"{"a":null,"b":1}"#,
            r#"{"a":1,"b":1}"#,
            r#"{"a":"x","b":1}"#,
        ],
        &[("a, b", 2), ("a, b (2)", 1)],
    );
}

#[test]
fn what_is_data_does_not_split_kinds() {
    let texts: Vec<String> = (0..40)
        .map(|n| {
            let planes =
                (0..n % 3 + 1).map(|k| format!("\"4c{:04x}\":{{\"lat\":1,\"lon\":2}}", n * 7 + k));
            format!(
                "{{\"planes\":{{{}}}}}",
                planes.collect::<Vec<_>>().join(",")
            )
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    check(&texts, &[("planes", 40)]);
}

#[test]
fn titles_tell_kinds_apart() {
    check(
        &[
            r#"{"e":"update","s":"A","p":1}"#,
            r#"{"e":"update","s":"A","c":1,"d":2}"#,
            r#"[{"ev":"T","p":1}]"#,
            r#"[{"ev":"Q","bp":1},{"ev":"Q","bp":2}]"#,
            r#"[7,{"a":1},"ticker","XBT/USD"]"#,
            r#"{"a":1,"b":2,"c":3,"d":4,"x":5}"#,
            "21.5",
            "\"on\"",
        ],
        &[
            ("e: update with p", 1),
            ("e: update with c, d", 1),
            ("ev: T", 1),
            ("ev: Q", 1),
            ("[2]: ticker", 1),
            ("a, b, c, d, …", 1),
            ("number", 1),
            ("text", 1),
        ],
    );
    // Only what all say tells of a kind.
    check(
        &[r#"{"topic":"a","v":1}"#, r#"{"topic":"b","v":1}"#],
        &[("topic, v", 2)],
    );
}

#[test]
fn a_kind_has_the_same_id_from_call_to_call() {
    let first = of(&messages(&[r#"{"a":1}"#, r#"{"b":1}"#]));
    let later = of(&messages(&[r#"{"b":7}"#, r#"{"c":"x"}"#, r#"{"a":2}"#]));
    assert_eq!(first.of[0], later.of[2]);
    assert_eq!(first.of[1], later.of[0]);
    assert_ne!(first.of[0], first.of[1]);
}

#[test]
fn messages_without_a_value_and_many_kinds_have_kinds_of_their_own() {
    let mut all = messages(&["1", "", "{}"]);
    all[1].documents.clear();
    all[2].documents.clear();
    all[2].problem = Some(DecodeError::new(DecodeErrorKind::UnexpectedEnd, 0));
    let mut titles: Vec<String> = of(&all).all.into_iter().map(|kind| kind.title).collect();
    titles.sort();
    assert_eq!(titles, ["blank", "number", "unreadable"]);
    let texts: Vec<String> = (0..80)
        .map(|n| format!("{{\"k{}\":1,\"t\":\"x\"}}", "x".repeat(n)))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let kinds = of(&messages(&texts));
    assert_eq!(kinds.all.len(), 51);
    assert_eq!(
        (kinds.all[0].title.as_str(), kinds.all[0].count),
        ("other kinds", 30)
    );
    assert!(
        kinds
            .of
            .iter()
            .all(|id| kinds.all.iter().any(|kind| kind.id == *id))
    );
}
