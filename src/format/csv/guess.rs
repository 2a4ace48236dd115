//! What a CSV message does not say: its separator, and whether its first record holds names.

use super::records::Records;
use crate::format::write;

/// The separators that are tried. Comma comes last: where another one divides the records evenly, the
/// commas are decimal commas or stand in texts.
const SEPARATORS: [u8; 4] = [b'\t', b';', b'|', b','];

/// Records that are looked at.
const LOOKED_AT: usize = 20;

/// The longest cell that passes for a column's name, and for a cell at all when `auto` looks for CSV.
const LONGEST_NAME: usize = 64;

/// The separator that a line such as `sep=;` before the records names, and the text behind that line. Excel writes
/// and reads it where the separator is not the one of its language.
pub(super) fn separator_line(text: &str) -> (Option<u8>, &str) {
    let line = text
        .get(..5)
        .filter(|line| line.as_bytes()[..4].eq_ignore_ascii_case(b"sep="));
    let separator = line.and_then(|line| line.bytes().last());
    let rest = text.get(5..).unwrap_or_default();
    let end = rest
        .bytes()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    match separator {
        Some(separator) if end > 0 || rest.is_empty() => {
            (Some(separator), rest.get(end..).unwrap_or_default())
        }
        _ => (None, text),
    }
}

/// The separator of a message of CSV: one that gives each record the same number of fields, two at
/// least, or else the one that stands there most often.
pub(super) fn separator(text: &str) -> u8 {
    even_separator(text).unwrap_or_else(|| {
        let count = |separator: &u8| memchr::memchr_iter(*separator, text.as_bytes()).count();
        SEPARATORS.into_iter().max_by_key(count).unwrap_or(b',')
    })
}

fn even_separator(text: &str) -> Option<u8> {
    SEPARATORS
        .into_iter()
        .find(|separator| is_even(text, *separator))
}

fn is_even(text: &str, separator: u8) -> bool {
    // Most texts do not hold most separators, and reading records costs more than looking.
    if memchr::memchr(separator, text.as_bytes()).is_none() {
        return false;
    }
    let records = first_records(text, separator);
    let columns = records.first().map_or(0, Vec::len);
    columns >= 2 && records.iter().all(|record| record.len() == columns)
}

/// Whether the text is made of records of `columns` cells, two at least.
pub(super) fn are_records(text: &str, separator: u8, columns: usize) -> bool {
    let records = first_records(text, separator);
    columns >= 2 && records.iter().all(|record| record.len() == columns)
}

fn first_records(text: &str, separator: u8) -> Vec<Vec<String>> {
    let mut records = Records::new(separator);
    let mut rest = text.as_bytes();
    let mut found = Vec::new();
    while found.len() < LOOKED_AT && records.next(&mut rest) {
        let cells = records.cells().map(String::from_utf8_lossy);
        found.push(cells.map(|cell| cell.trim().to_owned()).collect());
    }
    found
}

/// Whether the first record of `text` holds names: none is empty or begins with a digit, as numbers and
/// dates do, no two are the same, and if records follow there is a number among them.
pub(super) fn has_header(text: &str, separator: u8) -> bool {
    let records = first_records(text, separator);
    let Some((first, rest)) = records.split_first() else {
        return false;
    };
    are_names(first) && (rest.is_empty() || numbers_in(rest))
}

/// Whether the first record of `text` holds names, where records without names are expected.
pub(super) fn has_new_header(text: &str, separator: u8, columns: usize) -> bool {
    let records = first_records(text, separator);
    let Some((first, rest)) = records.split_first() else {
        return false;
    };
    are_names(first)
        && (first.len() != columns || numbers_in(rest) && !rest.iter().any(|r| are_names(r)))
}

fn are_names(record: &[String]) -> bool {
    let is_data = |cell: &str| is_number(cell) || cell.starts_with(|c: char| c.is_ascii_digit());
    let fits = |cell: &String| !cell.is_empty() && !is_data(cell);
    let repeated = |at: usize| record[..at].contains(&record[at]);
    record.iter().all(fits) && !(1..record.len().min(256)).any(repeated)
}

/// A number, also one with a decimal comma.
fn is_number(cell: &str) -> bool {
    write::is_number(cell.as_bytes()) || write::with_point(cell).is_some()
}

fn numbers_in(records: &[Vec<String>]) -> bool {
    records.iter().flatten().any(|cell| is_number(cell))
}

/// Whether a message of unknown format is CSV: records of two fields or more, all of one length, with
/// short cells and a number among them; or a lone record that looks like names of columns.
pub(super) fn is_csv(text: &str) -> bool {
    let (named, text) = separator_line(text);
    if named.is_some() {
        return true;
    }
    let Some(separator) = even_separator(text) else {
        return false;
    };
    let records = first_records(text, separator);
    if records
        .iter()
        .flatten()
        .any(|cell| cell.len() > LONGEST_NAME)
    {
        return false;
    }
    match records.as_slice() {
        [only] => {
            numbers_in(&records)
                || (are_names(only) && !text.contains(", ") && only.iter().all(|c| is_label(c)))
        }
        _ => numbers_in(&records),
    }
}

/// Whether a cell could be a column's name rather than a piece of a sentence.
fn is_label(cell: &str) -> bool {
    cell.starts_with(|first: char| first.is_ascii_alphabetic() || !first.is_ascii() || first == '_')
        && !cell.contains(['=', ':'])
        && !cell.ends_with(['.', '!', '?'])
        && cell.split(' ').count() <= 3
}
