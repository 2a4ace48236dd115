//! Where values are in a message, and the names of members there: what everything that goes back in a message shares.

use std::borrow::Cow;

use crate::decode::text::{self, Span};

/// Where a value begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Its first byte, or white space before it.
    pub(crate) at: usize,
    /// How many arrays and objects it stands in.
    pub(crate) depth: u32,
}

/// The element of an array of `len` that `index` means, which is negative from the end (RFC 9535 §2.3.3.2).
pub(crate) fn element_index(index: i64, len: usize) -> Option<usize> {
    let from_start = if index < 0 {
        index.checked_add(i64::try_from(len).ok()?)?
    } else {
        index
    };
    usize::try_from(from_start).ok()
}

/// A member's name without its escapes.
pub(crate) fn name(bytes: &[u8], key: Span) -> Cow<'_, str> {
    // Messages are UTF-8 and a name ends at an ASCII quote, so this always succeeds.
    let raw = bytes.get(key.start..key.end);
    let raw = raw.and_then(|raw| std::str::from_utf8(raw).ok());
    debug_assert!(raw.is_some(), "{key:?} is no text of the message");
    let raw = raw.unwrap_or_default();
    if !key.escaped {
        return Cow::Borrowed(raw);
    }
    let mut name = String::with_capacity(raw.len());
    text::unescape(raw, &mut name);
    Cow::Owned(name)
}
