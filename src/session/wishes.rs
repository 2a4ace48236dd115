//! How the consumer of a request wants to be served, by what the request says.
//!
//! In goes what the boundary has read of it; out come the [`Mode`] of its [`Schedule`](super::schedule::Schedule), and
//! whether it is Explore that shows it.

use super::schedule::{Mode, Range};
use crate::table::Millis;

/// What a request says of its consumer.
#[derive(Debug, Clone, PartialEq)]
pub struct Wishes<'r> {
    /// The app of Grafana that asks.
    pub app: Option<&'r str>,
    /// Whether that is in its live mode.
    pub is_live: bool,
    /// Whether the consumer waits for an end.
    pub is_finite: bool,
    /// How long rows are to be collected for the one packet, in milliseconds.
    pub collect_ms: Option<Millis>,
    /// The window that it shows.
    pub range: Range,
}

impl Wishes<'_> {
    /// How to serve it; a single answer waits for rows for up to `finite_timeout_ms`.
    pub fn mode(&self, finite_timeout_ms: Millis) -> Mode {
        match self.collect_ms.filter(|ms| *ms >= 0.0) {
            Some(collect_ms) if self.is_finite => Mode::Collecting {
                collect_ms,
                patience_ms: finite_timeout_ms,
            },
            _ if self.is_finite => Mode::Finite {
                timeout_ms: finite_timeout_ms,
            },
            _ => Mode::Live(self.range),
        }
    }

    /// Whether it is Explore outside its live mode.
    pub fn explores(&self) -> bool {
        self.app == Some("explore") && !self.is_live
    }
}

impl Mode {
    /// For a request that cannot be read: its targets tell that and are done, whoever waits for them.
    pub const OF_ERRORS: Self = Self::Finite { timeout_ms: 0.0 };
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANEL: Wishes<'_> = Wishes {
        app: Some("dashboard"),
        is_live: false,
        is_finite: false,
        collect_ms: None,
        range: Range::SLIDING,
    };

    #[test]
    fn a_panel_is_served_live_and_who_waits_for_an_end_gets_one() {
        assert_eq!(PANEL.mode(9.0), Mode::Live(Range::SLIDING));
        let finite = Wishes {
            is_finite: true,
            ..PANEL
        };
        assert_eq!(finite.mode(9.0), Mode::Finite { timeout_ms: 9.0 });
        let collects = |collect_ms| Wishes {
            collect_ms: Some(collect_ms),
            ..finite.clone()
        };
        let collecting = Mode::Collecting {
            collect_ms: 0.0,
            patience_ms: 9.0,
        };
        assert_eq!(collects(0.0).mode(9.0), collecting);
        assert_eq!(collects(-1.0).mode(9.0), Mode::Finite { timeout_ms: 9.0 });
        let stream = Wishes {
            is_finite: false,
            ..collects(5.0)
        };
        assert_eq!(stream.mode(9.0), Mode::Live(Range::SLIDING));
    }

    #[test]
    fn explore_is_known_unless_it_is_live() {
        let explore = Wishes {
            app: Some("explore"),
            ..PANEL
        };
        assert!(explore.explores() && !PANEL.explores());
        let live = Wishes {
            is_live: true,
            ..explore
        };
        assert!(!live.explores());
    }
}
