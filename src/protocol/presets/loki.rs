//! Grafana Loki, tailing a query (grafana.com/docs/loki, "Loki HTTP API", "Stream logs").

use crate::protocol::preset::{Preset, PresetAddress, PresetParam};

pub(super) const PRESET: Preset = Preset {
    name: "loki",
    title: "Grafana Loki",
    params: &[
        PresetParam::text("query", "LogQL query")
            .or("that of the path")
            .like(r#"{app="web"}"#),
        PresetParam::text("limit", "Entries at the start").or("100"),
        PresetParam::text("start", "Start").or("an hour ago"),
        PresetParam::text("delay_for", "Delay").or("0"),
    ],
    options: &[],
    token: None,
    script: Some(include_str!("loki.json")),
    address: PresetAddress {
        path: "/loki/api/v1/tail",
        query: "query=${params.query?}&limit=${params.limit?}&start=${params.start?}&delay_for=${params.delay_for?}",
        subprotocols: &[],
    },
};
