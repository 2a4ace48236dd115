//! A record of CSV that is cut between two messages.
//!
//! In goes the text of each message; out comes the text of the records that are whole, the first of which may have
//! begun in a message before. [`Csv`](super::Csv) calls it. A record is known to be cut by its quotes, which are open
//! when the message ends (RFC 4180 §2.6). A quote that was none of CSV must not swallow what comes after it: a message
//! that is whole by itself ends the waiting.

use std::borrow::Cow;

use super::guess;

/// How long a record may grow until it is taken as it is: then the quote was no quote of CSV.
const LONGEST: usize = 64 * 1024;

/// The beginning of a record whose end has not come.
#[derive(Debug, Default)]
pub(super) struct Unfinished(String);

impl Unfinished {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole records of `text`, with what came before of the first. The rest is kept for the next message.
    /// `columns` is how many cells records had so far.
    pub(super) fn complete<'t>(
        &mut self,
        text: &'t str,
        separator: u8,
        columns: usize,
    ) -> Cow<'t, str> {
        let has_quotes = memchr::memchr(b'"', text.as_bytes()).is_some();
        let mut whole = Cow::Borrowed(text);
        if !self.0.is_empty() {
            let mut begun = std::mem::take(&mut self.0);
            if !has_quotes && guess::are_records(text, separator, columns) {
                begun.push_str("\"\n");
                begun.push_str(text);
                return Cow::Owned(begun);
            }
            begun.push_str(text);
            whole = Cow::Owned(begun);
        } else if !has_quotes {
            return whole;
        }
        let open = open_record(whole.as_bytes(), separator);
        let Some(start) = open.filter(|start| whole.len() - start <= LONGEST) else {
            return whole;
        };
        self.0 = whole.get(start..).unwrap_or_default().to_owned();
        match whole {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..start).unwrap_or_default()),
            Cow::Owned(mut text) => {
                text.truncate(start);
                Cow::Owned(text)
            }
        }
    }
}

/// Where the last record begins, if a quote in it is open.
fn open_record(text: &[u8], separator: u8) -> Option<usize> {
    let (mut record, mut at) = (0, 0);
    let mut at_cell_start = true;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' if at_cell_start => match after_quoted(text, at) {
                Some(end) => at = end,
                None => return Some(record),
            },
            b'\r' | b'\n' => {
                record = at;
                at_cell_start = true;
                continue;
            }
            _ => {}
        }
        at_cell_start = *byte == separator;
    }
    None
}

/// The place behind the quote that closes the cell whose content begins at `at`; two quotes stand for one.
fn after_quoted(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        at += memchr::memchr(b'"', rest)? + 1;
        if text.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}
