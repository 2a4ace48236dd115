//! Rows that are only a hairline in the time range of a graph: most of what a feed sent is gone, and the page was not there.
//!
//! In go the time range of a request and the panel that it is for; out comes a notice, for whoever builds packets. A panel
//! that is well says nothing, so this one is only for graphs, for ranges that do not fill while one watches, and for feeds
//! of which it is known that they are fast.

use super::Stream;
use super::shown_in::ShownIn;
use crate::frame::{Notice, Severity};
use crate::interval;
use crate::query::{Query, View};
use crate::table::{Millis, Table};

/// The part of a range under which rows are a hairline: 20 pixels of a graph that is 1,000 wide.
const HAIRLINE: f64 = 0.02;

/// Shorter ranges show more than a hairline within a minute.
const SHORTEST_MS: Millis = 3_600_000.0;

/// Rows after which a feed is known to fill a short range; of a slower one the next row may come in hours.
const STEADY: usize = 10;

/// The panels of Grafana that show their rows along the whole time range.
const GRAPHS: [&str; 5] = [
    "timeseries",
    "candlestick",
    "heatmap",
    "state-timeline",
    "status-history",
];

impl Stream {
    /// That the rows are a hairline in the range of the panel they are shown in, at `now`, in milliseconds since the epoch.
    pub fn hairline(&self, query: &Query, shown_in: &ShownIn, now: Millis) -> Option<Notice> {
        let range = shown_in.range_ms.filter(|range| *range >= SHORTEST_MS)?;
        let is_graph =
            GRAPHS.contains(&&*shown_in.panel) && query.projection.view == View::TimeSeries;
        let is_upsert = self.reading.retention.upsert.is_some();
        // A history fills the range, or says why it does not.
        if !is_graph || is_upsert || query.backfill.is_some() || self.len() < STEADY {
            return None;
        }
        let tables = self.series.all.iter().map(|series| &series.table);
        let oldest = tables
            .filter_map(Table::first_time)
            .min_by(f64::total_cmp)?;
        let covered = now - oldest;
        if !(0.0..HAIRLINE * range).contains(&covered) {
            return None;
        }
        let text = format!(
            "Rows cover the last {} of a time range of {}. Choose a shorter one, such as Last 5 minutes.",
            interval::spoken(covered),
            interval::spoken(range)
        );
        Some(Notice::new(Severity::Info, text))
    }
}
