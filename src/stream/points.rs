//! Points of InfluxDB line protocol, read by a query that chooses no fields.
//!
//! The measurement and the tags of a point say to which series it belongs, its fields are the values. Whether messages are
//! points is found out when they come: [`intake`](super::intake) tells the streams, whose readings change by it.

use super::Stream;
use crate::extract::coerce::Kind;
use crate::extract::path::Path;
use crate::query::{FieldSelector, Projection, Role};

/// What the names of fields begin with in the texts that line protocol becomes.
const FIELDS: &str = "fields.";

/// And those of tags.
const TAGS: &str = "tags.";

/// The parts of a point that are labels: the measurement by its name, and each tag by its own.
const LABELS: [&str; 2] = ["measurement", "tags"];

impl Stream {
    /// Reads points from now on, if nothing was chosen. Rows that came before stay as a series without labels.
    pub(super) fn read_points(&mut self) {
        if !self.reading.retention.tags || self.reads_points() {
            return;
        }
        self.reading.columns = LABELS.iter().filter_map(|name| label(name)).collect();
        self.reading.retention.split = true;
        if self.is_empty() {
            self.series.all.clear();
        }
        self.revision += 1;
    }

    /// The messages turned out to be no points.
    pub(super) fn forget_points(&mut self) {
        if self.reads_points() {
            self.reading.columns.clear();
            self.reading.retention.split = false;
        }
    }

    /// Whether the labels are those of points.
    pub(super) fn reads_points(&self) -> bool {
        self.reading.retention.tags && self.reading.retention.split
    }

    /// The names of the labels. The tags are an object, whose members bring theirs.
    pub(super) fn label_names(&self, projection: &Projection) -> Vec<String> {
        match self.reads_points() {
            true => LABELS.map(str::to_owned).to_vec(),
            false => projection.label_names(),
        }
    }

    /// The name under which a found value is shown; `None` for what is no value, a tag.
    pub(super) fn value_name<'n>(&self, found: &'n str) -> Option<&'n str> {
        if !self.reads_points() {
            return Some(found);
        }
        let is_tag = found.starts_with(TAGS);
        (!is_tag).then(|| found.strip_prefix(FIELDS).unwrap_or(found))
    }
}

fn label(name: &str) -> Option<FieldSelector> {
    let path = Path::parse(&format!("$.{name}"));
    debug_assert!(path.is_ok(), "a name is a path");
    Some(FieldSelector {
        pattern: None,
        path: path.ok()?,
        kind: Kind::Auto,
        role: Role::Label,
        default_name: name.to_owned(),
    })
}
