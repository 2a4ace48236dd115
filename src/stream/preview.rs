//! What a query makes of messages, row by row: for people who set up the query.
//!
//! [`tracing`](super::tracing) makes it out of what became of each row in a stream that was told to note that; the
//! session has the stream read the journal, and the boundary hands the preview over.

/// The rows of a query, those that are not shown among them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Preview {
    /// The time first, then the labels that tell series apart, then what the frames have.
    pub columns: Vec<PreviewColumn>,
    /// The newest, in the order of their messages.
    pub rows: Vec<PreviewRow>,
    /// How many there are in each state, by [`RowState`] in the order of [`RowState::ALL`].
    pub counts: [usize; 5],
}

impl Preview {
    /// How many rows are in that state.
    pub fn count(&self, state: RowState) -> usize {
        self.counts[state as usize]
    }
}

/// A column of a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewColumn {
    /// Its name, as it is shown.
    pub name: String,
    /// `time`, `number`, `string`, `boolean` or `json`.
    pub kind: &'static str,
    /// Grafana unit id.
    pub unit: Option<String>,
}

/// A row, or a message of which none came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// What became of it.
    pub state: RowState,
    /// One for each column; empty where the message cannot be read.
    pub values: Vec<Option<String>>,
    /// Why it is not shown.
    pub text: Option<String>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// It is in the frame.
    Shown,
    /// A condition of the query does not hold, or it has nothing of what the query asks for.
    Filtered,
    /// It came after newer ones, or is too old.
    Late,
    /// The frame has it already, or a newer row took its place.
    Repeated,
    /// Its message cannot be read.
    Unreadable,
}

impl RowState {
    /// Each, in order.
    pub const ALL: [Self; 5] = [
        Self::Shown,
        Self::Filtered,
        Self::Late,
        Self::Repeated,
        Self::Unreadable,
    ];

    /// Its name in the TypeScript declarations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Filtered => "filtered",
            Self::Late => "late",
            Self::Repeated => "repeated",
            Self::Unreadable => "unreadable",
        }
    }
}
