//! A connection that is an HTTP response: Server-Sent Events, or lines.
//!
//! In go the head of the response, the chunks of its body and its end; the messages in it take the same way as those
//! of a WebSocket. [`Session`] calls this.

use super::Session;
use super::close::Close;
use super::http_message::ResponseHead;
use super::http_status::{explain, unreadable};
use crate::protocol::Opening;
use crate::table::Millis;
use crate::transport::Transport;

impl Session {
    /// When anything came that shows that the other side lives.
    pub(super) fn last_heard(&self) -> Option<Millis> {
        let heard = self.http.as_ref().and_then(|http| http.heard);
        let both = [self.last_message, heard].into_iter().flatten();
        both.max_by(f64::total_cmp)
    }

    /// The shortest pause before the next request that the server has set for all that follow.
    pub(super) fn honour_retry(&mut self) {
        if let Some(http) = &self.http {
            self.link.wait_at_least(http.framing.retry_ms());
        }
    }

    /// The close code of the last WebSocket; an HTTP response has none.
    pub fn last_close_code(&self) -> Option<u16> {
        let close = self.link.last_close().filter(|_| self.http.is_none());
        close.map(|close| close.code)
    }

    /// The status of the last HTTP response.
    pub fn last_status(&self) -> Option<u16> {
        self.http.as_ref().and_then(|http| http.status)
    }

    /// The head of the response came: whether it begins a stream.
    pub(super) fn answered(&mut self, head: &ResponseHead, now: Millis) {
        let transport = self.key.settings.transport;
        let Some(http) = &mut self.http else {
            debug_assert!(false, "a WebSocket has no response");
            return;
        };
        http.status = Some(head.status);
        http.leaves_id_out = false;
        http.heard = Some(now);
        let is_proxied = http.is_proxied;
        // The HTML standard, §9.2.3: with 204 a server tells a client to stop.
        if transport == Transport::EventStream && head.status == 204 {
            let reason = "the server has ended the stream and asks not to reconnect (204)";
            let action = self.link.give_up(reason, now);
            return self.act(action);
        }
        let problem = if matches!(head.status, 200 | 201 | 203 | 206) {
            unreadable(transport, &head.content_type)
        } else {
            Some(explain(head.status, &head.status_text, is_proxied))
        };
        match problem {
            None => {
                let token = self.token_text().map(str::to_owned);
                let opening = Opening {
                    token,
                    ..Opening::default()
                };
                self.opened(opening, now);
            }
            Some(problem) => {
                let problem = self.masked(problem);
                // The pause of the stream itself holds as well.
                self.honour_retry();
                if let Some(pause) = head.pause_ms() {
                    self.link.wait_longer(pause);
                }
                let action = self.link.broken(&problem, now);
                self.act(action);
            }
        }
    }

    /// Takes bytes of the body, cut anywhere; `arrival` is when they came, and `now` the same by its own clock.
    pub fn receive_bytes(&mut self, bytes: &[u8], arrival: Millis, now: Millis) {
        if !self.link.is_open() {
            return;
        }
        let Some(http) = &mut self.http else {
            debug_assert!(false, "a WebSocket has messages");
            return;
        };
        http.heard = Some(now);
        http.framing.push(bytes, &mut http.batch);
        self.take_batch(arrival, now);
    }

    /// The request is over.
    pub(super) fn request_ended(&mut self, end: Result<(), String>, arrival: Millis, now: Millis) {
        if !self.link.state().has_socket() {
            return;
        }
        let was_open = self.link.is_open();
        let Some(http) = &mut self.http else {
            debug_assert!(false, "a WebSocket has no request");
            return;
        };
        if was_open && end.is_ok() {
            http.framing.finish(&mut http.batch);
        }
        if !was_open {
            http.leaves_id_out = http.sends_id && !http.is_proxied;
        }
        self.honour_retry();
        self.take_batch(arrival, now);
        let reason = end.err().map(|reason| self.masked(reason));
        let reason = reason.unwrap_or_else(|| "the server ended the response".to_owned());
        if self.link.closed(Close::abnormal(reason), now) {
            self.protocol.closed();
        }
    }

    /// Hands on the messages that are whole.
    fn take_batch(&mut self, arrival: Millis, now: Millis) {
        let Some(http) = self.http.as_mut().filter(|http| !http.batch.is_empty()) else {
            return;
        };
        let mut batch = std::mem::take(&mut http.batch);
        let mut arrivals = std::mem::take(&mut http.arrivals);
        arrivals.clear();
        arrivals.resize(batch.len(), arrival);
        if !self.receive_texts(batch.bytes(), &arrivals, now) {
            // One of them holds the separator.
            for message in batch.iter() {
                self.receive_texts(message, &[arrival], now);
            }
        }
        batch.clear();
        if let Some(http) = &mut self.http {
            http.batch = batch;
            http.arrivals = arrivals;
        }
    }
}
