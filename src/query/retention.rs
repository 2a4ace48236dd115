//! The part of a query that says which rows are kept.

use super::projection::{Projection, View, parse_path};
use super::reading::{Bucket, Condition, Reducer, Retention, Role, Upsert};
use super::spec::{BucketSpec, ConditionSpec, QuerySpec, number};
use crate::error::Error;
use crate::extract::condition::Test;
use crate::interval;
use crate::query::DEFAULT_MAX_SERIES;

/// Most series a query may keep.
const MAX_SERIES: usize = 10_000;

/// Reads `filter`, `mode`, `keys`, `deleteWhen`, `expireAfter`, `window`, `maxSeries`, `bucket` and `view`.
pub(super) fn parse(spec: &QuerySpec, projection: &mut Projection) -> Result<(), Error> {
    projection.reading.filter = conditions("filter", spec.filter.as_deref())?;
    let view = spec.view.as_deref().unwrap_or_default();
    projection.view = View::parse(view)
        .ok_or_else(|| Error::new("view", view, "write timeseries, table or logs"))?;
    projection.window_ms = duration("window", spec.window.as_deref())?;
    let has_labels = projection
        .reading
        .columns
        .iter()
        .any(|c| c.role == Role::Label);
    let upsert = upsert(spec)?;
    let bucket = spec
        .bucket
        .as_ref()
        .filter(|b| !b.interval.trim().is_empty());
    let bucket = bucket.map(parse_bucket).transpose()?;
    if upsert.is_some() && bucket.is_some() {
        let problem =
            "rows of a bucket are one row per interval already; choose mode append, or no bucket";
        return Err(Error::new("mode", "upsert", problem));
    }
    let ordered = upsert.is_none() || projection.view != View::Table;
    let expires = duration("expireAfter", spec.expire_after.as_deref())?;
    projection.reading.retention = Retention {
        expire_ms: expires.filter(|_| upsert.is_some()),
        upsert,
        bucket,
        split: has_labels && projection.view == View::TimeSeries,
        ids: projection.view != View::TimeSeries,
        max_series: max_series(spec)?,
        ordered,
    };
    refuse_rows_of_unknown_fields(projection)
}

/// Where values are found in the messages there is one row a message, so that a path that picks
/// several values has no rows to line up with.
fn refuse_rows_of_unknown_fields(projection: &Projection) -> Result<(), Error> {
    let reading = &projection.reading;
    if !reading.is_open() {
        return Ok(());
    }
    match reading.paths().into_iter().find(|path| !path.is_singular()) {
        None => Ok(()),
        Some(path) => Err(Error::new(
            "fields",
            path.dotted(),
            "a path that picks several values needs a field with the role value to go with it",
        )),
    }
}

fn conditions(field: &str, specs: Option<&[ConditionSpec]>) -> Result<Vec<Condition>, Error> {
    let specs = specs.unwrap_or_default().iter().enumerate();
    specs
        .filter(|(_, spec)| !spec.path.trim().is_empty())
        .map(|(index, spec)| {
            let field = format!("{field}[{index}]");
            Ok(Condition {
                path: parse_path(&format!("{field}.path"), &spec.path)?,
                test: Test::parse(&field, &spec.op, spec.value.as_ref())?,
            })
        })
        .collect()
}

fn upsert(spec: &QuerySpec) -> Result<Option<Upsert>, Error> {
    match spec.mode.as_deref().unwrap_or_default() {
        "" | "append" => Ok(None),
        "upsert" => {
            let keys = spec.keys.as_deref().unwrap_or_default().iter().enumerate();
            Ok(Some(Upsert {
                keys: keys
                    .filter(|(_, text)| !text.trim().is_empty())
                    .map(|(index, text)| parse_path(&format!("keys[{index}]"), text))
                    .collect::<Result<_, _>>()?,
                delete_when: conditions("deleteWhen", spec.delete_when.as_deref())?,
            }))
        }
        other => Err(Error::new("mode", other, "write append or upsert")),
    }
}

fn parse_bucket(spec: &BucketSpec) -> Result<Bucket, Error> {
    let name = spec.reduce.as_deref().filter(|name| !name.is_empty());
    let name = name.unwrap_or("last");
    Ok(Bucket {
        interval_ms: interval::parse("bucket.interval", &spec.interval)?,
        reduce: Reducer::parse(name).ok_or_else(|| {
            let problem = "write last, first, min, max, mean, sum, count or ohlc";
            Error::new("bucket.reduce", name, problem)
        })?,
    })
}

fn duration(field: &str, text: Option<&str>) -> Result<Option<f64>, Error> {
    text.filter(|text| !text.trim().is_empty())
        .map(|text| interval::parse(field, text))
        .transpose()
}

fn max_series(spec: &QuerySpec) -> Result<usize, Error> {
    let series = number("maxSeries", spec.max_series.as_ref())?;
    let series = series.unwrap_or(DEFAULT_MAX_SERIES as f64);
    if series.fract() != 0.0 || !(1.0..=MAX_SERIES as f64).contains(&series) {
        return Err(Error::new(
            "maxSeries",
            series,
            format!("write a whole number from 1 to {MAX_SERIES}"),
        ));
    }
    Ok(series as usize)
}
