//! The lenient reader: what devices send in place of JSON to strict JSON texts.
//!
//! In go the bytes of a message that the strict [`Scanner`](super::json::Scanner) refuses; out come JSON texts that it takes,
//! and which [`Repairs`] that needed. [`stream::shared_pass`](crate::stream) calls it, on that path alone. It goes over the
//! bytes once, remembers of them no more than what is open, and can go on with the next message where one ends in the middle
//! of a text. What no rule here mends becomes null where a value is due, and is left out elsewhere.

mod bare;
mod mender;
mod quoted;
mod repairs;
mod structure;
#[cfg(test)]
mod tests;
mod word;

pub use mender::Mender;
pub use repairs::{Repair, Repairs};
use word::Word;

/// Whether a text is what programs print for NaN or an infinity, alone.
pub fn is_not_finite(text: &[u8]) -> bool {
    matches!(word::read(text), Word::Mended(_, Repair::NotFinite))
}
