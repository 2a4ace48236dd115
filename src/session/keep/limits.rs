//! How much the browser keeps, and for how long.

use crate::order;
use crate::table::Millis;

/// Bytes of the rows of one query at most; the newest are kept.
pub const MAX_ENTRY_BYTES: usize = 4 << 20;

/// Bytes of all that is kept for this page's origin at most.
pub const MAX_TOTAL_BYTES: f64 = (32 << 20) as f64;

/// Rows that were written longer ago are not shown any more.
pub const MAX_AGE_MS: Millis = 24.0 * 60.0 * 60.0 * 1000.0;

/// How often rows that have changed are written. A page that is closed may not get to write what came since.
pub const SAVE_MS: Millis = 5_000.0;

/// A browser that takes longer to read is not waited for.
pub const READ_TIMEOUT_MS: Millis = 3_000.0;

/// What the browser keeps of one query, without the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEntry {
    /// Its name.
    pub name: String,
    /// When it was written, in milliseconds since the epoch.
    pub saved: Millis,
    /// How long its rows are.
    pub bytes: f64,
}

/// Whether what was saved then is too old at `wall`.
pub fn is_expired(saved: Millis, wall: Millis) -> bool {
    // What comes from the future was written before the clock was set back.
    let age = (wall - saved).abs();
    age.is_nan() || age > MAX_AGE_MS
}

/// The names of the entries that have to go at `wall`: those that are too old, and the oldest of the others while there
/// is too much.
pub fn excess(entries: &[KeptEntry], wall: Millis) -> Vec<String> {
    let mut places: Vec<usize> = (0..entries.len()).collect();
    order::sort(&mut places, &|a, b| {
        entries[b].saved.total_cmp(&entries[a].saved)
    });
    let mut total = 0.0;
    let mut goes = |entry: &&KeptEntry| {
        total += entry.bytes;
        is_expired(entry.saved, wall) || total > MAX_TOTAL_BYTES
    };
    let newest_first = places.into_iter().map(|place| &entries[place]);
    let excess = newest_first.filter(|entry| goes(entry));
    excess.map(|entry| entry.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, saved: Millis, bytes: f64) -> KeptEntry {
        KeptEntry {
            name: name.to_owned(),
            saved,
            bytes,
        }
    }

    #[test]
    fn the_oldest_go_while_there_is_too_much() {
        let third = MAX_TOTAL_BYTES / 3.0;
        let all = [
            entry("b", 2.0, third),
            entry("a", 1.0, third),
            entry("d", 4.0, third),
            entry("c", 3.0, third),
        ];
        assert_eq!(excess(&all, 5.0), ["a"]);
        assert_eq!(excess(&all[1..], 5.0), [""; 0]);
        let huge = entry("huge", 2.5, MAX_TOTAL_BYTES);
        assert_eq!(
            excess(&[&all[..], &[huge]].concat(), 5.0),
            ["huge", "b", "a"]
        );
    }

    #[test]
    fn what_is_too_old_goes_and_so_does_what_cannot_be() {
        let now = 2.0 * MAX_AGE_MS;
        let all = [
            entry("fresh", now - MAX_AGE_MS, 1.0),
            entry("old", now - MAX_AGE_MS - 1.0, 1.0),
            entry("future", now + MAX_AGE_MS + 1.0, 1.0),
            entry("none", f64::NAN, 1.0),
        ];
        let mut gone = excess(&all, now);
        gone.sort();
        assert_eq!(gone, ["future", "none", "old"]);
    }
}
