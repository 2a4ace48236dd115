//! What can be asked of a session besides what a panel shows: where its protocol is, and what came first.
//!
//! The connection test, the [`doctor`](crate::doctor) and the view of a [`feed`](crate::feed) call this.

use std::cell::RefCell;
use std::rc::Rc;

use super::Session;
use super::journal::{Entry, JournalMessage};
use super::readers::ReaderId;
use super::sample::Sample;
use super::subscriptions::Answer;
use crate::format::{Message, SEPARATOR};
use crate::protocol::Phase;
use crate::query::{Query, Reading};
use crate::stream::Stream;

impl Session {
    /// Where its protocol is.
    pub fn phase(&self) -> Phase {
        self.protocol.phase()
    }

    /// What the protocol waits for before it is ready, in words.
    pub fn awaits(&self) -> Option<String> {
        self.protocol.awaits()
    }

    /// Whether nothing will come since nobody has asked for anything: there is no subscription, and the protocol has to
    /// be told what for.
    pub fn asks_nothing(&self) -> bool {
        let mut asked = self.key.conversation.asks().into_iter();
        self.subscriptions.is_empty() && asked.any(|param| param.is_required)
    }

    /// What the server said of the subscription of a reader, where there is one.
    pub fn answer_to(&self, reader: Option<ReaderId>) -> &Answer {
        let known = reader.and_then(|reader| self.readers.of(reader));
        let subscription = known.and_then(|(_, id)| id);
        self.answer(subscription)
    }

    /// What the server reported last that belongs to no subscription.
    pub fn server_report(&self) -> Option<&str> {
        self.server_report.as_deref()
    }

    /// The first message; where the data source names a protocol, the first payload in one.
    pub fn first_message(&self) -> Option<Sample> {
        if !self.key.conversation.is_known() {
            return self.sample.clone();
        }
        let mut entries = self.journal.entries();
        entries.find_map(|entry| match entry {
            Entry::Texts { batch, .. } => {
                let first = batch.split(|byte| *byte == SEPARATOR).next();
                let message = Message::Text(first.unwrap_or_default());
                let mut sample = Sample::from_message(message);
                sample.text = self.masked(sample.text);
                Some(sample)
            }
            Entry::Reconnected | Entry::Binaries { .. } => None,
        })
    }

    /// Shows `visit` the messages that the connection has kept for those who ask for what `query` asks for, the oldest or
    /// the newest first, until it says that it has seen enough. False where nobody asks for that.
    pub fn visit_kept<'s>(
        &'s self,
        query: &Query,
        newest_first: bool,
        visit: &mut dyn FnMut(JournalMessage<'s>) -> bool,
    ) -> bool {
        let own = match self.protocol.tells_apart() {
            true => self.subscriptions.find(&query.request),
            false => None,
        };
        if self.protocol.tells_apart() && own.is_none() {
            return false;
        }
        self.journal.visit(newest_first, &mut |message| {
            let is_others =
                own.is_some() && message.subscription.is_some_and(|whose| Some(whose) != own);
            is_others || visit(message)
        });
        true
    }

    /// What `reading` makes of the messages that the connection has kept for a reader of `query`.
    pub fn read_kept(&self, query: &Query, reader: ReaderId, reading: &Reading) -> Option<Stream> {
        let (shared, _) = self.readers.of(reader)?;
        let stream = Rc::new(RefCell::new(Stream::new(reading, 1)));
        drop(self.read_again(query, shared.subscription, Rc::clone(&stream)));
        Rc::into_inner(stream).map(RefCell::into_inner)
    }
}
