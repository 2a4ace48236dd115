//! What a NATS client says of its own accord (docs.nats.io, "Client Protocol"): it logs in, subscribes with identifiers
//! of its own, and asks whether the server is still there.
//!
//! [`Nats`](super::Nats) tells it what the server said and passes on what it wants sent.

use std::str;

use super::operations::Heard;
use crate::protocol::{Control, Outgoing, SubscribeRequest, SubscriptionId};
use crate::table::Millis;

/// How long the server may take for its greeting, and for the answer to the login.
const HANDSHAKE_MS: Millis = 10_000.0;

/// Silence after which the server is asked whether it is still there. Servers ask every 2 minutes themselves.
const QUIET_MS: Millis = 30_000.0;

/// How long it may take to answer that.
const ANSWER_MS: Millis = 10_000.0;

/// Answers come with headers, and nobody echoes what was sent.
const CONNECT: &str = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"lang\":\"freshet\",\
                       \"version\":\"1\",\"protocol\":1}\r\nPING\r\n";

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Closed,
    /// The greeting is to come until then.
    Greeted {
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
}

impl Client {
    pub(super) fn new() -> Self {
        Self {
            state: State::Closed,
            subscriptions: Vec::new(),
            says: Vec::new(),
        }
    }

    pub(super) fn opened(&mut self, now: Millis) {
        self.says.clear();
        self.state = State::Greeted {
            until: now + HANDSHAKE_MS,
        };
    }

    pub(super) fn closed(&mut self) {
        self.says.clear();
        self.state = State::Closed;
    }

    /// The server said something at `now`.
    pub(super) fn heard(&mut self, what: &Heard, now: Millis) {
        if let (State::Greeted { .. }, true) = (self.state, what.greeted) {
            self.says.extend_from_slice(CONNECT.as_bytes());
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
                let subscriptions = std::mem::take(&mut self.subscriptions);
                for (id, request) in &subscriptions {
                    self.say_subscribe(*id, request);
                }
                self.subscriptions = subscriptions;
            }
            State::Ready { .. } => {
                self.state = State::Ready {
                    heard: now,
                    asked: None,
                };
            }
            State::Closed | State::Greeted { .. } | State::LoggingIn { .. } => {}
        }
    }

    /// What an error of the server means, by its words.
    pub(super) fn meaning(&self, words: String) -> Control {
        let lower = words.to_ascii_lowercase();
        if let Some(subject) = refused_subject(&words) {
            let mut all = self.subscriptions.iter();
            let refused = all.find(|(_, request)| request.word("subject") == Some(subject));
            return match refused {
                Some((id, _)) => Control::Refused(*id, words),
                None => Control::Reported(words),
            };
        }
        let is_final = ["authorization violation", "authentication", "account"];
        if is_final.iter().any(|part| lower.contains(part)) && !lower.contains("timeout") {
            return Control::Stopped(format!("the server refused the login: {words}"));
        }
        Control::Reported(words)
    }

    pub(super) fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest) {
        self.subscriptions.push((id, request.clone()));
        if self.is_ready() {
            self.say_subscribe(id, request);
        }
    }

    pub(super) fn unsubscribe(&mut self, id: SubscriptionId) {
        self.subscriptions.retain(|(known, _)| *known != id);
        if self.is_ready() {
            self.say(format!("UNSUB {}\r\n", id.0));
        }
    }

    fn say_subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest) {
        let Some(subject) = request.word("subject") else {
            // A query without one is refused before it comes here.
            debug_assert!(false, "a subscription without a subject");
            return;
        };
        let queue = request.word("queue").map(|queue| format!(" {queue}"));
        let queue = queue.unwrap_or_default();
        self.say(format!("SUB {subject}{queue} {}\r\n", id.0));
    }

    fn say(&mut self, operation: String) {
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

    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            State::Closed => None,
            State::Greeted { until } | State::LoggingIn { until } => Some(until),
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
        let failed = |missing: &str| {
            let seconds = HANDSHAKE_MS / 1000.0;
            Control::Failed(format!("the server {missing} within {seconds} s"))
        };
        match self.state {
            State::Closed => None,
            State::Greeted { .. } => Some(failed("did not greet as NATS servers do (with INFO)")),
            State::LoggingIn { .. } => Some(failed("did not answer the login")),
            State::Ready { asked: Some(_), .. } => Some(failed("did not answer a ping")),
            State::Ready { heard, asked: None } => {
                self.say("PING\r\n".to_owned());
                self.state = State::Ready {
                    heard,
                    asked: Some(now),
                };
                None
            }
        }
    }
}

/// The subject in `Permissions Violation for Subscription to "subject"`, which some versions follow with more.
fn refused_subject(words: &str) -> Option<&str> {
    let (_, rest) = words.split_once("ermissions Violation for Subscription to \"")?;
    rest.split_once('"').map(|(subject, _)| subject)
}
