//! Rows on their way from messages into a table.
//!
//! In go rows with their times, and the cells they are made of; a [`Table`](super::Table) takes them. Streams fill one from what a
//! shared pass has read, from histories and from kept rows.

use crate::extract::coerce::CellSource;
use crate::extract::key;
use crate::extract::rows::{Cell, Rows};

/// Milliseconds since the epoch.
pub type Millis = f64;

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
pub(crate) enum RowSet<'a> {
    /// Every one.
    All,
    /// Those with these indexes, in this order.
    Listed(&'a [u32]),
}

/// Rows of one or more messages, for one table.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    /// The rows, some of which may be for other tables.
    pub(crate) rows: &'a Rows,
    /// The messages that the rows' cells refer to.
    pub(crate) source: CellSource<'a>,
    /// Which of the rows are for this table.
    pub(crate) selected: RowSet<'a>,
    /// The time of each selected row.
    pub(crate) times: &'a [Millis],
    /// For each column of the table, the column of `rows` that fills it.
    pub(crate) filled_from: &'a [Option<usize>],
    /// The columns of `rows` that make up the key, for tables that have one row per key, or the identifier; `None` for a
    /// part that these rows do not have.
    pub(crate) key_from: &'a [Option<usize>],
    /// So many of these, from the first on, must be there for a row to have an identifier.
    pub(crate) key_parts: usize,
    /// For each selected row whether it removes the row of its key; empty when none does.
    pub(crate) removes: &'a [bool],
    /// When the newest of the messages came.
    pub(crate) arrival: Millis,
}

impl Batch<'_> {
    /// How many rows are selected.
    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    /// The index in `rows` of the selected row `index`.
    #[inline]
    pub(crate) fn row(&self, index: usize) -> usize {
        match self.selected {
            RowSet::All => index,
            RowSet::Listed(rows) => match rows.get(index) {
                Some(row) => *row as usize,
                None => {
                    debug_assert!(false, "row {index} of {} that are selected", rows.len());
                    // Behind the last one, where every cell is missing.
                    self.rows.len()
                }
            },
        }
    }

    /// The cells of a row of `rows` that make up its key.
    #[inline]
    fn key_cells(&self, row: usize) -> impl Iterator<Item = &Cell> {
        let columns = self.key_from.iter();
        columns.map(move |column| self.rows.cell_of(row, *column))
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

    /// The cell that fills the column `column` of the table in the selected row `index`.
    #[inline]
    pub(super) fn cell(&self, index: usize, column: usize) -> &Cell {
        let from = self.filled_from.get(column).copied().flatten();
        self.rows.cell_of(self.row(index), from)
    }
}
