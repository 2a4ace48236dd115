//! Feeds that exist: the messages of every recording come out as the frames that the recording says.
//! Those were worked out apart from Freshet, from the messages alone. `www/test/e2e/replay.test.mjs` does the same
//! through the browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use freshet::format::{Format, Message};
use freshet::frame::{Field, Frame, Labels, Values};
use freshet::protocol::{self, Opening, Protocol, Received, Setup};
use freshet::query::{Query, QuerySpec};
use freshet::stream::Stream;
use freshet::stream::intake::Intake;
use serde_json::{Value, json};

/// Times of day in double precision are a quarter of a microsecond apart, and there are several ways to round.
const TIME_TOLERANCE_MS: f64 = 0.001;

/// One message as it came.
struct Arrived {
    /// When, in milliseconds since the epoch.
    at: f64,
    /// Its text, or its bytes.
    payload: Payload,
}

enum Payload {
    Text(String),
    Binary(Vec<u8>),
}

impl Payload {
    fn message(&self) -> Message<'_> {
        match self {
            Self::Text(text) => Message::Text(text.as_bytes()),
            Self::Binary(bytes) => Message::Binary(bytes),
        }
    }
}

/// The protocol that the query names, or that the first message is of where the query names no format.
fn protocol_of(query: &Query, messages: &[Arrived]) -> Option<&'static protocol::ProtocolEntry> {
    match query.protocol {
        Some(name) => protocol::find(name),
        None if query.format == Format::AUTO => {
            protocol::detect(messages.first()?.payload.message(), usize::MAX)
        }
        None => None,
    }
}

fn receive_through(
    protocol: &mut dyn Protocol,
    message: Message<'_>,
    now: f64,
    intake: &mut Intake,
) {
    let mut received = Received::default();
    let result = protocol.receive(message, now, now, &mut received);
    let bytes = message.bytes().len();
    intake.receive_documents(
        received.documents.bytes(),
        &received.arrivals,
        &received.subscriptions,
        1,
        bytes,
    );
    if let Err(error) = result {
        intake.refuse(error, message);
    }
}

/// The recordings by name, in order of name.
fn recordings() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let entries = fs::read_dir(&folder).expect("the folder recordings");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "json"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).expect("a recording");
        let name = path.file_stem().expect("a name").to_string_lossy();
        let value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        (name.into_owned(), value)
    };
    paths.iter().map(read).collect()
}

fn messages(recording: &Value) -> Vec<Arrived> {
    let all = recording["messages"].as_array().expect("messages");
    let payload = |message: &Value| match message["text"].as_str() {
        Some(text) => Payload::Text(text.to_owned()),
        None => Payload::Binary(
            BASE64
                .decode(message["base64"].as_str().expect("text or base64"))
                .expect("base64"),
        ),
    };
    let arrived = |message: &Value| Arrived {
        at: message["at"].as_f64().expect("at"),
        payload: payload(message),
    };
    all.iter().map(arrived).collect()
}

/// What the engine makes of a recording: its frames as `{ "fields": [{ "name", "type", "labels", "values" }] }`, NaN of
/// numbers and times as null, and its notices' texts.
fn run(recording: &Value) -> Result<(Vec<Value>, Vec<String>), String> {
    let spec: QuerySpec = serde_json::from_value(recording["query"].clone()).expect("a query");
    let target = Query::parse(&spec).map_err(|e| format!("the query is refused: {e}"))?;
    let stream = Rc::new(RefCell::new(Stream::new(
        &target.projection.reading,
        target.capacity,
    )));
    let mut intake = Intake::new(usize::MAX);
    intake.attach(&target.format, None, Rc::clone(&stream));
    let all = messages(recording);
    let mut protocol =
        protocol_of(&target, &all).map(|entry| (entry.make)(&Setup::new(usize::MAX)));
    if let Some(protocol) = &mut protocol {
        protocol.opened(&Opening::default(), 0.0);
    }
    let mut now = 0.0;
    for Arrived { at, payload } in &all {
        now = *at;
        match (&mut protocol, payload) {
            (Some(protocol), _) => {
                receive_through(&mut **protocol, payload.message(), now, &mut intake)
            }
            (None, Payload::Text(text)) => intake.receive_texts(text.as_bytes(), &[now]),
            (None, Payload::Binary(bytes)) => intake.receive_binary(bytes, now),
        }
    }
    let mut stream = stream.borrow_mut();
    let notices = stream.notices(&target.projection).into_iter();
    let notices = notices.map(|n| n.text).collect();
    stream.settle(&target.projection, now);
    let frames = stream.frames(target.capacity, &target.projection, now);
    Ok((frames.iter().map(frame_value).collect(), notices))
}

fn frame_value(frame: &Frame<'_>) -> Value {
    let fields: Vec<Value> = frame.fields.iter().map(field_value).collect();
    json!({ "fields": fields })
}

fn field_value(field: &Field<'_>) -> Value {
    let labels = field.labels.as_ref().map(|labels| labels_value(labels));
    json!({
        "name": field.name,
        "type": field.kind.name(),
        "labels": labels,
        "values": values_of(&field.values),
    })
}

fn labels_value(labels: &Labels) -> Value {
    let pairs = labels.iter().map(|(k, v)| (k.clone(), json!(v)));
    Value::Object(pairs.collect())
}

fn values_of(values: &Values<'_>) -> Vec<Value> {
    let number = |n: &f64| serde_json::Number::from_f64(*n).map_or(Value::Null, Value::Number);
    match values {
        Values::Nulls(count) => vec![Value::Null; *count],
        Values::Numbers(older, newer) => older.iter().chain(*newer).map(number).collect(),
        Values::Booleans(older, newer) => {
            let boolean = |b: &u8| if *b > 1 { Value::Null } else { json!(*b == 1) };
            older.iter().chain(*newer).map(boolean).collect()
        }
        Values::Texts { distinct, rows } => {
            let text = |row: &u32| distinct.get(*row as usize).map(|t| t.to_string());
            rows.iter().map(|row| json!(text(row))).collect()
        }
        Values::LabelSets { distinct, rows } => {
            let sets = rows.iter().filter_map(|row| distinct.get(*row as usize));
            sets.map(labels_value).collect()
        }
    }
}

/// What differs, each line with its place; empty when nothing does.
fn compare(frames: &[Value], expected: &[Value]) -> Vec<String> {
    let mut differences = Vec::new();
    if frames.len() != expected.len() {
        differences.push(format!(
            "{} frames instead of {}: {:?} instead of {:?}",
            frames.len(),
            expected.len(),
            labels_of(frames),
            labels_of(expected)
        ));
    }
    for (index, (frame, expected)) in frames.iter().zip(expected).enumerate() {
        compare_frame(&format!("frame {index}"), frame, expected, &mut differences);
    }
    differences
}

fn compare_frame(place: &str, frame: &Value, expected: &Value, differences: &mut Vec<String>) {
    if !expected["name"].is_null() && frame["name"] != expected["name"] {
        differences.push(differs(
            &format!("{place}, name"),
            &frame["name"],
            &expected["name"],
        ));
    }
    let (fields, wanted) = (list(&frame["fields"]), list(&expected["fields"]));
    let names = |fields: &[Value]| -> Vec<String> { fields.iter().map(name_of).collect() };
    if names(fields) != names(wanted) {
        differences.push(format!(
            "{place}: fields {:?} instead of {:?}",
            names(fields),
            names(wanted)
        ));
        return;
    }
    for (field, wanted) in fields.iter().zip(wanted) {
        compare_field(
            &format!("{place}, field {}", name_of(wanted)),
            field,
            wanted,
            differences,
        );
    }
}

fn compare_field(place: &str, field: &Value, wanted: &Value, differences: &mut Vec<String>) {
    if field["type"] != wanted["type"] {
        differences.push(differs(
            &format!("{place}: type"),
            &field["type"],
            &wanted["type"],
        ));
    }
    if labels(field) != labels(wanted) {
        differences.push(differs(
            &format!("{place}: labels"),
            &field["labels"],
            &wanted["labels"],
        ));
    }
    let (values, expected) = (list(&field["values"]), list(&wanted["values"]));
    if values.len() != expected.len() {
        differences.push(format!(
            "{place}: {} values instead of {}: {values:?} instead of {expected:?}",
            values.len(),
            expected.len()
        ));
        return;
    }
    let is_time = wanted["type"] == "time";
    let wrong = (0..values.len()).find(|i| !same(&values[*i], &expected[*i], is_time));
    if let Some(row) = wrong {
        differences.push(differs(
            &format!("{place}, row {row}"),
            &values[row],
            &expected[row],
        ));
    }
}

/// Numbers are the same when their values are, however serde_json keeps them.
fn same(value: &Value, expected: &Value, is_time: bool) -> bool {
    match (value.as_f64(), expected.as_f64()) {
        (Some(value), Some(expected)) if is_time => (value - expected).abs() < TIME_TOLERANCE_MS,
        (Some(value), Some(expected)) => value.to_bits() == expected.to_bits() || value == expected,
        _ => value == expected,
    }
}

fn differs(place: &str, value: &Value, expected: &Value) -> String {
    format!("{place} is {value} instead of {expected}")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn name_of(field: &Value) -> String {
    field["name"].as_str().unwrap_or("?").to_owned()
}

/// No labels are the same as an empty set of them.
fn labels(field: &Value) -> Vec<(String, Value)> {
    let object = field["labels"].as_object();
    object
        .map(|labels| labels.iter().map(|(k, v)| (k.clone(), v.clone())).collect())
        .unwrap_or_default()
}

fn labels_of(frames: &[Value]) -> Vec<Value> {
    let last = |frame: &Value| list(&frame["fields"]).last().map(|f| f["labels"].clone());
    frames.iter().filter_map(last).collect()
}

#[test]
fn recordings_come_out_as_their_frames() {
    let all = recordings();
    assert!(all.len() >= 28, "only {} recordings were found", all.len());
    let mut wrong = Vec::new();
    for (name, recording) in &all {
        let (frames, notices) = match run(recording) {
            Ok(ran) => ran,
            Err(problem) => {
                wrong.push(format!("{name}: {problem}"));
                continue;
            }
        };
        let differences = compare(&frames, list(&recording["frames"]));
        wrong.extend(differences.iter().map(|what| format!("{name}: {what}")));
        for text in list(&recording["notices"]).iter().filter_map(Value::as_str) {
            if !notices.iter().any(|notice| notice.contains(text)) {
                wrong.push(format!(
                    "{name}: no notice says \"{text}\", only {notices:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_difference_is_told_with_its_place() {
    let frame = |name: &str, kind: &str, value: Value| serde_json::json!({ "fields": [{ "name": name, "type": kind, "labels": { "s": "A" }, "values": [1, value] }] });
    let right = [frame("p", "number", Value::from(2))];
    assert_eq!(compare(&right, &right), Vec::<String>::new());
    assert_eq!(
        compare(&[frame("p", "number", Value::from(2.0))], &right),
        Vec::<String>::new()
    );
    let told = |other: Value, says: &str| {
        let differences = compare(&[other], &right);
        assert!(
            differences.iter().any(|d| d.contains(says)),
            "{differences:?} lack {says}"
        );
    };
    told(
        frame("p", "number", Value::Null),
        "row 1 is null instead of 2",
    );
    told(frame("p", "number", Value::from(2.0000001)), "row 1");
    told(frame("p", "string", Value::from(2)), "type is \"string\"");
    told(
        frame("q", "number", Value::from(2)),
        "fields [\"q\"] instead of [\"p\"]",
    );
    assert!(compare(&[], &right)[0].contains("0 frames instead of 1"));
    let time = |value: f64| [frame("t", "time", Value::from(value))];
    assert!(
        compare(
            &time(1_568_234_281_726.420_4),
            &time(1_568_234_281_726.420_2)
        )
        .is_empty()
    );
    assert!(!compare(&time(1_568_234_281_726.0), &time(1_568_234_281_726.42)).is_empty());
}
