//! Socket.IO 5 packets in Engine.IO 4 packets (github.com/socketio, protocol documents): the arrays of
//! events and acknowledgements are the texts.

use super::Documents;
use crate::decode::{DecodeError, DecodeErrorKind};

/// Appends the array that the packet carries, if it is one that carries any.
pub(super) fn decode(packet: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
    match packet {
        [b'4', rest @ ..] => message(rest, out),
        [b'0'..=b'6', ..] => Ok(()),
        [] => Err(error("it is empty", 0)),
        _ => Err(error("the first character is no packet type, 0 to 6", 0)),
    }
}

/// Whether a message of unknown format is what a server sends first, or an event.
pub(super) fn is_socketio(text: &str) -> bool {
    ["0{\"sid\"", "42[", "42/"]
        .iter()
        .any(|start| text.starts_with(start))
}

fn error(problem: &'static str, at: usize) -> DecodeError {
    let kind = DecodeErrorKind::Foreign {
        format: "a Socket.IO packet",
        problem,
    };
    DecodeError::new(kind, at)
}

fn message(packet: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
    let [kind, data @ ..] = packet else {
        return Err(error("the message's type is missing", 1));
    };
    match kind {
        // Connected, disconnected.
        b'0' | b'1' => Ok(()),
        b'4' => Err(DecodeError::new(DecodeErrorKind::ServerError, 0)),
        // Events, acknowledgements; with placeholders for what comes in binary messages.
        b'2' | b'3' => array(data, 2, out),
        b'5' | b'6' => {
            let count = data.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match data.get(count..) {
                Some([b'-', rest @ ..]) if count > 0 => array(rest, count + 3, out),
                _ => Err(error("the number of attachments is missing", 2)),
            }
        }
        _ => Err(error("the message's type is not one of 0 to 6", 1)),
    }
}

/// Appends what follows the namespace and the acknowledgement's number; `at` is where `data` begins.
fn array(data: &[u8], at: usize, out: &mut Documents) -> Result<(), DecodeError> {
    let namespace = match data.first() {
        Some(b'/') => memchr::memchr(b',', data).map_or(data.len(), |comma| comma + 1),
        _ => 0,
    };
    let rest = data.get(namespace..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = namespace + digits;
    match data.get(start..) {
        Some(array @ [b'[', ..]) => out.add_text(array, at + start),
        _ => Err(error("the array of an event is missing", at + start)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::texts;
    use super::*;

    fn json(packet: &str) -> Result<String, DecodeError> {
        let mut out = Documents::default();
        decode(packet.as_bytes(), &mut out).map(|()| texts(&out))
    }

    #[test]
    fn arrays_of_events_and_nothing_of_the_rest() {
        let cases = [
            (r#"42["tick",{"v":1}]"#, r#"["tick",{"v":1}]"#),
            (r#"42/admin,["tick",1]"#, r#"["tick",1]"#),
            (r#"4213["x"]"#, r#"["x"]"#),
            (
                r#"42/admin,456["project:delete",123]"#,
                r#"["project:delete",123]"#,
            ),
            ("43/admin,456[]", "[]"),
            (
                r#"451-["hello",{"_placeholder":true,"num":0}]"#,
                r#"["hello",{"_placeholder":true,"num":0}]"#,
            ),
            (
                r#"461-/admin,456[{"_placeholder":true,"num":0}]"#,
                r#"[{"_placeholder":true,"num":0}]"#,
            ),
            (
                r#"0{"sid":"lv_VI97HAXpY6yYWAAAC","pingInterval":25000}"#,
                "",
            ),
            ("2", ""),
            ("3probe", ""),
            ("6", ""),
            (r#"40{"sid":"x"}"#, ""),
            ("41/admin,", ""),
        ];
        for (packet, expected) in cases {
            assert_eq!(json(packet).as_deref(), Ok(expected), "{packet}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let refused = json(r#"44{"message":"Not authorized"}"#).map_err(|e| e.kind);
        assert_eq!(refused, Err(DecodeErrorKind::ServerError));
        for (packet, at) in [
            ("", 0),
            ("hello", 0),
            ("4", 1),
            ("49", 1),
            ("42", 2),
            ("42/a", 4),
            ("45[]", 2),
            ("42{}", 2),
        ] {
            let error = json(packet).unwrap_err();
            assert!(
                matches!(error.kind, DecodeErrorKind::Foreign { .. }),
                "{packet}"
            );
            assert_eq!(error.at, at, "{packet}");
        }
    }
}
