//! Socket.IO 5, spoken by [`socketio`](crate::protocol::socketio).

use super::checks::json_object;
use crate::decode::json;
use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "socketio",
    title: "Socket.IO",
    params: &[
        PresetParam::text("event", "Event").or("all events"),
        PresetParam::json("emit", "Emit").checked(emitted_event),
        PresetParam::json("emitOnLeave", "Emit on leaving").checked(emitted_event),
    ],
    options: &[
        PresetParam::text("namespace", "Namespace")
            .checked(namespace)
            .or("/"),
        PresetParam::json("auth", "Auth").checked(json_object),
    ],
    token: Some("It sends the token in its auth object, as token."),
    script: None,
    // Engine.IO 4, without the long polling that it begins with elsewhere.
    address: PresetAddress {
        path: "/socket.io/",
        query: "EIO=4&transport=websocket",
        subprotocols: &[],
    },
};

/// The comma ends it in a packet (github.com/socketio/socket.io-protocol).
fn namespace(text: &str) -> Option<&'static str> {
    let ends = |c: char| c == ',' || c.is_whitespace() || c.is_control();
    let is_one = text.starts_with('/') && !text.contains(ends);
    (!is_one).then_some("must begin with / and have neither comma nor space, for example /admin")
}

fn emitted_event(text: &str) -> Option<&'static str> {
    let rest = text.strip_prefix('[').map(str::trim_start);
    let names = rest.is_some_and(|rest| rest.starts_with('"'));
    let is_event = names && json::validate(text.as_bytes()).is_ok();
    (!is_event).then_some(
        "must be a JSON array that begins with the name of an event, for example [\"subscribe\", {\"room\": \"a\"}]",
    )
}
