//! One reading of one connection: messages in, the newest rows and what to say of them out.

mod counters;
mod extractor;
mod malformed;

pub use counters::Counters;
use extractor::Extractor;
use malformed::Malformed;

use crate::decode::{DecodeError, DecodeErrorKind};
use crate::extract::program::MAX_INFERRED_COLUMNS;
use crate::frame::{Frame, Notice, Severity, Stat};
use crate::table::{Millis, Table};
use crate::target::{Backfill, Fields, Reading};

/// Separates messages that are handed over together. U+001E can stand in no
/// JSON text, not even in a string (RFC 8259 §7; RFC 7464 uses it the same way).
pub const SEPARATOR: u8 = 0x1e;

/// Rows after which they are committed although the batch goes on, so that they stay in the cache.
const COMMIT_ROWS: usize = 512;

/// The fold of a connection's messages for everybody who reads them the same way.
#[derive(Debug)]
pub struct Stream {
    extractor: Extractor,
    table: Table,
    counters: Counters,
    malformed: Malformed,
    history_problem: Option<String>,
    max_message_bytes: usize,
}

impl Stream {
    /// A stream without rows.
    pub fn new(reading: &Reading, capacity: usize, max_message_bytes: usize) -> Self {
        let mut table = Table::new(capacity);
        Self {
            extractor: Extractor::new(reading, &mut table),
            table,
            counters: Counters::default(),
            malformed: Malformed::default(),
            history_problem: None,
            max_message_bytes,
        }
    }

    /// Takes messages, in order of arrival, that stand in `batch` with a
    /// [`SEPARATOR`] between them. Must be UTF-8, and have one arrival time each;
    /// where a message holds the separator itself, hand it over alone.
    pub fn receive_all(&mut self, batch: &[u8], arrivals: &[Millis]) {
        self.extractor.begin();
        let (mut start, mut taken) = (0, 0);
        while let Some(arrival) = arrivals.get(taken) {
            let alike = self.receive_alike(batch, start, &arrivals[taken..]);
            let (count, end) = alike.unwrap_or_else(|| {
                let rest = if taken + 1 == arrivals.len() {
                    &[]
                } else {
                    batch.get(start..).unwrap_or_default()
                };
                let end =
                    memchr::memchr(SEPARATOR, rest).map_or(batch.len(), |length| start + length);
                self.receive(&batch[..end], start, *arrival);
                (1, end)
            });
            taken += count;
            start = end + 1;
            if self.extractor.waiting() >= COMMIT_ROWS {
                self.commit(batch, *arrival);
            }
        }
        if let Some(arrival) = arrivals.last() {
            self.commit(batch, *arrival);
        }
    }

    /// Takes messages as long as they look like the ones before.
    #[inline]
    fn receive_alike(
        &mut self,
        batch: &[u8],
        start: usize,
        arrivals: &[Millis],
    ) -> Option<(usize, usize)> {
        if batch.len() > self.max_message_bytes {
            return None;
        }
        let (count, end) = self.extractor.read_alike(batch, start, arrivals)?;
        self.counters.messages += count as u64;
        self.counters.bytes += (end - start + 1 - count) as u64;
        Some((count, end))
    }

    /// Walks the message that stands in `batch` from `start` to its end.
    #[inline]
    fn receive(&mut self, batch: &[u8], start: usize, arrival: Millis) {
        let length = batch.len().saturating_sub(start);
        self.counters.messages += 1;
        self.counters.bytes += length as u64;
        let result = if length > self.max_message_bytes {
            Err(DecodeError::new(
                DecodeErrorKind::TooLarge,
                self.max_message_bytes,
            ))
        } else {
            self.extractor.read(batch, start.min(batch.len()), arrival)
        };
        match result {
            Ok(0) => self.counters.dropped += 1,
            Ok(_) => {}
            Err(error) => self.refuse(error, batch.get(start..).unwrap_or_default()),
        }
    }

    fn commit(&mut self, batch: &[u8], arrival: Millis) {
        let waiting = self.extractor.waiting();
        let rows = self.extractor.commit(batch, &mut self.table);
        self.counters
            .took(rows, waiting - rows, self.table.last_time(), arrival);
    }

    #[cold]
    fn refuse(&mut self, error: DecodeError, message: &[u8]) {
        self.malformed.add(error, message);
        self.table.touch();
    }

    /// Takes one binary message, which should be UTF-8 text.
    pub fn receive_binary(&mut self, message: &[u8], arrival: Millis) {
        match std::str::from_utf8(message) {
            Ok(_) => self.receive_all(message, &[arrival]),
            Err(error) => {
                self.counters.messages += 1;
                self.counters.bytes += message.len() as u64;
                self.refuse(
                    DecodeError::new(DecodeErrorKind::InvalidUtf8, error.valid_up_to()),
                    message,
                );
            }
        }
    }

    /// Takes the answer of the history endpoint and merges it with the rows that came meanwhile.
    pub fn receive_history(&mut self, backfill: &Backfill, answer: &[u8], now: Millis) {
        let history = self.table.begin_history();
        let result = match std::str::from_utf8(answer) {
            Err(error) => Err(DecodeError::new(
                DecodeErrorKind::InvalidUtf8,
                error.valid_up_to(),
            )),
            Ok(_) => self
                .extractor
                .read_history(backfill, answer, now, &mut self.table),
        };
        self.table.end_history(history);
        self.history_problem = match result {
            Ok(0) if answer.iter().all(u8::is_ascii_whitespace) => {
                Some("The history is empty.".to_owned())
            }
            Ok(_) => None,
            Err(error) => Some(format!("The history could not be read: {error}.")),
        };
    }

    /// Says on the panel that the history could not be had.
    pub fn history_failed(&mut self, problem: String) {
        self.history_problem = Some(problem);
        self.table.touch();
    }

    /// Changes how many rows are held.
    pub fn resize(&mut self, capacity: usize) {
        self.table.resize(capacity);
    }

    /// How many rows are held.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether no row is held.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Goes up with everything that a packet would show differently.
    pub fn revision(&self) -> u64 {
        self.table.revision()
    }

    /// What was counted.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Bytes of memory behind the rows.
    pub fn allocated_bytes(&self) -> usize {
        self.table.allocated_bytes()
    }

    /// The newest `limit` rows, shown as `fields` says.
    pub fn frame(&mut self, limit: usize, fields: &Fields) -> Frame<'_> {
        self.table
            .frame(limit, &fields.time_display, &fields.displays)
    }

    /// What to tell the user of the messages and their values.
    pub fn notices(&self) -> Vec<Notice> {
        let warn = |text: String| Notice::new(Severity::Warning, text);
        let mut notices: Vec<Notice> = self.malformed.notice().map(warn).into_iter().collect();
        notices.extend(self.history_problem.clone().map(warn));
        notices.extend(self.table.complaints().map(warn));
        if self.table.is_empty() && self.counters.messages > self.malformed.count() {
            let text = format!(
                "{} messages came, but none held a value for this query. Check the paths of its fields.",
                self.counters.messages
            );
            notices.push(warn(text));
        }
        if self.extractor.is_cut() {
            notices.push(warn(format!("The messages hold more than {MAX_INFERRED_COLUMNS} different fields; the rest is left out. Choose the fields to read.")));
        }
        notices
    }

    /// The counters for the panel inspector.
    pub fn stats(&self) -> Vec<Stat> {
        let mut stats = self.counters.stats(self.malformed.count());
        stats.push(Stat {
            name: "Retained rows",
            value: self.table.len() as f64,
            unit: None,
        });
        stats.push(Stat {
            name: "Memory of retained rows",
            value: self.table.allocated_bytes() as f64,
            unit: Some("decbytes"),
        });
        stats
    }
}

#[cfg(test)]
mod tests;
