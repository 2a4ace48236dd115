//! Lengths of time as users of Grafana write them: `500ms`, `90s`, `1m30s`.

use crate::error::Error;

/// The units that durations are written in, and their milliseconds; longer names first where one begins with another.
pub const UNITS: [(&str, f64); 6] = [
    ("ms", 1.0),
    ("s", 1e3),
    ("m", 60e3),
    ("h", 3_600e3),
    ("d", 86_400e3),
    ("w", 604_800e3),
];

/// What would be right.
const EXAMPLE: &str = "use a duration such as 90s or 5m";

/// A duration above 0, in milliseconds. A day has 24 hours, and `m` are minutes.
///
/// # Errors
/// When `text`, the value of `field`, is none: without a unit, with one that is not known, not above 0
/// or not finite.
pub fn parse(field: &str, text: &str) -> Result<f64, Error> {
    let ms = sum(text.trim()).map_err(|problem| Error::new(field, text, problem))?;
    if ms > 0.0 && ms.is_finite() {
        Ok(ms)
    } else {
        let problem = format!("must be longer than zero and finite; {EXAMPLE}");
        Err(Error::new(field, text, problem))
    }
}

/// All parts of a duration together.
fn sum(mut rest: &str) -> Result<f64, String> {
    if rest.is_empty() {
        return Err(EXAMPLE.to_owned());
    }
    let mut ms = 0.0;
    while !rest.is_empty() {
        let (count, after) = number(rest)?;
        let (unit, after) = unit(after)?;
        ms += count * unit;
        rest = after.trim_start();
    }
    Ok(ms)
}

/// The decimal that `text` begins with, and what follows it.
fn number(text: &str) -> Result<(f64, &str), String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    let number = digits.parse().map_err(|_| EXAMPLE.to_owned())?;
    Ok((number, rest.trim_start()))
}

/// The milliseconds of the unit that `text` begins with, and what follows it.
fn unit(text: &str) -> Result<(f64, &str), String> {
    // Anything beyond ASCII is no unit; that it is a letter would take a table to know.
    let ends = |c: char| c.is_whitespace() || (c.is_ascii() && !c.is_ascii_alphabetic());
    let end = text.find(ends);
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if let Some((_, ms)) = UNITS.iter().find(|(unit, _)| *unit == name) {
        return Ok((*ms, rest));
    }
    Err(match name {
        "" => format!("the unit is missing; {EXAMPLE}"),
        "M" | "y" | "Y" => format!(
            "{name} is not supported, because months and years vary in length; use days (d) or weeks (w)"
        ),
        _ => format!("{name} is not a unit; use ms, s, m (minutes), h, d or w"),
    })
}

/// A duration in milliseconds as one says it, rounded to its largest unit or two.
pub fn spoken(ms: f64) -> String {
    const SPOKEN: [(f64, &str); 4] = [(86_400e3, "d"), (3_600e3, "h"), (60e3, "min"), (1e3, "s")];
    let units = |ms: f64| {
        let largest = SPOKEN.iter().position(|(unit, _)| ms >= *unit);
        let largest = largest.unwrap_or(SPOKEN.len() - 1);
        let small = SPOKEN.get(largest + 1);
        (
            SPOKEN[largest],
            small.filter(|_| ms < 10.0 * SPOKEN[largest].0),
        )
    };
    let ((unit, _), small) = units(ms);
    let step = small.map_or(unit, |(small, _)| *small);
    // Rounding may reach the next larger unit: 59 min 59 s are 1 h.
    let rounded = ((ms / step).round() * step).max(1e3);
    let ((unit, name), small) = units(rounded);
    let whole = (rounded / unit).floor();
    let rest = small.map(|(small, name)| (((rounded - whole * unit) / small).round(), name));
    match rest {
        Some((rest, small_name)) if rest > 0.0 => format!("{whole} {name} {rest} {small_name}"),
        _ => format!("{whole} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_users_write() {
        for (text, ms) in [
            ("500ms", 500.0),
            ("90s", 90e3),
            ("5m", 300e3),
            ("1h", 3_600e3),
            ("2d", 172_800e3),
            ("1w", 604_800e3),
            ("1m30s", 90e3),
            (" 1h 30m ", 5_400e3),
            ("1.5s", 1_500.0),
            ("10 s", 10e3),
            ("1m500ms", 60_500.0),
        ] {
            assert_eq!(parse("window", text), Ok(ms), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, says) in [
            ("", "use a duration such as 90s or 5m"),
            ("  ", "use a duration"),
            ("90", "the unit is missing"),
            ("0", "the unit is missing"),
            ("1m30", "the unit is missing"),
            ("soon", "use a duration"),
            ("s", "use a duration"),
            ("-5s", "use a duration"),
            ("1..5s", "use a duration"),
            ("1e3s", "e is not a unit"),
            ("0s", "longer than zero"),
            ("1M", "months and years"),
            ("1y", "months and years"),
            ("5min", "min is not a unit"),
            ("5S", "S is not a unit"),
            ("5µs", "µs is not a unit"),
            ("5s,", "use a duration"),
        ] {
            let error = parse("window", text).unwrap_err().to_string();
            let begins = format!("window is \"{text}\": ");
            assert!(
                error.starts_with(&begins) && error.contains(says),
                "{error}"
            );
        }
        let endless = format!("{}w", "9".repeat(400));
        let error = parse("window", &endless).unwrap_err().to_string();
        assert!(error.contains("finite"), "{error}");
    }

    proptest! {
        #[test]
        fn parts_add_up(parts in proptest::collection::vec((0u32..1000, 0..UNITS.len()), 1..6)) {
            let text: String = parts.iter().map(|(n, unit)| format!("{n}{}", UNITS[*unit].0)).collect();
            let ms: f64 = parts.iter().map(|(n, unit)| f64::from(*n) * UNITS[*unit].1).sum();
            prop_assert_eq!(parse("window", &text).ok(), Some(ms).filter(|ms| *ms > 0.0));
        }

        #[test]
        fn never_panics(text in "\\PC*|[0-9.smhdwMy ]{0,12}") {
            if let Ok(ms) = parse("window", &text) {
                prop_assert!(ms > 0.0 && ms.is_finite());
            }
        }
    }

    #[test]
    fn any_white_space_may_stand_between_the_parts() {
        assert_eq!(parse("window", "1m\u{a0}30\u{2003}s"), Ok(90_000.0));
    }

    #[test]
    fn durations_are_said_in_one_unit_or_two() {
        let cases = [
            (90_400.0, "1 min 30 s"),
            (3_600e3, "1 h"),
            (7_500e3, "2 h 5 min"),
        ];
        for (ms, said) in cases {
            assert_eq!(spoken(ms), said);
        }
        assert_eq!(spoken(400.0 * 86_400e3), "400 d");
        assert_eq!(spoken(61_000.0), "1 min 1 s");
        assert_eq!(spoken(3_599_000.0), "1 h");
        assert_eq!(spoken(3_601_000.0), "1 h");
        assert_eq!(spoken(59_700.0), "1 min");
        assert_eq!(spoken(9.99 * 86_400e3), "10 d");
    }
}
