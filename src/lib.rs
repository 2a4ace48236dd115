//! Freshet's engine: WebSocket feeds to Grafana frames.
//!
//! The import order: a module may use those before it (`tests/layers.rs`).
//!
//! ```text
//! error … frame  decode  compress  format  transport  url  extract  table  protocol  query  source  stream  recording  session  feed  suggest  doctor  wasm
//! ```
//!
//! The way of a message is another one:
//!
//! ```text
//! browser -> wasm/inbox -> session (protocol) -> stream/intake -> [format] -> extract -> table
//! table -> frame -> wasm/packet -> observable -> Grafana
//! ```
//!
//! - [`session`] decides everything about *when* and *whether* of one connection: connecting, subscribing, histories,
//!   what is kept for those who come later, when packets go. It does no I/O. [`source`] is its settings.
//! - [`transport`] cuts the body of an HTTP response into messages, where a data source is read over that.
//! - [`protocol`] answers servers whose messages are more than payload, and finds the payloads in them.
//! - [`stream`] makes rows of a connection's payloads for those who read it, [`stream::intake`] is the way in.
//! - [`format`](mod@format) translates payloads that are not JSON into JSON texts, [`decode`] scans those once, and
//!   [`extract`] takes from them the values that a [`query`] asks for, lined up in rows.
//! - [`recording`] is the file of what a connection has delivered: a session writes it, and plays it in place of a server.
//! - [`table`] keeps the newest rows, a [`ring`] per column, and lends them as [`frame`]s.
//! - [`feed`] shows people who set up a query what came: messages, kinds of them, and the places at which values stand.
//! - [`suggest`] makes a whole query for a feed of which nothing is known yet.
//! - [`doctor`] finds out, step by step, why nothing comes from a server, and says what to do.
//! - `wasm` is the only place that knows JavaScript. It carries out what sessions and schedules say.
//!
//! Everything but `wasm` is plain Rust and is tested natively.

mod calendar;
mod compress;
pub mod decode;
mod digest;
pub mod doctor;
pub mod error;
pub mod extract;
pub mod feed;
pub mod format;
pub mod frame;
pub mod interval;
mod order;
pub mod protocol;
pub mod query;
pub mod recording;
pub mod ring;
pub mod session;
pub mod source;
pub mod stream;
pub mod suggest;
pub mod table;
pub mod transport;
pub mod url;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
