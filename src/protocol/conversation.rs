//! How a server wants to be talked to: what the data source's `preset` and the query's `format` say of it.
//!
//! Settings make one of their `preset`; a session makes its protocol with it.

use super::contract::{Params, Protocol, Setup, SubscribeRequest};
use super::presets::{PRESETS, Preset, PresetAddress};
use super::protocols::{self, PROTOCOLS, ProtocolEntry};
use crate::error::Error;

/// How a server wants to be talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conversation {
    /// As the first message tells.
    #[default]
    Unknown,
    /// By the texts of queries, which name this protocol in the place of a format.
    Texts(&'static str),
    /// By the preset of this name.
    Preset(&'static str),
}

impl Conversation {
    /// The conversation of a data source whose `preset` is `name`, if there is such a preset.
    pub fn of_preset(name: &str) -> Option<Self> {
        let known = PRESETS.iter().find(|preset| preset.name == name);
        known.map(|preset| Self::Preset(preset.name))
    }

    fn preset(self) -> Option<&'static Preset> {
        match self {
            Self::Preset(name) => PRESETS.iter().find(|preset| preset.name == name),
            Self::Texts(_) | Self::Unknown => None,
        }
    }

    /// The protocol, where it is known beforehand.
    pub fn entry(self) -> Option<&'static ProtocolEntry> {
        match self {
            Self::Unknown => None,
            Self::Texts(name) | Self::Preset(name) => protocols::find(name),
        }
    }

    /// What an address is completed with.
    pub fn address(self) -> &'static PresetAddress {
        self.preset()
            .map_or(&PresetAddress::ANY, |preset| &preset.address)
    }

    /// Whether one socket serves queries that ask for different things.
    pub fn tells_apart(self) -> bool {
        self.preset().is_some()
    }

    /// The conversation with a server that a query reads with this `request`, and names a protocol in the place of a
    /// format or does not.
    ///
    /// # Errors
    /// When the request is not what the data source's preset asks the server for.
    pub fn of_query(
        self,
        protocol: Option<&'static str>,
        request: &SubscribeRequest,
    ) -> Result<Self, Error> {
        match self.preset() {
            Some(preset) => preset.check(request).map(|()| self),
            None => {
                if let Some((name, value)) = request.params.iter().next() {
                    let problem = "only a data source with a preset uses params; clear it, or choose a preset";
                    return Err(Error::new(format!("params.{name}"), value, problem));
                }
                Ok(protocol.map_or(self, Self::Texts))
            }
        }
    }

    /// Checks what the data source tells its preset.
    ///
    /// # Errors
    /// The first option that cannot be used.
    pub fn check_options(self, options: &Params) -> Result<(), Error> {
        match self.preset() {
            Some(preset) => preset.check_options(options),
            None => Ok(()),
        }
    }

    /// The protocol of a socket, for messages of at most `max_message_bytes`.
    pub fn protocol(
        self,
        max_message_bytes: usize,
        options: &Params,
        seed: u64,
    ) -> Box<dyn Protocol> {
        let entry = self.entry().unwrap_or(&PROTOCOLS[0]);
        (entry.make)(&Setup {
            max_message_bytes,
            is_client: self.preset().is_some(),
            options: options.clone(),
            seed,
        })
    }
}
