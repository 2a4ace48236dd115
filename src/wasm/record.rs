//! Carries out recordings: reads along, tells how far it is, and hands over the file.
//!
//! In go a source, a target and what it may hold; out come its progress and, at the end, the text of the file. The export `record` starts it.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::host::to_timer;
use super::{packet, registry, request};
use crate::error::Error;
use crate::session::recordings::{RecordingProgress, RecordingWatch};

/// Why there is nothing to record.
const NOTHING: &str =
    "Nothing is connected, since no panel reads what this query asks for. Run the query first.";

/// `RecordingProgress` of the TypeScript declarations.
#[derive(Serialize)]
struct RecordingReport {
    messages: usize,
    bytes: usize,
    full: bool,
}

impl From<RecordingProgress> for RecordingReport {
    fn from(progress: RecordingProgress) -> Self {
        Self {
            messages: progress.messages,
            bytes: progress.bytes,
            full: progress.is_full,
        }
    }
}

/// Records what `target` reads until `signal` is aborted or the recording is full: the file.
pub(super) async fn run(
    source: &JsValue,
    target: &JsValue,
    limit: usize,
    tell: Option<&Function>,
    signal: Option<&AbortSignal>,
) -> Result<JsValue, JsValue> {
    let refuse = |error: Error| JsValue::from(js_sys::Error::new(&error.to_string()));
    let settings = request::settings(source).map_err(refuse)?;
    let query = request::query(target).map_err(refuse)?;
    let feed = request::text(source, "name");
    let stored = request::json(target);
    let stored: Value = serde_json::from_str(&stored).map_err(|error| {
        refuse(Error::new(
            "query",
            &stored,
            format!("is no JSON ({error})"),
        ))
    })?;
    let Some(lease) = registry::join(&settings, &query).map_err(refuse)? else {
        return Err(js_sys::Error::new(NOTHING).into());
    };
    let id = lease.driver.begin_recording(lease.reader, limit);
    let is_stopped = Rc::new(Cell::new(signal.is_some_and(AbortSignal::aborted)));
    let on_abort = Rc::clone(&is_stopped);
    let on_abort = Closure::<dyn FnMut()>::new(move || on_abort.set(true));
    if let Some(signal) = signal {
        signal.set_onabort(Some(on_abort.as_ref().unchecked_ref()));
    }
    let mut watch = RecordingWatch::default();
    loop {
        lease.driver.flush();
        let progress = lease.driver.session(|session| session.recorded(id));
        let beat = watch.poll(progress, is_stopped.get());
        if let Some(tell) = tell.filter(|_| beat.tells) {
            // Whoever is told deals with its own errors.
            let _ = tell.call1(
                &JsValue::UNDEFINED,
                &packet::to_js(&RecordingReport::from(progress))?,
            );
        }
        let Some(wait) = beat.wait else { break };
        TimeoutFuture::new(to_timer(wait)).await;
    }
    if let Some(signal) = signal {
        signal.set_onabort(None);
    }
    Ok(lease.driver.take_recording(id, &feed, &stored).into())
}
