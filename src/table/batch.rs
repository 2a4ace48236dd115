//! Rows on their way from messages into a table.

use super::Millis;
use crate::extract::coerce::Source;
use crate::extract::key;
use crate::extract::rows::{Cell, Rows};

/// Where rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Live,
    History,
}

impl Origin {
    /// Room of a new table: history may bring more rows than are kept in the end.
    pub(crate) fn capacity(self, capacity: usize) -> usize {
        match self {
            Self::Live => capacity,
            Self::History => usize::MAX >> 1,
        }
    }
}

/// Which rows of a batch are meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Picked<'a> {
    /// Every one.
    All,
    /// Those with these indexes, in this order.
    Some(&'a [u32]),
}

/// Rows of one or more messages, for one table.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    /// The rows, some of which may be for other tables.
    pub(crate) rows: &'a Rows,
    /// The messages that the rows' cells refer to.
    pub(crate) source: Source<'a>,
    /// Which of the rows are for this table.
    pub(crate) picked: Picked<'a>,
    /// The time of each picked row.
    pub(crate) times: &'a [Millis],
    /// For each column of the table, the column of `rows` that fills it.
    pub(crate) taken_from: &'a [Option<usize>],
    /// The columns of `rows` that make up the key, for tables that have one row per key, or the identifier.
    pub(crate) key_from: &'a [usize],
    /// So many of these, from the first on, must be there for a row to have an identifier.
    pub(crate) key_parts: usize,
    /// For each picked row whether it removes the row of its key; empty when none does.
    pub(crate) removes: &'a [bool],
    /// When the newest of the messages came.
    pub(crate) arrival: Millis,
}

impl Batch<'_> {
    /// How many rows are picked.
    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    /// The index in `rows` of the picked row `index`.
    #[inline]
    pub(crate) fn row(&self, index: usize) -> usize {
        match self.picked {
            Picked::All => index,
            Picked::Some(rows) => rows.get(index).map_or(usize::MAX, |row| *row as usize),
        }
    }

    /// The cells of a row of `rows` that make up its key.
    #[inline]
    fn key_cells(&self, row: usize) -> impl Iterator<Item = &Cell> {
        let columns = self.key_from.iter();
        columns.map(move |column| self.rows.cell(row, *column))
    }

    /// Whether a row of `rows` has an identifier.
    #[inline]
    pub(super) fn has_id(&self, row: usize) -> bool {
        let mut parts = self.key_cells(row).take(self.key_parts);
        parts.all(|cell| cell.is_value())
    }

    /// Gives the key of a row of `rows` part by part to `take`.
    #[inline]
    pub(super) fn write_key(&self, row: usize, scratch: &mut String, take: impl FnMut(&[u8])) {
        key::write(self.key_cells(row), self.source, scratch, take);
    }

    /// The cell that fills the column `place` of the table in the picked row `index`.
    #[inline]
    pub(super) fn cell(&self, index: usize, place: usize) -> &Cell {
        match self.taken_from.get(place).copied().flatten() {
            Some(column) => self.rows.cell(self.row(index), column),
            None => &Cell::Missing,
        }
    }
}
