//! The formats: the only list of them.
//!
//! A new format is a file with its [`FormatReader`] and a row here. Names of queries are looked up here, errors
//! list them from here, and the first message of a connection is held against the rows in their order.

use std::str;

use super::csv::{self, Csv, CsvOptions};
use super::json::{self, Json};
use super::reader::{BinaryReader, FormatReader, TextReader};
use super::{cbor, detect, encoding, framing, influx, logfmt, msgpack, text};
use crate::decode::{DecodeError, DecodeErrorKind};

/// A format by its name.
#[derive(Debug)]
pub struct FormatEntry {
    /// The stored name.
    pub name: &'static str,
    /// The name to show.
    pub title: &'static str,
    make: Make,
    detect: Detect,
}

/// Makes the reader of a connection's messages.
#[derive(Debug)]
enum Make {
    Plain(fn() -> Box<dyn FormatReader>),
    /// By the query's `csv`.
    WithOptions(fn(CsvOptions) -> Box<dyn FormatReader>),
}

/// What tells whether a message of unknown format is in this one.
#[derive(Debug)]
enum Detect {
    /// For messages that are text.
    Text(fn(&str) -> bool),
    /// Whatever is text is in this format, for want of anything better. Comes after all other texts.
    AnyText,
    /// For messages that are not.
    Binary(fn(&[u8]) -> bool),
}

/// Every format, in the order in which they are tried.
pub const FORMATS: [FormatEntry; 8] = [
    FormatEntry {
        name: JSON,
        title: "JSON",
        make: Make::Plain(|| Box::new(Json)),
        detect: Detect::Text(detect::is_json),
    },
    FormatEntry {
        name: NDJSON,
        title: "NDJSON",
        make: Make::Plain(|| Box::new(TextReader(json::ndjson))),
        detect: Detect::Text(detect::is_ndjson),
    },
    FormatEntry {
        name: "influx",
        title: "InfluxDB line protocol",
        make: Make::Plain(|| Box::new(influx::Influx::default())),
        detect: Detect::Text(influx::is_influx),
    },
    FormatEntry {
        name: "csv",
        title: "CSV",
        make: Make::WithOptions(|options| Box::new(Csv::new(options))),
        detect: Detect::Text(csv::is_csv),
    },
    FormatEntry {
        name: "logfmt",
        title: "logfmt",
        make: Make::Plain(|| Box::new(TextReader(logfmt::decode))),
        detect: Detect::Text(logfmt::is_logfmt),
    },
    FormatEntry {
        name: "msgpack",
        title: "MessagePack",
        make: Make::Plain(|| Box::new(BinaryReader(msgpack::decode))),
        detect: Detect::Binary(detect::is_msgpack),
    },
    FormatEntry {
        name: "cbor",
        title: "CBOR",
        make: Make::Plain(|| Box::new(BinaryReader(cbor::decode))),
        detect: Detect::Binary(detect::is_cbor),
    },
    FormatEntry {
        name: "text",
        title: "Text",
        make: Make::Plain(|| Box::new(TextReader(text::plain))),
        detect: Detect::AnyText,
    },
];

const AUTO: &str = "auto";
const JSON: &str = "json";
const NDJSON: &str = "ndjson";

/// What messages are written in: one of [`FORMATS`], or to be found out from the messages, text and binary ones
/// each for themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Format {
    /// [`AUTO`] or the name of a row.
    name: &'static str,
    csv: CsvOptions,
}

impl Default for Format {
    fn default() -> Self {
        Self::AUTO
    }
}

impl Format {
    /// Found out from the first message that tells.
    pub const AUTO: Self = Self::without_options(AUTO);

    /// One JSON text (RFC 8259) a message.
    pub const JSON: Self = Self::without_options(JSON);

    const fn without_options(name: &'static str) -> Self {
        let csv = CsvOptions {
            header: None,
            separator: None,
        };
        Self { name, csv }
    }

    /// The format a query names, if it is one; `csv` says how to read CSV, should it be that.
    pub fn parse(name: &str, csv: CsvOptions) -> Option<Self> {
        if name == AUTO {
            return Some(Self::AUTO);
        }
        let entry = find(name)?;
        Some(match entry.make {
            Make::Plain(_) => Self::without_options(entry.name),
            Make::WithOptions(_) => Self {
                name: entry.name,
                csv,
            },
        })
    }

    /// The names that [`parse`](Self::parse) knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once(AUTO).chain(FORMATS.iter().map(|entry| entry.name))
    }

    /// The name by which a query names it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether no text is in this format.
    pub fn is_binary(&self) -> bool {
        let entry = self.entry();
        entry.is_some_and(|entry| matches!(entry.detect, Detect::Binary(_)))
    }

    /// Its row; `None` when it is to be found out.
    pub(super) fn entry(&self) -> Option<&'static FormatEntry> {
        find(self.name)
    }

    /// How CSV is written, should it be that.
    pub(super) fn csv(&self) -> &CsvOptions {
        &self.csv
    }
}

fn find(name: &str) -> Option<&'static FormatEntry> {
    FORMATS.iter().find(|entry| entry.name == name)
}

impl FormatEntry {
    pub(super) fn reader(&self, csv: &CsvOptions) -> Box<dyn FormatReader> {
        match self.make {
            Make::Plain(make) => make(),
            Make::WithOptions(make) => make(csv.clone()),
        }
    }

    /// Whether it is JSON, one text a message or several.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.name, JSON | NDJSON)
    }

    /// Whether a message was taken to be in this format only for want of anything better.
    pub(super) fn is_last_resort(&self) -> bool {
        matches!(self.detect, Detect::AnyText)
    }
}

/// The format of a message: `None` for a blank one, which tells nothing. Binary messages must be
/// decompressed.
///
/// # Errors
/// When it is in none.
pub(super) fn detect(
    message: &[u8],
    is_binary: bool,
) -> Result<Option<&'static FormatEntry>, DecodeError> {
    let text = str::from_utf8(framing::text_of(message));
    let found = match text {
        Ok(text) if text.trim().is_empty() => return Ok(None),
        Ok(text) => FORMATS.iter().find(|entry| match entry.detect {
            Detect::Text(is_it) => is_it(text),
            Detect::AnyText => true,
            Detect::Binary(_) => false,
        }),
        Err(_) => FORMATS.iter().find(|entry| match entry.detect {
            Detect::Binary(is_it) => is_binary && is_it(message),
            Detect::Text(_) | Detect::AnyText => false,
        }),
    };
    match (found, text) {
        (None, Err(_)) if encoding::is_windows_1252(message) => {
            detect(encoding::windows_1252(message).as_bytes(), is_binary)
        }
        (None, Err(error)) if !is_binary => {
            let at = error.valid_up_to();
            Err(DecodeError::new(DecodeErrorKind::InvalidUtf8, at))
        }
        (None, _) => Err(DecodeError::new(DecodeErrorKind::UnknownFormat, 0)),
        (found, _) => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        detect(text.as_bytes(), false)
            .unwrap()
            .map(|format| format.name)
    }

    #[test]
    fn texts() {
        let cases = [
            ("", None),
            (" \r\n", None),
            ("{\"a\":1}", Some("json")),
            ("\u{feff} [1,2]\n", Some("json")),
            ("23.5", Some("json")),
            ("\"on\"", Some("json")),
            ("true\n", Some("json")),
            ("{\"a\": NaN, \"b\": 2}", Some("json")),
            ("{\"a\":1,\n \"b\":", Some("json")),
            ("{\"a\":1}\n{\"a\":2}\n", Some("ndjson")),
            ("1\n2\n", Some("ndjson")),
            ("{\"type\":6}\u{1e}", Some("ndjson")),
            ("{\"a\":1}\0", Some("json")),
            ("{\"a\":1}\0{\"a\":2}\0", Some("ndjson")),
            ("\u{feff}time;temp\n1,5;2\0", Some("csv")),
            ("\0", None),
            ("23.5\nhello", Some("text")),
            ("truely", Some("text")),
            ("cpu,host=a usage=1.5 1465839830100400200", Some("influx")),
            ("temp v=1", Some("influx")),
            ("1,2,3", Some("csv")),
            ("\"a\",\"b\"\n1,2", Some("csv")),
            ("time;temp\n1,5;2", Some("csv")),
            ("time,temp", Some("csv")),
            (
                "2024-01-01T00:00:00Z,21.5,ok\n2024-01-01T00:00:01Z,21.6,ok",
                Some("csv"),
            ),
            ("1,5;2,5", Some("csv")),
            ("temp=5,hum=6", Some("text")),
            ("depth=12.5\nheading=270", Some("logfmt")),
            ("Hello, world", Some("text")),
            ("level=info msg=5", Some("text")),
            ("2024-01-01 12:00:00,123 INFO started", Some("text")),
            ("[2024-01-01] started, at last", Some("text")),
            ("INFO started", Some("text")),
        ];
        for (text, expected) in cases {
            assert_eq!(name(text), expected, "{text:?}");
        }
    }

    #[test]
    fn binary_messages() {
        let name = |bytes: &[u8]| detect(bytes, true).map(|f| f.map(|f| f.name));
        let unknown = Err(DecodeError::new(DecodeErrorKind::UnknownFormat, 0));
        let cases: [(&[u8], _); 9] = [
            (b"{\"a\":1}", Ok(Some("json"))),
            (b"", Ok(None)),
            (b"\x82\xa1a\x01\xa1b\x02", Ok(Some("msgpack"))),
            (b"\x92\x01\x02\x91\x03", Ok(Some("msgpack"))),
            (b"\xa2\x61a\x01\x61b\x02", Ok(Some("cbor"))),
            (b"\x83\x01\x02\x03", Ok(Some("cbor"))),
            (b"\xd9\xd9\xf7\x01", Ok(Some("cbor"))),
            (b"\xcc\xff", unknown),
            (b"\x00\xff\xfe", unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(name(bytes), expected, "{bytes:02x?}");
        }
    }
    #[test]
    fn names_are_parsed_and_told_apart() {
        let names: Vec<&str> = Format::names().collect();
        for name in &names {
            let format = Format::parse(name, CsvOptions::default()).unwrap();
            assert_eq!(format.name(), *name);
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1);
        }
        assert_eq!(names.first(), Some(&"auto"));
        assert_eq!(Format::parse("xml", CsvOptions::default()), None);
        assert_eq!(Format::default(), Format::AUTO);
        assert_eq!(
            Format::parse("json", CsvOptions::default()),
            Some(Format::JSON)
        );
    }

    #[test]
    fn options_of_csv_matter_to_csv_alone() {
        let semicolons = || CsvOptions {
            separator: Some(b';'),
            ..CsvOptions::default()
        };
        for FormatEntry { name, .. } in &FORMATS {
            let same =
                Format::parse(name, semicolons()) == Format::parse(name, CsvOptions::default());
            assert_eq!(same, *name != "csv", "{name}");
        }
    }

    #[test]
    fn every_text_is_detected_last() {
        let mut texts = FORMATS
            .iter()
            .filter(|entry| matches!(entry.detect, Detect::Text(_) | Detect::AnyText));
        assert!(matches!(
            texts.next_back().map(|entry| &entry.detect),
            Some(Detect::AnyText)
        ));
    }
}
