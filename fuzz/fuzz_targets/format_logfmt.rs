//! Messages in logfmt.
#![no_main]

use freshet::format::CsvOptions;
use freshet_fuzz::feed::feed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| feed("logfmt", CsvOptions::default(), true, data));
