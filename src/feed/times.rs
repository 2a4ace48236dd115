//! Whether values are points in time, and how the engine has to be told to read them.

use crate::decode::number;
use crate::extract::time::reader::TimeReader;
use crate::extract::time::{self, TimeFormat};
use crate::table::Millis;

/// How far a time is from the arrival of its message at most, where nothing but that makes it one.
const NEAR_MS: Millis = 24.0 * 3_600_000.0;

/// How far a clock is from that of the browser at most, where the zone is told by the difference.
const CLOCKS_APART_MINUTES: f64 = 2.0;

/// Times of which the zone is told, at least: the difference to one arrival may be anything.
const FEWEST_OF_A_ZONE: usize = 3;

/// Formats that are not found out, with the shortest text that is written so.
const PATTERNS: [&str; 8] = [
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S %z",
    "%Y%m%d%H%M%S",
    "%H:%M:%S",
];

/// Values that are times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TimeGuess {
    /// The query's `timeFormat`, where it is not found out.
    pub(super) format: Option<&'static str>,
    /// They say no zone: by how many minutes the clock that wrote them is ahead of UTC, if that can be told.
    pub(super) ahead: Option<i32>,
    /// How much they are like the time of a row, 0 being most: what the engine chooses by when it is told nothing.
    pub(super) rank: usize,
}

/// Whether values, with the times at which they came, are points in time; `name` is that of their member.
pub(super) fn guess(name: &str, values: &[(Millis, String)]) -> Option<TimeGuess> {
    let named = time::name_rank(name);
    let rank = named.unwrap_or(100);
    // Letters are names of many things.
    let is_telling = named.is_some_and(|_| name.len() > 1) || is_like_time(name);
    if values.is_empty() {
        return None;
    }
    let found = |format| {
        let ahead = minutes_ahead(format, values);
        Some(TimeGuess {
            format,
            ahead,
            rank,
        })
    };
    if values
        .iter()
        .all(|(_, text)| number::from_text(text).is_some())
    {
        let is_near = |ms: Millis, at: Millis| (ms - at).abs() < NEAR_MS;
        let auto = |(at, text): &(Millis, String)| {
            let value = number::from_text(text);
            let ms = value.and_then(|value| TimeFormat::Auto.number(value));
            let is_plausible = value.is_some_and(time::is_plausible);
            ms.is_some_and(|ms| is_plausible && (is_telling || is_near(ms, *at)))
        };
        if values.iter().all(auto) {
            return found(None);
        }
        let compact = ["iso8601", "%Y%m%d%H%M%S"].into_iter();
        let is_day = |(_, text): &(Millis, String)| matches!(text.len(), 8 | 14);
        let mut compact = compact.filter(|_| is_telling && values.iter().all(is_day));
        return compact
            .find(|format| reads(format, values))
            .and_then(|format| found(Some(format)));
    }
    let begins = |text: &str| text.bytes().take(8).any(|byte| byte.is_ascii_digit());
    if !values
        .iter()
        .all(|(_, text)| text.len() >= 8 && begins(text))
    {
        return None;
    }
    if reads("auto", values) {
        return found(None);
    }
    let mut patterns = PATTERNS.into_iter();
    let format = patterns.find(|pattern| {
        let is_clock = pattern.starts_with("%H");
        (is_telling || !is_clock) && reads(pattern, values)
    });
    format.and_then(|format| found(Some(format)))
}

/// By how many minutes a clock is ahead of UTC, by the times that it wrote without a zone: what they differ from the
/// arrivals is, in all zones, a number of quarters of an hour.
fn minutes_ahead(format: Option<&str>, values: &[(Millis, String)]) -> Option<i32> {
    let format = TimeFormat::parse("timeFormat", format.unwrap_or("auto")).ok()?;
    let reader = TimeReader::new(format);
    let mut found = None;
    for (at, text) in values {
        let moment = reader.text(text, *at).filter(|moment| moment.is_assumed)?;
        let minutes = (moment.ms - at) / 60_000.0;
        let quarters = 15.0 * (minutes / 15.0).round();
        let is_zone =
            (minutes - quarters).abs() < CLOCKS_APART_MINUTES && quarters.abs() <= 14.0 * 60.0;
        if !is_zone || found.is_some_and(|found| found != quarters) {
            return None;
        }
        found = Some(quarters);
    }
    found
        .filter(|_| values.len() >= FEWEST_OF_A_ZONE)
        .map(|minutes| minutes as i32)
}

/// How `timeZone` of a query writes an offset.
pub(super) fn zone_name(minutes: i32) -> String {
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Whether the engine reads plausible times in all values when it is told this format.
fn reads(format: &str, values: &[(Millis, String)]) -> bool {
    let Ok(format) = TimeFormat::parse("timeFormat", format) else {
        debug_assert!(false, "{format} is no format");
        return false;
    };
    let reader = TimeReader::new(format);
    values.iter().all(|(at, text)| {
        let moment = reader.text(text, *at);
        moment.is_some_and(|moment| time::is_plausible(moment.ms))
    })
}

/// Whether a name says that it is that of a time, although none of those that the engine looks for.
fn is_like_time(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ends = ["time", "timestamp", "date", "_at", "_ts"];
    ends.iter().any(|end| lower.ends_with(end)) || (name.len() > 2 && name.ends_with("At"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAME: Millis = 1_700_000_000_000.0;

    fn format(name: &str, values: &[&str]) -> Option<Option<&'static str>> {
        let values = values.iter().map(|text| (CAME, (*text).to_owned()));
        let values: Vec<_> = values.collect();
        guess(name, &values).map(|guess| guess.format)
    }

    #[test]
    fn the_zone_is_told_where_times_say_none() {
        let zone = |values: &[&str], ahead: f64| {
            let came = |text: &&str| {
                let utc = TimeReader::new(TimeFormat::Auto).text(text, CAME).unwrap();
                (utc.ms - ahead * 60_000.0 + 300.0, (*text).to_owned())
            };
            let values: Vec<_> = values.iter().map(came).collect();
            guess("time", &values)
                .and_then(|guess| guess.ahead)
                .map(zone_name)
        };
        let naive = [
            "2023-11-14 22:13:20",
            "2023-11-14 22:13:21",
            "2023-11-14 22:13:22",
        ];
        let expected = |zone: &str| Some(zone.to_owned());
        assert_eq!(zone(&naive, 0.0), expected("UTC"));
        assert_eq!(zone(&naive, 120.0), expected("+02:00"));
        assert_eq!(zone(&naive, -210.0), expected("-03:30"));
        // Neither old messages nor clocks that are wrong tell a zone, and neither does one message.
        assert_eq!(zone(&naive, 127.0), None);
        assert_eq!(zone(&naive, 24.0 * 60.0), None);
        assert_eq!(zone(&naive[..2], 120.0), None);
        let with_zone = ["2023-11-14T22:13:20Z"; 3];
        assert_eq!(zone(&with_zone, 120.0), None);
    }

    #[test]
    fn times_are_told_from_numbers_and_texts() {
        let auto = Some(None);
        let cases: [(&str, &[&str], _); 20] = [
            ("timestamp", &["1600000000", "1600000001"], auto),
            ("ts", &["1600000000000"], auto),
            ("created_at", &["1600000000.5"], auto),
            ("updatedAt", &["1600000000"], auto),
            // Only because they are of when they came.
            ("E", &["1699999999000"], auto),
            ("0", &["1700000001"], auto),
            ("t", &["3200000000"], None),
            ("id", &["1500000000"], None),
            ("time", &["12", "13"], None),
            ("time", &["1600000000", "7"], None),
            ("when", &["2023-09-25T09:04:31Z"], auto),
            ("when", &["Mon, 25 Sep 2023 09:04:31 GMT"], auto),
            ("when", &["2023-09-25T09:04:31Z", "never ever 1"], None),
            (
                "when",
                &["25.09.2023 09:04:31"],
                Some(Some("%d.%m.%Y %H:%M:%S")),
            ),
            (
                "when",
                &["25/Sep/2023:09:04:31 +0200"],
                Some(Some("%d/%b/%Y:%H:%M:%S %z")),
            ),
            ("date", &["20230925"], Some(Some("iso8601"))),
            ("date", &["20230925090431"], Some(Some("%Y%m%d%H%M%S"))),
            ("time", &["09:04:31"], Some(Some("%H:%M:%S"))),
            ("score", &["09:04:31"], None),
            ("text", &["hello, world 1"], None),
        ];
        for (name, values, expected) in cases {
            assert_eq!(format(name, values), expected, "{name} {values:?}");
        }
        assert_eq!(format("time", &[]), None);
    }
}
