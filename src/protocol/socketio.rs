//! Socket.IO 5 in Engine.IO 4 (github.com/socketio, protocol documents): the arrays of events and
//! acknowledgements are the payloads.
//!
//! Pings are answered, and a server that is silent for longer than it promised to be has failed. Without a preset,
//! namespaces are joined by what the query says is to be sent (`40`). With it, a [`SocketIoClient`] joins the data source's
//! namespace, and gives each query the event that it names.

mod client;
mod packet;
#[cfg(test)]
mod tests;

use std::str;

use self::client::SocketIoClient;
use self::packet::SocketIoPacket;
use super::contract::{
    Control, Opening, Outgoing, Phase, Protocol, Received, Setup, SubscribeRequest, SubscriptionId,
};
use super::outbox::Outbox;
use crate::compress::Unpacker;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::format::Message;
use crate::table::Millis;

/// One side of a Socket.IO session.
#[derive(Debug)]
pub(super) struct SocketIo {
    max_bytes: usize,
    outbox: Outbox,
    /// Where it speaks for itself; otherwise the texts of queries do.
    client: Option<SocketIoClient>,
    unpacker: Unpacker,
    /// Attachments of the last event that are still to come.
    attachments: u32,
    /// How long the server may be silent, once it has said so.
    silence: Option<Millis>,
    /// When the last message came.
    heard: Millis,
}

/// Whether a server's first message is what one sends first, or an event.
pub(super) fn is_socketio(text: &str) -> bool {
    ["0{\"sid\"", "42[", "42/"]
        .iter()
        .any(|start| text.starts_with(start))
}

impl SocketIo {
    /// For messages of so many bytes at most.
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            max_bytes: setup.max_message_bytes,
            outbox: Outbox::default(),
            client: setup.is_client.then(|| SocketIoClient::new(&setup.options)),
            unpacker: Unpacker::default(),
            attachments: 0,
            silence: None,
            heard: 0.0,
        }
    }

    fn read(
        &mut self,
        message: Message<'_>,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let bytes = match message {
            Message::Text(bytes) => return self.read_packet(bytes, now, received),
            Message::Binary(bytes) => bytes,
        };
        if self.attachments > 0 {
            self.attachments -= 1;
            return Ok(());
        }
        let mut unpacker = std::mem::take(&mut self.unpacker);
        let result = unpacker.unpack(bytes, self.max_bytes, |bytes| {
            match str::from_utf8(bytes) {
                Ok(_) => self.read_packet(bytes, now, received),
                // An attachment that no event announced.
                Err(_) => Ok(()),
            }
        });
        self.unpacker = unpacker;
        result
    }

    /// Reads a packet. One that is refused leaves everything as it was.
    fn read_packet(
        &mut self,
        packet: &[u8],
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        match packet::read(packet)? {
            SocketIoPacket::Open { silence } => {
                self.silence = silence;
                if let Some(client) = &mut self.client {
                    client.greeted(now, &mut self.outbox);
                }
            }
            SocketIoPacket::Close => {
                let control = Control::Failed("the server closed the session".to_owned());
                received.control.push_back(control);
            }
            SocketIoPacket::Ping { payload } => {
                let pong = format!("3{}", String::from_utf8_lossy(payload));
                self.outbox.send(Outgoing::Text(pong));
            }
            SocketIoPacket::Event(event) => {
                match &self.client {
                    Some(client) => client.take(&event, self.max_bytes, received)?,
                    None => received.documents.add_text(event.array, event.at)?,
                }
                self.attachments = event.attachments;
            }
            SocketIoPacket::Joined { namespace } => {
                if let Some(client) = &mut self.client {
                    client.joined(namespace, &mut self.outbox);
                }
            }
            SocketIoPacket::Left { namespace } => {
                let said = match &self.client {
                    Some(client) => client.left(namespace),
                    None => {
                        let place = String::from_utf8_lossy(namespace);
                        let words = format!("disconnected from namespace {place}");
                        Some(Control::Reported(words))
                    }
                };
                received.control.extend(said);
            }
            SocketIoPacket::Refused { namespace, words } => {
                let said = match &self.client {
                    Some(client) => client.refused(namespace, &words),
                    None => Some(Control::Reported(words)),
                };
                received.control.extend(said);
            }
            SocketIoPacket::Nothing => {}
        }
        Ok(())
    }

    fn deadline(&self) -> Option<Millis> {
        Some(self.heard + self.silence?)
    }
}

impl Protocol for SocketIo {
    fn name(&self) -> &'static str {
        "socketio"
    }

    fn tells_apart(&self) -> bool {
        self.client.is_some()
    }

    fn opened(&mut self, opening: &Opening, now: Millis) {
        self.closed();
        self.outbox.open();
        self.heard = now;
        if let Some(client) = &mut self.client {
            client.opened(opening, now);
        }
    }

    fn closed(&mut self) {
        self.outbox.close();
        self.attachments = 0;
        self.silence = None;
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
        self.heard = now;
        if message.bytes().len() > self.max_bytes {
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, self.max_bytes));
        }
        received.documents.allow_message(self.max_bytes);
        let result = self.read(message, now, received);
        received.documents.allow_all();
        received.came(arrival, None);
        result
    }

    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest, _now: Millis) {
        match &mut self.client {
            Some(client) => client.subscribe(id, request, &mut self.outbox),
            None => self
                .outbox
                .subscribe(id, request.text.as_deref().unwrap_or_default()),
        }
    }

    fn unsubscribe(&mut self, id: SubscriptionId, text: &str, _now: Millis) {
        match &mut self.client {
            Some(client) => client.unsubscribe(id, &mut self.outbox),
            None => self.outbox.unsubscribe(id, text),
        }
    }

    fn leaving(&mut self, _now: Millis) {
        if let Some(client) = &self.client {
            client.leave(&mut self.outbox);
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outbox.next()
    }

    fn poll_timeout(&self) -> Option<Millis> {
        let handshake = self.client.as_ref().and_then(SocketIoClient::deadline);
        let deadlines = [handshake, self.deadline()].into_iter().flatten();
        deadlines.min_by(f64::total_cmp)
    }

    fn probe(&mut self, _now: Millis) -> bool {
        // It is the server who pings, and who is missed in time.
        self.poll_timeout().is_some()
    }

    fn handle_timeout(&mut self, now: Millis) -> Option<Control> {
        let late = self.client.as_mut().and_then(|client| client.timeout(now));
        if late.is_some() {
            return late;
        }
        if self.deadline()? > now {
            return None;
        }
        let seconds = self.silence.take()? / 1000.0;
        Some(Control::Failed(format!(
            "the server has sent nothing for {seconds} s, longer than its pingInterval and pingTimeout allow"
        )))
    }

    fn phase(&self) -> Phase {
        match &self.client {
            Some(client) if client.is_joining() => Phase::Handshaking,
            _ => self.outbox.phase(),
        }
    }
}
