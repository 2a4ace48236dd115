//! CBOR (RFC 8949) to JSON.
//!
//! Byte strings become strings in base64, map keys that are no strings become strings, `undefined` and
//! simple values null. Of the tags, big integers become digits, decimal fractions and bigfloats numbers, extended times
//! (RFC 9581) ISO 8601 strings and typed arrays (RFC 8746) arrays; what other tags mark is written as it is, so that
//! dates (0) are texts and times (1) seconds since 1970.

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error};

use super::documents::Documents;
use super::{cbor_numbers, cbor_tags, write};
use crate::decode::{DecodeError, DecodeErrorKind, MAX_DEPTH};

/// Appends a text for each value in the message.
pub(super) fn decode(bytes: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
    let mut reader = CborReader {
        decoder: Decoder::new(bytes),
    };
    while reader.decoder.position() < bytes.len() {
        out.add(|json| reader.value(json, 0))?;
    }
    Ok(())
}

/// Whether a value that begins with `byte` is an array, a map or tagged (RFC 8949 §3.1).
pub(super) fn is_container(byte: u8) -> bool {
    (4..=6).contains(&(byte >> 5))
}

struct CborReader<'a> {
    decoder: Decoder<'a>,
}

impl<'a> CborReader<'a> {
    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.decoder.position())
    }

    /// Runs one step of the decoder.
    fn step<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, Error>,
    ) -> Result<T, DecodeError> {
        let start = self.decoder.position();
        read(&mut self.decoder).map_err(|error| explain(&error, self.decoder.input(), start))
    }

    /// The kind of the next value.
    fn kind(&self) -> Result<Type, DecodeError> {
        let start = self.decoder.position();
        self.decoder
            .datatype()
            .map_err(|error| explain(&error, self.decoder.input(), start))
    }

    fn value(&mut self, out: &mut Vec<u8>, depth: u32) -> Result<(), DecodeError> {
        match self.kind()? {
            Type::Array | Type::ArrayIndef => self.items(out, depth),
            Type::Map | Type::MapIndef => self.map(out, depth),
            Type::Tag => self.tagged(out, depth),
            kind => self.scalar(kind, out),
        }
    }

    /// One level deeper, or the error that the limit is reached.
    fn deeper(&self, depth: u32) -> Result<u32, DecodeError> {
        if depth >= MAX_DEPTH {
            return Err(self.error(DecodeErrorKind::TooDeep));
        }
        Ok(depth + 1)
    }

    fn items(&mut self, out: &mut Vec<u8>, depth: u32) -> Result<(), DecodeError> {
        let depth = self.deeper(depth)?;
        let mut left = self.step(|decoder| decoder.array())?;
        out.push(b'[');
        while self.more(&mut left)? {
            write::comma(out);
            self.value(out, depth)?;
        }
        out.push(b']');
        Ok(())
    }

    fn map(&mut self, out: &mut Vec<u8>, depth: u32) -> Result<(), DecodeError> {
        let depth = self.deeper(depth)?;
        let mut left = self.step(|decoder| decoder.map())?;
        out.push(b'{');
        while self.more(&mut left)? {
            write::comma(out);
            self.key(out)?;
            out.push(b':');
            self.value(out, depth)?;
        }
        out.push(b'}');
        Ok(())
    }

    /// Whether another item follows in a container with `left` items, or one that a break ends.
    fn more(&mut self, left: &mut Option<u64>) -> Result<bool, DecodeError> {
        match left {
            Some(0) => Ok(false),
            Some(left) => {
                *left -= 1;
                Ok(true)
            }
            None if self.kind()? == Type::Break => {
                self.decoder.set_position(self.decoder.position() + 1);
                Ok(false)
            }
            None => Ok(true),
        }
    }

    fn key(&mut self, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let mut kind = self.kind()?;
        while kind == Type::Tag {
            self.step(|decoder| decoder.tag())?;
            kind = self.kind()?;
        }
        match kind {
            Type::Array | Type::ArrayIndef | Type::Map | Type::MapIndef => {
                Err(self.error(DecodeErrorKind::CompoundKey))
            }
            kind => write::quoted(out, |out| self.scalar(kind, out)),
        }
    }

    fn tagged(&mut self, out: &mut Vec<u8>, depth: u32) -> Result<(), DecodeError> {
        let depth = self.deeper(depth)?;
        let tag = self.step(|decoder| decoder.tag())?.as_u64();
        if cbor_numbers::write(out, tag, &mut self.decoder) {
            return Ok(());
        }
        let has_bytes = matches!(self.kind()?, Type::Bytes | Type::BytesIndef);
        if !has_bytes || !cbor_tags::is_known(tag) {
            return self.value(out, depth);
        }
        let bytes = self.bytes()?;
        cbor_tags::write(out, tag, &bytes);
        Ok(())
    }

    fn scalar(&mut self, kind: Type, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        use Type::{I8, I16, I32, I64, Int, U8, U16, U32, U64};
        match kind {
            U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64 | Int => {
                let integer = self.step(|decoder| decoder.int())?;
                write::display(out, i128::from(integer));
            }
            Type::Bool => {
                let value = self.step(|decoder| decoder.bool())?;
                write::display(out, value);
            }
            Type::F16 => write::float(out, self.half()?.into()),
            Type::F32 => write::float(out, self.step(|decoder| decoder.f32())?.into()),
            Type::F64 => write::float(out, self.step(|decoder| decoder.f64())?),
            Type::String | Type::StringIndef => self.text(out)?,
            Type::Bytes | Type::BytesIndef => {
                let bytes = self.bytes()?;
                write::base64(out, &bytes);
            }
            Type::Null | Type::Undefined | Type::Simple => self.nothing(kind, out)?,
            _ => return Err(unexpected(self.decoder.input(), self.decoder.position())),
        }
        Ok(())
    }

    fn nothing(&mut self, kind: Type, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        self.step(|decoder| match kind {
            Type::Null => decoder.null(),
            Type::Undefined => decoder.undefined(),
            _ => decoder.simple().map(drop),
        })?;
        out.extend_from_slice(b"null");
        Ok(())
    }

    /// A float of 16 bits: the first byte, 0xf9, and two that hold it.
    fn half(&mut self) -> Result<f32, DecodeError> {
        let start = self.decoder.position();
        let input = self.decoder.input();
        let Some([high, low]) = input.get(start + 1..start + 3) else {
            return Err(DecodeError::new(
                DecodeErrorKind::UnexpectedEnd,
                input.len(),
            ));
        };
        self.decoder.set_position(start + 3);
        Ok(cbor_tags::half(u16::from_be_bytes([*high, *low])))
    }

    fn bytes(&mut self) -> Result<Vec<u8>, DecodeError> {
        self.step(|decoder| {
            let mut bytes = Vec::new();
            for chunk in decoder.bytes_iter()? {
                bytes.extend_from_slice(chunk?);
            }
            Ok(bytes)
        })
    }

    fn text(&mut self, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        out.push(b'"');
        self.step(|decoder| {
            for chunk in decoder.str_iter()? {
                write::escaped(out, chunk?);
            }
            Ok(())
        })?;
        out.push(b'"');
        Ok(())
    }
}

/// The decoder's error in our words.
#[cold]
fn explain(error: &Error, input: &[u8], start: usize) -> DecodeError {
    let at = error.position().unwrap_or(start);
    if error.is_end_of_input() {
        return DecodeError::new(DecodeErrorKind::UnexpectedEnd, input.len());
    }
    let is_text = input.get(start).is_some_and(|byte| byte >> 5 == 3);
    if is_text && !error.is_type_mismatch() {
        return DecodeError::new(DecodeErrorKind::InvalidUtf8, at);
    }
    unexpected(input, at)
}

fn unexpected(input: &[u8], at: usize) -> DecodeError {
    let kind = match input.get(at) {
        Some(byte) => DecodeErrorKind::UnexpectedByte(*byte),
        None => DecodeErrorKind::UnexpectedEnd,
    };
    DecodeError::new(kind, at.min(input.len()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{any_json, texts};
    use super::*;
    use proptest::prelude::*;

    fn json(bytes: &[u8]) -> Result<String, DecodeError> {
        let mut out = Documents::default();
        decode(bytes, &mut out).map(|()| texts(&out))
    }

    fn from_hex(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(|b| *b != b' ').collect();
        let byte =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    }

    /// RFC 8949, appendix A; floats of 16 bits, tags and indefinite lengths included.
    #[test]
    fn examples_of_the_rfc() {
        let cases = [
            ("00 01 0a 17 1818 1819 1864", "0|1|10|23|24|25|100"),
            (
                "1903e8 1a000f4240 1b000000e8d4a51000",
                "1000|1000000|1000000000000",
            ),
            ("1bffffffffffffffff", "18446744073709551615"),
            ("c249010000000000000000", "18446744073709551616"),
            ("3bffffffffffffffff", "-18446744073709551616"),
            ("c349010000000000000000", "-18446744073709551617"),
            ("20 29 3863 3903e7", "-1|-10|-100|-1000"),
            ("f90000 f98000 f93c00", "0.0|-0.0|1.0"),
            ("fb3ff199999999999a f93e00 f97bff", "1.1|1.5|65504.0"),
            ("fa47c35000 fa7f7fffff", "100000.0|3.4028234663852886e38"),
            ("fb7e37e43c8800759c", "1e300"),
            (
                "f90001 f90400 f9c400",
                "5.960464477539063e-8|6.103515625e-5|-4.0",
            ),
            ("fbc010666666666666", "-4.1"),
            ("f97c00 f97e00 f9fc00", "\"Infinity\"|\"NaN\"|\"-Infinity\""),
            (
                "fa7f800000 fa7fc00000 faff800000",
                "\"Infinity\"|\"NaN\"|\"-Infinity\"",
            ),
            (
                "fb7ff0000000000000 fb7ff8000000000000",
                "\"Infinity\"|\"NaN\"",
            ),
            ("f4 f5 f6 f7 f0 f8ff", "false|true|null|null|null|null"),
            (
                "c074323031332d30332d32315432303a30343a30305a",
                "\"2013-03-21T20:04:00Z\"",
            ),
            (
                "c11a514b67b0 c1fb41d452d9ec200000",
                "1363896240|1363896240.5",
            ),
            ("d74401020304", "\"AQIDBA==\""),
            ("d818456449455446", "\"ZElFVEY=\""),
            (
                "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
                "\"http://www.example.com\"",
            ),
            ("40 4401020304", "\"\"|\"AQIDBA==\""),
            (
                "60 6161 6449455446 62225c",
                "\"\"|\"a\"|\"IETF\"|\"\\\"\\\\\"",
            ),
            ("62c3bc 63e6b0b4 64f0908591", "\"ü\"|\"水\"|\"𐅑\""),
            ("80 83010203 8301820203820405", "[]|[1,2,3]|[1,[2,3],[4,5]]"),
            (
                "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
                "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]",
            ),
            ("a0 a201020304", "{}|{\"1\":2,\"3\":4}"),
            (
                "a26161016162820203 826161a161626163",
                "{\"a\":1,\"b\":[2,3]}|[\"a\",{\"b\":\"c\"}]",
            ),
            ("5f42010243030405ff", "\"AQIDBAU=\""),
            ("7f657374726561646d696e67ff", "\"streaming\""),
            ("9fff 9f018202039f0405ffff", "[]|[1,[2,3],[4,5]]"),
            (
                "9f01820203820405ff 83018202039f0405ff",
                "[1,[2,3],[4,5]]|[1,[2,3],[4,5]]",
            ),
            ("bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}"),
            ("bf6346756ef563416d7421ff", "{\"Fun\":true,\"Amt\":-2}"),
            ("d9d9f7a16161f5", "{\"a\":true}"),
            (
                "a3 20f4 4101 f5 c16161 00",
                "{\"-1\":false,\"AQ==\":true,\"a\":0}",
            ),
        ];
        for (hex, expected) in cases {
            assert_eq!(json(&from_hex(hex)).as_deref(), Ok(expected), "{hex}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let cases = [
            ("8201", DecodeErrorKind::UnexpectedEnd, 2),
            ("19 01", DecodeErrorKind::UnexpectedEnd, 2),
            ("f9 01", DecodeErrorKind::UnexpectedEnd, 2),
            ("9bffffffffffffffff 00", DecodeErrorKind::UnexpectedEnd, 10),
            ("5bffffffffffffffff 00", DecodeErrorKind::UnexpectedEnd, 10),
            ("9f01", DecodeErrorKind::UnexpectedEnd, 2),
            ("01 ff", DecodeErrorKind::UnexpectedByte(0xff), 1),
            ("81 ff", DecodeErrorKind::UnexpectedByte(0xff), 1),
            ("1c", DecodeErrorKind::UnexpectedByte(0x1c), 0),
            ("81 62c328", DecodeErrorKind::InvalidUtf8, 1),
            ("a1 8000", DecodeErrorKind::CompoundKey, 1),
        ];
        for (hex, kind, at) in cases {
            assert_eq!(json(&from_hex(hex)), Err(DecodeError { kind, at }), "{hex}");
        }
    }

    #[test]
    fn depth_is_limited_for_arrays_and_tags() {
        for (byte, last) in [(0x81u8, 128), (0xc1, 128)] {
            let nested = |n: usize| [vec![byte; n], vec![0x00]].concat();
            assert!(json(&nested(last)).is_ok());
            let deeper = json(&nested(last + 1)).map_err(|e| e.kind);
            assert_eq!(deeper, Err(DecodeErrorKind::TooDeep));
        }
    }

    proptest! {
        #[test]
        fn what_ciborium_writes_comes_back(value in any_json()) {
            let mut bytes = Vec::new();
            ciborium::into_writer(&value, &mut bytes).unwrap();
            let text = json(&bytes).unwrap();
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        }
    }
}
