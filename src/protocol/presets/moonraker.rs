//! Moonraker of Klipper printers (moonraker.readthedocs.io, "Printer Administration").

use super::checks::json_object;
use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "moonraker",
    title: "Moonraker",
    params: &[PresetParam::json("objects", "Objects")
        .required()
        .like(r#"{"extruder": ["temperature", "target"]}"#)
        .checked(json_object)],
    options: &[],
    token: None,
    script: Some(include_str!("moonraker.json")),
    address: PresetAddress {
        path: "/websocket",
        query: "",
        subprotocols: &[],
    },
};
