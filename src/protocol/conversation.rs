//! How a server wants to be talked to: what the data source's `preset` and the query's `format` say of it.
//!
//! In go the name of a preset and the parts of a protocol that a data source describes itself; out comes a [`Conversation`],
//! which says what queries have to tell and makes the protocol. Settings make one when they are checked; the key of a
//! session has the one that its query leads to, and the session makes its protocol with it.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::contract::{Params, Protocol, Setup, SubscribeRequest};
use super::preset::{Preset, PresetAddress, PresetParam};
use super::presets::PRESETS;
use super::protocols::{self, PROTOCOLS, ProtocolEntry};
use super::script::{self, SCRIPT_MEMBERS, Script, ScriptClient};
use crate::error::Error;

/// The name of a script that belongs to no preset.
const CUSTOM: &str = "custom";

/// How a server wants to be talked to.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Conversation {
    /// As the first message tells.
    #[default]
    Unknown,
    /// By the texts of queries, which name this protocol in the place of a format.
    Texts(&'static str),
    /// By the preset of this name.
    Preset(&'static str),
    /// As a script says, which is a preset's or the data source's own.
    Script {
        /// The preset that it is of, changed or not.
        preset: Option<&'static str>,
        /// What it says.
        script: Rc<Script>,
    },
}

/// Something that queries say to a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedParam {
    /// Its name in `params`.
    pub name: String,
    /// The name to show.
    pub title: String,
    /// Whether a query has to say it.
    pub is_required: bool,
}

/// What a data source says of the conversation, and what of that cannot be carried out.
#[derive(Debug, Default)]
pub struct Chosen {
    /// How the server wants to be talked to.
    pub conversation: Conversation,
    /// Options that are set and mean nothing here.
    pub not_carried_out: Vec<&'static str>,
}

impl Conversation {
    /// The conversation of a data source with this `preset`, whose settings hold these parts of a script. Parts of
    /// the data source take the place of those of the preset.
    ///
    /// # Errors
    /// The first part that cannot be used.
    pub fn choose(preset: Option<&str>, parts: Map<String, Value>) -> Result<Chosen, Error> {
        let known = preset.and_then(|name| PRESETS.iter().find(|preset| preset.name == name));
        let mut chosen = Chosen::default();
        if preset.is_some() && known.is_none() {
            // One of a later version, or misspelt.
            chosen.not_carried_out.push("preset");
        }
        let base = match known.map(|preset| (preset, preset.script)) {
            Some((preset, None)) => {
                let set = SCRIPT_MEMBERS
                    .iter()
                    .filter(|name| parts.contains_key(**name));
                chosen.not_carried_out.extend(set);
                chosen.conversation = Self::Preset(preset.name);
                return Ok(chosen);
            }
            Some((_, Some(script))) => serde_json::from_str(script).unwrap_or_default(),
            None => Map::new(),
        };
        if known.is_some() || !parts.is_empty() {
            let mut source = base;
            source.extend(parts);
            chosen.conversation = Self::Script {
                preset: known.map(|preset| preset.name),
                script: Rc::new(script::compile(&source)?),
            };
        }
        Ok(chosen)
    }

    fn preset(&self) -> Option<&'static Preset> {
        match self {
            Self::Preset(name)
            | Self::Script {
                preset: Some(name), ..
            } => PRESETS.iter().find(|preset| preset.name == *name),
            Self::Texts(_) | Self::Unknown | Self::Script { preset: None, .. } => None,
        }
    }

    /// The name of its preset.
    pub fn preset_name(&self) -> Option<&'static str> {
        self.preset().map(|preset| preset.name)
    }

    /// What queries say to it in `params`.
    pub fn asks(&self) -> Vec<AskedParam> {
        let preset = self
            .preset()
            .map_or(&[] as &[PresetParam], |preset| preset.params);
        let mut asked: Vec<AskedParam> = preset
            .iter()
            .map(|param| AskedParam {
                name: param.name.to_owned(),
                title: param.title.to_owned(),
                is_required: param.is_required,
            })
            .collect();
        if let Self::Script { script, .. } = self {
            for (name, is_required) in script.params() {
                if asked.iter().all(|param| param.name != name) {
                    asked.push(AskedParam {
                        title: name.clone(),
                        name,
                        is_required,
                    });
                }
            }
        }
        asked
    }

    /// Whether it is known beforehand, and not found out by the first message.
    pub fn is_known(&self) -> bool {
        *self != Self::Unknown
    }

    /// The protocol in code that it is, where it is known beforehand.
    fn entry(&self) -> Option<&'static ProtocolEntry> {
        match self {
            Self::Unknown | Self::Script { .. } => None,
            Self::Texts(name) | Self::Preset(name) => protocols::find(name),
        }
    }

    /// What an address is completed with.
    pub fn address(&self) -> &'static PresetAddress {
        self.preset()
            .map_or(&PresetAddress::ANY, |preset| &preset.address)
    }

    /// Whether one socket serves queries that ask for different things.
    pub fn tells_apart(&self) -> bool {
        match self {
            Self::Preset(_) => true,
            Self::Script { script, .. } => script.tells_apart(),
            Self::Unknown | Self::Texts(_) => false,
        }
    }

    /// Whether queries that differ in this param have a socket each, although one socket may serve several.
    pub fn keeps_apart(&self, param: &str) -> bool {
        match self {
            Self::Script { script, .. } => script.keeps_apart(param),
            Self::Preset(_) | Self::Unknown | Self::Texts(_) => false,
        }
    }

    /// Whether it cannot do without the token of the data source.
    pub fn needs_token(&self) -> bool {
        match self {
            Self::Script { script, .. } => script.needs_token(),
            Self::Preset(_) | Self::Unknown | Self::Texts(_) => false,
        }
    }

    /// The age at which its servers end a connection, or a little less, where they are known to: in milliseconds.
    pub fn max_connection_age_ms(&self) -> Option<f64> {
        match self {
            Self::Script { script, .. } => script.max_connection_age_ms(),
            Self::Preset(_) | Self::Unknown | Self::Texts(_) => None,
        }
    }

    /// The conversation with a server that a query reads with this `request`, and names a protocol in the place of a
    /// format or does not. Params whose names are `in_address` need mean nothing to the server's protocol.
    ///
    /// # Errors
    /// When the request is not what the data source's preset or script asks the server for.
    pub fn of_query(
        &self,
        protocol: Option<&'static str>,
        request: &SubscribeRequest,
        in_address: impl Fn(&str) -> bool,
    ) -> Result<Self, Error> {
        let without = |is_known: &dyn Fn(&str) -> bool| {
            let mut request = request.clone();
            let params = &mut request.params;
            params.retain(|name, _| is_known(name) || !in_address(name));
            request
        };
        self.check_protocol(protocol)?;
        if let Some(preset) = self.preset() {
            let is_known = |name: &str| preset.params.iter().any(|param| param.name == name);
            preset.check(&without(&is_known))?;
        }
        match self {
            Self::Script { script, .. } => {
                let params = script.params();
                script.check(&without(&|name| {
                    params.iter().any(|(known, _)| known == name)
                }))?;
            }
            Self::Preset(_) => {}
            Self::Unknown | Self::Texts(_) => {
                let request = without(&|_| false);
                if let Some((name, value)) = request.params.iter().next() {
                    let problem = "only a data source with a protocol uses params; clear it, or choose a protocol";
                    return Err(Error::new(format!("params.{name}"), value, problem));
                }
                return Ok(protocol.map_or(self.clone(), Self::Texts));
            }
        }
        Ok(self.clone())
    }

    /// Refuses a protocol that a query names in the place of a format, where the data source speaks another.
    fn check_protocol(&self, named: Option<&'static str>) -> Result<(), Error> {
        let own = match self {
            Self::Unknown | Self::Texts(_) => return Ok(()),
            Self::Preset(_) | Self::Script { .. } => self.preset().map(|preset| preset.title),
        };
        match named.filter(|name| self.preset_name() != Some(*name)) {
            Some(name) => {
                let own = own.unwrap_or("a protocol");
                let problem = format!(
                    "the data source speaks {own} by itself; clear it, or name the format of the payloads"
                );
                Err(Error::new("format", name, problem))
            }
            None => Ok(()),
        }
    }

    /// Refuses a text that takes a subscription back, where the protocol does that by itself.
    ///
    /// # Errors
    /// That text.
    pub fn check_unsubscribe(&self, text: Option<&str>) -> Result<(), Error> {
        match (text, self.preset()) {
            (Some(text), Some(preset)) if preset.script.is_none() => {
                let problem = format!(
                    "the data source speaks {} by itself, and takes subscriptions back; clear it",
                    preset.title
                );
                Err(Error::new("unsubscribe", text, problem))
            }
            _ => Ok(()),
        }
    }

    /// Checks what the data source tells its preset or script.
    ///
    /// # Errors
    /// The first option that cannot be used.
    pub fn check_options(&self, options: &Params) -> Result<(), Error> {
        if let Some(preset) = self.preset() {
            preset.check_options(options)?;
        }
        match self {
            Self::Script { script, .. } => script.check_options(options),
            Self::Preset(_) | Self::Unknown | Self::Texts(_) => Ok(()),
        }
    }

    /// The protocol of a socket, for messages of at most `max_message_bytes`.
    pub fn protocol(
        &self,
        max_message_bytes: usize,
        options: &Params,
        seed: u64,
    ) -> Box<dyn Protocol> {
        if let Self::Script { preset, script } = self {
            let name = preset.unwrap_or(CUSTOM);
            let script = Rc::clone(script);
            return Box::new(ScriptClient::new(
                script,
                name,
                max_message_bytes,
                options.clone(),
            ));
        }
        let entry = self.entry().unwrap_or(&PROTOCOLS[0]);
        (entry.make)(&Setup {
            max_message_bytes,
            is_client: self.preset().is_some(),
            options: options.clone(),
            seed,
        })
    }
}
