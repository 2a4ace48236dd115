//! InfluxDB line protocol without chosen fields.

use super::*;
use crate::format::CsvOptions;

/// A reading of a connection in `format`, and what it shows.
fn feed_in(format: &str, json: &str) -> (Feed, Projection) {
    let (feed, fields) = query(json);
    let mut intake = Intake::new(1 << 20);
    let format = Format::parse(format, CsvOptions::default()).unwrap();
    intake.attach(&format, None, Rc::clone(&feed.stream));
    let stream = feed.stream;
    (Feed { intake, stream }, fields)
}

const LINES: [&str; 3] = [
    "cpu,host=a usage=1.5,on=t 1700000000000000000\ncpu,host=b usage=2 1700000000000000000",
    "mem free=7 1700000001000000000",
    "cpu,host=a usage=3,on=f 1700000001000000000",
];

#[test]
fn measurement_and_tags_are_labels_and_fields_are_values() {
    let expected = [
        "timestamp:time=1700000000000,1700000001000",
        "usage{measurement=cpu,host=a}:number=1.5,3",
        "on{measurement=cpu,host=a}:boolean=true,false",
        "timestamp:time=1700000000000",
        "usage{measurement=cpu,host=b}:number=2",
        "timestamp:time=1700000001000",
        "free{measurement=mem}:number=7",
    ];
    for format in ["influx", "auto"] {
        let (mut feed, fields) = feed_in(format, "{}");
        send(&mut feed, &LINES);
        assert_eq!(shown(&mut feed, &fields), expected, "{format}");
        assert_eq!(feed.notices().len(), 0, "{format}");
    }
}

#[test]
fn a_line_that_is_cut_is_not_refused_in_the_end_and_has_the_time_of_its_message() {
    let (mut feed, fields) = feed_in("influx", r#"{"fields":[{"path":"$.fields.usage"}]}"#);
    feed.intake.receive_texts(b"cpu,host=a usa", &[at(0.0)]);
    let refused = |feed: &Feed| feed.stream.borrow().malformed.count();
    assert_eq!(refused(&feed), 1);
    feed.intake
        .receive_texts(b"ge=1.5\ncpu,host=b usage=2", &[at(1.0)]);
    feed.intake.receive_texts(b"5\n", &[at(2.0)]);
    assert_eq!(refused(&feed), 0);
    assert_eq!(feed.notices().len(), 0);
    let shown = shown(&mut feed, &fields);
    assert_eq!(shown[0], "Time:time=1700000000001,1700000000002");
    assert_eq!(shown[1], "usage:number=1.5,25");
}

#[test]
fn the_time_may_be_chosen() {
    let fields = r#"{"fields":[{"path":"$.timestamp","role":"time","timeFormat":"s"}]}"#;
    let (mut feed, fields) = feed_in("influx", fields);
    send(&mut feed, &["cpu,host=a usage=1.5 1700000000"]);
    let expected = [
        "timestamp:time=1700000000000",
        "usage{measurement=cpu,host=a}:number=1.5",
    ];
    assert_eq!(shown(&mut feed, &fields), expected);
}

#[test]
fn a_field_that_is_chosen_reads_as_before_and_a_table_has_columns() {
    let (mut feed, fields) = feed_in("influx", r#"{"fields":[{"path":"$.fields.usage"}]}"#);
    send(&mut feed, &LINES);
    assert_eq!(shown(&mut feed, &fields)[1], "usage:number=1.5,2,3");
    let (mut feed, fields) = feed_in("influx", r#"{"view":"table"}"#);
    send(&mut feed, &LINES[..1]);
    let expected = [
        "timestamp:time=1700000000000,1700000000000",
        "measurement:string='cpu','cpu'",
        "tags.host:string='a','b'",
        "fields.usage:number=1.5,2",
        "fields.on:boolean=true,null",
    ];
    assert_eq!(shown(&mut feed, &fields), expected);
}

#[test]
fn who_comes_later_and_who_reads_otherwise_share_the_connection() {
    let (first, series) = feed_in("influx", "{}");
    let (table, columns) = query(r#"{"view":"table"}"#);
    let (late, _) = query("{}");
    let format = Format::parse("influx", CsvOptions::default()).unwrap();
    let mut intake = first.intake;
    intake.attach(&format, None, Rc::clone(&table.stream));
    assert_eq!(intake.passes(), 1);
    intake.receive_texts(LINES[0].as_bytes(), &[NOW]);
    assert_eq!(intake.passes(), 2, "their rows are not told apart alike");
    intake.attach(&format, None, Rc::clone(&late.stream));
    assert_eq!(intake.passes(), 2);
    intake.receive_texts(LINES[2].as_bytes(), &[NOW]);
    let intake = || Intake::new(1);
    let of = |stream| Feed {
        intake: intake(),
        stream,
    };
    assert_eq!(shown(&mut of(first.stream), &series).len(), 5);
    assert_eq!(shown(&mut of(late.stream), &series).len(), 3);
    assert_eq!(shown(&mut of(table.stream), &columns).len(), 5);
}

#[test]
fn a_history_of_points_is_of_the_same_series() {
    let (mut feed, fields) = feed_in("influx", r#"{"backfill":{"url":"/history"}}"#);
    let format = Format::parse("influx", CsvOptions::default()).unwrap();
    let old = b"cpu,host=a usage=1 1699999999000000000";
    let texts = HistoryTexts::of(&format, old, 1 << 20);
    let backfill = FetchedHistory {
        url: String::new(),
        format: format.clone(),
        reading: None,
        fills: Fills::Same,
    };
    Stream::receive_history(&feed.stream, &backfill, &texts, NOW);
    send(&mut feed, &["cpu,host=a usage=1.5 1700000000000000000"]);
    let expected = [
        "timestamp:time=1699999999000,1700000000000",
        "usage{measurement=cpu,host=a}:number=1,1.5",
    ];
    assert_eq!(shown(&mut feed, &fields), expected);
}
