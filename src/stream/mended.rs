//! Messages that the lenient reader mended: how many, what was wrong with them, and an example.

use super::malformed::messages;
use crate::decode::lenient::{Repair, Repairs};
use crate::frame::{Notice, Severity};

/// Bytes that the notice shows before and behind the first place that was mended.
const SHOWN: usize = 24;

#[derive(Debug, Default)]
pub(super) struct Mended {
    count: u64,
    repairs: Repairs,
    example: String,
}

impl Mended {
    /// Counts a message; says whether that changes more of what is told than the number.
    #[cold]
    pub(super) fn add(&mut self, repairs: Repairs, message: &[u8]) {
        self.count += 1;
        let all = self.repairs.or(repairs);
        if all != self.repairs {
            self.repairs = all;
            self.example = around(message, repairs.first());
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn notice(&self) -> Option<Notice> {
        if self.count == 0 {
            return None;
        }
        let kinds = Repair::ALL.into_iter();
        let kinds: Vec<&str> = kinds
            .filter(|kind| self.repairs.has(*kind))
            .map(Repair::words)
            .collect();
        // Of the others nothing is lost.
        let severity = if self.repairs.has(Repair::Unreadable) {
            Severity::Warning
        } else {
            Severity::Info
        };
        let text = format!(
            "{} contained mistakes but could be read: {}. An example: {}",
            messages(self.count),
            kinds.join("; "),
            self.example
        );
        Some(Notice::new(severity, text))
    }
}

/// What stands in a message around a byte.
fn around(message: &[u8], at: usize) -> String {
    let from = at.saturating_sub(SHOWN);
    let to = message.len().min(at + SHOWN);
    let shown = String::from_utf8_lossy(message.get(from..to).unwrap_or_default());
    let shown = shown.trim_matches('\u{fffd}').trim();
    let before = if from > 0 { "…" } else { "" };
    let behind = if to < message.len() { "…" } else { "" };
    format!("{before}{shown}{behind}")
}
