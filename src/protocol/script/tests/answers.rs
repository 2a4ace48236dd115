//! Answers to subscriptions: those that do not come, rows that come before them, and who leaves meanwhile.

use super::*;

#[test]
fn what_is_not_answered_is_told_and_a_late_answer_still_counts() {
    let mut talk = at_home();
    talk.asks(0, &json!({ "entity": "a" }));
    talk.asks(1, &json!({ "entity": "b" }));
    let unanswered = |id: u32| Control::Unanswered(SubscriptionId(id), 10.0);
    assert_eq!(talk.until(11_000.0), [unanswered(0), unanswered(1)]);
    talk.hears(r#"{"id":2,"type":"result","success":true}"#);
    assert_eq!(talk.control(), [Control::Accepted(SubscriptionId(1))]);
}

#[test]
fn rows_are_as_good_as_an_answer() {
    let script = json!({
        "subscribe": {
            "send": { "id": "${id}", "subscribe": "${params.channels|list}" },
            "ack": { "when": { "$.id": "${id}", "$.ok": true }, "refused": { "$.id": "${id}", "$.ok": false }, "reason": "$.why" }
        },
        "route": [{ "key": "$.channel", "is": "${params.channels|list}", "data": "$.row" }]
    });
    let mut talk = Talk::open_script(&script);
    talk.asks(0, &json!({ "channels": "a" }));
    talk.asks(1, &json!({ "channels": "a,b" }));
    talk.asks(2, &json!({ "channels": "c" }));
    talk.asks(3, &json!({ "channels": "d" }));
    for _ in 0..2 {
        talk.hears(r#"{"channel":"a","row":1}"#);
    }
    let accepted = |id: u32| Control::Accepted(SubscriptionId(id));
    assert_eq!(talk.control(), [accepted(0), accepted(1)], "each once");
    // They are not all that a subscription asked for: what the server says later still counts.
    talk.hears(r#"{"id":2,"ok":false,"why":"no b"}"#);
    let refused = Control::Refused(SubscriptionId(1), "no b".to_owned());
    assert_eq!(talk.control(), [refused]);
    let unanswered = |id: u32| Control::Unanswered(SubscriptionId(id), 10.0);
    assert!(talk.waits_for_answers());
    assert_eq!(talk.until(11_000.0), [unanswered(2), unanswered(3)]);
    assert_eq!((talk.timeout(), talk.waits_for_answers()), (None, false));
    talk.hears(r#"{"channel":"c","row":1}"#);
    assert_eq!(talk.control(), [accepted(2)], "late rows count as well");
    // On another socket all begins anew.
    talk.closes();
    talk.opens();
    talk.hears(r#"{"channel":"d","row":1}"#);
    assert_eq!(talk.control(), [accepted(3)]);
    assert_eq!(
        talk.until(31_000.0),
        [unanswered(0), unanswered(1), unanswered(2)]
    );
}

#[test]
fn a_row_on_a_socket_of_its_own_is_an_answer_to_the_one_that_asked() {
    let script = json!({
        "share": "own",
        "subscribe": { "send": "go ${params.x?}", "ack": { "when": { "$.ok": true } } },
    });
    let mut talk = Talk::open_script(&script);
    talk.asks(0, &json!({}));
    talk.hears("{\"row\":1}");
    assert_eq!(talk.control(), [Control::Accepted(SubscriptionId(0))]);
    assert_eq!(talk.until(60_000.0), []);
}

#[test]
fn messages_before_the_answer_that_names_them_are_kept() {
    let script = json!({
        "subscribe": {
            "send": { "jsonrpc": "2.0", "id": "${id}", "method": "eth_subscribe", "params": "${params.params|json}" },
            "ack": { "when": { "$.id": "${id}", "$.result": { "exists": true } }, "bind": { "subscription": "$.result" } }
        },
        "unsubscribe": { "send": { "id": "${id}", "method": "eth_unsubscribe", "params": ["${sub.subscription}"] } },
        "route": [{
            "when": { "$.method": "eth_subscription" },
            "key": "$.params.subscription", "is": "${sub.subscription}", "data": "$.params.result"
        }]
    });
    let mut talk = Talk::open_script(&script);
    talk.asks(0, &json!({ "params": "[\"newHeads\"]" }));
    assert_eq!(
        talk.said(),
        [r#"{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"#]
    );
    let push = |id: &str, n: u32| {
        format!(
            r#"{{"method":"eth_subscription","params":{{"subscription":"{id}","result":{n}}}}}"#
        )
    };
    talk.hears(push("0xa", 1));
    talk.hears(push("0xb", 2));
    assert_eq!(talk.payloads(), []);
    talk.hears(r#"{"id":1,"result":"0xa"}"#);
    talk.hears(push("0xa", 3));
    talk.hears(push("0xb", 4));
    let own = |n: &str| (Some(0), n.to_owned());
    assert_eq!(talk.payloads(), [own("1"), own("3")]);
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [r#"{"id":2,"method":"eth_unsubscribe","params":["0xa"]}"#]
    );
}

#[test]
fn what_cannot_wait_for_an_answer_is_counted() {
    let mut talk = Talk::open_script(&shipped("ethereum"));
    talk.asks(0, &json!({ "params": ["logs"] }));
    let push = |n: usize| {
        let filler = "x".repeat(1000);
        format!(
            r#"{{"method":"eth_subscription","params":{{"subscription":"0xa","result":[{n},"{filler}"]}}}}"#
        )
    };
    let kept = 256 * 1024 / push(100).len();
    for n in 100..100 + kept {
        talk.hears(push(n));
    }
    let error = talk.hears_in_part(push(100 + kept));
    assert_eq!(error.kind, DecodeErrorKind::Unclaimed);
    talk.hears(r#"{"id":1,"result":"0xa"}"#);
    assert_eq!(talk.payloads().len(), kept, "all that waited is there");
    talk.hears(push(100 + kept));
    assert_eq!(talk.payloads().len(), 1);
}

#[test]
fn what_is_too_large_in_an_answer_is_counted() {
    let script = json!({
        "framing": "lines",
        "subscribe": {
            "send": "${params.channel}", "once": "${params.channel}",
            "ack": { "when": { "$.ok": true }, "data": "$.missed[*]" }
        },
        "route": [{ "key": "$.channel", "is": "${params.channel}" }]
    });
    let mut talk = Talk::open_script(&script);
    for id in 0..30 {
        talk.asks(id, &json!({ "channel": "a" }));
    }
    let filler = "x".repeat(9_000);
    let noise = r#"{"noise":1}"#;
    let error = talk.hears_in_part(format!(
        "{noise}\n{}",
        json!({ "ok": true, "missed": [filler] })
    ));
    assert_eq!(error.kind, DecodeErrorKind::TooLarge);
    assert_eq!(talk.control().len(), 30, "all are taken");
    // The first line is passed over, and the place is that in the message.
    let row = json!({ "channel": "a", "x": filler });
    let error = talk.hears_in_part(format!("{noise}\n{row}"));
    assert_eq!(
        (error.kind, error.at),
        (DecodeErrorKind::TooLarge, noise.len() + 1)
    );
}

#[test]
fn topics_that_two_queries_share_survive_when_one_leaves() {
    let mut talk = Talk::open_script(&channels());
    talk.asks(0, &json!({ "channels": "a, b" }));
    talk.asks(1, &json!({ "channels": ["b"] }));
    talk.asks(2, &json!({ "channels": "c" }));
    assert_eq!(talk.said()[0], r#"{"op":"subscribe","args":["a","b"]}"#);
    talk.hears(r#"{"channel":"b","data":[1,{"x":2}]}"#);
    let both = [0, 1].map(|id| {
        [
            (Some(id), "1".to_owned()),
            (Some(id), r#"{"x":2}"#.to_owned()),
        ]
    });
    assert_eq!(talk.payloads(), both.concat());
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [
            r#"{"op":"unsubscribe","args":["a","b"]}"#,
            r#"{"op":"subscribe","args":["b"]}"#
        ]
    );
    talk.hears(r#"{"channel":"b","data":[3]}"#);
    assert_eq!(talk.payloads(), [(Some(1), "3".to_owned())]);
}

#[test]
fn topics_survive_for_those_who_are_not_answered_yet() {
    let mut talk = Talk::open_script(&shipped("binance"));
    talk.asks(0, &json!({ "streams": "btc@t" }));
    talk.hears(r#"{"result":null,"id":1}"#);
    talk.until(2_000.0);
    talk.asks(1, &json!({ "streams": "btc@t,eth@t" }));
    talk.said();
    talk.leaves(0);
    talk.until(4_000.0);
    assert_eq!(
        talk.said(),
        [
            r#"{"method":"UNSUBSCRIBE","params":["btc@t"],"id":3}"#,
            r#"{"method":"SUBSCRIBE","params":["btc@t","eth@t"],"id":4}"#,
        ]
    );
}

#[test]
fn what_is_left_before_the_server_has_named_it_is_taken_back_when_it_has() {
    let mut talk = Talk::open_script(&shipped("ethereum"));
    talk.asks(0, &json!({ "params": ["logs"] }));
    talk.asks(1, &json!({ "params": ["newHeads"] }));
    talk.asks(2, &json!({ "params": ["nothing"] }));
    talk.said();
    for id in 0..3 {
        talk.leaves(id);
    }
    assert_eq!(talk.said(), Vec::<String>::new());
    talk.hears(r#"{"jsonrpc":"2.0","id":2,"result":"0xb"}"#);
    talk.hears(r#"{"jsonrpc":"2.0","id":3,"error":{"code":1,"message":"no"}}"#);
    talk.until(60_000.0);
    talk.hears(r#"{"jsonrpc":"2.0","id":1,"result":"0xa"}"#);
    talk.hears(r#"{"jsonrpc":"2.0","id":1,"result":"0xa"}"#);
    assert_eq!(
        talk.said(),
        [
            r#"{"jsonrpc":"2.0","id":4,"method":"eth_unsubscribe","params":["0xb"]}"#,
            r#"{"jsonrpc":"2.0","id":5,"method":"eth_unsubscribe","params":["0xa"]}"#,
        ],
        "each once"
    );
    assert_eq!((talk.control(), talk.payloads()), (vec![], vec![]));
    // What another socket has not been asked for is not taken back there.
    talk.asks(3, &json!({ "params": ["logs"] }));
    talk.leaves(3);
    talk.closes();
    talk.opens();
    talk.said();
    talk.hears(r#"{"jsonrpc":"2.0","id":6,"result":"0xc"}"#);
    assert_eq!(talk.said(), Vec::<String>::new());
}

#[test]
fn who_wants_what_was_left_before_the_answer_takes_it_over() {
    let mut talk = Talk::closed(&shipped("wamp"), &json!({ "realm": "plant" }));
    talk.opens();
    talk.hears(r#"[2,1,{}]"#);
    talk.asks(0, &json!({ "topic": "com.a" }));
    talk.said();
    talk.leaves(0);
    // Too late for the first who asked.
    talk.until(20_000.0);
    talk.asks(1, &json!({ "topic": "com.a" }));
    assert_eq!(talk.said(), Vec::<String>::new());
    let unanswered = Control::Unanswered(SubscriptionId(1), 10.0);
    assert_eq!(talk.until(30_000.0), [unanswered]);
    talk.hears(r#"[33,1,77]"#);
    assert_eq!(talk.control(), [Control::Accepted(SubscriptionId(1))]);
    talk.hears(r#"[36,77,1,{},["x"]]"#);
    assert_eq!(talk.payloads().len(), 1);
    talk.leaves(1);
    assert_eq!(talk.said(), ["[34,2,77]"]);
}
