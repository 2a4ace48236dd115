//! The time of a row, which one field tells or several together.

use super::reading::{RowTime, TimePart};
use super::spec::FieldSpec;
use crate::error::Error;
use crate::extract::excerpt::Excerpt;
use crate::extract::path::Path;
use crate::extract::time::TimeFormat;
use crate::extract::time::reader::TimeReader;
use crate::extract::time::zone::Zone;

/// A field with the role time.
pub(super) struct TimeField {
    /// Its place in the query.
    field: String,
    path: Path,
    pattern: Option<Excerpt>,
    format: String,
    zone: String,
}

impl TimeField {
    pub(super) fn new(field: &str, spec: &FieldSpec, path: Path, pattern: Option<Excerpt>) -> Self {
        Self {
            field: field.to_owned(),
            path,
            pattern,
            format: spec.time_format.clone().unwrap_or_default(),
            zone: spec.time_zone.clone().unwrap_or_default(),
        }
    }

    /// What the time is called, if nobody says otherwise.
    pub(super) fn name(&self) -> String {
        self.path.last_name()
    }

    fn format_option(&self) -> String {
        format!("{}.timeFormat", self.field)
    }

    fn is_pattern(&self) -> bool {
        self.format.contains('%')
    }

    /// How its numbers are read. By a pattern it has none: the texts of all fields are read by the patterns of all.
    fn reader(&self) -> Result<TimeReader, Error> {
        let format = if self.is_pattern() {
            TimeFormat::Iso8601
        } else {
            TimeFormat::parse(&self.format_option(), &self.format)?
        };
        Ok(TimeReader::new(format))
    }
}

/// The time that the fields tell together; `None` when there are none.
///
/// # Errors
/// When a format or a zone cannot be used, or they do not go together.
pub(super) fn join(fields: Vec<TimeField>) -> Result<Option<RowTime>, Error> {
    let reader = match &*fields {
        [] => return Ok(None),
        [one] => TimeReader::parse(&one.field, &one.format, &one.zone)?,
        several => TimeReader::new(joined_format(several)?).in_zone(common_zone(several)?),
    };
    let alone = fields.len() == 1;
    let part = |field: TimeField| {
        let counts = if alone {
            TimeReader::default()
        } else {
            field.reader()?
        };
        Ok(TimePart {
            counts,
            path: field.path,
            pattern: field.pattern,
        })
    };
    let parts = fields.into_iter().map(part).collect::<Result<_, _>>()?;
    Ok(Some(RowTime { parts, reader }))
}

/// How the texts of several fields, joined with spaces, are read: by their patterns, joined in the same way.
fn joined_format(fields: &[TimeField]) -> Result<TimeFormat, Error> {
    let formats = fields.iter().filter(|field| !field.is_pattern());
    let formats = formats.map(|field| TimeFormat::parse(&field.format_option(), &field.format));
    let formats: Vec<TimeFormat> = formats.collect::<Result<_, _>>()?;
    let of_texts = formats.into_iter().find(|format| !format.is_count());
    let patterns = || fields.iter().filter(|field| field.is_pattern());
    let Some(first) = patterns().next() else {
        return Ok(of_texts.unwrap_or_default());
    };
    let texts: Vec<&str> = patterns().map(|field| field.format.trim()).collect();
    let joined = TimeFormat::parse(&first.format_option(), &texts.join(" "))?;
    if of_texts.is_some() && joined.is_time_of_day() {
        let problem = "the texts of several fields with the role time are joined with a space and read by one pattern; give the field with the date a pattern too, such as %Y-%m-%d";
        return Err(Error::new(first.format_option(), &first.format, problem));
    }
    Ok(joined)
}

/// The zone that the fields name, all the same one.
fn common_zone(fields: &[TimeField]) -> Result<Option<Zone>, Error> {
    let mut common: Option<Zone> = None;
    for field in fields {
        let option = format!("{}.timeZone", field.field);
        let zone = Zone::parse(&option, &field.zone)?;
        if common.is_some() && zone.is_some() && zone != common {
            let problem =
                "another field of the same time has a different zone; set it in only one of them";
            return Err(Error::new(option, &field.zone, problem));
        }
        common = common.or(zone);
    }
    Ok(common)
}
