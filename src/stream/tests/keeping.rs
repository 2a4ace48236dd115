//! Which rows are kept, and in which frames they stand.

use super::*;

/// `NOW` and so many milliseconds.
fn at(ms: f64) -> f64 {
    NOW + ms
}

#[test]
fn labels_split_rows_into_series_in_order_of_appearance() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.s","role":"label","name":"symbol"},{"path":"$.p"},{"path":"$.q"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"t":1700000000000,"s":"B","p":1,"q":10}"#,
            r#"{"t":1700000000001,"s":"A","p":2,"q":20}"#,
            r#"{"t":1700000000002,"s":"B","p":3,"q":30}"#,
            r#"{"t":1700000000003,"p":4,"q":40}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "t:time=1700000000000,1700000000002",
            "p{symbol=B}:number=1,3",
            "q{symbol=B}:number=10,30",
            "t:time=1700000000001",
            "p{symbol=A}:number=2",
            "q{symbol=A}:number=20",
            "t:time=1700000000003",
            "p{}:number=4",
            "q{}:number=40",
        ]
    );
    let mut stream = feed.stream.borrow_mut();
    let frames = stream.frames(10, &fields, NOW);
    let name = |frame: usize, field: usize| frames[frame].fields[field].display_name.clone();
    assert_eq!(name(0, 1).as_deref(), Some("B p"));
    assert_eq!(name(1, 2).as_deref(), Some("A q"));
    assert_eq!(name(2, 1), None);
}

#[test]
fn one_value_is_named_by_its_labels_alone() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.a","role":"label"},{"path":"$.b","role":"label"},{"path":"$.v"}]}"#,
    );
    assert_eq!(shown(&mut feed, &fields), ["Time:time=", "v:number="]);
    send(&mut feed, &[r#"{"a":"x","b":7,"v":1}"#]);
    let mut stream = feed.stream.borrow_mut();
    let frames = stream.frames(10, &fields, NOW);
    assert_eq!(frames[0].fields[1].display_name.as_deref(), Some("x, 7"));
}

#[test]
fn an_object_brings_a_label_for_each_member() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.streams[*].stream","role":"label"},{"path":"$.streams[*].values[*][0]","role":"time"},{"path":"$.streams[*].values[*][1]","name":"line"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"streams":[{"stream":{"app":"x","pod":"1"},"values":[["1700000000000000001","a"],["1700000000001000000","b"]]},{"stream":{"app":"y"},"values":[["1700000000002000000","c"]]}]}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "0:time=1700000000000.0000,1700000000001".replace(".0000", ""),
            "line{app=x,pod=1}:string='a','b'".to_owned(),
            "0:time=1700000000002".to_owned(),
            "line{app=y}:string='c'".to_owned(),
        ]
    );
}

#[test]
fn in_a_table_labels_and_identifiers_are_columns() {
    let (mut feed, fields) = query(
        r#"{"view":"table","fields":[{"path":"$.v"},{"path":"$.s","role":"label"},{"path":"$.id","role":"id"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"v":1,"s":"a","id":7}"#,
            r#"{"v":2,"s":"b","id":8}"#,
            r#"{"v":2,"s":"b","id":8}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["v:number=1,2", "s:string='a','b'", "id:string='7','8'"]
    );
}

#[test]
fn of_too_many_series_the_least_recently_updated_goes_and_it_is_said() {
    let (mut feed, fields) =
        query(r#"{"maxSeries":2,"fields":[{"path":"$.s","role":"label"},{"path":"$.v"}]}"#);
    for message in ["a", "b", "a", "c"] {
        send(&mut feed, &[&format!(r#"{{"s":"{message}","v":1}}"#)]);
    }
    let names: Vec<String> = shown(&mut feed, &fields);
    assert_eq!(names[1], "v{s=a}:number=1,1");
    assert_eq!(names[3], "v{s=c}:number=1");
    assert_eq!(names.len(), 4);
    let text = &feed.notices()[0].text;
    assert!(
        text.contains("more than 2 series") && text.contains("1 were cut"),
        "{text}"
    );
}

#[test]
fn an_upsert_keeps_one_row_per_key() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","view":"table","keys":["$.s"],"fields":[{"path":"$.t","role":"time"},{"path":"$.s"},{"path":"$.bid"},{"path":"$.ask"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"t":1700000000001,"s":"a","bid":1,"ask":2}"#,
            r#"{"t":1700000000002,"s":"b","bid":3,"ask":4}"#,
            r#"{"t":1700000000003,"s":"a","bid":5}"#,
            r#"{"t":1700000000002,"s":"a","bid":9}"#,
            r#"{"t":1700000000004,"s":"b","bid":null}"#,
        ],
    );
    // What a message lacks stays, null does not; the older message comes too late.
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "t:time=1700000000003,1700000000004",
            "s:string='a','b'",
            "bid:number=5,null",
            "ask:number=2,4"
        ]
    );
    assert!(
        feed.stats()
            .iter()
            .any(|s| s.name == "Late rows" && s.value == 1.0)
    );
}

#[test]
fn the_rows_of_an_upsert_stand_in_the_order_of_their_times_unless_in_a_table() {
    let spec =
        r#""mode":"upsert","keys":["$.s"],"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]"#;
    let messages = [
        r#"{"t":1700000000001,"s":"a","v":1}"#,
        r#"{"t":1700000000002,"s":"b","v":2}"#,
        r#"{"t":1700000000003,"s":"a","v":3}"#,
    ];
    let (mut feed, fields) = query(&format!("{{{spec}}}"));
    send(&mut feed, &messages);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=2,3");
    send(&mut feed, &[r#"{"t":1700000000004,"s":"b","v":4}"#]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=3,4");
    let (mut feed, fields) = query(&format!(r#"{{{spec},"view":"table"}}"#));
    send(&mut feed, &messages);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=3,2");
}

#[test]
fn labels_are_the_default_key_of_an_upsert() {
    let spec = r#""mode":"upsert","fields":[{"path":"$.s","role":"label"},{"path":"$.v"}]"#;
    let messages = [
        r#"{"s":"a","v":1}"#,
        r#"{"s":"b","v":2}"#,
        r#"{"s":"a","v":3}"#,
    ];
    let (mut feed, fields) = query(&format!("{{{spec}}}"));
    send(&mut feed, &messages);
    let frames = shown(&mut feed, &fields);
    assert_eq!(
        (&*frames[1], &*frames[3]),
        ("v{s=a}:number=3", "v{s=b}:number=2")
    );
    let (mut feed, fields) = query(&format!(r#"{{{spec},"view":"table"}}"#));
    send(&mut feed, &messages);
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["s:string='a','b'", "v:number=3,2"]
    );
}

#[test]
fn a_message_removes_the_row_of_its_key() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","view":"table","keys":["$.p"],"deleteWhen":[{"path":"$.q","op":"==","value":0}],"capacity":3,"fields":[{"path":"$.p","type":"number"},{"path":"$.q"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"p":"1","q":5}"#,
            r#"{"p":"2","q":6}"#,
            r#"{"p":"1","q":0}"#,
            r#"{"p":"9","q":0}"#,
            r#"{"p":"1","q":7}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["p:number=2,1", "q:number=6,7"]
    );
    send(
        &mut feed,
        &[r#"[{"p":"3","q":1},{"p":"4","q":1},{"p":"2","q":1}]"#],
    );
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["p:number=3,4,2", "q:number=1,1,1"]
    );
    assert_eq!(feed.len(), 3);
}

#[test]
fn a_row_that_is_not_written_again_expires() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","expireAfter":"90s","keys":["$.s"],"fields":[{"path":"$.s"},{"path":"$.v"}]}"#,
    );
    feed.intake.receive_texts(br#"{"s":"a","v":1}"#, &[at(0.0)]);
    feed.intake
        .receive_texts(br#"{"s":"b","v":2}"#, &[at(60e3)]);
    assert_eq!(
        shown_at(&mut feed, &fields, at(90e3))[1],
        "s:string='a','b'"
    );
    assert_eq!(shown_at(&mut feed, &fields, at(90.1e3))[1], "s:string='b'");
    feed.intake
        .receive_texts(br#"{"s":"a","v":3}"#, &[at(91e3)]);
    assert_eq!(
        shown_at(&mut feed, &fields, at(92e3))[1],
        "s:string='b','a'"
    );
}

#[test]
fn conditions_filter_rows() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.v"}],"filter":[{"path":"$.e","op":"==","value":"trade"},{"path":"$.v","op":">","value":"1"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"e":"trade","v":1}"#,
            r#"{"e":"trade","v":2}"#,
            r#"{"e":"quote","v":3}"#,
            r#"{"v":4}"#,
        ],
    );
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=2");
    assert_eq!(feed.counters().filtered, 3);
}

#[test]
fn a_filter_that_nothing_meets_is_told() {
    let (mut feed, _) =
        query(r#"{"fields":[{"path":"$.v"}],"filter":[{"path":"$.v","op":">","value":5}]}"#);
    send(&mut feed, &[r#"{"v":1}"#]);
    assert!(feed.notices()[0].text.contains("none met the filter"));
}

#[test]
fn what_is_only_tested_is_still_found() {
    let (mut feed, fields) = query(r#"{"filter":[{"path":"$.e","op":"==","value":"x"}]}"#);
    send(&mut feed, &[r#"{"e":"x","v":1}"#, r#"{"e":"y","v":2}"#]);
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["e:string='x'", "v:number=1"]
    );
}

#[test]
fn values_are_found_beside_a_chosen_time_and_label() {
    let (mut feed, fields) =
        query(r#"{"fields":[{"path":"$.at","role":"time"},{"path":"$.dev","role":"label"}]}"#);
    send(
        &mut feed,
        &[r#"{"at":1700000000000,"dev":"a","v":1,"w":2}"#],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "at:time=1700000000000",
            "v{dev=a}:number=1",
            "w{dev=a}:number=2"
        ]
    );
}

#[test]
fn rows_out_of_order_are_placed_and_too_old_ones_are_late() {
    let (mut feed, fields) = query(
        r#"{"capacity":3,"fields":[{"path":"$.t","role":"time"},{"path":"$.v"},{"path":"$.s","type":"string"}]}"#,
    );
    let row = |i: u32, v: u32| format!(r#"{{"t":{},"v":{v},"s":"t{v}"}}"#, NOW + f64::from(i));
    send(&mut feed, &[&row(10, 1), &row(20, 2), &row(30, 3)]);
    send(&mut feed, &[&row(25, 4), &row(5, 5), &row(20, 6)]);
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["v:number=6,4,3", "s:string='t6','t4','t3'"]
    );
    assert_eq!(
        feed.stats()
            .iter()
            .find(|s| s.name == "Late rows")
            .unwrap()
            .value,
        1.0
    );
    send(&mut feed, &[&row(30, 7)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=4,3,7");
}

#[test]
fn a_reconnect_that_delivers_rows_again_adds_only_new_ones() {
    let (mut feed, fields) = query(r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#);
    let row = |i: u32| format!(r#"{{"t":{},"v":{i}}}"#, NOW + f64::from(i));
    send(&mut feed, &[&row(1), &row(2), &row(2), &row(3)]);
    feed.intake.reconnected();
    send(&mut feed, &[&row(2), &row(2), &row(2), &row(3), &row(4)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2,2,2,3,4");
    send(&mut feed, &[&row(4)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2,2,2,3,4,4");
}

#[test]
fn a_row_with_an_id_stands_once_wherever_it_comes_from() {
    let (mut feed, fields) = query(
        r#"{"capacity":3,"fields":[{"path":"$.id","role":"id"},{"path":"$.t","role":"time"},{"path":"$.v"}],"backfill":{"url":"h"}}"#,
    );
    let row = |i: u32| format!(r#"{{"id":{i},"t":{},"v":{i}}}"#, NOW + f64::from(i));
    send(&mut feed, &[&row(3), &row(4), &row(3)]);
    let history = format!("[{},{},{}]", row(1), row(2), row(3));
    feed.receive_history(&same(), history.as_bytes());
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=2,3,4");
    send(&mut feed, &[&row(5), &row(4)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=3,4,5");
}

#[test]
fn buckets_reduce_the_rows_of_an_interval() {
    let reduced = |reduce: &str| {
        let (mut feed, fields) = query(&format!(
            r#"{{"fields":[{{"path":"$.t","role":"time"}},{{"path":"$.v"}}],"bucket":{{"interval":"1s","reduce":"{reduce}"}}}}"#
        ));
        let rows = [
            (1000, "4"),
            (1900, "1"),
            (1200, "7"),
            (2500, "null"),
            (2600, "2"),
            (1100, "3"),
        ];
        for (t, v) in rows {
            send(
                &mut feed,
                &[&format!(r#"{{"t":{},"v":{v}}}"#, NOW + f64::from(t))],
            );
        }
        shown(&mut feed, &fields)
    };
    let times = "t:time=1700000001000,1700000002000";
    for (reduce, values) in [
        ("last", "1,2"),
        ("first", "4,2"),
        ("min", "1,2"),
        ("max", "7,2"),
        ("sum", "15,2"),
        ("mean", "3.75,2"),
        ("count", "4,1"),
    ] {
        assert_eq!(
            reduced(reduce),
            [times, &format!("v:number={values}")],
            "{reduce}"
        );
    }
    assert_eq!(
        reduced("ohlc"),
        [
            times,
            "open:number=4,2",
            "high:number=7,2",
            "low:number=1,2",
            "close:number=1,2"
        ]
    );
}

#[test]
fn buckets_of_found_fields_and_of_texts() {
    let (mut feed, fields) = query(r#"{"bucket":{"interval":"10s","reduce":"last"}}"#);
    send(
        &mut feed,
        &[
            r#"{"time":1700000000000,"v":1,"s":"a"}"#,
            r#"{"time":1700000009000,"v":2,"s":"b","w":true}"#,
            r#"{"time":1700000010000,"v":3}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "time:time=1700000000000,1700000010000",
            "v:number=2,3",
            "s:string='b',null",
            "w:boolean=true,null"
        ]
    );
}

#[test]
fn candles_by_symbol_repaint_and_history_ends_where_the_feed_began() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.s","role":"label"},{"path":"$.p","name":"price"}],"bucket":{"interval":"1m","reduce":"ohlc"},"backfill":{"url":"h"}}"#,
    );
    let row = |t: u32, s: &str, p: u32| {
        format!(
            r#"{{"t":{},"s":"{s}","p":{p}}}"#,
            1_700_000_040_000.0 + f64::from(t)
        )
    };
    send(&mut feed, &[&row(30_000, "a", 5), &row(31_000, "a", 9)]);
    let history = format!(
        "[{},{},{}]",
        row(0, "a", 3),
        row(29_000, "a", 4),
        row(30_000, "a", 5)
    );
    feed.receive_history(&same(), history.as_bytes());
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        [
            "open{s=a}:number=3",
            "high{s=a}:number=9",
            "low{s=a}:number=3",
            "close{s=a}:number=9"
        ]
    );
    feed.intake.reconnected();
    send(&mut feed, &[&row(31_000, "a", 9), &row(32_000, "a", 1)]);
    assert_eq!(shown(&mut feed, &fields)[4], "close{s=a}:number=1");
    let repeated = feed
        .stats()
        .into_iter()
        .find(|s| s.name == "Repeated rows")
        .unwrap();
    assert_eq!(repeated.value, 2.0);
}

#[test]
fn a_window_hides_what_is_older() {
    let (mut feed, fields) =
        query(r#"{"window":"1m","fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#);
    let row = |i: u32| format!(r#"{{"t":{},"v":{i}}}"#, NOW + f64::from(i) * 1e3);
    send(&mut feed, &[&row(0), &row(30)]);
    assert_eq!(shown_at(&mut feed, &fields, at(60e3))[1], "v:number=0,30");
    assert_eq!(shown_at(&mut feed, &fields, at(61e3))[1], "v:number=30");
}

#[test]
fn a_clock_that_is_wrong_is_told_and_does_not_empty_the_window() {
    let (mut feed, fields) =
        query(r#"{"window":"1m","fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#);
    send(&mut feed, &[&format!(r#"{{"t":{},"v":1}}"#, NOW - 7_500e3)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1");
    let text = &feed.notices()[0].text;
    assert!(text.contains("2 h 5 min behind"), "{text}");
}

#[test]
fn log_lines_have_the_fields_that_grafana_looks_for() {
    let (mut feed, fields) = query(
        r#"{"view":"logs","fields":[{"path":"$.ts","role":"time"},{"path":"$.level"},{"path":"$.msg"},{"path":"$.app","role":"label"},{"path":"$.env","role":"label"},{"path":"$.id","role":"id"},{"path":"$.ms"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"ts":1700000000000,"level":"info","msg":"up","app":"x","id":1,"ms":5}"#,
            r#"{"ts":1700000000001,"level":"warn","msg":"hm","app":"x","env":"p","id":2}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "timestamp:time=1700000000000,1700000000001",
            "body:string='up','hm'",
            "severity:string='info','warn'",
            "id:string='1','2'",
            r#"labels:other=[("app", "x")],[("app", "x"), ("env", "p")]"#,
            "ms:number=5,null",
        ]
    );
}

#[test]
fn lines_of_text_are_log_lines() {
    let (feed, fields) = query(r#"{"view":"logs"}"#);
    let mut intake = Intake::new(usize::MAX);
    intake.attach(&Format::Text, Rc::clone(&feed.stream));
    intake.receive_texts(b"first line\nsecond \"line\"", &[NOW]);
    let mut feed = Feed {
        intake,
        stream: feed.stream,
    };
    assert_eq!(
        shown(&mut feed, &fields)[1],
        r#"body:string='first line','second "line"'"#
    );
}

#[test]
fn one_pass_serves_readings_of_different_fields() {
    let (mut a, a_fields) = query(r#"{"fields":[{"path":"$.a"},{"path":"$.t","role":"time"}]}"#);
    let (b, b_fields) = query(r#"{"fields":[{"path":"$.b"},{"path":"$.a","name":"x"}]}"#);
    let (c, c_fields) = query(r#"{"fields":[{"path":"$.list[*].v"}]}"#);
    send(&mut a, &[r#"{"a":1,"b":10,"t":1700000000000}"#]);
    for other in [&b, &c] {
        a.intake.attach(&Format::Json, Rc::clone(&other.stream));
    }
    let (mut b, mut c) = (b, c);
    for i in 2..20 {
        let list = r#"[{"v":1},{"v":2}]"#;
        send(
            &mut a,
            &[&format!(
                r#"{{"a":{i},"b":{i}0,"t":1700000000000,"list":{list}}}"#
            )],
        );
    }
    assert_eq!(a.intake.groups(), 2);
    assert_eq!(a.len(), 19);
    assert_eq!((b.len(), c.len()), (18, 36));
    a.intake.detach(&b.stream);
    send(&mut a, &[r#"{"a":99,"b":99}"#]);
    assert!(shown(&mut a, &a_fields)[1].ends_with(",18,19,99"));
    assert!(shown(&mut b, &b_fields)[1].ends_with(",180,190"));
    assert!(shown(&mut b, &b_fields)[2].ends_with(",18,19"));
    assert!(shown(&mut c, &c_fields)[1].ends_with(",1,2"));
}

#[test]
fn texts_in_one_message_on_a_line_each_are_read_each() {
    let (mut feed, fields) = query(r#"{"fields":[{"path":"$.v"}]}"#);
    send(
        &mut feed,
        &["{\"v\":1}\n{\"v\":2}\n", "{\"v\":3}\nx\n{\"v\":4}"],
    );
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2,3,4");
    assert!(
        feed.notices()[0]
            .text
            .contains("1 message could not be read")
    );
    assert_eq!(feed.counters().messages, 2);
}

#[test]
fn what_auto_chose_is_said() {
    let (feed, fields) = query("{}");
    let mut intake = Intake::new(usize::MAX);
    intake.attach(&Format::Auto, Rc::clone(&feed.stream));
    intake.receive_texts(b"time;temp\n1700000000000;21.5\n", &[NOW]);
    intake.receive_texts(b"1700000001000;22", &[NOW]);
    let mut feed = Feed {
        intake,
        stream: feed.stream,
    };
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "time:time=1700000000000,1700000001000",
            "temp:number=21.5,22"
        ]
    );
    let notice = &feed.notices()[0].text;
    assert!(notice.contains("csv") && notice.contains(';'), "{notice}");
}

#[test]
fn fewer_rows_with_keys_are_kept_at_once() {
    let (mut feed, fields) = query(
        r#"{"capacity":60000,"mode":"upsert","keys":["$.id"],"view":"table","fields":[{"path":"$.v"}]}"#,
    );
    let row = |i: u32| format!(r#"{{"id":{i},"v":{i}}}"#);
    let rows: Vec<String> = (0..60_000).map(row).collect();
    send(
        &mut feed,
        &rows.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    // As long as it took to move all rows for each that goes, this took minutes.
    feed.stream.borrow_mut().resize(3);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=59997,59998,59999");
    // Keys of rows that are gone are new again, those that are there are not.
    send(&mut feed, &[&row(7), &row(59_999)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=59998,59999,7");
}

#[test]
fn the_newest_row_of_a_full_table_is_written_again() {
    let (mut feed, fields) = query(
        r#"{"capacity":2,"mode":"upsert","keys":["$.k"],"view":"table","fields":[{"path":"$.v"}]}"#,
    );
    let row = |key: u32, value: u32| format!(r#"{{"k":{key},"v":{value}}}"#);
    send(&mut feed, &[&row(1, 1), &row(2, 2), &row(3, 3), &row(3, 4)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=2,4");
    send(&mut feed, &[&row(4, 5), &row(4, 6), &row(3, 7)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=7,6");
}

#[test]
fn rows_without_an_id_are_rows_of_their_own() {
    let (mut feed, fields) = query(r#"{"fields":[{"path":"$.v"},{"path":"$.id","role":"id"}]}"#);
    let messages = [
        r#"{"v":1}"#,
        r#"{"v":2}"#,
        r#"{"v":3,"id":null}"#,
        r#"{"v":4,"id":"x"}"#,
        r#"{"v":4,"id":"x"}"#,
    ];
    send(&mut feed, &messages);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2,3,4");
}

#[test]
fn of_series_that_come_all_at_once_the_last_stay() {
    let (mut feed, fields) =
        query(r#"{"maxSeries":2,"fields":[{"path":"$.s","role":"label"},{"path":"$.v"}]}"#);
    let rows = ["a", "b", "c", "d", "e"].map(|s| format!(r#"{{"s":"{s}","v":1}}"#));
    send(&mut feed, &[&format!("[{}]", rows.join(","))]);
    let shown = shown(&mut feed, &fields);
    let mut series = [shown[1].as_str(), shown[3].as_str()];
    series.sort_unstable();
    assert_eq!(series, ["v{s=d}:number=1", "v{s=e}:number=1"]);
}

#[test]
fn a_long_history_without_times_is_merged_in_a_moment() {
    let (mut feed, fields) =
        query(r#"{"capacity":100000,"fields":[{"path":"$.v"}],"backfill":{"url":"h"}}"#);
    send(&mut feed, &[r#"{"v":7}"#]);
    let rows: Vec<String> = (0..50_000).map(|v| format!(r#"{{"v":{v}}}"#)).collect();
    // Looking each row up takes a fraction of a second in a debug build, comparing all with all minutes.
    feed.receive_history(&same(), format!("[{}]", rows.join(",")).as_bytes());
    send(&mut feed, &[r#"{"v":9}"#, r#"{"v":50001}"#]);
    let mut stream = feed.stream.borrow_mut();
    assert_eq!(stream.frames(100_000, &fields, NOW)[0].len, 50_001);
}

#[test]
fn a_smaller_capacity_keeps_the_newest_rows_also_where_keys_were_written_again() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","keys":["$.k"],"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#,
    );
    let row = |k: &str, t: u32| format!(r#"{{"k":"{k}","t":{},"v":{t}}}"#, NOW + f64::from(t));
    send(&mut feed, &[&row("a", 1), &row("b", 2), &row("a", 3)]);
    feed.stream.borrow_mut().resize(1);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=3");
}
