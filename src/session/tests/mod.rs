//! Sessions with a made-up clock and no network.

mod address;
mod again;
mod beats;
mod clients;
mod connections;
mod given_up;
mod handover;
mod http;
mod journal;
mod keep;
mod late;
mod life;
mod model;
mod model_apart;
mod network;
mod preview;
mod record;
mod refusals;
mod replay;
mod reports;
mod retry;
mod socketio;
mod stomp;
mod talks;
mod token;
mod token_secrecy;

use super::close::Close;
use super::readers::{ReaderId, StreamId};
use super::*;
use crate::frame::Values;
use crate::protocol::Outgoing;
use crate::query::{Query, QuerySpec};
use crate::source::{Place, Settings, SettingsSpec};

fn query(json: &str) -> Query {
    let spec: QuerySpec = serde_json::from_str(json).unwrap();
    Query::parse(&spec).unwrap()
}

fn settings(json: &str) -> Settings {
    let spec: SettingsSpec = serde_json::from_str(json).unwrap();
    Settings::parse("ws://h", &spec).unwrap()
}

/// A server whose channels share a socket; it accepts, refuses and ends them.
const CHANNELS_SCRIPT: &str = r#"{
    "subscribe": {
        "send": { "sub": "${params.c}" },
        "ack": { "when": { "$.ok": "${params.c}" }, "refused": { "$.no": "${params.c}" }, "reason": "$.why" }
    },
    "unsubscribe": { "send": { "unsub": "${params.c}" } },
    "control": [{ "when": { "$.type": "over" }, "action": "end", "key": "$.c", "is": "${params.c}" }],
    "route": [{ "key": "$.c", "is": "${params.c}" }]
}"#;

/// A session and the clock it is told of, with what it wants carried out.
struct Stage {
    session: Session,
    now: Millis,
    sent: Vec<Transmit>,
    reports: Vec<Report>,
}

impl Stage {
    fn new(jsondata: &str, first: &Query) -> Self {
        let key = SessionKey::new(&settings(jsondata), first).unwrap();
        let mut stage = Self {
            session: Session::new(key, 7, 0.0),
            now: 0.0,
            sent: Vec::new(),
            reports: Vec::new(),
        };
        stage.collect();
        stage
    }

    /// A session of one query, open.
    fn open(jsondata: &str, json: &str) -> (Self, ReaderId) {
        let query = query(json);
        let mut stage = Self::new(jsondata, &query);
        let reader = stage.attach(&query);
        stage.opened();
        (stage, reader)
    }

    fn collect(&mut self) {
        while let Some(transmit) = self.session.poll_transmit() {
            self.sent.push(transmit);
        }
        while let Some(report) = self.session.poll_event() {
            self.reports.push(report);
        }
    }

    /// What was to be carried out since the last call.
    fn taken(&mut self) -> Vec<Transmit> {
        std::mem::take(&mut self.sent)
    }

    fn attach(&mut self, query: &Query) -> ReaderId {
        let reader = self.session.attach(query, self.now);
        self.collect();
        reader
    }

    fn release(&mut self, reader: ReaderId) {
        self.session.release(reader, self.now);
        self.collect();
    }

    fn handle(&mut self, event: Event) {
        self.session.handle(event, self.now);
        self.collect();
    }

    fn opened(&mut self) {
        self.handle(Event::Opened {
            subprotocol: String::new(),
            wall: 0.0,
        });
    }

    fn closed(&mut self) {
        self.handle(Event::Closed(Close::abnormal("")));
    }

    /// A message comes; its time of arrival is the clock's.
    fn text(&mut self, text: &str) {
        assert!(
            self.session
                .receive_texts(text.as_bytes(), &[self.now], self.now)
        );
        self.collect();
    }

    /// Goes on to a time and does what is due until then, each when it is.
    fn until(&mut self, time: Millis) {
        while self.step(time) {}
    }

    /// Does what is due next, if that is until a time; otherwise it is that time, and false.
    fn step(&mut self, time: Millis) -> bool {
        let next = self.session.poll_timeout().filter(|at| *at <= time);
        let Some(at) = next else {
            self.now = time;
            return false;
        };
        assert!(at > self.now, "{at} is not after {}", self.now);
        self.now = at;
        self.session.handle_timeout(at);
        self.collect();
        true
    }

    /// The values of a reader's first column, and their times.
    fn rows(&self, reader: ReaderId) -> Vec<(f64, f64)> {
        let stream = self.session.stream(reader).unwrap();
        let mut stream = stream.borrow_mut();
        let fields = crate::query::Projection {
            reading: stream.reading().clone(),
            ..Default::default()
        };
        stream.settle(&fields, self.now);
        let frames = stream.frames(100_000, &fields, self.now);
        let numbers = |index: usize| -> Vec<f64> {
            match &frames[0].fields.get(index).map(|field| &field.values) {
                Some(Values::Numbers(older, newer)) => [*older, *newer].concat(),
                _ => Vec::new(),
            }
        };
        numbers(0).into_iter().zip(numbers(1)).collect()
    }

    fn values(&self, reader: ReaderId) -> Vec<f64> {
        self.rows(reader)
            .into_iter()
            .map(|(_, value)| value)
            .collect()
    }

    fn notices(&self, reader: ReaderId) -> Vec<String> {
        let notices = self.session.notices(reader, self.now);
        notices.into_iter().map(|notice| notice.text).collect()
    }

    /// Messages and bytes that a reader's rows were made of.
    fn counted(&self, reader: ReaderId) -> (f64, f64) {
        let stream = self.session.stream(reader).unwrap();
        let stats = stream.borrow().stats();
        let of = |name| stats.iter().find(|stat| stat.name == name).unwrap().value;
        (of("Messages"), of("Bytes"))
    }

    fn stat(&self, name: &str) -> f64 {
        let stats = self.session.stats();
        let found = stats.iter().find(|stat| stat.name == name);
        found.unwrap_or_else(|| panic!("no statistic {name}")).value
    }
}

fn text(text: &str) -> Transmit {
    Transmit::Send(Outgoing::Text(text.to_owned()))
}
