//! What the first message of a connection looked like, for the connection test.

use js_sys::{ArrayBuffer, JsString, Uint8Array};
use wasm_bindgen::prelude::*;

/// Characters of the first message that are kept for the connection test.
const SAMPLE_CHARS: u32 = 200;

/// The first message since the connection began.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    /// Its first characters, or how many bytes it has.
    pub(super) text: String,
    /// Whether it is binary.
    pub(super) binary: bool,
}

impl Sample {
    /// The sample of what a MessageEvent carried: a text or an ArrayBuffer.
    pub(super) fn of(message: &JsValue) -> Self {
        match message.dyn_ref::<JsString>() {
            Some(text) => Self {
                text: text.slice(0, SAMPLE_CHARS).into(),
                binary: false,
            },
            None => binary_sample(message.unchecked_ref()),
        }
    }
}

/// What a binary message begins with, when it is text; else how long it is.
fn binary_sample(message: &ArrayBuffer) -> Sample {
    let start = Uint8Array::new(message).subarray(0, SAMPLE_CHARS).to_vec();
    let text = match std::str::from_utf8(&start) {
        Ok(text) => Some(text),
        // The cut may go through a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&start[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    let length = message.byte_length();
    Sample {
        text: text.map_or_else(|| format!("{length} bytes of binary data"), str::to_owned),
        binary: true,
    }
}
