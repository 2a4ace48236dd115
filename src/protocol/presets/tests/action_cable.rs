//! Messages as Action Cable 6.1 sends them.

use serde_json::{Value, json};

use crate::protocol::tests::talk::{Talk, accepted, failed, own, refused, stopped};

/// One that was welcomed.
fn ready() -> Talk {
    let mut talk = Talk::open("action-cable", &json!({}));
    talk.hears(r#"{"type":"welcome"}"#);
    assert!(talk.is_ready() && talk.tells_apart());
    talk
}

/// A message about a channel, as the server writes it.
fn about(identifier: &str, rest: Value) -> String {
    let mut message = json!({ "identifier": identifier });
    for (name, value) in rest.as_object().unwrap() {
        message[name] = value.clone();
    }
    message.to_string()
}

#[test]
fn channels_are_named_by_a_text_that_is_json() {
    let mut talk = Talk::open("action-cable", &json!({}));
    talk.asks(0, &json!({ "channel": "TickChannel" }));
    let room = json!({ "channel": "RoomChannel", "params": { "room": "hall", "floor": 2 } });
    talk.asks(1, &room);
    assert_eq!(talk.said(), Vec::<String>::new());
    talk.hears(r#"{"type":"welcome"}"#);
    let (tick, hall) = (
        r#"{"channel":"TickChannel"}"#,
        r#"{"channel":"RoomChannel","room":"hall","floor":2}"#,
    );
    let subscribe =
        |identifier: &str| json!({ "command": "subscribe", "identifier": identifier }).to_string();
    assert_eq!(talk.said(), [subscribe(tick), subscribe(hall)]);
    talk.hears(about(hall, json!({ "type": "confirm_subscription" })));
    talk.hears(about(tick, json!({ "type": "confirm_subscription" })));
    assert_eq!(talk.control(), [accepted(1), accepted(0)]);
    talk.hears(about(tick, json!({ "message": { "v": 1 } })));
    talk.hears(about(hall, json!({ "message": "{\"v\":2}" })));
    talk.hears(about(
        r#"{"channel":"Other"}"#,
        json!({ "message": { "v": 3 } }),
    ));
    assert_eq!(
        talk.payloads(),
        [own(0, r#"{"v":1}"#), own(1, r#"{"v":2}"#)]
    );
    talk.leaves(1);
    assert_eq!(
        talk.said(),
        [json!({ "command": "unsubscribe", "identifier": hall }).to_string()]
    );
}

#[test]
fn a_channel_may_reject_before_and_after_it_has_confirmed() {
    let mut talk = ready();
    talk.asks(0, &json!({ "channel": "A" }));
    talk.asks(1, &json!({ "channel": "B" }));
    let (a, b) = (r#"{"channel":"A"}"#, r#"{"channel":"B"}"#);
    talk.hears(about(a, json!({ "type": "reject_subscription" })));
    talk.hears(about(b, json!({ "type": "confirm_subscription" })));
    talk.hears(about(b, json!({ "type": "reject_subscription" })));
    let words = "rejected by the channel";
    assert_eq!(
        talk.control(),
        [refused(0, words), accepted(1), refused(1, words)]
    );
    assert_eq!(
        talk.check(&json!({ "channel": "A", "params": "[1]" }))
            .unwrap_err()
            .field(),
        "params.params"
    );
}

#[test]
fn three_pings_that_do_not_come_are_the_end() {
    let mut talk = ready();
    assert_eq!(talk.until(4_000.0), []);
    talk.hears(r#"{"type":"ping","message":1700000003}"#);
    assert_eq!(talk.payloads(), []);
    assert_eq!(talk.until(12_999.0), []);
    let words = "the server has sent nothing for 9 s, longer than its protocol allows";
    assert_eq!(talk.until(13_000.0), [failed(words)]);
}

#[test]
fn a_server_that_disconnects_says_whether_to_come_back() {
    let unauthorized = r#"{"type":"disconnect","reason":"unauthorized","reconnect":false}"#;
    let restart = r#"{"type":"disconnect","reason":"server_restart","reconnect":true}"#;
    let refused = "the server refused the handshake: ";
    for (is_ready, message, control) in [
        (
            false,
            unauthorized,
            stopped(&format!("{refused}unauthorized")),
        ),
        (false, restart, failed(&format!("{refused}server_restart"))),
        (true, unauthorized, stopped("unauthorized")),
        (true, restart, failed("server_restart")),
    ] {
        let mut talk = match is_ready {
            true => ready(),
            false => Talk::open("action-cable", &json!({})),
        };
        talk.hears(message);
        assert_eq!(talk.control(), [control], "{message}");
    }
}
