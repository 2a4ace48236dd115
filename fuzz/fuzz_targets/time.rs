//! A time format, and after it texts in lines of their own.
#![no_main]

use freshet::extract::time::TimeFormat;
use libfuzzer_sys::fuzz_target;

/// As far from 1970 as a date of JavaScript can be (ECMA-262 §21.4.1.1).
const MAX_MS: f64 = 8.64e15;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let Ok(format) = TimeFormat::parse("timeFormat", lines.next().unwrap_or_default()) else {
        return;
    };
    for line in lines {
        check(format.text(line));
        check(line.parse().ok().and_then(|number| format.number(number)));
    }
});

fn check(time: Option<f64>) {
    // NaN fails this, too.
    assert!(time.is_none_or(|time| time.abs() <= MAX_MS), "{time:?}");
}
