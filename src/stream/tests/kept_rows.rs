//! Rows that outlive a reload of the page.

use super::*;

/// Fields are found in the messages.
const FOUND: &str = r#"{"capacity":1000}"#;

/// A query of that JSON, whose rows are kept.
fn keeping(json: &str) -> (Feed, Projection) {
    query(&json.replacen('{', r#"{"keepRows":true,"#, 1))
}

/// The rows of a feed, read into a new one of the same query.
fn reload(feed: &Feed, json: &str) -> (Feed, Projection) {
    let kept = feed.stream.borrow_mut().kept_rows(usize::MAX);
    let (next, projection) = keeping(json);
    let rows = Stream::receive_kept(&next.stream, &kept.unwrap(), NOW);
    assert_eq!(rows.unwrap(), feed.len());
    (next, projection)
}

/// Has a query take some messages, reloads it, and sees that it shows the same.
fn same_after_reload(json: &str, messages: &[&str]) -> (Feed, Projection) {
    let (mut feed, projection) = keeping(json);
    send(&mut feed, messages);
    let (mut next, after) = reload(&feed, json);
    assert!(!feed.is_empty());
    assert_eq!(
        shown(&mut next, &after),
        shown(&mut feed, &projection),
        "{json}"
    );
    assert_eq!(next.counters().rows, 0, "what is kept did not come anew");
    (next, after)
}

#[test]
fn values_of_every_type_come_back_as_they_were() {
    let messages = [
        r#"{"t":1700000001000,"n":0.1,"s":"a\"\n\u00e9","b":true,"j":{"x":[1, 2]},"w":9007199254740993,"i":"1","big":1e300}"#,
        r#"{"t":1700000002000.5,"n":null,"s":null,"b":false,"j":"text","w":1,"i":2,"big":-0.0}"#,
        r#"{"t":1700000003000,"n":1e16}"#,
    ];
    let fields = r#"{"view":"table","fields":[{"path":"$.t","role":"time"},{"path":"$.n"},{"path":"$.s"},{"path":"$.b"},
        {"path":"$.j","type":"json"},{"path":"$.w"},{"path":"$.i","type":"number"},{"path":"$.big"},{"path":"$.none"}]}"#;
    same_after_reload(fields, &messages);

    let (mut next, projection) = same_after_reload(
        FOUND,
        &[
            r#"{"time":1700000001000,"a":{"b":1,"c d":"x"}}"#,
            r#"{"time":1700000002000,"a":{"b":2}}"#,
        ],
    );
    // Found columns are known again by their names.
    send(
        &mut next,
        &[r#"{"a":{"c d":"y","b":3},"time":1700000003000}"#],
    );
    let shown = shown(&mut next, &projection);
    assert_eq!(shown[1], "a.b:number=1,2,3");
    assert_eq!(shown[2], "a.c d:string='x',null,'y'");
}

#[test]
fn times_of_a_column_are_read_again_in_the_format_of_the_feed() {
    for (format, time) in [
        ("s", "1700000000"),
        ("%d.%m.%Y %H:%M", "\"14.11.2023 22:13\""),
    ] {
        let json =
            r#"{"fields":[{"path":"$.v"},{"path":"$.at","type":"time","timeFormat":"FORMAT"}]}"#;
        let message = r#"{"v":1,"at":TIME}"#.replace("TIME", time);
        let (next, _) =
            same_after_reload(&json.replace("FORMAT", format), &[&message, r#"{"v":2}"#]);
        assert_eq!(next.len(), 2);
    }
}

#[test]
fn what_the_feed_sends_again_after_the_reload_stands_once() {
    let json = r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#;
    let row = |n: u32| format!(r#"{{"t":{},"v":{n}}}"#, NOW + f64::from(n));
    let (mut feed, _) = keeping(json);
    send(&mut feed, &[&row(1), &row(2), &row(2), &row(3)]);
    let kept = feed.stream.borrow_mut().kept_rows(usize::MAX).unwrap();
    // Whether the feed begins anew before the kept rows are there, or after.
    for before in [0, 2, 4, 6] {
        let rows: Vec<String> = [2, 2, 3, 4, 4, 5].map(row).into();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (mut next, projection) = keeping(json);
        send(&mut next, &rows[..before]);
        Stream::receive_kept(&next.stream, &kept, NOW).unwrap();
        send(&mut next, &rows[before..]);
        let shown = shown(&mut next, &projection);
        assert_eq!(shown[1], "v:number=1,2,2,3,4,4,5", "{before} before");
    }
}

#[test]
fn rows_that_are_kept_and_in_a_history_and_come_again_stand_once() {
    let json = r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#;
    let row = |n: u32| format!(r#"{{"t":{},"v":{n}}}"#, NOW + f64::from(n));
    let (mut feed, _) = keeping(json);
    let all: Vec<String> = (0..6).map(row).collect();
    send(&mut feed, &[&all[2], &all[3]]);
    let kept = feed.stream.borrow_mut().kept_rows(usize::MAX).unwrap();
    let history = format!("[{},{},{}]", all[0], all[1], all[2]);
    for kept_first in [true, false] {
        let (mut next, projection) = keeping(json);
        for is_kept in [kept_first, !kept_first] {
            if is_kept {
                Stream::receive_kept(&next.stream, &kept, NOW).unwrap();
            } else {
                next.receive_history(&same(), history.as_bytes());
            }
        }
        send(&mut next, &[&all[1], &all[2], &all[3], &all[4]]);
        send(&mut next, &[&all[5]]);
        let shown = shown(&mut next, &projection);
        assert_eq!(shown[1], "v:number=0,1,2,3,4,5", "{kept_first}");
    }
}

#[test]
fn series_are_known_again_by_their_labels_as_they_were_written() {
    let json = r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.d","role":"label"},{"path":"$.r","role":"label"},{"path":"$.v"}]}"#;
    let messages = [
        r#"{"t":1700000001000,"d":1,"v":1}"#,
        r#"{"t":1700000001000,"d":"1","r":"x","v":2}"#,
        r#"{"t":1700000001000,"d":{"a":"b"},"v":3}"#,
    ];
    let (mut next, projection) = same_after_reload(json, &messages);
    send(
        &mut next,
        &messages
            .map(|m| m.replace("01000", "02000"))
            .each_ref()
            .map(String::as_str),
    );
    let frames = shown(&mut next, &projection);
    assert_eq!(frames.len(), 6, "{frames:?}");
    assert!(frames.iter().all(|field| field.contains(',')), "{frames:?}");
}

#[test]
fn rows_of_keys_are_written_again_whether_their_keys_are_shown_or_not() {
    for fields in [
        r#"{"path":"$.t","role":"time"},{"path":"$.v"}"#,
        r#"{"path":"$.t","role":"time"},{"path":"$.v"},{"path":"$.k"}"#,
        r#"{"path":"$.t","role":"time"}"#,
    ] {
        let json = r#"{"mode":"upsert","keys":["$.k"],"view":"table","fields":[FIELDS]}"#;
        let json = json.replace("FIELDS", fields);
        let messages = [
            r#"{"t":1700000001000,"k":"a","v":1}"#,
            r#"{"t":1700000002000,"k":2,"v":2}"#,
        ];
        let (mut next, projection) = same_after_reload(&json, &messages);
        send(&mut next, &[r#"{"t":1700000003000,"k":"a","v":3}"#]);
        assert_eq!(next.len(), 2, "{json}");
        let shown = shown(&mut next, &projection).join(" ");
        assert!(shown.contains("v:number=3,2"), "{shown}");
        assert!(!shown.contains("::"), "the key is not shown twice: {shown}");
    }
}

#[test]
fn a_row_that_was_written_before_the_kept_ones_came_stays_and_newer_ones_do_too() {
    let json = r#"{"mode":"upsert","keys":["$.k"],"view":"table","fields":[{"path":"$.t","role":"time"},{"path":"$.k"},{"path":"$.v"}]}"#;
    let (mut feed, _) = keeping(json);
    let message = |k: &str, v: u32| format!(r#"{{"t":1700000001000,"k":"{k}","v":{v}}}"#);
    send(&mut feed, &[&message("a", 1), &message("b", 1)]);
    let kept = feed.stream.borrow_mut().kept_rows(usize::MAX).unwrap();
    let (mut next, projection) = keeping(json);
    // The same time, as of a bar that is written again.
    send(&mut next, &[&message("a", 2)]);
    Stream::receive_kept(&next.stream, &kept, NOW - 5000.0).unwrap();
    assert_eq!(shown(&mut next, &projection)[2], "v:number=2,1");
    send(&mut next, &[&message("b", 3)]);
    assert_eq!(shown(&mut next, &projection)[2], "v:number=2,3");
}

#[test]
fn rows_with_identifiers_are_known_again_though_these_are_not_shown() {
    let json =
        r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.id","role":"id"},{"path":"$.v"}]}"#;
    let (mut next, projection) = same_after_reload(json, &[r#"{"t":1700000001000,"id":7,"v":1}"#]);
    // Corrected, and much later.
    send(&mut next, &[r#"{"t":1700000090000,"id":8,"v":2}"#]);
    send(&mut next, &[r#"{"t":1700000001000,"id":7,"v":9}"#]);
    assert_eq!(shown(&mut next, &projection)[1], "v:number=1,2");
}

#[test]
fn log_lines_come_back() {
    let json = r#"{"view":"logs","fields":[{"path":"$.t","role":"time"},{"path":"$.id","role":"id"},{"path":"$.host","role":"label"},
        {"path":"$.msg"},{"path":"$.level"}]}"#;
    same_after_reload(
        json,
        &[r#"{"t":1700000001000,"id":"x","host":"h","msg":"down","level":"error"}"#],
    );
    same_after_reload(
        r#"{"view":"logs","fields":[{"path":"$.host","role":"label"}]}"#,
        &[r#"{"time":1700000001000,"host":"h","msg":"down","level":"error"}"#],
    );
}

#[test]
fn the_newest_rows_are_kept_that_there_is_room_for_in_every_series() {
    let json =
        r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.d","role":"label"},{"path":"$.v"}]}"#;
    let (mut feed, _) = keeping(json);
    for n in 0..100 {
        let row = |d: &str| format!(r#"{{"t":{},"d":"{d}","v":{n}}}"#, NOW + f64::from(n));
        send(&mut feed, &[&row("a"), &row("b")]);
    }
    let kept = feed.stream.borrow_mut().kept_rows(1000).unwrap();
    assert!((800..1100).contains(&kept.len()), "{}", kept.len());
    let (mut next, projection) = keeping(json);
    Stream::receive_kept(&next.stream, &kept, NOW).unwrap();
    let frames = shown(&mut next, &projection);
    for values in [&frames[1], &frames[3]] {
        assert!(values.ends_with("97,98,99"), "{values}");
    }
}

#[test]
fn nothing_is_made_of_no_rows_and_a_text_that_is_broken_is_told() {
    let (feed, _) = keeping(FOUND);
    assert_eq!(feed.stream.borrow_mut().kept_rows(usize::MAX), None);
    for broken in ["", "[\n[]", "[\"cell 1\"]\n[]", "[\"found a\"]\n[{\"t\":1,"] {
        assert!(
            Stream::receive_kept(&feed.stream, broken, NOW).is_err(),
            "{broken}"
        );
        assert!(feed.is_empty());
    }
}

#[test]
fn what_is_not_kept_has_no_columns_of_its_own() {
    let json = r#"{"fields":[{"path":"$.id","role":"id"},{"path":"$.v"}]}"#;
    let memory = |(mut feed, _): (Feed, Projection)| {
        send(&mut feed, &[r#"{"id":1,"v":1}"#]);
        feed.allocated_bytes()
    };
    assert!(memory(query(json)) < memory(keeping(json)));
}

#[test]
fn rows_that_a_later_connection_replaces_are_replaced_after_a_reload_too() {
    for (replaces, message) in [
        (r#""dropOnReconnect":true"#, r#"{"k":"a","v":2}"#),
        (
            r#""clearWhen":[{"path":"$.snapshot","op":"exists"}]"#,
            r#"{"k":"a","v":2,"snapshot":1}"#,
        ),
    ] {
        let json =
            r#"{"mode":"upsert","keys":["$.k"],REPLACES,"view":"table","fields":[{"path":"$.v"}]}"#;
        let json = json.replace("REPLACES", replaces);
        let (mut feed, _) = keeping(&json);
        send(&mut feed, &[r#"{"k":"b","v":1}"#]);
        let (mut next, projection) = reload(&feed, &json);
        send(&mut next, &[message]);
        assert_eq!(shown(&mut next, &projection)[1], "v:number=2", "{json}");
        // The feed was there first.
        let kept = feed.stream.borrow_mut().kept_rows(usize::MAX).unwrap();
        let (mut next, projection) = keeping(&json);
        send(&mut next, &[message]);
        assert_eq!(Stream::receive_kept(&next.stream, &kept, NOW), Ok(0));
        assert_eq!(shown(&mut next, &projection)[1], "v:number=2", "{json}");
    }
}
