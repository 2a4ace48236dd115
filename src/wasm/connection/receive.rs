//! A connection's messages, from its inbox to everybody who reads them.

use std::cell::RefCell;

use super::Connection;
use crate::format::SEPARATOR;
use crate::wasm::hot::{self, Encoder, Waiting};
use crate::wasm::sample::Sample;

thread_local! {
    static ENCODER: RefCell<Encoder> = RefCell::default();
}

impl Connection {
    /// Gives every stream the messages that wait.
    pub(in crate::wasm) fn flush(&self) {
        let count = self.inbox.count();
        if count == 0 {
            return;
        }
        self.messages.set(self.messages.get() + count as u64);
        let mut stage = self.stage.borrow_mut();
        let (staged, arrivals) = stage.take(&self.inbox, count);
        match Waiting::of(&self.inbox) {
            Waiting::Staged => self.receive_staged(staged, arrivals),
            Waiting::Texts => self.receive_held(arrivals),
            Waiting::Binary => self.receive_binary(arrivals),
        }
        self.inbox.clear();
    }

    fn receive_staged(&self, batch: &[u8], arrivals: &[f64]) {
        if self.receive_texts(batch, arrivals) {
            return;
        }
        let mut start = 0;
        for (index, arrival) in arrivals.iter().enumerate() {
            let end = self.inbox.end_at(index);
            let text = batch.get(start..end).unwrap_or_default();
            self.receive_texts(text, &[*arrival]);
            start = end + 1;
        }
    }

    fn receive_held(&self, arrivals: &[f64]) {
        let limit = self.key.settings.max_message_bytes;
        ENCODER.with_borrow_mut(|encoder| {
            let batch = encoder.all(&self.inbox, arrivals.len(), limit);
            if !self.receive_texts(batch, arrivals) {
                for (index, arrival) in arrivals.iter().enumerate() {
                    let text = encoder.one(&self.inbox, index, limit);
                    self.receive_texts(text, &[*arrival]);
                }
            }
            encoder.trim();
        });
    }

    /// Takes texts with a separator between them; false when one of them holds the separator itself, so
    /// that they have to be taken one by one.
    fn receive_texts(&self, batch: &[u8], arrivals: &[f64]) -> bool {
        let separators = arrivals.len() - 1;
        if separators > 0 && memchr::memchr_iter(SEPARATOR, batch).count() != separators {
            return false;
        }
        self.count_bytes(batch.len() - separators);
        self.take_sample(|| {
            Sample::of_text(
                batch
                    .split(|byte| *byte == SEPARATOR)
                    .next()
                    .unwrap_or_default(),
            )
        });
        self.intake.borrow_mut().receive_texts(batch, arrivals);
        true
    }

    fn receive_binary(&self, arrivals: &[f64]) {
        let (batch, lengths) = hot::binaries(&self.inbox, arrivals.len());
        self.count_bytes(batch.len());
        self.take_sample(|| {
            let length = lengths.first().map_or(0, |length| *length as usize);
            Sample::of_binary(batch.get(..length).unwrap_or_default())
        });
        let mut intake = self.intake.borrow_mut();
        intake.receive_binaries(&batch, &lengths, arrivals);
    }

    fn count_bytes(&self, bytes: usize) {
        self.bytes.set(self.bytes.get() + bytes as u64);
    }

    fn take_sample(&self, sample: impl FnOnce() -> Sample) {
        if self.sample.borrow().is_none() {
            self.sample.replace(Some(sample()));
        }
    }
}
