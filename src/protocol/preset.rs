//! What a preset is, and whether what queries and data sources tell it can be used.
//!
//! A data source names one of [`PRESETS`](super::PRESETS), and its queries then say in `params` what they want instead of
//! writing subscribe messages.

use serde_json::Value;

use super::contract::{Params, SubscribeRequest};
use crate::error::Error;

/// A protocol that Freshet speaks by itself.
#[derive(Debug)]
pub struct Preset {
    /// The stored name, which is that of its protocol.
    pub name: &'static str,
    /// The name to show.
    pub title: &'static str,
    /// What queries tell it.
    pub params: &'static [PresetParam],
    /// What the data source tells it.
    pub options: &'static [PresetParam],
    /// The script that it is, parts of which a data source may change; without, it is the protocol of its name.
    pub script: Option<&'static str>,
    /// Where its servers are found.
    pub address: PresetAddress,
    /// What it does with the token of the data source, in a sentence; `None` when nothing.
    pub token: Option<&'static str>,
}

/// What the address of a data source is completed with, so that its URL need name no more than the host.
#[derive(Debug, PartialEq)]
pub struct PresetAddress {
    /// The path, where the data source's URL and the query's path name none; empty: none.
    pub path: &'static str,
    /// The parameters of the query string, those that the URL does not have; empty: none. A value with `${…}` in it is
    /// filled in for each connection, and left out where a query does not say it.
    pub query: &'static str,
    /// Offered to the server, where the data source names none.
    pub subprotocols: &'static [&'static str],
}

impl PresetAddress {
    /// For servers that may be anywhere.
    pub const ANY: Self = Self {
        path: "",
        query: "",
        subprotocols: &[],
    };

    /// The parameters that are the same for every connection.
    pub fn constant(&self) -> impl Iterator<Item = &'static str> {
        let parameters = self.query.split('&');
        parameters.filter(|parameter| !parameter.contains("${"))
    }

    /// Those that are filled in, names and values.
    pub fn filled(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let parameters = self.query.split('&');
        let filled = parameters.filter(|parameter| parameter.contains("${"));
        filled.filter_map(|parameter| parameter.split_once('='))
    }
}

/// Something that a query or a data source tells a preset.
#[derive(Debug)]
pub struct PresetParam {
    /// The stored name.
    pub name: &'static str,
    /// The name to show.
    pub title: &'static str,
    /// Whether it has to be said.
    pub is_required: bool,
    /// Whether it is JSON, which may be given as it is or as a text. All others are texts.
    pub is_json: bool,
    /// What is so when it is not given, for people.
    pub unset: &'static str,
    /// A value that it may have, for people; empty where none says more than its name.
    pub example: &'static str,
    /// What is wrong with a value, as a text, if anything.
    fault: fn(&str) -> Option<&'static str>,
}

impl PresetParam {
    /// A text that need not be given.
    pub(super) const fn text(name: &'static str, title: &'static str) -> Self {
        Self {
            name,
            title,
            is_required: false,
            is_json: false,
            unset: "none",
            example: "",
            fault: |_| None,
        }
    }

    /// JSON that need not be given.
    pub(super) const fn json(name: &'static str, title: &'static str) -> Self {
        Self {
            is_json: true,
            ..Self::text(name, title)
        }
    }

    /// The same, to be given.
    pub(super) const fn required(self) -> Self {
        Self {
            is_required: true,
            unset: "needed",
            ..self
        }
    }

    /// The same, which is `unset` when it is not given.
    pub(super) const fn or(self, unset: &'static str) -> Self {
        Self { unset, ..self }
    }

    /// The same, with an example.
    pub(super) const fn like(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// The same, for values in which `fault` finds nothing.
    pub(super) const fn checked(self, fault: fn(&str) -> Option<&'static str>) -> Self {
        Self { fault, ..self }
    }
}

impl Preset {
    /// Checks what a query asks for.
    ///
    /// # Errors
    /// The first param, or text, that cannot be used.
    pub(super) fn check(&self, request: &SubscribeRequest) -> Result<(), Error> {
        if let (Some(text), None) = (&request.text, self.script) {
            let problem = format!(
                "the data source speaks {} by itself; clear it, and use {} instead",
                self.title, self.params[0].title
            );
            return Err(Error::new("subscribe", text, problem));
        }
        self.check_values("params", self.params, &request.params)
    }

    /// Checks what the data source says.
    ///
    /// # Errors
    /// The first option that cannot be used.
    pub(super) fn check_options(&self, options: &Params) -> Result<(), Error> {
        self.check_values("options", self.options, options)
    }

    fn check_values(
        &self,
        group: &str,
        known: &[PresetParam],
        given: &Params,
    ) -> Result<(), Error> {
        for param in known {
            let field = format!("{group}.{}", param.name);
            match given.get(param.name) {
                Some(Value::String(text)) if !text.trim().is_empty() => {
                    if let Some(fault) = (param.fault)(text.trim()) {
                        return Err(Error::new(&field, text, fault));
                    }
                }
                None | Some(Value::Null | Value::String(_)) if !param.is_required => {}
                None | Some(Value::Null | Value::String(_)) => {
                    let more = match param.example {
                        "" => String::new(),
                        example => format!(", for example {example}"),
                    };
                    return Err(Error::missing(field, param.title, &more));
                }
                Some(value) if param.is_json => {
                    if let Some(fault) = (param.fault)(&value.to_string()) {
                        return Err(Error::new(&field, value, fault));
                    }
                }
                Some(value) => return Err(Error::new(&field, value, "must be a text")),
            }
        }
        if self.script.is_some() {
            // A script knows more than the fields that are offered for it.
            return Ok(());
        }
        let is_known = |name: &str| known.iter().any(|param| param.name == name);
        match given.iter().find(|(name, _)| !is_known(name)) {
            Some((name, value)) if known.is_empty() => {
                let problem = format!("{} knows none; clear it", self.title);
                Err(Error::new(format!("{group}.{name}"), value, problem))
            }
            Some((name, value)) => {
                let names: Vec<&str> = known.iter().map(|param| param.name).collect();
                let problem = format!("{} knows {}", self.title, listed(&names));
                Err(Error::new(format!("{group}.{name}"), value, problem))
            }
            None => Ok(()),
        }
    }
}

fn listed(names: &[&str]) -> String {
    match names {
        [most @ .., second, last] if !most.is_empty() => {
            format!("{}, {second} and {last}", most.join(", "))
        }
        _ => names.join(" and "),
    }
}

impl SubscribeRequest {
    /// A param that is a text and not empty.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        word(&self.params, name)
    }
}

/// What is a text in `params`, and not empty.
pub(super) fn word<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    let text = params.get(name)?.as_str()?.trim();
    Some(text).filter(|text| !text.is_empty())
}

/// What is JSON in `params`, given as it is or as a text.
pub(super) fn json_text(params: &Params, name: &str) -> Option<String> {
    match params.get(name)? {
        Value::Null => None,
        Value::String(_) => word(params, name).map(str::to_owned),
        value => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::PRESETS;

    fn examples(known: &[PresetParam]) -> Params {
        let known = known.iter().filter(|param| !param.example.is_empty());
        known
            .map(|param| (param.name.to_owned(), Value::from(param.example)))
            .collect()
    }

    #[test]
    fn what_has_to_be_said_has_an_example_and_examples_can_be_used() {
        for preset in PRESETS {
            let request = SubscribeRequest {
                params: examples(preset.params),
                ..SubscribeRequest::default()
            };
            assert_eq!(preset.check(&request), Ok(()), "{}", preset.title);
            let options = examples(preset.options);
            assert_eq!(preset.check_options(&options), Ok(()), "{}", preset.title);
        }
    }
}
