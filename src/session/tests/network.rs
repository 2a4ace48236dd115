//! What the browser says of its network and of the page.

use super::super::link::OFFLINE_MS;
use super::super::network::SILENT_MS;
use super::*;
use crate::format::Message;

fn count(sent: &[Transmit], wanted: &Transmit) -> usize {
    sent.iter().filter(|sent| *sent == wanted).count()
}

/// A session of a plain feed that has delivered something, so that it is known to be one.
fn plain(jsondata: &str) -> (Stage, ReaderId) {
    let (mut stage, reader) = Stage::open(jsondata, r#"{"fields":[{"path":"$.v"}]}"#);
    stage.text(r#"{"v":1}"#);
    stage.taken();
    (stage, reader)
}

fn successor_opened(stage: &mut Stage) {
    stage.handle(Event::Successor(SuccessorEvent::Opened {
        subprotocol: String::new(),
        wall: 0.0,
    }));
}

fn successor_says(stage: &mut Stage, text: &str) {
    let message = Message::Text(text.as_bytes());
    stage
        .session
        .receive_as_successor(message, stage.now, stage.now);
    stage.collect();
}

#[test]
fn while_the_browser_is_offline_nothing_is_tried_and_no_attempt_is_used_up() {
    let (mut stage, reader) = plain(r#"{"reconnect":{"minMs":500,"maxAttempts":1}}"#);
    stage.now = 6_000.0;
    stage.handle(Event::Offline);
    stage.closed();
    stage.until(6_000.0 + OFFLINE_MS - 1.0);
    assert_eq!(stage.taken(), []);
    assert_eq!(
        stage.notices(reader),
        [
            "Not connected to ws://h: this browser is offline. Freshet tries again as soon as it is back online."
        ]
    );
    // Seldom, because the browser may be wrong.
    stage.until(6_000.0 + OFFLINE_MS);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    assert!(stage.notices(reader)[0].contains("offline"));
    stage.closed();
    stage.until(stage.now + OFFLINE_MS);
    stage.closed();
    stage.taken();
    stage.handle(Event::Online);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    assert!(!stage.notices(reader)[0].contains("offline"));
    assert_eq!(stage.session.link().attempt(), 1);
    stage.closed();
    assert_eq!(stage.session.link().state().name(), "failed", "online");
}

#[test]
fn a_wait_that_is_under_way_stops_when_the_browser_goes_offline() {
    let (mut stage, _) = plain("{}");
    stage.closed();
    stage.handle(Event::Offline);
    stage.until(OFFLINE_MS - 1.0);
    assert_eq!(stage.taken(), []);
    stage.handle(Event::Online);
    assert_eq!(stage.taken(), [Transmit::Connect]);
}

#[test]
fn a_pause_that_the_server_asked_for_is_kept_when_the_network_is_back() {
    let (mut stage, _) = plain("{}");
    // Such a server asks to be left alone for 5 s or longer (RFC 6455, 1013).
    stage.handle(Event::Closed(Close {
        code: 1013,
        reason: String::new(),
    }));
    let LinkState::Waiting { until, .. } = *stage.session.link().state() else {
        panic!("it does not wait");
    };
    stage.handle(Event::Offline);
    stage.handle(Event::Online);
    assert_eq!(stage.taken(), []);
    stage.until(until);
    assert_eq!(stage.taken(), [Transmit::Connect]);
}

#[test]
fn an_open_connection_says_so_until_something_comes_which_proves_the_browser_wrong() {
    let (mut stage, reader) = plain("{}");
    stage.now = 1_000.0;
    stage.handle(Event::Offline);
    assert_eq!(
        stage.notices(reader),
        [
            "Nothing comes from ws://h: this browser is offline. Freshet tries again as soon as it is back online."
        ]
    );
    stage.now = 1_001.0;
    stage.text(r#"{"v":2}"#);
    assert_eq!(stage.notices(reader), Vec::<String>::new());
}

#[test]
fn what_came_before_the_connection_was_lost_does_not_prove_the_browser_wrong() {
    let (mut stage, reader) = plain("{}");
    stage.now = 1_000.0;
    stage.handle(Event::Offline);
    stage.now = 1_001.0;
    stage.text(r#"{"v":2}"#);
    stage.closed();
    assert!(stage.notices(reader)[0].contains("this browser is offline"));
}

#[test]
fn a_plain_feed_that_stays_silent_when_the_network_is_back_gets_another_socket_first() {
    for event in [Event::Online, Event::Resumed] {
        let (mut stage, reader) = plain("{}");
        stage.now = 1_000.0;
        stage.handle(Event::Offline);
        stage.now = 9_000.0;
        stage.handle(Event::Online);
        stage.handle(event);
        stage.until(9_000.0 + SILENT_MS - 1.0);
        assert_eq!(stage.taken(), []);
        stage.until(9_000.0 + SILENT_MS);
        assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
        successor_opened(&mut stage);
        successor_says(&mut stage, r#"{"v":2}"#);
        stage.until(stage.now + 1_000.0);
        assert_eq!(stage.taken(), [Transmit::Succeed]);
        assert_eq!(stage.values(reader), [1.0, 2.0]);
        // That one has been heard.
        stage.until(stage.now + 60_000.0);
        assert_eq!(stage.taken(), []);
    }
}

#[test]
fn a_plain_feed_that_goes_on_keeps_its_socket() {
    let (mut stage, _) = plain("{}");
    stage.now = 9_000.0;
    stage.handle(Event::Resumed);
    stage.now = 12_000.0;
    stage.text(r#"{"v":2}"#);
    stage.until(60_000.0);
    assert_eq!(stage.taken(), []);
}

#[test]
fn messages_that_waited_in_the_browser_while_the_page_was_frozen_prove_nothing() {
    let (mut stage, _) = plain("{}");
    stage.now = 9_000.0;
    stage.handle(Event::Resumed);
    stage.now = 9_005.0;
    stage.text(r#"{"v":2}"#);
    stage.until(9_000.0 + SILENT_MS);
    assert_eq!(stage.taken(), [Transmit::ConnectSuccessor]);
}

#[test]
fn it_is_tried_again_until_the_old_socket_is_heard() {
    let (mut stage, reader) = plain(r#"{"reconnect":{"minMs":1000,"maxMs":1000}}"#);
    stage.now = 9_000.0;
    stage.handle(Event::Online);
    stage.until(14_000.0);
    stage.handle(Event::Successor(SuccessorEvent::Closed(Close::abnormal(
        "",
    ))));
    let told = &stage.notices(reader)[0];
    assert!(
        told.starts_with(
            "Nothing has come since the network or the page was back, and another one"
        ),
        "{told}"
    );
    assert!(!told.contains("Rows still arrive"), "{told}");
    stage.until(15_000.0);
    let tries = stage.taken();
    assert_eq!(count(&tries, &Transmit::ConnectSuccessor), 2, "{tries:?}");
    stage.handle(Event::Successor(SuccessorEvent::Closed(Close::abnormal(
        "",
    ))));
    stage.text(r#"{"v":2}"#);
    stage.until(60_000.0);
    assert_eq!(stage.taken(), []);
    assert_eq!(stage.notices(reader), Vec::<String>::new());
}

#[test]
fn a_silent_socket_does_not_outlive_the_last_attempt_to_replace_it() {
    let (mut stage, _) = plain(r#"{"reconnect":{"maxAttempts":0}}"#);
    stage.now = 9_000.0;
    stage.handle(Event::Online);
    stage.until(14_000.0);
    stage.taken();
    stage.handle(Event::Successor(SuccessorEvent::Closed(Close::abnormal(
        "",
    ))));
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    assert_eq!(stage.session.link().state().name(), "failed");
}

#[test]
fn one_that_cannot_be_replaced_is_dropped_and_opened_again() {
    // Nothing has come at all: the protocol may still be found out.
    let (mut stage, _) = Stage::open("{}", "{}");
    stage.taken();
    stage.handle(Event::Online);
    stage.until(SILENT_MS - 1.0);
    assert_eq!(stage.taken(), []);
    stage.until(SILENT_MS + 1_000.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect, Transmit::Connect]);
}

/// What a probe has a session send, in the preset of which the server has said this.
fn probed(jsondata: &str, json: &str, says: &[&str]) -> (Stage, Vec<Transmit>) {
    let (mut stage, _) = Stage::open(jsondata, json);
    for text in says {
        stage.text(text);
    }
    stage.taken();
    stage.now = 3_000.0;
    stage.handle(Event::Resumed);
    stage.until(3_001.0);
    let sent = stage.taken();
    (stage, sent)
}

#[test]
fn a_protocol_with_a_ping_sends_it_at_once_and_waits_as_long_as_for_any() {
    let info = "INFO {}\r\n";
    let subject = r#"{"params":{"subject":"a"}}"#;
    let (mut stage, sent) = probed(r#"{"preset":"nats"}"#, subject, &[info, "PONG\r\n"]);
    let ping = Transmit::Send(Outgoing::Binary(b"PING\r\n".to_vec()));
    assert_eq!(sent, [ping]);
    stage.handle(Event::Online);
    assert_eq!(stage.taken(), [], "it has been asked");
    stage.until(3_000.0 + 9_999.0);
    assert_eq!(stage.taken(), []);
    stage.until(3_000.0 + 10_000.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);

    let script = r#"{"heartbeat":{"intervalMs":30000,"timeoutMs":4000,"send":"ping","expect":{"$":"pong"}}}"#;
    let (mut stage, sent) = probed(script, "{}", &[]);
    assert_eq!(sent, [text("ping")]);
    stage.text("pong");
    stage.until(33_000.0);
    assert_eq!(stage.taken(), [], "the next one at its time");
    stage.until(33_001.0);
    assert_eq!(stage.taken(), [text("ping")]);
    stage.handle(Event::Resumed);
    stage.until(37_001.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
}

#[test]
fn a_server_that_has_to_say_something_now_and_then_is_missed_in_its_time() {
    let (mut stage, sent) = probed(
        r#"{"preset":"action-cable"}"#,
        r#"{"params":{"channel":"C"}}"#,
        &[r#"{"type":"welcome"}"#],
    );
    assert_eq!(sent, []);
    stage.until(8_999.0);
    assert_eq!(stage.taken(), []);
    stage.until(9_000.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
}
