//! Connections that are HTTP responses.

use proptest::prelude::*;

use super::*;

/// When heads come: Wed, 21 Oct 2015 07:28:00 GMT.
const AT: Millis = 1_445_412_480_000.0;

const ROWS: &str = r#"{"fields":[{"path":"$.v"}]}"#;

fn request(id: Option<&str>, accept: &str) -> Transmit {
    let mut headers = vec![("Accept", accept.to_owned())];
    headers.extend(id.map(|id| ("Last-Event-ID", id.to_owned())));
    Transmit::Request(HttpRequest { headers })
}

fn events(id: Option<&str>) -> Transmit {
    request(id, "text/event-stream")
}

impl Stage {
    fn sse(json: &str) -> (Self, ReaderId) {
        let query = query(json);
        let mut stage = Self::new(r#"{"transport":"sse"}"#, &query);
        let reader = stage.attach(&query);
        (stage, reader)
    }

    fn answers(&mut self, status: u16, content_type: &str, retry_after: Option<&str>) {
        self.handle(Event::Answered(ResponseHead {
            status,
            status_text: String::new(),
            content_type: content_type.to_owned(),
            retry_after: retry_after.map(str::to_owned),
            at: AT,
        }));
    }

    fn streams(&mut self) {
        self.answers(200, "text/event-stream; charset=utf-8", None);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.session.receive_bytes(bytes, self.now, self.now);
        self.collect();
    }

    fn ends(&mut self, end: Result<(), &str>) {
        let (end, arrival) = (end.map_err(str::to_owned), self.now);
        self.handle(Event::RequestEnded { end, arrival });
    }

    /// Waits for what is carried out next, and says how long that took.
    fn waits(&mut self) -> (Millis, Vec<Transmit>) {
        let begun = self.now;
        let at = self.session.poll_timeout().unwrap();
        self.until(at);
        (at - begun, self.taken())
    }
}

#[test]
fn events_are_read_like_messages_of_a_socket() {
    let (mut stage, reader) = Stage::sse(ROWS);
    assert_eq!(stage.session.key().url, "http://h");
    assert_eq!(stage.taken(), [events(None)]);
    stage.streams();
    stage.bytes(b"data: {\"v\":1}\n\nevent: x\ndata: {\"v\":");
    assert_eq!(stage.values(reader), [1.0]);
    stage.bytes(b"2}\n\n: comment\n\ndata: {\"v\":3}\n\n");
    assert_eq!(stage.values(reader), [1.0, 2.0, 3.0]);
    assert_eq!(stage.session.messages(), 3);
    // A message that holds the separator of batches.
    stage.bytes(b"data: {\"v\":4}\x1e{\"v\":5}\n\ndata: {\"v\":6}\n\n");
    assert_eq!(stage.values(reader), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    // Who comes later is filled from the journal.
    let late = stage.attach(&query(
        r#"{"fields":[{"path":"$.v","name":"w"}],"capacity":3}"#,
    ));
    assert_eq!(stage.values(late).len(), 6);
}

#[test]
fn the_next_request_goes_on_behind_the_last_event() {
    let (mut stage, reader) = Stage::sse(ROWS);
    stage.streams();
    stage.bytes(b"retry: 4000\nid: a7\ndata: {\"v\":1}\n\nid: a8\ndata: {\"v\":");
    stage.taken();
    stage.ends(Err("sent an incomplete response"));
    let notice = &stage.notices(reader)[0];
    assert!(
        notice.contains("http://h (sent an incomplete response)"),
        "{notice}"
    );
    let (waited, carried_out) = stage.waits();
    assert!((4000.0..=4250.0).contains(&waited), "{waited}");
    assert_eq!(carried_out, [events(Some("a7"))]);
    stage.streams();
    stage.bytes(b"data: {\"v\":2}\n\n");
    assert_eq!(stage.values(reader), [1.0, 2.0], "half an event is gone");
    assert_eq!(stage.stat("Connection: reconnects"), 1.0);
    assert_eq!(stage.stat("Connection: last HTTP status"), 200.0);
}

#[test]
fn a_server_that_answers_no_preflight_is_asked_without_an_id_in_turn() {
    let (mut stage, _) = Stage::sse(ROWS);
    stage.streams();
    stage.bytes(b"id: 1\ndata: {\"v\":1}\n\n");
    stage.ends(Ok(()));
    stage.taken();
    for id in [Some("1"), None, Some("1"), None] {
        assert_eq!(stage.waits().1, [events(id)]);
        stage.ends(Err("could not be reached"));
    }
    assert_eq!(stage.waits().1, [events(Some("1"))]);
    stage.answers(503, "", None);
    stage.taken();
    assert_eq!(stage.waits().1, [events(Some("1"))], "it was answered");
}

#[test]
fn a_status_that_is_no_stream_says_what_to_do_and_retry_after_is_honoured() {
    let cases = [
        (401, "the server answered 401: it requires credentials"),
        (403, "Server (proxy)"),
        (404, "there is nothing at this path"),
        (429, "too many requests"),
        (503, "has failed"),
        (304, "it is not a stream"),
    ];
    for (status, words) in cases {
        let (mut stage, reader) = Stage::sse(ROWS);
        stage.taken();
        stage.answers(status, "", Some("90"));
        assert_eq!(stage.taken(), [Transmit::Disconnect]);
        let notice = stage.notices(reader).join(" ");
        assert!(notice.contains(words), "{notice}");
        stage.handle(Event::Online);
        assert_eq!(stage.taken(), [], "the server asked for a pause");
        let (waited, _) = stage.waits();
        assert!((90_000.0..=90_250.0).contains(&waited), "{waited}");
    }
}

#[test]
fn a_date_says_how_long_by_the_clock_of_the_page() {
    let cases = [
        ("Wed, 21 Oct 2015 07:30:00 GMT", 120_000.0),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0.0),
        ("Sat, 21 Oct 2017 07:28:00 GMT", 86_400_000.0),
        ("soon", 0.0),
    ];
    for (date, least) in cases {
        let (mut stage, _) = Stage::sse(ROWS);
        stage.answers(503, "", Some(date));
        let (waited, _) = stage.waits();
        assert!(
            (least..=least + 500.0).contains(&waited),
            "{date}: {waited}"
        );
    }
}

#[test]
fn a_status_does_not_end_the_pause_that_the_stream_has_set() {
    for (retry_after, least) in [
        (None, 60_000.0),
        (Some("5"), 60_000.0),
        (Some("90"), 90_000.0),
    ] {
        let (mut stage, _) = Stage::sse(ROWS);
        stage.streams();
        stage.bytes(b"retry: 60000\ndata: {\"v\":1}\n\n");
        stage.ends(Ok(()));
        assert!(stage.waits().0 >= 60_000.0);
        stage.answers(503, "", retry_after);
        let (waited, _) = stage.waits();
        assert!(
            (least..=least + 250.0).contains(&waited),
            "{retry_after:?}: {waited}"
        );
    }
}

#[test]
fn behind_grafana_s_proxy_a_status_can_be_grafana_s() {
    let spec: SettingsSpec = serde_json::from_str(r#"{"transport":"http"}"#).unwrap();
    let url = "ws://grafana/api/datasources/proxy/uid/x";
    let settings = Settings::parse(url, &spec).unwrap();
    let key = SessionKey::new(&settings, &query(r#"{"path":"/a"}"#)).unwrap();
    assert_eq!(key.url, "http://grafana/api/datasources/proxy/uid/x/a");
    for (status, words) in [
        (401, "no longer signed in"),
        (400, "wrong credentials"),
        (502, "cannot reach"),
    ] {
        let mut session = Session::new(key.clone(), 1, 0.0);
        let reader = session.attach(&query(ROWS), 0.0);
        let head = ResponseHead {
            status,
            ..ResponseHead::default()
        };
        session.handle(Event::Answered(head), 1.0);
        let notice = &session.notices(reader, 1.0)[0].text;
        assert!(notice.contains(words), "{notice}");
    }
}

#[test]
fn no_content_ends_an_event_stream_for_good() {
    let (mut stage, _) = Stage::sse(ROWS);
    stage.taken();
    stage.answers(204, "", None);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    assert_eq!(stage.session.poll_timeout(), None);
    let failure = stage.session.failure().unwrap();
    assert!(failure.contains("asks not to reconnect (204)"), "{failure}");
}

#[test]
fn a_body_of_another_type_is_not_read() {
    for (transport, content_type, words) in [
        ("sse", "text/html", "a web page"),
        ("sse", "application/json", "set the transport to \"http\""),
        ("http", "text/event-stream", "to \"sse\""),
        ("http", "text/html; charset=utf-8", "a web page"),
    ] {
        let query = query(ROWS);
        let mut stage = Stage::new(&format!(r#"{{"transport":"{transport}"}}"#), &query);
        let reader = stage.attach(&query);
        stage.answers(200, content_type, None);
        let notice = stage.notices(reader).join(" ");
        assert!(notice.contains(words), "{notice}");
        stage.bytes(b"data: {\"v\":1}\n\n");
        assert!(stage.values(reader).is_empty());
    }
}

#[test]
fn lines_are_messages_and_what_was_cut_off_is_none() {
    let query = query(ROWS);
    let mut stage = Stage::new(r#"{"transport":"http","maxMessageBytes":20}"#, &query);
    let reader = stage.attach(&query);
    let accept = "application/x-ndjson, */*;q=0.9";
    assert_eq!(stage.taken(), [request(None, accept)]);
    stage.answers(200, "", None);
    stage.bytes(b"{\"v\":1}\n\n{\"v\":2}\r\n{\"v\":");
    stage.bytes(b"3}\n{\"v\":4");
    assert_eq!(stage.values(reader), [1.0, 2.0, 3.0]);
    stage.ends(Err("cut"));
    stage.waits();
    stage.answers(200, "", None);
    stage.bytes(b"{\"v\":5}\n{\"v\":6, \"long\":\"01234567890123456789\"}\n{\"v\":7}");
    stage.ends(Ok(()));
    assert_eq!(stage.values(reader), [1.0, 2.0, 3.0, 5.0, 7.0]);
    assert_eq!(stage.session.messages(), 6, "the long one is counted");
    stage.waits();
    assert_eq!(stage.session.poll_timeout(), Some(stage.now + 20_000.0));
}

#[test]
fn comments_are_signs_of_life() {
    let query = query(ROWS);
    let mut stage = Stage::new(r#"{"transport":"sse","idleTimeoutMs":1000}"#, &query);
    stage.attach(&query);
    stage.streams();
    stage.taken();
    for time in [900.0, 1800.0, 2700.0] {
        stage.until(time);
        stage.bytes(b": ping\n");
    }
    assert_eq!(stage.taken(), []);
    stage.until(3700.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
}

#[test]
fn what_a_transport_cannot_do_is_refused_by_name() {
    let refuses = |transport: &str, json: &str| {
        let settings = settings(&format!(r#"{{"transport":"{transport}"}}"#));
        SessionKey::new(&settings, &query(json)).err()
    };
    let cases = [
        ("sse", r#"{"subscribe":"x"}"#, Some("subscribe")),
        ("http", r#"{"format":"nats"}"#, Some("format")),
        ("http", r#"{"format":"cbor"}"#, Some("format")),
        ("http", r#"{"event":"a"}"#, Some("event")),
        ("websocket", r#"{"event":"a"}"#, Some("event")),
        ("sse", r#"{"event":"a, b","format":"csv"}"#, None),
        ("websocket", r#"{"subscribe":"x","format":"cbor"}"#, None),
    ];
    for (transport, json, field) in cases {
        let error = refuses(transport, json);
        assert_eq!(
            error.as_ref().map(crate::error::Error::field),
            field,
            "{json}"
        );
    }
}

#[test]
fn only_the_events_of_the_query_are_read() {
    let (mut stage, reader) = Stage::sse(r#"{"event":"price, ","fields":[{"path":"$.v"}]}"#);
    stage.streams();
    stage.until(3000.0);
    let notice = stage.notices(reader).join(" ");
    assert!(
        notice.ends_with("no message has arrived. Check the path; the feed may also be idle."),
        "{notice}"
    );
    stage.bytes(b"data: {\"v\":1}\n\nevent: price\ndata: {\"v\":2}\n\n");
    assert_eq!(stage.values(reader), [2.0]);
}

#[test]
fn a_connection_test_has_the_status_in_words() {
    let query = query(ROWS);
    let mut stage = Stage::new(
        r#"{"transport":"sse","reconnect":{"maxAttempts":0}}"#,
        &query,
    );
    stage.attach(&query);
    stage.answers(401, "", None);
    let mut probe = probe::Probe::new(1000.0, 0.0);
    let probe::ProbeStep::Done(report) = probe.poll(&stage.session, 1.0) else {
        panic!("not done");
    };
    assert_eq!((report.close_code, report.close_reason), (None, None));
    let error = report.error.unwrap();
    assert!(
        error.starts_with("Not connected to http://h: the server answered 401"),
        "{error}"
    );
}

#[derive(Debug, Clone)]
enum Happens {
    Answers(u16),
    Bytes(usize),
    Ends(bool),
    Passes(f64),
    Online,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => proptest::sample::select(vec![200, 200, 200, 204, 404, 503]).prop_map(Happens::Answers),
        6 => (0usize..37).prop_map(Happens::Bytes),
        2 => any::<bool>().prop_map(Happens::Ends),
        4 => (0.0f64..30_000.0).prop_map(Happens::Passes),
        1 => Just(Happens::Online),
    ]
}

proptest! {
    /// In any order of events there is at most one request, and a connection that is wanted waits for something.
    #[test]
    fn is_never_stuck(happens in proptest::collection::vec(happens(), 0..60)) {
        let (mut stage, _) = Stage::sse(ROWS);
        let mut is_requested = false;
        for event in happens {
            match event {
                Happens::Answers(status) if is_requested => stage.answers(status, "text/event-stream", Some("3")),
                Happens::Bytes(count) => {
                    stage.bytes(&b"id: 1\nretry: 20\ndata: {\"v\":1}\n\n: x\n\n"[..count.min(36)]);
                }
                Happens::Ends(ok) if is_requested => {
                    is_requested = false;
                    stage.ends(if ok { Ok(()) } else { Err("cut") });
                }
                Happens::Passes(ms) => stage.until(stage.now + ms),
                Happens::Online => stage.handle(Event::Online),
                Happens::Answers(_) | Happens::Ends(_) => {}
            }
            for transmit in stage.taken() {
                match transmit {
                    Transmit::Request(_) => {
                        prop_assert!(!is_requested, "two requests");
                        is_requested = true;
                    }
                    Transmit::Disconnect => {
                        prop_assert!(is_requested, "ends what is not there");
                        is_requested = false;
                    }
                    other => prop_assert!(false, "{:?}", other),
                }
            }
            let is_failed = stage.session.failure().is_some();
            let is_open = stage.session.link().is_open();
            prop_assert_eq!(is_requested, stage.session.link().state().has_socket());
            prop_assert!(is_failed || is_open || stage.session.poll_timeout().is_some());
        }
    }
}
