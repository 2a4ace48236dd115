//! What a session and a protocol say to each other.
//!
//! A session tells a [`Protocol`] of sockets, messages, subscriptions and time, and takes from it payloads, [`Control`]s,
//! [`Outgoing`] messages and the next moment at which it wants to be called. Here are that trait and the types that cross it;
//! each protocol implements it, and [`session`](crate::session) alone calls it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;

use serde_json::{Map, Value};

use crate::decode::DecodeError;
use crate::format::{Documents, Message};
use crate::table::Millis;

/// Names a subscription for the life of a session; a reconnect does not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub u32);

/// Named JSON values: what a query says its subscription is for.
pub type Params = Map<String, Value>;

/// One of them that is a number or a text, as a text, if it is there and not empty.
pub(super) fn said<'p>(params: &'p Params, name: &str) -> Option<Cow<'p, str>> {
    match params.get(name)? {
        Value::String(text) => Some(text.trim().into()).filter(|text: &Cow<str>| !text.is_empty()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// What a query asks the server for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SubscribeRequest {
    /// What is sent as it is.
    pub text: Option<String>,
    /// What the protocol makes its own message of: a topic, a channel.
    pub params: Params,
}

impl SubscribeRequest {
    /// Asks by a text that is sent as it is.
    pub fn of_text(text: &str) -> Self {
        Self {
            text: Some(text.to_owned()),
            params: Params::new(),
        }
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_none() && self.params.is_empty()
    }
}

/// What a protocol is made for.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The largest message that is read, in bytes.
    pub max_message_bytes: usize,
    /// Whether it speaks for itself: it logs in, and asks for what the params of queries name. Otherwise all that it
    /// says besides answers are the texts of queries.
    pub is_client: bool,
    /// What the data source tells its preset: a name, a version.
    pub options: Params,
    /// A number that differs from connection to connection, for names that have to.
    pub seed: u64,
}

impl Setup {
    /// For messages of at most so many bytes, of a protocol that sends the texts of queries.
    pub fn new(max_message_bytes: usize) -> Self {
        Self {
            max_message_bytes,
            is_client: false,
            options: Params::new(),
            seed: 0,
        }
    }
}

/// What a socket opens with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opening {
    /// The subprotocol that the server chose; empty if none.
    pub subprotocol: String,
    /// Milliseconds since the epoch.
    pub wall: Millis,
    /// The secret that was fetched for this socket, where the data source has one fetched.
    pub token: Option<String>,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
}

/// Where a protocol is between the opening of the socket and the first payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The socket is not open.
    Closed,
    /// Steps of a handshake are still to come; subscriptions wait.
    Handshaking,
    /// Subscriptions can be sent and payloads can come.
    Ready,
}

/// What a message said besides payloads.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    /// The server took the subscription.
    Accepted(SubscriptionId),
    /// The server refused the subscription, in its own words.
    Refused(SubscriptionId, String),
    /// The server has said nothing of the subscription within so many seconds; it may yet.
    Unanswered(SubscriptionId, f64),
    /// The server ended the subscription, in its own words where it had any.
    Ended(SubscriptionId, String),
    /// The server reported an error of a subscription that goes on, in its own words.
    Told(SubscriptionId, String),
    /// The server reported an error that belongs to no subscription, in its own words where it had any.
    Reported(String),
    /// The server ended the conversation or no longer takes part in it, and how; the socket is of no use any
    /// more.
    Failed(String),
    /// The same, and another socket would fare no better: a wrong password, an unknown client.
    Stopped(String),
    /// The server refuses the token that the socket was opened with, or takes it no longer: another one may do.
    TokenRefused(String),
    /// The server will soon end the connection, and why: another one is to be ready by then.
    HandOver(String),
    /// The server wants the next connection no sooner than so many milliseconds after the end of this one.
    RetryAfter(Millis),
}

/// When another socket is tried after a server has closed one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Retry {
    /// Never: it would fare no better.
    Never,
    /// At once, if the socket was good for a while.
    AtOnce,
    /// As usual, but no sooner than after so many milliseconds.
    After(Millis),
    /// As usual.
    Usual,
}

impl Control {
    /// The same in other words.
    pub(crate) fn with_words(self, change: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Accepted(id) => Self::Accepted(id),
            Self::Unanswered(id, seconds) => Self::Unanswered(id, seconds),
            Self::Refused(id, words) => Self::Refused(id, change(words)),
            Self::Ended(id, words) => Self::Ended(id, change(words)),
            Self::Told(id, words) => Self::Told(id, change(words)),
            Self::Reported(words) => Self::Reported(change(words)),
            Self::Failed(words) => Self::Failed(change(words)),
            Self::Stopped(words) => Self::Stopped(change(words)),
            Self::TokenRefused(words) => Self::TokenRefused(change(words)),
            Self::HandOver(words) => Self::HandOver(change(words)),
            Self::RetryAfter(ms) => Self::RetryAfter(ms),
        }
    }
}

/// What one or more messages held: payloads as JSON texts, and what else was said.
///
/// `arrivals` and `subscriptions` have one entry for each text in `documents`.
#[derive(Debug, Default)]
pub struct Received {
    /// The payloads, in order.
    pub documents: Documents,
    /// When the message of each payload came.
    pub arrivals: Vec<Millis>,
    /// Which subscription each payload is for; `None` for all of them.
    pub subscriptions: Vec<Option<SubscriptionId>>,
    /// What else was said, in order.
    pub control: VecDeque<Control>,
}

impl Received {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.documents.clear();
        self.arrivals.clear();
        self.subscriptions.clear();
        self.control.clear();
    }

    /// Gives the payloads added since the last call their arrival and subscription.
    pub(crate) fn came(&mut self, arrival: Millis, subscription: Option<SubscriptionId>) {
        let count = self.documents.len();
        self.arrivals.resize(count, arrival);
        self.subscriptions.resize(count, subscription);
    }
}

/// One side of a conversation with a server. Times called `now` are milliseconds of a clock that never goes back;
/// times of arrival are milliseconds since the epoch.
pub trait Protocol {
    /// The name by which data sources and queries name it.
    fn name(&self) -> &'static str;

    /// Whether every message is payload, so that whole batches pass by untouched and nothing need be read
    /// before a panel asks. [`receive`](Self::receive) is then never called.
    fn passes_batches(&self) -> bool {
        false
    }

    /// Whether each payload says which subscription it is for, so that one socket serves many: [`Received`] then
    /// names one for every payload, and a payload for several stands there once for each.
    fn tells_apart(&self) -> bool {
        false
    }

    /// A socket opened.
    fn opened(&mut self, opening: &Opening, now: Millis);

    /// The socket is gone; half a message that waited goes with it.
    fn closed(&mut self);

    /// Reads a message, which came at `arrival`, into `received`. What could be read before an error stays.
    ///
    /// # Errors
    /// When the message, or a part of it, is not of this protocol.
    fn receive(
        &mut self,
        message: Message<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError>;

    /// Asks for a subscription, which is new. It is asked for again on every socket that opens.
    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest, now: Millis);

    /// Takes a subscription back; `text` is what the query says is to be sent for that, if a socket is open,
    /// empty when nothing is.
    fn unsubscribe(&mut self, id: SubscriptionId, text: &str, now: Millis);

    /// The socket is about to be closed for good. What is to be said before that is sent next.
    fn leaving(&mut self, _now: Millis) {}

    /// When a server that closes with this code, and with these words, wants to be tried again.
    fn retry_after_close(&self, _code: u16, _reason: &str) -> Retry {
        Retry::Usual
    }

    /// Whether the server has yet to say whether it takes a subscription that it was asked for.
    fn awaits_answers(&self) -> bool {
        false
    }

    /// Whether another socket may be open beside this one: not where the server takes both for one client and ends the
    /// first.
    fn may_overlap(&self) -> bool {
        true
    }

    /// From where each subscription goes on, where the server can be told that.
    fn resume_points(&self) -> Vec<(SubscriptionId, Params)> {
        Vec::new()
    }

    /// A subscription, which was asked for and not yet sent, goes on from where another socket's was.
    fn resume_from(&mut self, _id: SubscriptionId, _point: Params) {}

    /// Parameters of the query string with which the next connection resumes, where the server takes them there.
    fn address_resume(&self) -> Params {
        Params::new()
    }

    /// Resumes from where another socket was: these were its parameters.
    fn resume_address_from(&mut self, _params: Params) {}

    /// The next thing to send. Call again until it is `None`.
    fn poll_transmit(&mut self) -> Option<Outgoing>;

    /// When it wants [`handle_timeout`](Self::handle_timeout) to be called, if ever.
    fn poll_timeout(&self) -> Option<Millis> {
        None
    }

    /// The time of [`poll_timeout`](Self::poll_timeout) has come. What that means for the connection, if
    /// anything. Does one of the things that are due, so that none is due for ever.
    fn handle_timeout(&mut self, _now: Millis) -> Option<Control> {
        None
    }

    /// The server may be gone without an end of the socket. Asks it for a sign of life now, as it does now and then. False
    /// where it cannot, and does not notice silence either: somebody else has to.
    fn probe(&mut self, _now: Millis) -> bool {
        false
    }

    /// Whether the last socket ended over how it was talked to, and another one at once is talked to otherwise. Asked
    /// after [`closed`](Self::closed).
    fn wants_another(&mut self) -> bool {
        false
    }

    /// Where it is.
    fn phase(&self) -> Phase;

    /// What it waits for before it is [`Ready`](Phase::Ready), in words that complete "waiting for": the server's
    /// greeting, the answer to the login. `None` where it waits for nothing, or for nothing that has a name.
    fn awaits(&self) -> Option<String> {
        None
    }
}

/// By name alone: what a conversation holds is long, and its code would be in every build.
impl fmt::Debug for dyn Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
