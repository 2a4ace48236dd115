//! Pauses that grow while a server goes on refusing.

use crate::table::Millis;

/// The pause after so many refusals (from 1): each is twice the one before, up to the longest.
pub(super) fn growing(first: Millis, longest: Millis, refusals: u32) -> Millis {
    let doubled = first * 2f64.powi(refusals.saturating_sub(1).min(30) as i32);
    doubled.min(longest.max(first))
}
