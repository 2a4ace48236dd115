//! Binance, combined streams (developers.binance.com, "WebSocket Streams").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "binance",
    title: "Binance",
    params: &[PresetParam::text("streams", "Streams")
        .required()
        .like("btcusdt@trade")],
    options: &[],
    token: None,
    script: Some(include_str!("binance.json")),
    address: PresetAddress {
        path: "/stream",
        query: "",
        subprotocols: &[],
    },
};
