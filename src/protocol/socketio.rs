//! Socket.IO 5 in Engine.IO 4 (github.com/socketio, protocol documents): the arrays of events and
//! acknowledgements are the payloads.
//!
//! Pings are answered, and a server that is silent for longer than it promised to be has failed. Namespaces are
//! joined by what the query says is to be sent (`40`).

mod packet;
#[cfg(test)]
mod tests;

use std::str;

use self::packet::SocketIoPacket;
use super::contract::{
    Control, Opening, Outgoing, Phase, Protocol, Received, SubscribeRequest, SubscriptionId,
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
    /// For messages of at most `max_bytes`.
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            outbox: Outbox::default(),
            unpacker: Unpacker::default(),
            attachments: 0,
            silence: None,
            heard: 0.0,
        }
    }

    fn read(&mut self, message: Message<'_>, received: &mut Received) -> Result<(), DecodeError> {
        let bytes = match message {
            Message::Text(bytes) => return self.read_packet(bytes, received),
            Message::Binary(bytes) => bytes,
        };
        if self.attachments > 0 {
            self.attachments -= 1;
            return Ok(());
        }
        let mut unpacker = std::mem::take(&mut self.unpacker);
        let result = unpacker.unpack(bytes, self.max_bytes, |bytes| {
            match str::from_utf8(bytes) {
                Ok(_) => self.read_packet(bytes, received),
                // An attachment that no event announced.
                Err(_) => Ok(()),
            }
        });
        self.unpacker = unpacker;
        result
    }

    /// Reads a packet. One that is refused leaves everything as it was.
    fn read_packet(&mut self, packet: &[u8], received: &mut Received) -> Result<(), DecodeError> {
        match packet::read(packet)? {
            SocketIoPacket::Open { silence } => self.silence = silence,
            SocketIoPacket::Close => {
                let control = Control::Failed("the server closed the session".to_owned());
                received.control.push_back(control);
            }
            SocketIoPacket::Ping { payload } => {
                let pong = format!("3{}", String::from_utf8_lossy(payload));
                self.outbox.send(Outgoing::Text(pong));
            }
            SocketIoPacket::Event {
                array,
                at,
                attachments,
            } => {
                received.documents.add_text(array, at)?;
                self.attachments = attachments;
            }
            SocketIoPacket::Reported(words) => received.control.push_back(Control::Reported(words)),
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

    fn opened(&mut self, _opening: &Opening, now: Millis) {
        self.closed();
        self.outbox.open();
        self.heard = now;
    }

    fn closed(&mut self) {
        self.outbox.close();
        self.attachments = 0;
        self.silence = None;
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
        let result = self.read(message, received);
        received.documents.allow_all();
        received.came(arrival, None);
        result
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

    fn poll_timeout(&self) -> Option<Millis> {
        self.deadline()
    }

    fn handle_timeout(&mut self, now: Millis) -> Option<Control> {
        if self.deadline()? > now {
            return None;
        }
        let seconds = self.silence.take()? / 1000.0;
        Some(Control::Failed(format!(
            "the server has sent nothing for {seconds} s, longer than its pingInterval and pingTimeout allow"
        )))
    }

    fn phase(&self) -> Phase {
        self.outbox.phase()
    }
}
