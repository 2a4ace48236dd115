//! Replays for the editor: reads the file, and has its recording stand in for what a query reads.
//!
//! When which of its messages comes, the session decides.

use js_sys::Error as JsError;
use wasm_bindgen::prelude::*;

use super::{packet, registry, request};
use crate::error::Error;
use crate::query::Query;
use crate::recording::RecordingFile;
use crate::session::Replay;
use crate::source::Settings;

/// Begins a replay of `file`, or the one that is on anew.
///
/// # Errors
/// A sentence, when the file is no recording, or the query or the data source cannot be used.
pub(super) fn start(
    source: &JsValue,
    target: &JsValue,
    speed: f64,
    file: &JsValue,
) -> Result<(), JsValue> {
    let (settings, query) = place(source, target)?;
    let replay = if file.is_undefined() {
        let replayed = registry::replayed(&settings, &query).map_err(refused)?;
        replayed.map(|(replay, _)| replay.again(speed))
    } else {
        let read = RecordingFile::read(&request::text(file, "text"));
        let read = read.map_err(|problem| JsError::new(&problem))?;
        Some(Replay::new(request::text(file, "name"), read, speed))
    };
    match replay {
        Some(replay) => {
            let name = request::text(source, "name");
            registry::replay(&settings, &name, &query, replay).map_err(refused)
        }
        None => Err(JsError::new("The replay has ended. Choose its file again.").into()),
    }
}

/// How far the replay is that stands in for what the query `target` reads; undefined where there is none.
///
/// # Errors
/// A sentence, when the query or the data source cannot be used.
pub(super) fn state(source: &JsValue, target: &JsValue) -> Result<JsValue, JsValue> {
    let (settings, query) = place(source, target)?;
    match registry::replayed(&settings, &query).map_err(refused)? {
        Some((_, state)) => packet::to_js(&state),
        None => Ok(JsValue::UNDEFINED),
    }
}

/// Ends it.
///
/// # Errors
/// A sentence, when the query or the data source cannot be used.
pub(super) fn stop(source: &JsValue, target: &JsValue) -> Result<(), JsValue> {
    let (settings, query) = place(source, target)?;
    registry::stop_replay(&settings, &query).map_err(refused)
}

/// What a query reads, as far as it can be used: what is shown of it is no matter.
fn place(source: &JsValue, target: &JsValue) -> Result<(Settings, Query), JsValue> {
    let read = || -> Result<(Settings, Query), Error> {
        let spec = request::query_spec(target)?;
        Ok((request::settings(source)?, Query::usable(&spec)))
    };
    read().map_err(refused)
}

fn refused(error: Error) -> JsValue {
    JsError::new(&error.to_string()).into()
}
