//! MessagePack to JSON (github.com/msgpack/msgpack, spec.md).
//!
//! Binary and extension values become strings in base64, timestamps (extension -1) and the EventTime of fluentd
//! (extension 0) ISO 8601 strings, map keys that are no strings become strings.

use rmp::Marker;
use std::str;

use super::documents::Documents;
use super::{calendar, write};
use crate::decode::{DecodeError, DecodeErrorKind, MAX_DEPTH};

/// Appends a text for each value in the message.
pub(super) fn decode(bytes: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
    let mut reader = MsgpackReader { bytes, pos: 0 };
    while reader.pos < bytes.len() {
        out.add(|json| reader.value(json, 0))?;
    }
    Ok(())
}

/// Whether a value that begins with `byte` is a map or an array.
pub(super) fn is_container(byte: u8) -> bool {
    use Marker::{Array16, Array32, FixArray, FixMap, Map16, Map32};
    let marker = Marker::from_u8(byte);
    matches!(
        marker,
        FixMap(_) | FixArray(_) | Map16 | Map32 | Array16 | Array32
    )
}

/// The type of extension that is a timestamp.
const TIMESTAMP: u8 = 0xff;

/// The type of extension that is an EventTime (Fluentd Forward Protocol Specification v1). The type is one that
/// applications give out themselves, so other extensions of it are left alone by their length.
const EVENT_TIME: u8 = 0;

#[derive(Debug)]
struct MsgpackReader<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> MsgpackReader<'a> {
    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.pos)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let Some(taken) = rest.get(..length) else {
            let end = DecodeErrorKind::UnexpectedEnd;
            return Err(DecodeError::new(end, self.bytes.len()));
        };
        self.pos += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn marker(&mut self) -> Result<Marker, DecodeError> {
        let [byte] = self.array()?;
        Ok(Marker::from_u8(byte))
    }

    fn u8(&mut self) -> Result<usize, DecodeError> {
        let [byte] = self.array()?;
        Ok(usize::from(byte))
    }

    fn u16(&mut self) -> Result<usize, DecodeError> {
        Ok(usize::from(u16::from_be_bytes(self.array()?)))
    }

    fn u32(&mut self) -> Result<usize, DecodeError> {
        // A length beyond what can be addressed is longer than any message.
        Ok(usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX))
    }

    fn value(&mut self, out: &mut Vec<u8>, depth: u32) -> Result<(), DecodeError> {
        let marker = self.marker()?;
        match marker {
            Marker::FixMap(n) => self.map(usize::from(n), out, depth),
            Marker::FixArray(n) => self.items(usize::from(n), out, depth),
            Marker::Array16 => self.u16().and_then(|n| self.items(n, out, depth)),
            Marker::Array32 => self.u32().and_then(|n| self.items(n, out, depth)),
            Marker::Map16 => self.u16().and_then(|n| self.map(n, out, depth)),
            Marker::Map32 => self.u32().and_then(|n| self.map(n, out, depth)),
            scalar => self.scalar(scalar, out),
        }
    }

    fn items(&mut self, count: usize, out: &mut Vec<u8>, depth: u32) -> Result<(), DecodeError> {
        let depth = self.deeper(depth)?;
        out.push(b'[');
        for _ in 0..count {
            write::comma(out);
            self.value(out, depth)?;
        }
        out.push(b']');
        Ok(())
    }

    fn map(&mut self, count: usize, out: &mut Vec<u8>, depth: u32) -> Result<(), DecodeError> {
        let depth = self.deeper(depth)?;
        out.push(b'{');
        for _ in 0..count {
            write::comma(out);
            self.key(out)?;
            out.push(b':');
            self.value(out, depth)?;
        }
        out.push(b'}');
        Ok(())
    }

    fn deeper(&self, depth: u32) -> Result<u32, DecodeError> {
        if depth >= MAX_DEPTH {
            return Err(self.error(DecodeErrorKind::TooDeep));
        }
        Ok(depth + 1)
    }

    fn key(&mut self, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        if self
            .bytes
            .get(self.pos)
            .is_some_and(|byte| is_container(*byte))
        {
            return Err(self.error(DecodeErrorKind::CompoundKey));
        }
        let marker = self.marker()?;
        write::quoted(out, |out| self.scalar(marker, out))
    }

    fn scalar(&mut self, marker: Marker, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        match marker {
            Marker::Null => out.extend_from_slice(b"null"),
            Marker::False => out.extend_from_slice(b"false"),
            Marker::True => out.extend_from_slice(b"true"),
            Marker::FixStr(n) => return self.string(usize::from(n), out),
            Marker::Str8 => return self.u8().and_then(|n| self.string(n, out)),
            Marker::Str16 => return self.u16().and_then(|n| self.string(n, out)),
            Marker::Str32 => return self.u32().and_then(|n| self.string(n, out)),
            Marker::Bin8 => return self.u8().and_then(|n| self.binary(n, out)),
            Marker::Bin16 => return self.u16().and_then(|n| self.binary(n, out)),
            Marker::Bin32 => return self.u32().and_then(|n| self.binary(n, out)),
            Marker::F32 => write::float(out, f32::from_be_bytes(self.array()?).into()),
            Marker::F64 => write::float(out, f64::from_be_bytes(self.array()?)),
            other => return self.integer_or_extension(other, out),
        }
        Ok(())
    }

    fn integer_or_extension(
        &mut self,
        marker: Marker,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        match marker {
            Marker::FixPos(n) => write::display(out, n),
            Marker::FixNeg(n) => write::display(out, n),
            Marker::U8 => write::display(out, u8::from_be_bytes(self.array()?)),
            Marker::U16 => write::display(out, u16::from_be_bytes(self.array()?)),
            Marker::U32 => write::display(out, u32::from_be_bytes(self.array()?)),
            Marker::U64 => write::display(out, u64::from_be_bytes(self.array()?)),
            Marker::I8 => write::display(out, i8::from_be_bytes(self.array()?)),
            Marker::I16 => write::display(out, i16::from_be_bytes(self.array()?)),
            Marker::I32 => write::display(out, i32::from_be_bytes(self.array()?)),
            Marker::I64 => write::display(out, i64::from_be_bytes(self.array()?)),
            Marker::FixExt1 => return self.extension(1, out),
            Marker::FixExt2 => return self.extension(2, out),
            Marker::FixExt4 => return self.extension(4, out),
            Marker::FixExt8 => return self.extension(8, out),
            Marker::FixExt16 => return self.extension(16, out),
            Marker::Ext8 => return self.u8().and_then(|n| self.extension(n, out)),
            Marker::Ext16 => return self.u16().and_then(|n| self.extension(n, out)),
            Marker::Ext32 => return self.u32().and_then(|n| self.extension(n, out)),
            // Containers do not come here: what is left is the byte that is never used.
            other => {
                let kind = DecodeErrorKind::UnexpectedByte(other.to_u8());
                return Err(DecodeError::new(kind, self.pos.saturating_sub(1)));
            }
        }
        Ok(())
    }

    fn string(&mut self, length: usize, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let start = self.pos;
        let text = str::from_utf8(self.take(length)?).map_err(|error| {
            DecodeError::new(DecodeErrorKind::InvalidUtf8, start + error.valid_up_to())
        })?;
        write::string(out, text);
        Ok(())
    }

    fn binary(&mut self, length: usize, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        write::base64(out, self.take(length)?);
        Ok(())
    }

    fn extension(&mut self, length: usize, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let [kind] = self.array()?;
        let data = self.take(length)?;
        let time = match kind {
            TIMESTAMP => timestamp(data),
            EVENT_TIME => event_time(data),
            _ => None,
        };
        match time {
            Some((seconds, nanoseconds)) => calendar::timestamp(out, seconds, nanoseconds),
            None => write::base64(out, data),
        }
        Ok(())
    }
}

/// Seconds since 1970 and nanoseconds, from the three layouts of a timestamp.
fn timestamp(data: &[u8]) -> Option<(i64, u32)> {
    let (seconds, nanoseconds) = match *data {
        [a, b, c, d] => (i64::from(u32::from_be_bytes([a, b, c, d])), 0),
        [a, b, c, d, e, f, g, h] => {
            let both = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
            // 30 bits of nanoseconds, then 34 of seconds: both fit.
            ((both & 0x3_ffff_ffff) as i64, (both >> 34) as u32)
        }
        [a, b, c, d, ref seconds @ ..] => {
            let seconds = i64::from_be_bytes(seconds.try_into().ok()?);
            (seconds, u32::from_be_bytes([a, b, c, d]))
        }
        _ => return None,
    };
    (nanoseconds < 1_000_000_000).then_some((seconds, nanoseconds))
}

/// Seconds since 1970 and nanoseconds, 32 bits each.
fn event_time(data: &[u8]) -> Option<(i64, u32)> {
    let [a, b, c, d, nanoseconds @ ..] = data else {
        return None;
    };
    let nanoseconds = u32::from_be_bytes(nanoseconds.try_into().ok()?);
    let seconds = u32::from_be_bytes([*a, *b, *c, *d]).into();
    (nanoseconds < 1_000_000_000).then_some((seconds, nanoseconds))
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

    #[test]
    fn the_event_time_of_fluentd() {
        let cases: [(&[u8], &str); 5] = [
            (
                b"\xd7\x00\x65\x53\xf1\x00\x07\x27\x0e\x00",
                "\"2023-11-14T22:13:20.12Z\"",
            ),
            // Some write its length too.
            (
                b"\xc7\x08\x00\x65\x53\xf1\x00\x00\x00\x00\x00",
                "\"2023-11-14T22:13:20Z\"",
            ),
            (
                b"\xd7\x00\xff\xff\xff\xff\x3b\x9a\xc9\xff",
                "\"2106-02-07T06:28:15.999999999Z\"",
            ),
            // More nanoseconds than a second has, and another length: an extension of somebody else.
            (
                b"\xd7\x00\x65\x53\xf1\x00\x3b\x9a\xca\x00",
                "\"ZVPxADuaygA=\"",
            ),
            (b"\xd6\x00\x65\x53\xf1\x00", "\"ZVPxAA==\""),
        ];
        for (bytes, expected) in cases {
            assert_eq!(json(bytes).as_deref(), Ok(expected), "{bytes:02x?}");
        }
    }

    #[test]
    fn every_family_of_the_specification() {
        let cases: [(&[u8], &str); 32] = [
            (b"\x07\xe0\xff", "7|-32|-1"),
            (b"\xc0\xc2\xc3", "null|false|true"),
            (
                b"\xcc\xff\xcd\xff\xff\xce\xff\xff\xff\xff",
                "255|65535|4294967295",
            ),
            (
                b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
                "18446744073709551615",
            ),
            (
                b"\xd0\x80\xd1\x80\x00\xd2\x80\x00\x00\x00",
                "-128|-32768|-2147483648",
            ),
            (
                b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00",
                "-9223372036854775808",
            ),
            (b"\xca\x3d\xcc\xcc\xcd", "0.10000000149011612"),
            (b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", "1.5"),
            (b"\xcb\x7e\x37\xe4\x3c\x88\x00\x75\x9c", "1e300"),
            (
                b"\xca\x7f\xc0\x00\x00\xca\x7f\x80\x00\x00",
                "\"NaN\"|\"Infinity\"",
            ),
            (b"\xcb\xff\xf0\x00\x00\x00\x00\x00\x00", "\"-Infinity\""),
            (b"\xa3a\"\n", "\"a\\\"\\n\""),
            (b"\xd9\x02hi", "\"hi\""),
            (b"\xda\x00\x02hi\xdb\x00\x00\x00\x01x", "\"hi\"|\"x\""),
            (b"\xc4\x01\xff", "\"/w==\""),
            (b"\xc5\x00\x03abc\xc6\x00\x00\x00\x00", "\"YWJj\"|\"\""),
            (b"\x93\x01\x90\x80", "[1,[],{}]"),
            (b"\xdc\x00\x01\x05\xdd\x00\x00\x00\x01\x06", "[5]|[6]"),
            (
                b"\x82\xa7compact\xc3\xa6schema\x00",
                "{\"compact\":true,\"schema\":0}",
            ),
            (
                b"\xde\x00\x01\xa1a\x01\xdf\x00\x00\x00\x01\xa1b\x02",
                "{\"a\":1}|{\"b\":2}",
            ),
            (b"\x81\x01\x02", "{\"1\":2}"),
            (
                b"\x83\xc0\x01\xc3\x02\xca\x3f\x00\x00\x00\x03",
                "{\"null\":1,\"true\":2,\"0.5\":3}",
            ),
            (b"\x81\xc4\x01\xff\x00", "{\"/w==\":0}"),
            (b"\xd6\xff\x00\x00\x00\x00", "\"1970-01-01T00:00:00Z\""),
            (b"\xd6\xff\xff\xff\xff\xff", "\"2106-02-07T06:28:15Z\""),
            (
                b"\xd7\xff\x77\x35\x94\x00\x65\x53\xf1\x00",
                "\"2023-11-14T22:13:20.5Z\"",
            ),
            (
                b"\xc7\x0c\xff\x00\x00\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff",
                "\"1969-12-31T23:59:59.000000001Z\"",
            ),
            (b"\xd4\x05a", "\"YQ==\""),
            (
                b"\xd5\x05ab\xd8\x05abcabcabcabcabca",
                "\"YWI=\"|\"YWJjYWJjYWJjYWJjYWJjYQ==\"",
            ),
            (
                b"\xc8\x00\x01\x05a\xc9\x00\x00\x00\x01\x05a",
                "\"YQ==\"|\"YQ==\"",
            ),
            (b"\xd4\xff\x00", "\"AA==\""),
            (b"", ""),
        ];
        for (bytes, expected) in cases {
            assert_eq!(json(bytes).as_deref(), Ok(expected), "{bytes:02x?}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let cases: [(&[u8], DecodeErrorKind, usize); 7] = [
            (b"\x92\x01", DecodeErrorKind::UnexpectedEnd, 2),
            (b"\xa5abc", DecodeErrorKind::UnexpectedEnd, 4),
            (
                b"\xdd\xff\xff\xff\xff\x00",
                DecodeErrorKind::UnexpectedEnd,
                6,
            ),
            (b"\xc6\xff\xff\xff\xff", DecodeErrorKind::UnexpectedEnd, 5),
            (b"\x91\xc1", DecodeErrorKind::UnexpectedByte(0xc1), 1),
            (b"\xa2a\xff", DecodeErrorKind::InvalidUtf8, 2),
            (b"\x81\x90\x00", DecodeErrorKind::CompoundKey, 1),
        ];
        for (bytes, kind, at) in cases {
            assert_eq!(json(bytes), Err(DecodeError { kind, at }), "{bytes:02x?}");
        }
    }

    #[test]
    fn depth_is_limited_and_good_values_stay() {
        let nested = |n: usize| [vec![0x91; n], vec![0x00]].concat();
        assert!(json(&nested(128)).is_ok());
        assert_eq!(
            json(&nested(129)).map_err(|e| e.kind),
            Err(DecodeErrorKind::TooDeep)
        );
        let mut out = Documents::default();
        assert!(decode(b"\x01\x91\x02\x92\x03", &mut out).is_err());
        assert_eq!(texts(&out), "1|[2]");
    }

    proptest! {
        #[test]
        fn what_rmp_serde_writes_comes_back(value in any_json()) {
            let bytes = rmp_serde::to_vec(&value).unwrap();
            let text = json(&bytes).unwrap();
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        }
    }
}
