//! The options that say how messages are written: `format` and `csv`.

use super::spec::{CsvSpec, QuerySpec};
use crate::error::Error;
use crate::format::{CsvOptions, Format};
use crate::protocol::PROTOCOLS;

/// The format of a feed; a protocol may be named in its place.
pub(super) fn parse_live_format(spec: &QuerySpec, csv: &CsvOptions) -> Result<Format, Error> {
    let protocols = PROTOCOLS.iter().filter(|entry| entry.is_format);
    let names = Format::names().chain(protocols.map(|entry| entry.name));
    parse_format("format", spec.format.as_deref(), csv, names)
}

/// The format that `field` names; `names` are those that it may.
pub(super) fn parse_format(
    field: &str,
    name: Option<&str>,
    csv: &CsvOptions,
    names: impl Iterator<Item = &'static str>,
) -> Result<Format, Error> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(Format::AUTO);
    };
    Format::parse(name, csv.clone())
        .ok_or_else(|| Error::new(field, name, format!("use {}", one_of(names))))
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

/// What a query says of CSV.
pub(super) fn parse_csv(spec: Option<&CsvSpec>) -> Result<CsvOptions, Error> {
    let Some(spec) = spec else {
        return Ok(CsvOptions::default());
    };
    let separator = match spec.separator.as_deref().unwrap_or_default() {
        "" => None,
        "\\t" => Some(b'\t'),
        text if text.len() == 1 && !matches!(text, "\"" | "\n" | "\r") => text.bytes().next(),
        other => {
            let problem = "must be one character, or \\t for a tab";
            return Err(Error::new("csv.separator", other, problem));
        }
    };
    Ok(CsvOptions {
        header: spec.header,
        separator,
    })
}
