//! Freshet's engine: WebSocket feeds to Grafana frames.
//!
//! The life of a message, and the order in which the modules may use each other:
//!
//! ```text
//! socket -> decode -> format -> extract -> table (of rings) -> frame -> stream -> wasm (observable) -> Grafana
//! ```
//!
//! - [`socket`] decides when to connect, retry and give up; it does no I/O.
//! - [`decode`] scans a message's bytes once, [`format`](mod@format) translates messages that are not JSON into
//!   JSON texts, [`extract`] takes from them the values a query asks for, lined up in rows.
//! - [`protocol`] answers servers whose messages are more than payload, and finds the payloads in them.
//! - [`table`] keeps the newest rows, a [`ring`] per column, and makes [`frame`]s of them.
//! - [`stream`] is the fold of all that for one reading of one connection, and
//!   [`stream::intake`] what all readings of a connection share.
//! - `wasm` is the only place that knows JavaScript: browser sockets, timers and the observable.
//!
//! Everything but `wasm` is plain Rust and is tested natively.

mod calendar;
mod compress;
pub mod decode;
mod digest;
pub mod error;
pub mod extract;
pub mod format;
pub mod frame;
pub mod interval;
mod order;
pub mod protocol;
pub mod query;
pub mod ring;
pub mod session;
pub mod source;
pub mod stream;
pub mod table;
pub mod url;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
