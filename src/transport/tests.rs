use super::*;
use proptest::prelude::*;

const MOST: usize = 64;

fn texts(batch: &MessageBatch) -> Vec<String> {
    let each = batch.iter();
    each.map(|text| String::from_utf8(text.to_vec()).unwrap())
        .collect()
}

/// The events of a stream as `name: data`.
fn events(stream: &mut EventStream, chunks: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    for chunk in chunks {
        stream.push(chunk, |event| {
            let name = String::from_utf8_lossy(event.name);
            let data = String::from_utf8_lossy(event.data);
            found.push(format!("{name}: {data}"));
        });
    }
    found
}

fn events_of(text: &str) -> Vec<String> {
    events(&mut EventStream::new(MOST), &[text.as_bytes()])
}

#[test]
fn lines_end_with_lf_cr_lf_or_cr() {
    let mut lines = Lines::new(MOST);
    let mut found: Vec<Vec<u8>> = Vec::new();
    for chunk in [
        "\u{feff}a\nb\r\nc\rd\r",
        "\n\u{feff}e\r",
        "\rf",
        "",
        "g",
        "\n",
        "h",
    ] {
        lines.push(chunk.as_bytes(), |line| found.push(line.to_vec()));
    }
    lines.finish(|line| found.push(line.to_vec()));
    let found: Vec<&str> = found
        .iter()
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    assert_eq!(
        found,
        ["a", "b", "c", "d", "\u{feff}e", "", "fg", "h"],
        "only the first line loses its mark"
    );
}

#[test]
fn a_line_that_is_too_long_keeps_one_byte_more_than_the_limit() {
    let mut lines = Lines::new(3);
    let mut found = Vec::new();
    for chunk in ["12", "345", "6\nabc\n1234567\nabc"] {
        lines.push(chunk.as_bytes(), |line| found.push(line.to_vec()));
    }
    lines.restart();
    lines.finish(|_| panic!("half a line outlived its stream"));
    assert_eq!(found, [&b"1234"[..], b"abc", b"1234"]);
}

#[test]
fn the_examples_of_the_standard() {
    // WHATWG HTML §9.2.6.
    assert_eq!(
        events_of("data: YHOO\ndata: +2\ndata: 10\n\n"),
        ["message: YHOO\n+2\n10"]
    );
    assert_eq!(
        events_of(
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"
        ),
        [
            "message: first event",
            "message: second event",
            "message:  third event"
        ]
    );
    assert_eq!(
        events_of("data\n\ndata\ndata\n\ndata:"),
        ["message: ", "message: \n"]
    );
    assert_eq!(
        events_of("data:test\n\ndata: test\n\n"),
        ["message: test", "message: test"]
    );
}

#[test]
fn events_have_names_and_what_is_not_complete_is_none() {
    assert_eq!(
        events_of("event: add\ndata: 1\n\nevent: \ndata: 2\n\nevent: lost\n\ndata: 3\n\ndata: 4\n"),
        ["add: 1", "message: 2", "message: 3"]
    );
    assert_eq!(
        events_of("unknown: x\ndata : y\nDATA: z\n\n"),
        [""; 0],
        "names of fields are exact"
    );
}

#[test]
fn ids_are_those_of_dispatched_events_and_outlive_connections() {
    let mut stream = EventStream::new(MOST);
    events(&mut stream, &[b"id: 1\ndata: a\n\nid: 2\ndata: b\n"]);
    assert_eq!(stream.last_event_id(), "1", "the event of 2 is not whole");
    stream.restart();
    assert_eq!(
        events(&mut stream, &[b"data: c\n\n"]),
        ["message: c"],
        "half an event is gone"
    );
    assert_eq!(stream.last_event_id(), "1");
    events(&mut stream, &[b"id: \0\ndata: d\n\n"]);
    assert_eq!(stream.last_event_id(), "1", "an id with NUL is none");
    events(&mut stream, &[b"id: 3\n\n"]);
    assert_eq!(stream.last_event_id(), "3", "also without data");
    events(&mut stream, &[b"id\ndata: e\n\n"]);
    assert_eq!(stream.last_event_id(), "");
}

#[test]
fn retry_is_digits_only() {
    let mut stream = EventStream::new(MOST);
    for (line, is) in [
        ("retry: 1x\n", None),
        ("retry:\n", None),
        ("retry: 2500\n", Some(2500.0)),
        ("retry: -1\n", Some(2500.0)),
    ] {
        events(&mut stream, &[line.as_bytes()]);
        assert_eq!(stream.retry_ms(), is, "{line}");
    }
}

#[test]
fn data_that_is_too_long_is_seen_to_be() {
    for data in ["x".repeat(MOST), "x\ndata: ".repeat(MOST / 2) + "y"] {
        let found = events_of(&format!("data: {data}\n\ndata: z\n\n"));
        let whole = data.replace("data: ", "");
        let (first, last) = (&found[0]["message: ".len()..], &found[1]);
        assert_eq!(last, "message: z");
        if whole.len() <= MOST {
            assert_eq!(first, whole);
        } else {
            assert!(first.len() > MOST && first.len() <= MOST + 2, "{first}");
            assert!(whole.starts_with(first.trim_end()));
        }
    }
    let found = events_of(&format!("data: {}\n\n", "x".repeat(1000 * MOST)));
    assert!(found[0].len() > MOST && found[0].len() < 3 * MOST);
}

#[test]
fn only_the_events_that_are_named_are_read() {
    let stream = b"data: 1\n\nevent: add\ndata: 2\n\nevent: end\ndata: 3\n\n";
    for (names, read) in [
        (&[][..], &["1", "2", "3"][..]),
        (&["add"], &["2"]),
        (&["message", "end"], &["1", "3"]),
    ] {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut batch = MessageBatch::default();
        Framing::events(&names, MOST).push(stream, &mut batch);
        assert_eq!(texts(&batch), read);
    }
}

#[test]
fn lines_that_are_blank_are_no_messages_and_the_rest_is_one_at_the_end() {
    let mut framing = Framing::lines(MOST);
    let mut batch = MessageBatch::default();
    framing.push(b"\n{\"a\":1}\n \r\n{\"a\":", &mut batch);
    framing.push(b"2}\n{\"a\":3", &mut batch);
    assert_eq!(texts(&batch), [r#"{"a":1}"#, r#"{"a":2}"#]);
    framing.push(b"}", &mut batch);
    framing.finish(&mut batch);
    assert_eq!(batch.len(), 3);
    batch.clear();
    framing.push(b"half", &mut batch);
    framing.restart();
    framing.finish(&mut batch);
    assert!(batch.is_empty());
}

#[test]
fn what_is_no_utf_8_becomes_the_replacement_character() {
    let mut batch = MessageBatch::default();
    Framing::lines(MOST).push(b"a\xffb\n\xc3\xa9\n", &mut batch);
    assert_eq!(texts(&batch), ["a\u{fffd}b", "é"]);
    assert_eq!(batch.bytes(), "a\u{fffd}b\u{1e}é".as_bytes());
}

/// Streams of the pieces that matter.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 16] = [
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"data: ",
        b"data",
        b"event:",
        b"id: ",
        b"retry: 7",
        b":",
        b"x",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xa9",
        b"{\"a\":1}",
        b"0123456789012345678901234567890123456789",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat())
}

/// What came of a stream that was cut there.
fn outcome(
    mut framing: Framing,
    stream: &[u8],
    cuts: &[usize],
) -> (Vec<String>, Option<String>, Option<f64>) {
    let mut batch = MessageBatch::default();
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    cuts.push(stream.len());
    cuts.sort_unstable();
    let mut start = 0;
    for end in cuts {
        framing.push(&stream[start..end], &mut batch);
        start = end;
    }
    framing.finish(&mut batch);
    let id = framing.last_event_id().map(str::to_owned);
    (texts(&batch), id, framing.retry_ms())
}

proptest! {
    /// Wherever the bytes are cut, the same messages come of them.
    #[test]
    fn cuts_change_nothing(stream in stream(), cuts in proptest::collection::vec(any::<usize>(), 0..20)) {
        for most in [8, MOST] {
            let makes: [&dyn Fn() -> Framing; 2] = [&|| Framing::events(&[], most), &|| Framing::lines(most)];
            for make in makes {
                prop_assert_eq!(outcome(make(), &stream, &cuts), outcome(make(), &stream, &[]));
            }
        }
    }
}
