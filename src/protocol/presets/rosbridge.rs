//! ROS, by rosbridge 2.0 (github.com/RobotWebTools/rosbridge_suite, ROSBRIDGE_PROTOCOL.md).

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "rosbridge",
    title: "rosbridge",
    params: &[
        PresetParam::text("topic", "Topic").required().like("/odom"),
        PresetParam::text("type", "Type").or("that of the topic"),
        PresetParam::json("throttle_rate", "Throttle rate in ms").or("0"),
    ],
    options: &[],
    token: None,
    script: Some(include_str!("rosbridge.json")),
    address: PresetAddress::ANY,
};
