//! The protocols: the only list of them.
//!
//! A new protocol is a file with its [`Protocol`](super::Protocol) and a row here.

use std::str;

use super::contract::{Protocol, Setup};
use super::mqtt::Mqtt;
use super::nats::{self, Nats};
use super::plain::Plain;
use super::socketio::{self, SocketIo};
use super::stomp::Stomp;
use crate::compress::Unpacker;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::format::Message;

/// A protocol by its name.
#[derive(Debug, Clone, Copy)]
pub struct ProtocolEntry {
    /// The stored name.
    pub name: &'static str,
    /// The name to show.
    pub title: &'static str,
    /// Whether queries may name it as their format. Stored ones do, from when there were formats alone.
    pub is_format: bool,
    /// Makes one.
    pub make: fn(&Setup) -> Box<dyn Protocol>,
    /// Whether a server's first text message is of this protocol, for queries that leave the format to be found out.
    pub detect: fn(&str) -> bool,
}

/// Every protocol, in the order in which they are tried.
pub const PROTOCOLS: [ProtocolEntry; 5] = [
    ProtocolEntry {
        name: "plain",
        title: "None",
        is_format: false,
        make: |_| Box::new(Plain::default()),
        detect: |_| false,
    },
    ProtocolEntry {
        name: "mqtt",
        title: "MQTT",
        is_format: false,
        make: |setup| Box::new(Mqtt::new(setup)),
        detect: |_| false,
    },
    ProtocolEntry {
        name: "nats",
        title: "NATS",
        is_format: true,
        make: |setup| Box::new(Nats::new(setup)),
        detect: nats::is_nats,
    },
    ProtocolEntry {
        name: "socketio",
        title: "Socket.IO",
        is_format: true,
        make: |setup| Box::new(SocketIo::new(setup)),
        detect: socketio::is_socketio,
    },
    ProtocolEntry {
        name: "stomp",
        title: "STOMP",
        is_format: false,
        make: |setup| Box::new(Stomp::new(setup)),
        detect: |_| false,
    },
];

/// The protocol of a name.
pub fn find(name: &str) -> Option<&'static ProtocolEntry> {
    PROTOCOLS.iter().find(|entry| entry.name == name)
}

/// The protocol of a connection whose first message, of at most `max_message_bytes`, is `message`, compressed or
/// not; `None` when it is of none that can be told.
pub fn detect(message: Message<'_>, max_message_bytes: usize) -> Option<&'static ProtocolEntry> {
    let of_bytes = |bytes: &[u8]| {
        let text = str::from_utf8(bytes).ok()?;
        PROTOCOLS.iter().find(|entry| (entry.detect)(text))
    };
    let bytes = match message {
        Message::Text(bytes) => return of_bytes(bytes),
        Message::Binary(bytes) => bytes,
    };
    let mut found = None;
    let unknown = DecodeError::new(DecodeErrorKind::UnknownFormat, 0);
    // Damaged compression is told by whoever reads the message next.
    let _ = Unpacker::default().unpack(bytes, max_message_bytes, |bytes| {
        found = of_bytes(bytes);
        found.map(drop).ok_or(unknown)
    });
    found
}
