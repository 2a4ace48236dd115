//! What a stream tells its user.
//!
//! In go the counters of a stream and what it holds of messages that went wrong; out come the notices of its frame. Deliveries
//! and the [`doctor`](crate::doctor) call [`Stream::notices`](super::Stream::notices).

use super::malformed::messages;
use super::{Stream, assumption};
use crate::extract::program::MAX_INFERRED_COLUMNS;
use crate::frame::{Notice, Severity, Stat};
use crate::interval;
use crate::query::{Projection, Role};
use crate::table::batch::Batch;

impl Stream {
    /// What to tell the user of the messages and their values, by the names that `projection` gives them.
    pub fn notices(&self, projection: &Projection) -> Vec<Notice> {
        let warn = |text: String| Notice::new(Severity::Warning, text);
        let mut notices: Vec<Notice> = self.malformed.notice().map(warn).into_iter().collect();
        notices.extend(self.mended.notice());
        notices.extend(self.history_problem.clone().map(warn));
        notices.extend(self.untimed.notice().map(warn));
        let time = self.time_display(projection).name.unwrap_or_default();
        let mismatches = self.mismatches.notices(projection, &time);
        notices.extend(mismatches.into_iter().map(warn));
        notices.extend(self.complaints(projection).map(warn));
        notices.extend(self.nothing_taken().map(warn));
        notices.extend(self.useless_key().map(warn));
        notices.extend(self.series_evicted().map(warn));
        notices.extend(self.clock_skew().map(warn));
        if self.is_truncated {
            notices.push(warn(format!("The messages contain more than {MAX_INFERRED_COLUMNS} different fields; the rest are ignored. Choose the fields to read.")));
        }
        let assumed = self.assumptions(projection, &time);
        notices.extend(assumed.map(|text| Notice::new(Severity::Info, text)));
        notices.extend(self.format_notice());
        notices
    }

    /// Why none of the messages that came could be read, where that is so.
    pub fn unreadable(&self) -> Option<String> {
        let none = self.counters.messages == self.malformed.count();
        self.malformed.reason().filter(|_| none)
    }

    /// Fields whose times are read as UTC without anybody having said so.
    fn assumptions(&self, projection: &Projection, time: &str) -> impl Iterator<Item = String> {
        let of_rows = self.untimed.assumed();
        let of_rows = of_rows.map(|first| assumption::notice(time, first));
        let columns = (0..self.schema.columns.len()).filter_map(|column| {
            let mut series = self.series.all.iter();
            let first = series.find_map(|series| series.table.assumed_time(column))?;
            Some(assumption::notice(
                &self.schema.name(column, projection),
                first,
            ))
        });
        of_rows.into_iter().chain(columns)
    }

    /// That the format was found out is no news, unless it may have been found out wrongly.
    fn format_notice(&self) -> Option<Notice> {
        let found = self.format.as_ref()?;
        let words = &found.words;
        let text = match &self.format_before {
            Some(before) => {
                format!("Format detected: {words}. The first messages looked like {before}.")
            }
            None if found.is_plain_text => format!(
                "Format detected: {words}. Each line is one value. If the feed has another format, choose it in the query."
            ),
            None => return None,
        };
        Some(Notice::new(Severity::Info, text))
    }

    /// Types that did not fit; of each field only once, whatever the number of series.
    fn complaints(&self, projection: &Projection) -> impl Iterator<Item = String> {
        (0..self.schema.columns.len()).filter_map(|column| {
            let mut series = self.series.all.iter();
            let complaint = series.find_map(|series| series.table.complaint(column))?;
            let name = self.schema.name(column, projection);
            Some(format!("Field {name}: {complaint}"))
        })
    }

    fn nothing_taken(&self) -> Option<String> {
        let readable = self.counters.messages > self.malformed.count();
        if !self.is_empty() || !readable || self.counters.rows > 0 {
            return None;
        }
        let messages = messages(self.counters.messages);
        Some(
            if self.counters.filtered > 0 && self.counters.dropped == 0 {
                format!("{messages} arrived, but none matched the filter.")
            } else {
                format!(
                    "{messages} arrived, but none contained a value for this query. Check the paths of its fields."
                )
            },
        )
    }

    /// Notes which parts of the key the rows hold. Costs next to nothing once all were there.
    #[inline]
    pub(super) fn look_for_keys(&mut self, batch: &Batch<'_>) {
        self.unseen_keys.retain(|part| {
            let column = batch.key_from.get(*part).copied().flatten();
            let held = |row| batch.rows.cell_of(batch.row(row), column).is_value();
            !(0..batch.times.len()).any(held)
        });
    }

    /// A key that tells no rows apart: rows have been lost without a trace if there was more than one.
    fn useless_key(&self) -> Option<String> {
        let upsert = self.reading.retention.upsert.as_ref()?;
        if self.counters.rows < 2 {
            return None;
        }
        if let Some(part) = self.unseen_keys.first() {
            let key = upsert.keys.get(*part)?.dotted();
            return Some(format!(
                "No message contained a value for the key \"{key}\", so it cannot tell rows apart. Check \"keys\"."
            ));
        }
        let mut columns = self.reading.columns.iter();
        // Labels and identifiers are keys too.
        let keyless = upsert.keys.is_empty() && columns.all(|column| column.role == Role::Value);
        keyless.then(|| "Mode upsert has no key, so each row replaces the one before. Set \"keys\", or give a field the role label.".to_owned())
    }

    fn series_evicted(&self) -> Option<String> {
        (self.series.evicted > 0).then(|| {
            let were = if self.series.evicted == 1 { "was" } else { "were" };
            format!(
                "There are more than {} series. {} {were} removed, the least recently updated first. Raise maxSeries, or use fewer labels.",
                self.reading.retention.max_series, self.series.evicted
            )
        })
    }

    fn clock_skew(&self) -> Option<String> {
        let skew = self.counters.skew()?;
        let side = if skew > 0.0 { "behind" } else { "ahead of" };
        Some(format!(
            "The time in the messages is {} {side} this browser's clock, so rows may fall outside the panel's time range.",
            interval::spoken(skew.abs())
        ))
    }

    fn late(&self) -> u64 {
        let series = self.series.all.iter();
        series.map(|series| series.table.late()).sum()
    }

    /// Messages that could not be read, and rows that came too late to have a place.
    pub fn lost(&self) -> u64 {
        self.malformed.count() + self.late()
    }

    /// The counters for the panel inspector.
    pub fn stats(&self) -> Vec<Stat> {
        let tables = || self.series.all.iter().map(|series| &series.table);
        let late = self.late();
        let repeated: u64 = tables().map(|table| table.repeated()).sum();
        let mut stats = self
            .counters
            .stats(self.malformed.count(), self.mended.count());
        if let Some(found) = &self.format {
            let name = format!("Format detected: {} (messages)", found.words);
            stats.push(Stat::new(name, self.counters.messages as f64));
        }
        let bytes = self.allocated_bytes() as f64;
        stats.extend([
            Stat::new("Late rows", late as f64),
            Stat::new("Repeated rows", repeated as f64),
            Stat::new("Series", self.series.all.len() as f64),
            Stat::new("Series removed", self.series.evicted as f64),
            Stat::new("Retained rows", self.len() as f64),
            Stat::in_unit("Memory used by retained rows", bytes, "decbytes"),
        ]);
        stats
    }
}
