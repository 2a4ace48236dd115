//! What a query would show of the messages that the connection has kept, row by row.
//!
//! In goes a query that somebody sets up, read or not; out comes a [`Preview`]. Its messages are read again by a stream of
//! their own, one by one, the way in which a reader that joins is filled; nothing of it stays.

use std::cell::RefCell;
use std::rc::Rc;

use super::Session;
use super::journal::JournalMessage;
use crate::query::Query;
use crate::stream::Stream;
use crate::stream::intake::Intake;
use crate::stream::preview::Preview;
use crate::table::Millis;

/// For each row that is told of so many of the newest messages are asked what stands in them: a few together may give one.
const MESSAGES_PER_ROW: usize = 2;

/// Most messages that are read: more would hold the page up. A journal of the usual size has fewer.
const MAX_MESSAGES: usize = 50_000;

impl Session {
    /// What `query` makes of the messages that are kept, at `wall`, in milliseconds since the epoch: the newest `rows` of
    /// its rows. Of a protocol that tells subscriptions apart, those that the query's subscription has.
    pub fn preview(&self, query: &Query, rows: usize, wall: Millis) -> Preview {
        let Some(source) = self.source_of(query) else {
            return Preview::default();
        };
        let stream = Stream::new(&query.projection.reading, query.capacity);
        let stream = Rc::new(RefCell::new(stream));
        stream.borrow_mut().trace();
        let mut tracer = Tracer {
            intake: Intake::new(self.key.settings.max_message_bytes),
            stream: Rc::clone(&stream),
            opening: None,
            left: self.messages_of(source).count(),
            notes_from: rows.saturating_mul(MESSAGES_PER_ROW),
        };
        tracer
            .intake
            .attach(&query.format, source, Rc::clone(&stream));
        self.messages_of(source)
            .for_each(|message| tracer.read(message));
        let projection = &query.projection;
        let mut stream = stream.borrow_mut();
        stream.preview(projection, query.capacity, rows, wall)
    }
}

/// Reads messages one by one into a stream that is traced.
struct Tracer {
    intake: Intake,
    stream: Rc<RefCell<Stream>>,
    /// Which opening of the connection the message before came after.
    opening: Option<u64>,
    /// Messages that are still to come.
    left: usize,
    /// With so many left it is noted what stands in the rows.
    notes_from: usize,
}

impl Tracer {
    fn read(&mut self, message: JournalMessage<'_>) {
        let before = self.opening.replace(message.opening);
        if before.is_some_and(|before| before != message.opening) {
            self.intake.reconnected();
        }
        let JournalMessage {
            bytes,
            at,
            subscription,
            ..
        } = message;
        self.note(|intake| match (message.is_payload, message.is_binary) {
            (true, _) => intake.receive_documents(bytes, &[at], &[subscription], 1, bytes.len()),
            (false, true) => intake.receive_binary(bytes, at),
            (false, false) => intake.receive_texts(bytes, &[at]),
        });
    }

    /// Has a message read.
    fn note(&mut self, read: impl FnOnce(&mut Intake)) {
        let is_read = self.left <= MAX_MESSAGES;
        if self.left <= self.notes_from {
            self.stream.borrow_mut().trace_cells();
        }
        self.left = self.left.saturating_sub(1);
        if !is_read {
            return;
        }
        let before = self.stream.borrow().traced();
        read(&mut self.intake);
        let mut stream = self.stream.borrow_mut();
        if stream.traced() == before {
            stream.trace_empty();
        }
    }
}
