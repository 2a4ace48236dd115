//! The rows of one message, before they become values of columns.

/// One value of a message; texts and numbers refer to the message's bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// The path met nothing.
    Missing,
    /// JSON `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, with where its digits stand.
    Number {
        /// The nearest `f64`.
        value: f64,
        /// First byte of its digits.
        start: u32,
        /// Length of its digits; `u16::MAX` means unknown.
        length: u16,
    },
    /// An integer beyond 2^53: only its digits are exact.
    WideInteger {
        /// First byte of its digits.
        start: u32,
        /// The byte after the last one.
        end: u32,
    },
    /// A string, between its quotes.
    Text {
        /// First byte.
        start: u32,
        /// The byte after the last one.
        end: u32,
        /// Whether escapes stand inside.
        escaped: bool,
    },
    /// An array or object as it stands in the message.
    Json {
        /// First byte.
        start: u32,
        /// The byte after the last one.
        end: u32,
    },
}

impl Cell {
    /// An array or object between two offsets.
    pub(crate) fn json(start: usize, end: usize) -> Self {
        Self::Json {
            start: start as u32,
            end: end as u32,
        }
    }

    /// Its value, if it is a number that an `f64` holds.
    #[inline]
    pub(crate) fn number(&self) -> Option<f64> {
        match *self {
            Self::Number { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Whether it holds a value: neither missing nor `null`.
    pub fn is_value(&self) -> bool {
        !matches!(self, Self::Missing | Self::Null)
    }
}

/// 256 MB. Memory of wasm ends at 4 GB, and what is asked for beyond stops the engine.
const MAX_CELLS: usize = 1 << 24;

/// Room that is kept between batches; what an unusually large message needed is given back.
const KEPT_CELLS: usize = 1 << 18;

/// A batch of rows of equal width, row by row.
#[derive(Debug, Default)]
pub struct Rows {
    cells: Vec<Cell>,
    width: usize,
    len: usize,
}

impl Rows {
    /// Empties the batch and sets how many columns its rows have.
    pub fn reset(&mut self, width: usize) {
        if self.cells.capacity() > KEPT_CELLS {
            self.cells = Vec::new();
        }
        self.cells.clear();
        self.width = width;
        self.len = 0;
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The rows, each a slice as wide as the batch.
    pub fn iter(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks_exact(self.width.max(1)).take(self.len)
    }

    /// The cell of a column in a row; missing beyond either.
    #[inline]
    pub(crate) fn cell(&self, row: usize, column: usize) -> &Cell {
        if column >= self.width || row >= self.len {
            return &Cell::Missing;
        }
        let cell = self.cells.get(row * self.width + column);
        debug_assert!(cell.is_some(), "row {row} is there without its cells");
        cell.unwrap_or(&Cell::Missing)
    }

    /// The same where there may be no such column: then it is missing.
    #[inline]
    pub(crate) fn cell_of(&self, row: usize, column: Option<usize>) -> &Cell {
        column.map_or(&Cell::Missing, |column| self.cell(row, column))
    }

    /// The cells of one column, top to bottom; missing beyond the last column. A batch without columns has none.
    #[inline]
    pub(crate) fn column(&self, column: usize) -> impl ExactSizeIterator<Item = &Cell> + Clone {
        let rows = self.cells.chunks_exact(self.width.max(1));
        rows.map(move |row| row.get(column).unwrap_or(&Cell::Missing))
    }

    /// Whether no more should be added: a short message may be many rows, and each takes as much as
    /// the query has fields.
    #[inline]
    pub(crate) fn is_vast(&self) -> bool {
        self.len * self.width.max(1) > MAX_CELLS
    }

    /// Makes room for rows up to `len`, filled with [`Cell::Missing`].
    #[inline]
    pub(crate) fn grow_to(&mut self, len: usize) {
        if len > self.len {
            self.len = len;
            // With no column yet there is nothing to hold, but the row counts.
            self.cells.resize(len * self.width, Cell::Missing);
        }
    }

    /// Forgets the rows from `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        self.cells.truncate(self.len * self.width);
    }

    /// The cells of a row that [`grow_to`](Self::grow_to) has made.
    #[inline]
    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [Cell] {
        debug_assert!(row < self.len, "row {row} of {}", self.len);
        self.cells
            .get_mut(row * self.width..(row + 1) * self.width)
            .unwrap_or_default()
    }

    /// Sets the cell of a row that [`grow_to`](Self::grow_to) has made.
    #[inline]
    pub(crate) fn set(&mut self, row: usize, column: usize, cell: Cell) {
        debug_assert!(
            row < self.len && column < self.width,
            "cell {column} of row {row}, where {} of {} are",
            self.width,
            self.len
        );
        if let Some(slot) = self.cells.get_mut(row * self.width + column) {
            *slot = cell;
        }
    }

    /// Makes every row wider, for a column found in the middle of a message.
    pub(crate) fn widen(&mut self, width: usize) {
        if width <= self.width {
            return;
        }
        let mut cells = Vec::with_capacity(self.len * width);
        for row in 0..self.len {
            cells.extend_from_slice(&self.cells[row * self.width..(row + 1) * self.width]);
            cells.resize((row + 1) * width, Cell::Missing);
        }
        self.cells = cells;
        self.width = width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_larger_than_two_words() {
        assert_eq!(size_of::<Cell>(), 16);
    }

    #[test]
    fn widening_keeps_the_cells_in_place() {
        let mut rows = Rows::default();
        rows.reset(1);
        rows.grow_to(2);
        rows.set(0, 0, Cell::Null);
        rows.set(1, 0, Cell::Boolean(true));
        rows.widen(3);
        rows.set(1, 2, Cell::Boolean(false));
        let cells: Vec<Vec<Cell>> = rows.iter().map(<[Cell]>::to_vec).collect();
        assert_eq!(cells[0], [Cell::Null, Cell::Missing, Cell::Missing]);
        assert_eq!(
            cells[1],
            [Cell::Boolean(true), Cell::Missing, Cell::Boolean(false)]
        );
    }
}
