//! What is shown of a session with a made-up clock.

use crate::feed::FeedView;
use crate::query::{Query, QuerySpec};
use crate::session::close::Close;
use crate::session::readers::ReaderId;
use crate::session::{Event, ResponseHead, Session, SessionKey, TokenAnswer};
use crate::source::{Place, Settings, SettingsSpec};

/// The wall clock when the session begins.
const BEGIN: f64 = 1_700_000_000_000.0;

/// A session that is open, and the query that reads it.
struct Feed {
    session: Session,
    spec: QuerySpec,
    now: f64,
}

impl Feed {
    fn open(settings: &str, query: &str) -> Self {
        let settings: SettingsSpec = serde_json::from_str(settings).unwrap();
        let settings = Settings::parse("ws://h", &settings).unwrap();
        let spec: QuerySpec = serde_json::from_str(query).unwrap();
        let key = SessionKey::new(&settings, &Query::usable(&spec)).unwrap();
        let mut feed = Self {
            session: Session::new(key, 7, 0.0),
            spec,
            now: 0.0,
        };
        feed.attach(query);
        feed.handle(Event::Opened {
            subprotocol: String::new(),
            wall: BEGIN,
        });
        feed
    }

    fn attach(&mut self, query: &str) -> ReaderId {
        let spec: QuerySpec = serde_json::from_str(query).unwrap();
        self.session.attach(&Query::usable(&spec), self.now)
    }

    fn handle(&mut self, event: Event) {
        self.session.handle(event, self.now);
    }

    fn text(&mut self, text: &str) {
        let arrivals = [BEGIN + self.now];
        let taken = self
            .session
            .receive_texts(text.as_bytes(), &arrivals, self.now);
        assert!(taken);
    }

    fn binary(&mut self, bytes: &[u8]) {
        let arrivals = [BEGIN + self.now];
        let lengths = [bytes.len() as u32];
        self.session
            .receive_binaries(bytes, &lengths, &arrivals, self.now);
    }

    fn view(&self, count: usize) -> FeedView {
        FeedView::of(&self.session, &self.spec, count, BEGIN + self.now)
    }

    fn view_for(&self, query: &str) -> FeedView {
        let spec: QuerySpec = serde_json::from_str(query).unwrap();
        FeedView::of(&self.session, &spec, 100, BEGIN + self.now)
    }
}

/// What is read in each message.
fn documents(view: &FeedView) -> Vec<Vec<&str>> {
    let messages = view.messages.iter();
    messages
        .map(|message| message.documents.iter().map(String::as_str).collect())
        .collect()
}

#[test]
fn the_newest_messages_are_shown_with_their_rate() {
    let mut feed = Feed::open("{}", r#"{"fields":[{"path":"$.v"},{"path":"$.w"}]}"#);
    for n in 0..40 {
        feed.now = f64::from(n) * 500.0;
        feed.text(&format!("{{\"v\":{n}}}"));
    }
    let view = feed.view(3);
    assert_eq!((view.state, view.total), ("open", 40));
    assert_eq!(
        documents(&view),
        [["{\"v\":37}"], ["{\"v\":38}"], ["{\"v\":39}"]]
    );
    let last = &view.messages[2];
    assert_eq!(
        (last.sequence, last.at, last.size),
        (39, BEGIN + 19_500.0, 8)
    );
    assert_eq!(
        (last.raw.as_str(), last.binary, &last.problem),
        ("{\"v\":39}", false, &None)
    );
    assert_eq!(last.kind, view.kinds[0].id);
    assert_eq!((view.kinds.len(), view.kinds[0].count), (1, 40));
    assert_eq!((view.rate, view.bytes_per_second), (2.1, 2.1 * 8.0));
    assert_eq!(view.places[0].path, "$.v");
    assert_eq!(view.unmet.len(), 1);
    assert_eq!(view.unmet[0].nearest.as_deref(), Some("$.v"));
    feed.now += 60_000.0;
    assert_eq!(feed.view(3).rate, 0.0);
}

#[test]
fn a_rate_is_of_the_time_for_which_there_are_messages() {
    let mut feed = Feed::open("{}", "{}");
    for n in 0..20 {
        feed.now = 1_000.0 + f64::from(n) * 100.0;
        feed.text("1");
    }
    feed.now = 3_000.0;
    assert_eq!(feed.view(0).rate, 10.0);
    assert!(feed.view(0).messages.is_empty());
}

#[test]
fn sequences_go_on_when_messages_are_forgotten() {
    let mut feed = Feed::open(r#"{"journalBytes":20000}"#, "{}");
    let long = format!("\"{}\"", "x".repeat(2_000));
    for _ in 0..200 {
        feed.text(&long);
    }
    let sequences =
        |view: FeedView| -> Vec<u64> { view.messages.iter().map(|m| m.sequence).collect() };
    assert_eq!(sequences(feed.view(2)), [198, 199]);
    feed.handle(Event::Closed(crate::session::close::Close::abnormal("")));
    feed.text(&long);
    assert_eq!(sequences(feed.view(2)), [199, 200]);
}

#[test]
fn every_format_is_read_and_what_cannot_be_read_says_why() {
    let cases: [(&str, &[u8], &[&str]); 5] = [
        ("{}", b"\x82\xa1a\x01\xa1b\x02", &["{\"a\":1,\"b\":2}"]),
        (
            r#"{"format":"csv"}"#,
            b"t;v\n1;2\n3;4",
            &["{\"t\":1,\"v\":2}", "{\"t\":3,\"v\":4}"],
        ),
        (
            "{}",
            b"cpu,host=a v=1.5 1465839830100400200",
            &[
                "{\"measurement\":\"cpu\",\"tags\":{\"host\":\"a\"},\"fields\":{\"v\":1.5},\"timestamp\":1465839830100400200}",
            ],
        ),
        ("{}", b"{\"a\":1}\n{\"a\":2}", &["{\"a\":1}", "{\"a\":2}"]),
        (r#"{"format":"json"}"#, b"{'a':1,}", &["{\"a\":1}"]),
    ];
    for (query, message, expected) in cases {
        let mut feed = Feed::open("{}", query);
        feed.binary(message);
        let view = feed.view(9);
        assert_eq!(documents(&view), [expected], "{query}");
        assert_eq!(view.messages[0].problem, None);
        assert!(view.messages[0].binary && view.messages[0].raw.len() == 2 * message.len());
    }
    let mut feed = Feed::open("{}", r#"{"format":"json"}"#);
    feed.text("{\"a\":1}");
    feed.text("hello {");
    let view = feed.view(9);
    assert_eq!(
        view.messages[1].problem.as_deref(),
        Some("unexpected 'h' at byte 0")
    );
    assert!(view.kinds.iter().any(|kind| kind.title == "unreadable"));
}

#[test]
fn a_header_that_came_first_names_the_columns_of_what_is_shown() {
    let mut feed = Feed::open("{}", r#"{"format":"csv"}"#);
    feed.text("time,temp");
    for n in 0..700 {
        feed.text(&format!("{n},21"));
    }
    let view = feed.view(1);
    assert_eq!(documents(&view), [["{\"time\":699,\"temp\":21}"]]);
    assert_eq!(view.places[1].path, "$.temp");
}

#[test]
fn texts_that_hold_json_are_opened_as_the_query_says() {
    let mut feed = Feed::open(
        "{}",
        r#"{"parse":["$.payload"],"fields":[{"path":"$.payload.temp"}]}"#,
    );
    feed.text(r#"{"topic":"a","payload":"{\"temp\":21.5}"}"#);
    let view = feed.view(1);
    assert_eq!(
        documents(&view),
        [[r#"{"topic":"a","payload":{"temp":21.5}}"#]]
    );
    assert_eq!(view.unmet, []);
    assert_eq!(view.places[2].path, "$.payload.temp");
}

#[test]
fn a_query_sees_only_what_its_subscription_has() {
    let of = |topic: &str| format!(r#"{{"params":{{"destination":"{topic}"}}}}"#);
    let options = r#"{"preset":"stomp","options":{"login":"a"}}"#;
    let mut feed = Feed::open(options, &of("/topic/a"));
    feed.attach(&of("/topic/b"));
    feed.text("CONNECTED\nversion:1.2\n\n\0");
    for (id, topic) in ["/topic/a", "/topic/b"].iter().enumerate() {
        feed.text(&format!(
            "MESSAGE\nsubscription:{id}\ndestination:{topic}\n\n{{\"v\":{id}}}\0"
        ));
    }
    let seen = |topic: &str| {
        let view = feed.view_for(&of(topic));
        (view.state, documents(&view).concat().join(" "))
    };
    for (id, topic) in ["/topic/a", "/topic/b"].iter().enumerate() {
        let (state, documents) = seen(topic);
        assert_eq!(state, "open");
        assert!(
            documents.contains(&format!("{{\"v\":{id}}}")),
            "{documents}"
        );
        assert_eq!(documents.matches("payload").count(), 1, "{documents}");
    }
    assert_eq!(seen("/topic/c"), ("none", String::new()));
}

#[test]
fn tokens_are_shown_nowhere() {
    let settings = r#"{"query":{"k":"${token}"},"token":{"path":"/auth"}}"#;
    let settings: SettingsSpec = serde_json::from_str(settings).unwrap();
    let settings = Settings::parse("https://h", &settings).unwrap();
    let settings = settings.in_grafana(&Place {
        uid: "u".to_owned(),
        proxy_url: "https://g/api/datasources/proxy/uid/u".to_owned(),
        token_page: String::new(),
    });
    let spec = QuerySpec::default();
    let query = Query::usable(&spec);
    let key = SessionKey::new(&settings, &query).unwrap();
    let mut feed = Feed {
        session: Session::new(key, 7, 0.0),
        spec,
        now: 0.0,
    };
    feed.attach("{}");
    let head = ResponseHead {
        status: 200,
        ..ResponseHead::default()
    };
    let body = b"T0K-EN".to_vec();
    feed.handle(Event::TokenAnswered(Ok(TokenAnswer::Fetched {
        head,
        body,
    })));
    feed.handle(Event::Opened {
        subprotocol: String::new(),
        wall: BEGIN,
    });
    feed.text(r#"{"you":"T0K-EN","v":1}"#);
    feed.binary(br#"{"you":"T0K-EN","v":2}"#);
    let view = feed.view(9);
    assert_eq!(view.messages.len(), 2);
    let shown = format!("{view:?}");
    assert!(
        !shown.contains("T0K-EN") && shown.contains("***"),
        "{shown}"
    );
    assert!(
        !shown.contains("54304b2d454e"),
        "in hexadecimal digits: {shown}"
    );
}

/// A described protocol that tells subscriptions apart and answers them.
const ANSWERING: &str = r#"{
    "subscribe":{"send":{"get":"${params.t}"},"ack":{"when":{"$.ok":"${params.t}"},"refused":{"$.no":"${params.t}"},"reason":"$.why"}},
    "control":[{"when":{"$.warning":{"exists":true}},"action":"notice","reason":"$.warning"}],
    "route":[{"when":{"$.t":{"exists":true}},"key":"$.t","is":"${params.t}"}]
}"#;

#[test]
fn why_nothing_comes_is_told_in_the_words_of_the_panel() {
    let mut feed = Feed::open(ANSWERING, r#"{"params":{"t":"a"}}"#);
    assert_eq!(feed.view(10).reason, "");
    feed.text(r#"{"warning":"slow down"}"#);
    assert_eq!(feed.view(10).reason, "The server reported: slow down");
    feed.text(r#"{"no":"a","why":"no such topic"}"#);
    let refused = feed.view(10);
    assert_eq!(
        refused.reason,
        "The server refused the subscription: no such topic"
    );
    assert_eq!((refused.state, refused.total), ("open", 0));
    feed.handle(Event::Closed(Close {
        code: 1011,
        reason: "overload".to_owned(),
    }));
    let waiting = feed.view(10);
    assert_eq!(waiting.state, "waiting");
    assert!(
        waiting
            .reason
            .starts_with("Not connected to ws://h (code 1011"),
        "{}",
        waiting.reason
    );
    assert!(waiting.reason.ends_with("It is tried again."));
}

#[test]
fn a_connection_that_was_given_up_says_why() {
    let mut feed = Feed::open(r#"{"reconnect":{"maxAttempts":0}}"#, r#"{"path":"/a"}"#);
    feed.handle(Event::Closed(Close {
        code: 4001,
        reason: "who are you".to_owned(),
    }));
    let view = feed.view(10);
    assert_eq!(view.state, "failed");
    assert!(view.reason.contains("who are you"), "{}", view.reason);
    assert!(view.reason.starts_with("Not connected to ws://h/a: "));
}

#[test]
fn messages_for_other_queries_are_not_counted() {
    let mut feed = Feed::open(ANSWERING, r#"{"params":{"t":"a"}}"#);
    feed.attach(r#"{"params":{"t":"b"}}"#);
    feed.text(r#"{"ok":"a"}"#);
    for text in [r#"{"t":"b"}"#, r#"{"t":"a"}"#, r#"{"t":"b"}"#] {
        feed.text(text);
    }
    assert_eq!(feed.view(10).total, 1);
    assert_eq!(feed.view_for(r#"{"params":{"t":"b"}}"#).total, 2);
}

#[test]
fn what_is_missing_is_demanded_by_the_name_that_people_know() {
    let settings: SettingsSpec = serde_json::from_str(r#"{"preset":"signalk"}"#).unwrap();
    let settings = Settings::parse("ws://h", &settings).unwrap();
    let error = SessionKey::new(&settings, &Query::usable(&QuerySpec::default())).unwrap_err();
    assert_eq!(
        error.problem(),
        "Signal K path is missing, for example navigation.*"
    );
    assert_eq!(
        error.to_string(),
        "Signal K path is missing, for example navigation.* (params.path)"
    );
    let view = FeedView::unusable(&error);
    assert_eq!(
        (view.state, view.reason.as_str()),
        ("none", "Fill in Signal K path first.")
    );
}
