//! Arrays for Grafana: the loops of `columns.js`.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use crate::frame::{Labels, Values};

#[wasm_bindgen(module = "/src/wasm/columns.js")]
extern "C" {
    fn nulls(count: usize) -> Array;
    fn numbers(older: &[f64], newer: &[f64]) -> Array;
    fn booleans(older: &[u8], newer: &[u8]) -> Array;
    fn texts(distinct: &Array, rows: &[u32]) -> Array;
}

/// A fresh plain array of the values: never a view of wasm memory, never a typed array.
pub(super) fn to_array(values: &Values<'_>) -> Array {
    match values {
        Values::Nulls(count) => nulls(*count),
        Values::Numbers(older, newer) => numbers(older, newer),
        Values::Booleans(older, newer) => booleans(older, newer),
        Values::LabelSets { distinct, rows } => {
            let distinct: Array = distinct.iter().map(labels).collect();
            texts(&distinct, rows)
        }
        Values::Texts { distinct, rows } => {
            let distinct: Array = distinct
                .iter()
                .map(|text| JsValue::from_str(text.as_str()))
                .collect();
            texts(&distinct, rows)
        }
    }
}

/// A plain object of label names and values. By its entries, which become members whatever they are called: an assignment
/// to `__proto__` is none.
pub(super) fn labels(labels: &Labels) -> JsValue {
    let pairs = labels
        .iter()
        .map(|(name, value)| Array::of2(&name.into(), &value.into()));
    let pairs: Array = pairs.collect();
    let object = Object::from_entries(&pairs);
    debug_assert!(object.is_ok(), "it fails only when the pairs are none");
    object.unwrap_or_default().into()
}
