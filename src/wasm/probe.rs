//! The connection test: a socket of its own, and what it saw.

use futures_signals::signal::SignalExt;
use futures_util::StreamExt;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::connection::Connection;
use super::model;
use super::sample::Sample;
use super::settings::Settings;
use super::time::{now, within};
use super::{packet, registry};
use crate::error::Error;
use crate::query::{Query, QuerySpec};
use crate::socket::close::Close;
use crate::socket::machine::State;

/// Longest wait for the handshake, in milliseconds.
const OPEN_TIMEOUT_MS: f64 = 10_000.0;

/// `ProbeReport` of the TypeScript declarations.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    state: &'static str,
    messages: u64,
    #[serde(flatten)]
    details: Details,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_message_binary: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_message_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Tests the data source with a query.
pub(super) async fn run(
    source: &JsValue,
    target: &JsValue,
    timeout_ms: f64,
) -> Result<JsValue, JsValue> {
    let report = match prepare(source, target) {
        Ok((settings, target)) => test(&settings, &target, timeout_ms).await,
        Err(error) => Report::failed(error.to_string(), Details::default()),
    };
    packet::to_js(&report)
}

fn prepare(source: &JsValue, target: &JsValue) -> Result<(Settings, Query), Error> {
    let mut settings = Settings::read(source)?;
    // One attempt is the test.
    settings.policy.backoff.max_attempts = Some(0);
    let spec = if target.is_object() {
        model::read(target, "query")?
    } else {
        QuerySpec::default()
    };
    Ok((settings, Query::parse(&spec)?))
}

async fn test(settings: &Settings, target: &Query, timeout_ms: f64) -> Report {
    let key = match registry::key(settings, target) {
        Ok(key) => key,
        Err(error) => return Report::failed(error.to_string(), Details::default()),
    };
    let begun = now();
    // Not through the registry: a connection that stands already would prove nothing.
    let connection = Connection::open(key);
    let _lease = connection.attach(target);
    let mut states = connection.state.signal_cloned().to_stream();
    let settled = within(OPEN_TIMEOUT_MS, Box::pin(settle(&mut states))).await;
    let report = match settled {
        Some(State::Open { .. }) => listen(&connection, begun, timeout_ms).await,
        Some(state) => Report::ended(&connection, &state, Details::default()),
        None => {
            let message = format!(
                "The server did not answer the handshake within {} s.",
                OPEN_TIMEOUT_MS / 1000.0
            );
            Report::failed(message, Details::default())
        }
    };
    connection.stop();
    report
}

/// Waits until the handshake has ended, one way or the other.
async fn settle(states: &mut (impl futures_util::Stream<Item = State> + Unpin)) -> State {
    while let Some(state) = states.next().await {
        if !matches!(state, State::Connecting { .. }) {
            return state;
        }
    }
    State::Closed
}

/// Waits for a first message.
async fn listen(connection: &std::rc::Rc<Connection>, begun: f64, timeout_ms: f64) -> Report {
    let protocol = Some(connection.protocol()).filter(|protocol| !protocol.is_empty());
    let mut details = Details {
        opened_ms: Some(now() - begun),
        protocol,
        ..Details::default()
    };
    let opened = now();
    let mut news = connection.news.signal().to_stream();
    loop {
        connection.flush();
        if let Some(Sample { text, binary }) = connection.sample.borrow().clone() {
            details.first_message_ms = Some(now() - opened);
            details.first_message = Some(text);
            details.first_message_binary = Some(binary);
            return Report {
                state: "open",
                messages: connection.messages(),
                details,
            };
        }
        let state = connection.state.get_cloned();
        if !matches!(state, State::Open { .. }) {
            return Report::ended(connection, &state, details);
        }
        let left = opened + timeout_ms - now();
        if left <= 0.0 || within(left, news.next()).await.is_none() {
            return Report {
                state: "open",
                messages: 0,
                details,
            };
        }
    }
}

impl Report {
    fn failed(message: String, details: Details) -> Self {
        Self {
            state: "failed",
            messages: 0,
            details: Details {
                error: Some(message),
                ..details
            },
        }
    }

    /// The connection ended; says how.
    fn ended(connection: &Connection, state: &State, details: Details) -> Self {
        let close: Option<Close> = connection.machine(|machine| machine.last_close().cloned());
        let message = match (&close, state) {
            (Some(close), _) => format!(
                "The connection to {} was closed: {close}.",
                connection.key.url
            ),
            (None, State::Failed { reason }) => reason.clone(),
            (None, _) => format!("The connection to {} was closed.", connection.key.url),
        };
        let (code, reason) = close.map(|close| (close.code, close.reason)).unzip();
        let reason = reason.filter(|reason| !reason.is_empty());
        Self::failed(
            message,
            Details {
                close_code: code,
                close_reason: reason,
                ..details
            },
        )
    }
}
