//! The connections of a page, as a feed of their own.
//!
//! Once a second the boundary hands over what every [`Session`] has counted, and [`ConnectionFeed::sample`] makes a
//! message of it, an object for each connection. A query with `queryType: connections` reads these messages as any other
//! query reads those of a server, by a [`ConnectionReader`]. No socket is opened for it, and while nobody asks nothing is
//! sampled.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use serde::Serialize;

use super::link::LinkState;
use super::{Look, Session};
use crate::query::Query;
use crate::stream::Stream;
use crate::stream::intake::Intake;
use crate::table::Millis;

/// How often the connections are looked at, in milliseconds.
pub const SAMPLE_MS: Millis = 1000.0;

/// Over how many samples a rate is taken: ten seconds.
const RATE_SAMPLES: usize = 10;

/// Samples that are kept for those who come later: ten minutes.
const KEPT_SAMPLES: usize = 600;

/// Bytes of them at most.
const KEPT_BYTES: usize = 2 << 20;

/// What a connection has counted.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionCounts {
    /// Unlike that of any other connection of the page.
    pub id: u64,
    /// The data sources whose queries read it.
    pub data_sources: Vec<String>,
    /// Its address, without what may be secret.
    pub url: String,
    /// Where it is, as [`Session::state`] says.
    pub state: &'static str,
    /// Whether messages can come.
    pub is_open: bool,
    /// Messages that came since it began.
    pub messages: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Milliseconds since the last message, or since it opened.
    pub silence: Option<Millis>,
    /// Of the rows that came last, how much later than their own time they came: the longest of all its queries.
    pub lag: Option<Millis>,
    /// Messages that could not be read and rows that came too late: the most of any of its queries.
    pub dropped: u64,
    /// How often it was opened again.
    pub reconnects: u32,
    /// Attempts since it was last open.
    pub attempt: u32,
    /// Queries that read it.
    pub queries: usize,
}

impl Session {
    /// What it has counted, for queries of these data sources.
    pub fn counts(&self, data_sources: Vec<String>, now: Millis) -> ConnectionCounts {
        let streams = self.readers.streams().iter();
        let streams: Vec<_> = streams.map(|shared| shared.stream.borrow()).collect();
        let lags = streams.iter().filter_map(|stream| stream.counters().lag);
        let opened = match self.link.state() {
            LinkState::Open { since } => Some(*since),
            _ => None,
        };
        let heard = opened.map(|opened| {
            let last = self.last_message.unwrap_or(opened);
            last.max(opened)
        });
        ConnectionCounts {
            id: self.seed,
            data_sources,
            url: self.key.url.clone(),
            state: self.state(),
            is_open: opened.is_some(),
            messages: self.messages,
            bytes: self.bytes,
            silence: heard.map(|heard| now - heard),
            lag: lags.max_by(f64::total_cmp),
            dropped: streams
                .iter()
                .map(|stream| stream.lost())
                .max()
                .unwrap_or_default(),
            reconnects: self.link.reconnects(),
            attempt: self.link.attempt(),
            queries: self.leases(),
        }
    }
}

/// What a message says of a connection. The names are what queries write in their paths.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConnectionItem<'a> {
    data_source: String,
    connection: &'a str,
    state: &'static str,
    open: bool,
    rate: Option<f64>,
    bytes_per_second: Option<f64>,
    lag: Option<f64>,
    silence: Option<f64>,
    reconnects: u32,
    attempt: u32,
    dropped: u64,
    messages: u64,
    bytes: u64,
    queries: usize,
}

/// A connection that the last sample saw.
#[derive(Debug)]
struct KnownConnection {
    id: u64,
    /// Its address, with a number where another connection has the same.
    name: String,
    /// When it was looked at lately, and the messages and bytes until then.
    samples: VecDeque<(Millis, u64, u64)>,
}

impl KnownConnection {
    /// Adds what was counted by `now`.
    fn add(&mut self, counts: &ConnectionCounts, now: Millis) {
        self.samples.push_back((now, counts.messages, counts.bytes));
        if self.samples.len() > RATE_SAMPLES + 1 {
            self.samples.pop_front();
        }
    }

    /// Messages and bytes a second, where it was looked at twice.
    fn rates(&self) -> Option<(f64, f64)> {
        let ((from, messages, bytes), (to, last_messages, last_bytes)) =
            (self.samples.front()?, self.samples.back()?);
        let seconds = (to - from) / 1000.0;
        let a_second = |first: &u64, last: &u64| last.saturating_sub(*first) as f64 / seconds;
        (seconds > 0.0).then(|| {
            (
                a_second(messages, last_messages),
                a_second(bytes, last_bytes),
            )
        })
    }
}

/// The messages that say what the connections do.
#[derive(Debug, Default)]
pub struct ConnectionFeed {
    known: Vec<KnownConnection>,
    sampled: Option<Millis>,
    /// The newest messages and when they were made, in milliseconds since the epoch.
    kept: VecDeque<(Millis, String)>,
    kept_bytes: usize,
    /// Messages that are kept no more.
    gone: u64,
}

impl ConnectionFeed {
    /// Whether it is time to look at the connections again.
    pub fn is_due(&self, now: Millis) -> bool {
        // Timers fire a little early where clocks are made coarse.
        self.sampled.is_none_or(|at| now - at >= SAMPLE_MS / 2.0)
    }

    /// Makes the message that says what the connections have counted.
    pub fn sample(&mut self, all: &[ConnectionCounts], wall: Millis, now: Millis) {
        self.sampled = Some(now);
        self.known
            .retain(|known| all.iter().any(|counts| counts.id == known.id));
        let items: Vec<usize> = all.iter().map(|counts| self.meet(counts, now)).collect();
        let items = all.iter().zip(items).map(|(counts, place)| {
            let known = &self.known[place];
            let rates = known.rates();
            ConnectionItem {
                data_source: counts.data_sources.join(", "),
                connection: &known.name,
                state: counts.state,
                open: counts.is_open,
                rate: rates.map(|(messages, _)| messages),
                bytes_per_second: rates.map(|(_, bytes)| bytes),
                lag: counts.lag,
                silence: counts.silence,
                reconnects: counts.reconnects,
                attempt: counts.attempt,
                dropped: counts.dropped,
                messages: counts.messages,
                bytes: counts.bytes,
                queries: counts.queries,
            }
        });
        let items: Vec<ConnectionItem<'_>> = items.collect();
        let Ok(message) = serde_json::to_string(&items) else {
            debug_assert!(false, "counts are always JSON");
            return;
        };
        self.keep(wall, message);
    }

    /// The place of a connection among those that are known, with what it has counted by `now`.
    fn meet(&mut self, counts: &ConnectionCounts, now: Millis) -> usize {
        let place = self.known.iter().position(|known| known.id == counts.id);
        let place = place.unwrap_or_else(|| {
            let name = self.name(&counts.url);
            self.known.push(KnownConnection {
                id: counts.id,
                name,
                samples: VecDeque::new(),
            });
            self.known.len() - 1
        });
        self.known[place].add(counts, now);
        place
    }

    /// A name that no other connection has.
    fn name(&self, url: &str) -> String {
        let is_free = |name: &String| !self.known.iter().any(|known| known.name == *name);
        let mut numbered = (2..).map(|number| format!("{url} ({number})"));
        let plain = Some(url.to_owned()).filter(is_free);
        plain.or_else(|| numbered.find(is_free)).unwrap_or_default()
    }

    fn keep(&mut self, wall: Millis, message: String) {
        self.kept_bytes += message.len();
        self.kept.push_back((wall, message));
        while self.kept.len() > 1
            && (self.kept.len() > KEPT_SAMPLES || self.kept_bytes > KEPT_BYTES)
        {
            let gone = self.kept.pop_front();
            self.kept_bytes -= gone.map_or(0, |(_, message)| message.len());
            self.gone += 1;
        }
    }
}

/// What one query makes of those messages.
#[derive(Debug)]
pub struct ConnectionReader {
    intake: Intake,
    stream: Rc<RefCell<Stream>>,
    /// The number of the message that is read next.
    next: u64,
}

impl ConnectionReader {
    /// A reader that has read nothing yet: it begins with the messages that are kept.
    pub fn new(query: &Query) -> Self {
        let stream = Stream::new(&query.projection.reading, query.capacity);
        let stream = Rc::new(RefCell::new(stream));
        let mut intake = Intake::new(KEPT_BYTES);
        intake.attach(&query.format, None, Rc::clone(&stream));
        Self {
            intake,
            stream,
            next: 0,
        }
    }

    /// Reads what it has not read yet.
    pub fn read(&mut self, feed: &ConnectionFeed) {
        let skip = self.next.saturating_sub(feed.gone) as usize;
        for (wall, message) in feed.kept.iter().skip(skip) {
            self.intake.receive_texts(message.as_bytes(), &[*wall]);
        }
        self.next = feed.gone + feed.kept.len() as u64;
    }

    /// What it would show.
    pub fn look(&self) -> Look {
        let stream = self.stream.borrow();
        Look {
            rows_revision: stream.revision(),
            revision: 0,
            has_rows: !stream.is_empty(),
            is_ready: true,
            is_open: true,
            is_failed: false,
        }
    }

    /// Its rows.
    pub fn stream(&self) -> Rc<RefCell<Stream>> {
        Rc::clone(&self.stream)
    }
}
