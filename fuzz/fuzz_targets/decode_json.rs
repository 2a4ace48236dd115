//! The scanner: a text that it accepts is UTF-8 within the limits, and stays accepted between brackets.
#![no_main]

use freshet::decode::json::validate;
use freshet::decode::{DecodeErrorKind, MAX_DEPTH};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if std::str::from_utf8(data).is_err() {
        return;
    }
    let wrapped = [b"[", data, b"]"].concat();
    match (validate(data), validate(&wrapped)) {
        (Ok(()), Ok(())) => {}
        (Ok(()), Err(error)) => {
            assert_eq!(error.kind, DecodeErrorKind::TooDeep, "{MAX_DEPTH}");
        }
        (Err(error), _) => assert!(error.at <= data.len()),
    }
});
