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
    /// The names of the members at the top.
    names: Vec<String>,
    /// What all messages say of themselves, most telling first, such as `type: trade`.
    told: Vec<String>,
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
        let mut facts = Self::titled(title);
        let read = facts.read(document);
        debug_assert!(read.is_ok(), "only JSON is read");
        facts
    }

    /// Another message is of the kind: what it does not say is not told by all.
    pub(super) fn count(&mut self, document: Option<&str>) {
        self.count += 1;
        if self.count > 1 && !self.told.is_empty() {
            let other = Self::of(document.unwrap_or_default());
            self.told.retain(|words| other.told.contains(words));
        }
    }

    /// Notes the members of an object, or of the first object in an array, and what an object in it says; of another
    /// array its items.
    fn read(&mut self, document: &str) -> Result<(), DecodeError> {
        let mut scanner = Scanner::new(document.as_bytes());
        let kind = JsonType::of(scanner.peek()?);
        if kind == JsonType::Array {
            let mut first = scanner.clone();
            if first.enter(b']')? && first.peek()? == b'{' {
                scanner = first;
            }
        } else if kind != JsonType::Object {
            return Ok(());
        }
        let mut told: Vec<(usize, String)> = Vec::new();
        walk::each(&mut scanner, 0, &mut |scanner, name, index, depth| {
            let path = name.map_or_else(|| format!("[{index}]"), str::to_owned);
            if scanner.peek()? == b'{' && name.is_some() {
                walk::each(scanner, depth, &mut |scanner, inner, _, depth| {
                    let rank = inner.and_then(rank).map(|rank| TELLING.len() + rank);
                    say(
                        &mut told,
                        rank,
                        &format!("{path}.{}", inner.unwrap_or_default()),
                        scanner,
                        depth,
                    )
                })?;
            } else {
                let rank = name.map_or(Some(usize::MAX), rank);
                say(&mut told, rank, &path, scanner, depth)?;
            }
            if name.is_some() {
                self.names.push(path);
            }
            Ok(())
        })?;
        while let Some(best) = (0..told.len()).min_by_key(|index| told[*index].0) {
            self.told.push(told.remove(best).1);
        }
        Ok(())
    }

    /// Its names, of which `others` have not all where they are given.
    fn listed(&self, others: &[&Self]) -> String {
        let mut names: Vec<&str> = Vec::new();
        for name in &self.names {
            if others.is_empty() || others.iter().any(|other| !other.names.contains(name)) {
                names.push(name);
            }
        }
        let more = if names.len() > MOST_NAMES {
            ", …"
        } else {
            ""
        };
        names.truncate(MOST_NAMES);
        format!("{}{more}", names.join(", "))
    }
}

/// How telling a name is, 0 being most.
fn rank(name: &str) -> Option<usize> {
    TELLING.iter().position(|telling| *telling == name)
}

/// Takes a value, and notes it if it is a short text and its place has a rank.
fn say(
    told: &mut Vec<(usize, String)>,
    rank: Option<usize>,
    path: &str,
    scanner: &mut Scanner<'_>,
    depth: u32,
) -> Result<(), DecodeError> {
    let is_text = scanner.peek()? == b'"';
    let start = scanner.offset() + 1;
    scanner.skip(depth)?;
    let bytes = scanner.bytes().get(start..scanner.offset() - 1);
    let text = std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
    let is_short = (1..=LONGEST).contains(&text.len()) && !text.contains('\\');
    if let Some(rank) = rank.filter(|_| is_text && is_short) {
        told.push((rank, format!("{path}: {text}")));
    }
    Ok(())
}

/// A title for each kind, all different.
pub(super) fn all(kinds: &[&KindFacts]) -> Vec<String> {
    let first: Vec<String> = kinds.iter().map(|kind| first(kind, kinds)).collect();
    let mut titles: Vec<String> = Vec::with_capacity(kinds.len());
    for (index, kind) in kinds.iter().enumerate() {
        let mut same: Vec<&KindFacts> = Vec::new();
        for (other, title) in first.iter().enumerate() {
            if other != index && *title == first[index] {
                same.push(kinds[other]);
            }
        }
        let mut title = first[index].clone();
        let own = if same.is_empty() {
            String::new()
        } else {
            kind.listed(&same)
        };
        if !own.is_empty() {
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
fn first(kind: &KindFacts, kinds: &[&KindFacts]) -> String {
    let is_own = |words: &&String| {
        let same = kinds.iter().filter(|other| other.told.contains(words));
        same.count() == 1
    };
    match kind.told.iter().find(is_own).or(kind.told.first()) {
        Some(words) => words.clone(),
        None if kind.names.is_empty() => kind.title.clone(),
        None => kind.listed(&[]),
    }
}
