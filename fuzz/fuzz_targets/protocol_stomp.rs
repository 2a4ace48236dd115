//! Messages of a STOMP server.
#![no_main]

use freshet_fuzz::feed::feed_client;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| feed_client("stomp", true, &[("destination", "/topic/a")], data));
