//! Messages that could not be read: how many, and what the last one looked like.

use crate::decode::DecodeError;

/// Bytes of a malformed message that the notice shows.
const SHOWN: usize = 60;

#[derive(Debug, Default)]
pub(super) struct Malformed {
    count: u64,
    last: Option<(DecodeError, String)>,
    /// What was the last before that one.
    before: Option<(DecodeError, String)>,
}

impl Malformed {
    #[cold]
    pub(super) fn add(&mut self, error: DecodeError, message: &[u8]) {
        self.count += 1;
        let start = String::from_utf8_lossy(&message[..message.len().min(SHOWN)]);
        let rest = if message.len() > SHOWN { "…" } else { "" };
        self.before = self.last.replace((
            error,
            format!("{}{rest}", start.trim_end_matches('\u{fffd}')),
        ));
    }

    /// The last so many have become readable.
    #[cold]
    pub(super) fn redeem(&mut self, messages: usize) {
        self.count = self.count.saturating_sub(messages as u64);
        self.last = self
            .before
            .take()
            .filter(|_| self.count > 0)
            .or(self.last.take());
        if self.count == 0 {
            self.last = None;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn notice(&self) -> Option<String> {
        let (error, start) = self.last.as_ref()?;
        Some(format!(
            "{} could not be read and added no rows. Last error: {error}. The message begins with: {start}",
            messages(self.count)
        ))
    }
}

/// So many messages in words.
pub(super) fn messages(count: u64) -> String {
    let messages = if count == 1 { "message" } else { "messages" };
    format!("{count} {messages}")
}
