//! A stream that notes what becomes of each row, and the preview that comes of it.
//!
//! The rows of a traced stream are chosen as always and go into the tables one by one, so that what a table says of the
//! last row it was given is known. A stream without a trace is asked once for each batch whether it has one.

use super::Stream;
use super::cell_text::{iso, text_at};
use super::column_map::ColumnMap;
use super::preview::{Preview, PreviewColumn, PreviewRow, RowState};
use super::row_batch::RowBatch;
use super::selection::Selection;
use super::trace::{Cells, Fate, Trace, TracedRow};
use crate::extract::coerce::Kind;
use crate::frame::{FieldType, Frame};
use crate::interval;
use crate::query::{Projection, Role};
use crate::table::batch::Origin;
use crate::table::{Display, Millis, Table};

/// What a table of all columns shows.
const ROLES: [Role; 3] = [Role::Value, Role::Label, Role::Id];

impl Stream {
    /// Notes from now on what becomes of each row.
    pub fn trace(&mut self) {
        self.trace = Some(Box::default());
    }

    /// Notes from now on what stands in the rows, too.
    pub fn trace_cells(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.notes_cells = true;
        }
    }

    /// How many rows and unreadable messages were noted.
    pub fn traced(&self) -> usize {
        self.trace.as_ref().map_or(0, |trace| trace.rows.len())
    }

    /// Notes that a message gave no row.
    pub fn trace_empty(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.note_empty();
        }
    }

    /// Notes that all rows went.
    pub(super) fn forget_traced(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.cleared();
        }
    }

    /// Stores the rows of a batch one by one, and notes what becomes of each and of those that were not selected.
    #[cold]
    pub(super) fn store_traced(
        &mut self,
        map: &mut ColumnMap,
        rows: &RowBatch<'_>,
        selection: &Selection,
        origin: Origin,
    ) {
        let Some(mut trace) = self.trace.take() else {
            debug_assert!(false, "only traced streams are asked to trace");
            return;
        };
        let every = Selection::every(map, rows, &mut self.scratch);
        let mut next = 0;
        for row in 0..rows.rows.len() {
            let alone = every.one(row);
            let cells = trace
                .notes_cells
                .then(|| Box::new(self.cells_of(map, rows, &alone)));
            let selected = selection.row(next).filter(|selected| *selected == row);
            let mut traced = match selected {
                Some(_) => {
                    next += 1;
                    self.store_one(map, rows, &selection.one(next - 1), origin, &mut trace)
                }
                None => TracedRow::of(map.left_out(rows, row, &mut self.scratch)),
            };
            traced.time = alone.times.first().copied().unwrap_or(Millis::NAN);
            traced.cells = cells;
            trace.rows.push(traced);
        }
        self.trace = Some(trace);
    }

    /// Stores one row, and says what became of it.
    fn store_one(
        &mut self,
        map: &ColumnMap,
        rows: &RowBatch<'_>,
        one: &Selection,
        origin: Origin,
        trace: &mut Trace,
    ) -> TracedRow {
        let evicted = self.series.evicted;
        let touched = self.series.rows;
        self.store(map, rows, one, origin);
        let removes = one.removes.first() == Some(&true);
        let index = match self.reading.retention.split {
            true if self.series.rows == touched => None,
            true => self.series.last_touched(),
            false => Some(0),
        };
        let Some((index, series)) = index.and_then(|at| Some((at, self.series.all.get_mut(at)?)))
        else {
            // Of what nobody knows nothing is removed.
            return TracedRow::of(Fate::Removes);
        };
        if self.series.evicted > evicted {
            trace.replaced_series(index);
        }
        let table = &mut series.table;
        let left_out = trace.left_out(index, [table.late(), table.repeated()]);
        let number = trace.series(index);
        let key = table.key_of(&one.batch(map, rows));
        let fate = match left_out {
            Some(Fate::Late) if key.is_some_and(|key| trace.has_holder(number, key)) => Fate::Older,
            Some(fate) => fate,
            None if removes => Fate::Removes,
            None => Fate::Kept,
        };
        if key.is_none() {
            let time = one.times.first().copied().filter(|_| left_out.is_none());
            trace.took(index, time, table.len());
        }
        if let Some(key) = key.filter(|_| left_out.is_none()) {
            let before = match (removes, self.reading.retention.bucket) {
                (true, _) => Fate::Removed,
                (false, Some(_)) => Fate::Merged,
                (false, None) => Fate::Replaced,
            };
            trace.takes_place(number, key, removes, before);
        }
        TracedRow {
            series: number,
            key,
            ..TracedRow::of(fate)
        }
    }

    /// What stands in a row, as the columns of the stream read it.
    fn cells_of(&mut self, map: &ColumnMap, rows: &RowBatch<'_>, alone: &Selection) -> Cells {
        let batch = alone.batch(map, rows);
        let scratch = &mut self.scratch;
        let mut label = |from: &Option<usize>| {
            let cell = rows.rows.cell_of(batch.row(0), *from);
            rows.source.text(cell, scratch).map(str::to_owned)
        };
        let labels = map.labels.iter().map(&mut label).collect();
        let mut table = Table::new(1, self.table_mode(), &self.schema.specs());
        table.receive(&batch, Origin::Live);
        Cells {
            labels,
            values: self.values_at(&table.frame(1, Display::default(), &self.all_shown()), 0),
        }
    }

    /// The columns that are shown by themselves, without what a projection says of them.
    fn all_shown(&self) -> Vec<(usize, Display)> {
        self.schema.shown(&Projection::default(), &ROLES)
    }

    /// The values of a row of a frame, but for the time.
    fn values_at(&self, frame: &Frame<'_>, row: usize) -> Vec<Option<String>> {
        let fields = frame.fields.iter().skip(1);
        fields.map(|field| text_at(field, row)).collect()
    }

    /// What became of the rows that were traced, at `now`, in frames of `limit` rows: the newest `count` of them, and how
    /// many there are of each kind.
    pub fn preview(
        &mut self,
        projection: &Projection,
        limit: usize,
        count: usize,
        now: Millis,
    ) -> Preview {
        let trace = self.trace.take().unwrap_or_default();
        self.settle(projection, now);
        let since = self.since(projection, now);
        let standing = self.standing(&trace, limit, since);
        let mut preview = Preview {
            columns: self.preview_columns(projection),
            ..Preview::default()
        };
        let first = trace.rows.len().saturating_sub(count);
        for (index, (row, place)) in trace.rows.iter().zip(&standing).enumerate() {
            let state = state_of(row.fate, *place);
            preview.counts[state as usize] += 1;
            if index >= first {
                let width = preview.columns.len();
                let row = self.preview_row(row, *place, state, projection, limit, width);
                preview.rows.push(row);
            }
        }
        preview
    }

    /// Where each of the traced rows is now.
    fn standing(&self, trace: &Trace, limit: usize, since: Option<Millis>) -> Vec<Standing> {
        let mut places = vec![Standing::Nowhere; trace.rows.len()];
        // Those of tables with one row per key; of the others the trace knows.
        let mut by_series = vec![Vec::new(); self.series.all.len()];
        for (index, row) in trace.rows.iter().enumerate() {
            if row.fate == Fate::Kept
                && row.key.is_some()
                && let Some(series) = trace.place_of(row.series)
                && let Some(rows) = by_series.get_mut(series)
            {
                rows.push(index);
            }
        }
        for (at, (series, keyed)) in self.series.all.iter().zip(by_series).enumerate() {
            let first_shown = series.table.len() - series.table.newest(limit, since);
            let row_of = |index: &usize| series.table.row_of(trace.rows[*index].key?);
            let keyed = keyed.into_iter().map(|index| (index, row_of(&index)));
            let held = trace.held(at).enumerate();
            for (index, row) in keyed.chain(held.map(|(row, index)| (index, Some(row)))) {
                places[index] = match row {
                    Some(row) if row >= first_shown => Standing::Shown(at, row),
                    Some(row)
                        if since.is_some_and(|since| {
                            series.table.time_at(row).is_some_and(|time| time < since)
                        }) =>
                    {
                        Standing::BeforeWindow
                    }
                    _ => Standing::Nowhere,
                };
            }
        }
        places
    }

    fn preview_columns(&self, projection: &Projection) -> Vec<PreviewColumn> {
        let time = self.time_display(projection);
        let column = |name: String, kind, unit| PreviewColumn { name, kind, unit };
        let mut columns = vec![column(time.name.unwrap_or_default(), "time", time.unit)];
        if self.reading.retention.split {
            let labels = self.label_names(projection).into_iter();
            columns.extend(labels.map(|name| column(name, "string", None)));
        }
        for (index, display) in self.schema.shown(projection, &ROLES) {
            let spec = self.schema.columns.get(index).map(|column| &column.spec);
            let tables = self.series.all.iter().map(|series| &series.table);
            let kind = match spec.map(|spec| &spec.kind) {
                Some(Kind::Json) => "json",
                _ => tables
                    .chain([&self.blank])
                    .find_map(|table| table.kind_of(index))
                    .unwrap_or(FieldType::Number)
                    .name(),
            };
            columns.push(column(
                self.schema.name(index, projection),
                kind,
                display.unit,
            ));
        }
        columns
    }

    fn preview_row(
        &self,
        row: &TracedRow,
        place: Standing,
        state: RowState,
        projection: &Projection,
        limit: usize,
        width: usize,
    ) -> PreviewRow {
        let mut time = row.time;
        let mut cells = row.cells.as_deref().cloned().unwrap_or_default();
        if let (Standing::Shown(series, at), true) = (place, row.key.is_some())
            && let Some(series) = self.series.all.get(series)
        {
            // What others left or were taken in: a row of several.
            let frame = series
                .table
                .frame(usize::MAX, Display::default(), &self.all_shown());
            time = series.table.time_at(at).unwrap_or(time);
            cells.values = self.values_at(&frame, at);
        }
        let mut values = Vec::new();
        if state != RowState::Unreadable {
            values.push((!time.is_nan()).then(|| iso(time)));
            values.extend(cells.labels);
            values.extend(cells.values);
            values.resize(width, None);
        }
        PreviewRow {
            state,
            values,
            text: self.why(row, place, projection, limit),
        }
    }

    /// Why a row is not shown.
    fn why(
        &self,
        row: &TracedRow,
        place: Standing,
        projection: &Projection,
        limit: usize,
    ) -> Option<String> {
        let newest =
            || format!("It is older than the newest {limit} rows, which are all that is kept.");
        Some(match (row.fate, place) {
            (Fate::Kept, Standing::Shown(..)) => return None,
            (Fate::Kept, Standing::BeforeWindow) => {
                let window = interval::spoken(projection.window_ms.unwrap_or_default());
                format!("It is older than the window of {window}.")
            }
            (Fate::Kept, Standing::Nowhere) if self.reading.retention.expire_ms.is_some() => {
                "It was not updated for as long as rows are kept, or newer rows took its place."
                    .to_owned()
            }
            (Fate::Kept, Standing::Nowhere)
                if self.reading.retention.split && row.key.is_none() =>
            {
                format!(
                    "Its series was removed in favour of newer ones: only {} are kept.",
                    self.reading.retention.max_series
                )
            }
            (Fate::Kept, Standing::Nowhere) | (Fate::Late | Fate::Evicted, _) => newest(),
            (Fate::Filtered(index), _) => match self.reading.filter.get(index) {
                Some(condition) => format!(
                    "The condition {} {} does not hold.",
                    condition.path.dotted(),
                    condition.test
                ),
                None => "A condition does not hold.".to_owned(),
            },
            (Fate::Empty, _) => "It contains none of the query's values.".to_owned(),
            (Fate::Older, _) => "A newer row with its key had already arrived.".to_owned(),
            (Fate::Repeated, _) => "It was already there, and was delivered again.".to_owned(),
            (Fate::Replaced, _) => "A newer row with its key took its place.".to_owned(),
            (Fate::Merged, _) => "It is part of the row of its interval.".to_owned(),
            (Fate::Removes, _) => "It removes the row of its key.".to_owned(),
            (Fate::Removed, _) => "A later message removed it.".to_owned(),
            (Fate::Gone, _) => "A later message replaced all rows.".to_owned(),
            (Fate::Unreadable(error), _) => format!("It cannot be read: {error}."),
        })
    }
}

/// Where a row is in the end.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Standing {
    /// In the frame of this series, in this row of its table.
    Shown(usize, usize),
    /// In a table, but too old.
    BeforeWindow,
    /// In none.
    Nowhere,
}

fn state_of(fate: Fate, place: Standing) -> RowState {
    match fate {
        Fate::Kept if matches!(place, Standing::Shown(..)) => RowState::Shown,
        Fate::Kept | Fate::Late | Fate::Evicted | Fate::Older => RowState::Late,
        Fate::Filtered(_) | Fate::Empty => RowState::Filtered,
        Fate::Repeated
        | Fate::Replaced
        | Fate::Merged
        | Fate::Removes
        | Fate::Removed
        | Fate::Gone => RowState::Repeated,
        Fate::Unreadable(_) => RowState::Unreadable,
    }
}
