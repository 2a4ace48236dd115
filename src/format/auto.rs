//! What an unknown message is written in.

use super::{CsvOptions, Documents, Format, cbor, csv_guess, framing, influx, msgpack, socketio};
use crate::decode::json::Scanner;
use crate::decode::{DecodeError, DecodeErrorKind};

/// The format of a message: `None` for a blank one, which tells nothing. Binary messages must be
/// decompressed.
pub(super) fn choose(bytes: &[u8], is_binary: bool) -> Result<Option<Format>, DecodeError> {
    match framing::text(bytes) {
        Ok((_, text)) => Ok(of_text(text)),
        Err(_) if is_binary && is_msgpack(bytes) => Ok(Some(Format::Msgpack)),
        Err(_) if is_binary && is_cbor(bytes) => Ok(Some(Format::Cbor)),
        Err(_) if is_binary => Err(DecodeError::new(DecodeErrorKind::UnknownFormat, 0)),
        Err(error) => Err(error),
    }
}

fn of_text(text: &str) -> Option<Format> {
    if text.trim().is_empty() {
        return None;
    }
    let json = of_json(text.as_bytes());
    Some(match json {
        Some(json) => json,
        None if socketio::is_socketio(text) => Format::SocketIo,
        None if text.starts_with("INFO {") => Format::Nats,
        None if influx::is_influx(text) => Format::Influx,
        None if csv_guess::is_csv(text) => Format::Csv(CsvOptions::default()),
        None => Format::Text,
    })
}

/// JSON or NDJSON, if a JSON text comes first and then the end or another one on the next line.
fn of_json(text: &[u8]) -> Option<Format> {
    let text = text.trim_ascii_start();
    let container = begins_container(text);
    let mut scanner = Scanner::new(text);
    if scanner.skip(0).is_err() {
        // A brace and a quote are JSON even when something later is not: better an error that says
        // where than a guess that reads it as something else.
        return container.then_some(Format::Json);
    }
    let rest = text.get(scanner.offset()..).unwrap_or_default();
    if rest.trim_ascii().is_empty() {
        return Some(Format::Json);
    }
    let blank = rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    let (between, next) = rest.split_at(blank);
    if next.first().is_some_and(|byte| framing::ends_text(*byte)) {
        return Some(Format::Ndjson);
    }
    let another = container || Scanner::new(next).skip(0).is_ok();
    (between.contains(&b'\n') && another).then_some(Format::Ndjson)
}

/// Whether a text begins like an object or an array of JSON, and not like a line of a log.
fn begins_container(text: &[u8]) -> bool {
    let Some((first, rest)) = text.split_first() else {
        return false;
    };
    let next = rest.trim_ascii_start().first();
    match first {
        b'{' => matches!(next, Some(b'"' | b'}')),
        b'[' => matches!(next, Some(b'{' | b'[' | b'"' | b']')),
        _ => false,
    }
}

/// Whether every value of the message is a map or an array of MessagePack. Lone numbers and texts are
/// too easily met by chance.
fn is_msgpack(bytes: &[u8]) -> bool {
    let mut out = Documents::default();
    bytes
        .first()
        .is_some_and(|byte| msgpack::is_container(*byte))
        && msgpack::decode(bytes, &mut out).is_ok()
        && are_containers(&out)
}

/// The same for CBOR, where tags may come first; among them 55799, which says "this is CBOR"
/// (RFC 8949 §3.4.6).
fn is_cbor(bytes: &[u8]) -> bool {
    let mut out = Documents::default();
    bytes.first().is_some_and(|byte| cbor::is_container(*byte))
        && cbor::decode(bytes, &mut out).is_ok()
        && (are_containers(&out) || bytes.starts_with(&[0xd9, 0xd9, 0xf7]))
}

fn are_containers(out: &Documents) -> bool {
    out.texts()
        .all(|text| matches!(text.first(), Some(b'{' | b'[')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        choose(text.as_bytes(), false)
            .unwrap()
            .map(|format| format.name())
    }

    #[test]
    fn texts() {
        let cases = [
            ("", None),
            (" \r\n", None),
            ("{\"a\":1}", Some("json")),
            ("\u{feff} [1,2]\n", Some("json")),
            ("23.5", Some("json")),
            ("\"on\"", Some("json")),
            ("true\n", Some("json")),
            ("{\"a\": NaN, \"b\": 2}", Some("json")),
            ("{\"a\":1,\n \"b\":", Some("json")),
            ("{\"a\":1}\n{\"a\":2}\n", Some("ndjson")),
            ("1\n2\n", Some("ndjson")),
            ("{\"type\":6}\u{1e}", Some("ndjson")),
            ("{\"a\":1}\0", Some("json")),
            ("{\"a\":1}\0{\"a\":2}\0", Some("ndjson")),
            ("\u{feff}time;temp\n1,5;2\0", Some("csv")),
            ("\0", None),
            ("23.5\nhello", Some("text")),
            ("truely", Some("text")),
            ("0{\"sid\":\"x\"}", Some("socketio")),
            ("42[\"tick\",1]", Some("socketio")),
            ("42/admin,[\"tick\",1]", Some("socketio")),
            ("INFO {\"server_id\":\"x\"}\r\n", Some("nats")),
            ("cpu,host=a usage=1.5 1465839830100400200", Some("influx")),
            ("temp v=1", Some("influx")),
            ("1,2,3", Some("csv")),
            ("\"a\",\"b\"\n1,2", Some("csv")),
            ("time;temp\n1,5;2", Some("csv")),
            ("time,temp", Some("csv")),
            (
                "2024-01-01T00:00:00Z,21.5,ok\n2024-01-01T00:00:01Z,21.6,ok",
                Some("csv"),
            ),
            ("1,5;2,5", Some("csv")),
            ("temp=5,hum=6", Some("text")),
            ("Hello, world", Some("text")),
            ("level=info msg=5", Some("text")),
            ("2024-01-01 12:00:00,123 INFO started", Some("text")),
            ("[2024-01-01] started, at last", Some("text")),
            ("INFO started", Some("text")),
        ];
        for (text, expected) in cases {
            assert_eq!(name(text), expected, "{text:?}");
        }
    }

    #[test]
    fn binary_messages() {
        let name = |bytes: &[u8]| choose(bytes, true).map(|f| f.map(|f| f.name()));
        let unknown = Err(DecodeError::new(DecodeErrorKind::UnknownFormat, 0));
        let cases: [(&[u8], _); 9] = [
            (b"{\"a\":1}", Ok(Some("json"))),
            (b"", Ok(None)),
            (b"\x82\xa1a\x01\xa1b\x02", Ok(Some("msgpack"))),
            (b"\x92\x01\x02\x91\x03", Ok(Some("msgpack"))),
            (b"\xa2\x61a\x01\x61b\x02", Ok(Some("cbor"))),
            (b"\x83\x01\x02\x03", Ok(Some("cbor"))),
            (b"\xd9\xd9\xf7\x01", Ok(Some("cbor"))),
            (b"\xcc\xff", unknown),
            (b"\x00\xff\xfe", unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(name(bytes), expected, "{bytes:02x?}");
        }
    }
}
