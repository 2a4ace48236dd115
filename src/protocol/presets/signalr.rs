//! ASP.NET Core SignalR with its JSON protocol (github.com/dotnet/aspnetcore, src/SignalR/docs/specs/HubProtocol.md),
//! straight over WebSocket, without negotiation.

use super::checks::json_array;
use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

/// What hubs send to all their clients, or to those whom a method has let in.
pub(super) const EVENTS: Preset = Preset {
    name: "signalr",
    title: "SignalR",
    params: &[
        PresetParam::text("target", "Target").or("all"),
        PresetParam::text("method", "Method"),
        PresetParam::json("arguments", "Arguments")
            .checked(json_array)
            .or("[]"),
        PresetParam::text("methodOnLeave", "Method on leaving"),
    ],
    options: &[],
    script: Some(include_str!("signalr.json")),
    address: PresetAddress::ANY,
    token: None,
};

/// What streaming methods of hubs return.
pub(super) const STREAM: Preset = Preset {
    name: "signalr-stream",
    title: "SignalR (streaming methods)",
    params: &[
        PresetParam::text("method", "Method")
            .required()
            .like("Counter"),
        PresetParam::json("arguments", "Arguments")
            .checked(json_array)
            .or("[]"),
    ],
    options: &[],
    script: Some(include_str!("signalr_stream.json")),
    address: PresetAddress::ANY,
    token: None,
};
