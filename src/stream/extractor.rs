//! From a message to rows of the table.

use crate::decode::DecodeError;
use crate::extract::coerce::{Kind, Source};
use crate::extract::path::Path;
use crate::extract::program::Program;
use crate::extract::rows::{Cell, Rows};
use crate::extract::time::{self, TimeFormat};
use crate::extract::walk::walk;
use crate::table::{Millis, Table};
use crate::target::{Backfill, Fills, Reading};

/// Where a column of the program goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    /// It is the time of its row.
    Time(TimeFormat),
    /// It is this column of the table.
    Column(usize),
}

/// A program and where its columns go.
#[derive(Debug)]
pub(super) struct Extractor {
    program: Program,
    places: Vec<Place>,
    /// Which of `places` is the time.
    time: Option<usize>,
    rows: Rows,
    scratch: String,
}

impl Extractor {
    /// The extractor of a reading, which makes the reading's columns in `table`.
    pub(super) fn new(reading: &Reading, table: &mut Table) -> Self {
        let places = reading
            .columns
            .iter()
            .map(|c| Place::Column(table.add_column(&c.default_name, c.kind)))
            .collect();
        let extractor = Self::with_places(reading, places);
        if let (Some((path, _)), false) = (&reading.time, reading.columns.is_empty()) {
            table.name_time(&path.last_name());
        }
        extractor
    }

    /// The extractor of a reading whose columns exist already.
    fn with_places(reading: &Reading, mut places: Vec<Place>) -> Self {
        let chosen = !reading.columns.is_empty() || reading.time.is_some();
        let mut paths: Vec<Path> = reading
            .columns
            .iter()
            .map(|column| column.path.clone())
            .collect();
        let mut time = None;
        if let Some((path, format)) = &reading.time {
            time = Some(paths.len());
            paths.push(path.clone());
            places.push(Place::Time(*format));
        }
        let program = if chosen {
            Program::new(&paths)
        } else {
            Program::inferred()
        };
        Self {
            program,
            places,
            time,
            rows: Rows::default(),
            scratch: String::new(),
        }
    }

    /// Whether fields were found that there was no room for.
    pub(super) fn is_cut(&self) -> bool {
        self.program.is_full()
    }

    /// Appends the rows of one message to `table`, and says how many.
    #[inline]
    pub(super) fn read(
        &mut self,
        message: &[u8],
        arrival: Millis,
        table: &mut Table,
    ) -> Result<usize, DecodeError> {
        walk(message, &mut self.program, &mut self.rows)?;
        if self.places.len() < self.program.width() {
            self.place_found(message, table);
        }
        Ok(self.commit(message, arrival, table))
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
            return self.read(answer, now, table);
        };
        let places = match &backfill.fills {
            Fills::Chosen(indexes) => indexes.iter().map(|index| Place::Column(*index)).collect(),
            Fills::Same => reading
                .columns
                .iter()
                .map(|c| self.named(&c.default_name, c.kind, table))
                .collect(),
            Fills::Named(names) => names
                .iter()
                .zip(&reading.columns)
                .map(|(name, c)| self.named(name, c.kind, table))
                .collect(),
        };
        Self::with_places(reading, places).read(answer, now, table)
    }

    /// The column of that name, made if no message has had it yet. The program finds it under
    /// the same name later, because [`place_found`](Self::place_found) looks there first.
    fn named(&self, name: &str, kind: Kind, table: &mut Table) -> Place {
        Place::Column(
            table
                .column_named(name)
                .unwrap_or_else(|| table.add_column(name, kind)),
        )
    }

    /// Gives the columns that this message was the first to have their places;
    /// the best candidate for the time of the rows becomes it.
    #[cold]
    fn place_found(&mut self, message: &[u8], table: &mut Table) {
        let first = self.places.len();
        let time = if self.time.is_none() {
            self.find_time(message, first)
        } else {
            None
        };
        for index in first..self.program.width() {
            let name = &self.program.names()[index];
            let place = if time == Some(index) {
                table.name_time(name);
                Place::Time(TimeFormat::Auto)
            } else {
                Place::Column(
                    table
                        .column_named(name)
                        .unwrap_or_else(|| table.add_column(name, Kind::Auto)),
                )
            };
            self.places.push(place);
        }
        self.time = self.time.or(time);
    }

    /// The column, from `first` on, whose name and value are most like the time of a row.
    fn find_time(&mut self, message: &[u8], first: usize) -> Option<usize> {
        let source = Source::new(message);
        let scratch = &mut self.scratch;
        let row = self.rows.iter().next()?;
        let mut is_time = |cell: Cell| match cell {
            Cell::Number { value, .. } => time::is_plausible(value),
            _ => source
                .time(cell, TimeFormat::Auto, scratch)
                .is_ok_and(time::is_plausible),
        };
        let names = self.program.names();
        let candidates =
            (first..names.len()).filter_map(|index| Some((time::name_rank(&names[index])?, index)));
        candidates
            .filter(|(_, index)| row.get(*index).is_some_and(|cell| is_time(*cell)))
            .min()
            .map(|(_, index)| index)
    }

    #[inline]
    fn commit(&mut self, message: &[u8], arrival: Millis, table: &mut Table) -> usize {
        let source = Source::new(message);
        let mut count = 0;
        for row in self.rows.iter() {
            if !self.has_value(row) {
                continue;
            }
            let time = match self
                .time
                .and_then(|index| Some((self.places.get(index)?, row.get(index)?)))
            {
                Some((Place::Time(format), cell)) => source
                    .time(*cell, *format, &mut self.scratch)
                    .unwrap_or(f64::NAN),
                _ => f64::NAN,
            };
            // Without a time of its own a row has the time it came.
            table.begin_row(if time.is_nan() { arrival } else { time });
            for (place, cell) in self.places.iter().zip(row) {
                if let (Place::Column(column), false) = (place, *cell == Cell::Missing) {
                    table.set(*column, *cell, source);
                }
            }
            table.end_row();
            count += 1;
        }
        if count > 0 {
            table.end_batch();
        }
        count
    }

    /// Whether the message meant this row: some value was there, be it null. A
    /// reading of nothing but the time takes rows that have one.
    #[inline]
    fn has_value(&self, row: &[Cell]) -> bool {
        let only_time = self.places.len() == 1;
        row.iter()
            .enumerate()
            .any(|(index, cell)| *cell != Cell::Missing && (only_time || self.time != Some(index)))
    }
}
