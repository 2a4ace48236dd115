//! Bodies of HTTP responses, as Server-Sent Events and as lines: wherever they are cut, the same messages come of them,
//! and none is longer than it may be.
#![no_main]

use freshet::format::SEPARATOR;
use freshet::transport::{Framing, MessageBatch};
use freshet_fuzz::bytes::Bytes;
use libfuzzer_sys::fuzz_target;

/// Small, so that the fuzzer finds what happens at the limit.
const MAX: usize = 64;

/// A character that stands for a broken byte has three.
const MOST: usize = 3 * (MAX + 2);

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes::new(data);
    let step = 1 + bytes.below(32);
    let names = match bytes.below(2) {
        0 => Vec::new(),
        _ => vec!["message".to_owned(), "a".to_owned()],
    };
    let data = data.get(2..).unwrap_or_default();
    for make in
        [&|| Framing::events(&names, MAX), &|| Framing::lines(MAX)] as [&dyn Fn() -> Framing; 2]
    {
        let (whole, cut) = (
            read(make(), data, data.len().max(1)),
            read(make(), data, step),
        );
        assert_eq!(whole, cut);
    }
});

/// What comes of `data` in chunks of `step` bytes, and of the same again on another connection.
fn read(
    mut framing: Framing,
    data: &[u8],
    step: usize,
) -> (Vec<u8>, usize, Option<String>, Option<f64>) {
    let mut batch = MessageBatch::default();
    for _ in 0..2 {
        data.chunks(step)
            .for_each(|chunk| framing.push(chunk, &mut batch));
        framing.restart();
    }
    data.chunks(step)
        .for_each(|chunk| framing.push(chunk, &mut batch));
    framing.finish(&mut batch);
    assert!(std::str::from_utf8(batch.bytes()).is_ok());
    assert_eq!(batch.iter().count(), batch.len());
    assert!(batch.iter().all(|message| message.len() <= MOST));
    let joined: Vec<&[u8]> = batch.iter().collect();
    assert_eq!(joined.join(&SEPARATOR), batch.bytes());
    let id = framing.last_event_id().map(str::to_owned);
    assert!(framing.retry_ms().is_none_or(|ms| ms >= 0.0));
    (batch.bytes().to_vec(), batch.len(), id, framing.retry_ms())
}
