//! The presets: the only list of them.
//!
//! A preset in code is the protocol of its name; any other is a script, as JSON in a file beside it. What
//! `docs/protocols.md` says of each was tried with the server that is named there.

mod mqtt;
mod nats;
mod socketio;
mod stomp;

use super::preset::Preset;

/// Every preset, by title.
pub const PRESETS: [Preset; 4] = [mqtt::PRESET, nats::PRESET, socketio::PRESET, stomp::PRESET];
