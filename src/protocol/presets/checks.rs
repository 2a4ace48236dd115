//! What several presets want of their params and options.

use crate::decode::json;

/// The text is a JSON object.
pub(super) fn json_object(text: &str) -> Option<&'static str> {
    let is_object = text.starts_with('{') && json::validate(text.as_bytes()).is_ok();
    (!is_object).then_some("must be a JSON object, for example {\"user\": \"a\"}")
}

/// The text is a JSON array.
pub(super) fn json_array(text: &str) -> Option<&'static str> {
    let is_array = text.starts_with('[') && json::validate(text.as_bytes()).is_ok();
    (!is_array).then_some("must be a JSON array, for example [\"a\", 1]")
}
