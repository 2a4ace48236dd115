//! The history of a feed that another data source has.
//!
//! In go the tables that it answered with, from the session; their rows come out in the stream's tables, merged with
//! those that came meanwhile. Their columns fill those of the stream that have one of their names, and their time is
//! the rows' time.

use std::cell::RefCell;
use std::rc::Rc;

use super::Stream;
use super::history::HistoryPass;
use super::plan::Plan;
use crate::decode::DecodeError;
use crate::extract::coerce::Kind;
use crate::extract::path::Path;
use crate::extract::time::TimeFormat;
use crate::extract::time::reader::TimeReader;
use crate::query::{FieldSelector, QueriedHistory, Reading, Role, RowTime};
use crate::table::{Millis, Table};

/// A table that another data source answered with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryTable {
    /// Its columns, in order.
    pub columns: Vec<HistoryColumn>,
    /// Its rows as JSON: an array of arrays, each with a value for every column.
    pub rows: String,
}

/// A column of such a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryColumn {
    /// What it may be called, what people see first.
    pub names: Vec<String>,
    /// Whether its values are times, in milliseconds since the epoch.
    pub is_time: bool,
}

/// What of a table fills what.
#[derive(Default)]
struct Fit {
    /// How the rows are read.
    reading: Reading,
    /// For each column of the reading the chosen column of the stream that it fills; the others fill found ones.
    chosen: Vec<usize>,
    /// The names of the others.
    found: Vec<String>,
}

impl Stream {
    /// Takes what another data source answered and merges it with the rows that came meanwhile.
    pub fn receive_tables(
        stream: &Rc<RefCell<Self>>,
        history: &QueriedHistory,
        tables: &[HistoryTable],
        now: Millis,
    ) {
        let mut this = stream.borrow_mut();
        let end = this.arrivals_begin();
        this.begin_history();
        let result = this.read_tables(history, tables, end, now);
        this.end_history();
        this.revision += 1;
        let name = &history.name;
        this.history_problem = match result {
            Ok(0) => Some(format!("The history from {name} is empty.")),
            Ok(_) => this.unfilled(history, tables),
            Err(error) => Some(format!(
                "The history from {name} could not be read: {error}."
            )),
        };
    }

    /// When the first row came, where rows have no time but that. None that history tells of later is older than the
    /// feed, and it cannot be told that it came from there too: its time is another.
    fn arrivals_begin(&self) -> Option<Millis> {
        if self.reading.time.is_some() || self.schema.inferred_time.is_some() {
            return None;
        }
        let tables = self.series.all.iter().map(|series| &series.table);
        tables.filter_map(Table::first_time).min_by(f64::total_cmp)
    }

    /// Takes the rows of the tables; says how many there were.
    fn read_tables(
        &mut self,
        history: &QueriedHistory,
        tables: &[HistoryTable],
        end: Option<Millis>,
        now: Millis,
    ) -> Result<usize, DecodeError> {
        let mut rows = 0;
        for table in tables {
            let fit = self.fit(history, table);
            let first_found = fit.chosen.len();
            let filled_by = |chosen| fit.chosen.iter().position(|column| *column == chosen);
            let found = fit.found.iter().enumerate();
            let found = found.map(|(index, name)| (first_found + index, name));
            let plan = Plan::new(&[&fit.reading], false);
            let places = plan.columns.first().map_or(&[][..], Vec::as_slice);
            let mut map = self.map_of_history(&fit.reading, places, &self.filled(filled_by), found);
            map.end = end;
            // Without a column the program would look for some by itself.
            if fit.reading.columns.is_empty() {
                rows += usize::from(table.rows.len() > "[]".len());
                continue;
            }
            rows += HistoryPass::new(self, plan, map, now).receive(table.rows.as_bytes())?;
        }
        Ok(rows)
    }

    fn fit(&self, history: &QueriedHistory, table: &HistoryTable) -> Fit {
        let mut fit = Fit::default();
        let time = table.columns.iter().position(|column| column.is_time);
        fit.reading.time = time
            .and_then(path)
            .map(|path| RowTime::at(path, TimeReader::new(TimeFormat::Milliseconds)));
        let mut taken: Vec<usize> = time.into_iter().collect();
        for (chosen, name) in history.names.iter().enumerate() {
            let kind = self.reading.columns.get(chosen).map(|column| &column.kind);
            if let Some(column) = table.named(name, &taken) {
                fit.add(column, kind.cloned().unwrap_or_default());
                fit.chosen.push(chosen);
                taken.push(column);
            }
        }
        if self.reading.is_open() {
            for (index, column) in table.columns.iter().enumerate() {
                let is_known = |name: &&String| !self.schema.columns_named(name).is_empty();
                let known = column.names.iter().find(is_known);
                if let Some(name) = known.or(column.names.first())
                    && !taken.contains(&index)
                {
                    fit.add(index, Kind::default());
                    fit.found.push(name.clone());
                }
            }
        }
        fit
    }

    /// Which fields no table fills, for their user.
    fn unfilled(&self, history: &QueriedHistory, tables: &[HistoryTable]) -> Option<String> {
        let is_filled = |name: &String| tables.iter().any(|table| table.named(name, &[]).is_some());
        let names = history.names.iter();
        let missing: Vec<&str> = names
            .filter(|n| !is_filled(n))
            .map(String::as_str)
            .collect();
        if missing.is_empty() {
            return None;
        }
        let mut known: Vec<&str> = Vec::new();
        for column in tables.iter().flat_map(|table| &table.columns) {
            if let Some(name) = column.names.first()
                && !known.contains(&name.as_str())
            {
                known.push(name);
            }
        }
        Some(format!(
            "The history from {} has no field named {}. Its fields are {}. Give them the names that the fields of this query have.",
            history.name,
            missing.join(" or "),
            known.join(", ")
        ))
    }
}

impl Fit {
    fn add(&mut self, column: usize, kind: Kind) {
        if let Some(path) = path(column) {
            self.reading.columns.push(FieldSelector {
                default_name: path.dotted(),
                path,
                pattern: None,
                kind,
                role: Role::Value,
            });
        }
    }
}

impl HistoryTable {
    /// The column of this name. One that is shown under it goes before one that is only called so.
    fn named(&self, name: &str, taken: &[usize]) -> Option<usize> {
        let most = self.columns.iter().map(|column| column.names.len()).max()?;
        let at = |rank: usize| {
            let is_meant =
                |column: &HistoryColumn| column.names.get(rank).is_some_and(|n| n == name);
            let mut columns = self.columns.iter().enumerate();
            let found = columns.find(|(index, column)| is_meant(column) && !taken.contains(index));
            found.map(|(index, _)| index)
        };
        (0..most).find_map(at)
    }
}

/// Where the rows have their values of a column.
fn path(column: usize) -> Option<Path> {
    let path = Path::parse(&format!("$[*][{column}]"));
    debug_assert!(path.is_ok(), "an index is a path");
    path.ok()
}
