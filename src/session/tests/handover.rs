//! Planned disconnects: another socket takes the place of the one there is.

use proptest::prelude::*;

use super::*;
use crate::format::Message;
use crate::session::link::STABLE_MS;

/// Rows, and a message that says that the connection will end.
const ROWS: &str = r#"{
    "control": [{"when":{"$.type":"bye"},"action":"handOver","reason":"$.why"}],
    "reconnect": {"minMs":1000,"maxMs":1000},
    "idleTimeoutMs": 0
}"#;
/// The same with subscriptions that the server answers.
const ACKED: &str = r#"{
    "subscribe": {
        "send": {"sub":"${params.topic}","id":"${id}"},
        "ack": {"when":{"$.ok":"${id}"},"refused":{"$.no":"${id}"},"reason":"$.why"}
    },
    "control": [{"when":{"$.type":"bye"},"action":"handOver"}],
    "route": [{"key":"$.topic","is":"${params.topic}"}],
    "leave": {"type":"leaving"}
}"#;
const READS: &str = r#"{"fields":[{"path":"$.v"}]}"#;
const READS_TOPIC: &str = r#"{"params":{"topic":"t"},"fields":[{"path":"$.v"}]}"#;

impl Stage {
    fn successor(&mut self, event: SuccessorEvent) {
        self.handle(Event::Successor(event));
    }

    fn successor_opened(&mut self) {
        self.successor(SuccessorEvent::Opened {
            subprotocol: String::new(),
            wall: self.now,
        });
    }

    fn successor_text(&mut self, text: &str) {
        let message = Message::Text(text.as_bytes());
        self.session
            .receive_as_successor(message, self.now, self.now);
        self.collect();
    }

    /// A row comes, or comes again.
    fn row(&mut self, value: u32) {
        self.text(&row(value));
    }

    fn successor_row(&mut self, value: u32) {
        self.successor_text(&row(value));
    }
}

fn row(value: u32) -> String {
    format!(r#"{{"topic":"t","v":{value}}}"#)
}

fn for_successor(text: &str) -> Transmit {
    Transmit::SendAsSuccessor(Outgoing::Text(text.to_owned()))
}

/// A session whose server has said that it will end the connection, and whose second socket is opening.
fn handing_over(jsondata: &str, reads: &str) -> (Stage, ReaderId) {
    let (mut stage, reader) = Stage::open(jsondata, reads);
    if jsondata == ACKED {
        stage.text(r#"{"ok":1}"#);
    }
    stage.until(10_000.0);
    stage.row(1);
    stage.text(r#"{"type":"bye","why":"restart"}"#);
    assert!(
        !stage.taken().contains(&Transmit::ConnectSuccessor),
        "not all at once"
    );
    stage.until(11_500.0);
    assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
    assert_eq!(stage.session.link().state().name(), "open");
    (stage, reader)
}

#[test]
fn the_old_socket_goes_on_until_both_have_delivered_the_same() {
    let (mut stage, reader) = handing_over(ROWS, READS);
    stage.row(2);
    stage.successor_opened();
    stage.row(3);
    stage.successor_row(4);
    assert_eq!(stage.values(reader), [1.0, 2.0, 3.0], "the fourth waits");
    assert_eq!(stage.taken(), []);
    stage.row(4);
    assert_eq!(stage.taken(), [Transmit::Succeed]);
    stage.row(5);
    assert_eq!(stage.values(reader), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(stage.notices(reader), Vec::<String>::new());
    assert_eq!(stage.stat("Connection: planned reconnects"), 1.0);
    assert_eq!(stage.stat("Connection: reconnects"), 0.0);
}

#[test]
fn what_the_old_one_was_ahead_with_is_not_shown_again() {
    let (mut stage, reader) = handing_over(ROWS, READS);
    stage.successor_opened();
    for value in 2..6 {
        stage.row(value);
    }
    stage.successor_row(3);
    assert_eq!(stage.taken(), [Transmit::Succeed]);
    for value in 4..8 {
        stage.row(value);
    }
    assert_eq!(stage.values(reader), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
}

#[test]
fn what_took_over_resumes_from_where_the_other_was() {
    let resumes = ROWS.replacen('{', r#"{"resume":{"after":"$.v"},"#, 1);
    let (mut stage, _) = handing_over(&resumes, READS);
    assert_eq!(stage.session.endpoint().url, "ws://h?after=2");
    stage.successor_opened();
    // Nothing came on it.
    stage.until(stage.now + 2_000.0);
    assert_eq!(stage.taken(), [Transmit::Succeed]);
    assert_eq!(stage.session.endpoint().url, "ws://h?after=2");
}

#[test]
fn a_feed_that_is_silent_is_handed_over_after_a_second() {
    let (mut stage, reader) = handing_over(ROWS, READS);
    stage.successor_opened();
    stage.until(12_400.0);
    assert_eq!(stage.taken(), []);
    stage.until(12_600.0);
    assert_eq!(stage.taken(), [Transmit::Succeed]);
    stage.row(2);
    assert_eq!(stage.values(reader), [1.0, 2.0]);
}

#[test]
fn the_new_socket_takes_over_once_its_subscriptions_are_answered() {
    let (mut stage, reader) = handing_over(ACKED, READS_TOPIC);
    stage.successor_opened();
    assert_eq!(stage.taken(), [for_successor(r#"{"sub":"t","id":1}"#)]);
    stage.row(2);
    stage.successor_row(2);
    stage.until(stage.now + 5_000.0);
    assert_eq!(stage.taken(), [], "the server has not answered");
    stage.successor_text(r#"{"ok":1}"#);
    assert_eq!(
        stage.taken(),
        [text(r#"{"type":"leaving"}"#), Transmit::Succeed]
    );
    assert_eq!(stage.values(reader), [1.0, 2.0]);
}

#[test]
fn who_comes_and_goes_meanwhile_is_known_to_both_servers() {
    let (mut stage, _) = handing_over(ACKED, READS_TOPIC);
    stage.successor_opened();
    stage.taken();
    let other = r#"{"params":{"topic":"u"},"fields":[{"path":"$.v"}]}"#;
    stage.attach(&query(other));
    assert_eq!(
        stage.taken(),
        [
            text(r#"{"sub":"u","id":2}"#),
            for_successor(r#"{"sub":"u","id":2}"#)
        ]
    );
    stage.successor_text(r#"{"ok":1}"#);
    stage.until(stage.now + 3_000.0);
    assert_eq!(stage.taken(), [], "the second is not answered");
    stage.successor_text(r#"{"ok":2}"#);
    stage.attach(&query(&other.replace("\"u\"", "\"w\"")));
    stage.taken();
    stage.until(stage.now + 3_000.0);
    assert_eq!(stage.taken(), [], "and now it is the third");
    stage.successor_text(r#"{"ok":3}"#);
    stage.until(stage.now + 1_000.0);
    assert_eq!(stage.taken().last(), Some(&Transmit::Succeed));
}

#[test]
fn a_refusal_on_the_new_socket_leaves_everything_to_the_old_one() {
    let (mut stage, reader) = handing_over(ACKED, READS_TOPIC);
    stage.successor_opened();
    stage.taken();
    stage.successor_text(r#"{"no":1,"why":"one connection only"}"#);
    assert_eq!(stage.taken(), [Transmit::DropSuccessor]);
    stage.row(2);
    assert_eq!(stage.values(reader), [1.0, 2.0]);
    let said = stage.notices(reader);
    assert!(
        said.iter()
            .any(|text| text.contains("one connection only") && text.contains("Rows still arrive")),
        "{said:?}"
    );
}

#[test]
fn a_new_socket_that_fails_is_tried_again_after_the_usual_pause() {
    let (mut stage, reader) = handing_over(ROWS, READS);
    stage.successor(SuccessorEvent::Closed(Close::abnormal("")));
    let said = stage.notices(reader);
    assert!(
        said[0].starts_with(
            "The server will end this connection (restart), and another one could not"
        ),
        "{said:?}"
    );
    assert_eq!(stage.taken(), []);
    stage.until(stage.now + 1_000.0);
    assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
    stage.until(stage.now + 20_000.0);
    assert_eq!(
        stage.taken(),
        [Transmit::DropSuccessor],
        "it did not answer"
    );
    stage.row(2);
    assert_eq!(stage.values(reader), [1.0, 2.0]);
    stage.closed();
    assert_eq!(stage.session.link().state().name(), "waiting");
    stage.until(stage.now + 1_000.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
}

#[test]
fn the_new_socket_takes_over_as_it_is_when_the_old_one_ends() {
    let (mut stage, reader) = handing_over(ROWS, READS);
    stage.closed();
    assert_eq!(stage.taken(), [Transmit::Succeed]);
    assert_eq!(stage.session.link().state().name(), "connecting");
    stage.opened();
    stage.row(2);
    assert_eq!(stage.values(reader), [1.0, 2.0]);

    let (mut stage, reader) = handing_over(ROWS, READS);
    stage.successor_opened();
    stage.successor_row(2);
    stage.closed();
    assert_eq!(stage.taken(), [Transmit::Succeed]);
    assert_eq!(stage.session.link().state().name(), "open");
    assert_eq!(stage.values(reader), [1.0, 2.0]);
}

#[test]
fn a_connection_that_is_not_good_yet_has_to_become_that() {
    let (mut stage, _) = Stage::open(ROWS, READS);
    stage.text(r#"{"type":"bye"}"#);
    stage.until(STABLE_MS - 1.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    stage.until(STABLE_MS);
    assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
}

#[test]
fn a_connection_of_the_age_that_is_set_is_replaced_and_so_is_the_next() {
    let (mut stage, _) = Stage::open(r#"{"maxConnectionAgeMs":60000}"#, READS);
    stage.row(1);
    stage.taken();
    for _ in 0..2 {
        let opened = stage.now;
        stage.until(opened + 56_999.0);
        assert_eq!(stage.taken(), []);
        stage.until(opened + 60_000.0);
        assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
        stage.successor_opened();
        stage.now = opened + 60_500.0;
        stage.row(2);
        stage.successor_row(2);
        assert_eq!(stage.taken(), [Transmit::Succeed]);
    }
}

#[test]
fn a_preset_goes_on_from_where_the_old_socket_was() {
    let reads = r#"{"params":{"channel":"c"},"fields":[{"path":"$.data.v"}]}"#;
    let (mut stage, reader) = Stage::open(r#"{"preset":"centrifugo"}"#, reads);
    stage.text(r#"{"id":1,"connect":{"client":"x"}}"#);
    stage.text(r#"{"id":2,"subscribe":{"recoverable":true,"epoch":"e","offset":5}}"#);
    let publication = |offset: u32| {
        format!(
            r#"{{"push":{{"channel":"c","pub":{{"data":{{"v":{offset}}},"offset":{offset}}}}}}}"#
        )
    };
    stage.until(10_000.0);
    stage.text(&publication(6));
    stage.text(r#"{"push":{"disconnect":{"code":3001,"reason":"shutdown","reconnect":true}}}"#);
    stage.until(11_000.0);
    stage.successor_opened();
    stage.taken();
    stage.text(&publication(7));
    stage.successor_text(r#"{"id":1,"connect":{"client":"y"}}"#);
    let asked = stage.taken();
    assert!(
        matches!(&asked[0], Transmit::SendAsSuccessor(Outgoing::Text(text)) if text.contains(r#""offset":6"#)),
        "{asked:?}"
    );
    let missed = r#"{"id":2,"subscribe":{"recoverable":true,"epoch":"e","offset":8,"publications":[{"data":{"v":7},"offset":7},{"data":{"v":8},"offset":8}]}}"#;
    stage.successor_text(missed);
    assert_eq!(stage.taken(), [Transmit::Succeed]);
    stage.text(&publication(9));
    assert_eq!(stage.values(reader), [6.0, 7.0, 8.0, 9.0]);
}

#[test]
fn the_lame_duck_mode_of_nats_is_a_hand_over() {
    let reads = r#"{"params":{"subject":"a"},"fields":[{"path":"$.payload"}]}"#;
    let (mut stage, _) = Stage::open(r#"{"preset":"nats"}"#, reads);
    stage.text("INFO {\"server_id\":\"x\"}\r\n");
    stage.text("PONG\r\n");
    stage.until(10_000.0);
    stage.taken();
    stage.text("INFO {\"server_id\":\"x\",\"ldm\":false}\r\n");
    stage.until(12_000.0);
    assert_eq!(stage.taken(), []);
    stage.text("INFO {\"server_id\":\"x\",\"ldm\":true}\r\n");
    stage.until(13_000.0);
    assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
}

#[test]
fn a_client_that_a_server_knows_by_name_is_not_there_twice() {
    let reads = r#"{"params":{"topic":"a"}}"#;
    let connects = |options: &str| {
        let json = format!(r#"{{"preset":"mqtt","options":{options},"maxConnectionAgeMs":20000}}"#);
        let (mut stage, _) = Stage::open(&json, reads);
        // CONNACK and SUBACK.
        let both = [0x20, 3, 0, 0, 0, 0x90, 4, 0, 1, 0, 0];
        let now = stage.now;
        stage.session.receive_binaries(&both, &[11], &[now], now);
        stage.collect();
        stage.taken();
        stage.until(21_000.0);
        stage.taken().contains(&Transmit::ConnectSuccessor)
    };
    assert!(connects("{}") && !connects(r#"{"clientId":"me"}"#));
}

#[test]
fn the_new_socket_gets_a_token_of_its_own() {
    let jsondata = r#"{"maxConnectionAgeMs":20000,"token":{"path":"t"}}"#;
    let (mut stage, reader) = super::token::stage("https://h", jsondata, super::token::READS);
    stage.handle(super::token::answer(200, "one"));
    stage.opened();
    stage.row(1);
    stage.until(20_000.0);
    let taken = stage.taken();
    assert!(
        matches!(taken.last(), Some(Transmit::FetchToken(_))),
        "{taken:?}"
    );
    stage.handle(super::token::answer(503, ""));
    assert_eq!(stage.taken(), [], "the old one goes on");
    stage.row(2);
    stage.until(21_000.0);
    assert!(matches!(
        stage.taken().as_slice(),
        [Transmit::FetchToken(_)]
    ));
    stage.handle(super::token::answer(200, "two"));
    assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
    assert_eq!(stage.values(reader), [1.0, 2.0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A server sends numbered rows to every socket from its subscription on, each socket delivers in its own time, and
    /// the old one ends at any time after it was said: no row is missing, none is there twice, all are in order.
    #[test]
    fn no_row_is_lost_or_doubled(
        before in 0u32..5,
        events in proptest::collection::vec((0u8..10, 0.0f64..120.0), 0..120),
    ) {
        let (mut stage, reader) = handing_over(ROWS, READS);
        let (mut next, mut old, mut new) = (2 + before, 2, 2 + before);
        let (mut is_open, mut has_old) = (false, true);
        for (event, time) in events {
            stage.until(stage.now + time);
            let succeeded = stage.taken().contains(&Transmit::Succeed);
            has_old &= !succeeded;
            match event {
                0 if !is_open => {
                    is_open = true;
                    new = next;
                    stage.successor_opened();
                }
                0..=3 => next += 1,
                4..=6 if has_old && old < next => {
                    stage.row(old);
                    old += 1;
                }
                7..=9 if is_open && new < next => {
                    if has_old { stage.successor_row(new) } else { stage.row(new) }
                    new += 1;
                }
                _ => {}
            }
            // What is on its way arrives within the second for which both are open.
            if is_open && has_old && old < new {
                while has_old && old < new {
                    stage.row(old);
                    old += 1;
                    has_old &= !stage.taken().contains(&Transmit::Succeed);
                }
            }
            has_old &= !stage.taken().contains(&Transmit::Succeed);
        }
        let values = stage.values(reader);
        let expected: Vec<f64> = (1..=values.len() as u32).map(f64::from).collect();
        prop_assert_eq!(values, expected);
    }
}
