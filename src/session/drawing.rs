//! How much of the page's time the packets of one request take, and how far apart they should be for that.
//!
//! In goes how long the page was busy with each round of packets ([`Drawing::took`]); out comes the gap that keeps this
//! to its share ([`Drawing::gap`]), which [`Schedule`](super::schedule::Schedule) keeps. A dashboard has many requests
//! that know nothing of one another: what a page is busy with is everybody's work, so that together they slow down
//! until there is time again.

use crate::table::Millis;

/// The part of the page's time that a request's packets may take.
pub const SHARE: f64 = 0.25;

/// The longest gap that is made for this.
pub const LONGEST_GAP_MS: Millis = 2000.0;

/// How many packets in a row have to be slow: loading a page or collecting garbage is slow once.
const ROUNDS: usize = 3;

/// What the last rounds of packets took.
#[derive(Debug, Default)]
pub struct Drawing {
    costs: [Millis; ROUNDS],
    next: usize,
}

impl Drawing {
    /// From a round of packets until the page could do something else, it took `ms`.
    pub fn took(&mut self, ms: Millis) {
        self.costs[self.next] = ms.max(0.0);
        self.next = (self.next + 1) % ROUNDS;
    }

    /// What a round takes, as far as that is not chance.
    pub fn cost(&self) -> Millis {
        self.costs.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// How far apart rounds have to be.
    pub fn gap(&self) -> Millis {
        (self.cost() / SHARE).min(LONGEST_GAP_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(costs: &[Millis]) -> Drawing {
        let mut drawing = Drawing::default();
        costs.iter().for_each(|cost| drawing.took(*cost));
        drawing
    }

    #[test]
    fn a_gap_is_four_times_what_three_rounds_in_a_row_took_at_least() {
        assert_eq!(after(&[]).gap(), 0.0);
        assert_eq!(after(&[50.0, 50.0]).gap(), 0.0, "it begins fast");
        assert_eq!(after(&[50.0, 60.0, 55.0]).gap(), 200.0);
        assert_eq!(after(&[800.0, 10.0, 20.0]).gap(), 40.0, "one slow round");
        assert_eq!(after(&[50.0, 50.0, 50.0, 5.0]).gap(), 20.0, "and back");
    }

    #[test]
    fn it_never_stops() {
        assert_eq!(after(&[9e9; 3]).gap(), LONGEST_GAP_MS);
        assert_eq!(after(&[-1.0; 3]).gap(), 0.0);
    }
}
