//! A whole query and what its connection delivers.
#![no_main]

use freshet_fuzz::bytes::Bytes;
use freshet_fuzz::session;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| session::run(&mut Bytes::new(data)));
