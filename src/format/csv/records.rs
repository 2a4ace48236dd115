//! CSV to records (RFC 4180).

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Splits CSV into records, one at a time.
pub(super) struct Records {
    reader: Reader,
    cells: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl Records {
    pub(super) fn new(separator: u8) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(separator).build(),
            cells: vec![0; 256],
            ends: vec![0; 32],
            count: 0,
        }
    }

    /// Takes the next record from the front of `rest`; false when there is none.
    pub(super) fn next(&mut self, rest: &mut &[u8]) -> bool {
        let (mut length, mut count) = (0, 0);
        loop {
            let (result, read, written, ended) =
                self.reader
                    .read_record(rest, &mut self.cells[length..], &mut self.ends[count..]);
            *rest = rest.get(read..).unwrap_or_default();
            length += written;
            count += ended;
            match result {
                // Without more input the reader ends the record, then itself.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    self.count = count;
                    return true;
                }
                ReadRecordResult::End => return false,
            }
        }
    }

    /// Begins a new text.
    pub(super) fn reset(&mut self) {
        self.reader.reset();
    }

    /// How many cells the record has.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The record's cells, without quotes.
    pub(super) fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(self.ends.iter().copied())
            .take(self.count)
            .map(|(start, end)| self.cells.get(start..end).unwrap_or_default())
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").finish_non_exhaustive()
    }
}
