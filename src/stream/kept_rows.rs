//! The rows of a stream as a text that the browser keeps, and back.
//!
//! [`session`](crate::session) has them written from time to time and read when the same query runs again, as history:
//! merged with rows that came meanwhile. The text is a line that says what fills each column, and JSON with an object for
//! each row: `t` is its time, `c0`, `c1`, … its values. Where something says which series or row it is, its JSON is kept
//! as it came, for a label 1 and a label "1" are two; what a row did not have is not there.

use std::cell::RefCell;
use std::rc::Rc;

use super::Stream;
use super::column_map::ColumnMap;
use super::history::HistoryPass;
use super::plan::Plan;
use super::schema::Filler;
use crate::decode::DecodeError;
use crate::extract::coerce::Kind;
use crate::extract::path::Path;
use crate::extract::time::TimeFormat;
use crate::extract::time::reader::TimeReader;
use crate::format::write;
use crate::frame::{Field, Frame, Values};
use crate::query::{FieldSelector, Reading, Role, RowTime};
use crate::table::{Display, Millis};

/// No row is shorter: it has a time.
const MIN_ROW_BYTES: usize = "{\"t\":0.0}".len();

/// How a kept column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeptForm {
    /// As a value.
    Value,
    /// It holds JSON already; null may as well be left out.
    Json,
    /// The same, but where it is null the row did not have it.
    Identity,
}

impl Stream {
    /// Whether its rows can be read again: what the points of line protocol have for labels is in no column.
    pub fn can_be_kept(&self) -> bool {
        !self.reads_points()
    }

    /// The newest rows of each series as a text of at most about `max_bytes`; `None` when there are none.
    pub fn kept_rows(&mut self, max_bytes: usize) -> Option<String> {
        let kept = self.schema.kept(&self.reading);
        let shown: Vec<(usize, Display)> = kept
            .iter()
            .map(|(index, _)| (*index, Display::default()))
            .collect();
        let written: Vec<KeptForm> = kept.iter().map(|(index, _)| self.written(*index)).collect();
        let room = max_bytes / self.series.all.len().max(1);
        let mut rows = Vec::new();
        for series in &mut self.series.all {
            series.table.settle(None);
            let len = series.table.newest(room / MIN_ROW_BYTES, None);
            let frame = series.table.frame(len, Display::default(), &shown);
            write_rows(&mut rows, &frame, &written, room);
        }
        if rows.is_empty() {
            return None;
        }
        let mut text = b"[".to_vec();
        for (_, filler) in &kept {
            write::comma(&mut text);
            write::string(&mut text, &filler.to_text());
        }
        if let Some(name) = &self.schema.inferred_time {
            write::comma(&mut text);
            write::string(&mut text, &Filler::Time(name.clone()).to_text());
        }
        text.extend_from_slice(b"]\n[");
        text.extend_from_slice(&rows);
        text.push(b']');
        let text = String::from_utf8(text);
        debug_assert!(text.is_ok(), "messages are UTF-8");
        text.ok()
    }

    fn written(&self, column: usize) -> KeptForm {
        let Some(column) = self.schema.columns.get(column) else {
            debug_assert!(false, "a column is kept that is not there");
            return KeptForm::Value;
        };
        let chosen = column.chosen.and_then(|at| self.reading.columns.get(at));
        match (column.identity, chosen) {
            (
                Some(_),
                Some(FieldSelector {
                    role: Role::Value, ..
                }),
            ) => KeptForm::Json,
            (Some(_), _) => KeptForm::Identity,
            (None, _) if column.spec.kind == Kind::Json => KeptForm::Json,
            (None, _) => KeptForm::Value,
        }
    }

    /// Takes rows that were kept at `saved`, and merges them with those that came meanwhile. Says how many there were.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn receive_kept(
        stream: &Rc<RefCell<Self>>,
        kept: &str,
        saved: Millis,
    ) -> Result<usize, String> {
        let mut this = stream.borrow_mut();
        let upsert = this.reading.retention.upsert.as_ref();
        let drops = upsert.is_some_and(|upsert| upsert.drop_on_reconnect);
        let replaces = drops || upsert.is_some_and(|upsert| !upsert.clear_when.is_empty());
        // What has come may have replaced what was kept.
        if replaces && this.counters.messages > 0 {
            return Ok(0);
        }
        let (head, rows) = kept.split_once('\n').ok_or("it is cut off")?;
        let fillers: Vec<String> = serde_json::from_str(head).map_err(|error| error.to_string())?;
        let fillers: Option<Vec<Filler>> = fillers.iter().map(|text| Filler::parse(text)).collect();
        let fillers = fillers.ok_or("its columns are not known")?;
        this.begin_history();
        let result = this.read_kept(&fillers, rows, saved);
        this.end_history();
        this.is_outdated |= drops;
        this.revision += 1;
        result.map_err(|error| error.to_string())
    }

    fn read_kept(
        &mut self,
        fillers: &[Filler],
        rows: &str,
        saved: Millis,
    ) -> Result<usize, DecodeError> {
        let paths = (0..fillers.len()).filter_map(|index| path(&format!("$[*].c{index}")));
        let columns = paths.map(|path| FieldSelector {
            path,
            pattern: None,
            kind: Kind::default(),
            role: Role::Value,
            default_name: String::new(),
        });
        let reading = Reading {
            columns: columns.collect(),
            time: path("$[*].t")
                .map(|path| RowTime::at(path, TimeReader::new(TimeFormat::Milliseconds))),
            ..Reading::default()
        };
        // Without a column the program would look for some by itself.
        if reading.columns.is_empty() {
            return Ok(0);
        }
        for filler in fillers {
            if let Filler::Time(name) = filler {
                self.schema
                    .inferred_time
                    .get_or_insert_with(|| name.clone());
            }
        }
        let plan = Plan::new(&[&reading], false);
        let places = plan.columns.first().map_or(&[][..], Vec::as_slice);
        let map = self.map_of_kept(&reading, places, fillers);
        HistoryPass::new(self, plan, map, saved).receive(rows.as_bytes())
    }

    fn map_of_kept(
        &mut self,
        reading: &Reading,
        places: &[usize],
        fillers: &[Filler],
    ) -> ColumnMap {
        let place = |wanted: Filler| fillers.iter().position(|filler| *filler == wanted);
        let chosen = (0..self.reading.columns.len()).map(Filler::Chosen);
        let upsert = self.reading.retention.upsert.iter();
        let keys = upsert.flat_map(|upsert| (0..upsert.keys.len()).map(Filler::Key));
        let columns: Vec<Option<usize>> = chosen.chain(keys).map(place).collect();
        let found = fillers.iter().enumerate();
        let found = found.filter_map(|(index, filler)| match filler {
            Filler::Found(name) => Some((index, name)),
            Filler::Chosen(_) | Filler::Key(_) | Filler::Time(_) => None,
        });
        self.map_of_history(reading, places, &columns, found)
    }
}

impl Filler {
    fn to_text(&self) -> String {
        match self {
            Self::Chosen(index) => format!("field {index}"),
            Self::Key(part) => format!("key {part}"),
            Self::Found(name) => format!("found {name}"),
            Self::Time(name) => format!("time {name}"),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        match kind {
            "field" => rest.parse().ok().map(Self::Chosen),
            "key" => rest.parse().ok().map(Self::Key),
            "found" => Some(Self::Found(rest.to_owned())),
            "time" => Some(Self::Time(rest.to_owned())),
            _ => None,
        }
    }
}

/// Where the rows have something.
fn path(text: &str) -> Option<Path> {
    let path = Path::parse(text);
    debug_assert!(path.is_ok(), "{text} is a path");
    path.ok()
}

/// Appends the newest rows of a frame, oldest first, as far as `room` goes.
fn write_rows(rows: &mut Vec<u8>, frame: &Frame<'_>, written: &[KeptForm], room: usize) {
    // The newest come first until there is no room: how long a row is, is known once it is written.
    let (mut backwards, mut ends) = (Vec::new(), Vec::new());
    for row in (0..frame.len).rev() {
        write_row(&mut backwards, frame, written, row);
        if backwards.len() + ends.len() > room {
            break;
        }
        ends.push(backwards.len());
    }
    for (index, end) in ends.iter().enumerate().rev() {
        let start = index.checked_sub(1).and_then(|before| ends.get(before));
        if !rows.is_empty() {
            rows.push(b',');
        }
        rows.extend_from_slice(&backwards[start.copied().unwrap_or(0)..*end]);
    }
}

fn write_row(out: &mut Vec<u8>, frame: &Frame<'_>, written: &[KeptForm], row: usize) {
    let mut fields = frame.fields.iter();
    out.extend_from_slice(b"{\"t\":");
    match fields.next() {
        Some(time) => write_value(out, time, row, KeptForm::Value),
        None => out.extend_from_slice(b"null"),
    }
    for (index, (field, written)) in fields.zip(written).enumerate() {
        let start = out.len();
        out.extend_from_slice(format!(",\"c{index}\":").as_bytes());
        let value = out.len();
        write_value(out, field, row, *written);
        if *written == KeptForm::Identity && out.get(value..) == Some(b"null".as_slice()) {
            out.truncate(start);
        }
    }
    out.push(b'}');
}

fn write_value(out: &mut Vec<u8>, field: &Field<'_>, row: usize, written: KeptForm) {
    let null = |out: &mut Vec<u8>| out.extend_from_slice(b"null");
    match &field.values {
        Values::Numbers(older, newer) => match at(older, newer, row) {
            Some(number) if number.is_finite() => write::float(out, number),
            _ => null(out),
        },
        Values::Booleans(older, newer) => match at(older, newer, row) {
            Some(0) => out.extend_from_slice(b"false"),
            Some(1) => out.extend_from_slice(b"true"),
            _ => null(out),
        },
        Values::Texts { distinct, rows } => {
            let text = rows.get(row).and_then(|id| distinct.get(*id as usize));
            match text {
                Some(text) if written == KeptForm::Value => write::string(out, text.as_str()),
                Some(json) => out.extend_from_slice(json.as_bytes()),
                None => null(out),
            }
        }
        Values::Nulls(_) | Values::LabelSets { .. } => null(out),
    }
}

fn at<T: Copy>(older: &[T], newer: &[T], row: usize) -> Option<T> {
    older.iter().chain(newer).nth(row).copied()
}
