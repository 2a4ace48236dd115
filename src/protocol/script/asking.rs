//! How a client asks for subscriptions, once for all that are the same to the server, and takes them back.

use std::rc::Rc;

use super::client::ScriptClient;
use super::definition::Script;
use super::subscriber::{AskState, Asked};
use super::template::Origins;
use crate::table::Millis;

impl ScriptClient {
    /// Asks for a subscription, unless the server has been asked for what is the same to it.
    pub(super) fn ask(&mut self, index: usize, now: Millis) {
        let script = Rc::clone(&self.script);
        let called = self.asked[index].once(&script, &self.connection);
        self.asked[index].called = called;
        if self.joins(index, &script, now) {
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

    /// Makes a subscription one with what is the same to the server, if that has been asked for.
    fn joins(&mut self, index: usize, script: &Script, now: Millis) -> bool {
        let one = &self.asked[index];
        match self.same_as(one).filter(|same| *same != index) {
            Some(same) => {
                let Ok([one, same]) = self.asked.get_disjoint_mut([index, same]) else {
                    return false;
                };
                one.joins(same);
            }
            None => {
                let same = |gone: &Asked| gone.called.is_some() && gone.called == one.called;
                let Some(same) = self.orphans.iter().position(same) else {
                    return false;
                };
                let same = self.orphans.swap_remove(same);
                self.asked[index].joins(&same);
            }
        }
        let one = &mut self.asked[index];
        if let (AskState::Asked { until }, Some(rule)) = (&mut one.state, &script.subscribe) {
            // Others may have waited for long: this one begins to.
            let is_to_come = until.is_some_and(|until| until > now);
            if !is_to_come {
                *until = Some(now + rule.ack.timeout_ms);
            }
        }
        one.learn_keys(script, &self.connection, now);
        true
    }

    /// A subscription that is the same as `one` to the server, which has been asked for it.
    fn same_as(&self, one: &Asked) -> Option<usize> {
        let called = one.called.as_ref()?;
        let is_same = |other: &Asked| other.called.as_ref() == Some(called) && other.is_asked();
        self.asked.iter().position(is_same)
    }

    /// Takes a subscription back that nobody wants any more, and that was asked for; `text` is what the query says is sent
    /// for that.
    pub(super) fn take_back(&mut self, gone: Asked, text: &str, now: Millis) {
        let script = Rc::clone(&self.script);
        if self.same_as(&gone).is_some() {
            return;
        }
        let Some((send, only_if)) = &script.unsubscribe else {
            if script.subscribe.is_none() && !text.is_empty() {
                self.turns.part(text.to_owned());
            }
            return;
        };
        let next_id = self.next_id;
        let id = self.id_for(send);
        let values = gone.values(&self.connection, id.as_ref(), now);
        let may = only_if
            .as_ref()
            .is_none_or(|only_if| matches!(only_if.fill(&values), Ok(Some(_))));
        let message = send.message(&values).ok().flatten().filter(|_| may);
        let Some(message) = message else {
            self.next_id = next_id;
            // Without the answer to the subscription there may be nothing to name it by.
            if matches!(gone.state, AskState::Asked { .. }) {
                self.orphans.push(gone);
            }
            return;
        };
        self.turns.part(message);
        // One that is named by what the server called it, or by what it is to the server, is taken back alone.
        if gone.called.is_some() || send.uses(|origin| matches!(origin, Origins::Subscription(_))) {
            return;
        }
        // The server knows one subscription of a topic: who else wants it has to ask again, also who has no answer yet.
        let others = self.asked.iter();
        for other in others.filter(|other| other.is_asked() && other.overlaps(&gone, &script)) {
            self.turns.ask(other.id);
        }
    }
}
