//! Messages in plain text.
#![no_main]

use freshet::format::CsvOptions;
use freshet_fuzz::feed::feed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| feed("text", CsvOptions::default(), true, data));
