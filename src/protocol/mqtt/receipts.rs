//! Messages of QoS 2 that have come and are not released yet (MQTT 5 §4.3.3, MQTT 3.1.1 §4.3.3).
//!
//! The server sends such a message until it hears PUBREC, and then PUBREL until it hears PUBCOMP. Until PUBREL has come,
//! a message with the same packet identifier is the same message. That holds for as long as the session does.

/// Packet identifiers that are taken.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    /// In ascending order.
    taken: Vec<u16>,
}

impl Receipts {
    /// A connection was accepted; a server without the session has forgotten what it sent.
    pub(super) fn begin(&mut self, has_session: bool) {
        if !has_session {
            self.taken.clear();
        }
    }

    /// A message has come. Whether it is a new one.
    pub(super) fn take(&mut self, packet_id: u16) -> bool {
        let place = self.taken.binary_search(&packet_id);
        if let Err(at) = place {
            self.taken.insert(at, packet_id);
        }
        place.is_err()
    }

    /// A message is released.
    pub(super) fn release(&mut self, packet_id: u16) {
        if let Ok(at) = self.taken.binary_search(&packet_id) {
            self.taken.remove(at);
        }
    }
}
