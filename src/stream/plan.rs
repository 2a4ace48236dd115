//! One program for several readings: which of them may share one, and which of its columns are whose.

use super::column_map::ColumnMap;
use crate::extract::path::{Path, Segment};
use crate::extract::program::Program;
use crate::query::{FieldSelector, Reading};

/// A program for readings that [may share](may_share) one.
pub(super) struct Plan {
    pub(super) program: Program,
    /// For each reading the program's columns of its [`paths`](Reading::paths).
    pub(super) columns: Vec<Vec<usize>>,
    /// From here on the program finds columns by itself; `None` when all are chosen.
    inferred_from: Option<usize>,
}

impl Plan {
    /// The program of some readings, each path of theirs taken once. With `records` a text that is an array is one row.
    pub(super) fn new(readings: &[&Reading], records: bool) -> Self {
        let mut paths = Vec::new();
        // For each path whether everybody wants a number there.
        let mut numbers = Vec::new();
        let mut columns = Vec::new();
        for reading in readings {
            let own = reading.paths().into_iter();
            let own: Vec<usize> = own.map(|path| column(&mut paths, path)).collect();
            numbers.resize(paths.len(), true);
            for (index, column) in own.iter().enumerate() {
                let selector = reading.columns.get(index);
                numbers[*column] &= selector.is_some_and(FieldSelector::wants_number);
            }
            columns.push(own);
        }
        let open = readings.first().filter(|reading| reading.is_open());
        let program = match open {
            Some(reading) => Program::inferred(&claims(reading)).taking_records(records),
            None => {
                Program::new(&paths).expect_numbers(|column| numbers.get(column) == Some(&true))
            }
        };
        Self {
            program,
            columns,
            inferred_from: open.map(|_| paths.len()),
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

/// The column of a path, added if no other reading has it.
fn column(paths: &mut Vec<Path>, path: &Path) -> usize {
    paths
        .iter()
        .position(|other| other == path)
        .unwrap_or_else(|| {
            paths.push(path.clone());
            paths.len() - 1
        })
}

/// The chosen paths of a reading that finds its values, each once, and whether what is there is
/// no value of its own: labels, times and identifiers are none, what is only tested is.
fn claims(reading: &Reading) -> Vec<(Path, bool)> {
    let mut paths = Vec::new();
    let mut claims: Vec<(Path, bool)> = Vec::new();
    let claiming = reading.columns.len() + usize::from(reading.time.is_some());
    for (index, path) in reading.paths().into_iter().enumerate() {
        let column = column(&mut paths, path);
        let claims_it = index < claiming;
        match claims.get_mut(column) {
            Some(claim) => claim.1 |= claims_it,
            None => claims.push((path.clone(), claims_it)),
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
