//! Kraken, version 2 (docs.kraken.com, "Spot WebSocket API v2").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "kraken",
    title: "Kraken",
    params: &[
        PresetParam::text("channel", "Channel")
            .required()
            .like("ticker"),
        PresetParam::text("symbol", "Symbol")
            .required()
            .like("BTC/USD"),
        PresetParam::json("depth", "Depth").or("the server's default"),
        PresetParam::json("interval", "Interval").or("the server's default"),
        PresetParam::json("snapshot", "Snapshot").or("the server's default"),
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
