//! Times by a pattern of strftime directives, as `strptime` of POSIX and of Python reads them.

use std::rc::Rc;

use super::civil::{self, Civil, MONTHS, TimeCursor, WEEKDAYS};

/// A compiled pattern. Patterns that read the same are equal, however they are written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    items: Rc<[Item]>,
}

/// One thing a pattern expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Item {
    /// Exactly this character.
    Literal(char),
    /// White space, or none.
    Space,
    Year,
    /// 69 to 99 are 1969 to 1999, 0 to 68 are 2000 to 2068 (POSIX).
    YearOfCentury,
    Month,
    MonthName,
    Day,
    DayOfYear,
    /// Read, but not compared with the date.
    WeekdayName,
    Hour,
    Hour12,
    HalfOfDay,
    Minute,
    Second,
    /// Up to so many digits after a decimal point.
    Fraction(u8),
    /// The same with the point in front, or nothing.
    DotFraction(u8),
    /// `+hh:mm`, `+hhmm`, `+hh` or `Z`.
    Offset,
    /// `UTC`, `GMT` or one of the zones of RFC 2822; or an offset.
    Zone,
    /// Seconds since the epoch.
    Epoch,
}

/// The directives that can be read, as a message lists them.
const KNOWN: &str = "%Y %y %m %b %B %h %d %e %j %H %k %I %l %p %P %M %S %f %.f %3f %N %s %z %:z %Z \
                     %a %A %F %D %T %R %n %t or %%";

/// Digits of a fraction that are read when the directive does not say how many.
const ANY: u8 = u8::MAX;

impl Pattern {
    /// Compiles a pattern and checks that it tells a point in time.
    ///
    /// # Errors
    /// What is wrong: a directive that is not known, or that the date or a part of it is missing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut rest = text.trim().chars();
        while let Some(c) = rest.next() {
            match c {
                '%' => directive(&mut rest, &mut items)?,
                c if c.is_whitespace() => items.push(Item::Space),
                c => items.push(Item::Literal(c)),
            }
        }
        check(&items)?;
        Ok(Self {
            items: items.into(),
        })
    }

    /// Whether it tells no date.
    pub(super) fn is_time_of_day(&self) -> bool {
        let tells = |item: &Item| matches!(item, Item::Epoch | Item::Day | Item::DayOfYear);
        !self.items.iter().any(tells)
    }

    /// What a text tells.
    pub(super) fn read(&self, text: &str) -> Option<Civil> {
        let mut rest = TimeCursor::new(text);
        let mut parts = Parts::default();
        for item in &*self.items {
            parts.take(*item, &mut rest)?;
        }
        if rest.is_empty() { parts.civil() } else { None }
    }
}

/// Reads what follows a `%`.
fn directive(rest: &mut std::str::Chars<'_>, items: &mut Vec<Item>) -> Result<(), String> {
    let written = rest.as_str();
    // How a number is padded does not matter: fewer digits, zeros and spaces are read in any case.
    let mut after = written.trim_start_matches(['-', '_', '0']);
    let point = after.starts_with('.');
    after = after.strip_prefix('.').unwrap_or(after);
    let digits = after.strip_prefix(|c: char| ('1'..='9').contains(&c));
    let most = match digits {
        Some(_) => after.bytes().next().map_or(ANY, |b| b - b'0'),
        None => ANY,
    };
    after = digits.unwrap_or(after);
    let colons = after.starts_with(':');
    after = after.strip_prefix(':').unwrap_or(after);
    let mut left = after.chars();
    let name = left
        .next()
        .ok_or("a directive is missing after the last %")?;
    let shown = &written[..written.len() - left.as_str().len()];
    let precise = point || digits.is_some();
    match name {
        'f' | 'N' if point => items.push(Item::DotFraction(most)),
        'f' | 'N' if !colons => items.push(Item::Fraction(most)),
        'z' if !precise => items.push(Item::Offset),
        _ if precise || colons => return Err(unknown(shown)),
        _ => plain(name, items).ok_or_else(|| unknown(shown))?,
    }
    *rest = left;
    Ok(())
}

fn unknown(directive: &str) -> String {
    format!("%{directive} is not a supported directive; use {KNOWN}")
}

/// The items of a directive of one letter.
fn plain(name: char, items: &mut Vec<Item>) -> Option<()> {
    use Item::*;
    let (dash, slash, colon) = (Literal('-'), Literal('/'), Literal(':'));
    let expansion: &[Item] = match name {
        'Y' => &[Year],
        'y' => &[YearOfCentury],
        'm' => &[Month],
        'b' | 'B' | 'h' => &[MonthName],
        'd' | 'e' => &[Day],
        'j' => &[DayOfYear],
        'a' | 'A' => &[WeekdayName],
        'H' | 'k' => &[Hour],
        'I' | 'l' => &[Hour12],
        'p' | 'P' => &[HalfOfDay],
        'M' => &[Minute],
        'S' => &[Second],
        's' => &[Epoch],
        'Z' => &[Zone],
        'F' => &[Year, dash, Month, dash, Day],
        'D' => &[Month, slash, Day, slash, YearOfCentury],
        'T' => &[Hour, colon, Minute, colon, Second],
        'R' => &[Hour, colon, Minute],
        'n' | 't' => &[Space],
        '%' => &[Literal('%')],
        _ => return None,
    };
    items.extend_from_slice(expansion);
    Some(())
}

/// Whether the items tell a date or a time of day; what is missing otherwise.
fn check(items: &[Item]) -> Result<(), &'static str> {
    let has = |item: Item| items.contains(&item);
    if has(Item::Epoch) {
        return Ok(());
    }
    let has_year = has(Item::Year) || has(Item::YearOfCentury);
    let has_month = has(Item::Month) || has(Item::MonthName);
    if has(Item::Hour12) && !has(Item::HalfOfDay) {
        return Err("%I is an hour on a 12-hour clock; add %p, or use %H");
    }
    if !has_year && !has_month && !has(Item::Day) && !has(Item::DayOfYear) {
        // A time of day alone is one of today.
        return if has(Item::Hour) || has(Item::Hour12) {
            Ok(())
        } else {
            Err(
                "the pattern has neither a date nor an hour; add one, such as %Y-%m-%d or %H, or remove the time field to use the arrival time",
            )
        };
    }
    if !has_year {
        return Err(
            "the pattern has no year; add %Y or %y, or remove the time field to use the arrival time",
        );
    }
    let has_day = has(Item::DayOfYear) || (has_month && has(Item::Day));
    if !has_day {
        return Err("the pattern has no complete date; add %m or %b with %d, or add %j");
    }
    Ok(())
}

/// What a text has told so far.
#[derive(Default)]
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    day_of_year: Option<i64>,
    hour: i64,
    afternoon: Option<bool>,
    minute: i64,
    second: i64,
    nanos: i64,
    offset: Option<i64>,
    /// Seconds from the epoch, in the direction that `before_epoch` says.
    epoch: Option<i64>,
    before_epoch: bool,
}

impl Parts {
    /// Reads what `item` expects; `None` when something else is there.
    fn take(&mut self, item: Item, rest: &mut TimeCursor<'_>) -> Option<()> {
        match item {
            Item::Literal(c) => rest.word(c.encode_utf8(&mut [0; 4]))?,
            Item::Space => rest.spaces(),
            Item::Year => self.year = number(rest, 4, 0..=9999)?,
            Item::YearOfCentury => {
                let year = number(rest, 2, 0..=99)?;
                self.year = year + if year < 69 { 2000 } else { 1900 };
            }
            Item::Month => self.month = number(rest, 2, 1..=12)?,
            Item::MonthName => self.month = rest.name(&MONTHS)? as i64 + 1,
            Item::Day => self.day = number(rest, 2, 1..=31)?,
            Item::DayOfYear => self.day_of_year = Some(number(rest, 3, 1..=366)?),
            Item::WeekdayName => drop(rest.name(&WEEKDAYS)?),
            Item::Hour => self.hour = number(rest, 2, 0..=23)?,
            Item::Hour12 => self.hour = number(rest, 2, 1..=12)?,
            Item::HalfOfDay => self.afternoon = Some(half_of_day(rest)?),
            Item::Minute => self.minute = number(rest, 2, 0..=59)?,
            Item::Second => self.second = number(rest, 2, 0..=60)?,
            Item::Fraction(most) => self.nanos = rest.fraction(most.into())?,
            Item::DotFraction(most) => {
                if rest.one_of(b".,").is_some() {
                    self.nanos = rest.fraction(most.into())?;
                }
            }
            Item::Offset => self.offset = Some(rest.offset()?),
            Item::Zone => self.offset = Some(rest.zone().or_else(|| rest.offset())?),
            Item::Epoch => {
                self.before_epoch = rest.one_of(b"-+") == Some(b'-');
                self.epoch = Some(rest.up_to(usize::MAX)?);
            }
        }
        Some(())
    }

    fn civil(self) -> Option<Civil> {
        if let Some(seconds) = self.epoch {
            let sign = if self.before_epoch { -1 } else { 1 };
            return Some(Civil {
                days: Some(0),
                seconds: sign * seconds,
                nanos: sign * self.nanos,
                offset: Some(0),
            });
        }
        let days = match self.day_of_year {
            Some(day) => Some(civil::ordinal_date(self.year, day)?),
            // A pattern without a date is one of a time of day.
            None if self.day == 0 => None,
            None => Some(civil::date(self.year, self.month, self.day)?),
        };
        let hour = match self.afternoon {
            None => self.hour,
            // 12 am is midnight, 12 pm is noon.
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
        };
        Some(Civil {
            days,
            seconds: hour * 3600 + self.minute * 60 + self.second,
            nanos: self.nanos,
            offset: self.offset,
        })
    }
}

/// Up to `most` digits after spaces that pad them, within a range.
fn number(
    rest: &mut TimeCursor<'_>,
    most: usize,
    range: std::ops::RangeInclusive<i64>,
) -> Option<i64> {
    rest.spaces();
    rest.up_to(most).filter(|number| range.contains(number))
}

fn half_of_day(rest: &mut TimeCursor<'_>) -> Option<bool> {
    if rest.word("am").is_some() {
        return Some(false);
    }
    rest.word("pm").map(|()| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::fmt::strtime::BrokenDownTime;
    use proptest::prelude::*;

    const MOMENT: f64 = 1_695_632_671_000.0;

    /// What a pattern reads, local times in UTC; what came with 1970.
    fn utc(pattern: &str, text: &str) -> Option<f64> {
        let civil = Pattern::parse(pattern).unwrap().read(text)?;
        civil.resolve(None, 0.0).map(|moment| moment.ms)
    }

    #[test]
    fn reads_what_feeds_write() {
        let cases = [
            ("%Y-%m-%d %H:%M:%S", "2023-09-25 09:04:31", MOMENT),
            ("%Y-%m-%dT%H:%M:%S%z", "2023-09-25T11:04:31+0200", MOMENT),
            ("%FT%T%:z", "2023-09-25T11:04:31+02:00", MOMENT),
            ("%d/%m/%Y %I:%M:%S %p", "25/09/2023 09:04:31 AM", MOMENT),
            ("%d.%m.%y %H:%M:%S", "25.09.23 09:04:31", MOMENT),
            ("%d/%b/%Y:%H:%M:%S %z", "25/Sep/2023:09:04:31 +0000", MOMENT),
            (
                "%A, %B %d, %Y %T %Z",
                "Monday, September 25, 2023 09:04:31 GMT",
                MOMENT,
            ),
            ("%a %e %b %Y %T %Z", "Mon 25 Sep 2023 05:04:31 EDT", MOMENT),
            ("%Y%m%d%H%M%S", "20230925090431", MOMENT),
            ("%Y%m%d%H%M%S%3f", "20230925090431250", MOMENT + 250.0),
            ("%Y/%j %T", "2023/268 09:04:31", MOMENT),
            ("%F %T.%f", "2023-09-25 09:04:31.25", MOMENT + 250.0),
            ("%F %T%.f", "2023-09-25 09:04:31.25", MOMENT + 250.0),
            ("%F %T%.f", "2023-09-25 09:04:31", MOMENT),
            ("%F %T%.3f", "2023-09-25 09:04:31.250", MOMENT + 250.0),
            ("%-d.%-m.%Y %k:%M:%S", "25.9.2023  9:04:31", MOMENT),
            ("%s", "1695632671", MOMENT),
            ("%s.%f", "1695632671.136", MOMENT + 136.0),
            ("%s%.f", "-1.25", -1250.0),
            ("at %s%%", "at 1695632671%", MOMENT),
            ("%D", "09/25/23", 1_695_600_000_000.0),
            ("%F %R", "2023-09-25 09:04", 1_695_632_640_000.0),
            ("%F %I%P", "2023-09-25 12am", 1_695_600_000_000.0),
            ("%F %I%P", "2023-09-25 12pm", 1_695_643_200_000.0),
            ("Жар %F", "Жар 2023-09-25", 1_695_600_000_000.0),
        ];
        for (pattern, text, ms) in cases {
            assert_eq!(utc(pattern, text), Some(ms), "{pattern} of {text}");
        }
    }

    #[test]
    fn a_text_that_does_not_follow_is_no_time() {
        let cases = [
            ("%F %T", "2023-09-25"),
            ("%F", "2023-09-25 09:04:31"),
            ("%F", "2023-02-30"),
            ("%F %T", "2023-09-25 24:00:00"),
            ("%F %T", "2023-09-25T09:04:31"),
            ("%d %b %Y", "25 Foo 2023"),
            ("%Y %j", "2023 366"),
            ("%s", "soon"),
            ("%F %I %p", "2023-09-25 13 pm"),
            ("%F %T %Z", "2023-09-25 09:04:31 Mars"),
            ("%F", ""),
        ];
        for (pattern, text) in cases {
            assert_eq!(utc(pattern, text), None, "{pattern} of {text}");
        }
    }

    #[test]
    fn refuses_a_pattern_that_tells_no_time() {
        let cases = [
            ("%Y-%m-%d %Q", "%Q is not a supported directive"),
            ("%Y-%m-%d %.3S", "%.3S is not a supported directive"),
            ("%Y-%m-%d %:H", "%:H is not a supported directive"),
            ("%Y-%m-%d %", "missing after the last %"),
            ("%Y-%m-%d %-", "missing after the last %"),
            ("%Y-%m-%d %é", "%é is not a supported directive"),
            ("%M:%S", "neither a date nor an hour"),
            ("%%", "neither a date nor an hour"),
            ("%I:%M", "add %p"),
            ("%b %d %H:%M:%S", "no year"),
            ("%Y-%m %H", "no complete date"),
            ("%F %I:%M", "add %p"),
        ];
        for (pattern, says) in cases {
            let error = Pattern::parse(pattern).unwrap_err();
            assert!(error.contains(says), "{pattern}: {error}");
        }
    }

    #[test]
    fn patterns_that_read_the_same_are_equal() {
        let parse = |text| Pattern::parse(text).unwrap();
        assert_eq!(parse("%F %T"), parse("%Y-%m-%d %H:%M:%S"));
        assert_ne!(parse("%F %T"), parse("%F %R"));
    }

    proptest! {
        #[test]
        fn reads_what_jiff_writes(
            nanos in -62_135_596_800_000_000_000i128..253_402_207_200_000_000_000,
            date in "%F|%Y/%m/%d|%d\\.%m\\.%Y|%e %b %Y|%B %d, %Y|%a %d %h %Y|%Y-%j|%-d/%-m/%Y",
            time in "%T%\\.f|%H:%M:%S\\.%f|%I:%M:%S%\\.9f %p|%l:%M:%S%\\.f %P|%k:%M:%S%\\.f",
            zone in "|%z| %z|%:z| UTC%%",
        ) {
            let moment = jiff::Timestamp::from_nanosecond(nanos).unwrap();
            let pattern = format!("{date} {time}{zone}");
            let text = BrokenDownTime::from(moment).to_string(&pattern).unwrap();
            prop_assert_eq!(utc(&pattern, &text), Some(super::super::tests::oracle(moment)), "{} of {}", pattern, text);
        }

        #[test]
        fn never_panics(pattern in "(%\\PC|[-%.:0-9A-Za-z ]){0,12}", text in "\\PC*|[0-9A-Za-z:+, -]{0,40}") {
            if let Ok(pattern) = Pattern::parse(&pattern) {
                let _ = pattern.read(&text);
            }
        }
    }
}
