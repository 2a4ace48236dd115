//! The NATS client protocol (docs.nats.io, "Client Protocol").
//!
//! Each `MSG` and `HMSG` becomes an object with `subject`, `payload`, and `reply` and `headers` where there
//! are any. A payload that is a JSON text is that value, other texts are strings, other bytes strings
//! in base64. WebSocket messages may cut the protocol anywhere; what is left over waits for the next one.
//! Pings are answered. Without a preset, what the query says is to be sent is sent when the socket opens: servers take
//! `CONNECT` and `SUB` before they have sent `INFO`. With it, a [`Client`] logs in and subscribes.

mod client;
mod operations;
#[cfg(test)]
mod tests;

use self::client::Client;
use self::operations::{Heard, Operations};
use super::contract::{
    Control, Opening, Outgoing, Phase, Protocol, Received, Setup, SubscribeRequest, SubscriptionId,
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
    /// Where it speaks for itself; otherwise the texts of queries do.
    client: Option<Client>,
    unpacker: Unpacker,
}

/// Whether a server's first message is NATS's.
pub(super) fn is_nats(text: &str) -> bool {
    text.starts_with("INFO {")
}

impl Nats {
    /// For messages and payloads of so many bytes at most.
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            operations: Operations::new(setup.max_message_bytes, setup.is_client),
            outbox: Outbox::default(),
            client: setup.is_client.then(|| Client::new(&setup.options)),
            unpacker: Unpacker::default(),
        }
    }

    /// Reads a message, decompressed if it is compressed; says what it said besides payloads.
    fn read(
        &mut self,
        message: Message<'_>,
        received: &mut Received,
    ) -> (Heard, Result<(), DecodeError>) {
        let mut heard = Heard::default();
        let operations = &mut self.operations;
        let result = match message {
            // The middle of an operation can look like anything.
            Message::Binary(bytes) if !operations.are_within() => {
                let (texts, said) = (received.documents.mark(), received.control.len());
                let told = received.subscriptions.len();
                let max = operations.max_bytes;
                self.unpacker.unpack(bytes, max, |bytes| {
                    received.documents.rewind(texts);
                    received.control.truncate(said);
                    received.subscriptions.truncate(told);
                    operations.reset();
                    heard = Heard::default();
                    operations.read(bytes, received, &mut heard)
                })
            }
            Message::Binary(bytes) | Message::Text(bytes) => {
                operations.read(bytes, received, &mut heard)
            }
        };
        (heard, result)
    }
}

impl Protocol for Nats {
    fn name(&self) -> &'static str {
        "nats"
    }

    fn tells_apart(&self) -> bool {
        self.client.is_some()
    }

    fn opened(&mut self, opening: &Opening, now: Millis) {
        self.operations.reset();
        self.outbox.open();
        if let Some(client) = &mut self.client {
            client.opened(opening.token.as_deref(), now);
        }
    }

    fn closed(&mut self) {
        self.operations.reset();
        self.outbox.close();
        if let Some(client) = &mut self.client {
            client.closed();
        }
    }

    fn receive(
        &mut self,
        message: Message<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let max = self.operations.max_bytes;
        if message.bytes().len() > max {
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, max));
        }
        received.documents.allow_message(max);
        let said = received.control.len();
        let (heard, result) = self.read(message, received);
        received.documents.allow_all();
        received.came(arrival, None);
        if let Some(client) = &mut self.client {
            for control in received.control.iter_mut().skip(said) {
                if let Control::Reported(words) = control {
                    *control = client.meaning(std::mem::take(words));
                }
            }
            client.heard(&heard, now);
        }
        for _ in 0..heard.pings {
            // As servers themselves send it.
            self.outbox.send(Outgoing::Binary(PONG.to_vec()));
        }
        result
    }

    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest, _now: Millis) {
        match &mut self.client {
            Some(client) => client.subscribe(id, request),
            None => self
                .outbox
                .subscribe(id, request.text.as_deref().unwrap_or_default()),
        }
    }

    fn unsubscribe(&mut self, id: SubscriptionId, text: &str, _now: Millis) {
        match &mut self.client {
            Some(client) => client.unsubscribe(id),
            None => self.outbox.unsubscribe(id, text),
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outbox
            .next()
            .or_else(|| self.client.as_mut()?.take_said())
    }

    fn poll_timeout(&self) -> Option<Millis> {
        self.client.as_ref()?.deadline()
    }

    fn handle_timeout(&mut self, now: Millis) -> Option<Control> {
        self.client.as_mut()?.timeout(now)
    }

    fn probe(&mut self, now: Millis) -> bool {
        self.client.as_mut().is_some_and(|client| client.probe(now))
    }

    fn phase(&self) -> Phase {
        match &self.client {
            Some(client) if client.is_open() && !client.is_ready() => Phase::Handshaking,
            _ => self.outbox.phase(),
        }
    }

    fn awaits(&self) -> Option<String> {
        let awaits = self.client.as_ref()?.awaits()?;
        Some(awaits.to_owned())
    }
}
