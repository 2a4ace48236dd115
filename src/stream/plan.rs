//! One program for several readings: which of them may share one, and which of its columns are whose.
//!
//! In go the readings of the streams of a pass; out comes a [`Program`] that takes each path once, and for each reading the
//! map from the program's columns to its own. [`shared_pass`](super::shared_pass) calls this, and histories and kept rows do for
//! a reading alone.

use super::column_map::ColumnMap;
use super::excerpts::ExcerptColumn;
use crate::extract::excerpt::Excerpt;
use crate::extract::path::{Path, Segment};
use crate::extract::program::Program;
use crate::query::{FieldSelector, Reading};

/// A program for readings that [may share](may_share) one.
pub(super) struct Plan {
    pub(super) program: Program,
    /// For each reading the program's columns of its [`paths`](Reading::paths).
    pub(super) columns: Vec<Vec<usize>>,
    /// The program's columns of whose values only a part is taken.
    pub(super) excerpts: Vec<ExcerptColumn>,
    /// From here on the program finds columns by itself; `None` when all are chosen.
    inferred_from: Option<usize>,
}

impl Plan {
    /// The program of some readings, each path of theirs taken once for each part of what is there. With `records` a text that is an array is one row.
    pub(super) fn new(readings: &[&Reading], records: bool) -> Self {
        let mut places = Vec::new();
        // For each of them whether everybody wants a number there.
        let mut numbers = Vec::new();
        let mut columns = Vec::new();
        for reading in readings {
            let own = places_of(reading).map(|place| column(&mut places, place));
            let own: Vec<usize> = own.collect();
            numbers.resize(places.len(), true);
            for (index, column) in own.iter().enumerate() {
                let selector = reading.columns.get(index);
                numbers[*column] &= selector.is_some_and(FieldSelector::wants_number);
            }
            columns.push(own);
        }
        let open = readings.first().filter(|reading| reading.is_open());
        let program = match open {
            Some(reading) => {
                let claims = claims(reading).into_iter();
                let claims: Vec<(Path, bool)> =
                    claims.map(|((path, _), claims)| (path, claims)).collect();
                Program::inferred(&claims).taking_records(records)
            }
            None => {
                let paths: Vec<Path> = places.iter().map(|(path, _)| path.clone()).collect();
                Program::new(&paths).expect_numbers(|column| numbers.get(column) == Some(&true))
            }
        };
        Self {
            program,
            columns,
            inferred_from: open.map(|_| places.len()),
            excerpts: excerpts(places),
        }
    }

    /// The map, told of the columns that the program finds.
    pub(super) fn map(&self, map: ColumnMap) -> ColumnMap {
        match self.inferred_from {
            Some(index) => map.inferring_from(index),
            None => map,
        }
    }
}

/// Whether the rows of two readings are the same, so that one program may make them.
pub(super) fn may_share(a: &Reading, b: &Reading) -> bool {
    if a.is_open() || b.is_open() {
        return a.is_open() == b.is_open() && claims(a) == claims(b);
    }
    begins_in_array(a) == begins_in_array(b) && same_rows(a, b)
}

/// A path and what of the values there is taken: what a column of a program is filled with.
type TakenPlace = (Path, Option<Excerpt>);

/// The places of a reading's [`paths`](Reading::paths).
fn places_of(reading: &Reading) -> impl Iterator<Item = TakenPlace> {
    let paths = reading.paths().into_iter().enumerate();
    paths.map(|(index, path)| (path.clone(), reading.pattern_of(index).cloned()))
}

/// The column of a place, added if no other reading has it.
fn column(places: &mut Vec<TakenPlace>, place: TakenPlace) -> usize {
    let known = places.iter().position(|other| *other == place);
    known.unwrap_or_else(|| {
        places.push(place);
        places.len() - 1
    })
}

fn excerpts(places: Vec<TakenPlace>) -> Vec<ExcerptColumn> {
    let places = places.into_iter().enumerate();
    let excerpts = places.filter_map(|(index, (path, excerpt))| {
        excerpt.map(|excerpt| ExcerptColumn {
            index,
            path,
            excerpt,
        })
    });
    excerpts.collect()
}

/// The chosen places of a reading that finds its values, each once, and whether what is there is
/// no value of its own: labels, times and identifiers are none, what is only tested is.
fn claims(reading: &Reading) -> Vec<(TakenPlace, bool)> {
    let mut places = Vec::new();
    let mut claims: Vec<(TakenPlace, bool)> = Vec::new();
    let claiming = reading.columns.len() + reading.time_parts().len();
    for (index, place) in places_of(reading).enumerate() {
        let column = column(&mut places, place.clone());
        let claims_it = index < claiming;
        match claims.get_mut(column) {
            Some(claim) => claim.1 |= claims_it,
            None => claims.push((place, claims_it)),
        }
    }
    claims
}

fn begins_in_array(reading: &Reading) -> bool {
    reading.paths().into_iter().any(Path::begins_in_array)
}

/// Whether two readings make rows of the same selectors.
fn same_rows(a: &Reading, b: &Reading) -> bool {
    fn prefixes(reading: &Reading) -> Vec<&[Segment]> {
        let paths = reading.paths().into_iter();
        paths
            .map(Path::row_prefix)
            .filter(|p| !p.is_empty())
            .collect()
    }
    let (a, b) = (prefixes(a), prefixes(b));
    let descends = |prefix: &&[Segment]| prefix.contains(&Segment::Descend);
    let both = || a.iter().chain(&b);
    let several = both().any(|prefix| both().next() != Some(prefix));
    if several && both().any(descends) {
        // Where `..` meets nothing for one of them it makes no row, but would if the other met something;
        // side by side with other rows those would then be elsewhere.
        return false;
    }
    a.iter().all(|prefix| b.contains(prefix)) && b.iter().all(|prefix| a.contains(prefix))
}
