//! What a script is made of once it is compiled: who says what when, and what each message means.
//!
//! [`compile`](super::compile()) makes these, and [`ScriptClient`](super::ScriptClient) and its parts act by them. A rule knows
//! how to read the message it is asked about; whether it is asked, and what comes of it, its user decides.

use std::ops::RangeInclusive;

use super::condition::MessageCondition;
use super::places::{self, PlaceId, Placed};
use super::template::MessageTemplate;
use crate::decode::DecodeError;
use crate::protocol::{Control, Retry};
use crate::table::Millis;

/// How several texts stand in one message of the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Packaging {
    /// Each message is one text.
    #[default]
    Message,
    /// One in each line.
    Lines,
    /// Each ended by U+001E.
    RecordSeparator,
    /// A message that is an array is several; any other is one.
    Array,
    /// The frames of SockJS.
    SockJs,
}

impl Packaging {
    pub(super) const ALL: [(&'static str, Self); 5] = [
        ("message", Self::Message),
        ("lines", Self::Lines),
        ("recordSeparator", Self::RecordSeparator),
        ("array", Self::Array),
        ("sockjs", Self::SockJs),
    ];
}

/// How `${id}` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IdRule {
    pub(super) is_text: bool,
    pub(super) start: u64,
}

/// How much a server takes: so many messages at once, and one more each so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PaceRule {
    pub(super) interval_ms: Millis,
    pub(super) burst: f64,
}

/// A step of the handshake.
#[derive(Debug)]
pub(super) struct HandshakeStep {
    pub(super) send: Option<MessageTemplate>,
    pub(super) expect: Option<MessageCondition>,
    pub(super) bind: Vec<Binding>,
    pub(super) timeout_ms: Millis,
    pub(super) fail: Vec<FailRule>,
}

/// An answer that ends a handshake.
#[derive(Debug)]
pub(super) struct FailRule {
    pub(super) when: MessageCondition,
    pub(super) reason: Words,
    /// Whether another socket would fare no better.
    pub(super) action: FailAction,
    pub(super) retry_after: Option<DelayRule>,
}

/// How long the server wants to be left alone after the connection's end.
#[derive(Debug, Clone, Copy)]
pub(super) enum DelayRule {
    Constant(Millis),
    /// What stands there, a number or a text that is one, times this.
    At(PlaceId, f64),
}

impl DelayRule {
    /// What a message says, where it says that.
    pub(super) fn of(self, message: Placed<'_>) -> Option<Control> {
        let ms = match self {
            Self::Constant(ms) => ms,
            Self::At(place, times) => {
                let number: f64 = message.words(place)?.trim().parse().ok()?;
                number * times
            }
        };
        (ms.is_finite() && ms > 0.0).then_some(Control::RetryAfter(ms))
    }
}

/// A value kept from a message.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) place: PlaceId,
    /// For numbers.
    pub(super) times: f64,
}

/// What is shown of a message: a text, or what stands at a place, with a code where there is one.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) text: WordsFrom,
    pub(super) code: Option<PlaceId>,
}

#[derive(Debug)]
pub(super) enum WordsFrom {
    Constant(String),
    /// What stands there, or this text where nothing does.
    At(PlaceId, String),
}

impl Words {
    pub(super) fn of(&self, message: Placed<'_>) -> String {
        let text = match &self.text {
            WordsFrom::Constant(text) => text.clone(),
            WordsFrom::At(place, otherwise) => {
                let words = message.words(*place);
                words.unwrap_or_else(|| otherwise.clone())
            }
        };
        match self.code.and_then(|place| message.words(place)) {
            Some(code) if text.is_empty() => format!("code {code}"),
            Some(code) => format!("{text} (code {code})"),
            None => text,
        }
    }
}

/// How a subscription is asked for.
#[derive(Debug)]
pub(super) struct SubscribeRule {
    pub(super) send: MessageTemplate,
    /// Nothing is sent where this has no value.
    pub(super) only_if: Option<MessageTemplate>,
    /// Subscriptions of which this is the same are one to the server.
    pub(super) once: Option<MessageTemplate>,
    pub(super) ack: Ack,
    /// What is kept from what came for a subscription, also when the socket is another one.
    pub(super) resume: Vec<ResumeRule>,
}

/// What the server says of a subscription.
#[derive(Debug, Default)]
pub(super) struct Ack {
    /// Taken; without it, a subscription is taken once it is sent.
    pub(super) when: Option<MessageCondition>,
    pub(super) refused: Option<MessageCondition>,
    /// Refused for a while.
    pub(super) retry: Option<MessageCondition>,
    pub(super) reason: Option<Words>,
    pub(super) bind: Vec<Binding>,
    /// Payloads that the answer holds, in a list: what was missed.
    pub(super) data: Option<PayloadPlace>,
    pub(super) timeout_ms: Millis,
}

/// A value that a subscription goes on from: the first that a message has of some places.
#[derive(Debug)]
pub(super) struct ResumeRule {
    pub(super) name: String,
    pub(super) places: Vec<PlaceId>,
}

/// How each side knows that the other is there.
#[derive(Debug)]
pub(super) struct HeartbeatRule {
    pub(super) send: Option<MessageTemplate>,
    pub(super) expect: Option<MessageCondition>,
    pub(super) interval: Option<MessageTemplate>,
    pub(super) timeout: Option<MessageTemplate>,
    /// Only after silence.
    pub(super) is_idle: bool,
    /// The longest silence.
    pub(super) any_within: Option<MessageTemplate>,
}

/// An answer that a message asks for.
#[derive(Debug)]
pub(super) struct ReplyRule {
    pub(super) when: MessageCondition,
    pub(super) send: MessageTemplate,
}

/// What an answer that ends the handshake means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailAction {
    /// No other socket.
    Stop,
    /// Another socket.
    Reconnect,
    /// Another socket with another token, once.
    Token,
}

impl FailAction {
    pub(super) const ALL: [(&'static str, Self); 3] = [
        ("stop", Self::Stop),
        ("reconnect", Self::Reconnect),
        ("token", Self::Token),
    ];

    /// What the connection is told, in these words.
    pub(super) fn control(self, words: String) -> Control {
        match self {
            Self::Stop => Control::Stopped(words),
            Self::Reconnect => Control::Failed(words),
            Self::Token => Control::TokenRefused(words),
        }
    }
}

/// What a message that is no payload has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleAction {
    Ignore,
    /// The words are shown.
    Notice,
    /// The subscription is refused.
    Refuse,
    /// The subscription has ended.
    End,
    /// The subscription is asked for again.
    Resubscribe,
    /// Another socket.
    Reconnect,
    /// Another socket, which takes the place of this one once the server has taken its subscriptions.
    HandOver,
    /// No other socket.
    Stop,
    /// Another socket with another token, once.
    Token,
}

impl RuleAction {
    pub(super) const ALL: [(&'static str, Self); 9] = [
        ("ignore", Self::Ignore),
        ("notice", Self::Notice),
        ("refuse", Self::Refuse),
        ("end", Self::End),
        ("resubscribe", Self::Resubscribe),
        ("reconnect", Self::Reconnect),
        ("handOver", Self::HandOver),
        ("stop", Self::Stop),
        ("token", Self::Token),
    ];

    pub(super) fn concerns_subscription(self) -> bool {
        matches!(self, Self::Refuse | Self::End | Self::Resubscribe)
    }
}

/// A message that is no payload.
#[derive(Debug)]
pub(super) struct ControlRule {
    pub(super) when: MessageCondition,
    pub(super) action: RuleAction,
    /// Which subscription it concerns; all, without.
    pub(super) key: Option<usize>,
    pub(super) reason: Option<Words>,
    /// What is said before that.
    pub(super) send: Option<MessageTemplate>,
    pub(super) retry_after: Option<DelayRule>,
}

/// Which subscription a message is for: the values at some places, compared with what a subscription says.
#[derive(Debug, PartialEq)]
pub(super) struct KeyRule(pub(super) Vec<(PlaceId, MessageTemplate)>);

/// Where a message has payloads.
#[derive(Debug, Clone, Copy)]
pub(super) struct PayloadPlace {
    pub(super) place: PlaceId,
    /// Whether each item there is one.
    pub(super) is_each: bool,
}

impl PayloadPlace {
    /// Calls `take` with each payload and where it begins in the message.
    ///
    /// # Errors
    /// The first of `take`.
    pub(super) fn each(
        self,
        message: Placed<'_>,
        mut take: impl FnMut(&[u8], usize) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let Some(data) = message.get(self.place) else {
            return Ok(());
        };
        let start = message.offset(self.place);
        if !self.is_each {
            return take(data, start);
        }
        for item in places::items(data) {
            take(
                data.get(item.clone()).unwrap_or_default(),
                start + item.start,
            )?;
        }
        Ok(())
    }
}

/// A message that is payload.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) when: Option<MessageCondition>,
    /// Which subscriptions it is for; all, without. By its number in [`Script::keys`](super::definition::Script::keys).
    pub(super) key: Option<usize>,
    /// What the payload is; the whole message, without.
    pub(super) data: Option<PayloadPlace>,
    /// Whether it is JSON in a text.
    pub(super) is_text: bool,
    /// What is shown besides.
    pub(super) errors: Option<PlaceId>,
}

impl Route {
    /// Whether null, or nothing, stands in the place of the payload.
    pub(super) fn is_without_data(&self, message: Placed<'_>) -> bool {
        let data = self.data.map(|data| message.get(data.place));
        data.is_some_and(|json| json.is_none_or(|json| json == b"null"))
    }
}

/// When the server ends connections, and what its close codes mean.
#[derive(Debug, Default)]
pub(super) struct CloseRule {
    /// When another socket is tried after these codes.
    pub(super) codes: Vec<(RangeInclusive<u16>, Retry)>,
    /// The age at which a connection is to be replaced, before the server ends it.
    pub(super) max_age_ms: Option<Millis>,
}
