//! What the first message of a connection looked like, for the connection test.

use super::mask::Extent;
use super::token_side::TokenSide;
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
    /// The sample of a message, without the token in it.
    pub(super) fn from_message(message: Message<'_>, token: Option<&TokenSide>) -> Self {
        match message {
            Message::Text(bytes) => Self::from_text(bytes, token),
            Message::Binary(bytes) => Self::from_binary(bytes, token),
        }
    }

    fn from_text(message: &[u8], token: Option<&TokenSide>) -> Self {
        // No character has more than four bytes. A token is taken out before the cut, which it would not survive whole.
        let start = match token {
            Some(_) => message,
            None => message.get(..4 * SAMPLE).unwrap_or(message),
        };
        let text = masked(&String::from_utf8_lossy(start), token);
        Self {
            text: text.chars().take(SAMPLE).collect(),
            binary: false,
        }
    }

    /// What a binary message begins with, when it is text; else how long it is.
    fn from_binary(message: &[u8], token: Option<&TokenSide>) -> Self {
        let text = if starts_as_text(message) {
            let start = match token {
                Some(_) => message,
                None => message.get(..SAMPLE).unwrap_or(message),
            };
            let end = std::str::from_utf8(start).map_or_else(|error| error.valid_up_to(), str::len);
            let text = String::from_utf8_lossy(start.get(..end).unwrap_or_default());
            let mut text = masked(&text, token);
            let mut ends = (0..=SAMPLE.min(text.len())).rev();
            let end = ends.find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or_default());
            text
        } else {
            format!("{} bytes of binary data", message.len())
        };
        Self { text, binary: true }
    }
}

/// Whether what a message begins with is text, as far as it is shown.
fn starts_as_text(message: &[u8]) -> bool {
    let start = message.get(..SAMPLE).unwrap_or(message);
    match std::str::from_utf8(start) {
        Ok(_) => true,
        // The cut may go through a character.
        Err(error) => error.error_len().is_none(),
    }
}

fn masked(text: &str, token: Option<&TokenSide>) -> String {
    match token {
        Some(token) => token.masked(text.to_owned(), Extent::Whole),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(message: Message<'_>) -> (String, bool) {
        let sample = Sample::from_message(message, None);
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
