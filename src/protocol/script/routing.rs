//! Which subscriptions a message is for, and what of it is the payload.

use super::asked_list::AskedList;
use super::definition::Script;
use super::places::{Found, Placed};
use super::rules::Route;
use super::subscriber::AskState;
use crate::decode::{DecodeError, DecodeErrorKind, json};
use crate::protocol::{Control, Received, SubscriptionId};
use crate::table::Millis;

/// Bytes of messages that wait for the answer that tells whose they are.
const MOST_WAITING: usize = 256 * 1024;

/// Messages that came before the answer that tells whose they are.
#[derive(Debug, Default)]
pub(super) struct Unclaimed {
    texts: Vec<(Vec<u8>, Millis)>,
    bytes: usize,
}

impl Unclaimed {
    pub(super) fn clear(&mut self) {
        self.texts.clear();
        self.bytes = 0;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    fn keep(&mut self, text: &[u8], arrival: Millis) -> Result<(), DecodeError> {
        if self.bytes + text.len() > MOST_WAITING {
            return Err(DecodeError::new(DecodeErrorKind::Unclaimed, 0));
        }
        self.bytes += text.len();
        self.texts.push((text.to_vec(), arrival));
        Ok(())
    }
}

/// Gives messages to the subscriptions that they are for.
pub(super) struct Router<'r> {
    pub(super) script: &'r Script,
    pub(super) asked: &'r AskedList,
    pub(super) waiting: &'r mut Unclaimed,
    pub(super) received: &'r mut Received,
}

impl Router<'_> {
    /// Routes a message. What none of the routes wants is no payload.
    ///
    /// # Errors
    /// When its payload is too large, is not what the route says, or cannot wait for the answer that tells whose it is.
    pub(super) fn route(
        &mut self,
        message: Placed<'_>,
        arrival: Millis,
        wanted: impl Fn(&Route) -> bool,
    ) -> Result<(), DecodeError> {
        if self.script.routes.is_empty() {
            self.received.documents.add_text(message.text, 0)?;
            self.received.came(arrival, None);
            return Ok(());
        }
        let has_key = |route: &&Route| {
            let rule = route.key.and_then(|key| self.script.keys.get(key));
            rule.is_none_or(|rule| {
                rule.0
                    .first()
                    .is_none_or(|(place, _)| message.get(*place).is_some())
            })
        };
        let mut routes = self.script.routes.iter().filter(|route| wanted(route));
        let Some(route) = routes.find(has_key) else {
            return Ok(());
        };
        let errors = route.errors.and_then(|place| message.words(place));
        let Some(key) = route.key else {
            self.received.control.extend(errors.map(Control::Reported));
            return self.deliver(route, message, arrival, None);
        };
        let Some(rule) = self.script.keys.get(key) else {
            debug_assert!(false, "keys are never taken away");
            return Ok(());
        };
        let mut is_known = false;
        let asked = self.asked;
        for one in asked.whose(message, key, rule) {
            is_known = true;
            if one.state == AskState::Over {
                continue;
            }
            if let Some(words) = &errors {
                let told = Control::Told(one.id, words.clone());
                self.received.control.push_back(told);
                if route.is_without_data(message) {
                    continue;
                }
            }
            self.deliver(route, message, arrival, Some(one.id))?;
        }
        if !is_known && asked.may_wait(key) {
            self.waiting.keep(message.text, arrival)?;
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        route: &Route,
        message: Placed<'_>,
        arrival: Millis,
        subscription: Option<SubscriptionId>,
    ) -> Result<(), DecodeError> {
        match route.data {
            None => self.add(route, message.text, 0)?,
            Some(data) => data.each(message, |text, start| self.add(route, text, start))?,
        }
        self.received.came(arrival, subscription);
        Ok(())
    }

    fn add(&mut self, route: &Route, data: &[u8], at: usize) -> Result<(), DecodeError> {
        let documents = &mut self.received.documents;
        if route.is_text
            && let Ok(text) = serde_json::from_slice::<String>(data)
        {
            let text = text.trim();
            if json::validate(text.as_bytes()).is_ok() {
                return documents.add_text(text.as_bytes(), at);
            }
        }
        documents.add_text(data, at)
    }

    /// Routes again what waited for an answer that has come.
    ///
    /// # Errors
    /// The first of those that cannot be taken; the others are.
    pub(super) fn route_waiting(
        &mut self,
        found: &mut Found,
        wanted: impl Fn(Placed<'_>, &Route) -> bool,
    ) -> Result<(), DecodeError> {
        let texts = std::mem::take(&mut self.waiting.texts);
        self.waiting.bytes = 0;
        let mut result = Ok(());
        for (text, arrival) in texts {
            let placed = self.script.places.find(&text, found);
            debug_assert!(placed.is_ok(), "it was read before");
            let message = Placed { text: &text, found };
            let routed = self.route(message, arrival, |route| wanted(message, route));
            result = result.and(routed);
        }
        result
    }
}
