//! Packets of an MQTT server, to a client of each version that it has let in.
#![no_main]

use freshet_fuzz::feed::feed_told_client;
use libfuzzer_sys::fuzz_target;

const ACCEPTED_5: &[u8] = b"\x20\x03\x00\x00\x00";
const ACCEPTED_3: &[u8] = b"\x20\x02\x00\x00";

fuzz_target!(|data: &[u8]| {
    let params = [("topic", "a/#"), ("qos", "1")];
    for (version, accepted) in [("5", ACCEPTED_5), ("3.1.1", ACCEPTED_3)] {
        let session = [accepted, data].concat();
        feed_told_client("mqtt", true, &[("version", version)], &params, &session);
    }
    feed_told_client("mqtt", true, &[], &params, data);
});
