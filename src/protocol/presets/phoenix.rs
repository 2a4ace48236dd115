//! Phoenix channels, serializer 2.0.0 (hexdocs.pm/phoenix, "Writing a Channels Client").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "phoenix",
    title: "Phoenix channels",
    params: &[
        PresetParam::text("topic", "Topic")
            .required()
            .like("room:lobby"),
        PresetParam::text("event", "Event").or("all events"),
        PresetParam::json("payload", "Join payload").or("{}"),
    ],
    options: &[],
    token: None,
    script: Some(include_str!("phoenix.json")),
    address: PresetAddress {
        path: "/socket/websocket",
        query: "vsn=2.0.0",
        subprotocols: &[],
    },
};
