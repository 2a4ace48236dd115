//! What a server reported last that belongs to no subscription, and for how long panels say so.
//!
//! In go its words and the time; out come the notice, and when that is to be said otherwise. A server seldom takes back
//! what it has reported: "maintenance" is over without a word. [`Session`](super::Session) calls this.

use super::Session;
use crate::frame::{Notice, Severity};
use crate::table::Millis;

/// How long a report is shown: long enough for who comes back to the screen, and what goes on is reported again.
const SHOWN_MINUTES: u32 = 5;

const MINUTE_MS: Millis = 60_000.0;

/// What a server reported, and when.
#[derive(Debug)]
pub(super) struct ServerReport {
    text: String,
    since: Millis,
    /// How old panels say that it is, in minutes.
    age: u32,
}

impl ServerReport {
    fn next_minute(&self) -> Millis {
        self.since + MINUTE_MS * Millis::from(self.age + 1)
    }
}

impl Session {
    /// The server has reported something of the connection.
    pub(super) fn reported(&mut self, text: String, now: Millis) {
        self.server_report = Some(ServerReport {
            text,
            since: now,
            age: 0,
        });
    }

    /// When panels are to say something else of it.
    pub(super) fn report_deadline(&self) -> Option<Millis> {
        self.server_report.as_ref().map(ServerReport::next_minute)
    }

    /// Lets a report grow older, and forgets one that is too old.
    pub(super) fn report_timeout(&mut self, now: Millis) {
        let Some(report) = &mut self.server_report else {
            return;
        };
        if report.next_minute() > now {
            return;
        }
        while report.next_minute() <= now && report.age < SHOWN_MINUTES {
            report.age += 1;
        }
        if report.age == SHOWN_MINUTES {
            self.server_report = None;
        }
        self.change();
    }

    /// What the server reported last that belongs to no subscription.
    pub fn server_report(&self) -> Option<&str> {
        self.server_report
            .as_ref()
            .map(|report| report.text.as_str())
    }

    pub(super) fn report_notice(&self) -> Option<Notice> {
        let ServerReport { text, age, .. } = self.server_report.as_ref()?;
        let text = match age {
            0 => format!("The server reported: {text}"),
            _ => format!("The server reported {age} min ago: {text}"),
        };
        Some(Notice::new(Severity::Warning, text))
    }
}
