//! Recordings of what a connection delivers, as files that can be sent to somebody and replayed.
//!
//! A recording begins with what the journal holds for its reader, and goes on with what comes, until it is taken or
//! full. It holds payloads, which is what the formats read: what a protocol says around them (logins, subscriptions)
//! is in no recording. [`Session::take_recording`] makes the file, NDJSON: a line that tells what it is and which
//! query reads it, and a line for each message with the time at which it came. Everything that may be secret and is
//! known as such is `***` in it: the token, and what stands under a telling name in the address, the query or the
//! options.

use serde_json::{Value, json};

use super::Session;
use super::readers::ReaderId;
use super::recordings::{RecordingId, RecordingProgress};
use super::secrets::{Secrets, is_secret_name, masked_names, shown_address};
use crate::recording::{self, ASKED, RecordedMessage, RecordedPayload};
use crate::url;

impl Session {
    /// Begins to record what `reader` reads, in at most `limit` bytes or so: first what the journal holds.
    pub fn begin_recording(&mut self, reader: ReaderId, limit: usize) -> RecordingId {
        let own = self.readers.of(reader).and_then(|(_, source)| source);
        let source = own.filter(|_| self.protocol.tells_apart());
        self.recordings
            .begin(source, limit, self.journal.messages())
    }

    /// How far a recording is; nothing of one that was taken.
    pub fn recorded(&self, id: RecordingId) -> RecordingProgress {
        let recording = self.recordings.get(id);
        recording.map_or_else(RecordingProgress::default, |recording| recording.progress)
    }

    /// Ends a recording: the file. `feed` is the name of the data source, and `target` the query as it is stored.
    pub fn take_recording(&mut self, id: RecordingId, feed: &str, target: &Value) -> String {
        let Some(taken) = self.recordings.end(id) else {
            debug_assert!(false, "a recording that nobody began");
            return String::new();
        };
        let secrets = self.secrets(target);
        let about = json!({
            "feed": feed,
            "address": shown_address(&self.key.url),
            "asked": masked_names(&recording::members(target, |name| ASKED.contains(&name))),
            "query": recording::reading(target),
            "full": taken.progress.is_full,
        });
        let mut file = secrets.out_of_text(&recording::about_line(&about));
        for message in &taken.messages {
            file.push_str(&recording::message_line(&masked(message, &secrets)));
        }
        file
    }

    /// What must stand in no file, as far as it is known.
    fn secrets(&self, target: &Value) -> Secrets {
        let mut found = Secrets::default();
        for token in self.token.iter().flat_map(|side| side.known()) {
            found.add(token);
            found.add(&url::encoded(token));
        }
        let path = target.get("path").and_then(Value::as_str);
        found.add_parameters(&self.endpoint().url);
        found.add_parameters(path.unwrap_or_default());
        found.add_members(target, false);
        for (name, value) in &self.key.settings.options {
            found.add_members(value, is_secret_name(name));
        }
        found.in_order()
    }
}

/// The message without what must stand in no file.
fn masked(message: &RecordedMessage, secrets: &Secrets) -> RecordedMessage {
    let payload = match &message.payload {
        RecordedPayload::Text(bytes) => {
            let text = secrets.out_of_text(&String::from_utf8_lossy(bytes));
            RecordedPayload::Text(text.into_bytes().into())
        }
        RecordedPayload::Binary(bytes) => {
            RecordedPayload::Binary(secrets.out_of_bytes(bytes).into())
        }
    };
    RecordedMessage {
        payload,
        ..*message
    }
}
