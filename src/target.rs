//! One element of `request.targets`: checked once, valid from then on.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

use crate::error::Error;
use crate::extract::coerce::Kind;
use crate::extract::path::Path;
use crate::extract::time::TimeFormat;
use crate::pace::DEFAULT_RATE;
use crate::table::Display;
use crate::url;

/// Rows kept when the query does not say.
pub const DEFAULT_CAPACITY: usize = 1000;

/// Most rows a query may keep: 10 million rows of two numbers are 160 MB.
pub const MAX_CAPACITY: usize = 10_000_000;

/// A value that a person or a provisioning file may have written as number or text.
#[derive(Debug, Clone)]
pub enum Loose {
    /// A number.
    Number(f64),
    /// A text; an empty one is as good as none.
    Text(String),
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

/// By hand: what `#[serde(untagged)]` generates for it is a tenth of the whole wasm.
struct LooseVisitor;

impl Visitor<'_> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Number(value as f64))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.to_owned()))
    }
}

/// The query model as it comes from Grafana; names are the public contract of `StreamQuery`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// Letter that names the query in its panel.
    pub ref_id: String,
    /// The query is switched off.
    pub hide: Option<bool>,
    /// Appended to the data source's URL.
    pub path: Option<String>,
    /// Sent once the connection stands.
    pub subscribe: Option<String>,
    /// Sent when the last reader leaves.
    pub unsubscribe: Option<String>,
    /// How messages are written.
    pub format: Option<String>,
    /// What to take from them.
    pub fields: Option<Vec<FieldSpec>>,
    /// Rows kept.
    pub capacity: Option<Loose>,
    /// Packets per second.
    pub max_rate: Option<Loose>,
    /// History before the first packet.
    pub backfill: Option<BackfillSpec>,
}

/// `FieldSelector` of the query model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FieldSpec {
    /// JSONPath of the value.
    pub path: String,
    /// Name to show.
    pub name: Option<String>,
    /// What the value is for.
    pub role: Option<String>,
    /// Type to give it.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// How a time is written.
    pub time_format: Option<String>,
    /// Grafana unit id.
    pub unit: Option<String>,
}

/// `Backfill` of the query model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BackfillSpec {
    /// Path relative to the data source's URL.
    pub url: String,
    /// How the answer is written.
    pub format: Option<String>,
    /// What to take from it; the query's fields when empty.
    pub fields: Option<Vec<FieldSpec>>,
}

/// How messages become rows. Targets that read the same way share rows; so what
/// only changes how a field is shown is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Reading {
    /// The columns; empty when they are to be found in the messages.
    pub columns: Vec<Selector>,
    /// Where the time of a row is; arrival time when `None` (or found, without columns).
    pub time: Option<(Path, TimeFormat)>,
}

/// One chosen column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector {
    /// Where its value is.
    pub path: Path,
    /// Its type.
    pub kind: Kind,
    /// Its name when the query gives none, unlike that of any other column.
    pub default_name: String,
}

/// A reading together with how its fields are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// How messages become rows.
    pub reading: Reading,
    /// How each column is shown.
    pub displays: Vec<Display>,
    /// How the time is shown.
    pub time_display: Display,
}

/// History to fetch before the first packet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Backfill {
    /// Path relative to the data source's URL.
    pub url: String,
    /// How its rows are read; as the query's when `None`.
    pub reading: Option<Reading>,
    /// Which columns its values go to.
    pub fills: Fills,
}

/// Where the columns of the history's reading go.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fills {
    /// Each to the column of the same place or, found ones, of the same name.
    Same,
    /// Each to the chosen column of this index.
    Chosen(Vec<usize>),
    /// Each to the found column of this name.
    Named(Vec<String>),
}

/// A checked query.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Letter that names the query in its panel.
    pub ref_id: String,
    /// Appended to the data source's URL.
    pub path: String,
    /// Sent once the connection stands.
    pub subscribe: Option<String>,
    /// Sent when the last reader leaves.
    pub unsubscribe: Option<String>,
    /// What to take from the messages.
    pub fields: Fields,
    /// Rows shown.
    pub capacity: usize,
    /// Packets per second, at most.
    pub max_rate: f64,
    /// History before the first packet.
    pub backfill: Option<Backfill>,
}

impl Target {
    /// Checks a query.
    ///
    /// # Errors
    /// The first thing in it that cannot be used, with its name and value and what would be right.
    pub fn parse(spec: &Spec) -> Result<Self, Error> {
        check_format("format", spec.format.as_deref())?;
        let path = spec.path.clone().unwrap_or_default();
        url::socket("ws://host", &path)?;
        let fields = Fields::parse("fields", spec.fields.as_deref().unwrap_or_default())?;
        let backfill = spec.backfill.as_ref().filter(|b| !b.url.trim().is_empty());
        let backfill = backfill.map(|b| Backfill::parse(b, &fields)).transpose()?;
        let capacity =
            number("capacity", spec.capacity.as_ref())?.unwrap_or(DEFAULT_CAPACITY as f64);
        if capacity.fract() != 0.0 || !(1.0..=MAX_CAPACITY as f64).contains(&capacity) {
            return Err(Error::new(
                "capacity",
                capacity,
                format!("write a whole number of rows from 1 to {MAX_CAPACITY}"),
            ));
        }
        let max_rate = number("maxRate", spec.max_rate.as_ref())?.unwrap_or(DEFAULT_RATE);
        if !(max_rate > 0.0 && max_rate <= 1000.0) {
            return Err(Error::new(
                "maxRate",
                max_rate,
                "write packets per second, a number above 0 and up to 1000",
            ));
        }
        let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        Ok(Self {
            ref_id: if spec.ref_id.is_empty() {
                "A".to_owned()
            } else {
                spec.ref_id.clone()
            },
            path,
            subscribe: text(&spec.subscribe),
            unsubscribe: text(&spec.unsubscribe),
            fields,
            capacity: capacity as usize,
            max_rate,
            backfill,
        })
    }
}

/// A number, also when written as text; `None` when not set.
///
/// # Errors
/// When it is set to something that is no number.
pub fn number(field: &str, value: Option<&Loose>) -> Result<Option<f64>, Error> {
    match value {
        None => Ok(None),
        Some(Loose::Number(number)) => Ok(Some(*number)),
        Some(Loose::Text(text)) if text.trim().is_empty() => Ok(None),
        Some(Loose::Text(text)) => text
            .trim()
            .parse()
            .map(Some)
            .map_err(|_| Error::new(field, text, "write a number")),
    }
}

fn check_format(field: &str, format: Option<&str>) -> Result<(), Error> {
    match format.unwrap_or("auto") {
        "" | "auto" | "json" => Ok(()),
        other => Err(Error::new(
            field,
            other,
            "this version reads json; choose auto or json",
        )),
    }
}

impl Fields {
    fn parse(field: &str, specs: &[FieldSpec]) -> Result<Self, Error> {
        let mut fields = Self::default();
        for (index, spec) in specs.iter().enumerate() {
            fields.add(&format!("{field}[{index}]"), spec)?;
        }
        fields.reading.name_apart();
        Ok(fields)
    }

    fn add(&mut self, field: &str, spec: &FieldSpec) -> Result<(), Error> {
        let path = Path::parse(spec.path.trim())
            .map_err(|error| Error::new(format!("{field}.path"), &spec.path, error.to_string()))?;
        let format = parse_time_format(field, spec.time_format.as_deref())?;
        let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let display = Display {
            name: text(&spec.name),
            unit: text(&spec.unit),
        };
        match spec.role.as_deref().unwrap_or("value") {
            "time" if self.reading.time.is_some() => Err(Error::new(
                format!("{field}.role"),
                "time",
                "another field is the time already; only one can be",
            )),
            "time" => {
                let name = display.name.unwrap_or_else(|| path.last_name());
                self.time_display = Display {
                    name: Some(name),
                    unit: display.unit,
                };
                self.reading.time = Some((path, format));
                Ok(())
            }
            "" | "value" => {
                let kind = spec
                    .kind
                    .as_deref()
                    .filter(|kind| !kind.is_empty())
                    .unwrap_or("auto");
                let kind = Kind::parse(kind, format).ok_or_else(|| {
                    Error::new(
                        format!("{field}.type"),
                        kind,
                        "write auto, number, string, boolean, time or json",
                    )
                })?;
                self.displays.push(display);
                self.reading.columns.push(Selector {
                    default_name: path.last_name(),
                    path,
                    kind,
                });
                Ok(())
            }
            other => Err(Error::new(
                format!("{field}.role"),
                other,
                "this version knows the roles value and time",
            )),
        }
    }

    /// The name under which each column is shown.
    pub fn names(&self) -> Vec<String> {
        let shown = |(display, column): (&Display, &Selector)| {
            display
                .name
                .clone()
                .unwrap_or_else(|| column.default_name.clone())
        };
        self.displays
            .iter()
            .zip(&self.reading.columns)
            .map(shown)
            .collect()
    }
}

fn parse_time_format(field: &str, format: Option<&str>) -> Result<TimeFormat, Error> {
    let format = format.filter(|format| !format.is_empty()).unwrap_or("auto");
    TimeFormat::parse(format).ok_or_else(|| {
        Error::new(
            format!("{field}.timeFormat"),
            format,
            "write auto, s, ms, us, ns or iso8601",
        )
    })
}

impl Reading {
    /// Gives columns that would share a name the whole of their path instead.
    fn name_apart(&mut self) {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.default_name.clone())
            .collect();
        for column in &mut self.columns {
            if names
                .iter()
                .filter(|name| **name == column.default_name)
                .count()
                > 1
            {
                column.default_name = column.path.dotted();
            }
        }
    }
}

impl Backfill {
    fn parse(spec: &BackfillSpec, query: &Fields) -> Result<Self, Error> {
        url::http("ws://host", "backfill.url", &spec.url)?;
        check_format("backfill.format", spec.format.as_deref())?;
        let specs = spec.fields.as_deref().unwrap_or_default();
        if specs.is_empty() {
            return Ok(Self {
                url: spec.url.clone(),
                reading: None,
                fills: Fills::Same,
            });
        }
        let fields = Fields::parse("backfill.fields", specs)?;
        let names = fields.names();
        let fills = if query.reading.columns.is_empty() {
            Fills::Named(names)
        } else {
            Fills::by_name(&names, query)?
        };
        Ok(Self {
            url: spec.url.clone(),
            reading: Some(fields.reading),
            fills,
        })
    }
}

impl Fills {
    fn by_name(names: &[String], query: &Fields) -> Result<Self, Error> {
        let known = query.names();
        let place = |name: &String| {
            known.iter().position(|known| known == name).ok_or_else(|| {
                let problem =
                    "each field of the history fills the query's field of the same name; that has";
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

#[cfg(test)]
mod tests;
