//! Previews for the editor: `Preview` of the TypeScript declarations.

use js_sys::Error as JsError;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use super::{host, packet, registry, request};
use crate::error::Error;
use crate::stream::preview::{Preview, RowState};

#[derive(Serialize)]
struct PreviewJs<'a> {
    columns: Vec<ColumnJs<'a>>,
    rows: Vec<RowJs<'a>>,
    #[serde(serialize_with = "counts")]
    counts: &'a Preview,
}

#[derive(Serialize)]
struct ColumnJs<'a> {
    name: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

#[derive(Serialize)]
struct RowJs<'a> {
    state: &'static str,
    values: &'a [Option<String>],
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// What the query `target` makes of the messages that are kept.
///
/// # Errors
/// A sentence, when the query or the data source cannot be used.
pub(super) fn of(source: &JsValue, target: &JsValue, rows: f64) -> Result<JsValue, JsValue> {
    let preview = read(source, target, rows as usize);
    let preview = preview.map_err(|error| JsError::new(&error.to_string()))?;
    let columns = preview.columns.iter().map(|column| ColumnJs {
        name: &column.name,
        kind: column.kind,
        unit: column.unit.as_deref(),
    });
    let rows = preview.rows.iter().map(|row| RowJs {
        state: row.state.name(),
        values: &row.values,
        text: row.text.as_deref(),
    });
    packet::to_js(&PreviewJs {
        columns: columns.collect(),
        rows: rows.collect(),
        counts: &preview,
    })
}

fn read(source: &JsValue, target: &JsValue, rows: usize) -> Result<Preview, Error> {
    let query = request::query(target)?;
    let settings = request::settings(source)?;
    let preview = registry::look(&settings, &query, |session| {
        session.preview(&query, rows, host::wall())
    });
    Ok(preview?.unwrap_or_default())
}

fn counts<S: Serializer>(preview: &&Preview, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(RowState::ALL.map(|state| (state.name(), preview.count(state))))
}
