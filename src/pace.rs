//! When a subscriber gets its next packet.

/// Shortest gap between two packets, in milliseconds: Grafana's "-- Dashboard --" data source
/// debounces by 50 ms and would starve on anything faster.
pub const MIN_GAP_MS: f64 = 60.0;

/// How often a packet is sent without news while the panel's window slides.
pub const IDLE_MS: f64 = 1000.0;

/// Default of `maxRate`, in packets per second.
pub const DEFAULT_RATE: f64 = 10.0;

/// The rhythm of one subscriber's packets. Times are in milliseconds of any one clock.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    gap: f64,
    last: f64,
}

impl Pace {
    /// At most `rate` packets per second, and never closer than [`MIN_GAP_MS`].
    pub fn new(rate: f64) -> Self {
        Self {
            gap: (1000.0 / rate).max(MIN_GAP_MS),
            last: f64::NEG_INFINITY,
        }
    }

    /// A packet is sent now.
    pub fn sent(&mut self, now: f64) {
        self.last = now;
    }

    /// How long to wait before the next packet may be sent.
    pub fn wait(&self, now: f64) -> f64 {
        // A clock set back must not stop the stream.
        (self.last + self.gap - now).clamp(0.0, self.gap)
    }

    /// How long until a packet is due although nothing new has come.
    pub fn idle(&self, now: f64) -> f64 {
        (self.last + IDLE_MS.max(self.gap) - now).clamp(0.0, IDLE_MS.max(self.gap))
    }
}

/// The window that a panel shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Whether it ends at "now" and slides.
    pub relative: bool,
    /// Its end in milliseconds since the epoch, when it is fixed.
    pub to: f64,
}

impl Range {
    /// Whether rows that arrive at `now` can still be seen.
    pub fn is_live(&self, now: f64) -> bool {
        self.relative || now <= self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_packet_does_not_wait() {
        assert_eq!(Pace::new(10.0).wait(5.0), 0.0);
    }

    #[test]
    fn keeps_the_gap_but_no_more() {
        let mut pace = Pace::new(10.0);
        pace.sent(1000.0);
        assert_eq!(pace.wait(1030.0), 70.0);
        assert_eq!(pace.wait(1100.0), 0.0);
        assert_eq!(pace.idle(1030.0), 970.0);
    }

    #[test]
    fn a_slow_rate_slows_the_idle_tick_too() {
        let mut pace = Pace::new(0.1);
        pace.sent(0.0);
        assert_eq!(pace.idle(0.0), 10_000.0);
    }

    #[test]
    fn a_fixed_range_ends() {
        let range = Range {
            relative: false,
            to: 100.0,
        };
        assert!(range.is_live(100.0) && !range.is_live(101.0));
        assert!(
            Range {
                relative: true,
                to: 0.0
            }
            .is_live(1e12)
        );
    }

    proptest! {
        #[test]
        fn packets_are_never_closer_than_the_least_gap(rate in 0.01f64..1000.0, steps in proptest::collection::vec(0.0f64..500.0, 1..50)) {
            let mut pace = Pace::new(rate);
            let mut now = 0.0;
            let mut sent = f64::NEG_INFINITY;
            for step in steps {
                now += step;
                if pace.wait(now) == 0.0 {
                    prop_assert!(now - sent >= MIN_GAP_MS - 1e-6);
                    pace.sent(now);
                    sent = now;
                }
            }
        }
    }
}
