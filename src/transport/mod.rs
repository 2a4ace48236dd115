//! What a data source is read over, and how the bytes of an HTTP response become messages.
//!
//! In go the chunks of a response's body as they come, cut anywhere; out come the messages that are whole by then, as
//! a [`MessageBatch`] that [`session`](crate::session) hands on as if they had come over a WebSocket, whose messages
//! the browser itself cuts. Plain Rust without I/O.

mod event_stream;
mod framing;
mod kind;
mod lines;
mod message_batch;
#[cfg(test)]
mod tests;

pub use event_stream::{EventStream, StreamEvent};
pub use framing::Framing;
pub use kind::Transport;
pub use lines::Lines;
pub use message_batch::MessageBatch;
