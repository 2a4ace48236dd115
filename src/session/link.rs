//! Whether a connection is open, and when it is tried again.
//!
//! In go what the browser says of the socket, and the time; out comes what to do with the socket.
//! [`Session`](super::Session) calls this. Trying again is decided when a socket *closes*: browsers fire `error`
//! without a reason, and for a dropped connection not at all (WHATWG WebSockets §4, "when the connection is
//! closed").

#[cfg(test)]
mod tests;

use super::close::Close;
use super::pause;
use crate::source::Backoff;
use crate::table::Millis;

/// A handshake that takes longer is given up and tried again.
pub const CONNECT_TIMEOUT_MS: Millis = 20_000.0;

/// A connection that was open for so long counts as good: the next failure is a first one again.
/// Shorter, and a server that accepts and hangs up at once would be hammered.
pub const STABLE_MS: Millis = 5_000.0;

/// The first pause after a connection was given up, and the longest. A dashboard that refreshes itself every five seconds
/// would send a wrong password 17,000 times a day, and have the account locked.
const FIRST_HELD_BACK_MS: Millis = 5_000.0;
const LONGEST_HELD_BACK_MS: Millis = 900_000.0;

/// The share of such a pause by which it may be longer, so that not all come back at once.
const HELD_BACK_SPREAD: f64 = 0.1;

/// The pause between attempts while the browser is offline. They are useless where it is right about that. It is not where
/// the server is on the same machine, or the network one that it does not see.
pub const OFFLINE_MS: Millis = 60_000.0;

/// The longest pause that a server may ask for; a longer one is taken for a mistake.
const LONGEST_ASKED_MS: Millis = 86_400_000.0;

/// Where a connection is in its life.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkState {
    /// The handshake is under way.
    Connecting {
        /// Since when.
        since: Millis,
    },
    /// Messages can come.
    Open {
        /// Since when.
        since: Millis,
    },
    /// The next attempt is due at `until`.
    Waiting {
        /// When the next attempt is due.
        until: Millis,
        /// How the last one ended.
        close: Close,
    },
    /// Closed because nobody reads it any more.
    Closed,
    /// Given up.
    Failed {
        /// What to tell the user.
        reason: String,
    },
}

impl LinkState {
    /// The state's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Connecting { .. } => "connecting",
            Self::Open { .. } => "open",
            Self::Waiting { .. } => "waiting",
            Self::Closed => "closed",
            Self::Failed { .. } => "failed",
        }
    }

    /// Whether a socket exists, open or opening.
    pub fn has_socket(&self) -> bool {
        matches!(self, Self::Connecting { .. } | Self::Open { .. })
    }
}

/// What to do with the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Open one.
    Connect,
    /// Stop listening to it and close it.
    Drop,
}

/// How a connection is kept.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Policy {
    /// When to try again.
    pub backoff: Backoff,
    /// Milliseconds of silence after which an open connection is taken for dead.
    pub idle_timeout_ms: Option<Millis>,
}

/// The link to a server. Times are milliseconds of a clock that never goes back.
#[derive(Debug)]
pub struct Link {
    policy: Policy,
    state: LinkState,
    attempt: u32,
    reconnects: u32,
    /// Whether the last socket was open for a while.
    held_well: bool,
    last_close: Option<Close>,
    jitter: Jitter,
    /// The shortest wait that the server asked for, after the end that comes next.
    asked: Option<Millis>,
    /// Until when it asked not to be tried.
    asked_until: Option<Millis>,
    /// Whether the browser has no network, by what it says.
    is_offline: bool,
    /// How often it was given up, one after the other.
    refusals: u32,
    /// Since when the server has taken what the socket said to log in.
    ready_since: Option<Millis>,
    /// Until when a connection that was given up is not tried again.
    held_back: Option<HeldBack>,
}

/// A connection that was given up is not tried again before a time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct HeldBack {
    until: Millis,
    /// Somebody has asked for another try, which comes then.
    is_wanted: bool,
}

impl Link {
    /// A link that begins its first attempt at `now`; the caller connects. Waits differ with the `seed`.
    pub fn new(policy: Policy, seed: u64, now: Millis) -> Self {
        Self {
            policy,
            state: LinkState::Connecting { since: now },
            attempt: 0,
            reconnects: 0,
            held_well: false,
            last_close: None,
            jitter: Jitter(seed),
            asked: None,
            asked_until: None,
            refusals: 0,
            ready_since: None,
            held_back: None,
            is_offline: false,
        }
    }

    /// Where it is.
    pub fn state(&self) -> &LinkState {
        &self.state
    }

    /// Whether messages can come.
    pub fn is_open(&self) -> bool {
        matches!(self.state, LinkState::Open { .. })
    }

    /// Retries since it was last open for a while.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// How often an open connection was replaced.
    pub fn reconnects(&self) -> u32 {
        self.reconnects
    }

    /// Whether the last socket was open for so long that it counted as good.
    pub fn held_well(&self) -> bool {
        self.held_well
    }

    /// How the last socket ended, if one did.
    pub fn last_close(&self) -> Option<&Close> {
        self.last_close.as_ref()
    }

    /// The handshake of the WebSocket succeeded. False when nobody waits for that.
    pub fn opened(&mut self, now: Millis) -> bool {
        if !matches!(self.state, LinkState::Connecting { .. }) {
            return false;
        }
        self.reconnects += u32::from(self.last_close.is_some());
        self.state = LinkState::Open { since: now };
        true
    }

    /// The server takes what is said on the socket: a login, where there is one.
    pub fn ready(&mut self, now: Millis) {
        self.ready_since = Some(now);
    }

    /// The browser would not even try, for this reason. Another try would not be better.
    pub fn refused(&mut self, reason: String) {
        if self.state.has_socket() {
            self.state = LinkState::Failed { reason };
        }
    }

    /// The socket closed. False when there was none.
    pub fn closed(&mut self, close: Close, now: Millis) -> bool {
        let had_socket = self.state.has_socket();
        if had_socket {
            self.ended(close, now);
        }
        had_socket
    }

    /// What is said over the socket cannot go on: it is dropped and tried again.
    pub fn broken(&mut self, reason: &str, now: Millis) -> Option<Action> {
        self.closed(Close::abnormal(reason), now)
            .then_some(Action::Drop)
    }

    /// The socket closed as it does when another try is useless.
    pub fn forbid(&mut self, reason: &str, now: Millis) {
        if matches!(self.state, LinkState::Waiting { .. }) {
            self.hold_back(0.0, now);
            self.state = LinkState::Failed {
                reason: format!("the server ended it ({reason})"),
            };
        }
    }

    /// The server has said what makes another try useless, for this reason.
    pub fn give_up(&mut self, reason: &str, now: Millis) -> Option<Action> {
        let had_socket = self.state.has_socket();
        if had_socket {
            self.forget_refusals(now);
            self.hold_back(0.0, now);
        }
        self.refused(reason.to_owned());
        had_socket.then_some(Action::Drop)
    }

    /// Has the next attempt come no sooner than so long after the end that comes next; up to a day.
    pub fn wait_at_least(&mut self, ms: Option<Millis>) {
        self.asked = ms.map(|ms| ms.min(LONGEST_ASKED_MS));
    }

    /// The same, unless it was asked for longer.
    pub fn wait_longer(&mut self, ms: Millis) {
        let longest = self.asked.map_or(ms, |asked| asked.max(ms));
        self.wait_at_least(Some(longest));
    }

    /// The server wants to be tried again at once, which it is if the connection was good.
    pub fn hasten(&mut self, now: Millis) -> Option<Action> {
        let may = self.held_well && matches!(self.state, LinkState::Waiting { .. });
        may.then(|| self.connect(now))
    }

    /// Another socket takes the place of the one that there is, or was; it is there, open or opening.
    pub fn succeeded_by(&mut self, state: LinkState) {
        debug_assert!(state.has_socket(), "nobody takes its place");
        if self.is_open() {
            self.attempt = 0;
        }
        self.state = state;
        self.asked = None;
        self.asked_until = None;
    }

    /// A time of up to so many milliseconds, so that not all do the same at once.
    pub fn spread(&mut self, most: Millis) -> Millis {
        self.jitter.next() * most
    }

    /// The pause before retry number `attempt` (from 1) of something; `None` gives up.
    pub fn pause(&mut self, attempt: u32) -> Option<Millis> {
        let chance = self.jitter.next();
        self.policy.backoff.delay(attempt, chance)
    }

    /// Since when it is open.
    pub fn open_since(&self) -> Option<Millis> {
        match self.state {
            LinkState::Open { since } => Some(since),
            _ => None,
        }
    }

    /// The browser has no network: attempts are useless, and do not count.
    pub fn offline(&mut self, now: Millis) {
        self.is_offline = true;
        if let LinkState::Waiting { until, .. } = &mut self.state {
            *until = until.max(now + OFFLINE_MS);
        }
    }

    /// The network came back: who waits need not wait any longer, unless the server asked for it.
    pub fn online(&mut self, now: Millis) -> Option<Action> {
        self.is_offline = false;
        let LinkState::Waiting { until, .. } = &mut self.state else {
            return None;
        };
        match self.asked_until.filter(|asked| *asked > now) {
            Some(asked) => {
                *until = until.min(asked);
                None
            }
            None => Some(self.connect(now)),
        }
    }

    /// Somebody asks for another try, also after it was given up: it comes at once, or when the pause after that is over.
    pub fn retry(&mut self, now: Millis) -> Option<Action> {
        if !matches!(self.state, LinkState::Failed { .. }) {
            return None;
        }
        if let Some(held_back) = self.held_back.as_mut().filter(|held| now < held.until) {
            held_back.is_wanted = true;
            return None;
        }
        self.attempt = 0;
        Some(self.connect(now))
    }

    /// When it is tried again after it was given up, if somebody has asked for that.
    pub fn tried_again_at(&self) -> Option<Millis> {
        let wanted = self.held_back.filter(|held| held.is_wanted);
        wanted.map(|held| held.until)
    }

    /// Has whoever asks for another try wait: longer each time, and at least so long.
    fn hold_back(&mut self, least: Millis, now: Millis) {
        self.refusals += 1;
        let backoff = &self.policy.backoff;
        let first = FIRST_HELD_BACK_MS.max(backoff.min_ms);
        let longest = LONGEST_HELD_BACK_MS.max(backoff.max_ms);
        let pause = pause::growing(first, longest, self.refusals);
        let spread = 1.0 + HELD_BACK_SPREAD * self.jitter.next();
        self.held_back = Some(HeldBack {
            until: now + (pause * spread).max(least),
            is_wanted: false,
        });
    }

    /// What ends now was good for a while: what follows is a first refusal.
    fn forget_refusals(&mut self, now: Millis) {
        let ready = self.ready_since.take();
        if ready.is_some_and(|since| now - since >= STABLE_MS) {
            self.refusals = 0;
        }
    }

    /// Begins anew at once, whatever it was doing; false when nobody reads it any more. A socket that there was is to be
    /// dropped.
    pub fn restart(&mut self, reason: &str, now: Millis) -> bool {
        if self.state == LinkState::Closed {
            return false;
        }
        if self.is_open() {
            self.last_close = Some(Close::abnormal(reason));
        }
        self.held_well = false;
        self.attempt = 0;
        self.refusals = 0;
        self.connect(now);
        true
    }

    /// The socket that just ended was talked to in a way that the server does not know; another one is tried at once,
    /// and counts as the same attempt.
    pub fn reopen(&mut self, now: Millis) -> Action {
        self.attempt = self.attempt.saturating_sub(1);
        self.connect(now)
    }

    /// Nobody reads it any more.
    pub fn stop(&mut self) -> Option<Action> {
        let had_socket = self.state.has_socket();
        if !matches!(self.state, LinkState::Failed { .. }) {
            self.state = LinkState::Closed;
        }
        had_socket.then_some(Action::Drop)
    }

    /// When [`timeout`](Self::timeout) is to be called, given when the last message came.
    pub fn deadline(&self, last_message: Option<Millis>) -> Option<Millis> {
        match self.state {
            LinkState::Connecting { since } => Some(since + CONNECT_TIMEOUT_MS),
            LinkState::Waiting { until, .. } => Some(until),
            LinkState::Open { since } => {
                let heard = last_message.map_or(since, |at| at.max(since));
                self.policy.idle_timeout_ms.map(|limit| heard + limit)
            }
            LinkState::Closed => None,
            LinkState::Failed { .. } => self.tried_again_at(),
        }
    }

    /// Does what is due at `now`. Who waits for the close handshake of a dead peer waits for minutes, so the
    /// socket is dropped.
    pub fn timeout(&mut self, last_message: Option<Millis>, now: Millis) -> Option<Action> {
        if self.deadline(last_message).is_none_or(|at| now < at) {
            return None;
        }
        match self.state {
            LinkState::Waiting { .. } => Some(self.connect(now)),
            LinkState::Failed { .. } => self.retry(now),
            LinkState::Connecting { .. } => self.broken("the server did not answer in time", now),
            LinkState::Open { .. } => self.broken("no message arrived within idleTimeoutMs", now),
            LinkState::Closed => {
                debug_assert!(false, "this state has no deadline");
                None
            }
        }
    }

    fn connect(&mut self, now: Millis) -> Action {
        self.state = LinkState::Connecting { since: now };
        self.asked_until = None;
        self.ready_since = None;
        self.held_back = None;
        Action::Connect
    }

    fn ended(&mut self, close: Close, now: Millis) {
        self.held_well =
            matches!(self.state, LinkState::Open { since } if now - since >= STABLE_MS);
        if self.held_well {
            self.attempt = 0;
        }
        self.forget_refusals(now);
        // The first one does: it is the loss of the connection.
        self.attempt += u32::from(!self.is_offline || self.attempt == 0);
        self.last_close = Some(close.clone());
        let chance = self.jitter.next();
        let asked = self.asked.take();
        self.asked_until = asked.map(|ms| now + ms);
        // All that the server has asked would come back at once.
        let spread = chance * self.policy.backoff.min_ms / 2.0;
        let shortest = asked.map_or(0.0, |ms| ms + spread);
        let delay = match self.is_offline {
            true => Some(OFFLINE_MS),
            false => self.policy.backoff.delay(self.attempt, chance),
        };
        let delay = delay.map(|ms| ms.max(shortest));
        self.state = match delay {
            Some(delay) => LinkState::Waiting {
                until: now + delay,
                close,
            },
            None => {
                self.hold_back(shortest, now);
                let attempts = self.attempt - 1;
                let retries = if attempts == 1 { "retry" } else { "retries" };
                LinkState::Failed {
                    reason: format!("gave up after {attempts} {retries} ({close})"),
                }
            }
        };
    }
}

/// Numbers in 0..1 that look like chance and follow from a seed (SplitMix64, Steele et al. 2014).
#[derive(Debug)]
struct Jitter(u64);

impl Jitter {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}
