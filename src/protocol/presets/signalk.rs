//! Signal K (signalk.org/specification, "Streaming WebSocket API" and "Subscription Protocol").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "signalk",
    title: "Signal K",
    params: &[
        PresetParam::text("path", "Signal K path")
            .required()
            .like("navigation.*"),
        PresetParam::json("period", "Period in ms").or("the server's default"),
        PresetParam::text("context", "Context").or("vessels.self"),
    ],
    options: &[],
    token: None,
    script: Some(include_str!("signalk.json")),
    address: PresetAddress {
        path: "/signalk/v1/stream",
        query: "subscribe=none",
        subprotocols: &[],
    },
};
