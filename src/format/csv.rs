//! Comma-separated values (RFC 4180) to JSON.
//!
//! With names from a header a record becomes an object, without them an array. A cell that is a JSON
//! number apart from spaces around it becomes a number, an empty one null, any other a string. Where the
//! separator is no comma, a comma in a number is the decimal sign. Cells beyond the header's names are left
//! out; names without a cell are left out too, which reads as null. Column names are trimmed; an empty name
//! becomes `column` and its number, from 1, and a name that came before gets `_2`, `_3`. A line `sep=;` before
//! the records names the separator, as spreadsheets write and read it. A record whose quotes are open at the end
//! of a message goes on in the next one.

mod guess;
mod records;
#[cfg(test)]
mod tests;
mod unfinished;

use std::str;

use self::records::Records;
use self::unfinished::Unfinished;
use super::documents::Documents;
use super::reader::FormatReader;
use super::{framing, write};
use crate::decode::{DecodeError, DecodeErrorKind};

/// How CSV is written; what is `None` is guessed from the first message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CsvOptions {
    /// Whether the first record holds names.
    pub header: Option<bool>,
    /// The byte between fields, an ASCII character.
    pub separator: Option<u8>,
}

/// The names of columns.
#[derive(Debug)]
struct CsvHeader {
    /// The cells they were made of, to know the record again.
    cells: Vec<Vec<u8>>,
    /// As JSON strings, each with its colon.
    names: Vec<Vec<u8>>,
}

/// How the messages of a connection are written, once one has come.
#[derive(Debug)]
struct Dialect {
    separator: u8,
    header: bool,
    records: Records,
}

/// Reads a connection's messages, made of records.
#[derive(Debug)]
pub(super) struct Csv {
    options: CsvOptions,
    dialect: Option<Dialect>,
    header: Option<CsvHeader>,
    /// Whether the next record may be a header although there is one.
    fresh: bool,
    /// The record that the next message goes on with.
    unfinished: Unfinished,
}

impl Csv {
    pub(super) fn new(options: CsvOptions) -> Self {
        Self {
            options,
            dialect: None,
            header: None,
            fresh: true,
            unfinished: Unfinished::default(),
        }
    }

    /// Appends a text for each record that ends in `text`.
    fn decode(&mut self, text: &str, out: &mut Documents) -> Result<(), DecodeError> {
        let (line, rest) = guess::separator_line(text);
        if let Some(separator) = line {
            self.options.separator.get_or_insert(separator);
        }
        if rest.trim().is_empty() && self.unfinished.is_empty() {
            return Ok(());
        }
        let new = || Dialect::of(rest, &self.options);
        let dialect = self.dialect.get_or_insert_with(new);
        let columns = dialect.records.len();
        let text = self.unfinished.complete(rest, dialect.separator, columns);
        self.decode_whole(&text, out)
    }

    /// Appends a text for each record, all of which are whole.
    fn decode_whole(&mut self, text: &str, out: &mut Documents) -> Result<(), DecodeError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let Self {
            options,
            dialect,
            header,
            fresh,
            ..
        } = self;
        let dialect = dialect.get_or_insert_with(|| Dialect::of(text, options));
        if !dialect.header {
            out.hold_records();
        }
        let mut first = true;
        let mut rest = text.as_bytes();
        dialect.records.reset();
        while dialect.records.next(&mut rest) {
            let records = &dialect.records;
            let known = header.as_ref();
            // One that is known may come again anywhere.
            if !known.is_some_and(|known| known.is(records)) {
                if first && dialect.begins_with_header(text, known, *fresh) {
                    *header = Some(CsvHeader::of(records)?);
                } else {
                    out.add(|json| write_record(json, known, dialect))?;
                }
            }
            first = false;
        }
        *fresh = false;
        Ok(())
    }
}

impl FormatReader for Csv {
    fn read(&mut self, message: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
        framing::read_text(message, |text| self.decode(text, out))
    }

    /// Expects a header again. The last one stays for a server that writes it only once.
    fn reconnected(&mut self) {
        self.fresh = true;
        self.unfinished = Unfinished::default();
    }

    fn description(&self) -> Option<String> {
        let dialect = self.dialect.as_ref()?;
        let separator = match dialect.separator {
            b'\t' => "tabs".to_owned(),
            other => format!("'{}'", char::from(other)),
        };
        let with = if dialect.header { "with" } else { "without" };
        Some(format!("separated by {separator}, {with} a header"))
    }
}

/// Whether a message of unknown format is CSV.
pub(super) fn is_csv(text: &str) -> bool {
    guess::is_csv(text)
}

impl Dialect {
    fn of(text: &str, options: &CsvOptions) -> Self {
        let given = options.separator.filter(u8::is_ascii);
        let separator = given.unwrap_or_else(|| guess::separator(text));
        let guessed = || guess::has_header(text, separator);
        Self {
            separator,
            header: options.header.unwrap_or_else(guessed),
            records: Records::new(separator),
        }
    }

    /// Whether the first record of a message is a header that is not known.
    fn begins_with_header(&self, text: &str, known: Option<&CsvHeader>, fresh: bool) -> bool {
        let is_new = |known: &CsvHeader| {
            let columns = known.names.len();
            fresh && guess::has_new_header(text, self.separator, columns)
        };
        self.header && known.is_none_or(is_new)
    }
}

impl CsvHeader {
    fn of(records: &Records) -> Result<Self, DecodeError> {
        let cells: Vec<Vec<u8>> = records.cells().map(<[u8]>::to_vec).collect();
        let mut seen = Names::default();
        let mut names = Vec::with_capacity(cells.len());
        for (at, cell) in cells.iter().enumerate() {
            let name = unique(text_of(cell)?.trim(), at + 1, &seen);
            let mut json = Vec::new();
            write::string(&mut json, &name);
            json.push(b':');
            names.push(json);
            seen.insert(name);
        }
        Ok(Self { cells, names })
    }

    /// Whether the record is the one the names came from.
    fn is(&self, records: &Records) -> bool {
        records.len() == self.cells.len()
            && records.cells().eq(self.cells.iter().map(Vec::as_slice))
    }
}

/// Names that are taken.
type Names = std::collections::HashSet<String, foldhash::fast::RandomState>;

/// A name for the column `number`, from 1, that no column before it has.
fn unique(cell: &str, number: usize, seen: &Names) -> String {
    let name = match cell {
        "" => format!("column{number}"),
        _ => cell.to_owned(),
    };
    let numbered = (2..10).map(|n| format!("{name}_{n}"));
    let mut candidates = std::iter::once(name.clone()).chain(numbered);
    if let Some(free) = candidates.find(|candidate| !seen.contains(candidate)) {
        return free;
    }
    // Each step is a longer name, so names made to collide run out sooner than they cost time.
    let mut free = name;
    while seen.contains(&free) {
        free = format!("{free}_{number}");
    }
    free
}

fn write_record(
    json: &mut Vec<u8>,
    header: Option<&CsvHeader>,
    dialect: &Dialect,
) -> Result<(), DecodeError> {
    let cells = dialect.records.cells();
    let has_decimal_commas = dialect.separator != b',';
    let Some(header) = header else {
        json.push(b'[');
        for cell in cells {
            write::comma(json);
            write_cell(json, cell, has_decimal_commas)?;
        }
        json.push(b']');
        return Ok(());
    };
    json.push(b'{');
    for (name, cell) in header.names.iter().zip(cells) {
        write::comma(json);
        json.extend_from_slice(name);
        write_cell(json, cell, has_decimal_commas)?;
    }
    json.push(b'}');
    Ok(())
}

fn write_cell(
    json: &mut Vec<u8>,
    cell: &[u8],
    has_decimal_commas: bool,
) -> Result<(), DecodeError> {
    let text = text_of(cell)?;
    if text.trim().is_empty() {
        json.extend_from_slice(b"null");
    } else if let Some(number) = write::with_point(text.trim()).filter(|_| has_decimal_commas) {
        json.extend_from_slice(number.as_bytes());
    } else {
        write::number_or_string(json, text);
    }
    Ok(())
}

/// Cells are cut out of valid UTF-8 at ASCII bytes.
fn text_of(cell: &[u8]) -> Result<&str, DecodeError> {
    str::from_utf8(cell)
        .map_err(|error| DecodeError::new(DecodeErrorKind::InvalidUtf8, error.valid_up_to()))
}
