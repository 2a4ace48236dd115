//! The presets: the only list of them.
//!
//! A preset in code is the protocol of its name; any other is a script, as JSON in a file beside it. What
//! `docs/protocols.md` says of each was tried with the server that is named there.

mod action_cable;
mod binance;
mod centrifugo;
mod checks;
mod coinbase;
mod graphql;
mod kraken;
mod loki;
mod mqtt;
mod nats;
mod phoenix;
mod polygon;
mod pusher;
mod rosbridge;
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
    binance::PRESET,
    centrifugo::PRESET,
    coinbase::PRESET,
    graphql::TRANSPORT_WS,
    graphql::LEGACY_WS,
    kraken::PRESET,
    loki::PRESET,
    mqtt::PRESET,
    nats::PRESET,
    phoenix::PRESET,
    polygon::PRESET,
    pusher::PRESET,
    rosbridge::PRESET,
    signalr::EVENTS,
    signalr::STREAM,
    socketio::PRESET,
    sockjs::PRESET,
    stomp::PRESET,
];
