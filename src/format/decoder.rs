//! From a connection's messages to JSON texts.
//!
//! In go the messages of one connection as its socket delivered them, compressed or not; out come JSON texts.
//! [`stream::intake`](crate::stream::intake) has one for each format that its readers name.

use super::choice::Choice;
use super::documents::Documents;
use super::formats::Format;
use super::message::Message;
use crate::compress::Unpacker;
use crate::decode::{DecodeError, DecodeErrorKind};

/// What `auto` found out about a connection's messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFormat {
    /// How they are written, in words, such as "gzip-compressed JSON".
    pub words: String,
    /// Whether some are read as plain text, for want of anything better.
    pub is_plain_text: bool,
}

/// The translation of one connection's messages. It has state: what `auto` chose, the names in a CSV
/// header.
#[derive(Debug)]
pub struct Decoder {
    format: Format,
    max_bytes: usize,
    /// Text messages, and binary ones too when the format is given.
    text: Track,
    /// Binary messages in `auto`: a feed may greet in text and send its data in binary.
    binary: Track,
}

/// Messages that are read alike.
#[derive(Debug, Default)]
struct Track {
    unpacker: Unpacker,
    choice: Choice,
}

impl Decoder {
    /// For messages in `format`, of at most `max_bytes` bytes each, compressed or not. The texts of
    /// one message may take four times that and 64 KiB.
    pub fn new(format: Format, max_bytes: usize) -> Self {
        let mut text = Track::default();
        if let Some(entry) = format.entry() {
            text.choice = Choice::given(entry, format.csv());
        }
        Self {
            format,
            max_bytes,
            text,
            binary: Track::default(),
        }
    }

    fn is_auto(&self) -> bool {
        self.format == Format::AUTO
    }

    /// Whether text messages are JSON, given or found out, and can be read without [`decode`](Self::decode).
    pub fn passes_text(&self) -> bool {
        self.text.choice.passes_text()
    }

    /// Appends the JSON texts that the message holds. What was appended before an error stays: it is
    /// good.
    ///
    /// # Errors
    ///
    /// When the message, or a part of it, is not in the format, is larger than `max_bytes`, or is
    /// compressed and damaged; offsets are those in the decompressed message. JSON is not checked.
    pub fn decode(&mut self, message: Message<'_>, out: &mut Documents) -> Result<(), DecodeError> {
        let max = self.max_bytes;
        let bytes = message.bytes();
        if bytes.len() > max {
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, max));
        }
        out.allow_message(max);
        let is_auto = self.is_auto();
        let result = match message {
            Message::Text(bytes) => self.text.choice.read(bytes, false, out),
            Message::Binary(bytes) if is_auto => self.binary.unpack(bytes, max, out),
            Message::Binary(bytes) => self.text.unpack(bytes, max, out),
        };
        out.allow_all();
        result
    }

    /// What `auto` found, once it has; `None` if the format was given.
    pub fn chosen(&self) -> Option<FoundFormat> {
        if !self.is_auto() {
            return None;
        }
        let (text, binary) = (self.text.description(), self.binary.description());
        let words = match (text, binary) {
            (Some(text), Some(binary)) if text != binary => {
                format!("{text}; binary messages: {binary}")
            }
            (text, binary) => text.or(binary)?,
        };
        Some(FoundFormat {
            words,
            is_plain_text: self.text.is_plain_text() || self.binary.is_plain_text(),
        })
    }

    /// Whether the messages before the last one turned out to be in another format than `auto` had taken them for. Says so once.
    pub(crate) fn take_was_wrong(&mut self) -> bool {
        let wrong = [&mut self.text, &mut self.binary].map(|track| track.choice.take_was_wrong());
        wrong.contains(&true)
    }

    /// Whether messages may be cut anywhere from now on, as they may until this is said, or are whole. What `auto` finds is
    /// read as a stream.
    pub(crate) fn take_as_stream(&mut self, is_stream: bool) {
        for track in [&mut self.text, &mut self.binary] {
            track.choice.take_as_stream(is_stream);
        }
    }

    /// Forgets what ends with a connection: that a CSV header has come. What `auto` chose stays.
    pub fn reconnected(&mut self) {
        for track in [&mut self.text, &mut self.binary] {
            track.choice.reconnected();
        }
    }
}

impl Track {
    /// Reads a binary message, decompressed if it is compressed.
    fn unpack(&mut self, bytes: &[u8], max: usize, out: &mut Documents) -> Result<(), DecodeError> {
        let before = out.mark();
        self.unpacker.unpack(bytes, max, |bytes| {
            out.rewind(before);
            self.choice.read(bytes, true, out)
        })
    }

    /// Whether it is read line by line for want of anything better.
    fn is_plain_text(&self) -> bool {
        let made = self.choice.made();
        made.is_some_and(|(entry, _)| entry.is_last_resort())
    }

    fn description(&self) -> Option<String> {
        let (entry, reader) = self.choice.made()?;
        let mut words = match self.unpacker.found() {
            Some(compression) => format!("{}-compressed {}", compression.name(), entry.title),
            None => entry.title.to_owned(),
        };
        if let Some(more) = reader.description() {
            words.push_str(", ");
            words.push_str(&more);
        }
        Some(words)
    }
}
