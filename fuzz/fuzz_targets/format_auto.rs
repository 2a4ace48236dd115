//! Messages in a format that has to be found out.
#![no_main]

mod common;

use freshet::format::CsvOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| common::feed("auto", CsvOptions::default(), false, data));
