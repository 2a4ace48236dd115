//! The newest messages of a connection, read as a query says.
//!
//! In go the messages that a [`Session`] has kept for a query; out come, for each, the JSON texts that the engine reads in
//! it and what it could not read. Tokens are taken out of both. A format that remembers something of the first messages,
//! such as the names in a CSV header, is shown those first.

use std::cell::Cell;

use crate::decode::json::validate;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::extract::nested;
use crate::extract::path::Path;
use crate::format::{Decoder, Documents, Format, Message, framing};
use crate::query::Query;
use crate::session::Session;
use crate::session::journal::JournalMessage;
use crate::stream::mending::Mending;
use crate::table::Millis;

use super::cut;

/// Messages that are read at most, the newest.
const READ_MESSAGES: usize = 500;

/// Bytes of them, as they came. The newest message is read however long it is.
const READ_BYTES: usize = 1 << 20;

/// Bytes of a message that are shown as it came.
const RAW_BYTES: usize = 16 * 1024;

/// The first messages of a connection, from which a format learns how the others are written.
const FIRST_MESSAGES: usize = 16;

/// The span of time that rates are of.
const RATE_MS: Millis = 10_000.0;

/// Messages that are counted for a rate at most.
const RATE_MESSAGES: usize = 50_000;

/// What a connection has kept for a query.
#[derive(Debug, Default)]
pub struct FeedReading {
    /// Messages a second, over the last ten seconds or as much of them as is known.
    pub rate: f64,
    /// Bytes a second, over the same time.
    pub bytes_per_second: f64,
    /// How many came for the query; of a subscription among others, how many are kept.
    pub total: u64,
    /// The newest messages, oldest first.
    pub messages: Vec<ReadMessage>,
}

/// A message, and what was read in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadMessage {
    /// How many came before it on the connection.
    pub sequence: u64,
    /// When it came, in milliseconds since the epoch.
    pub at: Millis,
    /// Bytes as it came.
    pub size: usize,
    /// Whether it is no text.
    pub is_binary: bool,
    /// Its text, or its bytes as hexadecimal digits; cut.
    pub raw: String,
    /// The JSON texts in it, the texts of the query's `parse` opened.
    pub documents: Vec<String>,
    /// A document that is an array is one row, and its items stand in columns, as in CSV without a header.
    pub are_records: bool,
    /// Why it cannot be read, if so.
    pub problem: Option<DecodeError>,
}

impl FeedReading {
    /// What `session` has for `query`; `None` when nobody reads that. `wall` is the time, in milliseconds since the epoch.
    pub fn of(session: &Session, query: &Query, wall: Millis) -> Option<Self> {
        let mut newest = Newest {
            since: wall - RATE_MS,
            ..Newest::default()
        };
        let source = session.source_of(query)?;
        let mut kept = session.messages_of(source).rev();
        while kept.next().is_some_and(|message| newest.add(message)) {}
        newest.messages.reverse();
        let oldest = newest
            .messages
            .first()
            .map_or(0, |message| message.sequence);
        let earlier = session
            .messages_of(source)
            .take_while(|message| message.sequence < oldest);
        let first: Vec<JournalMessage<'_>> = earlier.take(FIRST_MESSAGES).collect();
        let mut reader = FeedReader::new(session, query);
        for message in &first {
            reader.read(message);
        }
        let mut messages = reader.read_all(&newest.messages);
        if reader.decoder.take_was_wrong() {
            // What came before the format was known was read in another one.
            reader.reconnected();
            messages = reader.read_all(&newest.messages);
        }
        let total = match source {
            // What came for another subscription is counted along.
            Some(_) => session.messages_of(source).count() as u64,
            None => newest.messages.last().map_or(0, |last| last.sequence + 1),
        };
        let seconds = newest.span(wall) / 1_000.0;
        Some(Self {
            rate: newest.count as f64 / seconds,
            bytes_per_second: newest.bytes as f64 / seconds,
            total,
            messages,
        })
    }
}

/// The newest messages, met from the newest on.
#[derive(Debug, Default)]
struct Newest<'j> {
    messages: Vec<JournalMessage<'j>>,
    /// Bytes of them.
    taken: usize,
    is_full: bool,
    /// From when on messages count for rates.
    since: Millis,
    count: usize,
    bytes: usize,
    /// When the oldest of those came; `None` when there are older ones.
    oldest: Option<Millis>,
}

impl<'j> Newest<'j> {
    /// Adds a message; says whether the one before it is of interest.
    fn add(&mut self, message: JournalMessage<'j>) -> bool {
        let length = message.bytes.len();
        let fits = self.messages.is_empty() || self.taken + length <= READ_BYTES;
        self.is_full |= !fits || self.messages.len() >= READ_MESSAGES;
        if !self.is_full {
            self.taken += length;
            self.messages.push(message);
        }
        let counts = message.at >= self.since && self.count < RATE_MESSAGES;
        if counts {
            self.count += 1;
            self.bytes += length;
            self.oldest = Some(message.at);
        } else if message.at < self.since {
            self.oldest = None;
        }
        counts || !self.is_full
    }

    /// The time that the rates are of: where no message is older, that for which there are some.
    fn span(&self, wall: Millis) -> Millis {
        let known = self.oldest.map_or(RATE_MS, |oldest| wall - oldest);
        known.clamp(1_000.0, RATE_MS)
    }
}

/// Reads messages one after the other.
struct FeedReader<'s> {
    session: &'s Session,
    parse: &'s [Path],
    /// Payloads that a protocol took out of its messages are JSON, unless the query says otherwise.
    reads_payloads: bool,
    decoder: Decoder,
    documents: Documents,
    mending: Mending,
    max_bytes: usize,
    /// Messages before this one that have become readable with it.
    redeemed: Cell<usize>,
}

impl<'s> FeedReader<'s> {
    fn new(session: &'s Session, query: &'s Query) -> Self {
        let max_bytes = session.key().settings.max_message_bytes;
        Self {
            session,
            parse: &query.projection.reading.parse,
            reads_payloads: query.format == Format::AUTO,
            decoder: Decoder::new(query.format.clone(), max_bytes),
            documents: Documents::default(),
            mending: Mending::default(),
            max_bytes,
            redeemed: Cell::new(0),
        }
    }

    /// Begins anew with what it has learned.
    fn reconnected(&mut self) {
        self.decoder.reconnected();
        self.mending.begin_anew();
    }

    fn read_all(&mut self, messages: &[JournalMessage<'_>]) -> Vec<ReadMessage> {
        let mut all: Vec<ReadMessage> = Vec::with_capacity(messages.len());
        for message in messages {
            let (documents, problem) = self.read(message);
            let redeemed = all.len().saturating_sub(self.redeemed.take());
            for before in &mut all[redeemed..] {
                before.problem = None;
            }
            all.push(ReadMessage {
                sequence: message.sequence,
                at: message.at,
                size: message.bytes.len(),
                is_binary: message.is_binary,
                raw: self.raw(message),
                documents,
                are_records: self.documents.are_records(),
                problem,
            });
        }
        all
    }

    /// The message as it came.
    fn raw(&self, message: &JournalMessage<'_>) -> String {
        if message.is_binary {
            let shown = message.bytes.get(..RAW_BYTES).unwrap_or(message.bytes);
            let text = String::from_utf8_lossy(shown).into_owned();
            let masked = self.session.masked(text.clone());
            let bytes = if masked == text {
                shown
            } else {
                masked.as_bytes()
            };
            return cut::hexadecimal(bytes, RAW_BYTES);
        }
        let text = String::from_utf8_lossy(message.bytes).into_owned();
        let mut text = self.session.masked(text);
        text.truncate(cut::text(&text, RAW_BYTES).len());
        text
    }

    /// The JSON texts in a message, and why not all of it can be read.
    fn read(&mut self, message: &JournalMessage<'_>) -> (Vec<String>, Option<DecodeError>) {
        self.documents.clear();
        self.decoder.take_as_stream(!message.is_payload);
        self.mending.max_held = self.max_bytes;
        let result = if message.is_payload && self.reads_payloads {
            self.mending.max_held = 0;
            self.documents.add_text(message.bytes, 0)
        } else if message.is_binary {
            self.decode(Message::Binary(message.bytes))
        } else {
            self.decode(Message::Text(message.bytes))
        };
        let documents = std::mem::take(&mut self.documents);
        let (mut texts, mut problem) = (Vec::new(), result.err());
        for text in documents.texts() {
            if let Err(error) = self.take(text, &mut texts) {
                problem = problem.or(Some(error));
            }
        }
        self.documents = documents;
        (texts, problem)
    }

    fn decode(&mut self, message: Message<'_>) -> Result<(), DecodeError> {
        self.decoder.decode(message, &mut self.documents)
    }

    /// Takes a text that should be JSON, and is nearly always; else what can be read of it, as the engine reads it.
    fn take(&mut self, text: &[u8], texts: &mut Vec<String>) -> Result<(), DecodeError> {
        if self.mending.is_holding() && !self.mending.is_other(text) {
            let error = DecodeError::new(DecodeErrorKind::UnexpectedEnd, text.len());
            return self.mend(error, text, texts);
        }
        let Err(mut error) = validate(text) else {
            self.add(text, texts);
            return Ok(());
        };
        let text = text.get(framing::text_range(text)).unwrap_or_default();
        let mut rest = text;
        for (at, one) in framing::split_after(error, text).into_iter().flatten() {
            if let Err(within) = validate(one) {
                error = within;
                break;
            }
            self.add(one, texts);
            rest = text.get(at + one.len()..).unwrap_or_default();
        }
        if framing::is_blank(rest) && rest.len() < text.len() {
            return Ok(());
        }
        self.mend(error, rest, texts)
    }

    fn mend(
        &mut self,
        error: DecodeError,
        text: &[u8],
        texts: &mut Vec<String>,
    ) -> Result<(), DecodeError> {
        if error.kind.is_limit() {
            return Err(error);
        }
        let mut mending = std::mem::take(&mut self.mending);
        let outcome = mending.read(text);
        self.redeemed.set(outcome.redeemed);
        for range in outcome.texts {
            self.add(mending.bytes().get(range).unwrap_or_default(), texts);
        }
        self.mending = mending;
        if outcome.is_refused {
            return Err(error);
        }
        Ok(())
    }

    /// Adds a JSON text, what it holds in texts opened.
    fn add(&self, text: &[u8], texts: &mut Vec<String>) {
        let mut opened = Vec::with_capacity(text.len());
        nested::open(text.trim_ascii(), self.parse, &mut opened);
        let opened = String::from_utf8(opened);
        debug_assert!(opened.is_ok(), "JSON texts are UTF-8");
        texts.push(self.session.masked(opened.unwrap_or_default()));
    }
}
