//! How a token is asked for: of a server by way of Grafana's proxy, or of the browser, which keeps a viewer's own. When,
//! and what becomes of the answer, is the session's business.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCache, RequestInit};

use super::fetch::{self, Fetch, in_brackets};
use super::stream_fetch;
use crate::session::TokenAnswer;

/// Requests `address`, with POST if there is something to post, and tells `answered` what came of it.
pub(super) fn fetch(
    address: String,
    post: Option<String>,
    answered: impl FnOnce(Result<TokenAnswer, String>) + 'static,
) -> Fetch {
    Fetch::run(|signal| {
        let options = RequestInit::new();
        options.set_cache(RequestCache::NoStore);
        options.set_signal(signal);
        async move {
            let answer = match post {
                Some(body) => set_post(&options, &body).map_err(|cause| {
                    format!("the browser refused to request it{}", in_brackets(&cause))
                }),
                None => Ok(()),
            };
            answered(match answer {
                Ok(()) => request(&address, &options).await,
                Err(problem) => Err(problem),
            });
        }
    })
}

/// A body that begins like JSON is JSON, any other a form, as OAuth 2.0 takes it (RFC 6749 §4.4.2).
fn set_post(options: &RequestInit, body: &str) -> Result<(), JsValue> {
    let is_json = body.starts_with(['{', '[']);
    let content_type = if is_json {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let headers = Headers::new()?;
    headers.set("Content-Type", content_type)?;
    options.set_method("POST");
    options.set_headers(headers.as_ref());
    options.set_body(&JsValue::from_str(body));
    Ok(())
}

async fn request(address: &str, options: &RequestInit) -> Result<TokenAnswer, String> {
    let response = fetch::request(address, options).await;
    let response = response.map_err(|problem| format!("Grafana's proxy {problem}"))?;
    let head = stream_fetch::head(&response);
    let broken = |cause: JsValue| format!("the answer was cut off{}", in_brackets(&cause));
    let body = JsFuture::from(response.array_buffer().map_err(broken)?).await;
    let body = Uint8Array::new(&body.map_err(broken)?).to_vec();
    Ok(TokenAnswer::Fetched { head, body })
}

/// What the browser keeps for this page under `key`.
pub(super) fn read(key: &str) -> Result<TokenAnswer, String> {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    let kept = storage.and_then(|storage| storage.get_item(key).ok());
    let closed = "this browser does not let the page store anything (site data is blocked)";
    kept.map(TokenAnswer::Kept).ok_or_else(|| closed.to_owned())
}
