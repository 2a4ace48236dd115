//! What queries subscribe to, and what became of each: which is asked for next, and which one a server that hangs up
//! did not like.
//!
//! A server answers a destination that it refuses with ERROR, or with nothing, and closes: one bad destination ends the
//! socket for all. So after a close over a subscription they are asked for one by one, the suspect last, and one that
//! is the end of several sockets is left out. That may have been chance, such as brokers that are restarted one after
//! the other: a suspect is asked for again after some minutes, when nothing else is. Only what an error names is left
//! out for good.

use crate::protocol::SubscriptionId;
use crate::table::Millis;

/// Who does not answer for so long never will: some brokers know no receipts.
pub(super) const ANSWER_MS: Millis = 5_000.0;

/// How many sockets have to end over a subscription before it is left out. Sockets end for other reasons, too.
const MOST_ENDS: u32 = 3;

/// When a suspect is asked for again. That costs a socket when it is guilty, so it waits twice as long each time.
const RETRY_MINUTES: u32 = 5;

/// Until it waits so long.
const MOST_RETRY_MINUTES: u32 = 60;

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
    /// The server seems not to want it, and is asked again at that time.
    Suspected {
        words: String,
        /// Known when there is a socket.
        again: Option<Millis>,
    },
}

#[derive(Debug)]
struct KnownDestination {
    id: SubscriptionId,
    destination: String,
    standing: DestinationState,
    /// How many sockets have ended while it was the one to be answered.
    ends: u32,
}

impl KnownDestination {
    /// Whether it was left out when it was asked for last.
    fn is_suspect(&self) -> bool {
        self.ends >= MOST_ENDS
    }

    fn retry_minutes(&self) -> u32 {
        let times = self.ends.saturating_sub(MOST_ENDS).min(10);
        (RETRY_MINUTES << times).min(MOST_RETRY_MINUTES)
    }

    fn retry_ms(&self) -> Millis {
        f64::from(self.retry_minutes()) * 60_000.0
    }
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
            }
            if target.is_suspect() && target.standing == DestinationState::Open {
                let words = format!(
                    "the server closed the connection {} times when it was asked for {}; it is asked for again in {} min",
                    target.ends,
                    target.destination,
                    target.retry_minutes()
                );
                target.standing = DestinationState::Suspected { words, again: None };
            }
        }
    }

    /// There is a socket.
    pub(super) fn opened(&mut self, now: Millis) {
        for target in &mut self.all {
            let at = now + target.retry_ms();
            if let DestinationState::Suspected { again, .. } = &mut target.standing {
                again.get_or_insert(at);
            }
        }
    }

    /// When a suspect is to be asked for, if nothing else is.
    pub(super) fn retry_at(&self) -> Option<Millis> {
        let times = self.all.iter().filter_map(|target| match target.standing {
            DestinationState::Suspected { again, .. } => again,
            _ => None,
        });
        let times = times.filter(|_| self.asked.is_empty());
        times.min_by(f64::total_cmp)
    }

    /// What is to be asked for at `now`. Call again until it is `None`.
    pub(super) fn ask_next(&mut self, now: Millis) -> Option<(SubscriptionId, &str)> {
        let is_alone =
            |target: &KnownDestination| self.asked.contains(&target.id) && target.is_suspect();
        if !self.asked.is_empty() && (self.is_careful || self.all.iter().any(is_alone)) {
            return None;
        }
        let is_idle = self.asked.is_empty();
        let may_be = |target: &KnownDestination| match target.standing {
            DestinationState::Open => true,
            DestinationState::Suspected { again, .. } => {
                is_idle && again.is_some_and(|at| at <= now)
            }
            _ => false,
        };
        let open = self.all.iter_mut().filter(|target| may_be(target));
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
        now: Millis,
    ) -> Option<SubscriptionId> {
        let id = named.or_else(|| self.asked.first().copied())?;
        let target = self.all.iter_mut().find(|known| known.id == id)?;
        let words = words.to_owned();
        target.standing = match named {
            Some(_) => DestinationState::Refused(words),
            None => {
                target.ends = MOST_ENDS.max(target.ends + 1);
                let again = Some(now + target.retry_ms());
                DestinationState::Suspected { words, again }
            }
        };
        self.asked.retain(|known| *known != id);
        Some(id)
    }

    /// Those that the server does not want, and its words.
    pub(super) fn refused(&self) -> impl Iterator<Item = (SubscriptionId, &str)> {
        self.all.iter().filter_map(|target| match &target.standing {
            DestinationState::Refused(words) | DestinationState::Suspected { words, .. } => {
                Some((target.id, words.as_str()))
            }
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

    /// Takes the silence over the oldest that is asked for an answer. Says whether it was a suspect, and which.
    pub(super) fn expire(&mut self, now: Millis) -> Option<(bool, SubscriptionId)> {
        self.deadline().filter(|at| *at <= now)?;
        let id = *self.asked.first()?;
        let is_it = |target: &KnownDestination| target.id == id && target.is_suspect();
        let was_suspect = self.all.iter().any(is_it);
        self.taken(id).then_some((was_suspect, id))
    }
}
