//! The history of a feed, read into a stream.
//!
//! In goes the answer of a history endpoint as JSON texts, from whoever fetched it; its rows come out in the stream's
//! tables, merged with those that came meanwhile. A history may be read another way than the feed: then its fields fill
//! the stream's columns by their names, and some columns are filled by none.

use std::cell::RefCell;
use std::rc::Rc;

use super::Stream;
use super::column_map::ColumnMap;
use super::history_texts::{HistoryTexts, TextRead};
use super::mending::Mending;
use super::plan::Plan;
use super::row_batch::RowBatch;
use crate::decode::DecodeError;
use crate::extract::coerce::CellSource;
use crate::extract::nested;
use crate::extract::path::Path;
use crate::extract::rows::Rows;
use crate::extract::walk::walk;
use crate::query::{FetchedHistory, Fills, Reading};
use crate::table::Millis;
use crate::table::batch::Origin;

impl Stream {
    /// Takes the answer of the history endpoint and merges it with the rows that
    /// came meanwhile.
    pub fn receive_history(
        stream: &Rc<RefCell<Self>>,
        backfill: &FetchedHistory,
        texts: &HistoryTexts,
        now: Millis,
    ) {
        let mut this = stream.borrow_mut();
        this.begin_history();
        let (rows, problem) = this.read_history(backfill, texts, now);
        this.end_history();
        if let Some((repairs, answer)) = texts.mended() {
            this.mended(repairs, answer);
        }
        this.revision += 1;
        this.history_problem = match (rows, problem) {
            (0, None) => Some("The history is empty.".to_owned()),
            (_, None) => None,
            (0, Some(error)) => Some(format!("The history could not be read: {error}.")),
            (_, Some(error)) => Some(format!("A part of the history could not be read: {error}.")),
        };
    }

    /// Takes the rows of a history; says how many there were, and why not all could be read.
    fn read_history(
        &mut self,
        backfill: &FetchedHistory,
        texts: &HistoryTexts,
        now: Millis,
    ) -> (usize, Option<DecodeError>) {
        let documents = texts.documents();
        if documents.are_points() {
            self.read_points();
        }
        let own = self.reading.clone();
        let reading = backfill.reading.as_deref().unwrap_or(&own);
        let plan = Plan::new(&[reading], documents.are_records());
        let places = plan.columns.first().map_or(&[][..], Vec::as_slice);
        let map = match &backfill.reading {
            Some(other) => match &backfill.fills {
                Fills::Chosen(columns) => {
                    let filled_by = |chosen| columns.iter().position(|column| *column == chosen);
                    self.map_of_history(other, places, &self.filled(filled_by), [])
                }
                Fills::Named(names) => {
                    let none = self.filled(|_| None);
                    self.map_of_history(other, places, &none, names.iter().enumerate())
                }
                Fills::Same => self.map_of_history(other, places, &self.filled(|_| None), []),
            },
            None => {
                let columns: Vec<Option<usize>> = places.iter().copied().map(Some).collect();
                ColumnMap::new(&own, &self.schema, &columns)
            }
        };
        let mut reader = HistoryPass::new(self, plan, map, now);
        let (mut rows, mut problem) = (0, texts.problem());
        for text in documents
            .texts()
            .filter(|text| !text.trim_ascii().is_empty())
        {
            match reader.receive_all(texts, text, &own.parse) {
                Ok((count, lost)) => {
                    rows += count;
                    problem = problem.or(lost);
                }
                Err(error) => problem = problem.or(Some(error)),
            }
        }
        (rows, problem)
    }

    /// For each chosen column of the stream, and then for each part of its key, the column of a history that fills it,
    /// where `filled_by` says so of a chosen column. Parts of the key are found where they are chosen columns.
    pub(super) fn filled(&self, filled_by: impl Fn(usize) -> Option<usize>) -> Vec<Option<usize>> {
        let own = &self.reading;
        let mut columns: Vec<Option<usize>> = (0..own.columns.len()).map(&filled_by).collect();
        let keys = own.retention.upsert.iter().flat_map(|upsert| &upsert.keys);
        columns.extend(keys.map(|key| {
            let chosen = own.columns.iter().position(|column| column.path == *key);
            chosen.and_then(&filled_by)
        }));
        columns
    }

    /// The columns of a history that is read another way, whose program has its paths in `places`. `columns` says which
    /// of the history's columns fill the chosen columns of the stream and its key; those that `found` lists fill the
    /// found columns of these names.
    pub(super) fn map_of_history<'n>(
        &mut self,
        history: &Reading,
        places: &[usize],
        columns: &[Option<usize>],
        found: impl IntoIterator<Item = (usize, &'n String)>,
    ) -> ColumnMap {
        let own = self.reading.clone();
        // What the query filters by need not be in the history, which was asked for as it is.
        let mut plain = own;
        plain.filter.clear();
        plain.time = None;
        if let Some(upsert) = &mut plain.retention.upsert {
            upsert.delete_when.clear();
        }
        let place = |column: &Option<usize>| places.get((*column)?).copied();
        let columns: Vec<Option<usize>> = columns.iter().map(place).collect();
        let mut map = ColumnMap::new(&plain, &self.schema, &columns);
        map.read_time_of(history, places);
        for (index, name) in found {
            if let Some(place) = places.get(index) {
                self.connect_inferred(&mut map, *place, name);
            }
        }
        map
    }
}

/// A history being read.
pub(super) struct HistoryPass<'s> {
    stream: &'s mut Stream,
    plan: Plan,
    map: ColumnMap,
    rows: Rows,
    /// The time of rows that have none of their own.
    arrival: Millis,
}

impl<'s> HistoryPass<'s> {
    /// Reads into `stream` what `plan` takes, as `map` says.
    pub(super) fn new(stream: &'s mut Stream, plan: Plan, map: ColumnMap, now: Millis) -> Self {
        Self {
            map: plan.map(map),
            plan,
            rows: Rows::default(),
            arrival: stream.time_of_history(now),
            stream,
        }
    }

    /// Takes a text of `texts`, with the JSON in its texts opened, leniently where it has to be; says how many rows it
    /// had, and why there were not more.
    ///
    /// # Errors
    /// When nothing of it can be read.
    fn receive_all(
        &mut self,
        texts: &HistoryTexts,
        text: &[u8],
        parse: &[Path],
    ) -> Result<(usize, Option<DecodeError>), DecodeError> {
        let error = match self.receive_opened(text, parse) {
            Ok(rows) => return Ok((rows, None)),
            Err(error) => error,
        };
        let mut mending = Mending::default();
        let mut rows = 0;
        match texts.reread(text, error, &mut mending)? {
            TextRead::Strict(lines) => {
                for line in lines {
                    rows += self.receive_opened(line, parse)?;
                }
                Ok((rows, None))
            }
            TextRead::Mended(ranges, repairs, lost) => {
                for range in ranges {
                    let text = mending.bytes().get(range).unwrap_or_default();
                    rows += self.receive_opened(text, parse)?;
                }
                self.stream.mended(repairs, text);
                Ok((rows, lost))
            }
        }
    }

    fn receive_opened(&mut self, text: &[u8], parse: &[Path]) -> Result<usize, DecodeError> {
        let mut opened = Vec::new();
        nested::open(text, parse, &mut opened);
        self.receive(&opened)
    }

    /// Takes one text; says how many rows it had.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn receive(&mut self, text: &[u8]) -> Result<usize, DecodeError> {
        let program = &mut self.plan.program;
        self.rows.reset(program.width());
        walk(text, 0, program, &mut self.rows)?;
        let count = self.rows.len();
        let source = CellSource::new(text).at(self.arrival);
        for column in &self.plan.excerpts {
            let scratch = &mut self.stream.scratch;
            if let Some(mismatch) = column.cut(&mut self.rows, source, scratch) {
                self.stream.note_mismatch(&mismatch);
            }
        }
        let program = &self.plan.program;
        let rows = RowBatch {
            rows: &self.rows,
            source,
            arrivals: &vec![self.arrival; count],
            names: program.names(),
            is_truncated: program.is_full(),
        };
        self.stream.receive(&mut self.map, &rows, Origin::History);
        Ok(count)
    }
}
