//! No protocol at all: every message is payload, and subscriptions are texts that are sent.
//!
//! In go the texts that queries want sent; out they come, once on each socket that opens. Messages are never looked at. A
//! session without a preset begins with this, and replaces it when the first message turns out to be of a protocol.

use super::contract::{
    Opening, Outgoing, Phase, Protocol, Received, SubscribeRequest, SubscriptionId,
};
use super::outbox::Outbox;
use crate::decode::DecodeError;
use crate::format::Message;
use crate::table::Millis;

/// Sends what queries say is to be sent, and lets messages pass by.
#[derive(Debug, Default)]
pub(super) struct Plain {
    outbox: Outbox,
}

impl Protocol for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn passes_batches(&self) -> bool {
        true
    }

    fn opened(&mut self, _opening: &Opening, _now: Millis) {
        self.outbox.open();
    }

    fn closed(&mut self) {
        self.outbox.close();
    }

    fn receive(
        &mut self,
        _message: Message<'_>,
        _arrival: Millis,
        _now: Millis,
        _received: &mut Received,
    ) -> Result<(), DecodeError> {
        debug_assert!(false, "what passes in batches is not read here");
        Ok(())
    }

    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest, _now: Millis) {
        self.outbox
            .subscribe(id, request.text.as_deref().unwrap_or_default());
    }

    fn unsubscribe(&mut self, id: SubscriptionId, text: &str, _now: Millis) {
        self.outbox.unsubscribe(id, text);
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outbox.next()
    }

    fn phase(&self) -> Phase {
        self.outbox.phase()
    }
}
