//! Packets: what Grafana gets (`DataQueryResponse` of @grafana/data).
//!
//! In go frames that lend the rings of tables, with the notices and lines of the inspector; out come plain objects and arrays
//! as Grafana's own data sources make them. Deliveries call this, and `to_js` is for all that leaves the engine as an object.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::columns;
use crate::error::Error;
use crate::frame::{Field, Frame, Notice, Stat, has_nothing_to_draw};
use crate::query::View;
use crate::source::Settings;

/// A packet for one target.
#[derive(Serialize)]
struct Packet<'a> {
    data: Vec<FrameJs<'a>>,
    key: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[QueryError<'a>; 1]>,
    /// The same, under the name that Grafana has had since before there could be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<QueryError<'a>>,
}

/// Grafana's `DataQueryError`, and what of it is for the editors.
#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
struct QueryError<'a> {
    message: &'a str,
    ref_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<&'a OptionError>,
}

/// An option that cannot be used; `OptionError` of the TypeScript declarations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct OptionError {
    /// Its place in the stored query or in the data source's jsonData, such as `fields[1].path`.
    option: String,
    /// What it is set to, shortened if long.
    value: String,
    /// What is wrong with that, and what would be right.
    problem: String,
}

impl OptionError {
    /// The parts of an error.
    pub(super) fn new(error: &Error) -> Self {
        Self {
            option: error.field().to_owned(),
            value: error.value().to_owned(),
            problem: error.problem().to_owned(),
        }
    }
}

/// What the settings of a data source come to; `SettingsReport` of the TypeScript declarations.
#[derive(Debug, Serialize)]
pub(super) struct SettingsReport {
    errors: Vec<OptionError>,
    params: Vec<ProtocolParam>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProtocolParam {
    name: String,
    title: String,
    is_required: bool,
}

impl SettingsReport {
    /// `warning` is what the browser makes of the URL.
    pub(super) fn new(settings: &Result<Settings, Error>, warning: Option<String>) -> Self {
        let asked = settings.as_ref().map(Settings::asks);
        let params = asked
            .unwrap_or_default()
            .into_iter()
            .map(|asked| ProtocolParam {
                name: asked.name,
                title: asked.title,
                is_required: asked.is_required,
            });
        Self {
            errors: settings
                .as_ref()
                .err()
                .map(OptionError::new)
                .into_iter()
                .collect(),
            params: params.collect(),
            warning,
        }
    }
}

/// Why a target gives nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failure<'a> {
    message: std::borrow::Cow<'a, str>,
    option: Option<OptionError>,
}

impl<'a> Failure<'a> {
    /// A failure in a sentence.
    pub(super) fn new(message: &'a str) -> Self {
        Self {
            message: message.into(),
            option: None,
        }
    }

    /// An option that cannot be used.
    pub(super) fn of_option(error: &Error) -> Self {
        Self {
            message: error.to_string().into(),
            option: Some(OptionError::new(error)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FrameJs<'a> {
    ref_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    fields: Vec<FieldJs<'a>>,
    length: usize,
    meta: Meta<'a>,
}

#[derive(Serialize)]
struct FieldJs<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "JsValue::is_undefined")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    labels: JsValue,
    config: Config<'a>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    values: js_sys::Array,
}

#[derive(Serialize)]
struct Config<'a> {
    #[serde(rename = "displayNameFromDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    #[serde(rename = "type")]
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_version: Option<[u8; 2]>,
    preferred_visualisation_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<NoticeJs<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stats: Vec<StatJs<'a>>,
}

#[derive(Serialize)]
struct NoticeJs<'a> {
    severity: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatJs<'a> {
    display_name: &'a str,
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

/// A packet with rows. A lasting failure travels beside them: what was received stays on the
/// panel. What is to be said stands on the first frame, so that a panel says it once.
pub(super) fn of_frames(
    header: Header<'_>,
    frames: &[Frame<'_>],
    view: View,
    notices: &[Notice],
    stats: &[Stat],
    failure: Option<&Failure<'_>>,
) -> Result<JsValue, JsValue> {
    let preferred = preferred(view, frames);
    let data = frames.iter().enumerate().map(|(index, frame)| {
        let mut meta = meta(view, preferred);
        if index == 0 {
            meta.notices = notices.iter().map(notice).collect();
            meta.stats = stats.iter().map(stat).collect();
        }
        FrameJs {
            ref_id: header.ref_id,
            name: frame.fields.get(1).and_then(|f| f.display_name.as_deref()),
            fields: frame.fields.iter().map(field).collect(),
            length: frame.len,
            meta,
        }
    });
    packet(header, data.collect(), failure)
}

/// How Explore is to show the frames (`preferredVisualisationType`).
fn preferred(view: View, frames: &[Frame<'_>]) -> &'static str {
    match view {
        View::TimeSeries if has_nothing_to_draw(frames) => "table",
        View::TimeSeries => "graph",
        View::Table => "table",
        View::Logs => "logs",
    }
}

/// What tells Grafana, and Explore above all, how to show the frame (`QueryResultMeta`).
fn meta<'a>(view: View, preferred: &'static str) -> Meta<'a> {
    let kind = (view == View::Logs).then_some("log-lines");
    Meta {
        kind,
        type_version: kind.map(|_| [0, 0]),
        preferred_visualisation_type: preferred,
        notices: Vec::new(),
        stats: Vec::new(),
    }
}

fn notice(notice: &Notice) -> NoticeJs<'_> {
    NoticeJs {
        severity: notice.severity.name(),
        text: &notice.text,
        link: notice.link.as_deref(),
    }
}

fn stat(stat: &Stat) -> StatJs<'_> {
    StatJs {
        display_name: &stat.name,
        value: stat.value,
        unit: stat.unit,
    }
}

/// The answer to a request that asks for nothing.
pub(super) fn of_nothing() -> Result<JsValue, JsValue> {
    let header = Header {
        ref_id: "",
        key: "freshet",
        last: true,
    };
    packet(header, Vec::new(), None)
}

/// A packet that says why a target gives nothing.
pub(super) fn of_failure(header: Header<'_>, failure: &Failure<'_>) -> Result<JsValue, JsValue> {
    packet(header, Vec::new(), Some(failure))
}

fn packet(
    header: Header<'_>,
    data: Vec<FrameJs<'_>>,
    failure: Option<&Failure<'_>>,
) -> Result<JsValue, JsValue> {
    let error = failure.map(|failure| QueryError {
        message: &failure.message,
        ref_id: header.ref_id,
        option: failure.option.as_ref(),
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
    let labels = field.labels.as_deref().filter(|labels| !labels.is_empty());
    FieldJs {
        name: &field.name,
        kind: field.kind.name(),
        labels: labels.map_or(JsValue::UNDEFINED, columns::labels),
        config: Config {
            display_name: field.display_name.as_deref(),
            unit: field.unit.as_deref(),
        },
        values: columns::to_array(&field.values),
    }
}

/// A plain object: Grafana reads own properties only, and no Map. No map in `value` may have keys out of a feed: it would
/// lose one that is called `__proto__`.
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(JsValue::from)
}
