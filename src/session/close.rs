//! Why a WebSocket ended.
//!
//! In goes what the browser's close event says, or what was noticed here; out come the words for people and what the code means
//! for the next attempt, where the protocol has no rule of its own. The boundary makes a [`Close`], the session and the
//! [`doctor`](crate::doctor) ask it.

use std::fmt;

use crate::protocol::Retry;
use crate::table::Millis;

/// How a connection ended, as the browser's CloseEvent tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Close {
    /// The close code of RFC 6455 §7.4.
    pub code: u16,
    /// The server's reason, often empty.
    pub reason: String,
}

/// Code that browsers report when no close frame came: the connection dropped,
/// was refused, or the handshake failed. They do not say which.
pub const ABNORMAL: u16 = 1006;

/// How long a server that restarts (1012) or is overloaded (1013) is left alone at least. The proposal that registered
/// 1012 (IETF hybi list, A. Melnikov, 2012) asks for a random delay of 5 to 30 seconds.
const TROUBLED_MS: Millis = 5_000.0;

impl Close {
    /// An end that was noticed here, without a close frame.
    pub fn abnormal(reason: impl Into<String>) -> Self {
        Self {
            code: ABNORMAL,
            reason: reason.into(),
        }
    }

    /// When another socket is tried after it, where the protocol has no rule for the code.
    pub fn retry(&self) -> Retry {
        match self.code {
            1012 | 1013 => Retry::After(TROUBLED_MS),
            _ => Retry::Usual,
        }
    }

    /// The meaning of the code.
    pub fn meaning(&self) -> &'static str {
        let known = MEANINGS.iter().find(|(code, _)| *code == self.code);
        let other = match self.code {
            4000..=4999 => PRIVATE_MEANING,
            _ => UNKNOWN_MEANING,
        };
        known.map_or(other, |(_, meaning)| meaning)
    }
}

/// What each close code says to a person who set up a data source (RFC 6455 §7.4.1 and the IANA registry of close
/// codes).
const MEANINGS: [(u16, &str); 17] = [
    (1000, "normal closure"),
    (1001, "the server is going away"),
    (1002, "protocol error"),
    (1003, "the server does not accept this type of data"),
    (1005, "closed without a code"),
    (
        ABNORMAL,
        "the connection was dropped or refused, or the handshake failed",
    ),
    (1007, "the server could not read the data it received"),
    (1008, "policy violation, often a missing permission"),
    (1009, "a message was too large"),
    (1010, "a required extension is missing"),
    (1011, "internal server error"),
    (1012, "the server is restarting"),
    (1013, "the server is overloaded; try again later"),
    (1014, "bad gateway"),
    (1015, "the TLS handshake failed"),
    (3000, "unauthorized"),
    (3003, "forbidden"),
];

/// What a code says that applications give themselves, 4000 to 4999.
const PRIVATE_MEANING: &str = "a server-specific code";

/// What any other code says.
const UNKNOWN_MEANING: &str = "unknown code";

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Browsers give no reason with this code, so it is from here, where the cause is known.
        if self.code == ABNORMAL && !self.reason.is_empty() {
            return f.write_str(&self.reason);
        }
        write!(f, "code {}, {}", self.code, self.meaning())?;
        if !self.reason.is_empty() {
            write!(f, ": {}", self.reason)?;
        }
        Ok(())
    }
}

/// Words with the end that a sentence has; what servers say may have one already.
pub fn ended(words: &str) -> String {
    let words = words.trim_end();
    let end = if words.ends_with(['.', '?', '!', '…']) {
        ""
    } else {
        "."
    };
    format!("{words}{end}")
}
