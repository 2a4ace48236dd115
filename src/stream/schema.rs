//! The columns that all tables of a stream have.
//!
//! In goes a reading, and later each value that is found in the messages; out come what tables are made of, the names under
//! which columns are shown, and which column a chosen value, a key or a kept row has. The [`Stream`](super::Stream) and its
//! column map call this.

use crate::extract::coerce::Kind;
use crate::query::{FieldSelector, Projection, Reading, Role};
use crate::table::{ColumnSpec, Display};

/// One column of every table of a stream.
#[derive(Debug, Clone)]
pub(super) struct SchemaColumn {
    pub(super) spec: ColumnSpec,
    pub(super) role: Role,
    /// The column of the reading that it shows; found ones have none.
    pub(super) chosen: Option<usize>,
    /// The name of its value, which a reducer may make several columns of.
    value: String,
    /// Which of those it is.
    part: Option<&'static str>,
    /// Not shown, but there for [kept rows](super::kept_rows).
    pub(super) identity: Option<Identity>,
}

/// What a column that is not shown holds, as it is written in the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// The value of a chosen column.
    Chosen,
    /// This part of the key.
    Key(usize),
}

/// What a kept column is filled with, when its rows are read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filler {
    /// The value of this chosen column.
    Chosen(usize),
    /// This part of the key.
    Key(usize),
    /// The value that was found under this name.
    Found(String),
    /// No column: the time was found under this name.
    Time(String),
}

/// The columns that all tables of a stream have.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema {
    pub(super) columns: Vec<SchemaColumn>,
    /// Name of the time that was found in the messages.
    pub(super) inferred_time: Option<String>,
}

impl Schema {
    /// The columns that a reading chooses.
    pub(super) fn new(reading: &Reading) -> Self {
        let mut schema = Self::default();
        for (index, selector) in reading.columns.iter().enumerate() {
            // What only tells series or rows apart is no column.
            let shown = match selector.role {
                Role::Value => true,
                Role::Label => !reading.retention.split,
                Role::Id => reading.retention.ids,
            };
            if shown {
                let name = &selector.default_name;
                schema.add(reading, name, &selector.kind, selector.role, Some(index));
            }
        }
        if reading.retention.keeps {
            schema.add_identities(reading);
        }
        schema
    }

    fn add(
        &mut self,
        reading: &Reading,
        name: &str,
        kind: &Kind,
        role: Role,
        chosen: Option<usize>,
    ) {
        let column = |part: Option<&'static str>, reduce| SchemaColumn {
            spec: ColumnSpec {
                name: part.map_or_else(|| name.to_owned(), |part| format!("{name} {part}")),
                kind: kind.clone(),
                reduce,
            },
            role,
            chosen,
            value: name.to_owned(),
            part,
            identity: None,
        };
        match reading.retention.bucket {
            Some(bucket) if role == Role::Value => {
                let parts = bucket.reduce.parts().iter();
                self.columns
                    .extend(parts.map(|(part, reduce)| column(*part, Some(*reduce))));
            }
            _ => self.columns.push(column(None, None)),
        }
    }

    /// Adds what rows that are kept need beside their values to be told apart again: labels, identifiers and keys. Times
    /// too, since those of a column are read in the format of the feed.
    fn add_identities(&mut self, reading: &Reading) {
        let columns = reading.columns.iter().enumerate();
        let chosen = columns.filter(|(_, selector)| !shows_itself(selector));
        let chosen = chosen.map(|(index, _)| (Some(index), Identity::Chosen));
        let upsert = reading.retention.upsert.iter();
        let keys = upsert.flat_map(|upsert| 0..upsert.keys.len());
        let all = chosen.chain(keys.map(|part| (None, Identity::Key(part))));
        self.columns
            .extend(all.map(|(chosen, identity)| SchemaColumn {
                spec: ColumnSpec {
                    name: String::new(),
                    kind: Kind::Json,
                    reduce: None,
                },
                role: Role::Id,
                chosen,
                value: String::new(),
                part: None,
                identity: Some(identity),
            }));
    }

    /// The columns that are kept: each with what fills it, when its rows are read again.
    pub(super) fn kept(&self, reading: &Reading) -> Vec<(usize, Filler)> {
        let columns = self.columns.iter().enumerate();
        let filler = |column: &SchemaColumn| match (column.identity, column.chosen) {
            (Some(Identity::Key(part)), _) => Some(Filler::Key(part)),
            (Some(Identity::Chosen), Some(chosen)) => Some(Filler::Chosen(chosen)),
            (None, Some(chosen)) => {
                let shows_itself = reading.columns.get(chosen).is_some_and(shows_itself);
                shows_itself.then_some(Filler::Chosen(chosen))
            }
            (_, None) => Some(Filler::Found(column.value.clone())),
        };
        columns
            .filter_map(|(index, column)| Some((index, filler(column)?)))
            .collect()
    }

    /// The columns that hold a part of the key.
    pub(super) fn columns_of_key(&self, part: usize) -> Vec<usize> {
        self.matching(|column| column.identity == Some(Identity::Key(part)))
    }

    /// Adds what a value found in the messages becomes.
    pub(super) fn add_inferred(&mut self, reading: &Reading, name: &str) {
        self.add(reading, name, &Kind::Auto, Role::Value, None);
    }

    /// The columns that show the chosen column of the reading.
    pub(super) fn columns_of(&self, chosen: usize) -> Vec<usize> {
        self.matching(|column| column.chosen == Some(chosen))
    }

    /// The columns that show the value that was found under a name.
    pub(super) fn columns_named(&self, name: &str) -> Vec<usize> {
        self.matching(|column| {
            column.chosen.is_none() && column.identity.is_none() && column.value == name
        })
    }

    fn matching(&self, is_meant: impl Fn(&SchemaColumn) -> bool) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        let columns = columns.filter(|(_, column)| is_meant(column));
        columns.map(|(index, _)| index).collect()
    }

    /// What tables are made of.
    pub(super) fn specs(&self) -> Vec<ColumnSpec> {
        self.columns
            .iter()
            .map(|column| column.spec.clone())
            .collect()
    }

    /// Whether one chosen value is all there is, perhaps in four parts: charts know open, high,
    /// low and close by these names.
    fn is_alone(&self) -> bool {
        let values = self.columns.iter().filter(|c| c.role == Role::Value);
        let mut origins: Vec<Option<usize>> = values.map(|c| c.chosen).collect();
        origins.dedup();
        origins.len() == 1 && origins.first() != Some(&None)
    }

    /// The name under which a column is shown.
    pub(super) fn name(&self, column: usize, projection: &Projection) -> String {
        self.columns.get(column).map_or_else(String::new, |column| {
            let display = column.display(projection, self.is_alone());
            display.name.unwrap_or_else(|| column.spec.name.clone())
        })
    }

    /// The columns that have one of the roles, and how they are shown.
    pub(super) fn shown(&self, projection: &Projection, roles: &[Role]) -> Vec<(usize, Display)> {
        let alone = self.is_alone();
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.identity.is_none() && roles.contains(&column.role))
            .map(|(index, column)| (index, column.display(projection, alone)))
            .collect()
    }
}

/// Whether the value of a chosen column can be read again from what is shown of it.
fn shows_itself(selector: &FieldSelector) -> bool {
    selector.role == Role::Value && !matches!(selector.kind, Kind::Time(_))
}

impl SchemaColumn {
    fn display(&self, projection: &Projection, alone: bool) -> Display {
        let chosen = self.chosen.and_then(|index| projection.displays.get(index));
        let mut display = chosen.cloned().unwrap_or_default();
        display.name = match self.part {
            Some(part) if alone => Some(part.to_owned()),
            Some(part) => display.name.map(|name| format!("{name} {part}")),
            None => display.name,
        };
        display
    }
}
