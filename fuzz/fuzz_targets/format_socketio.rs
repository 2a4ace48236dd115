//! Messages in Socket.IO packets.
#![no_main]

mod common;

use freshet::format::CsvOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| common::feed("socketio", CsvOptions::default(), false, data));
