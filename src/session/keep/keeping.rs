//! What is kept of one stream: where that stands, and what is written next.

use super::limits::{MAX_ENTRY_BYTES, READ_TIMEOUT_MS};
use crate::frame::{Notice, Severity};
use crate::query::Query;
use crate::stream::Stream;
use crate::table::Millis;

/// Rows as the browser keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRows {
    /// The rows, as [`Stream::kept_rows`] writes them.
    pub text: String,
    /// When they were written, in milliseconds since the epoch.
    pub saved: Millis,
}

/// Rows that are to be kept.
#[derive(Debug)]
pub struct Unkept {
    /// The name under which to keep them.
    pub name: String,
    /// The rows as a text; `None` when there are none.
    pub rows: Option<String>,
}

/// What is kept of a stream's rows.
#[derive(Debug)]
pub struct Keeping {
    pub(super) name: String,
    pub(super) phase: KeepPhase,
    /// The revision of the stream that is kept.
    pub(super) revision: Option<u64>,
    /// What the browser could not do, as the end of a sentence.
    pub(super) problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum KeepPhase {
    /// The browser is being asked for what it has.
    Reading { since: Millis },
    /// Rows that have changed are written at that time.
    Saving { at: Millis },
    /// It was switched off, or the browser cannot do it.
    Off,
}

impl Keeping {
    /// What is to be kept for `query`, if anything.
    pub(in crate::session) fn of(query: &Query, now: Millis) -> Option<Self> {
        Self::name_for(query).map(|name| Self {
            name: name.to_owned(),
            phase: KeepPhase::Reading { since: now },
            revision: None,
            problem: None,
        })
    }

    /// The name under which the rows of `query` are kept, if they are.
    pub(in crate::session) fn name_for(query: &Query) -> Option<&str> {
        let keeps = query.projection.reading.retention.keeps && !query.kept_as.is_empty();
        keeps.then_some(query.kept_as.as_str())
    }

    /// The name under which it is kept.
    pub(in crate::session) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the rows that were kept are still to come.
    pub(in crate::session) fn is_reading(&self) -> bool {
        matches!(self.phase, KeepPhase::Reading { .. })
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.phase {
            KeepPhase::Reading { since } => Some(since + READ_TIMEOUT_MS),
            KeepPhase::Saving { at } => Some(at),
            KeepPhase::Off => None,
        }
    }

    /// What to write, if that has changed since it was written.
    pub(in crate::session) fn changed(&mut self, stream: &mut Stream) -> Option<Unkept> {
        let revision = stream.revision();
        if !matches!(self.phase, KeepPhase::Saving { .. }) || self.revision == Some(revision) {
            return None;
        }
        if !stream.can_be_kept() {
            let problem = "points of line protocol have labels of their own, which are not kept. Choose fields";
            self.problem = Some(problem.to_owned());
            self.phase = KeepPhase::Off;
            return None;
        }
        let rows = stream.kept_rows(MAX_ENTRY_BYTES);
        // Putting rows in their order is a change too, but none that has to be written.
        self.revision = Some(stream.revision());
        Some(Unkept {
            name: self.name.clone(),
            rows,
        })
    }

    /// What the panel says of it.
    pub(in crate::session) fn notice(&self) -> Option<Notice> {
        let problem = self.problem.as_ref()?;
        let text =
            format!("The rows of this query may be lost when the page is reloaded: {problem}.");
        Some(Notice::new(Severity::Info, text))
    }
}
