//! What the paths of a query find in the messages that came.
//!
//! Each path is read by itself, so that one that finds nothing hides none of the others.

use crate::extract::coerce::Kind;
use crate::extract::path::Path;
use crate::frame::{Severity, Values};
use crate::query::{FieldSelector, Projection, Query, Reading, Retention, Role};
use crate::session::Session;
use crate::session::readers::ReaderId;
use crate::stream::Stream;

/// Characters of a value that are shown.
const SHOWN: usize = 40;

/// Fields that are named, where the query has none of its own.
const NAMED: usize = 12;

/// A path, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Its names and indexes, joined with dots.
    path: String,
    /// The newest value, shortened; `None` when no message had one.
    value: Option<String>,
}

/// What a query finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Findings {
    chosen: Vec<Finding>,
    /// The names of the fields that are found without being chosen.
    named: Vec<String>,
    /// Whether the query chooses no values.
    is_open: bool,
    /// What the panel would say of the messages.
    notices: Vec<String>,
    /// Why none of the messages could be read.
    unreadable: Option<String>,
}

/// Looks for what `query` reads in the messages that the connection has kept.
pub(super) fn look(session: &Session, reader: ReaderId, query: &Query) -> Findings {
    let reading = &query.projection.reading;
    let time = reading.time_parts().iter().map(|part| &part.path);
    let paths = reading
        .columns
        .iter()
        .map(|column| &column.path)
        .chain(time);
    let chosen = paths
        .map(|path| find(session, reader, query, path))
        .collect();
    let named = if reading.is_open() {
        let open = Reading {
            filter: Vec::new(),
            retention: Retention::default(),
            ..reading.clone()
        };
        let stream = session.read_kept(query, reader, &open);
        stream
            .map(|stream| names(stream, &open))
            .unwrap_or_default()
    } else {
        Vec::new()
    };
    let notices = session.stream(reader).map(|stream| {
        let mut notices = stream.borrow().notices(&query.projection);
        session.mask(&mut notices);
        let grave = notices
            .into_iter()
            .filter(|notice| notice.severity != Severity::Info);
        grave.map(|notice| notice.text).collect()
    });
    Findings {
        chosen,
        named,
        is_open: reading.is_open(),
        notices: notices.unwrap_or_default(),
        unreadable: session
            .stream(reader)
            .and_then(|stream| stream.borrow().unreadable()),
    }
}

fn find(session: &Session, reader: ReaderId, query: &Query, path: &Path) -> Finding {
    let reading = Reading {
        columns: vec![FieldSelector {
            path: path.clone(),
            pattern: None,
            kind: Kind::String,
            role: Role::Value,
            default_name: path.dotted(),
        }],
        ..Reading::default()
    };
    let stream = session.read_kept(query, reader, &reading);
    Finding {
        path: path.dotted(),
        value: stream
            .and_then(|stream| newest(stream, &reading))
            .map(|value| shorten(&session.masked(value))),
    }
}

fn newest(mut stream: Stream, reading: &Reading) -> Option<String> {
    let projection = shown(reading);
    stream.settle(&projection, 0.0);
    let frames = stream.frames(1, &projection, 0.0);
    let field = frames.first()?.fields.get(1)?;
    match &field.values {
        Values::Texts { distinct, rows } => {
            let text = distinct.get(*rows.last()? as usize)?;
            Some(text.as_str().to_owned())
        }
        _ => None,
    }
}

fn names(mut stream: Stream, reading: &Reading) -> Vec<String> {
    if stream.is_empty() {
        return Vec::new();
    }
    let projection = shown(reading);
    stream.settle(&projection, 0.0);
    let frames = stream.frames(1, &projection, 0.0);
    let fields = frames.first().map(|frame| frame.fields.iter());
    fields
        .into_iter()
        .flatten()
        .map(|field| field.name.clone())
        .collect()
}

/// A projection that shows every column of a reading.
fn shown(reading: &Reading) -> Projection {
    Projection {
        displays: vec![Default::default(); reading.columns.len()],
        reading: reading.clone(),
        ..Default::default()
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Findings {
    /// Whether there is something everywhere that the query looks.
    pub(super) fn are_complete(&self) -> bool {
        self.missing().next().is_none() && !(self.is_open && self.named.is_empty())
    }

    fn missing(&self) -> impl Iterator<Item = &Finding> {
        self.chosen.iter().filter(|finding| finding.value.is_none())
    }

    /// Whether a query says what it looks for, and some of it is there.
    pub(super) fn are_chosen(&self) -> bool {
        self.chosen.iter().any(|finding| finding.value.is_some())
    }

    /// Why none of the messages could be read, where that is so.
    pub(super) fn unreadable(&self) -> Option<&str> {
        self.unreadable.as_deref()
    }

    /// What was found, and what was not.
    pub(super) fn text(&self) -> String {
        let mut parts: Vec<String> = self
            .chosen
            .iter()
            .map(|finding| match &finding.value {
                Some(value) => format!("{}: {value}", finding.path),
                None => format!("{}: not found", finding.path),
            })
            .collect();
        if self.is_open {
            parts.push(match self.named.as_slice() {
                [] => "No values found".to_owned(),
                names => {
                    let more = names.len().saturating_sub(NAMED);
                    let more = if more > 0 {
                        format!(" and {more} more")
                    } else {
                        String::new()
                    };
                    let first: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
                    format!("Fields found: {}{more}", first.join(", "))
                }
            });
        }
        let mut text = format!("{}.", parts.join("; "));
        for notice in &self.notices {
            text.push(' ');
            text.push_str(notice);
        }
        text
    }

    /// The paths that found nothing, in a list.
    pub(super) fn missing_paths(&self) -> String {
        let paths: Vec<&str> = self
            .missing()
            .map(|finding| finding.path.as_str())
            .collect();
        paths.join(", ")
    }

    /// Whether every message was without what the query looks for, or could not be read.
    pub(super) fn are_empty(&self) -> bool {
        self.named.is_empty() && self.chosen.iter().all(|finding| finding.value.is_none())
    }
}
