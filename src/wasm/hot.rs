//! The loops of `hot.js`, and what Rust makes of them.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use crate::frame::{Labels, Values};

#[wasm_bindgen(module = "/src/wasm/copy.js")]
extern "C" {
    /// Brings texts into the engine's memory.
    type Copier;

    #[wasm_bindgen(constructor)]
    fn new(memory: &JsValue) -> Copier;
}

thread_local! {
    static COPIER: Copier = Copier::new(&wasm_bindgen::memory());
}

#[wasm_bindgen(module = "/src/wasm/hot.js")]
extern "C" {
    /// What a socket has delivered and the engine has not yet taken.
    #[derive(Clone, Debug)]
    pub(super) type Inbox;

    #[wasm_bindgen(constructor)]
    fn new(first: &Function, full: &Function, copier: &Copier) -> Inbox;
    #[wasm_bindgen(method)]
    pub(super) fn listen(this: &Inbox, socket: &WebSocket);
    #[wasm_bindgen(method)]
    pub(super) fn unlisten(this: &Inbox, socket: &WebSocket);
    #[wasm_bindgen(method, js_name = lastMessage)]
    pub(super) fn last_message(this: &Inbox) -> Option<f64>;
    #[wasm_bindgen(method)]
    pub(super) fn next(this: &Inbox) -> usize;
    #[wasm_bindgen(method, js_name = isBinary)]
    pub(super) fn is_binary(this: &Inbox) -> bool;
    #[wasm_bindgen(method, getter)]
    fn size(this: &Inbox) -> usize;
    #[wasm_bindgen(method)]
    fn write(this: &Inbox, into: &mut [u8]) -> i32;
    #[wasm_bindgen(method, js_name = writeOne)]
    fn write_one(this: &Inbox, index: usize, into: &mut [u8]) -> i32;
    #[wasm_bindgen(method)]
    fn bytes(this: &Inbox, into: &mut [u8], lengths: &mut [u32]);
    #[wasm_bindgen(method, js_name = sizeAt)]
    fn size_at(this: &Inbox, index: usize) -> usize;
    #[wasm_bindgen(method)]
    pub(super) fn at(this: &Inbox, index: usize) -> JsValue;
    #[wasm_bindgen(method)]
    fn arrivals(this: &Inbox, into: &mut [f64]);

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

/// An inbox that calls `first` when a message came and none was waiting, and `full` when so many
/// wait that they should be taken.
pub(super) fn inbox(first: &Function, full: &Function) -> Inbox {
    COPIER.with(|copier| Inbox::new(first, full, copier))
}

/// Room that is kept between messages; what a larger message needed is given back.
const KEPT_BYTES: usize = 1 << 20;

/// Where texts become UTF-8. One for all connections, grown to what they need.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    buffer: Vec<u8>,
    /// The last texts needed more than one byte a unit.
    wide: bool,
}

impl Encoder {
    /// The texts of the run as UTF-8 with a separator between them; there are `count`. Of a single
    /// text of more than `limit` bytes only the first `limit` + 1.
    pub(super) fn run(&mut self, inbox: &Inbox, count: usize, limit: usize) -> &[u8] {
        let separators = count.saturating_sub(1);
        let most = if count == 1 { limit } else { usize::MAX };
        self.encode(inbox.size() + separators, most, |into| inbox.write(into))
    }

    /// One text of the run.
    pub(super) fn one(&mut self, inbox: &Inbox, index: usize, limit: usize) -> &[u8] {
        let write = |into: &mut [u8]| inbox.write_one(index, into);
        self.encode(inbox.size_at(index), limit, write)
    }

    fn encode(&mut self, units: usize, limit: usize, write: impl Fn(&mut [u8]) -> i32) -> &[u8] {
        let most = limit.saturating_add(1);
        // Almost all feeds are ASCII, one byte a unit. Texts that are not have to be written anew
        // into room of three; those that follow them get that room at once.
        let narrow = if self.wide { 3 } else { 1 };
        for bytes in [narrow, 3] {
            let room = units.saturating_mul(bytes).min(most);
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            if let Ok(written) = usize::try_from(write(&mut self.buffer[..room])) {
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
