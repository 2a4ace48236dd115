//! Diagnoses with a made-up clock and no network, for each kind of fault.

use super::*;
use crate::error::Error;
use crate::query::{Query, QuerySpec};
use crate::session::close::Close;
use crate::session::readers::ReaderId;
use crate::session::{Event, ResponseHead, Session, TokenAnswer};
use crate::source::{Place, Settings, SettingsSpec};
use crate::table::Millis;

mod faults;
mod places;

/// How long a first message is waited for.
const PATIENCE: Millis = 4_000.0;

const URL: &str = "ws://feeds.example.org:9190/a";

/// A diagnosis, the connection that it asked for, and the clock.
struct Bench {
    diagnosis: Diagnosis,
    session: Option<(Session, Option<ReaderId>)>,
    now: Millis,
}

fn settings(url: &str, json: &str) -> Result<Settings, Error> {
    let spec: SettingsSpec = serde_json::from_str(json).unwrap();
    let place = Place {
        uid: "u".to_owned(),
        proxy_url: "http://grafana/api/datasources/proxy/uid/u".to_owned(),
        token_page: "http://grafana/token.html".to_owned(),
    };
    Settings::parse(url, &spec).map(|settings| settings.in_grafana(&place))
}

fn query(json: &str) -> Result<Query, Error> {
    let spec: QuerySpec = serde_json::from_str(json).unwrap();
    Query::parse(&spec)
}

fn page(address: &str) -> Page {
    let (scheme, host) = address.split_once("://").unwrap();
    let is_https = scheme == "https";
    Page {
        is_https,
        is_secure: is_https || host == "localhost",
        host: host.to_owned(),
    }
}

impl Bench {
    /// Of a data source alone, seen from a page over http.
    fn test(url: &str, jsondata: &str) -> Self {
        Self::new(url, jsondata, None, "http://grafana.example.org")
    }

    /// Of a query.
    fn diagnose(url: &str, jsondata: &str, json: &str) -> Self {
        Self::new(url, jsondata, Some(json), "http://grafana.example.org")
    }

    fn new(url: &str, jsondata: &str, json: Option<&str>, from: &str) -> Self {
        let diagnosis = Diagnosis::new(
            settings(url, jsondata),
            json.map(query),
            page(from),
            PATIENCE,
            0.0,
        );
        Self {
            diagnosis,
            session: None,
            now: 0.0,
        }
    }

    /// Expects that a connection is asked for, and begins it.
    fn connect(&mut self) {
        let Inquiry::Connect(key, query) = self.diagnosis.poll(self.now) else {
            panic!("no connection is asked for, but {:?}", self.report());
        };
        let mut session = Session::new(*key, 7, self.now);
        let reader = query.map(|query| session.attach(&query, self.now));
        self.session = Some((session, reader));
        assert!(self.watch().is_some(), "nothing has happened yet");
    }

    fn watch(&mut self) -> Option<Millis> {
        let (session, reader) = self.session.as_mut().unwrap();
        while session.poll_transmit().is_some() {}
        self.diagnosis.watch(session, *reader, self.now)
    }

    /// After so long something happens to the connection; says when to look again.
    fn after(&mut self, ms: Millis, event: Event) -> Option<Millis> {
        self.now += ms;
        self.session.as_mut().unwrap().0.handle(event, self.now);
        self.watch()
    }

    fn opens(&mut self, ms: Millis, subprotocol: &str) {
        let event = Event::Opened {
            subprotocol: subprotocol.to_owned(),
            wall: 0.0,
        };
        assert!(self.after(ms, event).is_some(), "it goes on");
    }

    fn closes(&mut self, ms: Millis, code: u16, reason: &str) {
        let close = Close {
            code,
            reason: reason.to_owned(),
        };
        assert_eq!(self.after(ms, Event::Closed(close)), None);
    }

    /// A connection that never opens.
    fn refused(&mut self, ms: Millis) {
        self.connect();
        self.closes(ms, 1006, "");
    }

    fn says(&mut self, ms: Millis, text: &str) -> Option<Millis> {
        self.now += ms;
        let (session, _) = self.session.as_mut().unwrap();
        assert!(session.receive_texts(text.as_bytes(), &[self.now], self.now));
        self.watch()
    }

    /// Time passes until nothing more is waited for.
    fn waits(&mut self) {
        while let Some(until) = self.watch() {
            assert!(until > self.now, "{until} is not after {}", self.now);
            let (session, _) = self.session.as_mut().unwrap();
            self.now = session.poll_timeout().map_or(until, |at| at.min(until));
            session.handle_timeout(self.now);
        }
    }

    /// Expects requests to the address and tells what came of each.
    fn fetches(&mut self, expected: &[(&str, bool, Fetched)]) {
        for (url, is_readable, fetched) in expected {
            match self.diagnosis.poll(self.now) {
                Inquiry::Fetch {
                    url: asked,
                    is_readable: readably,
                    ..
                } => assert_eq!((asked.as_str(), readably), (*url, *is_readable)),
                other => panic!("{other:?}"),
            }
            self.now += 5.0;
            self.diagnosis.fetched(*fetched, self.now);
        }
    }

    fn report(&self) -> DiagnosisReport<'_> {
        self.diagnosis.report()
    }

    fn step(&self, name: StepName) -> &DiagnosisStep {
        let steps = self.report().steps;
        steps.iter().rfind(|step| step.name == name).unwrap()
    }

    fn state(&self, name: StepName) -> StepState {
        self.step(name).state
    }

    /// The step at which it stops, when it is over.
    fn stops(&mut self) -> Option<StepName> {
        assert_eq!(self.diagnosis.poll(self.now), Inquiry::Nothing);
        let report = self.report();
        assert!(report.done, "{report:?}");
        let is_open =
            |step: &DiagnosisStep| matches!(step.state, StepState::Waiting | StepState::Running);
        assert!(!report.steps.iter().any(is_open), "{report:#?}");
        let mut failed = report
            .steps
            .iter()
            .filter(|step| step.state == StepState::Failed);
        let first = failed.next();
        assert!(failed.next().is_none(), "it stops once: {report:#?}");
        if let Some(step) = first {
            assert!(step.advice.is_some(), "{step:?}");
        }
        first.map(|step| step.name)
    }

    fn advice(&self) -> String {
        let mut steps = self.report().steps.iter();
        steps.find_map(|step| step.advice.clone()).unwrap()
    }

    fn message(&self) -> String {
        self.report().message.to_owned()
    }
}
