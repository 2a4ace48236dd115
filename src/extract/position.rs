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

/// The name of the member whose value begins at `at`; an element of an array has none.
///
/// The bytes before `at` were read as JSON already. Going back, the first quote without a backslash before it is where
/// the name begins: one inside would have it.
pub(crate) fn name_before(bytes: &[u8], at: usize) -> Option<Span> {
    let colon = last_before(bytes, at)?;
    let end = last_before(bytes, colon).filter(|_| bytes[colon] == b':')?;
    let mut start = end;
    while let Some(quote) = memchr::memrchr(b'"', bytes.get(..start)?) {
        if quote.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'\\') {
            let escaped = memchr::memchr(b'\\', bytes.get(quote..end)?).is_some();
            return Some(Span {
                start: quote + 1,
                end,
                escaped,
            });
        }
        start = quote;
    }
    debug_assert!(false, "a colon stands behind a name");
    None
}

/// The last byte before `at` that is no white space.
fn last_before(bytes: &[u8], at: usize) -> Option<usize> {
    let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    bytes.get(..at)?.iter().rposition(|byte| !space(byte))
}
