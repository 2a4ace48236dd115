//! One reading of one connection: messages in, the newest rows of them and what to say of them out.
//!
//! [`intake`] is the way in: it gives the messages of a connection to those who read it, each format translated once and
//! each message walked once for all who can share the pass. A [`Stream`] keeps the rows of one reading, in one table or
//! one per label set, and lends frames of them to whoever builds packets.

mod assumption;
mod cell_text;
mod clearing;
mod column_map;
mod counters;
mod excerpts;
pub mod hairline;
mod history;
pub mod history_tables;
pub mod history_texts;
mod inference;
pub mod intake;
mod joined_time;
mod kept_rows;
mod logs;
mod malformed;
mod mended;
pub(crate) mod mending;
mod notices;
mod plan;
mod points;
pub mod preview;
mod quoted_numbers;
mod row_batch;
mod schema;
mod selection;
mod series;
mod shared_pass;
pub mod shown_in;
mod trace;
mod tracing;
mod untimed;

use column_map::ColumnMap;
pub use counters::Counters;
use excerpts::{Mismatch, Mismatches};
use malformed::Malformed;
use mended::Mended;
use row_batch::RowBatch;
use schema::Schema;
use selection::Selection;
use series::SeriesSet;
use trace::Trace;
use untimed::Untimed;

use crate::decode::DecodeError;
use crate::decode::lenient::Repairs;
use crate::format::FoundFormat;
use crate::frame::{Frame, Values};
use crate::query::{Projection, Reading, Role, View};
use crate::table::batch::{Batch, Origin};
use crate::table::{Display, History, Millis, Table, TableMode};

/// The newest rows of a connection for everybody who reads them the same way.
#[derive(Debug)]
pub struct Stream {
    reading: Reading,
    schema: Schema,
    series: SeriesSet,
    /// What a stream with labels shows before any row came.
    blank: Table,
    capacity: usize,
    counters: Counters,
    malformed: Malformed,
    mended: Mended,
    untimed: Untimed,
    mismatches: Mismatches,
    history_problem: Option<String>,
    has_history: bool,
    /// How the messages are written, when that was found out.
    format: Option<FoundFormat>,
    /// What that was taken for before, in words.
    format_before: Option<String>,
    /// More fields were found than there is room for.
    is_truncated: bool,
    /// The rows are those of an earlier connection, and go when this one brings some.
    is_outdated: bool,
    /// The parts of the key that no row has held yet.
    unseen_keys: Vec<usize>,
    revision: u64,
    selection: Selection,
    scratch: String,
    /// What became of each row, where somebody wants to know that.
    trace: Option<Box<Trace>>,
}

impl Stream {
    /// A stream without rows, `capacity` of which it will hold of each series.
    pub fn new(reading: &Reading, capacity: usize) -> Self {
        let schema = Schema::new(reading);
        let upsert = reading.retention.upsert.as_ref();
        let keys = upsert.map_or(0, |upsert| upsert.keys.len());
        let mut stream = Self {
            series: SeriesSet::new(reading.retention.max_series),
            blank: Table::new(1, TableMode::default(), &schema.specs()),
            schema,
            reading: reading.clone(),
            capacity,
            counters: Counters::default(),
            malformed: Malformed::default(),
            mended: Mended::default(),
            untimed: Untimed::default(),
            mismatches: Mismatches::default(),
            history_problem: None,
            has_history: false,
            format: None,
            format_before: None,
            is_truncated: false,
            is_outdated: false,
            unseen_keys: (0..keys).collect(),
            revision: 0,
            selection: Selection::default(),
            scratch: String::new(),
            trace: None,
        };
        if !reading.retention.split {
            stream.series.alone(stream.table());
        }
        stream
    }

    /// How messages become its rows.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    fn table_mode(&self) -> TableMode {
        let ordered = self.reading.retention.ordered;
        match self.reading.repeat() {
            Some(repeat) => TableMode::Keyed { repeat, ordered },
            None if self.reading.has_ids() => TableMode::Identified,
            None => TableMode::Append,
        }
    }

    fn table(&self) -> Table {
        Table::new(self.capacity, self.table_mode(), &self.schema.specs())
    }

    /// Takes the rows of one or more messages.
    fn receive(&mut self, map: &mut ColumnMap, rows: &RowBatch<'_>, origin: Origin) {
        if rows.rows.is_empty() {
            return;
        }
        if map.has_unused(rows.names.len()) {
            self.infer_columns(map, rows);
        }
        let mut selection = std::mem::take(&mut self.selection);
        selection.choose(map, rows, &mut self.scratch);
        self.counters.dropped += selection.without_value as u64;
        self.counters.filtered += selection.filtered as u64;
        self.untimed.add(&selection.untimed, origin);
        if !selection.times.is_empty() {
            if self.is_outdated && origin == Origin::Live {
                self.clear();
            }
            if self.trace.is_none() {
                self.store(map, rows, &selection, origin);
            }
            if origin == Origin::Live {
                // The time of a row that is written again and again may be that of a bar or a report.
                let timed = map.time.is_some() && self.reading.retention.upsert.is_none();
                let newest = timed.then(|| newest(&selection.times));
                self.counters
                    .took(selection.times.len(), newest, rows.arrival());
            }
        }
        if self.trace.is_some() {
            self.store_traced(map, rows, &selection, origin);
        }
        self.selection = selection;
    }

    #[inline]
    fn store(
        &mut self,
        map: &ColumnMap,
        rows: &RowBatch<'_>,
        selection: &Selection,
        origin: Origin,
    ) {
        let batch = selection.batch(map, rows);
        self.look_for_keys(&batch);
        if self.reading.retention.split {
            self.store_by_series(map, &batch, origin);
        } else if let Some(series) = self.series.all.first_mut() {
            series.table.receive(&batch, origin);
        } else {
            debug_assert!(false, "a stream without labels has one series");
        }
    }

    /// Gives each series its rows.
    fn store_by_series(&mut self, map: &ColumnMap, batch: &Batch<'_>, origin: Origin) {
        let mode = self.table_mode();
        let schema = &self.schema;
        // A table with keys knows what it repeats, so it needs no room for all of history.
        let capacity = match mode {
            TableMode::Keyed { .. } => self.capacity,
            TableMode::Append | TableMode::Identified => origin.capacity(self.capacity),
        };
        for (index, time) in batch.times.iter().enumerate() {
            let row = batch.row(index);
            let removes = batch.removes.get(index).copied();
            let table = || Table::new(capacity, mode, &schema.specs());
            let table = (removes != Some(true)).then_some(table);
            let series = self.series.index_of(batch, row, &map.labels, table);
            // Of what nobody knows nothing is removed.
            let Some(series) = series else { continue };
            let series = &mut self.series.all[series];
            series.rows.push(row as u32);
            series.times.push(*time);
            series.removes.extend(removes);
        }
        self.series.flush(batch, origin);
    }

    /// Messages came, whatever is in them.
    fn count(&mut self, messages: usize, bytes: usize) {
        self.counters.messages += messages as u64;
        self.counters.bytes += bytes as u64;
    }

    #[cold]
    fn refuse(&mut self, error: DecodeError, message: &[u8]) {
        self.malformed.add(error, message);
        if let Some(trace) = &mut self.trace {
            trace.refuse(error);
        }
        self.revision += 1;
    }

    /// The last `messages` that were refused have become readable.
    #[cold]
    fn redeem(&mut self, messages: usize) {
        self.malformed.redeem(messages);
        if let Some(trace) = &mut self.trace {
            trace.redeem(messages);
        }
        self.revision += 1;
    }

    /// A message was read after it had been mended.
    #[cold]
    fn mended(&mut self, repairs: Repairs, message: &[u8]) {
        self.mended.add(repairs, message);
        self.revision += 1;
    }

    /// Values of a column do not match what is to be taken of them.
    #[cold]
    fn note_mismatch(&mut self, mismatch: &Mismatch<'_>) {
        self.mismatches.add(&self.reading, mismatch);
    }

    /// Says how the messages are written, and whether those before were read wrongly.
    fn set_format(&mut self, format: &FoundFormat, was_wrong: bool) {
        let before = self.format.replace(format.clone());
        if let Some(before) = before.filter(|_| was_wrong)
            && self.format_before.is_none()
        {
            self.format_before = Some(before.words);
        }
        self.revision += 1;
    }

    /// Drops the rows of messages that were read in a wrong format, with the columns that were found in them. Rows of a
    /// history were not; they and chosen columns stay.
    fn forget_found(&mut self) {
        if !self.reading.is_open() || self.has_history {
            return;
        }
        let before = self.revision();
        self.forget_points();
        self.forget_traced();
        self.schema = Schema::new(&self.reading);
        self.series = SeriesSet::new(self.reading.retention.max_series);
        self.blank = Table::new(1, TableMode::default(), &self.schema.specs());
        self.is_truncated = false;
        self.untimed = Untimed::default();
        if !self.reading.retention.split {
            self.series.alone(self.table());
        }
        // It goes up with every change.
        self.revision += before + 1;
    }

    /// The connection was lost and is open again: what is there may come once more.
    fn begin_anew(&mut self) {
        let upsert = self.reading.retention.upsert.as_ref();
        self.is_outdated = upsert.is_some_and(|upsert| upsert.drop_on_reconnect);
        for series in &mut self.series.all {
            series.table.begin_anew();
        }
    }

    /// Forgets all rows: others come in their place.
    #[cold]
    fn clear(&mut self) {
        self.is_outdated = false;
        self.series.clear();
        self.forget_traced();
        if !self.reading.retention.split {
            self.series.alone(self.table());
        }
    }

    fn begin_history(&mut self) {
        self.has_history = true;
        for series in &mut self.series.all {
            series.history = Some(series.table.begin_history());
        }
    }

    fn end_history(&mut self) {
        let capacity = self.capacity;
        for series in &mut self.series.all {
            // A series that only history knows has nothing to be merged with.
            let history = series.history.take();
            let history = history.unwrap_or(History::without_live_rows(capacity));
            series.table.end_history(history);
        }
    }

    /// Says on the panel that the history could not be had.
    pub fn history_failed(&mut self, problem: String) {
        self.history_problem = Some(problem);
        self.revision += 1;
    }

    /// Changes how many rows are held of each series.
    pub fn resize(&mut self, capacity: usize) {
        self.capacity = capacity;
        for series in &mut self.series.all {
            series.table.resize(capacity);
        }
    }

    /// How many rows are held.
    pub fn len(&self) -> usize {
        self.series.all.iter().map(|s| s.table.len()).sum()
    }

    /// The time of rows of history that have none of their own: they came before those that are there.
    fn time_of_history(&self, now: Millis) -> Millis {
        let tables = self.series.all.iter().map(|series| &series.table);
        let oldest = tables.filter_map(Table::first_time).min_by(f64::total_cmp);
        // Of two rows with one key and one time the one that comes later stays.
        let before = if self.reading.retention.upsert.is_some() {
            1.0
        } else {
            0.0
        };
        oldest.map_or(now, |oldest| now.min(oldest - before))
    }

    /// Whether no row is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Goes up with everything that a packet would show differently.
    pub fn revision(&self) -> u64 {
        let tables = self.series.all.iter().map(|s| s.table.revision());
        self.revision + self.series.revision + tables.sum::<u64>()
    }

    /// What was counted.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Bytes of memory behind the rows.
    pub fn allocated_bytes(&self) -> usize {
        let tables = self.series.all.iter().map(|s| s.table.allocated_bytes());
        tables.sum()
    }

    /// Makes ready for [`frames`](Self::frames) of the same projection at the same time: drops rows that have expired
    /// and puts the others in their order.
    pub fn settle(&mut self, projection: &Projection, now: Millis) {
        let cutoff = self.reading.retention.expire_ms.map(|after| now - after);
        let since = self.since(projection, now);
        for series in &mut self.series.all {
            if let Some(cutoff) = cutoff {
                series.table.expire(cutoff);
            }
            series.table.settle(since);
        }
    }

    /// The newest `limit` rows of each series, shown as `projection` says, at `now`, for which the stream was
    /// [settled](Self::settle).
    pub fn frames(&self, limit: usize, projection: &Projection, now: Millis) -> Vec<Frame<'_>> {
        let since = self.since(projection, now);
        let series = self.series.all.iter();
        let lens: Vec<usize> = series.map(|s| s.table.newest(limit, since)).collect();
        let roles: &[Role] = match projection.view {
            View::TimeSeries => &[Role::Value],
            View::Table | View::Logs => &[Role::Value, Role::Label, Role::Id],
        };
        let shown = self.schema.shown(projection, roles);
        let time = self.time_display(projection);
        if projection.view == View::Logs {
            let series = self.series.all.iter().zip(&lens);
            return series
                .map(|(series, len)| {
                    logs::to_log_frame(&series.table, *len, &self.schema, projection)
                })
                .collect();
        }
        if self.series.all.is_empty() {
            return vec![self.blank.frame(0, time, &shown)];
        }
        let names = self.label_names(projection);
        let series = self.series.all.iter().zip(&lens);
        let frames = series.map(|(series, len)| {
            let mut frame = series.table.frame(*len, time.clone(), &shown);
            if self.reads_points() {
                // Each measurement has fields of its own.
                frame.drop_empty();
            }
            if self.reading.retention.split {
                frame.label(&series.labels(&names));
            }
            frame
        });
        let mut frames: Vec<Frame<'_>> = frames.collect();
        if !self.reads_points() {
            agree_on_types(&mut frames);
        }
        frames
    }

    /// Where the window of a projection begins at `now`.
    fn since(&self, projection: &Projection, now: Millis) -> Option<Millis> {
        projection.window_ms.map(|window| self.clock(now) - window)
    }

    /// What the time is called that no message tells: another name than that of any column.
    fn arrival_name(&self, projection: &Projection) -> &'static str {
        let mut columns = 0..self.schema.columns.len();
        if columns.any(|column| self.schema.name(column, projection) == "Time") {
            "Arrival time"
        } else {
            "Time"
        }
    }

    fn time_display(&self, projection: &Projection) -> Display {
        let mut time = projection.time_display.clone();
        let own = || self.schema.inferred_time.clone();
        let arrival = || self.arrival_name(projection).to_owned();
        time.name = time.name.or_else(own).or_else(|| Some(arrival()));
        time
    }

    /// What the feed's clock shows at `now`: a window is measured with it, so that a clock that
    /// is wrong does not empty the panel.
    fn clock(&self, now: Millis) -> Millis {
        now - self.counters.skew().unwrap_or(0.0)
    }
}

/// The newest of the times. Compared like this it is done with vectors, which [`f64::max`] is not.
fn newest(times: &[Millis]) -> Millis {
    let newer = |newest, time: &Millis| if *time > newest { *time } else { newest };
    times.iter().fold(f64::NEG_INFINITY, newer)
}

/// A series in which a field has had no value yet shows it with the type that it has in others.
fn agree_on_types(frames: &mut Vec<Frame<'_>>) {
    let fields = frames.first().map_or(0, |frame| frame.fields.len());
    for index in 0..fields {
        let known = |frame: &Frame<'_>| {
            let field = frame.fields.get(index)?;
            let unknown = matches!(field.values, Values::Nulls(_));
            (!unknown).then_some(field.kind)
        };
        let Some(kind) = frames.iter().find_map(known) else {
            continue;
        };
        for frame in frames.iter_mut() {
            if let Some(field) = frame.fields.get_mut(index)
                && matches!(field.values, Values::Nulls(_))
            {
                field.kind = kind;
            }
        }
    }
}

#[cfg(test)]
mod tests;
