//! A place in a text, for the readers of formats that are written in characters of ASCII: line protocol and logfmt.

/// Goes over a text from front to back.
pub(super) struct TextCursor<'t> {
    text: &'t str,
    /// Bytes that have been passed.
    pub(super) pos: usize,
}

impl<'t> TextCursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, pos: 0 }
    }

    /// What has not been passed; nothing within a character.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// The bytes that have not been passed.
    pub(super) fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.pos..).unwrap_or_default()
    }

    /// What was passed from `start` on.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.pos).unwrap_or_default()
    }

    /// The next byte, which is not passed.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes().first().copied()
    }

    /// Passes `byte` if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.pos += usize::from(taken);
        taken
    }
}
