//! Which subscriptions a message is for, each once.
//!
//! In go the subscriptions of a session and the messages of its server; out comes who gets each message. A server may
//! send a message once for all filters that match its topic or once for each (MQTT 3.1.1 §3.3.5, 5 §3.3.4). In version
//! 5 each copy names the filters that it is for. In 3.1.1, and where a copy names none, the first goes to all that match,
//! and the others are recognised as well as can be: they follow at once.

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use mqtt_protocol_core::mqtt::packet::Property;

use super::filter;
use super::packets::{Publication, Wanted};
use crate::protocol::SubscriptionId;

/// The most retained messages that are remembered; further ones may come twice.
const MOST_RETAINED: usize = 65_536;

/// Acknowledged messages that are remembered.
const MOST_ACKNOWLEDGED: usize = 64;

/// A filter that the server knows as one subscription, and who asked for it.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) filter: String,
    /// What messages for it carry in version 5, which is never 0 (§3.8.2.1.2).
    pub(super) identifier: u32,
    members: Vec<TopicMember>,
}

#[derive(Debug)]
struct TopicMember {
    id: SubscriptionId,
    qos: u8,
}

impl Topic {
    /// The filter, with the highest QoS that is asked for.
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            filter: &self.filter,
            qos: self
                .members
                .iter()
                .map(|member| member.qos)
                .max()
                .unwrap_or(0),
        }
    }
}

/// How often the server sends a message that several filters match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copies {
    Unknown,
    /// Once for all.
    One,
    /// Once for each, or for some.
    Several,
}

/// A message of which copies may follow at once.
#[derive(Debug, Clone, Copy)]
struct Overlapping {
    digest: u64,
    /// How many.
    left: usize,
}

/// The subscriptions of a session.
#[derive(Debug)]
pub(super) struct Topics {
    /// In the order of their identifiers.
    all: Vec<Topic>,
    /// Whether messages carry identifiers.
    identifies: bool,
    copies: Copies,
    last: Option<Overlapping>,
    /// Who has had the retained message of which topic on this connection.
    retained: HashSet<(SubscriptionId, u64), RandomState>,
    /// Packet identifiers and digests of the last messages that were acknowledged.
    acknowledged: VecDeque<(u16, u64)>,
    hasher: RandomState,
}

impl Topics {
    pub(super) fn new() -> Self {
        Self {
            all: Vec::new(),
            identifies: false,
            copies: Copies::Unknown,
            last: None,
            retained: HashSet::default(),
            acknowledged: VecDeque::new(),
            hasher: RandomState::default(),
        }
    }

    /// A connection was accepted: the subscriptions are made anew on it.
    pub(super) fn begin(&mut self, identifies: bool, has_session: bool) {
        self.identifies = identifies;
        self.retained.clear();
        self.forget_copies();
        if !has_session {
            self.acknowledged.clear();
        }
    }

    fn forget_copies(&mut self) {
        self.copies = Copies::Unknown;
        self.last = None;
    }

    /// Whether messages say which subscriptions they are for.
    pub(super) fn identifies(&self) -> bool {
        self.identifies
    }

    pub(super) fn all(&self) -> &[Topic] {
        &self.all
    }

    /// Who asked for a filter.
    pub(super) fn members(&self, filter: &str) -> impl Iterator<Item = SubscriptionId> {
        let topic = self.all.iter().find(|topic| topic.filter == filter);
        topic
            .into_iter()
            .flat_map(|topic| &topic.members)
            .map(|member| member.id)
    }

    /// Somebody asks for a filter. The server is to be asked for what is returned, also when it has the filter already:
    /// retained messages come again then.
    pub(super) fn add(&mut self, id: SubscriptionId, filter: &str, qos: u8) -> &Topic {
        self.forget_copies();
        let known = self.all.iter().position(|topic| topic.filter == filter);
        let at = known.unwrap_or_else(|| {
            let identifier = id.0 + 1;
            let at = self.all.partition_point(|of| of.identifier < identifier);
            let topic = Topic {
                filter: filter.to_owned(),
                identifier,
                members: Vec::new(),
            };
            self.all.insert(at, topic);
            at
        });
        let topic = &mut self.all[at];
        topic.members.push(TopicMember { id, qos });
        topic
    }

    /// Somebody needs a filter no more. Returns the filter if nobody else does.
    pub(super) fn remove(&mut self, id: SubscriptionId) -> Option<String> {
        self.forget_copies();
        self.retained.retain(|(of, _)| *of != id);
        let asked = |topic: &Topic| topic.members.iter().any(|member| member.id == id);
        let at = self.all.iter().position(asked)?;
        let topic = &mut self.all[at];
        topic.members.retain(|member| member.id != id);
        topic.members.is_empty().then(|| self.all.remove(at).filter)
    }

    /// Adds whom a message is for to `targets`.
    pub(super) fn find(&mut self, message: &Publication, targets: &mut Vec<SubscriptionId>) {
        if self.is_known(message) {
            return;
        }
        let mut is_named = false;
        for property in message.properties() {
            if let Property::SubscriptionIdentifier(of) = property {
                is_named = true;
                let of = |topic: &Topic| topic.identifier.cmp(&of.val());
                let at = self.all.binary_search_by(of);
                let members = at.map_or(&[][..], |at| &self.all[at].members);
                // One that is named twice is one all the same.
                if members.first().is_some_and(|of| !targets.contains(&of.id)) {
                    targets.extend(members.iter().map(|member| member.id));
                }
            }
        }
        // Not every server names what it said it would.
        if !is_named {
            self.match_all(message, targets);
        }
        if message.is_retained() && !targets.is_empty() {
            self.leave_out_who_had_it(message, targets);
        }
    }

    /// Whether it is a message that was acknowledged before and sent again because the server did not hear that.
    fn is_known(&mut self, message: &Publication) -> bool {
        // Of QoS 2 the packet identifier tells.
        let Some(receipt) = message.receipt().filter(|receipt| receipt.qos == 1) else {
            return false;
        };
        let entry = (receipt.packet_id, self.digest(message));
        if message.is_repeated() && self.acknowledged.contains(&entry) {
            return true;
        }
        if self.acknowledged.len() == MOST_ACKNOWLEDGED {
            self.acknowledged.pop_front();
        }
        self.acknowledged.push_back(entry);
        false
    }

    fn digest(&self, message: &Publication) -> u64 {
        self.hasher.hash_one((message.topic(), message.payload()))
    }

    fn match_all(&mut self, message: &Publication, targets: &mut Vec<SubscriptionId>) {
        let topics = self.all.iter();
        let matched = topics.filter(|topic| filter::matches(&topic.filter, message.topic()));
        let mut filters = 0;
        for topic in matched {
            filters += 1;
            targets.extend(topic.members.iter().map(|member| member.id));
        }
        // Retained messages are told apart by who has had them.
        if !message.is_retained() && self.is_copy(message, filters) {
            targets.clear();
        }
    }

    /// Whether a message that so many filters match is a further copy of the one before.
    fn is_copy(&mut self, message: &Publication, filters: usize) -> bool {
        if self.copies == Copies::One || (filters < 2 && self.last.is_none()) {
            return false;
        }
        let digest = self.digest(message);
        if let Some(last) = self.last.take() {
            if last.digest == digest && last.left > 0 {
                self.copies = Copies::Several;
                let left = last.left - 1;
                self.last = Some(Overlapping { digest, left });
                return true;
            }
            if self.copies == Copies::Unknown {
                self.copies = Copies::One;
                return false;
            }
        }
        if filters > 1 {
            let left = filters - 1;
            self.last = Some(Overlapping { digest, left });
        }
        false
    }

    /// A retained message comes once for each filter that is subscribed to, at any time after that.
    fn leave_out_who_had_it(&mut self, message: &Publication, targets: &mut Vec<SubscriptionId>) {
        let topic = self.hasher.hash_one(message.topic());
        let is_full = self.retained.len() >= MOST_RETAINED;
        let retained = &mut self.retained;
        targets.retain(|id| match is_full {
            true => !retained.contains(&(*id, topic)),
            false => retained.insert((*id, topic)),
        });
    }
}
