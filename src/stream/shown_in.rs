//! The panel that a request is for, as far as it decides what there is to say of the rows.
//!
//! The boundary reads it from a request; [`hairline`](super::hairline) and [`quoted_numbers`](super::quoted_numbers) are asked with
//! it.

use crate::table::Millis;

/// Where rows are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShownIn {
    /// Grafana's name of the panel's kind; empty where there is none, or it is not known.
    pub panel: String,
    /// How long the time range is, in milliseconds, where it ends at "now" and slides.
    pub range_ms: Option<Millis>,
}
