//! What the first message of a connection looked like, for the connection test.

use crate::format::Message;

/// Characters, or bytes of a binary message, that are kept for the connection test.
const SAMPLE: usize = 200;

/// The first message since the connection began.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its first characters, or how many bytes it has.
    pub text: String,
    /// Whether it is binary.
    pub binary: bool,
}

impl Sample {
    /// The sample of a message.
    pub fn from_message(message: Message<'_>) -> Self {
        match message {
            Message::Text(bytes) => Self::from_text(bytes),
            Message::Binary(bytes) => Self::from_binary(bytes),
        }
    }

    fn from_text(message: &[u8]) -> Self {
        // No character has more than four bytes.
        let start = message.get(..4 * SAMPLE).unwrap_or(message);
        let text = String::from_utf8_lossy(start);
        Self {
            text: text.chars().take(SAMPLE).collect(),
            binary: false,
        }
    }

    /// What a binary message begins with, when it is text; else how long it is.
    fn from_binary(message: &[u8]) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(message: Message<'_>) -> (String, bool) {
        let sample = Sample::from_message(message);
        (sample.text, sample.binary)
    }

    #[test]
    fn shows_how_a_message_begins() {
        let long = "ä".repeat(300);
        assert_eq!(
            sample(Message::Text(long.as_bytes())),
            ("ä".repeat(200), false)
        );
        assert_eq!(sample(Message::Text(b"")), (String::new(), false));
        assert_eq!(
            sample(Message::Binary(b"{\"a\":1}")),
            ("{\"a\":1}".to_owned(), true)
        );
        // The cut goes through a character of two bytes.
        let odd = format!("x{}", "ä".repeat(300));
        let (text, _) = sample(Message::Binary(odd.as_bytes()));
        assert_eq!(text, format!("x{}", "ä".repeat(99)));
        assert_eq!(
            sample(Message::Binary(b"\xff\x00")),
            ("2 bytes of binary data".to_owned(), true)
        );
    }
}
