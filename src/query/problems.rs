//! What cannot be used of a query: all of it, so that an editor can mark each option.
//!
//! The parts of a query note their errors here and go on with a default; [`Query::parse`](super::Query::parse) takes the first,
//! [`Query::check`](super::Query::check) all of them.

use crate::error::Error;

/// Options that cannot be used, in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Error>);

impl Problems {
    /// What was read; nothing when it cannot be used, which is noted.
    pub(super) fn note<T>(&mut self, read: Result<T, Error>) -> Option<T> {
        read.map_err(|error| self.0.push(error)).ok()
    }

    /// What was read, or the default.
    pub(super) fn or_default<T: Default>(&mut self, read: Result<T, Error>) -> T {
        self.note(read).unwrap_or_default()
    }

    /// Whether everything could be used so far.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub(super) fn into_errors(self) -> Vec<Error> {
        self.0
    }
}
