//! What can be asked of a session besides what a panel shows: where its protocol is, and what came first.
//!
//! The connection test, the [`doctor`](crate::doctor) and the view of a [`feed`](crate::feed) call this.

use std::cell::RefCell;
use std::rc::Rc;

use super::Session;
use super::journal::{Entry, JournalMessage};
use super::readers::ReaderId;
use super::sample::Sample;
use super::server_report::ServerReport;
use super::subscriptions::Answer;
use crate::format::{Message, SEPARATOR};
use crate::protocol::{Phase, SubscriptionId};
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

    /// What to do when a connection is open and nothing comes. Whether anything happens there nobody can know.
    pub fn advice_on_silence(&self) -> String {
        let settings = &self.key.settings;
        let mut asked = self.key.conversation.asks();
        if asked.iter().any(|param| param.is_required) {
            asked.retain(|param| param.is_required);
        }
        let names: Vec<&str> = asked.iter().map(|param| &*param.title).collect();
        let what = if let [first @ .., last] = names.as_slice() {
            let first = first.join(", ");
            let and = if first.is_empty() { "" } else { " and " };
            return format!(
                "Check {first}{and}{last}; or nothing is being published there at the moment."
            );
        } else if settings.transport.is_http() {
            "the path"
        } else {
            "the path, and whether the feed needs a subscribe message"
        };
        format!("Check {what}; the feed may also be idle.")
    }

    /// What the server said of the subscription of a reader, where there is one.
    pub fn answer_to(&self, reader: Option<ReaderId>) -> &Answer {
        let known = reader.and_then(|reader| self.readers.of(reader));
        let subscription = known.and_then(|(_, id)| id);
        self.answer(subscription)
    }

    /// What the server reported last that belongs to no subscription.
    pub fn server_report(&self) -> Option<&str> {
        self.server_report.as_ref().map(ServerReport::text)
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
                Some(Sample::from_message(message, self.token.as_ref()))
            }
            Entry::Reconnected | Entry::Binaries { .. } => None,
        })
    }

    /// Whose messages `query` reads: those of a subscription, or all. `None` where nobody asks for what it asks for.
    pub fn source_of(&self, query: &Query) -> Option<Option<SubscriptionId>> {
        match self.protocol.tells_apart() {
            true => self.subscriptions.find(&query.request).map(Some),
            false => Some(None),
        }
    }

    /// The messages that the connection has kept for a subscription, or all of them, the oldest first.
    pub fn messages_of(
        &self,
        source: Option<SubscriptionId>,
    ) -> impl DoubleEndedIterator<Item = JournalMessage<'_>> {
        let is_others = move |whose| source.is_some_and(|own| own != whose);
        let all = self.journal.messages();
        all.filter(move |message| !message.subscription.is_some_and(is_others))
    }

    /// What `reading` makes of the messages that the connection has kept for a reader of `query`.
    pub fn read_kept(&self, query: &Query, reader: ReaderId, reading: &Reading) -> Option<Stream> {
        let (shared, _) = self.readers.of(reader)?;
        let stream = Rc::new(RefCell::new(Stream::new(reading, 1)));
        drop(self.read_again(query, shared.subscription, Rc::clone(&stream)));
        Rc::into_inner(stream).map(RefCell::into_inner)
    }
}
