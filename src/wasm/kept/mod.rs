//! Rows that outlive a reload of the page: reads, writes and deletes what a session says, in the browser's own database,
//! which `database.js` speaks to.

use std::future::Future;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::fetch::in_brackets;
use crate::session::keep::{KeptEntry, KeptRows, excess};
use crate::table::Millis;

#[wasm_bindgen(module = "/src/wasm/kept/database.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = read)]
    async fn read_rows(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = write)]
    fn write_rows(name: &str, rows: &str, saved: f64, bytes: f64) -> Promise;
    #[wasm_bindgen(catch)]
    async fn entries() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = forget)]
    async fn forget_rows(names: Array) -> Result<JsValue, JsValue>;
}

/// The rows that are kept under a name, or what went wrong as the end of a sentence.
pub(super) async fn read(name: &str) -> Result<Option<KeptRows>, String> {
    let found = read_rows(name).await;
    let found = found.map_err(|cause| failed("gave nothing back", &cause))?;
    let found = found.dyn_ref::<Array>();
    Ok(found.and_then(|found| {
        Some(KeptRows {
            text: found.get(0).as_string()?,
            saved: found.get(1).as_f64()?,
        })
    }))
}

/// Keeps rows under a name, and deletes what is too much or too old then.
///
/// The browser is told before this returns: a page that is being closed may not live longer.
pub(super) fn write(
    name: &str,
    rows: &str,
    wall: Millis,
) -> impl Future<Output = Result<(), String>> + use<> {
    let written = write_rows(name, rows, wall, rows.len() as f64);
    async move {
        let written = JsFuture::from(written).await;
        written.map_err(|cause| failed("did not take them", &cause))?;
        clean_up(wall).await
    }
}

/// Deletes what is too much or too old.
async fn clean_up(wall: Millis) -> Result<(), String> {
    let all = entries().await;
    let all = all.map_err(|cause| failed("does not say what it has", &cause))?;
    let all: Vec<KeptEntry> = Array::from(&all).iter().filter_map(|e| entry(&e)).collect();
    let excess = excess(&all, wall);
    if excess.is_empty() {
        return Ok(());
    }
    forget(&excess).await
}

/// Deletes what is kept under some names.
pub(super) async fn forget(names: &[String]) -> Result<(), String> {
    let names = names.iter().map(JsValue::from).collect();
    let forgotten = forget_rows(names).await;
    forgotten.map_err(|cause| failed("did not delete what it keeps", &cause))?;
    Ok(())
}

fn entry(entry: &JsValue) -> Option<KeptEntry> {
    let entry: &Array = entry.dyn_ref()?;
    Some(KeptEntry {
        name: entry.get(0).as_string()?,
        saved: entry.get(1).as_f64()?,
        bytes: entry.get(2).as_f64()?,
    })
}

fn failed(what: &str, cause: &JsValue) -> String {
    format!("the browser's database {what}{}", in_brackets(cause))
}
