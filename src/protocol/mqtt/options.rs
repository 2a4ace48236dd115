//! What a data source tells its MQTT client.

use super::super::contract::{Setup, said};

/// A version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V5,
    /// 3.1.1.
    V3,
}

/// Seconds between two signs of life when the data source does not say.
const KEEP_ALIVE: u16 = 60;

/// What the client is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Options {
    /// The one that is spoken; without it, that which the server knows.
    pub(super) version: Option<Version>,
    pub(super) username: Option<String>,
    pub(super) client_id: String,
    /// Whether the data source says that.
    pub(super) is_named: bool,
    /// Seconds within which something has to be sent.
    pub(super) keep_alive: u16,
    /// Seconds for which the server keeps the session of a connection that is gone.
    pub(super) session_expiry: u32,
}

impl Options {
    pub(super) fn new(setup: &Setup) -> Self {
        let said = |name| said(&setup.options, name);
        Self {
            version: match said("version").as_deref() {
                Some("5") => Some(Version::V5),
                Some(_) => Some(Version::V3),
                None => None,
            },
            username: said("username").map(String::from),
            is_named: said("clientId").is_some(),
            // 3.1.1 has servers take 23 bytes (§3.1.3.1).
            client_id: said("clientId")
                .map_or_else(|| format!("freshet{:016x}", setup.seed), String::from),
            keep_alive: number(said("keepAlive").as_deref()).unwrap_or(KEEP_ALIVE),
            session_expiry: number(said("sessionExpiry").as_deref()).unwrap_or(0),
        }
    }
}

fn number<N: std::str::FromStr>(text: Option<&str>) -> Option<N> {
    text?.parse().ok()
}

/// What is wrong with a version, if anything.
pub(in crate::protocol) fn version_fault(text: &str) -> Option<&'static str> {
    (!["5", "3.1.1"].contains(&text)).then_some("must be 5 or 3.1.1")
}

/// What is wrong with a QoS, if anything.
pub(in crate::protocol) fn qos_fault(text: &str) -> Option<&'static str> {
    (!["0", "1", "2"].contains(&text)).then_some("must be 0, 1 or 2")
}

/// What is wrong with a keep-alive, if anything. Shorter ones would ask more often than servers answer.
pub(in crate::protocol) fn keep_alive_fault(text: &str) -> Option<&'static str> {
    let seconds = number::<u16>(Some(text));
    let is_right = seconds.is_some_and(|seconds| seconds >= 5);
    (!is_right).then_some("must be a number of seconds from 5 to 65535")
}

/// What is wrong with a session expiry interval, if anything.
pub(in crate::protocol) fn expiry_fault(text: &str) -> Option<&'static str> {
    let seconds = number::<u32>(Some(text));
    (seconds.is_none()).then_some("must be a number of seconds from 0 to 4294967295")
}

/// What is wrong with a text that is sent as it is, if anything (§1.5.4).
pub(in crate::protocol) fn text_fault(text: &str) -> Option<&'static str> {
    if text.len() > usize::from(u16::MAX) {
        return Some("must be no longer than 65,535 bytes");
    }
    text.contains('\0')
        .then_some("must not hold the character NUL")
}
