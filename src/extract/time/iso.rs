//! ISO 8601 texts.

use super::civil::{self, Civil, TimeCursor};

/// ISO 8601 as RFC 3339 profiles it, in milliseconds since the epoch, with the liberties feeds take: a
/// space for the `T`, no seconds, no zone (taken as UTC), any number of fraction digits, and the basic
/// format without separators (`20160102T030405Z`).
pub fn iso8601(text: &str) -> Option<f64> {
    read(TimeCursor::new(text))
}

/// The same of a text's bytes, without white space around it.
#[inline]
pub(super) fn from_bytes(bytes: &[u8]) -> Option<f64> {
    read(TimeCursor::from_bytes(bytes))
}

fn read(mut rest: TimeCursor<'_>) -> Option<f64> {
    let days = date(&mut rest)?;
    let mut moment = Civil {
        days,
        seconds: 0,
        nanos: 0,
        offset: 0,
    };
    if rest.is_empty() {
        return Some(moment.millis());
    }
    rest.one_of(b"Tt ")?;
    (moment.seconds, moment.nanos) = clock(&mut rest)?;
    if !rest.is_empty() {
        moment.offset = rest.offset()?;
    }
    rest.is_empty().then(|| moment.millis())
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
    use proptest::prelude::*;

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
            prop_assert_eq!(from_bytes(text.as_bytes()), Some(expected));
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
