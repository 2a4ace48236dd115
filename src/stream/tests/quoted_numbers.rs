//! When it is said that all numbers are in quotes.

use super::*;
use crate::stream::shown_in::ShownIn;

/// What a kind of panel is told of some messages, by the query.
fn said(query: &str, panel: &str, messages: &[&str]) -> Option<String> {
    let spec: QuerySpec = serde_json::from_str(query).unwrap();
    let query = Query::parse(&spec).unwrap();
    let mut feed = Feed::new(&query.projection.reading, 1000, 1000);
    send(&mut feed, messages);
    let shown_in = ShownIn {
        panel: panel.to_owned(),
        range_ms: None,
    };
    let stream = feed.stream.borrow();
    let notice = stream.quoted_numbers(&query.projection, &shown_in)?;
    assert_eq!(notice.severity, Severity::Warning);
    Some(notice.text)
}

const TRADE: &str = r#"{"id":"t","price":"64000.10"}"#;
const CHOSEN: &str = r#"{"fields":[{"path":"$.id"},{"path":"$.price","name":"Price"}]}"#;

#[test]
fn a_panel_without_a_number_is_told_which_text_is_one() {
    assert_eq!(
        said(CHOSEN, "timeseries", &[TRADE]).as_deref(),
        Some(
            "Nothing to draw: Price holds numbers in quotes, such as \"64000.10\". Set the field's type to Number."
        )
    );
    assert_eq!(
        said("{}", "gauge", &[TRADE]).as_deref(),
        Some(
            "Nothing to draw: price holds numbers in quotes, such as \"64000.10\". Choose this field in the query, and set its type to Number."
        )
    );
    let series = r#"{"fields":[{"path":"$.id","role":"label"},{"path":"$.price"}]}"#;
    let none = r#"{"id":"s","price":""}"#;
    assert!(said(series, "timeseries", &[none, TRADE]).is_some());
}

#[test]
fn a_panel_that_has_what_it_draws_is_told_nothing() {
    let mixed = r#"{"price":"64000.10","size":2}"#;
    let as_text = r#"{"fields":[{"path":"$.price","type":"string"}]}"#;
    let as_number = r#"{"fields":[{"path":"$.price","type":"number"}]}"#;
    for (query, panel, message, why) in [
        ("{}", "timeseries", mixed, "another number"),
        ("{}", "table", TRADE, "a table shows texts"),
        ("{}", "stat", TRADE, "a stat shows texts"),
        ("{}", "", TRADE, "nobody knows where"),
        (as_text, "timeseries", TRADE, "asked for as text"),
        (as_number, "timeseries", TRADE, "a number"),
        ("{}", "timeseries", r#"{"id":"t"}"#, "no number at all"),
        ("{}", "timeseries", "{}", "nothing"),
    ] {
        assert_eq!(said(query, panel, &[message]), None, "{why}");
    }
}
