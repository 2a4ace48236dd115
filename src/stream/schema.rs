//! The columns that all tables of a stream have.

use crate::extract::coerce::Kind;
use crate::query::{Projection, Reading, Role};
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
        self.matching(|column| column.chosen.is_none() && column.value == name)
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
            .filter(|(_, column)| roles.contains(&column.role))
            .map(|(index, column)| (index, column.display(projection, alone)))
            .collect()
    }
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
