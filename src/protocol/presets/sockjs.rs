//! SockJS over WebSocket (sockjs.github.io/sockjs-protocol, version 0.3.3), in whose messages any other protocol is
//! spoken: queries say in texts what they want.
//!
//! Silence says nothing: the server of Node pings by WebSocket's own frames, which pages do not see, and sends the
//! heartbeats of SockJS only where it cannot.

use crate::protocol::preset::{Preset, PresetAddress};

pub(super) const PRESET: Preset = Preset {
    name: "sockjs",
    title: "SockJS",
    params: &[],
    options: &[],
    script: Some(include_str!("sockjs.json")),
    address: PresetAddress::ANY,
    token: None,
};
