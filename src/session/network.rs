//! What the browser says of its network and of the page: that it is offline, that it is back, that the page goes on after it
//! was frozen.
//!
//! Networks that come back, and machines that wake, leave sockets behind that look open and are dead: nobody closes them.
//! So the server of an open connection is asked for a sign of life where the protocol can do that
//! ([`Protocol::probe`](crate::protocol::Protocol::probe)). Where it cannot, another socket takes the place of one that
//! stays silent, as in any [hand-over](super::handover); where there can be no second one, it is dropped. [`Session`] calls
//! this.

use super::Session;
use super::successor::{HandoverReason, PlannedHandover};
use crate::table::Millis;

/// How long a connection may stay silent before it is doubted. TCP sends again what was lost about a second after the last
/// time at first, and then ever more seldom: what waits at the other end of a living connection comes within some
/// seconds. A feed that is slower gets another socket and loses nothing.
pub(super) const SILENT_MS: Millis = 5_000.0;

/// What comes sooner may have waited in the browser while the page was frozen, and proves nothing.
const WAITED_MS: Millis = 2_500.0;

/// The end of a sentence that begins with the address.
pub(super) const OFFLINE: &str =
    "this browser is offline. Freshet tries again as soon as it is back online";

impl Session {
    /// The browser has lost its network.
    pub(super) fn offline(&mut self, now: Millis) {
        if self.player.is_none() {
            self.offline_since.get_or_insert(now);
            self.link.offline(now);
        }
    }

    /// It has one again.
    pub(super) fn online(&mut self, now: Millis) {
        self.offline_since = None;
        let action = self.link.online(now);
        self.act(action);
        self.doubt(now);
    }

    /// An open connection may be dead without an end.
    pub(super) fn doubt(&mut self, now: Millis) {
        let is_live = self.player.is_none() && self.link.is_open();
        if is_live && !self.protocol.probe(now) {
            self.doubted_since = Some(now + WAITED_MS);
        }
    }

    /// When [`settle_doubt`](Self::settle_doubt) is to be called.
    pub(super) fn doubt_deadline(&self) -> Option<Millis> {
        self.doubted_since
            .map(|since| since - WAITED_MS + SILENT_MS)
    }

    /// Does what is due at `now`.
    pub(super) fn settle_doubt(&mut self, now: Millis) {
        if self.doubt_deadline().is_none_or(|at| at > now) {
            return;
        }
        let Some(since) = self.doubted_since.take() else {
            return;
        };
        if !self.link.is_open() || self.has_heard_since(since) || self.has_successor() {
            return;
        }
        if self.can_hand_over() {
            self.handover.plan = Some(PlannedHandover {
                at: now,
                reason: HandoverReason::Silence { since },
            });
        } else {
            self.drop_silent(now);
        }
    }

    /// Gives up a connection that has been silent since it was doubted.
    pub(super) fn drop_silent(&mut self, now: Millis) {
        let words = "nothing has come since the network or the page was back";
        let action = self.link.broken(words, now);
        self.act(action);
        self.change();
    }

    /// Whether anything came after that.
    pub(super) fn has_heard_since(&self, since: Millis) -> bool {
        self.last_heard().is_some_and(|at| at > since)
    }

    /// Whether nothing has come since the browser said that it is offline. It is not believed when something has: there are
    /// servers on the same machine.
    pub(super) fn is_offline(&self) -> bool {
        let since = self.offline_since;
        since.is_some_and(|since| !self.has_heard_since(since))
    }
}
