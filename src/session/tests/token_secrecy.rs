//! Nothing that a session with a token says holds it.

use proptest::prelude::*;

use super::token::{READS, SUBJECT, answer, stage};
use super::*;
use crate::frame::Notice;
use crate::session::probe::{Probe, ProbeStep};

#[derive(Debug, Clone)]
enum Says {
    Refusal(String),
    Close(u16, String),
    Text(String),
    Status(u16, String),
    Token,
    Opens,
    Passes(f64),
}

/// Words of a server or a browser, with the token of then in the place of `@`.
fn words() -> impl Strategy<Value = String> {
    "([a-z @:/]{0,8}@?[a-z'\" ]{0,8}){0,3}"
}

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
        from in 0usize..4,
    ) {
        let (base, jsondata, json) = [
            ("https://h", r#"{"query":{"k":"${token}"},"subprotocols":["x.${token}"],"token":{"path":"t"}}"#, READS),
            ("https://h", r#"{"query":{"k":"${token}"},"token":{"path":"t","ttl":"1m"}}"#, READS),
            ("https://h", r#"{"query":{"k":"${token}"},"transport":"sse","token":{"path":"t"}}"#, READS),
            ("https://h", r#"{"preset":"nats","token":{"path":"t"}}"#, SUBJECT),
        ][from];
        let (mut stage, reader) = stage(base, jsondata, json);
        let mut probe = Probe::new(5_000.0, 0.0);
        let mut issued = 0;
        for event in events {
            let token = if issued == 0 { String::new() } else { format!("T0K-{issued}") };
            let worded = |words: String| words.replace('@', &token);
            let link = stage.session.link();
            let is_opening = link.state().has_socket() && !link.is_open() && !stage.session.awaits_token();
            match event {
                Says::Refusal(words) if is_opening => stage.handle(Event::Refused(worded(words))),
                Says::Close(code, words) if is_opening || stage.session.link().is_open() => {
                    let reason = worded(words);
                    stage.handle(Event::Closed(Close { code, reason }));
                }
                Says::Text(words) if stage.session.link().is_open() => {
                    stage.text(&format!("-ERR '{}'\r\n", worded(words)));
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
                    stage.handle(answer(200, &format!("T0K-{issued}")));
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
            shown.extend(notices.into_iter().map(|notice| notice.text));
            for text in shown {
                prop_assert!(!text.contains("T0K-"), "{text}");
            }
        }
    }
}
