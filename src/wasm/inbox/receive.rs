//! From an inbox to the session.

use std::cell::RefCell;

use super::{Encoder, Inbox, Stage, Waiting, binaries};
use crate::session::Session;

thread_local! {
    static ENCODER: RefCell<Encoder> = RefCell::default();
}

/// Hands the session the messages that wait in `inbox`. To ask the clock costs as much as to read ten short messages,
/// and the newest of them knows when it came.
pub(in crate::wasm) fn hand_over(inbox: &Inbox, stage: &mut Stage, session: &mut Session) {
    let count = inbox.count();
    if count == 0 {
        return;
    }
    let (staged, arrivals, now) = stage.take(inbox, count);
    match Waiting::of(inbox) {
        Waiting::Staged => receive_staged(inbox, staged, arrivals, session, now),
        Waiting::Texts => receive_held(inbox, arrivals, session, now),
        Waiting::Binary => {
            let (batch, lengths) = binaries(inbox, arrivals.len());
            session.receive_binaries(&batch, &lengths, arrivals, now);
        }
    }
    inbox.clear();
}

fn receive_staged(inbox: &Inbox, batch: &[u8], arrivals: &[f64], session: &mut Session, now: f64) {
    if session.receive_texts(batch, arrivals, now) {
        return;
    }
    let mut start = 0;
    for (index, arrival) in arrivals.iter().enumerate() {
        let end = inbox.end_at(index);
        let text = batch.get(start..end).unwrap_or_default();
        session.receive_texts(text, &[*arrival], now);
        start = end + 1;
    }
}

fn receive_held(inbox: &Inbox, arrivals: &[f64], session: &mut Session, now: f64) {
    let limit = session.key().settings.max_message_bytes;
    ENCODER.with_borrow_mut(|encoder| {
        let batch = encoder.all(inbox, arrivals.len(), limit);
        if !session.receive_texts(batch, arrivals, now) {
            for (index, arrival) in arrivals.iter().enumerate() {
                let text = encoder.one(inbox, index, limit);
                session.receive_texts(text, &[*arrival], now);
            }
        }
        encoder.trim();
    });
}
