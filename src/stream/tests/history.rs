//! What was before the feed.

use super::*;

#[test]
fn history_is_merged_sorted_and_without_repeats() {
    let mut stream = stream(4);
    send(
        &mut stream,
        &[
            r#"{"time":1700000003000,"v":3,"s":"x"}"#,
            r#"{"time":1700000004000,"v":4,"s":"x"}"#,
        ],
    );
    let history = r#"[{"time":1700000000000,"v":0,"s":"x"},{"time":1700000001000,"v":1,"s":"x"},{"time":1700000002000,"v":2,"s":"x"},
        {"time":1700000003000,"v":3,"s":"x"},{"time":1700000003000,"v":3,"s":"y"}]"#;
    stream.receive_history(&same(), history.as_bytes());
    assert_eq!(
        inferred(&mut stream)[1..],
        ["v:number=2,3,3,4", "s:string='x','x','y','x'"]
    );
    send(&mut stream, &[r#"{"time":1700000005000,"v":5,"s":"x"}"#]);
    assert_eq!(inferred(&mut stream)[1], "v:number=3,3,4,5");
}

#[test]
fn rows_that_history_held_do_not_stand_twice_when_they_arrive_later() {
    let row = |i: u32| format!(r#"{{"time":{},"v":{i}}}"#, NOW + f64::from(i));
    let mut stream = stream(100);
    send(&mut stream, &[&row(1)]);
    stream.receive_history(
        &same(),
        format!("[{},{},{}]", row(0), row(1), row(2)).as_bytes(),
    );
    // 2 is a repeat; the second 2, and 3, are not; then the seam is closed.
    send(&mut stream, &[&row(2)]);
    send(&mut stream, &[&row(2), &row(3)]);
    send(&mut stream, &[&row(4), &row(2)]);
    assert_eq!(inferred(&mut stream)[1], "v:number=0,1,2,2,2,3,4");
}

#[test]
fn a_seam_survives_a_full_ring() {
    let row = |i: u32| format!(r#"{{"time":{},"v":{i}}}"#, NOW + f64::from(i));
    let mut stream = stream(3);
    stream.receive_history(
        &same(),
        format!("[{},{},{},{}]", row(0), row(1), row(2), row(3)).as_bytes(),
    );
    send(&mut stream, &[&row(2), &row(3), &row(4), &row(5)]);
    assert_eq!(inferred(&mut stream)[1], "v:number=3,4,5");
}

#[test]
fn equal_rows_within_one_part_all_stay() {
    let mut stream = stream(100);
    let row = r#"{"time":1700000003000,"v":3}"#;
    send(&mut stream, &[row, row, row]);
    stream.receive_history(&same(), format!("[{row},{row}]").as_bytes());
    assert_eq!(inferred(&mut stream)[1], "v:number=3,3,3");
}

#[test]
fn history_of_another_shape_fills_the_columns_of_the_same_name() {
    for (name, a, b) in [("a", "7,8,1", "null,null,2"), ("B", "null,null,1", "7,8,2")] {
        let spec = r#"{"fields":[{"path":"$.ts","role":"time"},{"path":"$.a"},{"path":"$.b","name":"B"}],
            "backfill":{"url":"h","fields":[{"path":"$.rows[*].when","role":"time","timeFormat":"s"},{"path":"$.rows[*].x","name":"NAME"}]}}"#;
        let spec = serde_json::from_str(&spec.replace("NAME", name)).unwrap();
        let target = Query::parse(&spec).unwrap();
        let Some(Backfill::Fetched(backfill)) = &target.backfill else {
            panic!("a history that is fetched");
        };
        let mut stream = Feed::new(&target.projection.reading, 10, usize::MAX);
        send(&mut stream, &[r#"{"ts":1700000009000,"a":1,"b":2}"#]);
        stream.receive_history(
            backfill,
            br#"{"rows":[{"when":1700000001,"x":7},{"when":1700000002,"x":8}]}"#,
        );
        assert_eq!(
            shown(&mut stream, &target.projection),
            [
                "ts:time=1700000001000,1700000002000,1700000009000".to_owned(),
                format!("a:number={a}"),
                format!("B:number={b}")
            ]
        );
    }
}

#[test]
fn history_that_cannot_be_read_is_told_and_takes_nothing() {
    let mut stream = stream(10);
    send(&mut stream, &[r#"{"time":1700000000000,"v":1}"#]);
    stream.receive_history(&same(), b"<html>");
    assert_eq!(stream.len(), 1);
    assert!(
        stream.notices()[0].text.contains("history"),
        "{:?}",
        stream.notices()
    );
}

#[test]
fn history_of_more_series_than_are_kept_takes_the_place_of_live_ones() {
    let (mut stream, fields) =
        query(r#"{"maxSeries":1,"fields":[{"path":"$.s","role":"label"},{"path":"$.v"}]}"#);
    let live = r#"{"s":"live","v":1}"#;
    send(&mut stream, &[live, live, live]);
    stream.receive_history(&same(), br#"[{"s":"old","v":5}]"#);
    let mut kept = stream.stream.borrow_mut();
    kept.settle(&fields, NOW);
    let frames = kept.frames(10, &fields, NOW);
    assert_eq!((frames.len(), frames[0].len), (1, 1));
}

#[test]
fn series_that_history_makes_hold_no_more_rows_than_others() {
    let (mut stream, fields) = query(
        r#"{"capacity":2,"fields":[{"path":"$.s","role":"label"},{"path":"$.id","role":"id"},{"path":"$.v"}]}"#,
    );
    let row = |id: u32| format!(r#"{{"s":"a","id":{id},"v":{id}}}"#);
    let history = format!("[{},{},{}]", row(1), row(2), row(3));
    stream.receive_history(&same(), history.as_bytes());
    send(&mut stream, &[&row(4), &row(5)]);
    assert_eq!(stream.len(), 2);
    let mut kept = stream.stream.borrow_mut();
    kept.settle(&fields, NOW);
    assert_eq!(kept.frames(10, &fields, NOW)[0].len, 2);
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
    stream.settle(&fields, NOW);
    assert_eq!(stream.frames(100_000, &fields, NOW)[0].len, 50_001);
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
fn a_row_that_was_repeated_stays_when_a_late_one_comes() {
    let (mut feed, fields) = query(r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#);
    let row = |i: u32| format!(r#"{{"t":{},"v":{i}}}"#, NOW + f64::from(i));
    send(&mut feed, &[&row(5), &row(5)]);
    feed.intake.reconnected();
    send(&mut feed, &[&row(5)]);
    send(&mut feed, &[&row(2)]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=2,5,5");
}

#[test]
fn a_feed_of_single_texts_may_have_a_history_of_lines() {
    let (mut feed, fields) = query(r#"{"format":"json","fields":[{"path":"$.v"}]}"#);
    let json = FetchedHistory {
        format: Format::JSON,
        ..same()
    };
    feed.receive_history(&json, b"{\"v\":1}\n{\"v\":2}\n");
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2");
    assert_eq!(feed.notices(), []);
}

#[test]
fn a_history_is_read_as_leniently_as_messages_are() {
    let mended = "1 message contained mistakes but could be read";
    let partly = "A part of the history could not be read";
    let cases = [
        (
            "auto",
            r#"[{"v":1},{"v":NaN},{"v":03}]"#,
            "1,null,3",
            &[mended][..],
        ),
        ("json", "[{\"v\":1,},{\"v\":2}]\0", "1,2", &[mended]),
        (
            "auto",
            "{\"v\":1}\n{\"v\":.5}\n{\"v\":2}",
            "1,0.5,2",
            &[mended],
        ),
        ("json", "{\"v\":1}{\"v\":2}", "1,2", &[mended]),
        (
            "ndjson",
            "{\"v\":1}\n{\"v\":\n{\"v\":2}\n",
            "1,2",
            &[partly],
        ),
        ("influx", "m v=1\nbad\nm v=2\n", "1,2", &[partly]),
        ("csv", "v\n1\n2\n", "1,2", &[]),
        ("json", "{\"v\":1}\n{\"v\":2}\n", "1,2", &[]),
    ];
    for (format, answer, values, told) in cases {
        let (mut feed, fields) = match format {
            "influx" => query(r#"{"fields":[{"path":"$.fields.v","name":"v"}]}"#),
            _ => query(r#"{"fields":[{"path":"$.v"}]}"#),
        };
        let format = Format::parse(format, CsvOptions::default()).unwrap();
        feed.receive_history(&FetchedHistory { format, ..same() }, answer.as_bytes());
        let said = feed.told(&fields);
        let columns = shown(&mut feed, &fields);
        assert_eq!(
            columns.get(1),
            Some(&format!("v:number={values}")),
            "{answer}"
        );
        assert!(said.len() >= told.len(), "{answer} {said:?}");
        for words in told {
            assert!(
                said.iter().any(|text| text.contains(words)),
                "{answer} {said:?}"
            );
        }
        if told.is_empty() {
            assert_eq!(said, Vec::<String>::new(), "{answer}");
        }
    }
}

#[test]
fn what_is_no_history_makes_no_rows() {
    for answer in [
        "<html><style>b{color:red}</style><body>[1,2]</body></html>",
        "[{\"v\":1},{\"v\":",
        "not found",
    ] {
        let (mut feed, fields) = query(r#"{"format":"json","fields":[{"path":"$.v"}]}"#);
        let format = Format::JSON;
        feed.receive_history(&FetchedHistory { format, ..same() }, answer.as_bytes());
        let said = feed.told(&fields).join("|");
        assert!(
            said.contains("The history could not be read: "),
            "{answer} {said}"
        );
        assert!(feed.is_empty(), "{answer}");
    }
}
