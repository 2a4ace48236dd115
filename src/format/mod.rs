//! What messages are written in, and their translation to JSON texts.
//!
//! Everything after this module reads JSON. A feed that sends something else is translated, message
//! by message, into JSON texts in a byte buffer ([`Documents`]), so that paths, types and rows mean
//! the same whatever a feed speaks. [`Decoder`] holds what a connection's messages have in common: what
//! `auto` found, the names in a CSV header, a NATS message that was cut in two.

mod auto;
mod calendar;
mod cbor;
mod cbor_tags;
mod csv;
mod csv_guess;
mod decoder;
mod documents;
pub mod framing;
mod influx;
mod msgpack;
mod nats;
mod socketio;
#[cfg(test)]
mod tests;
mod text;
mod write;

pub use decoder::Decoder;
pub use documents::Documents;
pub use framing::SEPARATOR;

/// What messages are written in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// Found out from the first message that tells; text and binary messages each for themselves.
    #[default]
    Auto,
    /// One JSON text (RFC 8259) a message.
    Json,
    /// A JSON text on each line, or between U+001E (RFC 7464, SignalR).
    Ndjson,
    /// Comma-separated values (RFC 4180), also with other separators.
    Csv(CsvOptions),
    /// MessagePack.
    Msgpack,
    /// CBOR (RFC 8949), with the typed arrays of RFC 8746.
    Cbor,
    /// InfluxDB line protocol.
    Influx,
    /// Lines of plain text, a number or a text each.
    Text,
    /// The NATS client protocol.
    Nats,
    /// Engine.IO 4 packets that carry Socket.IO 5 packets.
    SocketIo,
}

impl Format {
    /// The format a query names, if it is one; `csv` says how to read CSV, should it be that.
    pub fn parse(name: &str, csv: CsvOptions) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "json" => Self::Json,
            "ndjson" => Self::Ndjson,
            "csv" => Self::Csv(csv),
            "msgpack" => Self::Msgpack,
            "cbor" => Self::Cbor,
            "influx" => Self::Influx,
            "text" => Self::Text,
            "nats" => Self::Nats,
            "socketio" => Self::SocketIo,
            _ => return None,
        })
    }

    /// The name by which a query names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv(_) => "csv",
            Self::Msgpack => "msgpack",
            Self::Cbor => "cbor",
            Self::Influx => "influx",
            Self::Text => "text",
            Self::Nats => "nats",
            Self::SocketIo => "socketio",
        }
    }
}

/// How CSV is written; what is `None` is guessed from the first message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CsvOptions {
    /// Whether the first record holds names.
    pub header: Option<bool>,
    /// The byte between fields, an ASCII character.
    pub separator: Option<u8>,
}

/// A message as the socket delivers it.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// A text message, as UTF-8.
    Text(&'a [u8]),
    /// A binary message.
    Binary(&'a [u8]),
}
