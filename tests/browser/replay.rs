//! Recordings that are replayed in place of a server, and what is recorded.

use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{Delivered, eventually, held, js, notices, sleep, subscribe_with, values};
use freshet::wasm;

/// A server that is not there.
const URL: &str = "ws://127.0.0.1:1";

fn source() -> JsValue {
    js(&json!({ "uid": "down", "name": "Down", "url": URL, "settings": { "lingerMs": 0 } }))
}

fn target(path: &str) -> Value {
    json!({ "refId": "A", "path": path, "subscribe": "go", "fields": [{ "path": "$.v" }] })
}

fn read(target: &Value) -> Delivered {
    subscribe_with(json!({ "targets": [target] }), &source())
}

/// A file of messages that came at these times.
fn file(times: &[f64]) -> JsValue {
    let lines = times.iter().enumerate().map(|(index, at)| {
        let text = format!("{{\"v\":{index}}}");
        json!({ "at": at, "text": text }).to_string()
    });
    let about = json!({ "query": { "fields": [{ "path": "$.v" }] } }).to_string();
    let text: Vec<String> = std::iter::once(about).chain(lines).collect();
    js(&json!({ "name": "plant.ndjson", "text": text.join("\n") }))
}

fn begin(target: &Value, speed: f64, file: JsValue) -> Result<(), String> {
    let begun = wasm::replay(source(), js(target), speed, file);
    begun.map_err(|error| String::from(js_sys::Error::from(error).message()))
}

fn state(target: &Value) -> Option<Value> {
    let state = wasm::replayed(source(), js(target)).unwrap();
    (!state.is_undefined()).then(|| serde_wasm_bindgen::from_value(state).unwrap())
}

fn stop(target: &Value) {
    wasm::stop_replay(source(), js(target)).unwrap();
}

#[wasm_bindgen_test]
async fn a_file_is_read_in_place_of_a_server_that_is_not_there_until_it_is_stopped() {
    let target = target("/replayed");
    assert_eq!(state(&target), None);
    begin(&target, f64::INFINITY, file(&[5e3, 9e3, 9e3])).unwrap();
    let delivered = read(&target);
    let packet = delivered.rows("A", 3).await;
    assert_eq!(values(&packet, "v"), [0, 1, 2]);
    assert_eq!(values(&packet, "Time"), [5000, 9000, 9000]);
    assert!(notices(&packet)[0].starts_with("This is a replay of plant.ndjson"));
    let told = state(&target).unwrap();
    assert_eq!((&told["messages"], &told["total"]), (&json!(3), &json!(3)));
    assert_eq!(told["query"], json!({ "fields": [{ "path": "$.v" }] }));
    // The editor's other questions are answered from it, too.
    let look = wasm::look(source(), js(&target), 10.0).unwrap();
    let look: Value = serde_wasm_bindgen::from_value(look).unwrap();
    assert_eq!(
        (&look["state"], &look["total"]),
        (&json!("replay"), &json!(3))
    );
    let preview = wasm::preview(source(), js(&target), 2.0).unwrap();
    let preview: Value = serde_wasm_bindgen::from_value(preview).unwrap();
    assert_eq!(preview["counts"]["shown"], 3);
    let held = |path| {
        held(path)
            .iter()
            .map(|held| held["state"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(held("/replayed"), ["replay"], "no socket beside it");

    stop(&target);
    assert_eq!(state(&target), None);
    assert_eq!(held("/replayed"), [""; 0]);
    let ended = |packet: &Value| {
        notices(packet)
            .iter()
            .any(|text| text.contains("has ended"))
    };
    delivered.packet("that tells the end", ended).await;
    drop(delivered);
    let live = read(&target);
    assert!(eventually(|| held("/replayed").iter().any(|state| state != "replay")).await);
    drop(live);
}

#[wasm_bindgen_test]
async fn at_a_pace_the_timer_brings_what_is_due() {
    let target = target("/paced");
    begin(&target, 10.0, file(&[0.0, 1_000.0, 4_000.0])).unwrap();
    let delivered = read(&target);
    let first = delivered.rows("A", 1).await;
    assert_eq!(values(&first, "v"), [0], "the others are to come");
    let last = delivered.rows("A", 3).await;
    let times = values(&last, "Time");
    let after = |index: usize| times[index].as_f64().unwrap() - times[0].as_f64().unwrap();
    assert_eq!((after(1).round(), after(2).round()), (100.0, 400.0));
    let age = js_sys::Date::now() - times[2].as_f64().unwrap();
    assert!((0.0..5_000.0).contains(&age), "{age}");
    // From the beginning, and at once.
    begin(&target, f64::INFINITY, JsValue::UNDEFINED).unwrap();
    let again = read(&target);
    assert_eq!(values(&again.rows("A", 3).await, "Time"), [0, 1000, 4000]);
    stop(&target);
}

#[wasm_bindgen_test]
async fn other_queries_go_on_and_what_cannot_be_replayed_is_told() {
    let target = target("/one");
    begin(&target, 1.0, file(&[0.0])).unwrap();
    assert_eq!(state(&self::target("/other")), None);
    let text = js(&json!({ "name": "x", "text": "time,value\n1,2\n" }));
    assert_eq!(
        begin(&target, 1.0, text).unwrap_err(),
        "Line 1 is not valid JSON: see its column 2."
    );
    assert!(state(&target).is_some(), "the one that is on stays");
    let nowhere = json!({ "refId": "A", "path": "/../elsewhere" });
    let refused = begin(&nowhere, 1.0, file(&[0.0])).unwrap_err();
    assert!(refused.starts_with("path is "), "{refused}");
    let wrong =
        json!({ "refId": "A", "path": "/one", "subscribe": "go", "fields": [{ "path": "$[" }] });
    let delivered = read(&wrong);
    let packet = delivered
        .packet("with an error", |packet| packet["state"] == "Error")
        .await;
    let message = packet["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("fields[0].path is "), "{message}");
    stop(&target);
    stop(&target);
    let again = begin(&target, 1.0, JsValue::UNDEFINED).unwrap_err();
    assert_eq!(again, "The replay has ended. Choose its file again.");
}

#[wasm_bindgen_test]
async fn nothing_is_recorded_where_nothing_is_connected() {
    let target = js(&target("/unread"));
    let refused = wasm::record(source(), target, 1_000.0, None, None).await;
    let message = String::from(js_sys::Error::from(refused.unwrap_err()).message());
    assert!(message.starts_with("Nothing is connected"), "{message}");
    sleep(50).await;
    assert_eq!(
        held("/unread"),
        [Value::Null; 0],
        "nor is a connection opened"
    );
}
