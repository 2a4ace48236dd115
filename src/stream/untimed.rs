//! Rows whose time cannot be read, or only as what nobody has said it is.

use crate::table::batch::Origin;

/// How many there were, and the last of their times.
#[derive(Debug, Default)]
pub(super) struct Untimed {
    rows: u64,
    last: String,
    /// The first time that was read as UTC, since it does not say its zone and nobody else does.
    assumed: Option<String>,
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

    /// A time was read as UTC without anybody having said so; only the first one is looked at.
    pub(super) fn assume(&mut self, time: impl FnOnce() -> String) {
        let shown = |time: String| time.chars().take(SHOWN).collect();
        self.assumed.get_or_insert_with(|| shown(time()));
    }

    /// The first time that was read as UTC, as it is written.
    pub(super) fn assumed(&self) -> Option<&str> {
        self.assumed.as_deref()
    }

    /// Adds those of a later batch. That rows of a history have no time is no news.
    pub(super) fn add(&mut self, later: &Self, origin: Origin) {
        if self.assumed.is_none() {
            self.assumed.clone_from(&later.assumed);
        }
        if later.rows > 0 && origin == Origin::Live {
            self.rows += later.rows;
            self.last.clone_from(&later.last);
        }
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.rows = 0;
        self.assumed = None;
    }

    /// What the user should know of it.
    pub(super) fn notice(&self) -> Option<String> {
        let Self { rows, last, .. } = self;
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
