//! The examples of the documentation: every JSON block of README.md, docs/feeds and docs/protocols.md is taken by the engine as
//! the settings of a data source, or as a query of the data source that stands before it in its section. A message that
//! a page of docs/feeds or README.md shows makes rows with the query behind it, with a value for each of its fields.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use freshet::protocol::SCRIPT_MEMBERS;
use freshet::query::{Query, QuerySpec};
use freshet::session::{Event, Session, SessionKey};
use freshet::source::{Settings, SettingsSpec};
use freshet::stream::preview::RowState;
use serde_json::{Map, Value, json};

/// Settings besides the parts of a protocol.
const SETTINGS: [&str; 5] = ["preset", "options", "token", "query", "idleTimeoutMs"];

/// A block of JSON, and the section that it is in.
struct Example {
    section: String,
    /// What stands in the section before it.
    before: String,
    json: Map<String, Value>,
}

/// What stands above a message of a feed, and above one as a preset hands it to a query.
const SHOWS_A_MESSAGE: [&str; 2] = ["**It sends**", "**A query reads**"];

fn shows_a_message(before: &str) -> bool {
    // Where it is from may stand behind that, in the same line.
    let line = before.trim_end().lines().last().unwrap_or_default();
    SHOWS_A_MESSAGE.iter().any(|words| line.starts_with(words))
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The pages of docs/feeds, in order of name.
fn feed_pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/feeds");
    let entries = fs::read_dir(folder).expect("the folder docs/feeds");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut pages: Vec<_> = entries
        .map(|entry| format!("feeds/{}", name(entry.expect("an entry"))))
        .collect();
    pages.sort();
    pages
}

/// The fenced blocks of a section: what stands between the one before and it, its language and its text.
fn blocks(section: &str) -> Vec<(&str, &str, &str)> {
    let parts: Vec<&str> = section.split("```").collect();
    let pairs = parts.chunks_exact(2);
    pairs
        .filter_map(|pair| {
            let [before, fenced] = <[&str; 2]>::try_from(pair).ok()?;
            let (language, text) = fenced.split_once('\n')?;
            Some((before, language, text))
        })
        .collect()
}

/// The sections of a page that begin with `heading`.
fn sections(name: &str, heading: &str) -> Vec<String> {
    let text = read(name);
    let beginning = format!("\n{heading} ");
    let sections = text.split(&beginning).skip(1);
    sections.map(str::to_owned).collect()
}

fn heading_of(name: &str) -> &'static str {
    if name.starts_with("feeds/") {
        "##"
    } else {
        "###"
    }
}

/// The blocks of JSON of a page that are no messages.
fn examples(name: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    for section in sections(name, heading_of(name)) {
        let title = section.lines().next().unwrap_or_default();
        let mut all_before = String::new();
        for (before, language, text) in blocks(&section) {
            all_before.push_str(before);
            if language != "json" || shows_a_message(before) {
                continue;
            }
            let json = serde_json::from_str(text)
                .unwrap_or_else(|error| panic!("{name}, {title}: {error}: {text}"));
            examples.push(Example {
                section: title.to_owned(),
                before: all_before.clone(),
                json,
            });
        }
    }
    examples
}

/// The preset that a section is about, as "`preset: name`" in its text.
fn preset_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("`preset: ")?;
    rest.split_once('`').map(|(name, _)| name)
}

/// Queries have a text for `subscribe` and `unsubscribe`, and nothing else of a protocol.
fn is_settings(json: &Map<String, Value>) -> bool {
    let is_part = |name: &str| SCRIPT_MEMBERS.contains(&name) || name == "preset";
    json.iter()
        .any(|(name, value)| is_part(name) && !(name.ends_with("subscribe") && value.is_string()))
}

fn settings_of(json: &Map<String, Value>) -> Settings {
    let json = Value::Object(json.clone());
    let spec: SettingsSpec = serde_json::from_value(json.clone()).expect("settings");
    let settings = Settings::parse("wss://example.org", &spec);
    let settings = settings.unwrap_or_else(|error| panic!("{json}: {error}"));
    assert!(
        settings.not_carried_out.is_empty(),
        "{json}: {:?} mean nothing",
        settings.not_carried_out
    );
    settings
}

/// How many blocks of a page are settings, and how many are queries.
fn check(name: &str) -> (usize, usize) {
    let (mut settings_count, mut query_count) = (0, 0);
    let mut last: Option<(String, Map<String, Value>)> = None;
    for Example {
        section,
        before,
        json,
    } in examples(name)
    {
        if is_settings(&json) {
            let is_known = |key: &str| SETTINGS.contains(&key) || SCRIPT_MEMBERS.contains(&key);
            let unknown = json.keys().find(|key| !is_known(key));
            assert_eq!(unknown, None, "{name}, {section}: no setting");
            // What a token is needed for is told beside the example.
            let mut whole = json.clone();
            whole.entry("token").or_insert(json!({ "from": "viewer" }));
            settings_of(&whole);
            last = Some((section, whole));
            settings_count += 1;
            continue;
        }
        let is_without = before.contains("**Without the preset**");
        let given = last.as_ref().filter(|(of, _)| *of == section);
        let own = match (given, preset_of(&before)) {
            _ if is_without => Map::new(),
            (Some((_, own)), _) => own.clone(),
            (None, Some(preset)) => {
                let own = json!({ "preset": preset, "token": { "from": "viewer" } });
                own.as_object().cloned().unwrap_or_default()
            }
            (None, None) => Map::new(),
        };
        let spec: QuerySpec = serde_json::from_value(Value::Object(json.clone())).expect("query");
        let key = Query::parse(&spec).and_then(|query| SessionKey::new(&settings_of(&own), &query));
        if let Err(error) = key {
            panic!("{name}, {section}: {error}");
        }
        query_count += 1;
    }
    (settings_count, query_count)
}

/// Each message that a section shows, with the query behind it.
fn messages(section: &str) -> Vec<(String, Map<String, Value>)> {
    let mut found = Vec::new();
    let mut message: Option<&str> = None;
    for (before, language, text) in blocks(section) {
        if shows_a_message(before) {
            message = Some(text);
        } else if language == "json" {
            let json: Map<String, Value> = serde_json::from_str(text).expect("an object");
            if let Some(message) = message.take_if(|_| !is_settings(&json)) {
                found.push((message.trim_end().to_owned(), json));
            }
        }
    }
    found
}

/// What a query that is told nothing of protocols makes of one message: for each of its columns whether any row has a
/// value there.
fn columns_of(message: &str, mut query: Map<String, Value>) -> Vec<(String, bool)> {
    for asked in ["params", "subscribe", "unsubscribe"] {
        query.remove(asked);
    }
    let spec: QuerySpec = serde_json::from_value(Value::Object(query)).expect("query");
    let query = Query::parse(&spec).expect("a query");
    let key = SessionKey::new(&settings_of(&Map::new()), &query).expect("a key");
    let mut session = Session::new(key, 7, 0.0);
    session.attach(&query, 0.0);
    let opened = Event::Opened {
        subprotocol: String::new(),
        wall: 0.0,
    };
    session.handle(opened, 0.0);
    assert!(session.receive_texts(message.as_bytes(), &[0.0], 0.0));
    let preview = session.preview(&query, 100, 0.0);
    let shown = preview.rows.iter();
    let shown: Vec<_> = shown.filter(|row| row.state == RowState::Shown).collect();
    let has_value = |column: usize| {
        let mut cells = shown.iter().filter_map(|row| row.values.get(column));
        cells.any(Option::is_some)
    };
    let columns = preview.columns.iter().enumerate();
    columns
        .map(|(index, column)| (column.name.clone(), has_value(index)))
        .collect()
}

const README: &str = "../README.md";

#[test]
fn every_message_of_the_feeds_makes_rows_with_the_query_behind_it() {
    let mut checked = 0;
    for name in feed_pages().into_iter().chain([README.to_owned()]) {
        for section in sections(&name, heading_of(&name)) {
            let title = section.lines().next().unwrap_or_default();
            for (message, query) in messages(&section) {
                let columns = columns_of(&message, query);
                assert!(!columns.is_empty(), "{name}, {title}: no rows");
                for (column, has_value) in columns {
                    assert!(has_value, "{name}, {title}: {column} is empty");
                }
                checked += 1;
            }
        }
    }
    assert!(checked >= 30, "only {checked} messages");
}

#[test]
fn every_example_of_feeds_is_taken_by_the_engine() {
    let counts = feed_pages()
        .iter()
        .map(|name| check(name))
        .collect::<Vec<_>>();
    assert!(counts.iter().all(|(_, queries)| *queries > 0), "{counts:?}");
    let settings: usize = counts.iter().map(|(settings, _)| settings).sum();
    let queries: usize = counts.iter().map(|(_, queries)| queries).sum();
    assert!(
        settings >= 15 && queries >= 45,
        "{settings} settings, {queries} queries"
    );
}

#[test]
fn every_example_of_protocols_is_taken_by_the_engine() {
    let (settings, queries) = check("protocols.md");
    assert!(
        settings >= 1 && queries >= 2,
        "{settings} settings, {queries} queries"
    );
}

#[test]
fn every_example_of_the_readme_is_taken_by_the_engine() {
    assert_eq!(check(README), (2, 3));
}

#[test]
fn a_section_with_a_preset_has_a_query_for_it() {
    for name in feed_pages() {
        let examples = examples(&name);
        for settings in examples
            .iter()
            .filter(|example| example.json.contains_key("preset"))
        {
            let mut own = examples
                .iter()
                .filter(|other| other.section == settings.section);
            assert!(
                own.any(|other| other.json.contains_key("params")),
                "{name}, {}",
                settings.section
            );
        }
    }
}
