//! A time format, after it a zone or an empty line, and after that texts in lines of their own.
#![no_main]

use freshet::extract::time::reader::TimeReader;
use libfuzzer_sys::fuzz_target;

/// As far from 1970 as a date of JavaScript can be (ECMA-262 §21.4.1.1).
const MAX_MS: f64 = 8.64e15;

/// When the texts come: 2023-11-14.
const NOW: f64 = 1_700_000_000_000.0;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let mut next = || lines.next().unwrap_or_default();
    let (format, zone) = (next(), next());
    let Ok(reader) = TimeReader::parse("fields[0]", format, zone) else {
        return;
    };
    for line in lines {
        let moment = reader.text(line, NOW);
        check(moment.map(|moment| moment.ms));
        // Where the field has a zone nothing is assumed.
        assert!(zone.trim().is_empty() || !moment.is_some_and(|moment| moment.is_assumed));
        check(line.parse().ok().and_then(|number| reader.number(number)));
    }
});

fn check(time: Option<f64>) {
    // NaN fails this, too.
    assert!(time.is_none_or(|time| time.abs() <= MAX_MS), "{time:?}");
}
