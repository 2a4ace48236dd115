//! Which messages of a recording are due, and the times that they get.
//!
//! In goes a [`Replay`], and again and again the time; out come the messages, one by one. [`Session`](super::Session)
//! calls this in `replay`.

use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use super::event::SessionKey;
use crate::protocol::SubscribeRequest;
use crate::recording::{RecordedMessage, RecordingFile};
use crate::table::Millis;

/// What is played.
#[derive(Debug, Clone)]
pub struct Replay {
    name: String,
    file: Rc<RecordingFile>,
    speed: f64,
}

impl Replay {
    /// A replay of the file of that name, so many times as fast as it was recorded. Infinite is all at once, and so is
    /// what is no speed.
    pub fn new(name: String, file: RecordingFile, speed: f64) -> Self {
        let file = Rc::new(file);
        Self { name, file, speed }.again(speed)
    }

    /// The same at another speed.
    pub fn again(&self, speed: f64) -> Self {
        let is_speed = speed > 0.0;
        Self {
            speed: if is_speed { speed } else { f64::INFINITY },
            ..self.clone()
        }
    }

    /// The name of the file.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What stands in it.
    pub(super) fn file(&self) -> &Rc<RecordingFile> {
        &self.file
    }
}

/// How far a replay is; `ReplayState` of the TypeScript declarations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplayState {
    /// The name of the file.
    pub name: String,
    /// Messages that have been delivered.
    pub messages: u64,
    /// Messages in the file.
    pub total: usize,
    /// How many times as fast as it was recorded; infinite for all at once.
    pub speed: f64,
    /// When the first message came, in milliseconds since the epoch.
    pub from: Millis,
    /// When the last one came.
    pub to: Millis,
    /// The options of the query that reads the recording.
    pub query: Value,
}

/// Plays a recording.
#[derive(Debug)]
pub(super) struct Player {
    /// The connection that it stands in for, and what that is asked for.
    stands_for: (SessionKey, SubscribeRequest),
    replay: Replay,
    /// When it began, and when that was since the epoch.
    begun: Millis,
    begun_wall: Millis,
    /// The message that comes next.
    next: usize,
    /// How long after the first it came. A clock that was set back while it was recorded makes no message come earlier
    /// than the one before it.
    after: Millis,
}

impl Player {
    pub(super) fn new(
        stands_for: (SessionKey, SubscribeRequest),
        replay: Replay,
        now: Millis,
        wall: Millis,
    ) -> Self {
        Self {
            stands_for,
            replay,
            begun: now,
            begun_wall: wall,
            next: 0,
            after: 0.0,
        }
    }

    /// Whether it stands in for what the connection of `key` is asked for with `request`.
    pub(super) fn stands_for(&self, key: &SessionKey, request: &SubscribeRequest) -> bool {
        self.stands_for.0 == *key && self.stands_for.1 == *request
    }

    /// What it plays.
    pub(super) fn replay(&self) -> &Replay {
        &self.replay
    }

    /// How far it is, after so many messages.
    pub(super) fn state(&self, delivered: u64) -> ReplayState {
        let messages = self.messages();
        let at = |message: Option<&RecordedMessage>| message.map_or(0.0, |message| message.at);
        ReplayState {
            name: self.replay.name.clone(),
            messages: delivered,
            total: messages.len(),
            speed: self.replay.speed,
            from: at(messages.first()),
            to: at(messages.last()),
            query: self.replay.file.query.clone(),
        }
    }

    fn messages(&self) -> &[RecordedMessage] {
        &self.replay.file.messages
    }

    /// How long after the beginning the next message is due.
    fn wait(&self) -> Millis {
        self.after / self.replay.speed
    }

    /// When the next message is due.
    pub(super) fn next_at(&self) -> Option<Millis> {
        let is_left = self.next < self.messages().len();
        is_left.then(|| self.begun + self.wait())
    }

    /// The place of the next message, if it is due at `now`, and when it arrives: as it was recorded where all come at
    /// once, and now where they come at a pace.
    pub(super) fn take_due(&mut self, now: Millis) -> Option<(usize, Millis)> {
        self.next_at().filter(|at| *at <= now)?;
        let place = self.next;
        let arrival = if self.replay.speed.is_infinite() {
            self.messages().get(place)?.at
        } else {
            self.begun_wall + self.wait()
        };
        self.next += 1;
        if let [first, ..] = self.messages()
            && let Some(next) = self.messages().get(self.next)
        {
            self.after = self.after.max(next.at - first.at);
        }
        Some((place, arrival))
    }
}
