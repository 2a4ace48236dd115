//! Dates of mails and of HTTP headers.

use super::civil::{self, Civil, MONTHS, TimeCursor, WEEKDAYS};

/// RFC 2822 §3.3 with the obsolete forms of §4.3:
/// `Sun, 06 Nov 1994 08:49:37 GMT`. The weekday may be missing, and is not compared with the date;
/// comments are not read, except one at the end.
pub(super) fn tell(text: &str) -> Option<Civil> {
    let mut rest = TimeCursor::new(text);
    if rest.name(&WEEKDAYS).is_some() {
        rest.byte(b',')?;
        rest.spaces();
    }
    let day = rest.up_to(2)?;
    rest.spaces();
    let month = rest.name(&MONTHS)? as i64 + 1;
    rest.spaces();
    let days = civil::date(year(&mut rest)?, month, day)?;
    rest.spaces();
    let seconds = clock(&mut rest)?;
    rest.spaces();
    let offset = rest.zone().or_else(|| rest.offset())?;
    rest.spaces();
    let moment = Civil {
        days: Some(days),
        seconds,
        nanos: 0,
        offset: Some(offset),
    };
    (rest.is_empty() || rest.one_of(b"(").is_some()).then_some(moment)
}

/// Years of two and three digits count as RFC 2822 §4.3 says.
fn year(rest: &mut TimeCursor<'_>) -> Option<i64> {
    Some(match rest.digits(4) {
        Some(year) => year,
        None => match (rest.digits(3), rest.digits(2)) {
            (Some(year), _) => 1900 + year,
            (None, year) => {
                let year = year?;
                year + if year < 50 { 2000 } else { 1900 }
            }
        },
    })
}

fn clock(rest: &mut TimeCursor<'_>) -> Option<i64> {
    let hours = rest.digits(2).filter(|h| *h < 24)?;
    rest.byte(b':')?;
    let minutes = rest.digits(2).filter(|m| *m < 60)?;
    let seconds = match rest.one_of(b":") {
        Some(_) => rest.digits(2).filter(|s| *s <= 60)?,
        None => 0,
    };
    Some(hours * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc2822(text: &str) -> Option<f64> {
        let moment = tell(text)?.resolve(None, 0.0)?;
        assert!(!moment.is_assumed, "{text} says its offset");
        Some(moment.ms)
    }
    use proptest::prelude::*;

    #[test]
    fn reads_mail_and_http_dates() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000.0),
            ("6 nov 1994 08:49:37 +0000", 784_111_777_000.0),
            ("Sunday, 06 Nov 1994 08:49:37 GMT", 784_111_777_000.0),
            ("06 Nov 94 03:49:37 EST", 784_111_777_000.0),
            ("Sun, 06 Nov 1994 08:49:37 +0000 (UTC)", 784_111_777_000.0),
            ("Sun, 06 Nov 1994 08:49 Z", 784_111_740_000.0),
            ("Thu,  1 Jan 1970 01:00:00 +0100", 0.0),
            ("01 Jan 24 00:00:00 GMT", 1_704_067_200_000.0),
        ];
        for (text, ms) in cases {
            assert_eq!(rfc2822(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            "Sun",
            "Sun, 06 Nov 1994",
            "31 Feb 1994 00:00:00 GMT",
            "06 Nov 1994 08:49:37",
            "06 Nov 1994 08:49:37 CEST",
            "06 Nov 1994 24:49:37 GMT",
            "06 Nov 1994 08:49:37 GMT later",
            "monitor",
        ] {
            assert_eq!(rfc2822(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_jiff_writes(seconds in -62_135_596_800i64..253_402_207_200, hours in -12i8..=14) {
            let moment = jiff::Timestamp::from_second(seconds).unwrap();
            let zoned = moment.to_zoned(jiff::tz::Offset::constant(hours).to_time_zone());
            prop_assume!(zoned.year() >= 1);
            let text = jiff::fmt::rfc2822::to_string(&zoned).unwrap();
            prop_assert_eq!(rfc2822(&text), Some(seconds as f64 * 1e3), "{}", text);
        }

        #[test]
        fn never_panics(text in "\\PC*|[0-9A-Za-z:+, -]{0,40}") {
            let _ = rfc2822(&text);
        }
    }
}
