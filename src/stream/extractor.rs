//! From a batch of messages to rows of the table.

use crate::decode::DecodeError;
use crate::extract::coerce::{Kind, Source};
use crate::extract::path::Path;
use crate::extract::program::Program;
use crate::extract::rows::{Cell, Rows};
use crate::extract::time::{self, TimeFormat};
use crate::extract::walk::{walk, walk_alike};
use crate::stream::SEPARATOR;
use crate::table::{Millis, Table};
use crate::target::{Backfill, Fills, Reading};

/// The column of the program that is the time of its row.
#[derive(Debug, Clone, Copy)]
struct TimeColumn {
    index: usize,
    format: TimeFormat,
}

/// A program and where its columns go.
#[derive(Debug)]
pub(super) struct Extractor {
    program: Program,
    time: Option<TimeColumn>,
    /// For each column of the table, the column of the program that fills it.
    taken_from: Vec<Option<usize>>,
    /// How many columns of the program have found their place.
    placed: usize,
    rows: Rows,
    /// For each row the time its message came.
    arrivals: Vec<Millis>,
    times: Vec<Millis>,
    scratch: String,
}

impl Extractor {
    /// The extractor of a reading, which makes the reading's columns in `table`.
    pub(super) fn new(reading: &Reading, table: &mut Table) -> Self {
        let places: Vec<usize> = reading
            .columns
            .iter()
            .map(|column| table.add_column(&column.default_name, column.kind))
            .collect();
        if let Some((path, _)) = &reading.time {
            table.name_time(&path.last_name());
        }
        Self::with_places(reading, &places)
    }

    /// The extractor of a reading whose columns are those of the table at `places`.
    fn with_places(reading: &Reading, places: &[usize]) -> Self {
        let mut paths: Vec<Path> = reading
            .columns
            .iter()
            .map(|column| column.path.clone())
            .collect();
        let mut time = None;
        if let Some((path, format)) = &reading.time {
            time = Some(TimeColumn {
                index: paths.len(),
                format: *format,
            });
            paths.push(path.clone());
        }
        let program = if paths.is_empty() {
            Program::inferred()
        } else {
            Program::new(&paths)
        };
        let mut extractor = Self {
            placed: program.width(),
            program,
            time,
            taken_from: Vec::new(),
            rows: Rows::default(),
            arrivals: Vec::new(),
            times: Vec::new(),
            scratch: String::new(),
        };
        places
            .iter()
            .enumerate()
            .for_each(|(index, place)| extractor.take_from(index, *place));
        extractor
    }

    /// Has column `index` of the program fill column `place` of the table.
    fn take_from(&mut self, index: usize, place: usize) {
        let len = self.taken_from.len().max(place + 1);
        self.taken_from.resize(len, None);
        self.taken_from[place] = Some(index);
    }

    /// Whether fields were found that there was no room for.
    pub(super) fn is_cut(&self) -> bool {
        self.program.is_full()
    }

    /// Begins a batch.
    pub(super) fn begin(&mut self) {
        self.rows.reset(self.program.width());
        self.arrivals.clear();
    }

    /// Walks the message that stands in `batch` from `start` to its end, and says how many rows it has.
    #[inline]
    pub(super) fn read(
        &mut self,
        batch: &[u8],
        start: usize,
        arrival: Millis,
    ) -> Result<usize, DecodeError> {
        let before = self.rows.len();
        walk(batch, start, &mut self.program, &mut self.rows)?;
        self.arrivals.resize(self.rows.len(), arrival);
        Ok(self.rows.len() - before)
    }

    /// Walks messages as long as they look like the ones before, one row each; says how many did, and
    /// where the last of them ends.
    #[inline]
    pub(super) fn read_alike(
        &mut self,
        batch: &[u8],
        start: usize,
        arrivals: &[Millis],
    ) -> Option<(usize, usize)> {
        let before = self.rows.len();
        let end = walk_alike(batch, start, SEPARATOR, &mut self.program, &mut self.rows)?;
        let count = self.rows.len() - before;
        self.arrivals.extend_from_slice(arrivals.get(..count)?);
        Some((count, end))
    }

    /// Rows that wait to be committed.
    pub(super) fn waiting(&self) -> usize {
        self.rows.len()
    }

    /// Appends the rows of the batch to `table`.
    pub(super) fn commit(&mut self, batch: &[u8], table: &mut Table) -> usize {
        if self.placed < self.program.width() {
            self.place_found(batch, table);
        }
        self.drop_valueless();
        if self.rows.is_empty() {
            return 0;
        }
        self.read_times(batch);
        table.append(
            &self.times,
            &self.rows,
            &self.taken_from,
            Source::new(batch),
        );
        let count = self.rows.len();
        self.begin();
        count
    }

    /// Drops the rows that no message meant: a row is one when some value was
    /// there, be it null. A reading of nothing but the time takes rows that have one.
    #[inline]
    fn drop_valueless(&mut self) {
        let time = self
            .time
            .map(|time| time.index)
            .filter(|_| self.program.width() > 1);
        // Nearly always the first column that is not the time has a value in each row.
        let first = usize::from(time == Some(0));
        if self.rows.column(first).all(|cell| cell != Cell::Missing) {
            return;
        }
        let has_value = |row: &[Cell]| {
            row.iter()
                .enumerate()
                .any(|(i, cell)| *cell != Cell::Missing && Some(i) != time)
        };
        let mut arrivals = self.arrivals.iter();
        let mut kept = Vec::with_capacity(self.arrivals.len());
        self.rows.retain(|_, row| {
            let keep = has_value(row);
            kept.extend(arrivals.next().filter(|_| keep));
            keep
        });
        self.arrivals = kept;
    }

    /// The time of each row; without one of its own, when it came.
    #[inline]
    fn read_times(&mut self, batch: &[u8]) {
        self.times.clear();
        let Some(TimeColumn { index, format }) = self.time else {
            self.times.extend_from_slice(&self.arrivals);
            return;
        };
        let source = Source::new(batch);
        let scratch = &mut self.scratch;
        self.times.extend(
            self.rows
                .column(index)
                .zip(&self.arrivals)
                .map(|(cell, arrival)| {
                    let time = match cell {
                        Cell::Number { value, .. } => format.number(value).unwrap_or(f64::NAN),
                        other => source.time(other, format, scratch).unwrap_or(f64::NAN),
                    };
                    if time.is_nan() { *arrival } else { time }
                }),
        );
    }

    /// Appends the rows of a history answer to `table`.
    pub(super) fn read_history(
        &mut self,
        backfill: &Backfill,
        answer: &[u8],
        now: Millis,
        table: &mut Table,
    ) -> Result<usize, DecodeError> {
        let Some(reading) = &backfill.reading else {
            self.begin();
            self.read(answer, 0, now)?;
            return Ok(self.commit(answer, table));
        };
        let places = match &backfill.fills {
            Fills::Chosen(indexes) => indexes.clone(),
            Fills::Named(names) => names
                .iter()
                .zip(&reading.columns)
                .map(|(name, column)| named(name, column.kind, table))
                .collect(),
            Fills::Same => reading
                .columns
                .iter()
                .map(|c| named(&c.default_name, c.kind, table))
                .collect(),
        };
        let mut history = Self::with_places(reading, &places);
        history.begin();
        history.read(answer, 0, now)?;
        Ok(history.commit(answer, table))
    }

    /// Gives the columns that this batch was the first to have their places; the
    /// best candidate for the time of the rows becomes it.
    #[cold]
    fn place_found(&mut self, batch: &[u8], table: &mut Table) {
        if self.time.is_none()
            && let Some(index) = self.find_time(batch)
        {
            table.name_time(&self.program.names()[index]);
            self.time = Some(TimeColumn {
                index,
                format: TimeFormat::Auto,
            });
        }
        for index in self.placed..self.program.width() {
            if self.time.is_some_and(|time| time.index == index) {
                continue;
            }
            let name = &self.program.names()[index];
            // History may have made the column already; one that is taken has the same name by chance.
            let free = table
                .column_named(name)
                .filter(|place| self.taken_from.get(*place).copied().flatten().is_none());
            let place = free.unwrap_or_else(|| table.add_column(name, Kind::Auto));
            self.take_from(index, place);
        }
        self.placed = self.program.width();
    }

    /// The new column whose name and value are most like the time of a row.
    fn find_time(&mut self, batch: &[u8]) -> Option<usize> {
        let source = Source::new(batch);
        let scratch = &mut self.scratch;
        let mut is_time = |cell: Cell| match cell {
            Cell::Number { value, .. } => time::is_plausible(value),
            _ => source
                .time(cell, TimeFormat::Auto, scratch)
                .is_ok_and(time::is_plausible),
        };
        let names = self.program.names();
        let candidates = (self.placed..names.len())
            .filter_map(|index| Some((time::name_rank(&names[index])?, index)));
        let mut plausible = |index: usize| {
            self.rows
                .column(index)
                .find(Cell::is_value)
                .is_some_and(&mut is_time)
        };
        candidates
            .filter(|(_, index)| plausible(*index))
            .min()
            .map(|(_, index)| index)
    }
}

/// The column of that name, made if there is none.
fn named(name: &str, kind: Kind, table: &mut Table) -> usize {
    table
        .column_named(name)
        .unwrap_or_else(|| table.add_column(name, kind))
}
