//! The options that say how messages are written: `format` and `csv`.

use super::spec::CsvSpec;
use crate::error::Error;
use crate::format::{CsvOptions, Format};

/// The format that an option names, with what the query says of CSV.
pub(super) fn parse_format(
    field: &str,
    name: Option<&str>,
    csv: Option<&CsvSpec>,
) -> Result<Format, Error> {
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
