//! Tests of the MQTT client against packets as servers write them, byte by byte (MQTT 5 §3, MQTT 3.1.1 §3).

mod talk;

use proptest::prelude::*;

use super::options::Options;
use super::*;
use crate::decode::json;
use crate::format::tests::texts;
use crate::protocol::contract::Params;
use talk::*;

#[test]
fn a_session_of_version_5() {
    let mut talk = Talk::new(r#"{"username":"someone","keepAlive":30,"sessionExpiry":"600"}"#);
    talk.subscribe(0, r#"{"topic":"plant/+","qos":1}"#);
    talk.token = Some("secret".to_owned());
    talk.open();
    let connect = [
        b"\x10\x3a\x00\x04MQTT\x05\xc2\x00\x1e\x05\x11\x00\x00\x02\x58".as_slice(),
        b"\x00\x17freshet0000000000000007",
        b"\x00\x07someone\x00\x06secret",
    ];
    assert_eq!(talk.sent(), connect.concat());
    assert_eq!(talk.mqtt.phase(), Phase::Handshaking);
    talk.hear(b"\x20\x03\x00\x00\x00");
    assert_eq!(talk.mqtt.phase(), Phase::Ready);
    assert_eq!(
        talk.sent(),
        b"\x82\x0f\x00\x01\x02\x0b\x01\x00\x07plant/+\x01"
    );
    talk.hear(b"\x90\x04\x00\x01\x00\x01");
    assert_eq!(talk.control(), [Control::Accepted(SubscriptionId(0))]);
    talk.hear(b"\x32\x15\x00\x07plant/a\x12\x34\x02\x0b\x01{\"v\":1}");
    assert_eq!(talk.sent(), b"\x40\x02\x12\x34");
    let message = r#"0: {"topic":"plant/a","payload":{"v":1},"qos":1,"retain":false}"#;
    assert_eq!(talk.documents(), [message]);
    talk.subscribe(1, r#"{"topic":"tank","qos":"0"}"#);
    assert_eq!(talk.sent(), b"\x82\x0c\x00\x02\x02\x0b\x02\x00\x04tank\x00");
    talk.mqtt.unsubscribe(SubscriptionId(0), "", 0.0);
    assert_eq!(talk.sent(), b"\xa2\x0c\x00\x03\x00\x00\x07plant/+");
    talk.mqtt.leaving(0.0);
    assert_eq!(
        talk.sent(),
        b"\xe0\x07\x00\x05\x11\x00\x00\x00\x00",
        "nobody comes back for it"
    );
}

#[test]
fn a_session_of_version_3_1_1() {
    let mut talk = Talk::new(r#"{"version":"3.1.1","clientId":"me"}"#);
    for (id, topic) in [(0, "a"), (1, "b/#")] {
        talk.subscribe(id, &format!(r#"{{"topic":"{topic}"}}"#));
    }
    talk.open();
    assert_eq!(
        talk.sent(),
        b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02me"
    );
    talk.hear(b"\x20\x02\x00\x00");
    assert_eq!(
        talk.sent(),
        b"\x82\x0c\x00\x01\x00\x01a\x00\x00\x03b/#\x00",
        "all in one"
    );
    talk.hear(b"\x90\x04\x00\x01\x00\x80");
    let refused = Control::Refused(SubscriptionId(1), "not authorized (b/#)".to_owned());
    assert_eq!(
        talk.control(),
        [Control::Accepted(SubscriptionId(0)), refused]
    );
    talk.hear(b"\x31\x05\x00\x01ahi");
    let message = r#"0: {"topic":"a","payload":"hi","qos":0,"retain":true}"#;
    assert_eq!(talk.documents(), [message]);
    talk.mqtt.leaving(0.0);
    assert_eq!(talk.sent(), b"\xe0\x00");
}

#[test]
fn a_message_carries_its_properties() {
    let mut talk = Talk::ready("{}", &[(0, "a")]);
    let properties = [
        b"\x01\x01\x02\x00\x00\x00\x3c\x03\x00\x01j\x08\x00\x01r\x09\x00\x02\xff\x00".as_slice(),
        b"\x26\x00\x01k\x00\x01v\x26\x00\x01k\x00\x01w\x26\x00\x01l\x00\x00\x0b\x01",
    ];
    talk.hear(&publish(0, "a", &properties.concat(), b"\xff"));
    assert_eq!(
        talk.documents(),
        [concat!(
            r#"0: {"topic":"a","payload":"/w==","qos":0,"retain":false,"properties":{"#,
            r#""payloadFormatIndicator":1,"messageExpiryInterval":60,"contentType":"j","#,
            r#""responseTopic":"r","correlationData":"/wA=","#,
            r#""userProperties":{"k":"v, w","l":""}}}"#
        )]
    );
}

#[test]
fn the_server_that_knows_no_5_is_spoken_to_in_3_1_1() {
    let refusals: [&[u8]; 3] = [b"\x20\x02\x00\x01", b"\x20\x03\x00\x84\x00", b""];
    for refusal in refusals {
        let mut talk = Talk::new("{}");
        talk.open();
        assert_eq!(talk.sent()[8], 5);
        talk.hear(refusal);
        assert_eq!(talk.control().len(), usize::from(!refusal.is_empty()));
        talk.mqtt.closed();
        assert!(talk.mqtt.wants_another(), "{refusal:?}");
        talk.open();
        assert_eq!(talk.sent()[8], 4);
        talk.hear(b"\x20\x02\x00\x00");
        talk.mqtt.closed();
        assert!(!talk.mqtt.wants_another());
        talk.open();
        assert_eq!(talk.sent()[8], 4, "what was agreed on stays");
    }
}

#[test]
fn a_server_that_takes_no_version_is_tried_with_both_and_no_more_often_than_others() {
    let mut talk = Talk::new("{}");
    let mut tried = Vec::new();
    for _ in 0..4 {
        talk.open();
        tried.push(talk.sent()[8]);
        talk.mqtt.closed();
        tried.push(u8::from(talk.mqtt.wants_another()));
    }
    assert_eq!(tried, [5, 1, 4, 0, 5, 1, 4, 0]);
    let mut fixed = Talk::new(r#"{"version":5}"#);
    fixed.open();
    fixed.hear(b"\x20\x02\x00\x01");
    let stopped = "the server refused the connection: this version of MQTT is not supported; set another version";
    assert_eq!(fixed.control(), [Control::Stopped(stopped.to_owned())]);
    fixed.mqtt.closed();
    assert!(!fixed.mqtt.wants_another());
}

#[test]
fn a_refused_login_is_final_and_a_busy_server_is_not() {
    let cases: [(&[u8], &str, bool); 6] = [
        (
            b"\x20\x03\x00\x86\x00",
            "the server refused the login: wrong user name or password",
            true,
        ),
        (
            b"\x20\x09\x00\x87\x06\x1f\x00\x03why",
            "the server refused the login: not authorized: why",
            true,
        ),
        (
            b"\x20\x03\x00\x8a\x00",
            "the server refused the login: banned",
            true,
        ),
        (
            b"\x20\x03\x00\x89\x00",
            "the server refused the connection: server busy",
            false,
        ),
        (
            b"\x20\x03\x00\x85\x00",
            "the server refused the connection: the client id is not valid",
            true,
        ),
        (
            b"\x90\x03\x00\x01\x00",
            "the server did not begin with CONNACK, as MQTT servers do",
            false,
        ),
    ];
    for (answer, words, is_final) in cases {
        let mut talk = Talk::new(r#"{"version":"5"}"#);
        talk.open();
        talk.hear(answer);
        let words = words.to_owned();
        let expected = match is_final {
            true => Control::Stopped(words),
            false => Control::Failed(words),
        };
        assert_eq!(talk.control(), [expected]);
        talk.hear(b"\x20\x03\x00\x00\x00");
        assert_eq!(talk.control(), [], "what comes after that is not heard");
    }
}

#[test]
fn a_token_that_is_refused_is_told_from_a_password_that_is_missing() {
    let mut talk = Talk::new(r#"{"version":"5"}"#);
    talk.token = Some("old".to_owned());
    talk.open();
    talk.hear(b"\x20\x03\x00\x87\x00");
    let words = "the server refused the login: not authorized".to_owned();
    assert_eq!(talk.control(), [Control::TokenRefused(words)]);
}

#[test]
fn the_server_says_why_it_ends_the_connection() {
    let cases: [(&[u8], &str, bool); 4] = [
        (b"\xe0\x01\x8b", "the server is shutting down", false),
        (b"\xe0\x00", "without a reason", false),
        (
            b"\xe0\x08\x98\x06\x1f\x00\x03bye",
            "ended by the server's administrator: bye",
            false,
        ),
        (
            b"\xe0\x01\x8e",
            "another client with the same client id took over; give each its own",
            true,
        ),
    ];
    for (packet, words, is_final) in cases {
        let mut talk = Talk::ready("{}", &[]);
        talk.hear(packet);
        let words = format!("the server ended the connection: {words}");
        let expected = match is_final {
            true => Control::Stopped(words),
            false => Control::Failed(words),
        };
        assert_eq!(talk.control(), [expected]);
    }
}

#[test]
fn data_that_is_not_mqtt_ends_the_connection() {
    let cases: [(&[u8], &str); 6] = [
        (
            b"\xff\xff\xff\xff\xff\xff",
            "length has more than four bytes",
        ),
        (b"\x00\x00", "kind 0"),
        (b"\x82\x00", "kind 8"),
        (b"\xf0\x00", "kind 15"),
        (b"\x90\x01\x00", "SUBACK cannot be read"),
        (b"\x62\x01\x00", "PUBREL cannot be read"),
    ];
    for (bytes, says) in cases {
        let mut talk = Talk::ready("{}", &[(0, "a")]);
        talk.hear_any(bytes);
        let control = talk.control();
        let [Control::Failed(words)] = control.as_slice() else {
            panic!("{bytes:?}: {control:?}");
        };
        assert!(words.contains(says), "{words}");
        assert_eq!(talk.sent(), b"");
    }
    let mut talk = Talk::ready("{}", &[]);
    let text = Message::Text(b"hello");
    talk.mqtt
        .receive(text, 0.0, 0.0, &mut talk.received)
        .unwrap();
    assert!(
        matches!(talk.control().as_slice(), [Control::Failed(words)] if words.contains("text"))
    );
}

#[test]
fn a_message_that_cannot_be_read_leaves_the_others() {
    let long = [b"\x0b\x01".as_slice(); 40_000].concat();
    let spoilt = [
        publish(0, "", b"\x0b\x01", b"1"),
        publish(0, "a/#", b"\x0b\x01", b"1"),
        publish(0, "a", b"\x0b\x01\x0c", b"1"),
        publish(0, "a", b"\x23\x00\x00", b"1"),
        b"\x30\x02\x00\x05".to_vec(),
        b"\x36\x07\x00\x01a\x00\x01\x00x".to_vec(),
        b"\x30\x04\x00\x01\xff\x00".to_vec(),
        publish(0, "a", &long, b"1"),
    ];
    for bytes in spoilt {
        let mut talk = Talk::sized(200_000, &[(0, "a")]);
        let good = publish(0, "a", b"\x0b\x01", b"2");
        assert!(
            !talk.hear_any(&[bytes.as_slice(), &good].concat()),
            "{bytes:?}"
        );
        assert_eq!(talk.documents().len(), 1, "{bytes:?}");
        assert_eq!(talk.control(), []);
    }
}

#[test]
fn a_message_that_cannot_be_read_is_acknowledged() {
    let long = [b"\x0b\x01".as_slice(); 40_000].concat();
    for (qos, answer) in [(1, b"\x40\x02\x00\x07"), (2, b"\x50\x02\x00\x07")] {
        let spoilt = [
            publish(qos, "a", &long, b"1"),
            publish(qos, "a", b"\x0b\x01\x0c", b"1"),
            publish(qos, "", b"\x0b\x01", b"1"),
            publish(qos, "a/#", b"\x0b\x01", b"1"),
        ];
        for bytes in spoilt {
            let mut talk = Talk::sized(200_000, &[(0, "a")]);
            assert!(!talk.hear_any(&bytes));
            assert_eq!(talk.sent(), answer, "{:?}…", &bytes[..20]);
            assert_eq!(talk.documents().len(), 0);
            assert_eq!(talk.control(), []);
        }
    }
    // There is no QoS 3 to answer.
    let mut talk = Talk::ready("{}", &[(0, "a")]);
    assert!(!talk.hear_any(b"\x36\x07\x00\x01a\x00\x01\x00x"));
    assert_eq!(talk.sent(), b"");
    // What only names a packet it has not is not answered either.
    let mut talk = Talk::ready("{}", &[(0, "a")]);
    assert!(!talk.hear_any(b"\x32\x03\x00\x01a"));
    assert_eq!(talk.sent(), b"");
}

#[test]
fn a_message_of_version_5_that_names_no_subscription_goes_to_those_whose_topic_it_is() {
    let mut talk = Talk::ready("{}", &[(0, "a/#"), (1, "b"), (2, "a/x"), (3, "a/#")]);
    talk.hear(&publish(0, "a/x", b"", b"1"));
    talk.hear(&publish(0, "b", b"", b"2"));
    talk.hear(&publish(0, "c", b"", b"3"));
    // What names one that is gone is nobody's, whatever its topic.
    talk.hear(&publish(0, "a/x", b"\x0b\x09", b"4"));
    assert_eq!(talk.targets(), ["0 1", "3 1", "2 1", "1 2"]);
}

#[test]
fn a_message_that_cannot_be_named_is_read_and_not_acknowledged() {
    let mut bytes = publish(1, "a", b"\x0b\x01", b"1");
    assert_eq!(bytes[5..7], [0, 7]);
    bytes[6] = 0;
    let mut talk = Talk::sized(100, &[(0, "a")]);
    talk.hear(&bytes);
    assert_eq!(talk.documents().len(), 1);
    assert_eq!(talk.sent(), b"");
    // The same where it is too large to be read.
    let mut bytes = publish(1, "a", b"\x0b\x01", &[b'x'; 110]);
    bytes[6] = 0;
    assert!(!talk.hear_any(&bytes));
    assert_eq!(talk.sent(), b"");
}

#[test]
fn what_is_too_large_is_left_out_and_acknowledged() {
    let large = publish(1, "a", b"\x0b\x01", &[b'x'; 200]);
    let good = publish(0, "a", b"\x0b\x01", b"2");
    let bytes = [large.as_slice(), &good].concat();
    for cut in 0..bytes.len() {
        let mut talk = Talk::sized(100, &[(0, "a")]);
        let results = [&bytes[..cut], &bytes[cut..]].map(|part| talk.try_hear(part));
        let kinds: Vec<_> = results
            .iter()
            .filter_map(|r| r.as_ref().err())
            .map(|e| &e.kind)
            .collect();
        assert_eq!(kinds, [&crate::decode::DecodeErrorKind::TooLarge], "{cut}");
        assert_eq!(talk.sent(), b"\x40\x02\x00\x07");
        assert_eq!(talk.documents().len(), 1);
        assert_eq!(talk.control(), []);
    }
}

#[test]
fn a_password_that_is_too_long_is_said() {
    let mut talk = Talk::new("{}");
    talk.token = Some("x".repeat(65_536));
    talk.open();
    assert_eq!(talk.sent(), b"");
    let at = talk.mqtt.poll_timeout().unwrap();
    let control = talk.mqtt.handle_timeout(at);
    assert!(matches!(control, Some(Control::Stopped(words)) if words.contains("token")));
}

#[test]
fn filters_that_cover_one_another_deliver_once_for_each_target() {
    // Version 5: the server names the filters, in one copy or in several.
    let mut talk = Talk::ready("{}", &[(0, "a/#"), (1, "a/+"), (2, "a/#"), (3, "b")]);
    talk.hear(&publish(0, "a/x", b"\x0b\x01", b"1"));
    talk.hear(&publish(0, "a/x", b"\x0b\x02", b"1"));
    talk.hear(&publish(0, "a/x", b"\x0b\x01\x0b\x02\x0b\x01", b"2"));
    talk.hear(&publish(0, "a/x", b"\x0b\x09", b"3"));
    assert_eq!(talk.targets(), ["0 1", "2 1", "1 1", "0 2", "2 2", "1 2"]);
    // 3.1.1, from a server that sends one copy for all.
    let mut one = Talk::ready_3(&[(0, "a/#"), (1, "a/+")]);
    for payload in ["1", "2", "2"] {
        one.hear(&publish_3("a/x", payload));
    }
    assert_eq!(one.targets(), ["0 1", "1 1", "0 2", "1 2", "0 2", "1 2"]);
    // And from one that sends a copy for each.
    let mut each = Talk::ready_3(&[(0, "a/#"), (1, "a/+"), (2, "a/x")]);
    for payload in ["1", "1", "1", "2", "2", "2"] {
        each.hear(&publish_3("a/x", payload));
    }
    each.hear(&publish_3("b", "3"));
    assert_eq!(each.targets(), ["0 1", "1 1", "2 1", "0 2", "1 2", "2 2"]);
}

#[test]
fn a_retained_message_goes_to_those_who_have_not_had_it() {
    let mut talk = Talk::ready_3(&[(0, "a/#")]);
    let retained = b"\x31\x06\x00\x03a/x1";
    talk.hear(retained);
    talk.subscribe(1, r#"{"topic":"a/x"}"#);
    talk.hear(retained);
    assert_eq!(talk.targets(), ["0 1", "1 1"]);
    // The same filter again: the server has one subscription for it, and sends what is retained anew.
    let mut same = Talk::ready("{}", &[(0, "a/x")]);
    let retained = b"\x31\x09\x00\x03a/x\x02\x0b\x011";
    same.hear(retained);
    same.subscribe(1, r#"{"topic":"a/x","qos":1}"#);
    assert_eq!(same.sent(), b"\x82\x0b\x00\x02\x02\x0b\x01\x00\x03a/x\x01");
    same.hear(retained);
    assert_eq!(same.targets(), ["0 1", "1 1"]);
    same.mqtt.unsubscribe(SubscriptionId(0), "", 0.0);
    assert_eq!(same.sent(), b"", "the other still needs it");
}

#[test]
fn a_session_that_the_server_kept_is_gone_on_with() {
    let mut talk = Talk::ready(r#"{"sessionExpiry":60}"#, &[(0, "a"), (1, "b")]);
    talk.hear(&publish(1, "a", b"\x0b\x01", b"1"));
    talk.sent();
    talk.mqtt.closed();
    talk.mqtt.unsubscribe(SubscriptionId(1), "", 0.0);
    talk.open();
    assert_eq!(talk.sent()[9] & 2, 0, "it is not to begin anew");
    talk.hear(b"\x20\x03\x01\x00\x00");
    let said = talk.sent();
    assert!(
        said.starts_with(b"\xa2\x06\x00\x03\x00\x00\x01b"),
        "{said:?}"
    );
    assert!(said.ends_with(b"\x0b\x01\x00\x01a\x00"));
    // Sent again, for the acknowledgement was lost.
    let mut again = publish(1, "a", b"\x0b\x01", b"1");
    again[0] |= 8;
    talk.hear(&again);
    assert_eq!(talk.sent(), b"\x40\x02\x00\x07");
    again[4] = b'a';
    *again.last_mut().unwrap() = b'2';
    talk.hear(&again);
    assert_eq!(talk.targets(), ["0 1", "0 2"]);
    assert!(texts(&talk.received.documents).contains("\"dup\":true"));
}

#[test]
fn a_message_of_qos_2_comes_once_however_often_it_is_sent() {
    let mut talk = Talk::new(r#"{"sessionExpiry":60}"#);
    talk.subscribe(0, r#"{"topic":"a","qos":2}"#);
    talk.open();
    talk.hear(b"\x20\x03\x00\x00\x00");
    assert!(talk.sent().ends_with(b"\x00\x01a\x02"));
    let message = |payload: &[u8]| publish(2, "a", b"\x0b\x01", payload);
    let (received, completed) = (b"\x50\x02\x00\x07", b"\x70\x02\x00\x07");
    talk.hear(&message(b"1"));
    assert_eq!(talk.sent(), received);
    let first = r#"0: {"topic":"a","payload":1,"qos":2,"retain":false}"#;
    assert_eq!(talk.documents(), [first]);
    // The answer is lost with the connection; the session goes on.
    talk.mqtt.closed();
    talk.open();
    talk.hear(b"\x20\x03\x01\x00\x00");
    talk.sent();
    let mut again = message(b"1");
    again[0] |= 8;
    talk.hear(&again);
    assert_eq!(talk.sent(), received);
    assert_eq!(talk.documents(), [first], "it is the same message");
    talk.hear(b"\x62\x02\x00\x07");
    assert_eq!(talk.sent(), completed);
    // With the reason that 5 allows, and once more: the server did not hear the answer.
    talk.hear(b"\x62\x03\x00\x07\x00");
    assert_eq!(talk.sent(), completed);
    // The identifier is free for another.
    talk.hear(&message(b"2"));
    assert_eq!(talk.targets(), ["0 1", "0 2"]);
    // A session that the server does not have is another one.
    talk.mqtt.closed();
    talk.open();
    talk.hear(b"\x20\x03\x00\x00\x00");
    talk.hear(&message(b"3"));
    assert_eq!(talk.targets(), ["0 1", "0 2", "0 3"]);
    assert_eq!(talk.control(), []);
}

#[test]
fn a_message_of_qos_2_that_is_too_large_is_received_all_the_same() {
    let mut talk = Talk::sized(100, &[(0, "a")]);
    talk.hear_any(&publish(2, "a", b"\x0b\x01", &[b'1'; 200]));
    assert_eq!(talk.sent(), b"\x50\x02\x00\x07");
    talk.hear(b"\x62\x02\x00\x07");
    assert_eq!(talk.sent(), b"\x70\x02\x00\x07");
}

#[test]
fn the_server_is_asked_within_its_keep_alive_and_left_when_silent() {
    let mut talk = Talk::new("{}");
    talk.open();
    assert_eq!(talk.mqtt.poll_timeout(), Some(10_000.0));
    let control = talk.mqtt.handle_timeout(10_000.0);
    assert_eq!(
        control,
        failed("the server did not answer CONNECT within 10 s")
    );
    let mut talk = Talk::new("{}");
    talk.open();
    talk.sent();
    talk.hear(b"\x20\x06\x00\x00\x03\x13\x00\x14");
    assert_eq!(talk.mqtt.poll_timeout(), Some(10_000.0), "half of 20 s");
    assert_eq!(talk.mqtt.handle_timeout(10_000.0), None);
    assert_eq!(talk.sent(), b"\xc0\x00");
    talk.hear_at(b"\xd0\x00", 11_000.0);
    assert_eq!(talk.mqtt.poll_timeout(), Some(20_000.0));
    talk.mqtt.handle_timeout(20_000.0);
    let control = talk.mqtt.handle_timeout(30_000.0);
    assert_eq!(
        control,
        failed("the server did not answer a ping within 10 s")
    );
    let mut talk = Talk::ready("{}", &[]);
    talk.subscribe(0, r#"{"topic":"a"}"#);
    talk.sent();
    let control = talk.mqtt.handle_timeout(10_000.0);
    assert_eq!(
        control,
        failed("the server did not answer SUBSCRIBE within 10 s")
    );
}

#[test]
fn many_filters_are_asked_for_in_several_packets_of_one_message() {
    let topics: Vec<String> = (0..20).map(|n| format!("t/{n:02}")).collect();
    let topics: Vec<(u32, &str)> = (0..).zip(topics.iter().map(String::as_str)).collect();
    let mut talk = Talk::new(r#"{"version":"3.1.1"}"#);
    for (id, topic) in &topics {
        talk.subscribe(*id, &format!(r#"{{"topic":"{topic}"}}"#));
    }
    talk.open();
    talk.sent();
    talk.hear(b"\x20\x02\x00\x00");
    let sent = talk.sent();
    let lengths = [2 + 8 * 7, 2 + 8 * 7, 2 + 4 * 7];
    assert_eq!(
        sent.len(),
        lengths.iter().map(|length| length + 2).sum::<usize>()
    );
    assert_eq!(
        [sent[1], sent[61], sent[121]],
        lengths.map(|length| length as u8)
    );
}

#[test]
fn names_are_made_of_the_seed() {
    let options = Options::new(&setup(200, "{}"));
    assert_eq!(
        options.client_id.len(),
        23,
        "the longest that every server takes"
    );
    let set = Options::new(&setup(200, r#"{"clientId":" me "}"#));
    assert_eq!(set.client_id, "me");
}

proptest! {
    /// Cuts, and the order in which subscriptions are answered, make no difference.
    #[test]
    fn cuts_make_no_difference(
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..30),
        order in Just(vec![1u8, 2, 3]).prop_shuffle(),
        refused in 0u8..4,
    ) {
        let mut session = b"\x20\x03\x00\x00\x00".to_vec();
        for id in &order {
            let code = if *id == refused { 0x87 } else { 0 };
            session.extend([0x90, 4, 0, *id, 0, code]);
            session.extend(publish(*id & 1, "a", &[0x0b, *id], b"{\"v\":1}"));
        }
        session.extend(b"\xd0\x00\xb0\x04\x00\x09\x00\x00");
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(session.len())).collect();
        cuts.extend([0, session.len()]);
        cuts.sort_unstable();
        let mut talk = Talk::new("{}");
        for id in 0..3 {
            talk.subscribe(id, &format!(r#"{{"topic":"a{id}"}}"#));
        }
        talk.open();
        talk.sent();
        for pair in cuts.windows(2) {
            talk.hear(&session[pair[0]..pair[1]]);
        }
        let targets: Vec<String> = order.iter().map(|id| format!("{} {{\"v\":1}}", id - 1)).collect();
        prop_assert_eq!(talk.targets(), targets);
        let answers: Vec<Control> = order.iter().map(|id| {
            let of = SubscriptionId(u32::from(*id) - 1);
            match *id == refused {
                true => Control::Refused(of, format!("not authorized (a{})", id - 1)),
                false => Control::Accepted(of),
            }
        }).collect();
        prop_assert_eq!(talk.control(), answers);
        let acknowledged = talk.sent().windows(4).filter(|four| four.starts_with(b"\x40\x02\x00\x07")).count();
        prop_assert_eq!(acknowledged, 2);
    }

    #[test]
    fn no_bytes_panic_and_all_is_accounted_for(
        is_3 in any::<bool>(),
        pieces in proptest::collection::vec(bytes(), 0..8),
    ) {
        let mut talk = match is_3 {
            true => Talk::ready_3(&[(0, "a"), (1, "#")]),
            false => Talk::ready("{}", &[(0, "a"), (1, "#")]),
        };
        for (now, piece) in pieces.iter().enumerate() {
            let now = now as Millis;
            let _ = talk.mqtt.receive(Message::Binary(piece), now, now, &mut talk.received);
            prop_assert!(talk.mqtt.poll_timeout().is_none_or(|at| at > now));
        }
        let received = &talk.received;
        prop_assert_eq!(received.arrivals.len(), received.documents.len());
        prop_assert_eq!(received.subscriptions.len(), received.documents.len());
        for text in received.documents.texts() {
            prop_assert_eq!(json::validate(text), Ok(()));
        }
    }
}

#[test]
fn a_login_that_rabbitmq_refuses_by_closing_is_not_tried_again() {
    let talk = Talk::new("{}");
    for (code, reason, retry) in [
        (1002, "protocol error: unauthenticated", Retry::Never),
        (1002, "protocol error: frame", Retry::Usual),
        (1000, "unauthenticated", Retry::Usual),
    ] {
        assert_eq!(talk.mqtt.retry_after_close(code, reason), retry, "{reason}");
    }
}

/// Bytes that get further than any bytes would.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let properties = proptest::collection::vec(
        prop::sample::select(vec![0u8, 1, 2, 3, 8, 9, 0x0b, 0x23, 0x26, b'a']),
        0..12,
    );
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        (0u8..3, "[a/#+]{0,3}", properties, any::<Vec<u8>>()).prop_map(
            |(qos, topic, properties, payload)| publish(qos, &topic, &properties, &payload)
        ),
        (
            0u8..16,
            any::<u8>(),
            proptest::collection::vec(any::<u8>(), 0..20)
        )
            .prop_map(|(kind, flags, body)| packet(kind << 4 | (flags & 15), &body)),
    ]
}
