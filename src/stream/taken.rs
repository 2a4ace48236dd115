//! Rows that a program took from messages, and which of them a stream keeps.

use super::untimed::Untimed;
use super::wiring::{Asked, TimeColumn, Wiring};
use crate::extract::coerce::Source;
use crate::extract::rows::{Cell, Rows};
use crate::extract::time::TimeFormat;
use crate::table::Millis;
use crate::table::batch::RowSet;

/// Rows of one or more messages, for every stream of a group.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    pub(super) rows: &'a Rows,
    /// The messages that the rows' cells refer to.
    pub(super) source: Source<'a>,
    /// For each row when its message came.
    pub(super) arrivals: &'a [Millis],
    /// The program's columns by name.
    pub(super) names: &'a [String],
    /// The program found more columns than it has room for.
    pub(super) cut: bool,
}

impl Taken<'_> {
    /// When the newest message came.
    pub(super) fn arrival(&self) -> Millis {
        self.arrivals.last().copied().unwrap_or_default()
    }
}

/// The time in a cell that holds no number of the format. Not in place, since a batch reads its times in one loop.
#[inline(never)]
fn unusual_time(
    untimed: &mut Untimed,
    source: Source<'_>,
    cell: &Cell,
    format: &TimeFormat,
    scratch: &mut String,
) -> Option<Millis> {
    let time = source.time(cell, format, scratch);
    let time = time.ok().filter(|time| !time.is_nan());
    if time.is_none() && cell.is_value() {
        untimed.note(source.text(cell, scratch).unwrap_or_default());
    }
    time
}

/// The rows that a stream keeps. Kept between batches for its memory.
#[derive(Debug, Default)]
pub(super) struct Picks {
    /// Their indexes, unless all are kept.
    rows: Vec<u32>,
    all: bool,
    /// Their times.
    pub(super) times: Vec<Millis>,
    /// For each whether it removes the row of its key; empty when none does.
    pub(super) removes: Vec<bool>,
    pub(super) without_value: usize,
    pub(super) filtered: usize,
    pub(super) untimed: Untimed,
}

impl Picks {
    /// Picks the rows of a batch and reads their times.
    #[inline]
    pub(super) fn choose(&mut self, wiring: &mut Wiring, taken: &Taken<'_>, scratch: &mut String) {
        self.rows.clear();
        self.times.clear();
        self.removes.clear();
        self.untimed.clear();
        (self.without_value, self.filtered) = (0, 0);
        self.all = wiring.takes_all(taken.rows);
        if !self.all {
            self.pick(wiring, taken, scratch);
        }
        self.read_times(wiring.time.as_ref(), taken, scratch);
    }

    fn pick(&mut self, wiring: &mut Wiring, taken: &Taken<'_>, scratch: &mut String) {
        for row in 0..taken.rows.len() {
            let mut holds = |tests: &mut [Asked]| {
                let mut tests = tests.iter_mut();
                tests.all(|asked| asked.holds(taken.rows, row, taken.source, scratch))
            };
            if !holds(&mut wiring.filter) {
                self.filtered += 1;
                continue;
            }
            let removes = !wiring.removes.is_empty() && holds(&mut wiring.removes);
            if !removes && !wiring.has_value(taken.rows, row) {
                self.without_value += 1;
                continue;
            }
            self.rows.push(row as u32);
            if !wiring.removes.is_empty() {
                self.removes.push(removes);
            }
        }
    }

    /// The time of each row; without one of its own, when it came.
    #[inline]
    fn read_times(&mut self, time: Option<&TimeColumn>, taken: &Taken<'_>, scratch: &mut String) {
        let Some(TimeColumn { index, format }) = time else {
            if self.all {
                self.times.extend_from_slice(taken.arrivals);
            } else {
                let rows = self.rows.iter();
                let arrivals = rows.filter_map(|row| taken.arrivals.get(*row as usize));
                self.times.extend(arrivals);
            }
            return;
        };
        let untimed = &mut self.untimed;
        let mut read = |cell: &Cell, arrival: Millis| match cell
            .number()
            .and_then(|value| format.number(value))
        {
            Some(time) => time,
            None => unusual_time(untimed, taken.source, cell, format, scratch).unwrap_or(arrival),
        };
        if self.all {
            let cells = taken.rows.column(*index).zip(taken.arrivals);
            self.times
                .extend(cells.map(|(cell, arrival)| read(cell, *arrival)));
            return;
        }
        for row in &self.rows {
            let row = *row as usize;
            let arrival = taken.arrivals.get(row).copied().unwrap_or_default();
            self.times.push(read(taken.rows.cell(row, *index), arrival));
        }
    }

    /// Which rows are kept.
    pub(super) fn picked(&self) -> RowSet<'_> {
        if self.all {
            RowSet::All
        } else {
            RowSet::Listed(&self.rows)
        }
    }
}
