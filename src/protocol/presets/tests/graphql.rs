//! Messages as graphql-ws 6.4 and subscriptions-transport-ws 0.11 send them.

use serde_json::json;

use crate::protocol::tests::talk::{Talk, ended, failed, own, refused, stopped};
use crate::protocol::{Control, SubscriptionId};

const QUERY: &str = "subscription { tick { v } }";

/// One that has shaken hands.
fn ready(name: &str) -> Talk {
    let mut talk = Talk::open(name, &json!({}));
    talk.said();
    talk.hears(r#"{"type":"connection_ack"}"#);
    talk
}

#[test]
fn the_connection_is_initialised_before_anything_is_asked_for() {
    for (name, subscribe) in [
        ("graphql-transport-ws", "subscribe"),
        ("graphql-ws", "start"),
    ] {
        let options = json!({ "connectionParams": r#"{"who":"me"}"# });
        let mut talk = Talk::open(name, &options);
        talk.asks(0, &json!({ "query": QUERY }));
        assert_eq!(
            talk.said(),
            [r#"{"type":"connection_init","payload":{"who":"me"}}"#]
        );
        talk.hears(r#"{"type":"connection_ack","payload":{"welcome":true}}"#);
        assert!(talk.is_ready() && talk.tells_apart());
        assert_eq!(
            talk.said(),
            [format!(
                r#"{{"id":"1","type":"{subscribe}","payload":{{"query":"{QUERY}"}}}}"#
            )]
        );
        let params = json!({ "query": QUERY, "variables": "{\"n\":2}", "operationName": "Tick" });
        talk.asks(1, &params);
        assert_eq!(
            talk.said(),
            [format!(
                r#"{{"id":"2","type":"{subscribe}","payload":{{"operationName":"Tick","query":"{QUERY}","variables":{{"n":2}}}}}}"#
            )]
        );
        assert_eq!((talk.payloads(), talk.control()), (vec![], vec![]));
    }
}

#[test]
fn what_a_query_or_a_data_source_says_wrongly_is_named() {
    let talk = ready("graphql-transport-ws");
    for (params, field) in [
        (json!({}), "params.query"),
        (
            json!({ "query": QUERY, "variables": "[1]" }),
            "params.variables",
        ),
        (json!({ "query": QUERY, "topic": "a" }), "params.topic"),
    ] {
        assert_eq!(talk.check(&params).unwrap_err().field(), field);
    }
}

#[test]
fn each_subscription_gets_its_own_and_an_error_ends_only_one() {
    let told = |words: &str| Control::Told(SubscriptionId(2), words.to_owned());
    let mut talk = ready("graphql-transport-ws");
    for id in 0..4 {
        talk.asks(id, &json!({ "query": QUERY }));
    }
    talk.said();
    talk.hears(r#"{"id":"1","type":"next","payload":{"data":{"tick":{"v":1}}}}"#);
    talk.hears(r#"{"id":"4","type":"next","payload":{"errors":[{"message":"not for you"}]}}"#);
    talk.hears(r#"{"id":"4","type":"complete"}"#);
    talk.hears(
        r#"{"id":"2","type":"error","payload":[{"message":"Cannot query field \"tock\" on type \"Subscription\".","locations":[{"line":1,"column":16}]}]}"#,
    );
    talk.hears(r#"{"id":"2","type":"next","payload":{"data":{"tick":{"v":2}}}}"#);
    talk.hears(
        r#"{"id":"3","type":"next","payload":{"data":{"tick":null},"errors":[{"message":"no value","path":["tick"]}]}}"#,
    );
    talk.hears(
        r#"{"id":"3","type":"next","payload":{"data":null,"errors":[{"message":"Internal error"}]}}"#,
    );
    talk.hears(r#"{"id":"3","type":"complete"}"#);
    talk.hears(r#"{"id":"1","type":"next","payload":{"data":{"tick":{"v":3}}}}"#);
    assert_eq!(
        talk.payloads(),
        [
            own(0, r#"{"tick":{"v":1}}"#),
            own(2, r#"{"tick":null}"#),
            own(0, r#"{"tick":{"v":3}}"#)
        ]
    );
    assert_eq!(
        talk.control(),
        [
            refused(3, "not for you"),
            refused(1, "Cannot query field \"tock\" on type \"Subscription\"."),
            told("no value"),
            told("Internal error"),
            ended(2, ""),
        ]
    );
    (0..4).for_each(|id| talk.leaves(id));
    assert_eq!(
        talk.said(),
        [r#"{"id":"1","type":"complete"}"#],
        "the server has forgotten the others"
    );
}

#[test]
fn pings_go_both_ways_and_silence_is_the_end() {
    let mut talk = ready("graphql-transport-ws");
    talk.hears(r#"{"type":"ping","payload":{"at":5}}"#);
    talk.hears(r#"{"type":"ping"}"#);
    assert_eq!(
        talk.said(),
        [
            r#"{"type":"pong","payload":{"at":5}}"#,
            r#"{"type":"pong"}"#
        ]
    );
    assert_eq!(talk.until(16_000.0), []);
    assert_eq!(talk.said(), [r#"{"type":"ping"}"#]);
    talk.hears(r#"{"type":"pong"}"#);
    // One that nobody asked for.
    talk.hears(r#"{"type":"pong"}"#);
    assert_eq!(talk.until(31_000.0), []);
    assert_eq!(talk.said(), [r#"{"type":"ping"}"#]);
    let words = "the server did not answer a heartbeat within 10 s";
    assert_eq!(talk.until(41_000.0), [failed(words)]);
    assert_eq!(talk.payloads(), []);
}

#[test]
fn close_codes_that_another_socket_would_meet_again_are_final() {
    let talk = ready("graphql-transport-ws");
    for (code, is_final) in [
        (4400, true),
        (4401, true),
        (4403, true),
        (4406, true),
        (4408, false),
        (4409, true),
        (4429, true),
        (4500, false),
        (1001, false),
    ] {
        assert_eq!(talk.is_final(code), is_final, "{code}");
    }
}

#[test]
fn another_socket_is_asked_everything_anew() {
    let mut talk = ready("graphql-transport-ws");
    talk.asks(0, &json!({ "query": QUERY }));
    talk.hears(r#"{"id":"1","type":"complete"}"#);
    talk.closes();
    talk.opens();
    talk.hears(r#"{"type":"connection_ack"}"#);
    let said = talk.said();
    assert_eq!(said[0], r#"{"type":"connection_init"}"#);
    assert!(
        said[1].starts_with(r#"{"id":"1","type":"subscribe""#),
        "{said:?}"
    );
}

#[test]
fn the_legacy_protocol_has_other_words_for_the_same() {
    let mut talk = ready("graphql-ws");
    for id in 0..3 {
        talk.asks(id, &json!({ "query": QUERY }));
    }
    talk.said();
    talk.hears(r#"{"type":"ka"}"#);
    talk.hears(r#"{"type":"data","id":"1","payload":{"data":{"tick":{"v":1}}}}"#);
    talk.hears(r#"{"type":"data","id":"2","payload":{"errors":[{"message":"no such field"}]}}"#);
    talk.hears(r#"{"type":"complete","id":"2","payload":null}"#);
    talk.hears(r#"{"type":"error","id":"3","payload":{"message":"not today"}}"#);
    assert_eq!(talk.payloads(), [own(0, r#"{"tick":{"v":1}}"#)]);
    assert_eq!(
        talk.control(),
        [refused(1, "no such field"), refused(2, "not today")]
    );
    talk.leaves(0);
    assert_eq!(talk.said(), [r#"{"id":"1","type":"stop"}"#]);
    talk.parts();
    assert_eq!(talk.said(), [r#"{"type":"connection_terminate"}"#]);
}

#[test]
fn a_legacy_server_that_refuses_the_connection_is_not_asked_again() {
    let mut talk = Talk::open("graphql-ws", &json!({}));
    talk.hears(r#"{"type":"connection_error","payload":{"message":"Prohibited connection!"}}"#);
    let words = "the server refused the handshake: Prohibited connection!";
    assert_eq!(talk.control(), [stopped(words)]);
}
