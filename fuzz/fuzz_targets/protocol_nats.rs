//! Messages of a NATS server, to a session that sends the texts of queries and to one that speaks for itself.
#![no_main]

use freshet_fuzz::feed::{feed_client, feed_protocol};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    feed_protocol("nats", true, data);
    feed_client("nats", true, &[("subject", "a.>"), ("queue", "q")], data);
});
