//! A data source as the engine needs it: what its settings say, checked.
//!
//! In goes what Grafana stores (`url` and `jsonData`), out come [`Settings`]. The boundary calls this once per
//! request, [`session`](crate::session) is kept as they say.

pub mod backoff;
mod settings;
mod spec;
mod token;

pub use backoff::Backoff;
pub use settings::{
    DEFAULT_FINITE_TIMEOUT_MS, DEFAULT_JOURNAL_BYTES, DEFAULT_LINGER_MS, DEFAULT_MAX_MESSAGE_BYTES,
    MAX_JOURNAL_BYTES, MIN_CONNECTION_AGE_MS, MIN_RECONNECT_MS, Settings,
};
pub use spec::{ReconnectSpec, SettingsSpec};
pub use token::{Place, ProxiedToken, TOKEN_ROUTE, TokenSource, VIEWER_TOKEN_KEY, ViewerToken};
