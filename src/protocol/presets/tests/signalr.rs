//! Messages as HubProtocol.md of ASP.NET Core has them.

use serde_json::{Value, json};

use crate::format::Message;
use crate::protocol::Control;
use crate::protocol::tests::talk::{Talk, accepted, ended, failed, own, refused, stopped};

const HANDSHAKE: &str = "{\"protocol\":\"json\",\"version\":1}\u{1e}";

/// One that has shaken hands.
fn ready(name: &str) -> Talk {
    let mut talk = Talk::open(name, &json!({}));
    assert_eq!(talk.said(), [HANDSHAKE]);
    talk.hears("{}\u{1e}");
    assert!(talk.is_ready() && talk.tells_apart());
    talk
}

/// A message as it is sent.
fn record(message: &Value) -> String {
    format!("{message}\u{1e}")
}

#[test]
fn what_is_sent_to_a_target_is_for_who_reads_it() {
    let mut talk = ready("signalr");
    talk.asks(0, &json!({ "target": "tick" }));
    talk.asks(1, &json!({ "target": "tock" }));
    talk.asks(2, &json!({}));
    assert_eq!(talk.said(), Vec::<String>::new());
    // Several in one frame, one of them a ping; as bytes, as some servers send even texts.
    let frame = [
        record(&json!({ "type": 1, "target": "tick", "arguments": [{ "v": 1 }] })),
        record(&json!({ "type": 6 })),
        record(&json!({ "type": 1, "target": "tock", "arguments": ["a", 2] })),
    ];
    talk.hears_message(Message::Binary(frame.concat().as_bytes()));
    assert_eq!(
        talk.payloads(),
        [
            own(0, r#"[{"v":1}]"#),
            own(2, r#"[{"v":1}]"#),
            own(1, r#"["a",2]"#),
            own(2, r#"["a",2]"#)
        ]
    );
    assert_eq!(talk.control(), []);
}

#[test]
fn messages_behind_the_answer_to_the_handshake_are_read() {
    let mut talk = Talk::open("signalr", &json!({}));
    talk.asks(0, &json!({ "target": "tick" }));
    talk.hears("{}\u{1e}{\"type\":1,\"target\":\"tick\",\"arguments\":[7]}\u{1e}");
    assert_eq!(talk.payloads(), [own(0, "[7]")]);
}

#[test]
fn a_hub_that_refuses_the_handshake_is_not_asked_again() {
    let mut talk = Talk::open("signalr", &json!({}));
    talk.hears("{\"error\":\"Requested protocol 'json' is not available.\"}\u{1e}");
    let words = "the server refused the handshake: Requested protocol 'json' is not available.";
    assert_eq!(talk.control(), [stopped(words)]);
}

#[test]
fn a_method_lets_a_subscription_in_or_refuses_it() {
    let mut talk = ready("signalr");
    let joining = |room: &str| json!({ "target": "tick", "method": "Join", "arguments": [room], "methodOnLeave": "Leave" });
    talk.asks(0, &joining("hall"));
    talk.asks(1, &joining("vault"));
    let call = |id: &str, room: &str| {
        record(&json!({ "type": 1, "invocationId": id, "target": "Join", "arguments": [room] }))
    };
    assert_eq!(talk.said(), [call("1", "hall"), call("2", "vault")]);
    talk.hears(record(
        &json!({ "type": 3, "invocationId": "2", "error": "only for staff" }),
    ));
    talk.hears(record(
        &json!({ "type": 3, "invocationId": "1", "result": null }),
    ));
    assert_eq!(talk.control(), [refused(1, "only for staff"), accepted(0)]);
    talk.hears(record(
        &json!({ "type": 1, "target": "tick", "arguments": [1] }),
    ));
    assert_eq!(talk.payloads(), [own(0, "[1]")]);
    talk.leaves(1);
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [record(
            &json!({ "type": 1, "target": "Leave", "arguments": ["hall"] })
        )]
    );
}

#[test]
fn a_method_that_is_asked_for_a_result_says_that_there_is_none() {
    let mut talk = ready("signalr");
    talk.asks(0, &json!({}));
    talk.hears(record(
        &json!({ "type": 1, "invocationId": "s1", "target": "ask", "arguments": [] }),
    ));
    assert_eq!(
        talk.said(),
        [record(
            &json!({ "type": 3, "invocationId": "s1", "error": "This client only reads and returns no results" })
        )]
    );
    assert_eq!(talk.payloads(), []);
}

#[test]
fn each_side_says_that_it_is_there() {
    for name in ["signalr", "signalr-stream"] {
        let mut talk = ready(name);
        assert_eq!(talk.until(16_000.0), []);
        assert_eq!(talk.said(), ["{\"type\":6}\u{1e}"]);
        talk.hears("{\"type\":6}\u{1e}");
        assert_eq!(talk.until(31_000.0), []);
        assert_eq!(talk.said(), ["{\"type\":6}\u{1e}"]);
        let words = "the server has sent nothing for 30 s, longer than its protocol allows";
        assert_eq!(talk.until(46_000.0), [failed(words)]);
    }
}

#[test]
fn a_hub_that_closes_says_whether_it_may_be_asked_again() {
    for (close, control) in [
        (
            json!({ "type": 7, "allowReconnect": true }),
            Control::HandOver("the server closes the connection".to_owned()),
        ),
        (
            json!({ "type": 7, "error": "restart", "allowReconnect": true }),
            Control::HandOver("restart".to_owned()),
        ),
        (
            json!({ "type": 7, "error": "Connection closed because of an error." }),
            stopped("Connection closed because of an error."),
        ),
        (
            json!({ "type": 7 }),
            stopped("the server closes the connection and allows no reconnect"),
        ),
    ] {
        for name in ["signalr", "signalr-stream"] {
            let mut talk = ready(name);
            talk.hears(record(&close));
            assert_eq!(talk.control(), std::slice::from_ref(&control), "{close}");
        }
    }
}

#[test]
fn a_streaming_method_is_called_read_and_cancelled() {
    let mut talk = ready("signalr-stream");
    assert_eq!(talk.check(&json!({})).unwrap_err().field(), "params.method");
    talk.asks(0, &json!({ "method": "Count", "arguments": "[5]" }));
    talk.asks(1, &json!({ "method": "Fail" }));
    talk.asks(2, &json!({ "method": "Short" }));
    let call = |id: &str, method: &str, arguments: Value| {
        record(&json!({ "type": 4, "invocationId": id, "target": method, "arguments": arguments }))
    };
    assert_eq!(
        talk.said(),
        [
            call("1", "Count", json!([5])),
            call("2", "Fail", json!([])),
            call("3", "Short", json!([]))
        ]
    );
    talk.hears(record(
        &json!({ "type": 2, "invocationId": "1", "item": { "v": 1 } }),
    ));
    talk.hears(record(
        &json!({ "type": 2, "invocationId": "3", "item": 9 }),
    ));
    talk.hears(record(
        &json!({ "type": 3, "invocationId": "2", "error": "no such sensor" }),
    ));
    talk.hears(record(&json!({ "type": 3, "invocationId": "3" })));
    talk.hears(record(
        &json!({ "type": 2, "invocationId": "1", "item": { "v": 2 } }),
    ));
    assert_eq!(
        talk.payloads(),
        [own(0, r#"{"v":1}"#), own(2, "9"), own(0, r#"{"v":2}"#)]
    );
    assert_eq!(talk.control(), [refused(1, "no such sensor"), ended(2, "")]);
    (0..3).for_each(|id| talk.leaves(id));
    assert_eq!(
        talk.said(),
        [record(&json!({ "type": 5, "invocationId": "1" }))]
    );
}
