//! Who reads a connection, and how long what they read outlives them.
//!
//! A reader is a kind of query: panels that ask for the same rows share it, each with a lease of its own. After its
//! last lease a reader lingers, so that a refresh finds rows and socket again. Readers whose rows are made alike
//! share a feed of rows ([`SharedStream`]). [`Session`](super::Session) calls this.

use std::cell::RefCell;
use std::rc::Rc;

use super::keep::{Keeping, Unkept};
use crate::format::Format;
use crate::protocol::SubscriptionId;
use crate::query::{Backfill, Query, Reading};
use crate::stream::Stream;
use crate::table::Millis;

/// Names a reader for the life of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReaderId(u32);

/// Names a stream that readers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamId(pub u32);

/// Where the history of rows is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HistoryState {
    /// There is none to wait for, or it is merged, or it could not be had.
    Settled,
    /// It is to be asked for once the connection is open, which is waited for since then.
    Wanted {
        /// Since when.
        since: Millis,
    },
    /// It was asked for.
    Asked {
        /// When.
        since: Millis,
    },
}

/// The rows of one reading of a connection, shared by all readers that read this way.
#[derive(Debug)]
pub struct SharedStream {
    /// Their name.
    pub id: StreamId,
    /// Whose payloads they are made of, where the protocol tells that.
    pub subscription: Option<SubscriptionId>,
    /// How the messages are written.
    pub format: Format,
    /// How messages become rows.
    pub reading: Reading,
    /// The history that goes before them.
    pub backfill: Option<Backfill>,
    /// Where that is.
    pub history: HistoryState,
    /// What of them outlives a reload of the page.
    pub keeping: Option<Keeping>,
    /// The rows.
    pub stream: Rc<RefCell<Stream>>,
}

impl SharedStream {
    fn serves(&self, query: &Query, subscription: Option<SubscriptionId>) -> bool {
        self.subscription == subscription
            && self.format == query.format
            && self.reading == query.projection.reading
            && self.backfill == query.backfill
            && self.kept_as() == Keeping::name_for(query)
    }

    /// Its rows, if they are kept and have changed since they were written.
    pub fn unkept(&mut self) -> Option<Unkept> {
        let keeping = self.keeping.as_mut()?;
        keeping.changed(&mut self.stream.borrow_mut())
    }

    /// Whether everything is there that was before its first live row, or is not waited for.
    pub fn is_settled(&self) -> bool {
        let is_reading = self.keeping.as_ref().is_some_and(Keeping::is_reading);
        self.history == HistoryState::Settled && !is_reading
    }

    /// The name under which its rows are kept, if they are.
    fn kept_as(&self) -> Option<&str> {
        self.keeping.as_ref().map(Keeping::name)
    }
}

#[derive(Debug)]
struct Reader {
    id: ReaderId,
    stream: StreamId,
    subscription: Option<SubscriptionId>,
    unsubscribe: Option<String>,
    capacity: usize,
    /// What its rows would be kept as.
    kept_as: String,
    leases: usize,
    /// When it goes, once nobody has a lease any more.
    leaves_at: Option<Millis>,
}

/// A reader that is no more.
#[derive(Debug, PartialEq)]
pub struct Gone {
    /// The subscription that it read.
    pub subscription: Option<SubscriptionId>,
    /// What its query says is to be sent when nobody reads that any more.
    pub unsubscribe: Option<String>,
    /// The stream that only it read.
    pub stream: Option<StreamId>,
}

/// The readers of a connection.
#[derive(Debug, Default)]
pub struct Readers {
    all: Vec<Reader>,
    streams: Vec<SharedStream>,
    next: u32,
}

impl Readers {
    /// Gives `query` a lease of the reader that serves it already with the payloads of `subscription`, if there is one.
    pub fn lease(
        &mut self,
        query: &Query,
        subscription: Option<SubscriptionId>,
    ) -> Option<ReaderId> {
        let streams: Vec<StreamId> = self
            .streams
            .iter()
            .filter(|shared| shared.serves(query, subscription))
            .map(|shared| shared.id)
            .collect();
        let reader = self.all.iter_mut().find(|reader| {
            streams.contains(&reader.stream)
                && reader.unsubscribe == query.unsubscribe
                && reader.capacity == query.capacity
        })?;
        reader.leases += 1;
        reader.leaves_at = None;
        Some(reader.id)
    }

    /// The stream whose rows are made of the payloads of `subscription` as `query` asks for, if there is one.
    pub fn stream_for(
        &self,
        query: &Query,
        subscription: Option<SubscriptionId>,
    ) -> Option<StreamId> {
        let mut streams = self.streams.iter();
        let shared = streams.find(|shared| shared.serves(query, subscription));
        shared.map(|shared| shared.id)
    }

    /// A stream whose rows will be made of the payloads of `subscription` as `query` asks for.
    pub fn add_stream(
        &mut self,
        query: &Query,
        subscription: Option<SubscriptionId>,
        now: Millis,
    ) -> &SharedStream {
        let id = StreamId(self.take_number());
        let reading = query.projection.reading.clone();
        let stream = Stream::new(&reading, query.capacity);
        self.streams.push(SharedStream {
            id,
            subscription,
            format: query.format.clone(),
            reading,
            backfill: query.backfill.clone(),
            history: match query.backfill {
                Some(_) => HistoryState::Wanted { since: now },
                None => HistoryState::Settled,
            },
            keeping: Keeping::of(query, now),
            stream: Rc::new(RefCell::new(stream)),
        });
        let last = self.streams.len() - 1;
        &self.streams[last]
    }

    /// A reader of that stream, with one lease.
    pub fn add(
        &mut self,
        query: &Query,
        stream: StreamId,
        subscription: Option<SubscriptionId>,
    ) -> ReaderId {
        let id = ReaderId(self.take_number());
        self.all.push(Reader {
            id,
            stream,
            subscription,
            unsubscribe: query.unsubscribe.clone(),
            capacity: query.capacity,
            kept_as: query.kept_as.clone(),
            leases: 1,
            leaves_at: None,
        });
        self.fit(stream);
        id
    }

    fn take_number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// A lease ended. The reader goes at `leaves_at` unless somebody takes another until then.
    pub fn release(&mut self, id: ReaderId, leaves_at: Millis) {
        let Some(reader) = self.all.iter_mut().find(|reader| reader.id == id) else {
            debug_assert!(false, "a lease of a reader that is gone");
            return;
        };
        debug_assert!(reader.leases > 0, "more leases ended than were taken");
        reader.leases = reader.leases.saturating_sub(1);
        if reader.leases == 0 {
            reader.leaves_at = Some(leaves_at);
        }
    }

    /// When the next reader goes.
    pub fn deadline(&self) -> Option<Millis> {
        let leaving = self.all.iter().filter_map(|reader| reader.leaves_at);
        leaving.min_by(f64::total_cmp)
    }

    /// Takes a reader away whose time has come.
    pub fn take_gone(&mut self, now: Millis) -> Option<Gone> {
        let is_due = |reader: &Reader| reader.leaves_at.is_some_and(|at| at <= now);
        let index = self.all.iter().position(is_due)?;
        let reader = self.all.remove(index);
        let is_read = self.all.iter().any(|other| other.stream == reader.stream);
        if is_read {
            self.fit(reader.stream);
        }
        Some(Gone {
            subscription: reader.subscription,
            unsubscribe: reader.unsubscribe,
            stream: (!is_read).then_some(reader.stream),
        })
    }

    /// Takes a stream away that nobody reads any more.
    pub fn remove_stream(&mut self, id: StreamId) -> Option<SharedStream> {
        let index = self.streams.iter().position(|shared| shared.id == id)?;
        Some(self.streams.remove(index))
    }

    /// Lets a stream hold as many rows as the reader that wants most of them.
    fn fit(&mut self, id: StreamId) {
        let wanted = self.all.iter().filter(|reader| reader.stream == id);
        let wanted = wanted.map(|reader| reader.capacity).max();
        if let (Some(capacity), Some(shared)) = (wanted, self.stream(id)) {
            shared.stream.borrow_mut().resize(capacity);
        }
    }

    /// The stream of that name.
    pub fn stream(&self, id: StreamId) -> Option<&SharedStream> {
        self.streams.iter().find(|shared| shared.id == id)
    }

    /// The stream that a reader reads, and its subscription.
    pub fn of(&self, id: ReaderId) -> Option<(&SharedStream, Option<SubscriptionId>)> {
        let reader = self.all.iter().find(|reader| reader.id == id)?;
        Some((self.stream(reader.stream)?, reader.subscription))
    }

    /// What the rows of a reader are kept as, or would be.
    pub fn kept_as(&self, id: ReaderId) -> Option<&str> {
        let reader = self.all.iter().find(|reader| reader.id == id)?;
        Some(&reader.kept_as)
            .filter(|name| !name.is_empty())
            .map(String::as_str)
    }

    /// How many leases there are of what keeps rows under a name, and of what would but does not.
    pub fn leases_of(&self, name: &str) -> (usize, usize) {
        let mut leases = (0, 0);
        for reader in self.all.iter().filter(|reader| reader.kept_as == name) {
            let keeps = self
                .stream(reader.stream)
                .is_some_and(|s| s.keeping.is_some());
            let count = if keeps { &mut leases.0 } else { &mut leases.1 };
            *count += reader.leases;
        }
        leases
    }

    /// All streams.
    pub fn all_streams(&mut self) -> &mut [SharedStream] {
        &mut self.streams
    }

    /// All streams, to look at.
    pub fn streams(&self) -> &[SharedStream] {
        &self.streams
    }

    /// How many leases there are; readers that linger have none.
    pub fn leases(&self) -> usize {
        self.all.iter().map(|reader| reader.leases).sum()
    }

    /// Whether all of them leave it to the first messages to tell what they are.
    pub fn all_find_out(&self) -> bool {
        self.streams
            .iter()
            .all(|shared| shared.format == Format::AUTO)
    }

    /// Whether nobody is left, not even lingering.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
