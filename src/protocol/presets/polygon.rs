//! Polygon.io (polygon.io, "WebSocket quickstart").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "polygon",
    title: "Polygon",
    params: &[
        PresetParam::text("event", "Event").required().like("T"),
        PresetParam::text("symbol", "Symbol")
            .required()
            .like("AAPL"),
    ],
    options: &[],
    token: Some("It logs in with the token, which is the API key."),
    script: Some(include_str!("polygon.json")),
    address: PresetAddress::ANY,
};
