//! What a Socket.IO client says of its own accord (github.com/socketio/socket.io-protocol): it joins a namespace, emits
//! what queries say, and picks the event of each query.
//!
//! [`SocketIo`](super::SocketIo) tells it what the server said, and sends what it puts into the outbox.

use std::borrow::Cow;

use super::packet::EventPacket;
use crate::decode::json::Scanner;
use crate::decode::{DecodeError, text};
use crate::format::write;
use crate::protocol::outbox::Outbox;
use crate::protocol::preset::{json_text, word};
use crate::protocol::{
    Control, Opening, Outgoing, Params, Received, SubscribeRequest, SubscriptionId,
};
use crate::table::Millis;

/// How long the server may take for its greeting, and for the answer to the client's. Servers wait 45 s for theirs.
const HANDSHAKE_MS: Millis = 10_000.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum JoinState {
    Closed,
    /// The server's greeting is to come until then.
    AwaitsGreeting {
        until: Millis,
    },
    /// The answer of the namespace is to come until then.
    Joining {
        until: Millis,
    },
    Joined,
}

/// What a query asked for.
#[derive(Debug)]
struct Listener {
    id: SubscriptionId,
    /// The name of the events that it reads; all where there is none.
    event: Option<String>,
    /// What is emitted for it, a JSON array.
    emit: Option<String>,
    /// What is emitted when nobody reads it any more, a JSON array.
    emit_on_leave: Option<String>,
}

/// The part of a session that speaks for itself.
#[derive(Debug)]
pub(super) struct SocketIoClient {
    state: JoinState,
    namespace: String,
    /// What the data source says who it is, a JSON object.
    auth: Option<String>,
    /// The secret of this socket.
    token: Option<String>,
    /// In the order in which they were asked for.
    listeners: Vec<Listener>,
}

impl SocketIoClient {
    /// For what the data source says in its options.
    pub(super) fn new(options: &Params) -> Self {
        Self {
            state: JoinState::Closed,
            namespace: word(options, "namespace").unwrap_or("/").to_owned(),
            auth: json_text(options, "auth"),
            token: None,
            listeners: Vec::new(),
        }
    }

    pub(super) fn opened(&mut self, opening: &Opening, now: Millis) {
        self.token = opening.token.clone();
        self.state = JoinState::AwaitsGreeting {
            until: now + HANDSHAKE_MS,
        };
    }

    pub(super) fn closed(&mut self) {
        self.token = None;
        self.state = JoinState::Closed;
    }

    /// The server greeted at `now`.
    pub(super) fn greeted(&mut self, now: Millis, outbox: &mut Outbox) {
        if !matches!(self.state, JoinState::AwaitsGreeting { .. }) {
            return;
        }
        self.state = JoinState::Joining {
            until: now + HANDSHAKE_MS,
        };
        let auth = credentials(self.auth.as_deref(), self.token.as_deref());
        outbox.send(self.packet('0', None, &auth));
    }

    /// The server let the client into a namespace.
    pub(super) fn joined(&mut self, namespace: &[u8], outbox: &mut Outbox) {
        if self.is_in(namespace) && self.is_joining() {
            self.state = JoinState::Joined;
            for listener in &self.listeners {
                self.emit(listener, outbox);
            }
        }
    }

    /// Takes what an event holds for the queries, or that the server took what one of them emitted. An event that is
    /// refused leaves everything as it was.
    pub(super) fn take(
        &self,
        event: &EventPacket<'_>,
        max_bytes: usize,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        if !self.is_in(event.namespace) {
            return Ok(());
        }
        if event.is_answer {
            let mut all = self.listeners.iter();
            let asked = all.find(|known| Some(known.id.0) == event.id && known.emit.is_some());
            let accepted = asked.map(|known| Control::Accepted(known.id));
            received.control.extend(accepted);
            return Ok(());
        }
        let (texts, told) = (received.documents.mark(), received.subscriptions.len());
        let taken = self.deal_out(event, max_bytes, received);
        if taken.is_err() {
            received.documents.rewind(texts);
            received.subscriptions.truncate(told);
        }
        taken
    }

    /// Gives each query that reads this event what it is to see of it.
    fn deal_out(
        &self,
        event: &EventPacket<'_>,
        max_bytes: usize,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let at = |error: DecodeError| DecodeError::new(error.kind, error.at + event.at);
        let name = name_of(event.array).map_err(at)?;
        for listener in &self.listeners {
            let documents = &mut received.documents;
            // Each is for one query, and none is to be short of room because of the others.
            documents.allow_message(max_bytes);
            match &listener.event {
                None => documents.add_text(event.array, event.at)?,
                Some(wanted) if *wanted == name => {
                    let (arguments, start) = arguments(event.array).map_err(at)?;
                    documents.add_text(&arguments, event.at + start)?;
                }
                Some(_) => continue,
            }
            received.subscriptions.push(Some(listener.id));
        }
        Ok(())
    }

    pub(super) fn subscribe(
        &mut self,
        id: SubscriptionId,
        request: &SubscribeRequest,
        outbox: &mut Outbox,
    ) {
        let listener = Listener {
            id,
            event: request.word("event").map(str::to_owned),
            emit: json_text(&request.params, "emit"),
            emit_on_leave: json_text(&request.params, "emitOnLeave"),
        };
        if self.state == JoinState::Joined {
            self.emit(&listener, outbox);
        }
        self.listeners.push(listener);
    }

    pub(super) fn unsubscribe(&mut self, id: SubscriptionId, outbox: &mut Outbox) {
        let index = self.listeners.iter().position(|known| known.id == id);
        let gone = index.map(|index| self.listeners.remove(index));
        let last = gone.and_then(|gone| gone.emit_on_leave);
        if let (Some(last), JoinState::Joined) = (last, self.state) {
            outbox.send(self.packet('2', None, &last));
        }
    }

    /// Leaves the namespace, for good.
    pub(super) fn leave(&self, outbox: &mut Outbox) {
        if self.state == JoinState::Joined {
            outbox.send(self.packet('1', None, ""));
        }
    }

    /// Emits what a query says is to be, so that the server acknowledges it.
    fn emit(&self, listener: &Listener, outbox: &mut Outbox) {
        if let Some(array) = &listener.emit {
            outbox.send(self.packet('2', Some(listener.id), array));
        }
    }

    /// A packet for the namespace; the server answers with the number of `id`.
    fn packet(&self, kind: char, id: Option<SubscriptionId>, data: &str) -> Outgoing {
        let place = match self.namespace.as_str() {
            "/" => String::new(),
            other => format!("{other},"),
        };
        let id = id.map(|id| id.0.to_string()).unwrap_or_default();
        Outgoing::Text(format!("4{kind}{place}{id}{data}"))
    }

    /// What it means that the server put the client out of a namespace, if it is in that.
    pub(super) fn left(&self, namespace: &[u8]) -> Option<Control> {
        let words = format!("the server disconnected namespace {}", self.namespace);
        self.is_in(namespace).then_some(Control::Failed(words))
    }

    /// What it means that the server did not let the client into a namespace: whoever asks again, as the same one, is
    /// refused again, unless another token helps.
    pub(super) fn refused(&self, namespace: &[u8], words: &str) -> Option<Control> {
        let words = format!("the server refused namespace {}: {words}", self.namespace);
        let refusal = match self.token {
            Some(_) => Control::TokenRefused,
            None => Control::Stopped,
        };
        self.is_in(namespace).then_some(refusal(words))
    }

    /// Whether it is in this namespace, or on the way there.
    fn is_in(&self, namespace: &[u8]) -> bool {
        self.namespace.as_bytes() == namespace
    }

    /// Whether it has yet to get into its namespace.
    pub(super) fn is_joining(&self) -> bool {
        self.deadline().is_some()
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            JoinState::AwaitsGreeting { until } | JoinState::Joining { until } => Some(until),
            JoinState::Closed | JoinState::Joined => None,
        }
    }

    /// What has not come until `now`.
    pub(super) fn timeout(&mut self, now: Millis) -> Option<Control> {
        if self.deadline()? > now {
            return None;
        }
        let missing = match self.state {
            JoinState::AwaitsGreeting { .. } => {
                "did not send the greeting of a Socket.IO server (0)"
            }
            _ => "did not answer the request to join the namespace",
        };
        self.state = JoinState::Closed;
        let seconds = HANDSHAKE_MS / 1000.0;
        Some(Control::Failed(format!(
            "the server {missing} within {seconds} s"
        )))
    }
}

/// Who the client says it is: the object `auth` with `token` as a member. Empty where there is neither.
fn credentials(auth: Option<&str>, token: Option<&str>) -> String {
    let Some(token) = token else {
        return auth.unwrap_or_default().to_owned();
    };
    let members = auth.and_then(|auth| auth.trim().strip_suffix('}'));
    let mut object = members.unwrap_or("{").trim_end().as_bytes().to_vec();
    write::comma(&mut object);
    object.extend_from_slice(b"\"token\":");
    write::string(&mut object, token);
    object.push(b'}');
    String::from_utf8(object).unwrap_or_default()
}

/// The name of an event, which is the first item of its array: a string, or what else stands there as it is written.
fn name_of(array: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    let mut scanner = Scanner::new(array);
    if !scanner.enter(b']')? {
        return Ok(Cow::Borrowed(""));
    }
    let is_string = scanner.peek()? == b'"';
    let mut start = scanner.offset();
    let mut is_escaped = false;
    let end = if is_string {
        let span = scanner.string()?;
        (start, is_escaped) = (span.start, span.escaped);
        span.end
    } else {
        scanner.skip(1)?;
        scanner.offset()
    };
    let written = str::from_utf8(array.get(start..end).unwrap_or_default()).unwrap_or_default();
    if !is_escaped {
        return Ok(Cow::Borrowed(written));
    }
    let mut name = String::new();
    text::unescape(written, &mut name);
    Ok(Cow::Owned(name))
}

/// The arguments of an event, and where they begin in its array: the one as it is, several or none as an array.
fn arguments(array: &[u8]) -> Result<(Cow<'_, [u8]>, usize), DecodeError> {
    let mut scanner = Scanner::new(array);
    scanner.enter(b']')?;
    scanner.skip(1)?;
    let mut is_more = scanner.more(b']')?;
    let rest = scanner.offset();
    let (mut count, mut first) = (0, rest..rest);
    while is_more {
        scanner.peek()?;
        let start = scanner.offset();
        scanner.pass()?;
        count += 1;
        if count == 1 {
            first = start..scanner.offset();
        }
        is_more = scanner.more(b']')?;
    }
    scanner.finish()?;
    if count == 1 {
        let start = first.start;
        return Ok((Cow::Borrowed(array.get(first).unwrap_or_default()), start));
    }
    let several = match count {
        0 => b"]".as_slice(),
        _ => array.get(rest..).unwrap_or_default(),
    };
    Ok((Cow::Owned([b"[", several].concat()), rest))
}
