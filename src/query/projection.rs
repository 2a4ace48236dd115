//! What a query takes from messages and how it is shown: its `fields` and `view`, checked.
//!
//! In go the rows of `fields`; out come the columns to read and how each is shown, and problems by the place of their option.
//! [`Query`](super::Query) and the history of a query are read with this.

use super::problems::Problems;
use super::reading::{FieldSelector, Reading, Role};
use super::spec::FieldSpec;
use super::times::{self, TimeField};
use crate::error::Error;
use crate::extract::coerce::Kind;
use crate::extract::excerpt::Excerpt;
use crate::extract::path::Path;
use crate::extract::time::reader::TimeReader;
use crate::table::Display;

/// A reading together with how its fields are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projection {
    /// How messages become rows.
    pub reading: Reading,
    /// How each column is shown.
    pub displays: Vec<Display>,
    /// How the time is shown.
    pub time_display: Display,
    /// The shape of the frames.
    pub view: View,
    /// Rows older than this, in milliseconds, are not shown.
    pub window_ms: Option<f64>,
}

/// The shape of the frames (`view` of the query model).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// One frame per label set.
    #[default]
    TimeSeries,
    /// One frame; labels are columns.
    Table,
    /// Grafana's frame of log lines.
    Logs,
}

impl View {
    /// The view a query names, if it is one.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "" | "timeseries" => Self::TimeSeries,
            "table" => Self::Table,
            "logs" => Self::Logs,
            _ => return None,
        })
    }
}

/// A text that says something.
pub(super) fn given(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.trim().is_empty())
}

pub(super) fn parse_path(field: &str, text: &str) -> Result<Path, Error> {
    Path::parse(text.trim()).map_err(|error| Error::new(field, text, error.to_string()))
}

impl Projection {
    /// The fields that are filled in; a row without a path is not.
    pub(super) fn parse(field: &str, specs: &[FieldSpec], problems: &mut Problems) -> Self {
        let mut projection = Self::default();
        let mut times = Vec::new();
        let filled = specs.iter().enumerate();
        for (index, spec) in filled.filter(|(_, spec)| !spec.path.trim().is_empty()) {
            let added = projection.add(&format!("{field}[{index}]"), spec, &mut times, problems);
            problems.note(added);
        }
        if let Some(first) = times.first() {
            let name = projection.time_display.name.take();
            projection.time_display.name = name.or_else(|| Some(first.name()));
        }
        projection.reading.time = problems.or_default(times::join(times));
        projection.reading.name_apart();
        projection
    }

    fn add(
        &mut self,
        field: &str,
        spec: &FieldSpec,
        times: &mut Vec<TimeField>,
        problems: &mut Problems,
    ) -> Result<(), Error> {
        let path = problems.note(parse_path(&format!("{field}.path"), &spec.path));
        let pattern = Excerpt::parse(&format!("{field}.pattern"), spec.pattern.as_deref());
        let pattern = problems.note(pattern);
        let role = spec.role.as_deref().unwrap_or_default();
        // Of several fields that tell the time together the formats are read together.
        let reader = if role == "time" {
            Some(TimeReader::default())
        } else {
            let format = spec.time_format.as_deref().unwrap_or_default();
            let zone = spec.time_zone.as_deref().unwrap_or_default();
            problems.note(TimeReader::parse(field, format, zone))
        };
        let (Some(path), Some(pattern), Some(reader)) = (path, pattern, reader) else {
            return Ok(());
        };
        let display = Display {
            name: given(&spec.name),
            unit: given(&spec.unit),
        };
        let role = match role {
            "time" => {
                let shown = &mut self.time_display;
                shown.name = shown.name.take().or(display.name);
                shown.unit = shown.unit.take().or(display.unit);
                times.push(TimeField::new(field, spec, path, pattern));
                return Ok(());
            }
            "" | "value" => Role::Value,
            "label" => Role::Label,
            "id" => Role::Id,
            other => {
                return Err(Error::new(
                    format!("{field}.role"),
                    other,
                    "use value, time, label or id",
                ));
            }
        };
        if role == Role::Id && self.reading.columns.iter().any(|c| c.role == Role::Id) {
            let problem = "another field already has the role id; only one can";
            return Err(Error::new(format!("{field}.role"), "id", problem));
        }
        let kind = Self::parse_kind(field, spec, role, reader)?;
        self.displays.push(display);
        self.reading.columns.push(FieldSelector {
            default_name: path.last_name(),
            kind: match (kind, &pattern) {
                (Kind::Number, Some(_)) => Kind::GroupedNumber,
                // A part of a text is no JSON.
                (Kind::Json, Some(_)) => Kind::String,
                (kind, _) => kind,
            },
            path,
            pattern,
            role,
        });
        Ok(())
    }

    fn parse_kind(
        field: &str,
        spec: &FieldSpec,
        role: Role,
        reader: TimeReader,
    ) -> Result<Kind, Error> {
        let name = spec.kind.as_deref().filter(|kind| !kind.is_empty());
        let kind = Kind::parse(name.unwrap_or("auto"), reader).ok_or_else(|| {
            Error::new(
                format!("{field}.type"),
                name.unwrap_or_default(),
                "use auto, number, string, boolean, time or json",
            )
        })?;
        // Labels and identifiers are texts, whatever they look like.
        Ok(match (role, kind) {
            (Role::Label | Role::Id, Kind::Auto) => Kind::String,
            (_, kind) => kind,
        })
    }

    /// The name under which each column is shown.
    pub fn names(&self) -> Vec<String> {
        let shown = |(display, column): (&Display, &FieldSelector)| {
            let own = || column.default_name.clone();
            display.name.clone().unwrap_or_else(own)
        };
        self.displays
            .iter()
            .zip(&self.reading.columns)
            .map(shown)
            .collect()
    }

    /// The names of the labels.
    pub fn label_names(&self) -> Vec<String> {
        let columns = self.reading.columns.iter().zip(self.names());
        columns
            .filter(|(column, _)| column.role == Role::Label)
            .map(|(_, name)| name)
            .collect()
    }
}
