//! The connections as a feed.

use super::*;
use crate::session::connection_feed::{ConnectionCounts, ConnectionFeed, ConnectionReader};

/// 22:13:20 on 14 November 2023.
const WALL: Millis = 1_700_000_000_000.0;

fn counts(id: u64, url: &str, messages: u64) -> ConnectionCounts {
    ConnectionCounts {
        id,
        data_sources: vec!["Feed".to_owned()],
        url: url.to_owned(),
        state: "open",
        is_open: true,
        messages,
        bytes: messages * 10,
        silence: Some(5.0),
        lag: None,
        dropped: 0,
        reconnects: 0,
        attempt: 0,
        queries: 1,
    }
}

/// The frames of a query, each as its fields: name, labels and values.
fn shown(reader: &ConnectionReader, query: &Query, wall: Millis) -> Vec<Vec<String>> {
    let stream = reader.stream();
    let mut stream = stream.borrow_mut();
    stream.settle(&query.projection, wall);
    let frames = stream.frames(query.capacity, &query.projection, wall);
    let field = |field: &crate::frame::Field<'_>| {
        let labels = field.labels.iter().flat_map(|labels| labels.iter());
        let labels: Vec<&str> = labels.map(|(_, text)| text.as_str()).collect();
        let values = match &field.values {
            Values::Numbers(first, second) => format!("{:?}", [*first, *second].concat()),
            Values::Texts { distinct, rows } => {
                let texts = rows.iter().map(|row| distinct[*row as usize].to_string());
                format!("{:?}", texts.collect::<Vec<_>>())
            }
            other => format!("{other:?}"),
        };
        format!("{}{labels:?} {values}", field.name)
    };
    frames
        .iter()
        .map(|frame| frame.fields.iter().map(field).collect())
        .collect()
}

fn read(feed: &ConnectionFeed, json: &str, wall: Millis) -> Vec<Vec<String>> {
    let query = query(json);
    assert!(query.reads_connections);
    let mut reader = ConnectionReader::new(&query);
    reader.read(feed);
    shown(&reader, &query, wall)
}

#[test]
fn with_nothing_set_there_is_one_row_per_connection() {
    let mut feed = ConnectionFeed::default();
    let query = query(r#"{"queryType":"connections"}"#);
    let mut reader = ConnectionReader::new(&query);
    for second in 0..3 {
        let at = f64::from(second) * 1000.0;
        let all = [
            counts(1, "ws://h/a", 10 * second as u64),
            counts(2, "ws://h/b", 7),
        ];
        assert!(feed.is_due(at));
        feed.sample(&all, WALL + at, at);
        reader.read(&feed);
    }
    assert!(!feed.is_due(2_100.0));
    let frames = shown(&reader, &query, WALL + 2_000.0);
    assert_eq!(frames.len(), 1);
    let field = |name: &str| {
        let fields = frames[0].iter();
        let mut values = fields.filter_map(|field| field.strip_prefix(&format!("{name}[] ")));
        values.next().unwrap().to_owned()
    };
    assert_eq!(field("Connection"), r#"["ws://h/a", "ws://h/b"]"#);
    assert_eq!(field("Data source"), r#"["Feed", "Feed"]"#);
    assert_eq!(field("State"), r#"["open", "open"]"#);
    assert_eq!(field("Messages/s"), "[10.0, 0.0]");
    assert_eq!(field("Bytes/s"), "[100.0, 0.0]");
    assert_eq!(field("Messages"), "[20.0, 7.0]");
}

#[test]
fn a_connection_that_is_gone_leaves_the_table() {
    let mut feed = ConnectionFeed::default();
    feed.sample(
        &[counts(1, "ws://h/a", 1), counts(2, "ws://h/b", 1)],
        WALL,
        0.0,
    );
    feed.sample(&[counts(2, "ws://h/b", 2)], WALL + 3_000.0, 3_000.0);
    let frames = read(
        &feed,
        r#"{"queryType":"connections","fields":[{"path":"$.connection","role":"label"},{"path":"$.messages"}]}"#,
        WALL + 3_000.0,
    );
    assert_eq!(
        frames[0][1..],
        [r#"connection[] ["ws://h/b"]"#, "messages[] [2.0]"]
    );
}

#[test]
fn series_begin_with_what_was_sampled_before() {
    let mut feed = ConnectionFeed::default();
    for second in 0..700 {
        let at = f64::from(second) * 1000.0;
        feed.sample(&[counts(1, "ws://h/a", second as u64)], WALL + at, at);
    }
    let json = r#"{"queryType":"connections","view":"timeseries","fields":[{"path":"$.connection","role":"label"},{"path":"$.rate"}]}"#;
    let query = query(json);
    let mut reader = ConnectionReader::new(&query);
    reader.read(&feed);
    // Ten minutes, each second once.
    assert_eq!(reader.stream().borrow().len(), 600);
    feed.sample(&[counts(1, "ws://h/a", 701)], WALL + 700e3, 700e3);
    reader.read(&feed);
    reader.read(&feed);
    assert_eq!(reader.stream().borrow().len(), 601);
    let frames = shown(&reader, &query, WALL + 700e3);
    assert!(frames[0][1].starts_with(r#"rate["ws://h/a"] [1.0, 1.0"#));
}

#[test]
fn connections_to_one_address_have_names_of_their_own() {
    let mut feed = ConnectionFeed::default();
    feed.sample(&[counts(1, "ws://h", 1), counts(2, "ws://h", 1)], WALL, 0.0);
    // The first is gone; the other keeps its name, and a third takes the one that is free.
    feed.sample(
        &[counts(2, "ws://h", 1), counts(3, "ws://h", 1)],
        WALL + 1e3,
        1e3,
    );
    let json = r#"{"queryType":"connections","mode":"append","view":"table","fields":[{"path":"$.connection","role":"label"}]}"#;
    let frames = read(&feed, json, WALL + 1e3);
    assert_eq!(
        frames[0][1],
        r#"connection[] ["ws://h", "ws://h (2)", "ws://h (2)", "ws://h"]"#
    );
}

#[test]
fn a_session_counts_what_its_queries_lost_and_how_late_they_are() {
    let fields = r#"{"fields":[{"path":"$.t","role":"time","timeFormat":"ms"},{"path":"$.v"}]}"#;
    let (mut stage, _) = Stage::open("{}", fields);
    stage.now = 1_000.0;
    stage.text(r#"{"t":400,"v":1}"#);
    stage.text("{");
    stage.now = 3_000.0;
    let counts = stage.session.counts(vec!["A".to_owned()], stage.now);
    assert_eq!((counts.messages, counts.dropped), (2, 1));
    assert_eq!((counts.lag, counts.silence), (Some(600.0), Some(2_000.0)));
    assert_eq!((counts.state, counts.queries), ("open", 1));
    stage.closed();
    let counts = stage.session.counts(Vec::new(), stage.now);
    assert_eq!((counts.state, counts.silence), ("waiting", None));
}

#[test]
fn another_query_type_is_refused_with_what_would_be_right() {
    let spec: QuerySpec = serde_json::from_str(r#"{"queryType":"connection"}"#).unwrap();
    let error = Query::parse(&spec).unwrap_err();
    assert_eq!((error.field(), error.value()), ("queryType", "connection"));
    assert!(error.problem().contains("use connections"));
}
