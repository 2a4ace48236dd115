//! Short titles that tell kinds of messages apart: what they say themselves, such as `type: trade`, or their names.

use super::tree::JsonType;
use super::walk;
use crate::decode::DecodeError;
use crate::decode::json::Scanner;

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
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        for telling in TELLING.into_iter().chain([""]) {
            for (name, text) in &self.members {
                // Items come last, by their index.
                let is_it = name == telling || (telling.is_empty() && name.starts_with('['));
                if let Some(text) = text.as_ref().filter(|_| is_it) {
                    told.push(format!("{name}: {text}"));
                }
            }
        }
        told
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
    if kind == JsonType::Array {
        let mut first = scanner.clone();
        if first.enter(b']')? && first.peek()? == b'{' {
            (scanner, kind) = (first, JsonType::Object);
        }
    }
    let mut members = Vec::new();
    if !matches!(kind, JsonType::Object | JsonType::Array) {
        return Ok(members);
    }
    walk::each(&mut scanner, 0, &mut |scanner, name, index, depth| {
        let text = short_text(scanner, depth)?;
        match name {
            Some(name) => members.push((name.to_owned(), text)),
            None if text.is_some() => members.push((format!("[{index}]"), text)),
            None => {}
        }
        Ok(())
    })?;
    Ok(members)
}

/// Takes a value; its text, if it is one that is not too long.
fn short_text(scanner: &mut Scanner<'_>, depth: u32) -> Result<Option<String>, DecodeError> {
    let start = scanner.offset();
    let is_text = scanner.peek()? == b'"';
    scanner.skip(depth)?;
    let bytes = scanner.bytes().get(start..scanner.offset());
    let text = std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
    let inner = text.trim_matches([' ', '\t', '\r', '\n', '"']);
    let is_short = is_text && (1..=LONGEST).contains(&inner.len()) && !inner.contains('\\');
    Ok(is_short.then(|| inner.to_owned()))
}

/// A title for each kind, all different.
pub(super) fn all(kinds: &[&KindFacts]) -> Vec<String> {
    let told: Vec<Vec<String>> = kinds.iter().map(|kind| kind.told()).collect();
    let first: Vec<String> = (0..kinds.len())
        .map(|kind| first(kinds[kind], kind, &told))
        .collect();
    let mut titles: Vec<String> = Vec::with_capacity(kinds.len());
    for (index, kind) in kinds.iter().enumerate() {
        let mut same: Vec<&KindFacts> = Vec::new();
        for (other, title) in first.iter().enumerate() {
            if other != index && *title == first[index] {
                same.push(kinds[other]);
            }
        }
        let mut title = first[index].clone();
        let own = kind.listed(&same);
        if !same.is_empty() && !own.is_empty() {
            title = format!("{title} with {own}");
        }
        if titles.contains(&title) {
            title = format!("{title} ({})", index + 1);
        }
        titles.push(title);
    }
    titles
}

/// What only this kind says of itself, or else what it says first, or else its names.
fn first(facts: &KindFacts, kind: usize, told: &[Vec<String>]) -> String {
    let is_own = |words: &&String| told.iter().filter(|others| others.contains(words)).count() == 1;
    let own = told[kind].iter().find(is_own);
    match own.or(told[kind].first()) {
        Some(words) => words.clone(),
        None if facts.members.is_empty() => facts.title.clone(),
        None => facts.listed(&[]),
    }
}
