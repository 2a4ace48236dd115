//! The texts in a message of the socket, and the message that a text is sent in.

use std::ops::Range;

use serde_json::Value;

use super::places;
use super::rules::Packaging;
use crate::format::SEPARATOR;

/// What a message holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Texts, by where they stand in the message.
    Texts(Vec<Range<usize>>),
    /// Texts that had to be unescaped.
    Unescaped(Vec<String>),
    /// The server ends the session, in its words.
    Closing(String),
}

impl Packaging {
    /// Takes a message apart. `None` when it is the only text in itself.
    pub(super) fn open(self, message: &[u8]) -> Option<Held> {
        match self {
            Self::Message => None,
            Self::Lines => Some(split(message, b'\n')),
            Self::RecordSeparator => Some(split(message, SEPARATOR)),
            Self::Array => {
                let first = message.iter().find(|byte| !byte.is_ascii_whitespace());
                (first == Some(&b'[')).then(|| Held::Texts(places::items(message)))
            }
            Self::SockJs => Some(sockjs(message)),
        }
    }

    /// The message that a text is sent in.
    pub(super) fn wrap(self, mut text: String) -> String {
        match self {
            Self::Message | Self::Array => text,
            Self::Lines => {
                text.push('\n');
                text
            }
            Self::RecordSeparator => {
                text.push(char::from(SEPARATOR));
                text
            }
            Self::SockJs => Value::from(vec![text]).to_string(),
        }
    }
}

fn split(message: &[u8], separator: u8) -> Held {
    let ends = memchr::memchr_iter(separator, message).chain([message.len()]);
    let mut start = 0;
    let ranges = ends.map(|end| {
        let range = start..end;
        start = end + 1;
        range
    });
    let is_text = |range: &Range<usize>| {
        let text = message.get(range.clone()).unwrap_or_default();
        !text.trim_ascii().is_empty()
    };
    Held::Texts(ranges.filter(is_text).collect())
}

/// A frame of SockJS (sockjs-protocol 0.3.3): `o` opens, `h` is a heartbeat, `a[…]` holds messages, `m"…"` one,
/// `c[code,"reason"]` closes.
fn sockjs(frame: &[u8]) -> Held {
    let body = frame.get(1..).unwrap_or_default();
    let parsed = || serde_json::from_slice::<Value>(body).unwrap_or_default();
    match frame.first() {
        Some(b'a') => match parsed() {
            Value::Array(texts) => Held::Unescaped(texts.into_iter().filter_map(text).collect()),
            _ => Held::Texts(Vec::new()),
        },
        Some(b'm') => Held::Unescaped(text(parsed()).into_iter().collect()),
        Some(b'c') => {
            let closed = parsed();
            let (code, reason) = (&closed[0], closed[1].as_str().unwrap_or_default());
            Held::Closing(format!(
                "the server closed the session: {reason} (code {code})"
            ))
        }
        _ => Held::Texts(Vec::new()),
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(packaging: Packaging, message: &str) -> Vec<String> {
        match packaging.open(message.as_bytes()) {
            None => vec![message.to_owned()],
            Some(Held::Texts(ranges)) => ranges
                .into_iter()
                .map(|range| message[range].to_owned())
                .collect(),
            Some(Held::Unescaped(texts)) => texts,
            Some(Held::Closing(words)) => vec![words],
        }
    }

    #[test]
    fn a_message_is_taken_apart_as_its_framing_says() {
        let cases: [(Packaging, &str, &[&str]); 8] = [
            (Packaging::Message, "[1]", &["[1]"]),
            (Packaging::Lines, "{}\n\n{\"a\":1}\n", &["{}", "{\"a\":1}"]),
            (
                Packaging::RecordSeparator,
                "{}\u{1e}{\"type\":6}\u{1e}",
                &["{}", "{\"type\":6}"],
            ),
            (
                Packaging::Array,
                " [1, [2], {\"a\":[]}]",
                &["1", "[2]", "{\"a\":[]}"],
            ),
            (Packaging::Array, "{\"a\":[1]}", &["{\"a\":[1]}"]),
            (
                Packaging::SockJs,
                "a[\"{\\\"a\\\":1}\",\"x\"]",
                &["{\"a\":1}", "x"],
            ),
            (Packaging::SockJs, "h", &[]),
            (
                Packaging::SockJs,
                "c[3000,\"Go away!\"]",
                &["the server closed the session: Go away! (code 3000)"],
            ),
        ];
        for (packaging, message, expected) in cases {
            assert_eq!(texts(packaging, message), expected, "{message}");
        }
    }

    #[test]
    fn a_text_is_sent_as_the_framing_wants_it() {
        let wrapped = |packaging: Packaging| packaging.wrap("{\"a\":\"b\"}".to_owned());
        assert_eq!(wrapped(Packaging::Message), "{\"a\":\"b\"}");
        assert_eq!(wrapped(Packaging::RecordSeparator), "{\"a\":\"b\"}\u{1e}");
        assert_eq!(wrapped(Packaging::SockJs), "[\"{\\\"a\\\":\\\"b\\\"}\"]");
    }
}
