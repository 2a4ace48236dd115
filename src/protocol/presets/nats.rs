//! NATS (docs.nats.io, "Client Protocol"), spoken by [`nats`](crate::protocol::nats).

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "nats",
    title: "NATS",
    params: &[
        PresetParam::text("subject", "Subject")
            .required()
            .like("plant.>")
            .checked(word),
        PresetParam::text("queue", "Queue group").checked(word),
    ],
    options: &[PresetParam::text("user", "User")],
    token: Some(
        "It logs in with the token: as the password of the user, or as the auth token when there is no user.",
    ),
    script: None,
    address: PresetAddress::ANY,
};

/// Subjects and queue groups are words of a line.
fn word(text: &str) -> Option<&'static str> {
    let breaks = |c: char| c.is_whitespace() || c.is_control();
    text.contains(breaks)
        .then_some("must be one word, without spaces")
}
