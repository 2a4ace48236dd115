//! What an MQTT client says of its own accord: it logs in, subscribes, acknowledges, and asks whether the server is
//! still there.
//!
//! [`Mqtt`](super::Mqtt) tells it what the server sent and passes on what it wants sent.

use super::document;
use super::frames::{MqttFrame, MqttPacket, PUBLISH, Receipt};
use super::options::{Options, Version};
use super::packets::{self, Connack, Publication, Suback};
use super::reason::{Reason, UNSUPPORTED_VERSION};
use super::receipts::Receipts;
use super::topics::Topics;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::protocol::contract::said;
use crate::protocol::{
    Control, Opening, Outgoing, Phase, Received, Setup, SubscribeRequest, SubscriptionId,
};
use crate::table::Millis;

/// How long the server may take for CONNACK.
const HANDSHAKE_MS: Millis = 10_000.0;

/// How long it may take to answer anything else.
const ANSWER_MS: Millis = 10_000.0;

/// Filters in one SUBSCRIBE of 3.1.1: AWS IoT takes no more.
const FILTERS: usize = 8;

// Packets of servers (MQTT 5 §2.1.2).
const CONNACK: u8 = 2;
const PUBREL: u8 = 6;
const SUBACK: u8 = 9;
const UNSUBACK: u8 = 11;
const PINGRESP: u8 = 13;
const DISCONNECT: u8 = 14;

#[derive(Debug, Clone, Copy, PartialEq)]
enum MqttState {
    Closed,
    /// CONNECT cannot be sent.
    Unfit {
        since: Millis,
    },
    /// CONNACK is to come until then.
    Connecting {
        until: Millis,
    },
    Ready {
        /// When anything was last sent.
        sent: Millis,
        /// When it was asked whether it is there, until it has answered.
        asked: Option<Millis>,
    },
    /// What else comes is of no use.
    Over {
        /// Whether the server does not know the version that was spoken.
        is_foreign: bool,
    },
}

/// A SUBSCRIBE that was not answered yet.
#[derive(Debug)]
struct Subscribing {
    packet_id: u16,
    filters: Vec<String>,
    since: Millis,
}

/// One side of an MQTT session.
#[derive(Debug)]
pub(super) struct MqttClient {
    options: Options,
    state: MqttState,
    /// The version that is spoken next, or now.
    version: Version,
    /// Whether the server has taken that version.
    is_agreed: bool,
    wants_another: bool,
    /// Whether it logs in with the token of the data source.
    has_token: bool,
    topics: Topics,
    receipts: Receipts,
    asked: Vec<Subscribing>,
    /// Filters that nobody needs any more and that a session kept by the server may still have.
    leftover: Vec<String>,
    last_packet_id: u16,
    /// Milliseconds without anything sent after which a PINGREQ is.
    quiet_ms: Millis,
    max_bytes: usize,
    targets: Vec<SubscriptionId>,
    /// Packets to send.
    says: Vec<u8>,
}

impl MqttClient {
    pub(super) fn new(setup: &Setup) -> Self {
        let options = Options::new(setup);
        Self {
            state: MqttState::Closed,
            version: options.version.unwrap_or(Version::V5),
            is_agreed: false,
            wants_another: false,
            has_token: false,
            topics: Topics::new(),
            receipts: Receipts::default(),
            asked: Vec::new(),
            leftover: Vec::new(),
            last_packet_id: 0,
            quiet_ms: quiet_ms(options.keep_alive),
            max_bytes: setup.max_message_bytes,
            targets: Vec::new(),
            says: Vec::new(),
            options,
        }
    }

    pub(super) fn opened(&mut self, opening: &Opening, now: Millis) {
        self.says.clear();
        let password = opening.token.as_deref();
        self.has_token = password.is_some();
        // What an earlier client of this name left behind is not what this one asks for.
        let is_new = self.options.session_expiry == 0 || !self.is_agreed;
        let connect = packets::connect(self.version, &self.options, password, is_new);
        self.state = match connect {
            Some(connect) => {
                self.say(&connect);
                let until = now + HANDSHAKE_MS;
                MqttState::Connecting { until }
            }
            None => MqttState::Unfit { since: now },
        };
    }

    pub(super) fn closed(&mut self) {
        let is_foreign = match self.state {
            MqttState::Over { is_foreign } => is_foreign,
            // Some servers answer what they do not know by hanging up.
            MqttState::Connecting { .. } => !self.is_agreed,
            MqttState::Closed | MqttState::Unfit { .. } | MqttState::Ready { .. } => false,
        };
        self.wants_another = is_foreign && self.speak_otherwise();
        self.says.clear();
        self.asked.clear();
        self.state = MqttState::Closed;
    }

    /// Goes on to the other version where the data source leaves that open. True for the first attempt with 3.1.1: who
    /// does not take that either is tried again as seldom as others.
    fn speak_otherwise(&mut self) -> bool {
        let was = self.version;
        if self.options.version.is_none() {
            self.version = match was {
                Version::V5 => Version::V3,
                Version::V3 => Version::V5,
            };
        }
        was == Version::V5 && self.version == Version::V3
    }

    pub(super) fn wants_another(&mut self) -> bool {
        std::mem::take(&mut self.wants_another)
    }

    /// The server sent something at `now`.
    pub(super) fn heard(
        &mut self,
        frame: MqttFrame<'_>,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let packet = match (self.state, frame) {
            (MqttState::Closed | MqttState::Unfit { .. } | MqttState::Over { .. }, _) => {
                return Ok(());
            }
            (_, MqttFrame::Packet(packet)) => packet,
            (_, MqttFrame::TooLarge(receipt)) => {
                // It would come again and again.
                self.acknowledge(receipt, now);
                return Err(DecodeError::new(DecodeErrorKind::TooLarge, self.max_bytes));
            }
        };
        let result = match (self.state, packet.kind) {
            (MqttState::Connecting { .. }, CONNACK) => self.connack(packet.body, now, received),
            (MqttState::Ready { .. }, PUBLISH) => return self.publish(&packet, now, received),
            (MqttState::Ready { .. }, SUBACK) => self.suback(packet.body, received),
            (MqttState::Ready { .. }, UNSUBACK) => Ok(()),
            (MqttState::Ready { .. }, PUBREL) => self.release(packet.body, now),
            (MqttState::Ready { sent, .. }, PINGRESP) => {
                self.state = MqttState::Ready { sent, asked: None };
                Ok(())
            }
            (_, DISCONNECT) if self.version == Version::V5 => packets::read_disconnect(packet.body)
                .map(|reason| {
                    let end = self.refusal("the server ended the connection", &reason);
                    self.end(end, received);
                }),
            (MqttState::Connecting { .. }, _) => {
                let words = "the server did not begin with CONNACK, as MQTT servers do";
                self.end(Control::Failed(words.to_owned()), received);
                Ok(())
            }
            _ => {
                let words = format!(
                    "the server sent an MQTT packet of kind {}, which is not for subscribers",
                    packet.kind
                );
                self.end(Control::Failed(words), received);
                Ok(())
            }
        };
        if let Err(error) = &result {
            self.end(
                Control::Failed(format!(
                    "the server sent data that is not MQTT: {}",
                    error.kind
                )),
                received,
            );
        }
        result
    }

    /// Whether a filter is yet to be taken or refused.
    pub(super) fn awaits_answers(&self) -> bool {
        !self.asked.is_empty()
    }

    /// A server that a client connects to under the same name ends the connection before (§3.1.4).
    pub(super) fn may_overlap(&self) -> bool {
        !self.options.is_named
    }

    /// Nothing more is to be read or said on this socket.
    pub(super) fn end(&mut self, control: Control, received: &mut Received) {
        if matches!(self.state, MqttState::Closed | MqttState::Over { .. }) {
            return;
        }
        self.state = MqttState::Over { is_foreign: false };
        self.says.clear();
        received.control.push_back(control);
    }

    fn refusal(&self, what: &str, reason: &Reason) -> Control {
        let words = format!("{what}: {reason}");
        match reason.is_final() {
            true if self.has_token && reason.is_about_login() => Control::TokenRefused(words),
            true => Control::Stopped(words),
            false => Control::Failed(words),
        }
    }

    fn connack(
        &mut self,
        body: &[u8],
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        match Connack::read(self.version, body)? {
            Connack::Accepted {
                has_session,
                keep_alive,
                identifies,
            } => {
                let keep_alive = keep_alive.filter(|seconds| *seconds > 0);
                self.quiet_ms = quiet_ms(keep_alive.unwrap_or(self.options.keep_alive));
                self.is_agreed = true;
                self.state = MqttState::Ready {
                    sent: now,
                    asked: None,
                };
                self.topics.begin(identifies, has_session);
                self.receipts.begin(has_session);
                self.subscribe_anew(identifies, has_session, now);
            }
            Connack::Refused(reason) => {
                let is_version = reason.code == UNSUPPORTED_VERSION;
                if is_version && self.options.version.is_none() && self.version == Version::V5 {
                    // The socket is closed next, and another one opened that is talked to in 3.1.1.
                    let words = "the server does not speak MQTT 5".to_owned();
                    self.end(Control::Failed(words), received);
                    self.state = MqttState::Over { is_foreign: true };
                    return Ok(());
                }
                let what = match reason.is_about_login() {
                    true => "the server refused the login",
                    false => "the server refused the connection",
                };
                let end = self.refusal(what, &reason);
                self.end(end, received);
            }
        }
        Ok(())
    }

    fn subscribe_anew(&mut self, identifies: bool, has_session: bool, now: Millis) {
        for filter in std::mem::take(&mut self.leftover) {
            if has_session {
                self.say_unsubscribe(&filter);
            }
        }
        let topics = std::mem::replace(&mut self.topics, Topics::new());
        // An identifier is for all filters of its packet (§3.8.2.1.2).
        let together = if identifies { 1 } else { FILTERS };
        for some in topics.all().chunks(together) {
            let packet_id = self.next_packet_id();
            let identifier = some.first().filter(|_| identifies);
            let identifier = identifier.map(|topic| topic.identifier);
            let wanted: Vec<_> = some.iter().map(|topic| topic.wanted()).collect();
            let packet = packets::subscribe(self.version, packet_id, identifier, &wanted);
            self.say(&packet);
            self.asked.push(Subscribing {
                packet_id,
                filters: some.iter().map(|topic| topic.filter.clone()).collect(),
                since: now,
            });
        }
        self.topics = topics;
    }

    fn publish(
        &mut self,
        packet: &MqttPacket<'_>,
        now: Millis,
        received: &mut Received,
    ) -> Result<(), DecodeError> {
        let message = Publication::read(self.version, packet).inspect_err(|_| {
            // Servers send no more than so many that are not acknowledged (§4.9).
            self.acknowledge(packet.receipt(), now);
        })?;
        if !self.acknowledge(message.receipt(), now) {
            return Ok(());
        }
        let mut targets = std::mem::take(&mut self.targets);
        targets.clear();
        self.topics.find(&message, &mut targets);
        let documents = &mut received.documents;
        let result = targets.iter().try_for_each(|id| {
            documents.allow_message(self.max_bytes);
            documents.add(|json| {
                document::write(json, &message);
                Ok(())
            })?;
            received.subscriptions.push(Some(*id));
            Ok(())
        });
        documents.allow_all();
        self.targets = targets;
        result
    }

    /// Says that a message has come, where its server wants to know. False for one of QoS 2 that came before.
    fn acknowledge(&mut self, receipt: Option<Receipt>, now: Millis) -> bool {
        // 0 names no packet (MQTT 5 §2.2.1).
        let Some(Receipt { packet_id, qos }) = receipt.filter(|receipt| receipt.packet_id != 0)
        else {
            return true;
        };
        if qos < 2 {
            self.answer(&packets::puback(packet_id), now);
            return true;
        }
        self.answer(&packets::pubrec(packet_id), now);
        self.receipts.take(packet_id)
    }

    /// The server knows that a message of QoS 2 has come, and its packet identifier is free for another.
    fn release(&mut self, body: &[u8], now: Millis) -> Result<(), DecodeError> {
        let packet_id = packets::read_pubrel(body)?;
        if packet_id != 0 {
            self.receipts.release(packet_id);
            self.answer(&packets::pubcomp(packet_id), now);
        }
        Ok(())
    }

    fn answer(&mut self, packet: &[u8], now: Millis) {
        self.say(packet);
        if let MqttState::Ready { sent, .. } = &mut self.state {
            *sent = now;
        }
    }

    fn suback(&mut self, body: &[u8], received: &mut Received) -> Result<(), DecodeError> {
        let suback = Suback::read(self.version, body)?;
        let mut asked = self.asked.iter();
        let at = asked.position(|asked| asked.packet_id == suback.packet_id);
        let Some(asked) = at.map(|at| self.asked.swap_remove(at)) else {
            return Ok(());
        };
        // A server that answers for fewer filters leaves the others open, and one that answers for more is wrong.
        for (filter, refusal) in asked.filters.iter().zip(suback.refusals) {
            for id in self.topics.members(filter) {
                received.control.push_back(match &refusal {
                    Some(reason) => Control::Refused(id, format!("{reason} ({filter})")),
                    None => Control::Accepted(id),
                });
            }
        }
        Ok(())
    }

    pub(super) fn subscribe(
        &mut self,
        id: SubscriptionId,
        request: &SubscribeRequest,
        now: Millis,
    ) {
        let Some(filter) = said(&request.params, "topic") else {
            // A query without one is refused before it comes here.
            debug_assert!(false, "a subscription without a topic");
            return;
        };
        let qos = said(&request.params, "qos").and_then(|qos| qos.parse().ok());
        let qos = qos.unwrap_or_default();
        self.leftover.retain(|left| **left != *filter);
        if !self.is_ready() {
            self.topics.add(id, &filter, qos);
            return;
        }
        let packet_id = self.next_packet_id();
        let identifies = self.topics.identifies();
        let topic = self.topics.add(id, &filter, qos);
        let identifier = identifies.then_some(topic.identifier);
        let packet = packets::subscribe(self.version, packet_id, identifier, &[topic.wanted()]);
        self.say(&packet);
        self.asked.push(Subscribing {
            packet_id,
            filters: vec![filter.into_owned()],
            since: now,
        });
    }

    pub(super) fn unsubscribe(&mut self, id: SubscriptionId) {
        let Some(filter) = self.topics.remove(id) else {
            return;
        };
        if self.is_ready() {
            self.say_unsubscribe(&filter);
        } else if self.options.session_expiry > 0 {
            self.leftover.push(filter);
        }
    }

    fn say_unsubscribe(&mut self, filter: &str) {
        let packet_id = self.next_packet_id();
        let packet = packets::unsubscribe(self.version, packet_id, filter);
        self.say(&packet);
    }

    /// The socket is closed for good: the server need not keep what nobody comes back for.
    pub(super) fn leaving(&mut self) {
        if !self.is_ready() {
            return;
        }
        let keeps = self.options.session_expiry > 0;
        if keeps && self.version == Version::V3 {
            let topics = std::mem::replace(&mut self.topics, Topics::new());
            for topic in topics.all() {
                self.say_unsubscribe(&topic.filter);
            }
            self.topics = topics;
        }
        let packet = packets::disconnect(self.version, keeps);
        self.say(&packet);
    }

    fn next_packet_id(&mut self) -> u16 {
        loop {
            // 0 is none (§2.2.1).
            self.last_packet_id = self.last_packet_id.checked_add(1).unwrap_or(1);
            let id = self.last_packet_id;
            if self.asked.iter().all(|asked| asked.packet_id != id) {
                return id;
            }
        }
    }

    fn say(&mut self, packet: &[u8]) {
        self.says.extend_from_slice(packet);
    }

    /// What is to be sent, all of it together.
    pub(super) fn take_said(&mut self) -> Option<Outgoing> {
        let says = std::mem::take(&mut self.says);
        (!says.is_empty()).then_some(Outgoing::Binary(says))
    }

    fn is_ready(&self) -> bool {
        matches!(self.state, MqttState::Ready { .. })
    }

    pub(super) fn phase(&self) -> Phase {
        match self.state {
            MqttState::Closed => Phase::Closed,
            MqttState::Ready { .. } => Phase::Ready,
            MqttState::Unfit { .. } | MqttState::Connecting { .. } | MqttState::Over { .. } => {
                Phase::Handshaking
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            MqttState::Closed | MqttState::Over { .. } => None,
            MqttState::Unfit { since } => Some(since + 1.0),
            MqttState::Connecting { until } => Some(until),
            MqttState::Ready { sent, asked } => {
                let subscribed = self.asked.iter().map(|asked| asked.since);
                let asked = asked.into_iter().chain(subscribed);
                let answers = asked.map(|since| since + ANSWER_MS);
                Some(answers.fold(sent + self.quiet_ms, f64::min))
            }
        }
    }

    /// Does what is due at `now`.
    pub(super) fn timeout(&mut self, now: Millis) -> Option<Control> {
        if self.deadline()? > now {
            return None;
        }
        let missing = match self.state {
            MqttState::Closed | MqttState::Over { .. } => return None,
            MqttState::Unfit { .. } => {
                self.state = MqttState::Over { is_foreign: false };
                let words = "the token is longer than the 65,535 bytes that MQTT allows";
                return Some(Control::Stopped(words.to_owned()));
            }
            MqttState::Connecting { .. } => ("CONNECT", HANDSHAKE_MS),
            MqttState::Ready { sent, asked } => {
                let is_late = |since: Millis| since + ANSWER_MS <= now;
                if asked.is_some_and(is_late) {
                    ("a ping", ANSWER_MS)
                } else if self.asked.iter().any(|asked| is_late(asked.since)) {
                    ("SUBSCRIBE", ANSWER_MS)
                } else {
                    debug_assert!(now >= sent + self.quiet_ms);
                    self.probe(now);
                    return None;
                }
            }
        };
        let seconds = missing.1 / 1000.0;
        let words = format!("the server did not answer {} within {seconds} s", missing.0);
        Some(Control::Failed(words))
    }

    /// Asks the server now whether it is still there.
    pub(super) fn probe(&mut self, now: Millis) -> bool {
        if let MqttState::Ready { sent, asked } = &mut self.state {
            *sent = now;
            asked.get_or_insert(now);
            self.say(&packets::pingreq());
        }
        self.state != MqttState::Closed
    }
}

/// Half of the keep-alive: timers of hidden pages come up to a minute late, and servers wait one and a half.
fn quiet_ms(keep_alive: u16) -> Millis {
    f64::from(keep_alive) * 500.0
}
