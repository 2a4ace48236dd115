//! Centrifugo, its JSON protocol in both directions (centrifugal.dev, "Client protocol").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "centrifugo",
    title: "Centrifugo",
    params: &[PresetParam::text("channel", "Channel")
        .required()
        .like("news")],
    options: &[],
    token: Some("It sends the token with connect."),
    script: Some(include_str!("centrifugo.json")),
    address: PresetAddress {
        path: "/connection/websocket",
        query: "",
        subprotocols: &[],
    },
};
