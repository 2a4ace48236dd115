//! Suggestions for the editor: `Suggestion` of the TypeScript declarations.

use js_sys::Error as JsError;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use super::{host, packet, registry, request};
use crate::error::Error;
use crate::query::Query;
use crate::suggest::{Draft, DraftReason, Suggestion};

#[derive(Serialize)]
struct SuggestionJs<'a> {
    #[serde(serialize_with = "object")]
    query: Option<&'a Draft>,
    reasons: &'a [DraftReason],
}

/// What is suggested in the place of the query `target`.
///
/// # Errors
/// A sentence, when the query cannot be read or the data source cannot be used.
pub(super) fn of(source: &JsValue, target: &JsValue) -> Result<JsValue, JsValue> {
    let suggestion = read(source, target);
    let suggestion = suggestion.map_err(|error| JsError::new(&error.to_string()))?;
    packet::to_js(&SuggestionJs {
        query: suggestion.query.as_ref(),
        reasons: &suggestion.reasons,
    })
}

fn read(source: &JsValue, target: &JsValue) -> Result<Suggestion, Error> {
    let spec = request::query_spec(target)?;
    let settings = request::settings(source)?;
    let suggestion = registry::look(&settings, &Query::usable(&spec), |session| {
        Suggestion::of(session, &spec, host::wall())
    });
    Ok(suggestion?.unwrap_or_else(Suggestion::unread))
}

/// An object in any case.
fn object<S: Serializer>(draft: &Option<&Draft>, serializer: S) -> Result<S::Ok, S::Error> {
    match draft {
        Some(draft) => draft.serialize(serializer),
        None => serializer.collect_map([("", ""); 0]),
    }
}
