//! Moonraker of Klipper printers (moonraker.readthedocs.io, "Printer Administration").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "moonraker",
    title: "Moonraker",
    params: &[PresetParam::json("objects", "Objects").required()],
    options: &[],
    token: None,
    script: Some(include_str!("moonraker.json")),
    address: PresetAddress {
        path: "/websocket",
        query: "",
        subprotocols: &[],
    },
};
