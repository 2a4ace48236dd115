//! What a connection received, kept as it came, for those who come later.
//!
//! [`Session`](super::Session) writes every payload here and reads it back when somebody begins to read: a second
//! panel, or a query whose fields were edited. Three things are kept: the newest messages, and the first ones after
//! each opening and of each subscription, because feeds send their state there. Memory is bounded by all three.

mod entry;
mod starts;

use std::collections::VecDeque;

use crate::format::SEPARATOR;
use crate::protocol::SubscriptionId;
use crate::table::Millis;
use starts::{Start, Starts};

pub use entry::{Entry, JournalMessage};

/// Bytes of the first messages after an opening, or of a subscription, that are kept, however many come after them.
pub const FIRST_BYTES: usize = 64 * 1024;

/// Bytes of messages that are kept together. Few large pieces cost less than many small ones, and it is whole
/// pieces that are forgotten.
const CHUNK_BYTES: usize = 16 * 1024;

/// Chunks that were forgotten and are kept for their memory, and the largest of which it is kept.
const SPARE_CHUNKS: usize = 2;
const SPARE_BYTES: usize = 256 * 1024;

/// How the messages of a chunk are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kept {
    /// Texts with a [`SEPARATOR`] between them.
    #[default]
    Texts,
    /// One text that holds the separator itself.
    OneText,
    /// Binary messages one after the other.
    Binaries,
}

/// Messages that came one after the other on one connection.
#[derive(Debug, Default)]
struct Chunk {
    kept: Kept,
    /// Which opening of the connection they came after.
    opening: u64,
    /// How many messages were kept before the first of them.
    before: u64,
    /// Whether they are the first after it.
    is_first: bool,
    bytes: Vec<u8>,
    /// How many messages came one after the other at a time.
    arrivals: Vec<(u32, Millis)>,
    /// Lengths of binary messages.
    lengths: Vec<u32>,
    /// Which subscription each text is for; empty when they are for all.
    subscriptions: Vec<Option<SubscriptionId>>,
}

impl Chunk {
    /// Bytes of memory that it takes.
    fn held(&self) -> usize {
        self.bytes.capacity()
            + self.arrivals.capacity() * size_of::<(u32, Millis)>()
            + self.lengths.capacity() * size_of::<u32>()
            + self.subscriptions.capacity() * size_of::<Option<SubscriptionId>>()
            + size_of::<Self>()
    }

    /// Bytes of memory that its content takes.
    fn size(&self) -> usize {
        self.bytes.len()
            + std::mem::size_of_val(self.arrivals.as_slice())
            + std::mem::size_of_val(self.lengths.as_slice())
            + std::mem::size_of_val(self.subscriptions.as_slice())
            + size_of::<Self>()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.arrivals.clear();
        self.lengths.clear();
        self.subscriptions.clear();
    }

    /// Notes when messages came; their times do not go back.
    #[inline]
    fn push_arrivals(&mut self, arrivals: &[Millis]) {
        if arrivals.first() == arrivals.last() {
            // Of a flood, many come within a millisecond.
            let count = u32::try_from(arrivals.len()).unwrap_or(u32::MAX);
            return self
                .arrivals
                .extend(arrivals.first().map(|at| (count, *at)));
        }
        for at in arrivals {
            match self.arrivals.last_mut() {
                Some((count, last)) if last == at => *count += 1,
                _ => self.arrivals.push((1, *at)),
            }
        }
    }

    fn arrivals(&self) -> impl Iterator<Item = Millis> {
        let runs = self.arrivals.iter();
        runs.flat_map(|(count, at)| std::iter::repeat_n(*at, *count as usize))
    }

    fn messages(&self) -> Vec<JournalMessage<'_>> {
        let (mut start, is_binary) = (0, self.kept == Kept::Binaries);
        let message = |(index, at): (usize, Millis)| {
            let rest = self.bytes.get(start..).unwrap_or_default();
            let length = match self.kept {
                Kept::OneText => None,
                Kept::Texts => memchr::memchr(SEPARATOR, rest),
                Kept::Binaries => self.lengths.get(index).map(|length| *length as usize),
            };
            let bytes = rest.get(..length.unwrap_or(rest.len())).unwrap_or(rest);
            start += bytes.len() + usize::from(!is_binary);
            JournalMessage {
                sequence: self.before + index as u64,
                opening: self.opening,
                at,
                bytes,
                is_binary,
                is_payload: !self.subscriptions.is_empty(),
                subscription: self.subscriptions.get(index).copied().flatten(),
            }
        };
        self.arrivals().enumerate().map(message).collect()
    }

    fn entry(&self) -> Entry<'_> {
        let arrivals = self.arrivals().collect();
        match self.kept {
            Kept::Texts | Kept::OneText => Entry::Texts {
                batch: &self.bytes,
                arrivals,
                subscriptions: &self.subscriptions,
            },
            Kept::Binaries => Entry::Binaries {
                batch: &self.bytes,
                lengths: &self.lengths,
                arrivals,
            },
        }
    }
}

/// The messages of a connection.
#[derive(Debug)]
pub struct Journal {
    limit: usize,
    /// The newest, oldest first.
    newest: VecDeque<Chunk>,
    newest_bytes: usize,
    /// How many messages came.
    count: u64,
    /// First ones of the present opening that are not among the newest any more, oldest first.
    first: Vec<Chunk>,
    opening: u64,
    /// Those of subscriptions that are not among these.
    starts: Starts,
    /// What may still be kept of the first messages after the present opening.
    first_left: usize,
    spare: Vec<Chunk>,
}

impl Journal {
    /// A journal of the newest `limit` bytes, of which what it notes beside the messages is a part; 0 keeps nothing.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            newest: VecDeque::new(),
            newest_bytes: 0,
            count: 0,
            first: Vec::new(),
            opening: 0,
            starts: Starts::new(limit, FIRST_BYTES),
            first_left: FIRST_BYTES,
            spare: Vec::new(),
        }
    }

    /// The connection is open (again): what comes next are its first messages.
    pub fn opened(&mut self) {
        self.opening += 1;
        self.first_left = FIRST_BYTES;
        self.starts.opened();
    }

    /// The server is asked for a subscription that its payloads name: what comes of it next are its first messages.
    pub fn subscribed(&mut self, id: SubscriptionId) {
        self.starts.subscribed(id);
    }

    /// Nobody reads that subscription any more.
    pub fn forget(&mut self, id: SubscriptionId) {
        self.starts.forget(id);
    }

    /// Bytes of memory that it takes, with what is held to be used again.
    pub fn bytes(&self) -> usize {
        let chunks = self.first.iter().chain(&self.newest).chain(&self.spare);
        chunks.map(Chunk::held).sum::<usize>() + self.starts.held()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.newest.is_empty() && self.first.is_empty() && self.starts.is_empty()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self {
            opening: self.opening,
            count: self.count,
            ..Self::new(self.limit)
        };
    }

    /// Texts came, in order, with a [`SEPARATOR`] between them; a text that holds it itself comes alone. Each is for
    /// the subscription that stands in its place in `subscriptions`, or all are for everybody when that is empty.
    #[inline]
    pub fn push_texts(
        &mut self,
        batch: &[u8],
        arrivals: &[Millis],
        subscriptions: &[Option<SubscriptionId>],
    ) {
        if self.limit == 0 || arrivals.is_empty() {
            return;
        }
        if arrivals.len() == 1 && memchr::memchr(SEPARATOR, batch).is_some() {
            return self.push(Kept::OneText, batch, arrivals, &[], subscriptions);
        }
        if self.first_left == 0 {
            return self.push(Kept::Texts, batch, arrivals, &[], subscriptions);
        }
        self.push_first_texts(batch, arrivals, subscriptions);
    }

    /// Binary messages came, in order, one after the other.
    pub fn push_binaries(&mut self, batch: &[u8], lengths: &[u32], arrivals: &[Millis]) {
        if self.limit == 0 {
            return;
        }
        let mut rest = batch;
        for (length, arrival) in lengths.iter().zip(arrivals) {
            let (message, others) = rest.split_at((*length as usize).min(rest.len()));
            self.push(Kept::Binaries, message, &[*arrival], &[*length], &[]);
            rest = others;
        }
    }

    /// One by one, so that the first bytes end where they should.
    #[cold]
    fn push_first_texts(
        &mut self,
        batch: &[u8],
        arrivals: &[Millis],
        subscriptions: &[Option<SubscriptionId>],
    ) {
        let mut start = 0;
        for (index, arrival) in arrivals.iter().enumerate() {
            let rest = batch.get(start..).unwrap_or_default();
            let own = subscriptions.get(index..).unwrap_or_default();
            if self.first_left == 0 {
                return self.push(Kept::Texts, rest, &arrivals[index..], &[], own);
            }
            let length = memchr::memchr(SEPARATOR, rest).unwrap_or(rest.len());
            let own = &own[..own.len().min(1)];
            self.push(Kept::Texts, &rest[..length], &[*arrival], &[], own);
            start += length + 1;
        }
    }

    fn push(
        &mut self,
        kept: Kept,
        batch: &[u8],
        arrivals: &[Millis],
        lengths: &[u32],
        subscriptions: &[Option<SubscriptionId>],
    ) {
        let is_first = self.first_left > 0 && batch.len() <= self.first_left;
        self.first_left = if is_first {
            self.first_left - batch.len()
        } else {
            // One that does not fit ends the beginning: what comes after it would be out of place.
            0
        };
        let opening = self.opening;
        if self.starts.are_open() {
            match kept {
                Kept::Texts if is_first => self.starts.began(opening, subscriptions),
                Kept::Texts => {
                    let count = self.count;
                    let starts = &mut self.starts;
                    starts.push(opening, count, batch, arrivals, subscriptions);
                }
                Kept::OneText => self.starts.end(opening, subscriptions),
                Kept::Binaries => {}
            }
        }
        let fits = self.newest.back().is_some_and(|last| {
            last.kept == kept
                && kept != Kept::OneText
                && last.subscriptions.is_empty() == subscriptions.is_empty()
                && (last.opening, last.is_first) == (opening, is_first)
                && last.size() + batch.len() <= CHUNK_BYTES
        });
        if !fits {
            let mut chunk = self.spare.pop().unwrap_or_default();
            (chunk.kept, chunk.opening, chunk.is_first) = (kept, opening, is_first);
            chunk.before = self.count;
            self.newest_bytes += chunk.size();
            self.newest.push_back(chunk);
        }
        if let Some(chunk) = self.newest.back_mut() {
            let before = chunk.size();
            if kept == Kept::Texts && !chunk.arrivals.is_empty() {
                chunk.bytes.push(SEPARATOR);
            }
            chunk.bytes.extend_from_slice(batch);
            chunk.push_arrivals(arrivals);
            chunk.lengths.extend_from_slice(lengths);
            chunk.subscriptions.extend_from_slice(subscriptions);
            self.newest_bytes += chunk.size() - before;
        }
        self.count += arrivals.len() as u64;
        self.forget_oldest();
    }

    fn forget_oldest(&mut self) {
        while self.newest_bytes > self.limit {
            let Some(chunk) = self.newest.pop_front() else {
                debug_assert!(false, "no chunks, but bytes of them");
                return;
            };
            self.newest_bytes -= chunk.size();
            if chunk.is_first && chunk.opening == self.opening {
                self.first.push(chunk);
            } else {
                self.keep_memory_of(chunk);
            }
        }
        if self
            .first
            .first()
            .is_some_and(|chunk| chunk.opening != self.opening)
            && self.first_left < FIRST_BYTES
        {
            // The state that the server sent before has been replaced by what it sends now.
            self.first.retain(|chunk| chunk.opening == self.opening);
        }
    }

    fn keep_memory_of(&mut self, mut chunk: Chunk) {
        if self.spare.len() < SPARE_CHUNKS && chunk.bytes.capacity() <= SPARE_BYTES {
            chunk.clear();
            self.spare.push(chunk);
        }
    }

    /// Where what is forgotten but for first messages ends: the number of the oldest of the newest.
    fn oldest(&self) -> u64 {
        self.newest.front().map_or(self.count, |chunk| chunk.before)
    }

    /// First messages that are not among the newest: of each opening those that came first of all, and then those of its
    /// subscriptions.
    fn beginnings(&self) -> Vec<Beginning<'_>> {
        let first = self.first.iter().map(Beginning::Chunk);
        let starts = self.starts.all().map(Beginning::Start);
        let mut all: Vec<_> = first.chain(starts).collect();
        all.sort_by_key(Beginning::order);
        all
    }

    /// Each message that is kept, the oldest of each subscription first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = JournalMessage<'_>> {
        let oldest = self.oldest();
        let beginnings = self.beginnings().into_iter();
        let beginnings = beginnings.flat_map(move |beginning| match beginning {
            Beginning::Chunk(chunk) => chunk.messages(),
            Beginning::Start(start) => start.messages(oldest),
        });
        beginnings.chain(self.newest.iter().flat_map(Chunk::messages))
    }

    /// What is kept, in order. Begins with messages, without a word about the opening that they came after.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let oldest = self.oldest();
        let beginnings = self.beginnings().into_iter();
        let beginnings = beginnings.filter_map(move |beginning| match beginning {
            Beginning::Chunk(chunk) => Some((chunk.opening, chunk.entry())),
            Beginning::Start(start) => Some((start.opening(), start.entry(oldest)?)),
        });
        let newest = self.newest.iter();
        let newest = newest.map(|chunk| (chunk.opening, chunk.entry()));
        let mut known = None;
        beginnings.chain(newest).flat_map(move |(opening, entry)| {
            let reconnected = known.is_some_and(|known| known != opening);
            known = Some(opening);
            reconnected
                .then_some(Entry::Reconnected)
                .into_iter()
                .chain([entry])
        })
    }
}

/// First messages.
#[derive(Debug)]
enum Beginning<'a> {
    Chunk(&'a Chunk),
    Start(&'a Start),
}

impl Beginning<'_> {
    fn order(&self) -> (u64, bool) {
        match self {
            Self::Chunk(chunk) => (chunk.opening, false),
            Self::Start(start) => (start.opening(), true),
        }
    }
}

#[cfg(test)]
mod tests;
