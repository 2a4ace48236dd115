//! Home Assistant (developers.home-assistant.io, "WebSocket API").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "home-assistant",
    title: "Home Assistant",
    params: &[PresetParam::text("entities", "Entities")
        .or("all you may see")
        .like("sensor.power")],
    options: &[],
    token: Some("It logs in with the token, which is a long-lived access token of Home Assistant."),
    script: Some(include_str!("home_assistant.json")),
    address: PresetAddress {
        path: "/api/websocket",
        query: "",
        subprotocols: &[],
    },
};
