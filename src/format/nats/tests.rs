//! Tests of the NATS protocol.

use super::super::tests::texts;
use super::*;
use proptest::prelude::*;

const SESSION: &str = "INFO {\"server_id\":\"x\",\"max_payload\":1048576}\r\n\
    PING\r\n+OK\r\n\
    MSG FOO.BAR 9 11\r\nHello World\r\n\
    MSG FOO.BAR 9 GREETING.34 11\r\nHello World\r\n\
    msg t 1 13\r\n{\"temp\":21.5}\r\n\
    MSG t 1 0\r\n\r\n\
    HMSG FOO.BAR 9 34 45\r\nNATS/1.0\r\nFoodGroup: vegetable\r\n\r\nHello World\r\n\
    HMSG FOO.BAR 9 BAZ.69 34 36\r\nNATS/1.0\r\nFoodGroup: vegetable\r\n\r\n42\r\n\
    PONG\r\n";

const TEXTS: &str = "{\"subject\":\"FOO.BAR\",\"payload\":\"Hello World\"}\
    |{\"subject\":\"FOO.BAR\",\"reply\":\"GREETING.34\",\"payload\":\"Hello World\"}\
    |{\"subject\":\"t\",\"payload\":{\"temp\":21.5}}\
    |{\"subject\":\"t\",\"payload\":\"\"}\
    |{\"subject\":\"FOO.BAR\",\"headers\":{\"FoodGroup\":\"vegetable\"},\"payload\":\"Hello World\"}\
    |{\"subject\":\"FOO.BAR\",\"reply\":\"BAZ.69\",\"headers\":{\"FoodGroup\":\"vegetable\"},\"payload\":42}";

fn json(bytes: &[u8]) -> Result<String, DecodeError> {
    let mut out = Documents::default();
    Nats::new(100).decode(bytes, &mut out).map(|()| texts(&out))
}

#[test]
fn examples_of_the_documentation() {
    assert_eq!(json(SESSION.as_bytes()).as_deref(), Ok(TEXTS));
}

#[test]
fn headers_with_status_and_repeated_names() {
    let message = b"HMSG a 1 45 45\r\nNATS/1.0 503 No Responders\r\nA: 1\r\nA:2\r\nB:\r\n\r\n\r\n";
    assert_eq!(
        json(message).as_deref(),
        Ok(
            "{\"subject\":\"a\",\"headers\":{\"Status\":\"503 No Responders\",\"A\":\"1, 2\",\"B\":\"\"},\"payload\":\"\"}"
        )
    );
}

#[test]
fn payloads_that_are_no_text() {
    assert_eq!(
        json(b"MSG a 1 2\r\n\xff\n\r\n").as_deref(),
        Ok("{\"subject\":\"a\",\"payload\":\"/wo=\"}")
    );
}

#[test]
fn errors_leave_the_other_messages() {
    let cases: [(&[u8], DecodeErrorKind); 7] = [
        (
            b"-ERR 'Authorization Violation'\r\n",
            DecodeErrorKind::ServerError,
        ),
        (
            b"HELLO\r\n",
            not_nats("an operation that servers do not send"),
        ),
        (
            b"MSG a 1\r\n",
            not_nats("MSG or HMSG with too few or too many words"),
        ),
        (
            b"MSG a 1 x\r\n",
            not_nats("MSG or HMSG with sizes that are no numbers"),
        ),
        (
            b"HMSG a 1 9 1\r\n",
            not_nats("MSG or HMSG with sizes that are no numbers"),
        ),
        (b"\xff\r\n", not_nats("a line that is not UTF-8")),
        (
            b"MSG a 1 1\r\nPONG\r\n",
            not_nats("a payload does not end where its size says"),
        ),
    ];
    for (bytes, kind) in cases {
        let mut out = Documents::default();
        let mut nats = Nats::new(100);
        let session = [b"MSG t 1 1\r\n1\r\n", bytes, b"MSG t 1 1\r\n2\r\n"].concat();
        assert_eq!(
            nats.decode(&session, &mut out),
            Err(DecodeError { kind, at: 14 })
        );
        assert_eq!(out.len(), 2, "{bytes:?}");
        assert!(!nats.is_within());
    }
}

#[test]
fn a_message_that_is_too_large_is_skipped() {
    let session = [
        b"MSG t 1 101\r\n".as_slice(),
        &[b'x'; 101],
        b"\r\nMSG t 1 1\r\n2\r\n",
    ]
    .concat();
    for cut in 0..session.len() {
        let mut out = Documents::default();
        let mut nats = Nats::new(100);
        let first = nats.decode(&session[..cut], &mut out);
        let second = nats.decode(&session[cut..], &mut out);
        let kinds = [first, second].map(|r| r.err().map(|e| e.kind));
        assert_eq!(
            kinds.iter().flatten().collect::<Vec<_>>(),
            [&DecodeErrorKind::TooLarge],
            "{cut}"
        );
        assert_eq!(texts(&out), "{\"subject\":\"t\",\"payload\":2}");
    }
}

#[test]
fn a_line_without_end_is_given_up() {
    let mut nats = Nats::new(100);
    let mut out = Documents::default();
    let error = nats.decode(&[b'I'; LONGEST_LINE], &mut out).unwrap_err();
    assert_eq!(error.kind, not_nats("a line that is too long"));
    assert!(!nats.is_within());
    assert!(nats.decode(b"INFO {", &mut out).is_ok() && nats.is_within());
    nats.reconnected();
    assert!(!nats.is_within());
}

proptest! {
    #[test]
    fn cuts_make_no_difference(cuts in proptest::collection::vec(0..SESSION.len(), 0..20)) {
        let mut cuts = cuts;
        cuts.extend([0, SESSION.len()]);
        cuts.sort_unstable();
        let mut nats = Nats::new(100);
        let mut out = Documents::default();
        for pair in cuts.windows(2) {
            nats.decode(&SESSION.as_bytes()[pair[0]..pair[1]], &mut out).unwrap();
        }
        prop_assert_eq!(texts(&out), TEXTS);
    }
}
