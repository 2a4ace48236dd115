//! A place in the messages at which values stand, and what is known of these.

use serde::Serialize;

/// What the values at a place are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SeenKind {
    /// Numbers, also in quotes.
    Number,
    /// Texts, also among others.
    String,
    /// Booleans.
    Boolean,
    /// Points in time.
    Time,
    /// Nothing but null.
    Null,
    /// Arrays and objects.
    Json,
}

/// What a place fits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SeenRole {
    /// To be shown.
    Value,
    /// The time of a row. Of all that are times the one that is most like it, since a row has one.
    Time,
    /// Says to which series a row belongs: the same few texts again and again.
    Label,
    /// Says that two rows are the same row: a name or number that differs from row to row.
    Id,
}

/// A place at which values stand; what is handed to the editors, and more for those who suggest a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedPlace {
    /// RFC 9535, of exactly this place: `$.updates[0].value`.
    pub path: String,
    /// The same for each item or member there, `$.updates[*].value`; `None` when nothing on the way repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// Where `each` goes over the members of a map: the path of the names of the innermost one, `$.sensors.*~`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<String>,
    /// The column's name that the path would get.
    pub name: String,
    /// The type of its values.
    pub kind: SeenKind,
    /// Of times: `timeFormat` of the query, where it is not found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_format: Option<&'static str>,
    /// Of times that say no zone: `timeZone` of the query, if their distance to the arrivals tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Grafana's id of the unit that the name or the values suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// What it fits for.
    pub role: SeenRole,
    /// In how many messages it was seen.
    pub seen: usize,
    /// How many values were different, counted to 100.
    pub distinct: usize,
    /// The newest values as texts, oldest first, at most 30; each cut after 100 bytes.
    pub values: Vec<String>,
    /// How many values there were.
    #[serde(skip)]
    pub count: usize,
    /// How many of them were null.
    #[serde(skip)]
    pub nulls: usize,
    /// Whether each of the newest values is above the one before, as in times and sequence numbers.
    #[serde(skip)]
    pub rises: bool,
    /// Whether the same values come again and again, so that they can be keys.
    #[serde(skip)]
    pub repeats: bool,
    /// Whether it holds texts that hold JSON objects or arrays.
    #[serde(skip)]
    pub holds_json: bool,
}
