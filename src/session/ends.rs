//! Ends of a socket that nobody planned: the server or the network closes it, or the server does not read what it is sent.
//!
//! In goes how the socket closed, or how much waits unread. The protocol says what the close code means and is told that the
//! socket is gone, and the link waits, tries again at once or gives up. [`Session::handle`] calls this.

use super::Session;
use super::close::Close;
use super::event::Transmit;
use crate::protocol::Retry;
use crate::table::Millis;

/// Bytes that may wait in the browser for the server to read them when something more is sent. What a client of a feed
/// says is small: a server before which so much waits does not read at all.
pub(super) const MAX_SEND_BYTES: u64 = 4 * 1024 * 1024;

impl Session {
    /// The server, or the network, has closed the socket.
    pub(super) fn closed(&mut self, close: Close, now: Millis) {
        let retry = match self.protocol.retry_after_close(close.code, &close.reason) {
            Retry::Usual => close.retry(),
            retry => retry,
        };
        if let Retry::After(ms) = retry {
            self.link.wait_longer(ms);
        }
        let words = close.to_string();
        if !self.link.closed(close, now) {
            return;
        }
        self.protocol.closed();
        match retry {
            Retry::Never => self.link.forbid(&words, now),
            Retry::AtOnce if self.handover.successor.is_none() => {
                let action = self.link.hasten(now);
                self.act(action);
            }
            Retry::AtOnce | Retry::After(_) | Retry::Usual => {}
        }
        self.reopen(now);
    }

    /// Something is about to be sent, and so many bytes that were sent before still wait for the server to read.
    pub(super) fn send_waits(&mut self, bytes: u64, now: Millis) {
        if bytes <= MAX_SEND_BYTES || !self.link.is_open() {
            return;
        }
        self.stuck += 1;
        let reason = format!(
            "the server does not read what is sent to it: {bytes} bytes are waiting, more than the {MAX_SEND_BYTES} allowed"
        );
        let is_send = |transmit: &Transmit| matches!(transmit, Transmit::Send(_));
        self.transmits.retain(|transmit| !is_send(transmit));
        let action = self.link.broken(&reason, now);
        self.act(action);
    }
}
