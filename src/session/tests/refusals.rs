//! Queries that ask for what their data source cannot do: refused, and named for the editors.

use super::*;
use crate::error::Error;

fn refusal(jsondata: &str, json: &str) -> Option<String> {
    let error = SessionKey::new(&settings(jsondata), &query(json)).err();
    error.map(|error| error.to_string())
}

#[test]
fn a_query_that_names_another_protocol_than_the_data_source_speaks_is_refused() {
    let nats = r#"{"preset":"nats"}"#;
    let by = |format: &str| format!(r#"{{"format":"{format}","params":{{"subject":"a"}}}}"#);
    assert_eq!(
        refusal(nats, &by("socketio")).unwrap(),
        r#"format is "socketio": the data source speaks NATS by itself; clear it, or name the format of the payloads"#
    );
    // What it says is what it reads.
    assert_eq!(refusal(nats, &by("nats")), None);
    assert_eq!(refusal(nats, &by("json")), None);
    let script = r#"{"heartbeat":{"intervalMs":1000,"send":"ping"}}"#;
    let refused = refusal(script, r#"{"format":"nats"}"#).unwrap();
    assert!(refused.contains("speaks a protocol by itself"), "{refused}");
    assert_eq!(refusal("{}", r#"{"format":"nats"}"#), None);
}

#[test]
fn an_unsubscribe_message_that_would_not_be_sent_is_refused() {
    let asked = r#"{"params":{"subject":"a"},"unsubscribe":"stop"}"#;
    assert_eq!(
        refusal(r#"{"preset":"nats"}"#, asked).unwrap(),
        r#"unsubscribe is "stop": the data source speaks NATS by itself, and takes subscriptions back; clear it"#
    );
    let refused = refusal(r#"{"transport":"sse"}"#, r#"{"unsubscribe":"stop"}"#);
    assert!(refused.unwrap().starts_with(r#"unsubscribe is "stop""#));
    assert_eq!(refusal("{}", r#"{"unsubscribe":"stop"}"#), None);
}

#[test]
fn options_of_the_data_source_that_mean_nothing_are_named() {
    let unused = |jsondata: &str| settings(jsondata).not_carried_out;
    for transport in ["sse", "http"] {
        let jsondata = format!(r#"{{"transport":"{transport}","subprotocols":["a"]}}"#);
        assert_eq!(unused(&jsondata), ["subprotocols"]);
    }
    assert_eq!(
        unused(r#"{"transport":"sse","subprotocols":[" "]}"#),
        [""; 0]
    );
    assert_eq!(unused(r#"{"subprotocols":["a"]}"#), [""; 0]);
    assert_eq!(unused(r#"{"options":{"name":"a"}}"#), ["options"]);
    assert_eq!(unused(r#"{"options":{}}"#), [""; 0]);
    let filled = r#"{"options":{"name":"a"},"query":{"q":"${options.name}"}}"#;
    assert_eq!(unused(filled), [""; 0]);
    let script =
        r#"{"options":{"name":"a"},"heartbeat":{"intervalMs":1000,"send":"${options.name}"}}"#;
    assert_eq!(unused(script), [""; 0]);
}

#[test]
fn editors_are_told_what_the_data_source_refuses_once() {
    let refused = |jsondata: &str, json: &str, known: &[Error]| {
        let refused = SessionKey::refusal(&settings(jsondata), &query(json), known);
        refused.map(|error| error.field().to_owned())
    };
    let nats = r#"{"preset":"nats"}"#;
    assert_eq!(refused(nats, "{}", &[]).unwrap(), "params.subject");
    let known = [Error::new("params.subject", "", "known")];
    assert_eq!(refused(nats, "{}", &known), None);
    let sent = r#"{"params":{"subject":"a"},"subscribe":"b"}"#;
    assert_eq!(refused(nats, sent, &[]).unwrap(), "subscribe");
    assert_eq!(refused("{}", r#"{"event":"a"}"#, &[]).unwrap(), "event");
    let http = r#"{"transport":"http"}"#;
    assert_eq!(
        refused(http, r#"{"format":"nats"}"#, &[]).unwrap(),
        "format"
    );
    assert_eq!(refused(nats, r#"{"queryType":"connections"}"#, &[]), None);
}
