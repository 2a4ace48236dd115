//! The public compliance test suite of RFC 9535, every case of it: what a path that is valid selects is what the suite
//! says, in its order, and one that is not is refused. A walk makes rows; those of one path alone are the values that it
//! selects. Where the suite says where they stand (`result_paths`), there is nothing of ours to compare.

use super::oracle::{as_doubles, values};
use super::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Suite {
    tests: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    selector: String,
    #[serde(default)]
    document: Value,
    result: Option<Vec<Value>>,
    /// Where the order of members is open, any of these.
    results: Option<Vec<Vec<Value>>>,
    #[serde(default)]
    invalid_selector: bool,
}

fn suite() -> Vec<Case> {
    let text = include_str!("../../../../tests/data/jsonpath-compliance/cts.json");
    serde_json::from_str::<Suite>(text).unwrap().tests
}

/// The values that `path` selects, the first time and when what rows look like has been learnt.
fn selected(path: &Path, document: &Value) -> [Vec<Value>; 2] {
    let mut program = Program::new(std::slice::from_ref(path));
    program.array_is_rows = false;
    let message = document.to_string();
    [(), ()].map(|()| {
        let rows = values(&mut program, &message).into_iter();
        rows.filter_map(|mut row| row.remove(0)).collect()
    })
}

#[test]
fn selects_what_the_suite_says() {
    let mut faults = Vec::new();
    let cases: Vec<Case> = suite()
        .into_iter()
        .filter(|case| !case.invalid_selector)
        .collect();
    for case in &cases {
        let Ok(path) = Path::parse(&case.selector) else {
            faults.push(format!("{}: {} is refused", case.name, case.selector));
            continue;
        };
        let results = case.results.iter().flatten().chain(&case.result);
        let expected: Vec<Vec<Value>> = results
            .map(|values| values.iter().map(as_doubles).collect())
            .collect();
        for got in selected(&path, &case.document) {
            if !expected.contains(&got) {
                faults.push(format!(
                    "{}: {} of {} is {got:?}",
                    case.name, case.selector, case.document
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {}: {faults:#?}",
        faults.len(),
        cases.len()
    );
    assert!(cases.len() > 400, "{} cases", cases.len());
}

#[test]
fn refuses_what_the_suite_calls_invalid() {
    let invalid: Vec<Case> = suite()
        .into_iter()
        .filter(|case| case.invalid_selector)
        .collect();
    let taken: Vec<&str> = invalid
        .iter()
        .filter(|case| Path::parse(&case.selector).is_ok())
        .map(|case| case.selector.as_str())
        .collect();
    assert!(taken.is_empty(), "{taken:#?}");
    assert!(invalid.len() > 200, "{} cases", invalid.len());
}
