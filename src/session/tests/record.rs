//! Recordings: what is in them, what is not, and how large they grow.

use serde_json::{Value, json};

use super::token::{answer, stage};
use super::*;
use crate::session::recordings::RecordingProgress;

/// The file of a recording, line by line.
fn lines(file: &str) -> Vec<Value> {
    let lines = file.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_recording_has_what_the_journal_keeps_and_what_comes_as_it_came() {
    let (mut stage, reader) = Stage::open("{}", r#"{"fields":[{"path":"$.v"}]}"#);
    stage.now = 1_000.0;
    stage.text(r#"{"v":1}"#);
    stage.text("two\nlines \u{1f}");
    let id = stage.session.begin_recording(reader, 10_000);
    stage.now = 1_250.5;
    assert!(
        stage
            .session
            .receive_texts("a\u{1e}b".as_bytes(), &[1_250.0, 1_250.5], 1_250.5)
    );
    stage
        .session
        .receive_binaries(&[1, 255, 0], &[2, 1], &[1_251.0, 1_252.0], 1_252.0);
    assert_eq!(stage.session.recorded(id).messages, 6);
    let target = json!({
        "refId": "A", "path": "/live", "subscribe": "go", "params": {}, "format": "nats",
        "fields": [{ "path": "$.v" }], "mode": "upsert",
    });
    let file = stage.session.take_recording(id, "Plant", &target);
    let lines = lines(&file);
    assert_eq!(
        lines[0],
        json!({
            "feed": "Plant",
            "address": "ws://h",
            "asked": { "path": "/live", "subscribe": "go", "params": {} },
            "query": { "fields": [{ "path": "$.v" }], "mode": "upsert" },
            "full": false,
        })
    );
    assert_eq!(
        lines[1..],
        [
            json!({ "at": 1000, "text": r#"{"v":1}"# }),
            json!({ "at": 1000, "text": "two\nlines \u{1f}" }),
            json!({ "at": 1250, "text": "a" }),
            json!({ "at": 1250.5, "text": "b" }),
            json!({ "at": 1251, "base64": "Af8=" }),
            json!({ "at": 1252, "base64": "AA==" }),
        ]
    );
    // It goes on without a recording, and says of one that was taken that there is none.
    stage.text(r#"{"v":2}"#);
    assert_eq!(stage.session.recorded(id), RecordingProgress::default());
}

#[test]
fn readers_go_on_while_something_is_recorded() {
    let (mut stage, reader) = Stage::open("{}", r#"{"fields":[{"path":"$.v"}]}"#);
    let id = stage.session.begin_recording(reader, 10_000);
    assert!(
        stage
            .session
            .receive_texts("{\"v\":1}\u{1e}{\"v\":2}".as_bytes(), &[1.0, 2.0], 2.0)
    );
    assert_eq!(stage.rows(reader), [(1.0, 1.0), (2.0, 2.0)]);
    let other = stage.attach(&query(r#"{"fields":[{"path":"$.v"}],"capacity":5}"#));
    assert_eq!(stage.rows(other).len(), 2, "the journal keeps them as well");
    assert_eq!(stage.session.recorded(id).messages, 2);
}

#[test]
fn a_full_recording_takes_no_more_and_says_so() {
    let (mut stage, reader) = Stage::open("{}", "{}");
    let id = stage.session.begin_recording(reader, 300);
    stage.text(&"x".repeat(100));
    stage.text(&"y".repeat(200));
    stage.text("z");
    let progress = stage.session.recorded(id);
    assert!(progress.is_full && progress.messages == 1 && progress.bytes <= 300);
    let file = stage.session.take_recording(id, "Plant", &json!({}));
    assert_eq!(lines(&file).len(), 2);
    assert_eq!(lines(&file)[0]["full"], json!(true));
}

#[test]
fn what_is_for_another_subscription_is_not_recorded() {
    let (mut stage, first) = Stage::open(r#"{"preset":"nats"}"#, r#"{"params":{"subject":"a"}}"#);
    stage.text("INFO {}\r\n");
    stage.text("PONG\r\n");
    let second = stage.attach(&query(r#"{"params":{"subject":"b"}}"#));
    stage.text("MSG a 0 2\r\nA1\r\nMSG b 1 2\r\nB1\r\n");
    let (one, two) = (
        stage.session.begin_recording(first, 10_000),
        stage.session.begin_recording(second, 10_000),
    );
    stage.text("MSG b 1 2\r\nB2\r\nMSG a 0 2\r\nA2\r\n");
    let subjects = |file: String| -> Vec<(String, String)> {
        let documents = lines(&file).into_iter().skip(1).map(|line| {
            let document: Value = serde_json::from_str(line["text"].as_str().unwrap()).unwrap();
            let text = |name: &str| document[name].as_str().unwrap().to_owned();
            (text("subject"), text("payload"))
        });
        documents.collect()
    };
    let pair = |subject: &str, payload: &str| (subject.to_owned(), payload.to_owned());
    let one = stage.session.take_recording(one, "Plant", &json!({}));
    let two = stage.session.take_recording(two, "Plant", &json!({}));
    assert_eq!(subjects(one), [pair("a", "A1"), pair("a", "A2")]);
    assert_eq!(subjects(two), [pair("b", "B1"), pair("b", "B2")]);
}

#[test]
fn what_is_secret_is_in_no_file() {
    let jsondata = r#"{"query":{"access_token":"${token}","app_key":"static-5ecret"},"token":{"path":"t"},
        "options":{"auth":{"password":"opt-5ecret"}}}"#;
    let target = json!({
        "path": "/live?apikey=path-5ecret&device=3&x=0123456789abcdef0123456789",
        "subscribe": r#"{"op":"login","passphrase":"sub-5ecret \"q\"","channel":"c1"}"#,
        "params": { "authToken": "par-5ecret", "n": 1 },
        "fields": [{ "path": "$.v", "name": "opt-5ecret" }],
    });
    let read = json!({ "path": target["path"], "fields": target["fields"] });
    let (mut stage, reader) = stage("https://h", jsondata, &read.to_string());
    stage.session.handle(answer(200, "TOKEN/5ecret="), 0.0);
    stage.opened();
    let id = stage.session.begin_recording(reader, 100_000);
    stage.text(
        "TOKEN/5ecret= TOKEN%2F5ecret%3D static-5ecret opt-5ecret path-5ecret sub-5ecret \\\"q\\\" par-5ecret",
    );
    stage.text(r#"{"device":3,"channel":"c1","v":0.5,"x":"0123456789abcdef0123456789"}"#);
    let binary = b"\xacTOKEN/5ecret=\x01";
    stage
        .session
        .receive_binaries(binary, &[u32::try_from(binary.len()).unwrap()], &[5.0], 5.0);
    let file = stage.session.take_recording(id, "Plant", &target);
    assert!(!file.contains("5ecret"), "{file}");
    assert!(!file.contains("0123456789abcdef"), "{file}");
    let lines = lines(&file);
    assert_eq!(
        lines[0]["asked"]["path"],
        json!("/live?apikey=***&device=3&x=***")
    );
    assert_eq!(
        lines[0]["asked"]["subscribe"],
        json!(r#"{"op":"login","passphrase":"***","channel":"c1"}"#)
    );
    assert_eq!(lines[1]["text"], json!("*** *** *** *** *** *** ***"));
    let shown = r#"{"device":3,"channel":"c1","v":0.5,"x":"***"}"#;
    assert_eq!(lines[2]["text"], json!(shown));
    let hidden = base64_of(b"\xac*************\x01");
    assert_eq!(lines[3]["base64"], json!(hidden), "as long as it was");
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn what_is_recorded_of_a_protocol_is_counted_once() {
    let jsondata = r#"{"control":[{"when":{"$.type":"hello"},"action":"ignore"}]}"#;
    let (mut stage, reader) = Stage::open(jsondata, r#"{"fields":[{"path":"$.v"}]}"#);
    stage.text(r#"{"v":1}"#);
    let id = stage.session.begin_recording(reader, 10_000);
    stage.text(r#"{"v":2}"#);
    stage.text(r#"{"type":"hello"}"#);
    assert_eq!(stage.session.recorded(id).messages, 2);
    assert_eq!(stage.counted(reader), (3.0, 30.0), "as without a recording");
}

#[test]
fn progress_is_told_once_and_a_recording_that_is_stopped_or_full_is_taken() {
    use crate::session::recordings::{RecordingBeat, RecordingProgress, RecordingWatch};
    let mut watch = RecordingWatch::default();
    let mut poll = |messages, is_full, is_stopped| {
        let progress = RecordingProgress {
            messages,
            bytes: 0,
            is_full,
        };
        watch.poll(progress, is_stopped)
    };
    let beat = |tells, wait| RecordingBeat { tells, wait };
    assert_eq!(poll(0, false, false), beat(true, Some(250.0)));
    assert_eq!(poll(0, false, false), beat(false, Some(250.0)));
    assert_eq!(poll(1, false, true), beat(true, None));
    assert_eq!(poll(1, true, false), beat(true, None));
}
