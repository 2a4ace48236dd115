//! What is to be said of subscriptions, and when the server takes it: some end a connection that says too much in a second.
//!
//! In go subscriptions to ask for, messages that take others back, and that something was said; out comes whose turn it
//! is, and when the next is. [`ScriptClient`](super::client::ScriptClient) calls this and sets the timer.

use std::collections::VecDeque;

use super::rules::PaceRule;
use crate::protocol::SubscriptionId;
use crate::table::Millis;

/// What is said next.
#[derive(Debug, PartialEq)]
pub(super) enum ScriptTurn {
    /// A message that takes a subscription back.
    Part(String),
    /// A subscription is asked for.
    Ask(SubscriptionId),
}

/// What waits to be said, at the pace that the server takes.
#[derive(Debug, Default)]
pub(super) struct Turns {
    pace: Pace,
    /// They go before what is to be asked for, which may be the same to the server.
    partings: VecDeque<String>,
    asks: VecDeque<SubscriptionId>,
}

impl Turns {
    /// A message is sent, whatever it is about.
    pub(super) fn sent(&mut self, rule: Option<PaceRule>, now: Millis) {
        self.pace.sent(rule, now);
    }

    /// Has a message sent that takes a subscription back.
    pub(super) fn part(&mut self, text: String) {
        self.partings.push_back(text);
    }

    /// Has a subscription asked for.
    pub(super) fn ask(&mut self, id: SubscriptionId) {
        if !self.asks.contains(&id) {
            self.asks.push_back(id);
        }
    }

    /// Has all of them asked for, and nothing else.
    pub(super) fn ask_all(&mut self, ids: impl Iterator<Item = SubscriptionId>) {
        self.clear();
        self.asks.extend(ids);
    }

    /// Nobody wants that subscription any more.
    pub(super) fn forget(&mut self, id: SubscriptionId) {
        self.asks.retain(|waiting| *waiting != id);
    }

    /// Nothing is to be said.
    pub(super) fn clear(&mut self) {
        self.partings.clear();
        self.asks.clear();
    }

    /// Whether a subscription waits to be asked for.
    pub(super) fn asks(&self) -> bool {
        !self.asks.is_empty()
    }

    /// What is said now; `None` when nothing is, or not yet.
    pub(super) fn next(&mut self, rule: Option<PaceRule>, now: Millis) -> Option<ScriptTurn> {
        if self.pace.next(rule) > now {
            return None;
        }
        let parting = self.partings.pop_front().map(ScriptTurn::Part);
        parting.or_else(|| self.asks.pop_front().map(ScriptTurn::Ask))
    }

    /// When the next turn is, if anything waits for it.
    pub(super) fn deadline(&self, rule: Option<PaceRule>) -> Option<Millis> {
        let waits = !self.partings.is_empty() || self.asks();
        waits.then(|| self.pace.next(rule))
    }
}

/// How far what was said has used up what may be said.
#[derive(Debug, Default)]
struct Pace {
    /// From when the server would have taken all that was said, one message after the other.
    taken: Millis,
}

impl Pace {
    /// A message is sent.
    fn sent(&mut self, rule: Option<PaceRule>, now: Millis) {
        if let Some(rule) = rule {
            self.taken = self.taken.max(now) + rule.interval_ms;
        }
    }

    /// When the next may be sent; in the past where nothing is in the way.
    fn next(&self, rule: Option<PaceRule>) -> Millis {
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
