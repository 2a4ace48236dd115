//! History over HTTP.

use std::rc::Rc;

use futures_signals::signal::SignalExt;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, RequestInit, Response};

use super::connection::{Connection, SharedStream};
use super::time::{now, within};
use crate::query::Backfill;
use crate::socket::machine::State;
use crate::stream::Stream;
use crate::stream::intake::history_texts;
use crate::url;

/// A history that takes longer is given up.
const TIMEOUT_MS: u32 = 30_000;

/// Longest wait for the connection: a feed that is down must not keep its history back.
const HANDSHAKE_PATIENCE_MS: f64 = 2_000.0;

/// Fetches the history of `shared`, merges it and marks the stream ready. A failure is told on the panel.
pub(super) fn begin(connection: &Rc<Connection>, backfill: Backfill, shared: Rc<SharedStream>) {
    let address = url::http(&connection.key.settings.url, "backfill.url", &backfill.url);
    // Weak: a stream that nobody wants any more is not kept for its history.
    let (connection, shared) = (Rc::downgrade(connection), Rc::downgrade(&shared));
    spawn_local(async move {
        let Some(handshake) = connection.upgrade().map(|c| handshake(&c)) else {
            return;
        };
        handshake.await;
        let answer = match address {
            Ok(address) => fetch(&address)
                .await
                .map_err(|problem| format!("No history: {address} {problem}")),
            Err(error) => Err(format!("No history: {error}")),
        };
        let (Some(connection), Some(shared)) = (connection.upgrade(), shared.upgrade()) else {
            return;
        };
        // What waits arrived before the history did.
        connection.flush();
        match answer {
            Ok(answer) => {
                let max = connection.key.settings.max_message_bytes;
                let texts = history_texts(&backfill.format, &answer, max);
                let texts = texts.as_ref().map_err(|error| *error);
                Stream::receive_history(&shared.stream, &backfill, texts, now());
            }
            Err(problem) => shared.stream.borrow_mut().history_failed(problem),
        }
        shared.ready.set(true);
    });
}

/// Waits until the feed has begun, or for the time being will not: what a history holds ends when it
/// is asked for, and rows between that and the feed's first would be lost.
fn handshake(connection: &Connection) -> impl Future<Output = ()> + use<> {
    let connecting = |state: State| matches!(state, State::Connecting { .. });
    let begun = connection.state.signal_cloned().map(connecting);
    let begun = begun.wait_for(false);
    async move {
        within(HANDSHAKE_PATIENCE_MS, begun).await;
    }
}

/// The body of a GET, or what went wrong.
async fn fetch(address: &str) -> Result<Vec<u8>, String> {
    let abort =
        AbortController::new().map_err(|_| "cannot be fetched in this browser".to_owned())?;
    let work = Box::pin(fetch_with(address, &abort));
    match select(work, TimeoutFuture::new(TIMEOUT_MS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => {
            abort.abort();
            Err(format!("did not answer within {} s", TIMEOUT_MS / 1000))
        }
    }
}

async fn fetch_with(address: &str, abort: &AbortController) -> Result<Vec<u8>, String> {
    let window = web_sys::window().ok_or_else(|| "cannot be fetched outside a page".to_owned())?;
    let options = RequestInit::new();
    options.set_signal(Some(&abort.signal()));
    let response = JsFuture::from(window.fetch_with_str_and_init(address, &options)).await;
    // Browsers do not tell a refused connection from a missing Access-Control-Allow-Origin.
    let response: Response = response
        .map_err(|_| "could not be reached, or does not allow this page (CORS)".to_owned())?
        .unchecked_into();
    if !response.ok() {
        return Err(format!(
            "answered {} {}",
            response.status(),
            response.status_text()
        ));
    }
    let cut = |_| "broke off".to_owned();
    let body = JsFuture::from(response.array_buffer().map_err(cut)?)
        .await
        .map_err(cut)?;
    Ok(Uint8Array::new(&body).to_vec())
}
