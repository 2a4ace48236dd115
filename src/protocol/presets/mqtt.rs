//! MQTT 3.1.1 and 5, spoken by [`mqtt`](crate::protocol::mqtt).

use crate::protocol::mqtt::{filter, options};
use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "mqtt",
    title: "MQTT",
    params: &[
        PresetParam::text("topic", "Topic")
            .required()
            .like("plant/#")
            .checked(filter::fault),
        PresetParam::json("qos", "QoS")
            .checked(options::qos_fault)
            .or("0"),
    ],
    options: &[
        PresetParam::json("version", "MQTT version")
            .checked(options::version_fault)
            .or("5, or else 3.1.1"),
        PresetParam::text("username", "User name").checked(options::text_fault),
        PresetParam::text("clientId", "Client id")
            .checked(options::text_fault)
            .or("random"),
        PresetParam::json("keepAlive", "Keep-alive (s)")
            .checked(options::keep_alive_fault)
            .or("60"),
        PresetParam::json("sessionExpiry", "Session expiry (s)")
            .checked(options::expiry_fault)
            .or("0"),
    ],
    token: Some("It logs in with the token as the password of the user."),
    script: None,
    address: PresetAddress {
        subprotocols: &["mqtt"],
        ..PresetAddress::ANY
    },
};
