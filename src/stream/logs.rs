//! Grafana's frame of log lines: timestamp, body, severity, id, labels
//! (dataplane contract, "logs", in Grafana's plugin-tools documentation).

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::schema::Schema;
use crate::frame::{Field, FieldType, Frame, Labels, Values};
use crate::query::{Projection, Role};
use crate::table::{Display, Table};

/// Names that feeds give the level of a line, most telling first.
const SEVERITY: [&str; 6] = [
    "severity",
    "level",
    "lvl",
    "log_level",
    "loglevel",
    "priority",
];

/// Names that feeds give the text of a line, most telling first.
const BODY: [&str; 7] = ["body", "message", "msg", "line", "log", "text", "value"];

/// The newest `len` rows as log lines. Projection that are no part of a line follow as they are.
pub(super) fn to_log_frame<'a>(
    table: &'a Table,
    len: usize,
    schema: &Schema,
    projection: &Projection,
) -> Frame<'a> {
    let shown = schema.shown(projection, &[Role::Value, Role::Label, Role::Id]);
    let time = Display {
        name: Some("timestamp".to_owned()),
        unit: None,
    };
    let columns = shown
        .iter()
        .filter_map(|(index, _)| schema.columns.get(*index));
    let roles: Vec<Role> = columns.map(|column| column.role).collect();
    let mut frame = table.frame(len, time, &shown);
    let mut rest = frame.fields.split_off(1);
    let body = find(&rest, &roles, &BODY).or_else(|| first(&rest, &roles, &SEVERITY));
    let severity = find(&rest, &roles, &SEVERITY).filter(|i| Some(*i) != body);
    let id = roles.iter().position(|role| *role == Role::Id);
    let labels = label_field(&rest, &roles, len);
    let mut used = Vec::new();
    for (place, name) in [(body, "body"), (severity, "severity"), (id, "id")] {
        if let Some(index) = place {
            let mut field = rest[index].clone();
            name.clone_into(&mut field.name);
            frame.fields.push(field);
            used.push(index);
        }
    }
    frame.fields.extend(labels);
    for (index, field) in rest.drain(..).enumerate() {
        if roles.get(index) == Some(&Role::Value) && !used.contains(&index) {
            frame.fields.push(field);
        }
    }
    frame
}

/// The text whose name is the most telling one.
fn find(fields: &[Field<'_>], roles: &[Role], names: &[&str]) -> Option<usize> {
    let rank = |field: &Field<'_>| {
        let last = field.name.rsplit('.').next().unwrap_or(&field.name);
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(last))
    };
    let fields = fields.iter().zip(roles).enumerate();
    fields
        .filter(|(_, (field, role))| **role == Role::Value && field.kind == FieldType::String)
        .filter_map(|(index, (field, _))| Some((rank(field)?, index)))
        .min()
        .map(|(_, index)| index)
}

/// The first text that is no severity, or else the first value.
fn first(fields: &[Field<'_>], roles: &[Role], not: &[&str]) -> Option<usize> {
    let values = || (0..fields.len()).filter(|index| roles.get(*index) == Some(&Role::Value));
    let fits = |index: &usize| {
        let field = &fields[*index];
        let severity = not
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&field.name));
        field.kind == FieldType::String && !severity
    };
    values().find(fits).or_else(|| values().next())
}

/// One field of label sets, made of the label columns.
fn label_field<'a>(fields: &[Field<'a>], roles: &[Role], len: usize) -> Option<Field<'a>> {
    let columns = fields.iter().zip(roles);
    let columns: Vec<&Field<'_>> = columns
        .filter(|(_, role)| **role == Role::Label)
        .map(|(field, _)| field)
        .collect();
    if columns.is_empty() {
        return None;
    }
    let mut seen: HashMap<Vec<u32>, u32, RandomState> = HashMap::default();
    let mut distinct = Vec::new();
    let mut rows = Vec::with_capacity(len);
    for row in 0..len {
        let texts = columns.iter().map(|field| id_at(field, row)).collect();
        let id = *seen.entry(texts).or_insert_with_key(|texts| {
            distinct.push(labels_of(&columns, texts));
            distinct.len() as u32 - 1
        });
        rows.push(id);
    }
    Some(Field {
        name: "labels".to_owned(),
        display_name: None,
        labels: None,
        kind: FieldType::Other,
        unit: None,
        values: Values::LabelSets { distinct, rows },
    })
}

fn id_at(field: &Field<'_>, row: usize) -> u32 {
    match &field.values {
        Values::Texts { rows, .. } => rows.get(row).copied().unwrap_or(u32::MAX),
        _ => u32::MAX,
    }
}

fn labels_of(columns: &[&Field<'_>], ids: &[u32]) -> Labels {
    let label = |(field, id): (&&Field<'_>, &u32)| match &field.values {
        Values::Texts { distinct, .. } => {
            let text = distinct.get(*id as usize)?;
            Some((field.name.clone(), text.to_string()))
        }
        _ => None,
    };
    let mut labels = Labels::new();
    for (name, text) in columns.iter().zip(ids).filter_map(label) {
        match crate::extract::object::members(&text) {
            Some(members) => labels.extend(members),
            None => labels.push((name, text)),
        }
    }
    labels
}
