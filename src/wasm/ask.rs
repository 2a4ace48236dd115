//! The histories that other data sources have: the host asks them, with the callback that a request brings.

use std::future::Future;

use js_sys::{Function, Promise};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::fetch::said;
use super::model;
use crate::stream::history_tables::{HistoryColumn, HistoryTable};

/// Asks the host for the history of one target.
#[derive(Clone)]
pub(super) struct Ask {
    call: Function,
    target: JsValue,
}

/// `HistoryTable` of the TypeScript declarations.
#[derive(Deserialize)]
struct HistoryTableSpec {
    columns: Vec<HistoryColumnSpec>,
    rows: String,
}

#[derive(Deserialize)]
struct HistoryColumnSpec {
    names: Vec<String>,
    time: bool,
}

impl Ask {
    /// For `target`, with what the request calls `history`; `None` when it brings none.
    pub(super) fn new(call: &JsValue, target: &JsValue) -> Option<Self> {
        let call = call.dyn_ref::<Function>()?.clone();
        let target = target.clone();
        Some(Self { call, target })
    }

    /// Asks now. The answer is the tables, or a sentence that says what went wrong.
    pub(super) fn ask(
        self,
        signal: Option<&AbortSignal>,
    ) -> impl Future<Output = Result<Vec<HistoryTable>, String>> + use<> {
        let signal = signal.map_or(JsValue::UNDEFINED, JsValue::from);
        let begun = self.call.call2(&JsValue::UNDEFINED, &self.target, &signal);
        async move {
            let promise = Promise::resolve(&begun.map_err(|cause| said(&cause))?);
            let answer = JsFuture::from(promise)
                .await
                .map_err(|cause| said(&cause))?;
            let tables: Vec<HistoryTableSpec> =
                model::read(&answer, "history").map_err(|error| error.to_string())?;
            Ok(tables
                .into_iter()
                .map(HistoryTableSpec::into_table)
                .collect())
        }
    }
}

impl HistoryTableSpec {
    fn into_table(self) -> HistoryTable {
        let columns = self.columns.into_iter().map(|column| HistoryColumn {
            names: column.names,
            is_time: column.time,
        });
        HistoryTable {
            columns: columns.collect(),
            rows: self.rows,
        }
    }
}
