//! What is tested: the connection that settings and query make, and the query.
//!
//! In go checked settings and a query, or what is wrong with it; out comes the key of the connection to open, or that error.
//! [`diagnosis`](super::diagnosis) begins with it.

use super::place::{self, Target};
use crate::error::Error;
use crate::query::{Query, QuerySpec};
use crate::session::{SessionKey, probe};
use crate::source::Settings;

/// What is tested.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) key: SessionKey,
    pub(super) query: Query,
    pub(super) has_query: bool,
    pub(super) target: Target,
    /// The address to show.
    pub(super) url: String,
}

impl Case {
    pub(super) fn new(
        settings: &Settings,
        query: Option<Result<Query, Error>>,
    ) -> Result<Self, Error> {
        let settings = probe::settings(settings);
        let has_query = query.is_some();
        let (key, query) = match query {
            Some(query) => {
                let query = query?;
                (SessionKey::new(&settings, &query)?, query)
            }
            None => (
                SessionKey::without_query(&settings)?,
                Query::parse(&QuerySpec::default())?,
            ),
        };
        // History is not what is tested.
        let query = Query {
            backfill: None,
            ..query
        };
        Ok(Self {
            target: Target::of(&key.url),
            url: place::shown(&key.url),
            key,
            query,
            has_query,
        })
    }

    /// Whether the query can read the connection: without one of its own, what the protocol has to be told is not known.
    pub(super) fn is_readable(&self) -> bool {
        let mut asked = self.key.settings.asks().into_iter();
        self.has_query || !asked.any(|param| param.is_required)
    }

    pub(super) fn is_http(&self) -> bool {
        self.key.settings.transport.is_http()
    }
}

/// The same address for an ordinary request.
pub(super) fn http_address(url: &str, is_encrypted: bool) -> String {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let scheme = if is_encrypted { "https" } else { "http" };
    format!("{scheme}://{rest}")
}
