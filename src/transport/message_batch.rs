//! Messages that were whole by the end of a chunk.

use std::borrow::Cow;

use crate::format::SEPARATOR;

/// Text messages in order, written as [`Session::receive_texts`](crate::session::Session::receive_texts) takes them:
/// with a [`SEPARATOR`] between two.
#[derive(Debug, Default)]
pub struct MessageBatch {
    bytes: Vec<u8>,
    /// Where each message ends.
    ends: Vec<usize>,
}

impl MessageBatch {
    /// Adds a message. Bytes that are no UTF-8 become U+FFFD, as the UTF-8 decode of the Encoding standard has it.
    pub fn push(&mut self, message: &[u8]) {
        if !self.ends.is_empty() {
            self.bytes.push(SEPARATOR);
        }
        match String::from_utf8_lossy(message) {
            Cow::Borrowed(_) => self.bytes.extend_from_slice(message),
            Cow::Owned(text) => self.bytes.extend_from_slice(text.as_bytes()),
        }
        self.ends.push(self.bytes.len());
    }

    /// All of them, with a separator between two.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Each by itself.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let message = self.bytes.get(start..*end).unwrap_or_default();
            start = end + 1;
            message
        })
    }

    /// Forgets the messages and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}
