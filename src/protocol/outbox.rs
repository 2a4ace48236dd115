//! Subscriptions that are texts, and what waits to be sent.
//!
//! In go the subscriptions of a session and the answers of its protocol; out come messages for the socket that
//! is open. Every protocol here has one.

use std::collections::VecDeque;

use super::contract::{Outgoing, Phase, SubscriptionId};

/// What a socket is to be sent: the text of each subscription once, and answers.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    is_open: bool,
    /// In the order in which they were asked for.
    subscriptions: Vec<(SubscriptionId, String)>,
    waiting: VecDeque<Outgoing>,
}

impl Outbox {
    /// A socket opened, which knows of no subscription.
    pub(super) fn open(&mut self) {
        self.is_open = true;
        let texts = self.subscriptions.iter().map(|(_, text)| text);
        let texts = texts.filter(|text| !text.is_empty());
        self.waiting = texts.cloned().map(Outgoing::Text).collect();
    }

    /// The socket is gone; what waited was for it.
    pub(super) fn close(&mut self) {
        self.is_open = false;
        self.waiting.clear();
    }

    /// Has the subscription made on this socket and on those that follow.
    pub(super) fn subscribe(&mut self, id: SubscriptionId, text: &str) {
        let is_new = self.subscriptions.iter().all(|(known, _)| *known != id);
        debug_assert!(is_new, "{id:?} is asked for twice");
        if is_new {
            self.subscriptions.push((id, text.to_owned()));
            self.send_text(text);
        }
    }

    /// Has the subscription taken back on this socket, and not made on those that follow.
    pub(super) fn unsubscribe(&mut self, id: SubscriptionId, text: &str) {
        let before = self.subscriptions.len();
        self.subscriptions.retain(|(known, _)| *known != id);
        if self.subscriptions.len() < before {
            self.send_text(text);
        }
    }

    fn send_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.send(Outgoing::Text(text.to_owned()));
        }
    }

    /// Sends something on this socket.
    pub(super) fn send(&mut self, outgoing: Outgoing) {
        if self.is_open {
            self.waiting.push_back(outgoing);
        }
    }

    /// The next thing to send.
    pub(super) fn next(&mut self) -> Option<Outgoing> {
        self.waiting.pop_front()
    }

    /// Where a protocol without a handshake is.
    pub(super) fn phase(&self) -> Phase {
        if self.is_open {
            Phase::Ready
        } else {
            Phase::Closed
        }
    }
}
