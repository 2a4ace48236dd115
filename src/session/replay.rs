//! A session that plays a recording in place of a server.
//!
//! In goes a [`Replay`], and again and again the time; the messages that are due take the way of those of a plain
//! socket, through journal and intake. Nothing is sent and no socket is opened. The boundary makes such a session
//! ([`Session::replaying`]) and lists it before the one that it stands in for ([`Session::serves`]).

use std::borrow::Cow;
use std::rc::Rc;

use super::Session;
use super::event::SessionKey;
use super::link::LinkState;
use super::player::{Player, Replay, ReplayState};
use crate::frame::{Notice, Severity, Stat};
use crate::protocol::{Conversation, Opening, Params, SubscribeRequest};
use crate::query::Query;
use crate::recording::{RecordedPayload, RecordingFile};
use crate::source::Settings;
use crate::table::Millis;
use crate::transport::Transport;

/// How long a replay outlives its last reader, at least: as long as somebody takes to mend a query that cannot be run.
const LINGER_MS: Millis = 300_000.0;

/// Bytes that the journal notes of a message, at most.
const NOTED_BYTES: usize = 256;

impl Session {
    /// A session that plays `replay` from its beginning to the queries that ask the connection of `key` for `request`.
    /// `wall` is `now` in milliseconds since the epoch.
    pub fn replaying(
        key: SessionKey,
        request: &SubscribeRequest,
        replay: Replay,
        seed: u64,
        now: Millis,
        wall: Millis,
    ) -> Self {
        let mut session = Self::unconnected(played_key(&key, replay.file()), seed, now);
        session.finds_protocol = false;
        let player = Player::new((key, request.clone()), replay, now, wall);
        session.player = Some(Box::new(player));
        session.opened(Opening::default(), now);
        session.play(now);
        session
    }

    /// Whether it is what queries read that ask the connection of `key` for `request`.
    pub fn serves(&self, key: &SessionKey, request: &SubscribeRequest) -> bool {
        match &self.player {
            Some(player) => player.stands_for(key, request),
            None => self.key == *key,
        }
    }

    /// How far the replay is, where the session plays one.
    pub fn replay_state(&self) -> Option<ReplayState> {
        let player = self.player.as_ref()?;
        Some(player.state(self.messages))
    }

    /// What it plays.
    pub fn replay(&self) -> Option<&Replay> {
        self.player.as_ref().map(|player| player.replay())
    }

    /// Where the connection is, for people.
    pub fn state(&self) -> &'static str {
        match self.player {
            Some(_) if self.link.is_open() => "replay",
            _ => self.link.state().name(),
        }
    }

    /// What it reads for `query`: a recording answers to nothing, and what others have of the feed is not of it.
    pub(super) fn read_for<'q>(&self, query: &'q Query) -> Cow<'q, Query> {
        if self.player.is_none() {
            return Cow::Borrowed(query);
        }
        Cow::Owned(Query {
            request: SubscribeRequest::default(),
            unsubscribe: None,
            backfill: None,
            kept_as: String::new(),
            ..query.clone()
        })
    }

    /// When a message of the recording is due.
    pub(super) fn replay_deadline(&self) -> Option<Millis> {
        self.player.as_ref().and_then(|player| player.next_at())
    }

    /// Delivers the messages of the recording that are due.
    pub(super) fn play(&mut self, now: Millis) {
        let Some(file) = self.replay().map(|replay| Rc::clone(replay.file())) else {
            return;
        };
        while !self.is_over
            && let Some((place, arrival)) = self.player.as_mut().and_then(|own| own.take_due(now))
            && let Some(message) = file.messages.get(place)
        {
            match &message.payload {
                RecordedPayload::Text(text) => {
                    self.receive_texts(text, &[arrival], now);
                }
                RecordedPayload::Binary(bytes) => {
                    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                    self.receive_binaries(bytes, &[length], &[arrival], now);
                }
            }
            self.is_changed = true;
        }
    }

    /// What the panel should say of the replay.
    pub(super) fn replay_notice(&self) -> Option<Notice> {
        let name = self.replay()?.name();
        let text = match self.link.state() {
            LinkState::Open { .. } => format!(
                "This is a replay of {name}, not the live feed. Stop it in the query, under Recording."
            ),
            _ => format!("The replay of {name} has ended. Refresh the panel to see the live feed."),
        };
        Some(Notice::new(Severity::Info, text))
    }

    /// Its line in the panel inspector.
    pub(super) fn replay_stat(&self) -> Option<Stat> {
        let total = self.replay()?.file().messages.len();
        Some(Stat::new("Replay: messages in the file", total as f64))
    }
}

/// The key of a session that plays: the address of the connection that it stands in for, with nothing to be said there.
/// The journal has room for all of the recording, so that an edited query reads all of it again.
fn played_key(key: &SessionKey, file: &RecordingFile) -> SessionKey {
    let payloads = file.messages.iter().map(|message| &message.payload);
    let bytes = payloads.map(|payload| payload.bytes().len() + NOTED_BYTES);
    SessionKey {
        url: key.url.clone(),
        request: SubscribeRequest::default(),
        params: Params::default(),
        conversation: Conversation::Unknown,
        events: Vec::new(),
        settings: Settings {
            transport: Transport::WebSocket,
            subprotocols: Vec::new(),
            conversation: Conversation::Unknown,
            options: Params::default(),
            query: Vec::new(),
            token: None,
            idle_timeout_ms: None,
            max_connection_age_ms: None,
            linger_ms: key.settings.linger_ms.max(LINGER_MS),
            journal_bytes: bytes.sum(),
            not_carried_out: Vec::new(),
            ..key.settings.clone()
        },
    }
}
