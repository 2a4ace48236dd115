//! The presets: the only list of them.
//!
//! A preset in code is the protocol of its name; any other is a script, as JSON in a file beside it. What
//! `docs/protocols.md` says of each was tried with the server that is named there.

mod action_cable;
mod checks;
mod graphql;
mod nats;
mod signalr;
mod socketio;
mod sockjs;
mod stomp;
#[cfg(test)]
mod tests;

use super::preset::Preset;

/// Every preset.
pub const PRESETS: &[Preset] = &[
    action_cable::PRESET,
    graphql::TRANSPORT_WS,
    graphql::LEGACY_WS,
    nats::PRESET,
    signalr::EVENTS,
    signalr::STREAM,
    socketio::PRESET,
    sockjs::PRESET,
    stomp::PRESET,
];
