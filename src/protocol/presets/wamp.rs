//! WAMP 2 in JSON (wamp-proto.org, "The Web Application Messaging Protocol"), as a subscriber without a login.

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "wamp",
    title: "WAMP",
    params: &[
        PresetParam::text("topic", "Topic").required(),
        PresetParam::text("match", "Match"),
    ],
    options: &[PresetParam::text("realm", "Realm").required()],
    token: None,
    script: Some(include_str!("wamp.json")),
    address: PresetAddress {
        path: "",
        query: "",
        subprotocols: &["wamp.2.json"],
    },
};
