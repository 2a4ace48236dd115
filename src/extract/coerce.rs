//! A cell of a message to the type of its column.
//!
//! In go cells, which refer to the bytes of a message, and the type that the query asks for; out come values, or nothing where
//! the cell cannot be one. Tables call this with each row, conditions for what they compare.

use super::numeral;
use super::rows::Cell;
use super::time::Moment;
use super::time::reader::TimeReader;
use crate::decode::json::Scanner;
use crate::decode::{number, text};

/// The type a query asks of a field (`FieldSelector.type`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// Whatever the first value is.
    #[default]
    Auto,
    /// Numbers; numeric texts become numbers.
    Number,
    /// Numbers, also with separators between thousands and with a decimal comma.
    GroupedNumber,
    /// Texts; everything else as it stands in the message.
    String,
    /// Booleans; 0 and 1, and the usual words for them.
    Boolean,
    /// Points in time.
    Time(TimeReader),
    /// The JSON text of the value.
    Json,
}

impl Kind {
    /// The type a query names, if it is one.
    pub fn parse(name: &str, time: TimeReader) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "number" => Self::Number,
            "string" => Self::String,
            "boolean" => Self::Boolean,
            "time" => Self::Time(time),
            "json" => Self::Json,
            _ => return None,
        })
    }
}

/// The cells of one message, which refer to its bytes.
#[derive(Debug, Clone, Copy)]
pub struct CellSource<'a> {
    message: &'a [u8],
    came: f64,
}

impl<'a> CellSource<'a> {
    /// The cells that a walk took from `message`, which is UTF-8.
    pub fn new(message: &'a [u8]) -> Self {
        Self { message, came: 0.0 }
    }

    /// The same, told when the message came, in milliseconds since the epoch: times of day are of that day.
    pub fn at(self, came: f64) -> Self {
        Self { came, ..self }
    }

    /// The text between two offsets.
    pub(super) fn slice(self, start: u32, end: u32) -> &'a str {
        let bytes = self.message.get(start as usize..end as usize);
        // Messages are UTF-8 and spans end at ASCII bytes, so this always succeeds.
        let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        debug_assert!(text.is_some(), "{start}..{end} is no text of the message");
        text.unwrap_or_default()
    }

    /// The bytes of a cell that stands in the message as it is meant, UTF-8; no others need to be looked at.
    #[inline]
    pub(crate) fn raw(self, cell: &Cell) -> Option<&'a [u8]> {
        let (start, end) = match *cell {
            Cell::Text {
                start,
                end,
                escaped: false,
            }
            | Cell::WideInteger { start, end } => (start, end),
            Cell::Number { start, length, .. } if length < u16::MAX => {
                (start, start + u32::from(length))
            }
            _ => return None,
        };
        self.message.get(start as usize..end as usize)
    }

    /// A scanner of the array or object between two offsets.
    pub(crate) fn scanner(self, start: u32, end: u32) -> Scanner<'a> {
        let bytes = self.message.get(..end as usize);
        debug_assert!(bytes.is_some(), "{end} is not in the message");
        let bytes = bytes.unwrap_or_default();
        Scanner::at(bytes, start as usize)
    }

    /// The text of a cell in a column of texts; `scratch` holds it where escapes had to be resolved.
    pub(crate) fn text<'s>(self, cell: &Cell, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        Some(match *cell {
            Cell::Missing | Cell::Null => return None,
            Cell::Boolean(true) => "true",
            Cell::Boolean(false) => "false",
            Cell::Number {
                value,
                length: u16::MAX,
                ..
            } => {
                *scratch = value.to_string();
                scratch
            }
            Cell::Number { start, length, .. } => self.slice(start, start + u32::from(length)),
            Cell::WideInteger { start, end } | Cell::Json { start, end } => self.slice(start, end),
            Cell::Text {
                start,
                end,
                escaped: false,
            } => self.slice(start, end),
            Cell::Text {
                start,
                end,
                escaped: true,
            } => {
                scratch.clear();
                text::unescape(self.slice(start, end), scratch);
                scratch
            }
        })
    }

    /// The JSON text of a cell.
    pub(crate) fn json<'s>(self, cell: &Cell, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        match *cell {
            Cell::Text { start, end, .. } => Some(self.slice(start - 1, end + 1)),
            _ => self.text(cell, scratch),
        }
    }

    /// The cell as a number; `Err` when it holds something that is none.
    #[inline]
    pub(crate) fn number(self, cell: &Cell, scratch: &mut String) -> Result<f64, ()> {
        match *cell {
            Cell::Number { value, .. } => Ok(value),
            Cell::Missing | Cell::Null => Ok(f64::NAN),
            Cell::Boolean(value) => Ok(f64::from(u8::from(value))),
            Cell::WideInteger { .. } | Cell::Text { .. } => match self.plain_number(cell) {
                Some(value) => Ok(value),
                None => self.text(cell, scratch).and_then(in_text).ok_or(()),
            },
            Cell::Json { .. } => Err(()),
        }
    }

    /// The same, where a text may separate thousands.
    pub(crate) fn grouped_number(self, cell: &Cell, scratch: &mut String) -> Result<f64, ()> {
        match *cell {
            Cell::Text { .. } => {
                let text = self.text(cell, scratch);
                text.and_then(numeral::from_grouped).ok_or(())
            }
            _ => self.number(cell, scratch),
        }
    }

    /// A number in quotes that is written as JSON writes numbers, as nearly all are.
    #[inline]
    fn plain_number(self, cell: &Cell) -> Option<f64> {
        let Cell::Text { start, end, .. } = *cell else {
            return None;
        };
        let number = number::read(self.message, start as usize).ok()?;
        let whole = number.end == end as usize;
        (whole && !number.wide).then_some(number.value)
    }

    /// The cell as a boolean, `None` for null; `Err` when it holds something that is none.
    pub(crate) fn boolean(self, cell: &Cell, scratch: &mut String) -> Result<Option<bool>, ()> {
        match *cell {
            Cell::Missing | Cell::Null => Ok(None),
            Cell::Boolean(value) => Ok(Some(value)),
            Cell::Number { value, .. } if value == 0.0 || value == 1.0 => Ok(Some(value == 1.0)),
            Cell::Text { .. } => match self
                .text(cell, scratch)
                .map(str::to_ascii_lowercase)
                .as_deref()
            {
                Some("true" | "on" | "yes" | "1") => Ok(Some(true)),
                Some("false" | "off" | "no" | "0") => Ok(Some(false)),
                _ => Err(()),
            },
            _ => Err(()),
        }
    }

    /// The cell as a point in time, NaN for null; `Err` when it is no time.
    #[inline]
    pub(crate) fn time(
        self,
        cell: &Cell,
        reader: &TimeReader,
        scratch: &mut String,
    ) -> Result<Moment, ()> {
        match *cell {
            Cell::Number { value, .. } => match reader.number(value) {
                Some(ms) => Ok(Moment::sure(ms)),
                // The digits of a date, as 20160102030405 by a pattern.
                None => self.time_in_text(cell, reader, scratch),
            },
            Cell::Missing | Cell::Null => Ok(Moment::sure(f64::NAN)),
            Cell::WideInteger { .. } | Cell::Text { .. } => {
                self.time_in_text(cell, reader, scratch)
            }
            Cell::Boolean(_) | Cell::Json { .. } => Err(()),
        }
    }

    /// The point in time that a text of this message, or of parts of it, tells.
    pub(crate) fn time_of(self, text: &str, reader: &TimeReader) -> Option<Moment> {
        reader.text(text, self.came)
    }

    fn time_in_text(
        self,
        cell: &Cell,
        reader: &TimeReader,
        scratch: &mut String,
    ) -> Result<Moment, ()> {
        let plain = |bytes| reader.plain(bytes, self.came);
        if let Some(moment) = self.raw(cell).and_then(plain) {
            return Ok(moment);
        }
        let text = self.text(cell, scratch);
        text.and_then(|text| self.time_of(text, reader)).ok_or(())
    }
}

/// The number that a text holds, in decimal or hexadecimal digits.
fn in_text(text: &str) -> Option<f64> {
    number::from_text(text).or_else(|| numeral::from_hex(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::time::TimeFormat;

    fn text_cell(message: &str) -> Cell {
        Cell::Text {
            start: 1,
            end: message.len() as u32 - 1,
            escaped: message.contains('\\'),
        }
    }

    #[test]
    fn numeric_texts_become_numbers_where_asked() {
        let mut scratch = String::new();
        let number = |message: &str, scratch: &mut String| {
            CellSource::new(message.as_bytes()).number(&text_cell(message), scratch)
        };
        assert_eq!(number("\"0.001\"", &mut scratch), Ok(0.001));
        assert_eq!(number("\"1e5\"", &mut scratch), Ok(1e5));
        assert_eq!(number("\"-Infinity\"", &mut scratch), Ok(f64::NEG_INFINITY));
        assert!(number("\"NaN\"", &mut scratch).is_ok_and(f64::is_nan));
        assert_eq!(number("\"high\"", &mut scratch), Err(()));
        assert_eq!(number("\"1,000\"", &mut scratch), Err(()));
        assert_eq!(number("\"0xcc24fd\"", &mut scratch), Ok(13_378_813.0));
        assert_eq!(number("\" -0X10 \"", &mut scratch), Ok(-16.0));
        assert_eq!(number("\"0x\"", &mut scratch), Err(()));
        assert_eq!(number("\"cc24fd\"", &mut scratch), Err(()));
    }

    #[test]
    fn arrays_and_objects_are_no_numbers_booleans_or_times() {
        let message = "[1]";
        let (source, cell) = (CellSource::new(message.as_bytes()), Cell::json(0, 3));
        let scratch = &mut String::new();
        assert_eq!(source.number(&cell, scratch), Err(()));
        assert_eq!(source.boolean(&cell, scratch), Err(()));
        assert_eq!(source.time(&cell, &TimeReader::default(), scratch), Err(()));
    }

    #[test]
    fn times_are_read_from_texts_numbers_and_wide_integers() {
        let scratch = &mut String::new();
        let message = "\"2023-09-25T09:04:31Z\"";
        let source = CellSource::new(message.as_bytes());
        let time = source.time(&text_cell(message), &TimeReader::default(), scratch);
        assert_eq!(time, Ok(Moment::sure(1_695_632_671_000.0)));
        // Digits alone count from the epoch, whatever date they look like.
        let message = "\"20230925\"";
        let source = CellSource::new(message.as_bytes());
        let time = source.time(&text_cell(message), &TimeReader::default(), scratch);
        assert_eq!(time, Ok(Moment::sure(20_230_925_000.0)));
        let message = "20230925090431";
        let cell = Cell::Number {
            value: 20_230_925_090_431.0,
            start: 0,
            length: 14,
        };
        let pattern = TimeReader::parse("fields[0]", "%Y%m%d%H%M%S", "UTC").unwrap();
        let source = CellSource::new(message.as_bytes());
        assert_eq!(
            source.time(&cell, &pattern, scratch),
            Ok(Moment::sure(1_695_632_671_000.0))
        );
        assert_eq!(
            source.time(&cell, &TimeReader::new(TimeFormat::Rfc2822), scratch),
            Err(())
        );
        assert_eq!(
            source.time(&cell, &TimeReader::new(TimeFormat::Milliseconds), scratch),
            Ok(Moment::sure(20_230_925_090_431.0))
        );
        let message = "1568234281726420425";
        let cell = Cell::WideInteger {
            start: 0,
            end: message.len() as u32,
        };
        let time = CellSource::new(message.as_bytes()).time(
            &cell,
            &TimeReader::new(TimeFormat::Nanoseconds),
            scratch,
        );
        assert_eq!(time, Ok(Moment::sure(1_568_234_281_726.420_4)));
    }

    #[test]
    fn words_become_booleans_where_asked() {
        let mut scratch = String::new();
        for (message, expected) in [
            ("\"ON\"", Ok(Some(true))),
            ("\"false\"", Ok(Some(false))),
            ("\"maybe\"", Err(())),
        ] {
            assert_eq!(
                CellSource::new(message.as_bytes()).boolean(&text_cell(message), &mut scratch),
                expected
            );
        }
    }

    #[test]
    fn json_keeps_the_quotes() {
        let message = r#""a\nb""#;
        let source = CellSource::new(message.as_bytes());
        assert_eq!(
            source.json(&text_cell(message), &mut String::new()),
            Some(message)
        );
        assert_eq!(
            source.text(&text_cell(message), &mut String::new()),
            Some("a\nb")
        );
    }
}
