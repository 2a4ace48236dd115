//! Messages in a format that has to be found out.
#![no_main]

use freshet::format::CsvOptions;
use freshet_fuzz::feed::feed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| feed("auto", CsvOptions::default(), false, data));
