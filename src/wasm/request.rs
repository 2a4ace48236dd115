//! Grafana's `DataQueryRequest`, read once per query.
//!
//! In go the objects that the host hands over; out come checked settings, queries, the range and the rhythm, or the error of the
//! target that is concerned. Deliveries read their request with this, and the exports for editors a source and a target.

use js_sys::{Array, JSON, JsString, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::ask::Ask;
use super::model;
use crate::error::Error;
use crate::query::{DEFAULT_RATE, Query, QuerySpec, View};
use crate::session::SessionKey;
use crate::session::keep;
use crate::session::schedule::{Mode, Range, Rate};
use crate::source::{Place, Settings, SettingsSpec};
use crate::stream::hairline::ShownIn;

/// What the engine needs of a request.
pub(super) struct Request {
    /// The data source.
    pub(super) settings: Result<Settings, Error>,
    /// Its name.
    pub(super) data_source: String,
    /// The visible targets.
    pub(super) slots: Vec<Slot>,
    /// How the consumer wants to be served.
    pub(super) mode: Mode,
    /// Where the rows are shown.
    pub(super) shown_in: ShownIn,
    /// Whether it is Explore outside its live mode.
    explores: bool,
}

/// A target, or what is wrong with it.
pub(super) struct Slot {
    /// Letter of the query in its panel.
    pub(super) ref_id: String,
    /// What Grafana files its packets under.
    pub(super) key: String,
    /// The query.
    pub(super) query: Result<Query, Error>,
    /// How to ask for its history, should another data source have that.
    pub(super) ask: Option<Ask>,
}

/// Grafana's request. `targets` are read by themselves, so that what is wrong with one concerns it alone.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RequestSpec {
    request_id: Option<String>,
    app: Option<String>,
    panel_plugin_id: Option<String>,
    live_streaming: Option<bool>,
    finite: Option<bool>,
    collect_ms: Option<f64>,
    range: Option<RangeSpec>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RangeSpec {
    /// A moment, a Date or a number, as is `to`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    from: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    to: JsValue,
    raw: Option<RawRangeSpec>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawRangeSpec {
    /// A text such as `now` when the window slides.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    to: JsValue,
}

/// `Source` of the TypeScript declarations.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SourceSpec {
    uid: String,
    url: String,
    proxy_url: String,
    token_page: String,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    settings: JsValue,
}

impl Request {
    /// Reads what `query` was given. What cannot be read becomes the error of the targets it concerns.
    pub(super) fn read(request: &JsValue, source: &JsValue) -> Self {
        let spec = model::read::<RequestSpec>(request, "request");
        let settings = settings(source);
        let targets = get(request, "targets");
        let targets = if Array::is_array(&targets) {
            Array::from(&targets)
        } else {
            Array::new()
        };
        let slots = targets.iter().enumerate();
        let history = get(request, "history");
        let place = KeptPlace::read(source);
        let slots =
            slots.filter_map(|(index, target)| Slot::read(index, &target, &history, &place));
        let (spec, settings) = match spec {
            Ok(spec) => (spec, settings),
            Err(error) => (RequestSpec::default(), Err(error)),
        };
        Self {
            data_source: text(source, "name"),
            slots: slots.collect(),
            explores: spec.app.as_deref() == Some("explore") && spec.live_streaming != Some(true),
            mode: spec.mode(settings.as_ref().ok()),
            shown_in: spec.shown_in(),
            settings,
        }
    }
}

impl RequestSpec {
    fn shown_in(&self) -> ShownIn {
        let range = self.range.as_ref().filter(|range| range.read().relative);
        let ms = range.map(|r| r.to.unchecked_into_f64() - r.from.unchecked_into_f64());
        ShownIn {
            panel: self.panel_plugin_id.clone().unwrap_or_default(),
            range_ms: ms.filter(|ms| !ms.is_nan()),
        }
    }

    fn mode(&self, settings: Option<&Settings>) -> Mode {
        let timeout_ms = settings.map_or(0.0, |settings| settings.finite_timeout_ms);
        // Mixed names its sub-requests so and waits for each to complete (grafana#28981).
        let is_mixed = |id: &String| id.starts_with("mixed-");
        let is_finite = self.finite == Some(true) || self.request_id.as_ref().is_some_and(is_mixed);
        match self.collect_ms.filter(|ms| *ms >= 0.0) {
            Some(collect_ms) if is_finite => Mode::Collecting {
                collect_ms,
                patience_ms: timeout_ms,
            },
            _ if is_finite => Mode::Finite { timeout_ms },
            _ => Mode::Live(self.range.as_ref().map_or(Range::SLIDING, RangeSpec::read)),
        }
    }
}

/// Reads the `Source` that the host hands over.
///
/// # Errors
/// The first option of its `jsonData` that cannot be used.
pub(super) fn settings(source: &JsValue) -> Result<Settings, Error> {
    let source: SourceSpec = model::read(source, "data source")?;
    // Read by itself, so that its errors name what people know from the data source's jsonData.
    let options: SettingsSpec = if source.settings.is_undefined() {
        SettingsSpec::default()
    } else {
        model::read(&source.settings, "jsonData")?
    };
    let settings = Settings::parse(&source.url, &options)?;
    Ok(settings.in_grafana(&Place {
        uid: source.uid,
        proxy_url: source.proxy_url,
        token_page: source.token_page,
    }))
}

/// What the `jsonData` of a data source comes to, whatever its URL.
///
/// # Errors
/// The first option that cannot be used.
pub(super) fn options(settings: &JsValue) -> Result<Settings, Error> {
    let options: SettingsSpec = model::read(settings, "jsonData")?;
    Settings::parse("", &options)
}

/// Reads a query.
///
/// # Errors
/// The first option that cannot be used.
pub(super) fn query(target: &JsValue) -> Result<Query, Error> {
    Query::parse(&query_spec(target)?)
}

/// Every option of a query that cannot be used; of what only the protocol of the data source can judge, the first.
pub(super) fn check(target: &JsValue, source: &JsValue) -> Vec<Error> {
    let spec = match query_spec(target) {
        Ok(spec) => spec,
        Err(error) => return vec![error],
    };
    let mut errors = Query::check(&spec);
    // What is wrong with the data source is not the query's fault.
    let settings = (!source.is_undefined()).then(|| settings(source));
    if let Some(Ok(settings)) = settings
        && let Err(error) = SessionKey::new(&settings, &Query::usable(&spec))
        && errors.iter().all(|known| known.field() != error.field())
        && error.field().starts_with("params.")
    {
        errors.push(error);
    }
    errors
}

/// A query as it is stored.
///
/// # Errors
/// When a part of it has the wrong type.
pub(super) fn query_spec(target: &JsValue) -> Result<QuerySpec, Error> {
    model::read(target, "query")
}

/// A text that a host hands over in an object; empty where there is none.
pub(super) fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsString::from(name)).unwrap_or_default()
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

/// What of a data source tells the rows that are kept for it from those of others.
struct KeptPlace {
    uid: String,
    url: String,
    settings: String,
}

impl KeptPlace {
    fn read(source: &JsValue) -> Self {
        Self {
            uid: text(source, "uid"),
            url: text(source, "url"),
            settings: json(&get(source, "settings")),
        }
    }

    /// The query, told what its rows are kept as.
    fn name(&self, query: Query, target: &JsValue) -> Query {
        let name = keep::name(&self.uid, &self.url, &self.settings, &json(target));
        Query {
            kept_as: name.unwrap_or_default(),
            ..query
        }
    }
}

/// The JSON of a value; empty when it has none.
pub(super) fn json(value: &JsValue) -> String {
    let text = JSON::stringify(value).ok();
    text.and_then(|text| text.as_string()).unwrap_or_default()
}

/// A fixed end may come as text too, in the URL of a dashboard; `now…` never is a date.
fn is_date(text: &JsValue) -> bool {
    text.as_string()
        .is_some_and(|text| !text.trim_start().starts_with("now"))
}

impl Slot {
    /// Reads a target; `None` when it is hidden.
    fn read(index: usize, target: &JsValue, history: &JsValue, place: &KeptPlace) -> Option<Self> {
        if get(target, "hide").is_truthy() {
            return None;
        }
        let ref_id = get(target, "refId").as_string();
        let ref_id = ref_id.filter(|id| !id.is_empty());
        let ref_id = ref_id.unwrap_or_else(|| "A".to_owned());
        Some(Self {
            key: format!("freshet-{index}-{ref_id}"),
            ref_id,
            query: query(target).map(|query| place.name(query, target)),
            ask: Ask::new(history, target),
        })
    }

    /// The rhythm of its packets.
    pub(super) fn rate(&self, request: &Request) -> Rate {
        match &self.query {
            Ok(query) => Rate {
                max_rate: query.max_rate,
                explores_logs: request.explores && query.projection.view == View::Logs,
            },
            Err(_) => Rate {
                max_rate: DEFAULT_RATE,
                explores_logs: false,
            },
        }
    }
}
