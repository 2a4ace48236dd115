//! Which rows buckets have taken already. A bucket does not know its rows, so their times have to tell.
//!
//! In go the times of live rows and of history; out come the times beyond which rows are new to the buckets.

use super::batch::Millis;

/// How long rows that are delivered again are looked for at most, after the first of them came: looking costs time with
/// every message.
pub(super) const SEAM_MS: Millis = 30_000.0;

/// Where what was taken ends, and what comes next goes on.
#[derive(Debug, Default)]
pub(super) struct ResumePoint {
    /// The newest time that was taken.
    newest: Option<Millis>,
    /// The oldest time of live rows: history ends here.
    first_live: Option<Millis>,
    redelivery: Option<Redelivery>,
}

/// Rows may be delivered again.
#[derive(Debug)]
struct Redelivery {
    /// The newest time that had been taken. A row beyond it ends this.
    up_to: Millis,
    /// When the first row came since; it ends a while later at the latest, or a time far ahead would
    /// stop a bucket for good.
    opened: Option<Millis>,
}

impl ResumePoint {
    /// The feed begins anew, and what was taken may come once more.
    pub(super) fn begin_anew(&mut self) {
        let up_to = self.newest;
        self.redelivery = up_to.map(|up_to| Redelivery {
            up_to,
            opened: None,
        });
    }

    /// History was taken. If no live row came before it, those that come may be rows of it.
    pub(super) fn end_history(&mut self) {
        if self.first_live.is_none() {
            self.begin_anew();
        }
    }

    /// Rows of history at or beyond this time are taken from the live feed.
    pub(super) fn end_of_history(&self) -> Millis {
        self.first_live.unwrap_or(f64::INFINITY)
    }

    /// Live rows of those times came at `arrival`; they are new if they are beyond the time this gives.
    pub(super) fn begin_of_news(&mut self, times: &[Millis], arrival: Millis) -> Millis {
        let Some(redelivery) = &mut self.redelivery else {
            return f64::NEG_INFINITY;
        };
        let opened = *redelivery.opened.get_or_insert(arrival);
        let up_to = redelivery.up_to;
        let over = arrival > opened + SEAM_MS;
        if over || times.iter().any(|time| *time > up_to) {
            self.redelivery = None;
        }
        if over { f64::NEG_INFINITY } else { up_to }
    }

    /// A row was taken.
    pub(super) fn took(&mut self, time: Millis, live: bool) {
        self.newest = Some(self.newest.map_or(time, |newest| newest.max(time)));
        if live {
            self.first_live = Some(self.first_live.map_or(time, |first| first.min(time)));
        }
    }
}
