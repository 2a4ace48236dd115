//! What a server reported last that belongs to no subscription, and for how long panels say so.
//!
//! In go its words and the time; out come the notice, and when that is to be said otherwise. A server seldom takes back
//! what it has reported: "maintenance" is over without a word. [`Session`](super::Session) calls this.

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
    pub(super) fn new(text: String, now: Millis) -> Self {
        Self {
            text,
            since: now,
            age: 0,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// When panels are to say something else of it.
    pub(super) fn deadline(&self) -> Millis {
        self.since + MINUTE_MS * Millis::from(self.age + 1)
    }

    /// The same report at `now`, unless it is too old.
    pub(super) fn aged(mut self, now: Millis) -> Option<Self> {
        while self.deadline() <= now {
            self.age += 1;
            if self.age == SHOWN_MINUTES {
                return None;
            }
        }
        Some(self)
    }

    pub(super) fn notice(&self) -> Notice {
        let Self { text, age, .. } = self;
        let text = match age {
            0 => format!("The server reported: {text}"),
            _ => format!("The server reported {age} min ago: {text}"),
        };
        Notice::new(Severity::Warning, text)
    }
}
