//! What a stream counts.

use crate::frame::Stat;
use crate::table::Millis;

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
    /// Arrival time less payload time of the newest row, in milliseconds.
    pub lag: Option<f64>,
}

impl Counters {
    /// Rows were committed, and others left out because they held no value.
    pub(super) fn took(
        &mut self,
        rows: usize,
        without_value: usize,
        newest: Option<Millis>,
        arrival: Millis,
    ) {
        // A message without a value is one row that is left out, nearly always.
        self.dropped += without_value as u64;
        if rows > 0 {
            self.rows += rows as u64;
            self.lag = newest.map(|time| arrival - time);
        }
    }

    pub(super) fn stats(&self, malformed: u64) -> Vec<Stat> {
        let stat = |name, value: u64| Stat {
            name,
            value: value as f64,
            unit: None,
        };
        let mut stats = vec![
            stat("Messages", self.messages),
            Stat {
                name: "Bytes",
                value: self.bytes as f64,
                unit: Some("decbytes"),
            },
            stat("Rows", self.rows),
            stat("Malformed messages", malformed),
            stat("Messages without a value", self.dropped),
        ];
        stats.extend(self.lag.map(|value| Stat {
            name: "Lag (arrival - payload time)",
            value,
            unit: Some("ms"),
        }));
        stats
    }
}
