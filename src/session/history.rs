//! Histories: when each is asked for, and what becomes of the answer.
//!
//! In goes that a stream has a history, then the answer to the request for it, over HTTP or from another data source; out come
//! the requests, as [`Transmit`]s, and rows merged into the stream or a notice why there are none. [`Session::handle`] calls this
//! with answers, and whenever time has passed; deliveries ask whether a history is still to come.

use super::link::LinkState;
use super::readers::{HistoryState, ReaderId, SharedStream, StreamId};
use super::{Session, Transmit};
use crate::query::Backfill;
use crate::stream::Stream;
use crate::stream::history_tables::HistoryTable;
use crate::stream::history_texts::HistoryTexts;
use crate::table::Millis;
use crate::url;

/// A history that takes longer is given up.
pub const FETCH_TIMEOUT_MS: Millis = 30_000.0;

/// Longest wait for the connection: a feed that is down must not keep its history back.
pub const CONNECTION_PATIENCE_MS: Millis = 2_000.0;

impl Session {
    /// Asks for the histories that are due, and gives up those that take too long.
    pub(super) fn advance_histories(&mut self, now: Millis) {
        // What a history holds ends when it is asked for, and rows between that and the feed's first would be lost.
        let is_connecting = matches!(self.link.state(), LinkState::Connecting { .. });
        let mut due = Vec::new();
        let mut late = Vec::new();
        for shared in self.readers.all_streams() {
            match shared.history {
                HistoryState::Wanted { since }
                    if !is_connecting || now >= since + CONNECTION_PATIENCE_MS =>
                {
                    shared.history = HistoryState::Asked { since: now };
                    due.push((shared.id, shared.backfill.clone()));
                }
                HistoryState::Asked { since } if now >= since + FETCH_TIMEOUT_MS => {
                    late.push(shared.id);
                }
                _ => {}
            }
        }
        for (id, backfill) in due {
            self.ask_for_history(id, backfill);
        }
        for id in late {
            self.transmits.push_back(Transmit::AbortFetch(id));
            let seconds = FETCH_TIMEOUT_MS / 1000.0;
            let origin = self.history_origin(id).unwrap_or_default();
            let problem =
                format!("History not loaded: {origin} did not answer within {seconds} s.");
            self.history_failed(id, problem);
        }
    }

    fn ask_for_history(&mut self, id: StreamId, backfill: Option<Backfill>) {
        let Some(backfill) = backfill else {
            debug_assert!(false, "a history is wanted that nobody named");
            return;
        };
        let fetched = match backfill {
            Backfill::Fetched(fetched) => fetched,
            Backfill::Queried(_) => return self.transmits.push_back(Transmit::Ask(id)),
        };
        match url::http(&self.key.settings.url, "backfill.url", &fetched.url) {
            Ok(address) => self.transmits.push_back(Transmit::Fetch { id, address }),
            Err(error) => self.history_failed(id, format!("History not loaded: {error}.")),
        }
    }

    /// When the next history is asked for or given up.
    pub(super) fn history_deadline(&mut self) -> Option<Millis> {
        let deadlines = self.readers.all_streams().iter();
        let deadlines = deadlines.filter_map(|shared| match shared.history {
            HistoryState::Settled => None,
            HistoryState::Wanted { since } => Some(since + CONNECTION_PATIENCE_MS),
            HistoryState::Asked { since } => Some(since + FETCH_TIMEOUT_MS),
        });
        deadlines.min_by(f64::total_cmp)
    }

    /// The rows that an answer belongs to; none when nobody waits for it any more.
    fn waiting_for_history(&self, id: StreamId) -> Option<&SharedStream> {
        let shared = self.readers.stream(id)?;
        matches!(shared.history, HistoryState::Asked { .. }).then_some(shared)
    }

    /// Merges a history with the rows that came meanwhile, or says why there is none.
    pub(super) fn history_answered(
        &mut self,
        id: StreamId,
        answer: Result<Vec<u8>, String>,
        arrival: Millis,
    ) {
        let Some(shared) = self.waiting_for_history(id) else {
            return;
        };
        match (answer, &shared.backfill) {
            (Ok(answer), Some(Backfill::Fetched(backfill))) => {
                let max = self.key.settings.max_message_bytes;
                let texts = HistoryTexts::of(&backfill.format, &answer, max);
                Stream::receive_history(&shared.stream, backfill, &texts, arrival);
                self.settle_history(id);
            }
            (Ok(_), _) => debug_assert!(false, "a history came that nobody named"),
            (Err(problem), _) => {
                let origin = self.history_origin(id).unwrap_or_default();
                self.history_failed(id, format!("History not loaded: {origin} {problem}."));
            }
        }
    }

    /// Merges what another data source answered with the rows that came meanwhile, or says why there is nothing.
    pub(super) fn tables_answered(
        &mut self,
        id: StreamId,
        answer: Result<Vec<HistoryTable>, String>,
        arrival: Millis,
    ) {
        let Some(shared) = self.waiting_for_history(id) else {
            return;
        };
        match (answer, &shared.backfill) {
            (Ok(tables), Some(Backfill::Queried(history))) => {
                Stream::receive_tables(&shared.stream, history, &tables, arrival);
                self.settle_history(id);
            }
            (Ok(_), _) => debug_assert!(false, "tables came that nobody asked for"),
            (Err(problem), _) => self.history_failed(id, format!("History not loaded: {problem}")),
        }
    }

    /// The rows of a reader, while their history is still to come from another data source.
    pub fn asks_for(&self, reader: ReaderId) -> Option<StreamId> {
        let (shared, _) = self.readers.of(reader)?;
        let is_queried = matches!(shared.backfill, Some(Backfill::Queried(_)));
        (is_queried && shared.history != HistoryState::Settled).then_some(shared.id)
    }

    /// Whether a history is still to come.
    pub fn awaits_history(&self, id: StreamId) -> bool {
        let shared = self.readers.stream(id);
        shared.is_some_and(|shared| shared.history != HistoryState::Settled)
    }

    /// Where a history comes from, in words.
    fn history_origin(&self, id: StreamId) -> Option<String> {
        match self.readers.stream(id)?.backfill.as_ref()? {
            Backfill::Fetched(fetched) => {
                url::http(&self.key.settings.url, "backfill.url", &fetched.url).ok()
            }
            Backfill::Queried(queried) => Some(format!("the data source {}", queried.name)),
        }
    }

    fn history_failed(&mut self, id: StreamId, problem: String) {
        if let Some(shared) = self.readers.stream(id) {
            shared.stream.borrow_mut().history_failed(problem);
        }
        self.settle_history(id);
    }

    fn settle_history(&mut self, id: StreamId) {
        let mut all = self.readers.all_streams().iter_mut();
        if let Some(shared) = all.find(|shared| shared.id == id) {
            shared.history = HistoryState::Settled;
        }
        self.change();
    }

    /// Nobody reads the rows any more that the history was for.
    pub(super) fn forget_history(&mut self, id: StreamId) {
        let shared = self.readers.stream(id);
        if shared.is_some_and(|shared| matches!(shared.history, HistoryState::Asked { .. })) {
            self.transmits.push_back(Transmit::AbortFetch(id));
        }
    }
}
