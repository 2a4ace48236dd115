//! What messages are written in, and their translation to JSON texts.
//!
//! Everything after this module reads JSON. A feed that sends something else is translated, message
//! by message, into JSON texts in a byte buffer ([`Documents`]), so that paths, types and rows mean
//! the same whatever a feed speaks. [`Decoder`] holds what a connection's messages have in common: what
//! `auto` found, the names in a CSV header.

pub(crate) mod calendar;
mod cbor;
mod cbor_numbers;
mod cbor_tags;
mod choice;
mod csv;
mod cursor;
mod decoder;
mod detect;
mod documents;
mod encoding;
mod formats;
pub mod framing;
mod influx;
mod json;
mod logfmt;
mod message;
mod msgpack;
mod reader;
#[cfg(test)]
pub(crate) mod tests;
mod text;
pub(crate) mod write;

pub use crate::decode::SEPARATOR;
pub use csv::CsvOptions;
pub use decoder::{Decoder, FoundFormat};
pub use documents::Documents;
pub use formats::{FORMATS, Format, FormatEntry};
pub use message::Message;
