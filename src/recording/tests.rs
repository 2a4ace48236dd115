//! What is written is read again, and what is no recording is told by its place.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn payload() -> impl Strategy<Value = RecordedPayload> {
    prop_oneof![
        any::<String>().prop_map(|text| RecordedPayload::Text(text.into_bytes().into())),
        proptest::collection::vec(any::<u8>(), 0..40)
            .prop_map(|bytes| RecordedPayload::Binary(bytes.into())),
    ]
}

fn recorded() -> impl Strategy<Value = RecordedMessage> {
    // Browsers tell times in fractions of milliseconds.
    (-(1i64 << 52)..1 << 52, payload()).prop_map(|(eighths, payload)| RecordedMessage {
        at: eighths as f64 / 8.0,
        payload,
    })
}

fn written(about: &Value, messages: &[RecordedMessage]) -> String {
    let lines = messages.iter().map(message_line);
    std::iter::once(about_line(about)).chain(lines).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        messages in proptest::collection::vec(recorded(), 1..8),
        name in any::<String>(),
        ends in prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n \n")],
    ) {
        let query = json!({ "fields": [{ "path": "$.v", "name": name }], "mode": "upsert" });
        let text = written(&json!({ "feed": name, "query": query }), &messages);
        prop_assert_eq!(text.lines().count(), messages.len() + 1, "a line for each");
        let read = RecordingFile::read(&text.replace('\n', ends));
        prop_assert_eq!(read, Ok(RecordingFile { query: query.clone(), messages: messages.clone() }));
        // The same as one document.
        let lines = text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap());
        let lines: Vec<Value> = lines.collect();
        let document = json!({ "query": query, "messages": lines });
        let read = RecordingFile::read(&serde_json::to_string_pretty(&document).unwrap());
        prop_assert_eq!(read, Ok(RecordingFile { query, messages }));
    }

    #[test]
    fn any_text_is_read_or_refused_in_a_sentence(text in "[\\[\\]{}\",:0-9a-z\n \u{feff}-]{0,60}") {
        if let Err(problem) = RecordingFile::read(&text) {
            prop_assert!(problem.ends_with('.'), "{}", problem);
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_told_or_has_fewer_messages(
        messages in proptest::collection::vec(recorded(), 1..5),
        cut in any::<proptest::sample::Index>(),
    ) {
        let text = written(&json!({ "query": {} }), &messages);
        let ends: Vec<usize> = text.char_indices().map(|(end, _)| end).collect();
        match RecordingFile::read(&text[..ends[cut.index(ends.len())]]) {
            Ok(read) => prop_assert_eq!(read.messages.as_slice(), &messages[..read.messages.len()]),
            Err(problem) => prop_assert!(
                problem.starts_with("The file ") || problem.ends_with("is cut off: it is not complete JSON."),
                "{}", problem
            ),
        }
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    const ABOUT: &str = "{\"feed\":\"Plant\"}\n";
    const GOOD: &str = "{\"at\":1,\"text\":\"a\"}\n";
    let at = "needs \"at\", the time at which the message came, in milliseconds since 1970.";
    let payload = "needs \"text\" or \"base64\", the message as it came.";
    for (file, problem) in [
        (String::new(), "The file is empty.".to_owned()),
        ("\u{feff} \n\n".to_owned(), "The file is empty.".to_owned()),
        (ABOUT.to_owned(), "The file has no messages.".to_owned()),
        ("[]".to_owned(), "The file has no messages.".to_owned()),
        (
            "{\"messages\":{}}".to_owned(),
            "The file has no messages.".to_owned(),
        ),
        (
            "time,value\n1,2\n".to_owned(),
            "Line 1 is not valid JSON: see its column 2.".to_owned(),
        ),
        (
            format!("7\n{GOOD}"),
            "Line 1 must be a JSON object that describes the recording.".to_owned(),
        ),
        (
            format!("{ABOUT}\n{GOOD}{{\"at\":1,,}}\n{GOOD}"),
            "Line 4 is not valid JSON: see its column 9.".to_owned(),
        ),
        (
            format!("{ABOUT}{GOOD}{{\"at\":2,\"te"),
            "Line 3 is cut off: it is not complete JSON.".to_owned(),
        ),
        (format!("{ABOUT}{{\"v\":1}}\n"), format!("Line 2 {at}")),
        (format!("{ABOUT}[1]\n"), format!("Line 2 {at}")),
        (
            format!("{ABOUT}{{\"at\":\"1\",\"text\":\"a\"}}\n"),
            format!("Line 2 {at}"),
        ),
        (
            format!("{ABOUT}{{\"at\":1e16,\"text\":\"a\"}}\n"),
            format!("Line 2 {at}"),
        ),
        (
            format!("{ABOUT}{GOOD}{{\"at\":2}}\n"),
            format!("Line 3 {payload}"),
        ),
        (
            format!("{ABOUT}{{\"at\":2,\"text\":7}}\n"),
            format!("Line 2 {payload}"),
        ),
        (
            format!("{ABOUT}{{\"at\":2,\"base64\":\"Af8\"}}\n"),
            "Line 2: \"base64\" is not valid Base64.".to_owned(),
        ),
        (
            "{\"messages\":[{\"at\":1,\"text\":\"a\"},{\"at\":2}]}".to_owned(),
            format!("Message 2 {payload}"),
        ),
    ] {
        assert_eq!(RecordingFile::read(&file), Err(problem), "{file}");
    }
}

#[test]
fn a_file_cannot_have_a_query_ask_a_server_for_something() {
    let query = json!({
        "refId": "B", "datasource": { "uid": "other" }, "path": "/live", "params": {}, "subscribe": "go",
        "backfill": { "url": "https://elsewhere/" }, "keepRows": true, "format": "nats", "mode": "upsert",
    });
    let message = RecordedMessage {
        at: 0.0,
        payload: RecordedPayload::Text((*b"{}").into()),
    };
    let read = RecordingFile::read(&written(&json!({ "query": query }), &[message]));
    assert_eq!(read.unwrap().query, json!({ "mode": "upsert" }));
}

#[test]
fn the_recordings_of_the_repository_are_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = std::fs::read_to_string(&path).unwrap();
            let read =
                RecordingFile::read(&text).unwrap_or_else(|problem| panic!("{path:?}: {problem}"));
            let document: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                read.messages.len(),
                document["messages"].as_array().unwrap().len()
            );
            count += 1;
        }
    }
    assert!(count > 20, "{count} recordings");
}
