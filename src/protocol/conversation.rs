//! What a data source says of how its server wants to be talked to, checked.
//!
//! Settings make one of their `preset` and `options`; a session makes its protocol with it.

use super::contract::{Params, Protocol, Setup};
use super::protocols::{self, PROTOCOLS, ProtocolEntry};
use crate::error::Error;

/// How a server wants to be talked to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conversation {
    /// The protocol's name in [`PROTOCOLS`]; `None` where the first message is to tell.
    name: Option<&'static str>,
    options: Params,
}

impl Conversation {
    /// The conversation of a data source whose `preset` is called `name`, with these `options`.
    ///
    /// # Errors
    /// When there is no preset of that name.
    pub fn parse(name: Option<&str>, options: Option<&Params>) -> Result<Self, Error> {
        let options = options.cloned().unwrap_or_default();
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
            return Ok(Self {
                name: None,
                options,
            });
        };
        let Some(entry) = protocols::find(name) else {
            let names: Vec<&str> = PROTOCOLS.iter().map(|entry| entry.name).collect();
            let problem = format!("use one of {}", names.join(", "));
            return Err(Error::new("preset", name, problem));
        };
        Ok(Self {
            name: Some(entry.name),
            options,
        })
    }

    /// The same server, by another protocol.
    pub fn with(&self, name: &'static str) -> Self {
        Self {
            name: Some(name),
            options: self.options.clone(),
        }
    }

    /// The protocol, where it is known beforehand.
    pub fn entry(&self) -> Option<&'static ProtocolEntry> {
        self.name.and_then(protocols::find)
    }

    /// Whether one socket serves queries that ask for different things.
    pub fn tells_apart(&self) -> bool {
        self.entry().is_some_and(|entry| entry.tells_apart)
    }

    /// What a protocol is made with, for messages of at most `max_message_bytes`.
    pub fn setup(&self, max_message_bytes: usize) -> Setup {
        Setup {
            max_message_bytes,
            options: self.options.clone(),
        }
    }

    /// The protocol of a socket, for messages of at most `max_message_bytes`.
    pub fn protocol(&self, max_message_bytes: usize) -> Box<dyn Protocol> {
        let entry = self.entry().unwrap_or(&PROTOCOLS[0]);
        (entry.make)(&self.setup(max_message_bytes))
    }
}
