//! What a subscriber sends and reads, in both versions: `mqtt-protocol-core` writes and reads the packets.

use std::sync::Arc;

use mqtt_protocol_core::mqtt::packet::{
    Property, Qos, SessionExpiryInterval, SubEntry, SubOpts, SubscriptionIdentifier, v3_1_1, v5_0,
};
use mqtt_protocol_core::mqtt::result_code::{DisconnectReasonCode, MqttError};

use super::frames::{MqttPacket, Receipt, error};
use super::options::{Options, Version};
use super::reason::Reason;
use crate::decode::DecodeError;

/// The most bytes of properties that are read. Each becomes many times as large as it was.
const MAX_PROPERTIES: usize = 64 * 1024;

/// The most bytes of a packet that is no message.
const MAX_ANSWER: usize = 256 * 1024;

/// A message of the server.
#[derive(Debug)]
pub(super) enum Publication {
    V5(v5_0::Publish),
    V3(v3_1_1::Publish),
}

impl Publication {
    /// Reads the packet of a message.
    pub(super) fn read(version: Version, packet: &MqttPacket<'_>) -> Result<Self, DecodeError> {
        let fault = |_| error("a message cannot be read");
        let body = Arc::from(packet.body);
        let publication = match version {
            Version::V5 => {
                if properties_length(packet) > MAX_PROPERTIES {
                    return Err(error("a message has more than 64 KiB of properties"));
                }
                v5_0::Publish::parse(packet.flags, body).map(|(publish, _)| Self::V5(publish))
            }
            Version::V3 => {
                v3_1_1::Publish::parse(packet.flags, body).map(|(publish, _)| Self::V3(publish))
            }
        };
        let publication = publication.map_err(fault)?;
        // An alias would stand for it, which this client does not allow.
        match publication.topic() {
            "" => Err(error("a message has no topic")),
            topic if topic.contains(['+', '#', '\0']) => {
                Err(error("the topic of a message holds +, # or NUL"))
            }
            _ => Ok(publication),
        }
    }

    pub(super) fn topic(&self) -> &str {
        match self {
            Self::V5(publish) => publish.topic_name(),
            Self::V3(publish) => publish.topic_name(),
        }
    }

    pub(super) fn payload(&self) -> &[u8] {
        match self {
            Self::V5(publish) => publish.payload().as_slice(),
            Self::V3(publish) => publish.payload().as_slice(),
        }
    }

    pub(super) fn qos(&self) -> u8 {
        match self {
            Self::V5(publish) => publish.qos() as u8,
            Self::V3(publish) => publish.qos() as u8,
        }
    }

    pub(super) fn is_retained(&self) -> bool {
        match self {
            Self::V5(publish) => publish.retain(),
            Self::V3(publish) => publish.retain(),
        }
    }

    /// Whether it may have been sent before.
    pub(super) fn is_repeated(&self) -> bool {
        match self {
            Self::V5(publish) => publish.dup(),
            Self::V3(publish) => publish.dup(),
        }
    }

    /// What has to be acknowledged of it, which is nothing of those of QoS 0.
    pub(super) fn receipt(&self) -> Option<Receipt> {
        let packet_id = match self {
            Self::V5(publish) => publish.packet_id(),
            Self::V3(publish) => publish.packet_id(),
        };
        packet_id.map(|packet_id| Receipt {
            packet_id,
            qos: self.qos(),
        })
    }

    pub(super) fn properties(&self) -> &[Property] {
        match self {
            Self::V5(publish) => publish.props(),
            Self::V3(_) => &[],
        }
    }
}

/// How long the properties of a message say they are; 0 when they cannot be found.
fn properties_length(packet: &MqttPacket<'_>) -> usize {
    let topic = packet.body.first_chunk().copied().map(u16::from_be_bytes);
    let identifier = if packet.flags & 6 == 0 { 0 } else { 2 };
    let start = 2 + usize::from(topic.unwrap_or_default()) + identifier;
    let length = packet.body.get(start..).unwrap_or_default();
    let bytes = length.iter().take(4).enumerate();
    bytes
        .take_while(|(at, _)| *at == 0 || length[at - 1] & 0x80 != 0)
        .fold(0, |sum, (at, byte)| {
            sum | usize::from(byte & 0x7f) << (7 * at)
        })
}

/// How a server answers CONNECT.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Connack {
    Accepted {
        /// Whether it still has the session of the last connection.
        has_session: bool,
        /// The keep-alive that it wants, in seconds.
        keep_alive: Option<u16>,
        /// Whether it says with each message which subscriptions it is for.
        identifies: bool,
    },
    Refused(Reason),
}

impl Connack {
    pub(super) fn read(version: Version, body: &[u8]) -> Result<Self, DecodeError> {
        match (version, body) {
            // Servers that do not know version 5 answer as those of their own do.
            (Version::V3, _) | (Version::V5, [_, 1]) => {
                let connack = v3_1_1::Connack::parse(answer(body)?);
                let (connack, _) = connack.map_err(|_| error("CONNACK cannot be read"))?;
                Ok(match connack.return_code() as u8 {
                    0 => Self::Accepted {
                        has_session: connack.session_present(),
                        keep_alive: None,
                        identifies: false,
                    },
                    code => Self::Refused(Reason::of_return_code(code)),
                })
            }
            (Version::V5, _) => {
                let connack = v5_0::Connack::parse(answer(body)?);
                let (connack, _) = connack.map_err(|_| error("CONNACK cannot be read"))?;
                Ok(match connack.reason_code() as u8 {
                    0 => Self::accepted(&connack),
                    code => Self::Refused(reason(code, connack.props())),
                })
            }
        }
    }

    fn accepted(connack: &v5_0::Connack) -> Self {
        let (mut keep_alive, mut identifies) = (None, true);
        for property in connack.props() {
            match property {
                Property::ServerKeepAlive(seconds) => keep_alive = Some(seconds.val()),
                Property::SubscriptionIdentifierAvailable(is) => identifies = is.val() != 0,
                _ => {}
            }
        }
        Self::Accepted {
            has_session: connack.session_present(),
            keep_alive,
            identifies,
        }
    }
}

/// How a server answers SUBSCRIBE.
#[derive(Debug)]
pub(super) struct Suback {
    pub(super) packet_id: u16,
    /// For each filter the reason of a refusal, if it was refused.
    pub(super) refusals: Vec<Option<Reason>>,
}

impl Suback {
    pub(super) fn read(version: Version, body: &[u8]) -> Result<Self, DecodeError> {
        let fault = |_| error("SUBACK cannot be read");
        let refusal = |code: u8, words: &[Property]| (code >= 0x80).then(|| reason(code, words));
        Ok(match version {
            Version::V5 => {
                let (suback, _) = v5_0::Suback::parse(answer(body)?).map_err(fault)?;
                let codes = suback.reason_codes().into_iter();
                let refusals = codes.map(|code| refusal(code as u8, suback.props()));
                Self {
                    packet_id: suback.packet_id(),
                    refusals: refusals.collect(),
                }
            }
            Version::V3 => {
                let (suback, _) = v3_1_1::Suback::parse(answer(body)?).map_err(fault)?;
                let codes = suback.return_codes().into_iter();
                let refusals = codes.map(|code| {
                    // 3.1.1 knows no reasons (§3.9.3).
                    refusal(code as u8, &[]).map(|_| Reason::of(0x87))
                });
                Self {
                    packet_id: suback.packet_id(),
                    refusals: refusals.collect(),
                }
            }
        })
    }
}

/// Why a server ends the connection; 3.1.1 has no such packet.
pub(super) fn read_disconnect(body: &[u8]) -> Result<Reason, DecodeError> {
    let disconnect = v5_0::Disconnect::parse(answer(body)?);
    let (disconnect, _) = disconnect.map_err(|_| error("DISCONNECT cannot be read"))?;
    let code = disconnect.reason_code().map_or(0, |code| code as u8);
    let properties = disconnect.props().as_deref().unwrap_or_default();
    Ok(reason(code, properties))
}

fn answer(body: &[u8]) -> Result<&[u8], DecodeError> {
    if body.len() > MAX_ANSWER {
        return Err(error("an answer of the server is longer than 256 KiB"));
    }
    Ok(body)
}

fn reason(code: u8, properties: &[Property]) -> Reason {
    let words = properties.iter().find_map(|property| match property {
        Property::ReasonString(words) => Some(words.val().to_owned()),
        _ => None,
    });
    Reason {
        code,
        words: words.filter(|words| !words.trim().is_empty()),
    }
}

/// The packet that opens a session. `is_new`: what the server kept of an earlier one is to go.
///
/// `None` when the password is longer than MQTT allows.
pub(super) fn connect(
    version: Version,
    options: &Options,
    password: Option<&str>,
    is_new: bool,
) -> Option<Vec<u8>> {
    let is_short = |password: &str| password.len() <= usize::from(u16::MAX);
    if !password.is_none_or(is_short) {
        return None;
    }
    Some(written(match version {
        Version::V5 => connect_5(options, password, is_new),
        Version::V3 => connect_3(options, password),
    }))
}

fn connect_5(
    options: &Options,
    password: Option<&str>,
    is_new: bool,
) -> Result<Vec<u8>, MqttError> {
    let mut connect = v5_0::Connect::builder()
        .client_id(options.client_id.as_str())?
        .keep_alive(options.keep_alive)
        .clean_start(is_new);
    if options.session_expiry > 0 {
        connect = connect.props(vec![expiry(options.session_expiry)?]);
    }
    if let Some(user) = user(options, password) {
        connect = connect.user_name(user)?;
    }
    if let Some(password) = password {
        connect = connect.password(password)?;
    }
    Ok(connect.build()?.to_continuous_buffer())
}

fn connect_3(options: &Options, password: Option<&str>) -> Result<Vec<u8>, MqttError> {
    let mut connect = v3_1_1::Connect::builder()
        .client_id(options.client_id.as_str())?
        .keep_alive(options.keep_alive)
        .clean_session(options.session_expiry == 0);
    if let Some(user) = user(options, password) {
        connect = connect.user_name(user)?;
    }
    if let Some(password) = password {
        connect = connect.password(password)?;
    }
    Ok(connect.build()?.to_continuous_buffer())
}

/// A password needs a user name in 3.1.1 (§3.1.2.8), and the crate wants one in 5 as well.
fn user<'o>(options: &'o Options, password: Option<&str>) -> Option<&'o str> {
    options.username.as_deref().or(password.map(|_| ""))
}

fn expiry(seconds: u32) -> Result<Property, MqttError> {
    SessionExpiryInterval::new(seconds).map(Property::SessionExpiryInterval)
}

/// A filter to subscribe to, at most with this QoS.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) filter: &'a str,
    pub(super) qos: u8,
}

/// The packet that subscribes to all of `wanted`, whose messages then come with `identifier`.
pub(super) fn subscribe(
    version: Version,
    packet_id: u16,
    identifier: Option<u32>,
    wanted: &[Wanted<'_>],
) -> Vec<u8> {
    let entries = wanted.iter().map(|Wanted { filter, qos }| {
        let qos = match qos {
            0 => Qos::AtMostOnce,
            1 => Qos::AtLeastOnce,
            _ => Qos::ExactlyOnce,
        };
        SubEntry::new(*filter, SubOpts::new().set_qos(qos))
    });
    let bytes = (|| {
        let entries: Vec<SubEntry> = entries.collect::<Result<_, _>>()?;
        match version {
            Version::V5 => {
                let mut subscribe = v5_0::Subscribe::builder()
                    .packet_id(packet_id)
                    .entries(entries);
                if let Some(identifier) = identifier {
                    let identifier = SubscriptionIdentifier::new(identifier)?;
                    let identifier = Property::SubscriptionIdentifier(identifier);
                    subscribe = subscribe.props(vec![identifier]);
                }
                Ok(subscribe.build()?.to_continuous_buffer())
            }
            Version::V3 => {
                let subscribe = v3_1_1::Subscribe::builder();
                let subscribe = subscribe.packet_id(packet_id).entries(entries);
                Ok(subscribe.build()?.to_continuous_buffer())
            }
        }
    })();
    written(bytes)
}

/// The packet that takes a subscription back.
pub(super) fn unsubscribe(version: Version, packet_id: u16, filter: &str) -> Vec<u8> {
    let bytes = (|| match version {
        Version::V5 => {
            let unsubscribe = v5_0::Unsubscribe::builder();
            let unsubscribe = unsubscribe.packet_id(packet_id).entries([filter])?;
            Ok(unsubscribe.build()?.to_continuous_buffer())
        }
        Version::V3 => {
            let unsubscribe = v3_1_1::Unsubscribe::builder();
            let unsubscribe = unsubscribe.packet_id(packet_id).entries([filter])?;
            Ok(unsubscribe.build()?.to_continuous_buffer())
        }
    })();
    written(bytes)
}

/// The packet by which a server has a message of QoS 2 delivered for good: its packet identifier.
pub(super) fn read_pubrel(body: &[u8]) -> Result<u16, DecodeError> {
    let packet_id = body.first_chunk().copied().map(u16::from_be_bytes);
    packet_id.ok_or_else(|| error("PUBREL cannot be read"))
}

/// The packet that says that a message of QoS 2 has come, which is the same in both versions.
pub(super) fn pubrec(packet_id: u16) -> Vec<u8> {
    let pubrec = v3_1_1::Pubrec::builder().packet_id(packet_id).build();
    written(pubrec.map(|pubrec| pubrec.to_continuous_buffer()))
}

/// The packet that answers PUBREL, which is the same in both versions.
pub(super) fn pubcomp(packet_id: u16) -> Vec<u8> {
    let pubcomp = v3_1_1::Pubcomp::builder().packet_id(packet_id).build();
    written(pubcomp.map(|pubcomp| pubcomp.to_continuous_buffer()))
}

/// The packet that acknowledges a message of QoS 1, which is the same in both versions.
pub(super) fn puback(packet_id: u16) -> Vec<u8> {
    let puback = v3_1_1::Puback::builder().packet_id(packet_id).build();
    written(puback.map(|puback| puback.to_continuous_buffer()))
}

/// The packet that asks whether the server is there, which is the same in both versions.
pub(super) fn pingreq() -> Vec<u8> {
    let pingreq = v3_1_1::Pingreq::builder().build();
    written(pingreq.map(|pingreq| pingreq.to_continuous_buffer()))
}

/// The packet that ends a session; the server is to forget it where it could be told to keep it.
pub(super) fn disconnect(version: Version, forgets: bool) -> Vec<u8> {
    let bytes = (|| match version {
        Version::V5 if forgets => {
            let disconnect = v5_0::Disconnect::builder()
                .reason_code(DisconnectReasonCode::NormalDisconnection)
                .props(vec![expiry(0)?]);
            Ok(disconnect.build()?.to_continuous_buffer())
        }
        Version::V5 | Version::V3 => Ok(v3_1_1::Disconnect::builder()
            .build()?
            .to_continuous_buffer()),
    })();
    written(bytes)
}

/// What is sent is made of what was checked before, so that it can be written.
fn written(bytes: Result<Vec<u8>, MqttError>) -> Vec<u8> {
    debug_assert!(bytes.is_ok(), "{bytes:?}");
    bytes.unwrap_or_default()
}
