//! Frames as sockjs-protocol 0.3.3 has them.

use serde_json::json;

use crate::protocol::tests::talk::{Talk, failed};

#[test]
fn texts_are_packed_and_unpacked() {
    let mut talk = Talk::open("sockjs", &json!({}));
    assert!(!talk.tells_apart());
    talk.asks_by_text(0, r#"{"read":"a"}"#);
    assert_eq!(talk.said(), [r#"["{\"read\":\"a\"}"]"#]);
    talk.hears("o");
    talk.hears("h");
    talk.hears(r#"a["{\"v\":1}","{\"v\":2}"]"#);
    let all = |text: &str| (None, text.to_owned());
    assert_eq!(talk.payloads(), [all(r#"{"v":1}"#), all(r#"{"v":2}"#)]);
    talk.hears(r#"c[3000,"Go away!"]"#);
    let words = "the server closed the session: Go away! (code 3000)";
    assert_eq!(talk.control(), [failed(words)]);
}

#[test]
fn silence_is_not_the_end() {
    let mut talk = Talk::open("sockjs", &json!({}));
    talk.hears("o");
    assert_eq!(talk.until(3_600_000.0), []);
    talk.hears("h");
    assert_eq!(talk.payloads(), []);
}
