//! Rows with keys, identifiers and buckets.

use super::*;

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
fn a_key_that_no_message_holds_is_told() {
    let spec =
        |keys: &str| format!(r#"{{"mode":"upsert","keys":{keys},"fields":[{{"path":"$.v"}}]}}"#);
    let messages = [
        r#"{"device":"a","v":1}"#,
        r#"{"device":"b","v":2,"devcie":null}"#,
        r#"{"device":"c","v":3}"#,
    ];
    for keys in [r#"["$.devcie"]"#, r#"["$.device","$.devcie"]"#] {
        let (mut feed, fields) = query(&spec(keys));
        send(&mut feed, &messages[..1]);
        assert!(feed.told(&fields).is_empty(), "one row is one row");
        send(&mut feed, &messages[1..]);
        assert_eq!(
            feed.told(&fields),
            [
                r#"No message contained a value for the key "devcie", so it cannot tell rows apart. Check "keys"."#
            ]
        );
        send(&mut feed, &[r#"{"devcie":0,"v":4}"#]);
        assert!(feed.told(&fields).is_empty());
    }
    let (mut feed, fields) = query(&spec(r#"["$.device"]"#));
    send(&mut feed, &[messages[0], messages[0]]);
    assert!(feed.told(&fields).is_empty());
}

#[test]
fn an_upsert_without_a_key_is_told() {
    let told = |field: &str| {
        let (mut feed, fields) = query(&format!(
            r#"{{"mode":"upsert","fields":[{field}{{"path":"$.v"}}]}}"#
        ));
        send(&mut feed, &[r#"{"s":"a","v":1}"#, r#"{"s":"b","v":2}"#]);
        feed.told(&fields)
    };
    assert_eq!(
        told(""),
        [
            r#"Mode upsert has no key, so each row replaces the one before. Set "keys", or give a field the role label."#
        ]
    );
    for role in ["label", "id"] {
        assert!(told(&format!(r#"{{"path":"$.s","role":"{role}"}},"#)).is_empty());
    }
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
fn a_smaller_capacity_keeps_the_newest_rows_also_where_keys_were_written_again() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","keys":["$.k"],"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#,
    );
    let row = |k: &str, t: u32| format!(r#"{{"k":"{k}","t":{},"v":{t}}}"#, NOW + f64::from(t));
    send(&mut feed, &[&row("a", 1), &row("b", 2), &row("a", 3)]);
    feed.stream.borrow_mut().resize(1);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=3");
}

#[test]
fn what_one_message_removes_makes_room_for_what_it_brings() {
    let query_of = |view: &str| {
        query(&format!(
            r#"{{"mode":"upsert","keys":["$.k"],"capacity":2,"view":"{view}","fields":[{{"path":"$.t","role":"time"}},{{"path":"$.k","type":"string"}},{{"path":"$.v"}}],"deleteWhen":[{{"path":"$.v","op":"==","value":0}}]}}"#
        ))
    };
    let row = |t: f64, k: &str, v: u32| format!(r#"{{"t":{},"k":"{k}","v":{v}}}"#, at(t));
    for view in ["timeseries", "table"] {
        for gone in ["a", "b"] {
            let (mut feed, fields) = query_of(view);
            send(&mut feed, &[&row(10., "a", 1), &row(20., "b", 2)]);
            // The new row is older than the one that stays: there is room for it all the same.
            send(
                &mut feed,
                &[&format!("[{},{}]", row(30., gone, 0), row(5., "c", 3))],
            );
            let left = if gone == "a" { "b" } else { "a" };
            let keys = shown(&mut feed, &fields).remove(1);
            assert_eq!(feed.len(), 2, "{view}, {gone} removed: {keys}");
            assert!(
                keys.contains(left) && keys.contains('c'),
                "{view}, {gone} removed: {keys}"
            );
        }
    }
}

#[test]
fn a_removal_of_what_nobody_knows_costs_no_series() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","maxSeries":2,"fields":[{"path":"$.k","role":"label"},{"path":"$.v"}],"deleteWhen":[{"path":"$.v","op":"==","value":0}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"k":"a","v":1}"#,
            r#"{"k":"b","v":2}"#,
            r#"{"k":"c","v":0}"#,
        ],
    );
    let values: Vec<String> = shown(&mut feed, &fields)
        .into_iter()
        .skip(1)
        .step_by(2)
        .collect();
    assert_eq!(values, ["v{k=a}:number=1", "v{k=b}:number=2"]);
    assert!(feed.notices().is_empty(), "{:?}", feed.notices());
}

#[test]
fn a_window_holds_for_a_table_of_keys_too() {
    for (view, keys) in [("timeseries", "'c','b'"), ("table", "'b','c'")] {
        let (mut feed, fields) = query(&format!(
            r#"{{"mode":"upsert","keys":["$.k"],"view":"{view}","window":"1m","fields":[{{"path":"$.t","role":"time"}},{{"path":"$.k","type":"string"}}]}}"#
        ));
        let row = |t: f64, k: &str| format!(r#"{{"t":{},"k":"{k}"}}"#, at(t));
        send(
            &mut feed,
            &[&row(0., "b"), &row(-600e3, "a"), &row(-30e3, "c")],
        );
        assert_eq!(
            shown(&mut feed, &fields)[1],
            format!("k:string={keys}"),
            "{view}"
        );
    }
}
