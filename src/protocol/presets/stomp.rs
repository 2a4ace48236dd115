//! STOMP 1.2, spoken by [`stomp`](crate::protocol::stomp).

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "stomp",
    title: "STOMP",
    params: &[PresetParam::text("destination", "Destination")
        .required()
        .like("/topic/plant.*")
        .checked(line)],
    options: &[
        PresetParam::text("login", "Login").checked(line),
        PresetParam::text("host", "Virtual host")
            .checked(line)
            .or("/"),
    ],
    token: Some("It is the passcode of the login."),
    script: None,
    address: PresetAddress {
        path: "",
        query: "",
        subprotocols: &["v12.stomp", "v11.stomp"],
    },
};

/// Headers are lines.
fn line(text: &str) -> Option<&'static str> {
    let breaks = |c: char| c.is_control();
    text.contains(breaks)
        .then_some("must be one line, without control characters")
}
