//! What must not stand in a file that is sent to somebody, as far as it is known, and texts without it.

use serde_json::Value;

use super::mask::{self, Extent};

/// Shorter texts are no secrets, and stand in many messages.
const LEAST_SECRET: usize = 4;

/// A parameter of an address that is so long is a key of some kind, whatever its name.
const LONG_PARAMETER: usize = 20;

/// Parts of names under which secrets stand.
const SECRET_NAMES: [&str; 9] = [
    "token", "secret", "pass", "auth", "key", "jwt", "sig", "cred", "session",
];

/// Texts that are secret.
#[derive(Debug, Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// Adds the parameters of an address that are likely to be secret.
    pub(super) fn add_parameters(&mut self, address: &str) {
        for (name, value) in parameters(address) {
            if is_secret_parameter(name, value) {
                self.add(value);
            }
        }
    }

    /// The longest first: one that is a part of another would leave the rest of that.
    pub(super) fn in_order(mut self) -> Self {
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        self
    }

    /// Adds one, as it stands in a message.
    pub(super) fn add(&mut self, secret: &str) {
        if secret.len() < LEAST_SECRET || secret.starts_with("${") {
            return;
        }
        self.0.push(secret.to_owned());
        let quoted = Value::from(secret).to_string();
        let escaped = &quoted[1..quoted.len() - 1];
        if escaped != secret {
            self.0.push(escaped.to_owned());
        }
        // `Bearer …`
        if let Some((_, bare)) = secret.split_once(' ') {
            self.add(bare);
        }
    }

    /// Adds texts and numbers that stand under a telling name; JSON in texts is looked into.
    pub(super) fn add_members(&mut self, value: &Value, is_secret: bool) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    self.add_members(value, is_secret || is_secret_name(name));
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| self.add_members(item, is_secret)),
            Value::String(text) => match json_in(text) {
                Some(inner) => self.add_members(&inner, is_secret),
                None if is_secret => self.add(text),
                None => {}
            },
            Value::Number(number) if is_secret => self.add(&number.to_string()),
            Value::Number(_) | Value::Null | Value::Bool(_) => {}
        }
    }

    /// A text with `***` in the place of each.
    pub(super) fn out_of_text(&self, text: &str) -> String {
        mask::masked(text.to_owned(), &self.0, Extent::Whole)
    }

    /// Byte for byte, since what is binary says how long its texts are.
    pub(super) fn out_of_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for secret in &self.0 {
            let found: Vec<usize> = memchr::memmem::find_iter(&bytes, secret.as_bytes()).collect();
            for at in found {
                bytes[at..at + secret.len()].fill(b'*');
            }
        }
        bytes
    }
}

/// Whether what has this name is likely to be secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

fn is_secret_parameter(name: &str, value: &str) -> bool {
    is_secret_name(name) || value.len() >= LONG_PARAMETER
}

fn parameters(address: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = address
        .split_once('?')
        .map_or("", |(_, query)| query)
        .split('#')
        .next()
        .unwrap_or_default();
    query.split('&').filter_map(|pair| pair.split_once('='))
}

/// An address without what may be secret in it.
pub(super) fn shown_address(address: &str) -> String {
    let (place, query) = match address.split_once('?') {
        Some((place, query)) => (place, query),
        None => (address, ""),
    };
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if is_secret_parameter(name, value) => format!("{name}=***"),
            _ => pair.to_owned(),
        })
        .collect();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{place}{separator}{}", pairs.join("&"))
}

fn json_in(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    (value.is_object() || value.is_array()).then_some(value)
}

/// The same, with `***` for what stands under a telling name, also in JSON in texts and in addresses.
pub(super) fn masked_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let is_text = value.is_string() || value.is_number();
                let value = if is_text && is_secret_name(name) {
                    "***".into()
                } else {
                    masked_names(value)
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(masked_names).collect(),
        Value::String(text) => match json_in(text) {
            Some(inner) => masked_names(&inner).to_string().into(),
            None => shown_address(text).into(),
        },
        other => other.clone(),
    }
}
