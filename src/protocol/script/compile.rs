//! From the JSON of a data source or a preset to a [`Script`]; every fault is named by its place.
//!
//! In goes the JSON of a data source, or of a preset with what the data source puts in its place; out comes the script, or an
//! error with the name of the setting. Settings call this when they are checked, and tests for each preset.

mod parts;
mod values;

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::address_resume::AddressResumeRule;
use super::definition::Script;
use super::members::{Members, choice};
use super::places::{PlaceId, Places};
use super::rules::{CloseRule, ControlRule, IdRule, KeyRule, PaceRule, Packaging, RuleAction};
use super::template::MessageTemplate;
use crate::error::Error;
use crate::protocol::Retry;

/// What a script may hold, by its names in the data source's settings.
pub const SCRIPT_MEMBERS: [&str; 15] = [
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
    "pace",
    "leave",
    "close",
    "resume",
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
            send: None,
            retry_after: None,
        });
    }
    let routes = compiler.each(&root, "route", Compiler::route)?;
    let (may_share, apart) = share(&root)?;
    let framing = root.get("framing");
    Ok(Script {
        source: source.clone(),
        framing: framing
            .map(|(field, value)| choice(&field, value, &Packaging::ALL))
            .transpose()?
            .unwrap_or_default(),
        ids: ids(&root)?,
        pace: pace(&root)?,
        apart,
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
        address_resume: address_resume(&root)?,
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

/// `share`: whether one socket serves several subscriptions, and the params of which each value has a socket.
fn share(root: &Members<'_>) -> Result<(bool, Vec<String>), Error> {
    let Some((field, value)) = root.get("share") else {
        return Ok((true, Vec::new()));
    };
    if !value.is_object() {
        let may_share = choice(&field, value, &[("route", true), ("own", false)])?;
        return Ok((may_share, Vec::new()));
    }
    let share = Members::new(&field, value)?;
    share.only(&["apart"])?;
    let (field, value) = share.required("apart", "name the params")?;
    let names = value.as_array().map(|names| {
        let names = names.iter().map(|name| name.as_str().map(str::to_owned));
        names.collect::<Option<Vec<_>>>()
    });
    match names.flatten() {
        Some(names) => Ok((true, names)),
        None => Err(Error::new(
            field,
            value,
            "must be a list of names of params",
        )),
    }
}

/// `pace`: how many messages the server takes in a second, and how many more at once.
fn pace(root: &Members<'_>) -> Result<Option<PaceRule>, Error> {
    let Some(pace) = root.object("pace")? else {
        return Ok(None);
    };
    pace.only(&["perSecond", "burst"])?;
    let (field, value) = pace.required("perSecond", "say how many messages a second may have")?;
    let problem = "must be a number from 0.01 to 1000";
    let per_second = value
        .as_f64()
        .filter(|number| (0.01..=1000.0).contains(number))
        .ok_or_else(|| Error::new(field, value, problem))?;
    let burst = match pace.get("burst") {
        None => 1.0,
        Some((field, value)) => match value.as_u64().filter(|burst| (1..=1000).contains(burst)) {
            Some(burst) => burst as f64,
            None => {
                let problem = "must be a whole number from 1 to 1000";
                return Err(Error::new(field, value, problem));
            }
        },
    };
    Ok(Some(PaceRule {
        interval_ms: 1000.0 / per_second,
        burst,
    }))
}

/// `resume`: parameters of the address of the next connection, with where the numbers are that it resumes behind.
fn address_resume(root: &Members<'_>) -> Result<Vec<AddressResumeRule>, Error> {
    let Some(resume) = root.object("resume")? else {
        return Ok(Vec::new());
    };
    let rules = resume.members.iter().map(|(name, path)| {
        let field = resume.name(name);
        let text = path
            .as_str()
            .ok_or_else(|| Error::new(&field, path, "must be a path such as $.data[*].id"))?;
        AddressResumeRule::compile(name, text).map_err(|problem| Error::new(&field, text, problem))
    });
    rules.collect()
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
