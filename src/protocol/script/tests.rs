//! Scripts with a made-up server and clock.

use std::rc::Rc;

use serde_json::{Value, json};

mod answers;
mod calls;
mod exchanges;
mod hostile;
mod pubsub;
mod random;
mod random_lists;
mod random_presets;

use super::*;
use crate::decode::DecodeErrorKind;
use crate::error::Error;
use crate::format::Message;
use crate::protocol::tests::talk::Talk;
use crate::protocol::{Control, PRESETS, SubscribeRequest, SubscriptionId};

fn compile(script: &Value) -> Result<Rc<Script>, Error> {
    super::compile(script.as_object().unwrap()).map(Rc::new)
}

/// The script of a preset, as it ships.
fn shipped(name: &str) -> Value {
    let preset = PRESETS.iter().find(|preset| preset.name == name).unwrap();
    serde_json::from_str(preset.script.unwrap()).unwrap()
}

fn home_assistant() -> Value {
    json!({
        "handshake": [
            { "expect": { "$.type": "auth_required" } },
            {
                "send": { "type": "auth", "access_token": "${token}" },
                "expect": { "$.type": "auth_ok" },
                "bind": { "version": "$.ha_version" },
                "fail": [{ "when": { "$.type": "auth_invalid" }, "reason": "$.message" }]
            }
        ],
        "subscribe": {
            "send": { "id": "${id}", "type": "subscribe_trigger", "entity": "${params.entity}", "extra": "${params.extra?}" },
            "ack": {
                "when": { "$.type": "result", "$.id": "${id}", "$.success": true },
                "refused": { "$.type": "result", "$.id": "${id}", "$.success": false },
                "reason": "$.error.message", "code": "$.error.code"
            }
        },
        "unsubscribe": { "send": { "id": "${id}", "type": "unsubscribe_events", "subscription": "${sub.id}" } },
        "heartbeat": {
            "send": { "id": "${id}", "type": "ping" },
            "expect": { "$.type": "pong", "$.id": "${id}" },
            "intervalMs": 30000, "timeoutMs": 10000
        },
        "ignore": { "$.type": "result" },
        "route": [{ "when": { "$.type": "event" }, "key": "$.id", "is": "${sub.id}", "data": "$.event" }]
    })
}

/// One that has shaken hands.
fn at_home() -> Talk {
    let mut talk = Talk::open_script(&home_assistant());
    talk.hears(r#"{"type":"auth_required","ha_version":"2026.1"}"#);
    talk.hears(r#"{"type":"auth_ok","ha_version":"2026.1"}"#);
    talk.said();
    talk
}

#[test]
fn a_handshake_goes_step_by_step_and_subscriptions_wait_for_it() {
    let mut talk = Talk::closed(&home_assistant(), &json!({}));
    talk.asks(7, &json!({ "entity": "sensor.a" }));
    talk.opens();
    assert_eq!((talk.said(), talk.is_ready()), (vec![], false));
    talk.hears(r#"{ "type" : "auth_required" }"#);
    assert_eq!(talk.said(), [r#"{"type":"auth","access_token":"s3cret"}"#]);
    talk.hears(r#"{"type":"auth_ok"}"#);
    assert_eq!(
        talk.said(),
        [r#"{"id":1,"type":"subscribe_trigger","entity":"sensor.a"}"#]
    );
    assert!(talk.is_ready());
    assert_eq!(talk.payloads(), []);
}

#[test]
fn a_server_that_refuses_the_login_is_not_tried_again() {
    let mut talk = Talk::open_script(&home_assistant());
    talk.hears(r#"{"type":"auth_required"}"#);
    talk.hears(r#"{"type":"auth_invalid","message":"Invalid access token"}"#);
    let words = "the server refused the handshake: Invalid access token".to_owned();
    assert_eq!(talk.control(), [Control::Stopped(words)]);
}

#[test]
fn a_refusal_of_the_token_asks_for_another() {
    let script = json!({
        "handshake": [{
            "send": "${token}",
            "expect": { "$.is": "welcome" },
            "fail": [{ "when": { "$.is": "expired" }, "action": "token", "reason": "$.is" }]
        }],
        "control": [{ "when": { "$.is": "too old" }, "action": "token", "reason": "$.is" }]
    });
    let mut talk = Talk::open_script(&script);
    talk.hears(r#"{"is":"expired"}"#);
    let words = "the server refused the handshake: expired".to_owned();
    assert_eq!(talk.control(), [Control::TokenRefused(words)]);
    let mut talk = Talk::open_script(&script);
    talk.hears(r#"{"is":"welcome"}"#);
    talk.hears(r#"{"is":"too old"}"#);
    let words = "too old".to_owned();
    assert_eq!(talk.control(), [Control::TokenRefused(words)]);
}

#[test]
fn a_step_without_an_answer_fails() {
    let mut talk = Talk::open_script(&home_assistant());
    assert_eq!(talk.until(10_999.0), []);
    let words = "the server did not answer step 1 of the handshake within 10 s".to_owned();
    assert_eq!(talk.until(11_000.0), [Control::Failed(words)]);
}

#[test]
fn each_subscription_is_answered_and_gets_only_its_own() {
    let mut talk = at_home();
    talk.asks(0, &json!({ "entity": "a" }));
    talk.asks(1, &json!({ "entity": "b" }));
    assert_eq!(talk.said().len(), 2);
    talk.hears(r#"{"id":2,"type":"result","success":false,"error":{"code":"not_found","message":"No such entity"}}"#);
    talk.hears(r#"{"id":1,"type":"result","success":true,"result":null}"#);
    assert_eq!(
        talk.control(),
        [
            Control::Refused(
                SubscriptionId(1),
                "No such entity (code not_found)".to_owned()
            ),
            Control::Accepted(SubscriptionId(0)),
        ]
    );
    talk.hears(r#"{"id":1,"type":"event","event":{"s":20}}"#);
    talk.hears(r#"{"id":2,"type":"event","event":{"s":30}}"#);
    talk.hears(r#"{"id":9,"type":"event","event":{"s":40}}"#);
    assert_eq!(talk.payloads(), [(Some(0), r#"{"s":20}"#.to_owned())]);
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [r#"{"id":3,"type":"unsubscribe_events","subscription":1}"#]
    );
    talk.leaves(1);
    assert_eq!(
        talk.said(),
        Vec::<String>::new(),
        "the server does not have it"
    );
}

#[test]
fn all_is_asked_for_again_on_another_socket() {
    let mut talk = at_home();
    talk.asks(0, &json!({ "entity": "a" }));
    talk.asks(1, &json!({ "entity": "b" }));
    talk.said();
    talk.closes();
    assert_eq!(talk.timeout(), None);
    talk.opens();
    talk.hears(r#"{"type":"auth_required"}"#);
    talk.hears(r#"{"type":"auth_ok"}"#);
    let said = talk.said();
    assert_eq!(said.len(), 3);
    assert!(
        said[1].starts_with(r#"{"id":1,"#) && said[2].starts_with(r#"{"id":2,"#),
        "{said:?}"
    );
}

#[test]
fn a_heartbeat_is_sent_and_one_without_answer_is_the_end() {
    let mut talk = at_home();
    assert_eq!(talk.until(31_000.0), []);
    assert_eq!(talk.said(), [r#"{"id":1,"type":"ping"}"#]);
    talk.hears(r#"{"id":1,"type":"pong"}"#);
    assert_eq!(talk.payloads(), []);
    assert_eq!(talk.until(61_000.0), []);
    assert_eq!(talk.said(), [r#"{"id":2,"type":"ping"}"#]);
    // The answer to an older one is none.
    talk.hears(r#"{"id":1,"type":"pong"}"#);
    let words = "the server did not answer a heartbeat within 10 s".to_owned();
    assert_eq!(talk.until(71_000.0), [Control::Failed(words)]);
}

#[test]
fn silence_may_last_as_long_as_the_handshake_said() {
    let script = json!({
        "framing": "lines",
        "handshake": [{
            "send": { "id": "${id}", "connect": {} },
            "expect": { "$.connect": { "exists": true } },
            "bind": { "pingMs": { "path": "$.connect.ping", "times": 1000 } }
        }],
        "heartbeat": { "anyWithinMs": ["${conn.pingMs}", 10000] },
        "replies": [{ "when": { "$": { "equals": {} } }, "send": {} }]
    });
    let mut talk = Talk::open_script(&script);
    talk.hears("{\"id\":1,\"connect\":{\"ping\":25}}\n");
    talk.said();
    talk.now = 20_000.0;
    talk.hears("{}");
    assert_eq!(talk.said(), ["{}\n"]);
    assert_eq!(talk.until(54_999.0), []);
    let words = "the server has sent nothing for 35 s, longer than its protocol allows".to_owned();
    assert_eq!(talk.until(55_000.0), [Control::Failed(words)]);
}

fn channels() -> Value {
    json!({
        "subscribe": { "send": { "op": "subscribe", "args": "${params.channels|list}" } },
        "unsubscribe": { "send": { "op": "unsubscribe", "args": "${params.channels|list}" } },
        "control": [
            { "when": { "$.op": "error" }, "action": "refuse", "key": "$.channel", "is": "${params.channels|list}", "reason": "$.why" },
            { "when": { "$.op": "gone" }, "action": "end", "key": "$.channel", "is": "${params.channels|list}", "reason": "$.why" },
            { "when": { "$.op": "crashed" }, "action": "resubscribe", "key": "$.channel", "is": "${params.channels|list}", "reason": "the channel crashed" },
            { "when": { "$.op": "info" }, "action": "notice", "reason": "$.why" },
            { "when": { "$.op": "bye", "$.again": true }, "action": "reconnect", "reason": "$.why" },
            { "when": { "$.op": "bye" }, "action": "stop", "reason": "$.why" }
        ],
        "route": [{ "key": "$.channel", "is": "${params.channels|list}", "data": "$.data[*]" }]
    })
}

#[test]
fn what_the_server_says_besides_concerns_whom_it_names() {
    let mut talk = Talk::open_script(&channels());
    talk.asks(0, &json!({ "channels": "a" }));
    talk.asks(1, &json!({ "channels": "b" }));
    talk.said();
    talk.hears(r#"{"op":"error","channel":"a","why":"no such channel"}"#);
    talk.hears(r#"{"op":"gone","channel":"b","why":"delisted"}"#);
    talk.hears(r#"{"op":"info","why":"maintenance at noon"}"#);
    talk.hears(r#"{"op":"bye","again":true,"why":"restart"}"#);
    talk.hears(r#"{"op":"bye","why":"banned"}"#);
    assert_eq!(
        talk.control(),
        [
            Control::Refused(SubscriptionId(0), "no such channel".to_owned()),
            Control::Ended(SubscriptionId(1), "delisted".to_owned()),
            Control::Reported("maintenance at noon".to_owned()),
            Control::Failed("restart".to_owned()),
            Control::Stopped("banned".to_owned()),
        ]
    );
    assert_eq!(talk.payloads(), []);
}

#[test]
fn a_channel_that_crashes_is_asked_for_again_after_longer_and_longer_pauses() {
    let mut talk = Talk::open_script(&channels());
    talk.asks(0, &json!({ "channels": "a" }));
    talk.said();
    for pause in [
        1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 30_000.0, 30_000.0,
    ] {
        talk.hears(r#"{"op":"crashed","channel":"a"}"#);
        let at = talk.now + pause;
        talk.until(at - 1.0);
        assert_eq!(talk.said(), Vec::<String>::new());
        talk.until(at);
        assert_eq!(talk.said(), [r#"{"op":"subscribe","args":["a"]}"#]);
    }
}

#[test]
fn texts_that_are_no_json_are_read_as_words() {
    let script = json!({
        "handshake": [{ "expect": { "$": "Welcome" } }, { "send": "LOGIN ${options.user} ${token}", "expect": { "$": { "startsWith": "OK" } } }],
        "heartbeat": { "send": "ping", "expect": { "$": "pong" }, "intervalMs": 1000, "idle": true }
    });
    let mut talk = Talk::closed(&script, &json!({ "user": "ann" }));
    talk.opens();
    talk.hears("Welcome");
    assert_eq!(talk.said(), ["LOGIN ann s3cret"]);
    talk.hears("OK, ann");
    talk.hears("7");
    talk.hears("hello");
    assert_eq!(
        talk.payloads(),
        [(None, "7".to_owned()), (None, "\"hello\"".to_owned())]
    );
    talk.until(1_900.0);
    talk.hears("8");
    talk.until(2_899.0);
    assert_eq!(talk.said(), Vec::<String>::new(), "only after silence");
    talk.until(2_900.0);
    assert_eq!(talk.said(), ["ping"]);
    talk.hears("pong");
    assert_eq!(talk.payloads(), [(None, "8".to_owned())]);
}

#[test]
fn json_in_texts_is_read_and_identifiers_may_be_such_texts() {
    let script = json!({
        "subscribe": {
            "send": { "command": "subscribe", "identifier": { "$json": { "channel": "${params.channel}" } } },
            "ack": {
                "when": { "$.type": "confirm_subscription", "$.identifier": { "$json": { "channel": "${params.channel}" } } },
                "refused": { "$.type": "reject_subscription", "$.identifier": { "$json": { "channel": "${params.channel}" } } },
                "reason": "rejected by the channel"
            }
        },
        "route": [{ "key": "$.identifier", "is": { "$json": { "channel": "${params.channel}" } }, "data": "$.message", "parse": true }]
    });
    let mut talk = Talk::open_script(&script);
    talk.asks(0, &json!({ "channel": "Tick" }));
    talk.asks(1, &json!({ "channel": "Tock" }));
    assert_eq!(
        talk.said()[0],
        r#"{"command":"subscribe","identifier":"{\"channel\":\"Tick\"}"}"#
    );
    talk.hears(r#"{"identifier":"{\"channel\":\"Tick\"}","type":"confirm_subscription"}"#);
    talk.hears(r#"{"identifier":"{\"channel\":\"Tock\"}","type":"reject_subscription"}"#);
    assert_eq!(
        talk.control(),
        [
            Control::Accepted(SubscriptionId(0)),
            Control::Refused(SubscriptionId(1), "rejected by the channel".to_owned())
        ]
    );
    talk.hears(r#"{"identifier":"{\"channel\":\"Tick\"}","message":"{\"n\": 5}"}"#);
    talk.hears(r#"{"identifier":"{\"channel\":\"Tick\"}","message":{"n":6}}"#);
    talk.hears(r#"{"identifier":"{\"channel\":\"Tick\"}","message":"no json"}"#);
    let own = |text: &str| (Some(0), text.to_owned());
    assert_eq!(
        talk.payloads(),
        [own(r#"{"n": 5}"#), own(r#"{"n":6}"#), own(r#""no json""#)]
    );
}

#[test]
fn a_value_that_the_handshake_wants_and_nobody_has_stops_it() {
    let script = json!({ "handshake": [{ "send": { "token": "${conn.never}" } }] });
    let mut talk = Talk::open_script(&script);
    let words = "the handshake needs ${conn.never}, which has no value".to_owned();
    assert_eq!(talk.until(2_000.0), [Control::Stopped(words)]);
}

#[test]
fn close_codes_and_the_last_words_are_as_the_script_says() {
    let script = json!({ "close": { "stop": [4401, "4500-4999"] }, "leave": { "type": "bye", "at": "${now}" } });
    let mut talk = Talk::open_script(&script);
    let codes = [4401, 4402, 4500, 4999, 1006];
    assert_eq!(
        codes.map(|code| talk.is_final(code)),
        [true, false, true, true, false]
    );
    talk.now += 5.0;
    talk.parts();
    assert_eq!(talk.said(), [r#"{"type":"bye","at":1700000000005}"#]);
}

#[test]
fn what_a_script_cannot_use_is_named_by_its_place() {
    let cases = [
        (json!({ "handshake": ["x"] }), "handshake[0]", "object"),
        (
            json!({ "handshake": {} }),
            "handshake",
            "send, expect or both",
        ),
        (
            json!({ "handshake": [{ "send": 1, "wait": 2 }] }),
            "handshake[0].wait",
            "not known here",
        ),
        (
            json!({ "handshake": [{ "expect": { "type": "x" } }] }),
            "handshake[0].expect",
            "$",
        ),
        (
            json!({ "handshake": [{ "expect": { "$.a[*]": 1 } }] }),
            "handshake[0].expect",
            "name one value",
        ),
        (
            json!({ "handshake": [{ "expect": { "$.a": { "is": 1 } } }] }),
            "handshake[0].expect[\"$.a\"].is",
            "not an operator",
        ),
        (
            json!({ "subscribe": { "send": "${param.x}" } }),
            "subscribe.send",
            "params.name",
        ),
        (
            json!({ "subscribe": { "send": "${params.x" } }),
            "subscribe.send",
            "close the",
        ),
        (
            json!({ "subscribe": { "send": "${params.x|upper}" } }),
            "subscribe.send",
            "not a conversion",
        ),
        (json!({ "share": "none" }), "share", "use route, own"),
        (
            json!({ "share": { "apart": "depth" } }),
            "share.apart",
            "names of params",
        ),
        (
            json!({ "share": { "apart": [1] } }),
            "share.apart",
            "names of params",
        ),
        (json!({ "pace": 5 }), "pace", "object"),
        (
            json!({ "pace": { "burst": 5 } }),
            "pace.perSecond",
            "how many",
        ),
        (
            json!({ "pace": { "perSecond": 0 } }),
            "pace.perSecond",
            "from 0.01 to 1000",
        ),
        (
            json!({ "pace": { "perSecond": 1, "burst": 0.5 } }),
            "pace.burst",
            "from 1 to 1000",
        ),
        (
            json!({ "heartbeat": { "send": 1, "intervalMs": "5s" } }),
            "heartbeat.intervalMs",
            "milliseconds",
        ),
        (
            json!({ "control": [{ "when": { "$": 1 }, "action": "explode" }] }),
            "control[0].action",
            "use ignore",
        ),
        (
            json!({ "control": [{ "when": { "$": 1 }, "action": "stop", "key": "$.a", "is": 1 }] }),
            "control[0].key",
            "one subscription",
        ),
        (
            json!({ "route": [{ "key": "$.a" }] }),
            "route[0].is",
            "what a subscription has there",
        ),
        (
            json!({ "route": [{ "key": ["$.a", "$.b"], "is": ["x"] }] }),
            "route[0].is",
            "one entry for each",
        ),
        (
            json!({ "close": { "stop": [70000] } }),
            "close.stop",
            "close codes",
        ),
        (json!({ "framing": "xml" }), "framing", "use message"),
        (
            json!({ "leave": { "$switch": "${options.a}" } }),
            "leave",
            "cases",
        ),
        (
            json!({ "subscribe": { "send": 1, "resume": { "offset": ["$.a", "$.b[*]"] } } }),
            "subscribe.resume.offset",
            "name one value",
        ),
        (
            json!({ "resume": { "start": "$.data[?@.a]" } }),
            "resume.start",
            "[*] only",
        ),
        (
            json!({ "resume": { "start": 7 } }),
            "resume.start",
            "a path",
        ),
    ];
    for (script, field, says) in cases {
        let error = compile(&script).unwrap_err();
        assert_eq!(error.field(), field, "{script}");
        assert!(error.problem().contains(says), "{script}: {error}");
    }
}

#[test]
fn what_a_query_gives_is_checked_against_what_the_script_uses() {
    let script = compile(&json!({
        "subscribe": { "send": { "topic": "${params.topic}", "filter": "${params.filter|json?}" } }
    }))
    .unwrap();
    assert_eq!(
        script.params(),
        [("topic".to_owned(), true), ("filter".to_owned(), false)]
    );
    let check = |params: Value| {
        let params = params.as_object().unwrap().clone();
        script.check(&SubscribeRequest { text: None, params })
    };
    assert_eq!(
        check(json!({ "topic": "a", "filter": "{\"x\":1}" })),
        Ok(())
    );
    assert_eq!(check(json!({ "topic": "a", "filter": { "x": 1 } })), Ok(()));
    for (params, field, says) in [
        (json!({}), "params.topic", "is missing"),
        (json!({ "topic": "" }), "params.topic", "is missing"),
        (
            json!({ "topic": "a", "filter": "{x" }),
            "params.filter",
            "must be JSON",
        ),
        (
            json!({ "topic": "a", "tpoic": "b" }),
            "params.tpoic",
            "uses topic, filter",
        ),
    ] {
        let error = check(params).unwrap_err();
        assert_eq!(error.field(), field);
        assert!(error.problem().contains(says), "{error}");
    }
    let text = script.check(&SubscribeRequest::of_text("{}")).unwrap_err();
    assert_eq!(text.field(), "subscribe");
}

#[test]
fn values_that_are_not_given_may_have_others_in_their_place() {
    let script = json!({
        "subscribe": { "send": {
            "context": "${params.context?vessels.self}", "limit": "${params.limit|json?10}",
            "text": "from ${params.from?now} to ${params.to?}", "left": "${params.out?}"
        } }
    });
    let mut talk = Talk::open_script(&script);
    talk.asks(0, &json!({}));
    talk.asks(
        1,
        &json!({ "context": "*", "limit": 5, "from": "a", "to": "b", "out": null }),
    );
    assert_eq!(
        talk.said(),
        [
            r#"{"context":"vessels.self","limit":10,"text":"from now to "}"#,
            r#"{"context":"*","limit":5,"text":"from a to b"}"#
        ]
    );
}

#[test]
fn objects_are_merged_and_words_have_others_in_their_place() {
    let script = json!({
        "subscribe": { "send": { "$merge": [
            { "op": "subscribe", "depth": 1 }, "${params.more|json?}", { "topic": "${params.topic}" }
        ] } },
        "control": [
            { "when": { "$.op": "gone" }, "action": "end", "key": "$.topic", "is": "${params.topic}", "reason": "$.why?no reason given" },
            { "when": { "$.op": "bye" }, "action": "stop", "reason": "$.why?closed" }
        ]
    });
    let mut talk = Talk::open_script(&script);
    talk.asks(0, &json!({ "topic": "a" }));
    talk.asks(
        1,
        &json!({ "topic": "b", "more": "{\"depth\":5,\"topic\":\"x\",\"full\":true}" }),
    );
    assert_eq!(
        talk.said(),
        [
            r#"{"op":"subscribe","depth":1,"topic":"a"}"#,
            r#"{"op":"subscribe","depth":5,"topic":"b","full":true}"#
        ]
    );
    talk.hears(r#"{"op":"gone","topic":"a"}"#);
    talk.hears(r#"{"op":"gone","topic":"b","why":"delisted"}"#);
    // What is over does not end again.
    talk.hears(r#"{"op":"gone","topic":"b","why":"delisted"}"#);
    talk.hears(r#"{"op":"bye"}"#);
    assert_eq!(
        talk.control(),
        [
            Control::Ended(SubscriptionId(0), "no reason given".to_owned()),
            Control::Ended(SubscriptionId(1), "delisted".to_owned()),
            Control::Stopped("closed".to_owned()),
        ]
    );
    let faulty = json!({ "leave": { "$merge": { "a": 1 } } });
    let error = compile(&faulty).unwrap_err();
    assert_eq!(error.field(), "leave");
    assert!(error.problem().contains("list of objects"), "{error}");
}

#[test]
fn compressed_messages_are_answered_and_read() {
    let script = json!({ "replies": [{ "when": { "$.ping": { "exists": true } }, "send": { "pong": "${$.ping}" } }] });
    let mut talk = Talk::open_script(&script);
    for text in [r#"{"ping":1700000000000}"#, r#"{"tick":{"price":5}}"#] {
        let packed = crate::format::tests::gzip(text.as_bytes());
        let message = Message::Binary(&packed);
        talk.hears_message(message);
    }
    assert_eq!(talk.said(), [r#"{"pong":1700000000000}"#]);
    assert_eq!(
        talk.payloads(),
        [(None, r#"{"tick":{"price":5}}"#.to_owned())]
    );
}
