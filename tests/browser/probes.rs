//! The connection test.

use freshet::wasm::probe;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{held, js, opened, source};

/// The report of a probe of a path with these settings.
async fn report(path: &str, settings: Value, timeout_ms: f64) -> Value {
    let target = js(&json!({ "path": path }));
    let report = probe(source(&settings), target, timeout_ms).await.unwrap();
    serde_wasm_bindgen::from_value(report).unwrap()
}

#[wasm_bindgen_test]
async fn a_probe_tells_the_first_message_and_leaves_nothing_open() {
    let found = report("/counter?period=10", json!({}), 2000.0).await;
    assert_eq!(found["state"], "open", "{found}");
    assert!(found["messages"].as_u64() >= Some(1), "{found}");
    assert!(found["openedMs"].is_number() && found["firstMessageMs"].is_number());
    let first = found["firstMessage"].as_str().unwrap();
    assert!(first.starts_with("{\"time\":"), "{first}");
    assert_eq!(found["firstMessageBinary"], false);
    let before = opened("/binary").await;
    let binary = report("/binary?period=10", json!({}), 2000.0).await;
    assert_eq!(binary["firstMessageBinary"], true, "{binary}");
    assert_eq!(held("/binary"), Vec::<Value>::new());
    assert_eq!(opened("/binary").await - before, 1);
}

#[wasm_bindgen_test]
async fn a_probe_of_a_silent_feed_is_open_without_messages() {
    let found = report("/silent", json!({}), 200.0).await;
    assert_eq!(
        (&found["state"], &found["messages"]),
        (&json!("open"), &json!(0))
    );
    assert_eq!(found.get("firstMessage"), None);
}

#[wasm_bindgen_test]
async fn a_probe_tells_which_subprotocol_the_server_chose() {
    let offered = json!({ "subprotocols": ["v1", "v2"] });
    let found = report("/protocol?want=v2", offered, 100.0).await;
    assert_eq!(
        (&found["state"], &found["protocol"]),
        (&json!("open"), &json!("v2"))
    );
}

#[wasm_bindgen_test]
async fn a_probe_that_fails_says_so_in_a_sentence() {
    for path in [
        "/unauthorized",
        "/forbidden",
        "/protocol?want=v2",
        "/wrong-protocol",
    ] {
        let found = report(path, json!({}), 500.0).await;
        assert_eq!(found["state"], "failed", "{path}: {found}");
        assert_eq!(found["closeCode"], 1006, "{path}: {found}");
        let error = found["error"].as_str().unwrap();
        assert!(error.contains(path), "{error} does not name {path}");
        assert!(error.contains("handshake failed"), "{error}");
    }
}

#[wasm_bindgen_test]
async fn a_probe_of_a_server_that_is_not_there_fails() {
    let source = json!({ "uid": "x", "name": "x", "url": "ws://127.0.0.1:59999", "settings": {} });
    let found = probe(js(&source), js(&json!({})), 500.0).await.unwrap();
    let found: Value = serde_wasm_bindgen::from_value(found).unwrap();
    assert_eq!(found["state"], "failed", "{found}");
    assert!(
        found["error"].as_str().unwrap().contains("refused"),
        "{found}"
    );
}

#[wasm_bindgen_test]
async fn a_probe_of_what_cannot_be_asked_says_what_is_wrong() {
    let found = report("ws://elsewhere.example", json!({}), 100.0).await;
    assert_eq!(found["state"], "failed");
    let error = found["error"].as_str().unwrap();
    assert!(
        error.contains("path") && error.contains("another host"),
        "{error}"
    );
    let found = report("", json!({ "lingerMs": "long" }), 100.0).await;
    let error = found["error"].as_str().unwrap();
    assert!(
        error.contains("lingerMs") && error.contains("long"),
        "{error}"
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
        assert_eq!(found["error"], says);
    }
}

#[wasm_bindgen_test]
async fn a_query_of_the_wrong_type_is_named_though_json_could_not_write_it() {
    let target = js(&json!({ "path": "" }));
    let fields = js_sys::Array::of1(&wasm_bindgen::JsValue::UNDEFINED);
    js_sys::Reflect::set(&target, &"fields".into(), &fields).unwrap();
    let report = probe(source(&json!({})), target, 100.0).await.unwrap();
    let found: Value = serde_wasm_bindgen::from_value(report).unwrap();
    assert_eq!(
        found["error"],
        "fields[0] is \"undefined\": must be an object"
    );
}
