//! The file of a recording: what a connection has delivered, as text that can be sent to somebody.
//!
//! It is NDJSON: a line about the recording, then a line for each message with the time at which it came and its `text`,
//! or its bytes as `base64`. The [`session`](crate::session) that records writes it with [`about_line`] and
//! [`message_line`]. For a replay the boundary reads it with [`RecordingFile::read`], which also takes the one JSON
//! document that the repository's own recordings are.

#[cfg(test)]
mod tests;

use base64ct::{Base64, Encoding};
use serde_json::{Map, Value};

use crate::format::{framing, write};
use crate::protocol::PROTOCOLS;
use crate::table::Millis;

/// Members of a stored query that say what is asked of the server. A replay answers to nothing.
pub const ASKED: [&str; 5] = ["path", "params", "event", "subscribe", "unsubscribe"];

/// Members of a stored query that are the dashboard's, or lead to other servers.
pub const LEFT_OUT: [&str; 6] = ["refId", "datasource", "hide", "key", "backfill", "keepRows"];

/// The times that a date of JavaScript can have, in milliseconds from the epoch on, forth and back.
const MOST_MS: Millis = 8.64e15;

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordedPayload {
    /// A text.
    Text(Box<[u8]>),
    /// Bytes.
    Binary(Box<[u8]>),
}

impl RecordedPayload {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(bytes) | Self::Binary(bytes) => bytes,
        }
    }
}

/// A message of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedMessage {
    /// When it came, in milliseconds since the epoch.
    pub at: Millis,
    /// What came.
    pub payload: RecordedPayload,
}

/// A recording that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingFile {
    /// The options of the query that reads it; none that lead to a server, whatever stands in the file.
    pub query: Value,
    /// Its messages, in the order in which they came: at least one.
    pub messages: Vec<RecordedMessage>,
}

/// The first line of a file, about all of it.
pub fn about_line(about: &Value) -> String {
    format!("{about}\n")
}

/// The line of a message.
pub fn message_line(message: &RecordedMessage) -> String {
    let mut written = Vec::new();
    let name = match &message.payload {
        RecordedPayload::Text(bytes) => {
            write::string(&mut written, &String::from_utf8_lossy(bytes));
            "text"
        }
        RecordedPayload::Binary(bytes) => {
            write::base64(&mut written, bytes);
            "base64"
        }
    };
    let written = String::from_utf8(written).unwrap_or_default();
    format!("{{\"at\":{},\"{name}\":{written}}}\n", message.at)
}

/// Those members of a stored query that are wanted.
pub fn members(query: &Value, is_wanted: impl Fn(&str) -> bool) -> Value {
    let all = query.as_object().into_iter().flatten();
    let wanted = all.filter(|(name, _)| is_wanted(name));
    let wanted: Map<String, Value> = wanted
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Value::Object(wanted)
}

/// The query that reads the recording: the stored one, without what is asked of a server.
pub fn reading(query: &Value) -> Value {
    let carries = |name: &str| PROTOCOLS.iter().any(|entry| entry.name == name);
    let format = query.get("format").and_then(Value::as_str);
    // The payloads of a protocol are JSON.
    let is_protocol = format.is_some_and(carries);
    let is_other = |name: &str| ASKED.contains(&name) || LEFT_OUT.contains(&name);
    members(query, |name| {
        !is_other(name) && (!is_protocol || name != "format")
    })
}

impl RecordingFile {
    /// Reads a file.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it, and where.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text
            .get(framing::text_range(text.as_bytes()))
            .unwrap_or_default();
        match serde_json::from_str(text) {
            Ok(document) => Self::of_document(&document),
            Err(_) => Self::of_lines(text),
        }
    }

    fn of_document(document: &Value) -> Result<Self, String> {
        let messages = document.get("messages").and_then(Value::as_array);
        let messages = messages.into_iter().flatten().zip(1..);
        let messages = messages.map(|(value, at)| message(value, &format!("Message {at}")));
        Self::new(document, messages.collect::<Result<_, _>>()?)
    }

    fn of_lines(text: &str) -> Result<Self, String> {
        let lines = text.lines().zip(1..);
        let mut lines = lines.filter(|(line, _)| !line.trim().is_empty());
        let Some(first) = lines.next() else {
            return Err("The file is empty.".to_owned());
        };
        let (about, place) = parsed(first)?;
        if !about.is_object() {
            return Err(format!(
                "{place} must be a JSON object that describes the recording."
            ));
        }
        let messages = lines.map(|line| {
            let (value, place) = parsed(line)?;
            message(&value, &place)
        });
        Self::new(&about, messages.collect::<Result<_, _>>()?)
    }

    fn new(about: &Value, messages: Vec<RecordedMessage>) -> Result<Self, String> {
        if messages.is_empty() {
            return Err("The file has no messages.".to_owned());
        }
        let query = reading(about.get("query").unwrap_or(&Value::Null));
        Ok(Self { query, messages })
    }
}

/// A line's value, and its place for people.
fn parsed((line, number): (&str, usize)) -> Result<(Value, String), String> {
    let place = format!("Line {number}");
    match serde_json::from_str(line) {
        Ok(value) => Ok((value, place)),
        Err(error) if error.is_eof() => {
            Err(format!("{place} is cut off: it is not complete JSON."))
        }
        Err(error) => {
            let column = error.column();
            Err(format!(
                "{place} is not valid JSON: see its column {column}."
            ))
        }
    }
}

/// The message that `value` says.
fn message(value: &Value, place: &str) -> Result<RecordedMessage, String> {
    let at = value.get("at").and_then(Value::as_f64);
    let Some(at) = at.filter(|at| at.abs() <= MOST_MS) else {
        return Err(format!(
            "{place} needs \"at\", the time at which the message came, in milliseconds since 1970."
        ));
    };
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let payload = match (text("text"), text("base64")) {
        (Some(text), _) => RecordedPayload::Text(text.as_bytes().into()),
        (None, Some(text)) => {
            let mut bytes = vec![0; text.len()];
            let decoded = Base64::decode(text, &mut bytes);
            let decoded =
                decoded.map_err(|_| format!("{place}: \"base64\" is not valid Base64."))?;
            RecordedPayload::Binary(decoded.into())
        }
        (None, None) => {
            return Err(format!(
                "{place} needs \"text\" or \"base64\", the message as it came."
            ));
        }
    };
    Ok(RecordedMessage { at, payload })
}
