//! Data sources that speak their server's protocol, in a session: one socket for many subscriptions.

use super::*;

const PRESET: &str = r#"{"preset":"nats","lingerMs":1000}"#;
const CONNECT: &str = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"lang\":\"freshet\",\"version\":\"1\",\"protocol\":1}\r\nPING\r\n";

fn reads(subject: &str) -> String {
    format!(r#"{{"params":{{"subject":"{subject}"}},"fields":[{{"path":"$.payload"}}]}}"#)
}

fn said(text: &str) -> Transmit {
    Transmit::Send(Outgoing::Binary(text.as_bytes().to_vec()))
}

fn message(subject: &str, sid: u32, payload: &str) -> String {
    format!("MSG {subject} {sid} {}\r\n{payload}\r\n", payload.len())
}

/// A session that has logged in, with a reader of `a` as subscription 0.
fn logged_in() -> (Stage, ReaderId) {
    let (mut stage, reader) = Stage::open(PRESET, &reads("a"));
    assert_eq!(
        stage.taken(),
        [Transmit::Connect],
        "the server speaks first"
    );
    stage.text("INFO {\"server_id\":\"x\"}\r\n");
    assert_eq!(stage.taken(), [said(CONNECT)]);
    stage.text("PONG\r\n");
    assert_eq!(stage.taken(), [said("SUB a 0\r\n")]);
    (stage, reader)
}

#[test]
fn subjects_share_a_socket_and_each_gets_only_its_own() {
    let (mut stage, a) = logged_in();
    let b = query(r#"{"params":{"subject":"b.*","queue":"q"},"fields":[{"path":"$.payload"}]}"#);
    let key = |query: &Query| SessionKey::new(&settings(PRESET), query).unwrap();
    assert_eq!(key(&b), *stage.session.key());
    let b = stage.attach(&b);
    let again = stage.attach(&query(
        r#"{"params":{"subject":"a"},"fields":[{"path":"$.payload","name":"x"},{"path":"$.subject"}]}"#,
    ));
    assert_eq!(
        stage.taken(),
        [said("SUB b.* q 1\r\n")],
        "a is there already"
    );
    stage.text(
        &[
            message("a", 0, "1"),
            message("b.c", 1, "2"),
            message("a", 0, "3"),
        ]
        .concat(),
    );
    assert_eq!(stage.values(a), [1.0, 3.0]);
    assert_eq!(stage.values(b), [2.0]);
    assert_eq!(stage.values(again), [1.0, 3.0]);
}

#[test]
fn a_preview_has_the_messages_of_its_subscription_alone() {
    let (mut stage, _) = logged_in();
    stage.attach(&query(&reads("b")));
    stage.text(&message("b", 1, "5"));
    let others: Vec<String> = (0..100).map(|_| message("a", 0, "1")).collect();
    stage.text(&others.concat());
    let of = |subject: &str| stage.session.preview(&query(&reads(subject)), 2, 0.0);
    assert_eq!(of("a").counts, [100, 0, 0, 0, 0]);
    let own = of("b");
    assert_eq!(own.counts, [1, 0, 0, 0, 0]);
    assert_eq!(own.rows[0].values[1].as_deref(), Some("5"));
    assert_eq!(of("c").counts, [0; 5], "nobody asks for that");
}

#[test]
fn what_belongs_to_others_is_no_message_of_a_query() {
    let (mut stage, _) = logged_in();
    let asks = query(&reads("b"));
    let b = stage.attach(&asks);
    stage.text(&message("a", 0, "1"));
    stage.text("PING\r\n");
    let shown = stage.session.stream(b).unwrap();
    let notices = shown.borrow().notices(&asks.projection);
    assert!(notices.is_empty(), "{notices:?}");
}

#[test]
fn a_message_for_a_subscription_that_nobody_made_reaches_nobody() {
    let (mut stage, a) = logged_in();
    stage.text(
        &[
            "MSG x y 1\r\n7\r\n".to_owned(),
            message("x", 9, "8"),
            message("a", 0, "1"),
        ]
        .concat(),
    );
    assert_eq!(stage.values(a), [1.0]);
}

#[test]
fn who_comes_late_is_filled_with_the_messages_of_its_own_subject() {
    let (mut stage, _) = logged_in();
    stage.attach(&query(&reads("b")));
    stage.text(
        &[
            message("a", 0, "1"),
            message("b", 1, "2"),
            message("a", 0, "3"),
        ]
        .concat(),
    );
    let late = stage.attach(&query(
        r#"{"params":{"subject":"b"},"fields":[{"path":"$.payload","type":"number"}]}"#,
    ));
    assert_eq!(stage.values(late), [2.0]);
    stage.text(&[message("b", 1, "4"), message("a", 0, "5")].concat());
    assert_eq!(stage.values(late), [2.0, 4.0]);
}

#[test]
fn subscriptions_are_made_anew_together_after_a_reconnect_and_taken_back_when_nobody_reads_them() {
    let (mut stage, a) = logged_in();
    let b = stage.attach(&query(&reads("b")));
    stage.taken();
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    stage.text("INFO {}\r\n");
    stage.text("PONG\r\n");
    let both = said("SUB a 0\r\nSUB b 1\r\n");
    assert_eq!(stage.taken(), [Transmit::Connect, said(CONNECT), both]);
    stage.text(&message("b", 1, "7"));
    assert_eq!(stage.values(b), [7.0]);
    stage.release(a);
    stage.until(5_000.0);
    assert_eq!(stage.taken().first(), Some(&said("UNSUB 0\r\n")));
}

#[test]
fn a_refused_subject_is_shown_where_it_was_asked_for_and_the_others_run_on() {
    let (mut stage, a) = logged_in();
    let b = stage.attach(&query(&reads("secret")));
    stage.text("-ERR 'Permissions Violation for Subscription to \"secret\"'\r\n");
    stage.text(&message("a", 0, "1"));
    assert!(stage.notices(a).is_empty(), "{:?}", stage.notices(a));
    assert_eq!(
        stage.notices(b),
        [
            "The server refused the subscription: Permissions Violation for Subscription to \"secret\""
        ]
    );
    assert_eq!(stage.values(a), [1.0]);
}

#[test]
fn a_refused_queue_group_is_not_taken_for_the_subject_alone() {
    let (mut stage, a) = logged_in();
    let b = stage.attach(&query(r#"{"params":{"subject":"a","queue":"q"}}"#));
    stage.text("-ERR 'Permissions Violation for Subscription to \"a\" using queue \"q\"'\r\n");
    assert!(stage.notices(a).is_empty(), "{:?}", stage.notices(a));
    assert_eq!(stage.notices(b).len(), 1);
}

#[test]
fn a_server_that_is_full_is_tried_again() {
    let (mut stage, _) = Stage::open(PRESET, &reads("a"));
    stage.text("INFO {}\r\n");
    stage.text("-ERR 'Maximum Account Active Connections Exceeded'\r\n");
    stage.closed();
    stage.taken();
    stage.until(1_000.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
}

#[test]
fn a_refused_login_is_not_tried_again() {
    let (mut stage, reader) = Stage::open(PRESET, &reads("a"));
    stage.text("INFO {}\r\n");
    stage.taken();
    stage.text("-ERR 'Authorization Violation'\r\n");
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    stage.until(600_000.0);
    assert_eq!(stage.taken(), []);
    assert!(stage.session.look(reader).unwrap().is_failed);
    let failure = stage.session.failure().unwrap();
    assert!(
        failure.contains("the server refused the login: Authorization Violation"),
        "{failure}"
    );
}

#[test]
fn a_server_that_does_not_greet_answer_or_live_is_left() {
    let cases = [
        ("", "did not send the greeting", 10_000.0),
        ("INFO {}\r\n", "did not answer the login", 10_000.0),
        ("INFO {}\r\nPONG\r\n", "did not answer a ping", 40_000.0),
    ];
    for (says, missing, at) in cases {
        let (mut stage, reader) = Stage::open(PRESET, &reads("a"));
        if !says.is_empty() {
            stage.text(says);
        }
        stage.until(at - 1.0);
        assert!(!stage.taken().contains(&Transmit::Disconnect), "{missing}");
        stage.until(at);
        assert_eq!(stage.taken().first(), Some(&Transmit::Disconnect));
        let notices = stage.notices(reader);
        assert!(notices[0].contains(missing), "{notices:?}");
    }
}

#[test]
fn what_a_handshake_waits_for_is_said_after_a_while() {
    let (mut stage, reader) = Stage::open(PRESET, &reads("a"));
    stage.until(2_000.0);
    assert!(stage.notices(reader).is_empty());
    stage.until(4_000.0);
    let greeting =
        "Connected to ws://h for 4 s, still waiting for the server's greeting (INFO).".to_owned();
    assert_eq!(stage.notices(reader), [greeting]);
    stage.text("INFO {}\r\n");
    let login =
        "Connected to ws://h for 4 s, still waiting for the server's answer to the login (PONG)."
            .to_owned();
    assert_eq!(stage.notices(reader), [login]);
    stage.text("PONG\r\n");
    assert!(stage.notices(reader).is_empty());
}

#[test]
fn a_quiet_server_is_asked_and_one_that_answers_stays() {
    let (mut stage, _) = logged_in();
    stage.until(30_000.0);
    assert_eq!(stage.taken(), [said("PING\r\n")]);
    stage.until(35_000.0);
    stage.text("PONG\r\n");
    stage.until(64_999.0);
    assert_eq!(stage.taken(), []);
    stage.until(65_000.0);
    assert_eq!(stage.taken(), [said("PING\r\n")]);
}

#[test]
fn what_a_preset_cannot_use_is_named() {
    let cases = [
        (
            PRESET,
            "{}",
            "params.subject",
            "Subject is missing, for example plant.>",
        ),
        (
            PRESET,
            r#"{"params":{"subject":5}}"#,
            "params.subject is \"5\"",
            "text",
        ),
        (
            PRESET,
            r#"{"params":{"subject":"a b"}}"#,
            "params.subject",
            "one word",
        ),
        (
            PRESET,
            r#"{"params":{"subject":"a","topic":"b"}}"#,
            "params.topic",
            "subject and queue",
        ),
        (
            PRESET,
            r#"{"subscribe":"SUB a 1"}"#,
            "subscribe",
            "clear it",
        ),
        (
            "{}",
            r#"{"params":{"subject":"a"}}"#,
            "params.subject",
            "choose a protocol",
        ),
        (
            r#"{"preset":"nats","transport":"sse"}"#,
            r#"{"params":{"subject":"a"}}"#,
            "preset is \"nats\"",
            "WebSocket",
        ),
    ];
    for (jsondata, json, names, says) in cases {
        let error = SessionKey::new(&settings(jsondata), &query(json)).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains(names) && error.contains(says),
            "{json}: {error}"
        );
    }
}
