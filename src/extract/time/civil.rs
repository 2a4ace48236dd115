//! Civil dates and clock times, and a cursor over the text that writes them.

use crate::calendar::{days_from_date, days_in_month};

/// A date and a clock time, as far as a text has told them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Civil {
    /// Days since 1970-01-01; `None` of a time of day alone.
    pub(super) days: Option<i64>,
    /// Seconds since midnight; 24:00 and leap seconds roll over into the next day.
    pub(super) seconds: i64,
    /// Nanoseconds within the second.
    pub(super) nanos: i64,
    /// Minutes that the clock is ahead of UTC; `None` where the text does not say.
    pub(super) offset: Option<i64>,
}

/// Seconds and nanoseconds since the epoch as milliseconds. Whole milliseconds are added as integers,
/// so that only the rest below them is rounded, once.
pub(super) fn millis(seconds: i64, nanos: i64) -> f64 {
    let whole = seconds
        .saturating_mul(1000)
        .saturating_add(nanos / 1_000_000);
    whole as f64 + (nanos % 1_000_000) as f64 / 1e6
}

/// Days since 1970-01-01 of a date that exists, `None` of one that does not.
pub(super) fn date(year: i64, month: i64, day: i64) -> Option<i64> {
    let exists = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    exists.then(|| days_from_date(year, month, day))
}

/// Days since 1970-01-01 of the day of a year, counted from 1.
pub(super) fn ordinal_date(year: i64, day: i64) -> Option<i64> {
    let length = days_from_date(year + 1, 1, 1) - days_from_date(year, 1, 1);
    (1..=length)
        .contains(&day)
        .then(|| days_from_date(year, 1, 1) + day - 1)
}

/// The names of the months; their first three letters are the abbreviations.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The names of the days of the week; their first three letters are the abbreviations.
pub(super) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Zones that feeds write by name, in minutes east (RFC 2822 §4.3).
const ZONES: [(&str, i64); 12] = [
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("Z", 0),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
];

/// What is left to read of a text.
#[derive(Clone, Copy)]
pub(super) struct TimeCursor<'a> {
    bytes: &'a [u8],
}

impl<'a> TimeCursor<'a> {
    /// At the start of a text; white space around it does not count.
    pub(super) fn new(text: &'a str) -> Self {
        Self::from_bytes(text.trim().as_bytes())
    }

    /// At the start of a text without white space around it.
    pub(super) fn from_bytes(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether a digit comes next.
    pub(super) fn at_digit(&self) -> bool {
        self.bytes.first().is_some_and(u8::is_ascii_digit)
    }

    /// Whether white space comes next.
    pub(super) fn at_space(&self) -> bool {
        self.bytes.first().is_some_and(u8::is_ascii_whitespace)
    }

    /// Whether these bytes come next.
    pub(super) fn begins_with(&self, bytes: &[u8]) -> bool {
        self.bytes.starts_with(bytes)
    }

    /// Exactly `count` digits, at most 18.
    #[inline]
    pub(super) fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.bytes.split_at_checked(count)?;
        let number = digits.iter().try_fold(0, |number, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit < 10).then(|| number * 10 + i64::from(digit))
        })?;
        self.bytes = rest;
        Some(number)
    }

    /// As many digits as there are, up to `most`.
    pub(super) fn up_to(&mut self, most: usize) -> Option<i64> {
        let run = self.run()?;
        Some(self.number(&run[..run.len().min(most)]))
    }

    /// The digits that come next, at least one.
    fn run(&self) -> Option<&'a [u8]> {
        let length = self.bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        self.bytes.get(..length).filter(|run| !run.is_empty())
    }

    /// Takes digits that [`run`](Self::run) has found; more than fit saturate.
    fn number(&mut self, digits: &[u8]) -> i64 {
        self.bytes = self.bytes.get(digits.len()..).unwrap_or_default();
        let append = |n: i64, b: &u8| n.saturating_mul(10).saturating_add(i64::from(b - b'0'));
        digits.iter().fold(0, append)
    }

    /// Digits after a decimal point, up to `most`, as nanoseconds; what is finer is cut.
    pub(super) fn fraction(&mut self, most: usize) -> Option<i64> {
        let run = self.run()?;
        let run = &run[..run.len().min(most)];
        let kept = &run[..run.len().min(9)];
        let missing = 9 - kept.len() as u32;
        let nanos = self.number(kept) * 10i64.pow(missing);
        self.number(&run[kept.len()..]);
        Some(nanos)
    }

    pub(super) fn one_of(&mut self, choices: &[u8]) -> Option<u8> {
        let first = *self.bytes.first().filter(|b| choices.contains(b))?;
        self.bytes = &self.bytes[1..];
        Some(first)
    }

    /// Takes one byte, which must be this one.
    pub(super) fn byte(&mut self, byte: u8) -> Option<()> {
        self.one_of(&[byte]).map(drop)
    }

    /// Takes the bytes up to the next white space, at least one.
    pub(super) fn non_space(&mut self) -> Option<&'a [u8]> {
        let end = self.bytes.iter().position(u8::is_ascii_whitespace);
        let (taken, rest) = self.bytes.split_at(end.unwrap_or(self.bytes.len()));
        self.bytes = rest;
        (!taken.is_empty()).then_some(taken)
    }

    /// Takes white space, if there is any.
    pub(super) fn spaces(&mut self) {
        self.bytes = self.bytes.trim_ascii_start();
    }

    /// Takes `word`, in whichever case.
    pub(super) fn word(&mut self, word: &str) -> Option<()> {
        let (next, rest) = self.bytes.split_at_checked(word.len())?;
        if !next.eq_ignore_ascii_case(word.as_bytes()) {
            return None;
        }
        self.bytes = rest;
        Some(())
    }

    /// One of `names` in full or by its first three letters, as its index.
    pub(super) fn name(&mut self, names: &[&str]) -> Option<usize> {
        let full = names.iter().position(|name| self.word(name).is_some());
        full.or_else(|| {
            names
                .iter()
                .position(|name| name.get(..3).is_some_and(|abbr| self.word(abbr).is_some()))
        })
    }

    /// `Z`, `+hh:mm`, `+hhmm` or `+hh` in minutes east.
    pub(super) fn offset(&mut self) -> Option<i64> {
        let sign = self.one_of(b"Zz+-")?;
        if !matches!(sign, b'+' | b'-') {
            return Some(0);
        }
        let hours = self.digits(2).filter(|h| *h < 24)?;
        let minutes = if self.one_of(b":").is_some() || self.at_digit() {
            self.digits(2).filter(|m| *m < 60)?
        } else {
            0
        };
        let minutes = hours * 60 + minutes;
        Some(if sign == b'-' { -minutes } else { minutes })
    }

    /// A zone by name, in minutes east.
    pub(super) fn zone(&mut self) -> Option<i64> {
        let length = self
            .bytes
            .iter()
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let (name, rest) = self.bytes.split_at_checked(length)?;
        let named = |(zone, _): &&(&str, i64)| zone.as_bytes().eq_ignore_ascii_case(name);
        let (_, offset) = ZONES.iter().find(named)?;
        self.bytes = rest;
        Some(*offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_which_dates_exist() {
        assert_eq!(date(1970, 1, 1), Some(0));
        assert_eq!(date(2000, 2, 29), Some(11_016));
        for (year, month, day) in [
            (1900, 2, 29),
            (2023, 2, 29),
            (2024, 4, 31),
            (2024, 0, 1),
            (2024, 13, 1),
            (2024, 1, 0),
        ] {
            assert_eq!(date(year, month, day), None, "{year}-{month}-{day}");
        }
        assert_eq!(ordinal_date(2024, 366), date(2024, 12, 31));
        assert_eq!(ordinal_date(2023, 366), None);
    }

    #[test]
    fn a_fraction_is_read_to_the_nanosecond_and_wholly_taken() {
        for (text, nanos) in [
            ("5", 500_000_000),
            ("000001", 1000),
            ("123456789999", 123_456_789),
        ] {
            let mut cursor = TimeCursor::new(text);
            assert_eq!(cursor.fraction(usize::MAX), Some(nanos), "{text}");
            assert!(cursor.is_empty());
        }
    }

    proptest! {
        #[test]
        fn agrees_with_jiff_on_dates(day in -719_162i64..2_932_896) {
            let oracle = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day);
            let (year, month, of_month) = (oracle.year(), oracle.month(), oracle.day());
            prop_assert_eq!(date(year.into(), month.into(), of_month.into()), Some(day));
            prop_assert_eq!(ordinal_date(year.into(), oracle.day_of_year().into()), Some(day));
        }
    }
}
