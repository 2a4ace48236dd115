//! Points in time: what feeds write, as milliseconds since 1970-01-01T00:00:00Z.

mod civil;
mod iso;
mod moment;
mod pattern;
pub mod reader;
mod rfc2822;
pub mod zone;

use civil::Civil;
pub use iso::iso8601;
pub use moment::Moment;
pub use pattern::Pattern;

use super::numeral;
use crate::decode::number;
use crate::error::Error;

/// How a time is written in a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum TimeFormat {
    /// By magnitude for numbers and texts that hold one, so that `20160102` are seconds; else ISO 8601
    /// or RFC 2822.
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
    /// The text of mails and HTTP headers.
    Rfc2822,
    /// A text by a strftime pattern.
    Pattern(Pattern),
}

impl TimeFormat {
    /// The format that `field` of a query names; a text with a `%` is a strftime pattern.
    ///
    /// # Errors
    /// When it is none, or a pattern that cannot be read or tells no point in time.
    pub fn parse(field: &str, text: &str) -> Result<Self, Error> {
        Ok(match text.trim() {
            "" | "auto" => Self::Auto,
            "s" => Self::Seconds,
            "ms" => Self::Milliseconds,
            "us" => Self::Microseconds,
            "ns" => Self::Nanoseconds,
            "iso8601" => Self::Iso8601,
            "rfc2822" => Self::Rfc2822,
            pattern if pattern.contains('%') => {
                let parsed = Pattern::parse(pattern);
                Self::Pattern(parsed.map_err(|problem| Error::new(field, pattern, problem))?)
            }
            other => {
                let known = "use auto, s, ms, us, ns, iso8601, rfc2822 or a strftime pattern such as %Y-%m-%d %H:%M:%S";
                return Err(Error::new(field, other, known));
            }
        })
    }

    /// Whether it is a number of seconds or parts of them, whatever the number is.
    pub fn is_count(&self) -> bool {
        matches!(
            self,
            Self::Seconds | Self::Milliseconds | Self::Microseconds | Self::Nanoseconds
        )
    }

    /// Whether it is a pattern without a date.
    pub fn is_time_of_day(&self) -> bool {
        matches!(self, Self::Pattern(pattern) if pattern.is_time_of_day())
    }

    /// A number in this format to milliseconds.
    #[inline]
    pub fn number(&self, value: f64) -> Option<f64> {
        let ms = self.unit(value)?.to_millis(value);
        (ms.abs() <= MAX_MS).then_some(ms)
    }

    /// What a text in this format tells.
    fn tell(&self, text: &str) -> Option<Told> {
        Some(match self {
            Self::Iso8601 => Told::Civil(iso::tell(text)?),
            Self::Rfc2822 => Told::Civil(rfc2822::tell(text)?),
            Self::Pattern(pattern) => Told::Civil(pattern.read(text)?),
            _ => match number::from_text(text) {
                // Read again, since a product of what was read would be rounded twice.
                Some(value) => {
                    Told::Millis(number::from_text_scaled(text, self.unit(value)?.power())?)
                }
                None => self.tell_other(text)?,
            },
        })
    }

    /// What a text that is no decimal number tells in a format of numbers.
    fn tell_other(&self, text: &str) -> Option<Told> {
        if let Some(value) = numeral::from_hex(text) {
            return Some(Told::Millis(self.number(value)?));
        }
        let is_auto = *self == Self::Auto;
        let civil = || iso::tell(text).or_else(|| rfc2822::tell(text));
        is_auto.then(civil).flatten().map(Told::Civil)
    }

    /// The unit of the number `value`, when this format takes numbers.
    #[inline]
    fn unit(&self, value: f64) -> Option<Unit> {
        match self {
            Self::Auto => Some(Unit::by_magnitude(value)),
            Self::Seconds => Some(Unit::Seconds),
            Self::Milliseconds => Some(Unit::Milliseconds),
            Self::Microseconds => Some(Unit::Microseconds),
            Self::Nanoseconds => Some(Unit::Nanoseconds),
            Self::Iso8601 | Self::Rfc2822 | Self::Pattern(_) => None,
        }
    }
}

/// What a text says of a time.
enum Told {
    /// Milliseconds since the epoch.
    Millis(f64),
    /// A date and a clock time, whose zone may have to be found elsewhere.
    Civil(Civil),
}

/// What a number since the epoch counts.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Unit {
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

    #[inline]
    fn to_millis(self, value: f64) -> f64 {
        match self {
            // Today's seconds are doubles 0.24 microseconds apart, and a product would show how far the
            // nearest one is from what was written. So whole microseconds are restored.
            Self::Seconds => (value * 1e6).round_ties_even() / 1e3,
            Self::Milliseconds => value,
            Self::Microseconds => value / 1e3,
            Self::Nanoseconds => value / 1e6,
        }
    }

    /// The power of ten by which a number of this unit is one of milliseconds.
    fn power(self) -> i64 {
        match self {
            Self::Seconds => 3,
            Self::Milliseconds => 0,
            Self::Microseconds => -3,
            Self::Nanoseconds => -6,
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

#[cfg(test)]
pub(super) mod tests {
    use super::reader::TimeReader;
    use super::*;
    use proptest::prelude::*;

    /// The milliseconds of a moment, correctly rounded by the standard library.
    pub(super) fn oracle(moment: jiff::Timestamp) -> f64 {
        format!("{}e-6", moment.as_nanosecond()).parse().unwrap()
    }

    fn parse(text: &str) -> TimeFormat {
        TimeFormat::parse("timeFormat", text).unwrap()
    }

    /// What a format reads, local times in UTC.
    fn utc(format: &str, text: &str) -> Option<f64> {
        let reader = TimeReader::parse("fields[0]", format, "").unwrap();
        reader.text(text, 0.0).map(|moment| moment.ms)
    }

    #[test]
    fn knows_its_names() {
        let cases = [
            ("", TimeFormat::Auto),
            ("auto", TimeFormat::Auto),
            (" s ", TimeFormat::Seconds),
            ("ms", TimeFormat::Milliseconds),
            ("us", TimeFormat::Microseconds),
            ("ns", TimeFormat::Nanoseconds),
            ("iso8601", TimeFormat::Iso8601),
            ("rfc2822", TimeFormat::Rfc2822),
        ];
        for (name, format) in cases {
            assert_eq!(parse(name), format, "{name}");
        }
        assert!(matches!(parse("%s"), TimeFormat::Pattern(_)));
    }

    #[test]
    fn refuses_what_is_no_format_by_name() {
        for (text, says) in [
            ("iso", "use auto, s"),
            ("%M", "neither a date nor an hour"),
            ("%Y-%m-%d %K", "%K is not a supported directive"),
        ] {
            let error = TimeFormat::parse("fields[0].timeFormat", text)
                .unwrap_err()
                .to_string();
            let begins = format!("fields[0].timeFormat is \"{text}\"");
            assert!(
                error.starts_with(&begins) && error.contains(says),
                "{error}"
            );
        }
    }

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
        assert_eq!(TimeFormat::Auto.number(f64::INFINITY), None);
        assert_eq!(TimeFormat::Auto.number(f64::NAN), None);
        assert_eq!(TimeFormat::Seconds.number(10.0), Some(10_000.0));
        assert_eq!(TimeFormat::Iso8601.number(10.0), None);
        assert_eq!(parse("%s").number(10.0), None);
    }

    #[test]
    fn reads_texts() {
        let cases = [
            ("auto", "1568234281726420425", 1_568_234_281_726.420_4),
            ("auto", "1672515782.136", 1_672_515_782_136.0),
            ("auto", "2023-09-25T09:04:31Z", 1_695_632_671_000.0),
            ("auto", "Mon, 25 Sep 2023 09:04:31 GMT", 1_695_632_671_000.0),
            ("auto", "20230925T090431Z", 1_695_632_671_000.0),
            ("auto", "2023-09-25 09:04:31 +0000 UTC", 1_695_632_671_000.0),
            ("auto", "0x65114d5f", 1_695_632_735_000.0),
            ("auto", "0x18acba3df58", 1_695_633_629_016.0),
            ("s", "0X65114D5F", 1_695_632_735_000.0),
            ("ms", " 0x18acba3df58 ", 1_695_633_629_016.0),
            ("auto", "20230925", 20_230_925_000.0),
            ("iso8601", "20230925", 1_695_600_000_000.0),
            ("s", "1672515782.136", 1_672_515_782_136.0),
            ("s", "1672515782", 1_672_515_782_000.0),
            ("s", "1.672515782136e9", 1_672_515_782_136.0),
            ("s", "-0.0005", -0.5),
            ("ms", " 1672515782136 ", 1_672_515_782_136.0),
            ("us", "1672515782136001", 1_672_515_782_136.001),
            ("ns", "1568234281726420425", 1_568_234_281_726.420_4),
            (
                "rfc2822",
                "Mon, 25 Sep 2023 09:04:31 GMT",
                1_695_632_671_000.0,
            ),
            ("%d.%m.%Y %R", "25.09.2023 09:04", 1_695_632_640_000.0),
        ];
        for (format, text, ms) in cases {
            assert_eq!(utc(format, text), Some(ms), "{format}: {text}");
        }
        for (format, text) in [
            ("auto", "soon"),
            ("auto", ""),
            ("auto", "NaN"),
            ("auto", "1e300"),
            ("ms", "2023-09-25"),
            ("iso8601", "0x65114d5f"),
            ("auto", "65114d5f"),
            ("auto", "09:04:31"),
            ("ms", "Infinity"),
            ("ms", "8640000000000001"),
            ("iso8601", "1672515782"),
            ("rfc2822", "2023-09-25"),
        ] {
            assert_eq!(utc(format, text), None, "{format}: {text}");
        }
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
        fn decimal_seconds_are_exact(seconds in 0u64..4_102_444_800, micros in 0u32..1_000_000) {
            let text = format!("{seconds}.{micros:06}");
            let expected: f64 = format!("{text}e3").parse().unwrap();
            prop_assert_eq!(utc("s", &text), Some(expected));
            prop_assert_eq!(TimeFormat::Seconds.number(text.parse().unwrap()), Some(expected));
        }

        #[test]
        fn texts_of_units_are_correctly_rounded(nanos in -4_102_444_800_000_000_000i64..4_102_444_800_000_000_000) {
            for (format, power) in [("s", 3), ("us", -3), ("ns", -6)] {
                let digits = if format == "ns" { nanos } else { nanos / 1_000_000 };
                let expected: f64 = format!("{digits}e{power}").parse().unwrap();
                prop_assert_eq!(utc(format, &digits.to_string()), Some(expected).filter(|ms| ms.abs() <= MAX_MS));
            }
        }

        #[test]
        fn never_panics(text in any::<String>(), format in "s|ms|us|ns|auto|iso8601|rfc2822|%s|%F|%T") {
            let _ = utc(&format, &text);
        }
    }
}
