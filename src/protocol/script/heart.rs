//! Whether the server is still there: what is sent for that, what is to come, and how long silence may last.

use serde_json::Value;

use super::rules::HeartbeatRule;
use super::template::{FillValues, MessageTemplate};
use crate::table::Millis;

/// How long the answer to a heartbeat may take where the script does not say.
const ANSWER_MS: Millis = 10_000.0;

/// The heartbeat of an open connection. It begins when the handshake is done.
#[derive(Debug)]
pub(super) struct Heart {
    interval: Option<Millis>,
    timeout: Millis,
    any_within: Option<Millis>,
    is_idle: bool,
    expects_answer: bool,
    /// Whether the next beat does not wait for its time.
    is_hasty: bool,
    /// When anything last came.
    heard: Millis,
    /// When the last beat was sent, or the first is counted from.
    beat: Millis,
    /// Until when the answer to the last beat is to come.
    answer_until: Option<Millis>,
    /// The `${id}` of the last beat.
    pub(super) id: Option<Value>,
}

/// What is due.
#[derive(Debug, PartialEq)]
pub(super) enum HeartDue {
    /// A beat is to be sent.
    Send,
    /// The server is gone, and how that was noticed.
    Dead(String),
}

impl Heart {
    /// Begins at `now`; how long things may take is said by the rule and `values`.
    pub(super) fn new(rule: &HeartbeatRule, values: &FillValues<'_>, now: Millis) -> Self {
        let millis = |amount: &Option<MessageTemplate>| amount.as_ref()?.millis(values);
        Self {
            interval: millis(&rule.interval).filter(|_| rule.send.is_some()),
            timeout: millis(&rule.timeout).unwrap_or(ANSWER_MS),
            any_within: millis(&rule.any_within),
            is_idle: rule.is_idle,
            expects_answer: rule.expect.is_some(),
            is_hasty: false,
            heard: now,
            beat: now,
            answer_until: None,
            id: None,
        }
    }

    /// Something came.
    pub(super) fn heard(&mut self, now: Millis) {
        self.heard = now;
    }

    /// Whether the answer to a beat is to come.
    pub(super) fn awaits(&self) -> bool {
        self.answer_until.is_some()
    }

    /// It came.
    pub(super) fn answered(&mut self) {
        self.answer_until = None;
    }

    /// A beat was sent.
    pub(super) fn sent(&mut self, id: Option<Value>, now: Millis) {
        self.beat = now;
        self.is_hasty = false;
        self.id = id;
        if self.expects_answer && self.answer_until.is_none() {
            self.answer_until = Some(now + self.timeout);
        }
    }

    /// Sends the next beat a millisecond after `now`, unless the answer to one is to come. False where silence would not
    /// be noticed all the same.
    pub(super) fn hasten(&mut self, now: Millis) -> bool {
        let asks = self.interval.is_some() && self.expects_answer;
        if asks && self.answer_until.is_none() {
            self.is_hasty = true;
            self.beat = now;
        }
        asks || self.any_within.is_some()
    }

    fn next_beat(&self) -> Option<Millis> {
        if self.is_hasty {
            return Some(self.beat + 1.0);
        }
        let since = match self.is_idle {
            true => self.heard.max(self.beat),
            false => self.beat,
        };
        Some(since + self.interval?)
    }

    fn longest_silence(&self) -> Option<Millis> {
        Some(self.heard + self.any_within?)
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        let all = [self.next_beat(), self.answer_until, self.longest_silence()];
        all.into_iter().flatten().min_by(f64::total_cmp)
    }

    /// What is due at `now`.
    pub(super) fn due(&self, now: Millis) -> Option<HeartDue> {
        let is_due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
        let seconds = |ms: Millis| ms / 1000.0;
        if is_due(self.answer_until) {
            let limit = seconds(self.timeout);
            let words = format!("the server did not answer a heartbeat within {limit} s");
            return Some(HeartDue::Dead(words));
        }
        if is_due(self.longest_silence()) {
            let limit = seconds(self.any_within.unwrap_or_default());
            let words = format!(
                "the server has sent nothing for {limit} s, longer than its protocol allows"
            );
            return Some(HeartDue::Dead(words));
        }
        is_due(self.next_beat()).then_some(HeartDue::Send)
    }
}
