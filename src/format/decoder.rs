//! From a connection's messages to JSON texts.
//!
//! In go the messages of one connection as its socket delivered them, compressed or not; out come JSON texts.
//! [`stream::intake`](crate::stream::intake) has one for each format that its readers name.

use super::documents::Documents;
use super::formats::{self, Format, FormatEntry};
use super::message::Message;
use super::reader::FormatReader;
use crate::compress::Unpacker;
use crate::decode::{DecodeError, DecodeErrorKind};

/// Messages that `auto` reads as plain text before it takes that for settled: servers greet in plain words
/// before their feed begins, and nearly everything can be read as text.
const TEXTS_BEFORE_SETTLED: u8 = 3;

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

/// The format of messages, once it is known.
#[derive(Debug, Default)]
struct Choice {
    made: Option<(&'static FormatEntry, Box<dyn FormatReader>)>,
    /// How many messages `auto` has read as plain text, for want of anything better.
    texts: u8,
}

impl Decoder {
    /// For messages in `format`, of at most `max_bytes` bytes each, compressed or not. The texts of
    /// one message may take four times that and 64 KiB.
    pub fn new(format: Format, max_bytes: usize) -> Self {
        let mut text = Track::default();
        if let Some(entry) = format.entry() {
            text.choice.made = Some((entry, entry.reader(format.csv())));
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
        let made = self.text.choice.made.as_ref();
        made.is_some_and(|(_, reader)| reader.passes_text())
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

    /// Forgets what ends with a connection: that a CSV header has come. What `auto` chose stays.
    pub fn reconnected(&mut self) {
        for track in [&mut self.text, &mut self.binary] {
            if let Some((_, reader)) = &mut track.choice.made {
                reader.reconnected();
            }
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
        let made = self.choice.made.as_ref();
        made.is_some_and(|(entry, _)| entry.is_last_resort())
    }

    fn description(&self) -> Option<String> {
        let (entry, reader) = self.choice.made.as_ref()?;
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

impl Choice {
    /// Reads a message, after the choice of a format if there is none yet.
    fn read(
        &mut self,
        bytes: &[u8],
        is_binary: bool,
        out: &mut Documents,
    ) -> Result<(), DecodeError> {
        let unsettled = (1..TEXTS_BEFORE_SETTLED).contains(&self.texts);
        if self.made.is_none() || unsettled {
            let Some(entry) = formats::detect(bytes, is_binary)? else {
                return Ok(());
            };
            self.texts = if entry.is_last_resort() {
                self.texts + 1
            } else {
                0
            };
            self.made = Some((entry, entry.reader(&Default::default())));
        }
        match &mut self.made {
            Some((_, reader)) => reader.read(bytes, out),
            None => Ok(()),
        }
    }
}
