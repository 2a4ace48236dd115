//! The time of a row that stands in several places: a date beside a clock time, seconds beside microseconds.

use crate::extract::coerce::CellSource;
use crate::extract::rows::{Cell, Rows};
use crate::extract::time::Moment;
use crate::extract::time::reader::TimeReader;
use crate::query::RowTime;

/// The columns of a program that tell the time of its rows together.
#[derive(Debug, Clone)]
pub(super) struct JoinedTime {
    /// Each with what its numbers count.
    parts: Vec<(Option<usize>, TimeReader)>,
}

impl JoinedTime {
    /// The parts of `time`, which stand in `columns`; `None` when there is but one.
    pub(super) fn new(time: &RowTime, columns: &[Option<usize>]) -> Option<Self> {
        let parts = columns.iter().copied().zip(&time.parts);
        let parts = parts.map(|(column, part)| (column, part.counts.clone()));
        (time.parts.len() > 1).then(|| Self {
            parts: parts.collect(),
        })
    }

    /// The time of a row: its texts, joined with spaces, as `reader` reads them, and its numbers added to that. NaN
    /// where nothing is there; `Err` where something is missing or is no time. `text` then holds what is there.
    pub(super) fn read(
        &self,
        rows: &Rows,
        row: usize,
        source: CellSource<'_>,
        reader: &TimeReader,
        text: &mut String,
        scratch: &mut String,
    ) -> Result<Moment, ()> {
        text.clear();
        let (mut added, mut counted) = (0.0, 0);
        let mut there = 0;
        for (column, counts) in &self.parts {
            let cell = rows.cell_of(row, *column);
            if !cell.is_value() {
                continue;
            }
            there += 1;
            let is_number = matches!(cell, Cell::Number { .. } | Cell::WideInteger { .. });
            if counts.is_count() || (counts.is_auto() && is_number) {
                counted += 1;
                added += source
                    .time(cell, counts, scratch)
                    .map_or(f64::NAN, |at| at.ms);
            } else {
                let part = source.text(cell, scratch).unwrap_or_default();
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(part);
            }
        }
        if there == 0 {
            return Ok(Moment::sure(f64::NAN));
        }
        if there < self.parts.len() || added.is_nan() {
            return Err(());
        }
        if counted == there {
            return Ok(Moment::sure(added));
        }
        let moment = source.time_of(text, reader).ok_or(())?;
        Ok(Moment {
            ms: moment.ms + added,
            ..moment
        })
    }
}
