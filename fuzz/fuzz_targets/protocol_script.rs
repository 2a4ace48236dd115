//! A script that anybody wrote, and messages of a server to it and to the presets that ship.
#![no_main]

use freshet_fuzz::feed::{feed_preset, feed_script};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    match first % 8 {
        0 => feed_preset("centrifugo", &[("channel", "a")], rest),
        1 => feed_preset("phoenix", &[("topic", "a")], rest),
        2 => feed_preset(
            "coinbase",
            &[("channel", "level2"), ("products", "a,b")],
            rest,
        ),
        3 => feed_preset("polygon", &[("event", "T"), ("symbol", "a")], rest),
        _ => feed_script(rest),
    }
});
