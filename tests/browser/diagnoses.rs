//! The doctor, over real sockets.

use std::cell::RefCell;
use std::rc::Rc;

use freshet::wasm::diagnose;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortController;

use crate::common::{held, js, opened, source};

/// The report on a query of a data source.
async fn report_of(source: JsValue, target: JsValue, timeout_ms: f64) -> Value {
    let report = diagnose(source, target, timeout_ms, None, None);
    serde_wasm_bindgen::from_value(report.await.unwrap()).unwrap()
}

/// The report on a path with these settings.
async fn report(path: &str, settings: Value, timeout_ms: f64) -> Value {
    report_of(source(&settings), js(&json!({ "path": path })), timeout_ms).await
}

/// The step of a name.
fn step<'r>(report: &'r Value, name: &str) -> &'r Value {
    let mut steps = report["steps"].as_array().unwrap().iter();
    steps.find(|step| step["name"] == name).unwrap()
}

/// Where it stops.
fn failed(report: &Value) -> Option<&str> {
    let mut steps = report["steps"].as_array().unwrap().iter();
    let step = steps.find(|step| step["state"] == "failed")?;
    step["name"].as_str()
}

#[wasm_bindgen_test]
async fn a_diagnosis_tells_the_first_message_and_leaves_nothing_open() {
    let found = report("/counter?period=10", json!({}), 2000.0).await;
    assert_eq!(found["status"], "success", "{found}");
    assert_eq!(failed(&found), None, "{found}");
    assert!(step(&found, "upgrade")["ms"].is_number());
    let message = step(&found, "message");
    assert!(message["ms"].is_number(), "{message}");
    let text = message["text"].as_str().unwrap();
    assert!(text.contains("ms: {\"time\":"), "{text}");
    let before = opened("/binary").await;
    let binary = report("/binary?period=10", json!({}), 2000.0).await;
    let text = step(&binary, "message")["text"].as_str().unwrap();
    assert!(text.starts_with("First message (binary)"), "{text}");
    assert_eq!(held("/binary"), Vec::<Value>::new());
    assert_eq!(opened("/binary").await - before, 1);
}

#[wasm_bindgen_test]
async fn a_diagnosis_of_a_silent_feed_is_a_warning() {
    let found = report("/silent", json!({}), 200.0).await;
    assert_eq!(found["status"], "warning", "{found}");
    assert_eq!(failed(&found), Some("message"), "{found}");
}

#[wasm_bindgen_test]
async fn a_diagnosis_tells_which_subprotocol_the_server_chose() {
    let offered = json!({ "subprotocols": ["v1", "v2"] });
    let found = report("/protocol?want=v2", offered, 1000.0).await;
    assert_eq!(
        step(&found, "subprotocol")["text"],
        "The server chose v2.",
        "{found}"
    );
}

#[wasm_bindgen_test]
async fn a_diagnosis_that_fails_says_so_in_a_sentence() {
    for path in ["/unauthorized", "/forbidden", "/protocol?want=v2"] {
        let found = report(path, json!({}), 500.0).await;
        assert_eq!(found["status"], "error", "{path}: {found}");
        assert!(
            ["http", "upgrade"].contains(&failed(&found).unwrap()),
            "{path}: {found}"
        );
        let message = found["message"].as_str().unwrap();
        assert!(message.contains(path), "{message} does not name {path}");
    }
}

/// RFC 6455, section 4.1, has the client fail the connection. Firefox does not where none was offered, and then reads.
#[wasm_bindgen_test]
async fn a_subprotocol_that_nobody_offered_is_for_the_browser_to_refuse() {
    let agent = js_sys::eval("navigator.userAgent").unwrap();
    let agent = agent.as_string().unwrap();
    let found = report("/wrong-protocol", json!({}), 1000.0).await;
    if agent.contains("Firefox/") {
        assert_eq!(found["status"], "success", "{found}");
    } else {
        assert_eq!(found["status"], "error", "{found}");
        assert!(
            ["http", "upgrade"].contains(&failed(&found).unwrap()),
            "{found}"
        );
        let message = found["message"].as_str().unwrap();
        assert!(message.contains("/wrong-protocol"), "{message}");
    }
}

#[wasm_bindgen_test]
async fn a_diagnosis_of_a_server_that_is_not_there_fails() {
    let source = json!({ "uid": "x", "name": "x", "url": "ws://127.0.0.1:59999", "settings": {} });
    let found = report_of(js(&source), JsValue::UNDEFINED, 500.0).await;
    assert_eq!(failed(&found), Some("server"), "{found}");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("nothing listens there"), "{found}");
}

#[wasm_bindgen_test]
async fn a_diagnosis_tells_every_step_as_it_comes_and_can_be_stopped() {
    let told: Rc<RefCell<Vec<Value>>> = Rc::default();
    let into = Rc::clone(&told);
    let abort = AbortController::new().unwrap();
    let (signal, stop) = (abort.signal(), abort.clone());
    let tell = Closure::<dyn FnMut(JsValue)>::new(move |report: JsValue| {
        let report: Value = serde_wasm_bindgen::from_value(report).unwrap();
        if step(&report, "message")["state"] == "running" {
            stop.abort();
        }
        into.borrow_mut().push(report);
    });
    let function: js_sys::Function = tell.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let target = js(&json!({ "path": "/silent" }));
    let stopped = diagnose(
        source(&json!({})),
        target,
        8_000.0,
        Some(function),
        Some(signal),
    );
    assert!(stopped.await.is_err(), "it was stopped");
    let states: Vec<Value> = told
        .borrow()
        .iter()
        .map(|report| step(report, "upgrade")["state"].clone())
        .collect();
    assert_eq!(
        states.first().and_then(Value::as_str),
        Some("running"),
        "{states:?}"
    );
    assert_eq!(states.last().and_then(Value::as_str), Some("passed"));
    assert_eq!(held("/silent"), Vec::<Value>::new());
}

#[wasm_bindgen_test]
async fn a_diagnosis_of_what_cannot_be_asked_says_what_is_wrong() {
    let found = report("ws://elsewhere.example", json!({}), 100.0).await;
    assert_eq!(failed(&found), Some("url"));
    let message = found["message"].as_str().unwrap();
    assert!(
        message.contains("path") && message.contains("another host"),
        "{message}"
    );
    let found = report("", json!({ "lingerMs": "long" }), 100.0).await;
    let message = found["message"].as_str().unwrap();
    assert!(
        message.contains("lingerMs") && message.contains("long"),
        "{message}"
    );
}

#[wasm_bindgen_test]
async fn settings_of_the_wrong_type_are_named() {
    for (settings, says) in [
        (
            json!({ "subprotocols": 5 }),
            "subprotocols is \"5\": must be a list",
        ),
        (
            json!({ "subprotocols": "mqtt" }),
            "subprotocols is \"mqtt\": must be a list",
        ),
        (
            json!({ "subprotocols": ["mqtt", null] }),
            "subprotocols[1] is \"null\": must be text",
        ),
        (
            json!({ "reconnect": { "minMs": [] } }),
            "reconnect.minMs is \"[]\": must be a number",
        ),
    ] {
        let found = report("", settings, 100.0).await;
        assert_eq!(found["message"], says);
    }
}

#[wasm_bindgen_test]
async fn a_query_of_the_wrong_type_is_named_though_json_could_not_write_it() {
    let target = js(&json!({ "path": "" }));
    let fields = js_sys::Array::of1(&JsValue::UNDEFINED);
    js_sys::Reflect::set(&target, &"fields".into(), &fields).unwrap();
    let found = report_of(source(&json!({})), target, 100.0).await;
    assert_eq!(
        found["message"],
        "fields[0] is \"undefined\": must be an object"
    );
}
