//! Nothing that a session with a token says holds it.

use proptest::prelude::*;

use super::token::{READS, SUBJECT, answer, stage};
use super::*;
use crate::frame::Notice;
use crate::session::probe::{Probe, ProbeStep};

#[derive(Debug, Clone)]
enum Says {
    Refusal(SaidWords),
    Close(u16, SaidWords),
    Text(SaidWords),
    Status(u16, SaidWords),
    Token,
    Opens,
    Passes(f64),
}

/// Words of a server or a browser, with the token of then in the place of `@`, written in one of the ways of
/// [`written`], behind so many characters, which moves it to where texts are cut.
#[derive(Debug, Clone)]
struct SaidWords {
    words: String,
    way: usize,
    before: usize,
}

impl SaidWords {
    fn about(&self, token: &str) -> String {
        let words = self.words.replace('@', &written(token, self.way));
        "-".repeat(self.before) + &words
    }
}

fn words() -> impl Strategy<Value = SaidWords> {
    let words = "([a-z @:/]{0,8}@?[a-z' ]{0,8}){0,3}";
    let before = prop_oneof![2 => Just(0), 1 => 0usize..60, 1 => 100usize..310];
    (words, 0usize..7, before).prop_map(|(words, way, before)| SaidWords { words, way, before })
}

/// A long token with characters that are written in more than one way.
fn token() -> impl Strategy<Value = String> {
    "T0K#[a-zA-Z0-9/\"\\\\+=~é-]{10,400}"
}

/// A token as JSON, an address, or JSON in JSON has it.
fn written(token: &str, way: usize) -> String {
    let quoted = |text: &str| {
        let json = serde_json::Value::from(text).to_string();
        json[1..json.len() - 1].to_owned()
    };
    let coded = |upper: bool| -> String {
        let byte = |byte: u8| match (byte.is_ascii_alphanumeric(), upper) {
            (true, _) => char::from(byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        };
        token.bytes().map(byte).collect()
    };
    match way {
        0 => token.to_owned(),
        1 => quoted(token),
        2 => quoted(token).replace('/', "\\/"),
        3 => coded(true),
        4 => coded(false),
        5 => quoted(&quoted(token)),
        _ => {
            let units = token.encode_utf16();
            units.map(|unit| format!("\\u{unit:04x}")).collect()
        }
    }
}

/// The same without what tells one way to write it from another.
fn plain(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    let number = |digits: Option<&[u8]>| {
        let digits = std::str::from_utf8(digits?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    while let [first, more @ ..] = rest {
        rest = more;
        match first {
            b'%' if let Some(byte) = number(more.get(..2)) => {
                out.push(byte as u8);
                rest = &more[2..];
            }
            b'\\' if more.first() == Some(&b'u') && number(more.get(1..5)).is_some() => {
                let c = number(more.get(1..5)).and_then(char::from_u32).unwrap();
                if c != '\\' {
                    out.extend(c.to_string().into_bytes());
                }
                rest = &more[5..];
            }
            b'\\' => {}
            other => out.push(*other),
        }
    }
    out.retain(|byte| *byte != b'\\');
    String::from_utf8_lossy(&out).into_owned()
}

/// A piece of a token, if it stands in what is shown: that it begins so, or so many characters of it.
fn piece(shown: &str, token: &str, most: usize) -> bool {
    let (shown, token) = (plain(shown), plain(token));
    let begin: String = token.chars().take(most).collect();
    let count = token.chars().count();
    let end: String = token.chars().skip(count.saturating_sub(8)).collect();
    shown.contains(&begin) || shown.contains(&end)
}

const STOMP: &str = r#"{"preset":"stomp","token":{"path":"t"}}"#;
const DESTINATION: &str = r#"{"params":{"destination":"/a"}}"#;

fn says() -> impl Strategy<Value = Says> {
    prop_oneof![
        1 => words().prop_map(Says::Refusal),
        3 => (1000u16..5000, words()).prop_map(|(code, words)| Says::Close(code, words)),
        4 => words().prop_map(Says::Text),
        2 => (200u16..600, words()).prop_map(|(status, words)| Says::Status(status, words)),
        3 => Just(Says::Token),
        3 => Just(Says::Opens),
        4 => (0.0f64..60_000.0).prop_map(Says::Passes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Nothing that a session says holds the token, whatever is said to it.
    #[test]
    fn nothing_that_is_shown_holds_the_token(
        events in proptest::collection::vec(says(), 1..25),
        tokens in proptest::collection::vec(token(), 3),
        from in 0usize..5,
    ) {
        let (base, jsondata, json) = [
            ("https://h", r#"{"query":{"k":"${token}"},"subprotocols":["x.${token}"],"token":{"path":"t"}}"#, READS),
            ("https://h", r#"{"query":{"k":"${token}"},"token":{"path":"t","ttl":"1m"}}"#, READS),
            ("https://h", r#"{"query":{"k":"${token}"},"transport":"sse","token":{"path":"t"}}"#, READS),
            ("https://h", r#"{"preset":"nats","token":{"path":"t"}}"#, SUBJECT),
            ("https://h", STOMP, DESTINATION),
        ][from];
        let mut tokens = tokens;
        if from == 0 {
            let fits = |c: char| c.is_ascii_alphanumeric() || "#~+-".contains(c);
            tokens.iter_mut().for_each(|token| token.retain(fits));
        }
        let (mut stage, reader) = stage(base, jsondata, json);
        let mut probe = Probe::new(5_000.0, 0.0);
        let mut issued = 0;
        for event in events {
            let of = |issued: usize| tokens[issued % tokens.len()].as_str();
            let token = if issued == 0 { "" } else { of(issued) };
            let worded = |words: SaidWords| words.about(token);
            let link = stage.session.link();
            let is_opening = link.state().has_socket() && !link.is_open() && !stage.session.awaits_token();
            match event {
                Says::Refusal(words) if is_opening => stage.handle(Event::Refused(worded(words))),
                Says::Close(code, words) if is_opening || stage.session.link().is_open() => {
                    let reason = worded(words);
                    stage.handle(Event::Closed(Close { code, reason }));
                }
                Says::Text(words) if stage.session.link().is_open() => {
                    stage.text(&match from {
                        3 => format!("-ERR '{}'\r\n", worded(words)),
                        4 => format!("ERROR\nmessage:no\n\n{}\0", worded(words)),
                        _ => worded(words),
                    });
                }
                Says::Status(status, words) => {
                    let head = ResponseHead { status, status_text: worded(words), ..ResponseHead::default() };
                    if stage.session.awaits_token() {
                        let body = b"{".to_vec();
                        stage.handle(Event::TokenAnswered(Ok(TokenAnswer::Fetched { head, body })));
                    } else if from == 2 && is_opening {
                        stage.handle(Event::Answered(head));
                    }
                }
                Says::Token if stage.session.awaits_token() => {
                    issued += 1;
                    stage.handle(answer(200, of(issued)));
                }
                Says::Opens if is_opening && from != 2 => stage.handle(Event::Opened {
                    subprotocol: format!("x.{token}"),
                    wall: 0.0,
                }),
                Says::Passes(time) => stage.until(stage.now + time),
                Says::Refusal(_) | Says::Close(..) | Says::Text(_) | Says::Token | Says::Opens => {}
            }
            let mut shown = vec![stage.said(reader), stage.session.key().url.clone()];
            shown.extend(stage.session.stats().into_iter().map(|stat| stat.name.into_owned()));
            shown.extend(stage.session.token_problem().map(str::to_owned));
            if let ProbeStep::Done(report) = probe.poll(&stage.session, stage.now) {
                shown.push(format!("{report:?}"));
            }
            let stream = stage.session.stream(reader).unwrap();
            let mut notices: Vec<Notice> = stream.borrow().notices(&query(json).projection);
            stage.session.mask(&mut notices);
            for token in tokens.iter().filter(|_| issued > 0) {
                for text in &shown {
                    prop_assert!(!piece(text, token, 5), "{text}");
                }
                // Streams cut what they keep of a message before anybody can take the token out of it.
                for notice in &notices {
                    prop_assert!(!piece(&notice.text, token, 8), "{}", notice.text);
                }
            }
        }
    }
}
