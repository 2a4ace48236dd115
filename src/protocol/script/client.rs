//! One side of a conversation that a script describes.
//!
//! In go a compiled [`Script`](super::definition::Script) and the messages of a socket; out come what is to be sent, payloads for
//! their subscriptions, and controls. The parts it keeps (asking, heart, routing, answers) have files of their own. A session
//! calls it as any [`Protocol`].

use std::collections::VecDeque;
use std::rc::Rc;
use std::str;

use serde_json::Value;

use super::asked_list::AskedList;
use super::definition::Script;
use super::heart::Heart;
use super::packaging::Held;
use super::places::{Found, Placed};
use super::routing::{Router, Unclaimed};
use super::subscriber::{AskState, Asked, ConnectionValues};
use super::template::{MessageTemplate, NoValue, Origins};
use super::turns::{ScriptTurn, Turns};
use crate::compress::Unpacker;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::format::{Message, write};
use crate::protocol::{
    Control, Opening, Outgoing, Params, Phase, Protocol, Received, Retry, SubscribeRequest,
    SubscriptionId,
};
use crate::table::Millis;

/// Where a connection is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ScriptStage {
    Closed,
    /// The answer to a step of the handshake is to come until then; with the `${id}` of what was sent.
    Step {
        index: usize,
        until: Millis,
        id: Option<Value>,
    },
    /// The handshake cannot go on for this reason, which is told as soon as anybody asks.
    Stuck {
        reason: String,
        at: Millis,
    },
    Ready,
}

/// Talks as a script says.
#[derive(Debug)]
pub(crate) struct ScriptClient {
    pub(super) script: Rc<Script>,
    name: &'static str,
    pub(super) max_bytes: usize,
    pub(super) stage: ScriptStage,
    pub(super) connection: ConnectionValues,
    pub(super) next_id: u64,
    /// In the order in which they were asked for.
    pub(super) asked: AskedList,
    /// Subscriptions that nobody wants any more, and that cannot be named to the server before it has answered.
    pub(super) orphans: Vec<Asked>,
    pub(super) heart: Option<Heart>,
    outbox: VecDeque<Outgoing>,
    pub(super) turns: Turns,
    pub(super) waiting: Unclaimed,
    /// Parameters with which the next connection resumes.
    address_resume: Params,
    found: Found,
    unpacker: Unpacker,
}

impl ScriptClient {
    /// A protocol that calls itself `name`, for messages of at most `max_bytes`.
    pub(crate) fn new(
        script: Rc<Script>,
        name: &'static str,
        max_bytes: usize,
        options: Params,
    ) -> Self {
        Self {
            script,
            name,
            max_bytes,
            stage: ScriptStage::Closed,
            connection: ConnectionValues {
                options,
                ..ConnectionValues::default()
            },
            next_id: 0,
            asked: AskedList::default(),
            orphans: Vec::new(),
            heart: None,
            outbox: VecDeque::new(),
            turns: Turns::default(),
            waiting: Unclaimed::default(),
            address_resume: Params::new(),
            found: Found::default(),
            unpacker: Unpacker::default(),
        }
    }

    /// A new `${id}`, if one of the messages wants it.
    pub(super) fn id_for(&mut self, template: &MessageTemplate) -> Option<Value> {
        if !template.uses(|origin| *origin == Origins::Id) {
            return None;
        }
        let id = self.next_id;
        self.next_id += 1;
        Some(match self.script.ids.is_text {
            true => Value::from(id.to_string()),
            false => Value::from(id),
        })
    }

    /// Sends a message at once. It counts for those that have to wait.
    pub(super) fn send(&mut self, text: String, now: Millis) {
        let wrapped = self.script.framing.wrap(text);
        self.outbox.push_back(Outgoing::Text(wrapped));
        self.turns.sent(self.script.pace, now);
    }

    /// Says what is to be said of subscriptions, as far as the server takes it now.
    pub(super) fn take_turns(&mut self, now: Millis) {
        while let Some(turn) = self.turns.next(self.script.pace, now) {
            match turn {
                ScriptTurn::Part(text) => self.send(text, now),
                ScriptTurn::Ask(id) => {
                    let index = self.asked.iter().position(|one| one.id == id);
                    // One that was refused or has ended meanwhile is not asked for again.
                    if let Some(index) = index.filter(|index| self.asked[*index].wants_turn()) {
                        self.ask(index, now);
                    }
                }
            }
        }
    }

    /// Sends a message of the connection. Says with which `${id}`.
    pub(super) fn say(
        &mut self,
        template: &MessageTemplate,
        now: Millis,
    ) -> Result<Option<Value>, NoValue> {
        let id = self.id_for(template);
        let message = template.message(&self.connection.values(id.as_ref(), now))?;
        if let Some(message) = message {
            self.send(message, now);
        }
        Ok(id)
    }

    /// Goes through the steps of the handshake from `index` on, until one waits for an answer.
    pub(super) fn shake_hands(&mut self, mut index: usize, now: Millis) {
        let script = Rc::clone(&self.script);
        while let Some(step) = script.handshake.get(index) {
            let said = match &step.send {
                Some(template) => self.say(template, now),
                None => Ok(None),
            };
            match said {
                Ok(id) if step.expect.is_some() => {
                    self.stage = ScriptStage::Step {
                        index,
                        until: now + step.timeout_ms,
                        id,
                    };
                    return;
                }
                Ok(_) => index += 1,
                Err(NoValue(name)) => {
                    self.stage = ScriptStage::Stuck {
                        reason: format!("the handshake needs ${{{name}}}, which has no value"),
                        at: now + 1.0,
                    };
                    return;
                }
            }
        }
        self.ready(now);
    }

    fn ready(&mut self, now: Millis) {
        self.stage = ScriptStage::Ready;
        let script = Rc::clone(&self.script);
        if let Some(rule) = &script.heartbeat {
            self.heart = Some(Heart::new(rule, &self.connection.values(None, now), now));
        }
        self.asked
            .iter_mut()
            .for_each(|one| one.state = AskState::New);
        self.turns.ask_all(self.asked.iter().map(|one| one.id));
        self.take_turns(now);
    }

    /// Reads one text of a message.
    ///
    /// # Errors
    /// What of it cannot be read, at its place in the text.
    fn read(
        &mut self,
        text: &[u8],
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let mut found = std::mem::take(&mut self.found);
        let mut quoted = Vec::new();
        let mut read = self.script.places.find(text, &mut found);
        let mut message = text;
        let looks_like_json = matches!(
            text.trim_ascii_start().first(),
            Some(b'{' | b'[' | b'"') | None
        );
        if read.is_err()
            && !looks_like_json
            && let Ok(words) = str::from_utf8(text)
        {
            write::string(&mut quoted, words);
            message = &quoted;
            read = self.script.places.find(message, &mut found);
        }
        let understood = read.and_then(|()| {
            let placed = Placed {
                text: message,
                found: &found,
            };
            self.understand(placed, arrival, now, received)
        });
        self.found = found;
        understood
    }

    fn understand(
        &mut self,
        message: Placed<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let script = Rc::clone(&self.script);
        if self.replies(&script, message, now)
            || self.is_step(&script, message, now, received)
            || self.is_heartbeat(&script, message, now)
            || self.is_ack(&script, message, arrival, now, received)?
            || self.is_control(&script, message, now, received)
        {
            return Ok(());
        }
        self.asked.refresh(&script);
        let values = self.connection.values(None, now);
        let mut router = Router {
            script: &script,
            asked: &self.asked,
            waiting: &mut self.waiting,
            received,
        };
        let before = router.received.subscriptions.len();
        let routed = router.route(message, arrival, |route| {
            route
                .when
                .as_ref()
                .is_none_or(|when| when.holds(message, &values))
        });
        for whose in received.subscriptions.iter().skip(before) {
            // Without a name, on a shared socket, it is no answer to anybody.
            if whose.is_some() || !script.tells_apart {
                let control = &mut received.control;
                self.asked
                    .rows_came(*whose, |id| control.push_back(Control::Accepted(id)));
            }
        }
        let resume = script.subscribe.as_ref().map(|rule| &rule.resume);
        if let Some(resume) = resume.filter(|rules| !rules.is_empty()) {
            let got = received.subscriptions.iter().skip(before).flatten();
            for id in got {
                if let Some(one) = self.asked.of_id(*id) {
                    one.learn_resume(resume, message);
                }
            }
        }
        for rule in script.address_resume.iter().filter(|_| routed.is_ok()) {
            rule.learn(message.text, &mut self.address_resume);
        }
        routed
    }

    fn read_message(
        &mut self,
        message: &[u8],
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        match self.script.framing.open(message) {
            None => self.read(message, arrival, now, received),
            Some(Held::Texts(ranges)) => {
                // One that cannot be read does not cost the others.
                let mut result = Ok(());
                for range in ranges {
                    let text = message.get(range.clone()).unwrap_or_default();
                    let read = self.read(text, arrival, now, received);
                    result = result.and(read.map_err(|error| DecodeError {
                        at: error.at + range.start,
                        ..error
                    }));
                }
                result
            }
            Some(Held::Unescaped(texts)) => {
                let mut result = Ok(());
                for text in texts {
                    result = result.and(self.read(text.as_bytes(), arrival, now, received));
                }
                result
            }
            Some(Held::Closing(words)) => {
                received.control.push_back(Control::Failed(words));
                Ok(())
            }
        }
    }
}

impl Protocol for ScriptClient {
    fn name(&self) -> &'static str {
        self.name
    }

    fn tells_apart(&self) -> bool {
        self.script.tells_apart
    }

    fn opened(&mut self, opening: &Opening, now: Millis) {
        self.closed();
        self.connection.token.clone_from(&opening.token);
        self.connection.wall_ahead = opening.wall - now;
        self.next_id = self.script.ids.start;
        self.shake_hands(0, now);
    }

    fn closed(&mut self) {
        self.stage = ScriptStage::Closed;
        self.heart = None;
        self.outbox.clear();
        self.turns.clear();
        self.orphans.clear();
        self.waiting.clear();
        self.connection.bound.clear();
        self.asked.iter_mut().for_each(Asked::forget);
    }

    fn receive(
        &mut self,
        message: Message<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        if message.bytes().len() > self.max_bytes {
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, self.max_bytes));
        }
        if let Some(heart) = &mut self.heart {
            heart.heard(now);
        }
        received.documents.allow_message(self.max_bytes);
        let read = match message {
            Message::Text(bytes) => self.read_message(bytes, arrival, now, received),
            Message::Binary(bytes) => {
                let mut text = Vec::new();
                let unpacked = self.unpacker.unpack(bytes, self.max_bytes, |bytes| {
                    let invalid = |error: str::Utf8Error| {
                        DecodeError::new(DecodeErrorKind::InvalidUtf8, error.valid_up_to())
                    };
                    str::from_utf8(bytes).map_err(invalid)?;
                    text.clear();
                    text.extend_from_slice(bytes);
                    Ok(())
                });
                unpacked.and_then(|()| self.read_message(&text, arrival, now, received))
            }
        };
        received.documents.allow_all();
        // A text of which a part could be read has given some payloads already.
        received.came(arrival, None);
        read
    }

    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest, now: Millis) {
        debug_assert!(
            self.asked.iter().all(|one| one.id != id),
            "{id:?} is asked for twice"
        );
        self.asked.push(Asked::new(id, request));
        if self.stage == ScriptStage::Ready {
            self.turns.ask(id);
            self.take_turns(now);
        }
    }

    fn unsubscribe(&mut self, id: SubscriptionId, text: &str, now: Millis) {
        let Some(index) = self.asked.iter().position(|one| one.id == id) else {
            // A session takes back what it asked another protocol for.
            return;
        };
        let gone = self.asked.remove(index);
        self.turns.forget(id);
        if self.stage == ScriptStage::Ready && gone.is_asked() {
            self.take_back(gone, text, now);
            self.take_turns(now);
        }
    }

    fn leaving(&mut self, now: Millis) {
        let script = Rc::clone(&self.script);
        if let (ScriptStage::Ready, Some(leave)) = (&self.stage, &script.leave) {
            // What has no value cannot be said; the socket closes either way.
            let _ = self.say(leave, now);
        }
    }

    fn retry_after_close(&self, code: u16, _reason: &str) -> Retry {
        let mut rules = self.script.close.codes.iter();
        let rule = rules.find(|(codes, _)| codes.contains(&code));
        rule.map_or(Retry::Usual, |(_, retry)| *retry)
    }

    fn awaits_answers(&self) -> bool {
        let mut asked = self.asked.iter();
        self.turns.asks()
            || asked.any(|one| matches!(one.state, AskState::Asked { until: Some(_) }))
    }

    fn resume_points(&self) -> Vec<(SubscriptionId, Params)> {
        let asked = self.asked.iter();
        asked.map(|one| (one.id, one.resume.clone())).collect()
    }

    fn resume_from(&mut self, id: SubscriptionId, point: Params) {
        let mut asked = self.asked.iter_mut();
        if let Some(one) = asked.find(|one| one.id == id) {
            one.resume = point;
        }
    }

    fn address_resume(&self) -> Params {
        self.address_resume.clone()
    }

    fn resume_address_from(&mut self, params: Params) {
        self.address_resume = params;
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outbox.pop_front()
    }

    fn poll_timeout(&self) -> Option<Millis> {
        match &self.stage {
            ScriptStage::Closed => None,
            ScriptStage::Step { until, .. } => Some(*until),
            ScriptStage::Stuck { at, .. } => Some(*at),
            ScriptStage::Ready => {
                let heart = self.heart.as_ref().and_then(Heart::deadline);
                let all = [
                    heart,
                    self.asked.deadline(),
                    self.turns.deadline(self.script.pace),
                ];
                all.into_iter().flatten().min_by(f64::total_cmp)
            }
        }
    }

    fn handle_timeout(&mut self, now: Millis) -> Option<Control> {
        if self.poll_timeout().is_none_or(|at| at > now) {
            return None;
        }
        let script = Rc::clone(&self.script);
        match &self.stage {
            ScriptStage::Closed => None,
            ScriptStage::Stuck { reason, .. } => Some(Control::Stopped(reason.clone())),
            ScriptStage::Step { index, .. } => {
                let step = index + 1;
                let seconds = script
                    .handshake
                    .get(*index)
                    .map_or(0.0, |step| step.timeout_ms)
                    / 1000.0;
                Some(Control::Failed(format!(
                    "the server did not answer step {step} of the handshake within {seconds} s"
                )))
            }
            ScriptStage::Ready => {
                let control = self.beat(&script, now);
                let control = control.or_else(|| self.remind(&script, now));
                self.take_turns(now);
                control
            }
        }
    }

    fn probe(&mut self, now: Millis) -> bool {
        match (&self.stage, &mut self.heart) {
            (ScriptStage::Ready, Some(heart)) => heart.hasten(now),
            (ScriptStage::Step { .. } | ScriptStage::Stuck { .. }, _) => true,
            (ScriptStage::Ready, None) | (ScriptStage::Closed, _) => false,
        }
    }

    fn phase(&self) -> Phase {
        match self.stage {
            ScriptStage::Closed => Phase::Closed,
            ScriptStage::Step { .. } | ScriptStage::Stuck { .. } => Phase::Handshaking,
            ScriptStage::Ready => Phase::Ready,
        }
    }

    fn awaits(&self) -> Option<String> {
        match &self.stage {
            ScriptStage::Step { index, .. } => {
                Some(format!("the message that handshake[{index}] expects"))
            }
            ScriptStage::Closed | ScriptStage::Stuck { .. } | ScriptStage::Ready => None,
        }
    }
}
