//! Who begins and ends to read a connection: a panel gets a lease of a reader, and a reader that is new is filled from
//! the journal before it takes what comes. [`Session`](super::Session) and the boundary call this.

use std::cell::RefCell;
use std::rc::Rc;

use super::Session;
use super::journal::Entry;
use super::readers::{Gone, ReaderId};
use crate::protocol::{Phase, SubscriptionId};
use crate::query::Query;
use crate::stream::Stream;
use crate::stream::intake::Intake;
use crate::table::Millis;

impl Session {
    /// Begins to read for `query`. A reader that is new is filled with what the connection has kept, and what comes
    /// from now on follows without gap or double: messages that came before must have been handed over.
    pub fn attach(&mut self, query: &Query, now: Millis) -> ReaderId {
        // Whoever asks again asks for another try.
        let before = self.link.tried_again_at();
        let retry = self.link.retry(now);
        if self.link.tried_again_at() != before {
            self.change();
        }
        self.act(retry);
        let query = self.read_for(query);
        let query = query.as_ref();
        let known = self.lease(query);
        let reader = known.unwrap_or_else(|| self.add_reader(query, now));
        self.want_again(reader);
        self.switch_kept(reader, now);
        self.advance(now);
        reader
    }

    /// Somebody came for what the server may have refused or ended: a permission may have been granted since, or a topic
    /// made.
    fn want_again(&mut self, reader: ReaderId) {
        let subscription = self.readers.of(reader).and_then(|(_, id)| id);
        let may_ask = self.may_ask_again();
        if let Some(id) = subscription.filter(|_| may_ask)
            && self.subscriptions.wanted(id)
        {
            self.change();
        }
    }

    /// Whether subscriptions can be asked for on the socket that there is; one that opens later is asked for all.
    fn may_ask_again(&self) -> bool {
        self.link.is_open() && self.protocol.phase() == Phase::Ready
    }

    /// When the server is to be asked again for a subscription that is over.
    pub(super) fn again_deadline(&self) -> Option<Millis> {
        let at = self.subscriptions.deadline();
        at.filter(|_| self.may_ask_again())
    }

    /// Asks the server again for what it refused or ended, where somebody wants that and the pause is over.
    pub(super) fn ask_again(&mut self, now: Millis) {
        if !self.may_ask_again() {
            return;
        }
        while let Some((id, request)) = self.subscriptions.take_due(now) {
            self.begins(id);
            self.protocol.unsubscribe(id, "", now);
            self.protocol.subscribe(id, &request, now);
            if let Some(successor) = &mut self.handover.successor {
                successor.asks_again(id, &request, now);
            }
            self.change();
        }
    }

    /// A lease of the reader that serves `query` already, if there is one.
    fn lease(&mut self, query: &Query) -> Option<ReaderId> {
        let source = if self.protocol.tells_apart() {
            Some(self.subscriptions.find(&query.request)?)
        } else {
            None
        };
        self.readers.lease(query, source)
    }

    fn add_reader(&mut self, query: &Query, now: Millis) -> ReaderId {
        // Who asks for nothing of what a protocol tells apart asks for all of it.
        let is_asked = self.protocol.tells_apart() || !query.request.is_empty();
        let subscription = is_asked.then(|| {
            let (id, is_new) = self.subscriptions.acquire(&query.request, now);
            if is_new {
                self.begins(id);
                self.protocol.subscribe(id, &query.request, now);
                if let Some(successor) = &mut self.handover.successor {
                    successor.protocol.subscribe(id, &query.request, now);
                }
            }
            id
        });
        let source = subscription.filter(|_| self.protocol.tells_apart());
        let known = self.readers.stream_for(query, source);
        let stream = known.unwrap_or_else(|| {
            let shared = self.readers.add_stream(query, source, now);
            let (id, stream) = (shared.id, Rc::clone(&shared.stream));
            self.fill(query, source, stream);
            self.ask_for_kept(id);
            id
        });
        self.readers.add(query, stream, subscription)
    }

    /// The server is asked for a subscription, and may answer with a state that who comes later wants to see.
    fn begins(&mut self, id: SubscriptionId) {
        if self.protocol.tells_apart() {
            self.journal.subscribed(id);
        }
    }

    /// Has a stream read what the journal holds of a subscription, or all of it, and then what comes.
    fn fill(&mut self, query: &Query, source: Option<SubscriptionId>, stream: Rc<RefCell<Stream>>) {
        // Read apart: those who were here before have had it.
        let past = self.read_again(query, source, stream);
        self.intake.absorb(past);
    }

    /// What a stream has read once it has read what the journal holds.
    pub(super) fn read_again(
        &self,
        query: &Query,
        source: Option<SubscriptionId>,
        stream: Rc<RefCell<Stream>>,
    ) -> Intake {
        let mut past = Intake::new(self.key.settings.max_message_bytes);
        past.attach(&query.format, source, stream);
        for entry in self.journal.entries() {
            match entry {
                Entry::Reconnected => past.reconnected(),
                Entry::Texts {
                    batch,
                    arrivals,
                    subscriptions: [],
                } => past.receive_texts(batch, &arrivals),
                Entry::Texts {
                    batch,
                    arrivals,
                    subscriptions,
                } => past.receive_documents(
                    batch,
                    &arrivals,
                    subscriptions,
                    arrivals.len(),
                    batch.len(),
                ),
                Entry::Binaries {
                    batch,
                    lengths,
                    arrivals,
                } => past.receive_binaries(batch, lengths, &arrivals),
            }
        }
        past
    }

    /// A lease of a reader ended: what nobody reads goes after the linger time.
    pub fn release(&mut self, reader: ReaderId, now: Millis) {
        let leaves_at = now + self.key.settings.linger_ms;
        self.readers.release(reader, leaves_at);
        self.switch_kept(reader, now);
        self.advance(now);
    }

    pub(super) fn remove(&mut self, gone: Gone, now: Millis) {
        if let Some(id) = gone.stream {
            self.forget_history(id);
            if let Some(mut shared) = self.readers.remove_stream(id) {
                self.keep(shared.unkept());
                self.intake.detach(&shared.stream);
            }
        }
        if let Some(id) = gone.subscription
            && self.subscriptions.release(id)
        {
            self.journal.forget(id);
            let text = gone.unsubscribe.unwrap_or_default();
            self.protocol.unsubscribe(id, &text, now);
            if let Some(successor) = &mut self.handover.successor {
                successor.protocol.unsubscribe(id, &text, now);
            }
        }
        if self.readers.is_empty() {
            self.end(now);
        }
    }
}
