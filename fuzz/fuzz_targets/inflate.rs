//! Compressed messages: the first byte picks gzip's header, zlib's or none, so that the fuzzer need not find it.
#![no_main]

use freshet::format::CsvOptions;
use freshet_fuzz::feed::feed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else {
        return;
    };
    let header: &[u8] = match kind % 3 {
        0 => &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3],
        1 => &[0x78, 0x9c],
        _ => &[],
    };
    let message = [header, data].concat();
    feed("text", CsvOptions::default(), true, &message);
    feed("auto", CsvOptions::default(), false, &message);
});
