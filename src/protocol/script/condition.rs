//! What a message has to say to be meant: values at paths, compared with others.

use serde_json::Value;

use super::places::{PlaceId, Placed};
use super::template::{FillValues, MessageTemplate};

/// Any of several lists, of which each wants all of its tests to hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MessageCondition(pub(super) Vec<Vec<(PlaceId, ValueTest)>>);

/// What is asked of one value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ValueTest {
    /// It is this.
    Is(JsonLiteral),
    /// It is what this becomes.
    Becomes(MessageTemplate),
    /// It is there, or not.
    Exists(bool),
    /// It is one of these.
    In(Vec<JsonLiteral>),
    /// That does not hold.
    Not(Box<ValueTest>),
    /// It is a text that begins so.
    StartsWith(String),
    /// It is a text that holds this.
    Contains(String),
    /// It is a number below.
    Below(f64),
    /// It is a number above.
    Above(f64),
}

/// A value that is compared with those of messages.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JsonLiteral {
    /// As compact JSON, which most servers write as well.
    json: String,
    value: Value,
}

impl JsonLiteral {
    pub(super) fn new(value: Value) -> Self {
        Self {
            json: value.to_string(),
            value,
        }
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// Whether a JSON text says the same. Numbers are compared as numbers.
    pub(super) fn is(&self, json: &[u8]) -> bool {
        if json == self.json.as_bytes() {
            return true;
        }
        // Two ways to write the same are rare; most that differ do in their kind, their size or what stands between quotes.
        let may_be_same = match (&self.value, json.first()) {
            (Value::String(_), Some(b'"')) => {
                json.len() > self.json.len() && json.contains(&b'\\') || self.json.contains('\\')
            }
            (Value::Number(_), Some(b'-' | b'0'..=b'9')) => true,
            (Value::Array(items), Some(b'[')) => items.is_empty() == is_empty(json),
            (Value::Object(members), Some(b'{')) => members.is_empty() == is_empty(json),
            _ => false,
        };
        may_be_same
            && serde_json::from_slice::<Value>(json).is_ok_and(|value| equal(&value, &self.value))
    }
}

/// Whether an array or object holds nothing.
fn is_empty(json: &[u8]) -> bool {
    let mut inside = json.iter().skip(1);
    let first = inside.find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b']' | b'}'))
}

/// Whether two values are the same; 1.0 is 1.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(name, value): (&String, &Value)| {
                b.get(name).is_some_and(|other| equal(value, other))
            };
            a.len() == b.len() && a.iter().all(same)
        }
        _ => a == b,
    }
}

impl MessageCondition {
    /// Whether it holds for a message; `values` are for what it is compared with.
    pub(super) fn holds(&self, message: Placed<'_>, values: &FillValues<'_>) -> bool {
        self.0.iter().any(|tests| {
            let mut tests = tests.iter();
            tests.all(|(place, test)| test.holds(message, *place, values))
        })
    }

    /// Whether it could hold for a message, whatever its templates become.
    pub(super) fn may_hold(&self, message: Placed<'_>, values: &FillValues<'_>) -> bool {
        self.0.iter().any(|tests| {
            let mut tests = tests.iter();
            tests.all(|(place, test)| match test.template() {
                None => test.holds(message, *place, values),
                Some(_) => matches!(test, ValueTest::Not(_)) || message.get(*place).is_some(),
            })
        })
    }

    /// The templates that it compares with.
    pub(super) fn templates(&self) -> impl Iterator<Item = &MessageTemplate> {
        self.0
            .iter()
            .flatten()
            .filter_map(|(_, test)| test.template())
    }
}

impl ValueTest {
    fn holds(&self, message: Placed<'_>, place: PlaceId, values: &FillValues<'_>) -> bool {
        let json = message.get(place);
        match (self, json) {
            (Self::Exists(wanted), json) => json.is_some() == *wanted,
            (Self::Not(test), _) => !test.holds(message, place, values),
            (_, None) => false,
            (Self::Is(literal), Some(json)) => literal.is(json),
            (Self::In(literals), Some(json)) => literals.iter().any(|literal| literal.is(json)),
            (Self::Becomes(template), Some(json)) => {
                let filled = template.fill(values).ok().flatten();
                filled.is_some_and(|value| JsonLiteral::new(value).is(json))
            }
            (Self::StartsWith(start), Some(_)) => {
                let words = message.words(place);
                words.is_some_and(|words| words.starts_with(start))
            }
            (Self::Contains(part), Some(_)) => {
                let words = message.words(place);
                words.is_some_and(|words| words.contains(part))
            }
            (Self::Below(limit), Some(_)) => number(message, place).is_some_and(|n| n < *limit),
            (Self::Above(limit), Some(_)) => number(message, place).is_some_and(|n| n > *limit),
        }
    }

    fn template(&self) -> Option<&MessageTemplate> {
        match self {
            Self::Becomes(template) => Some(template),
            Self::Not(test) => test.template(),
            _ => None,
        }
    }
}

fn number(message: Placed<'_>, place: PlaceId) -> Option<f64> {
    message.value(place)?.as_f64()
}
