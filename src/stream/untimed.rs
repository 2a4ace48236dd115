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
    pub(super) fn add(&mut self, rows: usize, last: &str) {
        self.rows += rows as u64;
        self.last = last.chars().take(SHOWN).collect();
    }

    /// What the user should know of it.
    pub(super) fn notice(&self) -> Option<String> {
        let Self { rows, last } = self;
        let (has, stands) = match rows {
            0 => return None,
            1 => ("row has", "stands"),
            _ => ("rows have", "stand"),
        };
        Some(format!(
            "{rows} {has} a time that is not of the chosen format, the last of them {last:?}, and {stands} at the time of arrival. Check timeFormat."
        ))
    }
}
