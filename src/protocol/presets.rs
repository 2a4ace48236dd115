//! The presets: the only list of them. A data source names one, and its queries then say in `params` what they want
//! instead of writing subscribe messages.

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
    /// The script that it is; without, it is the protocol of its name.
    pub script: Option<&'static str>,
}

/// Something that a query or a data source tells a preset: a text.
#[derive(Debug)]
pub struct PresetParam {
    /// The stored name.
    pub name: &'static str,
    /// The name to show.
    pub title: &'static str,
    /// Whether it has to be said.
    pub is_required: bool,
    /// What is wrong with a value, if anything.
    fault: fn(&str) -> Option<&'static str>,
}

/// Every preset.
pub const PRESETS: [Preset; 1] = [Preset {
    name: "nats",
    title: "NATS",
    params: &[
        PresetParam {
            name: "subject",
            title: "Subject",
            is_required: true,
            fault: nats_word,
        },
        PresetParam {
            name: "queue",
            title: "Queue group",
            is_required: false,
            fault: nats_word,
        },
    ],
    options: &[],
    script: None,
}];

/// Subjects and queue groups are words of a line (docs.nats.io, "Client Protocol").
fn nats_word(text: &str) -> Option<&'static str> {
    let breaks = |c: char| c.is_whitespace() || c.is_control();
    text.contains(breaks)
        .then_some("must be one word, without spaces")
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
                    let problem = format!("write the {}", param.title.to_lowercase());
                    return Err(Error::new(&field, "", problem));
                }
                Some(_) if self.script.is_some() => {}
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
        let text = self.params.get(name)?.as_str()?.trim();
        Some(text).filter(|text| !text.is_empty())
    }
}
