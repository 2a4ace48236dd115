//! One element of `request.targets`: checked once, valid from then on.
//!
//! In goes a [`QuerySpec`] as Grafana stores it, out comes a [`Query`] or the [`Error`] that names the option that cannot
//! be used. What reads messages and what shows rows takes a query's parts from here.

mod backfill;
mod connections;
mod format_option;
mod problems;
mod projection;
mod reading;
mod retention;
mod spec;
mod times;

use crate::error::Error;
use crate::format::Format;
use crate::protocol::{self, SubscribeRequest};
use crate::url;

use format_option::{parse_csv, parse_live_format};
use problems::Problems;

pub use crate::extract::option_value::NumberOption;
pub use backfill::{Backfill, FetchedHistory, Fills, QueriedHistory};
pub use connections::CONNECTIONS;
pub use projection::{Projection, View};
pub use reading::{
    Bucket, Condition, DEFAULT_MAX_SERIES, FieldSelector, Reading, Reducer, Retention, Role,
    RowTime, TimePart, Upsert,
};
pub use retention::MAX_SERIES;
pub use spec::{
    BackfillSpec, BucketSpec, ConditionSpec, CsvSpec, DataSourceSpec, FieldSpec, OtherQuerySpec,
    QuerySpec, number,
};

/// Rows kept when the query does not say.
pub const DEFAULT_CAPACITY: usize = 1000;

/// Packets per second when the query does not say.
pub const DEFAULT_RATE: f64 = 10.0;

/// Most packets per second. A request never sends more than one each 60 ms, whatever its queries ask for.
pub const MAX_RATE: f64 = 1000.0;

/// Most rows a query may keep: 10 million rows of two numbers are 160 MB.
pub const MAX_CAPACITY: usize = 10_000_000;

/// A checked query.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Whether it reads the connections of the page, and none of the data source.
    pub reads_connections: bool,
    /// Appended to the data source's URL.
    pub path: String,
    /// Names of the Server-Sent Events that are read; all when empty.
    pub events: Vec<String>,
    /// What the server is asked for once the connection stands.
    pub request: SubscribeRequest,
    /// Sent when the last reader leaves.
    pub unsubscribe: Option<String>,
    /// The protocol that the messages are of, by its name in [`PROTOCOLS`](protocol::PROTOCOLS), where the query says so.
    pub protocol: Option<&'static str>,
    /// How the messages, or the payloads that the protocol finds in them, are written.
    pub format: Format,
    /// What to take from the messages.
    pub projection: Projection,
    /// Rows shown, of each series.
    pub capacity: usize,
    /// Packets per second, at most.
    pub max_rate: f64,
    /// History before the first packet.
    pub backfill: Option<Backfill>,
    /// The name under which the browser keeps its rows, if it is to. The host says so: it knows which data source this is.
    /// Empty: nothing is kept.
    pub kept_as: String,
}

impl Query {
    /// Checks a query.
    ///
    /// # Errors
    /// The first thing in it that cannot be used, with its name and value and what would be right.
    pub fn parse(spec: &QuerySpec) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let query = Self::read(spec, &mut problems);
        match problems.into_errors().into_iter().next() {
            Some(error) => Err(error),
            None => Ok(query),
        }
    }

    /// Everything in a query that cannot be used. Each error names its option by its place in `spec`: rows that are
    /// not filled in are passed over, and count.
    pub fn check(spec: &QuerySpec) -> Vec<Error> {
        let mut problems = Problems::default();
        Self::read(spec, &mut problems);
        problems.into_errors()
    }

    /// What of a query can be used, for those who look on while it is written.
    pub fn usable(spec: &QuerySpec) -> Self {
        Self::read(spec, &mut Problems::default())
    }

    /// Reads what can be used, and notes what cannot.
    fn read(spec: &QuerySpec, problems: &mut Problems) -> Self {
        match problems.or_default(reads_connections(spec)) {
            true => Self {
                reads_connections: true,
                ..Self::read_feed(&connections::complete(spec), problems)
            },
            false => Self::read_feed(spec, problems),
        }
    }

    fn read_feed(spec: &QuerySpec, problems: &mut Problems) -> Self {
        let protocol = parse_protocol(spec.format.as_deref());
        let csv = problems.or_default(parse_csv(spec.csv.as_ref()));
        let format = match protocol {
            // What they hand on is JSON.
            Some(_) => Format::JSON,
            None => problems.or_default(parse_live_format(spec, &csv)),
        };
        let path = spec.path.clone().unwrap_or_default();
        problems.note(url::socket("ws://host", &path));
        let specs = spec.fields.as_deref().unwrap_or_default();
        let mut projection = Projection::parse("fields", specs, problems);
        retention::parse(spec, &mut projection, problems);
        let backfill = spec.backfill.as_ref().and_then(|b| {
            // An answer is not of a protocol for sockets.
            let live = protocol.map_or(&format, |_| &Format::AUTO);
            Backfill::parse(b, &projection, &csv, live, problems)
        });
        Self {
            reads_connections: false,
            path,
            events: parse_events(spec.event.as_deref()),
            request: SubscribeRequest {
                text: projection::given(&spec.subscribe),
                params: spec.params.clone().unwrap_or_default(),
            },
            unsubscribe: projection::given(&spec.unsubscribe),
            protocol,
            format,
            projection,
            capacity: problems
                .note(parse_capacity(spec))
                .unwrap_or(DEFAULT_CAPACITY),
            max_rate: problems.note(parse_max_rate(spec)).unwrap_or(DEFAULT_RATE),
            backfill,
            kept_as: String::new(),
        }
    }
}

/// What `queryType` says.
fn reads_connections(spec: &QuerySpec) -> Result<bool, Error> {
    match spec.query_type.as_deref().unwrap_or_default() {
        "" => Ok(false),
        CONNECTIONS => Ok(true),
        other => {
            let problem = "use connections, or leave it out to read the data source's feed";
            Err(Error::new("queryType", other, problem))
        }
    }
}

fn parse_capacity(spec: &QuerySpec) -> Result<usize, Error> {
    let capacity = number("capacity", spec.capacity.as_ref())?.unwrap_or(DEFAULT_CAPACITY as f64);
    if capacity.fract() != 0.0 || !(1.0..=MAX_CAPACITY as f64).contains(&capacity) {
        return Err(Error::new(
            "capacity",
            capacity,
            format!("must be a whole number of rows from 1 to {MAX_CAPACITY}"),
        ));
    }
    Ok(capacity as usize)
}

fn parse_max_rate(spec: &QuerySpec) -> Result<f64, Error> {
    let max_rate = number("maxRate", spec.max_rate.as_ref())?.unwrap_or(DEFAULT_RATE);
    if !(max_rate > 0.0 && max_rate <= MAX_RATE) {
        let problem =
            format!("must be a number of packets per second above 0 and up to {MAX_RATE}");
        return Err(Error::new("maxRate", max_rate, problem));
    }
    Ok(max_rate)
}

/// The names of a list with commas. The HTML standard allows commas in a name, but nobody has been seen to use them.
fn parse_events(list: Option<&str>) -> Vec<String> {
    let names = list.unwrap_or_default().split(',').map(str::trim);
    let names = names.filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The protocol that a query names in the place of a format.
fn parse_protocol(format: Option<&str>) -> Option<&'static str> {
    let entry = protocol::find(format?)?;
    entry.is_format.then_some(entry.name)
}

#[cfg(test)]
mod tests;
