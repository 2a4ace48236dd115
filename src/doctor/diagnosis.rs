//! Which step is taken when, and what each observation means.
//!
//! In go observations that the boundary has made; out comes what it is to do next, and in the end the report. It opens nothing
//! and waits for nothing: `src/wasm/doctor.rs` carries it out, and calls it again with what it saw.

use serde::Serialize;

use super::case::{self, Case};
use super::findings::Findings;
use super::place::{LocalNetwork, MixedContent, Page, local_network, mixed_content};
use super::refusal::{self, Barrier, Verdict};
use super::step::{DiagnosisStep, HTTP_STEPS, Ladder, SOCKET_STEPS, StepName, StepState};
use crate::error::Error;
use crate::query::Query;
use crate::session::SessionKey;
use crate::session::probe::Probe;
use crate::source::Settings;
use crate::table::Millis;

/// What is to be found out next.
#[derive(Debug, Clone, PartialEq)]
pub enum Inquiry {
    /// The state of the first of these permissions that the browser knows: [`Diagnosis::permission`].
    Permission([&'static str; 2]),
    /// Open this connection, have the query read it, where there is something to be read without its being asked for,
    /// and have it [watched](Diagnosis::watch).
    Connect(Box<SessionKey>, Option<Box<Query>>),
    /// Open this connection and have it watched: [`Diagnosis::watch_bare`].
    Open(Box<SessionKey>),
    /// Request this address with GET and any answer within so many milliseconds: [`Diagnosis::fetched`].
    Fetch {
        /// The address.
        url: String,
        /// Whether the answer is to be readable; otherwise only whether there is one.
        is_readable: bool,
        /// How long to wait.
        timeout_ms: Millis,
    },
    /// Nothing more.
    Nothing,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// It failed: no answer, or none that the page is shown.
    Nothing,
    /// It neither failed nor was it answered in its time.
    Unanswered,
    /// An answer that cannot be read.
    Opaque,
    /// An answer of this status.
    Status(u16),
}

/// How long a request may take that only finds out whether somebody is there.
const FETCH_MS: Millis = 3_000.0;

/// The state of a diagnosis; `DiagnosisReport` of the TypeScript declarations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosisReport<'a> {
    /// Whether nothing more will be tried.
    pub done: bool,
    /// `success`, `warning` or `error`; `warning` until it is done.
    pub status: &'static str,
    /// All of it in a sentence or two.
    pub message: &'a str,
    /// The steps, in their order.
    pub steps: &'a [DiagnosisStep],
    /// The same as a text that can be sent to somebody.
    pub text: String,
}

/// How far it has come.
#[derive(Debug)]
pub(super) enum DiagnosisStage {
    /// Whether the user allows what the page wants is to be found out.
    Permission([&'static str; 2]),
    Connect,
    Connecting(Probe),
    /// It did not open: is it the subprotocols?
    Bare,
    /// Does the same address answer over HTTP, readably or at all?
    Reach {
        is_readable: bool,
    },
    /// Nothing answers: is it the encryption?
    OtherScheme,
    Done,
}

/// One diagnosis of one query.
#[derive(Debug)]
pub struct Diagnosis {
    pub(super) case: Option<Case>,
    pub(super) page: Page,
    pub(super) patience: Millis,
    pub(super) ladder: Ladder,
    pub(super) stage: DiagnosisStage,
    pub(super) status: &'static str,
    pub(super) message: String,
    pub(super) is_blocked: bool,
    /// Where the connection leads, the token in it: not to be shown.
    pub(super) endpoint: String,
    pub(super) barrier: Barrier,
    pub(super) mixed: MixedContent,
    /// How long the attempt took that did not open, and whether it was given up.
    pub(super) refused: Option<(Millis, bool)>,
    pub(super) began: Millis,
    /// What the handshake step that is under way waits for, where the protocol says so, and since when.
    pub(super) handshake: Option<(Option<String>, Millis)>,
    pub(super) found: Option<(Findings, Millis)>,
}

impl Diagnosis {
    /// Begins with what settings and query say, at `now`. Without a query it tests the data source alone. A first
    /// message is waited for up to `patience` milliseconds.
    pub fn new(
        settings: Result<Settings, Error>,
        query: Option<Result<Query, Error>>,
        page: Page,
        patience: Millis,
        now: Millis,
    ) -> Self {
        let case = settings.and_then(|settings| Case::new(&settings, query));
        let is_http = case.as_ref().is_ok_and(Case::is_http);
        let names: &[StepName] = if is_http { &HTTP_STEPS } else { &SOCKET_STEPS };
        let mut diagnosis = Self {
            case: None,
            page,
            patience,
            ladder: Ladder::new(names),
            stage: DiagnosisStage::Connect,
            status: "warning",
            message: String::new(),
            is_blocked: false,
            endpoint: String::new(),
            barrier: Barrier::None,
            mixed: MixedContent::None,
            refused: None,
            began: now,
            handshake: None,
            found: None,
        };
        match case {
            Ok(case) => {
                let text = format!("Connects to {}.", case.url);
                diagnosis.ladder.set(StepName::Url, StepState::Passed, text);
                diagnosis.judge_places(&case);
                if case.key.settings.token.is_none() {
                    let text = "None is used.";
                    diagnosis
                        .ladder
                        .set(StepName::Token, StepState::Skipped, text);
                }
                diagnosis.case = Some(case);
            }
            Err(error) => {
                let advice = "Correct it in the settings of the data source or in the query.";
                let verdict = Verdict {
                    message: error.to_string(),
                    ..Verdict::new(StepName::Url, format!("{error}."), advice)
                };
                diagnosis.stop(verdict, "error");
            }
        }
        diagnosis
    }

    /// What page and target are to each other.
    fn judge_places(&mut self, case: &Case) {
        self.mixed = mixed_content(&self.page, &case.target);
        let (state, text) = match self.mixed {
            MixedContent::None if case.target.is_encrypted => {
                (StepState::Passed, "The connection is encrypted.")
            }
            MixedContent::None => (
                StepState::Passed,
                "The page is not served over https://, so an unencrypted connection is allowed.",
            ),
            MixedContent::Trusted => (
                StepState::Passed,
                "Browsers trust what stays on this machine.",
            ),
            MixedContent::WithPermission => (StepState::Unknown, refusal::AT_HOME),
            MixedContent::Forbidden => {
                return self.stop(refusal::by_mixed_content(case.is_http()), "error");
            }
        };
        self.ladder.set(StepName::MixedContent, state, text);
        match local_network(&self.page, &case.target) {
            LocalNetwork::NotAsked => {
                let text = "Not needed: the address is not on this machine or its network, or the page is there too.";
                self.ladder
                    .set(StepName::LocalNetwork, StepState::Passed, text);
            }
            LocalNetwork::Refused => {
                self.barrier = Barrier::Insecure;
                let text = "The address is on this machine or its network. Chrome lets only pages served over https:// reach it.";
                self.ladder
                    .set(StepName::LocalNetwork, StepState::Unknown, text);
            }
            LocalNetwork::Asked(names) => {
                self.ladder
                    .begin(StepName::LocalNetwork, "Asks the browser.");
                self.stage = DiagnosisStage::Permission(names);
            }
        }
    }

    /// What is to be found out next, at `now`.
    pub fn poll(&mut self, now: Millis) -> Inquiry {
        let Some(case) = &self.case else {
            return Inquiry::Nothing;
        };
        match &self.stage {
            DiagnosisStage::Permission(names) => Inquiry::Permission(*names),
            DiagnosisStage::Connect => {
                let text = "Opens the connection.";
                let step = if case.is_http() {
                    StepName::Http
                } else {
                    StepName::Upgrade
                };
                self.ladder.begin(step, text);
                let key = Box::new(case.key.clone());
                let query = case.is_readable().then(|| Box::new(case.query.clone()));
                self.began = now;
                self.stage = DiagnosisStage::Connecting(Probe::new(self.patience, now));
                Inquiry::Connect(key, query)
            }
            DiagnosisStage::Connecting(_) => {
                debug_assert!(false, "a connection is watched until it is over");
                Inquiry::Nothing
            }
            DiagnosisStage::Bare => {
                let mut key = Box::new(case.key.clone());
                key.settings.subprotocols.clear();
                self.began = now;
                self.ladder
                    .begin(StepName::Subprotocol, "Tries without subprotocols.");
                Inquiry::Open(key)
            }
            DiagnosisStage::Reach { is_readable } => {
                let is_readable = *is_readable;
                self.began = now;
                let url = case::http_address(&self.endpoint, case.target.is_encrypted);
                self.ladder
                    .begin(StepName::Http, "Asks the same address over HTTP.");
                Inquiry::Fetch {
                    url,
                    is_readable,
                    timeout_ms: FETCH_MS,
                }
            }
            // Without the token: the other scheme may be the one without encryption.
            DiagnosisStage::OtherScheme => Inquiry::Fetch {
                url: case::http_address(&case.key.url, !case.target.is_encrypted),
                is_readable: false,
                timeout_ms: FETCH_MS,
            },
            DiagnosisStage::Done => Inquiry::Nothing,
        }
    }

    /// Here it stops.
    pub(super) fn stop(&mut self, verdict: Verdict, status: &'static str) {
        let text = self.without_secrets(verdict.text);
        let mut message = verdict.message;
        // The steps of a diagnosis stand below it, and have the advice; a test of the data source shows it alone.
        if self.case.as_ref().is_some_and(|case| case.has_query)
            && let Some(seen) = message.strip_suffix(&verdict.advice)
        {
            let len = seen.trim_end().len();
            message.truncate(len);
        }
        self.ladder.fail(verdict.step, &text, verdict.advice);
        self.end(status, message);
    }

    pub(super) fn end(&mut self, status: &'static str, message: String) {
        self.ladder.end();
        self.stage = DiagnosisStage::Done;
        self.status = status;
        self.message = self.without_secrets(message);
    }

    /// The engine's own words may have the whole address.
    fn without_secrets(&self, text: String) -> String {
        match &self.case {
            Some(case) => text.replace(&case.key.url, &case.url),
            None => text,
        }
    }

    /// Goes up with everything that the report would show differently.
    pub fn revision(&self) -> u64 {
        self.ladder.revision()
    }

    /// What is known by now.
    pub fn report(&self) -> DiagnosisReport<'_> {
        DiagnosisReport {
            done: matches!(self.stage, DiagnosisStage::Done),
            status: self.status,
            message: &self.message,
            steps: self.ladder.steps(),
            text: self.ladder.text(),
        }
    }
}
