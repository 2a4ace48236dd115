//! The loops of `hot.js`, and what Rust makes of them.

use js_sys::{Array, Function, JsString, Object};
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use crate::frame::{Labels, Values};

#[wasm_bindgen(module = "/src/wasm/hot.js")]
extern "C" {
    /// What a socket has delivered and the engine has not yet taken.
    #[derive(Clone, Debug)]
    pub(super) type Inbox;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(first: &Function, full: &Function) -> Inbox;
    #[wasm_bindgen(method)]
    pub(super) fn listen(this: &Inbox, socket: &WebSocket);
    #[wasm_bindgen(method)]
    pub(super) fn unlisten(this: &Inbox, socket: &WebSocket);
    #[wasm_bindgen(method, js_name = lastMessage)]
    pub(super) fn last_message(this: &Inbox) -> Option<f64>;
    #[wasm_bindgen(method)]
    pub(super) fn next(this: &Inbox) -> usize;
    #[wasm_bindgen(method)]
    pub(super) fn text(this: &Inbox) -> Option<JsString>;
    #[wasm_bindgen(method)]
    fn size(this: &Inbox) -> usize;
    #[wasm_bindgen(method)]
    fn bytes(this: &Inbox, into: &mut [u8], lengths: &mut [u32]);
    #[wasm_bindgen(method)]
    pub(super) fn at(this: &Inbox, index: usize) -> JsValue;
    #[wasm_bindgen(method)]
    fn arrivals(this: &Inbox, into: &mut [f64]);
    #[wasm_bindgen(method)]
    pub(super) fn done(this: &Inbox);

    fn encode(text: &JsString, into: &mut [u8]) -> i32;
    fn nulls(count: usize) -> Array;
    fn numbers(older: &[f64], newer: &[f64]) -> Array;
    fn booleans(older: &[u8], newer: &[u8]) -> Array;
    fn texts(distinct: &Array, rows: &[u32]) -> Array;

    #[wasm_bindgen(thread_local_v2, js_name = returnsThis)]
    pub(super) static RETURNS_THIS: Function;
}

/// Arrival times of the run that [`Inbox::next`] took.
pub(super) fn arrivals(inbox: &Inbox, count: usize) -> Vec<f64> {
    let mut times = vec![0.0; count];
    inbox.arrivals(&mut times);
    times
}

/// The binary messages of the run, one after the other, and how long each is.
pub(super) fn binaries(inbox: &Inbox, count: usize) -> (Vec<u8>, Vec<u32>) {
    let mut batch = vec![0; inbox.size()];
    let mut lengths = vec![0; count];
    inbox.bytes(&mut batch, &mut lengths);
    (batch, lengths)
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

/// A plain object of label names and values.
fn labels(labels: &Labels) -> JsValue {
    let pairs = labels
        .iter()
        .map(|(name, value)| Array::of2(&name.into(), &value.into()));
    let pairs: Array = pairs.collect();
    // Fails only when the pairs are none.
    Object::from_entries(&pairs).unwrap_or_default().into()
}

/// Room that is kept between messages; what a larger message needed is given back.
const KEPT_BYTES: usize = 1 << 20;

/// Where texts become UTF-8. One for all connections, grown to what they need.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    buffer: Vec<u8>,
    /// The last text needed more than one byte a unit.
    wide: bool,
}

impl Encoder {
    /// The text as UTF-8; of more than `limit` bytes only the first `limit` + 1.
    pub(super) fn encode(&mut self, text: &JsString, limit: usize) -> &[u8] {
        let units = text.length() as usize;
        let most = limit.saturating_add(1);
        // Almost all feeds are ASCII, one byte a unit. A text that is not has to be written anew
        // into room of three; those that follow it get that room at once.
        let narrow = if self.wide { 3 } else { 1 };
        for bytes in [narrow, 3] {
            let room = units.saturating_mul(bytes).min(most);
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            if let Ok(written) = usize::try_from(encode(text, &mut self.buffer[..room])) {
                self.wide = written > units;
                return &self.buffer[..written];
            }
        }
        &self.buffer[..most.min(self.buffer.len())]
    }

    /// Gives back what only an unusually large message needed.
    pub(super) fn trim(&mut self) {
        if self.buffer.len() > KEPT_BYTES {
            self.buffer = Vec::new();
        }
    }
}
