//! Which rows are shown, and how.

use super::*;

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
    assert!(feed.notices()[0].text.contains("none matched the filter"));
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
fn rows_that_come_out_of_order_are_put_in_order() {
    let mut stream = stream(1000);
    send(
        &mut stream,
        &[
            r#"[{"time":1700000003000,"v":3},{"time":1700000001000,"v":1},{"time":1700000003000,"v":4}]"#,
        ],
    );
    assert_eq!(
        inferred(&mut stream),
        [
            "time:time=1700000001000,1700000003000,1700000003000",
            "v:number=1,3,4"
        ]
    );
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
    intake.attach(
        &Format::parse("text", CsvOptions::default()).unwrap(),
        None,
        Rc::clone(&feed.stream),
    );
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
fn rows_that_come_newest_first_are_no_sign_of_a_wrong_clock() {
    let (mut feed, fields) =
        query(r#"{"window":"1m","fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]}"#);
    let row = |t: f64, v: u32| format!(r#"{{"t":{},"v":{v}}}"#, at(t));
    let newest_first = format!("[{},{},{}]", row(0., 1), row(-30e3, 2), row(-600e3, 3));
    send(&mut feed, &[&newest_first]);
    assert_eq!(feed.notices(), []);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=2,1");
}

#[test]
fn what_makes_no_row_makes_no_column() {
    let (mut feed, fields) = query(r#"{"filter":[{"path":"$.type","op":"==","value":"trade"}]}"#);
    let trade = r#"{"type":"trade","p":1}"#;
    let status = r#"{"type":"status","time":1700000000000,"message":"ok","p":3,"up":{"s":5}}"#;
    send(&mut feed, &[status]);
    send(
        &mut feed,
        &[trade, status, r#"{"type":"trade","junk":5,"x":"a","y":"#],
    );
    send(&mut feed, &[status]);
    let names = |feed: &mut Feed| -> Vec<String> {
        let shown = shown(feed, &fields);
        let names = shown
            .iter()
            .map(|field| field.split(':').next().unwrap_or_default());
        names.map(str::to_owned).collect()
    };
    assert_eq!(names(&mut feed), ["Time", "type", "p"]);
    // It becomes one with the first row that has it.
    send(
        &mut feed,
        &[status, r#"{"type":"trade","p":2,"message":"late"}"#],
    );
    assert_eq!(names(&mut feed), ["Time", "type", "p", "message"]);
    assert_eq!(shown(&mut feed, &fields)[3], "message:string=null,'late'");
}

#[test]
fn frames_without_a_number_have_nothing_to_draw() {
    let nothing_to_draw = |json: &str, messages: &[&str]| {
        let (mut feed, fields) = query(json);
        send(&mut feed, messages);
        let mut stream = feed.stream.borrow_mut();
        stream.settle(&fields, NOW);
        crate::frame::has_nothing_to_draw(&stream.frames(10, &fields, NOW))
    };
    assert!(nothing_to_draw("{}", &[r#"{"who":"a","what":"left"}"#]));
    assert!(!nothing_to_draw("{}", &[r#"{"who":"a","on":true}"#]));
    assert!(!nothing_to_draw("{}", &[r#"{"who":"a"}"#, r#"{"v":1}"#]));
    // Before anything came, nobody knows.
    assert!(!nothing_to_draw("{}", &[]));
}

#[test]
fn candles_and_volumes_have_the_names_that_grafana_looks_for() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.T","role":"time","timeFormat":"ms"},{"path":"$.p","name":"Price","type":"number"}],"bucket":{"interval":"5s","reduce":"ohlc"}}"#,
    );
    let trades = |feed: &mut Feed| {
        for (t, p) in [(0.0, 5), (1e3, 8), (2e3, 4), (4e3, 6), (5e3, 7)] {
            send(
                feed,
                &[&format!(r#"{{"T":{},"p":"{p}","q":"0.5"}}"#, at(t))],
            );
        }
    };
    trades(&mut feed);
    let ([first, second], two) = ([at(0.0), at(5e3)], "time=1700000000000,1700000005000");
    assert_eq!((first, second), (NOW, NOW + 5e3));
    let frame = shown(&mut feed, &fields);
    assert!(frame[0].ends_with(two), "{frame:?}");
    assert_eq!(
        frame[1..],
        [
            "open:number=5,7",
            "high:number=8,7",
            "low:number=4,7",
            "close:number=6,7"
        ]
    );
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.T","role":"time","timeFormat":"ms"},{"path":"$.q","name":"volume","type":"number"}],"bucket":{"interval":"5s","reduce":"sum"}}"#,
    );
    trades(&mut feed);
    assert_eq!(shown(&mut feed, &fields)[1], "volume:number=2,0.5");
}

#[test]
fn positions_and_states_have_the_types_that_grafana_asks_for() {
    let (mut feed, fields) = query(
        r#"{"view":"table","mode":"upsert","fields":[{"path":"$.now","role":"time","timeFormat":"s","name":"Time"},{"path":"$.aircraft[*].hex","role":"label"},{"path":"$.aircraft[*].lat","name":"latitude","type":"number"},{"path":"$.aircraft[*].lon","name":"longitude","type":"number"}]}"#,
    );
    for lon in [10.5, 10.6] {
        let list = format!(
            r#"{{"now":1700000000,"aircraft":[{{"hex":"a","lat":50.5,"lon":{lon}}},{{"hex":"b","lat":51,"lon":11}}]}}"#
        );
        send(&mut feed, &[&list]);
    }
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        [
            "hex:string='a','b'",
            "latitude:number=50.5,51",
            "longitude:number=10.6,11"
        ]
    );
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.time","role":"time","timeFormat":"ms"},{"path":"$.on","type":"boolean"}]}"#,
    );
    for (t, on) in [(0.0, true), (1e3, true), (2e3, false)] {
        send(&mut feed, &[&format!(r#"{{"time":{},"on":{on}}}"#, at(t))]);
    }
    let frame = shown(&mut feed, &fields);
    assert!(frame[0].starts_with("time:time=1700000000000,1700000001000"));
    assert_eq!(frame[1], "on:boolean=true,true,false");
}
