//! What is true of every protocol.

pub(super) mod talk;

use proptest::prelude::*;

use super::*;
use crate::decode::DecodeErrorKind;
use crate::decode::json::validate;
use crate::format::Message;
use crate::format::tests::{deflate, gzip, texts, zlib};
use crate::table::Millis;

const MAX: usize = 4096;

/// For each protocol that reads messages its greeting, a payload, its ping and the answer to that.
const SAMPLES: [(&str, &str, &str, &str, &str); 2] = [
    (
        "nats",
        "INFO {\"server_id\":\"x\"}\r\n",
        "MSG a 1 1\r\n5\r\n",
        "PING\r\n",
        "PONG\r\n",
    ),
    (
        "socketio",
        "0{\"sid\":\"x\",\"pingInterval\":300,\"pingTimeout\":200}",
        "42[\"a\",5]",
        "2",
        "3",
    ),
];

/// Protocols that send no texts of queries: they have tests of their own.
const CLIENTS: [&str; 2] = ["mqtt", "stomp"];

/// Those that do.
fn with_texts() -> impl Iterator<Item = &'static ProtocolEntry> {
    let entries = PROTOCOLS.iter();
    entries.filter(|entry| !CLIENTS.contains(&entry.name))
}

fn make(name: &str) -> Box<dyn Protocol> {
    (find(name).unwrap().make)(&Setup::new(MAX))
}

fn sent(protocol: &mut dyn Protocol) -> Vec<Outgoing> {
    std::iter::from_fn(|| protocol.poll_transmit()).collect()
}

fn text(text: &str) -> Outgoing {
    Outgoing::Text(text.to_owned())
}

#[test]
fn names_lead_to_their_protocols() {
    for entry in &PROTOCOLS {
        assert_eq!(make(entry.name).name(), entry.name);
    }
    for entry in with_texts() {
        let is_sampled = SAMPLES.iter().any(|sample| sample.0 == entry.name);
        assert_eq!(make(entry.name).passes_batches(), !is_sampled);
    }
    assert!(find("mqqt").is_none());
}

#[test]
fn subscriptions_are_sent_once_on_each_socket() {
    let (a, b, silent) = (SubscriptionId(1), SubscriptionId(2), SubscriptionId(3));
    for entry in with_texts() {
        let mut protocol = (entry.make)(&Setup::new(MAX));
        assert_eq!(protocol.phase(), Phase::Closed);
        protocol.subscribe(a, &SubscribeRequest::of_text("sub a"), 0.0);
        protocol.subscribe(silent, &SubscribeRequest::of_text(""), 0.0);
        assert_eq!(sent(&mut *protocol), []);
        protocol.opened(&Opening::default(), 0.0);
        assert_eq!(protocol.phase(), Phase::Ready);
        assert_eq!(sent(&mut *protocol), [text("sub a")]);
        protocol.subscribe(b, &SubscribeRequest::of_text("sub b"), 0.0);
        assert_eq!(sent(&mut *protocol), [text("sub b")]);
        protocol.closed();
        assert_eq!(protocol.phase(), Phase::Closed);
        protocol.opened(&Opening::default(), 1.0);
        assert_eq!(sent(&mut *protocol), [text("sub a"), text("sub b")]);
        protocol.unsubscribe(a, "unsub a", 0.0);
        protocol.unsubscribe(silent, "", 0.0);
        protocol.unsubscribe(SubscriptionId(9), "unknown", 0.0);
        assert_eq!(sent(&mut *protocol), [text("unsub a")]);
        protocol.closed();
        protocol.unsubscribe(b, "unsub b", 0.0);
        protocol.opened(&Opening::default(), 2.0);
        assert_eq!(sent(&mut *protocol), []);
    }
}

#[test]
fn what_was_for_one_socket_is_not_sent_on_the_next() {
    for (name, _, _, ping, _) in SAMPLES {
        let mut protocol = make(name);
        protocol.subscribe(SubscriptionId(1), &SubscribeRequest::of_text("sub"), 0.0);
        protocol.opened(&Opening::default(), 0.0);
        let ping = Message::Text(ping.as_bytes());
        let mut received = Received::default();
        protocol.receive(ping, 0.0, 0.0, &mut received).unwrap();
        protocol.unsubscribe(SubscriptionId(1), "unsub", 0.0);
        protocol.closed();
        assert_eq!(sent(&mut *protocol), [], "{name}");
        protocol.opened(&Opening::default(), 1.0);
        assert_eq!(sent(&mut *protocol), [], "{name}");
    }
}

/// A way to send a message, its own opposite, and whether the receiver can tell.
type Packing = (&'static str, fn(&[u8]) -> Vec<u8>);

const PACKINGS: [Packing; 4] = [
    ("binary", <[u8]>::to_vec),
    ("gzip", gzip),
    ("zlib", zlib),
    ("deflate", deflate),
];

#[test]
fn messages_are_read_and_detected_in_text_and_binary_and_compressed() {
    for (name, greeting, payload, ping, _) in SAMPLES {
        let mut plain = make(name);
        plain.opened(&Opening::default(), 0.0);
        let mut expected = Received::default();
        for message in [greeting, payload, ping] {
            let message = Message::Text(message.as_bytes());
            plain.receive(message, 7.0, 8.0, &mut expected).unwrap();
        }
        assert_eq!(expected.arrivals, [7.0]);
        let answers = sent(&mut *plain);
        let found = detect(Message::Text(greeting.as_bytes()), MAX);
        assert_eq!(found.map(|entry| entry.name), Some(name));
        for (packing, pack) in PACKINGS {
            // Bytes that are no text are an event's attachments.
            if (name, packing) == ("socketio", "deflate") {
                continue;
            }
            let mut packed = make(name);
            packed.opened(&Opening::default(), 0.0);
            let mut received = Received::default();
            for message in [greeting, payload, ping] {
                let bytes = pack(message.as_bytes());
                let message = Message::Binary(&bytes);
                packed.receive(message, 7.0, 8.0, &mut received).unwrap();
            }
            let found = texts(&received.documents);
            assert_eq!(found, texts(&expected.documents), "{name} in {packing}");
            assert_eq!(sent(&mut *packed), answers, "{name} in {packing}");
            let greeting = pack(greeting.as_bytes());
            let found = detect(Message::Binary(&greeting), MAX);
            assert_eq!(found.map(|entry| entry.name), Some(name), "{packing}");
        }
    }
}

#[test]
fn what_is_of_no_protocol_is_not_detected() {
    let cases = ["", "{\"a\":1}", "[1]", "INFO started", "0", "42", "hello"];
    for message in cases {
        assert!(detect(Message::Text(message.as_bytes()), MAX).is_none());
        assert!(detect(Message::Binary(&gzip(message.as_bytes())), MAX).is_none());
    }
    assert!(detect(Message::Binary(b"\xff\x00"), MAX).is_none());
    assert!(detect(Message::Binary(&gzip(&[b'1'; MAX + 1])), MAX).is_none());
    let starts = ["42[\"tick\",1]", "42/admin,[\"tick\",1]"];
    for message in starts {
        let found = detect(Message::Text(message.as_bytes()), MAX);
        assert_eq!(found.map(|entry| entry.name), Some("socketio"));
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let zeros = vec![b'1'; MAX + 1];
    for (name, ..) in SAMPLES {
        for message in [&zeros, &gzip(&zeros), &zlib(&zeros)] {
            let mut protocol = make(name);
            protocol.opened(&Opening::default(), 0.0);
            let mut received = Received::default();
            let result = protocol.receive(Message::Binary(message), 0.0, 0.0, &mut received);
            let kind = result.map_err(|error| error.kind);
            assert_eq!(kind, Err(DecodeErrorKind::TooLarge), "{name}");
        }
    }
}

/// One step of a session.
#[derive(Debug, Clone)]
enum Step {
    Payload,
    Ping,
    Reconnect,
    Message(Vec<u8>, bool),
}

/// Bytes that get further than any bytes would.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..80),
        "[MSGHINFOPERR 0-9a\\-{}\\[\\]\":,'/\r\n]{0,60}".prop_map(String::into_bytes),
        "[0-6]{1,2}[0-9a\\-{}\\[\\]\":,/]{0,20}".prop_map(String::into_bytes),
        "[0-6]{1,2}[0-9a\\[\\]]{0,20}".prop_map(|text| gzip(text.as_bytes())),
    ]
}

proptest! {
    #[test]
    fn every_ping_has_one_answer_and_every_payload_its_arrival(
        (name, _, payload, ping, pong) in prop::sample::select(SAMPLES.to_vec()),
        steps in proptest::collection::vec(
            prop_oneof![Just(Step::Payload), Just(Step::Ping), Just(Step::Reconnect)],
            0..40,
        ),
    ) {
        let mut protocol = make(name);
        protocol.opened(&Opening::default(), 0.0);
        let mut received = Received::default();
        let mut arrivals = Vec::new();
        for (now, step) in steps.into_iter().enumerate() {
            let now = now as Millis;
            let message = match step {
                Step::Ping => ping,
                Step::Payload => {
                    arrivals.push(now);
                    payload
                }
                _ => {
                    protocol.closed();
                    protocol.opened(&Opening::default(), now);
                    continue;
                }
            };
            protocol.receive(Message::Text(message.as_bytes()), now, now + 0.5, &mut received).unwrap();
            let answers: Vec<String> = sent(&mut *protocol).into_iter().map(|answer| match answer {
                Outgoing::Text(text) => text,
                Outgoing::Binary(bytes) => String::from_utf8(bytes).unwrap(),
            }).collect();
            prop_assert_eq!(answers, if message == ping { vec![pong] } else { vec![] });
        }
        prop_assert_eq!(received.subscriptions.len(), arrivals.len());
        prop_assert_eq!(received.arrivals, arrivals);
    }

    #[test]
    fn no_message_panics_and_all_is_accounted_for(
        name in prop::sample::select(SAMPLES.map(|sample| sample.0).to_vec()),
        steps in proptest::collection::vec(
            prop_oneof![
                4 => (bytes(), any::<bool>()).prop_map(|(bytes, is_binary)| Step::Message(bytes, is_binary)),
                1 => Just(Step::Reconnect),
            ],
            1..10,
        ),
    ) {
        let mut protocol = make(name);
        protocol.opened(&Opening::default(), 0.0);
        let mut received = Received::default();
        for (now, step) in steps.iter().enumerate() {
            let now = now as Millis;
            let Step::Message(bytes, is_binary) = step else {
                protocol.closed();
                prop_assert_eq!(protocol.poll_timeout(), None);
                prop_assert_eq!(protocol.poll_transmit(), None);
                protocol.opened(&Opening::default(), now);
                continue;
            };
            let message = match str::from_utf8(bytes) {
                Ok(_) if !is_binary => Message::Text(bytes),
                _ => Message::Binary(bytes),
            };
            let _ = protocol.receive(message, now, now, &mut received);
            prop_assert!(protocol.poll_timeout().is_none_or(|at| at > now));
        }
        prop_assert_eq!(received.arrivals.len(), received.documents.len());
        prop_assert_eq!(received.subscriptions.len(), received.documents.len());
        if name == "nats" {
            for text in received.documents.texts() {
                prop_assert_eq!(validate(text), Ok(()));
            }
        }
    }
}
