//! The connection test: a connection of its own, and what it saw.
//!
//! The boundary opens a [`Session`] for it with the settings of [`settings`]; the [`doctor`](crate::doctor) asks
//! [`Probe::poll`] whenever something happened, and words what the [`ProbeReport`] says.

use super::Session;
use super::close::ended;
use super::link::LinkState;
use crate::protocol::Phase;
use crate::source::Settings;
use crate::table::Millis;

/// Longest wait for the handshake of the WebSocket.
pub const OPEN_TIMEOUT_MS: Millis = 10_000.0;

/// Longest wait for what the protocol begins with; protocols give up sooner.
pub const HANDSHAKE_TIMEOUT_MS: Millis = 20_000.0;

/// Bytes of messages that a test keeps, to look for what the query asks for.
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// What a connection test saw.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProbeReport {
    /// `open` or `failed`.
    pub state: &'static str,
    /// Messages received.
    pub messages: u64,
    /// Milliseconds until the handshake was done.
    pub opened_ms: Option<Millis>,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
    /// How the first message begins.
    pub first_message: Option<String>,
    /// Whether it is binary.
    pub first_message_binary: Option<bool>,
    /// Milliseconds from when it could come to it.
    pub first_message_ms: Option<Millis>,
    /// How the connection ended.
    pub close_code: Option<u16>,
    /// The server's reason.
    pub close_reason: Option<String>,
    /// A sentence to show.
    pub error: Option<String>,
}

impl ProbeReport {
    /// Nothing could be tried, for the reason given.
    pub fn impossible(reason: String) -> Self {
        Self {
            state: "failed",
            error: Some(reason),
            ..Self::default()
        }
    }
}

/// The settings of a connection that is tested: one attempt is the test.
pub fn settings(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    settings.backoff.max_attempts = Some(0);
    settings.journal_bytes = KEPT_BYTES;
    settings
}

/// How far a test has come.
#[derive(Debug, Clone, PartialEq)]
pub enum ProbeStep {
    /// Nothing to tell before something happens, or this time.
    Wait(Millis),
    /// This is what it saw.
    Done(ProbeReport),
}

/// A connection test.
#[derive(Debug)]
pub struct Probe {
    begun: Millis,
    message_timeout_ms: Millis,
    opened: Option<Millis>,
    /// When what the protocol begins with was done, so that messages could come.
    ready: Option<Millis>,
    /// When a first message was seen.
    heard: Option<Millis>,
}

impl Probe {
    /// A test that begins at `now` and waits up to `message_timeout_ms` for a first message.
    pub fn new(message_timeout_ms: Millis, now: Millis) -> Self {
        Self {
            begun: now,
            message_timeout_ms,
            opened: None,
            ready: None,
            heard: None,
        }
    }

    /// When the handshake of the WebSocket was done.
    pub fn opened(&self) -> Option<Millis> {
        self.opened
    }

    /// When messages could come.
    pub fn ready(&self) -> Option<Millis> {
        self.ready
    }

    /// When a first message was seen.
    pub fn heard(&self) -> Option<Millis> {
        self.heard
    }

    /// Looks at the connection. Messages that came must have been handed over.
    pub fn poll(&mut self, session: &Session, now: Millis) -> ProbeStep {
        if self.heard.is_none() && session.first_message().is_some() {
            self.heard = Some(now);
        }
        match session.link().state() {
            LinkState::Connecting { .. } => self.poll_connecting(session, now),
            LinkState::Open { .. } => self.poll_open(session, now),
            state => {
                // What came before the end counts.
                let mut report = self.report(session);
                report.state = "failed";
                let close = session.link().last_close();
                let url = &session.key().url;
                let is_http = session.key().settings.transport.is_http();
                if let Some(problem) = session.token_problem() {
                    report.error = Some(ended(&format!("Not connected to {url}: {problem}")));
                    return ProbeStep::Done(report);
                }
                report.error = Some(match (close, state) {
                    (Some(close), _) if is_http && self.opened.is_none() => {
                        ended(&format!("Not connected to {url}: {close}"))
                    }
                    (Some(close), _) => {
                        ended(&format!("The connection to {url} was closed: {close}"))
                    }
                    (None, LinkState::Failed { reason }) => reason.clone(),
                    (None, _) => format!("The connection to {url} was closed."),
                });
                report.close_code = session.last_close_code();
                let close = close.filter(|_| report.close_code.is_some());
                let reason = close.map(|close| close.reason.clone());
                report.close_reason = reason.filter(|reason| !reason.is_empty());
                ProbeStep::Done(report)
            }
        }
    }

    fn poll_connecting(&self, session: &Session, now: Millis) -> ProbeStep {
        let deadline = self.begun + OPEN_TIMEOUT_MS;
        if now < deadline {
            return ProbeStep::Wait(deadline);
        }
        let seconds = OPEN_TIMEOUT_MS / 1000.0;
        let is_http = session.key().settings.transport.is_http();
        let what = if is_http { "request" } else { "handshake" };
        let reason = if session.awaits_token() {
            format!("The token did not arrive within {seconds} s.")
        } else {
            format!("The server did not answer the {what} within {seconds} s.")
        };
        ProbeStep::Done(ProbeReport::impossible(reason))
    }

    fn poll_open(&mut self, session: &Session, now: Millis) -> ProbeStep {
        let opened = *self.opened.get_or_insert(now);
        let deadline = if session.phase() == Phase::Handshaking {
            opened + HANDSHAKE_TIMEOUT_MS
        } else {
            let ready = *self.ready.get_or_insert(now);
            if session.asks_nothing() {
                ready
            } else {
                ready + self.message_timeout_ms
            }
        };
        if self.heard.is_none() && now < deadline {
            return ProbeStep::Wait(deadline);
        }
        ProbeStep::Done(self.report(session))
    }

    /// What it has seen of an open connection.
    pub fn report(&self, session: &Session) -> ProbeReport {
        let protocol = session.subprotocol();
        let mut report = ProbeReport {
            state: "open",
            messages: session.messages(),
            opened_ms: self.opened.map(|opened| opened - self.begun),
            ..ProbeReport::default()
        };
        if let Some(opened) = self.opened {
            report.protocol = (!protocol.is_empty()).then(|| protocol.to_owned());
            if let (Some(sample), Some(heard)) = (session.first_message(), self.heard) {
                report.first_message = Some(sample.text);
                report.first_message_binary = Some(sample.binary);
                report.first_message_ms = Some(heard - self.ready.unwrap_or(opened));
            }
        }
        report
    }
}
