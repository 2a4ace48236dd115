//! The one-way street: a module may use only those that come before it, and no two files of `src/` need each other.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sources::Sources;

/// The modules, each after all that it may use.
const ORDER: [&str; 24] = [
    "error",
    "interval",
    "ring",
    "digest",
    "order",
    "calendar",
    "frame",
    "decode",
    "compress",
    "format",
    "transport",
    "url",
    "extract",
    "table",
    "protocol",
    "query",
    "source",
    "stream",
    "recording",
    "session",
    "feed",
    "suggest",
    "doctor",
    "wasm",
];

/// The files of `src/`, read once.
fn all() -> Sources {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

fn rank(module: &str) -> usize {
    ORDER
        .iter()
        .position(|known| *known == module)
        .unwrap_or_else(|| panic!("{module} is missing in ORDER"))
}

/// The top module of a file's module path.
fn top(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// Who uses whom in a few files, as `user used`.
fn uses_of(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter();
    let files = files.map(|(module, text)| ((*module).to_owned(), (*text).to_owned()));
    let root = (String::new(), "mod parent;".to_owned());
    let uses = Sources::parse(files.chain([root])).uses().into_iter();
    uses.map(|(user, used)| format!("{user} {used}")).collect()
}

#[test]
fn a_use_is_a_path_to_what_another_file_defines() {
    let parent = "mod child; mod sibling; pub use child::Child; pub struct Parent;";
    let sibling = ("parent::sibling", "pub fn help() {}");
    // Taken from the parent, which defines it: a circle, since the parent passes on what the child defines.
    let child = (
        "parent::child",
        "use super::Parent; pub struct Child(Parent);",
    );
    assert_eq!(
        uses_of(&[("parent", parent), child, sibling]),
        ["parent parent::child", "parent::child parent"]
    );
    // By way of the parent, in an expression, in a macro and with braces.
    let parent = "mod child; mod sibling; use sibling::help;";
    for child in [
        "fn act() { super::help() }",
        "fn act() { dbg!(super::help()) }",
        "use crate::parent::{self, sibling}; fn act() { sibling::help(); parent::help() }",
        "use super::help as aid; fn act() { aid() }",
        "mod inner { fn act() { super::super::help() } }",
    ] {
        assert_eq!(
            uses_of(&[("parent", parent), ("parent::child", child), sibling]),
            ["parent parent::sibling", "parent::child parent::sibling"],
            "{child}"
        );
    }
    // What only tests use, comments, texts and the standard library do not count.
    let child = "/// [`super::help`]\nuse std::fmt; #[cfg(test)] mod tests { use super::super::help; } \
                 const SAYS: &str = \"super::help\";";
    let files = [("parent", "mod child;"), ("parent::child", child), sibling];
    assert_eq!(uses_of(&files), [""; 0]);
}

#[test]
fn no_module_uses_one_further_down_the_street() {
    let uses = all().uses();
    for (user, used) in &uses {
        // The crate's root holds nothing but the declarations of the modules.
        if user.is_empty() {
            continue;
        }
        assert!(!used.is_empty(), "{user} uses something defined in lib.rs");
        assert!(rank(top(used)) <= rank(top(user)), "{user} uses {used}");
    }
    let count = uses.len();
    assert!(
        count > 150,
        "only {count} uses were found: does the test still read the sources?"
    );
}

#[test]
fn no_files_need_each_other() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (user, used) in all().uses() {
        uses.entry(user).or_default().insert(used);
    }
    // What uses nothing that is left is in no circle.
    loop {
        let free: Vec<String> = uses
            .iter()
            .filter(|(_, used)| !used.iter().any(|used| uses.contains_key(used)))
            .map(|(user, _)| user.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        uses.retain(|user, _| !free.contains(user));
    }
    assert!(uses.is_empty(), "import circle: {}", circle(&uses));
}

/// The way round of one circle, for the message of the test: each of the files uses another of them.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut way: Vec<&str> = Vec::new();
    let mut at = uses.keys().next().map_or("", String::as_str);
    while !way.contains(&at) {
        way.push(at);
        let mut next = uses[at].iter();
        at = next
            .find(|used| uses.contains_key(*used))
            .map_or("", String::as_str);
    }
    let start = way.iter().position(|file| *file == at).unwrap_or(0);
    way.push(at);
    way[start..].join(" -> ")
}

#[test]
fn no_type_has_the_name_of_another() {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, file) in all().types() {
        files.entry(name).or_default().push(file);
    }
    assert!(files.len() > 150, "only {} types were found", files.len());
    files.retain(|_, files| files.len() > 1);
    assert!(files.is_empty(), "defined more than once: {files:#?}");
}

#[test]
fn only_wasm_knows_javascript() {
    for (module, text) in all().texts() {
        if top(module) == "wasm" {
            continue;
        }
        for name in ["JsValue", "js_sys", "web_sys", "wasm_bindgen"] {
            assert!(!text.contains(name), "{module} mentions {name}");
        }
    }
}
