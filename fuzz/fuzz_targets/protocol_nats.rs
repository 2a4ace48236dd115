//! Messages of a NATS server.
#![no_main]

use freshet_fuzz::feed::feed_protocol;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| feed_protocol("nats", true, data));
