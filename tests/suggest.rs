//! Feeds that exist: the query that is suggested for the messages of each recording can be run and gives rows of them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use freshet::frame::Severity;
use freshet::query::{Query, QuerySpec};
use freshet::session::readers::ReaderId;
use freshet::session::{Event, Session, SessionKey};
use freshet::source::{Settings, SettingsSpec};
use freshet::stream::preview::{Preview, RowState};
use freshet::suggest::{Draft, Suggestion};
use serde_json::{Value, json};

/// A session that has received the messages of a recording, and the time of the last.
fn received(recording: &Value, query: &Query) -> (Session, f64) {
    let (session, _, wall) = read(recording, query);
    (session, wall)
}

/// The same, with who reads it by the query.
fn read(recording: &Value, query: &Query) -> (Session, ReaderId, f64) {
    let settings = Settings::parse("ws://feed", &SettingsSpec::default()).expect("settings");
    let key = SessionKey::new(&settings, query).expect("a key");
    let mut session = Session::new(key, 7, 0.0);
    let reader = session.attach(query, 0.0);
    session.handle(
        Event::Opened {
            subprotocol: String::new(),
            wall: 0.0,
        },
        0.0,
    );
    let mut wall = 0.0;
    for message in recording["messages"].as_array().expect("messages") {
        wall = message["at"].as_f64().expect("at");
        match (message["text"].as_str(), message["base64"].as_str()) {
            (Some(text), _) => assert!(session.receive_texts(text.as_bytes(), &[wall], wall)),
            (None, bytes) => {
                let bytes = BASE64
                    .decode(bytes.expect("text or base64"))
                    .expect("base64");
                session.receive_binaries(&bytes, &[bytes.len() as u32], &[wall], wall);
            }
        }
    }
    (session, reader, wall)
}

/// What somebody begins with: where the feed is, and nothing of what is in it.
fn begun(recording: &Value) -> QuerySpec {
    let query = &recording["query"];
    let known = json!({ "path": query["path"], "format": query["format"] });
    serde_json::from_value(known).expect("a query")
}

fn preview(session: &Session, spec: &QuerySpec, wall: f64) -> Preview {
    let query = Query::parse(spec).expect("a query");
    session.preview(&query, 100, wall)
}

fn paths(draft: &Draft, roles: &[Option<&str>]) -> Vec<String> {
    let fields = draft
        .fields
        .iter()
        .filter(|field| roles.contains(&field.role));
    fields.map(|field| field.path.clone()).collect()
}

fn each(mut check: impl FnMut(&str, &Value)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let entries = fs::read_dir(folder).expect("the folder recordings");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(files.len() > 30, "only {} recordings", files.len());
    for file in files {
        let text = fs::read_to_string(&file).expect("a recording");
        let name = file.file_stem().expect("a name").to_string_lossy();
        check(&name, &serde_json::from_str(&text).expect("JSON"));
    }
}

#[test]
fn what_is_suggested_for_a_recorded_feed_gives_rows_of_it() {
    each(|name, recording| {
        let spec = begun(recording);
        let query = Query::parse(&spec).expect("a query");
        let (session, wall) = received(recording, &query);
        let suggestion = Suggestion::of(&session, &spec, wall);
        let draft = suggestion
            .query
            .unwrap_or_else(|| panic!("{name}: nothing is suggested"));
        let suggested = draft.over(&spec);
        assert_eq!(Query::check(&suggested), [], "{name}");
        let before = preview(&session, &spec, wall);
        let after = preview(&session, &suggested, wall);
        assert!(after.count(RowState::Shown) > 0, "{name}");
        let unreadable = [&before, &after].map(|preview| preview.count(RowState::Unreadable));
        assert_eq!(unreadable[0], unreadable[1], "{name}");
        meets_own_query(name, recording, &draft);
    });
}

#[test]
fn what_is_suggested_causes_no_warning_on_the_messages_that_it_was_made_from() {
    let mut caused = Vec::new();
    each(|name, recording| {
        let spec = begun(recording);
        let (session, wall) = received(recording, &Query::parse(&spec).expect("a query"));
        let warnings = |spec: &QuerySpec| {
            let query = Query::parse(spec).expect("a query");
            let (session, reader, _) = read(recording, &query);
            let stream = session.stream(reader).expect("a stream");
            let stream = stream.borrow();
            let notices = stream.notices(&query.projection).into_iter();
            let grave = notices.filter(|notice| notice.severity != Severity::Info);
            grave.map(|notice| notice.text).collect::<Vec<_>>()
        };
        let draft = Suggestion::of(&session, &spec, wall)
            .query
            .expect("a draft");
        // Messages that cannot be read are the feed's, whatever a query says.
        let before = warnings(&spec);
        let after = warnings(&draft.over(&spec)).into_iter();
        let after = after.filter(|warning| !before.contains(warning) && !is_otherwise(name));
        caused.extend(after.map(|warning| format!("{name}: {warning}")));
    });
    assert_eq!(caused, Vec::<String>::new());
}

#[test]
fn only_an_order_book_has_rows_removed() {
    each(|name, recording| {
        let spec = begun(recording);
        let (session, wall) = received(recording, &Query::parse(&spec).expect("a query"));
        let draft = Suggestion::of(&session, &spec, wall)
            .query
            .expect("a draft");
        let own = recording["query"]["deleteWhen"].as_array();
        let own: Vec<_> = own
            .into_iter()
            .flatten()
            .map(|own| own["path"].as_str())
            .collect();
        let found = draft.delete_when.iter();
        let found: Vec<_> = found.map(|found| Some(found.path.as_str())).collect();
        assert_eq!(found, own, "{name}");
        let own = recording["query"]["keys"].as_array();
        let own: Vec<_> = own
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert!(
            found.is_empty() || draft.keys == own,
            "{name}: {:?}",
            draft.keys
        );
    });
}

/// Feeds of which the recorded query shows something else, each with what it is.
const OTHERWISE: [(&str, &str); 3] = [
    (
        "local-times",
        "nothing says that two fields are one time, and where its clock stands",
    ),
    (
        "named-members",
        "too few members were seen to tell a map from an object",
    ),
    (
        "quote-sides",
        "one row for each side, which nobody can guess",
    ),
];

fn is_otherwise(name: &str) -> bool {
    OTHERWISE.iter().any(|(known, _)| *known == name)
}

/// What is suggested has the time of the query that somebody who knows the feed wrote, and some of its values.
fn meets_own_query(name: &str, recording: &Value, draft: &Draft) {
    if is_otherwise(name) {
        return;
    }
    let empty = Vec::new();
    let fields = recording["query"]["fields"].as_array().unwrap_or(&empty);
    // The items of an array that is a message are messages, whether a path says so or not.
    let path = |path: &str| path.replacen("$[*]", "$", 1);
    let own = |roles: &[Option<&str>]| -> Vec<String> {
        let fields = fields
            .iter()
            .filter(|field| roles.contains(&field["role"].as_str()));
        let paths = fields.filter_map(|field| field["path"].as_str());
        paths.map(path).collect()
    };
    let suggested = |roles: &[Option<&str>]| -> Vec<String> {
        let paths = paths(draft, roles).into_iter();
        paths.map(|suggested| path(&suggested)).collect()
    };
    let time = own(&[Some("time")]);
    if !time.is_empty() {
        assert_eq!(suggested(&[Some("time")]), time, "{name}");
    }
    let values = own(&[None, Some("value")]);
    let found = suggested(&[None, Some("value")]);
    let is_met = values.iter().any(|value| found.contains(value));
    assert!(
        is_met || values.is_empty(),
        "{name}: {values:?}, and not {found:?}"
    );
    let number = fields.iter().find(|field| field["type"] == "number");
    let main = number.and_then(|field| field["path"].as_str()).map(path);
    let main = main.or_else(|| values.first().cloned());
    let has_main = main.is_none_or(|main| found.contains(&main));
    assert!(has_main, "{name}: {values:?}, and not {found:?}");
}
