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
        let start = match start.trim_end_matches('\u{fffd}') {
            "" if !message.is_empty() => format!("{} bytes of binary data", message.len()),
            start => format!("{start}{rest}"),
        };
        self.before = self.last.replace((error, start));
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

    /// Why the last of them could not be read.
    pub(super) fn reason(&self) -> Option<String> {
        let (error, start) = self.last.as_ref()?;
        Some(if start.trim().is_empty() {
            "the message is empty".to_owned()
        } else {
            error.to_string()
        })
    }

    pub(super) fn notice(&self) -> Option<String> {
        let (_, start) = self.last.as_ref()?;
        let start = start.trim();
        let begin = if start.is_empty() {
            String::new()
        } else {
            format!(" The message begins with: {start}")
        };
        Some(format!(
            "{} could not be read and added no rows. Last error: {}.{begin}",
            messages(self.count),
            self.reason()?
        ))
    }
}

/// So many messages in words.
pub(super) fn messages(count: u64) -> String {
    let messages = if count == 1 { "message" } else { "messages" };
    format!("{count} {messages}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::DecodeErrorKind;

    fn notice(message: &[u8]) -> String {
        let mut malformed = Malformed::default();
        let error = DecodeError {
            kind: DecodeErrorKind::UnexpectedEnd,
            at: message.len(),
        };
        malformed.add(error, message);
        malformed.notice().unwrap()
    }

    #[test]
    fn a_message_is_shown_as_far_as_there_is_one() {
        let text = "1 message could not be read and added no rows. Last error: ";
        for empty in ["", " \r\n"] {
            assert_eq!(
                notice(empty.as_bytes()),
                format!("{text}the message is empty.")
            );
        }
        let cut = "the message ends in the middle of a value at byte";
        assert_eq!(
            notice(b"{\"v\":"),
            format!("{text}{cut} 5. The message begins with: {{\"v\":")
        );
        assert_eq!(
            notice(&[0xff, 0xfe]),
            format!("{text}{cut} 2. The message begins with: 2 bytes of binary data")
        );
    }
}
