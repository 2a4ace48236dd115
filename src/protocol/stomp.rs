//! A STOMP 1.2 client (stomp.github.io, "STOMP Protocol Specification, Version 1.2"), only as a preset.
//!
//! Each `MESSAGE` becomes an object with `destination`, `headers` and `payload`. It connects, subscribes with
//! identifiers of its own and a receipt for each, and beats when the server wants to hear that it is there. A
//! destination that the server refuses by name is left out of the sockets that follow, until its reader asks anew; one over
//! which the server seems to hang up is asked for again after some minutes.

mod frames;
mod targets;
#[cfg(test)]
mod tests;

use self::frames::{FrameReader, StompFrame, error, frame};
use self::targets::Targets;
use super::contract::{
    Control, Opening, Outgoing, Params, Phase, Protocol, Received, Setup, SubscribeRequest,
    SubscriptionId,
};
use super::payload;
use super::preset::word;
use crate::decode::DecodeError;
use crate::format::{Message, write};
use crate::table::Millis;

/// How long the server may take to answer the login.
const HANDSHAKE_MS: Millis = 10_000.0;

/// How often it can say that it is there: timers of hidden tabs fire once a minute.
const BEATS_MS: u32 = 120_000;

/// How often it does say so, at least, where the server wants to hear it: RabbitMQ hangs up on WebSockets that have been
/// silent for 60 s, whatever was agreed on.
const SAYS_MS: Millis = 25_000.0;

/// How often it wants to hear from the server, at least.
const HEARS_MS: u32 = 30_000;
#[derive(Debug, Clone, Copy, PartialEq)]
enum StompState {
    Closed,
    /// The answer to the login is to come until then.
    LoggingIn {
        until: Millis,
    },
    Ready,
}

/// One side of a STOMP session.
#[derive(Debug)]
pub(super) struct Stomp {
    state: StompState,
    reader: FrameReader,
    options: Params,
    targets: Targets,
    /// Frames to send.
    says: String,
    max_bytes: usize,
    /// How often the server wants to hear a beat, if it does, and when the next one is due.
    beats: Option<(Millis, Millis)>,
    /// For how long the server may be silent, if it has said so.
    silence: Option<Millis>,
    /// When anything last came.
    heard: Millis,
    /// Whether the socket ends for a reason of its own.
    ends: bool,
    /// Whether it logs in with a token.
    has_token: bool,
}

impl Stomp {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            state: StompState::Closed,
            reader: FrameReader::new(setup.max_message_bytes),
            options: setup.options.clone(),
            targets: Targets::default(),
            says: String::new(),
            max_bytes: setup.max_message_bytes,
            beats: None,
            silence: None,
            heard: 0.0,
            ends: false,
            has_token: false,
        }
    }

    /// Takes a frame of the server.
    fn take(
        &mut self,
        frame: &StompFrame<'_>,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        match frame.command {
            "MESSAGE" => {
                let subscription = frame.header("subscription").and_then(id_of);
                let id = subscription.ok_or_else(|| error("the message is for no subscription"))?;
                received.documents.add(|json| {
                    write_message(json, frame);
                    Ok(())
                })?;
                received.subscriptions.push(Some(id));
                if self.targets.taken(id) {
                    received.control.push_back(Control::Accepted(id));
                }
            }
            "RECEIPT" => {
                let id = frame.header("receipt-id").and_then(id_of);
                let id = id.filter(|id| self.targets.taken(*id));
                received.control.extend(id.map(Control::Accepted));
            }
            "CONNECTED" => self.connected(frame, now, received),
            "ERROR" => {
                let control = self.failed(frame, now);
                received.control.push_back(control);
            }
            _ => return Err(error("unknown command")),
        }
        Ok(())
    }

    fn connected(&mut self, frame: &StompFrame<'_>, now: Millis, received: &mut Received) {
        if !matches!(self.state, StompState::LoggingIn { .. }) {
            return;
        }
        self.state = StompState::Ready;
        let wishes = frame.header("heart-beat").and_then(|wishes| {
            let (sends, wants) = wishes.split_once(',')?;
            let number = |text: &str| text.trim().parse::<u32>().ok();
            Some((number(sends)?, number(wants)?))
        });
        let (sends, wants) = wishes.unwrap_or_default();
        let agreed = |theirs: u32, ours: u32| (theirs > 0).then_some(f64::from(theirs.max(ours)));
        // Early, and late: the network and the timers of browsers take their time.
        let every = agreed(wants, BEATS_MS).map(|ms| SAYS_MS.min(ms * 0.75));
        self.beats = every.map(|every| (every, now + every));
        self.silence = agreed(sends, HEARS_MS).map(|ms| ms * 2.0);
        self.targets.opened(now);
        // All answers are forgotten when a socket opens.
        let refused = self.targets.refused();
        let refused = refused.map(|(id, words)| Control::Refused(id, words.to_owned()));
        received.control.extend(refused);
    }

    /// What an error of the server means.
    fn failed(&mut self, frame: &StompFrame<'_>, now: Millis) -> Control {
        let words = words_of(frame);
        if self.state != StompState::Ready {
            let words = format!("the server refused the login: {words}");
            return match self.has_token {
                true => Control::TokenRefused(words),
                false => Control::Stopped(words),
            };
        }
        let named = frame.header("receipt-id").and_then(id_of);
        match self.targets.refuse(named, &words, now) {
            Some(id) => Control::Refused(id, words),
            None => Control::Reported(words),
        }
    }

    /// Asks for what is to be asked for.
    fn ask(&mut self, now: Millis) {
        if self.state != StompState::Ready {
            return;
        }
        while let Some((id, destination)) = self.targets.ask_next(now) {
            let number = id.0.to_string();
            let headers = [
                ("id", number.as_str()),
                ("destination", destination),
                ("ack", "auto"),
                ("receipt", number.as_str()),
            ];
            self.says.push_str(&frame("SUBSCRIBE", &headers));
        }
    }

    /// When what was left out is asked for again.
    fn retry_at(&self) -> Option<Millis> {
        let is_ready = self.state == StompState::Ready;
        self.targets.retry_at().filter(|_| is_ready)
    }

    fn quiet_until(&self) -> Option<Millis> {
        self.silence.map(|silence| self.heard + silence)
    }
}

impl Protocol for Stomp {
    fn name(&self) -> &'static str {
        "stomp"
    }

    fn tells_apart(&self) -> bool {
        true
    }

    fn opened(&mut self, opening: &Opening, now: Millis) {
        self.heard = now;
        self.has_token = opening.token.is_some();
        self.state = StompState::LoggingIn {
            until: now + HANDSHAKE_MS,
        };
        let beats = format!("{BEATS_MS},{HEARS_MS}");
        let mut headers = vec![
            ("accept-version", "1.2,1.1"),
            ("host", word(&self.options, "host").unwrap_or("/")),
            ("heart-beat", beats.as_str()),
        ];
        headers.extend(word(&self.options, "login").map(|login| ("login", login)));
        headers.extend(opening.token.as_deref().map(|token| ("passcode", token)));
        self.says = frame("CONNECT", &headers);
    }

    fn closed(&mut self) {
        self.reader.reset();
        self.says.clear();
        self.beats = None;
        self.silence = None;
        self.targets.closed(std::mem::take(&mut self.ends));
        self.state = StompState::Closed;
    }

    fn receive(
        &mut self,
        message: Message<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        self.heard = now;
        received.documents.allow_message(self.max_bytes);
        let mut reader = std::mem::take(&mut self.reader);
        let result = reader.read(message.bytes(), &mut |frame| {
            self.take(frame, now, received)
        });
        self.reader = reader;
        received.documents.allow_all();
        received.came(arrival, None);
        self.ask(now);
        result
    }

    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest, now: Millis) {
        let destination = request.word("destination");
        debug_assert!(destination.is_some(), "a query without one is refused");
        self.targets.add(id, destination.unwrap_or_default());
        self.ask(now);
    }

    fn unsubscribe(&mut self, id: SubscriptionId, _text: &str, now: Millis) {
        if self.targets.remove(id) {
            let number = id.0.to_string();
            self.says
                .push_str(&frame("UNSUBSCRIBE", &[("id", &number)]));
        }
        self.ask(now);
    }

    fn leaving(&mut self, _now: Millis) {
        if self.state == StompState::Ready {
            self.says.push_str(&frame("DISCONNECT", &[]));
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        let says = std::mem::take(&mut self.says);
        (!says.is_empty()).then_some(Outgoing::Text(says))
    }

    fn poll_timeout(&self) -> Option<Millis> {
        let login = match self.state {
            StompState::Closed => return None,
            StompState::LoggingIn { until } => Some(until),
            StompState::Ready => None,
        };
        let beat = self.beats.map(|(_, at)| at);
        let targets = [self.targets.deadline(), self.retry_at()];
        let deadlines = [login, beat, self.quiet_until()].into_iter().chain(targets);
        deadlines.flatten().min_by(f64::total_cmp)
    }

    fn handle_timeout(&mut self, now: Millis) -> Option<Control> {
        let is_due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
        if let StompState::LoggingIn { until } = self.state
            && until <= now
        {
            self.state = StompState::Closed;
            let seconds = HANDSHAKE_MS / 1000.0;
            return Some(Control::Failed(format!(
                "the server did not answer the login (CONNECT) within {seconds} s"
            )));
        }
        if is_due(self.quiet_until()) {
            self.ends = true;
            let seconds = self.silence.take()? / 1000.0;
            return Some(Control::Failed(format!(
                "the server has sent nothing for {seconds} s, twice its heart-beat"
            )));
        }
        if let Some((every, at)) = &mut self.beats
            && *at <= now
        {
            *at = now + *every;
            self.says.push('\n');
        }
        let expired = self.targets.expire(now);
        self.ask(now);
        // What was refused is so no more.
        let (was_suspect, id) = expired?;
        was_suspect.then_some(Control::Accepted(id))
    }

    fn probe(&mut self, _now: Millis) -> bool {
        // Its beats are not answered. Those of the server are missed in time, where it has promised some.
        self.quiet_until().is_some() || matches!(self.state, StompState::LoggingIn { .. })
    }

    fn awaits_answers(&self) -> bool {
        self.targets.await_answers()
    }

    fn phase(&self) -> Phase {
        match self.state {
            StompState::Closed => Phase::Closed,
            StompState::LoggingIn { .. } => Phase::Handshaking,
            StompState::Ready => Phase::Ready,
        }
    }

    fn awaits(&self) -> Option<String> {
        let is_waiting = matches!(self.state, StompState::LoggingIn { .. });
        is_waiting.then(|| "the answer to the login (CONNECTED)".to_owned())
    }
}

/// Subscriptions and receipts have the same numbers.
fn id_of(number: &str) -> Option<SubscriptionId> {
    number.parse().ok().map(SubscriptionId)
}

/// What an error says: its header `message`, and its body behind it.
fn words_of(frame: &StompFrame<'_>) -> String {
    let body = String::from_utf8_lossy(frame.body);
    let body: Vec<&str> = body.split_whitespace().collect();
    let said = [frame.header("message").unwrap_or_default(), &body.join(" ")];
    let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
    match said.is_empty() {
        true => "ERROR".to_owned(),
        false => said.join(": "),
    }
}

/// Headers that say how the frame was carried, or stand beside the others.
const LEFT_OUT: [&str; 3] = ["destination", "subscription", "content-length"];

fn write_message(json: &mut Vec<u8>, frame: &StompFrame<'_>) {
    json.extend_from_slice(b"{\"destination\":");
    write::string(json, frame.header("destination").unwrap_or_default());
    json.extend_from_slice(b",\"headers\":{");
    for (index, (name, value)) in frame.headers.iter().enumerate() {
        let earlier = frame.headers.get(..index).unwrap_or_default();
        let is_repeated = earlier.iter().any(|(known, _)| known == name);
        if is_repeated || LEFT_OUT.contains(&name.as_ref()) {
            continue;
        }
        write::comma(json);
        write::string(json, name);
        json.push(b':');
        write::string(json, value);
    }
    json.extend_from_slice(b"},\"payload\":");
    payload::write(json, frame.body);
    json.push(b'}');
}
