//! Pusher Channels, protocol 7 (pusher.com, "Channels WebSocket Protocol"): public channels.

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "pusher",
    title: "Pusher",
    params: &[
        PresetParam::text("channel", "Channel")
            .required()
            .like("prices")
            .checked(public_channel),
        PresetParam::text("event", "Event").or("all events"),
    ],
    options: &[],
    token: None,
    script: Some(include_str!("pusher.json")),
    address: PresetAddress {
        path: "",
        query: "protocol=7&client=freshet&version=1.0.0",
        subprotocols: &[],
    },
};

/// Others want a signature that only the owner's server can give.
fn public_channel(text: &str) -> Option<&'static str> {
    let is_private = text.starts_with("private-") || text.starts_with("presence-");
    is_private.then_some("must be a public channel: private and presence channels need a signature")
}
