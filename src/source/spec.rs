//! The data source's `jsonData` as it comes from Grafana, not yet checked.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::protocol::Params;
use crate::query::NumberOption;

/// The data source's `jsonData`; names are the public contract of `FreshetOptions`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SettingsSpec {
    /// What it is read over.
    pub transport: Option<String>,
    /// Offered in the handshake of the WebSocket.
    pub subprotocols: Option<Vec<String>>,
    /// When to try again.
    pub reconnect: Option<ReconnectSpec>,
    /// Milliseconds that rows and socket outlive their last reader.
    pub linger_ms: Option<NumberOption>,
    /// Milliseconds of silence after which a connection is taken for dead.
    pub idle_timeout_ms: Option<NumberOption>,
    /// Largest message that is read, in bytes.
    pub max_message_bytes: Option<NumberOption>,
    /// Milliseconds that a query for a single answer waits for rows.
    pub finite_timeout_ms: Option<NumberOption>,
    /// Bytes of messages that a connection keeps for those who come later.
    pub journal_bytes: Option<NumberOption>,
    /// Not carried out yet.
    pub handshake: Option<Presence>,
    /// Not carried out yet.
    pub heartbeat: Option<Presence>,
    /// Not carried out yet.
    pub replies: Option<Presence>,
    /// Not carried out yet.
    pub ignore: Option<Presence>,
    /// How the server wants to be talked to, by name.
    pub preset: Option<String>,
    /// What the preset is told.
    pub options: Option<Params>,
}

/// `reconnect` of the data source's settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReconnectSpec {
    /// Milliseconds before the first retry.
    pub min_ms: Option<NumberOption>,
    /// Milliseconds before any retry.
    pub max_ms: Option<NumberOption>,
    /// Retries after which to give up.
    pub max_attempts: Option<NumberOption>,
}

/// Whether an option holds anything; what it holds is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence(pub bool);

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PresenceVisitor)
    }
}

struct PresenceVisitor;

impl<'de> Visitor<'de> for PresenceVisitor {
    type Value = Presence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Presence, E> {
        Ok(Presence(value))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Presence, E> {
        Ok(Presence(true))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Presence, E> {
        Ok(Presence(true))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Presence, E> {
        Ok(Presence(true))
    }

    fn visit_str<E>(self, value: &str) -> Result<Presence, E> {
        Ok(Presence(!value.trim().is_empty()))
    }

    fn visit_unit<E>(self) -> Result<Presence, E> {
        Ok(Presence(false))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Presence, A::Error> {
        let mut any = false;
        while items.next_element::<IgnoredAny>()?.is_some() {
            any = true;
        }
        Ok(Presence(any))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Presence, A::Error> {
        let mut any = false;
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            any = true;
        }
        Ok(Presence(any))
    }
}
