//! Points in time: what feeds write, as milliseconds since 1970-01-01T00:00:00Z.

/// How a time is written in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TimeFormat {
    /// By magnitude for numbers, ISO 8601 or a number for texts.
    #[default]
    Auto,
    /// Seconds since the epoch.
    Seconds,
    /// Milliseconds since the epoch.
    Milliseconds,
    /// Microseconds since the epoch.
    Microseconds,
    /// Nanoseconds since the epoch.
    Nanoseconds,
    /// ISO 8601 / RFC 3339 text.
    Iso8601,
}

impl TimeFormat {
    /// The format a query names, if it is one.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "s" => Self::Seconds,
            "ms" => Self::Milliseconds,
            "us" => Self::Microseconds,
            "ns" => Self::Nanoseconds,
            "iso8601" => Self::Iso8601,
            _ => return None,
        })
    }

    /// A number in this format to milliseconds.
    #[inline]
    pub fn number(self, value: f64) -> Option<f64> {
        let unit = if self == Self::Auto {
            Self::by_magnitude(value)
        } else {
            self
        };
        let ms = match unit {
            Self::Seconds => value * 1e3,
            Self::Milliseconds | Self::Auto => value,
            Self::Microseconds => value / 1e3,
            Self::Nanoseconds => value / 1e6,
            Self::Iso8601 => return None,
        };
        (ms.abs() <= MAX_MS).then_some(ms)
    }

    /// A text in this format to milliseconds.
    pub fn text(self, text: &str) -> Option<f64> {
        match self {
            Self::Iso8601 => iso8601(text),
            Self::Auto => {
                iso8601(text).or_else(|| self.number(crate::decode::number::from_text(text)?))
            }
            _ => self.number(crate::decode::number::from_text(text)?),
        }
    }

    /// The unit in which `value` lies between 1973 and 5138; each unit's span
    /// of magnitudes begins where the one before it ends.
    #[inline]
    fn by_magnitude(value: f64) -> Self {
        match value.abs() {
            x if x < 1e11 => Self::Seconds,
            x if x < 1e14 => Self::Milliseconds,
            x if x < 1e17 => Self::Microseconds,
            _ => Self::Nanoseconds,
        }
    }
}

/// The range of ECMAScript's Date: 100 million days either way (ECMA-262 §21.4.1.1).
const MAX_MS: f64 = 8.64e15;

/// Whether a number is plausibly a point in time: 2000 to 2100 in one of the units.
pub(crate) fn is_plausible(value: f64) -> bool {
    const YEAR_2000: f64 = 946_684_800_000.0;
    const YEAR_2100: f64 = 4_102_444_800_000.0;
    TimeFormat::Auto
        .number(value)
        .is_some_and(|ms| (YEAR_2000..YEAR_2100).contains(&ms))
}

/// Names that feeds give the time of a row, most telling first; compared without case.
const TIME_NAMES: [&str; 16] = [
    "time",
    "timestamp",
    "@timestamp",
    "datetime",
    "date",
    "ts",
    "event_time",
    "eventtime",
    "time_fired",
    "created_at",
    "createdat",
    "time_ms",
    "timestamp_ms",
    "utc",
    "t",
    "e",
];

/// How telling the name is as that of a time, 0 being most; `None` when it is not one.
pub(crate) fn name_rank(name: &str) -> Option<usize> {
    let last = name.rsplit('.').next().unwrap_or(name);
    TIME_NAMES
        .iter()
        .position(|known| known.eq_ignore_ascii_case(last))
}

/// ISO 8601 as RFC 3339 profiles it, with the liberties feeds take: a space for
/// the `T`, no seconds, no zone (taken as UTC), any number of fraction digits.
pub fn iso8601(text: &str) -> Option<f64> {
    let mut rest = Cursor {
        bytes: text.trim().as_bytes(),
    };
    let year = rest.digits(4)?;
    rest.expect(b'-')?;
    let month = rest.digits(2).filter(|m| (1..=12).contains(m))?;
    rest.expect(b'-')?;
    let day = rest
        .digits(2)
        .filter(|d| *d >= 1 && *d <= days_in_month(year, month))?;
    let days = days_from_civil(year, month, day) as f64;
    if rest.bytes.is_empty() {
        return Some(days * 86_400_000.0);
    }
    rest.one_of(b"Tt ")?;
    let (seconds, fraction) = rest.clock()?;
    let offset = rest.offset()?;
    Some(days * 86_400_000.0 + (seconds - offset * 60) as f64 * 1e3 + fraction)
}

struct Cursor<'a> {
    bytes: &'a [u8],
}

impl Cursor<'_> {
    fn digits(&mut self, count: usize) -> Option<i64> {
        let digits = self.bytes.get(..count)?;
        let value = digits.iter().try_fold(0, |n, b| {
            b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))
        })?;
        self.bytes = &self.bytes[count..];
        Some(value)
    }

    fn one_of(&mut self, choices: &[u8]) -> Option<u8> {
        let first = *self.bytes.first().filter(|b| choices.contains(b))?;
        self.bytes = &self.bytes[1..];
        Some(first)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.one_of(&[byte]).map(drop)
    }

    /// `hh:mm[:ss[.fraction]]` as seconds and milliseconds. 24:00 and leap seconds roll over.
    fn clock(&mut self) -> Option<(i64, f64)> {
        let hours = self.digits(2).filter(|h| *h <= 24)?;
        self.expect(b':')?;
        let minutes = self.digits(2).filter(|m| *m < 60)?;
        let mut seconds = 0;
        let mut fraction = 0.0;
        if self.one_of(b":").is_some() {
            seconds = self.digits(2).filter(|s| *s <= 60)?;
            if self.one_of(b".,").is_some() {
                fraction = self.fraction()?;
            }
        }
        Some((hours * 3600 + minutes * 60 + seconds, fraction))
    }

    fn fraction(&mut self) -> Option<f64> {
        let length = self.bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let digits = self.bytes.get(..length).filter(|d| !d.is_empty())?;
        let kept = &digits[..length.min(9)];
        let value = kept.iter().fold(0u32, |n, b| n * 10 + u32::from(b - b'0'));
        self.bytes = &self.bytes[length..];
        Some(f64::from(value) / 10f64.powi(kept.len() as i32 - 3))
    }

    /// `Z`, `+hh:mm`, `+hhmm`, `+hh` or nothing, in minutes east.
    fn offset(&mut self) -> Option<i64> {
        let Some(sign) = self.one_of(b"Zz+-") else {
            return self.bytes.is_empty().then_some(0);
        };
        let minutes = if matches!(sign, b'+' | b'-') {
            let hours = self.digits(2).filter(|h| *h < 24)?;
            let colon = self.one_of(b":").is_some();
            let minutes = if colon || !self.bytes.is_empty() {
                self.digits(2).filter(|m| *m < 60)?
            } else {
                0
            };
            hours * 60 + minutes
        } else {
            0
        };
        self.bytes
            .is_empty()
            .then_some(if sign == b'-' { -minutes } else { minutes })
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant,
/// "chrono-compatible low-level date algorithms", days_from_civil).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tells_the_unit_by_magnitude() {
        for value in [
            1_672_515_782.0,
            1_672_515_782_000.0,
            1_672_515_782_000_000.0,
            1_672_515_782_000_000_000.0,
        ] {
            assert_eq!(
                TimeFormat::Auto.number(value),
                Some(1_672_515_782_000.0),
                "{value}"
            );
        }
        assert_eq!(
            TimeFormat::Auto.number(1_672_515_782.25),
            Some(1_672_515_782_250.0)
        );
        assert_eq!(TimeFormat::Seconds.number(10.0), Some(10_000.0));
        assert_eq!(TimeFormat::Auto.number(f64::INFINITY), None);
    }

    #[test]
    fn reads_iso_8601() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2017-09-02T17:05:49.250000Z", 1_504_371_949_250.0),
            ("2016-11-26T01:37:24.265429+00:00", 1_480_124_244_265.429),
            ("2023-09-25 09:04:31", 1_695_632_671_000.0),
            ("2023-09-25T11:04:31+02:00", 1_695_632_671_000.0),
            ("2023-09-25T05:34:31-0330", 1_695_632_671_000.0),
            ("2023-09-25T09:04Z", 1_695_632_640_000.0),
            ("2024-02-29", 1_709_164_800_000.0),
            ("1969-12-31T23:59:59.5Z", -500.0),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000.0),
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
            "2023-01-01T25:00Z",
            "2023-01-01T00:00:00X",
            "2023-01-01T00:00:00.Z",
            "12:30:00",
        ] {
            assert_eq!(iso8601(text), None, "{text}");
        }
    }

    #[test]
    fn auto_reads_numeric_texts() {
        assert_eq!(
            TimeFormat::Auto.text("1568234281726420425"),
            Some(1_568_234_281_726.420_4)
        );
        assert_eq!(TimeFormat::Milliseconds.text("soon"), None);
    }

    #[test]
    fn ranks_names_by_their_last_part() {
        assert_eq!(name_rank("time"), Some(0));
        assert!(name_rank("data.Timestamp") < name_rank("T"));
        assert_eq!(name_rank("temperature"), None);
        assert!(is_plausible(1_672_515_782_136.0) && !is_plausible(12345.0));
    }

    proptest! {
        #[test]
        fn days_count_up_by_one(day in -700_000i64..2_900_000) {
            // The civil date of `day`, found by search, is one day after that of `day - 1`.
            let year = (0..10_000).rfind(|y| days_from_civil(*y, 1, 1) <= day);
            prop_assume!(year.is_some_and(|y| y < 9_999));
            let year = year.unwrap();
            let month = (1..=12).rfind(|m| days_from_civil(year, *m, 1) <= day).unwrap();
            let date = day - days_from_civil(year, month, 1) + 1;
            prop_assert!(date <= days_in_month(year, month));
            let text = format!("{year:04}-{month:02}-{date:02}T00:00:00Z");
            prop_assert_eq!(iso8601(&text), Some(day as f64 * 86_400_000.0));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = iso8601(&text);
        }
    }
}
