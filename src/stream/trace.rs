//! What became of each row of a stream, noted as it happens.
//!
//! [`Stream`](super::Stream) holds a trace only where somebody sets up a query, for the
//! [preview](super::preview::Preview). What happens to a row later, when another takes its place or all go, is noted
//! here too; which of the rows that were kept are still there, the tables say in the end.

use std::collections::{HashMap, VecDeque};

use crate::decode::DecodeError;
use crate::digest::AsTheyAre;
use crate::table::{KeyDigest, Millis};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fate {
    /// A table took it.
    Kept,
    /// This condition of the filter does not hold.
    Filtered(usize),
    /// It has none of the values.
    Empty,
    /// A full table has newer ones only.
    Late,
    /// A newer one with its key came before.
    Older,
    /// Newer ones took its room.
    Evicted,
    /// A table had it already.
    Repeated,
    /// A newer one with its key took its place.
    Replaced,
    /// It was taken into a row that others were taken into later.
    Merged,
    /// It removes the row of its key.
    Removes,
    /// A later one removed it.
    Removed,
    /// A later message replaced all rows.
    Gone,
    /// Its message cannot be read.
    Unreadable(DecodeError),
}

/// A row and what became of it.
#[derive(Debug)]
pub(super) struct TracedRow {
    pub(super) fate: Fate,
    /// By [`Trace::series`].
    pub(super) series: u32,
    /// Where a table has one row per key.
    pub(super) key: Option<KeyDigest>,
    /// NaN where there is none.
    pub(super) time: Millis,
    /// Its labels and values as text, where they were to be noted.
    pub(super) cells: Option<Box<Cells>>,
}

/// What stands in a row, as text.
#[derive(Debug, Default, Clone)]
pub(super) struct Cells {
    pub(super) labels: Vec<Option<String>>,
    pub(super) values: Vec<Option<String>>,
}

/// What is known of a series, by its place among those of the stream.
#[derive(Debug, Default)]
struct TracedSeries {
    /// Never used again.
    number: u32,
    /// How many of its rows were late and repeated.
    tally: [u64; 2],
    /// The rows that its table has, with their times, in order; empty where there is one row per key.
    held: VecDeque<(Millis, usize)>,
}

/// Everything that was noted.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) rows: Vec<TracedRow>,
    /// Whether what stands in the rows is noted too.
    pub(super) notes_cells: bool,
    series: Vec<TracedSeries>,
    next_series: u32,
    /// The row that was last written under each key.
    holders: HashMap<u64, usize, AsTheyAre>,
}

impl Trace {
    fn at(&mut self, index: usize) -> &mut TracedSeries {
        while self.series.len() <= index {
            let new = self.new_series();
            self.series.push(new);
        }
        &mut self.series[index]
    }

    fn new_series(&mut self) -> TracedSeries {
        self.next_series += 1;
        TracedSeries {
            number: self.next_series,
            ..TracedSeries::default()
        }
    }

    /// The number of the series that stands at `index` among those of the stream.
    pub(super) fn series(&mut self, index: usize) -> u32 {
        self.at(index).number
    }

    /// Another series took the place of the one at `index`.
    pub(super) fn replaced_series(&mut self, index: usize) {
        let new = self.new_series();
        *self.at(index) = new;
    }

    /// All rows of the stream went.
    pub(super) fn cleared(&mut self) {
        self.series.clear();
        let kept = self.rows.iter_mut().filter(|row| row.fate == Fate::Kept);
        kept.for_each(|row| row.fate = Fate::Gone);
    }

    /// Whether a table of the series at `index`, which has left out so many rows as late and repeated, has left out the
    /// last one.
    pub(super) fn left_out(&mut self, index: usize, tally: [u64; 2]) -> Option<Fate> {
        let [late, repeated] = std::mem::replace(&mut self.at(index).tally, tally);
        if tally[0] > late {
            Some(Fate::Late)
        } else {
            (tally[1] > repeated).then_some(Fate::Repeated)
        }
    }

    /// A table without keys holds `len` rows of the series at `index` after it was given the next row, which has that
    /// time where the table took it.
    pub(super) fn took(&mut self, index: usize, time: Option<Millis>, len: usize) {
        let next = self.rows.len();
        let held = &mut self.at(index).held;
        if let Some(time) = time {
            let place = held.partition_point(|(held, _)| held.total_cmp(&time).is_le());
            held.insert(place, (time, next));
        }
        // The oldest go, for a row that was there already too.
        let gone = held.len().saturating_sub(len);
        let gone: Vec<_> = held.drain(..gone).collect();
        for (_, row) in gone {
            if let Some(row) = self.rows.get_mut(row) {
                row.fate = Fate::Evicted;
            }
        }
    }

    /// The rows that are held of the series at `index`, in order; none where there is one row per key.
    pub(super) fn held(&self, index: usize) -> impl Iterator<Item = usize> {
        let series = self.series.get(index).into_iter();
        series.flat_map(|series| series.held.iter().map(|(_, row)| *row))
    }

    /// Whether a row was written under the key before.
    pub(super) fn has_holder(&self, series: u32, key: KeyDigest) -> bool {
        self.holders.contains_key(&holder(series, key))
    }

    /// The next row is written under the key, or removes what is there; `before` is what then becomes of that.
    pub(super) fn takes_place(&mut self, series: u32, key: KeyDigest, removes: bool, before: Fate) {
        let next = self.rows.len();
        let held = match removes {
            true => self.holders.remove(&holder(series, key)),
            false => self.holders.insert(holder(series, key), next),
        };
        if let Some(row) = held.and_then(|row| self.rows.get_mut(row)) {
            row.fate = before;
        }
    }

    /// A message cannot be read.
    pub(super) fn refuse(&mut self, error: DecodeError) {
        self.rows.push(TracedRow::of(Fate::Unreadable(error)));
    }

    /// The last `messages` of those could be read after all.
    pub(super) fn redeem(&mut self, messages: usize) {
        for _ in 0..messages {
            let mut rows = self.rows.iter();
            let last = rows.rposition(|row| matches!(row.fate, Fate::Unreadable(_)));
            if let Some(last) = last {
                self.rows.remove(last);
                for row in self.holders.values_mut() {
                    *row -= usize::from(*row > last);
                }
                let held = self.series.iter_mut().flat_map(|series| &mut series.held);
                held.for_each(|(_, row)| *row -= usize::from(*row > last));
            }
        }
    }

    /// A message gave no row.
    pub(super) fn note_empty(&mut self) {
        self.rows.push(TracedRow::of(Fate::Empty));
    }

    /// The index of the series of that number, if it is still there.
    pub(super) fn place_of(&self, number: u32) -> Option<usize> {
        self.series
            .iter()
            .position(|series| series.number == number)
    }
}

/// What stands for a key of a series. The digest is random, and so is half of it.
fn holder(series: u32, (high, _): KeyDigest) -> u64 {
    high.wrapping_add(u64::from(series) << 32)
}

impl TracedRow {
    /// A row of no series.
    pub(super) fn of(fate: Fate) -> Self {
        Self {
            fate,
            series: u32::MAX,
            key: None,
            time: Millis::NAN,
            cells: None,
        }
    }
}
