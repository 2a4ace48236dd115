//! SockJS over WebSocket (sockjs.github.io/sockjs-protocol, version 0.3.3), in whose messages any other protocol is
//! spoken: queries say in texts what they want.
//!
//! Servers send a heartbeat every 25 seconds unless told otherwise; three that do not come are the end.

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
