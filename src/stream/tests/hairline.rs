//! When it is said that rows are a hairline.

use super::*;
use crate::stream::shown_in::ShownIn;

const HOUR: f64 = 3_600_000.0;

fn shown_in(panel: &str, range_ms: f64) -> ShownIn {
    ShownIn {
        panel: panel.to_owned(),
        range_ms: Some(range_ms),
    }
}

/// What is said `later` ms after `count` rows a second apart, by the query.
fn said(query: &str, count: usize, later: f64, shown_in: &ShownIn) -> Option<String> {
    let spec: QuerySpec = serde_json::from_str(query).unwrap();
    let query = Query::parse(&spec).unwrap();
    let mut feed = Feed::new(&query.projection.reading, 1000, 1000);
    for row in 0..count {
        let time = at(1000.0 * row as f64);
        send(
            &mut feed,
            &[&format!(r#"{{"time":{time},"v":{row},"k":"{row}"}}"#)],
        );
    }
    let stream = feed.stream.borrow();
    let notice = stream.hairline(&query, shown_in, at(later))?;
    assert_eq!(notice.severity, Severity::Info);
    Some(notice.text)
}

#[test]
fn a_hairline_in_a_graph_is_said_with_what_to_do() {
    let text = said("{}", 12, 12_000.0, &shown_in("timeseries", 6.0 * HOUR));
    assert_eq!(
        text.as_deref(),
        Some(
            "Rows cover the last 12 s of a time range of 6 h. Choose a shorter one, such as Last 5 minutes."
        )
    );
    let labelled = r#"{"fields":[{"path":"$.k","role":"label"},{"path":"$.v"}]}"#;
    let day = shown_in("state-timeline", 24.0 * HOUR);
    assert!(said(labelled, 12, 12_000.0, &day).is_some());
}

#[test]
fn a_panel_that_is_well_says_nothing_of_its_range() {
    let graph = shown_in("timeseries", 6.0 * HOUR);
    let quiet = [
        (
            "{}",
            12,
            12_000.0,
            shown_in("timeseries", 300_000.0),
            "a short range",
        ),
        ("{}", 12, 12_000.0, shown_in("stat", 6.0 * HOUR), "no graph"),
        (
            "{}",
            12,
            12_000.0,
            shown_in("", 6.0 * HOUR),
            "nobody knows what",
        ),
        (
            "{}",
            12,
            12_000.0,
            ShownIn {
                range_ms: None,
                ..graph.clone()
            },
            "a fixed range",
        ),
        ("{}", 9, 12_000.0, graph.clone(), "a feed that may be slow"),
        ("{}", 0, 12_000.0, graph.clone(), "no row"),
        (
            "{}",
            12,
            0.03 * 6.0 * HOUR,
            graph.clone(),
            "more than a hairline",
        ),
        (
            "{}",
            12,
            -60_000.0,
            graph.clone(),
            "times ahead of this clock",
        ),
        (
            r#"{"view":"table"}"#,
            12,
            12_000.0,
            graph.clone(),
            "a table",
        ),
        (
            r#"{"mode":"upsert","keys":["$.k"]}"#,
            12,
            12_000.0,
            graph.clone(),
            "the newest of each",
        ),
        (
            r#"{"backfill":{"url":"/history"}}"#,
            12,
            12_000.0,
            graph,
            "a history",
        ),
    ];
    for (query, count, later, shown_in, why) in quiet {
        assert_eq!(said(query, count, later, &shown_in), None, "{why}");
    }
}
