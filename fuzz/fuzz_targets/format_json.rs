//! Messages in JSON.
#![no_main]

mod common;

use freshet::format::CsvOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| common::feed("json", CsvOptions::default(), false, data));
