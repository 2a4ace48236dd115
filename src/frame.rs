//! What leaves the engine: Grafana's DataFrame, still without JavaScript.
//!
//! A stream makes frames that lend the rings of its tables, for as long as a packet is being built; `src/wasm/packet.rs` makes
//! Grafana's objects of them.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::rc::Rc;

/// Grafana's field types (`FieldType` of @grafana/data).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Milliseconds since the epoch.
    Time,
    /// A number.
    Number,
    /// A text.
    String,
    /// A boolean.
    Boolean,
    /// Anything else: here, the labels of a log line.
    Other,
}

impl FieldType {
    /// Grafana's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Number => "number",
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Other => "other",
        }
    }
}

/// Names and values that tell a series from others, or that a log line carries.
pub type Labels = Vec<(String, String)>;

/// A text of a field. It is kept as the bytes of which it was found to consist, and looked at as
/// text only where a frame is made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text(Rc<[u8]>);

impl Text {
    /// The text of those bytes, UTF-8.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // Messages are UTF-8 and texts end at ASCII bytes, so this always succeeds.
        let text = std::str::from_utf8(&self.0);
        debug_assert!(text.is_ok(), "a text of bytes that are none");
        text.unwrap_or_default()
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The values of a field, oldest first. Rings are lent in two pieces: the older and the newer.
#[derive(Debug, Clone, PartialEq)]
pub enum Values<'a> {
    /// Null in each of so many rows.
    Nulls(usize),
    /// Numbers and times; NaN stands for null.
    Numbers(&'a [f64], &'a [f64]),
    /// 0 false, 1 true, anything else null.
    Booleans(&'a [u8], &'a [u8]),
    /// Each row says which of the distinct texts it is; beyond them, null.
    Texts {
        /// The texts, each once.
        distinct: Vec<Text>,
        /// For each row its index in `distinct`.
        rows: Vec<u32>,
    },
    /// Each row says which of the distinct label sets it carries.
    LabelSets {
        /// The label sets, each once.
        distinct: Vec<Labels>,
        /// For each row its index in `distinct`.
        rows: Vec<u32>,
    },
}

/// One field of a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Field<'a> {
    /// Its name.
    pub name: String,
    /// What a legend shows instead of the name and the labels (`config.displayNameFromDS`).
    pub display_name: Option<String>,
    /// What tells its series from others.
    pub labels: Option<Rc<Labels>>,
    /// Its type.
    pub kind: FieldType,
    /// Grafana unit id, for `config.unit`.
    pub unit: Option<String>,
    /// Its values.
    pub values: Values<'a>,
}

/// A frame: the time field first, then one field per column, all of length `len`.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    /// The fields.
    pub fields: Vec<Field<'a>>,
    /// Rows in each of them.
    pub len: usize,
}

impl Frame<'_> {
    /// Removes the fields without any value.
    pub fn drop_empty(&mut self) {
        self.fields
            .retain(|field| !matches!(field.values, Values::Nulls(_)));
    }

    /// Puts labels on the values, and names them for a legend: by the values of the labels, and
    /// by the field where there are several.
    pub fn label(&mut self, labels: &Rc<Labels>) {
        let texts: Vec<&str> = labels.iter().map(|(_, text)| text.as_str()).collect();
        let series = texts.join(", ");
        let several = self.fields.len() > 2;
        for field in self.fields.iter_mut().skip(1) {
            field.display_name = match (series.is_empty(), several) {
                (true, _) => None,
                (false, true) => Some(format!("{series} {}", field.name)),
                (false, false) => Some(series.clone()),
            };
            field.labels = Some(Rc::clone(labels));
        }
    }
}

/// Whether rows came, but no number or boolean in them: a chart of these frames would be empty.
pub fn has_nothing_to_draw(frames: &[Frame<'_>]) -> bool {
    let is_drawn = |field: &Field<'_>| {
        matches!(field.kind, FieldType::Number | FieldType::Boolean)
            && !matches!(field.values, Values::Nulls(_))
    };
    let mut drawn = frames.iter().flat_map(|frame| &frame.fields);
    frames.iter().any(|frame| frame.len > 0) && !drawn.any(is_drawn)
}

/// How grave a notice is (`QueryResultMetaNotice.severity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something is not as the user meant it.
    Warning,
    /// Data is missing.
    Error,
}

impl Severity {
    /// Grafana's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something the panel tells its user (`meta.notices`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How grave it is.
    pub severity: Severity,
    /// What it says.
    pub text: String,
    /// Where to go about it.
    pub link: Option<String>,
}

impl Notice {
    /// A notice of the severity.
    pub fn new(severity: Severity, text: impl Into<String>) -> Self {
        Self {
            severity,
            text: text.into(),
            link: None,
        }
    }

    /// The same, with where to go about it.
    #[must_use]
    pub fn with_link(mut self, link: String) -> Self {
        self.link = Some(link);
        self
    }
}

/// One line of the panel inspector's statistics (`meta.stats`).
#[derive(Debug, Clone, PartialEq)]
pub struct Stat {
    /// What is counted.
    pub name: Cow<'static, str>,
    /// How much of it.
    pub value: f64,
    /// Grafana unit id.
    pub unit: Option<&'static str>,
}

impl Stat {
    /// So much of what is counted, without a unit.
    pub fn new(name: impl Into<Cow<'static, str>>, value: f64) -> Self {
        Self {
            name: name.into(),
            value,
            unit: None,
        }
    }

    /// The same in a Grafana unit.
    pub fn in_unit(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self {
            unit: Some(unit),
            ..Self::new(name, value)
        }
    }
}
