//! What is concluded from a connection that was open.

use super::diagnosis::Diagnosis;
use super::refusal::Verdict;
use super::step::{StepName, StepState};
use super::words;
use crate::session::Session;
use crate::session::probe::ProbeReport;
use crate::session::readers::ReaderId;
use crate::session::subscriptions::{Answer, unanswered};
use crate::table::Millis;

impl Diagnosis {
    /// An open connection has said what it had to say.
    pub(super) fn conclude(
        &mut self,
        session: &Session,
        reader: Option<ReaderId>,
        report: &ProbeReport,
        was_ready: bool,
        now: Millis,
    ) {
        let Some(case) = &self.case else { return };
        let connected = words::connected(report, &case.url);
        let ended = words::end_words(report);
        if let Some((awaits, since)) = self.handshake.take() {
            let reason = report.error.as_deref().unwrap_or(words::UNANSWERED);
            self.ladder.took(StepName::Handshake, now - since);
            let advice = "Check the credentials, the protocol that the data source names, and whether the URL is that of its WebSocket.";
            let text = match awaits {
                Some(awaits) => format!("Waited for {awaits}. {reason}"),
                None => words::sentence(reason),
            };
            let verdict = Verdict {
                message: format!("{connected} {reason} {advice}"),
                ..Verdict::new(StepName::Handshake, text, advice)
            };
            return self.stop(verdict, "error");
        }
        let refused = match session.answer_to(reader) {
            Answer::Refused(reason) => {
                Some(format!("The server refused the subscription: {reason}"))
            }
            Answer::Unanswered(seconds) => Some(unanswered(*seconds)),
            Answer::Ended(reason) if reason.is_empty() => {
                Some("The server has ended the subscription.".to_owned())
            }
            Answer::Ended(reason) => {
                Some(format!("The server has ended the subscription: {reason}"))
            }
            Answer::None | Answer::Accepted => None,
        };
        if let Some(text) = refused {
            let text = words::sentence(&text);
            let advice = "Check what the query subscribes to, and whether the server allows it for this user.";
            let verdict = Verdict::new(StepName::Subscription, text, advice);
            return self.stop(verdict, "error");
        }
        match words::first_message(report) {
            Some(first) => self.conclude_heard(&connected, &first, report, ended),
            None => self.conclude_silent(session, &connected, report, ended, was_ready),
        }
    }

    fn conclude_heard(
        &mut self,
        connected: &str,
        first: &str,
        report: &ProbeReport,
        ended: Option<String>,
    ) {
        self.ladder.set(StepName::Message, StepState::Passed, first);
        if let Some(ms) = report.first_message_ms {
            self.ladder.took(StepName::Message, ms);
        }
        let end = match (ended, &report.error) {
            (Some(close), _) => format!(" Then the server closed the connection: {close}."),
            // The end of an HTTP response has no code, but words.
            (None, Some(error)) => format!(" {error}"),
            (None, None) => String::new(),
        };
        let message = format!("{connected} {first}{end}");
        let found = self
            .found
            .take()
            .map(|(findings, _)| findings)
            .unwrap_or_default();
        let is_page = report.first_message.as_deref().is_some_and(words::is_page);
        if is_page && !found.are_chosen() {
            let text = "The first message is a web page, not a feed.";
            let advice = "Check the URL, and what a proxy in between answers.";
            return self.stop(no_feed(&message, text, advice), "warning");
        }
        if found.are_complete() {
            self.ladder
                .set(StepName::Paths, StepState::Passed, found.text());
            return self.end("success", message);
        }
        let is_test = self.case.as_ref().is_some_and(|case| !case.has_query);
        if is_test {
            // Binary messages are in a format that only a query names.
            let is_text = report.first_message_binary != Some(true);
            if let Some(problem) = found.unreadable().filter(|_| is_text) {
                let text = format!("The first message cannot be read: {problem}.");
                let advice = "Check what the server sends. If it is meant to be so, choose the format in the query.";
                return self.stop(no_feed(&message, &text, advice), "warning");
            }
            // What a query would find there, it has to say itself.
            self.ladder.set(
                StepName::Paths,
                StepState::Skipped,
                "The first message contains no values that can be found without a query.",
            );
            return self.end("success", message);
        }
        let advice = if found.are_empty() {
            "Compare the paths of the query with the first message, and check the format."
        } else {
            "Compare these paths with the first message. Values that only some messages contain may still arrive."
        };
        let missing = found.missing_paths();
        let lacks = if missing.is_empty() {
            "The messages held no values for the query.".to_owned()
        } else {
            format!("The query found nothing at {missing}.")
        };
        let verdict = Verdict {
            message: format!("{message} {lacks}"),
            ..Verdict::new(StepName::Paths, found.text(), advice)
        };
        self.stop(verdict, "warning");
    }

    fn conclude_silent(
        &mut self,
        session: &Session,
        connected: &str,
        report: &ProbeReport,
        ended: Option<String>,
        was_ready: bool,
    ) {
        let has_query = self.case.as_ref().is_some_and(|case| case.has_query);
        if let Some(close) = ended {
            let text =
                format!("The server closed the connection before it sent anything: {close}.");
            let code = report.close_code.unwrap_or_default();
            let verdict = Verdict {
                message: format!("{connected} {text}"),
                ..Verdict::new(StepName::Message, text, words::advice_on_close(code))
            };
            return self.stop(verdict, "error");
        }
        if let Some(error) = &report.error {
            let text = format!("No message arrived. {error}");
            let advice =
                "Check the path, and what the server does after it has accepted a connection.";
            let verdict = Verdict {
                message: format!("{connected} {text}"),
                ..Verdict::new(StepName::Message, text, advice)
            };
            return self.stop(verdict, "error");
        }
        if was_ready && session.asks_nothing() {
            let text = "Without a query, nothing is requested.";
            self.ladder.set(StepName::Message, StepState::Skipped, text);
            self.ladder.set(StepName::Paths, StepState::Skipped, text);
            let said = if self.ladder.has_passed(StepName::Handshake) {
                "The server accepted the login. Queries say what to subscribe to."
            } else {
                "The WebSocket opened. What it speaks is known only once a query subscribes."
            };
            return self.end("success", format!("{connected} {said}"));
        }
        let mut silence = words::silence(self.patience);
        if let Some(said) = session.server_report() {
            silence = format!("{silence} The server reported: {said}");
        }
        let advice = if has_query {
            session.advice_on_silence()
        } else {
            "That is expected if the feed needs a path or a subscribe message, which are set in the query; otherwise the feed is silent.".to_owned()
        };
        let verdict = Verdict {
            message: format!("{connected} {silence} {advice}"),
            ..Verdict::new(StepName::Message, silence, advice)
        };
        self.stop(verdict, "warning");
    }
}

/// What came first is no message of a feed.
fn no_feed(message: &str, text: &str, advice: &str) -> Verdict {
    Verdict {
        message: format!("{message} {text} {advice}"),
        ..Verdict::new(StepName::Paths, text, advice)
    }
}
