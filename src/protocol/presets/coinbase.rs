//! Coinbase Exchange, its public feed (docs.cdp.coinbase.com, "Exchange WebSocket Overview").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "coinbase",
    title: "Coinbase Exchange",
    params: &[
        PresetParam::text("channel", "Channel")
            .required()
            .like("ticker"),
        PresetParam::text("products", "Products")
            .required()
            .like("BTC-USD"),
    ],
    options: &[],
    token: None,
    script: Some(include_str!("coinbase.json")),
    address: PresetAddress::ANY,
};
