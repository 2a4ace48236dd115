//! History to be had before the first packet.

use super::format_option::parse_format;
use super::problems::Problems;
use super::projection::Projection;
use super::reading::Reading;
use super::spec::BackfillSpec;
use crate::error::Error;
use crate::format::{CsvOptions, Format};
use crate::url;

/// History to be had before the first packet.
#[derive(Debug, Clone, PartialEq)]
pub enum Backfill {
    /// Fetched with HTTP.
    Fetched(FetchedHistory),
    /// Asked of another data source.
    Queried(QueriedHistory),
}

/// A history that is fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchedHistory {
    /// Path relative to the data source's URL.
    pub url: String,
    /// How the answer is written; as the feed when the query does not say.
    pub format: Format,
    /// How its rows are read; as the query's when `None`.
    pub reading: Option<Box<Reading>>,
    /// Which columns its values go to.
    pub fills: Fills,
}

/// A history that another data source is asked for. What exactly it is asked, and how, is the host's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueriedHistory {
    /// The data source's identifier.
    pub uid: String,
    /// What people call it.
    pub name: String,
    /// What tells this question from others to the same data source. The host says so: it knows what variables
    /// stand for, and which range of time is asked for.
    pub key: String,
    /// The name of each chosen column: fields of those names fill them.
    pub names: Vec<String>,
}

/// Where the columns of the history's reading go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fills {
    /// Each to the column of the same place or, found ones, of the same name.
    Same,
    /// Each to the chosen column of this index.
    Chosen(Vec<usize>),
    /// Each to the found column of this name.
    Named(Vec<String>),
}

impl Backfill {
    /// `None` when nothing is filled in.
    pub(super) fn parse(
        spec: &BackfillSpec,
        query: &Projection,
        csv: &CsvOptions,
        live: &Format,
        problems: &mut Problems,
    ) -> Option<Self> {
        let is_fetched = !spec.url.trim().is_empty();
        let Some(queried) = QueriedHistory::parse(spec, query) else {
            let fetched =
                is_fetched.then(|| FetchedHistory::parse(spec, query, csv, live, problems));
            return fetched.flatten().map(Self::Fetched);
        };
        if is_fetched {
            let problem =
                "the history comes from backfill.datasource already; remove one of the two";
            problems.note(Err::<(), _>(Error::new("backfill.url", &spec.url, problem)));
        }
        Some(Self::Queried(queried))
    }
}

impl QueriedHistory {
    fn parse(spec: &BackfillSpec, query: &Projection) -> Option<Self> {
        let source = spec.datasource.as_ref()?;
        let uid = source.uid.as_ref().filter(|uid| !uid.trim().is_empty())?;
        Some(Self {
            uid: uid.clone(),
            name: source.name.as_ref().unwrap_or(uid).clone(),
            key: spec.key.clone().unwrap_or_default(),
            names: query.names(),
        })
    }
}

impl FetchedHistory {
    fn parse(
        spec: &BackfillSpec,
        query: &Projection,
        csv: &CsvOptions,
        live: &Format,
        problems: &mut Problems,
    ) -> Option<Self> {
        problems.note(url::http("ws://host", "backfill.url", &spec.url));
        let format = spec.format.as_deref();
        let format = parse_format("backfill.format", format, csv, Format::names());
        let format = problems.note(format);
        let specs = spec.fields.as_deref().unwrap_or_default();
        let projection = Projection::parse("backfill.fields", specs, problems);
        let names = projection.names();
        // History is most often written like the feed.
        let format = format?;
        let format = if format == Format::AUTO {
            live.clone()
        } else {
            format
        };
        let own_reading = projection.reading != Reading::default();
        let fills = if !own_reading {
            Fills::Same
        } else if query.reading.is_open() {
            Fills::Named(names)
        } else if problems.is_empty() {
            problems.note(Fills::by_name(&names, query))?
        } else {
            // A field that cannot be used may be the one of that name.
            return None;
        };
        Some(Self {
            url: spec.url.clone(),
            format,
            reading: own_reading.then(|| Box::new(projection.reading)),
            fills,
        })
    }
}

impl Fills {
    fn by_name(names: &[String], query: &Projection) -> Result<Self, Error> {
        let known = query.names();
        let place = |name: &String| {
            known.iter().position(|known| known == name).ok_or_else(|| {
                let problem = "the query has no field with this name; its fields are";
                Error::new(
                    "backfill.fields",
                    name,
                    format!("{problem} {}", known.join(", ")),
                )
            })
        };
        names
            .iter()
            .map(place)
            .collect::<Result<_, _>>()
            .map(Self::Chosen)
    }
}
