//! What tells a format by a message in it.
//!
//! In goes the first message of a connection, in text without what frames it, or decompressed bytes that are
//! no text; out comes whether it is of the format. [`super::formats`] lists these.

use super::documents::Documents;
use super::{cbor, framing, msgpack};
use crate::decode::json::Scanner;
use crate::decode::lenient;

/// Whether the text is one of JSON.
pub(super) fn is_json(text: &str) -> bool {
    json_texts(text) == Some(TextCount::One)
}

/// Whether the text is several of JSON, each on a line of its own or with U+001E or NUL behind.
pub(super) fn is_ndjson(text: &str) -> bool {
    json_texts(text) == Some(TextCount::Several)
}

/// How many JSON texts there are.
#[derive(PartialEq)]
enum TextCount {
    One,
    Several,
}

/// `None` unless a JSON text comes first and then the end or another one on the next line.
fn json_texts(text: &str) -> Option<TextCount> {
    let text = text.trim_ascii_start().as_bytes();
    let container = begins_container(text);
    let mut scanner = Scanner::new(text);
    if lenient::is_not_finite(text.trim_ascii_end()) {
        return Some(TextCount::One);
    }
    if scanner.skip(0).is_err() {
        // A brace and a quote are JSON even when something later is not: better an error that says
        // where than a guess that reads it as something else.
        return container.then_some(TextCount::One);
    }
    let rest = text.get(scanner.offset()..).unwrap_or_default();
    if rest.trim_ascii().is_empty() {
        return Some(TextCount::One);
    }
    let blank = rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    let (between, next) = rest.split_at(blank);
    if next.first().is_some_and(|byte| framing::ends_text(*byte)) {
        return Some(TextCount::Several);
    }
    // Of arrays of texts a line of a log may begin with one.
    let is_rich = text.starts_with(b"{") || text.starts_with(b"[{");
    if container && is_rich && !between.contains(&b'\n') {
        return Some(TextCount::One);
    }
    let another = container || Scanner::new(next).skip(0).is_ok();
    (between.contains(&b'\n') && another).then_some(TextCount::Several)
}

/// Whether a message is seen to be JSON: it begins like an object or an array of it.
pub(super) fn is_container(message: &[u8]) -> bool {
    begins_container(framing::text_of(message).trim_ascii_start())
}

/// Whether a text begins like an object or an array of JSON, and not like a line of a log.
fn begins_container(text: &[u8]) -> bool {
    let Some((first, rest)) = text.split_first() else {
        return false;
    };
    let next = rest.trim_ascii_start().first();
    match first {
        b'{' => matches!(next, Some(b'"' | b'}')),
        b'[' => matches!(next, Some(b'{' | b'[' | b'"' | b']')),
        _ => false,
    }
}

/// Whether every value of the message is a map or an array of MessagePack. Lone numbers and texts are
/// too easily met by chance.
pub(super) fn is_msgpack(bytes: &[u8]) -> bool {
    let mut out = Documents::default();
    bytes
        .first()
        .is_some_and(|byte| msgpack::is_container(*byte))
        && msgpack::decode(bytes, &mut out).is_ok()
        && are_containers(&out)
}

/// The same for CBOR, where tags may come first; among them 55799, which says "this is CBOR"
/// (RFC 8949 §3.4.6).
pub(super) fn is_cbor(bytes: &[u8]) -> bool {
    let mut out = Documents::default();
    bytes.first().is_some_and(|byte| cbor::is_container(*byte))
        && cbor::decode(bytes, &mut out).is_ok()
        && (are_containers(&out) || bytes.starts_with(&[0xd9, 0xd9, 0xf7]))
}

fn are_containers(out: &Documents) -> bool {
    out.texts()
        .all(|text| matches!(text.first(), Some(b'{' | b'[')))
}
