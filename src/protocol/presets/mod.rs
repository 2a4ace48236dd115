//! The presets: the only list of them.
//!
//! A preset in code is the protocol of its name; any other is a script, as JSON in a file beside it. What
//! `docs/protocols.md` says of each was tried with the server that is named there.

mod binance;
mod centrifugo;
mod coinbase;
mod kraken;
mod loki;
mod nats;
mod phoenix;
mod polygon;
mod pusher;
mod rosbridge;
mod socketio;

use super::preset::Preset;

/// Every preset, by title.
pub const PRESETS: [Preset; 11] = [
    binance::PRESET,
    centrifugo::PRESET,
    coinbase::PRESET,
    kraken::PRESET,
    loki::PRESET,
    nats::PRESET,
    phoenix::PRESET,
    polygon::PRESET,
    pusher::PRESET,
    rosbridge::PRESET,
    socketio::PRESET,
];
