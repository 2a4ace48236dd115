//! What the first message of a connection looked like, for the connection test.

/// Characters, or bytes of a binary message, that are kept for the connection test.
const SAMPLE: usize = 200;

/// The first message since the connection began.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    /// Its first characters, or how many bytes it has.
    pub(super) text: String,
    /// Whether it is binary.
    pub(super) binary: bool,
}

impl Sample {
    /// The sample of a text, which is UTF-8.
    pub(super) fn of_text(message: &[u8]) -> Self {
        // No character has more than four bytes.
        let start = message.get(..4 * SAMPLE).unwrap_or(message);
        let text = String::from_utf8_lossy(start);
        Self {
            text: text.chars().take(SAMPLE).collect(),
            binary: false,
        }
    }

    /// What a binary message begins with, when it is text; else how long it is.
    pub(super) fn of_binary(message: &[u8]) -> Self {
        let start = message.get(..SAMPLE).unwrap_or(message);
        let text = match std::str::from_utf8(start) {
            Ok(text) => Some(text),
            // The cut may go through a character.
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&start[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        let length = message.len();
        Self {
            text: text.map_or_else(|| format!("{length} bytes of binary data"), str::to_owned),
            binary: true,
        }
    }
}
