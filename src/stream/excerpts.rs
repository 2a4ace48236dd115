//! Columns of which only a part is taken (`FieldSelector.pattern`).
//!
//! A pass cuts them out of its rows before its streams see these; what does not match is null there, and each stream is told
//! how often that was so.

use crate::extract::coerce::CellSource;
use crate::extract::excerpt::Excerpt;
use crate::extract::path::Path;
use crate::extract::rows::{Cell, Rows};
use crate::query::{Projection, Reading};

/// A column of a program, and what is taken of its values.
#[derive(Debug)]
pub(super) struct ExcerptColumn {
    pub(super) index: usize,
    pub(super) path: Path,
    pub(super) excerpt: Excerpt,
}

/// Values of a column that do not match, and what the last of them was.
pub(super) struct Mismatch<'a> {
    column: &'a ExcerptColumn,
    count: u64,
    last: String,
}

/// Characters of a value that are shown.
const SHOWN: usize = 40;

impl ExcerptColumn {
    /// Puts the excerpts in the place of the values; says whether some do not match.
    pub(super) fn cut(
        &self,
        rows: &mut Rows,
        source: CellSource<'_>,
        scratch: &mut String,
    ) -> Option<Mismatch<'_>> {
        let (mut count, mut last) = (0, Cell::Missing);
        for row in 0..rows.len() {
            let cell = *rows.cell(row, self.index);
            let part = self.excerpt.of_cell(&cell, source, scratch);
            if part.is_none() {
                (count, last) = (count + 1, cell);
            }
            if part != Some(Cell::Missing) {
                rows.set(row, self.index, part.unwrap_or(Cell::Null));
            }
        }
        let text = source.text(&last, scratch).unwrap_or_default();
        (count > 0).then(|| Mismatch {
            column: self,
            count,
            last: text.chars().take(SHOWN).collect(),
        })
    }
}

/// What of a stream's values did not match.
#[derive(Debug, Default)]
pub(super) struct Mismatches(Vec<FieldMismatch>);

#[derive(Debug)]
struct FieldMismatch {
    /// The place of the field among the paths of the reading.
    place: usize,
    count: u64,
    last: String,
}

impl Mismatches {
    /// Values of a column did not match; counts if `reading` takes them.
    pub(super) fn add(&mut self, reading: &Reading, mismatch: &Mismatch<'_>) {
        let Mismatch { column, .. } = mismatch;
        let is_meant = |(place, path): &(usize, &Path)| {
            **path == column.path && reading.pattern_of(*place) == Some(&column.excerpt)
        };
        for (place, _) in reading.paths().into_iter().enumerate().filter(is_meant) {
            match self.0.iter_mut().find(|field| field.place == place) {
                Some(field) => {
                    field.count += mismatch.count;
                    field.last.clone_from(&mismatch.last);
                }
                None => self.0.push(FieldMismatch {
                    place,
                    count: mismatch.count,
                    last: mismatch.last.clone(),
                }),
            }
        }
    }

    /// What the user should know of it, by the names that `projection` gives the fields.
    pub(super) fn notices(&self, projection: &Projection, time: &str) -> Vec<String> {
        let names = projection.names();
        let say = |field: &FieldMismatch| {
            let name = names.get(field.place).map_or(time, String::as_str);
            let values = match field.count {
                1 => "1 value does not match the field's pattern and counts".to_owned(),
                count => format!("{count} values do not match the field's pattern and count"),
            };
            format!("Field {name}: {values} as null (last: {:?}).", field.last)
        };
        self.0.iter().map(say).collect()
    }
}
