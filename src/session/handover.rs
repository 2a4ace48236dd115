//! Planned disconnects without a gap: another socket is opened beside the one there is, and takes its place.
//!
//! A hand-over begins when the server says that the connection will end ([`Control::HandOver`]), when the connection
//! has come to the age at which its server ends it, or when it may be dead without an end (`network`). The new socket connects, shakes hands and subscribes while the old
//! one goes on. Once the server has answered to all subscriptions, and both sockets have delivered the same payload or
//! had a second to, the old one is closed ([`Overlap`](super::overlap::Overlap) tells what of the new one's is new). When
//! the new one fails, the old one goes on, and the next is tried after the pause of an ordinary retry. When the old one
//! ends before, the new one takes its place as far as it has come.

use super::Session;
use super::event::{SuccessorEvent, Transmit};
use super::link::{CONNECT_TIMEOUT_MS, LinkState, STABLE_MS};
use super::overlap::PayloadKind;
use super::subscriptions::Answer;
use super::successor::{HandoverReason, PlannedHandover, Successor, SuccessorState};
use crate::format::Message;
use crate::frame::{Notice, Severity};
use crate::protocol::{self, Control, Opening, Phase, Protocol, Received, Setup, SubscriptionId};
use crate::table::Millis;

/// How long after a hand-over the new socket may deliver what the old one has delivered already.
const TAIL_MS: Millis = 2_000.0;

/// The share of a connection's age by which it may be replaced sooner, so that not all do it at once.
const AGE_SPREAD: f64 = 0.05;

/// The pause before it is looked again whether the old socket is ready to be replaced.
const POSTPONED_MS: Millis = 1_000.0;

impl Session {
    /// The connection has opened, or another socket has taken its place: when is that to be replaced?
    pub(super) fn plan_by_age(&mut self, now: Millis) {
        self.handover.reset();
        let age = self.key.settings.max_connection_age_ms;
        if let (Some(age), Some(since)) = (age, self.link.open_since()) {
            let sooner = self.link.spread(age * AGE_SPREAD);
            // It may have come to that age before it took over.
            let at = (since + (age - sooner).max(STABLE_MS)).max(now + POSTPONED_MS);
            let reason = HandoverReason::Age;
            self.handover.plan = Some(PlannedHandover { at, reason });
        }
    }

    /// The server will end the connection, and says why. A connection that is not good yet has to become that first: a
    /// server that says so to everybody who comes is not to be hammered.
    pub(super) fn hand_over_wanted(&mut self, reason: String, now: Millis) {
        let is_planned = self
            .handover
            .plan
            .as_ref()
            .is_some_and(|plan| matches!(plan.reason, HandoverReason::Said(_)));
        let Some(since) = self.link.open_since().filter(|_| !is_planned) else {
            return;
        };
        if !self.has_successor() {
            let pause = self.link.spread(self.key.settings.backoff.min_ms) + 1.0;
            self.handover.plan = Some(PlannedHandover {
                at: (now + pause).max(since + STABLE_MS),
                reason: HandoverReason::Said(reason),
            });
        }
    }

    /// Whether one is on its way.
    pub(super) fn has_successor(&self) -> bool {
        self.handover.successor.is_some()
    }

    /// Whether there can be two sockets at all.
    pub(super) fn can_hand_over(&self) -> bool {
        self.http.is_none() && !self.finds_protocol && self.protocol.may_overlap()
    }

    /// When [`handover_timeout`](Self::handover_timeout) is to be called.
    pub(super) fn handover_deadline(&self) -> Option<Millis> {
        match &self.handover.successor {
            None => self.handover.plan.as_ref().map(|plan| plan.at),
            Some(successor) => {
                let own = successor.deadline(CONNECT_TIMEOUT_MS);
                let talk = successor.protocol.poll_timeout();
                Some(talk.map_or(own, |talk| talk.min(own)))
            }
        }
    }

    /// Does what is due at `now`.
    pub(super) fn handover_timeout(&mut self, now: Millis) {
        let is_due = |plan: &mut PlannedHandover| plan.at <= now;
        if !self.has_successor() && self.handover.plan.as_mut().is_some_and(is_due) {
            return self.begin_hand_over(now);
        }
        while let Some(successor) = &mut self.handover.successor {
            if successor.protocol.poll_timeout().is_none_or(|at| at > now) {
                break;
            }
            if let Some(control) = successor.protocol.handle_timeout(now) {
                self.successor_said(control, now);
            }
        }
        let successor = self.handover.successor.as_ref();
        if successor.is_some_and(|successor| successor.is_late(CONNECT_TIMEOUT_MS, now)) {
            self.successor_failed("the server did not answer in time", now);
        }
        self.send_for_successor();
    }

    fn begin_hand_over(&mut self, now: Millis) {
        if !self.can_hand_over() || !self.link.is_open() {
            self.handover.plan = None;
            return;
        }
        if self
            .silence()
            .is_some_and(|since| self.has_heard_since(since))
        {
            // It lives.
            self.plan_by_age(now);
            if self.handover.plan.as_ref().is_none_or(|plan| plan.at > now) {
                return;
            }
        }
        if self.protocol.phase() != Phase::Ready {
            if let Some(plan) = &mut self.handover.plan {
                plan.at = now + POSTPONED_MS;
            }
            return;
        }
        let mut protocol = self.another_protocol();
        for (id, request) in self.subscriptions.all() {
            protocol.subscribe(id, request, now);
        }
        let state = SuccessorState::Connecting { since: now };
        self.handover.successor = Some(Successor::new(state, protocol));
        match self.request_token(true, now) {
            Ok(true) => {
                if let Some(successor) = &mut self.handover.successor {
                    successor.state = SuccessorState::AwaitsToken { since: now };
                }
            }
            Ok(false) => self.open_successor(now),
            Err(problem) => self.successor_failed(&problem, now),
        }
    }

    /// Since when the socket has been silent that is to be replaced for that.
    fn silence(&self) -> Option<Millis> {
        match self.handover.plan.as_ref()?.reason {
            HandoverReason::Silence { since } => Some(since),
            HandoverReason::Age | HandoverReason::Said(_) => None,
        }
    }

    /// A protocol like the one that is spoken, which has said nothing yet.
    fn another_protocol(&self) -> Box<dyn Protocol> {
        let (key, max) = (&self.key, self.key.settings.max_message_bytes);
        let found = protocol::find(self.protocol.name());
        match found.filter(|_| !key.conversation.is_known()) {
            // It was found out by the first message.
            Some(found) => (found.make)(&Setup::new(max)),
            None => {
                // Names that are made of the seed have to differ from those of the other socket.
                let seed = self.seed.wrapping_add(self.handover.count + 1);
                key.conversation.protocol(max, &key.settings.options, seed)
            }
        }
    }

    /// Opens the socket, with the token if one was wanted.
    pub(super) fn open_successor(&mut self, now: Millis) {
        if let Some(problem) = self.subprotocol_problem() {
            return self.successor_failed(problem, now);
        }
        if let Some(successor) = &mut self.handover.successor {
            successor.state = SuccessorState::Connecting { since: now };
            self.transmits.push_back(Transmit::ConnectSuccessor);
        }
    }

    /// Whether the token that is asked for is for the successor.
    pub(super) fn successor_awaits_token(&self) -> bool {
        let successor = self.handover.successor.as_ref();
        successor.is_some_and(|one| matches!(one.state, SuccessorState::AwaitsToken { .. }))
    }

    pub(super) fn successor_event(&mut self, event: SuccessorEvent, now: Millis) {
        let Some(successor) = &mut self.handover.successor else {
            return;
        };
        match event {
            SuccessorEvent::Refused(reason) => {
                // There is no socket to be dropped.
                let reason = self.masked(reason);
                self.handover.successor = None;
                self.try_again(&reason, now);
            }
            SuccessorEvent::Closed(close) => {
                let words = self.masked(close.to_string());
                self.handover.successor = None;
                self.try_again(&words, now);
            }
            SuccessorEvent::NotSent => self.unsent += 1,
            SuccessorEvent::Opened { subprotocol, wall } => {
                successor.state = SuccessorState::Open { since: now };
                for (id, point) in self.protocol.resume_points() {
                    successor.protocol.resume_from(id, point);
                }
                let params = self.protocol.address_resume();
                successor.protocol.resume_address_from(params);
                successor.opening = Opening {
                    subprotocol,
                    wall,
                    token: self
                        .token
                        .as_ref()
                        .and_then(|token| token.text())
                        .map(str::to_owned),
                };
                successor.protocol.opened(&successor.opening, now);
                self.send_for_successor();
            }
        }
    }

    /// Takes a message of the socket that is to take the place of the other. What that one delivered before must have
    /// been handed over.
    pub fn receive_as_successor(&mut self, message: Message<'_>, arrival: Millis, now: Millis) {
        let Some(successor) = self.handover.successor.as_mut().filter(|one| one.is_open()) else {
            return;
        };
        self.messages += 1;
        self.bytes += message.bytes().len() as u64;
        if successor.protocol.passes_batches() {
            let kind = match message {
                Message::Text(_) => PayloadKind::Text,
                Message::Binary(_) => PayloadKind::Binary,
            };
            successor.overlap.new_came(kind, message.bytes(), arrival);
        } else {
            let mut received = Received::default();
            let read = successor
                .protocol
                .receive(message, arrival, now, &mut received);
            if let Err(error) = read {
                self.intake.refuse(error, message);
            }
            let whose = received.subscriptions.iter();
            for (text, whose) in received.documents.texts().zip(whose) {
                let kind = PayloadKind::Document(*whose);
                successor.overlap.new_came(kind, text, arrival);
            }
            for control in received.control {
                self.successor_said(control, now);
            }
            self.send_for_successor();
        }
        self.settle_hand_over(now);
    }

    pub(super) fn send_for_successor(&mut self) {
        let Some(successor) = &mut self.handover.successor else {
            return;
        };
        while let Some(outgoing) = successor.protocol.poll_transmit() {
            let send = Transmit::SendAsSuccessor(outgoing);
            self.transmits.push_back(send);
        }
    }

    fn successor_said(&mut self, control: Control, now: Millis) {
        let control = control.with_words(|words| self.worded(words));
        match control {
            Control::Failed(reason) | Control::Stopped(reason) => {
                self.successor_failed(&reason, now);
            }
            Control::TokenRefused(reason) => {
                if let Some(token) = &mut self.token {
                    token.refuse();
                }
                self.successor_failed(&reason, now);
            }
            Control::Refused(id, reason) if self.is_served(id) => {
                let words = format!("the server refused the subscription there: {reason}");
                self.successor_failed(&words, now);
            }
            Control::Unanswered(id, seconds) if self.is_served(id) => {
                let words = format!(
                    "the server has not answered the subscription there within {seconds} s"
                );
                self.successor_failed(&words, now);
            }
            said => {
                if let Some(successor) = &mut self.handover.successor {
                    successor.said.push(said);
                }
            }
        }
    }

    /// Whether the old socket's server has not refused or ended this.
    fn is_served(&self, id: SubscriptionId) -> bool {
        matches!(
            self.subscriptions.answer(id),
            Answer::None | Answer::Accepted
        )
    }

    /// Closes the new socket, and tries again later.
    pub(super) fn successor_failed(&mut self, words: &str, now: Millis) {
        self.drop_successor();
        self.try_again(words, now);
    }

    fn try_again(&mut self, words: &str, now: Millis) {
        self.handover.failures += 1;
        self.handover.problem = Some(words.to_owned());
        let pause = self.link.pause(self.handover.failures);
        match (&mut self.handover.plan, pause) {
            (Some(plan), Some(pause)) => plan.at = now + pause,
            _ => {
                if self
                    .silence()
                    .is_some_and(|since| !self.has_heard_since(since))
                {
                    self.drop_silent(now);
                }
                self.handover.plan = None;
            }
        }
        self.change();
    }

    /// Closes the new socket, if there is one, or ends what is under way of it.
    pub(super) fn drop_successor(&mut self) {
        let awaits_token = self.successor_awaits_token();
        if self.handover.successor.take().is_none() {
            return;
        }
        if !(awaits_token && self.drop_token_request()) {
            let is_for_it = |transmit: &Transmit| matches!(transmit, Transmit::SendAsSuccessor(_));
            self.transmits.retain(|transmit| !is_for_it(transmit));
            self.transmits.push_back(Transmit::DropSuccessor);
        }
    }

    /// Lets the new socket take the place of the old one where it can or has to, or drops it where nothing is to be
    /// succeeded any more.
    pub(super) fn settle_hand_over(&mut self, now: Millis) {
        match self.link.state() {
            LinkState::Closed | LinkState::Failed { .. } => {
                self.handover.reset();
                self.drop_successor();
            }
            LinkState::Connecting { .. } => {}
            LinkState::Waiting { .. } if self.has_successor() => self.succeed(now),
            LinkState::Waiting { .. } => self.handover.reset(),
            LinkState::Open { .. } => {
                let successor = self.handover.successor.as_mut();
                if successor.is_some_and(|successor| successor.takes_over(now)) {
                    self.succeed(now);
                }
            }
        }
    }

    fn succeed(&mut self, now: Millis) {
        let Some(mut successor) = self.handover.successor.take() else {
            return debug_assert!(false, "nobody takes its place");
        };
        self.handover.reset();
        if self.link.is_open() {
            self.protocol.leaving(now);
            self.send_what_waits();
        }
        self.protocol = successor.protocol;
        self.note_ready(Phase::Closed, now);
        self.change();
        match successor.state {
            SuccessorState::AwaitsToken { since } => {
                self.link.succeeded_by(LinkState::Connecting { since });
            }
            SuccessorState::Connecting { since } => {
                self.link.succeeded_by(LinkState::Connecting { since });
                self.transmits.push_back(Transmit::Succeed);
            }
            SuccessorState::Open { since } => {
                self.link.succeeded_by(LinkState::Open { since });
                self.transmits.push_back(Transmit::Succeed);
                self.handover.count += 1;
                self.begin_anew(successor.opening, now);
                for control in std::mem::take(&mut successor.said) {
                    self.control(control, now);
                }
                for payload in successor.overlap.release() {
                    self.take(payload.kind, &payload.bytes, payload.arrival, 1);
                }
                self.last_message = Some(now);
                self.handover.tail = Some((successor.overlap, now + TAIL_MS));
            }
        }
    }

    /// What a panel is told while another socket is wanted and cannot be had.
    pub(super) fn handover_notice(&self, now: Millis) -> Option<Notice> {
        let problem = self.handover.problem.as_ref()?;
        let plan = self.handover.plan.as_ref()?;
        let why = match &plan.reason {
            HandoverReason::Said(reason) if reason.is_empty() => {
                "The server will end this connection".to_owned()
            }
            HandoverReason::Said(reason) => {
                format!("The server will end this connection ({reason})")
            }
            HandoverReason::Age => {
                "This connection is as old as maxConnectionAgeMs allows".to_owned()
            }
            HandoverReason::Silence { .. } => {
                "Nothing has come since the network or the page was back".to_owned()
            }
        };
        let arrives = match plan.reason {
            HandoverReason::Silence { .. } => "",
            HandoverReason::Said(_) | HandoverReason::Age => " Rows still arrive.",
        };
        let seconds = ((plan.at - now) / 1000.0).max(0.0).ceil();
        let text = format!(
            "{why}, and another one could not be opened ({problem}).{arrives} Trying again in {seconds} s."
        );
        Some(Notice::new(Severity::Warning, text))
    }
}
