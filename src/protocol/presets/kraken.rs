//! Kraken, version 2 (docs.kraken.com, "Spot WebSocket API v2").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "kraken",
    title: "Kraken",
    params: &[
        PresetParam::text("channel", "Channel").required(),
        PresetParam::text("symbol", "Symbol").required(),
        PresetParam::json("depth", "Depth"),
        PresetParam::json("interval", "Interval"),
        PresetParam::json("snapshot", "Snapshot"),
    ],
    options: &[],
    token: None,
    script: Some(include_str!("kraken.json")),
    address: PresetAddress {
        path: "/v2",
        query: "",
        subprotocols: &[],
    },
};
