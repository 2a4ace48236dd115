//! Lengths of time as queries write them.
#![no_main]

use freshet::interval::{parse, spoken};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(ms) = parse("window", text) else {
        return;
    };
    assert!(ms > 0.0 && ms.is_finite());
    assert!(!spoken(ms).is_empty());
    if let Ok(longer) = parse("window", &format!("{text}1ms")) {
        assert!(longer >= ms);
    } else {
        assert!(ms > 1e300, "{text} and one more");
    }
});
