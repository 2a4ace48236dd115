//! The dashboards that the plugin brings along ask for nothing that the engine refuses.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use freshet::query::{Query, QuerySpec};
use serde_json::Value;

/// The dashboard with the values of its variables in their places.
fn read(path: &Path) -> Value {
    let mut text = fs::read_to_string(path).expect("a dashboard");
    let dashboard: Value = serde_json::from_str(&text).expect("JSON");
    let variables = dashboard["templating"]["list"].as_array();
    for variable in variables.expect("variables") {
        let name = variable["name"].as_str().expect("a name");
        let value = variable["current"]["value"].as_str().unwrap_or_default();
        text = text.replace(&format!("${{{name}}}"), value);
    }
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn every_query_of_the_dashboards_can_be_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/plugin/dashboards");
    let mut checked = 0;
    for file in fs::read_dir(folder).expect("the dashboards") {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let dashboard = read(&path);
        for panel in dashboard["panels"].as_array().expect("panels") {
            for target in panel["targets"].as_array().expect("targets") {
                let spec: QuerySpec = serde_json::from_value(target.clone()).expect("a query");
                let problems = Query::check(&spec);
                let place = format!("{}, {}", path.display(), panel["title"]);
                assert!(problems.is_empty(), "{place}: {problems:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "only {checked} queries were found");
}
