//! From the JSON of a data source or a preset to a [`Script`]; every fault is named by its place.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::condition::{JsonLiteral, MessageCondition, ValueTest};
use super::definition::Script;
use super::members::{Members, choice};
use super::places::{PlaceId, Places};
use super::rules::{
    Ack, Binding, CloseRule, ControlRule, DelayRule, FailAction, FailRule, HandshakeStep,
    HeartbeatRule, IdRule, KeyRule, Packaging, PayloadPlace, ReplyRule, ResumeRule, Route,
    RuleAction, SubscribeRule, Words, WordsFrom,
};
use super::template::MessageTemplate;
use crate::error::Error;
use crate::protocol::Retry;

/// What a script may hold, by its names in the data source's settings.
pub const SCRIPT_MEMBERS: [&str; 13] = [
    "framing",
    "ids",
    "handshake",
    "subscribe",
    "unsubscribe",
    "heartbeat",
    "replies",
    "ignore",
    "control",
    "route",
    "share",
    "leave",
    "close",
];

/// Compiles a script.
///
/// # Errors
/// The first part that cannot be used, by its place.
pub(in crate::protocol) fn compile(source: &Map<String, Value>) -> Result<Script, Error> {
    let mut compiler = Compiler::default();
    let root = Members {
        field: String::new(),
        members: source,
    };
    root.only(&SCRIPT_MEMBERS)?;
    let handshake = compiler.each(&root, "handshake", Compiler::step)?;
    let subscribe = root.object("subscribe")?;
    let subscribe = subscribe
        .map(|rule| compiler.subscribe(&rule))
        .transpose()?;
    let unsubscribe = root.object("unsubscribe")?;
    let unsubscribe = unsubscribe.map(|rule| compiler.unsubscribe(&rule));
    let heartbeat = root.object("heartbeat")?;
    let heartbeat = heartbeat
        .map(|rule| compiler.heartbeat(&rule))
        .transpose()?;
    let replies = compiler.each(&root, "replies", Compiler::reply)?;
    let mut control = compiler.each(&root, "control", Compiler::control)?;
    if let Some((field, value)) = root.get("ignore") {
        control.push(ControlRule {
            when: compiler.condition(&field, value)?,
            action: RuleAction::Ignore,
            key: None,
            reason: None,
            retry_after: None,
        });
    }
    let routes = compiler.each(&root, "route", Compiler::route)?;
    let may_share = match root.get("share") {
        None => true,
        Some((field, value)) => choice(&field, value, &[("route", true), ("own", false)])?,
    };
    let framing = root.get("framing");
    Ok(Script {
        source: source.clone(),
        framing: framing
            .map(|(field, value)| choice(&field, value, &Packaging::ALL))
            .transpose()?
            .unwrap_or_default(),
        ids: ids(&root)?,
        tells_apart: may_share && routes.iter().any(|route| route.key.is_some()),
        handshake,
        subscribe,
        unsubscribe: unsubscribe.transpose()?,
        heartbeat,
        replies,
        control,
        routes,
        leave: compiler.template(&root, "leave")?,
        close: close_rule(&root)?,
        keys: compiler.keys,
        places: compiler.places,
    })
}

/// Collects what the parts of a script share.
#[derive(Default)]
struct Compiler {
    places: Places,
    keys: Vec<KeyRule>,
}

impl Compiler {
    /// A list of parts; one that stands alone is a list of one.
    fn each<T>(
        &mut self,
        root: &Members<'_>,
        name: &str,
        compile: fn(&mut Self, &Members<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let Some((field, value)) = root.get(name) else {
            return Ok(Vec::new());
        };
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    compile(self, &Members::new(&format!("{field}[{index}]"), item)?)
                })
                .collect(),
            one => Ok(vec![compile(self, &Members::new(&field, one)?)?]),
        }
    }

    fn place(&mut self, field: &str, path: &Value) -> Result<PlaceId, Error> {
        let text = path.as_str();
        let text = text.ok_or_else(|| Error::new(field, path, "must be a path such as $.id"))?;
        let place = self.places.add(text);
        place.map_err(|problem| Error::new(field, text, problem))
    }

    fn compiled(&mut self, field: &str, value: &Value) -> Result<MessageTemplate, Error> {
        MessageTemplate::compile(value, &mut self.places)
            .map_err(|(shown, problem)| Error::new(field, shown, problem))
    }

    fn template(
        &mut self,
        members: &Members<'_>,
        name: &str,
    ) -> Result<Option<MessageTemplate>, Error> {
        let found = members.get(name);
        found
            .map(|(field, value)| self.compiled(&field, value))
            .transpose()
    }

    fn condition_at(
        &mut self,
        members: &Members<'_>,
        name: &str,
    ) -> Result<Option<MessageCondition>, Error> {
        let found = members.get(name);
        found
            .map(|(field, value)| self.condition(&field, value))
            .transpose()
    }

    /// An object whose members all have to hold, or a list of them of which one has to.
    fn condition(&mut self, field: &str, value: &Value) -> Result<MessageCondition, Error> {
        let alternatives = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut any = Vec::new();
        for alternative in alternatives {
            let members = Members::new(field, alternative)?;
            let mut all = Vec::new();
            for (path, test) in members.members {
                let place = self.place(field, &Value::from(path.as_str()))?;
                all.push((place, self.test(&format!("{field}[\"{path}\"]"), test)?));
            }
            any.push(all);
        }
        Ok(MessageCondition(any))
    }

    fn test(&mut self, field: &str, value: &Value) -> Result<ValueTest, Error> {
        let Value::Object(members) = value else {
            let template = self.compiled(field, value)?;
            return Ok(match template.uses(|_| true) {
                true => ValueTest::Becomes(template),
                false => ValueTest::Is(JsonLiteral::new(value.clone())),
            });
        };
        let mut entries = members.iter();
        let (Some((operator, operand)), None) = (entries.next(), entries.next()) else {
            return Err(Error::new(
                field,
                value,
                "give one operator, such as exists",
            ));
        };
        let wrong = |problem: &str| Error::new(format!("{field}.{operator}"), operand, problem);
        let text = || {
            let text = operand.as_str().map(str::to_owned);
            text.ok_or_else(|| wrong("must be a text"))
        };
        let number = || operand.as_f64().ok_or_else(|| wrong("must be a number"));
        Ok(match operator.as_str() {
            "equals" => ValueTest::Is(JsonLiteral::new(operand.clone())),
            "$json" => ValueTest::Becomes(self.compiled(field, value)?),
            "exists" => match operand {
                Value::Bool(exists) => ValueTest::Exists(*exists),
                _ => return Err(wrong("must be true or false")),
            },
            "in" => match operand {
                Value::Array(items) => {
                    ValueTest::In(items.iter().cloned().map(JsonLiteral::new).collect())
                }
                _ => return Err(wrong("must be a list")),
            },
            "not" => ValueTest::Not(Box::new(self.test(field, operand)?)),
            "startsWith" => ValueTest::StartsWith(text()?),
            "contains" => ValueTest::Contains(text()?),
            "below" => ValueTest::Below(number()?),
            "above" => ValueTest::Above(number()?),
            _ => {
                let problem = "is no operator; use equals, exists, in, not, startsWith, contains, below or above";
                return Err(wrong(problem));
            }
        })
    }

    fn words(&mut self, members: &Members<'_>) -> Result<Option<Words>, Error> {
        let code = members.get("code");
        let code = code
            .map(|(field, path)| self.place(&field, path))
            .transpose()?;
        let Some((field, value)) = members.get("reason") else {
            let empty = WordsFrom::Constant(String::new());
            return Ok(code.map(|code| Words {
                text: empty,
                code: Some(code),
            }));
        };
        let text = match value.as_str() {
            Some(path) if path.starts_with("$.") || path.starts_with("$[") => {
                self.words_at(&field, path)?
            }
            Some(text) => WordsFrom::Constant(text.to_owned()),
            None => {
                return Err(Error::new(
                    field,
                    value,
                    "must be a text, or a path such as $.error",
                ));
            }
        };
        Ok(Some(Words { text, code }))
    }

    /// `$.path`, or `$.path?text` for what is shown where nothing stands there.
    fn words_at(&mut self, field: &str, path: &str) -> Result<WordsFrom, Error> {
        let whole = self.place(field, &Value::from(path));
        match (whole, path.split_once('?')) {
            (Err(_), Some((path, otherwise))) => {
                let place = self.place(field, &Value::from(path))?;
                Ok(WordsFrom::At(place, otherwise.to_owned()))
            }
            (whole, _) => Ok(WordsFrom::At(whole?, String::new())),
        }
    }

    fn bindings(&mut self, members: &Members<'_>) -> Result<Vec<Binding>, Error> {
        let Some(bind) = members.object("bind")? else {
            return Ok(Vec::new());
        };
        let mut bindings = Vec::new();
        for (name, value) in bind.members {
            let field = bind.name(name);
            let (place, times) = self.scaled(&field, value)?;
            bindings.push(Binding {
                name: name.clone(),
                place,
                times,
            });
        }
        Ok(bindings)
    }

    /// A path, or `{ "path", "times" }` for a number there times another.
    fn scaled(&mut self, field: &str, value: &Value) -> Result<(PlaceId, f64), Error> {
        let Value::Object(_) = value else {
            return Ok((self.place(field, value)?, 1.0));
        };
        let parts = Members::new(field, value)?;
        parts.only(&["path", "times"])?;
        let (path_field, path) = parts.required("path", "write a path such as $.id")?;
        let times = match parts.get("times") {
            None => 1.0,
            Some((field, value)) => value
                .as_f64()
                .ok_or_else(|| Error::new(field, value, "must be a number"))?,
        };
        Ok((self.place(&path_field, path)?, times))
    }

    /// `retryAfterMs`: milliseconds, or where they stand in the message.
    fn delay(&mut self, rule: &Members<'_>, may_wait: bool) -> Result<Option<DelayRule>, Error> {
        let Some((field, value)) = rule.get("retryAfterMs") else {
            return Ok(None);
        };
        if !may_wait {
            let problem = "only belongs to the actions reconnect and notice";
            return Err(Error::new(field, value, problem));
        }
        Ok(Some(match value {
            Value::Number(_) => DelayRule::Constant(rule.millis("retryAfterMs")?),
            _ => {
                let (place, times) = self.scaled(&field, value)?;
                DelayRule::At(place, times)
            }
        }))
    }

    fn step(&mut self, step: &Members<'_>) -> Result<HandshakeStep, Error> {
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

    fn subscribe(&mut self, rule: &Members<'_>) -> Result<SubscribeRule, Error> {
        rule.only(&["send", "if", "once", "ack", "resume"])?;
        let (field, send) = rule.required("send", "write what is to be sent")?;
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

    /// Where payloads stand; with `[*]` behind the path, each item there is one.
    fn payloads(&mut self, field: &str, path: &Value) -> Result<PayloadPlace, Error> {
        let list = path.as_str().and_then(|text| text.strip_suffix("[*]"));
        Ok(PayloadPlace {
            is_each: list.is_some(),
            place: match list {
                Some(list) => self.place(field, &Value::from(list))?,
                None => self.place(field, path)?,
            },
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

    fn unsubscribe(
        &mut self,
        rule: &Members<'_>,
    ) -> Result<(MessageTemplate, Option<MessageTemplate>), Error> {
        rule.only(&["send", "if"])?;
        let (field, send) = rule.required("send", "write what is to be sent")?;
        Ok((self.compiled(&field, send)?, self.template(rule, "if")?))
    }

    fn heartbeat(&mut self, rule: &Members<'_>) -> Result<HeartbeatRule, Error> {
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
            (None, Some(_), _) | (None, _, Some(_)) => Err(Error::new(
                rule.name("send"),
                "",
                "write what is to be sent",
            )),
            _ => Ok(compiled),
        }
    }

    /// Milliseconds: a number, a `${…}`, or a list to be added up.
    fn amount(
        &mut self,
        members: &Members<'_>,
        name: &str,
    ) -> Result<Option<MessageTemplate>, Error> {
        let Some((field, value)) = members.get(name) else {
            return Ok(None);
        };
        let parts = match value {
            Value::Array(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in parts {
            let is_right = match part {
                Value::Number(number) => number.as_f64().is_some_and(|ms| ms >= 1.0),
                Value::String(text) => text.starts_with("${"),
                _ => false,
            };
            if !is_right {
                return Err(Error::new(
                    field,
                    part,
                    "must be a number of milliseconds above 0",
                ));
            }
        }
        Ok(Some(self.compiled(&field, value)?))
    }

    fn reply(&mut self, rule: &Members<'_>) -> Result<ReplyRule, Error> {
        rule.only(&["when", "send"])?;
        let (when_field, when) = rule.required("when", "say which message is answered")?;
        let (send_field, send) = rule.required("send", "write the answer")?;
        Ok(ReplyRule {
            when: self.condition(&when_field, when)?,
            send: self.compiled(&send_field, send)?,
        })
    }

    fn control(&mut self, rule: &Members<'_>) -> Result<ControlRule, Error> {
        rule.only(&[
            "when",
            "action",
            "key",
            "is",
            "reason",
            "code",
            "retryAfterMs",
        ])?;
        let (when_field, when) = rule.required("when", "say which message this is")?;
        let (field, action) = rule.required("action", "say what is to be done")?;
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
        })
    }

    /// `key` and `is`, which are one value each or lists of the same length.
    fn key(&mut self, rule: &Members<'_>) -> Result<Option<usize>, Error> {
        let Some((key_field, key)) = rule.get("key") else {
            return match rule.get("is") {
                Some((field, value)) => Err(Error::new(
                    field,
                    value,
                    "needs key: where this stands in a message",
                )),
                None => Ok(None),
            };
        };
        let (is_field, is) = rule.required(
            "is",
            "say what a subscription has there, such as ${params.topic}",
        )?;
        let (paths, templates) = match (key, is) {
            (Value::Array(paths), Value::Array(templates)) if paths.len() == templates.len() => {
                (paths.as_slice(), templates.as_slice())
            }
            (Value::String(_), _) => (std::slice::from_ref(key), std::slice::from_ref(is)),
            _ => {
                return Err(Error::new(
                    is_field,
                    is,
                    "must have one entry for each in key",
                ));
            }
        };
        let mut parts = Vec::new();
        for (path, template) in paths.iter().zip(templates) {
            parts.push((
                self.place(&key_field, path)?,
                self.compiled(&is_field, template)?,
            ));
        }
        let rule = KeyRule(parts);
        let known = self.keys.iter().position(|known| *known == rule);
        Ok(Some(known.unwrap_or_else(|| {
            self.keys.push(rule);
            self.keys.len() - 1
        })))
    }

    fn route(&mut self, rule: &Members<'_>) -> Result<Route, Error> {
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

fn ids(root: &Members<'_>) -> Result<IdRule, Error> {
    let Some(ids) = root.object("ids")? else {
        return Ok(IdRule {
            is_text: false,
            start: 1,
        });
    };
    ids.only(&["type", "start"])?;
    let is_text = match ids.get("type") {
        None => false,
        Some((field, value)) => choice(&field, value, &[("number", false), ("string", true)])?,
    };
    let start = match ids.get("start") {
        None => 1,
        Some((field, value)) => value
            .as_u64()
            .ok_or_else(|| Error::new(field, value, "must be a whole number from 0"))?,
    };
    Ok(IdRule { is_text, start })
}

/// `close`: what codes mean, single ones or ranges such as `"4400-4499"`, and how old connections may become.
fn close_rule(root: &Members<'_>) -> Result<CloseRule, Error> {
    let mut rule = CloseRule::default();
    let Some(close) = root.object("close")? else {
        return Ok(rule);
    };
    close.only(&["stop", "now", "later", "maxConnectionAgeMs"])?;
    for (name, retry) in [("stop", Retry::Never), ("now", Retry::AtOnce)] {
        let Some((field, value)) = close.get(name) else {
            continue;
        };
        let codes = value.as_array().ok_or_else(|| no_codes(&field, value))?;
        for code in codes {
            rule.codes.push((codes_at(&field, code)?, retry));
        }
    }
    if let Some(later) = close.object("later")? {
        for code in later.members.keys() {
            let range = codes_at(&later.field, &Value::from(code.as_str()))?;
            rule.codes.push((range, Retry::After(later.millis(code)?)));
        }
    }
    if close.get("maxConnectionAgeMs").is_some() {
        rule.max_age_ms = Some(close.millis("maxConnectionAgeMs")?);
    }
    Ok(rule)
}

fn codes_at(field: &str, code: &Value) -> Result<RangeInclusive<u16>, Error> {
    code_range(code).ok_or_else(|| no_codes(field, code))
}

fn no_codes(field: &str, value: &Value) -> Error {
    let problem = "must be close codes, such as 4403 or \"4400-4499\"";
    Error::new(field, value, problem)
}

fn code_range(code: &Value) -> Option<RangeInclusive<u16>> {
    if let Some(code) = code.as_u64() {
        let code = u16::try_from(code).ok()?;
        return Some(code..=code);
    }
    let text = code.as_str()?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}
