//! The browser's side of a session with a made-up or recorded server, and its clock.

use serde_json::{Map, Value};

use crate::decode::DecodeError;
use crate::error::Error;
use crate::format::Message;
use crate::protocol::{
    Control, Conversation, Opening, Outgoing, Phase, Protocol, Received, Retry, SubscribeRequest,
    SubscriptionId,
};
use crate::table::Millis;

/// A connection of a data source with a preset or a script, its clock, and what came of its messages.
pub(in crate::protocol) struct Talk {
    conversation: Conversation,
    client: Box<dyn Protocol>,
    pub(in crate::protocol) now: Millis,
    received: Received,
}

impl Talk {
    /// A socket of the preset `name` that has just opened; `options` are those of the data source.
    pub(in crate::protocol) fn open(name: &str, options: &Value) -> Self {
        let mut talk = Self::choose(Some(name), Map::new(), options);
        talk.opens();
        talk
    }

    /// A socket that has just opened, of a data source with this script and no options.
    pub(in crate::protocol) fn open_script(script: &Value) -> Self {
        let mut talk = Self::closed(script, &Value::Object(Map::new()));
        talk.opens();
        talk
    }

    /// A data source with this script and these options, before its socket opens.
    pub(in crate::protocol) fn closed(script: &Value, options: &Value) -> Self {
        Self::choose(None, script.as_object().unwrap().clone(), options)
    }

    fn choose(preset: Option<&str>, script: Map<String, Value>, options: &Value) -> Self {
        let chosen = Conversation::choose(preset, script).unwrap();
        assert!(chosen.not_carried_out.is_empty(), "{preset:?} is no preset");
        let conversation = chosen.conversation;
        let options = options.as_object().unwrap();
        conversation.check_options(options).unwrap();
        Self {
            client: conversation.protocol(10_000, options, 0),
            conversation,
            now: 1_000.0,
            received: Received::default(),
        }
    }

    /// Another socket opens.
    pub(in crate::protocol) fn opens(&mut self) {
        let opening = Opening {
            wall: 1_700_000_000_000.0,
            token: Some("s3cret".to_owned()),
            ..Opening::default()
        };
        self.client.opened(&opening, self.now);
    }

    pub(in crate::protocol) fn closes(&mut self) {
        self.client.closed();
    }

    /// What is wrong with the params of a query, if anything.
    pub(in crate::protocol) fn check(&self, params: &Value) -> Result<(), Error> {
        let params = params.as_object().unwrap().clone();
        let request = SubscribeRequest { text: None, params };
        self.conversation
            .of_query(None, &request, |_| false)
            .map(drop)
    }

    pub(in crate::protocol) fn asks(&mut self, id: u32, params: &Value) {
        self.check(params).unwrap();
        let params = params.as_object().unwrap().clone();
        let request = SubscribeRequest { text: None, params };
        self.client
            .subscribe(SubscriptionId(id), &request, self.now);
    }

    /// A query asks by a text.
    pub(in crate::protocol) fn asks_by_text(&mut self, id: u32, text: &str) {
        let request = SubscribeRequest::of_text(text);
        self.conversation
            .of_query(None, &request, |_| false)
            .unwrap();
        self.client
            .subscribe(SubscriptionId(id), &request, self.now);
    }

    pub(in crate::protocol) fn leaves(&mut self, id: u32) {
        self.client.unsubscribe(SubscriptionId(id), "", self.now);
    }

    /// The socket is to be closed for good.
    pub(in crate::protocol) fn parts(&mut self) {
        self.client.leaving(self.now);
    }

    /// What was said since the last call.
    pub(in crate::protocol) fn said(&mut self) -> Vec<String> {
        let said = std::iter::from_fn(|| self.client.poll_transmit());
        said.map(|outgoing| match outgoing {
            Outgoing::Text(text) => text,
            Outgoing::Binary(bytes) => panic!("{bytes:?}"),
        })
        .collect()
    }

    /// The server says something.
    pub(in crate::protocol) fn hears(&mut self, text: impl ToString) {
        self.hears_message(Message::Text(text.to_string().as_bytes()));
    }

    pub(in crate::protocol) fn hears_message(&mut self, message: Message<'_>) {
        self.client
            .receive(message, 0.0, self.now, &mut self.received)
            .unwrap_or_else(|error| panic!("{message:?}: {error:?}"));
    }

    /// The server says something that cannot be read as a whole: what is wrong, and where.
    pub(in crate::protocol) fn hears_in_part(&mut self, text: impl ToString) -> DecodeError {
        let text = text.to_string();
        let message = Message::Text(text.as_bytes());
        let read = self
            .client
            .receive(message, 0.0, self.now, &mut self.received);
        read.unwrap_err()
    }

    /// The payloads since the last call, with whose they are.
    pub(in crate::protocol) fn payloads(&mut self) -> Vec<(Option<u32>, String)> {
        let texts = self.received.documents.texts();
        let texts = texts.map(|text| String::from_utf8(text.to_vec()).unwrap());
        let ids = self.received.subscriptions.iter();
        let payloads = ids.map(|id| id.map(|id| id.0)).zip(texts).collect();
        self.received.documents.clear();
        self.received.arrivals.clear();
        self.received.subscriptions.clear();
        payloads
    }

    /// What else was said since the last call.
    pub(in crate::protocol) fn control(&mut self) -> Vec<Control> {
        std::mem::take(&mut self.received.control).into()
    }

    /// Goes on to a time; what was said of the connection on the way.
    pub(in crate::protocol) fn until(&mut self, time: Millis) -> Vec<Control> {
        let mut control = Vec::new();
        while let Some(at) = self.client.poll_timeout().filter(|at| *at <= time) {
            assert!(at >= self.now, "{at} is before {}", self.now);
            self.now = at;
            control.extend(self.client.handle_timeout(at));
            if matches!(
                control.last(),
                Some(Control::Failed(_) | Control::Stopped(_))
            ) {
                self.client.closed();
            }
        }
        self.now = time;
        control
    }

    /// When it wants to be woken.
    pub(in crate::protocol) fn timeout(&self) -> Option<Millis> {
        self.client.poll_timeout()
    }

    pub(in crate::protocol) fn waits_for_answers(&self) -> bool {
        self.client.awaits_answers()
    }

    pub(in crate::protocol) fn is_ready(&self) -> bool {
        self.client.phase() == Phase::Ready
    }

    pub(in crate::protocol) fn retry_after_close(&self, close_code: u16) -> Retry {
        self.client.retry_after_close(close_code, "")
    }

    pub(in crate::protocol) fn is_final(&self, close_code: u16) -> bool {
        self.retry_after_close(close_code) == Retry::Never
    }

    pub(in crate::protocol) fn tells_apart(&self) -> bool {
        self.client.tells_apart() && self.conversation.tells_apart()
    }
}

/// A payload of one subscription.
pub(in crate::protocol) fn own(id: u32, text: &str) -> (Option<u32>, String) {
    (Some(id), text.to_owned())
}

pub(in crate::protocol) fn accepted(id: u32) -> Control {
    Control::Accepted(SubscriptionId(id))
}

pub(in crate::protocol) fn refused(id: u32, words: &str) -> Control {
    Control::Refused(SubscriptionId(id), words.to_owned())
}

pub(in crate::protocol) fn ended(id: u32, words: &str) -> Control {
    Control::Ended(SubscriptionId(id), words.to_owned())
}

pub(in crate::protocol) fn failed(words: &str) -> Control {
    Control::Failed(words.to_owned())
}

pub(in crate::protocol) fn stopped(words: &str) -> Control {
    Control::Stopped(words.to_owned())
}
