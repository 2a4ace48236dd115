//! Tests of STOMP.

use proptest::prelude::*;

use super::frames::{LONGEST_HEAD, not_stomp};
use super::*;
use crate::decode::DecodeErrorKind;
use crate::format::tests::texts;

const CONNECTED: &str =
    "CONNECTED\nversion:1.2\nserver:RabbitMQ/3.10.8\nheart-beat:1000,1000\n\n\0\n";

const SESSION: &str = "\n\r\nMESSAGE\nsubscription:0\nmessage-id:1\ndestination:/topic/a\ncontent-length:3\n\na\0b\0\n\
    MESSAGE\r\nsubscription:1\r\ndestination:/topic/x\\cy\r\nx\\n\\r\\\\:\\c1\r\nx\\n\\r\\\\:2\r\n\r\n{\"v\": 21.5}\0\
    MESSAGE\nsubscription:0\ndestination:/topic/a\n\n\0\n\n\
    RECEIPT\nreceipt-id:1\n\n\0RECEIPT\nreceipt-id:0\n\n\0";

const TEXTS: &str = "{\"destination\":\"/topic/a\",\"headers\":{\"message-id\":\"1\"},\"payload\":\"a\\u0000b\"}\
    |{\"destination\":\"/topic/x:y\",\"headers\":{\"x\\n\\r\\\\\":\":1\"},\"payload\":{\"v\": 21.5}}\
    |{\"destination\":\"/topic/a\",\"headers\":{},\"payload\":\"\"}";

fn connected(subscriptions: u32) -> Stomp {
    let mut stomp = Stomp::new(&Setup {
        is_client: true,
        ..Setup::new(100)
    });
    for id in 0..subscriptions {
        stomp.subscribe(SubscriptionId(id), &asks(id), 0.0);
    }
    connect(&mut stomp, 0.0);
    stomp
}

fn asks(id: u32) -> SubscribeRequest {
    let mut request = SubscribeRequest::default();
    let destination = format!("/topic/{id}");
    request
        .params
        .insert("destination".to_owned(), destination.into());
    request
}

fn connect(stomp: &mut Stomp, now: Millis) {
    stomp.opened(&Opening::default(), now);
    let said = stomp.poll_transmit().map(said);
    assert!(said.is_some_and(|said| said.starts_with("CONNECT\n")));
    hear(stomp, CONNECTED, now);
}

fn said(outgoing: Outgoing) -> String {
    match outgoing {
        Outgoing::Text(text) => text,
        Outgoing::Binary(_) => panic!("frames are texts here"),
    }
}

fn hear(stomp: &mut Stomp, text: &str, now: Millis) -> Received {
    let mut received = Received::default();
    let message = Message::Text(text.as_bytes());
    stomp.receive(message, 0.0, now, &mut received).unwrap();
    assert_eq!(received.arrivals.len(), received.documents.len());
    assert_eq!(received.subscriptions.len(), received.documents.len());
    received
}

/// The subscriptions that it asks for.
fn asked(stomp: &mut Stomp) -> Vec<u32> {
    let said = stomp.poll_transmit().map(said).unwrap_or_default();
    let receipts = said.split("receipt:").skip(1);
    let numbers = receipts.map(|rest| rest.split('\n').next().unwrap().parse().unwrap());
    numbers.collect()
}

#[test]
fn a_session_and_what_is_made_of_it() {
    let mut stomp = connected(2);
    assert_eq!(asked(&mut stomp), [0, 1]);
    let received = hear(&mut stomp, SESSION, 1.0);
    assert_eq!(texts(&received.documents), TEXTS);
    let ids = [0, 1, 0].map(|id| Some(SubscriptionId(id)));
    assert_eq!(received.subscriptions, ids);
}

#[test]
fn the_login_and_what_it_escapes() {
    let options = serde_json::from_str(r#"{"login":"a:b","host":"/v"}"#).unwrap();
    let mut stomp = Stomp::new(&Setup {
        is_client: true,
        options,
        ..Setup::new(100)
    });
    let opening = Opening {
        token: Some("se\ncret\\".to_owned()),
        ..Opening::default()
    };
    stomp.opened(&opening, 0.0);
    assert_eq!(
        stomp.poll_transmit().map(said).as_deref(),
        Some(
            "CONNECT\naccept-version:1.2,1.1\nhost:/v\nheart-beat:120000,30000\nlogin:a:b\npasscode:secret\\\n\n\0"
        )
    );
    hear(&mut stomp, CONNECTED, 0.0);
    let mut request = SubscribeRequest::default();
    request
        .params
        .insert("destination".to_owned(), "/a:\\b".into());
    stomp.subscribe(SubscriptionId(7), &request, 0.0);
    assert_eq!(
        stomp.poll_transmit().map(said).as_deref(),
        Some("SUBSCRIBE\nid:7\ndestination:/a\\c\\\\b\nack:auto\nreceipt:7\n\n\0")
    );
    stomp.unsubscribe(SubscriptionId(7), "", 0.0);
    stomp.leaving(0.0);
    assert_eq!(
        stomp.poll_transmit().map(said).as_deref(),
        Some("UNSUBSCRIBE\nid:7\n\n\0DISCONNECT\n\n\0")
    );
}

#[test]
fn frames_that_cannot_be_read_leave_the_others() {
    let long = format!("MESSAGE\nsubscription:0\n\n{}\0", "x".repeat(101));
    let counted = format!(
        "MESSAGE\nsubscription:0\ncontent-length:101\n\n{}\0",
        "\0".repeat(101)
    );
    let endless = format!("MESSAGE\na:{}\0", "x".repeat(LONGEST_HEAD));
    let cases = [
        ("HELLO\n\n\0", not_stomp("unknown command")),
        (
            "MESSAGE\n\n\0",
            not_stomp("the message is for no subscription"),
        ),
        (
            "MESSAGE\nno colon\n\n\0",
            not_stomp("a header has no colon"),
        ),
        (
            "MESSAGE\na:\\t\n\n\0",
            not_stomp("a header has an unknown escape"),
        ),
        (
            "MESSAGE\na:1\0",
            not_stomp("the frame ends before its headers do"),
        ),
        (
            "MESSAGE\ncontent-length:x\n\n1\0",
            not_stomp("content-length is not a number"),
        ),
        (
            "MESSAGE\ncontent-length:1\n\n12\0",
            not_stomp("the body does not match its content-length"),
        ),
        (&endless, not_stomp("the headers are too long")),
        (&long, DecodeErrorKind::TooLarge),
        (&counted, DecodeErrorKind::TooLarge),
    ];
    for (bad, kind) in cases {
        let good = "MESSAGE\nsubscription:0\n\n1\0";
        let session = [good, bad, good].concat();
        for cut in [0, good.len() + 5, good.len() + bad.len() - 1, session.len()] {
            let mut stomp = connected(1);
            let mut received = Received::default();
            let (first, second) = session.as_bytes().split_at(cut);
            let results = [first, second]
                .map(|part| stomp.receive(Message::Binary(part), 0.0, 1.0, &mut received));
            let kinds = results.iter().filter_map(|result| result.err());
            let kinds: Vec<_> = kinds.map(|error| error.kind).collect();
            assert_eq!(kinds, [kind], "{bad} cut at {cut}");
            assert_eq!(received.documents.len(), 2, "{bad} cut at {cut}");
        }
    }
}

#[test]
fn the_one_that_is_refused_is_found_and_left_out() {
    let cases = [
        ("ERROR\nmessage:no\nreceipt-id:1\n\n\0", 1, "no"),
        (
            "ERROR\nmessage:no\n\nnot  a\ndestination\0",
            0,
            "no: not a destination",
        ),
        ("ERROR\n\n\0", 0, "ERROR"),
    ];
    for (error, culprit, words) in cases {
        let mut stomp = connected(3);
        assert_eq!(asked(&mut stomp), [0, 1, 2]);
        let refused = Control::Refused(SubscriptionId(culprit), words.to_owned());
        let told = hear(&mut stomp, error, 1.0).control;
        assert_eq!(told, std::slice::from_ref(&refused));
        stomp.closed();
        stomp.opened(&Opening::default(), 100.0);
        stomp.poll_transmit();
        assert_eq!(hear(&mut stomp, CONNECTED, 100.0).control, [refused]);
        let mut others = Vec::new();
        while let [next] = asked(&mut stomp)[..] {
            others.push(next);
            hear(
                &mut stomp,
                &format!("RECEIPT\nreceipt-id:{next}\n\n\0"),
                101.0,
            );
        }
        others.sort_unstable();
        assert_eq!(
            others,
            [0, 1, 2]
                .into_iter()
                .filter(|id| *id != culprit)
                .collect::<Vec<_>>()
        );
        // Whoever asks anew is asked for.
        stomp.unsubscribe(SubscriptionId(culprit), "", 102.0);
        assert_eq!(
            stomp.poll_transmit(),
            None,
            "the server knows nothing of it"
        );
        stomp.subscribe(SubscriptionId(9), &asks(culprit), 103.0);
        assert_eq!(asked(&mut stomp), [9]);
    }
}

#[test]
fn one_that_ends_the_socket_without_a_word_is_isolated() {
    let mut stomp = connected(3);
    assert_eq!(asked(&mut stomp), [0, 1, 2]);
    let mut refusals = Vec::new();
    for attempt in 1..10 {
        // The server takes what it likes, in order, and hangs up at 1.
        hear(&mut stomp, "RECEIPT\nreceipt-id:0\n\n\0", 1.0);
        stomp.closed();
        stomp.opened(&Opening::default(), 2.0);
        stomp.poll_transmit();
        refusals.extend(hear(&mut stomp, CONNECTED, 2.0).control);
        if !refusals.is_empty() {
            assert_eq!(attempt, 3);
            break;
        }
        assert_eq!(asked(&mut stomp), [0]);
        hear(&mut stomp, "RECEIPT\nreceipt-id:0\n\n\0", 2.0);
        assert_eq!(asked(&mut stomp), [2]);
        hear(&mut stomp, "RECEIPT\nreceipt-id:2\n\n\0", 2.0);
        assert_eq!(asked(&mut stomp), [1]);
    }
    let [Control::Refused(SubscriptionId(1), words)] = &refusals[..] else {
        panic!("{refusals:?}");
    };
    assert!(
        words.contains("3 times") && words.contains("/topic/1"),
        "{words}"
    );
}

const MINUTE: Millis = 60_000.0;

/// Cuts the socket and opens another one, at `now`. What it says then.
fn cut(stomp: &mut Stomp, now: Millis) -> Vec<Control> {
    stomp.closed();
    stomp.opened(&Opening::default(), now);
    stomp.poll_transmit();
    hear(stomp, CONNECTED, now).control.into()
}

/// Lets `now` come, with beats of the server until then. What is asked for at that time.
fn wait(stomp: &mut Stomp, now: Millis) -> Vec<u32> {
    hear(stomp, "\n", now);
    while stomp.poll_timeout().is_some_and(|at| at <= now) {
        assert_eq!(stomp.handle_timeout(now), None);
    }
    asked(stomp)
}

#[test]
fn cuts_by_chance_do_not_lock_a_destination_out() {
    let receipt = "RECEIPT\nreceipt-id:0\n\n\0";
    let answers = [receipt, "MESSAGE\nsubscription:0\n\n1\0"];
    for answer in answers {
        let mut stomp = connected(1);
        for now in [1.0, 2.0] {
            assert_eq!(asked(&mut stomp), [0]);
            assert_eq!(cut(&mut stomp, now), []);
        }
        assert_eq!(asked(&mut stomp), [0]);
        let control = cut(&mut stomp, 3.0);
        assert!(
            matches!(&control[..], [Control::Refused(_, words)] if words.ends_with("asked for again in 5 min")),
            "{control:?}"
        );
        assert_eq!(wait(&mut stomp, 5.0 * MINUTE), [0; 0]);
        let at = 5.0 * MINUTE + 3.0;
        assert!(stomp.poll_timeout().is_some_and(|next| next <= at));
        assert_eq!(wait(&mut stomp, at), [0]);
        let control = hear(&mut stomp, answer, at).control;
        assert_eq!(control, [Control::Accepted(SubscriptionId(0))]);
        assert_eq!(hear(&mut stomp, receipt, at).control, []);
        // It begins with a clean slate.
        assert_eq!(cut(&mut stomp, at), []);
        assert_eq!(asked(&mut stomp), [0]);
        assert_eq!(cut(&mut stomp, at), []);
    }
}

#[test]
fn a_suspect_is_asked_for_alone_and_more_and_more_seldom() {
    let errors = [None, Some("ERROR\nmessage:shutting down\n\n\0")];
    for error in errors {
        let mut stomp = connected(1);
        let mut control = Vec::new();
        let mut now = 0.0;
        while control.is_empty() {
            assert_eq!(asked(&mut stomp), [0]);
            now += 1.0;
            error.map(|error| hear(&mut stomp, error, now));
            control = cut(&mut stomp, now);
        }
        assert_eq!(now, if error.is_some() { 1.0 } else { 3.0 });
        for minutes in [5.0, 10.0, 20.0, 40.0, 60.0, 60.0] {
            assert_eq!(wait(&mut stomp, now + minutes * MINUTE - 1.0), [0; 0]);
            now += minutes * MINUTE;
            // While others are asked for, it waits.
            stomp.subscribe(SubscriptionId(1), &asks(1), now);
            assert_eq!(asked(&mut stomp), [1]);
            assert_eq!(wait(&mut stomp, now), [0; 0]);
            hear(&mut stomp, "RECEIPT\nreceipt-id:1\n\n\0", now);
            assert_eq!(asked(&mut stomp), [0]);
            // And others wait for it.
            stomp.subscribe(SubscriptionId(2), &asks(2), now);
            assert_eq!(asked(&mut stomp), [0; 0]);
            error.map(|error| hear(&mut stomp, error, now));
            let control = cut(&mut stomp, now);
            assert!(matches!(&control[..], [Control::Refused(id, _)] if id.0 == 0));
            assert_eq!(asked(&mut stomp).len(), 1, "one by one");
            for id in [1, 2] {
                hear(&mut stomp, &format!("RECEIPT\nreceipt-id:{id}\n\n\0"), now);
            }
            for id in [1, 2] {
                stomp.unsubscribe(SubscriptionId(id), "", now);
            }
            stomp.poll_transmit();
        }
    }
}

#[test]
fn a_suspect_that_a_server_without_receipts_takes_is_told() {
    let mut stomp = connected(1);
    for now in [1.0, 2.0, 3.0] {
        asked(&mut stomp);
        cut(&mut stomp, now);
    }
    let at = 6.0 * MINUTE;
    assert_eq!(wait(&mut stomp, at), [0]);
    let control = stomp.handle_timeout(at + 5_000.0);
    assert_eq!(control, Some(Control::Accepted(SubscriptionId(0))));
}

#[test]
fn a_server_without_receipts_is_not_suspected() {
    let mut stomp = connected(2);
    assert_eq!(asked(&mut stomp), [0, 1]);
    assert_eq!(wait(&mut stomp, 5_000.0), [0; 0]);
    for _ in 0..5 {
        stomp.closed();
        connect(&mut stomp, 6_000.0);
        assert_eq!(asked(&mut stomp), [0, 1]);
        assert_eq!(wait(&mut stomp, 11_000.0), [0; 0]);
    }
}

#[test]
fn beats_go_both_ways() {
    let mut stomp = connected(0);
    assert_eq!(stomp.poll_timeout(), Some(25_000.0));
    hear(&mut stomp, "\n", 50_000.0);
    for now in [50_000.0, 75_000.0, 100_000.0] {
        assert_eq!(stomp.handle_timeout(now), None);
        assert_eq!(stomp.poll_transmit().map(said).as_deref(), Some("\n"));
    }
    assert_eq!(stomp.poll_timeout(), Some(110_000.0));
    let Some(Control::Failed(words)) = stomp.handle_timeout(110_000.0) else {
        panic!("it is still thought to be there");
    };
    assert!(words.contains("nothing for 60 s"), "{words}");
    let mut silent = Stomp::new(&Setup::new(100));
    silent.opened(&Opening::default(), 0.0);
    silent.poll_transmit();
    hear(&mut silent, "CONNECTED\nversion:1.1\n\n\0", 0.0);
    assert_eq!(silent.poll_timeout(), None);
}

#[test]
fn a_login_that_is_refused_or_not_answered() {
    let mut stomp = Stomp::new(&Setup::new(100));
    stomp.opened(&Opening::default(), 0.0);
    assert_eq!(stomp.phase(), Phase::Handshaking);
    let refused = hear(
        &mut stomp,
        "ERROR\nmessage:Bad CONNECT\n\nAccess refused\n\0",
        0.0,
    );
    let words = "the server refused the login: Bad CONNECT: Access refused";
    assert_eq!(refused.control, [Control::Stopped(words.to_owned())]);
    let mut with_token = Stomp::new(&Setup::new(100));
    let opening = Opening {
        token: Some("t".to_owned()),
        ..Opening::default()
    };
    with_token.opened(&opening, 0.0);
    let refused = hear(&mut with_token, "ERROR\nmessage:no\n\n\0", 0.0).control;
    assert!(matches!(
        &Vec::from(refused)[..],
        [Control::TokenRefused(_)]
    ));
    assert_eq!(stomp.handle_timeout(9_999.0), None);
    assert!(matches!(
        stomp.handle_timeout(10_000.0),
        Some(Control::Failed(_))
    ));
    assert_eq!(stomp.poll_timeout(), None);
}

proptest! {
    #[test]
    fn cuts_make_no_difference(cuts in proptest::collection::vec(0..SESSION.len(), 0..20)) {
        let mut cuts = cuts;
        cuts.extend([0, SESSION.len()]);
        cuts.sort_unstable();
        let mut stomp = connected(2);
        let mut received = Received::default();
        for pair in cuts.windows(2) {
            let message = Message::Binary(&SESSION.as_bytes()[pair[0]..pair[1]]);
            stomp.receive(message, 0.0, 1.0, &mut received).unwrap();
        }
        prop_assert_eq!(texts(&received.documents), TEXTS);
        prop_assert_eq!(stomp.targets.deadline(), None, "all are answered");
    }

    #[test]
    fn receipts_in_any_order_accept_each_once(order in proptest::collection::vec(0u32..6, 0..30)) {
        let mut stomp = connected(4);
        let mut known = std::collections::BTreeSet::from([0, 1, 2, 3]);
        for id in order {
            let told = hear(&mut stomp, &format!("RECEIPT\nreceipt-id:{id}\n\n\0"), 1.0).control;
            let accepted = known.remove(&id).then_some(Control::Accepted(SubscriptionId(id)));
            prop_assert_eq!(Vec::from(told), Vec::from_iter(accepted));
        }
        prop_assert_eq!(stomp.targets.deadline().is_some(), !known.is_empty());
    }

    #[test]
    fn no_bytes_panic(messages in proptest::collection::vec(
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..60),
            "[MESAGRCIPTON:\\-a0-9\\\\\n\r\0]{0,60}".prop_map(String::into_bytes),
            "(MESSAGE|RECEIPT|ERROR)\n(subscription|receipt-id|content-length):[0-9]{1,2}\n\n[a\0]{0,9}".prop_map(String::into_bytes),
        ],
        0..12,
    )) {
        let mut stomp = connected(2);
        let mut received = Received::default();
        for message in &messages {
            let _ = stomp.receive(Message::Binary(message), 0.0, 1.0, &mut received);
            prop_assert_eq!(received.arrivals.len(), received.documents.len());
            prop_assert_eq!(received.subscriptions.len(), received.documents.len());
        }
    }
}
