//! What queries subscribe to, and what became of each: which is asked for next, and which one a server that hangs up
//! did not like.
//!
//! A server answers a destination that it refuses with ERROR, or with nothing, and closes: one bad destination ends the
//! socket for all. So after a close over a subscription they are asked for one by one, the suspect last, and one that
//! is the end of several sockets is left out.

use crate::protocol::SubscriptionId;
use crate::table::Millis;

/// Who does not answer for so long never will: some brokers know no receipts.
pub(super) const ANSWER_MS: Millis = 5_000.0;

/// How many sockets have to end over a subscription before it is left out. Sockets end for other reasons, too.
const MOST_ENDS: u32 = 3;

#[derive(Debug, Clone, PartialEq)]
enum DestinationState {
    /// It is to be asked for.
    Open,
    /// It was asked for then.
    Asked(Millis),
    /// The server has it.
    Taken,
    /// The server does not want it, in these words.
    Refused(String),
}

#[derive(Debug)]
struct KnownDestination {
    id: SubscriptionId,
    destination: String,
    standing: DestinationState,
    /// How many sockets have ended while it was the one to be answered.
    ends: u32,
}

/// The subscriptions of a connection.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// In the order in which they came.
    all: Vec<KnownDestination>,
    /// Those that are asked, the oldest first.
    asked: Vec<SubscriptionId>,
    /// Whether they are asked for one by one.
    is_careful: bool,
}

impl Targets {
    pub(super) fn add(&mut self, id: SubscriptionId, destination: &str) {
        self.all.push(KnownDestination {
            id,
            destination: destination.to_owned(),
            standing: DestinationState::Open,
            ends: 0,
        });
    }

    /// Says whether the server knows of it.
    pub(super) fn remove(&mut self, id: SubscriptionId) -> bool {
        self.asked.retain(|known| *known != id);
        let index = self.all.iter().position(|known| known.id == id);
        let gone = index.map(|index| self.all.remove(index));
        gone.is_some_and(|gone| {
            matches!(
                gone.standing,
                DestinationState::Asked(_) | DestinationState::Taken
            )
        })
    }

    /// The socket is gone. `is_known` says that the reason has nothing to do with what was asked.
    pub(super) fn closed(&mut self, is_known: bool) {
        let suspect = self.asked.first().copied().filter(|_| !is_known);
        self.is_careful = suspect.is_some();
        self.asked.clear();
        for target in &mut self.all {
            if matches!(
                target.standing,
                DestinationState::Asked(_) | DestinationState::Taken
            ) {
                target.standing = DestinationState::Open;
            }
            if Some(target.id) == suspect {
                target.ends += 1;
                if target.ends >= MOST_ENDS {
                    target.standing = DestinationState::Refused(format!(
                        "the server closed the connection {MOST_ENDS} times when it was asked for {}",
                        target.destination
                    ));
                }
            }
        }
    }

    /// What is to be asked for at `now`. Call again until it is `None`.
    pub(super) fn ask_next(&mut self, now: Millis) -> Option<(SubscriptionId, &str)> {
        if self.is_careful && !self.asked.is_empty() {
            return None;
        }
        let open = self.all.iter_mut();
        let open = open.filter(|target| target.standing == DestinationState::Open);
        let target = open.min_by_key(|target| target.ends)?;
        target.standing = DestinationState::Asked(now);
        self.asked.push(target.id);
        Some((target.id, &target.destination))
    }

    /// Whether the server has yet to say what becomes of one.
    pub(super) fn await_answers(&self) -> bool {
        let mut all = self.all.iter();
        all.any(|target| {
            matches!(
                target.standing,
                DestinationState::Open | DestinationState::Asked(_)
            )
        })
    }

    /// The server took it, or sent something for it. Says whether it was asked.
    pub(super) fn taken(&mut self, id: SubscriptionId) -> bool {
        let mut all = self.all.iter_mut();
        let asked = all
            .find(|known| known.id == id && matches!(known.standing, DestinationState::Asked(_)));
        let Some(target) = asked else { return false };
        target.standing = DestinationState::Taken;
        target.ends = 0;
        self.asked.retain(|known| *known != id);
        true
    }

    /// The server does not want one of them, in these words: that which it names, or else the oldest that is asked,
    /// since it answers in order. Says which.
    pub(super) fn refuse(
        &mut self,
        named: Option<SubscriptionId>,
        words: &str,
    ) -> Option<SubscriptionId> {
        let id = named.or_else(|| self.asked.first().copied())?;
        let target = self.all.iter_mut().find(|known| known.id == id)?;
        target.standing = DestinationState::Refused(words.to_owned());
        self.asked.retain(|known| *known != id);
        Some(id)
    }

    /// Those that the server does not want, and its words.
    pub(super) fn refused(&self) -> impl Iterator<Item = (SubscriptionId, &str)> {
        self.all.iter().filter_map(|target| match &target.standing {
            DestinationState::Refused(words) => Some((target.id, words.as_str())),
            _ => None,
        })
    }

    /// When the oldest that is asked is given up waiting for.
    pub(super) fn deadline(&self) -> Option<Millis> {
        let id = self.asked.first()?;
        let target = self.all.iter().find(|known| known.id == *id)?;
        match target.standing {
            DestinationState::Asked(since) => Some(since + ANSWER_MS),
            _ => None,
        }
    }

    /// Takes silence for an answer. Says whether there was any.
    pub(super) fn expire(&mut self, now: Millis) -> bool {
        let mut is_any = false;
        while self.deadline().is_some_and(|at| at <= now)
            && let Some(id) = self.asked.first().copied()
        {
            is_any = self.taken(id);
        }
        is_any
    }
}
