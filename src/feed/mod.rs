//! What a connection delivers, for people who set up a query: its newest messages, the kinds there are of them, every
//! place at which a value stands, and the paths of the query that meet nothing there.
//!
//! In goes a [`Session`] with the messages that its journal has kept, and a query; out comes a [`FeedView`]. Nothing is
//! recorded for it and nothing goes on when it is made: each call reads the journal anew, as much of it as [`reading`]
//! allows. `wasm` calls this when an editor asks, and what suggests a query builds on the [`reading`].

pub mod catalogue;
mod cut;
pub mod kinds;
mod place;
pub mod reading;
mod repeats;
#[cfg(test)]
mod tests;
mod times;
mod titles;
mod tree;
mod units;
mod unmet;
mod values;
mod view;
mod walk;
mod written;

use crate::error::Error;
use crate::query::{Query, QuerySpec};
use crate::session::Session;
use crate::table::Millis;
use catalogue::Catalogue;
use kinds::Kinds;
use reading::{FeedReading, ReadMessage};

pub use place::{FeedPlace, SeenKind, SeenRole};
pub use view::{FeedKind, FeedMessage, FeedView, UnmetPath};

/// Bytes of the JSON texts that are shown of a message.
const DOCUMENT_BYTES: usize = 64 * 1024;

impl FeedView {
    /// The view of what `session` has for the query of `spec`, with the newest `count` messages. `wall` is the time,
    /// in milliseconds since the epoch.
    pub fn of(session: &Session, spec: &QuerySpec, count: usize, wall: Millis) -> Self {
        let query = Query::usable(spec);
        let Some(reading) = FeedReading::of(session, &query, wall) else {
            return Self::default();
        };
        let reason = session.hindrance(&query);
        let messages = reading.messages.as_slice();
        let catalogue = Catalogue::of(messages.iter());
        let kinds = Kinds::of(&catalogue, messages);
        let earlier = messages.len().saturating_sub(count);
        Self {
            state: session.state(),
            reason: reason.unwrap_or_default(),
            rate: reading.rate,
            bytes_per_second: reading.bytes_per_second,
            total: reading.total,
            messages: messages
                .iter()
                .zip(&kinds.of)
                .skip(earlier)
                .map(message)
                .collect(),
            unmet: unmet::of(spec, messages, &catalogue),
            kinds: kinds.all,
            places: catalogue.places,
        }
    }
}

impl FeedView {
    /// The view of a query that nothing can read.
    pub fn unusable(error: &Error) -> Self {
        Self {
            reason: error.demand(),
            ..Self::default()
        }
    }
}

fn message((message, kind): (&ReadMessage, &u32)) -> FeedMessage {
    let mut left = DOCUMENT_BYTES;
    let mut documents = Vec::new();
    for text in &message.documents {
        let Some(shown) = cut::json(text, left) else {
            break;
        };
        left = left.saturating_sub(shown.len());
        documents.push(shown);
    }
    FeedMessage {
        sequence: message.sequence,
        at: message.at,
        size: message.size,
        binary: message.is_binary,
        kind: *kind,
        raw: message.raw.clone(),
        documents,
        problem: message.problem.map(|error| error.to_string()),
    }
}
