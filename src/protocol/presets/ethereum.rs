//! Subscriptions of Ethereum nodes (geth.ethereum.org, "Real-time Events").

use super::checks::json_array;
use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "ethereum",
    title: "Ethereum",
    params: &[PresetParam::json("params", "Params")
        .required()
        .like(r#"["newHeads"]"#)
        .checked(json_array)],
    options: &[],
    token: None,
    script: Some(include_str!("ethereum.json")),
    address: PresetAddress::ANY,
};
