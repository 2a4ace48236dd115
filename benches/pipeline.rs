//! What a message costs on its way to the ring, natively: for finding where time goes. Claims are
//! measured in the browser, beside others: `npm run bench`.
#![allow(missing_docs, clippy::expect_used)]

use divan::{Bencher, counter::ItemsCount};
use freshet::stream::{SEPARATOR, Stream};
use freshet::target::{Fields, Spec, Target};

fn main() {
    divan::main();
}

/// Rows as a sensor sends them: a time and a value of 16 or 17 digits.
fn row(i: u64) -> String {
    let value = (i as f64 / 500.0).sin() * 20.0;
    format!(r#"{{"time":{},"value":{value}}}"#, 1_700_000_000_000 + i)
}

fn array(rows: u64) -> Vec<u8> {
    format!("[{}]", (0..rows).map(row).collect::<Vec<_>>().join(",")).into_bytes()
}

fn fields(chosen: bool) -> Fields {
    let json = if chosen {
        r#"{"fields":[{"path":"$.time","role":"time","timeFormat":"ms"},{"path":"$.value","type":"number"}]}"#
    } else {
        "{}"
    };
    let spec: Spec = serde_json::from_str(json).expect("a query");
    Target::parse(&spec).expect("a target").fields
}

#[divan::bench(args = [true, false])]
fn array_of_1000_rows(bencher: Bencher<'_, '_>, chosen: bool) {
    let message = array(1000);
    let mut stream = Stream::new(&fields(chosen).reading, 1000, usize::MAX);
    bencher
        .counter(ItemsCount::new(1000usize))
        .bench_local(|| stream.receive_all(&message, &[0.0]));
}

#[divan::bench(args = [true, false])]
fn run_of_256_one_row_messages(bencher: Bencher<'_, '_>, chosen: bool) {
    let separator = char::from(SEPARATOR).to_string();
    let batch = (0..256)
        .map(row)
        .collect::<Vec<_>>()
        .join(&separator)
        .into_bytes();
    let arrivals = vec![0.0; 256];
    let mut stream = Stream::new(&fields(chosen).reading, 1000, usize::MAX);
    bencher
        .counter(ItemsCount::new(256usize))
        .bench_local(|| stream.receive_all(&batch, &arrivals));
}

#[divan::bench]
fn frame_of_1000_rows(bencher: Bencher<'_, '_>) {
    let fields = fields(true);
    let mut stream = Stream::new(&fields.reading, 1000, usize::MAX);
    stream.receive_all(&array(1000), &[0.0]);
    bencher.bench_local(|| stream.frame(1000, &fields).len);
}
