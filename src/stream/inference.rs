//! Columns that are found in the messages, where a query names no values.
//!
//! In go the rows of a batch and the names that the program found; out come columns of the stream's tables, and
//! the one that is most like the time of a row. [`Stream`] calls this while a column of the program fills nothing yet.

use super::Stream;
use super::column_map::{ColumnMap, TimeColumn};
use super::row_batch::RowBatch;
use crate::extract::rows::Cell;
use crate::extract::time;
use crate::extract::time::reader::TimeReader;

impl Stream {
    /// Makes columns of what rows of this batch are the first to have; the best candidate for the time of
    /// the rows becomes it. What only messages hold that make no row, since they cannot be read or do not
    /// meet the filter, is no column.
    #[cold]
    pub(super) fn infer_columns(&mut self, map: &mut ColumnMap, batch: &RowBatch<'_>) {
        self.is_truncated |= batch.is_truncated;
        let mut new = std::mem::take(&mut map.unused);
        new.extend(map.seen..batch.names.len());
        map.seen = batch.names.len();
        let scratch = &mut self.scratch;
        let is_held = |index: &usize| map.is_held(*index, batch.rows, batch.source, scratch);
        let (new, unused) = new.into_iter().partition::<Vec<_>, _>(is_held);
        map.unused = unused;
        if map.time.is_none()
            && let Some(index) = self.infer_time(&new, batch)
        {
            self.schema.inferred_time = batch.names.get(index).cloned();
            map.time = Some(TimeColumn {
                index,
                reader: TimeReader::default(),
                joined: None,
            });
        }
        for index in new {
            if map.time.as_ref().is_some_and(|time| time.index == index) {
                continue;
            }
            if let Some(name) = self.value_name(&batch.names[index]) {
                let name = name.to_owned();
                self.connect_inferred(map, index, &name);
            }
        }
    }

    /// Has column `index` of a program fill the columns of that name, which are made if need be.
    pub(super) fn connect_inferred(&mut self, map: &mut ColumnMap, index: usize, name: &str) {
        // Another map may have made the column; one that is filled already has the same name by chance.
        let is_filled = |column: &usize| map.filled_from.get(*column).copied().flatten().is_some();
        let mut columns = self.schema.columns_named(name);
        columns.retain(|column| !is_filled(column));
        if columns.is_empty() {
            let first = self.schema.columns.len();
            self.schema.add_inferred(&self.reading, name);
            for column in &self.schema.columns[first..] {
                self.series.add_column(&column.spec);
                self.blank.add_column(&column.spec);
            }
            columns = (first..self.schema.columns.len()).collect();
        }
        for column in columns {
            map.connect(index, column);
        }
        map.values.push(index);
    }

    /// The new column whose name and value are most like the time of a row.
    fn infer_time(&mut self, new: &[usize], batch: &RowBatch<'_>) -> Option<usize> {
        if let Some(known) = &self.schema.inferred_time {
            // For good: rows whose time stands elsewhere would be told another way than those before.
            return batch.names.iter().position(|name| name == known);
        }
        let scratch = &mut self.scratch;
        let mut is_time = |cell: &Cell| match *cell {
            Cell::Number { value, .. } => time::is_plausible(value),
            _ => batch
                .source
                .time(cell, &TimeReader::default(), scratch)
                .is_ok_and(|moment| time::is_plausible(moment.ms)),
        };
        let mut plausible = |index: usize| {
            let mut cells = batch.rows.column(index);
            cells.find(|cell| cell.is_value()).is_some_and(&mut is_time)
        };
        let new = new.iter().copied();
        new.filter_map(|index| Some((time::name_rank(&batch.names[index])?, index)))
            .filter(|(_, index)| plausible(*index))
            .min()
            .map(|(_, index)| index)
    }
}
