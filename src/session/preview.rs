//! What a query would show of the messages that the connection has kept, row by row.
//!
//! In goes a query that somebody sets up, read or not; out comes a [`Preview`]. Its messages are read again by a stream of
//! their own, one by one, the way in which a reader that joins is filled; nothing of it stays.

use std::cell::RefCell;
use std::rc::Rc;

use super::Session;
use super::batch::{binaries, split};
use super::journal::Entry;
use crate::protocol::SubscriptionId;
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
        let apart = self.protocol.tells_apart();
        let subscription = self.subscriptions.find(&query.request);
        if apart && subscription.is_none() {
            return Preview::default();
        }
        let stream = Stream::new(&query.projection.reading, query.capacity);
        let stream = Rc::new(RefCell::new(stream));
        stream.borrow_mut().trace();
        let mut tracer = Tracer {
            intake: Intake::new(self.key.settings.max_message_bytes),
            stream: Rc::clone(&stream),
            own: subscription.filter(|_| apart),
            left: 0,
            notes_from: rows.saturating_mul(MESSAGES_PER_ROW),
        };
        let (format, own) = (&query.format, tracer.own);
        tracer.intake.attach(format, own, Rc::clone(&stream));
        let entries = self.journal.entries();
        tracer.left = entries.map(|entry| tracer.count(&entry)).sum();
        for entry in self.journal.entries() {
            tracer.read(entry);
        }
        let projection = &query.projection;
        let mut stream = stream.borrow_mut();
        stream.preview(projection, query.capacity, rows, wall)
    }
}

/// Reads messages one by one into a stream that is traced.
struct Tracer {
    intake: Intake,
    stream: Rc<RefCell<Stream>>,
    own: Option<SubscriptionId>,
    /// Messages that are still to come.
    left: usize,
    /// With so many left it is noted what stands in the rows.
    notes_from: usize,
}

impl Tracer {
    fn read(&mut self, entry: Entry<'_>) {
        match entry {
            Entry::Reconnected => self.intake.reconnected(),
            Entry::Texts {
                batch,
                arrivals,
                subscriptions,
            } => {
                let texts: Vec<&[u8]> = match arrivals.as_slice() {
                    [_] => vec![batch],
                    _ => split(batch).collect(),
                };
                for (index, (text, at)) in texts.into_iter().zip(arrivals).enumerate() {
                    match subscriptions.get(index) {
                        None => self.note(|intake| intake.receive_texts(text, &[at])),
                        Some(whose) if self.is_own(*whose) => self.note(|intake| {
                            intake.receive_documents(text, &[at], &[*whose], 1, text.len());
                        }),
                        Some(_) => {}
                    }
                }
            }
            Entry::Binaries {
                batch,
                lengths,
                arrivals,
            } => {
                for (message, at) in binaries(batch, lengths).zip(arrivals) {
                    self.note(|intake| intake.receive_binary(message, at));
                }
            }
        }
    }

    /// How many messages it has for the query.
    fn count(&self, entry: &Entry<'_>) -> usize {
        match entry {
            Entry::Reconnected => 0,
            Entry::Texts {
                arrivals,
                subscriptions: [],
                ..
            }
            | Entry::Binaries { arrivals, .. } => arrivals.len(),
            Entry::Texts { subscriptions, .. } => {
                let own = subscriptions.iter().filter(|whose| self.is_own(**whose));
                own.count()
            }
        }
    }

    fn is_own(&self, whose: Option<SubscriptionId>) -> bool {
        self.own.is_none() || whose.is_none() || whose == self.own
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
