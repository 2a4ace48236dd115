//! Action Cable of Ruby on Rails (guides.rubyonrails.org, "Action Cable Overview"; the messages are those of
//! github.com/rails/rails, actioncable/app/javascript).

use super::checks::json_object;
use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "action-cable",
    title: "Action Cable",
    params: &[
        PresetParam::text("channel", "Channel")
            .required()
            .like("PricesChannel"),
        PresetParam::json("params", "Params").checked(json_object),
    ],
    options: &[],
    script: Some(include_str!("action_cable.json")),
    address: PresetAddress {
        path: "/cable",
        query: "",
        subprotocols: &["actioncable-v1-json"],
    },
    token: None,
};
