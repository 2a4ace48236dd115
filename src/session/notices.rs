//! What a panel, and its inspector, are told of a connection.
//!
//! In goes nothing but the session's state and the time; out come the notices of a reader, the lines of its inspector, and the
//! failure that ends it. The deliveries of the boundary call this for each packet, and add what the stream says.

use super::Session;
use super::close::{ABNORMAL, ended};
use super::keep::Keeping;
use super::link::LinkState;
use super::network::OFFLINE;
use super::readers::{HistoryState, ReaderId};
use super::server_report::ServerReport;
use super::subscriptions::{Answer, unanswered};
use crate::frame::{Notice, Severity, Stat};
use crate::protocol::{self, Phase};
use crate::query::Query;
use crate::table::Millis;

/// How long connecting or silence lasts before the panel says so.
const PATIENCE_MS: Millis = 3_000.0;

impl Session {
    /// Why nothing comes any more, when the connection was given up.
    pub fn failure(&self) -> Option<String> {
        match self.link.state() {
            LinkState::Failed { reason } => {
                let text = ended(&format!("Not connected to {}: {reason}", self.key.url));
                Some(format!("{text}{}", self.way_on()))
            }
            _ => None,
        }
    }

    /// Why nothing comes for `query`, as far as that is known, for who sets it up; a time is not said.
    pub fn hindrance(&self, query: &Query) -> Option<String> {
        let url = &self.key.url;
        let text = match (self.link.state(), self.link.last_close()) {
            (LinkState::Failed { .. }, _) => self.failure(),
            (LinkState::Waiting { close, .. }, _) | (LinkState::Connecting { .. }, Some(close)) => {
                Some(format!(
                    "Not connected to {url} ({close}). It is tried again."
                ))
            }
            (LinkState::Connecting { .. }, None) => Some(format!("Connecting to {url}.")),
            (LinkState::Open { .. }, _) if self.protocol.phase() == Phase::Handshaking => {
                let awaits = self.protocol.awaits();
                awaits.map(|awaits| format!("Connected to {url}, still waiting for {awaits}."))
            }
            _ => {
                let subscription = self.source_of(query).flatten();
                let answer =
                    answer_notice(self.answer(subscription), None).map(|notice| notice.text);
                let report = subscription.and_then(|id| self.subscriptions.report(id));
                let report = report.or(self.server_report());
                answer.or_else(|| report.map(|report| format!("The server reported: {report}")))
            }
        };
        text.map(|text| self.masked(text))
    }

    /// What the panel of a reader should say at `now`, beside what its rows say.
    pub fn notices(&self, reader: ReaderId, now: Millis) -> Vec<Notice> {
        let link = self.replay_notice().or_else(|| self.link_notice(now));
        let mut notices: Vec<Notice> = link.into_iter().collect();
        if let Some((shared, subscription)) = self.readers.of(reader) {
            let again_at = subscription.and_then(|id| self.subscriptions.again_at(id));
            let again_in = again_at.map(|at| seconds_until(at, now));
            notices.extend(answer_notice(self.answer(subscription), again_in));
            if let Some(report) = subscription.and_then(|id| self.subscriptions.report(id)) {
                let text = format!("The server reported: {report}");
                notices.push(Notice::new(Severity::Warning, text));
            }
            if shared.history != HistoryState::Settled {
                let text = "The history is still loading. Only live rows are shown so far.";
                notices.push(Notice::new(Severity::Info, text));
            }
            notices.extend(shared.keeping.as_ref().and_then(Keeping::notice));
        }
        notices.extend(self.server_report.as_ref().map(ServerReport::notice));
        notices.extend(self.handover_notice(now));
        notices.extend(self.token_notice());
        notices.extend(self.not_carried_out());
        notices
    }

    fn not_carried_out(&self) -> Option<Notice> {
        let options = &self.key.settings.not_carried_out;
        let (names, are) = match options.as_slice() {
            [] => return None,
            [one] => (one.to_string(), "is"),
            [most @ .., last] => (format!("{} and {last}", most.join(", ")), "are"),
        };
        let text = format!(
            "The data source sets {names}, which {are} not supported in this version and {are} ignored."
        );
        Some(Notice::new(Severity::Warning, text))
    }

    /// What is to be done about an end of which browsers do not say why it came, to go on with after a sentence.
    fn way_on(&self) -> &'static str {
        let close = self.link.last_close();
        // An end that was noticed here has its reason.
        let is_dark = close.is_some_and(|close| close.code == ABNORMAL && close.reason.is_empty());
        if is_dark {
            " Open the query and press Diagnose to find out why."
        } else {
            ""
        }
    }

    fn link_notice(&self, now: Millis) -> Option<Notice> {
        let url = &self.key.url;
        let attempt = self.link.attempt();
        match self.link.state() {
            // What came before the connection was lost says nothing of now.
            LinkState::Connecting { .. } | LinkState::Waiting { .. }
                if self.offline_since.is_some() =>
            {
                let text = format!("Not connected to {url}: {OFFLINE}.");
                Some(Notice::new(Severity::Warning, text))
            }
            LinkState::Open { .. } if self.is_offline() => {
                let text = format!("Nothing comes from {url}: {OFFLINE}.");
                Some(Notice::new(Severity::Warning, text))
            }
            // Without this the warning would go out for as long as each attempt takes.
            LinkState::Connecting { .. } if attempt > 0 => self.link.last_close().map(|close| {
                let way_on = self.way_on();
                let text = format!(
                    "Not connected to {url} ({close}). Retrying now (attempt {attempt}).{way_on}"
                );
                Notice::new(Severity::Warning, text)
            }),
            LinkState::Connecting { since } if now - since >= PATIENCE_MS => {
                let missing = if self.awaits_token() {
                    "its token has not arrived yet."
                } else {
                    "the server has not answered yet."
                };
                let text = format!("Still connecting to {url}: {missing}");
                Some(Notice::new(Severity::Info, text))
            }
            LinkState::Open { since }
                if self.protocol.phase() == Phase::Handshaking && now - since >= PATIENCE_MS =>
            {
                let seconds = ((now - since) / 1000.0).floor();
                let awaits = self.protocol.awaits();
                let awaits = awaits
                    .as_deref()
                    .unwrap_or("the server's part of the handshake");
                let text =
                    format!("Connected to {url} for {seconds} s, still waiting for {awaits}.");
                Some(Notice::new(Severity::Info, text))
            }
            LinkState::Open { since }
                if self.last_message.is_none() && now - since >= PATIENCE_MS =>
            {
                let seconds = ((now - since) / 1000.0).floor();
                let advice = self.advice_on_silence();
                let text = format!(
                    "Connected to {url} for {seconds} s, but no message has arrived. {advice}"
                );
                Some(Notice::new(Severity::Info, text))
            }
            LinkState::Waiting { until, close } => {
                let seconds = seconds_until(*until, now);
                let way_on = self.way_on();
                let text = format!(
                    "Not connected to {url} ({close}). Retrying in {seconds} s (attempt {attempt}).{way_on}"
                );
                Some(Notice::new(Severity::Warning, text))
            }
            LinkState::Failed { .. } => self.link.tried_again_at().map(|at| {
                let seconds = seconds_until(at, now);
                let text =
                    format!("Trying again in {seconds} s. The pause grows with each refusal.");
                Notice::new(Severity::Info, text)
            }),
            _ => None,
        }
    }

    /// The connection's lines in the panel inspector.
    pub fn stats(&self) -> Vec<Stat> {
        let stat = |name: &'static str, value: f64| Stat::new(name, value);
        let bytes = |name, value: f64| Stat::in_unit(name, value, "decbytes");
        let mut stats = vec![
            stat("Connection: messages", self.messages as f64),
            bytes("Connection: bytes", self.bytes as f64),
            bytes("Connection: journal memory", self.journal.bytes() as f64),
            stat("Connection: queries", self.leases() as f64),
            stat("Connection: subscriptions", self.subscriptions.len() as f64),
            stat("Connection: reconnects", f64::from(self.link.reconnects())),
        ];
        let found = protocol::find(self.protocol.name());
        if let Some(found) = found.filter(|_| !self.key.conversation.is_known())
            && !self.protocol.passes_batches()
        {
            let name = format!("Protocol detected: {} (messages)", found.title);
            stats.push(Stat::new(name, self.messages as f64));
        }
        stats.extend(self.replay_stat());
        if self.handover.count > 0 {
            let count = self.handover.count as f64;
            stats.push(stat("Connection: planned reconnects", count));
        }
        if self.stuck > 0 {
            stats.push(stat("Connection: stuck send queues", self.stuck as f64));
        }
        if self.unsent > 0 {
            stats.push(stat("Connection: messages not sent", self.unsent as f64));
        }
        let (code, status) = (self.last_close_code(), self.last_status());
        let last = |name, code| stat(name, f64::from(code));
        stats.extend(code.map(|code| last("Connection: last close code", code)));
        stats.extend(status.map(|status| last("Connection: last HTTP status", status)));
        stats
    }
}

/// What a panel says of seconds that are left.
fn seconds_until(at: Millis, now: Millis) -> Millis {
    ((at - now) / 1000.0).max(0.0).ceil()
}

fn answer_notice(answer: &Answer, again_in: Option<Millis>) -> Option<Notice> {
    let (severity, text) = match answer {
        Answer::None | Answer::Accepted => return None,
        Answer::Refused(reason) => (
            Severity::Error,
            format!("The server refused the subscription: {reason}"),
        ),
        Answer::Unanswered(seconds) => (Severity::Warning, unanswered(*seconds)),
        Answer::Ended(reason) if reason.is_empty() => (
            Severity::Info,
            "The server has ended the subscription: nothing more will come.".to_owned(),
        ),
        Answer::Ended(reason) => (
            Severity::Warning,
            format!("The server has ended the subscription: {reason}"),
        ),
    };
    let text = match again_in {
        Some(seconds) => format!(
            "{}. Asking again in {seconds} s.",
            text.trim_end_matches('.')
        ),
        None => text,
    };
    Some(Notice::new(severity, text))
}
