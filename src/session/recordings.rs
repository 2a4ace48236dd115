//! The recordings of a session that are under way: what is in them, and how far they are.
//!
//! [`Session`](super::Session) gives them the payloads that go into its journal, and `record` makes files of them.

use super::journal::JournalMessage;
use super::overlap::PayloadKind;
use crate::protocol::SubscriptionId;
use crate::recording::{RecordedMessage, RecordedPayload};
use crate::table::Millis;

/// What a message takes besides its bytes.
const MESSAGE_BYTES: usize = 48;

/// Names a recording of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingId(u32);

/// How far a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordingProgress {
    /// Messages in it.
    pub messages: usize,
    /// About how large it is.
    pub bytes: usize,
    /// Whether nothing more fits in.
    pub is_full: bool,
}

/// How often whoever records is told how far it is. People read the numbers.
const TOLD_EVERY_MS: Millis = 250.0;

/// When whoever records is told how far it is, and when the recording is to be taken.
#[derive(Debug, Default)]
pub struct RecordingWatch {
    told: Option<RecordingProgress>,
}

/// What to do with a recording now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordingBeat {
    /// Whether there is something to tell.
    pub tells: bool,
    /// How long to wait until the next beat; `None`: it is to be taken.
    pub wait: Option<Millis>,
}

impl RecordingWatch {
    /// What to do at this progress, with a recording that whoever records has stopped or not.
    pub fn poll(&mut self, progress: RecordingProgress, is_stopped: bool) -> RecordingBeat {
        RecordingBeat {
            tells: self.told.replace(progress) != Some(progress),
            wait: (!is_stopped && !progress.is_full).then_some(TOLD_EVERY_MS),
        }
    }
}

/// The recordings of a session that are under way.
#[derive(Debug, Default)]
pub(super) struct Recordings {
    under_way: Vec<Recording>,
    next: u32,
}

/// One that is under way.
#[derive(Debug)]
pub(super) struct Recording {
    id: RecordingId,
    /// Whose messages it holds; `None` for all.
    source: Option<SubscriptionId>,
    limit: usize,
    /// How far it is.
    pub(super) progress: RecordingProgress,
    /// The messages.
    pub(super) messages: Vec<RecordedMessage>,
}

impl Recordings {
    /// Takes a message that came for a subscription, or for all.
    pub(super) fn take(&mut self, kind: PayloadKind, bytes: &[u8], arrival: Millis) {
        for recording in &mut self.under_way {
            recording.take(kind, bytes, arrival);
        }
    }

    /// Whether any is under way.
    pub(super) fn are_none(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Begins one, in at most `limit` bytes or so, with what has come.
    pub(super) fn begin<'j>(
        &mut self,
        source: Option<SubscriptionId>,
        limit: usize,
        messages: impl Iterator<Item = JournalMessage<'j>>,
    ) -> RecordingId {
        let id = RecordingId(self.next);
        self.next += 1;
        let mut recording = Recording {
            id,
            source,
            limit,
            progress: RecordingProgress::default(),
            messages: Vec::new(),
        };
        for message in messages {
            let kind = match (message.is_payload, message.is_binary) {
                (true, _) => PayloadKind::Document(message.subscription),
                (false, true) => PayloadKind::Binary,
                (false, false) => PayloadKind::Text,
            };
            recording.take(kind, message.bytes, message.at);
        }
        self.under_way.push(recording);
        id
    }

    /// One that is under way.
    pub(super) fn get(&self, id: RecordingId) -> Option<&Recording> {
        self.under_way.iter().find(|recording| recording.id == id)
    }

    /// Ends one.
    pub(super) fn end(&mut self, id: RecordingId) -> Option<Recording> {
        let mut all = self.under_way.iter();
        let at = all.position(|recording| recording.id == id)?;
        Some(self.under_way.swap_remove(at))
    }
}

impl Recording {
    fn take(&mut self, kind: PayloadKind, bytes: &[u8], arrival: Millis) {
        let payload = match kind {
            PayloadKind::Document(Some(whose)) if self.source.is_some_and(|own| own != whose) => {
                return;
            }
            PayloadKind::Binary => RecordedPayload::Binary(bytes.into()),
            PayloadKind::Text | PayloadKind::Document(_) => RecordedPayload::Text(bytes.into()),
        };
        let size = bytes.len() + MESSAGE_BYTES;
        // What comes after one that does not fit would be out of place.
        self.progress.is_full |= self.progress.bytes + size > self.limit;
        if !self.progress.is_full {
            self.progress.bytes += size;
            self.progress.messages += 1;
            self.messages.push(RecordedMessage {
                at: arrival,
                payload,
            });
        }
    }
}
