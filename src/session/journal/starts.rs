//! The first messages of each subscription, which those of others do not push out.
//!
//! A broker sends what it retains, and a server its snapshot, when it is subscribed to, and that may be long after the
//! connection opened. In go payloads that are not among the first of an opening, with whom they are for; out come those
//! that the journal, which calls this, has forgotten otherwise. Each subscription has the same share of the memory.

use std::collections::BTreeMap;

use super::entry::{Entry, JournalMessage};
use crate::format::SEPARATOR;
use crate::protocol::SubscriptionId;
use crate::table::Millis;

/// The share of a subscription among however many.
const LEAST_BYTES: usize = 1024;

/// A payload that is kept, behind the one before it.
#[derive(Debug)]
struct StartMessage {
    sequence: u64,
    at: Millis,
    /// Where its bytes end.
    end: usize,
}

/// The first messages of a subscription.
#[derive(Debug, Default)]
pub(super) struct Start {
    /// Which opening of the connection they came after.
    opening: u64,
    /// What comes next takes their place: the server has been asked again.
    is_over: bool,
    /// Whether what comes next is one of them.
    is_open: bool,
    /// Texts with a [`SEPARATOR`] behind each.
    bytes: Vec<u8>,
    messages: Vec<StartMessage>,
    /// As often as there are messages: for whom they are.
    whose: Vec<Option<SubscriptionId>>,
}

impl Start {
    /// What comes takes the place of what is there.
    fn begin(&mut self, opening: u64) {
        (self.opening, self.is_over) = (opening, false);
        self.bytes.clear();
        self.messages.clear();
        self.whose.clear();
    }

    /// Bytes that its content takes.
    fn size(&self) -> usize {
        self.bytes.len()
            + self.messages.len()
                * (size_of::<StartMessage>() + size_of::<Option<SubscriptionId>>())
    }

    /// Bytes of memory that it takes.
    fn held(&self) -> usize {
        self.bytes.capacity()
            + self.messages.capacity() * size_of::<StartMessage>()
            + self.whose.capacity() * size_of::<Option<SubscriptionId>>()
            + size_of::<Self>()
    }

    /// Forgets its last messages, until it takes no more than its share.
    fn fit(&mut self, share: usize) {
        while self.size() > share && self.messages.pop().is_some() {
            // What comes takes the place of all of it, and has its own share.
            self.is_open = self.is_over;
            self.whose.pop();
            let end = self.messages.last().map_or(0, |message| message.end);
            self.bytes.truncate(end);
        }
        if !self.is_open {
            self.bytes.shrink_to_fit();
            self.messages.shrink_to_fit();
            self.whose.shrink_to_fit();
        }
    }

    fn push(&mut self, text: &[u8], sequence: u64, at: Millis, whose: SubscriptionId) {
        self.bytes.extend_from_slice(text);
        self.bytes.push(SEPARATOR);
        let end = self.bytes.len();
        self.messages.push(StartMessage { sequence, at, end });
        self.whose.push(Some(whose));
    }

    /// How many of them came before the message of that number.
    fn before(&self, sequence: u64) -> usize {
        self.messages
            .partition_point(|message| message.sequence < sequence)
    }

    pub(super) fn opening(&self) -> u64 {
        self.opening
    }

    /// What came before the message of that number.
    pub(super) fn entry(&self, sequence: u64) -> Option<Entry<'_>> {
        let count = self.before(sequence);
        let messages = self.messages.get(..count)?;
        let end = messages.last()?.end - 1;
        Some(Entry::Texts {
            batch: self.bytes.get(..end)?,
            arrivals: messages.iter().map(|message| message.at).collect(),
            subscriptions: self.whose.get(..count)?,
        })
    }

    /// The same, one by one.
    pub(super) fn messages(&self, sequence: u64) -> Vec<JournalMessage<'_>> {
        let mut start = 0;
        let messages = self.messages.iter().zip(&self.whose);
        let messages = messages
            .take(self.before(sequence))
            .map(|(message, whose)| {
                let bytes = self.bytes.get(start..message.end - 1).unwrap_or_default();
                start = message.end;
                JournalMessage {
                    sequence: message.sequence,
                    opening: self.opening,
                    at: message.at,
                    bytes,
                    is_binary: false,
                    is_payload: true,
                    subscription: *whose,
                }
            });
        messages.collect()
    }
}

/// Those of all subscriptions.
#[derive(Debug, Default)]
pub(super) struct Starts {
    all: BTreeMap<SubscriptionId, Start>,
    /// What all of them may take together, if that is enough for the least share of each.
    limit: usize,
    /// What one of them may take.
    most: usize,
    /// How many of them are open.
    open: usize,
}

impl Starts {
    pub(super) fn new(limit: usize, most: usize) -> Self {
        Self {
            limit,
            most,
            ..Self::default()
        }
    }

    fn share(&self) -> usize {
        let share = self.limit / self.all.len().max(1);
        share.clamp(LEAST_BYTES, self.most)
    }

    /// The server is asked for a subscription: what comes of it next are its first messages.
    pub(super) fn subscribed(&mut self, id: SubscriptionId) {
        let start = self.all.entry(id).or_default();
        (start.is_over, start.is_open) = (true, true);
        let share = self.share();
        self.all.values_mut().for_each(|start| start.fit(share));
        self.count_open();
    }

    /// The server is asked for all of them.
    pub(super) fn opened(&mut self) {
        for start in self.all.values_mut() {
            (start.is_over, start.is_open) = (true, true);
        }
        self.count_open();
    }

    /// Nobody reads it any more.
    pub(super) fn forget(&mut self, id: SubscriptionId) {
        self.all.remove(&id);
        self.count_open();
    }

    fn count_open(&mut self) {
        self.open = self.all.values().filter(|start| start.is_open).count();
    }

    /// Whether a message may be a first one.
    #[inline]
    pub(super) fn are_open(&self) -> bool {
        self.open > 0
    }

    /// Payloads came after the opening of that number, the first of which has this number among all messages.
    #[cold]
    pub(super) fn push(
        &mut self,
        opening: u64,
        first: u64,
        batch: &[u8],
        arrivals: &[Millis],
        subscriptions: &[Option<SubscriptionId>],
    ) {
        let share = self.share();
        let ends = memchr::memchr_iter(SEPARATOR, batch).chain([batch.len()]);
        let mut begin = 0;
        for (((end, at), whose), sequence) in ends.zip(arrivals).zip(subscriptions).zip(first..) {
            let text = batch.get(begin..end).unwrap_or_default();
            begin = end + 1;
            let Some(id) = whose else { continue };
            let start = self.all.get_mut(id).filter(|start| start.is_open);
            let Some(start) = start else { continue };
            if start.is_over {
                start.begin(opening);
            }
            start.push(text, sequence, *at, *id);
            start.fit(share);
            self.open -= usize::from(!start.is_open);
        }
    }

    /// Payloads came that are kept as the first of the opening; what follows them is kept here.
    #[cold]
    pub(super) fn began(&mut self, opening: u64, subscriptions: &[Option<SubscriptionId>]) {
        for id in subscriptions.iter().flatten() {
            let start = self.all.get_mut(id);
            if let Some(start) = start.filter(|start| start.is_over) {
                start.begin(opening);
            }
        }
    }

    /// A payload came that cannot be kept here: nothing may follow it.
    #[cold]
    pub(super) fn end(&mut self, opening: u64, subscriptions: &[Option<SubscriptionId>]) {
        for id in subscriptions.iter().flatten() {
            if let Some(start) = self.all.get_mut(id) {
                if start.is_over {
                    start.begin(opening);
                }
                start.is_open = false;
            }
        }
        self.count_open();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.values().all(|start| start.messages.is_empty())
    }

    /// Bytes of memory that they take.
    pub(super) fn held(&self) -> usize {
        self.all.values().map(Start::held).sum()
    }

    /// Each, in the order of their ids.
    pub(super) fn all(&self) -> impl Iterator<Item = &Start> {
        self.all.values()
    }
}
