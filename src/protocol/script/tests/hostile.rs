//! What a feed or a query says is filled in as a value: it adds nothing to the message, and is never read as a template.

use super::*;

/// What is to come through as it is.
const WORDS: [&str; 6] = [
    r#"","role":"admin","x":""#,
    r#"\","role":"admin"}"#,
    "${token}",
    "${$.secret} ${params.topic} ${conn.session?}",
    "{\"$json\":\"${token}\"}",
    "a\nb\u{0}\u{1e}",
];

/// The messages that were said, as JSON.
fn said(talk: &mut Talk) -> Vec<Value> {
    let said = talk.said();
    said.iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect()
}

#[test]
fn what_a_feed_says_stays_a_value_in_what_it_is_answered() {
    let script = json!({
        "replies": [{
            "when": { "$.ask": { "exists": true } },
            "send": { "whole": "${$.ask}", "part": "<${$.ask}>", "text": { "$json": { "of": "${$.ask}" } }, "role": "viewer" }
        }]
    });
    let mut talk = Talk::open_script(&script);
    for words in WORDS {
        talk.hears(json!({ "ask": words, "secret": "x" }));
        let text = json!({ "of": words }).to_string();
        let part = format!("<{words}>");
        let expected = json!({ "whole": words, "part": part, "text": text, "role": "viewer" });
        assert_eq!(said(&mut talk), [expected]);
    }
    // An object is a value too, whatever its members are called.
    let object = json!({ "$json": "${token}", "$merge": [{ "role": "admin" }], "__proto__": { "role": "admin" } });
    let script = json!({
        "replies": [{ "when": { "$.ask": { "exists": true } }, "send": { "whole": "${$.ask}", "role": "viewer" } }]
    });
    let mut talk = Talk::open_script(&script);
    talk.hears(json!({ "ask": object }));
    assert_eq!(
        said(&mut talk),
        [json!({ "whole": object, "role": "viewer" })]
    );
}

#[test]
fn what_a_handshake_binds_stays_a_value_in_subscriptions() {
    let script = json!({
        "handshake": [{ "expect": { "$.type": "hello" }, "bind": { "session": "$.session" } }],
        "subscribe": { "send": { "session": "${conn.session}", "topic": "${params.topic}", "role": "viewer" } }
    });
    for words in WORDS {
        let mut talk = Talk::open_script(&script);
        talk.asks(1, &json!({ "topic": words }));
        talk.hears(json!({ "type": "hello", "session": words }));
        let expected = json!({ "session": words, "topic": words, "role": "viewer" });
        assert_eq!(said(&mut talk), [expected]);
    }
}

#[test]
fn a_feed_that_asks_for_the_token_is_not_given_it() {
    let script = json!({
        "handshake": [{ "send": { "key": "${token}" }, "expect": { "$.ok": true } }],
        "replies": [{ "when": { "$.ask": { "exists": true } }, "send": "echo ${$.ask}" }]
    });
    let mut talk = Talk::open_script(&script);
    assert_eq!(
        talk.said(),
        [r#"{"key":"s3cret"}"#],
        "said where the data source says so"
    );
    talk.hears(r#"{"ok":true}"#);
    talk.hears(json!({ "ask": "${token}" }));
    assert_eq!(talk.said(), ["echo ${token}"]);
}
