//! One element of `request.targets`: checked once, valid from then on.

mod backfill;
mod fields;
mod keep;
mod reading;
mod spec;

use crate::error::Error;
use crate::format::{CsvOptions, Format};
use crate::pace::DEFAULT_RATE;
use crate::protocol::{self, PROTOCOLS};
use crate::url;

pub use backfill::{Backfill, Fills};
pub use fields::{Fields, View};
pub use reading::{
    Bucket, Condition, DEFAULT_MAX_SERIES, Keep, Reading, Reducer, Role, Selector, Upsert,
};
pub use spec::{
    BackfillSpec, BucketSpec, ConditionSpec, CsvSpec, FieldSpec, Loose, QuerySpec, number,
};

/// Rows kept when the query does not say.
pub const DEFAULT_CAPACITY: usize = 1000;

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
    /// The protocol that the messages are of, by its name in [`PROTOCOLS`], where the query says so.
    pub protocol: Option<&'static str>,
    /// How the messages, or the payloads that the protocol finds in them, are written.
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
        let protocol = parse_protocol(spec.format.as_deref());
        let format = match protocol {
            // What they hand on is JSON.
            Some(_) => Format::JSON,
            None => parse_live_format(spec)?,
        };
        let path = spec.path.clone().unwrap_or_default();
        url::socket("ws://host", &path)?;
        let mut fields = Fields::parse("fields", spec.fields.as_deref().unwrap_or_default())?;
        keep::parse(spec, &mut fields)?;
        let backfill = spec.backfill.as_ref().filter(|b| !b.url.trim().is_empty());
        let backfill = backfill
            .map(|b| {
                // An answer is not of a protocol for sockets.
                let live = protocol.map_or(&format, |_| &Format::AUTO);
                Backfill::parse(b, &fields, spec.csv.as_ref(), live)
            })
            .transpose()?;
        Ok(Self {
            ref_id: Some(spec.ref_id.clone())
                .filter(|id| !id.is_empty())
                .unwrap_or_else(|| "A".to_owned()),
            path,
            subscribe: fields::given(&spec.subscribe),
            unsubscribe: fields::given(&spec.unsubscribe),
            protocol,
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

/// The protocol that a query names in the place of a format.
fn parse_protocol(format: Option<&str>) -> Option<&'static str> {
    let entry = protocol::find(format?)?;
    entry.is_format.then_some(entry.name)
}

fn parse_live_format(spec: &QuerySpec) -> Result<Format, Error> {
    let protocols = PROTOCOLS.iter().filter(|entry| entry.is_format);
    let names = Format::names().chain(protocols.map(|entry| entry.name));
    parse_format("format", spec.format.as_deref(), spec.csv.as_ref(), names)
}

/// The format that `field` names; `names` are those that it may.
fn parse_format(
    field: &str,
    name: Option<&str>,
    csv: Option<&CsvSpec>,
    names: impl Iterator<Item = &'static str>,
) -> Result<Format, Error> {
    let options = csv.map(csv_options).transpose()?.unwrap_or_default();
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(Format::AUTO);
    };
    Format::parse(name, options)
        .ok_or_else(|| Error::new(field, name, format!("write {}", one_of(names))))
}

/// "a, b or c".
fn one_of(names: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
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
