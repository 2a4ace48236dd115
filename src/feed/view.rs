//! What is handed to the editors, as the TypeScript declarations in `src/wasm/mod.rs` have it.
//!
//! In goes what the [`feed`](crate::feed) has read of a journal; out come the objects of messages, kinds and places that
//! `look` of the exports hands over.

use serde::Serialize;

use super::place::FeedPlace;
use crate::table::Millis;

/// What a connection has delivered lately.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedView {
    /// Where the connection is; `none` when nothing reads this feed.
    pub state: &'static str,
    /// Why nothing comes, in sentences; empty where nothing is known to stand in the way.
    pub reason: String,
    /// Messages a second.
    pub rate: f64,
    /// Bytes a second.
    pub bytes_per_second: f64,
    /// Messages for the query since the connection began; of a subscription among others, those that are kept.
    pub total: u64,
    /// The newest messages, oldest first.
    pub messages: Vec<FeedMessage>,
    /// Messages of the same structure, the most frequent first.
    pub kinds: Vec<FeedKind>,
    /// The places at which a value was seen.
    pub places: Vec<FeedPlace>,
    /// Paths of the query that meet nothing.
    pub unmet: Vec<UnmetPath>,
}

impl Default for FeedView {
    /// Nothing reads the feed.
    fn default() -> Self {
        Self {
            state: "none",
            reason: String::new(),
            rate: 0.0,
            bytes_per_second: 0.0,
            total: 0,
            messages: Vec::new(),
            kinds: Vec::new(),
            places: Vec::new(),
            unmet: Vec::new(),
        }
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedMessage {
    /// Counts up on a connection.
    pub sequence: u64,
    /// When it came, in milliseconds since the epoch.
    pub at: Millis,
    /// Bytes as it came.
    pub size: usize,
    /// Whether it is no text.
    pub binary: bool,
    /// The `id` of its kind.
    pub kind: u32,
    /// Text, or hexadecimal digits.
    pub raw: String,
    /// JSON texts that the engine reads in it.
    pub documents: Vec<String>,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Messages that have the same names and types.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedKind {
    /// The same for the same structure, call by call.
    pub id: u32,
    /// What tells it from the others.
    pub title: String,
    /// How many there are.
    pub count: usize,
}

/// A path that meets nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnmetPath {
    /// Its place in the stored query.
    pub option: String,
    /// The path.
    pub path: String,
    /// The place that was seen and is written most like it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}
