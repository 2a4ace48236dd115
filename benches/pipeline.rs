//! What a message costs on its way to the ring, natively: for finding where time goes. Claims are
//! measured in the browser, beside others: `npm run bench`.
#![allow(missing_docs, clippy::expect_used)]

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use divan::{Bencher, counter::ItemsCount};
use freshet::feed::FeedView;
use freshet::format::SEPARATOR;
use freshet::query::{Query, QuerySpec};
use freshet::session::{Event, Session, SessionKey};
use freshet::source::{Settings, SettingsSpec};
use freshet::stream::Stream;
use freshet::stream::intake::Intake;
use serde_json::{Value, json};

/// Messages that are taken at a time.
const BATCH: usize = 100;

fn main() {
    divan::main();
}

/// An intake with one stream of a query.
struct Reader {
    intake: Intake,
    stream: Rc<RefCell<Stream>>,
    target: Query,
}

fn reader(query: Value) -> Reader {
    let spec: QuerySpec = serde_json::from_value(query).expect("a query");
    let target = Query::parse(&spec).expect("a target");
    let stream = Stream::new(&target.projection.reading, target.capacity);
    let stream = Rc::new(RefCell::new(stream));
    let mut intake = Intake::new(usize::MAX);
    intake.attach(&target.format, None, Rc::clone(&stream));
    Reader {
        intake,
        stream,
        target,
    }
}

/// Rows as a sensor sends them: a time and a value of 16 or 17 digits.
fn row(i: u64) -> String {
    let value = (i as f64 / 500.0).sin() * 20.0;
    // Of one time: a batch is taken again and again, and must not be out of order.
    format!(r#"{{"time":1700000000000,"value":{value}}}"#)
}

fn array(rows: u64) -> Vec<u8> {
    format!("[{}]", (0..rows).map(row).collect::<Vec<_>>().join(",")).into_bytes()
}

fn rows_of(chosen: bool) -> Reader {
    reader(if chosen {
        json!({ "format": "json", "fields": [
            { "path": "$.time", "role": "time", "timeFormat": "ms" },
            { "path": "$.value", "type": "number" },
        ] })
    } else {
        json!({ "format": "json" })
    })
}

fn joined(messages: &[String]) -> Vec<u8> {
    let separator = char::from(SEPARATOR).to_string();
    messages.join(&separator).into_bytes()
}

#[divan::bench(args = [true, false])]
fn array_of_1000_rows(bencher: Bencher<'_, '_>, chosen: bool) {
    let message = array(1000);
    let mut reader = rows_of(chosen);
    bencher
        .counter(ItemsCount::new(1000usize))
        .bench_local(|| reader.intake.receive_texts(&message, &[0.0]));
}

#[divan::bench(args = [true, false])]
fn run_of_100_one_row_messages(bencher: Bencher<'_, '_>, chosen: bool) {
    let batch = joined(&(0..BATCH as u64).map(row).collect::<Vec<_>>());
    let arrivals = vec![0.0; BATCH];
    let mut reader = rows_of(chosen);
    bencher
        .counter(ItemsCount::new(BATCH))
        .bench_local(|| reader.intake.receive_texts(&batch, &arrivals));
}

/// The same with one message among them that is not JSON, and is read again by the lenient reader.
#[divan::bench(args = [true, false])]
fn run_of_100_one_row_messages_one_with_a_mistake(bencher: Bencher<'_, '_>, chosen: bool) {
    let mut messages: Vec<String> = (0..BATCH as u64).map(row).collect();
    messages[BATCH / 2] = r#"{"time":1700000000000,"value":NaN}"#.to_owned();
    let batch = joined(&messages);
    let arrivals = vec![0.0; BATCH];
    let mut reader = rows_of(chosen);
    bencher
        .counter(ItemsCount::new(BATCH))
        .bench_local(|| reader.intake.receive_texts(&batch, &arrivals));
}

/// The messages of a recording, over and over, a hundred at a time. What the query knows again by a
/// key or an identifier comes again too.
#[divan::bench(args = [
    "binance-trade", "binance-book-ticker", "kraken-ticker", "polygon-trades", "home-assistant", "loki-tail",
])]
fn recording(bencher: Bencher<'_, '_>, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("recordings/{name}.json"));
    let text = fs::read_to_string(path).expect("a recording");
    let recording: Value = serde_json::from_str(&text).expect("JSON");
    let mut query = recording["query"].clone();
    query["format"] = json!("json");
    let all = recording["messages"].as_array().expect("messages");
    let texts = all.iter().filter_map(|message| message["text"].as_str());
    let batch: Vec<String> = texts.cycle().take(BATCH).map(str::to_owned).collect();
    let batch = joined(&batch);
    let arrivals = vec![0.0; BATCH];
    let mut reader = reader(query);
    bencher
        .counter(ItemsCount::new(BATCH))
        .bench_local(|| reader.intake.receive_texts(&batch, &arrivals));
}

#[divan::bench]
fn frame_of_1000_rows(bencher: Bencher<'_, '_>) {
    let mut reader = rows_of(true);
    reader.intake.receive_texts(&array(1000), &[0.0]);
    let mut stream = reader.stream.borrow_mut();
    bencher.bench_local(|| {
        stream.settle(&reader.target.projection, 0.0);
        let frames = stream.frames(1000, &reader.target.projection, 0.0);
        frames.iter().map(|frame| frame.len).sum::<usize>()
    });
}

/// What a look of an open editor costs while a feed sends 1,000 messages a second: it looks twice a second, with messages
/// to show or, for the paths that it completes, without.
#[divan::bench(args = [100, 0])]
fn look_at_1000_messages_a_second(bencher: Bencher<'_, '_>, shown: usize) {
    let spec = QuerySpec::default();
    let query = Query::parse(&spec).expect("a query");
    let settings = Settings::parse("ws://feed", &SettingsSpec::default()).expect("settings");
    let key = SessionKey::new(&settings, &query).expect("a key");
    let mut session = Session::new(key, 7, 0.0);
    session.attach(&query, 0.0);
    let opened = Event::Opened {
        subprotocol: String::new(),
        wall: 0.0,
    };
    session.handle(opened, 0.0);
    for ms in 0..10_000_u32 {
        let at = f64::from(ms);
        let message = json!({
            "ts": 1_700_000_000_000_u64 + u64::from(ms),
            "device": format!("pump-{}", ms % 3),
            "site": { "name": "north", "line": 1 },
            "readings": { "temperature": 45.25 + at.sin(), "pressure": 3.2, "vibration": at.cos() },
            "ok": true,
        });
        session.receive_texts(message.to_string().as_bytes(), &[at], at);
    }
    bencher.bench_local(|| FeedView::of(&session, &spec, shown, 10_000.0).places.len());
}
