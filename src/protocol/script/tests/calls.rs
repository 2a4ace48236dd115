//! Recorded sessions with the presets of servers that answer calls: JSON-RPC, WAMP, Home Assistant, Signal K; after
//! their documentation.

use super::*;
use crate::protocol::tests::talk::{accepted, own, refused};

#[test]
fn home_assistant_logs_in_and_puts_messages_together() {
    let mut talk = Talk::closed(&shipped("home-assistant"), &json!({}));
    talk.asks(0, &json!({ "entities": "sensor.a, sensor.b" }));
    talk.asks(1, &json!({}));
    talk.opens();
    talk.hears(r#"{"type":"auth_required","ha_version":"2026.11.0"}"#);
    assert_eq!(talk.said(), [r#"{"type":"auth","access_token":"s3cret"}"#]);
    talk.hears(r#"{"type":"auth_ok","ha_version":"2026.11.0"}"#);
    assert_eq!(
        talk.said(),
        [r#"{"id":1,"type":"supported_features","features":{"coalesce_messages":1}}"#]
    );
    talk.hears(r#"{"id":1,"type":"result","success":true,"result":null}"#);
    assert_eq!(
        talk.said(),
        [
            r#"{"id":2,"type":"subscribe_entities","entity_ids":["sensor.a","sensor.b"]}"#,
            r#"{"id":3,"type":"subscribe_entities"}"#
        ]
    );
    talk.hears(
        r#"[{"id":2,"type":"result","success":true,"result":null},{"id":2,"type":"event","event":{"a":{"sensor.a":{"s":"20"}}}}]"#,
    );
    talk.hears(
        r#"{"id":3,"type":"result","success":false,"error":{"code":"unauthorized","message":"Unauthorized"}}"#,
    );
    assert_eq!(
        talk.control(),
        [accepted(0), refused(1, "Unauthorized (code unauthorized)")]
    );
    assert_eq!(
        talk.payloads(),
        [own(0, r#"{"a":{"sensor.a":{"s":"20"}}}"#)]
    );
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [r#"{"id":4,"type":"unsubscribe_events","subscription":2}"#]
    );
}

#[test]
fn a_token_that_home_assistant_does_not_know_is_told() {
    let mut talk = Talk::open_script(&shipped("home-assistant"));
    talk.hears(r#"{"type":"auth_required"}"#);
    talk.hears(r#"{"type":"auth_invalid","message":"Invalid access token or password"}"#);
    let control = talk.control();
    let [Control::TokenRefused(words)] = control.as_slice() else {
        panic!("{control:?}");
    };
    assert!(words.contains("Invalid access token"), "{words}");
}

#[test]
fn ethereum_names_a_subscription_after_its_first_message() {
    let mut talk = Talk::open_script(&shipped("ethereum"));
    talk.asks(0, &json!({ "params": "[\"newHeads\"]" }));
    talk.asks(1, &json!({ "params": ["nothing"] }));
    assert_eq!(
        talk.said()[0],
        r#"{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"#
    );
    talk.hears(r#"{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{"number":"0x5"}}}"#);
    talk.hears(
        r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no such subscription"}}"#,
    );
    talk.hears(r#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#);
    assert_eq!(
        talk.control(),
        [
            refused(1, "no such subscription (code -32602)"),
            accepted(0)
        ]
    );
    assert_eq!(talk.payloads(), [own(0, r#"{"number":"0x5"}"#)]);
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [r#"{"jsonrpc":"2.0","id":3,"method":"eth_unsubscribe","params":["0x1"]}"#]
    );
    talk.hears(r#"{"jsonrpc":"2.0","id":3,"result":true}"#);
    assert_eq!(talk.payloads(), []);
}

#[test]
fn wamp_subscribes_by_numbers_and_says_goodbye() {
    let mut talk = Talk::closed(&shipped("wamp"), &json!({ "realm": "plant" }));
    talk.opens();
    assert_eq!(talk.said(), [r#"[1,"plant",{"roles":{"subscriber":{}}}]"#]);
    talk.hears(r#"[2,9129137332,{"roles":{"broker":{}}}]"#);
    talk.asks(0, &json!({ "topic": "com.a" }));
    talk.asks(1, &json!({ "topic": "com.b", "match": "prefix" }));
    assert_eq!(
        talk.said(),
        [
            r#"[32,1,{},"com.a"]"#,
            r#"[32,2,{"match":"prefix"},"com.b"]"#
        ]
    );
    talk.hears(r#"[8,32,2,{},"wamp.error.not_authorized"]"#);
    talk.hears("[33,1,5512315355]");
    assert_eq!(
        talk.control(),
        [refused(1, "wamp.error.not_authorized"), accepted(0)]
    );
    let event = r#"[36,5512315355,4429313566,{},[21],{"unit":"C"}]"#;
    talk.hears(event);
    talk.hears(r#"[36,1,1,{},[22]]"#);
    assert_eq!(talk.payloads(), [own(0, event)]);
    talk.leaves(0);
    assert_eq!(talk.said(), ["[34,3,5512315355]"]);
    talk.parts();
    assert_eq!(talk.said(), [r#"[6,{},"wamp.close.normal"]"#]);
    talk.hears(r#"[6,{},"wamp.close.system_shutdown"]"#);
    assert_eq!(talk.said(), [r#"[6,{},"wamp.close.goodbye_and_out"]"#]);
    assert_eq!(
        talk.control(),
        [Control::Failed("wamp.close.system_shutdown".to_owned())]
    );
}

#[test]
fn wamp_shows_its_ticket_when_it_is_asked_for() {
    let options = json!({ "realm": "plant", "authmethods": "ticket", "authid": "viewer" });
    let mut talk = Talk::closed(&shipped("wamp"), &options);
    talk.opens();
    assert_eq!(
        talk.said(),
        [r#"[1,"plant",{"roles":{"subscriber":{}},"authmethods":["ticket"],"authid":"viewer"}]"#]
    );
    talk.hears(r#"[4,"ticket",{}]"#);
    assert_eq!(talk.said(), [r#"[5,"s3cret",{}]"#]);
    talk.hears(r#"[3,{"message":"ticket is invalid"},"wamp.error.not_authorized"]"#);
    let words = "the server refused the handshake: wamp.error.not_authorized".to_owned();
    assert_eq!(talk.control(), [Control::Stopped(words)]);
    talk.closes();
    talk.opens();
    // A secret is not shown to whoever asks in another way.
    talk.said();
    talk.hears(r#"[4,"wampcra",{}]"#);
    assert_eq!(talk.said(), Vec::<String>::new());
    let words = "the server refused the handshake: it wants a login that this preset does not know (code wampcra)";
    assert_eq!(talk.control(), [Control::Stopped(words.to_owned())]);
}

/// A router has one subscription of a session for a topic, and an end of it ends it for all.
#[test]
fn wamp_queries_that_mean_the_same_are_one_subscription() {
    let mut talk = Talk::closed(&shipped("wamp"), &json!({ "realm": "plant" }));
    talk.opens();
    talk.hears("[2,1,{}]");
    talk.said();
    talk.asks(0, &json!({ "topic": "com.a" }));
    talk.asks(1, &json!({ "topic": "com.a", "match": "exact" }));
    assert_eq!(talk.said(), [r#"[32,1,{},"com.a"]"#]);
    talk.hears("[33,1,77]");
    let event = "[36,77,1,{},[21]]";
    talk.hears(event);
    assert_eq!(talk.payloads(), [own(0, event), own(1, event)]);
    talk.leaves(0);
    assert_eq!(talk.said(), Vec::<String>::new());
    talk.leaves(1);
    assert_eq!(talk.said(), ["[34,2,77]"]);
}

#[test]
fn a_realm_that_a_router_does_not_have_ends_the_trying() {
    for (answer, says) in [
        (
            r#"[3,{"message":"no realm"},"wamp.error.no_such_realm"]"#,
            "wamp.error.no_such_realm",
        ),
        (r#"[4,"ticket",{}]"#, "wants a login"),
    ] {
        let mut talk = Talk::closed(&shipped("wamp"), &json!({ "realm": "x" }));
        talk.opens();
        talk.hears(answer);
        let control = talk.control();
        assert!(
            matches!(control.as_slice(), [Control::Stopped(words)] if words.contains(says)),
            "{control:?}"
        );
    }
}

#[test]
fn deribit_answers_with_the_channels_that_it_has() {
    let mut talk = Talk::open_script(&shipped("deribit"));
    talk.asks(0, &json!({ "channel": "ticker.BTC-PERPETUAL.100ms" }));
    talk.asks(1, &json!({ "channel": "ticker.NONE.100ms" }));
    assert_eq!(
        talk.said(),
        [r#"{"jsonrpc":"2.0","id":1,"method":"public/set_heartbeat","params":{"interval":30}}"#]
    );
    talk.hears(r#"{"jsonrpc":"2.0","id":1,"result":"ok"}"#);
    assert_eq!(
        talk.said()[0],
        r#"{"jsonrpc":"2.0","id":2,"method":"public/subscribe","params":{"channels":["ticker.BTC-PERPETUAL.100ms"]}}"#
    );
    talk.hears(r#"{"jsonrpc":"2.0","id":2,"result":["ticker.BTC-PERPETUAL.100ms"]}"#);
    talk.hears(r#"{"jsonrpc":"2.0","id":3,"result":[]}"#);
    assert_eq!(
        talk.control(),
        [accepted(0), refused(1, "there is no such channel")]
    );
    talk.hears(r#"{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}"#);
    assert_eq!(
        talk.said(),
        [r#"{"jsonrpc":"2.0","id":4,"method":"public/test","params":{}}"#]
    );
    talk.hears(r#"{"jsonrpc":"2.0","id":4,"result":{"version":"1.2.26"}}"#);
    talk.hears(r#"{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}"#);
    talk.hears(r#"{"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.100ms","data":{"last_price":5}}}"#);
    assert_eq!(talk.payloads(), [own(0, r#"{"last_price":5}"#)]);
    let control = talk.until(talk.now + 65_000.0);
    assert!(
        matches!(control.as_slice(), [Control::Failed(words)] if words.contains("65 s")),
        "{control:?}"
    );
}

#[test]
fn deribit_says_why_it_beats_no_heart() {
    let mut talk = Talk::open_script(&shipped("deribit"));
    talk.hears(r#"{"jsonrpc":"2.0","id":1,"error":{"code":11044,"message":"not_open"}}"#);
    let words = "the server refused the handshake: not_open (code 11044)";
    assert_eq!(talk.control(), [Control::Failed(words.to_owned())]);
}

#[test]
fn moonraker_begins_with_what_it_knows_and_is_asked_again_when_it_restarts() {
    let mut talk = Talk::open_script(&shipped("moonraker"));
    talk.asks(0, &json!({ "objects": { "extruder": null } }));
    talk.said();
    talk.hears(r#"{"jsonrpc":"2.0","id":1,"result":{"connection_id":7}}"#);
    let asks = |id: u32| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"printer.objects.subscribe","params":{{"objects":{{"extruder":null}}}}}}"#
        )
    };
    assert_eq!(talk.said(), [asks(2)]);
    talk.hears(r#"{"jsonrpc":"2.0","id":2,"result":{"eventtime":1.5,"status":{"extruder":{"temperature":20}}}}"#);
    talk.hears(r#"{"jsonrpc":"2.0","method":"notify_proc_stat_update","params":[{}]}"#);
    talk.hears(r#"{"jsonrpc":"2.0","method":"notify_status_update","params":[{"extruder":{"temperature":21}},2.5]}"#);
    let texts: Vec<String> = talk.payloads().into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        texts,
        [
            r#"{"extruder":{"temperature":20}}"#,
            r#"{"extruder":{"temperature":21}}"#
        ]
    );
    talk.control();
    talk.hears(r#"{"jsonrpc":"2.0","method":"notify_klippy_shutdown"}"#);
    talk.hears(r#"{"jsonrpc":"2.0","method":"notify_klippy_ready"}"#);
    assert_eq!(
        talk.control()[0],
        Control::Reported("notify_klippy_shutdown".to_owned())
    );
    talk.until(talk.now + 1_000.0);
    assert_eq!(talk.said(), [asks(3)]);
    talk.hears(
        r#"{"jsonrpc":"2.0","id":3,"error":{"code":503,"message":"Klippy Host not connected"}}"#,
    );
    talk.until(talk.now + 2_000.0);
    assert_eq!(talk.said(), [asks(4)], "refused for a while");
}

#[test]
fn signal_k_is_told_the_path() {
    let mut talk = Talk::open_script(&shipped("signalk"));
    talk.asks(0, &json!({ "path": "navigation.*", "period": 1000 }));
    assert_eq!(talk.said(), Vec::<String>::new());
    talk.hears(
        r#"{"name":"signalk-server","version":"2.23.0","self":"vessels.urn:x","roles":["main"]}"#,
    );
    assert_eq!(
        talk.said(),
        [r#"{"context":"vessels.self","subscribe":[{"path":"navigation.*","period":1000}]}"#]
    );
    let delta = r#"{"context":"vessels.urn:x","updates":[{"values":[{"path":"navigation.speedOverGround","value":3.1}]}]}"#;
    talk.hears(delta);
    assert_eq!(talk.payloads(), [(None, delta.to_owned())]);
}
