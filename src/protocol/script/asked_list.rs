//! The subscriptions of a connection in the order in which they were asked for, and whose a message is, found without
//! asking each of them.
//!
//! [`ScriptClient`](super::client::ScriptClient) keeps its subscriptions here. The index is by what a message has at the
//! first place of a key: a feed of a thousand channels has each of its messages looked up once. Whoever may change a
//! subscription makes it stale; [`refresh`](AskedList::refresh) brings it up to date before messages are routed.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};

use serde_json::Value;

use super::definition::Script;
use super::places::Placed;
use super::rules::KeyRule;
use super::subscriber::Asked;
use crate::protocol::SubscriptionId;
use crate::table::Millis;

type Lookup<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// The subscriptions, and the index.
#[derive(Debug, Default)]
pub(super) struct AskedList {
    all: Vec<Asked>,
    by_id: Lookup<SubscriptionId, usize>,
    /// For each of [`Script::keys`].
    by_key: Vec<KeyIndex>,
    is_stale: bool,
    /// Whether some have neither an answer nor rows.
    has_unheard: bool,
    /// What [`deadline`](Self::deadline) found last.
    deadline: Cell<Option<Option<Millis>>>,
}

/// Which subscriptions a message may be for; numbers are places in the list, in order.
#[derive(Debug, Default)]
struct KeyIndex {
    /// By what stands at the first place of the key.
    named: Lookup<Vec<u8>, Vec<usize>>,
    /// Those that take anything there, and those that want an array or object.
    others: Vec<usize>,
    /// Some do not know yet what they want.
    may_wait: bool,
}

impl Deref for AskedList {
    type Target = [Asked];

    fn deref(&self) -> &[Asked] {
        &self.all
    }
}

impl DerefMut for AskedList {
    fn deref_mut(&mut self) -> &mut [Asked] {
        self.changed();
        &mut self.all
    }
}

impl AskedList {
    pub(super) fn push(&mut self, one: Asked) {
        self.changed();
        self.all.push(one);
    }

    pub(super) fn remove(&mut self, index: usize) -> Asked {
        self.changed();
        self.all.remove(index)
    }

    fn changed(&mut self) {
        self.is_stale = true;
        self.deadline.set(None);
    }

    /// When the first of them is to be asked for again, or should have been answered.
    pub(super) fn deadline(&self) -> Option<Millis> {
        if let Some(known) = self.deadline.get() {
            return known;
        }
        let first = self.all.iter().filter_map(Asked::deadline);
        let first = first.min_by(f64::total_cmp);
        self.deadline.set(Some(first));
        first
    }

    /// The subscription with this id, for changes that the index knows nothing of. After [`refresh`](Self::refresh).
    pub(super) fn of_id(&mut self, id: SubscriptionId) -> Option<&mut Asked> {
        self.all.get_mut(*self.by_id.get(&id)?)
    }

    /// Rows came for the subscription with this id, or for all. Calls `accepted` for those that had no answer before.
    /// After [`refresh`](Self::refresh).
    pub(super) fn rows_came(
        &mut self,
        id: Option<SubscriptionId>,
        mut accepted: impl FnMut(SubscriptionId),
    ) {
        if !self.has_unheard {
            return;
        }
        let places = match id.map(|id| self.by_id.get(&id).copied()) {
            None => 0..self.all.len(),
            Some(None) => return,
            Some(Some(place)) => place..place + 1,
        };
        let some = self.all.get_mut(places).unwrap_or_default();
        for one in some.iter_mut().filter(|one| one.is_unheard()) {
            // Whoever waits for the answer itself, as a connection does that takes another's place, still does.
            one.delivers = true;
            accepted(one.id);
        }
        self.has_unheard = self.all.iter().any(Asked::is_unheard);
    }

    /// Brings the index up to date.
    pub(super) fn refresh(&mut self, script: &Script) {
        if self.is_stale {
            self.index(script);
        }
    }

    #[cold]
    fn index(&mut self, script: &Script) {
        self.is_stale = false;
        self.has_unheard = self.all.iter().any(Asked::is_unheard);
        let ids = self.all.iter().enumerate();
        self.by_id = ids.map(|(place, one)| (one.id, place)).collect();
        let keys = 0..script.keys.len();
        self.by_key = keys.map(|key| KeyIndex::new(&self.all, key)).collect();
    }

    /// The subscriptions that a message is for by the key number `key`, in order. After [`refresh`](Self::refresh).
    pub(super) fn whose<'a>(
        &'a self,
        message: Placed<'a>,
        key: usize,
        rule: &'a KeyRule,
    ) -> impl Iterator<Item = &'a Asked> {
        debug_assert!(!self.is_stale, "refreshed before");
        let index = self.by_key.get(key);
        let first = rule.0.first().and_then(|(place, _)| message.get(*place));
        let named = index.zip(first).and_then(|(index, json)| index.named(json));
        let mut named = named.unwrap_or_default().iter().copied().peekable();
        let others = index.map_or(&[][..], |index| &index.others);
        let mut others = others.iter().copied().peekable();
        let in_order = std::iter::from_fn(move || match (named.peek(), others.peek()) {
            (Some(one), Some(other)) if one < other => named.next(),
            (Some(one), Some(other)) if one == other => {
                named.next();
                others.next()
            }
            (_, Some(_)) => others.next(),
            (_, None) => named.next(),
        });
        in_order
            .filter_map(|place| self.all.get(place))
            .filter(move |one| one.is_meant(message, key, rule))
    }

    /// Whether messages may be for subscriptions of which that cannot be told yet.
    pub(super) fn may_wait(&self, key: usize) -> bool {
        self.by_key.get(key).is_some_and(|index| index.may_wait)
    }
}

impl KeyIndex {
    fn new(all: &[Asked], key: usize) -> Self {
        let mut index = Self::default();
        for (place, one) in all.iter().enumerate() {
            index.may_wait |= one.may_be_meant(key);
            let Some(wanted) = one.first_values(key) else {
                index.others.push(place);
                continue;
            };
            for name in wanted.map(name_of) {
                let places = match name {
                    Some(name) => index.named.entry(name).or_default(),
                    None => &mut index.others,
                };
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        index
    }

    /// Those that want what `json` is.
    fn named(&self, json: &[u8]) -> Option<&[usize]> {
        let places = match json.first()? {
            b'"' if memchr::memchr(b'\\', json).is_none() => self.named.get(json),
            b't' | b'f' | b'n' => self.named.get(json),
            _ => self
                .named
                .get(&name_of(&serde_json::from_slice(json).ok()?)?),
        };
        places.map(Vec::as_slice)
    }
}

/// What values that are the same have in common: numbers are, however they are written. `None` of arrays and objects.
fn name_of(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Number(number) => {
            // 0 and -0 are the same.
            let bits = (number.as_f64()? + 0.0).to_bits();
            Some(bits.to_le_bytes().into_iter().chain([b'#']).collect())
        }
        Value::Array(_) | Value::Object(_) => None,
        scalar => Some(scalar.to_string().into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::places::Found;
    use super::super::subscriber::ConnectionValues;
    use super::*;
    use crate::protocol::SubscribeRequest;

    fn scalar() -> impl Strategy<Value = Value> {
        prop_oneof![
            "[ab\"\\\\é]{1,2}".prop_map(Value::from),
            (-1i64..3).prop_map(Value::from),
            (-1i8..3).prop_map(|n| Value::from(f64::from(n) / 2.0)),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
            Just(json!([1])),
            Just(json!({ "a": 1 })),
        ]
    }

    /// What a subscription wants: one value, any of several, or anything.
    fn wanted() -> impl Strategy<Value = Option<Value>> {
        prop_oneof![
            5 => scalar().prop_map(Some),
            2 => proptest::collection::vec(scalar(), 0..3).prop_map(|all| Some(Value::from(all))),
            1 => Just(None),
        ]
    }

    proptest! {
        #[test]
        fn finds_whom_a_plain_loop_finds(
            queries in proptest::collection::vec((wanted(), wanted()), 0..12),
            messages in proptest::collection::vec((scalar(), scalar(), any::<bool>()), 1..12),
            removed in any::<proptest::sample::Index>(),
        ) {
            let script = json!({
                "subscribe": { "send": { "c": "${params.c?}", "d": "${params.d?}" } },
                "route": [{ "key": ["$.c", "$.d"], "is": ["${params.c|json?}", "${params.d|json?}"] }]
            });
            let script = super::super::compile(script.as_object().unwrap()).unwrap();
            let mut list = AskedList::default();
            for (id, (c, d)) in queries.iter().enumerate() {
                let values = [("c", c), ("d", d)].into_iter();
                let values = values.filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
                let request = SubscribeRequest { text: None, params: values.collect() };
                let mut one = Asked::new(SubscriptionId(id as u32), &request);
                one.learn_keys(&script, &ConnectionValues::default(), 0.0);
                list.push(one);
            }
            if !list.is_empty() {
                list.remove(removed.index(queries.len()));
            }
            list.refresh(&script);
            for (c, d, is_escaped) in messages {
                let mut text = json!({ "c": c, "d": d }).to_string();
                if is_escaped {
                    text = text.replace('a', "\\u0061").replace("1", "1.0").replace("\\u00611.0", "\\u00611");
                }
                let mut found = Found::default();
                if script.places.find(text.as_bytes(), &mut found).is_err() {
                    continue;
                }
                let message = Placed { text: text.as_bytes(), found: &found };
                let rule = &script.keys[0];
                let ids = |one: &Asked| one.id;
                let plain: Vec<SubscriptionId> = list.iter().filter(|one| one.is_meant(message, 0, rule)).map(ids).collect();
                let indexed: Vec<SubscriptionId> = list.whose(message, 0, rule).map(ids).collect();
                prop_assert_eq!(&indexed, &plain, "{}", text);
                for id in plain {
                    prop_assert_eq!(list.of_id(id).map(|one| one.id), Some(id));
                }
            }
        }
    }
}
