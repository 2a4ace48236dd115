//! The presets: the only list of them.
//!
//! A preset in code is the protocol of its name; any other is a script, as JSON in a file beside it. What
//! `docs/protocols.md` says of each was tried with the server that is named there.

mod action_cable;
mod binance;
mod centrifugo;
mod checks;
mod coinbase;
mod deribit;
mod ethereum;
mod graphql;
mod home_assistant;
mod kraken;
mod loki;
mod moonraker;
mod mqtt;
mod nats;
mod phoenix;
mod polygon;
mod pusher;
mod rosbridge;
mod signalk;
mod signalr;
mod socketio;
mod sockjs;
mod stomp;
#[cfg(test)]
mod tests;
mod wamp;

use super::preset::Preset;

/// Every preset.
pub const PRESETS: &[Preset] = &[
    action_cable::PRESET,
    binance::PRESET,
    centrifugo::PRESET,
    coinbase::PRESET,
    deribit::PRESET,
    ethereum::PRESET,
    graphql::TRANSPORT_WS,
    graphql::LEGACY_WS,
    home_assistant::PRESET,
    kraken::PRESET,
    loki::PRESET,
    moonraker::PRESET,
    mqtt::PRESET,
    nats::PRESET,
    phoenix::PRESET,
    polygon::PRESET,
    pusher::PRESET,
    rosbridge::PRESET,
    signalk::PRESET,
    signalr::EVENTS,
    signalr::STREAM,
    socketio::PRESET,
    sockjs::PRESET,
    stomp::PRESET,
    wamp::PRESET,
];
