//! What stands in two languages says the same in both.
//!
//! `www/plugin/generated.ts` is made from the engine's tables: `npm run generate` runs this with
//! `FRESHET_GENERATE=1`, which writes it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use freshet::format::FORMATS;
use freshet::interval::UNITS;
use freshet::protocol::{KNOWN_SERVERS, PRESETS, PROTOCOLS, PresetParam, SCRIPT_MEMBERS};
use freshet::query::{
    DEFAULT_CAPACITY, DEFAULT_MAX_SERIES, DEFAULT_RATE, MAX_CAPACITY, MAX_RATE, MAX_SERIES, Query,
    QuerySpec,
};
use freshet::recording::{ASKED, LEFT_OUT};
use freshet::session::schedule::MIN_GAP_MS;
use freshet::source::{
    Backoff, DEFAULT_FINITE_TIMEOUT_MS, DEFAULT_JOURNAL_BYTES, DEFAULT_LINGER_MS,
    DEFAULT_MAX_MESSAGE_BYTES, MAX_JOURNAL_BYTES, MIN_CONNECTION_AGE_MS, MIN_RECONNECT_MS,
    Settings, SettingsSpec, TOKEN_ROUTE, VIEWER_TOKEN_KEY,
};
use freshet::transport::Transport;
use freshet::url::PLACEHOLDERS;
use freshet::{interval, url};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A string of TypeScript, as prettier writes it here.
fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}

/// Where prettier breaks lines.
const LINE_WIDTH: usize = 120;

/// What a preset is told, as prettier writes it.
fn write_params(out: &mut String, group: &str, params: &[PresetParam]) {
    let params = params.iter().map(|param| {
        let (name, title, unset) = (param.name, param.title, param.unset);
        let (name, title, unset) = (quoted(name), quoted(title), quoted(unset));
        let (is_required, example) = (param.is_required, quoted(param.example));
        [
            format!("name: {name}"),
            format!("title: {title}"),
            format!("isRequired: {is_required}"),
            format!("unset: {unset}"),
            format!("example: {example}"),
        ]
    });
    let params = params.map(|members| {
        let line = format!("{{ {} }}", members.join(", "));
        // With its indentation and the comma behind it.
        match line.len() + 7 <= LINE_WIDTH {
            true => line,
            false => format!("{{\n        {},\n      }}", members.join(",\n        ")),
        }
    });
    let params: Vec<String> = params.collect();
    let fits = |one: &str| {
        one.len() + group.len() + "    : [],".len() <= LINE_WIDTH && !one.contains('\n')
    };
    let _ = match params.as_slice() {
        [] => writeln!(out, "    {group}: [],"),
        [one] if fits(one) => writeln!(out, "    {group}: [{one}],"),
        params => writeln!(
            out,
            "    {group}: [\n      {},\n    ],",
            params.join(",\n      ")
        ),
    };
}

/// Names and texts, as prettier writes them on one line.
fn members(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter();
    let pairs: Vec<String> = pairs
        .map(|(name, text)| format!("{name}: {}", quoted(text)))
        .collect();
    if pairs.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", pairs.join(", "))
    }
}

fn write_known_servers(out: &mut String) {
    out.push_str("] as const;\n\n/** Servers that many people have, and what a data source says to read them. Words in capitals in a URL are to be replaced: `URL_PLACEHOLDERS`. */\nexport const KNOWN_SERVERS = [\n");
    for server in KNOWN_SERVERS {
        let or_undefined = |text: Option<&str>| text.map_or_else(|| "undefined".to_owned(), quoted);
        let _ = writeln!(
            out,
            "  {{\n    title: {},\n    url: {},\n    preset: {},\n    options: {},\n    token: {},\n    note: {},\n  }},",
            quoted(server.title),
            quoted(server.url),
            or_undefined(server.preset),
            members(server.options),
            or_undefined(server.token),
            quoted(server.note),
        );
    }
}

fn generated() -> String {
    let mut out = String::from(
        "// Made from the engine's tables by `npm run generate`; a test fails when it is stale. Do not edit.\n",
    );
    out.push_str("\n/** The formats, in the order in which `auto` tries them. */\nexport const FORMATS = [\n");
    for entry in &FORMATS {
        let (name, title) = (quoted(entry.name), quoted(entry.title));
        let _ = writeln!(out, "  {{ name: {name}, title: {title} }},");
    }
    out.push_str("] as const;\n\n/** Protocols that a query may name as its format. */\nexport const PROTOCOL_FORMATS = [\n");
    for entry in PROTOCOLS.iter().filter(|entry| entry.is_format) {
        let (name, title) = (quoted(entry.name), quoted(entry.title));
        let _ = writeln!(out, "  {{ name: {name}, title: {title} }},");
    }
    out.push_str("] as const;\n\n/** How a server wants to be talked to, what queries and the data source tell it, whether the data source may change parts of it, and what it does with the token of the data source. */\nexport const PRESETS = [\n");
    for preset in PRESETS {
        let (name, title) = (quoted(preset.name), quoted(preset.title));
        let _ = writeln!(out, "  {{\n    name: {name},\n    title: {title},");
        write_params(&mut out, "params", preset.params);
        write_params(&mut out, "options", preset.options);
        let token = preset.token.map_or_else(|| "undefined".to_owned(), quoted);
        let is_script = preset.script.is_some();
        let fits = "    token: ,".len() + token.len() <= LINE_WIDTH;
        let gap = if fits { " " } else { "\n      " };
        let _ = writeln!(
            out,
            "    isScript: {is_script},\n    token:{gap}{token},\n  }},"
        );
    }
    write_known_servers(&mut out);
    out.push_str("] as const;\n\n/** What stands in those URLs for what is to be replaced, and what by. */\nexport const URL_PLACEHOLDERS = {\n");
    for (word, by) in PLACEHOLDERS {
        let _ = writeln!(out, "  {word}: {},", quoted(by));
    }
    out.push_str("} as const;\n\n/** The settings of a data source that describe a protocol, or take the place of parts of its preset. */\nexport const PROTOCOL_PARTS = [\n");
    for name in SCRIPT_MEMBERS {
        let _ = writeln!(out, "  {},", quoted(name));
    }
    out.push_str("] as const;\n\n/** Options of a query that no recording has: they stay as they are when a query is taken from one. */\nexport const NOT_RECORDED = [\n");
    for name in ASKED.iter().chain(&LEFT_OUT) {
        let _ = writeln!(out, "  {},", quoted(name));
    }
    let backoff = Backoff::default();
    let (min, max) = (backoff.min_ms, backoff.max_ms);
    let _ = write!(
        out,
        "] as const;

/** What the engine takes for an option of a query that is not set. */
export const queryDefaults = {{ capacity: {DEFAULT_CAPACITY}, maxRate: {DEFAULT_RATE}, maxSeries: {DEFAULT_MAX_SERIES} }} as const;

/** Bounds of the options of a query. */
export const queryLimits = {{
  capacity: {{ min: 1, max: {MAX_CAPACITY} }},
  maxRate: {{ min: 0, aboveMin: true, max: {MAX_RATE} }},
  maxSeries: {{ min: 1, max: {MAX_SERIES} }},
}} as const;

/** Browsers keep a viewer's own token under this name and the uid of the data source. */
export const VIEWER_TOKEN_KEY = '{VIEWER_TOKEN_KEY}';

/** Shortest time between two packets of a panel, in milliseconds, whatever its queries ask for. */
export const MIN_GAP_MS = {MIN_GAP_MS};

/** What the engine takes for a setting of the data source that is not set. No idle time-out and no attempts mean: no limit. */
export const settingDefaults = {{
  reconnectMinMs: {min},
  reconnectMaxMs: {max},
  lingerMs: {DEFAULT_LINGER_MS},
  maxMessageBytes: {DEFAULT_MAX_MESSAGE_BYTES},
  finiteTimeoutMs: {DEFAULT_FINITE_TIMEOUT_MS},
  journalBytes: {DEFAULT_JOURNAL_BYTES},
}} as const;

/** Bounds of the settings of a data source; an age of 0 means: never. */
export const settingLimits = {{
  reconnectMinMs: {{ min: {MIN_RECONNECT_MS} }},
  maxConnectionAgeMs: {{ min: {MIN_CONNECTION_AGE_MS} }},
  journalBytes: {{ min: 0, max: {MAX_JOURNAL_BYTES} }},
}} as const;

/** The units of durations, and their milliseconds. */
export const DURATION_UNITS_MS = {{
"
    );
    for (unit, ms) in UNITS {
        let _ = writeln!(out, "  {unit}: {ms},");
    }
    out.push_str("} as const;\n");
    out
}

#[test]
fn the_shell_knows_what_the_engine_knows() {
    let path = root().join("www/plugin/generated.ts");
    if env::var_os("FRESHET_GENERATE").is_some() {
        fs::write(&path, generated()).expect("a file that can be written");
    }
    assert!(
        read(&path) == generated(),
        "www/plugin/generated.ts is stale: run npm run generate"
    );
}

/// The names that TypeScript lists after `begin`, up to `end`, each in single quotes.
fn listed(file: &str, begin: &str, end: &str) -> Vec<String> {
    let source = read(file);
    let (_, rest) = source
        .split_once(begin)
        .unwrap_or_else(|| panic!("{file} has no {begin}"));
    let (list, _) = rest.split_once(end).expect("an end of the list");
    let names = list.split('\'').skip(1).step_by(2).map(str::to_owned);
    names.collect()
}

/// What the engine says to take in the place of a name that it does not know.
fn offered(problem: &str) -> Vec<String> {
    let (_, names) = problem.split_once("use ").expect("what to use");
    let names = names.trim_start_matches("one of ").replace(" or ", ", ");
    names
        .split(", ")
        .filter(|name| !name.contains(' '))
        .map(str::to_owned)
        .collect()
}

/// Whether the engine takes a query, or what is wrong with it.
fn in_query(json: &str) -> Result<(), String> {
    let spec: QuerySpec = serde_json::from_str(json).expect("a query");
    let query = Query::parse(&spec);
    query.map(drop).map_err(|error| error.problem().to_owned())
}

/// Whether the engine takes settings of a data source, or what is wrong with them.
fn in_settings(json: &str) -> Result<(), String> {
    let spec: SettingsSpec = serde_json::from_str(json).expect("settings");
    let settings = Settings::parse("ws://host", &spec);
    settings
        .map(drop)
        .map_err(|error| error.problem().to_owned())
}

/// A list of names that are stored: where `types.ts` and `choices.ts` have it, where it stands in what is stored (NAME),
/// and who reads that.
type StoredNames = (
    &'static str,
    Option<&'static str>,
    &'static str,
    fn(&str) -> Result<(), String>,
);

#[test]
fn the_shell_offers_the_names_that_the_engine_takes() {
    let lists: [StoredNames; 10] = [
        (
            "export type Operator =",
            Some("const OPERATORS"),
            r#"{"filter":[{"path":"$.a","op":"NAME","value":true}]}"#,
            in_query,
        ),
        (
            "export type Reducer =",
            Some("const REDUCERS"),
            r#"{"bucket":{"interval":"1s","reduce":"NAME"}}"#,
            in_query,
        ),
        (
            "export type FieldRole =",
            Some("const ROLES"),
            r#"{"fields":[{"path":"$.a","role":"NAME"}]}"#,
            in_query,
        ),
        (
            "export type FieldKind =",
            Some("const KINDS"),
            r#"{"fields":[{"path":"$.a","type":"NAME"}]}"#,
            in_query,
        ),
        (
            "export type TimeFormat =",
            Some("const TIME_FORMATS"),
            r#"{"fields":[{"path":"$.a","type":"time","timeFormat":"NAME"}]}"#,
            in_query,
        ),
        (
            "  mode?:",
            Some("const MODES"),
            r#"{"fields":[{"path":"$.a","role":"label"}],"mode":"NAME"}"#,
            in_query,
        ),
        (
            "  view?:",
            Some("const VIEWS"),
            r#"{"view":"NAME"}"#,
            in_query,
        ),
        (
            "export type Transport =",
            Some("const TRANSPORTS"),
            r#"{"transport":"NAME"}"#,
            in_settings,
        ),
        (
            "  from?:",
            Some("const TOKEN_SOURCES"),
            r#"{"token":{"from":"NAME"}}"#,
            in_settings,
        ),
        (
            "  method?:",
            None,
            r#"{"token":{"url":"http://host","method":"NAME","body":"a"}}"#,
            in_settings,
        ),
    ];
    for (stored, shown, spec, parse) in lists {
        let names = listed("www/plugin/types.ts", stored, ";");
        let problem = parse(&spec.replace("NAME", "nonsense")).expect_err("no such name");
        let mut known = offered(&problem);
        for name in &names {
            // A name that is known may lack what goes with it, which is another problem.
            let taken = parse(&spec.replace("NAME", name));
            assert_ne!(taken.as_ref(), Err(&problem), "{stored} {name}");
        }
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        assert_eq!(sorted(names.clone()), sorted(known.clone()), "{stored}");
        if let Some(shown) = shown {
            let source = read("www/plugin/editors/choices.ts");
            let (_, list) = source.split_once(shown).expect("the list of choices");
            let (list, _) = list.split_once("\n];").expect("an end of the list");
            known.retain(|name| !list.contains(&format!("value: '{name}'")));
            assert!(known.is_empty(), "{shown} lacks {known:?}");
        }
    }
    for transport in Transport::ALL {
        let (name, title) = (transport.name(), transport.title());
        let choice = format!("label: '{title}'");
        assert!(
            read("www/plugin/editors/choices.ts").contains(&choice),
            "{name} has another title"
        );
    }
}

#[test]
fn the_comments_of_the_stored_model_have_the_numbers_of_the_engine() {
    let types = read("www/plugin/types.ts");
    let backoff = Backoff::default();
    for says in [
        format!("Rows kept per series, the newest win. Default {DEFAULT_CAPACITY}."),
        format!("Distinct label sets kept. Default {DEFAULT_MAX_SERIES};"),
        format!(
            "Packets per second at most. Default {DEFAULT_RATE}, and never closer than {MIN_GAP_MS} ms"
        ),
        format!("without a gap, at least {MIN_CONNECTION_AGE_MS};"),
        format!("after the last panel leaves. Default {DEFAULT_LINGER_MS}."),
        format!("dropped and counted. Default {DEFAULT_MAX_MESSAGE_BYTES}."),
        format!("Default {DEFAULT_JOURNAL_BYTES}, at most {MAX_JOURNAL_BYTES};"),
        format!("wait for rows. Default {DEFAULT_FINITE_TIMEOUT_MS}."),
        format!("before a new attempt. Default {}.", backoff.min_ms),
        format!("between two attempts. Default {}.", backoff.max_ms),
    ] {
        assert!(
            types.contains(&says),
            "www/plugin/types.ts does not say: {says}"
        );
    }
}

/// What the editors judge before they ask the engine. jest holds `duration.ts` and `address.ts` against the same table.
#[test]
fn durations_and_urls_are_judged_by_the_editors_as_by_the_engine() {
    let cases: serde_json::Value =
        serde_json::from_str(&read("tests/data/judged-twice.json")).expect("a table of cases");
    let entries = |name: &str| cases[name].as_array().expect("a list of cases").clone();
    for case in entries("durations") {
        let (text, ms) = (case[0].as_str().expect("a text"), case[1].as_f64());
        // Zero is a duration, but none that an option takes.
        let taken = interval::parse("window", text).ok();
        assert_eq!(taken, ms.filter(|ms| *ms > 0.0), "{text}");
    }
    for case in entries("urls") {
        let (text, taken_by) = (
            case[0].as_str().expect("a URL"),
            case[1].as_str().expect("by whom"),
        );
        let taken = url::socket(text, "");
        assert_eq!(taken.is_ok(), taken_by != "none", "{text}: {taken:?}");
    }
}

#[test]
fn the_manifest_has_the_route_of_tokens() {
    let manifest: serde_json::Value =
        serde_json::from_str(&read("plugin.json")).expect("plugin.json is JSON");
    let route = &manifest["routes"][0];
    assert_eq!(route["path"], TOKEN_ROUTE);
    assert_eq!(route["url"], "{{ .JsonData.token.url }}");
}

/// The number behind `name` in a source.
fn constant(file: &str, name: &str) -> u64 {
    let source = read(file);
    let line = source
        .lines()
        .find(|line| line.contains(name) && line.contains('='))
        .unwrap_or_else(|| panic!("{file} has no {name}"));
    let value = line.rsplit('=').next().expect("a value");
    let value = value.trim().trim_end_matches(';').trim();
    match value.split_once("<<") {
        Some((one, by)) => {
            let by: u32 = by.trim().parse().expect("a number");
            one.trim().parse::<u64>().expect("a number") << by
        }
        None => value.replace('_', "").parse().expect("a number"),
    }
}

#[test]
fn the_inbox_has_the_same_sizes_on_both_sides() {
    let (rust, script, copy) = (
        "src/wasm/inbox/mod.rs",
        "src/wasm/inbox/inbox.js",
        "src/wasm/inbox/copy.js",
    );
    assert_eq!(
        constant(rust, "const MAX_MESSAGES"),
        constant(script, "const MAX_MESSAGES")
    );
    // A text of the longest kind needs up to three bytes a unit, and a separator.
    let units = constant(copy, "const MAX_UNITS");
    assert!(constant(rust, "const STAGE_BYTES") > 3 * units);
    assert!(
        read("src/wasm/inbox/copy.wat").contains(&format!("(i32.const {})", units + 8)),
        "the buffer of copy.wat is for another MAX_UNITS"
    );
    assert_eq!(freshet::format::SEPARATOR, 0x1e);
    assert!(read(copy).contains("const SEPARATOR = '\\x1e';"));
    assert!(read("src/wasm/inbox/copy.wat").contains("(i32.const 0x1e)"));
}

#[test]
fn the_ways_in_which_messages_wait_have_the_same_numbers_on_both_sides() {
    let script = read("src/wasm/inbox/inbox.js");
    for (name, number) in [("staged", 0), ("text", 1), ("binary", 2)] {
        assert!(script.contains(&format!("{name}: {number},")), "{name}");
    }
    let rust = read("src/wasm/inbox/mod.rs");
    assert!(rust.contains("0 => Self::Staged") && rust.contains("1 => Self::Texts"));
    assert!(rust.contains("_ => Self::Binary"));
}
