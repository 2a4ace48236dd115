//! Payloads whose form is the publisher's affair: brokers pass on bytes.

use std::str;

use crate::decode::json;
use crate::format::write;

/// Appends a payload as a JSON value: a JSON text as that value, other texts as strings, other bytes as strings in
/// base64.
pub(super) fn write(json: &mut Vec<u8>, payload: &[u8]) {
    match str::from_utf8(payload) {
        Ok(_) if json::validate(payload).is_ok() => json.extend_from_slice(payload.trim_ascii()),
        Ok(text) => write::string(json, text),
        Err(_) => write::base64(json, payload),
    }
}
