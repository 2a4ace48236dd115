//! How long to wait before the next attempt to connect.

/// Exponential backoff with a cap and jitter, so that a thousand dashboards do
/// not all come back in the same second after a server restarts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    /// Longest wait before the first retry, in milliseconds.
    pub min_ms: f64,
    /// Longest wait before any retry, in milliseconds.
    pub max_ms: f64,
    /// Retries after which to give up; `None` never does.
    pub max_attempts: Option<u32>,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            min_ms: 500.0,
            max_ms: 30_000.0,
            max_attempts: None,
        }
    }
}

impl Backoff {
    /// The wait before retry number `attempt` (from 1), in milliseconds; half
    /// of it is fixed, half is `random`, a number in 0..1. `None` gives up.
    pub fn delay(&self, attempt: u32, random: f64) -> Option<f64> {
        if self.max_attempts.is_some_and(|most| attempt > most) {
            return None;
        }
        let doubled = self.min_ms * 2f64.powi(attempt.saturating_sub(1).min(60) as i32);
        let longest = doubled.min(self.max_ms.max(self.min_ms));
        Some(longest * (0.5 + 0.5 * random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubles_up_to_the_cap() {
        let backoff = Backoff {
            min_ms: 500.0,
            max_ms: 3000.0,
            max_attempts: None,
        };
        let waits: Vec<f64> = (1..=5)
            .filter_map(|attempt| backoff.delay(attempt, 1.0))
            .collect();
        assert_eq!(waits, [500.0, 1000.0, 2000.0, 3000.0, 3000.0]);
    }

    #[test]
    fn gives_up_after_the_last_attempt() {
        let backoff = Backoff {
            max_attempts: Some(2),
            ..Backoff::default()
        };
        assert!(backoff.delay(2, 0.0).is_some() && backoff.delay(3, 0.0).is_none());
    }

    proptest! {
        #[test]
        fn stays_within_half_and_all_of_the_longest_wait(attempt in 1u32..5000, random in 0.0f64..1.0) {
            let backoff = Backoff::default();
            let longest = backoff.delay(attempt, 1.0).unwrap();
            let wait = backoff.delay(attempt, random).unwrap();
            prop_assert!(wait >= longest / 2.0 && wait <= longest && longest <= backoff.max_ms);
        }
    }
}
