//! WAMP 2 in JSON (wamp-proto.org, "The Web Application Messaging Protocol"), as a subscriber.

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "wamp",
    title: "WAMP",
    params: &[
        PresetParam::text("topic", "Topic")
            .required()
            .like("com.plant.temperature")
            .checked(uri),
        PresetParam::text("match", "Match")
            .checked(matching)
            .or("exact"),
    ],
    options: &[
        PresetParam::text("realm", "Realm")
            .required()
            .like("realm1"),
        PresetParam::text("authmethods", "Auth methods").checked(login),
        PresetParam::text("authid", "Auth ID"),
    ],
    token: Some("It is the ticket, where the auth methods name ticket."),
    script: Some(include_str!("wamp.json")),
    address: PresetAddress {
        path: "",
        query: "",
        subprotocols: &["wamp.2.json"],
    },
};

/// Crossbar.io closes the connection of all for a topic that is no URI (WAMP, "URIs").
fn uri(text: &str) -> Option<&'static str> {
    let is_none = text.contains(|c: char| c.is_whitespace() || c == '#');
    is_none.then_some("must have neither spaces nor #, for example com.example.pumps")
}

fn matching(text: &str) -> Option<&'static str> {
    (!["exact", "prefix", "wildcard"].contains(&text))
        .then_some("must be exact, prefix or wildcard")
}

/// The token answers every challenge, so it has to be for one that wants it as it is.
fn login(text: &str) -> Option<&'static str> {
    (!["anonymous", "ticket"].contains(&text)).then_some("must be anonymous or ticket")
}
