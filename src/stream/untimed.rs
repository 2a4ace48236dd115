//! Rows whose time cannot be read.

/// How many there were, and the last of their times.
#[derive(Debug, Default)]
pub(super) struct Untimed {
    rows: u64,
    last: String,
}

/// Characters of a time that are shown.
const SHOWN: usize = 40;

impl Untimed {
    /// A row has a time that cannot be read.
    pub(super) fn note(&mut self, time: &str) {
        self.rows += 1;
        self.last.clear();
        self.last.extend(time.chars().take(SHOWN));
    }

    /// Adds those of a later batch.
    pub(super) fn add(&mut self, later: &Self) {
        if later.rows > 0 {
            self.rows += later.rows;
            self.last.clone_from(&later.last);
        }
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.rows = 0;
    }

    /// What the user should know of it.
    pub(super) fn notice(&self) -> Option<String> {
        let Self { rows, last } = self;
        let (has, their) = match rows {
            0 => return None,
            1 => ("row has", "its"),
            _ => ("rows have", "their"),
        };
        Some(format!(
            "{rows} {has} a time that does not match the chosen format (last: {last:?}); {their} arrival time is used. Check timeFormat."
        ))
    }
}
