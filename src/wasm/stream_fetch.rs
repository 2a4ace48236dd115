//! GET of a response that does not end, whose body is handed over as it comes. What becomes of it, and whether it is
//! requested again, is the session's business.

use js_sys::{JsString, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStreamDefaultReader, RequestCache, RequestInit, Response};

use super::fetch::{self, Fetch, in_brackets};
use super::host::wall;
use crate::session::{HttpRequest, ResponseHead};

/// What came of a request.
pub(super) enum ResponsePart {
    /// The head of the response came.
    Head(ResponseHead),
    /// Bytes of its body came.
    Chunk(Vec<u8>),
    /// It is over: the body ended, or what went wrong.
    End(Result<(), String>),
}

/// Requests `address` and tells `tell` what comes of it, the end last. Whoever drops the fetch does not hear of it.
///
/// # Errors
/// What the browser says when it will not even try.
pub(super) fn open(
    address: String,
    request: &HttpRequest,
    tell: impl Fn(ResponsePart) + 'static,
) -> Result<Fetch, String> {
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
    let headers = headers(request).map_err(|cause| refusal(&cause))?;
    options.set_headers(headers.as_ref());
    Ok(Fetch::run(|signal| {
        options.set_signal(signal);
        async move {
            let end = read(&address, &options, &tell).await;
            tell(ResponsePart::End(end));
        }
    }))
}

fn headers(request: &HttpRequest) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        // A header is bytes, which JavaScript writes as characters up to U+00FF; the HTML standard sends ids as UTF-8.
        let bytes: String = value.bytes().map(char::from).collect();
        headers.set(name, &bytes)?;
    }
    Ok(headers)
}

fn refusal(cause: &JsValue) -> String {
    format!(
        "the browser refused to make the request{}",
        in_brackets(cause)
    )
}

async fn read(
    address: &str,
    options: &RequestInit,
    tell: &impl Fn(ResponsePart),
) -> Result<(), String> {
    let response = fetch::request(address, options).await;
    let response = response.map_err(|problem| format!("the server {problem}"))?;
    tell(ResponsePart::Head(head(&response)));
    let Some(body) = response.body() else {
        return Ok(());
    };
    let broken = |cause: JsValue| format!("the response was cut off{}", in_brackets(&cause));
    let reader = ReadableStreamDefaultReader::new(&body).map_err(broken)?;
    loop {
        let result = JsFuture::from(reader.read()).await.map_err(broken)?;
        let part = |name| Reflect::get(&result, &JsString::from(name)).unwrap_or_default();
        if part("done").is_truthy() {
            return Ok(());
        }
        tell(ResponsePart::Chunk(
            Uint8Array::new(&part("value")).to_vec(),
        ));
    }
}

/// The head of a response.
pub(super) fn head(response: &Response) -> ResponseHead {
    let headers = response.headers();
    let header = |name| headers.get(name).ok().flatten();
    ResponseHead {
        status: response.status(),
        status_text: response.status_text(),
        content_type: header("content-type").unwrap_or_default(),
        retry_after: header("retry-after"),
        at: wall(),
    }
}
