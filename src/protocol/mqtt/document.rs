//! A message as the JSON object that queries read.

use mqtt_protocol_core::mqtt::packet::Property;

use super::packets::Publication;
use crate::format::write;
use crate::protocol::payload;

/// Appends `{"topic":…,"payload":…,"qos":0,"retain":false}`, with `dup` where it is set and `properties` where there
/// are any.
pub(super) fn write(json: &mut Vec<u8>, message: &Publication) {
    json.extend_from_slice(b"{\"topic\":");
    write::string(json, message.topic());
    json.extend_from_slice(b",\"payload\":");
    payload::write(json, message.payload());
    json.extend_from_slice(b",\"qos\":");
    json.push(b'0' + message.qos());
    json.extend_from_slice(match message.is_retained() {
        true => b",\"retain\":true",
        false => b",\"retain\":false",
    });
    if message.is_repeated() {
        json.extend_from_slice(b",\"dup\":true");
    }
    write_properties(json, message.properties());
    json.push(b'}');
}

/// The properties of a message (MQTT 5 §3.3.2.3), by the names of the specification; the identifiers of subscriptions
/// are this client's affair.
fn write_properties(json: &mut Vec<u8>, properties: &[Property]) {
    let start = json.len();
    json.extend_from_slice(b",\"properties\":{");
    let empty = json.len();
    for property in properties {
        match property {
            Property::PayloadFormatIndicator(value) => {
                number(json, "payloadFormatIndicator", u32::from(value.val()));
            }
            Property::MessageExpiryInterval(value) => {
                number(json, "messageExpiryInterval", value.val());
            }
            Property::ContentType(value) => text(json, "contentType", value.val()),
            Property::ResponseTopic(value) => text(json, "responseTopic", value.val()),
            Property::CorrelationData(value) => {
                name(json, "correlationData");
                match str::from_utf8(value.val()) {
                    Ok(text) => write::string(json, text),
                    Err(_) => write::base64(json, value.val()),
                }
            }
            _ => {}
        }
    }
    write_user_properties(json, properties);
    if json.len() == empty {
        json.truncate(start);
    } else {
        json.push(b'}');
    }
}

/// Values of one name are joined with `, `, as the headers of other protocols are.
fn write_user_properties(json: &mut Vec<u8>, properties: &[Property]) {
    let mut named: Vec<(&str, Vec<&str>)> = Vec::new();
    for property in properties {
        let Property::UserProperty(property) = property else {
            continue;
        };
        match named.iter().position(|(name, _)| *name == property.key()) {
            Some(at) => named[at].1.push(property.val()),
            None if named.len() < MOST_USER_PROPERTIES => {
                named.push((property.key(), vec![property.val()]));
            }
            None => {}
        }
    }
    if named.is_empty() {
        return;
    }
    name(json, "userProperties");
    json.push(b'{');
    for (name, values) in named {
        text(json, name, &values.join(", "));
    }
    json.push(b'}');
}

/// Names of user properties of one message that are read; the rest is left out.
const MOST_USER_PROPERTIES: usize = 256;

fn name(json: &mut Vec<u8>, name: &str) {
    write::comma(json);
    write::string(json, name);
    json.push(b':');
}

fn text(json: &mut Vec<u8>, of: &str, text: &str) {
    name(json, of);
    write::string(json, text);
}

fn number(json: &mut Vec<u8>, of: &str, number: u32) {
    name(json, of);
    json.extend_from_slice(number.to_string().as_bytes());
}
