//! MQTT 5 and 3.1.1 over WebSocket (docs.oasis-open.org, "MQTT Version 5.0" and "MQTT Version 3.1.1").
//!
//! Each message becomes an object with `topic`, `payload`, `qos` and `retain`, with `dup` where it is set and
//! `properties` where there are any. Frames may cut and join packets anywhere. A [`MqttClient`] logs in, subscribes,
//! acknowledges and asks whether the server is there. Without a `version` it speaks 5, and 3.1.1 to servers that do not
//! know that.

mod client;
mod document;
pub(super) mod filter;
mod frames;
pub(super) mod options;
mod packets;
mod reason;
mod receipts;
#[cfg(test)]
mod tests;
mod topics;

use self::client::MqttClient;
use self::frames::Frames;
use super::contract::{
    Control, Opening, Outgoing, Phase, Protocol, Received, Retry, Setup, SubscribeRequest,
    SubscriptionId,
};
use crate::decode::DecodeError;
use crate::format::Message;
use crate::table::Millis;

/// How RabbitMQ closes the socket of who may not log in, without an answer to CONNECT: `PROTOCOL_ERROR` of the WebSocket,
/// with a reason that ends so. Seen with its plugin `rabbitmq_web_mqtt` 3.10.
const REFUSED_LOGIN: (u16, &str) = (1002, "unauthenticated");

/// One side of an MQTT session.
#[derive(Debug)]
pub(super) struct Mqtt {
    frames: Frames,
    client: MqttClient,
}

impl Mqtt {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            frames: Frames::new(setup.max_message_bytes),
            client: MqttClient::new(setup),
        }
    }
}

impl Protocol for Mqtt {
    fn name(&self) -> &'static str {
        "mqtt"
    }

    fn tells_apart(&self) -> bool {
        true
    }

    fn opened(&mut self, opening: &Opening, now: Millis) {
        self.frames.reset();
        self.client.opened(opening, now);
    }

    fn retry_after_close(&self, code: u16, reason: &str) -> Retry {
        let (refused, words) = REFUSED_LOGIN;
        match code == refused && reason.ends_with(words) {
            true => Retry::Never,
            false => Retry::Usual,
        }
    }

    fn closed(&mut self) {
        self.frames.reset();
        self.client.closed();
    }

    fn receive(
        &mut self,
        message: Message<'_>,
        arrival: Millis,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let Message::Binary(bytes) = message else {
            let words =
                "the server sent text, but MQTT uses binary messages; is this the path for MQTT?";
            self.client.end(Control::Failed(words.to_owned()), received);
            return Ok(());
        };
        let client = &mut self.client;
        let mut first = Ok(());
        let read = self.frames.read(bytes, |frame| {
            let result = client.heard(frame, now, received);
            if first.is_ok() {
                first = result;
            }
        });
        if let Err(error) = &read {
            let words = format!("the server sent data that is not MQTT: {}", error.kind);
            client.end(Control::Failed(words), received);
        }
        received.came(arrival, None);
        first.and(read)
    }

    fn subscribe(&mut self, id: SubscriptionId, request: &SubscribeRequest, now: Millis) {
        self.client.subscribe(id, request, now);
    }

    fn unsubscribe(&mut self, id: SubscriptionId, _text: &str, _now: Millis) {
        self.client.unsubscribe(id);
    }

    fn leaving(&mut self, _now: Millis) {
        self.client.leaving();
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.client.take_said()
    }

    fn poll_timeout(&self) -> Option<Millis> {
        self.client.deadline()
    }

    fn handle_timeout(&mut self, now: Millis) -> Option<Control> {
        self.client.timeout(now)
    }

    fn probe(&mut self, now: Millis) -> bool {
        self.client.probe(now)
    }

    fn wants_another(&mut self) -> bool {
        self.client.wants_another()
    }

    fn awaits_answers(&self) -> bool {
        self.client.awaits_answers()
    }

    fn may_overlap(&self) -> bool {
        self.client.may_overlap()
    }

    fn phase(&self) -> Phase {
        self.client.phase()
    }
}
