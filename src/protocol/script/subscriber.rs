//! The subscriptions of a script's connection: what each was asked with, what the server said, and which messages are
//! its own.

use serde_json::Value;

use super::condition::JsonLiteral;
use super::definition::Script;
use super::places::{PlaceId, Placed};
use super::rules::{KeyRule, ResumeRule};
use super::template::{FillValues, MessageTemplate, NoValue, Origins};
use crate::protocol::{Params, SubscribeRequest, SubscriptionId};
use crate::table::Millis;

/// The first pause before a subscription is asked for again, and the longest: each is twice the one before.
const FIRST_RETRY_MS: Millis = 1_000.0;
const LONGEST_RETRY_MS: Millis = 30_000.0;

/// Where a subscription is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum AskState {
    /// Not asked for on this socket.
    New,
    /// The answer is to come, until then where there is a limit.
    Asked { until: Option<Millis> },
    /// Taken, or asked for without an answer to come.
    Taken,
    /// Refused or ended by the server.
    Over,
    /// Asked for again then.
    Again { at: Millis },
}

/// What a message must have at a place.
#[derive(Debug, PartialEq)]
enum KeyPart {
    /// Anything: the query says nothing of it.
    Any,
    OneOf(Vec<JsonLiteral>),
    /// Known when the server has answered.
    Unknown,
}

/// One subscription.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) id: SubscriptionId,
    pub(super) request: SubscribeRequest,
    pub(super) state: AskState,
    /// Whether rows came before the answer, which are as good as one.
    pub(super) delivers: bool,
    /// What the server has been asked for: subscriptions with the same are one to it. `None` where each stands alone.
    pub(super) called: Option<Value>,
    /// Bound from the answer; `id` is that of its message.
    pub(super) bound: Params,
    /// Kept from what came for it, whatever the socket.
    pub(super) resume: Params,
    /// For each of [`Script::keys`].
    keys: Vec<Vec<KeyPart>>,
    retry_ms: Millis,
}

/// What a connection's templates are filled with, besides what a subscription or a message says.
#[derive(Debug, Default)]
pub(super) struct ConnectionValues {
    pub(super) options: Params,
    pub(super) token: Option<String>,
    /// What the wall clock is ahead of the clock of `now`.
    pub(super) wall_ahead: f64,
    /// Bound from the handshake.
    pub(super) bound: Params,
    pub(super) nothing: Params,
}

impl ConnectionValues {
    /// For a message of the connection.
    pub(super) fn values<'v>(&'v self, id: Option<&'v Value>, now: Millis) -> FillValues<'v> {
        FillValues {
            id,
            token: self.token.as_deref(),
            now: now + self.wall_ahead,
            params: &self.nothing,
            options: &self.options,
            connection: &self.bound,
            subscription: &self.nothing,
            resume: &self.nothing,
            message: None,
        }
    }
}

impl Asked {
    pub(super) fn new(id: SubscriptionId, request: &SubscribeRequest) -> Self {
        Self {
            id,
            request: request.clone(),
            state: AskState::New,
            delivers: false,
            called: None,
            bound: Params::new(),
            resume: Params::new(),
            keys: Vec::new(),
            retry_ms: FIRST_RETRY_MS,
        }
    }

    /// The socket is another one, which knows nothing of it.
    pub(super) fn forget(&mut self) {
        self.state = AskState::New;
        self.delivers = false;
        self.called = None;
        self.bound.clear();
        self.keys.clear();
        self.retry_ms = FIRST_RETRY_MS;
    }

    /// What its templates are filled with.
    pub(super) fn values<'v>(
        &'v self,
        connection: &'v ConnectionValues,
        id: Option<&'v Value>,
        now: Millis,
    ) -> FillValues<'v> {
        FillValues {
            params: &self.request.params,
            subscription: &self.bound,
            resume: &self.resume,
            ..connection.values(id, now)
        }
    }

    /// The `${id}` of the message that asked for it.
    pub(super) fn asked_with(&self) -> Option<&Value> {
        self.bound.get("id")
    }

    /// Keeps what it goes on from on another socket.
    pub(super) fn learn_resume(&mut self, rules: &[ResumeRule], message: Placed<'_>) {
        for rule in rules {
            let mut places = rule.places.iter();
            let Some(value) = places.find_map(|place| message.value(*place)) else {
                continue;
            };
            match self.resume.get_mut(&rule.name) {
                Some(known) => *known = value,
                None => drop(self.resume.insert(rule.name.clone(), value)),
            }
        }
    }

    /// The same of the answer that takes it: that says all of it, if it says any of it, and leaves out a count that is 0.
    pub(super) fn learn_resume_anew(&mut self, rules: &[ResumeRule], message: Placed<'_>) {
        let mut places = rules.iter().flat_map(|rule| &rule.places);
        if places.any(|place| message.get(*place).is_some()) {
            self.resume.clear();
        }
        self.learn_resume(rules, message);
    }

    /// What it would be asked for as now, for [`called`](Self::called).
    pub(super) fn once(&self, script: &Script, connection: &ConnectionValues) -> Option<Value> {
        let once = script.subscribe.as_ref()?.once.as_ref()?;
        once.fill(&self.values(connection, None, 0.0)).ok()?
    }

    /// Is what the server makes of `other`, with which it is one.
    pub(super) fn joins(&mut self, other: &Self) {
        self.state = other.state;
        self.bound.clone_from(&other.bound);
        self.resume.clone_from(&other.resume);
    }

    /// Whether the server has it, or has been asked for it.
    pub(super) fn is_asked(&self) -> bool {
        matches!(self.state, AskState::Asked { .. } | AskState::Taken)
    }

    /// Whether it has neither an answer nor rows.
    pub(super) fn is_unheard(&self) -> bool {
        matches!(self.state, AskState::Asked { .. }) && !self.delivers
    }

    /// Whether it is to be asked for when its turn comes.
    pub(super) fn wants_turn(&self) -> bool {
        self.is_asked() || self.state == AskState::New
    }

    /// Works out which messages are its own, with what is known now.
    pub(super) fn learn_keys(
        &mut self,
        script: &Script,
        connection: &ConnectionValues,
        now: Millis,
    ) {
        let values = self.values(connection, None, now);
        let rules = script.keys.iter();
        let keys = rules.map(|KeyRule(parts)| {
            let parts = parts.iter();
            parts.map(|(_, is)| key_part(is, &values)).collect()
        });
        self.keys = keys.collect();
    }

    /// Whether a message is its own.
    pub(super) fn is_meant(&self, message: Placed<'_>, key: usize, rule: &KeyRule) -> bool {
        let Some(parts) = self.keys.get(key) else {
            return false;
        };
        let mut parts = parts.iter().zip(&rule.0);
        parts.all(|(part, (place, _))| part.is_met(message, *place))
    }

    /// The values of which a message has to have one at the first place of a key to be its own; `None` where that says
    /// nothing.
    pub(super) fn first_values(&self, key: usize) -> Option<impl Iterator<Item = &Value>> {
        let literals = match self.keys.get(key).map(|parts| parts.first()) {
            Some(Some(KeyPart::OneOf(literals))) => literals.as_slice(),
            Some(Some(KeyPart::Any) | None) => return None,
            Some(Some(KeyPart::Unknown)) | None => &[],
        };
        Some(literals.iter().map(JsonLiteral::value))
    }

    /// Whether messages may be its own of which that cannot be told yet.
    pub(super) fn may_be_meant(&self, key: usize) -> bool {
        let parts = self.keys.get(key);
        matches!(self.state, AskState::Asked { .. })
            && parts.is_some_and(|parts| parts.contains(&KeyPart::Unknown))
    }

    /// Whether some messages are both its own and another's, as far as their queries tell.
    pub(super) fn overlaps(&self, other: &Self, script: &Script) -> bool {
        let from_query = |(_, is): &(PlaceId, MessageTemplate)| {
            !is.uses(|origin| matches!(origin, Origins::Subscription(_)))
        };
        let keys = script.keys.iter().enumerate();
        let mut keys = keys.filter(|(_, rule)| rule.0.iter().all(from_query));
        keys.any(|(key, _)| match (self.keys.get(key), other.keys.get(key)) {
            (Some(a), Some(b)) => a.iter().zip(b).all(|(a, b)| a.overlaps(b)),
            _ => false,
        })
    }

    /// Has it asked for again after a pause, each longer than the one before.
    pub(super) fn ask_again(&mut self, now: Millis) {
        self.state = AskState::Again {
            at: now + self.retry_ms,
        };
        self.retry_ms = (self.retry_ms * 2.0).min(LONGEST_RETRY_MS);
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            AskState::Asked { until } => until,
            AskState::Again { at } => Some(at),
            AskState::New | AskState::Taken | AskState::Over => None,
        }
    }
}

fn key_part(is: &MessageTemplate, values: &FillValues<'_>) -> KeyPart {
    match is.fill(values) {
        Ok(Some(Value::Array(any))) => {
            KeyPart::OneOf(any.into_iter().map(JsonLiteral::new).collect())
        }
        Ok(Some(value)) => KeyPart::OneOf(vec![JsonLiteral::new(value)]),
        Ok(None) => KeyPart::Any,
        Err(NoValue(_)) => KeyPart::Unknown,
    }
}

impl KeyPart {
    fn is_met(&self, message: Placed<'_>, place: PlaceId) -> bool {
        match self {
            Self::Any => true,
            Self::Unknown => false,
            Self::OneOf(literals) => message
                .get(place)
                .is_some_and(|json| literals.iter().any(|literal| literal.is(json))),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => false,
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::OneOf(a), Self::OneOf(b)) => a.iter().any(|literal| b.contains(literal)),
        }
    }
}
