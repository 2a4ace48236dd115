//! The data source's `jsonData` as it comes from Grafana, not yet checked.
//!
//! The boundary reads it with serde; [`Settings::parse`](super::Settings::parse) checks it.

use serde::Deserialize;
use serde_json::{Map, Value};

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
    /// Milliseconds after which a connection is replaced by another.
    pub max_connection_age_ms: Option<NumberOption>,
    /// Largest message that is read, in bytes.
    pub max_message_bytes: Option<NumberOption>,
    /// Milliseconds that a query for a single answer waits for rows.
    pub finite_timeout_ms: Option<NumberOption>,
    /// Bytes of messages that a connection keeps for those who come later.
    pub journal_bytes: Option<NumberOption>,
    /// How several texts stand in one message.
    pub framing: Option<Value>,
    /// How `${id}` counts.
    pub ids: Option<Value>,
    /// Steps before anything else is said.
    pub handshake: Option<Value>,
    /// How a subscription is asked for.
    pub subscribe: Option<Value>,
    /// How it is taken back.
    pub unsubscribe: Option<Value>,
    /// How each side knows that the other is there.
    pub heartbeat: Option<Value>,
    /// Messages that want an answer.
    pub replies: Option<Value>,
    /// Messages that are no rows.
    pub ignore: Option<Value>,
    /// Messages that are no rows, and what they have done.
    pub control: Option<Value>,
    /// Which subscription a message is for.
    pub route: Option<Value>,
    /// Whether subscriptions share a socket.
    pub share: Option<Value>,
    /// How fast the server may be asked.
    pub pace: Option<Value>,
    /// What is sent before the socket is closed.
    pub leave: Option<Value>,
    /// What close codes mean.
    pub close: Option<Value>,
    /// Where the next connection resumes.
    pub resume: Option<Value>,
    /// How the server wants to be talked to, by name.
    pub preset: Option<String>,
    /// What the preset is told.
    pub options: Option<Params>,
    /// Appended to the address, by name.
    pub query: Option<Params>,
    /// Where the token comes from.
    pub token: Option<Params>,
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

impl SettingsSpec {
    /// The parts of a script that are set.
    pub(super) fn script(&self) -> Map<String, Value> {
        let parts = [
            ("framing", &self.framing),
            ("ids", &self.ids),
            ("handshake", &self.handshake),
            ("subscribe", &self.subscribe),
            ("unsubscribe", &self.unsubscribe),
            ("heartbeat", &self.heartbeat),
            ("replies", &self.replies),
            ("ignore", &self.ignore),
            ("control", &self.control),
            ("route", &self.route),
            ("share", &self.share),
            ("pace", &self.pace),
            ("leave", &self.leave),
            ("close", &self.close),
            ("resume", &self.resume),
        ];
        let is_set = |value: &&Value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
            Value::Bool(true) | Value::Number(_) => true,
        };
        let set = parts
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_ref().filter(is_set)?)));
        set.map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }
}
