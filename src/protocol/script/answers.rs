//! What a client does with each kind of message, and with time: it answers, goes on with the handshake, keeps the
//! heartbeat, and notes what the server says of subscriptions.

use serde_json::Value;

use super::client::{ScriptClient, ScriptStage};
use super::condition::MessageCondition;
use super::definition::Script;
use super::heart::HeartDue;
use super::places::{Found, Placed};
use super::routing::Router;
use super::rules::{Ack, Binding, ControlRule, RuleAction, Words};
use super::subscriber::{AskState, Asked};
use super::template::{FillValues, MessageTemplate};
use crate::decode::DecodeError;
use crate::protocol::{Control, Params, Received};
use crate::table::Millis;

impl ScriptClient {
    /// Answers a message that wants an answer.
    pub(super) fn replies(&mut self, script: &Script, message: Placed<'_>, now: Millis) -> bool {
        let values = self.connection.values(None, now);
        let mut rules = script.replies.iter();
        let Some(rule) = rules.find(|rule| rule.when.holds(message, &values)) else {
            return false;
        };
        self.answer(&rule.send, message, now);
        true
    }

    /// Says what a message wants to hear. What has no value is not said.
    fn answer(&mut self, template: &MessageTemplate, message: Placed<'_>, now: Millis) {
        let id = self.id_for(template);
        let values = FillValues {
            message: Some(message),
            ..self.connection.values(id.as_ref(), now)
        };
        if let Ok(Some(answer)) = template.message(&values) {
            self.send(answer, now);
        }
    }

    /// Takes a message as the answer to a step of the handshake.
    pub(super) fn is_step(
        &mut self,
        script: &Script,
        message: Placed<'_>,
        now: Millis,
        received: &mut Received,
    ) -> bool {
        let ScriptStage::Step { index, id, .. } = &self.stage else {
            return false;
        };
        let Some(step) = script.handshake.get(*index) else {
            return false;
        };
        let values = self.connection.values(id.as_ref(), now);
        if let Some(fail) = step
            .fail
            .iter()
            .find(|fail| fail.when.holds(message, &values))
        {
            let words = format!(
                "the server refused the handshake: {}",
                fail.reason.of(message)
            );
            let pause = fail.retry_after.and_then(|delay| delay.of(message));
            received.control.extend(pause);
            received.control.push_back(fail.action.control(words));
            return true;
        }
        let is_answer = step
            .expect
            .as_ref()
            .is_some_and(|expect| expect.holds(message, &values));
        if is_answer {
            let next = index + 1;
            bind(&step.bind, message, &mut self.connection.bound);
            self.shake_hands(next, now);
        }
        is_answer
    }

    /// Takes a message as the answer to a heartbeat.
    pub(super) fn is_heartbeat(
        &mut self,
        script: &Script,
        message: Placed<'_>,
        now: Millis,
    ) -> bool {
        let expect = script
            .heartbeat
            .as_ref()
            .and_then(|rule| rule.expect.as_ref());
        let (Some(heart), Some(expect)) = (&mut self.heart, expect) else {
            return false;
        };
        if !heart.awaits()
            || !expect.holds(message, &self.connection.values(heart.id.as_ref(), now))
        {
            return false;
        }
        heart.answered();
        true
    }

    /// Takes a message as what the server says of a subscription.
    ///
    /// # Errors
    /// What of the payloads in it, or of those that waited for it, cannot be taken.
    pub(super) fn is_ack(
        &mut self,
        script: &Script,
        message: Placed<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<bool, DecodeError> {
        let Some(rule) = &script.subscribe else {
            return Ok(false);
        };
        let (ack, is_for_all) = (&rule.ack, rule.once.is_some());
        // Most messages are no answer to anybody, which one look tells.
        let values = self.connection.values(None, now);
        let mut whens = [&ack.refused, &ack.when].into_iter().flatten();
        if !whens.any(|when| when.may_hold(message, &values)) {
            return Ok(false);
        }
        let (mut is_ack, mut is_taken, mut result) = (false, false, Ok(()));
        for index in 0..self.asked.len() {
            let one = &self.asked[index];
            let is_open = match one.state {
                AskState::Asked { .. } => true,
                AskState::Taken => ack.when.is_none(),
                AskState::New | AskState::Over | AskState::Again { .. } => false,
            };
            if !is_open {
                continue;
            }
            let values = one.values(&self.connection, one.asked_with(), now);
            let holds = |when: &Option<MessageCondition>| {
                when.as_ref()
                    .is_some_and(|when| when.holds(message, &values))
            };
            if holds(&ack.refused) {
                let words = words(&ack.reason, message);
                let again = holds(&ack.retry);
                let one = &mut self.asked[index];
                match again {
                    true => one.ask_again(now),
                    false => one.state = AskState::Over,
                }
                received.control.push_back(Control::Refused(one.id, words));
                is_ack = true;
            } else if holds(&ack.when) {
                let taken = self.taken(index, script, message, arrival, now, received);
                result = result.and(taken);
                (is_ack, is_taken) = (true, true);
            }
            // One answer is for one question; what is the same to the server was one question.
            if is_ack && !is_for_all {
                break;
            }
        }
        if is_taken {
            result = result.and(self.route_waiting(script, now, received));
        }
        result?;
        Ok(is_ack || self.is_ack_of_orphan(ack, message, now))
    }

    /// Takes a message as the answer to what nobody wants any more: now it can be named, and is taken back.
    fn is_ack_of_orphan(&mut self, ack: &Ack, message: Placed<'_>, now: Millis) -> bool {
        let holds = |gone: &Asked, when: &Option<MessageCondition>| {
            let values = gone.values(&self.connection, gone.asked_with(), now);
            when.as_ref()
                .is_some_and(|when| when.holds(message, &values))
        };
        let mut orphans = self.orphans.iter();
        let Some(index) =
            orphans.position(|gone| holds(gone, &ack.refused) || holds(gone, &ack.when))
        else {
            return false;
        };
        let is_refused = holds(&self.orphans[index], &ack.refused);
        let mut gone = self.orphans.swap_remove(index);
        if !is_refused {
            bind(&ack.bind, message, &mut gone.bound);
            gone.state = AskState::Taken;
            self.take_back(gone, "", now);
            self.take_turns(now);
        }
        true
    }

    fn taken(
        &mut self,
        index: usize,
        script: &Script,
        message: Placed<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let one = &mut self.asked[index];
        if let Some(rule) = &script.subscribe {
            bind(&rule.ack.bind, message, &mut one.bound);
            one.learn_resume_anew(&rule.resume, message);
        }
        one.state = AskState::Taken;
        one.learn_keys(script, &self.connection, now);
        if !one.delivers {
            received.control.push_back(Control::Accepted(one.id));
        }
        let data = script.subscribe.as_ref().and_then(|rule| rule.ack.data);
        let Some(data) = data else {
            return Ok(());
        };
        let added = data.each(message, |text, at| received.documents.add_text(text, at));
        received.came(arrival, Some(one.id));
        added
    }

    /// Gives messages that came before the answer to those whose they are.
    fn route_waiting(
        &mut self,
        script: &Script,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        // These are several messages, and each was within the limit.
        received.documents.allow_all();
        self.asked.refresh(script);
        let values = self.connection.values(None, now);
        let mut router = Router {
            script,
            asked: &self.asked,
            waiting: &mut self.waiting,
            received,
        };
        let routed = router.route_waiting(&mut Found::default(), |message, route| {
            route
                .when
                .as_ref()
                .is_none_or(|when| when.holds(message, &values))
        });
        received.documents.allow_message(self.max_bytes);
        routed
    }

    /// Does what a message that is no payload has done.
    pub(super) fn is_control(
        &mut self,
        script: &Script,
        message: Placed<'_>,
        now: Millis,
        received: &mut Received,
    ) -> bool {
        let values = self.connection.values(None, now);
        let mut rules = script.control.iter();
        let Some(rule) = rules.find(|rule| rule.when.holds(message, &values)) else {
            return false;
        };
        if let Some(template) = &rule.send {
            self.answer(template, message, now);
        }
        let words = words(&rule.reason, message);
        let pause = rule.retry_after.and_then(|delay| delay.of(message));
        received.control.extend(pause);
        match rule.action {
            RuleAction::Ignore => {}
            RuleAction::Notice => received.control.push_back(Control::Reported(words)),
            RuleAction::Reconnect => received.control.push_back(Control::Failed(words)),
            RuleAction::HandOver => received.control.push_back(Control::HandOver(words)),
            RuleAction::Stop => received.control.push_back(Control::Stopped(words)),
            RuleAction::Token => received.control.push_back(Control::TokenRefused(words)),
            RuleAction::Refuse | RuleAction::End | RuleAction::Resubscribe => {
                self.concern(script, rule, &words, message, now, received);
            }
        }
        true
    }

    fn concern(
        &mut self,
        script: &Script,
        rule: &ControlRule,
        words: &str,
        message: Placed<'_>,
        now: Millis,
        received: &mut Received,
    ) {
        let key = rule.key.and_then(|key| Some((key, script.keys.get(key)?)));
        let is_ready = self.stage == ScriptStage::Ready;
        for one in self.asked.iter_mut() {
            // Some servers say both why and that it is over: the first counts.
            let is_over = one.state == AskState::Over;
            // One that waits for its turn is not known to the server.
            let waits = is_ready && one.state == AskState::New;
            if is_over || waits || key.is_some_and(|(key, rule)| !one.is_meant(message, key, rule))
            {
                continue;
            }
            let control = match rule.action {
                RuleAction::Resubscribe => {
                    one.ask_again(now);
                    Control::Ended(one.id, format!("{words}. It is asked for again."))
                }
                RuleAction::Refuse => {
                    one.state = AskState::Over;
                    Control::Refused(one.id, words.to_owned())
                }
                _ => {
                    one.state = AskState::Over;
                    Control::Ended(one.id, words.to_owned())
                }
            };
            received.control.push_back(control);
        }
    }
}

impl ScriptClient {
    /// Sends the heartbeat that is due, or says that the server is gone.
    pub(super) fn beat(&mut self, script: &Script, now: Millis) -> Option<Control> {
        match self.heart.as_ref()?.due(now)? {
            HeartDue::Dead(words) => Some(Control::Failed(words)),
            HeartDue::Send => {
                let template = script.heartbeat.as_ref()?.send.as_ref()?;
                let id = self.say(template, now).unwrap_or_default();
                self.heart.as_mut()?.sent(id, now);
                None
            }
        }
    }

    /// Asks again for a subscription whose pause is over, or says that one was not answered.
    pub(super) fn remind(&mut self, script: &Script, now: Millis) -> Option<Control> {
        let is_due = |one: &Asked| one.deadline().is_some_and(|at| at <= now);
        let index = self.asked.iter().position(is_due)?;
        match self.asked[index].state {
            AskState::Again { .. } => {
                let one = &mut self.asked[index];
                one.state = AskState::New;
                let id = one.id;
                self.turns.ask(id);
                None
            }
            _ => {
                let one = &mut self.asked[index];
                // A late answer still counts.
                one.state = AskState::Asked { until: None };
                let limit = script
                    .subscribe
                    .as_ref()
                    .map_or(0.0, |rule| rule.ack.timeout_ms);
                let is_missed = !one.delivers;
                is_missed.then(|| Control::Unanswered(one.id, limit / 1000.0))
            }
        }
    }
}

fn words(words: &Option<Words>, message: Placed<'_>) -> String {
    words
        .as_ref()
        .map_or_else(String::new, |words| words.of(message))
}

fn bind(bindings: &[Binding], message: Placed<'_>, bound: &mut Params) {
    for binding in bindings {
        let Some(value) = message.value(binding.place) else {
            continue;
        };
        let value = match value.as_f64() {
            Some(number) if binding.times != 1.0 => Value::from(number * binding.times),
            _ => value,
        };
        bound.insert(binding.name.clone(), value);
    }
}
