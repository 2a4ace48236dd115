//! The parts of a script, each a rule: steps of the handshake, subscriptions and their acknowledgements, the heartbeat,
//! answers, control messages and routes.

use serde_json::Value;

use super::Compiler;
use crate::error::Error;
use crate::protocol::script::members::{Members, choice};
use crate::protocol::script::rules::{
    Ack, ControlRule, FailAction, FailRule, HandshakeStep, HeartbeatRule, ReplyRule, ResumeRule,
    Route, RuleAction, SubscribeRule, Words, WordsFrom,
};
use crate::protocol::script::template::MessageTemplate;

impl Compiler {
    pub(super) fn step(&mut self, step: &Members<'_>) -> Result<HandshakeStep, Error> {
        step.only(&["send", "expect", "bind", "timeoutMs", "fail"])?;
        let compiled = HandshakeStep {
            send: self.template(step, "send")?,
            expect: self.condition_at(step, "expect")?,
            bind: self.bindings(step)?,
            timeout_ms: step.millis("timeoutMs")?,
            fail: self.each(step, "fail", Self::fail)?,
        };
        if compiled.send.is_none() && compiled.expect.is_none() {
            return Err(Error::new(&step.field, "", "give send, expect or both"));
        }
        Ok(compiled)
    }

    fn fail(&mut self, fail: &Members<'_>) -> Result<FailRule, Error> {
        fail.only(&["when", "reason", "code", "action", "retryAfterMs"])?;
        let (field, when) = fail.required("when", "say which message this is")?;
        let action = match fail.get("action") {
            None => FailAction::Stop,
            Some((field, value)) => choice(&field, value, &FailAction::ALL)?,
        };
        Ok(FailRule {
            retry_after: self.delay(fail, action == FailAction::Reconnect)?,
            when: self.condition(&field, when)?,
            reason: self.words(fail)?.unwrap_or(Words {
                text: WordsFrom::Constant("the handshake failed".to_owned()),
                code: None,
            }),
            action,
        })
    }

    pub(super) fn subscribe(&mut self, rule: &Members<'_>) -> Result<SubscribeRule, Error> {
        rule.only(&["send", "if", "once", "ack", "resume"])?;
        let (field, send) = rule.required("send", "write what to send")?;
        let ack = rule.object("ack")?;
        Ok(SubscribeRule {
            send: self.compiled(&field, send)?,
            only_if: self.template(rule, "if")?,
            once: self.template(rule, "once")?,
            resume: self.resume(rule)?,
            ack: match ack {
                Some(ack) => self.ack(&ack)?,
                None => Ack::default(),
            },
        })
    }

    fn ack(&mut self, ack: &Members<'_>) -> Result<Ack, Error> {
        ack.only(&[
            "when",
            "refused",
            "retry",
            "reason",
            "code",
            "bind",
            "data",
            "timeoutMs",
        ])?;
        let data = ack.get("data");
        Ok(Ack {
            when: self.condition_at(ack, "when")?,
            refused: self.condition_at(ack, "refused")?,
            retry: self.condition_at(ack, "retry")?,
            reason: self.words(ack)?,
            bind: self.bindings(ack)?,
            data: data
                .map(|(field, path)| self.payloads(&field, path))
                .transpose()?,
            timeout_ms: ack.millis("timeoutMs")?,
        })
    }

    /// Names for values, each at one of several paths.
    fn resume(&mut self, rule: &Members<'_>) -> Result<Vec<ResumeRule>, Error> {
        let Some(resume) = rule.object("resume")? else {
            return Ok(Vec::new());
        };
        let mut rules = Vec::new();
        for (name, paths) in resume.members {
            let field = resume.name(name);
            let paths = match paths {
                Value::Array(paths) => paths.as_slice(),
                one => std::slice::from_ref(one),
            };
            let places = paths.iter().map(|path| self.place(&field, path));
            rules.push(ResumeRule {
                name: name.clone(),
                places: places.collect::<Result<_, _>>()?,
            });
        }
        Ok(rules)
    }

    pub(super) fn unsubscribe(
        &mut self,
        rule: &Members<'_>,
    ) -> Result<(MessageTemplate, Option<MessageTemplate>), Error> {
        rule.only(&["send", "if"])?;
        let (field, send) = rule.required("send", "write what to send")?;
        Ok((self.compiled(&field, send)?, self.template(rule, "if")?))
    }

    pub(super) fn heartbeat(&mut self, rule: &Members<'_>) -> Result<HeartbeatRule, Error> {
        rule.only(&[
            "send",
            "expect",
            "intervalMs",
            "timeoutMs",
            "idle",
            "anyWithinMs",
        ])?;
        let compiled = HeartbeatRule {
            send: self.template(rule, "send")?,
            expect: self.condition_at(rule, "expect")?,
            interval: self.amount(rule, "intervalMs")?,
            timeout: self.amount(rule, "timeoutMs")?,
            is_idle: rule.flag("idle")?,
            any_within: self.amount(rule, "anyWithinMs")?,
        };
        match (&compiled.send, &compiled.interval, &compiled.expect) {
            (Some(_), None, _) => {
                let field = rule.name("intervalMs");
                Err(Error::new(
                    field,
                    "",
                    "say how often to send, in milliseconds",
                ))
            }
            (None, Some(_), _) | (None, _, Some(_)) => {
                Err(Error::new(rule.name("send"), "", "write what to send"))
            }
            _ => Ok(compiled),
        }
    }

    pub(super) fn reply(&mut self, rule: &Members<'_>) -> Result<ReplyRule, Error> {
        rule.only(&["when", "send"])?;
        let (when_field, when) = rule.required("when", "say which message to answer")?;
        let (send_field, send) = rule.required("send", "write the answer")?;
        Ok(ReplyRule {
            when: self.condition(&when_field, when)?,
            send: self.compiled(&send_field, send)?,
        })
    }

    pub(super) fn control(&mut self, rule: &Members<'_>) -> Result<ControlRule, Error> {
        rule.only(&[
            "when",
            "action",
            "key",
            "is",
            "reason",
            "code",
            "send",
            "retryAfterMs",
        ])?;
        let (when_field, when) = rule.required("when", "say which message this is")?;
        let (field, action) = rule.required("action", "say what to do")?;
        let action = choice(&field, action, &RuleAction::ALL)?;
        let key = self.key(rule)?;
        if key.is_some() && !action.concerns_subscription() {
            return Err(Error::new(
                rule.name("key"),
                "",
                "only refuse, end and resubscribe concern one subscription",
            ));
        }
        let may_wait = matches!(action, RuleAction::Reconnect | RuleAction::Notice);
        Ok(ControlRule {
            retry_after: self.delay(rule, may_wait)?,
            when: self.condition(&when_field, when)?,
            action,
            key,
            reason: self.words(rule)?,
            send: self.template(rule, "send")?,
        })
    }

    pub(super) fn route(&mut self, rule: &Members<'_>) -> Result<Route, Error> {
        rule.only(&["when", "key", "is", "data", "parse", "errors"])?;
        let data = rule.get("data");
        let errors = rule.get("errors");
        Ok(Route {
            when: self.condition_at(rule, "when")?,
            key: self.key(rule)?,
            data: data
                .map(|(field, path)| self.payloads(&field, path))
                .transpose()?,
            is_text: rule.flag("parse")?,
            errors: errors
                .map(|(field, path)| self.place(&field, path))
                .transpose()?,
        })
    }
}
