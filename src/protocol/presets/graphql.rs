//! Subscriptions of GraphQL servers, in the two protocols that they have been spoken with.

use super::checks::json_object;
use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

const PARAMS: &[PresetParam] = &[
    PresetParam::text("query", "Query")
        .required()
        .like("subscription { readings { value } }"),
    PresetParam::json("variables", "Variables").checked(json_object),
    PresetParam::text("operationName", "Operation"),
];

const OPTIONS: &[PresetParam] =
    &[PresetParam::json("connectionParams", "Connection params").checked(json_object)];

/// The payload is an object of the server's own, so that only the data source can say where in it the token stands.
const TOKEN: &str = r#"It sends the token where a handshake of your own has it, such as { "type": "connection_init", "payload": { "Authorization": "Bearer ${token}" } }."#;

/// github.com/enisdenjo/graphql-ws, PROTOCOL.md. Of its final close codes, 4408 is not: the page was too busy to
/// begin in time.
pub(super) const TRANSPORT_WS: Preset = Preset {
    name: "graphql-transport-ws",
    title: "GraphQL",
    params: PARAMS,
    options: OPTIONS,
    script: Some(include_str!("graphql_transport_ws.json")),
    address: PresetAddress {
        subprotocols: &["graphql-transport-ws"],
        ..PresetAddress::ANY
    },
    token: Some(TOKEN),
};

/// github.com/apollographql/subscriptions-transport-ws, PROTOCOL.md, which is no longer maintained.
pub(super) const LEGACY_WS: Preset = Preset {
    name: "graphql-ws",
    title: "GraphQL (legacy graphql-ws)",
    params: PARAMS,
    options: OPTIONS,
    script: Some(include_str!("graphql_ws.json")),
    address: PresetAddress {
        subprotocols: &["graphql-ws"],
        ..PresetAddress::ANY
    },
    token: Some(TOKEN),
};
