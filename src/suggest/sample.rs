//! Rows of places, read as the engine reads them.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use super::draft::{Draft, DraftField};
use crate::digest::AsTheyAre;
use crate::feed::{FeedPlace, SeenKind};
use crate::query::{Query, QuerySpec};
use crate::session::Session;
use crate::stream::preview::{Preview, RowState};
use crate::table::Millis;

/// Rows that are looked at.
const MOST_ROWS: usize = 500;

/// Places that are looked at.
const MOST_COLUMNS: usize = 64;

/// The newest rows of some places.
pub(super) struct SampleRows<'p> {
    /// In the order of the messages.
    pub(super) columns: Vec<SampleColumn<'p>>,
    preview: Preview,
    /// The rows that hold anything.
    pub(super) rows: Vec<usize>,
}

/// A place, and where its values are.
pub(super) struct SampleColumn<'p> {
    pub(super) place: &'p FeedPlace,
    /// Its values came as texts, or as texts among others.
    pub(super) are_texts: bool,
    index: usize,
    /// Whether others have the same name.
    is_namesake: bool,
}

impl SampleColumn<'_> {
    /// What a reason calls it: items of a list have no names, and some names are those of several places.
    pub(super) fn said(&self) -> &str {
        let is_item = self.place.name.parse::<usize>().is_ok();
        if is_item || self.is_namesake {
            &self.place.path
        } else {
            &self.place.name
        }
    }
}

impl<'p> SampleRows<'p> {
    /// The rows of `places`, which are those of one group.
    pub(super) fn take(
        session: &Session,
        spec: &QuerySpec,
        draft: &Draft,
        mut places: Vec<&'p FeedPlace>,
        wall: Millis,
    ) -> Self {
        places.retain(|place| place.kind != SeenKind::Null);
        places.truncate(MOST_COLUMNS);
        let asked = Draft {
            fields: places.iter().map(|place| field_of(place)).collect(),
            view: "table",
            parse: draft.parse.clone(),
            ..Draft::default()
        };
        let asked = asked.over(&draft.bare(spec));
        let preview = Query::parse(&asked).map(|query| session.preview(&query, MOST_ROWS, wall));
        let preview = preview.unwrap_or_default();
        let names = places.iter().map(|other| &other.name);
        let columns = places.iter().copied().enumerate();
        let columns = columns.map(|(index, place)| SampleColumn {
            place,
            is_namesake: names.clone().filter(|name| **name == place.name).count() > 1,
            // The first one is the time.
            index: index + 1,
            are_texts: preview
                .columns
                .get(index + 1)
                .is_some_and(|column| column.kind == "string"),
        });
        let columns = columns.collect();
        let holds_any = |row: &usize| {
            let row = &preview.rows[*row];
            row.state != RowState::Unreadable && row.values.iter().skip(1).any(Option::is_some)
        };
        Self {
            columns,
            rows: (0..preview.rows.len()).filter(holds_any).collect(),
            preview,
        }
    }

    /// What stands in a row of a column.
    #[inline(never)]
    pub(super) fn cell(&self, column: &SampleColumn<'_>, row: usize) -> Option<&str> {
        self.preview
            .rows
            .get(row)?
            .values
            .get(column.index)?
            .as_deref()
    }

    /// What stands in the column in those of the rows that have something.
    pub(super) fn cells<'s>(
        &'s self,
        column: &'s SampleColumn<'_>,
        rows: &'s [usize],
    ) -> impl Iterator<Item = &'s str> {
        rows.iter().filter_map(|row| self.cell(column, *row))
    }

    /// Of what stands in some columns of a row.
    #[inline(never)]
    pub(super) fn hash_of(&self, columns: &[&SampleColumn<'_>], row: usize) -> u64 {
        columns
            .iter()
            .fold(0, |sum, column| hash((sum, self.cell(column, row))))
    }

    /// How many of the rows have something in the column.
    #[inline(never)]
    pub(super) fn known(&self, column: &SampleColumn<'_>, rows: &[usize]) -> usize {
        self.cells(column, rows).count()
    }

    /// How many different values there are.
    #[inline(never)]
    pub(super) fn distinct(&self, column: &SampleColumn<'_>, rows: &[usize]) -> usize {
        count_distinct(self.cells(column, rows).map(hash))
    }

    /// Whether most of them are numbers.
    #[inline(never)]
    pub(super) fn is_number(&self, column: &SampleColumn<'_>, rows: &[usize]) -> bool {
        if !matches!(
            column.place.kind,
            SeenKind::Number | SeenKind::Json | SeenKind::String
        ) {
            return false;
        }
        let numbers = self.cells(column, rows).filter(|text| is_number(text));
        let (numbers, known) = (numbers.count(), self.known(column, rows));
        known > 0
            && 5 * numbers > 3 * known
            && (column.place.kind != SeenKind::String
                || numbers == known
                || column.place.path == "$")
    }
}

/// A place as a field, with nothing said about it.
fn field_of(place: &FeedPlace) -> DraftField {
    DraftField {
        path: place.path.clone(),
        ..DraftField::default()
    }
}

/// Whether a text is a number, as the engine reads one where it is asked to, and not a code of digits such as `007`.
#[inline(never)]
pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let is_code = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
    !is_code && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Equal for what is equal, and as good as never for anything else.
fn hash(value: impl Hash) -> u64 {
    FixedState::default().hash_one(value)
}

/// How many of the hashes are different.
pub(super) fn count_distinct(hashes: impl Iterator<Item = u64>) -> usize {
    let mut known: HashSet<u64, AsTheyAre> = HashSet::default();
    known.extend(hashes);
    known.len()
}
