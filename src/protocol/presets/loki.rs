//! Grafana Loki, tailing a query (grafana.com/docs/loki, "Loki HTTP API", "Stream logs").

use crate::protocol::preset::{Preset, PresetAddress};

pub(super) const PRESET: Preset = Preset {
    name: "loki",
    title: "Grafana Loki",
    params: &[],
    options: &[],
    token: None,
    script: Some(include_str!("loki.json")),
    address: PresetAddress {
        path: "/loki/api/v1/tail",
        query: "",
        subprotocols: &[],
    },
};
