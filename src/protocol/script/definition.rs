//! A compiled script, and what it wants to know from queries and the data source.

use serde_json::{Map, Value};

use super::address_resume::AddressResumeRule;
use super::places::Places;
use super::rules::{
    CloseRule, ControlRule, HandshakeStep, HeartbeatRule, IdRule, KeyRule, PaceRule, Packaging,
    ReplyRule, Route, SubscribeRule,
};
use super::template::{MessageTemplate, Origins, Variable};
use crate::error::Error;
use crate::protocol::contract::{Params, SubscribeRequest};

/// A compiled script.
#[derive(Debug)]
pub struct Script {
    /// What it was compiled from.
    pub(super) source: Map<String, Value>,
    pub(super) places: Places,
    pub(super) framing: Packaging,
    pub(super) ids: IdRule,
    /// How fast subscriptions are asked for and taken back, where the server minds.
    pub(super) pace: Option<PaceRule>,
    /// Whether one socket serves several subscriptions.
    pub(super) tells_apart: bool,
    /// The params of which each value has a socket of its own.
    pub(super) apart: Vec<String>,
    pub(super) handshake: Vec<HandshakeStep>,
    pub(super) subscribe: Option<SubscribeRule>,
    /// What is sent, and what has to have a value for that.
    pub(super) unsubscribe: Option<(MessageTemplate, Option<MessageTemplate>)>,
    pub(super) heartbeat: Option<HeartbeatRule>,
    pub(super) replies: Vec<ReplyRule>,
    pub(super) control: Vec<ControlRule>,
    pub(super) routes: Vec<Route>,
    /// What is sent before the socket is closed for good.
    pub(super) leave: Option<MessageTemplate>,
    pub(super) close: CloseRule,
    /// What the address of the next connection says of where it resumes.
    pub(super) address_resume: Vec<AddressResumeRule>,
    /// The keys that control rules and routes name.
    pub(super) keys: Vec<KeyRule>,
}

impl PartialEq for Script {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Script {
    /// Whether one socket serves several subscriptions.
    pub(in crate::protocol) fn tells_apart(&self) -> bool {
        self.tells_apart
    }

    /// Whether queries that differ in this param have a socket each.
    pub(in crate::protocol) fn keeps_apart(&self, param: &str) -> bool {
        self.apart.iter().any(|name| name == param)
    }

    /// What queries have to say in `params`, and what they may: names, and whether each is required.
    pub fn params(&self) -> Vec<(String, bool)> {
        self.named(|origin| match origin {
            Origins::Param(name) => Some(name),
            _ => None,
        })
    }

    /// The same of `options` of the data source.
    pub(in crate::protocol) fn options(&self) -> Vec<(String, bool)> {
        self.named(|origin| match origin {
            Origins::Option(name) => Some(name),
            _ => None,
        })
    }

    /// The age at which a connection is to be replaced, in milliseconds.
    pub(in crate::protocol) fn max_connection_age_ms(&self) -> Option<f64> {
        self.close.max_age_ms
    }

    /// Whether it cannot do without the token of the data source.
    pub fn needs_token(&self) -> bool {
        let mut variables = self.variables().into_iter();
        variables.any(|variable| variable.origin == Origins::Token && !variable.is_optional)
    }

    fn named(&self, name_of: impl Fn(&Origins) -> Option<&String>) -> Vec<(String, bool)> {
        let mut names: Vec<(String, bool)> = Vec::new();
        for variable in self.variables() {
            let Some(name) = name_of(&variable.origin) else {
                continue;
            };
            match names.iter_mut().find(|(known, _)| known == name) {
                Some((_, is_required)) => *is_required |= !variable.is_optional,
                None => names.push((name.clone(), !variable.is_optional)),
            }
        }
        names
    }

    fn variables(&self) -> Vec<&Variable> {
        let mut all = Vec::new();
        for template in self.templates() {
            template.variables(&mut all);
        }
        all
    }

    /// Everything with values to fill in. Conditions compare with what is sent as well.
    fn templates(&self) -> Vec<&MessageTemplate> {
        let mut all: Vec<&MessageTemplate> = Vec::new();
        for step in &self.handshake {
            all.extend(step.send.as_ref());
            all.extend(step.expect.iter().flat_map(|when| when.templates()));
        }
        if let Some(rule) = &self.subscribe {
            all.push(&rule.send);
            all.extend(rule.only_if.as_ref());
            all.extend(rule.once.as_ref());
            let conditions = [&rule.ack.when, &rule.ack.refused, &rule.ack.retry];
            let conditions = conditions.into_iter().flatten();
            all.extend(conditions.flat_map(|when| when.templates()));
        }
        if let Some((send, only_if)) = &self.unsubscribe {
            all.push(send);
            all.extend(only_if.as_ref());
        }
        all.extend(self.heartbeat.iter().filter_map(|rule| rule.send.as_ref()));
        all.extend(self.replies.iter().map(|rule| &rule.send));
        all.extend(self.control.iter().filter_map(|rule| rule.send.as_ref()));
        all.extend(
            self.keys
                .iter()
                .flat_map(|rule| rule.0.iter().map(|(_, is)| is)),
        );
        all.extend(self.leave.as_ref());
        all
    }

    /// Checks what a query asks for.
    ///
    /// # Errors
    /// The first param, or text, that cannot be used.
    pub(in crate::protocol) fn check(&self, request: &SubscribeRequest) -> Result<(), Error> {
        if let (Some(text), Some(_)) = (&request.text, &self.subscribe) {
            let names: Vec<String> = self.params().into_iter().map(|(name, _)| name).collect();
            let problem = format!(
                "the data source has a subscribe message of its own; clear it, and use params ({})",
                names.join(", ")
            );
            return Err(Error::new("subscribe", text, problem));
        }
        let is_param = |origin: &Origins, name: &str| *origin == Origins::Param(name.to_owned());
        self.check_values("params", &self.params(), &request.params, is_param)
    }

    /// Checks what the data source says.
    ///
    /// # Errors
    /// The first option that cannot be used.
    pub(in crate::protocol) fn check_options(&self, options: &Params) -> Result<(), Error> {
        let is_option = |origin: &Origins, name: &str| *origin == Origins::Option(name.to_owned());
        self.check_values("options", &self.options(), options, is_option)
    }

    fn check_values(
        &self,
        group: &str,
        known: &[(String, bool)],
        given: &Params,
        is_it: impl Fn(&Origins, &str) -> bool,
    ) -> Result<(), Error> {
        let is_given = |name: &str| {
            let value = given.get(name);
            value.is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
        };
        if let Some((name, _)) = known
            .iter()
            .find(|(name, needed)| *needed && !is_given(name))
        {
            let more = ": the data source's protocol uses it";
            return Err(Error::missing(format!("{group}.{name}"), name, more));
        }
        for (name, value) in given {
            let field = || format!("{group}.{name}");
            if known.iter().all(|(known, _)| known != name) {
                let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
                let problem = match names.as_slice() {
                    [] => format!("the data source's protocol uses no {group}; clear it"),
                    _ => format!("the data source's protocol uses {}", names.join(", ")),
                };
                return Err(Error::new(field(), value, problem));
            }
            let variables = self.variables();
            let mut uses = variables
                .iter()
                .filter(|variable| is_it(&variable.origin, name));
            if let Some(problem) = uses.find_map(|variable| variable.fault(value)) {
                return Err(Error::new(field(), value, problem));
            }
        }
        Ok(())
    }
}
