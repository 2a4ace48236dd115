//! Tests of the NATS protocol.

use super::operations::{LONGEST_LINE, not_nats};
use super::*;
use crate::format::tests::texts;
use crate::protocol::Control;
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

/// What the operations in messages were.
#[derive(Default)]
struct Read {
    received: Received,
    heard: Heard,
}

impl Read {
    fn read(&mut self, operations: &mut Operations, bytes: &[u8]) -> Result<(), DecodeError> {
        operations.read(bytes, &mut self.received, &mut self.heard)
    }

    fn texts(&self) -> String {
        texts(&self.received.documents)
    }
}

fn json(bytes: &[u8]) -> Result<String, DecodeError> {
    let mut read = Read::default();
    read.read(&mut Operations::new(100, false), bytes)
        .map(|()| read.texts())
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
    let cases: [(&[u8], DecodeErrorKind); 6] = [
        (b"HELLO\r\n", not_nats("unknown operation")),
        (
            b"MSG a 1\r\n",
            not_nats("MSG or HMSG has the wrong number of arguments"),
        ),
        (
            b"MSG a 1 x\r\n",
            not_nats("MSG or HMSG has a size that is not a number"),
        ),
        (
            b"HMSG a 1 9 1\r\n",
            not_nats("MSG or HMSG has a size that is not a number"),
        ),
        (b"\xff\r\n", not_nats("the line is not UTF-8")),
        (
            b"MSG a 1 1\r\nPONG\r\n",
            not_nats("the payload does not match its size"),
        ),
    ];
    for (bytes, kind) in cases {
        let mut read = Read::default();
        let mut operations = Operations::new(100, false);
        let session = [b"MSG t 1 1\r\n1\r\n", bytes, b"MSG t 1 1\r\n2\r\n"].concat();
        assert_eq!(
            read.read(&mut operations, &session),
            Err(DecodeError { kind, at: 14 })
        );
        assert_eq!(read.received.documents.len(), 2, "{bytes:?}");
        assert!(!operations.are_within());
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
        let mut read = Read::default();
        let mut operations = Operations::new(100, false);
        let first = read.read(&mut operations, &session[..cut]);
        let second = read.read(&mut operations, &session[cut..]);
        let kinds = [first, second].map(|r| r.err().map(|e| e.kind));
        assert_eq!(
            kinds.iter().flatten().collect::<Vec<_>>(),
            [&DecodeErrorKind::TooLarge],
            "{cut}"
        );
        assert_eq!(read.texts(), "{\"subject\":\"t\",\"payload\":2}");
    }
}

#[test]
fn a_line_without_end_is_given_up() {
    let mut operations = Operations::new(100, false);
    let mut read = Read::default();
    let error = read
        .read(&mut operations, &[b'I'; LONGEST_LINE])
        .unwrap_err();
    assert_eq!(error.kind, not_nats("line too long"));
    assert!(!operations.are_within());
    assert!(read.read(&mut operations, b"INFO {").is_ok() && operations.are_within());
    operations.reset();
    assert!(!operations.are_within());
}

#[test]
fn the_servers_words_of_an_error() {
    let cases = [
        ("-ERR 'Authorization Violation'", "Authorization Violation"),
        (
            "-err  'Permissions Violation for Subscription to \"a\"' ",
            "Permissions Violation for Subscription to \"a\"",
        ),
        ("-ERR plain words", "plain words"),
        ("-ERR", "-ERR"),
        ("-ERR ''", "-ERR ''"),
    ];
    for (line, words) in cases {
        let mut read = Read::default();
        let bytes = format!("MSG t 1 1\r\n1\r\n{line}\r\nMSG t 1 1\r\n2\r\n");
        read.read(&mut Operations::new(100, false), bytes.as_bytes())
            .unwrap();
        assert_eq!(read.received.control, [Control::Reported(words.to_owned())]);
        assert_eq!(read.received.documents.len(), 2, "{line}");
    }
}

#[test]
fn a_message_that_was_cut_is_no_compressed_one() {
    let payload = crate::format::tests::gzip(b"hello");
    let head = format!("MSG a 1 {}\r\n", payload.len());
    let mut nats = Nats::new(&Setup::new(100));
    nats.opened(&Opening::default(), 0.0);
    let mut received = Received::default();
    let mut receive = |nats: &mut Nats, bytes: &[u8]| {
        nats.receive(Message::Binary(bytes), 0.0, 0.0, &mut received)
            .unwrap();
        texts(&received.documents)
    };
    receive(&mut nats, head.as_bytes());
    receive(&mut nats, &payload);
    let whole = receive(&mut nats, b"\r\n");
    assert!(whole.starts_with("{\"subject\":\"a\",\"payload\":\"H4sI"));
    receive(&mut nats, head.as_bytes());
    nats.closed();
    nats.opened(&Opening::default(), 1.0);
    let after = receive(&mut nats, b"MSG a 1 1\r\n1\r\n");
    assert_eq!(after, whole + "|{\"subject\":\"a\",\"payload\":1}");
}

proptest! {
    #[test]
    fn cuts_make_no_difference(cuts in proptest::collection::vec(0..SESSION.len(), 0..20)) {
        let mut cuts = cuts;
        cuts.extend([0, SESSION.len()]);
        cuts.sort_unstable();
        let mut operations = Operations::new(100, false);
        let mut read = Read::default();
        for pair in cuts.windows(2) {
            read.read(&mut operations, &SESSION.as_bytes()[pair[0]..pair[1]]).unwrap();
        }
        prop_assert_eq!(read.texts(), TEXTS);
        prop_assert_eq!(read.heard.pings, 1);
    }
}
