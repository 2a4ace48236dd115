//! One element of `request.targets`: checked once, valid from then on.

mod backfill;
mod fields;
mod keep;
mod reading;
mod spec;

use crate::error::Error;
use crate::format::{CsvOptions, Format};
use crate::url;

pub use crate::extract::option_value::NumberOption;
pub use backfill::{Backfill, Fills};
pub use fields::{Fields, View};
pub use reading::{
    Bucket, Condition, DEFAULT_MAX_SERIES, FieldSelector, Keep, Reading, Reducer, Role, Upsert,
};
pub use spec::{BackfillSpec, BucketSpec, ConditionSpec, CsvSpec, FieldSpec, QuerySpec, number};

/// Rows kept when the query does not say.
pub const DEFAULT_CAPACITY: usize = 1000;

/// Packets per second when the query does not say.
pub const DEFAULT_RATE: f64 = 10.0;

/// Most rows a query may keep: 10 million rows of two numbers are 160 MB.
pub const MAX_CAPACITY: usize = 10_000_000;

/// A checked query.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Letter that names the query in its panel.
    pub ref_id: String,
    /// Appended to the data source's URL.
    pub path: String,
    /// Sent once the connection stands.
    pub subscribe: Option<String>,
    /// Sent when the last reader leaves.
    pub unsubscribe: Option<String>,
    /// The protocol, where the query names one.
    pub protocol: Option<&'static str>,
    /// How the messages are written.
    pub format: Format,
    /// What to take from the messages.
    pub fields: Fields,
    /// Rows shown, of each series.
    pub capacity: usize,
    /// Packets per second, at most.
    pub max_rate: f64,
    /// History before the first packet.
    pub backfill: Option<Backfill>,
}

impl Query {
    /// Checks a query.
    ///
    /// # Errors
    /// The first thing in it that cannot be used, with its name and value and what would be right.
    pub fn parse(spec: &QuerySpec) -> Result<Self, Error> {
        let format = parse_format("format", spec.format.as_deref(), spec.csv.as_ref())?;
        let path = spec.path.clone().unwrap_or_default();
        url::socket("ws://host", &path)?;
        let mut fields = Fields::parse("fields", spec.fields.as_deref().unwrap_or_default())?;
        keep::parse(spec, &mut fields)?;
        let backfill = spec.backfill.as_ref().filter(|b| !b.url.trim().is_empty());
        let backfill = backfill
            .map(|b| Backfill::parse(b, &fields, spec.csv.as_ref(), &format))
            .transpose()?;
        Ok(Self {
            ref_id: Some(spec.ref_id.clone())
                .filter(|id| !id.is_empty())
                .unwrap_or_else(|| "A".to_owned()),
            path,
            subscribe: fields::given(&spec.subscribe),
            unsubscribe: fields::given(&spec.unsubscribe),
            protocol: None,
            format,
            fields,
            capacity: parse_capacity(spec)?,
            max_rate: parse_max_rate(spec)?,
            backfill,
        })
    }
}

fn parse_capacity(spec: &QuerySpec) -> Result<usize, Error> {
    let capacity = number("capacity", spec.capacity.as_ref())?.unwrap_or(DEFAULT_CAPACITY as f64);
    if capacity.fract() != 0.0 || !(1.0..=MAX_CAPACITY as f64).contains(&capacity) {
        return Err(Error::new(
            "capacity",
            capacity,
            format!("write a whole number of rows from 1 to {MAX_CAPACITY}"),
        ));
    }
    Ok(capacity as usize)
}

fn parse_max_rate(spec: &QuerySpec) -> Result<f64, Error> {
    let max_rate = number("maxRate", spec.max_rate.as_ref())?.unwrap_or(DEFAULT_RATE);
    if !(max_rate > 0.0 && max_rate <= 1000.0) {
        return Err(Error::new(
            "maxRate",
            max_rate,
            "write packets per second, a number above 0 and up to 1000",
        ));
    }
    Ok(max_rate)
}

fn parse_format(field: &str, name: Option<&str>, csv: Option<&CsvSpec>) -> Result<Format, Error> {
    let name = name.filter(|name| !name.is_empty()).unwrap_or("auto");
    let options = csv.map(csv_options).transpose()?.unwrap_or_default();
    Format::parse(name, options).ok_or_else(|| {
        let problem =
            "write auto, json, ndjson, csv, msgpack, cbor, influx, text, nats or socketio";
        Error::new(field, name, problem)
    })
}

fn csv_options(spec: &CsvSpec) -> Result<CsvOptions, Error> {
    let separator = match spec.separator.as_deref().unwrap_or_default() {
        "" => None,
        "\\t" => Some(b'\t'),
        text if text.len() == 1 && !matches!(text, "\"" | "\n" | "\r") => text.bytes().next(),
        other => {
            let problem = "write one character that stands between values, or \\t for a tab";
            return Err(Error::new("csv.separator", other, problem));
        }
    };
    Ok(CsvOptions {
        header: spec.header,
        separator,
    })
}

#[cfg(test)]
mod tests;
