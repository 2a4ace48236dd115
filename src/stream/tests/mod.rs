use std::cell::RefCell;
use std::rc::Rc;

use super::intake::{Intake, history_texts};
use super::*;
use crate::extract::coerce::Kind;
use crate::extract::path::Path;
use crate::extract::time::TimeFormat;
use crate::format::Format;
use crate::frame::{Field, Notice, Stat, Values};
use crate::target::{Backfill, Fills, Selector, Spec, Target};

mod keeping;
mod model;

const NOW: f64 = 1_700_000_000_000.0;

/// A stream and the connection that it reads.
struct Feed {
    intake: Intake,
    stream: Rc<RefCell<Stream>>,
}

impl Feed {
    fn new(reading: &Reading, capacity: usize, max_message_bytes: usize) -> Self {
        let stream = Rc::new(RefCell::new(Stream::new(reading, capacity)));
        let mut intake = Intake::new(max_message_bytes);
        intake.attach(&Format::Json, Rc::clone(&stream));
        Self { intake, stream }
    }

    fn notices(&self) -> Vec<Notice> {
        self.stream.borrow().notices()
    }

    fn stats(&self) -> Vec<Stat> {
        self.stream.borrow().stats()
    }

    fn counters(&self) -> Counters {
        *self.stream.borrow().counters()
    }

    fn len(&self) -> usize {
        self.stream.borrow().len()
    }

    fn is_empty(&self) -> bool {
        self.stream.borrow().is_empty()
    }

    fn allocated_bytes(&self) -> usize {
        self.stream.borrow().allocated_bytes()
    }

    fn receive_history(&mut self, backfill: &Backfill, answer: &[u8]) {
        let texts = history_texts(&backfill.format, answer, usize::MAX);
        let texts = texts.as_deref().map_err(|error| *error);
        Stream::receive_history(&self.stream, backfill, texts, NOW);
    }
}

fn stream(capacity: usize) -> Feed {
    Feed::new(&Reading::default(), capacity, usize::MAX)
}

fn chosen(fields: &str) -> (Feed, Fields) {
    query(&format!(r#"{{"fields":{fields}}}"#))
}

fn query(json: &str) -> (Feed, Fields) {
    let spec: Spec = serde_json::from_str(json).unwrap();
    let target = Target::parse(&spec).unwrap();
    let feed = Feed::new(&target.fields.reading, target.capacity, usize::MAX);
    (feed, target.fields)
}

fn send(feed: &mut Feed, messages: &[&str]) {
    let batch = messages.join("\u{1e}");
    feed.intake
        .receive_texts(batch.as_bytes(), &vec![NOW; messages.len()]);
}

/// Each field of each frame as `name{labels}:type=values`.
fn shown(feed: &mut Feed, fields: &Fields) -> Vec<String> {
    shown_at(feed, fields, NOW)
}

fn shown_at(feed: &mut Feed, fields: &Fields, now: f64) -> Vec<String> {
    let mut stream = feed.stream.borrow_mut();
    let frames = stream.frames(1000, fields, now);
    frames
        .iter()
        .flat_map(|frame| frame.fields.iter().map(show))
        .collect()
}

fn show(field: &Field<'_>) -> String {
    let labels = field.labels.as_ref().map_or(String::new(), |labels| {
        let pairs = labels.iter().map(|(name, text)| format!("{name}={text}"));
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
    });
    let values = show_values(&field.values).join(",");
    format!("{}{labels}:{}={values}", field.name, field.kind.name())
}

fn show_values(values: &Values<'_>) -> Vec<String> {
    let number = |n: &f64| {
        if n.is_nan() {
            "null".to_owned()
        } else {
            n.to_string()
        }
    };
    let boolean = |b: &u8| {
        ["false", "true"]
            .get(*b as usize)
            .unwrap_or(&"null")
            .to_string()
    };
    match values {
        Values::Nulls(count) => vec!["null".to_owned(); *count],
        Values::Numbers(older, newer) => older.iter().chain(*newer).map(number).collect(),
        Values::Booleans(older, newer) => older.iter().chain(*newer).map(boolean).collect(),
        Values::Texts { distinct, rows } => rows
            .iter()
            .map(|r| {
                distinct
                    .get(*r as usize)
                    .map_or("null".to_owned(), |t| format!("'{t}'"))
            })
            .collect::<Vec<_>>(),
        Values::LabelSets { distinct, rows } => rows
            .iter()
            .map(|row| format!("{:?}", distinct[*row as usize]))
            .collect(),
    }
}

fn inferred(stream: &mut Feed) -> Vec<String> {
    shown(stream, &Fields::default())
}

#[test]
fn a_plain_feed_needs_no_choice() {
    let mut stream = stream(1000);
    send(
        &mut stream,
        &[
            r#"{"time":1700000000000,"value":1.5}"#,
            r#"{"time":1700000001000,"value":2}"#,
        ],
    );
    assert_eq!(
        inferred(&mut stream),
        [
            "time:time=1700000000000,1700000001000",
            "value:number=1.5,2"
        ]
    );
    assert_eq!(stream.notices(), []);
}

#[test]
fn without_a_time_the_arrival_is_the_time() {
    let mut stream = stream(1000);
    send(&mut stream, &[r#"{"t":12345,"p":"0.001"}"#]);
    assert_eq!(
        inferred(&mut stream),
        [
            "Time:time=1700000000000",
            "t:number=12345",
            "p:string='0.001'"
        ]
    );
}

#[test]
fn only_the_newest_rows_stay() {
    let mut stream = stream(3);
    let messages: Vec<String> = (0..10)
        .map(|i| format!(r#"{{"time":{},"value":{i}}}"#, NOW + f64::from(i)))
        .collect();
    send(
        &mut stream,
        &messages.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    assert_eq!(inferred(&mut stream)[1], "value:number=7,8,9");
    assert_eq!(stream.counters().rows, 10);
}

#[test]
fn a_field_that_appears_later_is_added_also_when_the_ring_is_full() {
    let mut stream = stream(2);
    send(
        &mut stream,
        &[
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"a":3,"b":true}"#,
            r#"{"b":false}"#,
        ],
    );
    assert_eq!(
        inferred(&mut stream)[1..],
        ["a:number=3,null", "b:boolean=true,false"]
    );
}

#[test]
fn a_type_conflict_widens_to_text_and_says_so() {
    let mut stream = stream(1000);
    send(
        &mut stream,
        &[
            r#"{"a":1.50}"#,
            r#"{"a":null}"#,
            r#"{"a":"off"}"#,
            r#"{"a":2.50}"#,
        ],
    );
    assert_eq!(inferred(&mut stream)[1], "a:string='1.5',null,'off','2.50'");
    let notices = stream.notices();
    assert!(
        notices[0].text.contains("Field a") && notices[0].text.contains("off"),
        "{notices:?}"
    );
}

#[test]
fn integers_beyond_2_53_keep_their_digits_unless_asked_for_as_numbers() {
    let mut stream = stream(1000);
    send(&mut stream, &[r#"{"id":9007199254740993}"#]);
    assert_eq!(inferred(&mut stream)[1], "id:string='9007199254740993'");
    let (mut stream, fields) = chosen(r#"[{"path":"$.id","type":"number"}]"#);
    send(&mut stream, &[r#"{"id":9007199254740993}"#]);
    assert_eq!(shown(&mut stream, &fields)[1], "id:number=9007199254740992");
}

#[test]
fn a_trade_feed_with_numeric_strings_and_an_acknowledgement() {
    let (mut stream, fields) = chosen(
        r#"[{"path":"$.T","role":"time"},{"path":"$.p","type":"number","name":"price","unit":"currencyUSD"},{"path":"$.s"},{"path":"$.m"}]"#,
    );
    send(
        &mut stream,
        &[
            r#"{"result":null,"id":1}"#,
            r#"{"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","T":1672515782136,"m":true}"#,
        ],
    );
    assert_eq!(
        shown(&mut stream, &fields),
        [
            "T:time=1672515782136",
            "price:number=0.001",
            "s:string='BNBBTC'",
            "m:boolean=true"
        ]
    );
    assert_eq!(
        stream.stream.borrow_mut().frames(9, &fields, NOW)[0].fields[1]
            .unit
            .as_deref(),
        Some("currencyUSD")
    );
    assert_eq!(
        (stream.counters().messages, stream.counters().dropped),
        (2, 1)
    );
}

#[test]
fn values_that_do_not_fit_the_chosen_type_are_null_and_told() {
    let (mut stream, fields) = chosen(
        r#"[{"path":"$.v","type":"number"},{"path":"$.b","type":"boolean"},{"path":"$.j","type":"json"}]"#,
    );
    send(
        &mut stream,
        &[
            r#"{"v":"n/a","b":"maybe","j":{"x":[1]}}"#,
            r#"{"v":" 2 ","b":0,"j":"s"}"#,
        ],
    );
    assert_eq!(
        shown(&mut stream, &fields)[1..],
        [
            "v:number=null,2",
            "b:boolean=null,false",
            "j:string='{\"x\":[1]}','\"s\"'"
        ]
    );
    assert_eq!(stream.notices().len(), 2);
    assert!(stream.notices()[0].text.contains("n/a"));
}

#[test]
fn malformed_messages_are_counted_shown_and_skipped() {
    let mut stream = stream(1000);
    send(
        &mut stream,
        &[r#"{"a":1}"#, r#"{"a":oops}"#, "", r#"{"a":2}"#],
    );
    assert_eq!(inferred(&mut stream)[1], "a:number=1,2");
    let text = &stream.notices()[0].text;
    assert!(
        text.contains("2 messages")
            && text.contains("ends in the middle")
            && text.contains("byte 0"),
        "{text}"
    );
    send(&mut stream, &[r#"{"a":oops}"#]);
    let text = &stream.notices()[0].text;
    assert!(
        text.contains("unexpected 'o' at byte 5") && text.contains(r#"{"a":oops}"#),
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
    assert_eq!((together.len(), together.counters().messages), (39, 40));
}

#[test]
fn binary_messages_are_utf_8_text_or_malformed() {
    let mut stream = stream(1000);
    stream.intake.receive_binary(r#"{"a":"é"}"#.as_bytes(), NOW);
    stream.intake.receive_binary(b"{\"a\":\"\xff\"}", NOW);
    assert_eq!(inferred(&mut stream)[1], "a:string='é'");
    assert!(
        stream.notices()[0]
            .text
            .contains("not UTF-8 text at byte 6")
    );
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
    assert!(stream.notices()[0].text.contains("none held a value"));
    send(&mut stream, &[r#"{"nothing":null}"#]);
    assert_eq!((stream.len(), stream.notices().len()), (1, 0));
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

fn same() -> Backfill {
    Backfill {
        url: "history".into(),
        format: Format::Auto,
        reading: None,
        fills: Fills::Same,
    }
}

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
    let spec = r#"{"fields":[{"path":"$.ts","role":"time"},{"path":"$.a"},{"path":"$.b","name":"B"}],
        "backfill":{"url":"h","fields":[{"path":"$.rows[*].when","role":"time","timeFormat":"s"},{"path":"$.rows[*].bee","name":"B"}]}}"#;
    let target = Target::parse(&serde_json::from_str(spec).unwrap()).unwrap();
    let mut stream = Feed::new(&target.fields.reading, 10, usize::MAX);
    send(&mut stream, &[r#"{"ts":1700000009000,"a":1,"b":2}"#]);
    stream.receive_history(
        target.backfill.as_ref().unwrap(),
        br#"{"rows":[{"when":1700000001,"bee":7}]}"#,
    );
    assert_eq!(
        shown(&mut stream, &target.fields),
        [
            "ts:time=1700000001000,1700000009000",
            "a:number=null,1",
            "B:number=7,2"
        ]
    );
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
fn a_column_is_announced_with_its_type_before_any_value() {
    let (mut stream, fields) =
        chosen(r#"[{"path":"$.t","role":"time"},{"path":"$.s","type":"string"},{"path":"$.n"}]"#);
    assert_eq!(
        shown(&mut stream, &fields),
        ["t:time=", "s:string=", "n:number="]
    );
}

#[test]
fn two_numbers_a_row_cost_at_most_24_bytes() {
    let reading = Reading {
        columns: vec![Selector {
            path: Path::parse("$.value").unwrap(),
            kind: Kind::Number,
            role: Role::Value,
            default_name: "value".into(),
        }],
        time: Some((Path::parse("$.time").unwrap(), TimeFormat::Auto)),
        ..Reading::default()
    };
    for capacity in [1000, 65_537] {
        let mut stream = Feed::new(&reading, capacity, usize::MAX);
        for i in 0..capacity + 10 {
            send(
                &mut stream,
                &[&format!(r#"{{"time":{},"value":{i}}}"#, NOW + i as f64)],
            );
        }
        assert!(
            stream.allocated_bytes() <= 24 * capacity,
            "{}",
            stream.allocated_bytes() / capacity
        );
    }
}

#[test]
fn history_of_more_series_than_are_kept_takes_the_place_of_live_ones() {
    let (mut stream, fields) =
        query(r#"{"maxSeries":1,"fields":[{"path":"$.s","role":"label"},{"path":"$.v"}]}"#);
    let live = r#"{"s":"live","v":1}"#;
    send(&mut stream, &[live, live, live]);
    stream.receive_history(&same(), br#"[{"s":"old","v":5}]"#);
    let mut kept = stream.stream.borrow_mut();
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
    assert_eq!(kept.frames(10, &fields, NOW)[0].len, 2);
}
