//! Deribit (docs.deribit.com, "JSON-RPC over websocket").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "deribit",
    title: "Deribit",
    params: &[PresetParam::text("channel", "Channel")
        .required()
        .like("ticker.BTC-PERPETUAL.100ms")],
    options: &[],
    token: None,
    script: Some(include_str!("deribit.json")),
    address: PresetAddress {
        path: "/ws/api/v2",
        query: "",
        subprotocols: &[],
    },
};
