//! Messages in the NATS protocol.
#![no_main]

mod common;

use freshet::format::CsvOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| common::feed("nats", CsvOptions::default(), true, data));
