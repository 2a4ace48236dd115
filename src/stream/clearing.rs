//! Messages that replace everything that came before them (`clearWhen` of the query model).
//!
//! In goes a JSON text before its rows are taken; out comes whether the stream it is for forgets its rows first. The text
//! is walked by itself for this: one that replaces everything may hold no row at all. [`SharedPass`](super::shared_pass)
//! asks for each of its streams that has such conditions.

use super::column_map::BoundTest;
use crate::decode::DecodeError;
use crate::extract::coerce::CellSource;
use crate::extract::path::Path;
use crate::extract::program::Program;
use crate::extract::rows::Rows;
use crate::extract::walk::walk;
use crate::query::Reading;

/// The conditions of a stream.
#[derive(Debug)]
pub(super) struct Clearing {
    program: Program,
    tests: Vec<BoundTest>,
    rows: Rows,
    scratch: String,
}

impl Clearing {
    /// Those of a reading, if it has any.
    pub(super) fn of(reading: &Reading) -> Option<Self> {
        let upsert = reading.retention.upsert.as_ref()?;
        if upsert.clear_when.is_empty() {
            return None;
        }
        let mut paths: Vec<Path> = Vec::new();
        let mut tests = Vec::new();
        for condition in &upsert.clear_when {
            let known = paths.iter().position(|path| *path == condition.path);
            let column = known.unwrap_or_else(|| {
                paths.push(condition.path.clone());
                paths.len() - 1
            });
            tests.push(BoundTest::new(Some(column), condition.test.clone()));
        }
        Some(Self {
            program: Program::new(&paths),
            tests,
            rows: Rows::default(),
            scratch: String::new(),
        })
    }

    /// Whether the text meets all conditions.
    ///
    /// # Errors
    /// When it is not one JSON text.
    pub(super) fn holds(&mut self, text: &[u8]) -> Result<bool, DecodeError> {
        self.rows.reset(self.program.width());
        walk(text, 0, &mut self.program, &mut self.rows)?;
        let (rows, scratch) = (&self.rows, &mut self.scratch);
        let source = CellSource::new(text);
        let tests = &mut self.tests;
        Ok((0..rows.len()).any(|row| {
            let mut tests = tests.iter_mut();
            tests.all(|test| test.holds(rows, row, source, scratch))
        }))
    }
}
