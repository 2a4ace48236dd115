//! Requests over HTTP: of histories, and of whatever else needs one; and the questions that the host puts to other data
//! sources. When, and for how long, is the session's business.

use std::future::Future;

use futures_util::future::{AbortHandle, Abortable};
use js_sys::{JsString, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal, RequestInit, Response};

/// Work under way, such as a request. Dropping it ends that, and nobody is told.
#[must_use = "dropping it ends that"]
pub(super) struct Fetch {
    controller: Option<AbortController>,
    work: AbortHandle,
}

impl Fetch {
    /// Fetches from `address` and tells `answered` the body, or what went wrong as the end of a sentence that
    /// begins with the address.
    pub(super) fn begin(
        address: String,
        answered: impl FnOnce(Result<Vec<u8>, String>) + 'static,
    ) -> Self {
        Self::run(|signal| {
            let options = RequestInit::new();
            options.set_signal(signal);
            async move { answered(get(&address, &options).await) }
        })
    }

    /// Begins some work that ends early when its signal is aborted.
    pub(super) fn run<Work: Future<Output = ()> + 'static>(
        begin: impl FnOnce(Option<&AbortSignal>) -> Work,
    ) -> Self {
        let controller = AbortController::new().ok();
        let signal = controller.as_ref().map(AbortController::signal);
        let work = begin(signal.as_ref());
        let (abort, registration) = AbortHandle::new_pair();
        spawn_local(async move {
            // Aborted: whoever dropped this does not wait for an answer.
            let _ = Abortable::new(work, registration).await;
        });
        Self {
            controller,
            work: abort,
        }
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.work.abort();
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// Requests `address`, or says what went wrong as the end of a sentence that begins with who was asked.
pub(super) async fn request(address: &str, options: &RequestInit) -> Result<Response, String> {
    let window =
        web_sys::window().ok_or_else(|| "cannot be reached outside a browser page".to_owned())?;
    let response = JsFuture::from(window.fetch_with_str_and_init(address, options)).await;
    // Browsers do not tell a refused connection from a missing Access-Control-Allow-Origin.
    let response = response.map_err(|cause| {
        let cause = in_brackets(&cause);
        format!("could not be reached, or does not allow requests from this page (CORS){cause}")
    })?;
    Ok(response.unchecked_into())
}

async fn get(address: &str, options: &RequestInit) -> Result<Vec<u8>, String> {
    let response = request(address, options).await?;
    if !response.ok() {
        let (status, text) = (response.status(), response.status_text());
        return Err(format!("returned {status} {text}").trim_end().to_owned());
    }
    let broken = |cause: JsValue| format!("sent an incomplete response{}", in_brackets(&cause));
    let body = JsFuture::from(response.array_buffer().map_err(broken)?).await;
    Ok(Uint8Array::new(&body.map_err(broken)?).to_vec())
}

/// What the browser says of a failure, in brackets.
pub(super) fn in_brackets(cause: &JsValue) -> String {
    let said = said(cause);
    if said.is_empty() {
        said
    } else {
        format!(" ({said})")
    }
}

/// The message of an error; empty when it has none.
pub(super) fn said(cause: &JsValue) -> String {
    let message = Reflect::get(cause, &JsString::from("message")).ok();
    let message = message.and_then(|message| message.as_string());
    message.unwrap_or_default()
}
