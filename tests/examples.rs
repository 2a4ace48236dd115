//! The examples of the documentation: every JSON block of docs/feeds.md and docs/protocols.md is taken by the engine as
//! the settings of a data source, or as a query of the data source that stands before it in its section.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use freshet::protocol::SCRIPT_MEMBERS;
use freshet::query::{Query, QuerySpec};
use freshet::session::SessionKey;
use freshet::source::{Settings, SettingsSpec};
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

fn examples(name: &str) -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut examples = Vec::new();
    for section in text.split("\n### ").skip(1) {
        let title = section.lines().next().unwrap_or_default();
        let mut before = String::new();
        for (index, part) in section.split("```").enumerate() {
            let Some(json) = part.strip_prefix("json\n").filter(|_| index % 2 == 1) else {
                before.push_str(part);
                continue;
            };
            let json = serde_json::from_str(json)
                .unwrap_or_else(|error| panic!("{name}, {title}: {error}: {json}"));
            examples.push(Example {
                section: title.to_owned(),
                before: before.clone(),
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

#[test]
fn every_example_of_feeds_is_taken_by_the_engine() {
    let (settings, queries) = check("feeds.md");
    assert!(
        settings >= 10 && queries >= 37,
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
fn a_section_with_a_preset_has_a_query_for_it() {
    let examples = examples("feeds.md");
    for settings in examples
        .iter()
        .filter(|example| example.json.contains_key("preset"))
    {
        let mut own = examples
            .iter()
            .filter(|other| other.section == settings.section);
        assert!(
            own.any(|other| other.json.contains_key("params")),
            "{}",
            settings.section
        );
    }
}
