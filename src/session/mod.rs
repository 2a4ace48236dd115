//! One connection and everything that reads it: when to connect, subscribe, fetch, forget and give up.
//!
//! A [`Session`] does no I/O and knows neither clock nor chance. The boundary tells it what happened
//! ([`Session::handle`], [`Session::receive_texts`], …) and when, carries out what [`Session::poll_transmit`]
//! says, sets one timer for [`Session::poll_timeout`], and passes [`Session::poll_event`] on to whoever shows it.
//!
//! Times called `now` are milliseconds of a clock that never goes back; times of arrival are milliseconds since
//! the epoch.

mod attach;
pub mod close;
pub mod connection_feed;
pub mod drawing;
mod ends;
mod event;
mod handover;
pub mod history;
mod http;
mod http_message;
mod http_side;
mod http_status;
mod insight;
pub mod journal;
pub mod keep;
pub mod link;
mod mask;
mod network;
mod notices;
mod overlap;
mod pause;
mod player;
mod preview;
pub mod probe;
pub mod readers;
mod receive;
mod record;
pub mod recordings;
mod replay;
pub mod sample;
pub mod schedule;
mod secrets;
mod server_report;
pub mod subscriptions;
mod successor;
#[cfg(test)]
mod tests;
mod token;
mod token_side;
pub mod wishes;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::protocol::{Opening, Phase, Protocol, Received, SubscriptionId};
use crate::stream::Stream;
use crate::stream::intake::Intake;
use crate::table::Millis;
use close::Close;
use http_side::HttpSide;
use journal::Journal;
use link::{Action, Link, LinkState, Policy};
use player::Player;
use readers::{ReaderId, Readers};
use recordings::Recordings;
use sample::Sample;
use server_report::ServerReport;
use subscriptions::{Answer, Subscriptions};
use successor::Handover;
use token_side::TokenSide;

pub use event::{
    Endpoint, Event, Look, Report, SessionKey, SuccessorEvent, TokenAnswer, TokenRequest, Transmit,
};
pub use http_message::{HttpRequest, ResponseHead};
pub use player::{Replay, ReplayState};

/// A timer that fires later than so after its time was held up. Timers of a page that has nothing to do are late by a few
/// milliseconds.
const LATE_MS: Millis = 20.0;

/// One connection and everything that reads it.
#[derive(Debug)]
pub struct Session {
    key: SessionKey,
    link: Link,
    protocol: Box<dyn Protocol>,
    /// The socket that is to take the place of this one, and when.
    handover: Handover,
    /// What names are made of that have to differ between connections.
    seed: u64,
    subscriptions: Subscriptions,
    /// What reads an HTTP response, where the connection is one.
    http: Option<HttpSide>,
    /// The token, where the data source has one.
    token: Option<TokenSide>,
    readers: Readers,
    intake: Intake,
    journal: Journal,
    recordings: Recordings,
    /// What it plays, where it stands in for a connection.
    player: Option<Box<Player>>,
    received: Received,
    transmits: VecDeque<Transmit>,
    is_changed: bool,
    /// Whether [`Transmit::LookAgain`] is under way.
    looks_again: bool,
    /// Nobody reads it any more, or it was stopped.
    is_over: bool,
    /// Whether that is still to be passed on.
    tells_end: bool,
    revision: u64,
    messages: u64,
    bytes: u64,
    /// What the socket opened with, the subprotocol without the token in it.
    opening: Opening,
    /// When the last message came, by the clock of `now`.
    last_message: Option<Millis>,
    /// The first message.
    sample: Option<Sample>,
    /// Whether what the first messages are can still change the protocol.
    finds_protocol: bool,
    /// What the server reported last that belongs to no subscription.
    server_report: Option<ServerReport>,
    /// Since when the browser is offline, by what it says.
    offline_since: Option<Millis>,
    /// From when on something has to come, or the open connection is taken to be dead.
    doubted_since: Option<Millis>,
    /// Messages that could not be sent.
    unsent: u64,
    /// Sockets that were closed because the server did not read what was sent.
    stuck: u64,
}

impl Session {
    /// A connection that begins to connect. Waits between attempts differ with the `seed`.
    pub fn new(key: SessionKey, seed: u64, now: Millis) -> Self {
        let mut session = Self::unconnected(key, seed, now);
        session.connect();
        session
    }

    fn unconnected(key: SessionKey, seed: u64, now: Millis) -> Self {
        let policy = Policy {
            backoff: key.settings.backoff,
            idle_timeout_ms: key.settings.idle_timeout_ms,
        };
        let max = key.settings.max_message_bytes;
        let http = HttpSide::of(&key);
        let protocol = key.conversation.protocol(max, &key.settings.options, seed);
        debug_assert_eq!(protocol.tells_apart(), key.conversation.tells_apart());
        Self {
            link: Link::new(policy, seed, now),
            protocol,
            handover: Handover::default(),
            seed,
            subscriptions: Subscriptions::default(),
            readers: Readers::default(),
            intake: Intake::new(max),
            journal: Journal::new(key.settings.journal_bytes),
            recordings: Recordings::default(),
            player: None,
            received: Received::default(),
            transmits: VecDeque::new(),
            is_changed: false,
            looks_again: false,
            is_over: false,
            tells_end: false,
            revision: 0,
            messages: 0,
            bytes: 0,
            opening: Opening::default(),
            last_message: None,
            sample: None,
            // A protocol has to answer, which only a WebSocket can.
            finds_protocol: !key.conversation.is_known() && http.is_none(),
            server_report: None,
            offline_since: None,
            doubted_since: None,
            unsent: 0,
            stuck: 0,
            http,
            token: key.settings.token.clone().map(TokenSide::new),
            key,
        }
    }

    /// What tells it from other connections.
    pub fn key(&self) -> &SessionKey {
        &self.key
    }

    /// Where the connection is.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The subprotocol that the server chose, without the token in it; empty if none.
    pub fn subprotocol(&self) -> &str {
        &self.opening.subprotocol
    }

    /// Messages received.
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// Bytes in them.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many leases its readers have; those that linger have none.
    pub fn leases(&self) -> usize {
        self.readers.leases()
    }

    /// The first message.
    pub fn sample(&self) -> Option<&Sample> {
        self.sample.as_ref()
    }

    /// Whether messages are to be handed over as they come, although nobody asks for a packet: one of them
    /// may have to be answered.
    pub fn reads_at_once(&self) -> bool {
        self.finds_protocol || !self.protocol.passes_batches()
    }

    /// Takes an event. Messages that came before it must have been handed over.
    pub fn handle(&mut self, event: Event, now: Millis) {
        match event {
            Event::Refused(reason) => {
                let reason = self.masked(reason);
                self.link.refused(reason);
            }
            Event::TokenAnswered(answer) => self.token_answered(answer, now),
            Event::TokenChanged(key) => self.token_changed(&key, now),
            Event::Opened { subprotocol, wall } => {
                let opening = Opening {
                    subprotocol,
                    wall,
                    token: self.token_text().map(str::to_owned),
                };
                self.opened(opening, now);
            }
            Event::Closed(close) => {
                let close = Close {
                    reason: self.masked(close.reason),
                    ..close
                };
                self.closed(close, now);
            }
            Event::Answered(head) => self.answered(&head, now),
            Event::RequestEnded { end, arrival } => self.request_ended(end, arrival, now),
            // The socket closes next, and what was to be sent is asked for anew.
            Event::NotSent => self.unsent += 1,
            Event::SendWaits(bytes) => self.send_waits(bytes, now),
            Event::Successor(event) => self.successor_event(event, now),
            Event::Offline => self.offline(now),
            Event::Online => self.online(now),
            Event::Resumed => self.doubt(now),
            Event::HistoryAnswered {
                id,
                answer,
                arrival,
            } => self.history_answered(id, answer, arrival),
            Event::TablesAnswered {
                id,
                answer,
                arrival,
            } => self.tables_answered(id, answer, arrival),
            Event::KeptRead { id, answer, wall } => self.kept_answered(id, answer, wall, now),
            Event::Kept { name, result } => self.kept(&name, result),
            Event::VisibilityChanged => self.keep_all(),
            Event::Stop => self.end(now),
        }
        self.settle_hand_over(now);
        self.change();
        self.advance(now);
    }

    /// Does what is due at `now`, or has the page look again first.
    pub fn handle_timeout(&mut self, now: Millis) {
        if self.asks_to_look_again(now) {
            return;
        }
        self.play(now);
        self.honour_retry();
        let last_heard = self.last_heard();
        let is_connecting = matches!(self.link.state(), LinkState::Connecting { .. });
        let is_late = self.link.deadline(last_heard).is_some_and(|at| at <= now);
        if is_connecting && is_late && self.awaits_token() {
            self.token_is_late(now);
            self.change();
        }
        let action = self.link.timeout(last_heard, now);
        if action.is_some() {
            self.change();
        }
        self.act(action);
        // Several things may be due at once; each call does one.
        while self.protocol.poll_timeout().is_some_and(|at| at <= now) {
            if let Some(control) = self.protocol.handle_timeout(now) {
                self.control(control, now);
            }
        }
        self.settle_doubt(now);
        self.handover_timeout(now);
        let report = self
            .server_report
            .take_if(|report| report.deadline() <= now);
        if let Some(report) = report {
            self.server_report = report.aged(now);
            self.change();
        }
        self.settle_hand_over(now);
        self.advance(now);
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called, if nothing happens before. Always later than
    /// the `now` of the last call. `None` as well while [`Transmit::LookAgain`] is under way.
    pub fn poll_timeout(&mut self) -> Option<Millis> {
        let deadlines = [
            self.link.deadline(self.last_heard()),
            self.protocol.poll_timeout(),
            self.handover_deadline(),
            self.doubt_deadline(),
            self.readers.deadline(),
            self.history_deadline(),
            self.server_report.as_ref().map(ServerReport::deadline),
            self.again_deadline(),
            self.keep_deadline(),
            self.replay_deadline(),
        ];
        let deadlines = deadlines.into_iter().flatten();
        let waits = !self.is_over && !self.looks_again;
        deadlines.min_by(f64::total_cmp).filter(|_| waits)
    }

    /// Whether what is due waits until the page has looked again: a timer that fires late says that nothing else of the
    /// page ran either, so that messages may wait behind it which show that the server lives.
    fn asks_to_look_again(&mut self, now: Millis) -> bool {
        let looked = std::mem::take(&mut self.looks_again);
        // A recording cannot be dead, and its messages are due one after the other.
        let is_live = self.player.is_none();
        let is_late = |at: Millis| now - at > LATE_MS;
        if !looked && is_live && self.poll_timeout().is_some_and(is_late) {
            self.looks_again = true;
            self.transmits.push_back(Transmit::LookAgain);
        }
        self.looks_again
    }

    /// The next thing to carry out. Call again until it is `None`.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next thing to pass on. Call again until it is `None`.
    pub fn poll_event(&mut self) -> Option<Report> {
        if std::mem::take(&mut self.is_changed) {
            return Some(Report::Changed);
        }
        std::mem::take(&mut self.tells_end).then_some(Report::Ended)
    }

    fn change(&mut self) {
        self.revision += 1;
        self.is_changed = true;
    }

    fn act(&mut self, action: Option<Action>) {
        match action {
            Some(Action::Connect) => self.connect(),
            Some(Action::Drop) if !self.successor_awaits_token() && self.drop_token_request() => {}
            Some(Action::Drop) => {
                self.protocol.closed();
                self.transmits.push_back(Transmit::Disconnect);
            }
            None => {}
        }
    }

    /// Has another socket opened where the protocol wants one after that which just ended.
    fn reopen(&mut self, now: Millis) {
        if self.protocol.wants_another() {
            let action = self.link.reopen(now);
            self.act(Some(action));
        }
    }

    /// Does what follows from what happened: readers leave, histories are fetched, the protocol speaks.
    fn advance(&mut self, now: Millis) {
        if self.is_over {
            return;
        }
        while let Some(gone) = self.readers.take_gone(now) {
            self.remove(gone, now);
        }
        self.advance_histories(now);
        self.advance_kept(now);
        self.ask_again(now);
        self.send_what_waits();
    }

    fn send_what_waits(&mut self) {
        while let Some(outgoing) = self.protocol.poll_transmit() {
            self.transmits.push_back(Transmit::Send(outgoing));
        }
        self.send_for_successor();
    }

    fn opened(&mut self, opening: Opening, now: Millis) {
        if !self.link.opened(now) {
            return;
        }
        self.protocol.opened(&opening, now);
        self.note_ready(Phase::Closed, now);
        self.begin_anew(opening, now);
    }

    /// The connection is another one from here on.
    fn begin_anew(&mut self, opening: Opening, now: Millis) {
        self.server_report = None;
        self.doubted_since = None;
        self.subscriptions.asked_anew(now);
        if self.link.reconnects() > 0 || self.handover.count > 0 {
            self.intake.reconnected();
        }
        self.journal.opened();
        self.opening = Opening {
            subprotocol: self.masked(opening.subprotocol),
            ..opening
        };
        self.plan_by_age(now);
    }

    /// Closes the socket and forgets what it kept.
    fn end(&mut self, now: Millis) {
        self.protocol.leaving(now);
        self.send_what_waits();
        self.drop_successor();
        let action = self.link.stop();
        self.act(action);
        self.journal.clear();
        self.tells_end |= !self.is_over;
        self.is_over = true;
    }

    /// What a reader would show.
    pub fn look(&self, reader: ReaderId) -> Option<Look> {
        let (shared, _) = self.readers.of(reader)?;
        let stream = shared.stream.borrow();
        Some(Look {
            rows_revision: stream.revision(),
            revision: self.revision,
            has_rows: !stream.is_empty(),
            is_ready: shared.is_settled(),
            is_open: self.protocol.phase() == Phase::Ready,
            is_failed: matches!(self.link.state(), LinkState::Failed { .. }),
        })
    }

    /// The rows of a reader.
    pub fn stream(&self, reader: ReaderId) -> Option<Rc<RefCell<Stream>>> {
        let (shared, _) = self.readers.of(reader)?;
        Some(Rc::clone(&shared.stream))
    }

    /// What the server said of a subscription.
    fn answer(&self, subscription: Option<SubscriptionId>) -> &Answer {
        subscription.map_or(&Answer::None, |id| self.subscriptions.answer(id))
    }
}
