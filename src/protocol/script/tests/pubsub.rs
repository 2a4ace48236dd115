//! Recorded sessions with the presets of message services, after their specifications.

use super::*;
use crate::protocol::Retry;
use crate::protocol::tests::talk::{accepted, own, refused};

fn connected() -> Talk {
    let mut talk = Talk::open_script(&shipped("centrifugo"));
    assert_eq!(
        talk.said(),
        ["{\"id\":1,\"connect\":{\"token\":\"s3cret\",\"name\":\"freshet\"}}\n"]
    );
    talk.hears(r#"{"id":1,"connect":{"client":"x","version":"6.0.0","ping":25,"pong":true}}"#);
    talk
}

#[test]
fn centrifugo_begins_anew_where_the_history_has() {
    let mut talk = connected();
    talk.asks(0, &json!({ "channel": "news" }));
    talk.hears(r#"{"id":2,"subscribe":{"recoverable":true,"epoch":"abc","offset":4}}"#);
    let asks_again = |talk: &mut Talk| {
        talk.closes();
        talk.opens();
        talk.hears(r#"{"id":1,"connect":{"client":"y","ping":25,"pong":true}}"#);
        talk.said().pop().unwrap()
    };
    assert_eq!(
        asks_again(&mut talk),
        "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recover\":true,\"offset\":4,\"epoch\":\"abc\"}}\n"
    );
    // An offset of 0 is not written.
    talk.hears(r#"{"id":2,"subscribe":{"recoverable":true,"epoch":"new"}}"#);
    assert_eq!(
        asks_again(&mut talk),
        "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recover\":true,\"epoch\":\"new\"}}\n"
    );
}

#[test]
fn what_an_answer_says_nothing_of_is_gone_on_from_all_the_same() {
    let script = json!({
        "subscribe": {
            "send": { "sub": "${params.c}", "since": "${resume.last?}" },
            "ack": { "when": { "$.ok": "${params.c}" } },
            "resume": { "last": "$.n" }
        },
        "route": [{ "key": "$.c", "is": "${params.c}" }]
    });
    let mut talk = Talk::open_script(&script);
    talk.asks(0, &json!({ "c": "a" }));
    talk.hears(r#"{"ok":"a"}"#);
    talk.hears(r#"{"c":"a","n":7}"#);
    for _ in 0..2 {
        talk.said();
        talk.closes();
        talk.opens();
        assert_eq!(talk.said(), [r#"{"sub":"a","since":7}"#]);
        talk.hears(r#"{"ok":"a"}"#);
    }
}

#[test]
fn centrifugo_goes_on_where_it_was() {
    let mut talk = connected();
    talk.asks(0, &json!({ "channel": "news" }));
    assert_eq!(
        talk.said(),
        ["{\"id\":2,\"subscribe\":{\"channel\":\"news\"}}\n"]
    );
    talk.hears(r#"{"id":2,"subscribe":{"recoverable":true,"epoch":"abc","offset":4}}"#);
    talk.hears("{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":{\"v\":1},\"offset\":5}}}\n{}");
    assert_eq!(talk.said(), ["{}\n"]);
    assert_eq!(talk.payloads(), [own(0, r#"{"data":{"v":1},"offset":5}"#)]);
    talk.closes();
    talk.opens();
    talk.hears(r#"{"id":1,"connect":{"client":"y","ping":25,"pong":true}}"#);
    assert_eq!(
        talk.said()[1..],
        [
            "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recover\":true,\"offset\":5,\"epoch\":\"abc\"}}\n"
        ]
    );
    talk.hears(
        r#"{"id":2,"subscribe":{"recoverable":true,"epoch":"abc","offset":7,"recovered":true,"publications":[{"data":{"v":2},"offset":6},{"data":{"v":3},"offset":7}]}}"#,
    );
    assert_eq!(
        talk.payloads(),
        [
            own(0, r#"{"data":{"v":2},"offset":6}"#),
            own(0, r#"{"data":{"v":3},"offset":7}"#)
        ]
    );
    assert_eq!(talk.control(), [accepted(0), accepted(0)]);
    talk.closes();
    talk.opens();
    talk.hears(r#"{"id":1,"connect":{"client":"z"}}"#);
    assert!(talk.said()[1].contains(r#""offset":7"#));
}

#[test]
fn centrifugo_knows_what_is_for_good_and_what_for_a_while() {
    let mut talk = connected();
    for (id, channel) in ["a", "b", "c", "d"].iter().enumerate() {
        talk.asks(id as u32, &json!({ "channel": channel }));
    }
    talk.said();
    talk.hears(r#"{"id":2,"error":{"code":103,"message":"permission denied"}}"#);
    talk.hears(
        r#"{"id":3,"error":{"code":100,"message":"internal server error","temporary":true}}"#,
    );
    talk.hears(r#"{"id":4,"subscribe":{}}"#);
    talk.hears(r#"{"id":5,"subscribe":{}}"#);
    talk.hears(
        r#"{"push":{"channel":"c","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}"#,
    );
    talk.hears(
        r#"{"push":{"channel":"d","unsubscribe":{"code":2500,"reason":"insufficient state"}}}"#,
    );
    assert_eq!(
        talk.control(),
        [
            refused(0, "permission denied (code 103)"),
            refused(1, "internal server error (code 100)"),
            accepted(2),
            accepted(3),
            refused(2, "server unsubscribe (code 2000)"),
            Control::Ended(
                SubscriptionId(3),
                "insufficient state (code 2500). It is asked for again.".to_owned()
            ),
        ]
    );
    talk.until(2_000.0);
    assert_eq!(
        talk.said(),
        [
            "{\"id\":6,\"subscribe\":{\"channel\":\"b\"}}\n",
            "{\"id\":7,\"subscribe\":{\"channel\":\"d\"}}\n"
        ]
    );
    let codes = [3000, 3499, 3500, 3999, 4000, 4500, 4999];
    assert_eq!(
        codes.map(|code| talk.is_final(code)),
        [false, false, true, true, false, true, true]
    );
    let words = "the server has sent nothing for 35 s, longer than its protocol allows".to_owned();
    assert!(talk.until(60_000.0).contains(&Control::Failed(words)));
}

#[test]
fn centrifugo_that_refuses_the_token_may_take_another() {
    let words = |code: u32| format!("the server refused the handshake: no (code {code})");
    for (code, expected) in [
        (100, Control::Failed(words(100))),
        (101, Control::TokenRefused(words(101))),
        (107, Control::Stopped(words(107))),
        (109, Control::TokenRefused(words(109))),
    ] {
        let mut talk = Talk::open_script(&shipped("centrifugo"));
        talk.hears(format!(
            r#"{{"id":1,"error":{{"code":{code},"message":"no"}}}}"#
        ));
        assert_eq!(talk.control(), [expected]);
    }
}

#[test]
fn what_is_one_to_the_server_is_asked_for_once_and_taken_back_when_both_have_left() {
    let mut talk = Talk::open_script(&shipped("pusher"));
    talk.hears(r#"{"event":"pusher:connection_established","data":"{\"socket_id\":\"1.2\",\"activity_timeout\":120}"}"#);
    talk.asks(0, &json!({ "channel": "c", "event": "tick" }));
    talk.asks(1, &json!({ "channel": "c" }));
    assert_eq!(
        talk.said(),
        [r#"{"event":"pusher:subscribe","data":{"channel":"c"}}"#]
    );
    talk.hears(r#"{"event":"pusher_internal:subscription_succeeded","channel":"c","data":"{}"}"#);
    assert_eq!(talk.control(), [accepted(0), accepted(1)]);
    talk.hears(r#"{"event":"tick","channel":"c","data":"{\"v\":1}"}"#);
    talk.hears(r#"{"event":"tock","channel":"c","data":"{\"v\":2}"}"#);
    assert_eq!(
        talk.payloads(),
        [
            own(0, r#"{"v":1}"#),
            own(1, r#"{"v":1}"#),
            own(1, r#"{"v":2}"#)
        ]
    );
    talk.leaves(0);
    assert_eq!(talk.said(), Vec::<String>::new());
    talk.asks(2, &json!({ "channel": "c", "event": "x" }));
    assert_eq!(talk.said(), Vec::<String>::new());
    talk.leaves(1);
    talk.leaves(2);
    assert_eq!(
        talk.said(),
        [r#"{"event":"pusher:unsubscribe","data":{"channel":"c"}}"#]
    );
}

#[test]
fn pusher_is_asked_for_a_sign_of_life_and_says_what_it_refuses() {
    let mut talk = Talk::open_script(&shipped("pusher"));
    talk.hears(r#"{"event":"pusher:connection_established","data":"{}"}"#);
    talk.asks(0, &json!({ "channel": "c" }));
    talk.said();
    talk.hears(r#"{"event":"pusher:subscription_error","channel":"c","data":{"type":"AuthError","error":"denied","status":403}}"#);
    talk.hears(r#"{"event":"pusher:error","data":{"message":"slow down","code":4301}}"#);
    talk.hears(r#"{"event":"pusher:ping","data":{}}"#);
    assert_eq!(talk.said(), [r#"{"event":"pusher:pong","data":{}}"#]);
    assert_eq!(
        talk.control(),
        [
            refused(0, "denied (code 403)"),
            Control::Reported("slow down (code 4301)".to_owned())
        ]
    );
    assert_eq!(talk.until(121_000.0), []);
    assert_eq!(talk.said(), [r#"{"event":"pusher:ping","data":{}}"#]);
    let words = "the server did not answer a heartbeat within 30 s".to_owned();
    assert_eq!(talk.until(151_000.0), [Control::Failed(words)]);
    assert_eq!(
        [4001, 4100, 4200].map(|code| talk.retry_after_close(code)),
        [Retry::Never, Retry::After(1_000.0), Retry::AtOnce]
    );
    let mut talk = Talk::open_script(&shipped("pusher"));
    talk.hears(r#"{"event":"pusher:error","data":{"message":"App key x not in this cluster","code":4001}}"#);
    let words = "the server refused the handshake: App key x not in this cluster (code 4001)";
    assert_eq!(talk.control(), [Control::Stopped(words.to_owned())]);
}

#[test]
fn phoenix_joins_again_what_crashed_and_takes_no_message_of_an_older_join() {
    let mut talk = Talk::open_script(&shipped("phoenix"));
    talk.asks(0, &json!({ "topic": "room:1", "event": "tick" }));
    talk.asks(1, &json!({ "topic": "room:2", "payload": "{\"k\":1}" }));
    talk.asks(2, &json!({ "topic": "room:3" }));
    assert_eq!(
        talk.said(),
        [
            r#"["1","1","room:1","phx_join",{}]"#,
            r#"["2","2","room:2","phx_join",{"k":1}]"#,
            r#"["3","3","room:3","phx_join",{}]"#
        ]
    );
    talk.hears(r#"["1","1","room:1","phx_reply",{"status":"ok","response":{}}]"#);
    talk.hears(
        r#"["2","2","room:2","phx_reply",{"status":"error","response":{"reason":"unauthorized"}}]"#,
    );
    talk.hears(r#"["3","3","room:3","phx_reply",{"status":"ok","response":{}}]"#);
    talk.hears(r#"["1",null,"room:1","tick",{"v":1}]"#);
    talk.hears(r#"[null,null,"room:1","tick",{"v":2}]"#);
    talk.hears(r#"["1",null,"room:1","tock",{"v":3}]"#);
    talk.hears(r#"["3",null,"room:3","any",{"v":4}]"#);
    let tick = |n: u32| own(0, &format!(r#"{{"v":{n}}}"#));
    assert_eq!(talk.payloads(), [tick(1), tick(2), own(2, r#"{"v":4}"#)]);
    talk.hears(r#"["1","1","room:1","phx_error",{}]"#);
    talk.hears(r#"["3","3","room:3","phx_close",{}]"#);
    let words = "the channel crashed. It is asked for again.".to_owned();
    assert_eq!(
        talk.control(),
        [
            accepted(0),
            refused(1, "unauthorized"),
            accepted(2),
            Control::Ended(SubscriptionId(0), words),
            Control::Ended(
                SubscriptionId(2),
                "the server closed the channel".to_owned()
            )
        ]
    );
    talk.until(2_000.0);
    assert_eq!(talk.said(), [r#"["4","4","room:1","phx_join",{}]"#]);
    talk.hears(r#"["1",null,"room:1","tick",{"v":5}]"#);
    talk.hears(r#"["4","4","room:1","phx_reply",{"status":"ok","response":{}}]"#);
    talk.hears(r#"["4",null,"room:1","tick",{"v":6}]"#);
    assert_eq!(talk.payloads(), [tick(6)]);
    talk.leaves(0);
    assert_eq!(talk.said(), [r#"["4","5","room:1","phx_leave",{}]"#]);
    talk.until(31_000.0);
    assert_eq!(talk.said(), [r#"[null,"6","phoenix","heartbeat",{}]"#]);
    talk.hears(r#"[null,"6","phoenix","phx_reply",{"status":"ok","response":{}}]"#);
    let words = "the server did not answer a heartbeat within 10 s".to_owned();
    assert_eq!(talk.until(71_000.0), [Control::Failed(words)]);
}

#[test]
fn rosbridge_knows_two_readers_of_a_topic_by_their_ids() {
    let mut talk = Talk::open_script(&shipped("rosbridge"));
    talk.asks(
        0,
        &json!({ "topic": "/odom", "type": "nav_msgs/Odometry", "throttle_rate": "100" }),
    );
    talk.asks(1, &json!({ "topic": "/odom" }));
    talk.asks(2, &json!({ "topic": "/none" }));
    assert_eq!(
        talk.said()[0],
        r#"{"op":"subscribe","id":"1","topic":"/odom","type":"nav_msgs/Odometry","throttle_rate":100}"#
    );
    talk.hears(r#"{"op":"status","level":"error","id":"3","msg":"topic /none is not known"}"#);
    talk.hears(r#"{"op":"status","level":"warning","msg":"slow"}"#);
    talk.hears(r#"{"op":"status","level":"info","msg":"fine"}"#);
    talk.hears(r#"{"op":"publish","topic":"/odom","msg":{"x":1}}"#);
    assert_eq!(
        talk.control(),
        [
            refused(2, "topic /none is not known"),
            Control::Reported("slow".to_owned())
        ]
    );
    assert_eq!(
        talk.payloads(),
        [own(0, r#"{"x":1}"#), own(1, r#"{"x":1}"#)]
    );
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [r#"{"op":"unsubscribe","id":"1","topic":"/odom"}"#],
        "the other is one of its own to the server"
    );
}

#[test]
fn loki_gives_a_row_for_each_stream_and_says_what_it_left_out() {
    let mut talk = Talk::open_script(&shipped("loki"));
    talk.hears(
        r#"{"streams":[{"stream":{"app":"a"},"values":[["1","x"]]},{"stream":{"app":"b"},"values":[["2","y"]]}]}"#,
    );
    talk.hears(r#"{"streams":[],"dropped_entries":null}"#);
    assert_eq!(
        talk.payloads(),
        [
            (
                None,
                r#"{"stream":{"app":"a"},"values":[["1","x"]]}"#.to_owned()
            ),
            (
                None,
                r#"{"stream":{"app":"b"},"values":[["2","y"]]}"#.to_owned()
            )
        ]
    );
    assert_eq!(talk.control(), []);
    talk.hears(r#"{"streams":[],"dropped_entries":[{"labels":"{a=\"b\"}","timestamp":"3"}]}"#);
    assert_eq!(talk.control().len(), 1);
}

#[test]
fn a_server_cannot_have_itself_flooded_with_heartbeats() {
    let script = json!({
        "handshake": [{ "expect": { "$.every": { "exists": true } }, "bind": { "every": "$.every" } }],
        "heartbeat": { "send": "ping", "intervalMs": "${conn.every}" }
    });
    let mut talk = Talk::open_script(&script);
    talk.hears(r#"{"every":1e-9}"#);
    assert_eq!(talk.until(1_100.0), []);
    assert_eq!(talk.said().len(), 10);
}
