//! What a message costs on its way to the ring, natively: for finding where time goes. Claims are
//! measured in the browser, beside others: `npm run bench`.
#![allow(missing_docs, clippy::expect_used)]

use std::cell::RefCell;
use std::rc::Rc;

use divan::{Bencher, counter::ItemsCount};
use freshet::format::{Format, SEPARATOR};
use freshet::stream::Stream;
use freshet::stream::intake::Intake;
use freshet::target::{Fields, Spec, Target};

fn main() {
    divan::main();
}

/// Rows as a sensor sends them: a time and a value of 16 or 17 digits.
fn row(i: u64) -> String {
    let value = (i as f64 / 500.0).sin() * 20.0;
    // Of one time: a batch is taken again and again, and must not be out of order.
    format!(r#"{{"time":1700000000000,"value":{value}}}"#)
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

fn intake(fields: &Fields) -> (Intake, Rc<RefCell<Stream>>) {
    let stream = Rc::new(RefCell::new(Stream::new(&fields.reading, 1000)));
    let mut intake = Intake::new(usize::MAX);
    intake.attach(&Format::Json, Rc::clone(&stream));
    (intake, stream)
}

#[divan::bench(args = [true, false])]
fn array_of_1000_rows(bencher: Bencher<'_, '_>, chosen: bool) {
    let message = array(1000);
    let (mut intake, _stream) = intake(&fields(chosen));
    bencher
        .counter(ItemsCount::new(1000usize))
        .bench_local(|| intake.receive_texts(&message, &[0.0]));
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
    let (mut intake, _stream) = intake(&fields(chosen));
    bencher
        .counter(ItemsCount::new(256usize))
        .bench_local(|| intake.receive_texts(&batch, &arrivals));
}

#[divan::bench]
fn frame_of_1000_rows(bencher: Bencher<'_, '_>) {
    let fields = fields(true);
    let (mut intake, stream) = intake(&fields);
    intake.receive_texts(&array(1000), &[0.0]);
    bencher.bench_local(|| stream.borrow_mut().frames(1000, &fields, 0.0).len());
}
