//! Numbers in quotes, in a panel that draws numbers and has no others: it stays empty, and nothing else says why.
//!
//! In goes the panel that a request is for; out comes a notice, for whoever builds packets. Texts stay texts until a query says
//! otherwise, because identifiers and codes look like numbers, too.

use super::Stream;
use super::shown_in::ShownIn;
use crate::decode::number;
use crate::extract::coerce::Kind;
use crate::frame::{FieldType, Notice, Severity};
use crate::query::{Projection, Role};

/// The panels of Grafana that draw nothing without a number.
const NUMERIC: [&str; 9] = [
    "timeseries",
    "candlestick",
    "heatmap",
    "histogram",
    "barchart",
    "trend",
    "xychart",
    "gauge",
    "bargauge",
];

impl Stream {
    /// That the panel is empty since all its numbers are in quotes.
    pub fn quoted_numbers(&self, projection: &Projection, shown_in: &ShownIn) -> Option<Notice> {
        if !NUMERIC.contains(&&*shown_in.panel) {
            return None;
        }
        let tables = || self.series.all.iter().map(|series| &series.table);
        let values = || {
            let columns = self.schema.columns.iter().enumerate();
            columns.filter(|(_, column)| column.role == Role::Value && column.identity.is_none())
        };
        let is_text = |column: usize| {
            let mut kinds = tables().filter_map(|table| table.kind_of(column));
            kinds.all(|kind| kind == FieldType::String)
        };
        if !values().all(|(column, _)| is_text(column)) {
            return None;
        }
        let (column, number) = values()
            .filter(|(_, column)| column.spec.kind == Kind::Auto)
            .find_map(|(column, _)| {
                let mut texts = tables().filter_map(|table| table.last_text(column));
                let number = texts.find(|text| number::from_text(text).is_some())?;
                Some((column, number))
            })?;
        let name = self.schema.name(column, projection);
        let advice = match self.schema.columns.get(column)?.chosen {
            Some(_) => "Set the field's type to Number",
            None => "Choose this field in the query, and set its type to Number",
        };
        let text = format!(
            "Nothing to draw: {name} holds numbers in quotes, such as \"{number}\". {advice}."
        );
        Some(Notice::new(Severity::Warning, text))
    }
}
