//! What a feed delivers again, and what only looks like it.

use super::*;

const COUNT: &str = r#"{"bucket":{"interval":"1m","reduce":"count"},"fields":[{"path":"$.t","role":"time"},{"path":"$.s","role":"label"},{"path":"$.v"}]}"#;

fn row(ms: f64, series: &str) -> String {
    format!(r#"{{"t":{},"s":"{series}","v":1}}"#, at(ms))
}

fn receive(feed: &mut Feed, message: &str, arrival: f64) {
    feed.intake
        .receive_texts(message.as_bytes(), &[at(arrival)]);
}

/// What the buckets of a series have counted altogether.
fn counted(feed: &mut Feed, fields: &Projection, series: &str) -> f64 {
    let mut stream = feed.stream.borrow_mut();
    stream.settle(fields, NOW);
    let frames = stream.frames(1000, fields, NOW);
    let numbers = |field: &Field<'_>| match (&field.labels, &field.values) {
        (Some(labels), Values::Numbers(older, newer))
            if labels.iter().any(|(_, text)| text == series) =>
        {
            older.iter().chain(*newer).sum()
        }
        _ => 0.0,
    };
    frames
        .iter()
        .flat_map(|frame| &frame.fields)
        .map(numbers)
        .sum()
}

#[test]
fn buckets_take_rows_once_when_the_newest_come_first() {
    let (mut feed, fields) = query(COUNT);
    let newest_first = format!("[{},{},{}]", row(3., "a"), row(2., "a"), row(1., "a"));
    send(&mut feed, &[&newest_first]);
    feed.intake.reconnected();
    send(&mut feed, &[&newest_first]);
    assert_eq!(counted(&mut feed, &fields, "a"), 3.0);
    send(&mut feed, &[&row(4., "a")]);
    assert_eq!(counted(&mut feed, &fields, "a"), 4.0);
}

#[test]
fn buckets_take_rows_once_when_history_comes_before_the_first_of_them() {
    let (mut feed, fields) = query(COUNT);
    let history = format!("[{},{},{}]", row(1., "a"), row(2., "a"), row(3., "a"));
    feed.receive_history(&same(), history.as_bytes());
    send(&mut feed, &[&row(2., "a"), &row(3., "a"), &row(4., "a")]);
    assert_eq!(counted(&mut feed, &fields, "a"), 4.0);
    assert_eq!(
        feed.stats()
            .iter()
            .find(|s| s.name == "Repeated rows")
            .unwrap()
            .value,
        2.0
    );
}

#[test]
fn a_time_far_ahead_stops_buckets_for_half_a_minute_at_most_after_a_reconnect() {
    let (mut feed, fields) = query(COUNT);
    receive(&mut feed, &row(1e11, "a"), 0.0);
    feed.intake.reconnected();
    receive(&mut feed, &row(1.0, "a"), 1000.0);
    receive(&mut feed, &row(2.0, "a"), 30_000.0);
    assert_eq!(counted(&mut feed, &fields, "a"), 1.0);
    receive(&mut feed, &row(3.0, "a"), 32_000.0);
    receive(&mut feed, &row(4.0, "a"), 33_000.0);
    assert_eq!(counted(&mut feed, &fields, "a"), 3.0);
}

#[test]
fn buckets_of_one_series_do_not_wait_for_the_clock_of_another() {
    let (mut feed, fields) = query(COUNT);
    send(&mut feed, &[&row(1.0, "a"), &row(500e3, "b")]);
    feed.intake.reconnected();
    for minute in 1..5 {
        send(&mut feed, &[&row(60e3 * f64::from(minute), "a")]);
    }
    assert_eq!(counted(&mut feed, &fields, "a"), 5.0);
    assert_eq!(counted(&mut feed, &fields, "b"), 1.0);
}

#[test]
fn in_a_table_an_identifier_tells_rows_of_one_series_apart() {
    let messages = [
        r#"{"s":"A","id":1,"p":10}"#,
        r#"{"s":"B","id":1,"p":20}"#,
        r#"{"s":"B","id":1,"p":30}"#,
        r#"{"id":2,"p":40}"#,
        r#"{"id":2,"p":50}"#,
        r#"{"s":"A","p":60}"#,
        r#"{"s":"A","p":70}"#,
    ];
    for view in ["timeseries", "table", "logs"] {
        let (mut feed, _) = query(&format!(
            r#"{{"view":"{view}","fields":[{{"path":"$.s","role":"label"}},{{"path":"$.id","role":"id"}},{{"path":"$.p"}}]}}"#
        ));
        send(&mut feed, &messages);
        assert_eq!(feed.len(), 5, "{view}");
    }
}

#[test]
fn several_texts_in_one_message_are_read_once() {
    let filter = r#""filter":[{"path":"$.type","op":"==","value":1}]"#;
    for rest in ["", filter] {
        let fields = r#""fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]"#;
        let comma = if rest.is_empty() { "" } else { "," };
        let (mut feed, fields) = query(&format!("{{{fields}{comma}{rest}}}"));
        let text = |v: u32| format!("{{\"type\":1,\"t\":{},\"v\":{v}}}\u{1e}", at(f64::from(v)));
        // As SignalR ends its texts, and alone, since they hold the separator.
        receive(&mut feed, &text(1), 0.0);
        receive(&mut feed, &text(2), 0.0);
        receive(&mut feed, &(text(3) + &text(4)), 0.0);
        assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2,3,4");
    }
}

#[test]
fn a_history_without_times_lies_before_what_is_there() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","keys":["$.k"],"view":"table","fields":[{"path":"$.k","type":"string"},{"path":"$.v"}]}"#,
    );
    receive(&mut feed, r#"{"k":"a","v":2}"#, -100.0);
    feed.receive_history(&same(), br#"[{"k":"a","v":1},{"k":"b","v":1}]"#);
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["k:string='a','b'", "v:number=2,1"]
    );
    let (mut feed, fields) = query(r#"{"fields":[{"path":"$.v"}]}"#);
    receive(&mut feed, r#"{"v":3}"#, -100.0);
    feed.receive_history(&same(), br#"[{"v":1},{"v":2}]"#);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2,3");
}

#[test]
fn a_history_without_rows_is_empty() {
    for (format, answer) in [
        ("json", ""),
        ("csv", "time,v\n"),
        ("json", "[]"),
        ("ndjson", "\n"),
    ] {
        let (mut feed, _) = query(&format!(
            r#"{{"format":"{format}","fields":[{{"path":"$.v"}}]}}"#
        ));
        let format =
            Query::parse(&serde_json::from_str(&format!(r#"{{"format":"{format}"}}"#)).unwrap())
                .unwrap()
                .format;
        feed.receive_history(&FetchedHistory { format, ..same() }, answer.as_bytes());
        assert_eq!(
            feed.notices()[0].text,
            "The history is empty.",
            "{answer:?}"
        );
    }
}
