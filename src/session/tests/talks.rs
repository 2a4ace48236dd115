//! Protocols that answer, in a session.

use super::*;

const NATS: &str = r#"{"format":"nats","subscribe":"SUB a 1\r\n","fields":[{"path":"$.payload"}]}"#;

fn pong() -> Transmit {
    Transmit::Send(Outgoing::Binary(b"PONG\r\n".to_vec()))
}

fn message(payload: &str) -> String {
    format!("MSG a 1 {}\r\n{payload}\r\n", payload.len())
}

#[test]
fn a_ping_is_answered_with_the_messages_around_it_read_also_while_only_lingering() {
    let (mut stage, reader) = Stage::open("{}", NATS);
    assert!(stage.session.reads_at_once());
    assert_eq!(stage.taken(), [Transmit::Connect, text("SUB a 1\r\n")]);
    stage.text(&format!("{}PING\r\n{}", message("1"), message("2")));
    assert_eq!(stage.taken(), [pong()]);
    assert_eq!(stage.values(reader), [1.0, 2.0]);
    stage.release(reader);
    stage.text("PING\r\n");
    assert_eq!(stage.taken(), [pong()]);
}

#[test]
fn a_connection_of_queries_that_find_out_becomes_one_of_the_protocol_that_greets() {
    let json = r#"{"subscribe":"SUB a 1\r\n","fields":[{"path":"$.payload"}]}"#;
    let (mut stage, reader) = Stage::open("{}", json);
    assert!(stage.session.reads_at_once(), "the first message may tell");
    stage.taken();
    stage.text("INFO {\"server_id\":\"x\"}\r\n");
    assert_eq!(stage.taken(), [], "it has subscribed already");
    stage.text(&format!("{}PING\r\n", message("7")));
    assert_eq!(stage.taken(), [pong()]);
    assert_eq!(stage.values(reader), [7.0]);
    assert_eq!(stage.stat("Protocol detected: NATS (messages)"), 2.0);
    let late = stage.attach(&query(
        r#"{"subscribe":"SUB a 1\r\n","fields":[{"path":"$.subject"}]}"#,
    ));
    assert_eq!(stage.session.stream(late).unwrap().borrow().len(), 1);
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    assert_eq!(stage.taken(), [Transmit::Connect, text("SUB a 1\r\n")]);
}

#[test]
fn who_names_a_format_gets_the_messages_as_they_are() {
    let (mut stage, reader) = Stage::open("{}", r#"{"format":"text"}"#);
    stage.text("INFO {\"server_id\":\"x\"}\r\n");
    assert!(!stage.session.reads_at_once());
    stage.text("PING\r\n");
    assert_eq!(stage.taken(), [Transmit::Connect]);
    assert_eq!(stage.session.stream(reader).unwrap().borrow().len(), 2);
}

#[test]
fn a_feed_without_a_protocol_waits_for_panels_to_ask() {
    let (mut stage, _) = Stage::open("{}", "{}");
    stage.text("1");
    assert!(!stage.session.reads_at_once());
}

#[test]
fn half_a_message_is_forgotten_with_its_socket() {
    let (mut stage, reader) = Stage::open("{}", NATS);
    stage.text("MSG a 1 10\r\n12");
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    stage.text(&message("5"));
    assert_eq!(stage.values(reader), [5.0]);
}

#[test]
fn a_server_that_is_silent_for_longer_than_it_said_is_left() {
    let json = r#"{"format":"socketio","subscribe":"40"}"#;
    let (mut stage, reader) = Stage::open("{}", json);
    stage.text(r#"0{"sid":"x","pingInterval":300,"pingTimeout":200}"#);
    stage.until(400.0);
    stage.text("2");
    assert_eq!(stage.taken(), [Transmit::Connect, text("40"), text("3")]);
    stage.until(899.0);
    assert_eq!(stage.taken(), []);
    stage.until(900.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    let notices = stage.notices(reader);
    assert!(
        notices[0].contains("the server has sent nothing"),
        "{notices:?}"
    );
}

#[test]
fn what_the_server_reports_is_shown_in_its_words() {
    let (mut stage, reader) = Stage::open("{}", NATS);
    stage.text("-ERR 'Authorization Violation'\r\n");
    let notices = stage.notices(reader);
    assert!(
        notices
            .iter()
            .any(|text| text.contains("Authorization Violation")),
        "{notices:?}"
    );
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    assert!(
        stage.notices(reader).is_empty(),
        "that was the connection before"
    );
}

#[test]
fn what_is_not_of_the_protocol_is_counted_as_unreadable_and_the_rest_goes_on() {
    let (mut stage, reader) = Stage::open("{}", NATS);
    stage.text(&format!("nonsense\r\n{}", message("3")));
    assert_eq!(stage.values(reader), [3.0]);
    let stream = stage.session.stream(reader).unwrap();
    let notices = stream.borrow().notices(&query(NATS).projection);
    assert!(notices[0].text.contains("nonsense"), "{notices:?}");
}

#[test]
fn a_goodbye_is_answered_before_the_socket_goes() {
    let (mut stage, _) = Stage::open(
        r#"{"preset":"wamp","options":{"realm":"plant"}}"#,
        r#"{"params":{"topic":"a"},"fields":[{"path":"$[4][0]"}]}"#,
    );
    stage.text("[2,1,{}]");
    stage.taken();
    stage.text(r#"[6,{},"wamp.close.system_shutdown"]"#);
    assert_eq!(
        stage.taken(),
        [
            text(r#"[6,{},"wamp.close.goodbye_and_out"]"#),
            Transmit::Disconnect
        ]
    );
}
