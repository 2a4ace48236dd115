//! Short titles that tell kinds of messages apart: what they say themselves, such as `type: trade`, or their names.

use super::tree::JsonType;
use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::decode::text::Span;
use crate::extract::position::name;

/// Members by which feeds tell their messages apart, the most telling first.
const TELLING: [&str; 20] = [
    "type",
    "event",
    "e",
    "ev",
    "op",
    "channel",
    "topic",
    "method",
    "action",
    "kind",
    "stream",
    "event_type",
    "eventType",
    "msg_type",
    "messageType",
    "cmd",
    "command",
    "table",
    "arg",
    "name",
];

/// The longest text that is part of a title, in bytes.
const LONGEST: usize = 40;

/// Names in a title.
const MOST_NAMES: usize = 4;

/// What is known of the messages of a kind.
#[derive(Debug, Default)]
pub(super) struct KindFacts {
    /// How many there are.
    pub(super) count: usize,
    /// The members at the top, and the texts that are the same in all messages.
    members: Vec<(String, Option<String>)>,
    /// What stands for the messages when they have no members.
    title: String,
}

impl KindFacts {
    /// Those of a kind with a title of its own.
    pub(super) fn titled(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            ..Self::default()
        }
    }

    /// Those of messages like this one.
    pub(super) fn of(document: &str) -> Self {
        let title = match document.bytes().next().map(JsonType::of) {
            Some(JsonType::Number) => "number",
            Some(JsonType::Text) => "text",
            Some(JsonType::Boolean) => "boolean",
            Some(JsonType::Null) => "null",
            Some(JsonType::Array) => "array",
            Some(JsonType::Object) => "object",
            None => "",
        };
        Self {
            members: members(document).unwrap_or_default(),
            ..Self::titled(title)
        }
    }

    /// Another message is of the kind: texts that it does not have are not those of all.
    pub(super) fn count(&mut self, document: Option<&str>) {
        self.count += 1;
        if self.count == 1 || self.members.iter().all(|(_, text)| text.is_none()) {
            return;
        }
        let others = document.and_then(|document| members(document).ok());
        let others = others.unwrap_or_default();
        for member in &mut self.members {
            if member.1.is_some() && !others.contains(member) {
                member.1 = None;
            }
        }
    }

    /// What all say of themselves, most telling first.
    fn told(&self) -> impl Iterator<Item = String> {
        let told = TELLING.iter().filter_map(|telling| {
            let mut members = self.members.iter();
            members.find(|(name, text)| name == telling && text.is_some())
        });
        let items = self
            .members
            .iter()
            .filter(|(name, _)| name.starts_with('['));
        told.chain(items)
            .filter_map(|(name, text)| Some(format!("{name}: {}", text.as_ref()?)))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// Its names, of which `others` have not all where they are given.
    fn listed(&self, others: &[&Self]) -> String {
        let is_own = |name: &&str| {
            others
                .iter()
                .any(|other| !other.names().any(|n| n == *name))
        };
        let mut names = self
            .names()
            .filter(|name| others.is_empty() || is_own(name));
        let shown: Vec<&str> = names.by_ref().take(MOST_NAMES).collect();
        let more = if names.next().is_some() { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    }
}

/// The members of an object, or of the first object in an array; of another array the items by their index. Each with its
/// text, where it is a short one.
fn members(document: &str) -> Result<Vec<(String, Option<String>)>, DecodeError> {
    let mut scanner = Scanner::new(document.as_bytes());
    let mut kind = JsonType::of(scanner.peek()?);
    if kind == JsonType::Array && scanner.enter(b']')? {
        kind = JsonType::of(scanner.peek()?);
        if kind != JsonType::Object {
            return items(&mut scanner);
        }
    }
    let mut members = Vec::new();
    if kind != JsonType::Object {
        return Ok(members);
    }
    let mut more = scanner.enter(b'}')?;
    while more {
        let key = scanner.key()?;
        let key = name(scanner.bytes(), key).into_owned();
        members.push((key, short_text(&mut scanner)?));
        more = scanner.more(b'}')?;
    }
    Ok(members)
}

fn items(scanner: &mut Scanner<'_>) -> Result<Vec<(String, Option<String>)>, DecodeError> {
    let mut items = Vec::new();
    loop {
        let item = short_text(scanner)?;
        if item.is_some() {
            items.push((format!("[{}]", items.len()), item));
        }
        if !scanner.more(b']')? {
            return Ok(items);
        }
    }
}

/// Takes a value; its text, if it is one that is not too long.
fn short_text(scanner: &mut Scanner<'_>) -> Result<Option<String>, DecodeError> {
    if scanner.peek()? != b'"' {
        scanner.skip(2)?;
        return Ok(None);
    }
    let span: Span = scanner.string()?;
    let is_short = (1..=LONGEST).contains(&(span.end - span.start));
    Ok(is_short.then(|| name(scanner.bytes(), span).into_owned()))
}

/// A title for each kind, all different.
pub(super) fn all(kinds: &[&KindFacts]) -> Vec<String> {
    let mut titles: Vec<String> = kinds
        .iter()
        .map(|kind| {
            let is_own = |told: &String| {
                let mut same = kinds
                    .iter()
                    .filter(|other| other.told().any(|t| t == *told));
                same.nth(1).is_none()
            };
            let told = kind.told().find(is_own).or_else(|| kind.told().next());
            told.unwrap_or_else(|| match kind.members.is_empty() {
                true => kind.title.clone(),
                false => kind.listed(&[]),
            })
        })
        .collect();
    let first = titles.clone();
    for (index, kind) in kinds.iter().enumerate() {
        let is_same = |other: &usize| *other != index && first[*other] == first[index];
        let same: Vec<&KindFacts> = (0..kinds.len()).filter(is_same).map(|i| kinds[i]).collect();
        let own = if same.is_empty() {
            String::new()
        } else {
            kind.listed(&same)
        };
        if !own.is_empty() {
            titles[index] = format!("{} with {own}", first[index]);
        }
        let before = titles[..index].iter();
        if before.filter(|title| **title == titles[index]).count() > 0 {
            titles[index] = format!("{} ({})", titles[index], index + 1);
        }
    }
    titles
}
