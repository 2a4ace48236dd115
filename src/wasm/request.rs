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
use crate::session::wishes::Wishes;
use crate::source::{Place, Settings, SettingsSpec};
use crate::stream::shown_in::ShownIn;

/// What the engine needs of a request.
pub(super) struct Request {
    /// What is wrong with the request itself, which each target tells.
    pub(super) fault: Option<Error>,
    /// The data source.
    pub(super) settings: Result<Settings, Error>,
    /// Its name.
    pub(super) data_source: String,
    /// The targets.
    pub(super) slots: Vec<Slot>,
    /// How the consumer wants to be served.
    pub(super) mode: Mode,
    /// Where the rows are shown.
    pub(super) shown_in: ShownIn,
    /// Whether it is Explore outside its live mode.
    explores: bool,
}

/// What a target is called that has no name: what Grafana calls the first.
const UNNAMED: &str = "A";

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
        let settings = settings(source);
        let history = get(request, "history");
        let place = KeptPlace::read(source);
        let targets = targets(request).map(|targets| {
            let targets = targets.iter().enumerate();
            let slots = targets.map(|(index, target)| Slot::read(index, &target, &history, &place));
            slots.collect()
        });
        let (slots, unlisted) = match targets {
            Ok(slots) => (slots, None),
            // Somebody has to tell.
            Err(error) => (vec![Slot::unread(error.clone())], Some(error)),
        };
        let timeout_ms = settings
            .as_ref()
            .map_or(0.0, |settings| settings.finite_timeout_ms);
        let (spec, unread) = match model::read::<RequestSpec>(request, "request") {
            Ok(spec) => (spec, None),
            Err(error) => (RequestSpec::default(), Some(error)),
        };
        let fault = unread.or(unlisted);
        let wishes = spec.wishes();
        Self {
            mode: match fault {
                Some(_) => Mode::OF_ERRORS,
                None => wishes.mode(timeout_ms),
            },
            explores: wishes.explores(),
            shown_in: spec.shown_in(),
            fault,
            data_source: text(source, "name"),
            slots,
            settings,
        }
    }
}

/// The targets of a request; none when it names none.
fn targets(request: &JsValue) -> Result<Array, Error> {
    let targets = get(request, "targets");
    if Array::is_array(&targets) {
        return Ok(Array::from(&targets));
    }
    if targets.is_undefined() || targets.is_null() {
        return Ok(Array::new());
    }
    Err(Error::new("targets", json(&targets), "must be a list"))
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

    fn wishes(&self) -> Wishes<'_> {
        Wishes {
            app: self.app.as_deref(),
            is_live: self.live_streaming == Some(true),
            is_finite: self.finite == Some(true),
            collect_ms: self.collect_ms,
            range: self.range.as_ref().map_or(Range::SLIDING, RangeSpec::read),
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

/// Every option of a query that cannot be used, and what of it the data source refuses, where that is given and can be
/// used itself.
pub(super) fn check(target: &JsValue, source: &JsValue) -> Vec<Error> {
    let spec = match query_spec(target) {
        Ok(spec) => spec,
        Err(error) => return vec![error],
    };
    let mut errors = Query::check(&spec);
    let settings = source.is_object().then(|| settings(source));
    if let Some(Ok(settings)) = settings {
        errors.extend(SessionKey::refusal(
            &settings,
            &Query::usable(&spec),
            &errors,
        ));
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
    /// Reads a target.
    fn read(index: usize, target: &JsValue, history: &JsValue, place: &KeptPlace) -> Self {
        let named = get(target, "refId");
        let given = named.as_string().filter(|id| !id.is_empty());
        let is_text = named.is_string() || named.is_undefined() || named.is_null();
        let ref_id = given.unwrap_or_else(|| UNNAMED.to_owned());
        let query = match is_text {
            true => query(target).map(|query| place.name(query, target)),
            false => Err(Error::new("refId", json(&named), "must be text")),
        };
        Self {
            key: format!("freshet-{index}-{ref_id}"),
            ref_id,
            query,
            ask: Ask::new(history, target),
        }
    }

    /// In place of targets that cannot be read.
    fn unread(error: Error) -> Self {
        Self {
            ref_id: UNNAMED.to_owned(),
            key: format!("freshet-0-{UNNAMED}"),
            query: Err(error),
            ask: None,
        }
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
