//! The NATS client protocol (docs.nats.io, "Client Protocol").
//!
//! Each `MSG` and `HMSG` becomes an object with `subject`, `payload`, and `reply` and `headers` where there
//! are any. A payload that is a JSON text is that value, other texts are strings, other bytes strings
//! in base64. WebSocket messages may cut the protocol anywhere; what is left over waits for the next one.
//! Pings are answered. Servers take `CONNECT` and `SUB` before they have sent `INFO`, so what the query says is
//! to be sent is sent when the socket opens.

mod operations;
#[cfg(test)]
mod tests;

use self::operations::Operations;
use super::contract::{
    Opening, Outgoing, Phase, Protocol, Received, SubscribeRequest, SubscriptionId,
};
use super::outbox::Outbox;
use crate::compress::Unpacker;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::format::Message;
use crate::table::Millis;

const PONG: &[u8] = b"PONG\r\n";

/// One side of a NATS session.
#[derive(Debug)]
pub(super) struct Nats {
    operations: Operations,
    outbox: Outbox,
    unpacker: Unpacker,
}

/// Whether a server's first message is NATS's.
pub(super) fn is_nats(text: &str) -> bool {
    text.starts_with("INFO {")
}

impl Nats {
    /// For messages and payloads of at most `max_bytes`.
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            operations: Operations::new(max_bytes),
            outbox: Outbox::default(),
            unpacker: Unpacker::default(),
        }
    }

    /// Reads a message, decompressed if it is compressed; says how many pings were in it.
    fn read(
        &mut self,
        message: Message<'_>,
        received: &mut Received,
    ) -> (usize, Result<(), DecodeError>) {
        let mut pings = 0;
        let operations = &mut self.operations;
        let result = match message {
            // The middle of an operation can look like anything.
            Message::Binary(bytes) if !operations.are_within() => {
                let (texts, said) = (received.documents.mark(), received.control.len());
                let max = operations.max_bytes;
                self.unpacker.unpack(bytes, max, |bytes| {
                    received.documents.rewind(texts);
                    received.control.truncate(said);
                    operations.forget();
                    pings = 0;
                    operations.read(bytes, received, &mut pings)
                })
            }
            Message::Binary(bytes) | Message::Text(bytes) => {
                operations.read(bytes, received, &mut pings)
            }
        };
        (pings, result)
    }
}

impl Protocol for Nats {
    fn name(&self) -> &'static str {
        "nats"
    }

    fn opened(&mut self, _opening: &Opening, _now: Millis) {
        self.operations.forget();
        self.outbox.open();
    }

    fn closed(&mut self) {
        self.operations.forget();
        self.outbox.close();
    }

    fn receive(
        &mut self,
        message: Message<'_>,
        arrival: Millis,
        _now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let max = self.operations.max_bytes;
        if message.bytes().len() > max {
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, max));
        }
        received.documents.allow_message(max);
        let (pings, result) = self.read(message, received);
        received.documents.allow_all();
        received.came(arrival, None);
        for _ in 0..pings {
            // As servers themselves send it.
            self.outbox.send(Outgoing::Binary(PONG.to_vec()));
        }
        result
    }

    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest) {
        self.outbox
            .subscribe(id, request.text.as_deref().unwrap_or_default());
    }

    fn unsubscribe(&mut self, id: SubscriptionId, text: &str) {
        self.outbox.unsubscribe(id, text);
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outbox.next()
    }

    fn phase(&self) -> Phase {
        self.outbox.phase()
    }
}
