//! Recordings of what a connection delivers, as files that can be sent to somebody and replayed.
//!
//! A recording begins with what the journal holds for its reader, and goes on with what comes, until it is taken or
//! full. It holds payloads, which is what the formats read: what a protocol says around them (logins, subscriptions)
//! is in no recording. [`Session::take_recording`] makes the file, NDJSON: a line that tells what it is and which
//! query reads it, and a line for each message with the time at which it came. Everything that may be secret and is
//! known as such is `***` in it: the token, and what stands under a telling name in the address, the query or the
//! options.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::Session;
use super::journal::Entry;
use super::overlap::PayloadKind;
use super::readers::ReaderId;
use super::receive::{binaries, split};
use crate::format::write;
use crate::protocol::{PROTOCOLS, SubscriptionId};
use crate::table::Millis;
use crate::url;

/// What a message takes besides its bytes.
const MESSAGE_BYTES: usize = 48;

/// Shorter texts are no secrets, and stand in many messages.
const LEAST_SECRET: usize = 4;

/// A parameter of an address that is so long is a key of some kind, whatever its name.
const LONG_PARAMETER: usize = 20;

/// Parts of names under which secrets stand.
const SECRET_NAMES: [&str; 9] = [
    "token", "secret", "pass", "auth", "key", "jwt", "sig", "cred", "session",
];

/// Members of a stored query that say what is asked of the server. A replay answers to nothing.
const ASKED: [&str; 5] = ["path", "params", "event", "subscribe", "unsubscribe"];

/// Members of a stored query that are the dashboard's, or lead to other servers.
const LEFT_OUT: [&str; 6] = ["refId", "datasource", "hide", "key", "backfill", "keepRows"];

/// Names a recording of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingId(u32);

/// How far a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Messages in it.
    pub messages: usize,
    /// About how large it is.
    pub bytes: usize,
    /// Whether nothing more fits in.
    pub is_full: bool,
}

/// The recordings of a session that are under way.
#[derive(Debug, Default)]
pub(super) struct Recordings {
    under_way: Vec<Recording>,
    next: u32,
}

#[derive(Debug)]
struct Recording {
    id: RecordingId,
    /// Whose messages it holds; `None` for all.
    source: Option<SubscriptionId>,
    limit: usize,
    progress: Progress,
    messages: Vec<(Millis, Payload)>,
}

#[derive(Debug)]
enum Payload {
    Text(Box<[u8]>),
    Binary(Box<[u8]>),
}

impl Recordings {
    /// Takes a message that came for a subscription, or for all.
    pub(super) fn take(&mut self, kind: PayloadKind, bytes: &[u8], arrival: Millis) {
        for recording in &mut self.under_way {
            recording.take(kind, bytes, arrival);
        }
    }

    /// Whether any is under way.
    pub(super) fn are_none(&self) -> bool {
        self.under_way.is_empty()
    }

    fn find(&self, id: RecordingId) -> Option<usize> {
        self.under_way
            .iter()
            .position(|recording| recording.id == id)
    }
}

impl Recording {
    fn take(&mut self, kind: PayloadKind, bytes: &[u8], arrival: Millis) {
        let payload = match kind {
            PayloadKind::Document(Some(whose)) if self.source.is_some_and(|own| own != whose) => {
                return;
            }
            PayloadKind::Binary => Payload::Binary(bytes.into()),
            PayloadKind::Text | PayloadKind::Document(_) => Payload::Text(bytes.into()),
        };
        let size = bytes.len() + MESSAGE_BYTES;
        // What comes after one that does not fit would be out of place.
        self.progress.is_full |= self.progress.bytes + size > self.limit;
        if !self.progress.is_full {
            self.progress.bytes += size;
            self.progress.messages += 1;
            self.messages.push((arrival, payload));
        }
    }

    fn take_entry(&mut self, entry: &Entry<'_>) {
        match entry {
            Entry::Reconnected => {}
            Entry::Texts {
                batch,
                arrivals,
                subscriptions,
            } => {
                let kind = |at: usize| match subscriptions.get(at) {
                    Some(whose) => PayloadKind::Document(*whose),
                    None => PayloadKind::Text,
                };
                if let [arrival] = arrivals.as_slice() {
                    // A text that is alone may hold the separator.
                    return self.take(kind(0), batch, *arrival);
                }
                for (at, (text, arrival)) in split(batch).zip(arrivals).enumerate() {
                    self.take(kind(at), text, *arrival);
                }
            }
            Entry::Binaries {
                batch,
                lengths,
                arrivals,
            } => {
                for (bytes, arrival) in binaries(batch, lengths).zip(arrivals) {
                    self.take(PayloadKind::Binary, bytes, *arrival);
                }
            }
        }
    }
}

impl Session {
    /// Begins to record what `reader` reads, in at most `limit` bytes or so: first what the journal holds.
    pub fn begin_recording(&mut self, reader: ReaderId, limit: usize) -> RecordingId {
        let id = RecordingId(self.recordings.next);
        self.recordings.next += 1;
        let own = self.readers.of(reader).and_then(|(_, source)| source);
        let mut recording = Recording {
            id,
            source: own.filter(|_| self.protocol.tells_apart()),
            limit,
            progress: Progress::default(),
            messages: Vec::new(),
        };
        for entry in self.journal.entries() {
            recording.take_entry(&entry);
        }
        self.recordings.under_way.push(recording);
        id
    }

    /// How far a recording is; nothing of one that was taken.
    pub fn recorded(&self, id: RecordingId) -> Progress {
        let at = self.recordings.find(id);
        at.map_or_else(Progress::default, |at| {
            self.recordings.under_way[at].progress
        })
    }

    /// Ends a recording: the file. `feed` is the name of the data source, and `target` the query as it is stored.
    pub fn take_recording(&mut self, id: RecordingId, feed: &str, target: &Value) -> String {
        let Some(at) = self.recordings.find(id) else {
            debug_assert!(false, "a recording that nobody began");
            return String::new();
        };
        let recording = self.recordings.under_way.swap_remove(at);
        let secrets = self.secrets(target);
        let header = json!({
            "feed": feed,
            "address": shown_address(&self.key.url),
            "asked": masked_names(&members(target, |name| ASKED.contains(&name))),
            "query": reading(target),
            "full": recording.progress.is_full,
        });
        let mut file = secrets.out_of_text(&header.to_string());
        file.push('\n');
        for (at, payload) in &recording.messages {
            let (name, text) = match payload {
                Payload::Text(bytes) => {
                    let text = secrets.out_of_text(&String::from_utf8_lossy(bytes));
                    ("text", Value::from(text).to_string())
                }
                Payload::Binary(bytes) => {
                    let mut text = Vec::new();
                    write::base64(&mut text, &secrets.out_of_bytes(bytes));
                    ("base64", String::from_utf8(text).unwrap_or_default())
                }
            };
            let _ = writeln!(file, r#"{{"at":{at},"{name}":{text}}}"#);
        }
        file
    }

    /// What must stand in no file, as far as it is known.
    fn secrets(&self, target: &Value) -> Secrets {
        let mut found = Secrets(Vec::new());
        for token in self.token.iter().flat_map(|side| side.known()) {
            found.add(token);
            found.add(&url::encoded(token));
        }
        let path = target.get("path").and_then(Value::as_str);
        for address in [self.endpoint().url.as_str(), path.unwrap_or_default()] {
            for (name, value) in parameters(address) {
                if is_secret_parameter(name, value) {
                    found.add(value);
                }
            }
        }
        found.add_members(target, false);
        for (name, value) in &self.key.settings.options {
            found.add_members(value, is_secret_name(name));
        }
        // One that is a part of another would leave the rest of that.
        found
            .0
            .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        found
    }
}

struct Secrets(Vec<String>);

impl Secrets {
    fn add(&mut self, secret: &str) {
        if secret.len() < LEAST_SECRET || secret.starts_with("${") {
            return;
        }
        self.0.push(secret.to_owned());
        let quoted = Value::from(secret).to_string();
        let escaped = &quoted[1..quoted.len() - 1];
        if escaped != secret {
            self.0.push(escaped.to_owned());
        }
        // `Bearer …`
        if let Some((_, bare)) = secret.split_once(' ') {
            self.add(bare);
        }
    }

    /// Adds texts and numbers that stand under a telling name; JSON in texts is looked into.
    fn add_members(&mut self, value: &Value, is_secret: bool) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    self.add_members(value, is_secret || is_secret_name(name));
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| self.add_members(item, is_secret)),
            Value::String(text) => match json_in(text) {
                Some(inner) => self.add_members(&inner, is_secret),
                None if is_secret => self.add(text),
                None => {}
            },
            Value::Number(number) if is_secret => self.add(&number.to_string()),
            Value::Number(_) | Value::Null | Value::Bool(_) => {}
        }
    }

    fn out_of_text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "***");
            }
        }
        text
    }

    /// Byte for byte, since what is binary says how long its texts are.
    fn out_of_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for secret in &self.0 {
            let found: Vec<usize> = memchr::memmem::find_iter(&bytes, secret.as_bytes()).collect();
            for at in found {
                bytes[at..at + secret.len()].fill(b'*');
            }
        }
        bytes
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

fn is_secret_parameter(name: &str, value: &str) -> bool {
    is_secret_name(name) || value.len() >= LONG_PARAMETER
}

fn parameters(address: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = address
        .split_once('?')
        .map_or("", |(_, query)| query)
        .split('#')
        .next()
        .unwrap_or_default();
    query.split('&').filter_map(|pair| pair.split_once('='))
}

/// An address without what may be secret in it.
fn shown_address(address: &str) -> String {
    let (place, query) = match address.split_once('?') {
        Some((place, query)) => (place, query),
        None => (address, ""),
    };
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if is_secret_parameter(name, value) => format!("{name}=***"),
            _ => pair.to_owned(),
        })
        .collect();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{place}{separator}{}", pairs.join("&"))
}

fn json_in(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    (value.is_object() || value.is_array()).then_some(value)
}

fn members(target: &Value, is_wanted: impl Fn(&str) -> bool) -> Value {
    let all = target.as_object().into_iter().flatten();
    let wanted = all.filter(|(name, _)| is_wanted(name));
    let wanted: Map<String, Value> = wanted
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Value::Object(wanted)
}

/// The same, with `***` for what stands under a telling name, also in JSON in texts and in addresses.
fn masked_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let is_text = value.is_string() || value.is_number();
                let value = if is_text && is_secret_name(name) {
                    "***".into()
                } else {
                    masked_names(value)
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(masked_names).collect(),
        Value::String(text) => match json_in(text) {
            Some(inner) => masked_names(&inner).to_string().into(),
            None => shown_address(text).into(),
        },
        other => other.clone(),
    }
}

/// The query that reads the recording: the stored one, without what is asked of a server.
fn reading(target: &Value) -> Value {
    let mut query = members(target, |name| {
        !ASKED.contains(&name) && !LEFT_OUT.contains(&name)
    });
    let carries = |name: &str| PROTOCOLS.iter().any(|entry| entry.name == name);
    if let Some(query) = query.as_object_mut()
        && query
            .get("format")
            .and_then(Value::as_str)
            .is_some_and(carries)
    {
        // The payloads of a protocol are JSON.
        query.remove("format");
    }
    query
}
