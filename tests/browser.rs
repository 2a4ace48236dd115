//! The wasm boundary in a browser, against a feed server: `npm run wasm:test` runs both.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;
#[path = "browser/diagnoses.rs"]
mod diagnoses;
#[path = "browser/kept.rs"]
mod kept;
#[path = "browser/replay.rs"]
mod replay;
#[path = "browser/zones.rs"]
mod zones;

use freshet::extract::path::Path;
use freshet::extract::program::Program;
use freshet::extract::rows::{Cell, Rows};
use freshet::extract::walk::walk;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use common::{
    ask, eventually, held, js, notices, opened, sleep, source, subscribe, subscribe_with, values,
};

wasm_bindgen_test_configure!(run_in_browser);

/// The rows of a packet as the feed server writes its own.
fn rows(packet: &Value) -> Vec<Value> {
    let (times, numbers) = (values(packet, "time"), values(packet, "value"));
    times
        .iter()
        .zip(&numbers)
        .map(|(time, value)| json!({ "time": time, "value": value }))
        .collect()
}

fn is_counted(values: &[Value]) -> bool {
    values
        .windows(2)
        .all(|pair| pair[1].as_u64() == pair[0].as_u64().map(|n| n + 1))
}

#[wasm_bindgen_test]
async fn packets_hold_what_the_server_sent_in_plain_objects() {
    let delivered = subscribe(json!([{ "refId": "A", "path": "/counter?period=10" }]));
    let packet = delivered.rows("A", 20).await;
    let sent = ask("/history?path=/counter&count=500").await;
    let (sent, got) = (sent.as_array().unwrap(), rows(&packet));
    let start = sent
        .iter()
        .position(|row| row == &got[0])
        .expect("a row that was sent");
    assert_eq!(got, sent[start..start + got.len()]);
    assert_eq!(packet["state"], "Streaming");
    let first = &delivered.packets()[0];
    assert_eq!(first["key"], packet["key"]);
    assert_eq!(
        first["data"][0]["length"], 0,
        "the first packet goes before any row"
    );
    let kinds: Vec<&Value> = packet["data"][0]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["type"])
        .collect();
    assert_eq!(kinds, ["time", "number"]);
}

#[wasm_bindgen_test]
async fn binary_messages_are_read_as_utf8() {
    let delivered = subscribe(json!([{ "refId": "A", "path": "/binary?period=10" }]));
    let packet = delivered.rows("A", 5).await;
    assert!(values(&packet, "value").iter().all(Value::is_number));
    let told = notices(&packet);
    assert!(told.is_empty(), "nothing is to be told: {told:?}");
}

#[wasm_bindgen_test]
async fn a_malformed_message_is_told_and_good_rows_go_on() {
    let delivered = subscribe(json!([{ "refId": "A", "path": "/malformed?every=3&period=10" }]));
    let packet = delivered.rows("A", 12).await;
    let notices = notices(&packet);
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[1].contains("contained mistakes"), "{notices:?}");
    assert!(notices[0].contains("could not be read"), "{notices:?}");
    assert!(
        notices[0].contains("The message begins with: "),
        "the first bytes are missing: {notices:?}"
    );
    assert!(
        notices[0].contains("byte"),
        "the position is missing: {notices:?}"
    );
    let stats = packet["data"][0]["meta"]["stats"].as_array().unwrap();
    let count = stats.iter().find(|stat| {
        stat["displayName"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("malformed")
    });
    assert!(
        count.is_some_and(|stat| stat["value"].as_u64() >= Some(2)),
        "{stats:?}"
    );
}

#[wasm_bindgen_test]
async fn two_targets_read_one_socket_and_each_has_its_key() {
    let before = opened("/sensors").await;
    let path = "/sensors?period=20&devices=1";
    let fields = json!([{ "path": "$.readings.pressure", "unit": "pressurebar" }]);
    let delivered = subscribe(json!([
        { "refId": "A", "path": path },
        { "refId": "B", "path": path, "fields": fields, "capacity": 3 },
    ]));
    let a = delivered.rows("A", 5).await;
    let b = delivered.rows("B", 3).await;
    assert_ne!(a["key"], b["key"]);
    assert_eq!(
        b["data"][0]["fields"][1]["config"],
        json!({ "unit": "pressurebar" })
    );
    assert!(values(&a, "readings.pressure").len() >= 5);
    assert_eq!(values(&b, "pressure").len(), 3);
    let held = held("/sensors");
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!(
        (&held[0]["readers"], &held[0]["state"]),
        (&json!(2), &json!("open"))
    );
    assert_eq!(opened("/sensors").await - before, 1);
}

#[wasm_bindgen_test]
async fn the_socket_closes_with_its_last_reader() {
    let path = "/trades?period=10";
    let delivered = subscribe(json!([{ "refId": "A", "path": path }]));
    let is_open = || held(path).iter().any(|held| held["state"] == "open");
    assert!(eventually(is_open).await);
    drop(delivered);
    assert!(
        eventually(|| held(path).is_empty()).await,
        "a connection is left"
    );
    for _ in 0..100 {
        if ask("/control").await["paths"]["/trades"]["open"] == 0 {
            return;
        }
        sleep(20).await;
    }
    panic!("the server still holds the socket");
}

#[wasm_bindgen_test]
fn a_look_and_a_check_say_what_the_data_source_cannot_do() {
    let said = |settings: &Value| -> String {
        let look = freshet::wasm::look(source(settings), js(&json!({ "refId": "A" })), 5.0);
        let view: Value = serde_wasm_bindgen::from_value(look.unwrap()).unwrap();
        view["reason"].as_str().unwrap_or_default().to_owned()
    };
    let wrong = said(&json!({ "lingerMs": "long" }));
    assert!(wrong.contains("lingerMs"), "{wrong}");
    let nats = json!({ "preset": "nats" });
    assert_ne!(said(&nats), "", "it has no subject");
    let check = |target: Value, source: wasm_bindgen::JsValue| -> Value {
        let errors = freshet::wasm::check(js(&target), source).unwrap();
        serde_wasm_bindgen::from_value(errors).unwrap_or_else(|error| panic!("{error}"))
    };
    let query = json!({ "window": "soon" });
    let errors = check(query.clone(), source(&nats));
    let options: Vec<&Value> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["option"])
        .collect();
    assert_eq!(options, ["window", "params.subject"]);
    assert_eq!(
        check(query, wasm_bindgen::JsValue::UNDEFINED)
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[wasm_bindgen_test]
async fn a_look_at_a_feed_opens_no_connection() {
    let target =
        json!({ "refId": "A", "path": "/sensors?period=11", "fields": [{ "path": "$.none" }] });
    let look = |target: &Value| -> Value {
        let view = freshet::wasm::look(source(&json!({})), js(target), 5.0);
        let view = view.unwrap_or_else(|error| panic!("{error:?}"));
        serde_wasm_bindgen::from_value(view).unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(look(&target)["state"], "none");
    assert!(held("/sensors?period=11").is_empty());
    let delivered = subscribe(json!([target]));
    assert!(eventually(|| look(&target)["kinds"][0]["count"].as_f64() > Some(9.0)).await);
    let view = look(&target);
    assert_eq!(view["messages"].as_array().map(Vec::len), Some(5), "{view}");
    assert_eq!(view["state"], "open");
    assert_eq!(view["unmet"][0]["option"], "fields[0].path", "{view}");
    assert!(view["rate"].as_f64() > Some(1.0), "{view}");
    drop(delivered);
}

#[wasm_bindgen_test]
async fn a_request_without_targets_is_complete() {
    let none = subscribe(json!([]));
    assert_eq!(none.end().await, "complete");
    let packets = none.packets();
    assert_eq!(packets.len(), 1);
    assert_eq!(
        (&packets[0]["state"], &packets[0]["data"]),
        (&json!("Done"), &json!([]))
    );
}

#[wasm_bindgen_test]
async fn a_finite_query_is_one_packet_and_completion() {
    let targets = json!([{ "refId": "A", "path": "/counter?period=10" }]);
    let request = json!({ "targets": targets, "finite": true });
    let delivered = subscribe_with(request, &source(&json!({})));
    assert_eq!(delivered.end().await, "complete");
    let packets = delivered.packets();
    assert_eq!(packets.len(), 1);
    assert_eq!(packets[0]["state"], "Done");
    assert!(!values(&packets[0], "value").is_empty());
}

#[wasm_bindgen_test]
async fn history_stands_before_what_arrives_and_no_row_twice() {
    let live = subscribe(json!([{ "refId": "A", "path": "/counter?period=10" }]));
    live.rows("A", 60).await;
    // Answers late, so that it holds rows that have come over the socket already.
    let delivered = subscribe(json!([{
        "refId": "B",
        "path": "/counter?period=10&again",
        "backfill": { "url": "/history/slow?delay=300&path=/counter&count=50" },
    }]));
    let first = delivered.rows("B", 1).await;
    let numbers = values(&first, "value");
    assert!(
        numbers.len() >= 50,
        "the first packet comes without the history: {numbers:?}"
    );
    let later = delivered.rows("B", 100).await;
    let numbers = values(&later, "value");
    assert!(is_counted(&numbers), "a gap or a row twice in {numbers:?}");
}

#[wasm_bindgen_test]
async fn a_history_that_fails_is_told_and_rows_come_all_the_same() {
    let delivered = subscribe(json!([{
        "refId": "A",
        "path": "/simple?period=10",
        "backfill": { "url": "/history/broken" },
    }]));
    let packet = delivered.rows("A", 3).await;
    let notices = notices(&packet);
    let told = |text: &String| text.contains("History not loaded") && text.contains("500");
    assert!(notices.iter().any(told), "{notices:?}");
}

#[wasm_bindgen_test]
async fn a_dropped_connection_is_made_again() {
    let settings = json!({ "reconnect": { "minMs": 50, "maxMs": 100 } });
    let targets = json!([{ "refId": "A", "path": "/drop?after=3&period=10" }]);
    let delivered = subscribe_with(json!({ "targets": targets }), &source(&settings));
    let packet = delivered.rows("A", 7).await;
    let stats = packet["data"][0]["meta"]["stats"].as_array().unwrap();
    let stat = |name: &str| {
        let found = stats.iter().find(|stat| stat["displayName"] == name);
        found.map(|stat| stat["value"].clone())
    };
    assert!(stat("Connection: reconnects").and_then(|n| n.as_u64()) >= Some(2));
    assert_eq!(stat("Connection: last close code"), Some(json!(1006)));
}

#[wasm_bindgen_test]
async fn what_is_wrong_with_a_target_is_told_in_its_packet_and_the_others_go_on() {
    let good = json!({ "refId": "G", "path": "/simple?period=10" });
    for (wrong, parts) in [
        (json!({ "capacity": 0 }), ["capacity", "0", "from 1 to"]),
        (
            json!({ "capacity": "many" }),
            ["capacity", "many", "must be a number"],
        ),
        (
            json!({ "maxRate": 5000 }),
            ["maxRate", "5000", "up to 1000"],
        ),
        (json!({ "format": "xml" }), ["format", "xml", "json"]),
        (
            json!({ "path": "wss://evil.example/x" }),
            ["path", "evil", "cannot name another host"],
        ),
        (json!({ "path": "/a/../b" }), ["path", "/a/../b", ".."]),
        (
            json!({ "fields": [{ "path": "a[" }] }),
            ["fields[0].path", "a[", "$"],
        ),
        (
            json!({ "fields": [{ "path": "$.a", "type": "date" }] }),
            ["fields[0].type", "date", "number"],
        ),
        (
            json!({ "fields": [{ "path": "$.a", "role": "key" }] }),
            ["fields[0].role", "key", "value, time, label or id"],
        ),
        (
            json!({ "backfill": { "url": "http://evil.example" } }),
            ["backfill.url", "evil", "another host"],
        ),
    ] {
        let mut bad = wrong;
        bad["refId"] = json!("X");
        let delivered = subscribe(json!([bad, good]));
        let packet = delivered
            .packet("with an error", |p| p["state"] == "Error")
            .await;
        let message = packet["errors"][0]["message"].as_str().unwrap();
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in {message:?}");
        }
        assert_eq!(packet["errors"][0]["refId"], "X");
        assert_eq!(packet["errors"][0]["option"]["option"], parts[0]);
        assert_eq!(packet["error"], packet["errors"][0]);
        assert_eq!(packet["data"], json!([]));
        delivered.rows("G", 1).await;
        assert_eq!(delivered.ended(), None);
    }
}

#[wasm_bindgen_test]
async fn a_field_of_the_request_of_the_wrong_type_is_named_by_each_target() {
    let targets = json!([{ "refId": "A", "path": "/counter" }]);
    for (request, says) in [
        (
            json!({ "targets": targets, "finite": "yes" }),
            "finite is \"yes\"",
        ),
        (
            json!({ "targets": targets, "collectMs": [] }),
            "collectMs is \"[]\"",
        ),
        (
            json!({ "targets": [{ "refId": "A", "queryType": "connections" }], "finite": "yes" }),
            "finite is \"yes\"",
        ),
        (
            json!({ "targets": "A" }),
            "targets is \"\"A\"\": must be a list",
        ),
        (
            json!({ "targets": [{ "refId": 7 }], "finite": true }),
            "refId is \"7\": must be text",
        ),
    ] {
        let delivered = subscribe_with(request, &source(&json!({})));
        let packet = delivered
            .packet("with an error", |p| p["state"] == "Error")
            .await;
        let message = packet["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(says), "{message}");
        // Who waits for an end, such as a variable, does not wait for ever.
        assert_eq!(delivered.end().await, "complete");
    }
}

#[wasm_bindgen_test]
async fn what_is_wrong_with_the_data_source_is_told_by_each_target() {
    for (url, parts) in [
        ("", ["url", "is missing"]),
        ("ftp://example.org", ["url", "ws, wss, http or https"]),
        ("ws://user:hunter2@example.org", ["url", "proxy"]),
    ] {
        let source = js(&json!({ "uid": "x", "name": "x", "url": url, "settings": {} }));
        let targets = json!([{ "refId": "A" }, { "refId": "B" }]);
        let delivered = subscribe_with(json!({ "targets": targets }), &source);
        for ref_id in ["A", "B"] {
            let packet = delivered
                .packet("with an error", |p| p["errors"][0]["refId"] == ref_id)
                .await;
            let message = packet["errors"][0]["message"].as_str().unwrap();
            for part in parts {
                assert!(message.contains(part), "{part:?} is not in {message:?}");
            }
            assert!(
                !message.contains("hunter2"),
                "{message:?} tells the password"
            );
        }
    }
}

/// The engine looks at sixteen bytes at a time only in WebAssembly, so only here can that be tested.
#[wasm_bindgen_test]
fn texts_and_numbers_end_where_they_end_however_long_they_are() {
    let path = Path::parse("$.a").unwrap();
    let mut program = Program::new(&[path]);
    let mut rows = Rows::default();
    for length in 0..50 {
        for follower in ["", " ", "\\n", "\\u00e9", "\u{e9}", "\u{1}"] {
            for padding in ["", " ", "                   "] {
                let text = format!("{}{follower}", "x".repeat(length));
                let digits = "1".repeat(length + 1);
                let message = format!("{{\"b\":{digits}.{digits},\"a\":\"{text}\"}}{padding}");
                rows.reset(1);
                let result = walk(message.as_bytes(), 0, &mut program, &mut rows);
                let parsed: Result<Value, _> = serde_json::from_str(&message);
                assert_eq!(result.is_ok(), parsed.is_ok(), "{message:?}");
                if result.is_ok() {
                    let start = message.find("\"a\":\"").unwrap() + 5;
                    let cell = Cell::Text {
                        start: start as u32,
                        end: (start + text.len()) as u32,
                        escaped: follower.starts_with('\\'),
                    };
                    let cells: Vec<&[Cell]> = rows.iter().collect();
                    assert_eq!(cells, [[cell]], "{message:?}");
                }
            }
        }
    }
}
