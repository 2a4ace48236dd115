//! Packets: what Grafana gets (`DataQueryResponse` of @grafana/data).

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::hot;
use crate::frame::{Field, Frame, Notice, Stat};

/// A packet for one target.
#[derive(Serialize)]
struct Packet<'a> {
    data: Vec<FrameJs<'a>>,
    key: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[QueryError<'a>; 1]>,
    /// For Grafana before 10, which knew one error only.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<QueryError<'a>>,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
struct QueryError<'a> {
    message: &'a str,
    ref_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FrameJs<'a> {
    ref_id: &'a str,
    fields: Vec<FieldJs<'a>>,
    length: usize,
    meta: Meta<'a>,
}

#[derive(Serialize)]
struct FieldJs<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    config: Config<'a>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    values: js_sys::Array,
}

#[derive(Serialize)]
struct Config<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

#[derive(Serialize)]
struct Meta<'a> {
    notices: Vec<NoticeJs<'a>>,
    stats: Vec<StatJs>,
}

#[derive(Serialize)]
struct NoticeJs<'a> {
    severity: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatJs {
    display_name: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
}

/// Which target a packet is for, and what it says of the stream.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    /// Letter of the query in its panel.
    pub(super) ref_id: &'a str,
    /// What Grafana files the packet under; unique in a request, the same in each packet.
    pub(super) key: &'a str,
    /// Whether more follows.
    pub(super) last: bool,
}

/// A packet with rows. A lasting failure travels beside them: what was received stays on the panel.
pub(super) fn of_frame(
    header: Header<'_>,
    frame: &Frame<'_>,
    notices: &[Notice],
    stats: &[Stat],
    failure: Option<&str>,
) -> Result<JsValue, JsValue> {
    let meta = Meta {
        notices: notices
            .iter()
            .map(|n| NoticeJs {
                severity: n.severity.name(),
                text: &n.text,
            })
            .collect(),
        stats: stats
            .iter()
            .map(|s| StatJs {
                display_name: s.name,
                value: s.value,
                unit: s.unit,
            })
            .collect(),
    };
    let fields = frame.fields.iter().map(field).collect();
    let frame = FrameJs {
        ref_id: header.ref_id,
        fields,
        length: frame.len,
        meta,
    };
    packet(header, vec![frame], failure)
}

/// A packet that says why a target gives nothing.
pub(super) fn of_error(header: Header<'_>, message: &str) -> Result<JsValue, JsValue> {
    packet(header, Vec::new(), Some(message))
}

fn packet(
    header: Header<'_>,
    data: Vec<FrameJs<'_>>,
    failure: Option<&str>,
) -> Result<JsValue, JsValue> {
    let error = failure.map(|message| QueryError {
        message,
        ref_id: header.ref_id,
    });
    let state = match (failure, header.last) {
        (Some(_), _) => "Error",
        (None, true) => "Done",
        (None, false) => "Streaming",
    };
    to_js(&Packet {
        data,
        key: header.key,
        state,
        errors: error.map(|error| [error]),
        error,
    })
}

fn field<'a>(field: &'a Field<'_>) -> FieldJs<'a> {
    FieldJs {
        name: &field.name,
        kind: field.kind.name(),
        config: Config {
            unit: field.unit.as_deref(),
        },
        values: hot::to_array(&field.values),
    }
}

/// A plain object: Grafana reads own properties only, and no Map.
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(JsValue::from)
}
