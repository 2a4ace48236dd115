//! CSV; the first byte says with which options.
#![no_main]

use freshet::format::CsvOptions;
use freshet_fuzz::feed::feed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((options, data)) = data.split_first() else {
        return;
    };
    let options = CsvOptions {
        header: [None, Some(true), Some(false)][usize::from(options % 3)],
        separator: [None, Some(b','), Some(b';'), Some(b'\t')][usize::from(options / 3 % 4)],
    };
    feed("csv", options, true, data);
});
