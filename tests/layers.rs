//! The one-way street: a module may use only those that stand before it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules, each after all that it may use.
const ORDER: [&str; 19] = [
    "error", "interval", "calendar", "ring", "digest", "order", "frame", "decode", "compress",
    "format", "url", "extract", "table", "protocol", "query", "source", "stream", "session",
    "wasm",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let (folders, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    let rust = files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs"));
    rust.chain(folders.iter().flat_map(|folder| sources(folder)))
        .collect()
}

fn rank(module: &str) -> usize {
    ORDER
        .iter()
        .position(|known| *known == module)
        .unwrap_or_else(|| panic!("{module} is missing in ORDER"))
}

#[test]
fn no_module_uses_one_further_down_the_street() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut uses = 0;
    for file in sources(&root) {
        let place = file
            .strip_prefix(&root)
            .expect("below src")
            .to_string_lossy()
            .replace('\\', "/");
        let module = place.split(['/', '.']).next().expect("a module");
        if module == "lib" || place.contains("tests") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a source");
        // Documentation may look down the street.
        let code: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for used in code.join("\n").split("crate::").skip(1) {
            let used = used
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .expect("a name");
            assert!(rank(used) <= rank(module), "{place} uses crate::{used}");
            uses += 1;
        }
    }
    assert!(
        uses > 50,
        "only {uses} uses were found: does the test still read the sources?"
    );
}

#[test]
fn only_wasm_knows_javascript() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources(&root)
        .iter()
        .filter(|file| !file.starts_with(root.join("wasm")))
    {
        let text = fs::read_to_string(file).expect("a source");
        for name in ["JsValue", "js_sys", "web_sys", "wasm_bindgen"] {
            assert!(!text.contains(name), "{} mentions {name}", file.display());
        }
    }
}
