//! The life of one connection as a state machine.
//!
//! Reconnecting is decided when a socket *closes*: browsers fire `error`
//! without a reason, and for a dropped connection not at all (WHATWG
//! WebSockets §4, "when the connection is closed").

use super::backoff::Backoff;
use super::close::Close;
use crate::frame::{Notice, Severity};

/// A handshake that takes longer is given up and tried again.
pub const CONNECT_TIMEOUT_MS: f64 = 20_000.0;

/// A connection that stood this long counts as good: the next failure is a first one again.
/// Shorter, and a server that accepts and hangs up at once would be hammered.
pub const STABLE_MS: f64 = 5_000.0;

/// How long connecting or silence lasts before the panel says so.
const PATIENCE_MS: f64 = 3_000.0;

/// Where a connection is in its life. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The handshake is under way.
    Connecting {
        /// Since when.
        since: f64,
    },
    /// Messages can come.
    Open {
        /// Since when.
        since: f64,
    },
    /// The next attempt is due at `until`.
    Waiting {
        /// When the next attempt is due.
        until: f64,
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

impl State {
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
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The browser would not even try; its reason.
    Refused(String),
    /// The handshake succeeded.
    Opened,
    /// The socket closed.
    Closed(Close),
    /// The timer of an [`Action::Wake`] fired; when the last message came, if one did.
    Woke {
        /// When the last message came.
        last_message: Option<f64>,
    },
    /// The network came back, or the user asks to try again now, even after giving up.
    Online,
    /// Nobody reads the connection any more.
    Stop,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Open a socket.
    Connect,
    /// Stop listening to the socket and close it.
    Drop,
    /// Set the one timer: [`Event::Woke`] after so many milliseconds, instead of any set before.
    Wake(f64),
}

/// How a connection is kept.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Policy {
    /// When to retry.
    pub backoff: Backoff,
    /// Silence after which an open connection is taken for dead, in milliseconds.
    pub idle_timeout_ms: Option<f64>,
}

/// The state machine.
#[derive(Debug)]
pub struct Machine {
    policy: Policy,
    state: State,
    attempt: u32,
    reconnects: u32,
    last_close: Option<Close>,
}

impl Machine {
    /// A connection that begins its first attempt at `now`; the caller connects.
    pub fn new(policy: Policy, now: f64) -> Self {
        Self {
            policy,
            state: State::Connecting { since: now },
            attempt: 0,
            reconnects: 0,
            last_close: None,
        }
    }

    /// Where the connection is.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Retries since the connection last stood.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// How often a connection that stood was replaced.
    pub fn reconnects(&self) -> u32 {
        self.reconnects
    }

    /// How the last socket ended, if one did.
    pub fn last_close(&self) -> Option<&Close> {
        self.last_close.as_ref()
    }

    /// How long the first attempt may take: the timer to set when connecting.
    pub fn first_wake(&self) -> Action {
        Action::Wake(CONNECT_TIMEOUT_MS)
    }

    /// Takes an event at `now`; `random` is a fresh number in 0..1. The actions are to be done in order.
    pub fn handle(&mut self, event: Event, now: f64, random: f64) -> Vec<Action> {
        match (event, &self.state) {
            (Event::Stop, State::Closed | State::Failed { .. }) => vec![],
            (Event::Stop, _) => {
                self.state = State::Closed;
                vec![Action::Drop]
            }
            (Event::Online, State::Failed { .. }) => {
                self.attempt = 0;
                self.connect(now)
            }
            (_, State::Closed | State::Failed { .. }) => vec![],
            (Event::Refused(reason), _) => {
                self.state = State::Failed { reason };
                vec![]
            }
            (Event::Opened, State::Connecting { .. }) => {
                self.reconnects += u32::from(self.last_close.is_some());
                self.state = State::Open { since: now };
                self.policy
                    .idle_timeout_ms
                    .map(Action::Wake)
                    .into_iter()
                    .collect()
            }
            (Event::Closed(close), State::Connecting { .. } | State::Open { .. }) => {
                self.ended(close, now, random)
            }
            (Event::Woke { last_message }, _) => self.woke(last_message, now, random),
            (Event::Online, State::Waiting { .. }) => self.connect(now),
            (Event::Opened | Event::Closed(_) | Event::Online, _) => vec![],
        }
    }

    fn connect(&mut self, now: f64) -> Vec<Action> {
        self.state = State::Connecting { since: now };
        vec![Action::Connect, Action::Wake(CONNECT_TIMEOUT_MS)]
    }

    fn ended(&mut self, close: Close, now: f64, random: f64) -> Vec<Action> {
        if matches!(self.state, State::Open { since } if now - since >= STABLE_MS) {
            self.attempt = 0;
        }
        self.attempt += 1;
        self.last_close = Some(close.clone());
        match self.policy.backoff.delay(self.attempt, random) {
            Some(delay) => {
                self.state = State::Waiting {
                    until: now + delay,
                    close,
                };
                vec![Action::Wake(delay)]
            }
            None => {
                let attempts = self.attempt - 1;
                let retries = if attempts == 1 { "retry" } else { "retries" };
                self.state = State::Failed {
                    reason: format!("given up after {attempts} {retries} ({close})"),
                };
                vec![]
            }
        }
    }

    fn woke(&mut self, last_message: Option<f64>, now: f64, random: f64) -> Vec<Action> {
        match (&self.state, self.policy.idle_timeout_ms) {
            (State::Waiting { until, .. }, _) if now < *until => vec![Action::Wake(until - now)],
            (State::Waiting { .. }, _) => self.connect(now),
            (State::Connecting { since }, _) => {
                let left = since + CONNECT_TIMEOUT_MS - now;
                self.expired(left, "the handshake was not answered in time", now, random)
            }
            (State::Open { since }, Some(limit)) => {
                let left = last_message.unwrap_or(*since).max(*since) + limit - now;
                self.expired(left, "no message within idleTimeoutMs", now, random)
            }
            _ => vec![],
        }
    }

    /// Waits on while time is `left`; then drops the socket, since waiting for
    /// the close handshake of a dead peer would take minutes.
    fn expired(&mut self, left: f64, reason: &str, now: f64, random: f64) -> Vec<Action> {
        if left > 0.0 {
            return vec![Action::Wake(left)];
        }
        let mut actions = vec![Action::Drop];
        actions.extend(self.ended(Close::abnormal(reason), now, random));
        actions
    }

    /// What a panel should say of the connection to `url` at `now`, when anything.
    pub fn notice(&self, url: &str, now: f64, last_message: Option<f64>) -> Option<Notice> {
        match &self.state {
            // Without this the warning would go out for as long as each attempt takes.
            State::Connecting { .. } if self.attempt > 0 => self.last_close.as_ref().map(|close| {
                let text = format!(
                    "Not connected to {url} ({close}). Trying again (attempt {}).",
                    self.attempt
                );
                Notice::new(Severity::Warning, text)
            }),
            State::Connecting { since } if now - since >= PATIENCE_MS => Some(Notice::new(
                Severity::Info,
                format!("Connecting to {url}: no answer yet."),
            )),
            State::Open { since } if last_message.is_none() && now - since >= PATIENCE_MS => {
                let seconds = ((now - since) / 1000.0).floor();
                let text = format!(
                    "Connected to {url} for {seconds} s, but no message has come. Does the feed need a subscribe message or another path?"
                );
                Some(Notice::new(Severity::Info, text))
            }
            State::Waiting { until, close } => {
                let seconds = ((until - now) / 1000.0).max(0.0).ceil();
                let text = format!(
                    "Not connected to {url} ({close}). Next try in {seconds} s (attempt {}).",
                    self.attempt
                );
                Some(Notice::new(Severity::Warning, text))
            }
            State::Failed { reason } => Some(Notice::new(
                Severity::Error,
                format!("Not connected to {url}: {reason}"),
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn machine(policy: Policy) -> Machine {
        Machine::new(policy, 0.0)
    }

    fn dropped() -> Event {
        Event::Closed(Close::abnormal(""))
    }

    #[test]
    fn reconnects_after_a_drop_and_counts_it() {
        let mut machine = machine(Policy::default());
        assert_eq!(machine.handle(Event::Opened, 10.0, 0.0), []);
        assert_eq!(
            machine.handle(dropped(), 10_000.0, 0.0),
            [Action::Wake(250.0)]
        );
        assert_eq!(machine.state().name(), "waiting");
        let woke = Event::Woke { last_message: None };
        assert_eq!(
            machine.handle(woke.clone(), 10_100.0, 0.0),
            [Action::Wake(150.0)]
        );
        assert_eq!(
            machine.handle(woke, 10_250.0, 0.0),
            [Action::Connect, Action::Wake(CONNECT_TIMEOUT_MS)]
        );
        machine.handle(Event::Opened, 10_300.0, 0.0);
        assert_eq!((machine.state().name(), machine.reconnects()), ("open", 1));
    }

    #[test]
    fn a_server_that_hangs_up_at_once_is_not_hammered() {
        let mut machine = machine(Policy::default());
        let mut waits = Vec::new();
        let mut now = 0.0;
        for _ in 0..4 {
            machine.handle(Event::Opened, now, 1.0);
            if let [Action::Wake(wait)] = machine.handle(dropped(), now + 1.0, 1.0)[..] {
                waits.push(wait);
                now += 1.0 + wait;
            }
            machine.handle(Event::Woke { last_message: None }, now, 1.0);
        }
        assert_eq!(waits, [500.0, 1000.0, 2000.0, 4000.0]);
    }

    #[test]
    fn silence_beyond_the_idle_timeout_replaces_the_socket() {
        let mut machine = machine(Policy {
            idle_timeout_ms: Some(1000.0),
            ..Policy::default()
        });
        assert_eq!(
            machine.handle(Event::Opened, 0.0, 0.0),
            [Action::Wake(1000.0)]
        );
        let heard = |at| Event::Woke {
            last_message: Some(at),
        };
        assert_eq!(
            machine.handle(heard(900.0), 1000.0, 0.0),
            [Action::Wake(900.0)]
        );
        assert_eq!(
            machine.handle(heard(900.0), 1900.0, 0.0),
            [Action::Drop, Action::Wake(250.0)]
        );
        assert_eq!(
            machine.notice("ws://h", 1900.0, None).unwrap().text,
            "Not connected to ws://h (no message within idleTimeoutMs). Next try in 1 s (attempt 1)."
        );
    }

    #[test]
    fn a_handshake_without_answer_is_given_up() {
        let mut machine = machine(Policy::default());
        let actions = machine.handle(Event::Woke { last_message: None }, CONNECT_TIMEOUT_MS, 0.0);
        assert_eq!(actions, [Action::Drop, Action::Wake(250.0)]);
        let notice = machine.notice("ws://h", CONNECT_TIMEOUT_MS, None).unwrap();
        assert!(
            notice
                .text
                .contains("(the handshake was not answered in time)"),
            "{}",
            notice.text
        );
    }

    #[test]
    fn one_retry_is_one() {
        let mut machine = machine(Policy {
            backoff: Backoff {
                max_attempts: Some(1),
                ..Backoff::default()
            },
            ..Policy::default()
        });
        machine.handle(dropped(), 1.0, 0.0);
        machine.handle(Event::Woke { last_message: None }, 1_000.0, 0.0);
        machine.handle(dropped(), 1_001.0, 0.0);
        let notice = machine.notice("ws://h", 1_002.0, None).unwrap();
        assert!(
            notice.text.contains("given up after 1 retry ("),
            "{}",
            notice.text
        );
    }

    #[test]
    fn gives_up_when_told_to() {
        let mut machine = machine(Policy {
            backoff: Backoff {
                max_attempts: Some(0),
                ..Backoff::default()
            },
            ..Policy::default()
        });
        assert_eq!(machine.handle(dropped(), 1.0, 0.0), []);
        assert_eq!(machine.state().name(), "failed");
        let notice = machine.notice("ws://h", 2.0, None).unwrap();
        assert!(notice.text.contains("given up") && notice.severity == Severity::Error);
    }

    #[test]
    fn the_network_coming_back_ends_the_wait() {
        let mut machine = machine(Policy::default());
        machine.handle(dropped(), 0.0, 1.0);
        assert_eq!(machine.handle(Event::Online, 1.0, 0.0)[0], Action::Connect);
    }

    #[test]
    fn the_warning_stays_while_another_attempt_is_made() {
        let mut machine = machine(Policy::default());
        machine.handle(dropped(), 0.0, 1.0);
        machine.handle(Event::Woke { last_message: None }, 500.0, 1.0);
        assert_eq!(machine.state().name(), "connecting");
        let notice = machine.notice("ws://h", 501.0, None).unwrap();
        assert!(
            notice
                .text
                .starts_with("Not connected to ws://h (code 1006")
                && notice.severity == Severity::Warning
        );
    }

    #[test]
    fn says_when_the_feed_stays_silent() {
        let mut machine = machine(Policy::default());
        machine.handle(Event::Opened, 0.0, 0.0);
        assert_eq!(machine.notice("ws://h", 100.0, None), None);
        assert!(
            machine
                .notice("ws://h", 4000.0, None)
                .unwrap()
                .text
                .contains("no message has come")
        );
        assert_eq!(machine.notice("ws://h", 4000.0, Some(50.0)), None);
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            Just(Event::Opened),
            Just(dropped()),
            proptest::option::of(0.0f64..1e6).prop_map(|last_message| Event::Woke { last_message }),
            Just(Event::Online),
        ]
    }

    proptest! {
        /// Whatever happens, a connection that is wanted and has no socket has a timer set, and
        /// there are never two sockets.
        #[test]
        fn is_never_stuck(events in proptest::collection::vec((event(), 0.0f64..30_000.0, 0.0f64..1.0), 0..60)) {
            let mut machine = machine(Policy { idle_timeout_ms: Some(5_000.0), ..Policy::default() });
            let mut socket = true;
            let mut timer = true;
            let mut now = 0.0;
            for (event, step, random) in events {
                now += step;
                match event {
                    Event::Opened | Event::Closed(_) if !socket => continue,
                    Event::Closed(_) => socket = false,
                    Event::Woke { .. } => timer = false,
                    _ => {}
                }
                for action in machine.handle(event, now, random) {
                    match action {
                        Action::Connect => {
                            prop_assert!(!socket);
                            socket = true;
                        }
                        Action::Drop => socket = false,
                        Action::Wake(wait) => {
                            prop_assert!(wait >= 0.0);
                            timer = true;
                        }
                    }
                }
                prop_assert!(socket || timer, "stuck in {:?}", machine.state());
            }
        }
    }
}
