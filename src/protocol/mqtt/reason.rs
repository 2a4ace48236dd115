//! Reason codes in words (MQTT 5 §2.4), and what they mean for the connection.

use std::fmt;

/// Why a server refused or ended something, with its own words where it had any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// As MQTT 5 numbers them.
    pub(super) code: u8,
    pub(super) words: Option<String>,
}

impl Reason {
    /// The reason of a code without words.
    pub(super) fn of(code: u8) -> Self {
        Self { code, words: None }
    }

    /// The reason of a return code of CONNACK in 3.1.1 (§3.2.2.3).
    pub(super) fn of_return_code(code: u8) -> Self {
        Self::of(match code {
            1 => UNSUPPORTED_VERSION,
            2 => 0x85,
            3 => 0x88,
            4 => 0x86,
            5 => 0x87,
            _ => 0x80,
        })
    }

    /// Whether it is about who the client is.
    pub(super) fn is_about_login(&self) -> bool {
        matches!(self.code, 0x86 | 0x87 | 0x8a | 0x8c)
    }

    /// Whether a server that refuses or ends a connection for it would do so again.
    pub(super) fn is_final(&self) -> bool {
        self.is_about_login()
            || matches!(
                self.code,
                0x81 | 0x82 | UNSUPPORTED_VERSION | 0x85 | 0x8e | 0x95 | 0x99 | 0x9d
            )
    }
}

/// The server does not speak this version.
pub(super) const UNSUPPORTED_VERSION: u8 = 0x84;

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match words(self.code) {
            Some(words) => f.write_str(words)?,
            None => write!(f, "reason code 0x{:02x}", self.code)?,
        }
        match &self.words {
            Some(words) => write!(f, ": {words}"),
            None => Ok(()),
        }
    }
}

fn words(code: u8) -> Option<&'static str> {
    Some(match code {
        0x00 => "without a reason",
        0x80 => "unspecified error",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x83 => "an error specific to this server",
        UNSUPPORTED_VERSION => "this version of MQTT is not supported; set another version",
        0x85 => "the client id is not valid",
        0x86 => "wrong user name or password",
        0x87 => "not authorized",
        0x88 => "server unavailable",
        0x89 => "server busy",
        0x8a => "banned",
        0x8b => "the server is shutting down",
        0x8c => "wrong authentication method",
        0x8d => "nothing was sent within the keep-alive",
        0x8e => "another client with the same client id took over; give each its own",
        0x8f => "the topic filter is not allowed",
        0x90 => "the topic name is not allowed",
        0x91 => "the packet identifier is in use",
        0x93 => "too many messages at a time",
        0x94 => "wrong topic alias",
        0x95 => "packet too large",
        0x96 => "too many messages",
        0x97 => "quota exceeded",
        0x98 => "ended by the server's administrator",
        0x99 => "wrong payload format",
        0x9a => "retained messages are not supported",
        0x9b => "this QoS is not supported",
        0x9c => "use another server for now",
        0x9d => "the server has moved",
        0x9e => "shared subscriptions are not supported",
        0x9f => "too many connections in a short time",
        0xa0 => "the connection has reached its maximum duration",
        0xa1 => "subscription identifiers are not supported",
        0xa2 => "wildcards are not supported",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_words_and_the_servers_own() {
        assert_eq!(Reason::of(0x87).to_string(), "not authorized");
        assert_eq!(Reason::of(0xee).to_string(), "reason code 0xee");
        let reason = Reason {
            code: 0x97,
            words: Some("5 panels are enough".to_owned()),
        };
        assert_eq!(reason.to_string(), "quota exceeded: 5 panels are enough");
    }

    #[test]
    fn return_codes_of_3_1_1_mean_what_they_mean_in_5() {
        let said = [1, 2, 3, 4, 5, 6].map(|code| {
            let reason = Reason::of_return_code(code);
            (reason.to_string(), reason.is_final())
        });
        let said = said
            .each_ref()
            .map(|(words, is_final)| (words.as_str(), *is_final));
        assert_eq!(
            said,
            [
                (
                    "this version of MQTT is not supported; set another version",
                    true
                ),
                ("the client id is not valid", true),
                ("server unavailable", false),
                ("wrong user name or password", true),
                ("not authorized", true),
                ("unspecified error", false),
            ]
        );
    }
}
