//! A data source instance as the engine needs it.

use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::model;
use crate::error::Error;
use crate::query::{OptionValue, number};
use crate::socket::backoff::Backoff;
use crate::socket::machine::Policy;

/// How long rows and socket outlive their last reader when the data source does not say.
const DEFAULT_LINGER_MS: f64 = 30_000.0;

/// How long a finite query waits for rows when the data source does not say.
const DEFAULT_FINITE_TIMEOUT_MS: f64 = 5_000.0;

/// Largest message when the data source does not say.
const DEFAULT_MAX_MESSAGE_BYTES: f64 = 16.0 * 1024.0 * 1024.0;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Spec {
    url: String,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    settings: JsValue,
}

/// The data source's `jsonData`; names are the public contract.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Options {
    subprotocols: Option<Vec<String>>,
    reconnect: Option<Reconnect>,
    linger_ms: Option<OptionValue>,
    idle_timeout_ms: Option<OptionValue>,
    max_message_bytes: Option<OptionValue>,
    finite_timeout_ms: Option<OptionValue>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Reconnect {
    min_ms: Option<OptionValue>,
    max_ms: Option<OptionValue>,
    max_attempts: Option<OptionValue>,
}

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    /// The data source's URL.
    pub(super) url: String,
    /// Offered in the handshake.
    pub(super) subprotocols: Vec<String>,
    /// When to reconnect.
    pub(super) policy: Policy,
    /// How long rows and socket outlive their last reader.
    pub(super) linger_ms: f64,
    /// Largest message that is read.
    pub(super) max_message_bytes: usize,
    /// Longest wait of a finite query.
    pub(super) finite_timeout_ms: f64,
}

impl Settings {
    /// Reads the `Source` that the host hands over.
    pub(super) fn read(source: &JsValue) -> Result<Self, Error> {
        let spec: Spec = model::read(source, "data source")?;
        // Read by itself, so that its errors name what people know from the data source's jsonData.
        let options = if spec.settings.is_undefined() {
            Options::default()
        } else {
            model::read(&spec.settings, "jsonData")?
        };
        let reconnect = options.reconnect.unwrap_or_default();
        let default = Backoff::default();
        let min_ms =
            at_least("reconnect.minMs", reconnect.min_ms.as_ref(), 50.0)?.unwrap_or(default.min_ms);
        let backoff = Backoff {
            min_ms,
            max_ms: at_least("reconnect.maxMs", reconnect.max_ms.as_ref(), min_ms)?
                .unwrap_or(default.max_ms.max(min_ms)),
            max_attempts: at_least(
                "reconnect.maxAttempts",
                reconnect.max_attempts.as_ref(),
                0.0,
            )?
            .map(|attempts| attempts as u32),
        };
        let idle_timeout_ms = at_least("idleTimeoutMs", options.idle_timeout_ms.as_ref(), 0.0)?;
        let bytes = at_least("maxMessageBytes", options.max_message_bytes.as_ref(), 1.0)?;
        Ok(Self {
            url: spec.url,
            subprotocols: options
                .subprotocols
                .unwrap_or_default()
                .into_iter()
                .filter(|p| !p.trim().is_empty())
                .collect(),
            policy: Policy {
                backoff,
                idle_timeout_ms: idle_timeout_ms.filter(|ms| *ms > 0.0),
            },
            linger_ms: at_least("lingerMs", options.linger_ms.as_ref(), 0.0)?
                .unwrap_or(DEFAULT_LINGER_MS),
            max_message_bytes: bytes
                .unwrap_or(DEFAULT_MAX_MESSAGE_BYTES)
                .min(f64::from(i32::MAX)) as usize,
            finite_timeout_ms: at_least(
                "finiteTimeoutMs",
                options.finite_timeout_ms.as_ref(),
                0.0,
            )?
            .unwrap_or(DEFAULT_FINITE_TIMEOUT_MS),
        })
    }
}

fn at_least(field: &str, value: Option<&OptionValue>, least: f64) -> Result<Option<f64>, Error> {
    match number(field, value)? {
        Some(value) if value.is_nan() || value < least => Err(Error::new(
            field,
            value,
            format!("write a number of at least {least}"),
        )),
        value => Ok(value),
    }
}
