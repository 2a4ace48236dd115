//! Tests of the decoder with every format, and what the tests of the formats share.

use flate2::bufread::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use serde_json::Value;
use std::io::Read;

use super::{CsvOptions, Decoder, Documents, FORMATS, Format, FormatEntry, Message, SEPARATOR};
use crate::decode::json::validate;
use crate::decode::{DecodeError, DecodeErrorKind};

/// The texts with `|` between them.
pub(crate) fn texts(out: &Documents) -> String {
    let joined = String::from_utf8(out.bytes().to_vec()).unwrap();
    assert_eq!(
        joined.split('\u{1e}').filter(|t| !t.is_empty()).count(),
        out.len()
    );
    joined.replace('\u{1e}', "|")
}

/// Any JSON value, with every integer of 64 bits.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("finite", |f| f.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const MAX: usize = 4096;

fn names() -> Vec<&'static str> {
    Format::names().collect()
}

fn decoder(name: &str) -> Decoder {
    Decoder::new(Format::parse(name, CsvOptions::default()).unwrap(), MAX)
}

/// The texts of messages, which must all be good.
fn read(decoder: &mut Decoder, messages: &[Message<'_>]) -> String {
    let mut out = Documents::default();
    for message in messages {
        decoder.decode(*message, &mut out).unwrap();
    }
    texts(&out)
}

fn chosen(decoder: &Decoder) -> Option<String> {
    decoder.chosen().map(|found| found.words)
}

fn error(decoder: &mut Decoder, message: Message<'_>) -> DecodeErrorKind {
    decoder
        .decode(message, &mut Documents::default())
        .unwrap_err()
        .kind
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    GzEncoder::new(bytes, flate2::Compression::fast())
        .read_to_end(&mut out)
        .unwrap();
    out
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ZlibEncoder::new(bytes, flate2::Compression::fast())
        .read_to_end(&mut out)
        .unwrap();
    out
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    DeflateEncoder::new(bytes, flate2::Compression::fast())
        .read_to_end(&mut out)
        .unwrap();
    out
}

/// A message in each format, and the texts it holds.
const SAMPLES: [(&str, &[u8], &str); 8] = [
    ("json", b"{\"a\":1}", "{\"a\":1}"),
    ("ndjson", b"{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}|{\"a\":2}"),
    ("csv", b"a,b\n1,x\n", "{\"a\":1,\"b\":\"x\"}"),
    ("msgpack", b"\x81\xa1a\xff", "{\"a\":-1}"),
    ("cbor", b"\xa1\x61a\x20", "{\"a\":-1}"),
    (
        "influx",
        b"m v=1",
        "{\"measurement\":\"m\",\"tags\":{},\"fields\":{\"v\":1}}",
    ),
    ("logfmt", b"a=1 b=true", "{\"a\":1,\"b\":true}"),
    ("text", b"in plain words", "\"in plain words\""),
];

#[test]
fn every_format_has_a_sample() {
    let of_samples: Vec<&str> = SAMPLES.iter().map(|(name, ..)| *name).collect();
    for FormatEntry { name, .. } in &FORMATS {
        assert!(of_samples.contains(name), "{name}");
    }
}

#[test]
fn every_format_in_text_and_binary_and_compressed() {
    for (name, message, expected) in SAMPLES {
        let read = |message: Message<'_>| read(&mut decoder(name), &[message, message]);
        let twice = format!("{expected}|{expected}");
        assert_eq!(read(Message::Binary(message)), twice, "{name}");
        assert_eq!(read(Message::Binary(&gzip(message))), twice, "{name}");
        assert_eq!(read(Message::Binary(&zlib(message))), twice, "{name}");
        if std::str::from_utf8(message).is_ok() {
            assert_eq!(read(Message::Text(message)), twice, "{name}");
        }
        assert_eq!(read(Message::Binary(&deflate(message))), twice, "{name}");
    }
}

#[test]
fn auto_finds_every_format_in_text_and_binary_and_compressed() {
    for (name, message, expected) in SAMPLES {
        let packings = [
            ("", message.to_vec()),
            ("gzip-compressed ", gzip(message)),
            ("zlib-compressed ", zlib(message)),
            ("deflate-compressed ", deflate(message)),
        ];
        for (prefix, packed) in packings {
            let mut auto = decoder("auto");
            assert_eq!(auto.chosen(), None);
            let messages = [Message::Binary(&packed), Message::Binary(&packed)];
            assert_eq!(read(&mut auto, &messages), format!("{expected}|{expected}"));
            let chosen = auto.chosen().unwrap();
            let entry = FORMATS.iter().find(|entry| entry.name == name).unwrap();
            let title = format!("{prefix}{}", entry.title);
            assert!(chosen.words.starts_with(&title), "{chosen:?}");
            assert_eq!(chosen.is_plain_text, name == "text");
            assert!(!auto.passes_text());
        }
    }
}

#[test]
fn auto_keeps_to_its_choice() {
    let mut auto = decoder("auto");
    let json = Message::Text(b"{\"a\":1}");
    let messages = [Message::Text(b" \n"), json, json];
    assert_eq!(read(&mut auto, &messages), "{\"a\":1}|{\"a\":1}");
    assert!(!auto.passes_text());
    read(&mut auto, &[json]);
    assert!(auto.passes_text());
    assert_eq!(read(&mut auto, &[Message::Text(b"a,b\n1,2")]), "a,b\n1,2");
    auto.reconnected();
    assert_eq!(chosen(&auto).as_deref(), Some("JSON"));
}

#[test]
fn text_and_binary_messages_are_told_apart_in_auto() {
    let mut auto = decoder("auto");
    let messages = [
        Message::Text(b"{\"ok\":true}"),
        Message::Binary(b"\x91\x07"),
        Message::Text(b"{}"),
    ];
    assert_eq!(read(&mut auto, &messages), "{\"ok\":true}|[7]|{}");
    assert_eq!(
        chosen(&auto).as_deref(),
        Some("JSON; binary messages: MessagePack")
    );
}

#[test]
fn a_greeting_does_not_settle_the_format() {
    let mut auto = decoder("auto");
    let messages = [
        Message::Text(b"Welcome!"),
        Message::Text(b"t;v\n1;2\n"),
        Message::Text(b"3;4"),
    ];
    assert_eq!(
        read(&mut auto, &messages),
        "{\"t\":1,\"v\":2}|{\"t\":3,\"v\":4}"
    );
    assert_eq!(
        chosen(&auto).as_deref(),
        Some("CSV, separated by ';', with a header")
    );
    let mut auto = decoder("auto");
    let log = [
        Message::Text(b"started"),
        Message::Text(b"working"),
        Message::Text(b"still"),
        Message::Text(b"{\"a\":1}"),
    ];
    assert_eq!(read(&mut auto, &log), "{\"a\":1}");
}

#[test]
fn passes_text_is_for_json_alone() {
    for name in names() {
        assert_eq!(decoder(name).passes_text(), name == "json");
        assert_eq!(decoder(name).chosen(), None);
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let zeros = vec![b'1'; MAX + 1];
    for name in names() {
        for message in [&zeros, &gzip(&zeros), &zlib(&zeros), &deflate(&zeros)] {
            let kind = error(&mut decoder(name), Message::Binary(message));
            assert_eq!(kind, DecodeErrorKind::TooLarge, "{name}");
        }
        assert_eq!(
            error(&mut decoder(name), Message::Text(&zeros)),
            DecodeErrorKind::TooLarge
        );
    }
    // A long name in each of many records would be a gigabyte.
    let mut csv = "n".repeat(MAX / 2);
    csv.push_str(&"\n1".repeat(MAX / 4));
    let mut out = Documents::default();
    let result = decoder("csv").decode(Message::Text(csv.as_bytes()), &mut out);
    assert_eq!(result.map_err(|e| e.kind), Err(DecodeErrorKind::TooLarge));
    assert!(out.bytes().len() < 100_000 && out.len() > 1);
}

#[test]
fn damage_is_named() {
    let mut bytes = gzip(b"{\"a\":1}");
    let cut = &bytes[..bytes.len() - 9];
    assert_eq!(
        error(&mut decoder("json"), Message::Binary(cut)),
        DecodeErrorKind::TruncatedCompression
    );
    let end = bytes.len() - 8;
    bytes[end] ^= 1;
    assert_eq!(
        error(&mut decoder("auto"), Message::Binary(&bytes)),
        DecodeErrorKind::DamagedCompression
    );
    let bytes = zlib(b"{\"a\":1}");
    let cut = &bytes[..bytes.len() - 5];
    assert_eq!(
        error(&mut decoder("auto"), Message::Binary(cut)),
        DecodeErrorKind::TruncatedCompression
    );
    assert_eq!(
        error(&mut decoder("auto"), Message::Binary(b"\x00\xff")),
        DecodeErrorKind::UnknownFormat
    );
    let invalid = DecodeError::new(DecodeErrorKind::InvalidUtf8, 1);
    for name in ["json", "ndjson", "csv", "influx", "text"] {
        let result = decoder(name).decode(Message::Binary(b"1\xff\xff"), &mut Documents::default());
        assert_eq!(result, Err(invalid), "{name}");
    }
}

#[test]
fn a_text_that_only_looks_like_zlib_is_read() {
    // "x^" passes for a zlib header.
    assert_eq!(
        read(&mut decoder("auto"), &[Message::Binary(b"x^2")]),
        "\"x^2\""
    );
    assert_eq!(
        read(&mut decoder("csv"), &[Message::Binary(b"x^2,1")]),
        "[\"x^2\",1]"
    );
}

#[test]
fn separators_in_json_messages_part_texts() {
    let messages = [Message::Binary(b"{\"type\":6}\x1e{\"type\":1}\x1e")];
    assert_eq!(
        read(&mut decoder("json"), &messages),
        "{\"type\":6}|{\"type\":1}"
    );
}

#[test]
fn errors_say_what_was_tried() {
    let kinds = [
        (
            DecodeErrorKind::UnknownFormat,
            "neither text, MessagePack nor CBOR",
        ),
        (
            DecodeErrorKind::Foreign {
                format: "InfluxDB line protocol",
                problem: "a tag key is missing",
            },
            "invalid InfluxDB line protocol: a tag key is missing",
        ),
    ];
    for (kind, part) in kinds {
        assert!(kind.to_string().contains(part), "{kind}");
    }
}

/// Bytes that get further into the decoders than any bytes would.
fn messages() -> impl Strategy<Value = Vec<u8>> {
    let sample = (0..SAMPLES.len()).prop_map(|n| SAMPLES[n].1.to_vec());
    let mutated =
        (sample, any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        });
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..80),
        "[0-9a\\-{}\\[\\]\":,=;\r\n]{0,60}".prop_map(String::into_bytes),
        mutated.clone(),
        mutated.clone().prop_map(|bytes| gzip(&bytes)),
        mutated.prop_map(|bytes| deflate(&bytes)),
    ]
}

proptest! {
    #[test]
    fn no_message_panics_and_all_texts_but_json_are_valid(
        name in prop::sample::select(names()),
        messages in proptest::collection::vec((messages(), any::<bool>()), 1..6),
    ) {
        let mut decoder = decoder(name);
        let mut out = Documents::default();
        for (bytes, binary) in &messages {
            let message = if *binary { Message::Binary(bytes) } else { Message::Text(bytes) };
            if decoder.decode(message, &mut out).is_err() && *binary {
                decoder.reconnected();
            }
        }
        let count = if out.bytes().is_empty() { 0 } else { out.bytes().split(|b| *b == SEPARATOR).count() };
        prop_assert_eq!(count, if out.bytes().is_empty() { 0 } else { out.len() });
        if !["json", "ndjson", "auto"].contains(&name) {
            for text in out.bytes().split(|b| *b == SEPARATOR).filter(|_| count > 0) {
                prop_assert_eq!(validate(text), Ok(()));
            }
        }
    }
}
