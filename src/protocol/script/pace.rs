//! When a server takes the next message: some end a connection that says too much in a second.
//!
//! [`ScriptClient`](super::client::ScriptClient) asks before each subscription and each removal, and counts all that it
//! says. A deadline in plain numbers: the client sets the timer.

use super::rules::PaceRule;
use crate::table::Millis;

/// How far what was said has used up what may be said.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// From when the server would have taken all that was said, one message after the other.
    taken: Millis,
}

impl Pace {
    /// A message is sent.
    pub(super) fn sent(&mut self, rule: Option<PaceRule>, now: Millis) {
        if let Some(rule) = rule {
            self.taken = self.taken.max(now) + rule.interval_ms;
        }
    }

    /// When the next may be sent; in the past where nothing is in the way.
    pub(super) fn next(&self, rule: Option<PaceRule>) -> Millis {
        rule.map_or(0.0, |rule| {
            self.taken - (rule.burst - 1.0) * rule.interval_ms
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_has_more_than_the_burst_and_what_is_taken_in_a_second() {
        for (per_second, burst) in [(4.0, 1.0), (3.0, 10.0), (0.5, 1.0), (8.0, 3.0)] {
            let rule = Some(PaceRule {
                interval_ms: 1000.0 / per_second,
                burst,
            });
            let mut pace = Pace::default();
            let mut sent: Vec<Millis> = Vec::new();
            let mut now: Millis = 5_000.0;
            for message in 0..100 {
                // Messages that need not wait are counted with the others.
                let is_at_once = message % 7 == 3;
                if !is_at_once {
                    now = now.max(pace.next(rule));
                }
                pace.sent(rule, now);
                sent.push(now);
            }
            let most = burst + per_second + 1.0;
            for at in &sent {
                let within = sent
                    .iter()
                    .filter(|other| (*at..at + 1000.0).contains(other));
                let count = within.count() as f64;
                assert!(count <= most + 1.0, "{count} from {at} at {per_second}/s");
            }
            let lasted = (sent[99] - sent[0]) / 1000.0;
            let least = (99.0 - burst) / per_second;
            assert!((least - 2.0..=least + 2.0).contains(&lasted), "{lasted} s");
        }
    }

    #[test]
    fn without_a_rule_nothing_waits() {
        let mut pace = Pace::default();
        pace.sent(None, 1_000.0);
        assert!(pace.next(None) <= 1_000.0);
    }
}
