//! The socket that is to take the place of another while that one goes on, and when the next of its kind is opened.
//!
//! [`Session`](super::Session) decides with it in `handover`; here is what needs nothing of the session.

use super::overlap::Overlap;
use crate::protocol::{Control, Opening, Phase, Protocol, SubscribeRequest, SubscriptionId};
use crate::table::Millis;

/// How long a server may take until it is ready for payloads, and has answered to all subscriptions.
const READY_MS: Millis = 30_000.0;

/// How long both sockets are open once the new one is ready, unless they deliver the same before.
const OVERLAP_MS: Millis = 1_000.0;

/// Where a successor is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum SuccessorState {
    /// Its token is asked for.
    AwaitsToken { since: Millis },
    /// The handshake is under way.
    Connecting { since: Millis },
    /// Messages can come.
    Open { since: Millis },
}

/// A socket that is to take the place of another.
#[derive(Debug)]
pub(super) struct Successor {
    pub(super) state: SuccessorState,
    pub(super) protocol: Box<dyn Protocol>,
    pub(super) opening: Opening,
    /// What its server has said of subscriptions, in order.
    pub(super) said: Vec<Control>,
    pub(super) overlap: Overlap,
    /// Since when it could take over.
    ready_since: Option<Millis>,
}

impl Successor {
    pub(super) fn new(state: SuccessorState, protocol: Box<dyn Protocol>) -> Self {
        Self {
            state,
            protocol,
            opening: Opening::default(),
            said: Vec::new(),
            overlap: Overlap::default(),
            ready_since: None,
        }
    }

    /// A subscription that the old socket's server refused or ended is asked for again, here as well.
    pub(super) fn asks_again(
        &mut self,
        id: SubscriptionId,
        request: &SubscribeRequest,
        now: Millis,
    ) {
        self.protocol.unsubscribe(id, "", now);
        self.protocol.subscribe(id, request, now);
        self.said.retain(|said| {
            !matches!(said, Control::Refused(about, _) | Control::Ended(about, _) if *about == id)
        });
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, SuccessorState::Open { .. })
    }

    /// When it is late with what is next, or takes over; not the time of its protocol.
    pub(super) fn deadline(&self, connect_ms: Millis) -> Millis {
        match (self.state, self.ready_since) {
            (SuccessorState::AwaitsToken { since } | SuccessorState::Connecting { since }, _) => {
                since + connect_ms
            }
            (SuccessorState::Open { since }, None) => since + READY_MS,
            (SuccessorState::Open { .. }, Some(ready)) => ready + OVERLAP_MS,
        }
    }

    /// Whether it is late with what is next.
    pub(super) fn is_late(&self, connect_ms: Millis, now: Millis) -> bool {
        self.protocol.phase() != Phase::Ready && self.deadline(connect_ms) <= now
    }

    /// Whether it takes over at `now`: its server is ready and has answered to all subscriptions, and both sockets have
    /// delivered the same payload or had the time to.
    pub(super) fn takes_over(&mut self, now: Millis) -> bool {
        let SuccessorState::Open { since } = self.state else {
            return false;
        };
        let awaits_answers = self.protocol.awaits_answers() && now < since + READY_MS;
        if self.protocol.phase() != Phase::Ready || awaits_answers {
            // Somebody may have asked for more meanwhile.
            self.ready_since = None;
            return false;
        }
        let ready = *self.ready_since.get_or_insert(now);
        self.overlap.has_met() || self.overlap.is_full() || now >= ready + OVERLAP_MS
    }
}

/// When the next successor is opened.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlannedHandover {
    pub(super) at: Millis,
    pub(super) reason: HandoverReason,
}

/// Why one socket is to take the place of another.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum HandoverReason {
    /// It is as old as `maxConnectionAgeMs`.
    Age,
    /// The server has said that it will end the connection, in its own words where it had any.
    Said(String),
    /// Nothing has come since the network, or the page, was back.
    Silence { since: Millis },
}

/// What a session knows of hand-overs.
#[derive(Debug, Default)]
pub(super) struct Handover {
    pub(super) plan: Option<PlannedHandover>,
    pub(super) successor: Option<Successor>,
    /// What the last socket delivered that this one may deliver again, until then.
    pub(super) tail: Option<(Overlap, Millis)>,
    /// Attempts at this hand-over that have failed.
    pub(super) failures: u32,
    /// Why the last of them failed.
    pub(super) problem: Option<String>,
    /// Hand-overs that succeeded.
    pub(super) count: u64,
}

impl Handover {
    /// Forgets what was planned for the socket that is gone.
    pub(super) fn reset(&mut self) {
        self.plan = None;
        self.failures = 0;
        self.problem = None;
    }

    /// What both sockets of a hand-over have delivered, while that matters.
    pub(super) fn overlap(&mut self) -> Option<&mut Overlap> {
        let successor = self.successor.as_mut()?;
        successor.is_open().then_some(&mut successor.overlap)
    }

    /// What the socket before has delivered, while this one may still repeat it.
    pub(super) fn tail(&mut self, now: Millis) -> Option<&mut Overlap> {
        if self.tail.as_ref().is_some_and(|(_, until)| *until <= now) {
            self.tail = None;
        }
        self.tail.as_mut().map(|(overlap, _)| overlap)
    }
}
