//! The one sort of the engine, and the order of what may have no rank.

use std::cmp::Ordering;

/// Puts indices in the order that `compare` tells of them; equal ones stay as they are.
///
/// Every comparison that the standard library's sort is compiled for is 6 KB of wasm of its own,
/// hence one for all, which is told what to compare at run time.
#[inline(never)]
pub(crate) fn sort(order: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
}

/// What has no rank comes after all that have one.
pub(crate) fn unranked_last(rank: Option<usize>) -> (bool, Option<usize>) {
    (rank.is_none(), rank)
}
