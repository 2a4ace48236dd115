//! The rows of a batch of messages, on their way from a shared pass to its streams.
//!
//! A shared pass and a history make one of what they have walked; the selection of each stream says which rows it keeps and
//! with which times, and the column map from which columns its cells come.

use crate::extract::coerce::CellSource;
use crate::extract::rows::Rows;
use crate::table::Millis;

/// Rows of one or more messages, for every stream of a pass.
#[derive(Clone, Copy)]
pub(super) struct RowBatch<'a> {
    pub(super) rows: &'a Rows,
    /// The messages that the rows' cells refer to.
    pub(super) source: CellSource<'a>,
    /// For each row when its message came.
    pub(super) arrivals: &'a [Millis],
    /// The program's columns by name.
    pub(super) names: &'a [String],
    /// The program found more columns than it has room for.
    pub(super) is_truncated: bool,
}

impl RowBatch<'_> {
    /// When the newest message came.
    pub(super) fn arrival(&self) -> Millis {
        debug_assert!(
            !self.arrivals.is_empty(),
            "a batch of no rows has no arrival"
        );
        self.arrivals.last().copied().unwrap_or_default()
    }
}
