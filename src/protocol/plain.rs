//! temp
use super::{Outgoing, Phase, Protocol, Received, SubscriptionId};
use crate::decode::DecodeError;
use crate::format::Message;
use crate::table::Millis;
use std::collections::VecDeque;

/// Plain.
#[derive(Debug, Default)]
pub struct Plain {
    open: bool,
    subscriptions: Vec<(SubscriptionId, String)>,
    queue: VecDeque<Outgoing>,
}

impl Protocol for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }
    fn passes_batches(&self) -> bool {
        true
    }
    fn opened(&mut self, _now: Millis) {
        self.open = true;
        self.queue.clear();
        let texts = self
            .subscriptions
            .iter()
            .map(|(_, text)| Outgoing::Text(text.clone()));
        self.queue.extend(texts);
    }
    fn closed(&mut self) {
        self.open = false;
        self.queue.clear();
    }
    fn receive(
        &mut self,
        _: Message<'_>,
        _: Millis,
        _: Millis,
        _: &mut Received,
    ) -> Result<(), DecodeError> {
        Ok(())
    }
    fn subscribe(&mut self, id: SubscriptionId, text: &str) {
        self.subscriptions.push((id, text.to_owned()));
        if self.open {
            self.queue.push_back(Outgoing::Text(text.to_owned()));
        }
    }
    fn unsubscribe(&mut self, id: SubscriptionId, text: &str) {
        self.subscriptions.retain(|(known, _)| *known != id);
        if self.open && !text.is_empty() {
            self.queue.push_back(Outgoing::Text(text.to_owned()));
        }
    }
    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.queue.pop_front()
    }
    fn phase(&self) -> Phase {
        if self.open {
            Phase::Ready
        } else {
            Phase::Closed
        }
    }
}
