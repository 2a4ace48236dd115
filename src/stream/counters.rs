//! What a stream counts.

use crate::frame::Stat;
use crate::table::Millis;

/// How far the time of a new row may be from the time it came before that is worth telling.
const TOLERATED_SKEW_MS: Millis = 60_000.0;

/// Totals since the stream began.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counters {
    /// Messages received.
    pub messages: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Rows taken from them.
    pub rows: u64,
    /// Messages, or rows of theirs, that held no value for the query: acknowledgements, other channels' messages.
    pub dropped: u64,
    /// Rows that did not meet the filter.
    pub filtered: u64,
    /// Arrival time less payload time of the newest row, in milliseconds.
    pub lag: Option<f64>,
    /// The newest payload time.
    pub newest: Option<Millis>,
}

impl Counters {
    /// Rows were taken, the newest of them with the payload time `time`, if they have one.
    pub(super) fn took(&mut self, rows: usize, time: Option<Millis>, arrival: Millis) {
        self.rows += rows as u64;
        self.lag = time.map(|time| arrival - time);
        if time > self.newest {
            self.newest = time;
        }
    }

    /// How far the feed's clock is behind the browser's, when that is more than a minute either way.
    pub(super) fn skew(&self) -> Option<Millis> {
        self.lag.filter(|lag| lag.abs() > TOLERATED_SKEW_MS)
    }

    pub(super) fn stats(&self, malformed: u64, mended: u64) -> Vec<Stat> {
        let stat = |name: &'static str, value: u64| Stat::new(name, value as f64);
        let mut stats = vec![
            stat("Messages", self.messages),
            Stat::in_unit("Bytes", self.bytes as f64, "decbytes"),
            stat("Rows", self.rows),
            stat("Malformed messages", malformed),
            stat("Mended messages", mended),
            stat("Messages without a value", self.dropped),
            stat("Rows filtered out", self.filtered),
        ];
        let lag = |value| Stat::in_unit("Lag (arrival time - row time)", value, "ms");
        stats.extend(self.lag.map(lag));
        stats
    }
}
