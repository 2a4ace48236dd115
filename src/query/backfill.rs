//! History to fetch before the first packet.

use super::format_option::parse_format;
use super::problems::Problems;
use super::projection::Projection;
use super::reading::Reading;
use super::spec::BackfillSpec;
use crate::error::Error;
use crate::format::{CsvOptions, Format};
use crate::url;

/// History to fetch before the first packet.
#[derive(Debug, Clone, PartialEq)]
pub struct Backfill {
    /// Path relative to the data source's URL.
    pub url: String,
    /// How the answer is written; as the feed when the query does not say.
    pub format: Format,
    /// How its rows are read; as the query's when `None`.
    pub reading: Option<Reading>,
    /// Which columns its values go to.
    pub fills: Fills,
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
    pub(super) fn parse(
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
            reading: own_reading.then_some(projection.reading),
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
