//! Sessions whose data source has a token.

use super::*;
use crate::session::link::CONNECT_TIMEOUT_MS;
use crate::session::probe::{Probe, ProbeStep};

const PLACE: &str = "http://grafana/api/datasources/proxy/uid/u";
pub(super) const READS: &str = r#"{"path":"/live","fields":[{"path":"$.v"}]}"#;

fn place() -> Place {
    Place {
        uid: "u".to_owned(),
        proxy_url: PLACE.to_owned(),
        token_page: "https://grafana/token.html".to_owned(),
    }
}

/// A session that is told where it is in Grafana.
pub(super) fn stage(base: &str, jsondata: &str, json: &str) -> (Stage, ReaderId) {
    let spec: SettingsSpec = serde_json::from_str(jsondata).unwrap();
    let settings = Settings::parse(base, &spec).unwrap().in_grafana(&place());
    let query = query(json);
    let mut stage = Stage {
        session: Session::new(SessionKey::new(&settings, &query).unwrap(), 7, 0.0),
        now: 0.0,
        sent: Vec::new(),
        reports: Vec::new(),
    };
    let reader = stage.attach(&query);
    (stage, reader)
}

/// With a token that stands in query and subprotocol.
fn proxied(more: &str) -> (Stage, ReaderId) {
    let jsondata = format!(
        r#"{{"query":{{"key":"${{token}}"}},"subprotocols":["v1","auth.${{token}}"],"token":{{"path":"/auth"{more}}}}}"#
    );
    stage("https://h", &jsondata, READS)
}

fn asks(path: &str, post: Option<&str>) -> Transmit {
    Transmit::FetchToken(TokenRequest::Fetch {
        address: format!("{PLACE}{path}"),
        post: post.map(str::to_owned),
    })
}

pub(super) fn answer(status: u16, body: &str) -> Event {
    let head = ResponseHead {
        status,
        ..ResponseHead::default()
    };
    let body = body.as_bytes().to_vec();
    Event::TokenAnswered(Ok(TokenAnswer::Fetched { head, body }))
}

impl Stage {
    /// Everything that is said of the connection.
    pub(super) fn said(&self, reader: ReaderId) -> String {
        let mut said = self.notices(reader);
        said.extend(self.session.failure());
        said.join("\n")
    }
}

#[test]
fn the_socket_opens_with_the_token_once_it_has_come() {
    let (mut stage, reader) = proxied("");
    assert_eq!(stage.taken(), [asks("/auth", None)]);
    assert!(stage.session.awaits_token());
    stage.handle(answer(200, " t/1 \n"));
    assert_eq!(stage.taken(), [], "t/1 is no subprotocol");
    let said = stage.said(reader);
    assert!(
        said.contains("characters that a subprotocol cannot have"),
        "{said}"
    );

    let (mut stage, _) = proxied("");
    stage.handle(answer(200, " t-1 \n"));
    assert_eq!(stage.taken(), [asks("/auth", None), Transmit::Connect]);
    let endpoint = stage.session.endpoint();
    assert_eq!(endpoint.url, "wss://h/live?key=t-1");
    assert_eq!(endpoint.subprotocols, ["v1", "auth.t-1"]);
    assert_eq!(stage.session.key().url, "wss://h/live");
}

#[test]
fn over_http_it_stands_in_the_query() {
    let jsondata = r#"{"transport":"sse","query":{"key":"${token}"},"token":{"path":"t"}}"#;
    let (mut stage, _) = stage("https://h", jsondata, READS);
    stage.handle(answer(200, "a b"));
    assert!(matches!(stage.taken()[1], Transmit::Request(_)));
    assert_eq!(stage.session.endpoint().url, "https://h/live?key=a%20b");
}

#[test]
fn a_pointer_looks_into_the_answer() {
    let cases = [
        (r#"{"a/b":["x"]}"#, Ok("x")),
        (r#"{"a/b":[12]}"#, Ok("12")),
        (r#"{"a/b":[]}"#, Err("there is nothing at /a~1b/0")),
        (r#"{"a/b":[""]}"#, Err("is empty")),
        (r#"{"a/b":[{"k":"SECRET"}]}"#, Err("an object, not a text")),
        (r#"{"a/b":["two\nlines"]}"#, Err("control characters")),
        ("SECRET", Err("the answer is not valid JSON")),
    ];
    for (body, expected) in cases {
        let (mut stage, reader) = proxied(r#","pointer":"/a~1b/0""#);
        stage.handle(answer(200, body));
        let said = stage.said(reader);
        match expected {
            Ok(token) => assert_eq!(
                stage.session.endpoint().subprotocols[1],
                format!("auth.{token}")
            ),
            Err(says) => assert!(said.contains(says), "{body}: {said}"),
        }
        assert!(!said.contains("SECRET"), "{said}");
    }
    let (mut whole, _) = proxied("");
    whole.handle(answer(200, r#""quoted""#));
    assert_eq!(whole.session.token_text(), Some("quoted"));
}

#[test]
fn each_connection_has_its_own_unless_it_lives_longer() {
    for (ttl, asks_again) in [("", true), (r#","ttl":"1m""#, false)] {
        let (mut stage, _) = proxied(ttl);
        stage.handle(answer(200, "t1"));
        stage.opened();
        stage.until(20_000.0);
        stage.taken();
        stage.closed();
        stage.until(21_000.0);
        let expected = if asks_again {
            asks("/auth", None)
        } else {
            Transmit::Connect
        };
        assert_eq!(stage.taken(), [expected]);
        if !asks_again {
            stage.opened();
            stage.until(59_900.0);
            stage.closed();
            stage.until(61_000.0);
            assert_eq!(stage.taken(), [asks("/auth", None)], "its time is over");
        }
    }
}

#[test]
fn one_that_opened_nothing_is_not_used_again() {
    let (mut stage, _) = proxied(r#","ttl":"1h""#);
    stage.handle(answer(200, "t1"));
    stage.taken();
    stage.closed();
    stage.until(1_000.0);
    assert_eq!(stage.taken(), [asks("/auth", None)]);
    stage.handle(answer(200, "t2"));
    stage.opened();
    stage.closed();
    stage.until(2_500.0);
    assert_eq!(
        stage.taken(),
        [Transmit::Connect, asks("/auth", None)],
        "hung up at once"
    );
}

#[test]
fn an_endpoint_that_is_down_is_said_and_asked_again() {
    let failures = [
        (answer(401, ""), "no longer signed in to Grafana"),
        (answer(403, ""), "denies access"),
        (answer(404, ""), "the path does not exist"),
        (
            answer(405, ""),
            "Check token.path, token.url and token.method",
        ),
        (answer(503, ""), "has failed"),
        (answer(200, ""), "the answer is empty"),
        (
            Event::TokenAnswered(Err("the request failed".to_owned())),
            "the request failed",
        ),
    ];
    for (event, says) in failures {
        let (mut stage, reader) = proxied("");
        stage.handle(event);
        let said = stage.said(reader);
        assert!(
            said.starts_with("Not connected to wss://h/live (no token: "),
            "{said}"
        );
        assert!(
            said.contains(says) && said.contains("Retrying in 1 s (attempt 1)"),
            "{said}"
        );
        stage.taken();
        stage.until(500.0);
        assert_eq!(stage.taken(), [asks("/auth", None)]);
        stage.handle(answer(200, "t1"));
        stage.opened();
        assert_eq!(stage.said(reader), "");
    }
}

#[test]
fn a_pause_that_the_endpoint_asks_for_is_kept() {
    let (mut stage, _) = proxied("");
    let head = ResponseHead {
        status: 429,
        retry_after: Some("10".to_owned()),
        ..ResponseHead::default()
    };
    let body = Vec::new();
    stage.handle(Event::TokenAnswered(Ok(TokenAnswer::Fetched {
        head,
        body,
    })));
    stage.taken();
    stage.until(9_999.0);
    assert_eq!(stage.taken(), []);
    stage.until(10_300.0);
    assert_eq!(stage.taken(), [asks("/auth", None)]);
}

#[test]
fn an_endpoint_that_is_silent_is_given_up_with_the_attempt() {
    let (mut stage, reader) = proxied("");
    stage.taken();
    stage.until(4_000.0);
    assert!(stage.said(reader).contains("its token has not arrived yet"));
    stage.until(CONNECT_TIMEOUT_MS);
    assert_eq!(stage.taken(), [Transmit::AbortToken]);
    assert!(stage.said(reader).contains("was not answered in time"));
    stage.handle(answer(200, "late"));
    assert_eq!(stage.taken(), [], "nobody waits for it any more");
    stage.until(CONNECT_TIMEOUT_MS + 500.0);
    assert_eq!(stage.taken(), [asks("/auth", None)]);
    stage.release(reader);
    stage.until(CONNECT_TIMEOUT_MS + 40_000.0);
    assert_eq!(stage.taken().last(), Some(&Transmit::AbortToken));
    assert_eq!(stage.reports.last(), Some(&Report::Ended));
}

#[test]
fn a_body_is_posted_to_a_url_of_its_own() {
    let token = r#"{"token":{"url":"https://auth","path":"?x=1","method":"POST","body":"a=b"}}"#;
    let (mut stage, _) = stage("wss://h", token, READS);
    assert_eq!(stage.taken(), [asks("/freshet-token?x=1", Some("a=b"))]);
}

#[test]
fn without_a_proxy_there_is_no_token() {
    let spec: SettingsSpec = serde_json::from_str(r#"{"token":{"path":"t"}}"#).unwrap();
    let settings = Settings::parse("https://h", &spec).unwrap();
    let key = SessionKey::new(&settings, &query(READS)).unwrap();
    let mut session = Session::new(key, 7, 0.0);
    assert_eq!(session.poll_transmit(), None);
    assert!(session.failure().unwrap().contains("no data source proxy"));
}

const VIEWERS: &str = r#"{"query":{"key":"${token}"},"token":{"from":"viewer","label":"API key"}}"#;

fn reads_kept() -> Transmit {
    Transmit::FetchToken(TokenRequest::Read {
        key: "freshet.token.u".to_owned(),
    })
}

fn kept(text: Option<&str>) -> Event {
    Event::TokenAnswered(Ok(TokenAnswer::Kept(text.map(str::to_owned))))
}

fn changed(key: &str) -> Event {
    Event::TokenChanged(key.to_owned())
}

#[test]
fn a_viewers_token_is_asked_for_where_it_is_missing_and_used_once_it_is_there() {
    let (mut stage, reader) = stage("ws://h", VIEWERS, READS);
    assert_eq!(stage.taken(), [reads_kept()]);
    stage.handle(kept(Some(" ")));
    let said = stage.said(reader);
    assert!(said.contains("your own API key is needed here"), "{said}");
    assert!(said.contains("Enter it under \"Your API key\""), "{said}");
    let notices = stage.session.notices(reader, stage.now);
    let link = notices.iter().find_map(|notice| notice.link.as_deref());
    assert_eq!(
        link,
        Some("https://grafana/token.html?uid=u&label=API%20key")
    );
    stage.until(3_600_000.0);
    assert_eq!(stage.taken(), [], "nothing but the viewer can help");
    stage.handle(changed("freshet.token.another"));
    assert_eq!(stage.taken(), []);
    stage.handle(changed("freshet.token.u"));
    assert_eq!(stage.taken(), [reads_kept()]);
    stage.handle(kept(Some("k1")));
    assert_eq!(stage.taken(), [Transmit::Connect]);
    assert_eq!(stage.session.endpoint().url, "ws://h/live?key=k1");
    stage.opened();
    assert_eq!(stage.said(reader), "");
    stage.handle(changed("freshet.token.u"));
    assert_eq!(stage.taken(), [Transmit::Disconnect, reads_kept()]);
    stage.handle(changed("freshet.token.u"));
    assert_eq!(stage.taken(), [Transmit::AbortToken, reads_kept()]);
    stage.handle(kept(None));
    assert!(stage.said(reader).contains("is needed here"), "taken away");
}

const NATS: &str = r#"{"preset":"nats","options":{"user":"ann"},"token":{"path":"t"}}"#;
pub(super) const SUBJECT: &str = r#"{"params":{"subject":"a"}}"#;

fn connects(login: &str) -> Transmit {
    let connect = format!(
        "CONNECT {{\"verbose\":false,\"pedantic\":false,\"headers\":true,\"lang\":\"freshet\",\"version\":\"1\",\"protocol\":1{login}}}\r\nPING\r\n"
    );
    Transmit::Send(Outgoing::Binary(connect.into_bytes()))
}

#[test]
fn nats_logs_in_with_it() {
    let auth_token = r#"{"preset":"nats","token":{"path":"t"}}"#;
    let cases = [
        (NATS, r#","user":"ann","pass":"s\"1""#),
        (auth_token, r#","auth_token":"s\"1""#),
    ];
    for (jsondata, login) in cases {
        let (mut stage, _) = stage("https://h", jsondata, SUBJECT);
        stage.handle(answer(200, "s\"1"));
        stage.opened();
        stage.taken();
        stage.text("INFO {}\r\n");
        assert_eq!(stage.taken(), [connects(login)]);
    }
}

/// One attempt of NATS to log in.
fn logs_in(stage: &mut Stage, token: &str, reply: &str) {
    stage.handle(answer(200, token));
    stage.opened();
    stage.text("INFO {}\r\n");
    stage.taken();
    stage.text(reply);
}

#[test]
fn a_token_that_the_server_refuses_is_replaced_once() {
    let refused = "-ERR 'Authorization Violation'\r\n";
    let (mut stage, reader) = stage("https://h", NATS, SUBJECT);
    logs_in(&mut stage, "t1", refused);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    stage.until(500.0);
    assert_eq!(stage.taken(), [asks("/t", None)]);
    logs_in(&mut stage, "t2", "PONG\r\n");
    stage.text("-ERR 'User Authentication Expired'\r\n");
    stage.taken();
    stage.until(1_500.0);
    assert_eq!(
        stage.taken(),
        [asks("/t", None)],
        "one that was taken had its time"
    );
    logs_in(&mut stage, "t3", refused);
    stage.until(600_000.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    let said = stage.said(reader);
    assert!(
        said.contains("the server refused the login: Authorization Violation"),
        "{said}"
    );
    assert!(stage.session.failure().is_some());
}

#[test]
fn a_token_that_was_taken_ends_the_refusals_of_those_before() {
    let refused = "-ERR 'Authorization Violation'\r\n";
    let (mut stage, _) = stage("https://h", NATS, SUBJECT);
    logs_in(&mut stage, "t1", refused);
    stage.until(stage.now + 500.0);
    logs_in(&mut stage, "t2", "PONG\r\n");
    stage.until(stage.now + 20_000.0);
    stage.closed();
    stage.until(stage.now + 500.0);
    assert!(stage.session.awaits_token());
    stage.taken();
    logs_in(&mut stage, "t3", refused);
    assert_eq!(
        stage.session.failure(),
        None,
        "the first after one that was taken"
    );
    stage.taken();
    stage.until(stage.now + 2_000.0);
    assert_eq!(stage.taken(), [asks("/t", None)]);
    logs_in(&mut stage, "t4", refused);
    assert!(stage.session.failure().is_some(), "the second");
}

#[test]
fn a_token_that_a_second_socket_was_refused_with_is_forgotten_once_another_took_over() {
    let jsondata = r#"{"preset":"nats","token":{"path":"t"},"maxConnectionAgeMs":15000}"#;
    let refused = "-ERR 'Authorization Violation'\r\n";
    let (mut stage, _) = stage("https://h", jsondata, SUBJECT);
    logs_in(&mut stage, "t1", "PONG\r\n");
    let second = |stage: &mut Stage, token: &str, reply: &str| {
        while !stage.session.awaits_token() {
            let next = stage.session.poll_timeout().unwrap();
            stage.until(next);
        }
        stage.handle(answer(200, token));
        stage.handle(Event::Successor(SuccessorEvent::Opened {
            subprotocol: String::new(),
            wall: 0.0,
        }));
        for text in ["INFO {}\r\n", reply] {
            let message = crate::format::Message::Text(text.as_bytes());
            stage
                .session
                .receive_as_successor(message, stage.now, stage.now);
        }
        stage.collect();
    };
    second(&mut stage, "t2", refused);
    stage.text("PING\r\n");
    let token = stage.session.token.as_ref().unwrap();
    assert!(token.is_refused, "the old socket says nothing of t2");
    second(&mut stage, "t3", "PONG\r\n");
    stage.until(stage.now + 1_500.0);
    assert_eq!(stage.stat("Connection: planned reconnects"), 1.0);
    stage.closed();
    stage.until(stage.now + 500.0);
    logs_in(&mut stage, "t4", refused);
    assert_eq!(stage.session.failure(), None);
}

#[test]
fn a_handshake_says_it_and_a_refusal_there_asks_for_another() {
    let jsondata = r#"{"token":{"path":"t"},"handshake":[{
        "send": {"auth":"${token}"}, "expect": {"$.ok":true},
        "fail": [{"when":{"$.ok":false},"action":"token","reason":"$.why"}]
    }]}"#;
    let (mut stage, reader) = stage("https://h", jsondata, r#"{"fields":[{"path":"$.v"}]}"#);
    stage.handle(answer(200, "t1"));
    stage.opened();
    let mut taken = stage.taken();
    assert_eq!(taken.pop(), Some(text(r#"{"auth":"t1"}"#)));
    stage.text(r#"{"ok":false,"why":"t1 is too old"}"#);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    let said = stage.said(reader);
    assert!(
        said.contains("the server refused the handshake: *** is too old"),
        "{said}"
    );
    stage.until(500.0);
    stage.handle(answer(200, "t2"));
    stage.opened();
    stage.taken();
    stage.text(r#"{"ok":true}"#);
    stage.text(r#"{"v":7}"#);
    assert_eq!(stage.values(reader), [7.0]);
}

#[test]
fn a_viewers_token_that_the_server_refuses_is_not_tried_again() {
    let viewers = r#"{"preset":"nats","token":{"from":"viewer"}}"#;
    let (mut stage, reader) = stage("wss://h", viewers, SUBJECT);
    stage.handle(kept(Some("k")));
    stage.opened();
    stage.text("INFO {}\r\n");
    stage.text("-ERR 'Authorization Violation'\r\n");
    assert!(stage.session.failure().is_some());
    let notices = stage.session.notices(reader, stage.now);
    assert!(
        notices.iter().any(|notice| notice.link.is_some()),
        "it leads to where another one is entered"
    );
    stage.taken();
    stage.handle(changed("freshet.token.u"));
    assert_eq!(stage.taken(), [reads_kept()]);
}

#[test]
fn a_connection_test_says_what_is_wrong_with_the_token() {
    let tested = |event: Option<Event>, at: Millis| {
        let (mut stage, _) = proxied("");
        let mut probe = Probe::new(5_000.0, 0.0);
        if let Some(event) = event {
            stage.handle(event);
        }
        match probe.poll(&stage.session, at) {
            ProbeStep::Done(report) => report,
            ProbeStep::Wait(_) => panic!("it goes on"),
        }
    };
    let report = tested(Some(answer(403, "")), 1.0);
    let error = report.error.unwrap();
    assert!(
        error.starts_with("Not connected to wss://h/live: no token: the server answered 403"),
        "{error}"
    );
    assert_eq!((report.state, report.close_code), ("failed", None));
    let late = tested(None, 10_000.0).error.unwrap();
    assert_eq!(late, "The token did not arrive within 10 s.");
}

#[test]
fn socketio_sends_it_and_a_refusal_asks_for_another() {
    let jsondata = r#"{"preset":"socketio","query":{"v":"1"},"token":{"path":"t"}}"#;
    let (mut stage, _) = stage("https://h", jsondata, "{}");
    stage.handle(answer(200, "t1"));
    let endpoint = stage.session.endpoint();
    assert_eq!(
        endpoint.url,
        "wss://h/socket.io/?EIO=4&transport=websocket&v=1"
    );
    stage.opened();
    stage.taken();
    stage.text(r#"0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#);
    assert_eq!(stage.taken(), [text(r#"40{"token":"t1"}"#)]);
    stage.text(r#"44{"message":"expired"}"#);
    stage.until(500.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect, asks("/t", None)]);
}
