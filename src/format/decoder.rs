//! From a connection's messages to JSON texts.

use std::str;

use super::csv::Csv;
use super::nats::Nats;
use super::{Documents, Format, Message, SEPARATOR};
use super::{auto, cbor, framing, influx, msgpack, socketio, text};
use crate::compress::{Compression, decompress};
use crate::decode::{DecodeError, DecodeErrorKind};

/// Messages that `auto` reads as plain text before it takes that for settled: servers greet in plain words
/// before their feed begins, and nearly everything can be read as text.
const TEXTS_BEFORE_SETTLED: u8 = 3;

/// The translation of one connection's messages. It has state: what `auto` chose, the names in a CSV
/// header, a NATS message cut in two.
#[derive(Debug)]
pub struct Decoder {
    is_auto: bool,
    max_bytes: usize,
    /// Text messages, and binary ones too when the format is given.
    text: Lane,
    /// Binary messages in `auto`: a feed may greet in text and send its data in binary.
    binary: Lane,
}

/// Messages that are read alike.
#[derive(Debug, Default)]
struct Lane {
    reader: Option<Reader>,
    compression: Option<Compression>,
    /// How many messages `auto` has read as plain text, for want of anything better.
    texts: u8,
}

/// A format and what is remembered from one message to the next.
#[derive(Debug)]
enum Reader {
    Json,
    Ndjson,
    Csv(Box<Csv>),
    Msgpack,
    Cbor,
    Influx,
    Text,
    Nats(Nats),
    SocketIo,
}

impl Decoder {
    /// For messages in `format`, of at most `max_bytes` bytes each, compressed or not. The texts of
    /// one message may take four times that and 64 KiB, since JSON is wordier than other formats.
    pub fn new(format: Format, max_bytes: usize) -> Self {
        let reader = Reader::of(&format, max_bytes);
        Self {
            is_auto: reader.is_none(),
            max_bytes,
            text: Lane {
                reader,
                ..Lane::default()
            },
            binary: Lane::default(),
        }
    }

    /// Whether text messages are JSON, given or found out, and can be read without [`decode`](Self::decode).
    pub fn passes_text(&self) -> bool {
        matches!(self.text.reader, Some(Reader::Json))
    }

    /// Appends the JSON texts that the message holds. What was appended before an error stays: it is
    /// good.
    ///
    /// # Errors
    ///
    /// When the message, or a part of it, is not in the format, is larger than `max_bytes`, or is
    /// compressed and damaged; offsets are those in the decompressed message. JSON is not checked.
    pub fn decode(&mut self, message: Message<'_>, out: &mut Documents) -> Result<(), DecodeError> {
        let (bytes, is_binary) = match message {
            Message::Text(bytes) => (bytes, false),
            Message::Binary(bytes) => (bytes, true),
        };
        let max = self.max_bytes;
        if bytes.len() > max {
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, max));
        }
        out.allow(max.saturating_mul(4).saturating_add(64 * 1024));
        let lane = if is_binary && self.is_auto {
            &mut self.binary
        } else {
            &mut self.text
        };
        let result = if is_binary {
            lane.unpack(bytes, max, out)
        } else {
            lane.read(bytes, false, max, out)
        };
        out.allow_all();
        result
    }

    /// What `auto` chose, in words, once it has; `None` if the format was given.
    pub fn chosen(&self) -> Option<String> {
        if !self.is_auto {
            return None;
        }
        match (self.text.description(), self.binary.description()) {
            (Some(text), Some(binary)) if text != binary => {
                Some(format!("{text}; binary messages: {binary}"))
            }
            (text, binary) => text.or(binary),
        }
    }

    /// Forgets what ends with a connection: half a NATS message, that a CSV header has come. What
    /// `auto` chose stays.
    pub fn reconnected(&mut self) {
        for lane in [&mut self.text, &mut self.binary] {
            match &mut lane.reader {
                Some(Reader::Csv(csv)) => csv.reconnected(),
                Some(Reader::Nats(nats)) => nats.reconnected(),
                _ => {}
            }
        }
    }
}

impl Lane {
    /// Reads a binary message, decompressed if it is compressed.
    fn unpack(&mut self, bytes: &[u8], max: usize, out: &mut Documents) -> Result<(), DecodeError> {
        if matches!(&self.reader, Some(Reader::Nats(nats)) if nats.is_within()) {
            return self.read(bytes, true, max, out);
        }
        let announced = Compression::announced(bytes);
        let damaged = match announced.map(|kind| (kind, decompress(bytes, kind, max))) {
            Some((kind, Ok(plain))) => return self.unpacked(kind, &plain, max, out),
            Some((Compression::Zlib, Err(error))) if error.kind != DecodeErrorKind::TooLarge => {
                // Perhaps it was no header after all.
                Some(error)
            }
            Some((_, Err(error))) => return Err(error),
            None => None,
        };
        self.unannounced(bytes, max, out)
            .map_err(|error| damaged.unwrap_or(error))
    }

    /// Reads a message without a header of compression, which may be bare deflate all the same.
    fn unannounced(
        &mut self,
        bytes: &[u8],
        max: usize,
        out: &mut Documents,
    ) -> Result<(), DecodeError> {
        let deflate = Compression::Deflate;
        if self.compression == Some(deflate)
            && let Ok(plain) = decompress(bytes, deflate, max)
        {
            return self.unpacked(deflate, &plain, max, out);
        }
        let mark = out.mark();
        let error = match self.read(bytes, true, max, out) {
            Err(error) if error.kind != DecodeErrorKind::ServerError => error,
            result => return result,
        };
        match decompress(bytes, deflate, max) {
            Ok(plain) => {
                out.rewind(mark);
                self.unpacked(deflate, &plain, max, out)
            }
            Err(bomb) if bomb.kind == DecodeErrorKind::TooLarge => Err(bomb),
            Err(_) => Err(error),
        }
    }

    fn unpacked(
        &mut self,
        compression: Compression,
        plain: &[u8],
        max: usize,
        out: &mut Documents,
    ) -> Result<(), DecodeError> {
        self.read(plain, true, max, out)?;
        self.compression = Some(compression);
        Ok(())
    }

    /// Reads a message, after the choice of a format if there is none yet.
    fn read(
        &mut self,
        bytes: &[u8],
        is_binary: bool,
        max: usize,
        out: &mut Documents,
    ) -> Result<(), DecodeError> {
        let unsettled = (1..TEXTS_BEFORE_SETTLED).contains(&self.texts);
        if self.reader.is_none() || unsettled {
            let Some(format) = auto::choose(bytes, is_binary)? else {
                return Ok(());
            };
            self.texts = match format {
                Format::Text => self.texts + 1,
                _ => 0,
            };
            self.reader = Reader::of(&format, max);
        }
        match &mut self.reader {
            Some(reader) => reader.decode(bytes, out),
            None => Ok(()),
        }
    }

    fn description(&self) -> Option<String> {
        let format = self.reader.as_ref()?.description();
        Some(match self.compression {
            Some(compression) => format!("{}-compressed {format}", compression.name()),
            None => format,
        })
    }
}

impl Reader {
    /// The reader of a format; `None` for `auto`.
    fn of(format: &Format, max_bytes: usize) -> Option<Self> {
        Some(match format {
            Format::Auto => return None,
            Format::Json => Self::Json,
            Format::Ndjson => Self::Ndjson,
            Format::Csv(options) => Self::Csv(Box::new(Csv::new(options.clone()))),
            Format::Msgpack => Self::Msgpack,
            Format::Cbor => Self::Cbor,
            Format::Influx => Self::Influx,
            Format::Text => Self::Text,
            Format::Nats => Self::Nats(Nats::new(max_bytes)),
            Format::SocketIo => Self::SocketIo,
        })
    }

    fn decode(&mut self, bytes: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
        match self {
            Self::Msgpack => msgpack::decode(bytes, out),
            Self::Cbor => cbor::decode(bytes, out),
            Self::Nats(nats) => nats.decode(bytes, out),
            Self::SocketIo => socketio(bytes, out),
            _ => {
                let (at, text) = framing::text(bytes)?;
                self.decode_text(text, out).map_err(|error| DecodeError {
                    at: error.at + at,
                    ..error
                })
            }
        }
    }

    fn decode_text(&mut self, text: &str, out: &mut Documents) -> Result<(), DecodeError> {
        match self {
            Self::Ndjson => text::ndjson(text.as_bytes(), out),
            Self::Csv(csv) => csv.decode(text, out),
            Self::Influx => influx::decode(text, out),
            Self::Text => text::plain(text, out),
            _ => json(text, out),
        }
    }

    fn description(&self) -> String {
        let name = match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv(csv) => return describe_csv(csv),
            Self::Msgpack => "msgpack",
            Self::Cbor => "cbor",
            Self::Influx => "influx",
            Self::Text => "text",
            Self::Nats(_) => "nats",
            Self::SocketIo => "socketio",
        };
        name.to_owned()
    }
}

fn describe_csv(csv: &Csv) -> String {
    let Some((separator, header)) = csv.dialect() else {
        return "csv".to_owned();
    };
    let separator = match separator {
        b'\t' => "tabs".to_owned(),
        other => format!("'{}'", char::from(other)),
    };
    let with = if header { "with" } else { "without" };
    format!("csv, separated by {separator}, {with} a header")
}

/// One JSON text, or several with U+001E between them.
fn json(text: &str, out: &mut Documents) -> Result<(), DecodeError> {
    let bytes = text.as_bytes();
    if memchr::memchr(SEPARATOR, bytes).is_some() {
        return text::ndjson(bytes, out);
    }
    out.add_text(bytes, 0)
}

/// A packet. Bytes that are no text are attachments to a packet before, which are not read.
fn socketio(bytes: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
    match str::from_utf8(bytes) {
        Ok(_) => socketio::decode(bytes, out),
        Err(_) => Ok(()),
    }
}
