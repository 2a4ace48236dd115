//! How far a connection has come that is open or opening: what goes on the ladder while it is watched.

use super::diagnosis::{Diagnosis, DiagnosisStage};
use super::findings;
use super::step::{StepName, StepState};
use crate::protocol::Phase;
use crate::session::Session;
use crate::session::probe::ProbeStep;
use crate::session::readers::ReaderId;
use crate::session::subscriptions::Answer;
use crate::table::Millis;

/// How long a first message is waited for after others that hold nothing of what the query asks for: servers greet
/// and confirm before they send.
const FIND_MS: Millis = 2_000.0;

/// How often it is looked for meanwhile.
const LOOK_MS: Millis = 250.0;

impl Diagnosis {
    /// Looks at the connection that was asked for, and at what `reader` reads there; messages that came must have been handed over. When to look again at
    /// the latest, if nothing happens; `None` when it is no longer needed.
    pub fn watch(
        &mut self,
        session: &Session,
        reader: Option<ReaderId>,
        now: Millis,
    ) -> Option<Millis> {
        let DiagnosisStage::Connecting(probe) = &mut self.stage else {
            return None;
        };
        let step = probe.poll(session, now);
        let (ready, heard) = (probe.ready(), probe.heard());
        let is_open = probe.opened().is_some();
        self.follow_token(session, now);
        if is_open {
            self.follow(session, reader, now);
        }
        let report = match step {
            ProbeStep::Wait(until) if self.is_answered_no(session, reader) => {
                debug_assert!(until > now, "a wait is for later");
                let DiagnosisStage::Connecting(probe) = &self.stage else {
                    return None;
                };
                probe.report(session)
            }
            ProbeStep::Wait(until) => return Some(until),
            ProbeStep::Done(report) => report,
        };
        if !is_open {
            self.did_not_open(session, report, now);
            return None;
        }
        if let (Some(heard), true) = (heard, session.link().is_open()) {
            let findings = self.look(session, reader, now);
            let deadline = heard + FIND_MS;
            if !findings && now < deadline && !self.is_answered_no(session, reader) {
                let looked = self.found.as_ref().map_or(now, |(_, at)| *at);
                return Some(deadline.min(looked + LOOK_MS));
            }
        }
        self.look_again(session, reader, now);
        self.conclude(session, reader, &report, ready.is_some(), now);
        None
    }

    fn is_answered_no(&self, session: &Session, reader: Option<ReaderId>) -> bool {
        matches!(
            session.answer_to(reader),
            Answer::Refused(_) | Answer::Unanswered(_) | Answer::Ended(_)
        )
    }

    /// Whether everything that the query looks for was found; looked for now and then only.
    fn look(&mut self, session: &Session, reader: Option<ReaderId>, now: Millis) -> bool {
        let is_due = self
            .found
            .as_ref()
            .is_none_or(|(_, at)| now - at >= LOOK_MS);
        if is_due {
            self.look_again(session, reader, now);
        }
        let found = self.found.as_ref();
        found.is_some_and(|(findings, _)| findings.are_complete())
    }

    fn look_again(&mut self, session: &Session, reader: Option<ReaderId>, now: Millis) {
        if let (Some(case), Some(reader)) = (&self.case, reader)
            && session.first_message().is_some()
        {
            self.found = Some((findings::look(session, reader, &case.query), now));
        }
    }

    /// Puts on the ladder what became of the token, with which a connection begins that has one.
    fn follow_token(&mut self, session: &Session, now: Millis) {
        let ladder = &mut self.ladder;
        if session.awaits_token() {
            if ladder.is_waiting(StepName::Token) {
                ladder.begin(StepName::Token, "Asks for the token.");
            }
        } else if session.token_problem().is_none() && !ladder.is_over(StepName::Token) {
            ladder.set(StepName::Token, StepState::Passed, "There is one.");
            ladder.took(StepName::Token, now - self.began);
            // The connection itself begins now.
            self.began = now;
        }
    }

    /// Puts on the ladder how far an open connection has come.
    fn follow(&mut self, session: &Session, reader: Option<ReaderId>, now: Millis) {
        if self.ladder.is_waiting(StepName::Server) {
            self.opened(session, now);
        }
        if session.phase() == Phase::Handshaking {
            let awaits = session.awaits();
            if self
                .handshake
                .as_ref()
                .is_none_or(|(words, _)| *words != awaits)
            {
                self.end_handshake(now);
                let words = awaits.as_deref().unwrap_or("the server's answer");
                self.ladder.begin_handshake(&format!("Waits for {words}."));
                self.handshake = Some((awaits, now));
            }
            return;
        }
        if session.phase() == Phase::Ready {
            self.end_handshake(now);
            if self.ladder.is_waiting(StepName::Handshake) {
                self.ladder.set(
                    StepName::Handshake,
                    StepState::Skipped,
                    "This protocol has none.",
                );
            }
            self.judge_answer(session, reader);
            if self.ladder.is_waiting(StepName::Message) {
                self.ladder.begin(StepName::Message, "Waits for a message.");
            }
        }
    }

    fn end_handshake(&mut self, now: Millis) {
        if let Some((words, since)) = self.handshake.take() {
            let text = words.map_or_else(
                || "The server answered the login.".to_owned(),
                |words| format!("Received: {words}."),
            );
            self.ladder
                .set(StepName::Handshake, StepState::Passed, text);
            self.ladder.took(StepName::Handshake, now - since);
        }
    }

    fn opened(&mut self, session: &Session, now: Millis) {
        let Some(case) = &self.case else { return };
        let ladder = &mut self.ladder;
        ladder.set(
            StepName::Policy,
            StepState::Passed,
            "The page's policy allows the connection.",
        );
        for name in [StepName::MixedContent, StepName::LocalNetwork] {
            if ladder.is_unknown(name) {
                ladder.set(
                    name,
                    StepState::Passed,
                    "The browser allows the connection.",
                );
            }
        }
        ladder.set(
            StepName::Server,
            StepState::Passed,
            "Something answers there.",
        );
        let took = now - self.began;
        if case.is_http() {
            let status = session
                .last_status()
                .map(|status| format!("Status {status}."));
            ladder.set(
                StepName::Http,
                StepState::Passed,
                status.unwrap_or_default(),
            );
            ladder.took(StepName::Http, took);
            ladder.set(StepName::ContentType, StepState::Passed, "It can be read.");
            return;
        }
        ladder.set(
            StepName::Http,
            StepState::Skipped,
            "Not needed: the WebSocket opens.",
        );
        ladder.set(StepName::Upgrade, StepState::Passed, "The WebSocket opens.");
        ladder.took(StepName::Upgrade, took);
        let chosen = session.subprotocol();
        if chosen.is_empty() {
            ladder.set(
                StepName::Subprotocol,
                StepState::Skipped,
                "None is offered.",
            );
        } else {
            let text = format!("The server chose {chosen}.");
            ladder.set(StepName::Subprotocol, StepState::Passed, text);
        }
    }

    fn judge_answer(&mut self, session: &Session, reader: Option<ReaderId>) {
        let Some(case) = &self.case else { return };
        let ladder = &mut self.ladder;
        match session.answer_to(reader) {
            Answer::None if case.query.request.is_empty() => {
                let text = if case.has_query {
                    "The query subscribes to nothing: what comes depends on the path alone."
                } else {
                    "Nothing is subscribed to: queries say what for."
                };
                ladder.set(StepName::Subscription, StepState::Skipped, text);
            }
            Answer::None => {
                let text = "Sent. The server has not confirmed it; many never do.";
                ladder.set(StepName::Subscription, StepState::Unknown, text);
            }
            Answer::Accepted => {
                ladder.set(
                    StepName::Subscription,
                    StepState::Passed,
                    "The server has accepted it.",
                );
            }
            Answer::Refused(_) | Answer::Unanswered(_) | Answer::Ended(_) => {}
        }
    }
}
