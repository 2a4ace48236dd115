//! How a client asks for subscriptions, once for all that are the same to the server, and takes them back.

use std::rc::Rc;

use super::client::ScriptClient;
use super::definition::Script;
use super::subscriber::{AskState, Asked};
use super::template::Origins;
use crate::protocol::SubscriptionId;
use crate::table::Millis;

impl ScriptClient {
    /// Asks for a subscription, unless the server has been asked for what is the same to it.
    pub(super) fn ask(&mut self, index: usize, now: Millis) {
        let script = Rc::clone(&self.script);
        let same = self.same_as(&self.asked[index], &script);
        if let Some(same) = same.filter(|same| *same != index) {
            let [one, same] = match self.asked.get_disjoint_mut([index, same]) {
                Ok(both) => both,
                Err(_) => return,
            };
            one.joins(same);
            one.learn_keys(&script, &self.connection, now);
            return;
        }
        let message = match &script.subscribe {
            None => Ok(self.asked[index].request.text.clone()),
            Some(rule) => {
                let id = self.id_for(&rule.send);
                let one = &mut self.asked[index];
                one.bound.clear();
                one.bound.extend(id.clone().map(|id| ("id".to_owned(), id)));
                let values = one.values(&self.connection, id.as_ref(), now);
                let may = rule.only_if.as_ref().map(|only_if| only_if.fill(&values));
                match may {
                    Some(Ok(None) | Err(_)) => Ok(None),
                    Some(Ok(Some(_))) | None => rule.send.message(&values),
                }
            }
        };
        let one = &mut self.asked[index];
        let ack = script.subscribe.as_ref().map(|rule| &rule.ack);
        one.delivers = false;
        one.state = match (&message, ack) {
            (Ok(Some(_)), Some(ack)) if ack.when.is_some() => AskState::Asked {
                until: Some(now + ack.timeout_ms),
            },
            (Ok(_), _) => AskState::Taken,
            // Told by the limit of time, which is as good as now: what a query lacks is found before.
            (Err(_), _) => AskState::Asked {
                until: Some(now + 1.0),
            },
        };
        one.learn_keys(&script, &self.connection, now);
        if let Ok(Some(text)) = message {
            self.send(text, now);
        }
    }

    /// A subscription that is the same as `one` to the server, which has been asked for it.
    fn same_as(&self, one: &Asked, script: &Script) -> Option<usize> {
        let once = one.once(script, &self.connection)?;
        let is_same = |other: &Asked| {
            other.is_asked() && other.once(script, &self.connection).as_ref() == Some(&once)
        };
        self.asked.iter().position(is_same)
    }

    pub(super) fn take_back(&mut self, gone: &Asked, text: &str, now: Millis) {
        let script = Rc::clone(&self.script);
        if self.same_as(gone, &script).is_some() {
            return;
        }
        let Some((send, only_if)) = &script.unsubscribe else {
            if script.subscribe.is_none() && !text.is_empty() {
                self.part(text.to_owned());
            }
            return;
        };
        let id = self.id_for(send);
        let values = gone.values(&self.connection, id.as_ref(), now);
        let may = only_if
            .as_ref()
            .is_none_or(|only_if| matches!(only_if.fill(&values), Ok(Some(_))));
        // Without the answer to the subscription there may be nothing to name it by.
        if let Ok(Some(message)) = send.message(&values)
            && may
        {
            self.part(message);
            // One that is named by what the server called it, or by what it is to the server, is taken back alone.
            let is_one = gone.once(&script, &self.connection).is_some();
            if is_one || send.uses(|origin| matches!(origin, Origins::Subscription(_))) {
                return;
            }
            // The server knows one subscription of a topic: who else wants it has to ask again.
            let others = self.asked.iter();
            let others = others
                .filter(|other| other.state == AskState::Taken && other.overlaps(gone, &script));
            let others: Vec<SubscriptionId> = others.map(|other| other.id).collect();
            for id in others {
                self.ask_in_turn(id);
            }
        }
    }
}
