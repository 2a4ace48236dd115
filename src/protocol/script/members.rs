//! The parts of a script's JSON, and how a fault in one is named.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::table::Millis;

/// How long the server may take for a step of the handshake, and for the answer to a subscription.
const ANSWER_MS: Millis = 10_000.0;

/// The members of a part, and where it stands.
pub(super) struct Members<'s> {
    pub(super) field: String,
    pub(super) members: &'s Map<String, Value>,
}

impl<'s> Members<'s> {
    pub(super) fn new(field: &str, value: &'s Value) -> Result<Self, Error> {
        match value {
            Value::Object(members) => Ok(Self {
                field: field.to_owned(),
                members,
            }),
            _ => Err(Error::new(field, value, "must be an object")),
        }
    }

    pub(super) fn name(&self, name: &str) -> String {
        match self.field.as_str() {
            "" => name.to_owned(),
            field => format!("{field}.{name}"),
        }
    }

    /// A member that is set.
    pub(super) fn get(&self, name: &str) -> Option<(String, &'s Value)> {
        let value = self.members.get(name).filter(|value| !value.is_null())?;
        Some((self.name(name), value))
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, Error> {
        let found = self.get(name);
        found
            .map(|(field, value)| Self::new(&field, value))
            .transpose()
    }

    pub(super) fn required(&self, name: &str, problem: &str) -> Result<(String, &'s Value), Error> {
        self.get(name)
            .ok_or_else(|| Error::new(self.name(name), "", problem))
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Error> {
        match self.get(name) {
            None => Ok(false),
            Some((_, Value::Bool(flag))) => Ok(*flag),
            Some((field, value)) => Err(Error::new(field, value, "must be true or false")),
        }
    }

    /// A number of milliseconds.
    pub(super) fn millis(&self, name: &str) -> Result<Millis, Error> {
        match self.get(name) {
            None => Ok(ANSWER_MS),
            Some((field, value)) => match value.as_f64().filter(|ms| *ms >= 1.0) {
                Some(ms) => Ok(ms),
                None => Err(Error::new(field, value, "must be at least 1 millisecond")),
            },
        }
    }

    /// Refuses what is not known: it would be taken for carried out.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Error> {
        let unknown = |name: &&String| !known.contains(&name.as_str());
        match self.members.keys().find(unknown) {
            Some(name) => {
                let problem = format!("is not known here; use {}", known.join(", "));
                Err(Error::new(self.name(name), &self.members[name], problem))
            }
            None => Ok(()),
        }
    }
}

/// One of a few words.
pub(super) fn choice<T: Copy>(
    field: &str,
    value: &Value,
    choices: &[(&str, T)],
) -> Result<T, Error> {
    let known = value
        .as_str()
        .and_then(|text| choices.iter().find(|(name, _)| *name == text));
    known.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        Error::new(
            field,
            value.as_str().unwrap_or_default(),
            format!("use {}", names.join(", ")),
        )
    })
}
