//! Data sources that speak Socket.IO, in a session.

use super::*;

const PRESET: &str = r#"{"preset":"socketio","lingerMs":1000}"#;
const OPEN: &str =
    r#"0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
const JOINED: &str = r#"40{"sid":"y"}"#;

/// A query of the events of a name, which shows their `v`.
fn reads(event: &str) -> String {
    format!(r#"{{"params":{{"event":"{event}"}},"fields":[{{"path":"$.v"}}]}}"#)
}

/// A session that has joined the main namespace, with one reader.
fn joined(json: &str) -> (Stage, ReaderId) {
    let (mut stage, reader) = Stage::open(PRESET, json);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    stage.text(OPEN);
    assert_eq!(stage.taken(), [text("40")]);
    assert!(!stage.session.look(reader).unwrap().is_open);
    stage.text(JOINED);
    assert!(stage.session.look(reader).unwrap().is_open);
    (stage, reader)
}

#[test]
fn the_address_needs_no_more_than_the_host() {
    let url = |json: &str| {
        SessionKey::new(&settings(PRESET), &query(json))
            .unwrap()
            .url
    };
    assert_eq!(
        url("{}"),
        "ws://h/socket.io/?EIO=4&transport=websocket",
        "where servers listen"
    );
    assert_eq!(
        url(r#"{"path":"/live?EIO=3"}"#),
        "ws://h/live?EIO=3&transport=websocket"
    );
    let plain = SessionKey::new(&settings("{}"), &query("{}")).unwrap();
    assert_eq!(plain.url, "ws://h");
    let named = settings(r#"{"preset":"socketio","subprotocols":["v1"]}"#);
    assert_eq!(named.offered(), ["v1"]);
}

#[test]
fn events_share_a_socket_and_each_query_gets_its_own_once() {
    let (mut stage, a) = joined(&reads("a"));
    let b = stage.attach(&query(&reads("b")));
    let also_a = stage.attach(&query(
        r#"{"params":{"event":"a","emit":["join","x"]},"fields":[{"path":"$.v"}]}"#,
    ));
    let all = stage.attach(&query(
        r#"{"fields":[{"path":"$[1].v"},{"path":"$[0]","name":"event"}]}"#,
    ));
    assert_eq!(stage.taken(), [text(r#"422["join","x"]"#)]);
    stage.text(r#"42["a",{"v":1}]"#);
    stage.text(r#"42["b",{"v":2}]"#);
    stage.text(r#"42["c",{"v":3}]"#);
    stage.text(r#"42/other,["a",{"v":4}]"#);
    stage.text(r#"42["\u0061" , {"v":5}]"#);
    assert_eq!(stage.values(a), [1.0, 5.0]);
    assert_eq!(stage.values(also_a), [1.0, 5.0]);
    assert_eq!(stage.values(b), [2.0]);
    assert_eq!(stage.values(all), [1.0, 2.0, 3.0, 5.0]);
    let late = stage.attach(&query(
        r#"{"params":{"event":"a"},"fields":[{"path":"$.v","type":"number"}]}"#,
    ));
    assert_eq!(stage.values(late), [1.0, 5.0], "from the journal");
}

#[test]
fn one_argument_is_the_message_and_several_are_an_array() {
    let cases = [
        (r#"42["a",7]"#, "$", [7.0].as_slice()),
        (r#"42["a", 7 , 8 ]"#, "$[1]", &[8.0]),
        (r#"42["a",{"v":9},null]"#, "$[0].v", &[9.0]),
        (r#"4212["a",7]"#, "$", &[7.0]),
        (
            r#"451-["a",{"v":6},{"_placeholder":true,"num":0}]"#,
            "$[0].v",
            &[6.0],
        ),
        (r#"42["a"]"#, "$[0]", &[]),
        (r#"42[7,8]"#, "$", &[]),
        (r#"42[]"#, "$", &[]),
    ];
    for (packet, path, values) in cases {
        let (mut stage, reader) = joined(&format!(
            r#"{{"params":{{"event":"a"}},"fields":[{{"path":"{path}","type":"number"}}]}}"#
        ));
        stage.text(packet);
        assert_eq!(stage.values(reader), values, "{packet}");
    }
}

#[test]
fn an_event_that_is_cut_off_reaches_nobody_and_is_told() {
    let (mut stage, a) = joined(&reads("a"));
    let all = stage.attach(&query("{}"));
    stage.text(r#"42["a",{"v":1]"#);
    stage.text(r#"42["a",{"v":2}]"#);
    assert_eq!(stage.values(a), [2.0]);
    for reader in [a, all] {
        let stream = stage.session.stream(reader).unwrap();
        let notices = stream.borrow().notices(&query("{}").projection);
        assert!(notices[0].text.contains("at byte 13"), "{notices:?}");
    }
}

#[test]
fn an_event_with_the_byte_that_separates_payloads_is_refused_alone() {
    let (mut stage, a) = joined(&reads("a"));
    let separator = char::from(crate::format::SEPARATOR);
    stage.text(&format!(r#"42["a",{{"v":1,"t":"{separator}"}}]"#));
    stage.text(r#"42["a",{"v":2}]"#);
    assert_eq!(stage.values(a), [2.0]);
    let stream = stage.session.stream(a).unwrap();
    let notices = stream.borrow().notices(&query("{}").projection);
    let told = &notices[0].text;
    assert!(told.starts_with("1 message could not be read"), "{told}");
    assert!(told.contains("at byte 19"), "{told}");
}

#[test]
fn what_is_emitted_is_emitted_on_each_socket_and_once_when_nobody_reads() {
    const JOINS: &str = r#"{"params":{"event":"a","emit":"[\"join\",\"x\"]","emitOnLeave":["leave","x"]},"fields":[{"path":"$.v"}]}"#;
    let (mut stage, joins) = joined(JOINS);
    assert_eq!(stage.taken(), [text(r#"420["join","x"]"#)]);
    stage.text("430[]");
    stage.text("437[]");
    let b = stage.attach(&query(&reads("b")));
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    stage.text(OPEN);
    stage.text(JOINED);
    assert_eq!(
        stage.taken(),
        [Transmit::Connect, text("40"), text(r#"420["join","x"]"#)]
    );
    stage.release(joins);
    stage.until(2_500.0);
    assert_eq!(stage.taken(), [text(r#"42["leave","x"]"#)]);
    stage.release(b);
    stage.until(5_000.0);
    assert_eq!(stage.taken(), [text("41"), Transmit::Disconnect]);
}

#[test]
fn a_namespace_is_joined_with_what_the_data_source_says_of_itself() {
    let cases = [
        (r#"{"namespace":"/admin"}"#, None, "40/admin,"),
        (r#"{"auth":{"user":"a"}}"#, None, r#"40{"user":"a"}"#),
        (
            r#"{"auth":" {\"user\": 1} ","namespace":"/"}"#,
            None,
            r#"40{"user": 1}"#,
        ),
        (
            r#"{"auth":{"user":"a"},"namespace":"/x"}"#,
            Some("t\""),
            r#"40/x,{"user":"a","token":"t\""}"#,
        ),
        (r#"{"auth":"{ }"}"#, Some("t"), r#"40{"token":"t"}"#),
        ("{}", Some("t"), r#"40{"token":"t"}"#),
    ];
    for (options, token, packet) in cases {
        let json = format!(r#"{{"preset":"socketio","options":{options}}}"#);
        let settings = settings(&json);
        let mut protocol = settings
            .conversation
            .protocol(1 << 20, &settings.options, 0);
        let opening = Opening {
            token: token.map(str::to_owned),
            ..Opening::default()
        };
        protocol.opened(&opening, 0.0);
        let mut received = Received::default();
        let greeting = crate::format::Message::Text(OPEN.as_bytes());
        protocol.receive(greeting, 0.0, 0.0, &mut received).unwrap();
        let said = protocol.poll_transmit();
        assert_eq!(said, Some(Outgoing::Text(packet.to_owned())), "{options}");
    }
}

#[test]
fn a_namespace_that_refuses_is_told_in_the_servers_words_and_not_asked_again() {
    let (mut stage, reader) = Stage::open(PRESET, &reads("a"));
    stage.text(OPEN);
    stage.taken();
    stage.text(r#"44{"message":"unknown user","data":{}}"#);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    stage.until(600_000.0);
    assert_eq!(stage.taken(), []);
    assert!(stage.session.look(reader).unwrap().is_failed);
    let failure = stage.session.failure().unwrap();
    assert!(
        failure.contains("the server refused namespace /: unknown user"),
        "{failure}"
    );
}

#[test]
fn who_is_put_out_of_the_namespace_comes_back() {
    let (mut stage, reader) = joined(&reads("a"));
    stage.text("41/other,");
    assert_eq!(stage.taken(), []);
    stage.text("41");
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    let notices = stage.notices(reader);
    assert!(
        notices[0].contains("the server disconnected namespace /"),
        "{notices:?}"
    );
    stage.until(1_000.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
}

#[test]
fn a_server_that_does_not_greet_let_in_or_live_is_left() {
    let cases: [(&[&str], &str, f64); 3] = [
        (&[], "did not send the greeting", 10_000.0),
        (&[OPEN], "did not answer the request to join", 10_000.0),
        (&[OPEN, JOINED], "has sent nothing for 45 s", 45_000.0),
    ];
    for (says, missing, at) in cases {
        let (mut stage, reader) = Stage::open(PRESET, &reads("a"));
        says.iter().for_each(|packet| stage.text(packet));
        stage.until(at - 1.0);
        assert!(!stage.taken().contains(&Transmit::Disconnect), "{missing}");
        stage.until(at);
        assert_eq!(stage.taken().first(), Some(&Transmit::Disconnect));
        let notices = stage.notices(reader);
        assert!(notices[0].contains(missing), "{notices:?}");
    }
}

#[test]
fn pings_are_answered_and_keep_the_connection() {
    let (mut stage, _) = joined(&reads("a"));
    for ping in 1..=20 {
        stage.until(f64::from(ping) * 25_000.0);
        stage.text("2");
        assert_eq!(stage.taken(), [text("3")]);
    }
}

#[test]
fn what_it_cannot_use_is_named() {
    let event = r#"{"params":{"event":"a"}}"#;
    let cases = [
        (
            PRESET,
            r#"{"params":{"emit":"join"}}"#,
            "params.emit is \"join\"",
            "JSON array that begins",
        ),
        (
            PRESET,
            r#"{"params":{"emit":[1]}}"#,
            "params.emit is \"[1]\"",
            "JSON array that begins",
        ),
        (
            PRESET,
            r#"{"params":{"emitOnLeave":"[\"a\",]"}}"#,
            "params.emitOnLeave",
            "JSON array that begins",
        ),
        (
            PRESET,
            r#"{"params":{"event":["a"]}}"#,
            "params.event",
            "text",
        ),
        (PRESET, r#"{"subscribe":"40"}"#, "subscribe", "clear it"),
        (
            r#"{"preset":"socketio","options":{"namespace":"admin"}}"#,
            event,
            "options.namespace is \"admin\"",
            "begin with /",
        ),
        (
            r#"{"preset":"socketio","options":{"auth":"secret"}}"#,
            event,
            "options.auth is \"secret\"",
            "JSON object",
        ),
        (
            r#"{"preset":"socketio","options":{"auth":["a"]}}"#,
            event,
            "options.auth",
            "JSON object",
        ),
    ];
    for (jsondata, json, names, says) in cases {
        let spec: SettingsSpec = serde_json::from_str(jsondata).unwrap();
        let error = Settings::parse("ws://h", &spec)
            .and_then(|settings| SessionKey::new(&settings, &query(json)))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(names) && error.contains(says),
            "{json}: {error}"
        );
    }
}
