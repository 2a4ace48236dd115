//! What every format has: a reader of a connection's messages.

use std::fmt;

use super::documents::Documents;
use super::framing;
use crate::decode::DecodeError;

/// Reads a connection's messages, one after the other, and remembers of them what later ones need.
pub(super) trait FormatReader {
    /// Appends the JSON texts that `message` holds. What was appended before an error stays.
    ///
    /// # Errors
    /// When the message, or a part of it, is not in the format.
    fn read(&mut self, message: &[u8], out: &mut Documents) -> Result<(), DecodeError>;

    /// Whether messages may be cut anywhere from now on, since they are what a stream happened to deliver.
    fn take_as_stream(&mut self, _is_stream: bool) {}

    /// A new connection begins.
    fn reconnected(&mut self) {}

    /// What the messages have shown beyond the name of the format, as a clause to follow that.
    fn description(&self) -> Option<String> {
        None
    }

    /// Whether text messages are JSON texts as they are.
    fn passes_text(&self) -> bool {
        false
    }
}

/// Without what it remembers, the code for which would be in every build.
impl fmt::Debug for dyn FormatReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reader")
    }
}

/// A binary format that remembers nothing.
#[derive(Debug)]
pub(super) struct BinaryReader(pub(super) fn(&[u8], &mut Documents) -> Result<(), DecodeError>);

impl FormatReader for BinaryReader {
    fn read(&mut self, message: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
        (self.0)(message, out)
    }
}

/// A format that is text and remembers nothing.
#[derive(Debug)]
pub(super) struct TextReader(pub(super) fn(&str, &mut Documents) -> Result<(), DecodeError>);

impl FormatReader for TextReader {
    fn read(&mut self, message: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
        framing::read_text(message, |text| (self.0)(text, out))
    }
}
