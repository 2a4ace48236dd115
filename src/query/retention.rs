//! The part of a query that says which rows are kept.
//!
//! In goes a query as it is stored; the filter, mode, bucket, window and view of its projection come out, and what contradicts
//! what as a problem. [`Query`](super::Query) calls this, after its fields are read.

use super::problems::Problems;
use super::projection::{Projection, View, parse_path};
use super::reading::{Bucket, Condition, Reducer, Retention, Role, Upsert};
use super::spec::{BucketSpec, ConditionSpec, QuerySpec, number};
use crate::error::Error;
use crate::extract::condition::Test;
use crate::extract::nested;
use crate::extract::path::Path;
use crate::interval;
use crate::query::DEFAULT_MAX_SERIES;

/// Most series a query may keep.
pub const MAX_SERIES: usize = 10_000;

/// Reads `parse`, `filter`, `mode`, `keys`, `deleteWhen`, `clearWhen`, `dropOnReconnect`, `expireAfter`, `window`, `maxSeries`, `bucket`, `view` and `keepRows`.
pub(super) fn parse(spec: &QuerySpec, projection: &mut Projection, problems: &mut Problems) {
    projection.reading.parse = texts_to_parse(spec, problems);
    projection.reading.filter = conditions("filter", spec.filter.as_deref(), problems);
    projection.view = problems.or_default(view(spec));
    projection.window_ms = problems.or_default(duration("window", spec.window.as_deref()));
    let columns = &projection.reading.columns;
    let has_labels = columns.iter().any(|c| c.role == Role::Label);
    let has_columns = !columns.is_empty();
    let upsert = upsert(spec, problems);
    let bucket = spec
        .bucket
        .as_ref()
        .filter(|b| !b.interval.trim().is_empty())
        .and_then(|bucket| parse_bucket(bucket, problems));
    if upsert.is_some() && bucket.is_some() {
        let problem =
            "a bucket already makes one row per interval; use mode append, or remove the bucket";
        problems.note::<()>(Err(Error::new("mode", "upsert", problem)));
    }
    let keeps = spec.keep_rows == Some(true);
    if keeps && bucket.is_some() {
        let problem = "a bucket continues from the values of its rows, which are not kept; remove the bucket, or set this to false";
        problems.note::<()>(Err(Error::new("keepRows", "true", problem)));
    }
    let ordered = upsert.is_none() || projection.view != View::Table;
    let expires = problems.or_default(duration("expireAfter", spec.expire_after.as_deref()));
    projection.reading.retention = Retention {
        expire_ms: expires.filter(|_| upsert.is_some()),
        tags: !has_columns && upsert.is_none() && projection.view == View::TimeSeries,
        upsert,
        bucket,
        split: has_labels && projection.view == View::TimeSeries,
        ids: projection.view != View::TimeSeries,
        max_series: problems
            .note(max_series(spec))
            .unwrap_or(DEFAULT_MAX_SERIES),
        ordered,
        keeps,
    };
    if problems.is_empty() {
        // A field that cannot be used may be the one that is asked for here.
        problems.note(refuse_rows_of_unknown_fields(projection));
    }
}

fn view(spec: &QuerySpec) -> Result<View, Error> {
    let name = spec.view.as_deref().unwrap_or_default();
    View::parse(name).ok_or_else(|| Error::new("view", name, "use timeseries, table or logs"))
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
            "a path that selects several values also needs a field with the role value",
        )),
    }
}

/// The texts that hold JSON; an empty selector is passed over.
fn texts_to_parse(spec: &QuerySpec, problems: &mut Problems) -> Vec<Path> {
    let texts = spec.parse.as_deref().unwrap_or_default().iter().enumerate();
    let texts = texts.filter(|(_, text)| !text.trim().is_empty());
    let paths = texts.filter_map(|(index, text)| {
        let field = format!("parse[{index}]");
        let path = problems.note(parse_path(&field, text))?;
        let problem = "use a path of names, indexes from 0 and *, such as $.payload";
        let findable = nested::is_findable(&path).then_some(path);
        problems.note(findable.ok_or_else(|| Error::new(field, text, problem)))
    });
    paths.collect()
}

/// The conditions that are filled in; a row without a path is not.
fn conditions(
    field: &str,
    specs: Option<&[ConditionSpec]>,
    problems: &mut Problems,
) -> Vec<Condition> {
    let specs = specs.unwrap_or_default().iter().enumerate();
    specs
        .filter(|(_, spec)| !spec.path.trim().is_empty())
        .filter_map(|(index, spec)| {
            let field = format!("{field}[{index}]");
            let path = problems.note(parse_path(&format!("{field}.path"), &spec.path));
            let test = problems.note(Test::parse(&field, &spec.op, spec.value.as_ref()));
            Some(Condition {
                path: path?,
                test: test?,
            })
        })
        .collect()
}

fn upsert(spec: &QuerySpec, problems: &mut Problems) -> Option<Upsert> {
    match spec.mode.as_deref().unwrap_or_default() {
        "" | "append" => None,
        "upsert" => {
            let keys = spec.keys.as_deref().unwrap_or_default().iter().enumerate();
            let keys = keys.filter(|(_, text)| !text.trim().is_empty());
            let keys = keys.filter_map(|(index, text)| {
                problems.note(parse_path(&format!("keys[{index}]"), text))
            });
            let keys = keys.collect();
            let delete_when = conditions("deleteWhen", spec.delete_when.as_deref(), problems);
            let clear_when = conditions("clearWhen", spec.clear_when.as_deref(), problems);
            Some(Upsert {
                keys,
                delete_when,
                drop_on_reconnect: spec.drop_on_reconnect.unwrap_or(!clear_when.is_empty()),
                clear_when,
            })
        }
        other => problems.note(Err(Error::new("mode", other, "use append or upsert"))),
    }
}

fn parse_bucket(spec: &BucketSpec, problems: &mut Problems) -> Option<Bucket> {
    let name = spec.reduce.as_deref().filter(|name| !name.is_empty());
    let name = name.unwrap_or("last");
    let interval = problems.note(interval::parse("bucket.interval", &spec.interval));
    let reduce = problems.note(Reducer::parse(name).ok_or_else(|| {
        let problem = "use last, first, min, max, mean, sum, count or ohlc";
        Error::new("bucket.reduce", name, problem)
    }));
    Some(Bucket {
        interval_ms: interval?,
        reduce: reduce?,
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
            format!("must be a whole number from 1 to {MAX_SERIES}"),
        ));
    }
    Ok(series as usize)
}
