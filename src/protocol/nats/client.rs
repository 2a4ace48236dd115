//! What a NATS client says of its own accord (docs.nats.io, "Client Protocol"): it logs in, subscribes with identifiers
//! of its own, and asks whether the server is still there.
//!
//! [`Nats`](super::Nats) tells it what the server said and passes on what it wants sent.

use serde_json::Value;

use super::operations::Heard;
use crate::protocol::{Control, Outgoing, Params, SubscribeRequest, SubscriptionId};
use crate::table::Millis;

/// How long the server may take for its greeting, and for the answer to the login.
const HANDSHAKE_MS: Millis = 10_000.0;

/// Silence after which the server is asked whether it is still there. Servers ask every 2 minutes themselves.
const QUIET_MS: Millis = 30_000.0;

/// How long it may take to answer that.
const ANSWER_MS: Millis = 10_000.0;

/// Answers come with headers, and nobody echoes what was sent. The login follows.
const CONNECT: &str = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"lang\":\"freshet\",\
                       \"version\":\"1\",\"protocol\":1";

/// Errors after which the same login fares no better (nats-server, `server/errors.go`).
const FINAL: [&str; 3] = [
    "Authorization Violation",
    "User Authentication Expired",
    "User Authentication Revoked",
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Closed,
    /// The greeting is to come until then.
    AwaitsGreeting {
        until: Millis,
    },
    /// The answer to the login is to come until then: a server that refuses it says so before.
    LoggingIn {
        until: Millis,
    },
    Ready {
        /// When anything last came.
        heard: Millis,
        /// When it was asked whether it is there, until it has answered.
        asked: Option<Millis>,
    },
}

/// The part of a session that speaks for itself.
#[derive(Debug)]
pub(super) struct Client {
    state: State,
    /// In the order in which they were asked for.
    subscriptions: Vec<(SubscriptionId, SubscribeRequest)>,
    /// Operations to send.
    says: Vec<u8>,
    /// Who logs in, where the data source says so.
    user: Option<String>,
    /// What this socket logs in with.
    token: Option<String>,
}

impl Client {
    pub(super) fn new(options: &Params) -> Self {
        let user = options.get("user").and_then(Value::as_str).map(str::trim);
        Self {
            state: State::Closed,
            subscriptions: Vec::new(),
            says: Vec::new(),
            user: user.filter(|user| !user.is_empty()).map(str::to_owned),
            token: None,
        }
    }

    pub(super) fn opened(&mut self, token: Option<&str>, now: Millis) {
        self.says.clear();
        self.token = token.map(str::to_owned);
        self.state = State::AwaitsGreeting {
            until: now + HANDSHAKE_MS,
        };
    }

    pub(super) fn closed(&mut self) {
        self.says.clear();
        self.state = State::Closed;
    }

    /// The server said something at `now`.
    pub(super) fn heard(&mut self, what: &Heard, now: Millis) {
        if let (State::AwaitsGreeting { .. }, true) = (self.state, what.greeted) {
            let login = self.login();
            self.say(&format!("{CONNECT}{login}}}\r\nPING\r\n"));
            self.state = State::LoggingIn {
                until: now + HANDSHAKE_MS,
            };
        }
        match self.state {
            State::LoggingIn { .. } if what.pongs > 0 => {
                self.state = State::Ready {
                    heard: now,
                    asked: None,
                };
                for (id, request) in &self.subscriptions {
                    self.says
                        .extend_from_slice(subscribing(*id, request).as_bytes());
                }
            }
            State::Ready { .. } => {
                self.state = State::Ready {
                    heard: now,
                    asked: None,
                };
            }
            State::Closed | State::AwaitsGreeting { .. } | State::LoggingIn { .. } => {}
        }
    }

    /// What an error of the server means, by its words.
    pub(super) fn meaning(&self, words: String) -> Control {
        if let Some((subject, queue)) = refused(&words) {
            let is_refused = |request: &SubscribeRequest| {
                request.word("subject") == Some(subject) && request.word("queue") == queue
            };
            let mut all = self.subscriptions.iter();
            return match all.find(|(_, request)| is_refused(request)) {
                Some((id, _)) => Control::Refused(*id, words),
                None => Control::Reported(words),
            };
        }
        if FINAL.iter().any(|known| words.eq_ignore_ascii_case(known)) {
            let words = format!("the server refused the login: {words}");
            return match self.token {
                Some(_) => Control::TokenRefused(words),
                None => Control::Stopped(words),
            };
        }
        Control::Reported(words)
    }

    pub(super) fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest) {
        self.subscriptions.push((id, request.clone()));
        if self.is_ready() {
            self.say(&subscribing(id, request));
        }
    }

    pub(super) fn unsubscribe(&mut self, id: SubscriptionId) {
        self.subscriptions.retain(|(known, _)| *known != id);
        if self.is_ready() {
            self.say(&format!("UNSUB {}\r\n", id.0));
        }
    }

    /// The members of `CONNECT` with which it logs in.
    fn login(&self) -> String {
        let member = |name: &str, text: &str| format!(",\"{name}\":{}", Value::from(text));
        match (&self.token, &self.user) {
            (None, _) => String::new(),
            (Some(token), None) => member("auth_token", token),
            (Some(token), Some(user)) => member("user", user) + &member("pass", token),
        }
    }

    fn say(&mut self, operation: &str) {
        self.says.extend_from_slice(operation.as_bytes());
    }

    /// What is to be sent, all of it together.
    pub(super) fn take_said(&mut self) -> Option<Outgoing> {
        let says = std::mem::take(&mut self.says);
        (!says.is_empty()).then_some(Outgoing::Binary(says))
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.state, State::Ready { .. })
    }

    pub(super) fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// What it waits for before it is ready.
    pub(super) fn awaits(&self) -> Option<&'static str> {
        match self.state {
            State::AwaitsGreeting { .. } => Some("the server's greeting (INFO)"),
            State::LoggingIn { .. } => Some("the server's answer to the login (PONG)"),
            State::Closed | State::Ready { .. } => None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            State::Closed => None,
            State::AwaitsGreeting { until } | State::LoggingIn { until } => Some(until),
            State::Ready {
                asked: Some(since), ..
            } => Some(since + ANSWER_MS),
            State::Ready { heard, asked: None } => Some(heard + QUIET_MS),
        }
    }

    /// Does what is due at `now`.
    pub(super) fn timeout(&mut self, now: Millis) -> Option<Control> {
        if self.deadline()? > now {
            return None;
        }
        let failed = |missing: &str, ms: Millis| {
            let seconds = ms / 1000.0;
            Control::Failed(format!("the server {missing} within {seconds} s"))
        };
        match self.state {
            State::Closed => None,
            State::AwaitsGreeting { .. } => Some(failed(
                "did not send the greeting of a NATS server (INFO)",
                HANDSHAKE_MS,
            )),
            State::LoggingIn { .. } => Some(failed("did not answer the login", HANDSHAKE_MS)),
            State::Ready { asked: Some(_), .. } => Some(failed("did not answer a ping", ANSWER_MS)),
            State::Ready { asked: None, .. } => {
                self.ask(now);
                None
            }
        }
    }

    /// Asks the server now whether it is still there, unless that is being asked.
    pub(super) fn probe(&mut self, now: Millis) -> bool {
        if matches!(self.state, State::Ready { asked: None, .. }) {
            self.ask(now);
        }
        self.is_open()
    }

    fn ask(&mut self, now: Millis) {
        if let State::Ready { asked, .. } = &mut self.state {
            *asked = Some(now);
            self.say("PING\r\n");
        }
    }
}

/// The operation that asks for a subscription.
fn subscribing(id: SubscriptionId, request: &SubscribeRequest) -> String {
    let Some(subject) = request.word("subject") else {
        // A query without one is refused before it comes here.
        debug_assert!(false, "a subscription without a subject");
        return String::new();
    };
    let queue = request.word("queue").map(|queue| format!(" {queue}"));
    format!("SUB {subject}{} {}\r\n", queue.unwrap_or_default(), id.0)
}

/// Subject and queue group in `Permissions Violation for Subscription to "subject" using queue "queue"`.
fn refused(words: &str) -> Option<(&str, Option<&str>)> {
    let (_, rest) = words.split_once("ermissions Violation for Subscription to \"")?;
    let (subject, rest) = rest.split_once('"')?;
    let queue = rest.strip_prefix(" using queue \"");
    let queue = queue.and_then(|rest| rest.split_once('"'));
    Some((subject, queue.map(|(queue, _)| queue)))
}
