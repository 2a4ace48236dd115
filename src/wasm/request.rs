//! Grafana's `DataQueryRequest`, read once per query.

use js_sys::{Array, JsString, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::model;
use super::settings::Settings;
use crate::error::Error;
use crate::pace::Range;
use crate::query::{Query, QuerySpec};

/// What the engine needs of a request.
pub(super) struct Request {
    /// The data source.
    pub(super) settings: Result<Settings, Error>,
    /// The visible targets.
    pub(super) targets: Vec<Slot>,
    /// The panel's window.
    pub(super) range: Range,
    /// One packet and completion, for the consumers that wait for `Done`.
    pub(super) finite: bool,
    /// How long such a consumer wants rows to be collected.
    pub(super) collect_ms: Option<f64>,
}

/// A target, or what is wrong with it.
pub(super) struct Slot {
    /// Letter of the query in its panel.
    pub(super) ref_id: String,
    /// What Grafana files its packets under.
    pub(super) key: String,
    /// The target.
    pub(super) target: Result<Query, Error>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RequestSpec {
    request_id: Option<String>,
    finite: Option<bool>,
    collect_ms: Option<f64>,
    range: Option<RangeSpec>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RangeSpec {
    /// A moment, a Date or a number.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    to: JsValue,
    raw: Option<RawRange>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawRange {
    /// A text such as `now` when the window slides.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    to: JsValue,
}

impl Request {
    /// Reads what `query` was given. What cannot be read becomes the error of the targets it concerns.
    pub(super) fn read(request: &JsValue, source: &JsValue) -> Self {
        let spec: RequestSpec = serde_wasm_bindgen::from_value(request.clone()).unwrap_or_default();
        let targets = Reflect::get(request, &JsString::from("targets")).unwrap_or_default();
        let targets = if Array::is_array(&targets) {
            Array::from(&targets)
        } else {
            Array::new()
        };
        let slots = targets
            .iter()
            .enumerate()
            .filter_map(|(index, target)| Slot::read(index, target));
        Self {
            settings: Settings::read(source),
            targets: slots.collect(),
            range: spec.range.map_or(
                Range {
                    relative: true,
                    to: 0.0,
                },
                |range| range.read(),
            ),
            // Mixed names its sub-requests so and waits for each to complete (grafana#28981).
            collect_ms: spec.collect_ms.filter(|ms| *ms >= 0.0),
            finite: spec.finite == Some(true)
                || spec.request_id.is_some_and(|id| id.starts_with("mixed-")),
        }
    }
}

impl RangeSpec {
    fn read(&self) -> Range {
        let relative = self
            .raw
            .as_ref()
            .is_none_or(|raw| raw.to.is_string() && !is_date(&raw.to));
        let to = self.to.unchecked_into_f64();
        Range {
            relative,
            to: if to.is_nan() { f64::INFINITY } else { to },
        }
    }
}

/// A fixed end may come as text too, in the URL of a dashboard; `now…` never is a date.
fn is_date(text: &JsValue) -> bool {
    text.as_string()
        .is_some_and(|text| !text.trim_start().starts_with("now"))
}

impl Slot {
    /// Reads a target; `None` when it is hidden.
    fn read(index: usize, target: JsValue) -> Option<Self> {
        let get = |name: &str| Reflect::get(&target, &JsString::from(name)).unwrap_or_default();
        if get("hide").is_truthy() {
            return None;
        }
        let ref_id = get("refId").as_string().unwrap_or_else(|| "A".to_owned());
        let spec: Result<QuerySpec, Error> = model::read(&target, "query");
        let target = spec.and_then(|mut spec| {
            // A list under `key` is the key of an upsert; a text is what Explore calls the query.
            if spec.keys.is_none() && Array::is_array(&get("key")) {
                spec.keys = model::read(&get("key"), "key")?;
            }
            Query::parse(&spec)
        });
        Some(Self {
            key: format!("freshet-{index}-{ref_id}"),
            ref_id,
            target,
        })
    }
}
