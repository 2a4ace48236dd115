//! A condition's operator, a line with its value in JSON, and then the value of a message that it is asked of.
#![no_main]

use freshet::extract::coerce::CellSource;
use freshet::extract::condition::Test;
use freshet::extract::option_value::OptionValue;
use freshet::extract::path::Path;
use freshet::extract::program::Program;
use freshet::extract::rows::{Cell, Rows};
use freshet::extract::walk::walk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut parts = text.splitn(3, '\n');
    let (Some(op), Some(value)) = (parts.next(), parts.next()) else {
        return;
    };
    let value: Option<OptionValue> = serde_json::from_str(value).ok();
    let message = parts.next().unwrap_or_default();
    let holds = |op: &str| {
        let test = Test::parse("filter[0]", op, value.as_ref()).ok()?;
        let cell = cell(message)?;
        Some(test.holds(
            &cell,
            CellSource::new(message.as_bytes()),
            &mut String::new(),
        ))
    };
    holds(op);
    if let (Some(equal), Some(other)) = (holds("=="), holds("!=")) {
        assert_ne!(equal, other, "{value:?} and {message}");
    }
    if let (Some(less), Some(greater)) = (holds("<"), holds(">")) {
        assert!(!less || !greater, "{value:?} and {message}");
        assert!(!less || holds("<=") == Some(true));
        assert!(!greater || holds(">=") == Some(true));
    }
});

/// The whole of a message as one cell; nothing when it is no JSON text.
fn cell(message: &str) -> Option<Cell> {
    let path = Path::parse("$").ok()?;
    let mut program = Program::new(&[path]);
    let mut rows = Rows::default();
    rows.reset(program.width());
    walk(message.as_bytes(), 0, &mut program, &mut rows).ok()?;
    let row = rows.iter().next()?;
    row.first().copied()
}
