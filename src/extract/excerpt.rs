//! Parts of values: what a regular expression takes of a text, in place of the text.
//!
//! An [`Excerpt`] turns a cell into one that refers to a part of the same message, before anything else looks at the rows.
//! So that columns, labels, keys and times need not know of it.

use super::coerce::CellSource;
use super::regex_pattern::RegexPattern;
use super::rows::Cell;
use crate::decode::text;
use crate::error::Error;

/// What `FieldSelector.pattern` takes of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Excerpt(RegexPattern);

impl Excerpt {
    /// The excerpt that the pattern `text` describes; `None` where it is empty.
    ///
    /// # Errors
    /// When it is no regular expression, or too large.
    pub fn parse(field: &str, text: Option<&str>) -> Result<Option<Self>, Error> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let pattern = RegexPattern::parse(field, text).map_err(|error| {
            let example = r"the value is what its first group matches, as 47.9 in ([\d.]+) °C";
            Error::new(field, text, format!("{}; {example}", error.problem()))
        })?;
        Ok(Some(Self(pattern)))
    }

    /// The part of a value that the pattern takes; `None` where it does not match. A value that is not there stays so.
    pub(crate) fn of_cell(
        &self,
        cell: &Cell,
        source: CellSource<'_>,
        scratch: &mut String,
    ) -> Option<Cell> {
        let (start, end, escaped) = match *cell {
            Cell::Missing | Cell::Null => return Some(*cell),
            // They stand nowhere in the message, or at an unknown place.
            Cell::Boolean(_)
            | Cell::Number {
                length: u16::MAX, ..
            } => return None,
            Cell::Number { start, length, .. } => (start, start + u32::from(length), false),
            Cell::WideInteger { start, end } | Cell::Json { start, end } => (start, end, false),
            Cell::Text {
                start,
                end,
                escaped,
            } => (start, end, escaped),
        };
        let written = source.slice(start, end);
        let (from, to) = if escaped {
            scratch.clear();
            text::unescape(written, scratch);
            let (from, to) = self.part(scratch)?;
            (written_at(written, from), written_at(written, to))
        } else {
            self.part(written)?
        };
        let part = written.get(from..to).unwrap_or_default();
        Some(Cell::Text {
            start: start + from as u32,
            end: start + to as u32,
            escaped: escaped && part.contains('\\'),
        })
    }

    /// Where the first group that took part in the match stands; the match itself where the pattern has no groups.
    fn part(&self, text: &str) -> Option<(usize, usize)> {
        let captures = self.0.regex.captures(text)?;
        let group = if captures.len() > 1 {
            captures.iter().skip(1).flatten().next()?
        } else {
            captures.get(0)?
        };
        Some((group.start(), group.end()))
    }
}

/// Where the byte `at` of the text that `written` stands for begins in `written`.
fn written_at(written: &str, at: usize) -> usize {
    let (mut told, mut read) = (0, 0);
    while told < at {
        let rest = written.get(read..).unwrap_or_default();
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        if plain >= at - told {
            return read + (at - told);
        }
        if plain == rest.len() {
            break;
        }
        let (character, length) = text::escape_at(&rest.as_bytes()[plain..]);
        told += plain + character.len_utf8();
        read += plain + length;
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the pattern takes of the JSON text of a value.
    fn taken(pattern: &str, json: &str) -> Option<String> {
        let excerpt = Excerpt::parse("pattern", Some(pattern)).unwrap().unwrap();
        let cell = match json.strip_prefix('"') {
            Some(_) => Cell::Text {
                start: 1,
                end: json.len() as u32 - 1,
                escaped: json.contains('\\'),
            },
            None => Cell::json(0, json.len()),
        };
        let source = CellSource::new(json.as_bytes());
        let scratch = &mut String::new();
        let part = excerpt.of_cell(&cell, source, scratch)?;
        source.text(&part, scratch).map(str::to_owned)
    }

    #[test]
    fn takes_the_first_group() {
        for (pattern, json, part) in [
            (r"([\d.]+) °C", r#""47.9 °C""#, "47.9"),
            (r"([\d.]+) °C", r#""47.9 \u00b0C""#, "47.9"),
            (r"°C (.*)", r#""47.9 \u00b0C caf\u00e9""#, "café"),
            (r"(-?\d+)", r#""T=-12C H=40""#, "-12"),
            (r"H=(\d+)", r#""T=-12C H=40""#, "40"),
            (r"T=(\d+)|H=(\d+)", r#""H=40""#, "40"),
            (r"\d+", r#""abc 12 def""#, "12"),
            (r"^(\w+)", r#""a_b-c""#, "a_b"),
            (r"x(.*)y", r#""xy""#, ""),
            (r"(?i)temp: (\S+)", r#""TEMP: 1.5\n""#, "1.5"),
            ("\t(.*)\n", r#""a\tb\"c\nd""#, "b\"c"),
            (r"😀(.)", r#""\ud83d\ude00\ud83d\ude01x""#, "😁"),
            (r"(\d+)", "1234", "1234"),
            (r"\d(\d)", "1234", "2"),
            (r#""a":(\d+)"#, r#"{"a":12}"#, "12"),
        ] {
            assert_eq!(
                taken(pattern, json).as_deref(),
                Some(part),
                "{pattern} of {json}"
            );
        }
        for (pattern, json) in [
            (r"([\d.]+) °C", r#""47.9 °F""#),
            (r"x|(y)", r#""x""#),
            (r"^\d+$", r#""""#),
        ] {
            assert_eq!(taken(pattern, json), None, "{pattern} of {json}");
        }
    }

    #[test]
    fn what_is_not_there_stays_so() {
        let excerpt = Excerpt::parse("pattern", Some("a")).unwrap().unwrap();
        let (source, scratch) = (CellSource::new(b"true"), &mut String::new());
        for cell in [Cell::Missing, Cell::Null] {
            assert_eq!(excerpt.of_cell(&cell, source, scratch), Some(cell));
        }
        assert_eq!(excerpt.of_cell(&Cell::Boolean(true), source, scratch), None);
        assert_eq!(Excerpt::parse("pattern", None), Ok(None));
        assert_eq!(Excerpt::parse("pattern", Some("")), Ok(None));
    }

    #[test]
    fn refuses_what_is_no_regular_expression() {
        for pattern in ["(", "[a", "*", r"(?=a)", "a{1,100000}"] {
            let error = Excerpt::parse("fields[0].pattern", Some(pattern)).unwrap_err();
            let error = error.to_string();
            assert!(error.starts_with("fields[0].pattern is "), "{error}");
            assert!(error.contains("first group"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn a_part_of_an_escaped_text_is_that_of_the_text(before in "\\PC{0,6}|[\u{0}-\u{20}\"\\\\😀]{0,6}", part in "[\u{0}-\u{20}\"\\\\a😀é]{0,6}", after in "\\PC{0,6}") {
            prop_assume!(!before.contains('<'));
            let text = format!("{before}<{part}>{after}");
            let json = serde_json::to_string(&text).unwrap();
            let json: String = json.chars().map(|c| {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units);
                if c.is_ascii() { c.to_string() } else { units.iter().map(|unit| format!("\\u{unit:04x}")).collect() }
            }).collect();
            prop_assert_eq!(taken("(?s)<(.*?)>", &json), Some(part));
        }
    }
}
