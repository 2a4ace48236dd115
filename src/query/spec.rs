//! The query model as it comes from Grafana, not yet checked.
//!
//! Grafana's objects come in here by serde, with every option as it is stored; [`Query::parse`](super::Query::parse) checks them.
//! A suggestion is laid over one.

use serde::Deserialize;

use crate::error::Error;
use crate::extract::option_value::{NumberOption, OptionValue};
use crate::protocol::Params;

/// The query model as it comes from Grafana; names are the public contract of `StreamQuery`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct QuerySpec {
    /// The query is switched off.
    pub hide: Option<bool>,
    /// What it reads: `connections`, or the data source's feed when not set.
    pub query_type: Option<String>,
    /// Appended to the data source's URL.
    pub path: Option<String>,
    /// Names of the Server-Sent Events that are read.
    pub event: Option<String>,
    /// Sent once the connection stands.
    pub subscribe: Option<String>,
    /// What the data source's protocol asks the server for: a topic, a channel.
    pub params: Option<Params>,
    /// Sent when the last reader leaves.
    pub unsubscribe: Option<String>,
    /// How messages are written.
    pub format: Option<String>,
    /// Selectors of texts in them that hold JSON.
    pub parse: Option<Vec<String>>,
    /// What to take from them.
    pub fields: Option<Vec<FieldSpec>>,
    /// Rows kept.
    pub capacity: Option<NumberOption>,
    /// Packets per second.
    pub max_rate: Option<NumberOption>,
    /// History before the first packet.
    pub backfill: Option<BackfillSpec>,
    /// How CSV is written, where that is not to be guessed.
    pub csv: Option<CsvSpec>,
    /// Conditions that every row must meet.
    pub filter: Option<Vec<ConditionSpec>>,
    /// Whether every row is kept, or one per key.
    pub mode: Option<String>,
    /// Selectors of the key.
    pub keys: Option<Vec<String>>,
    /// Conditions under which a message removes its row.
    pub delete_when: Option<Vec<ConditionSpec>>,
    /// Conditions under which a message replaces all rows.
    pub clear_when: Option<Vec<ConditionSpec>>,
    /// Whether the rows of an earlier connection go; where `clearWhen` is given when not set.
    pub drop_on_reconnect: Option<bool>,
    /// How long a row stays that is not written again.
    pub expire_after: Option<String>,
    /// How old rows may be.
    pub window: Option<String>,
    /// Label sets kept.
    pub max_series: Option<NumberOption>,
    /// Rows of an interval as one.
    pub bucket: Option<BucketSpec>,
    /// The shape of the frames.
    pub view: Option<String>,
    /// Whether rows outlive a reload of the page.
    pub keep_rows: Option<bool>,
}

/// `csv` of the query model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CsvSpec {
    /// Whether the first record names the columns; guessed when not set.
    pub header: Option<bool>,
    /// What stands between two values; guessed when not set.
    pub separator: Option<String>,
}

/// `Condition` of the query model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ConditionSpec {
    /// JSONPath of the value.
    pub path: String,
    /// What must hold between the value and `value`.
    pub op: String,
    /// What the value is compared with.
    pub value: Option<OptionValue>,
}

/// `Bucket` of the query model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BucketSpec {
    /// Length of the interval.
    pub interval: String,
    /// What becomes of its rows.
    pub reduce: Option<String>,
}

/// `FieldSelector` of the query model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FieldSpec {
    /// JSONPath of the value.
    pub path: String,
    /// Name to show.
    pub name: Option<String>,
    /// What the value is for.
    pub role: Option<String>,
    /// Type to give it.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// How a time is written.
    pub time_format: Option<String>,
    /// Of which zone times are that do not say.
    pub time_zone: Option<String>,
    /// What of a text is the value: the first group of a regular expression.
    pub pattern: Option<String>,
    /// Grafana unit id.
    pub unit: Option<String>,
}

/// `Backfill` of the query model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BackfillSpec {
    /// Path relative to the data source's URL.
    pub url: String,
    /// Another data source that has the history.
    pub datasource: Option<DataSourceSpec>,
    /// What that is asked.
    pub query: Option<OtherQuerySpec>,
    /// What tells this question from others; not stored, but said by the host.
    pub key: Option<String>,
    /// How the answer is written.
    pub format: Option<String>,
    /// What to take from it; the query's fields when empty.
    pub fields: Option<Vec<FieldSpec>>,
}

/// Grafana's `DataSourceRef`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DataSourceSpec {
    /// Its identifier.
    pub uid: Option<String>,
    /// What people call it; not stored, but said by the host.
    pub name: Option<String>,
}

/// The query of another data source, which alone knows what is in it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct OtherQuerySpec {}

/// A number, also when written as text; `None` when not set.
///
/// # Errors
/// When it is set to something that is no number.
pub fn number(field: &str, value: Option<&NumberOption>) -> Result<Option<f64>, Error> {
    match value.map(|NumberOption(value)| value) {
        None => Ok(None),
        Some(OptionValue::Number(number)) => Ok(Some(*number)),
        Some(OptionValue::Text(text)) if text.trim().is_empty() => Ok(None),
        Some(OptionValue::Text(text)) => text
            .trim()
            .parse()
            .map(Some)
            .map_err(|_| Error::new(field, text, "must be a number")),
        Some(value) => Err(Error::new(field, value, "must be a number")),
    }
}
