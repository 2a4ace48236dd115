//! How messages become rows.

use crate::extract::coerce::Kind;
use crate::extract::condition::Test;
use crate::extract::excerpt::Excerpt;
use crate::extract::path::Path;
use crate::extract::time::reader::TimeReader;
use crate::table::{Millis, Reduce, Repeat};

/// How messages become rows and which rows are kept. Targets that read the same way share rows;
/// so what only changes how a field is shown is not part of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The columns; without one that is a value, values are found in the messages.
    pub columns: Vec<FieldSelector>,
    /// Where the time of a row is; arrival time when `None` (or found, where values are).
    pub time: Option<RowTime>,
    /// Texts that hold JSON and are read as if it stood there.
    pub parse: Vec<Path>,
    /// What every row must meet.
    pub filter: Vec<Condition>,
    /// Which rows are kept.
    pub retention: Retention,
}

/// Where the time of a row is, and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct RowTime {
    /// The places that tell it, at least one.
    pub parts: Vec<TimePart>,
    /// How it is read. Of several parts the texts are joined with spaces and read by this, and the numbers are added.
    pub reader: TimeReader,
}

/// One of the places that tell the time of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct TimePart {
    /// Where it is.
    pub path: Path,
    /// What of a text there counts; all when `None`.
    pub pattern: Option<Excerpt>,
    /// What its numbers count, where there are several parts.
    pub counts: TimeReader,
}

impl RowTime {
    /// The time that stands in one place.
    pub fn at(path: Path, reader: TimeReader) -> Self {
        Self {
            parts: vec![TimePart {
                path,
                pattern: None,
                counts: TimeReader::default(),
            }],
            reader,
        }
    }
}

/// One chosen column.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSelector {
    /// Where its value is.
    pub path: Path,
    /// What of a text there is the value; all when `None`.
    pub pattern: Option<Excerpt>,
    /// Its type.
    pub kind: Kind,
    /// What it is for.
    pub role: Role,
    /// Its name when the query gives none, unlike that of any other column.
    pub default_name: String,
}

impl FieldSelector {
    /// Whether nothing but a number is of use: a text is asked for what it says.
    pub fn wants_number(&self) -> bool {
        self.role == Role::Value && self.kind == Kind::Number && self.pattern.is_none()
    }
}

/// What a column is for (`FieldSelector.role`); the time is not among the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// To be shown.
    #[default]
    Value,
    /// Says to which series a row belongs.
    Label,
    /// Says that two rows are the same row.
    Id,
}

/// A path and what its value must meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Where the value is.
    pub path: Path,
    /// What it must meet.
    pub test: Test,
}

/// Which rows are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Retention {
    /// One row per key.
    pub upsert: Option<Upsert>,
    /// One row per interval.
    pub bucket: Option<Bucket>,
    /// Rows of different labels are different series; otherwise labels are columns.
    pub split: bool,
    /// Labels that messages bring by themselves, as line protocol does, split rows too. Only where no column is chosen.
    pub tags: bool,
    /// Identifiers are shown; otherwise they only tell rows apart.
    pub ids: bool,
    /// Series kept; the one that was updated least recently goes.
    pub max_series: usize,
    /// Rows stand in the order of their times.
    pub ordered: bool,
    /// Rows go when they were not written for so long.
    pub expire_ms: Option<Millis>,
    /// Rows outlive a reload of the page. Then what tells series and rows apart is a column too, though not a shown one.
    pub keeps: bool,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            upsert: None,
            bucket: None,
            split: false,
            tags: false,
            ids: false,
            max_series: DEFAULT_MAX_SERIES,
            ordered: true,
            expire_ms: None,
            keeps: false,
        }
    }
}

/// Series kept when the query does not say.
pub const DEFAULT_MAX_SERIES: usize = 100;

/// One row per key.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Upsert {
    /// What makes up the key; the label columns when empty.
    pub keys: Vec<Path>,
    /// When a message removes the row of its key.
    pub delete_when: Vec<Condition>,
    /// When a message replaces all rows; never when empty.
    pub clear_when: Vec<Condition>,
    /// Rows go when a later connection has brought others.
    pub drop_on_reconnect: bool,
}

/// One row per interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Length of the interval.
    pub interval_ms: Millis,
    /// What becomes of its values.
    pub reduce: Reducer,
}

/// `Reducer` of the query model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reducer {
    /// One column of each value.
    One(Reduce),
    /// Four columns: open, high, low, close.
    Ohlc,
}

impl Reducer {
    /// The reducer a query names, if it is one.
    pub fn parse(name: &str) -> Option<Self> {
        Some(Self::One(match name {
            "last" => Reduce::Last,
            "first" => Reduce::First,
            "min" => Reduce::Min,
            "max" => Reduce::Max,
            "mean" => Reduce::Mean,
            "sum" => Reduce::Sum,
            "count" => Reduce::Count,
            "ohlc" => return Some(Self::Ohlc),
            _ => return None,
        }))
    }

    /// The columns it makes of one value: the name of each, where there are several, and how.
    pub fn parts(self) -> &'static [(Option<&'static str>, Reduce)] {
        const OHLC: [(Option<&str>, Reduce); 4] = [
            (Some("open"), Reduce::First),
            (Some("high"), Reduce::Max),
            (Some("low"), Reduce::Min),
            (Some("close"), Reduce::Last),
        ];
        match self {
            Self::One(Reduce::Last) => &[(None, Reduce::Last)],
            Self::One(Reduce::First) => &[(None, Reduce::First)],
            Self::One(Reduce::Min) => &[(None, Reduce::Min)],
            Self::One(Reduce::Max) => &[(None, Reduce::Max)],
            Self::One(Reduce::Mean) => &[(None, Reduce::Mean)],
            Self::One(Reduce::Sum) => &[(None, Reduce::Sum)],
            Self::One(Reduce::Count) => &[(None, Reduce::Count)],
            Self::Ohlc => &OHLC,
        }
    }
}

impl Reading {
    /// Whether the values are to be found in the messages.
    pub fn is_open(&self) -> bool {
        self.columns.iter().all(|column| column.role != Role::Value)
    }

    /// Every path it reads: those of the columns, of the time, of the filter, of the key and of
    /// what removes rows, in this order.
    pub fn paths(&self) -> Vec<&Path> {
        let upsert = self.retention.upsert.iter();
        self.columns
            .iter()
            .map(|column| &column.path)
            .chain(self.time_parts().iter().map(|part| &part.path))
            .chain(self.filter.iter().map(|condition| &condition.path))
            .chain(upsert.clone().flat_map(|upsert| &upsert.keys))
            .chain(upsert.flat_map(|upsert| upsert.delete_when.iter().map(|c| &c.path)))
            .collect()
    }

    /// The places that tell the time of a row.
    pub fn time_parts(&self) -> &[TimePart] {
        self.time.as_ref().map_or(&[], |time| &time.parts)
    }

    /// What of a text counts at a place, by the index of its path among [`paths`](Self::paths). What is compared and what
    /// tells rows apart is taken as it stands there.
    pub fn pattern_of(&self, index: usize) -> Option<&Excerpt> {
        let columns = self.columns.iter().map(|column| &column.pattern);
        let times = self.time_parts().iter().map(|part| &part.pattern);
        columns.chain(times).nth(index)?.as_ref()
    }

    /// Whether a row that repeats a key does something to the row that is there.
    pub fn repeat(&self) -> Option<Repeat> {
        if let Some(bucket) = self.retention.bucket {
            return Some(Repeat::Reduce(bucket.interval_ms));
        }
        self.retention.upsert.is_some().then_some(Repeat::Replace)
    }

    /// Whether rows are told apart by identifiers.
    pub fn has_ids(&self) -> bool {
        self.columns.iter().any(|column| column.role == Role::Id)
    }

    /// Gives columns that would share a name the whole of their path instead.
    pub(super) fn name_apart(&mut self) {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.default_name.clone())
            .collect();
        let shared = |name: &String| names.iter().filter(|other| *other == name).count() > 1;
        for column in &mut self.columns {
            if shared(&column.default_name) {
                column.default_name = column.path.dotted();
            }
        }
    }
}
