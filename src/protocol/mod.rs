//! What stands between a socket and the format of its messages: handshakes, heartbeats, subscriptions.
//!
//! In go the messages of one connection and what its readers want; out come the payloads, which the
//! formats read, and what is to be sent. [`session`](crate::session) calls this and owns every decision
//! about time: a [`Protocol`] is handed the time, and names the next moment at which it wants to be called.
//! It opens nothing, sends nothing and knows no clock.

mod contract;
mod conversation;
mod known_servers;
mod mqtt;
mod nats;
mod outbox;
mod payload;
mod plain;
mod preset;
mod presets;
mod protocols;
mod script;
mod socketio;
mod stomp;
#[cfg(test)]
mod tests;

pub use contract::{
    Control, Opening, Outgoing, Params, Phase, Protocol, Received, Retry, Setup, SubscribeRequest,
    SubscriptionId,
};
pub use conversation::{AskedParam, Chosen, Conversation};
pub use known_servers::{KNOWN_SERVERS, KnownServer};
pub use preset::{Preset, PresetAddress, PresetParam};
pub use presets::PRESETS;
pub use protocols::{PROTOCOLS, ProtocolEntry, detect, find};
pub use script::{EndpointText, SCRIPT_MEMBERS, Script};
