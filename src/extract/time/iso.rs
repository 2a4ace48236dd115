//! ISO 8601 texts, and those of Go, Ruby and Java, which begin like them.

use super::civil::{self, Civil, TimeCursor};

/// ISO 8601 as RFC 3339 profiles it, with the liberties feeds take: a space for the `T`, no seconds, no zone, any number
/// of fraction digits, the basic format without separators (`20160102T030405Z`), and behind the clock time what
/// [`tail`] reads.
pub(super) fn tell(text: &str) -> Option<Civil> {
    read(TimeCursor::new(text))
}

/// The same of a text's bytes, without white space around it.
#[inline]
pub(super) fn from_bytes(bytes: &[u8]) -> Option<Civil> {
    read(TimeCursor::from_bytes(bytes))
}

/// What [`tell`] reads, in milliseconds since the epoch; a local time is taken for UTC.
pub fn iso8601(text: &str) -> Option<f64> {
    Some(tell(text)?.resolve(None, 0.0)?.ms)
}

fn read(mut rest: TimeCursor<'_>) -> Option<Civil> {
    let days = date(&mut rest)?;
    let mut moment = Civil {
        days: Some(days),
        seconds: 0,
        nanos: 0,
        offset: None,
    };
    if rest.is_empty() {
        return Some(moment);
    }
    rest.one_of(b"Tt ")?;
    (moment.seconds, moment.nanos) = clock(&mut rest)?;
    if !rest.is_empty() {
        let mut behind = rest;
        moment.offset = behind.offset();
        if !behind.is_empty() || moment.offset.is_none() {
            moment.offset = Some(tail(rest)?);
        }
    }
    Some(moment)
}

/// What may stand behind the clock time beside a plain offset: a space before it, the zone's name in its place (`UTC`) or behind it (Go, `+0100 CET` and `+0545 +0545`; RFC 9557, `+01:00[Europe/Berlin]`), and
/// the reading of Go's monotonic clock (`m=+0.1`). Where an offset is written, the name adds nothing to it.
#[inline(never)]
fn tail(mut rest: TimeCursor<'_>) -> Option<i64> {
    rest.spaces();
    let mut behind = rest;
    let offset = match behind.offset() {
        Some(offset) => {
            rest = behind;
            offset
        }
        None => rest.zone()?,
    };
    if rest.begins_with(b"[") {
        let name = rest.non_space()?;
        return (name.ends_with(b"]") && rest.is_empty()).then_some(offset);
    }
    let mut at_space = rest.is_empty() || rest.at_space();
    rest.spaces();
    if !rest.is_empty() && !rest.begins_with(b"m=") {
        at_space &= is_zone_name(rest.non_space()?);
        rest.spaces();
    }
    if rest.begins_with(b"m=") {
        at_space &= is_monotonic(rest.non_space()?);
    }
    (at_space && rest.is_empty()).then_some(offset)
}

/// `CET`, `+0545`.
fn is_zone_name(name: &[u8]) -> bool {
    let digits = name.strip_prefix(b"+").or_else(|| name.strip_prefix(b"-"));
    match digits {
        Some(digits) => digits
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b':'),
        None => name.iter().all(u8::is_ascii_alphabetic),
    }
}

/// `m=+0.123456789`.
fn is_monotonic(text: &[u8]) -> bool {
    let seconds = text.strip_prefix(b"m=").unwrap_or_default();
    let number = seconds
        .strip_prefix(b"+")
        .or_else(|| seconds.strip_prefix(b"-"));
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    number.is_some_and(|number| !number.is_empty() && number.iter().all(is_part))
}

/// `YYYY-MM-DD` or `YYYYMMDD`.
fn date(rest: &mut TimeCursor<'_>) -> Option<i64> {
    let year = rest.digits(4)?;
    let extended = rest.one_of(b"-").is_some();
    let month = rest.digits(2)?;
    if extended {
        rest.byte(b'-')?;
    }
    civil::date(year, month, rest.digits(2)?)
}

/// `hh:mm[:ss[.fraction]]`, or the same without the colons, as seconds and nanoseconds.
fn clock(rest: &mut TimeCursor<'_>) -> Option<(i64, i64)> {
    let hours = rest.digits(2)?;
    let extended = rest.one_of(b":").is_some();
    let minutes = rest.digits(2)?;
    let has_seconds = if extended {
        rest.one_of(b":").is_some()
    } else {
        rest.at_digit()
    };
    let mut seconds = 0;
    let mut nanos = 0;
    if has_seconds {
        seconds = rest.digits(2)?;
        if rest.one_of(b".,").is_some() {
            nanos = rest.fraction(usize::MAX)?;
        }
    }
    let whole = hours * 3600 + minutes * 60 + seconds;
    // 24:00 is the end of the day, and nothing is later; 60 is a leap second.
    let exists = minutes < 60 && seconds <= 60 && (hours < 24 || (whole == 86_400 && nanos == 0));
    (exists && hours <= 24).then_some((whole, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::time::Moment;
    use proptest::prelude::*;

    #[test]
    fn reads_what_go_ruby_and_java_write() {
        const MOMENT: f64 = 1_672_338_152_318.353;
        for text in [
            "2022-12-29 18:22:32.318353 +0000 UTC",
            "2022-12-29 18:22:32.318353 +0000 UTC m=+0.1",
            "2022-12-29 18:22:32.318353 +0000 UTC m=-12.000000001",
            "2022-12-29 19:22:32.318353 +0100 CET",
            "2022-12-29 19:22:32.318353 +0100 CET m=+86400.000000001",
            "2022-12-30 00:07:32.318353 +0545 +0545",
            "2022-12-29 14:52:32.318353 -0330 NST",
            "2022-12-29 14:52:32.318353 -0330 -0330 m=+1",
            "2022-12-29 19:22:32.318353 +0100 m=+0.5",
            "2022-12-29 19:22:32.318353 +0100",
            "2022-12-29 18:22:32.318353 UTC",
            "2022-12-29 18:22:32.318353 GMT",
            "2022-12-29 13:22:32.318353 EST",
            "2022-12-29 18:22:32.318353UTC",
            "2022-12-29T18:22:32.318353 Z",
            "2022-12-29T19:22:32.318353+01:00[Europe/Berlin]",
            "2022-12-29T18:22:32.318353Z[UTC]",
            "2022-12-29T18:22:32.318353Z[Etc/UTC][u-ca=gregory]",
        ] {
            assert_eq!(iso8601(text), Some(MOMENT), "{text}");
            let civil = tell(text).unwrap();
            assert!(civil.offset.is_some(), "{text}");
        }
    }

    #[test]
    fn a_tail_that_means_something_else_is_no_time() {
        for text in [
            "2022-12-29 18:22:32 CET",
            "2022-12-29 18:22:32 noon",
            "2022-12-29 18:22:32 +0100 C3T",
            "2022-12-29 18:22:32 +0100CET",
            "2022-12-29 18:22:32 +0100 CET CET",
            "2022-12-29 18:22:32 +0100 CET m=",
            "2022-12-29 18:22:32 +0100 CET m=+",
            "2022-12-29 18:22:32 +0100 CET m=+0.1 x",
            "2022-12-29 18:22:32 m=+0.1",
            "2022-12-29T18:22:32[Europe/Berlin]",
            "2022-12-29T18:22:32+01:00[Europe/Berlin",
            "2022-12-29T18:22:32+01:00 [Europe/Berlin]",
        ] {
            assert_eq!(iso8601(text), None, "{text}");
        }
    }

    #[test]
    fn says_where_no_zone_is_written() {
        for text in [
            "2022-12-29 18:22:32",
            "2022-12-29T18:22",
            "20221229",
            "2022-12-29",
        ] {
            let moment = tell(text).unwrap().resolve(None, 0.0).unwrap();
            assert!(moment.is_assumed, "{text}");
        }
    }

    #[test]
    fn reads_iso_8601() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2017-09-02T17:05:49.250000Z", 1_504_371_949_250.0),
            ("2016-11-26T01:37:24.265429+00:00", 1_480_124_244_265.429),
            ("2023-09-25 09:04:31", 1_695_632_671_000.0),
            ("2023-09-25T11:04:31+02:00", 1_695_632_671_000.0),
            ("2023-09-25T11:04:31+02", 1_695_632_671_000.0),
            ("2023-09-25T05:34:31-0330", 1_695_632_671_000.0),
            ("2023-09-25T09:04Z", 1_695_632_640_000.0),
            ("2024-02-29", 1_709_164_800_000.0),
            ("1969-12-31T23:59:59.5Z", -500.0),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000.0),
            ("2016-12-31T24:00Z", 1_483_228_800_000.0),
            ("20160102T030405Z", 1_451_703_845_000.0),
            ("20160102T030405.25+0100", 1_451_700_245_250.0),
            ("20160102T0304Z", 1_451_703_840_000.0),
            ("20160102", 1_451_692_800_000.0),
        ];
        for (text, ms) in cases {
            assert_eq!(iso8601(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_time() {
        for text in [
            "",
            "2023",
            "sensor-2024",
            "2023-13-01",
            "2023-02-29",
            "2023-0101",
            "2023-01-01T25:00Z",
            "2023-01-01T24:00:01Z",
            "2023-01-01T12:60Z",
            "2023-01-01T12",
            "2023-01-01T00:00:00X",
            "2023-01-01T00:00:00.Z",
            "2023-01-01T00:00:00Zulu",
            "2023-01-01T00:00:00+1",
            "12:30:00",
            "20160102T03040",
        ] {
            assert_eq!(iso8601(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_jiff_writes(nanos in -62_135_596_800_000_000_000i128..253_402_207_200_000_000_000, hours in -12i8..=14) {
            let moment = jiff::Timestamp::from_nanosecond(nanos).unwrap();
            let expected = super::super::tests::oracle(moment);
            let text = moment.to_string();
            prop_assert_eq!(iso8601(&text), Some(expected));
            prop_assert_eq!(from_bytes(text.as_bytes()).and_then(|civil| civil.resolve(None, 0.0)), Some(Moment::sure(expected)));
            let offset = jiff::tz::Offset::constant(hours);
            let shifted = moment.display_with_offset(offset).to_string();
            if !shifted.starts_with('-') {
                prop_assert_eq!(iso8601(&shifted), Some(expected), "{}", shifted);
                let basic: String = shifted.replace(['-', ':'], "");
                if !shifted[11..].contains('-') {
                    prop_assert_eq!(iso8601(&basic), Some(expected), "{}", basic);
                }
            }
        }

        #[test]
        fn never_panics(text in "\\PC*|[0-9TZ:+. -]{0,30}") {
            let _ = iso8601(&text);
        }
    }
}
