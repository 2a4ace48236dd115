//! A client and what it hears and says, for tests.

use super::*;

/// A client with what it said and heard.
pub(super) struct Talk {
    pub(super) mqtt: Mqtt,
    pub(super) received: Received,
    pub(super) token: Option<String>,
}

pub(super) fn setup(max_message_bytes: usize, options: &str) -> Setup {
    Setup {
        is_client: true,
        options: serde_json::from_str::<Params>(options).unwrap(),
        seed: 7,
        ..Setup::new(max_message_bytes)
    }
}

impl Talk {
    pub(super) fn new(options: &str) -> Self {
        Self::of(&setup(10_000, options))
    }

    fn of(setup: &Setup) -> Self {
        Self {
            mqtt: Mqtt::new(setup),
            received: Received::default(),
            token: None,
        }
    }

    /// Logged in with version 5 and subscribed.
    pub(super) fn ready(options: &str, topics: &[(u32, &str)]) -> Self {
        Self::new(options).logged_in(b"\x20\x03\x00\x00\x00", topics)
    }

    /// The same, for packets of so many bytes.
    pub(super) fn sized(max_message_bytes: usize, topics: &[(u32, &str)]) -> Self {
        Self::of(&setup(max_message_bytes, "{}")).logged_in(b"\x20\x03\x00\x00\x00", topics)
    }

    /// The same with 3.1.1.
    pub(super) fn ready_3(topics: &[(u32, &str)]) -> Self {
        Self::new(r#"{"version":"3.1.1"}"#).logged_in(b"\x20\x02\x00\x00", topics)
    }

    fn logged_in(mut self, connack: &[u8], topics: &[(u32, &str)]) -> Self {
        for (id, topic) in topics {
            self.subscribe(*id, &format!(r#"{{"topic":"{topic}"}}"#));
        }
        self.open();
        self.hear(connack);
        let mut answered = 0;
        for packet in self.sent().split(|byte| *byte == 0x82).skip(1) {
            // Each SUBSCRIBE of few filters is answered, so that none is missed later.
            let id = packet[2];
            let filters = if connack[1] == 2 { topics.len() } else { 1 };
            let codes = vec![0; filters];
            let head: &[u8] = if connack[1] == 2 {
                &[0, id]
            } else {
                &[0, id, 0]
            };
            self.hear(&super::packet(0x90, &[head, &codes].concat()));
            answered += 1;
        }
        assert!(topics.is_empty() || answered > 0);
        self.received.control.clear();
        self
    }

    pub(super) fn subscribe(&mut self, id: u32, params: &str) {
        let request = SubscribeRequest {
            text: None,
            params: serde_json::from_str(params).unwrap(),
        };
        self.mqtt.subscribe(SubscriptionId(id), &request, 0.0);
    }

    pub(super) fn open(&mut self) {
        let opening = Opening {
            token: self.token.clone(),
            ..Opening::default()
        };
        self.mqtt.opened(&opening, 0.0);
    }

    /// What the client said since the last call.
    pub(super) fn sent(&mut self) -> Vec<u8> {
        let said = std::iter::from_fn(|| self.mqtt.poll_transmit());
        let bytes = said.map(|outgoing| match outgoing {
            Outgoing::Binary(bytes) => bytes,
            Outgoing::Text(text) => panic!("{text} is a text"),
        });
        bytes.flatten().collect()
    }

    pub(super) fn try_hear(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        let message = Message::Binary(bytes);
        self.mqtt.receive(message, 0.0, 0.0, &mut self.received)
    }

    /// Whether what was heard could be read.
    pub(super) fn hear_any(&mut self, bytes: &[u8]) -> bool {
        self.try_hear(bytes).is_ok()
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) {
        self.try_hear(bytes).unwrap();
    }

    pub(super) fn hear_at(&mut self, bytes: &[u8], now: Millis) {
        let message = Message::Binary(bytes);
        let read = self.mqtt.receive(message, now, now, &mut self.received);
        read.unwrap();
    }

    /// What was said besides messages, since the last call.
    pub(super) fn control(&mut self) -> Vec<Control> {
        self.received.control.drain(..).collect()
    }

    /// Each message behind the number of its subscription.
    pub(super) fn documents(&self) -> Vec<String> {
        let texts = self.received.documents.texts();
        let texts = texts.zip(&self.received.subscriptions);
        texts
            .map(|(text, of)| format!("{}: {}", of.unwrap().0, str::from_utf8(text).unwrap()))
            .collect()
    }

    /// The same, of each message only its payload.
    pub(super) fn targets(&self) -> Vec<String> {
        let documents = self.documents().into_iter();
        let payloads = documents.map(|text| {
            let (id, document) = text.split_once(": ").unwrap();
            let document: serde_json::Value = serde_json::from_str(document).unwrap();
            format!("{id} {}", document["payload"])
        });
        payloads.collect()
    }
}

/// A packet of fewer than 2 MiB.
pub(super) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let length = [
        body.len() & 127 | 128,
        body.len() >> 7 & 127 | 128,
        body.len() >> 14,
    ];
    let length = length.map(|part| part as u8);
    let length = match body.len() {
        0..128 => vec![length[0] & 127],
        128..16_384 => vec![length[0], length[1] & 127],
        _ => length.to_vec(),
    };
    [&[first], length.as_slice(), body].concat()
}

/// A message of version 5; its packet identifier is 7 where it has one.
pub(super) fn publish(qos: u8, topic: &str, properties: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut body = vec![0, topic.len() as u8];
    body.extend(topic.as_bytes());
    if qos > 0 {
        body.extend([0, 7]);
    }
    let properties = packet(0, properties);
    body.extend(&properties[1..]);
    body.extend(payload);
    packet(0x30 | qos << 1, &body)
}

/// A message of 3.1.1.
pub(super) fn publish_3(topic: &str, payload: &str) -> Vec<u8> {
    let body = [
        &[0, topic.len() as u8],
        topic.as_bytes(),
        payload.as_bytes(),
    ];
    packet(0x30, &body.concat())
}

pub(super) fn failed(words: &str) -> Option<Control> {
    Some(Control::Failed(words.to_owned()))
}
