//! Paths, a line each, and after an empty line a message to walk.
#![no_main]

use freshet::decode::json::validate;
use freshet::extract::path::Path;
use freshet::extract::program::Program;
use freshet::extract::rows::{Cell, Rows};
use freshet::extract::walk::walk;
use libfuzzer_sys::fuzz_target;

const FIXED: &str = r#"{"a":[1,{"b":2.5,"a":"x"},[true,null]],"b":{"a":{"b":-3},"é":[]},"a b":12345678901234567890,
"rows":[{"a":1,"b":"one"},{"a":2,"b":"two","c":[{"a":3},{"a":4}]},{"b":"three"}]}"#;

const MOST_PATHS: usize = 4;

fuzz_target!(|text: &str| {
    let (paths, message) = text.split_once("\n\n").unwrap_or((text, ""));
    let parsed = paths.lines().take(MOST_PATHS).filter_map(parse);
    let paths: Vec<Path> = parsed.collect();
    if paths.is_empty() {
        return;
    }
    let mut program = Program::new(&paths);
    // The second time a program knows what rows look like, and must read the same.
    for message in [FIXED, message, FIXED, message] {
        let read = rows(&mut program, message);
        assert_eq!(read, rows(&mut Program::new(&paths), message));
        assert_eq!(read.is_some(), validate(message.as_bytes()).is_ok());
    }
    let singular: Vec<_> = paths
        .into_iter()
        .filter(Path::is_singular)
        .map(|path| (path, true))
        .collect();
    let mut inferred = Program::inferred(&singular);
    for message in [FIXED, message, FIXED, message] {
        rows(&mut inferred, message);
    }
});

fn parse(text: &str) -> Option<Path> {
    match Path::parse(text) {
        Ok(path) => {
            assert!(!path.is_singular() || path.row_prefix().is_empty());
            let _ = (path.last_name(), path.dotted());
            Some(path)
        }
        Err(error) => {
            assert!(error.at <= text.chars().count(), "{error}: {text}");
            None
        }
    }
}

/// The rows of a message, if it is one.
fn rows(program: &mut Program, message: &str) -> Option<Vec<Vec<Cell>>> {
    let mut rows = Rows::default();
    rows.reset(program.width());
    walk(message.as_bytes(), 0, program, &mut rows).ok()?;
    Some(rows.iter().map(<[Cell]>::to_vec).collect())
}
