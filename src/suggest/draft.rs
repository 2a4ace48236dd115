//! The options of a suggested query, and why they are set.
//!
//! The steps of a suggestion fill in a [`Draft`]; its user gets it as the options of a query, laid over what stood there before.

use serde::Serialize;

use crate::extract::option_value::OptionValue;
use crate::extract::path::Path;
use crate::query::{BucketSpec, ConditionSpec, FieldSpec, QuerySpec};

/// Options to set in a stored query, by their names there; what it does not name stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Draft {
    /// Texts that hold JSON.
    pub parse: Vec<String>,
    /// What to take from the messages.
    pub fields: Vec<DraftField>,
    /// What rows have to meet.
    pub filter: Vec<DraftCondition>,
    /// `append` or `upsert`.
    pub mode: &'static str,
    /// The key, for `upsert`.
    pub keys: Vec<String>,
    /// What a message meets that removes the row of its key, for `upsert`.
    #[serde(rename = "deleteWhen")]
    pub delete_when: Vec<DraftCondition>,
    /// `timeseries`, `table` or `logs`.
    pub view: &'static str,
    /// Without an interval, which switches a bucket off that would be in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<NoBucket>,
    /// Why each is set.
    #[serde(skip)]
    pub(super) reasons: Vec<DraftReason>,
}

/// A bucket that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NoBucket {
    interval: &'static str,
}

/// `FieldSelector` of the query model.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftField {
    /// JSONPath of the value.
    pub path: String,
    /// Where another name than the path's is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `value` where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    /// Where it is not found out.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// Where it is not found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_format: Option<&'static str>,
    /// Where the times say none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Grafana's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
}

/// `Condition` of the query model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DraftCondition {
    /// JSONPath of the value.
    pub path: String,
    /// What must hold.
    pub op: &'static str,
    /// What it is compared with; null where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<OptionValue>,
}

/// Why an option is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftReason {
    /// Its place in the query, such as `fields[1]`.
    pub option: String,
    /// A sentence or two.
    pub text: String,
}

impl DraftReason {
    pub(super) fn new(option: &str, text: &str) -> Self {
        Self {
            option: option.to_owned(),
            text: text.to_owned(),
        }
    }
}

/// The options in the order of the query model.
const OPTIONS: [&str; 7] = [
    "parse",
    "fields",
    "filter",
    "mode",
    "keys",
    "deleteWhen",
    "view",
];

impl Draft {
    /// Says why an option is set.
    pub(super) fn because(&mut self, option: &str, text: &str) {
        self.reasons.push(DraftReason::new(option, text));
    }

    /// Adds a field, and says why.
    pub(super) fn add(&mut self, field: DraftField, text: &str) {
        self.because(&format!("fields[{}]", self.fields.len()), text);
        self.fields.push(field);
    }

    /// The same query for rows of every kind.
    pub(super) fn without_filter(&self) -> Self {
        let mut draft = self.clone();
        draft.filter.clear();
        draft
            .reasons
            .retain(|reason| !reason.option.starts_with("filter"));
        draft
    }

    /// The reasons, in the order of the options.
    pub(super) fn take_reasons(&mut self) -> Vec<DraftReason> {
        let all = std::mem::take(&mut self.reasons);
        let mut reasons = Vec::with_capacity(all.len());
        for option in OPTIONS {
            let own = all
                .iter()
                .filter(|reason| reason.option.starts_with(option));
            reasons.extend(own.cloned());
        }
        if self.mode.is_empty() {
            self.mode = "append";
        }
        if self.view.is_empty() {
            self.view = "timeseries";
        }
        reasons
    }

    /// What of a stored query says which messages come, and how they are written; with the texts opened that hold JSON.
    pub(super) fn bare(&self, spec: &QuerySpec) -> QuerySpec {
        QuerySpec {
            path: spec.path.clone(),
            event: spec.event.clone(),
            subscribe: spec.subscribe.clone(),
            params: spec.params.clone(),
            unsubscribe: spec.unsubscribe.clone(),
            format: spec.format.clone(),
            csv: spec.csv.clone(),
            parse: Some(self.parse.clone()),
            ..QuerySpec::default()
        }
    }

    /// The stored query with these options set.
    pub fn over(&self, spec: &QuerySpec) -> QuerySpec {
        let field = |field: &DraftField| FieldSpec {
            path: field.path.clone(),
            name: field.name.clone(),
            role: field.role.map(str::to_owned),
            kind: field.kind.map(str::to_owned),
            time_format: field.time_format.map(str::to_owned),
            time_zone: field.time_zone.clone(),
            unit: field.unit.map(str::to_owned),
            ..FieldSpec::default()
        };
        let condition = |condition: &DraftCondition| ConditionSpec {
            path: condition.path.clone(),
            op: condition.op.to_owned(),
            value: condition.value.clone(),
        };
        QuerySpec {
            parse: Some(self.parse.clone()),
            fields: Some(self.fields.iter().map(field).collect()),
            filter: Some(self.filter.iter().map(condition).collect()),
            mode: Some(self.mode.to_owned()),
            keys: Some(self.keys.clone()),
            delete_when: Some(self.delete_when.iter().map(condition).collect()),
            view: Some(self.view.to_owned()),
            bucket: match self.bucket {
                Some(_) => Some(BucketSpec::default()),
                None => spec.bucket.clone(),
            },
            ..spec.clone()
        }
    }

    /// Has messages that meet the condition remove their rows.
    pub(super) fn delete(&mut self, condition: DraftCondition, why: &str) {
        self.because("deleteWhen[0]", why);
        self.delete_when.push(condition);
    }

    /// Has one row for each key.
    pub(super) fn upsert(&mut self, keys: Vec<String>) {
        self.mode = "upsert";
        self.keys = keys;
        self.bucket = Some(NoBucket { interval: "" });
    }
}

impl DraftField {
    /// The name under which it is shown.
    pub(super) fn shown_name(&self) -> String {
        let own =
            || Path::parse(&self.path).map_or_else(|_| String::new(), |path| path.last_name());
        self.name.clone().unwrap_or_else(own)
    }
}
