//! What two sockets deliver while one takes the place of the other: each message once.
//!
//! In go the payloads of both, in their order; out come those of the new one that the old one has not delivered. Two
//! payloads are the same when their bytes are, and they are for the same subscription. Feeds that give each connection
//! bytes of its own (a counter, a time of sending) have no payload on both: then what the new socket delivered before the
//! old one's last payload is left out, for the old one has delivered that in its own words.

use std::collections::VecDeque;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::protocol::SubscriptionId;
use crate::table::Millis;

/// Payloads of the old socket that are remembered at most; of more, the newest.
const MOST_SEEN: usize = 16_384;

/// Bytes of the new socket's payloads that are held back at most.
const MOST_HELD_BYTES: usize = 4 * 1024 * 1024;

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PayloadKind {
    /// A text message of a protocol in which every message is payload.
    Text,
    /// A binary message of one.
    Binary,
    /// A JSON text, and whose it is; `None` for all.
    Document(Option<SubscriptionId>),
}

/// A payload of the new socket.
#[derive(Debug, PartialEq)]
pub(super) struct HeldPayload {
    pub(super) kind: PayloadKind,
    pub(super) bytes: Vec<u8>,
    pub(super) arrival: Millis,
}

/// What both have delivered.
#[derive(Debug, Default)]
pub(super) struct Overlap {
    hasher: RandomState,
    /// The old one's payloads that the new one has not delivered, in order.
    seen: VecDeque<(PayloadKind, u64)>,
    /// The new one's payloads, in order: the hash of each, and whether the old one has delivered it.
    held: Vec<(u64, bool, HeldPayload)>,
    /// Whose payloads began with something that only the new one delivered, such as a snapshot. What follows changes that,
    /// so all of it counts.
    snapshots: Vec<PayloadKind>,
    held_bytes: usize,
    /// How many of those came before the old one's last payload.
    held_before: usize,
    /// Whether both have delivered the same payload. What is published after it, the new one delivers.
    has_met: bool,
}

impl Overlap {
    /// The old socket delivered a payload, which goes to the readers.
    pub(super) fn old_came(&mut self, kind: PayloadKind, bytes: &[u8]) {
        let hash = self.hasher.hash_one(bytes);
        let mut held = self.held.iter();
        let at = held
            .position(|(other, is_known, held)| !is_known && *other == hash && held.kind == kind);
        if let Some(at) = at {
            self.met(kind, at);
            self.held[at].1 = true;
        } else {
            self.seen.push_back((kind, hash));
            if self.seen.len() > MOST_SEEN {
                self.seen.pop_front();
            }
        }
        self.held_before = self.held.len();
    }

    /// The new socket delivered a payload, which waits if it is new.
    pub(super) fn new_came(&mut self, kind: PayloadKind, bytes: &[u8], arrival: Millis) {
        let is_repeat = self.is_repeat(kind, bytes);
        self.held_bytes += bytes.len();
        let payload = HeldPayload {
            kind,
            bytes: bytes.to_vec(),
            arrival,
        };
        let hash = self.hasher.hash_one(bytes);
        self.held.push((hash, is_repeat, payload));
    }

    /// Both have delivered the same; the new one has delivered so many payloads before it.
    fn met(&mut self, kind: PayloadKind, before: usize) {
        self.has_met = true;
        let mut before = self.held.iter().take(before);
        if before.any(|(_, is_known, held)| !is_known && held.kind == kind) {
            self.snapshots.push(kind);
        }
    }

    /// Whether the old socket has delivered what the new one delivers. What the old one delivered for the same
    /// subscription before that will not come any more.
    pub(super) fn is_repeat(&mut self, kind: PayloadKind, bytes: &[u8]) -> bool {
        if self.snapshots.contains(&kind) {
            return false;
        }
        let payload = (kind, self.hasher.hash_one(bytes));
        let Some(at) = self.seen.iter().position(|seen| *seen == payload) else {
            return false;
        };
        let mut index = 0;
        self.seen.retain(|(other, _)| {
            index += 1;
            *other != kind || index > at + 1
        });
        self.met(kind, self.held.len());
        true
    }

    /// Whether what comes next can be taken from the new socket without a gap.
    pub(super) fn has_met(&self) -> bool {
        self.has_met
    }

    /// Whether so much waits that it should not wait for longer.
    pub(super) fn is_full(&self) -> bool {
        self.held_bytes > MOST_HELD_BYTES
    }

    /// The old socket is closed. What the new one has delivered that the old one has not; what it delivers next is still
    /// to be asked for with [`is_repeat`](Self::is_repeat).
    pub(super) fn release(&mut self) -> impl Iterator<Item = HeldPayload> + use<> {
        let skipped = if self.has_met { 0 } else { self.held_before };
        self.held_bytes = 0;
        self.held_before = 0;
        let snapshots = self.snapshots.clone();
        let held = std::mem::take(&mut self.held).into_iter().skip(skipped);
        held.filter(move |(_, is_known, held)| !is_known || snapshots.contains(&held.kind))
            .map(|(_, _, payload)| payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KIND: PayloadKind = PayloadKind::Text;

    fn texts(payloads: impl Iterator<Item = HeldPayload>) -> Vec<String> {
        let text = |payload: HeldPayload| String::from_utf8(payload.bytes).unwrap();
        payloads.map(text).collect()
    }

    #[test]
    fn payloads_that_differ_on_each_socket_are_taken_from_the_old_one_until_its_last() {
        let mut overlap = Overlap::default();
        overlap.new_came(KIND, b"1 to new", 0.0);
        overlap.old_came(KIND, b"1 to old");
        overlap.new_came(KIND, b"2 to new", 0.0);
        assert!(!overlap.has_met());
        assert_eq!(texts(overlap.release()), ["2 to new"]);
    }

    #[test]
    fn what_follows_a_snapshot_of_the_new_one_counts_although_the_old_one_delivered_it() {
        let mut overlap = Overlap::default();
        overlap.new_came(KIND, b"a snapshot", 0.0);
        overlap.old_came(KIND, b"1");
        overlap.new_came(KIND, b"1", 0.0);
        assert!(overlap.has_met());
        overlap.new_came(KIND, b"2", 0.0);
        overlap.old_came(KIND, b"2");
        overlap.old_came(KIND, b"3");
        // The snapshot may be of before them.
        assert_eq!(texts(overlap.release()), ["a snapshot", "1", "2"]);
        assert!(!overlap.is_repeat(KIND, b"3"));
    }

    #[test]
    fn the_same_bytes_for_another_subscription_are_another_payload() {
        let of = |id| PayloadKind::Document(Some(SubscriptionId(id)));
        let mut overlap = Overlap::default();
        overlap.old_came(of(1), b"1");
        assert!(!overlap.is_repeat(of(2), b"1") && overlap.is_repeat(of(1), b"1"));
        assert!(!overlap.is_repeat(of(1), b"1"), "it came once");
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut overlap = Overlap::default();
        overlap.new_came(KIND, &vec![b'x'; MOST_HELD_BYTES], 0.0);
        assert!(!overlap.is_full());
        overlap.new_came(KIND, b"x", 0.0);
        assert!(overlap.is_full());
        for number in 0..MOST_SEEN as u32 + 1 {
            overlap.old_came(KIND, &number.to_le_bytes());
        }
        assert_eq!(overlap.seen.len(), MOST_SEEN);
    }

    proptest! {
        /// Of a feed whose payloads differ, of which the new socket has what comes from some point on: whichever of the
        /// two is ahead, each payload is taken once and in order, if the old one goes as soon as they have met.
        #[test]
        fn takes_each_once(from in 0usize..20, leads in proptest::collection::vec(any::<bool>(), 0..80)) {
            let (mut old, mut new) = (0, from);
            let mut overlap = Overlap::default();
            let mut taken = Vec::new();
            let mut is_over = false;
            for is_old in leads {
                if is_old && !is_over {
                    overlap.old_came(KIND, old.to_string().as_bytes());
                    taken.push(old.to_string());
                    old += 1;
                } else if is_over {
                    if !overlap.is_repeat(KIND, new.to_string().as_bytes()) {
                        taken.push(new.to_string());
                    }
                    new += 1;
                } else {
                    overlap.new_came(KIND, new.to_string().as_bytes(), 0.0);
                    new += 1;
                }
                if overlap.has_met() && !is_over {
                    is_over = true;
                    taken.extend(texts(overlap.release()));
                }
            }
            let expected: Vec<String> = (0..taken.len()).map(|number| number.to_string()).collect();
            prop_assert_eq!(taken, expected);
        }
    }
}
