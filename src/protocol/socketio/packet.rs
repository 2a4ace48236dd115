//! What a packet of Socket.IO says.

use crate::decode::json::Scanner;
use crate::decode::{DecodeError, DecodeErrorKind, number, text};
use crate::table::Millis;

/// A packet of Engine.IO, or one of Socket.IO in it.
#[derive(Debug, PartialEq)]
pub(super) enum SocketIoPacket<'a> {
    /// The session begins.
    Open {
        /// How long the server may be silent: its `pingInterval` and `pingTimeout`.
        silence: Option<Millis>,
    },
    /// The session ends.
    Close,
    /// To be answered with a pong that has the same payload.
    Ping { payload: &'a [u8] },
    /// The server let the client into a namespace.
    Joined { namespace: &'a [u8] },
    /// The server put the client out of a namespace.
    Left { namespace: &'a [u8] },
    /// The server did not let the client into a namespace, in its own words.
    Refused { namespace: &'a [u8], words: String },
    /// An event or an acknowledgement.
    Event(EventPacket<'a>),
    /// Nothing that needs to be known.
    Nothing,
}

/// An event, or the acknowledgement of one.
#[derive(Debug, PartialEq)]
pub(super) struct EventPacket<'a> {
    /// Whether it answers an event.
    pub(super) is_answer: bool,
    pub(super) namespace: &'a [u8],
    /// Which event it answers, or wants answered.
    pub(super) id: Option<u32>,
    /// A JSON array, unchecked.
    pub(super) array: &'a [u8],
    /// Where it begins.
    pub(super) at: usize,
    /// How many binary messages that belong to it come next.
    pub(super) attachments: u32,
}

/// Reads a packet, which must be UTF-8.
pub(super) fn read(packet: &[u8]) -> Result<SocketIoPacket<'_>, DecodeError> {
    match packet {
        [b'0', open @ ..] => Ok(SocketIoPacket::Open {
            silence: silence(open),
        }),
        [b'1', ..] => Ok(SocketIoPacket::Close),
        [b'2', payload @ ..] => Ok(SocketIoPacket::Ping { payload }),
        [b'4', rest @ ..] => message(rest),
        [b'3' | b'5' | b'6', ..] => Ok(SocketIoPacket::Nothing),
        [] => Err(error("the packet is empty", 0)),
        _ => Err(error("the packet type is not 0 to 6", 0)),
    }
}

fn error(problem: &'static str, at: usize) -> DecodeError {
    let kind = DecodeErrorKind::Foreign {
        format: "Socket.IO packet",
        problem,
    };
    DecodeError::new(kind, at)
}

/// A packet of Socket.IO, without the type of Engine.IO's.
fn message(packet: &[u8]) -> Result<SocketIoPacket<'_>, DecodeError> {
    let [kind, data @ ..] = packet else {
        return Err(error("the message type is missing", 1));
    };
    match kind {
        b'0' => Ok(SocketIoPacket::Joined {
            namespace: namespace(data).0,
        }),
        b'1' => Ok(SocketIoPacket::Left {
            namespace: namespace(data).0,
        }),
        b'4' => {
            let (namespace, reason) = namespace(data);
            let words = refusal(reason);
            Ok(SocketIoPacket::Refused { namespace, words })
        }
        b'2' | b'3' => event(*kind == b'3', data, 2, 0),
        // With placeholders for what comes in binary messages.
        b'5' | b'6' => {
            let count = data.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match data.split_at(count) {
                (digits, [b'-', rest @ ..]) if count > 0 => {
                    let attachments = number_of(digits).unwrap_or(u32::MAX);
                    event(*kind == b'6', rest, count + 3, attachments)
                }
                _ => Err(error("the attachment count is missing", 2)),
            }
        }
        _ => Err(error("the message type is not 0 to 6", 1)),
    }
}

/// What follows the number of attachments; `at` is where `data` begins.
fn event(
    is_answer: bool,
    data: &[u8],
    at: usize,
    attachments: u32,
) -> Result<SocketIoPacket<'_>, DecodeError> {
    let (namespace, rest) = namespace(data);
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (id, array) = rest.split_at(digits);
    let at = at + data.len() - array.len();
    match array {
        [b'[', ..] => Ok(SocketIoPacket::Event(EventPacket {
            is_answer,
            namespace,
            id: number_of(id),
            array,
            at,
            attachments,
        })),
        _ => Err(error("the event has no array", at)),
    }
}

fn number_of(digits: &[u8]) -> Option<u32> {
    str::from_utf8(digits).ok()?.parse().ok()
}

/// The namespace that data begins with, and what follows it and its comma.
fn namespace(data: &[u8]) -> (&[u8], &[u8]) {
    match data {
        [b'/', ..] => {
            let end = memchr::memchr(b',', data).unwrap_or(data.len());
            let (name, rest) = data.split_at(end);
            (name, rest.get(1..).unwrap_or_default())
        }
        _ => (b"/", data),
    }
}

/// The server's words in the data of a refusal: its `message`, or all of it.
fn refusal(data: &[u8]) -> String {
    let words = member(data, "message").and_then(|value| {
        let inside = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let mut words = String::new();
        text::unescape(str::from_utf8(inside).ok()?, &mut words);
        Some(words)
    });
    words.unwrap_or_else(|| String::from_utf8_lossy(data).into_owned())
}

fn silence(open: &[u8]) -> Option<Millis> {
    let number = |name| number::from_text(str::from_utf8(member(open, name)?).ok()?);
    let silence = number("pingInterval")? + number("pingTimeout")?;
    Some(silence).filter(|silence| silence.is_finite() && *silence > 0.0)
}

/// The value of an object's member, as it is written.
fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut scanner = Scanner::new(object);
    if scanner.peek().ok()? != b'{' {
        return None;
    }
    let mut is_more = scanner.enter(b'}').ok()?;
    while is_more {
        let key = scanner.key().ok()?;
        scanner.peek().ok()?;
        let start = scanner.offset();
        scanner.skip(1).ok()?;
        if object.get(key.start..key.end) == Some(name.as_bytes()) {
            return object.get(start..scanner.offset());
        }
        is_more = scanner.more(b'}').ok()?;
    }
    None
}
