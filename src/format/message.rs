//! What a socket delivers.

/// A message as the socket delivers it.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// A text message, as UTF-8.
    Text(&'a [u8]),
    /// A binary message.
    Binary(&'a [u8]),
}

impl<'a> Message<'a> {
    /// Its bytes.
    pub fn bytes(self) -> &'a [u8] {
        let (Self::Text(bytes) | Self::Binary(bytes)) = self;
        bytes
    }
}
