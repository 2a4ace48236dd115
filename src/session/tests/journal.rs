//! Who comes late, or edits a query, finds what was sent before.

use super::*;

#[test]
fn a_second_reading_sees_what_was_sent_before_it_came_and_goes_on_without_gap_or_double() {
    let (mut stage, first) = Stage::open("{}", r#"{"fields":[{"path":"$.v"}]}"#);
    for value in 0..30 {
        stage.now = 1_000.0 + f64::from(value);
        stage.text(&format!(r#"{{"v":{value},"w":{}}}"#, value * 10));
    }
    stage.now = 5_000.0;
    let second = stage.attach(&query(r#"{"fields":[{"path":"$.w"}]}"#));
    let expected: Vec<(f64, f64)> = (0..30)
        .map(|value| (1_000.0 + f64::from(value), f64::from(value) * 10.0))
        .collect();
    assert_eq!(stage.rows(second), expected, "with the times of then");
    stage.text(r#"{"v":30,"w":300}"#);
    assert_eq!(stage.values(first).len(), 31);
    let values: Vec<f64> = (0..=30).map(|value| f64::from(value) * 10.0).collect();
    assert_eq!(stage.values(second), values);
}

/// Every kind of edit of a query on the same rows.
#[test]
fn every_edit_shows_its_result_on_the_rows_that_are_there() {
    let feed = [
        r#"{"t":1,"dev":"a","x":{"v":1},"id":1}"#,
        r#"{"t":2,"dev":"b","x":{"v":2},"id":2}"#,
        r#"{"t":3,"dev":"a","x":{"v":3},"id":3}"#,
        r#"{"t":3,"dev":"a","x":{"v":3},"id":3}"#,
    ];
    let edits = [
        ("{}", 4),
        (r#"{"fields":[{"path":"$.x.v"}]}"#, 4),
        (r#"{"fields":[{"path":"$.x.v","type":"string"}]}"#, 4),
        (
            r#"{"fields":[{"path":"$.x.v"},{"path":"$.t","role":"time"}]}"#,
            4,
        ),
        (
            r#"{"fields":[{"path":"$.x.v"},{"path":"$.id","role":"id"}]}"#,
            3,
        ),
        (
            r#"{"fields":[{"path":"$.x.v"},{"path":"$.dev","role":"label"}]}"#,
            4,
        ),
        (
            r#"{"fields":[{"path":"$.x.v"}],"filter":[{"path":"$.dev","op":"==","value":"a"}]}"#,
            3,
        ),
        (
            r#"{"fields":[{"path":"$.x.v"}],"mode":"upsert","keys":["$.dev"]}"#,
            2,
        ),
        (
            r#"{"fields":[{"path":"$.x.v"},{"path":"$.t","role":"time"}],"bucket":{"interval":"1m"}}"#,
            1,
        ),
        (r#"{"format":"ndjson","fields":[{"path":"$.x.v"}]}"#, 4),
        (r#"{"format":"text"}"#, 4),
    ];
    for (edit, rows) in edits {
        let (mut stage, _) = Stage::open("{}", r#"{"fields":[{"path":"$.other"}]}"#);
        feed.iter().for_each(|message| stage.text(message));
        let reader = stage.attach(&query(edit));
        let stream = stage.session.stream(reader).unwrap();
        assert_eq!(stream.borrow().len(), rows, "{edit}");
    }
}

#[test]
fn a_format_with_a_memory_of_its_own_goes_on_where_the_journal_ends() {
    let json = r#"{"format":"csv","fields":[{"path":"$.temp"}]}"#;
    let (mut stage, first) = Stage::open("{}", json);
    stage.text("time,temp,hum");
    stage.text("1,20,40\n2,21,41");
    let second = stage.attach(&query(r#"{"format":"csv","fields":[{"path":"$.hum"}]}"#));
    let other = stage.attach(&query(
        r#"{"format":"csv","csv":{"header":true},"fields":[{"path":"$.hum"}]}"#,
    ));
    stage.text("3,22,42");
    assert_eq!(stage.values(first), [20.0, 21.0, 22.0]);
    assert_eq!(stage.values(second), [40.0, 41.0, 42.0]);
    assert_eq!(stage.values(other), [40.0, 41.0, 42.0]);
}

#[test]
fn the_snapshot_that_was_sent_first_is_seen_by_who_opens_last() {
    let (mut stage, _) = Stage::open(r#"{"journalBytes":20000}"#, "{}");
    stage.text(r#"{"snapshot":1}"#);
    let noise = format!(r#"{{"noise":"{}"}}"#, "x".repeat(900));
    for _ in 0..500 {
        stage.text(&noise);
    }
    let late = stage.attach(&query(r#"{"fields":[{"path":"$.snapshot"}]}"#));
    assert_eq!(stage.values(late), [1.0]);
    let bytes = stage.stat("Connection: journal memory");
    assert!(bytes > 60_000.0 && bytes < 200_000.0, "{bytes}");
}

#[test]
fn without_a_journal_only_what_comes_is_seen() {
    let (mut stage, _) = Stage::open(r#"{"journalBytes":0}"#, "{}");
    stage.text("1");
    let late = stage.attach(&query(r#"{"fields":[{"path":"$"}]}"#));
    assert!(stage.values(late).is_empty());
    stage.text("2");
    assert_eq!(stage.values(late), [2.0]);
    assert_eq!(stage.stat("Connection: journal memory"), 0.0);
}

#[test]
fn rows_that_a_reconnect_brings_again_are_known_to_who_comes_later_too() {
    let json = r#"{"fields":[{"path":"$.v"},{"path":"$.t","role":"time"}]}"#;
    let (mut stage, first) = Stage::open("{}", json);
    stage.text(r#"[{"t":1,"v":1},{"t":2,"v":2}]"#);
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    stage.text(r#"[{"t":1,"v":1},{"t":2,"v":2},{"t":3,"v":3}]"#);
    let second = stage.attach(&query(
        r#"{"fields":[{"path":"$.v","type":"number"},{"path":"$.t","role":"time"}]}"#,
    ));
    assert_eq!(stage.values(first), [1.0, 2.0, 3.0]);
    assert_eq!(stage.values(second), stage.values(first));
}

#[test]
fn binary_messages_and_texts_with_a_separator_inside_are_kept_as_they_came() {
    let (mut stage, _) = Stage::open("{}", r#"{"fields":[{"path":"$.none"}]}"#);
    stage.now = 5.0;
    stage.text("1");
    stage
        .session
        .receive_binaries(b"23", &[1, 1], &[6.0, 7.0], 7.0);
    stage.now = 8.0;
    stage.text("4\u{1e}5");
    let late = stage.attach(&query("{}"));
    assert_eq!(stage.values(late), [1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn a_batch_with_a_separator_inside_a_text_is_taken_one_by_one() {
    let (mut stage, _) = Stage::open("{}", "{}");
    let batch = b"{\"a\":1}\x1e{\"a\":2}\x1e{\"a\":3}";
    assert!(!stage.session.receive_texts(batch, &[1.0, 2.0], 2.0));
    assert_eq!(stage.session.messages(), 0, "nothing was taken");
}

#[test]
fn what_is_kept_goes_with_the_connection() {
    let (mut stage, reader) = Stage::open(r#"{"lingerMs":0}"#, "{}");
    stage.text("1");
    assert!(stage.session.journal.bytes() > 0);
    stage.release(reader);
    assert_eq!(stage.session.journal.bytes(), 0);
}

const APART: &str = r#"{
    "subscribe": { "send": { "sub": "${params.c}" } },
    "unsubscribe": { "send": { "unsub": "${params.c}" } },
    "route": [{ "key": "$.c", "is": "${params.c}" }],
    "journalBytes": 20000, "lingerMs": 0
}"#;

fn of_channel(channel: &str, path: &str) -> Query {
    query(&format!(
        r#"{{"params":{{"c":"{channel}"}},"fields":[{{"path":"{path}"}}]}}"#
    ))
}

/// Messages of a channel, more than the journal keeps.
fn floods(stage: &mut Stage, channel: &str) {
    let noise = format!(r#"{{"c":"{channel}","noise":"{}"}}"#, "x".repeat(400));
    for _ in 0..500 {
        stage.text(&noise);
    }
}

#[test]
fn what_a_later_subscription_begins_with_is_seen_by_who_joins_it_last() {
    let (mut stage, _) = Stage::open(
        APART,
        r#"{"params":{"c":"busy"},"fields":[{"path":"$.v"}]}"#,
    );
    floods(&mut stage, "busy");
    let first = stage.attach(&of_channel("quiet", "$.a"));
    stage.text(r#"{"c":"quiet","a":1,"b":10}"#);
    floods(&mut stage, "busy");
    stage.text(r#"{"c":"quiet","a":2,"b":20}"#);
    floods(&mut stage, "busy");
    stage.text(r#"{"c":"quiet","a":3,"b":30}"#);
    let late = stage.attach(&of_channel("quiet", "$.b"));
    assert_eq!(stage.values(late), [10.0, 20.0, 30.0]);
    stage.text(r#"{"c":"quiet","a":4,"b":40}"#);
    assert_eq!(stage.values(late), [10.0, 20.0, 30.0, 40.0]);
    assert_eq!(stage.values(first), [1.0, 2.0, 3.0, 4.0]);
    // The next opening begins anew, once it has spoken.
    stage.closed();
    stage.until(stage.now + 500.0);
    stage.opened();
    floods(&mut stage, "busy");
    let between = stage.attach(&of_channel("quiet", "$.c"));
    assert_eq!(stage.session.stream(between).unwrap().borrow().len(), 4);
    stage.text(r#"{"c":"quiet","a":5,"b":50}"#);
    floods(&mut stage, "busy");
    let last = stage.attach(&query(
        r#"{"params":{"c":"quiet"},"fields":[{"path":"$.b","name":"other","type":"number"}]}"#,
    ));
    assert_eq!(stage.values(last), [50.0]);
    let held = stage.stat("Connection: journal memory");
    for reader in [first, late, between, last] {
        stage.release(reader);
    }
    stage.until(stage.now + 1.0);
    assert!(
        stage.stat("Connection: journal memory") < held,
        "it goes with its subscription"
    );
}
