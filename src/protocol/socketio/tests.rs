//! Tests of Socket.IO.

use proptest::prelude::*;

use super::*;
use crate::format::tests::texts;

const OPEN: &str = r#"0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;

/// What a session makes of messages.
#[derive(Debug)]
struct Told {
    texts: String,
    sent: Vec<Outgoing>,
    control: Vec<Control>,
}

fn opened() -> SocketIo {
    let mut session = SocketIo::new(&Setup::new(4096));
    session.opened(&Opening::default(), 0.0);
    session
}

fn receive(session: &mut SocketIo, messages: &[Message<'_>]) -> Result<Told, DecodeError> {
    let mut received = Received::default();
    for message in messages {
        session.receive(*message, 900.0, 1000.0, &mut received)?;
        assert_eq!(received.arrivals.len(), received.documents.len());
    }
    Ok(Told {
        texts: texts(&received.documents),
        sent: std::iter::from_fn(|| session.poll_transmit()).collect(),
        control: received.control.into(),
    })
}

fn told(packet: &str) -> Result<Told, DecodeError> {
    receive(&mut opened(), &[Message::Text(packet.as_bytes())])
}

#[test]
fn arrays_of_events_and_nothing_of_the_rest() {
    let cases = [
        (r#"42["tick",{"v":1}]"#, r#"["tick",{"v":1}]"#),
        (r#"42/admin,["tick",1]"#, r#"["tick",1]"#),
        (r#"4213["x"]"#, r#"["x"]"#),
        (
            r#"42/admin,456["project:delete",123]"#,
            r#"["project:delete",123]"#,
        ),
        ("43/admin,456[]", "[]"),
        (
            r#"451-["hello",{"_placeholder":true,"num":0}]"#,
            r#"["hello",{"_placeholder":true,"num":0}]"#,
        ),
        (
            r#"461-/admin,456[{"_placeholder":true,"num":0}]"#,
            r#"[{"_placeholder":true,"num":0}]"#,
        ),
        (
            r#"0{"sid":"lv_VI97HAXpY6yYWAAAC","pingInterval":25000}"#,
            "",
        ),
        ("2", ""),
        ("3probe", ""),
        ("6", ""),
        (r#"40{"sid":"x"}"#, ""),
        ("41/admin,", ""),
        (r#"44{"message":"Not authorized"}"#, ""),
    ];
    for (packet, expected) in cases {
        let told = told(packet).map(|told| told.texts);
        assert_eq!(told.as_deref(), Ok(expected), "{packet}");
    }
}

#[test]
fn says_what_is_wrong() {
    for (packet, at) in [
        ("", 0),
        ("hello", 0),
        ("4", 1),
        ("49", 1),
        ("42", 2),
        ("42/a", 4),
        ("45[]", 2),
        ("42{}", 2),
        ("42/a,1{}", 6),
    ] {
        let error = told(packet).map(|told| told.texts).unwrap_err();
        assert!(
            matches!(error.kind, DecodeErrorKind::Foreign { .. }),
            "{packet}"
        );
        assert_eq!(error.at, at, "{packet}");
    }
}

#[test]
fn a_ping_is_answered_with_what_came_with_it() {
    for (ping, pong) in [("2", "3"), ("2probe", "3probe")] {
        let sent = told(ping).map(|told| told.sent);
        assert_eq!(sent, Ok(vec![Outgoing::Text(pong.to_owned())]));
    }
}

#[test]
fn what_the_server_reports() {
    let reported = |words: &str| vec![Control::Reported(words.to_owned())];
    let cases = [
        (
            r#"44{"data":{"message":1},"message":"Not \"you\""}"#,
            reported("Not \"you\""),
        ),
        (r#"44/admin,{"message":"No"}"#, reported("No")),
        ("44/admin,\"No\"", reported("\"No\"")),
        ("44{\"message\":7}", reported("{\"message\":7}")),
        ("44{\"mess", reported("{\"mess")),
        ("41", reported("disconnected from namespace /")),
        ("41/admin,", reported("disconnected from namespace /admin")),
        (
            "1",
            vec![Control::Failed("the server closed the session".to_owned())],
        ),
    ];
    for (packet, control) in cases {
        let told = told(packet).map(|told| told.control);
        assert_eq!(told, Ok(control), "{packet}");
    }
}

#[test]
fn attachments_are_passed_over_whatever_they_look_like() {
    let event = Message::Text(b"452-[\"a\"]");
    let attachments = [Message::Binary(b"42[\"no event\"]"), Message::Binary(b"2")];
    let next = Message::Binary(b"42[\"b\"]");
    let messages = [event, attachments[0], attachments[1], next];
    let told = receive(&mut opened(), &messages).map(|told| (told.texts, told.sent));
    assert_eq!(told, Ok(("[\"a\"]|[\"b\"]".to_owned(), vec![])));
    // Those that nothing announced are known by not being text.
    let bare = receive(&mut opened(), &[Message::Binary(b"\x00\xff")]);
    assert_eq!(bare.map(|told| told.texts).as_deref(), Ok(""));
    // A new socket brings none of the old one's.
    let mut session = opened();
    receive(&mut session, &[event]).map(drop).unwrap();
    session.closed();
    session.opened(&Opening::default(), 2000.0);
    let told = receive(&mut session, &[next]).map(|told| told.texts);
    assert_eq!(told.as_deref(), Ok("[\"b\"]"));
}

#[test]
fn a_server_that_is_silent_for_longer_than_it_said_has_failed() {
    let mut session = opened();
    assert_eq!(session.poll_timeout(), None);
    receive(&mut session, &[Message::Text(OPEN.as_bytes())])
        .map(drop)
        .unwrap();
    assert_eq!(session.poll_timeout(), Some(46_000.0));
    let mut received = Received::default();
    let late = Message::Text(b"42[1]");
    session
        .receive(late, 39_000.0, 40_000.0, &mut received)
        .unwrap();
    assert_eq!(session.handle_timeout(46_000.0), None);
    assert_eq!(session.poll_timeout(), Some(85_000.0));
    let Some(Control::Failed(words)) = session.handle_timeout(85_000.0) else {
        panic!("it is still thought to be there");
    };
    assert!(words.contains("nothing for 45 s"), "{words}");
    assert_eq!(session.poll_timeout(), None);
    assert_eq!(session.handle_timeout(99_000.0), None);
}

#[test]
fn what_a_server_does_not_say_sets_no_deadline() {
    for open in [
        r#"0{"sid":"x"}"#,
        r#"0{"sid":"x","pingInterval":25000}"#,
        r#"0{"sid":"x","pingInterval":"a","pingTimeout":1}"#,
        r#"0{"sid":"x","pingInterval":1e999,"pingTimeout":1}"#,
        r#"0{"sid":"x","pingInterval":-5,"pingTimeout":1}"#,
        "0",
        "0[1]",
        "0{",
    ] {
        let mut session = opened();
        receive(&mut session, &[Message::Text(open.as_bytes())])
            .map(drop)
            .unwrap();
        assert_eq!(session.poll_timeout(), None, "{open}");
    }
    let mut session = opened();
    receive(&mut session, &[Message::Text(OPEN.as_bytes())])
        .map(drop)
        .unwrap();
    session.closed();
    assert_eq!(session.poll_timeout(), None);
}

/// What a server may say of three subscriptions, of which the first two emit.
fn said() -> impl Strategy<Value = (String, Vec<u32>, Option<u32>)> {
    prop_oneof![
        Just(("42[\"a\",1]".to_owned(), vec![0, 2], None)),
        Just(("42[\"b\",1]".to_owned(), vec![1, 2], None)),
        Just(("42[\"c\",1]".to_owned(), vec![2], None)),
        Just(("42/other,[\"a\",1]".to_owned(), vec![], None)),
        Just(("2".to_owned(), vec![], None)),
        (0u32..4).prop_map(|id| (format!("43{id}[]"), vec![], Some(id).filter(|id| *id < 2))),
    ]
}

proptest! {
    #[test]
    fn events_and_acknowledgements_in_any_order_reach_whom_they_are_for(
        said in proptest::collection::vec(said(), 0..40),
    ) {
        let mut session = SocketIo::new(&Setup { is_client: true, ..Setup::new(4096) });
        for (id, params) in [
            r#"{"event":"a","emit":["join"]}"#,
            r#"{"event":"b","emit":["join"]}"#,
            "{}",
        ].iter().enumerate() {
            let params = serde_json::from_str(params).unwrap();
            let request = SubscribeRequest { text: None, params };
            session.subscribe(SubscriptionId(id as u32), &request, 0.0);
        }
        session.opened(&Opening::default(), 0.0);
        receive(&mut session, &[Message::Text(OPEN.as_bytes()), Message::Text(b"40{}")]).unwrap();
        let (mut readers, mut accepted) = (Vec::new(), Vec::new());
        let mut received = Received::default();
        for (packet, reads, accepts) in said {
            readers.extend(reads.into_iter().map(|id| Some(SubscriptionId(id))));
            accepted.extend(accepts.map(|id| Control::Accepted(SubscriptionId(id))));
            session.receive(Message::Text(packet.as_bytes()), 0.0, 1.0, &mut received).unwrap();
        }
        prop_assert_eq!(&received.subscriptions, &readers);
        prop_assert_eq!(received.arrivals.len(), readers.len());
        prop_assert_eq!(Vec::from(received.control), accepted);
    }
}
