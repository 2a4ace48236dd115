//! What messages are read, how, and what is said of those that are not.

use super::*;
use crate::decode::DecodeErrorKind;

#[test]
fn malformed_messages_are_counted_shown_and_skipped() {
    let mut stream = stream(1000);
    send(&mut stream, &[r#"{"a":1}"#, r#"{"a"]"#, "", r#"{"a":2}"#]);
    assert_eq!(inferred(&mut stream)[1], "a:number=1,2");
    let text = &stream.notices()[0].text;
    assert!(
        text.contains("2 messages") && text.ends_with("Last error: the message is empty."),
        "{text}"
    );
    send(&mut stream, &[r#"{"a"]"#]);
    let text = &stream.notices()[0].text;
    assert!(
        text.contains("unexpected ']' at byte 4") && text.contains(r#"{"a"]"#),
        "{text}"
    );
    assert!(
        stream
            .stats()
            .iter()
            .any(|s| s.name == "Malformed messages" && s.value == 3.0)
    );
}

#[test]
fn runs_of_messages_alike_are_read_like_single_ones() {
    let row = |i: u32| {
        format!(
            r#"{{"time":{},"value":{i},"s":"t{i}"}}"#,
            NOW + f64::from(i)
        )
    };
    let mut odd: Vec<String> = (0..40).map(row).collect();
    odd[7] = format!("{} ", row(7));
    odd[13] = row(13) + "x";
    odd[20] = format!("[{},{}]", row(20), row(20));
    odd[21] = r#"{"other":1}"#.to_owned();
    odd[38] = row(38) + "]";
    odd[39] = row(39)[..10].to_owned();
    let messages: Vec<&str> = odd.iter().map(String::as_str).collect();
    let (mut together, mut singly) = (stream(100), stream(100));
    send(&mut together, &messages);
    messages
        .iter()
        .for_each(|message| send(&mut singly, &[message]));
    assert_eq!(inferred(&mut together), inferred(&mut singly));
    assert_eq!(together.counters(), singly.counters());
    assert_eq!(together.notices(), singly.notices());
    assert_eq!((together.len(), together.counters().messages), (40, 40));
}

#[test]
fn binary_messages_are_text() {
    let mut stream = stream(1000);
    stream.intake.receive_binary(r#"{"a":"é"}"#.as_bytes(), NOW);
    stream.intake.receive_binary(b"{\"a\":\"\xff\"}", NOW);
    assert_eq!(inferred(&mut stream)[1], "a:string='é','ÿ'");
    let text = &stream.notices()[0].text;
    assert!(
        text.contains("not UTF-8") && text.contains("Windows-1252"),
        "{text}"
    );
    assert!(text.ends_with(r#"{"a":"ÿ"}"#), "{text}");
}

#[test]
fn a_message_beyond_the_limit_is_refused() {
    let mut stream = Feed::new(&Reading::default(), 10, 20);
    send(&mut stream, &[r#"{"a":"0123456789012345678901234"}"#]);
    assert!(stream.is_empty() && stream.notices()[0].text.contains("maxMessageBytes"));
}

#[test]
fn messages_without_any_chosen_value_are_told() {
    let (mut stream, _) = chosen(r#"[{"path":"$.nothing"}]"#);
    send(&mut stream, &[r#"{"a":1}"#]);
    let text = &stream.notices()[0].text;
    assert!(text.starts_with("1 message arrived, but none contained a value"));
    send(&mut stream, &[r#"{"a":1}"#]);
    let text = &stream.notices()[0].text;
    assert!(text.starts_with("2 messages arrived, but none contained a value"));
    send(&mut stream, &[r#"{"nothing":null}"#]);
    assert_eq!((stream.len(), stream.notices().len()), (1, 0));
}

#[test]
fn one_pass_serves_readings_of_different_fields() {
    let (mut a, a_fields) = query(r#"{"fields":[{"path":"$.a"},{"path":"$.t","role":"time"}]}"#);
    let (b, b_fields) = query(r#"{"fields":[{"path":"$.b"},{"path":"$.a","name":"x"}]}"#);
    let (c, c_fields) = query(r#"{"fields":[{"path":"$.list[*].v"}]}"#);
    send(&mut a, &[r#"{"a":1,"b":10,"t":1700000000000}"#]);
    for other in [&b, &c] {
        a.intake
            .attach(&Format::JSON, None, Rc::clone(&other.stream));
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
    assert_eq!(a.intake.passes(), 2);
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
        &["{\"v\":1}\n{\"v\":2}\n", "{\"v\":3}\n{\"v\"]\n{\"v\":4}"],
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
    intake.attach(&Format::AUTO, None, Rc::clone(&feed.stream));
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
    // In the inspector: it is no news to a panel that is well.
    assert!(feed.notices().is_empty());
    let stats = feed.stats();
    let found = stats.iter().find(|stat| stat.name.contains("Format"));
    let name = &found.unwrap().name;
    assert!(name.contains("CSV") && name.contains(';'), "{name}");
}

#[test]
fn bare_values_together_are_what_they_are_one_by_one() {
    let messages = [
        "1",
        "-2.5",
        "0",
        "null",
        "300",
        "9007199254740993",
        "4",
        "\"5\"",
        "6",
        "true",
        "0.1",
        "07",
        "8 ",
        " 9",
        "-",
        "10",
        "[11,12]",
        "13",
        "{\"v\":14}",
        "15",
        "",
        "16",
    ];
    for fields in [
        r#"[{"path":"$"}]"#,
        r#"[{"path":"$","type":"number"}]"#,
        "[]",
    ] {
        let (mut together, fields) = chosen(fields);
        let mut singly = Feed::new(&fields.reading, 1000, usize::MAX);
        for _ in 0..3 {
            send(&mut together, &messages);
            messages
                .iter()
                .for_each(|message| send(&mut singly, &[message]));
        }
        assert_eq!(shown(&mut together, &fields), shown(&mut singly, &fields));
        assert_eq!(
            format!("{:?}", together.notices()),
            format!("{:?}", singly.notices())
        );
        assert!(together.len() > 40, "{}", together.len());
    }
}

#[test]
fn a_record_without_a_header_is_one_row_with_a_field_for_each_cell() {
    let (feed, fields) = query("{}");
    let (chosen, of_chosen) = query(r#"{"fields":[{"path":"$[1]","name":"temp"}]}"#);
    let mut intake = Intake::new(usize::MAX);
    intake.attach(&Format::AUTO, None, Rc::clone(&feed.stream));
    intake.attach(&Format::AUTO, None, Rc::clone(&chosen.stream));
    intake.receive_texts(b"pump,21.5,1\nvalve,,2\n\x1epump,22,3", &[NOW, NOW]);
    // Somebody who comes later, and a history that is written alike.
    let (late, of_late) = query("{}");
    intake.attach(&Format::AUTO, None, Rc::clone(&late.stream));
    intake.receive_texts(b"pump,23,4", &[NOW]);
    let mut feeds = [feed, chosen, late].map(|feed| Feed {
        intake: Intake::new(usize::MAX),
        stream: feed.stream,
    });
    feeds[0].receive_history(&same(), b"pump,20,0\nvalve,19,0");
    assert_eq!(
        shown(&mut feeds[0], &fields)[1..],
        [
            "0:string='pump','valve','pump','valve','pump','pump'",
            "1:number=20,19,21.5,null,22,23",
            "2:number=0,0,1,2,3,4"
        ]
    );
    let others = [
        (1, &of_chosen, "temp:number=21.5,null,22,23"),
        (2, &of_late, "0:string='pump'"),
    ];
    for (index, fields, wanted) in others {
        assert_eq!(shown(&mut feeds[index], fields)[1], wanted);
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_text() {
    for format in [Format::JSON, Format::AUTO] {
        for binary in [false, true] {
            let stream = Rc::new(RefCell::new(Stream::new(&Reading::default(), 10)));
            let mut intake = Intake::new(1 << 20);
            intake.attach(&format, None, Rc::clone(&stream));
            for v in 0..3 {
                let message = format!("\u{feff}{{\"v\":{v}}}");
                if binary {
                    intake.receive_binary(message.as_bytes(), NOW);
                } else {
                    intake.receive_texts(message.as_bytes(), &[NOW]);
                }
            }
            let joined = "\u{feff}{\"v\":3}\u{1e}{\"v\":4}\u{1e}\u{feff}{\"v\":5}";
            intake.receive_texts(joined.as_bytes(), &[NOW; 3]);
            assert_eq!(stream.borrow().len(), 6, "{format:?}, binary: {binary}");
        }
    }
}

#[test]
fn a_nul_behind_a_text_is_no_part_of_it() {
    let lines = "{\"v\":2}\0\n{\"v\":3}\0";
    let cases = [
        ("json", "{\"v\":2}\0", 1),
        ("json", "\u{feff}{\"v\":2}\0\0", 1),
        ("json", "{\"v\":2}\0\n", 1),
        ("json", "{\"v\":2}\n\0", 1),
        ("json", "2.5\0", 1),
        ("json", "{\"v\":2}\0{\"v\":3}\0", 2),
        ("json", lines, 2),
        ("ndjson", lines, 2),
        ("csv", "2,3\0", 1),
        ("influx", "m v=2,w=3\0", 1),
        ("text", "2.5\0", 1),
    ];
    for (name, message, rows) in cases {
        for name in [name, "auto"] {
            let stream = Rc::new(RefCell::new(Stream::new(&Reading::default(), 10)));
            let mut intake = Intake::new(1 << 20);
            let format = Format::parse(name, CsvOptions::default()).unwrap();
            intake.attach(&format, None, Rc::clone(&stream));
            intake.receive_binary(message.as_bytes(), NOW);
            for _ in 0..2 {
                intake.receive_texts(message.as_bytes(), &[NOW]);
            }
            let batch = format!("{message}\u{1e}{message}");
            intake.receive_texts(batch.as_bytes(), &[NOW; 2]);
            let stream = stream.borrow();
            assert_eq!(stream.len(), 5 * rows, "{name}: {message:?}");
            let notices = stream.notices(&Projection::default());
            let refused = notices.iter().any(|notice| notice.text.contains("read"));
            assert!(!refused, "{name}: {message:?}: {notices:?}");
        }
    }
}

#[test]
fn payloads_that_a_protocol_found_are_read_as_texts_are() {
    let mut documents = Documents::default();
    for text in ["{\"v\":1}", "{\"v\":2}", "{\"v\":3}"] {
        documents.add_text(text.as_bytes(), 0).unwrap();
    }
    let arrivals = [at(0.0), at(5.0), at(5.0)];
    let (first, fields) = chosen(r#"[{"path":"$.v"}]"#);
    let (second, _) = chosen(r#"[{"path":"$.v"}]"#);
    let mut intake = Intake::new(4);
    intake.attach(&Format::JSON, None, Rc::clone(&first.stream));
    intake.attach(&Format::AUTO, None, Rc::clone(&second.stream));
    // One message without a payload, and one with one more.
    intake.receive_documents(&[], &[], &[], 1, 6);
    intake.receive_documents(
        documents.bytes(),
        &arrivals,
        &vec![None; arrivals.len()],
        2,
        50,
    );
    let error = DecodeError::new(DecodeErrorKind::UnknownFormat, 0);
    intake.refuse(error, Message::Text(b"HELLO"));
    for mut feed in [first, second] {
        assert_eq!((feed.counters().messages, feed.counters().bytes), (3, 56));
        let refused = feed.told(&fields);
        assert!(refused.iter().any(|text| text.contains("HELLO")));
        let shown = shown(&mut feed, &fields);
        assert!(shown.contains(&"v:number=1,2,3".to_owned()), "{shown:?}");
        assert_eq!(
            shown[0],
            "Time:time=1700000000000,1700000000005,1700000000005"
        );
    }
}

#[test]
fn the_limit_is_for_messages_and_not_for_what_they_are_translated_to() {
    let (feed, _) = query(r#"{"fields":[{"path":"$.fields.v"}]}"#);
    let mut intake = Intake::new(64);
    intake.attach(
        &Format::parse("influx", CsvOptions::default()).unwrap(),
        None,
        Rc::clone(&feed.stream),
    );
    intake.receive_texts(b"m,a=b,c=d v=1,w=2 1700000000000000000", &[NOW]);
    assert_eq!((feed.len(), feed.notices()), (1, vec![]));
}

#[test]
fn who_else_reads_does_not_change_where_rows_stand() {
    let message =
        r#"{"a":{"price":1},"b":{"time":2},"c":{"price":3},"l":[{"v":10,"w":7},{"v":20,"w":8}]}"#;
    let own = r#"[{"path":"$..price"},{"path":"$.l[*].v"}]"#;
    let (mut alone, fields) = chosen(own);
    send(&mut alone, &[message]);
    let (mut together, _) = chosen(own);
    let (other, _) = chosen(r#"[{"path":"$..time"},{"path":"$.l[*].w"}]"#);
    together
        .intake
        .attach(&Format::JSON, None, Rc::clone(&other.stream));
    send(&mut together, &[message]);
    assert_eq!(
        shown(&mut alone, &fields)[1..],
        shown(&mut together, &fields)[1..]
    );
    // Values in the same rows are read in one pass as before.
    let (third, _) = chosen(r#"[{"path":"$.l[*].w"}]"#);
    let (fourth, _) = chosen(r#"[{"path":"$.l[*].v"}]"#);
    let mut intake = Intake::new(1 << 20);
    intake.attach(&Format::JSON, None, third.stream);
    intake.attach(&Format::JSON, None, fourth.stream);
    assert_eq!(intake.passes(), 1);
}

#[test]
fn rows_that_would_fill_all_memory_are_refused() {
    let fields: Vec<String> = (0..64).map(|i| format!(r#"{{"path":"$.f{i}"}}"#)).collect();
    let (mut feed, _) = chosen(&format!("[{}]", fields.join(",")));
    send(&mut feed, &[r#"{"f0":1}"#]);
    // A megabyte, of which 340,000 rows of 64 values would be made.
    let many = |row: &str, count: usize| format!("[{}]", vec![row; count].join(","));
    send(&mut feed, &[&many("{}", 340_000)]);
    send(&mut feed, &[&many(r#"{"f1":0}"#, 300_000)]);
    let notices = feed.notices();
    assert!(
        notices[0].text.starts_with("2 messages could not be read")
            && notices[0]
                .text
                .contains("not enough memory for the values of its rows"),
        "{notices:?}"
    );
    send(&mut feed, &[r#"{"f0":2}"#]);
    assert_eq!((feed.len(), feed.counters().rows), (2, 2));
    // Columns that are found in the last of many rows.
    let mut feed = stream(10);
    let last: Vec<String> = (0..200).map(|i| format!(r#""c{i}":1"#)).collect();
    let wide = format!("[{}{{{}}}]", "{},".repeat(400_000), last.join(","));
    send(&mut feed, &[&wide]);
    assert_eq!((feed.len(), feed.notices().len()), (0, 1));
}
