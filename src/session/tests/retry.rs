//! When a server says when it wants to be tried again, and when it does not read what is sent to it.

use super::*;
use crate::session::ends::MAX_SEND_BYTES;

fn closed(stage: &mut Stage, code: u16) -> f64 {
    let reason = String::new();
    stage.handle(Event::Closed(Close { code, reason }));
    let at = stage.session.poll_timeout().unwrap_or(stage.now);
    at - stage.now
}

fn open(jsondata: &str) -> (Stage, ReaderId) {
    let (mut stage, reader) = Stage::open(jsondata, "{}");
    stage.until(10_000.0);
    stage.taken();
    (stage, reader)
}

#[test]
fn a_server_that_restarts_or_is_overloaded_is_left_alone_for_five_seconds() {
    for (code, least) in [(1012, 5_000.0), (1013, 5_000.0), (1001, 0.0), (1011, 0.0)] {
        let (mut stage, _) = open("{}");
        let wait = closed(&mut stage, code);
        assert!((least..least + 501.0).contains(&wait), "{code}: {wait}");
        stage.handle(Event::Online);
        let connects = stage.taken() == [Transmit::Connect];
        assert_eq!(
            connects,
            least == 0.0,
            "the network is not why it waits: {code}"
        );
    }
}

#[test]
fn close_codes_say_when_the_server_wants_to_be_tried_again() {
    let script =
        r#"{"close":{"stop":[4001],"now":["4200-4299"],"later":{"4100-4199":3000,"1012":60000}}}"#;
    let (mut stage, _) = open(script);
    assert!((3_000.0..3_501.0).contains(&closed(&mut stage, 4100)));
    let (mut stage, _) = open(script);
    assert!((60_000.0..60_501.0).contains(&closed(&mut stage, 1012)));
    let (mut stage, _) = open(script);
    closed(&mut stage, 4200);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    // A server that says so at once, again and again, is not hammered.
    stage.opened();
    closed(&mut stage, 4200);
    assert_eq!(stage.taken(), []);
    assert_eq!(stage.session.link().state().name(), "waiting");
    let (mut stage, _) = open(script);
    closed(&mut stage, 4001);
    assert_eq!(stage.session.link().state().name(), "failed");
}

#[test]
fn a_message_may_say_how_long_the_server_wants_to_be_left_alone() {
    let rule = |when: &str, after: &str| {
        format!(
            r#"{{"control":[{{"when":{{"$.type":"{when}"}},"action":"{when}","retryAfterMs":{after}}}]}}"#
        )
    };
    let seconds = r#"{"path":"$.after","times":1000}"#;
    for (after, least) in [(seconds, 7_000.0), ("9000", 9_000.0), (r#""$.ms""#, 250.0)] {
        let (mut stage, _) = open(&rule("reconnect", after));
        stage.text(r#"{"type":"reconnect","after":7,"ms":"250"}"#);
        assert_eq!(stage.taken(), [Transmit::Disconnect]);
        let wait = stage.session.poll_timeout().unwrap() - stage.now;
        assert!((least..least + 501.0).contains(&wait), "{after}: {wait}");
    }
    let (mut stage, _) = open(&rule("notice", seconds));
    stage.text(r#"{"type":"notice","after":30}"#);
    assert_eq!(stage.taken(), [], "it is for when the server closes");
    assert!(closed(&mut stage, 1000) >= 30_000.0);
}

#[test]
fn a_server_that_does_not_read_is_given_up_and_tried_again() {
    let (mut stage, reader) = open("{}");
    stage.handle(Event::SendWaits(MAX_SEND_BYTES));
    assert_eq!(stage.taken(), []);
    // Several messages are to be sent, and none after the limit is.
    stage.session.transmits.push_back(text("more"));
    stage
        .session
        .handle(Event::SendWaits(MAX_SEND_BYTES + 1), stage.now);
    stage.collect();
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    assert_eq!(stage.stat("Connection: stuck send queues"), 1.0);
    let said = stage.notices(reader);
    assert!(
        said[0].contains("the server does not read what is sent to it: 4194305 bytes are waiting"),
        "{said:?}"
    );
    stage.handle(Event::SendWaits(MAX_SEND_BYTES + 1));
    assert_eq!(
        stage.stat("Connection: stuck send queues"),
        1.0,
        "it is closed already"
    );
    stage.until(stage.now + 501.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
}
