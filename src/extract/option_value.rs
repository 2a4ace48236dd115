//! What stands in an option of a query or a data source: people and provisioning files write numbers as texts, too.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The value of an option, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionValue {
    /// A number.
    Number(f64),
    /// A text, which may well hold a number; where a number is meant, an empty one is as good as none.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
}

impl fmt::Display for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
        }
    }
}

impl Serialize for OptionValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Boolean(value) => serializer.serialize_bool(*value),
        }
    }
}

impl<'de> Deserialize<'de> for OptionValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OptionVisitor {
            expects: "text, a number or a boolean",
        })
    }
}

/// The value of an option that is to be a number, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberOption(pub OptionValue);

impl<'de> Deserialize<'de> for NumberOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = OptionVisitor {
            expects: "a number",
        };
        deserializer.deserialize_any(visitor).map(Self)
    }
}

/// By hand: what `#[serde(untagged)]` generates was a tenth of the whole wasm.
struct OptionVisitor {
    expects: &'static str,
}

impl Visitor<'_> for OptionVisitor {
    type Value = OptionValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expects)
    }

    fn visit_bool<E>(self, value: bool) -> Result<OptionValue, E> {
        Ok(OptionValue::Boolean(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<OptionValue, E> {
        Ok(OptionValue::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<OptionValue, E> {
        Ok(OptionValue::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<OptionValue, E> {
        Ok(OptionValue::Number(value as f64))
    }

    fn visit_str<E>(self, value: &str) -> Result<OptionValue, E> {
        Ok(OptionValue::Text(value.to_owned()))
    }
}
