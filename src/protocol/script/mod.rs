//! A protocol that is data: what to say and what to expect, as JSON in the data source's settings or in a preset.
//!
//! In goes JSON ([`compile`]); [`ScriptClient`] then talks as it says: it steps through the handshake,
//! subscribes and reads the answers, answers what wants an answer, keeps the heartbeat, and tells which subscription a
//! message is for. Servers must speak in JSON texts; a text that is no JSON counts as the JSON string of it.
//! `docs/protocols.md` is the reference of the language.

mod address_resume;
mod answers;
mod asked_list;
mod asking;
mod client;
mod compile;
mod condition;
mod definition;
mod endpoint;
mod heart;
mod members;
mod packaging;
mod places;
mod routing;
mod rules;
mod subscriber;
mod template;
#[cfg(test)]
mod tests;
mod turns;

pub(super) use client::ScriptClient;
pub use compile::SCRIPT_MEMBERS;
pub(super) use compile::compile;
pub use definition::Script;
pub use endpoint::EndpointText;
