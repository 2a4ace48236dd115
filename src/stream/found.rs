//! Fields that are found in the messages.

use super::Stream;
use super::taken::Taken;
use super::wiring::{TimeColumn, Wiring};
use crate::extract::rows::Cell;
use crate::extract::time::{self, TimeFormat};

impl Stream {
    /// Gives the columns that rows of this batch are the first to have their places; the best
    /// candidate for the time of the rows becomes it. What only messages hold that make no row, since
    /// they cannot be read or do not meet the filter, is no column.
    #[cold]
    pub(super) fn place_found(&mut self, wiring: &mut Wiring, taken: &Taken<'_>) {
        self.cut |= taken.cut;
        let mut found = std::mem::take(&mut wiring.waiting);
        found.extend(wiring.placed..taken.names.len());
        wiring.placed = taken.names.len();
        let scratch = &mut self.scratch;
        let is_held = |index: &usize| wiring.is_held(*index, taken.rows, taken.source, scratch);
        let (found, waiting) = found.into_iter().partition::<Vec<_>, _>(is_held);
        wiring.waiting = waiting;
        if wiring.time.is_none()
            && let Some(index) = self.find_time(&found, taken)
        {
            self.schema.found_time = taken.names.get(index).cloned();
            wiring.time = Some(TimeColumn {
                index,
                format: TimeFormat::Auto,
            });
        }
        for index in found {
            if wiring.time.as_ref().is_some_and(|time| time.index == index) {
                continue;
            }
            self.place(wiring, index, &taken.names[index]);
        }
    }

    pub(super) fn place(&mut self, wiring: &mut Wiring, index: usize, name: &str) {
        // Another wiring may have made the column; one that is taken has the same name by chance.
        let taken = |place: &usize| wiring.taken_from.get(*place).copied().flatten().is_some();
        let mut places = self.schema.places(None, name);
        places.retain(|place| !taken(place));
        if places.is_empty() {
            let first = self.schema.columns.len();
            self.schema.find(&self.reading, name);
            for column in &self.schema.columns[first..] {
                self.series.add_column(&column.spec);
                self.blank.add_column(&column.spec);
            }
            places = (first..self.schema.columns.len()).collect();
        }
        for place in places {
            wiring.connect(index, place);
        }
        wiring.values.push(index);
    }

    /// The new column whose name and value are most like the time of a row.
    fn find_time(&mut self, found: &[usize], taken: &Taken<'_>) -> Option<usize> {
        if let Some(known) = &self.schema.found_time {
            // For good: rows whose time stands elsewhere would be told another way than those before.
            return taken.names.iter().position(|name| name == known);
        }
        let scratch = &mut self.scratch;
        let mut is_time = |cell: &Cell| match *cell {
            Cell::Number { value, .. } => time::is_plausible(value),
            _ => taken
                .source
                .time(cell, &TimeFormat::Auto, scratch)
                .is_ok_and(time::is_plausible),
        };
        let mut plausible = |index: usize| {
            let mut cells = taken.rows.column(index);
            cells.find(|cell| cell.is_value()).is_some_and(&mut is_time)
        };
        let found = found.iter().copied();
        found
            .filter_map(|index| Some((time::name_rank(&taken.names[index])?, index)))
            .filter(|(_, index)| plausible(*index))
            .min()
            .map(|(_, index)| index)
    }
}
