//! What comes before a connection opens, and what is found out when it does not.

use super::diagnosis::{Diagnosis, DiagnosisStage, Fetched};
use super::place::{MixedContent, Permission, Target};
use super::refusal::{self, AT_ONCE_MS, Barrier, Reach, Refusal, Verdict};
use super::step::{StepName, StepState};
use super::words;
use crate::session::Session;
use crate::session::link::LinkState;
use crate::session::probe::ProbeReport;
use crate::source::{TokenSource, ViewerToken};
use crate::table::Millis;
use crate::url::GRAFANA_PROXY;

impl Diagnosis {
    /// What the user said to a permission; `None` when the browser knows none of the kind.
    pub fn permission(&mut self, permission: Option<Permission>) {
        let (barrier, state, text) = match permission {
            None => (
                Barrier::None,
                StepState::Skipped,
                "This browser does not ask for it.",
            ),
            Some(Permission::Granted) => (
                Barrier::None,
                StepState::Passed,
                "Access to the local network is allowed.",
            ),
            Some(Permission::Prompt) => (
                Barrier::Unanswered,
                StepState::Unknown,
                "The browser may ask now whether this page may reach the local network: allow it.",
            ),
            Some(Permission::Denied) => (
                Barrier::Denied,
                StepState::Unknown,
                "The permission to reach the local network was refused.",
            ),
        };
        self.barrier = barrier;
        self.ladder.set(StepName::LocalNetwork, state, text);
        self.stage = DiagnosisStage::Connect;
    }

    /// The page's policy has turned something down: the address of `SecurityPolicyViolationEvent.blockedURI`.
    pub fn blocked(&mut self, uri: &str) {
        let Some(case) = &self.case else { return };
        // Requests that only look whether somebody is there prove nothing when they are turned down.
        let is_attempt = matches!(
            self.stage,
            DiagnosisStage::Connecting(_) | DiagnosisStage::Bare
        );
        let is_same = Target::of(uri).host_and_port == case.target.host_and_port;
        self.is_blocked |= is_attempt && is_same;
    }

    /// It was not opened: by whom?
    pub(super) fn did_not_open(&mut self, session: &Session, report: ProbeReport, now: Millis) {
        let Some(case) = &self.case else { return };
        if let Some(verdict) = without_token(session, &report) {
            let status = verdict.status();
            return self.stop(verdict, status);
        }
        if self.is_blocked {
            return self.stop(refusal::by_policy(&case.target), "error");
        }
        self.endpoint = session.endpoint().url;
        let text = "No rule of the page was broken.";
        self.ladder.set(StepName::Policy, StepState::Passed, text);
        let attempt = if case.is_http() {
            StepName::Http
        } else {
            StepName::Upgrade
        };
        let is_timeout = matches!(session.link().state(), LinkState::Connecting { .. });
        if case.is_http()
            && let Some(status) = session.last_status()
        {
            self.ladder.took(StepName::Http, now - self.began);
            return self.answered_no_stream(status, report);
        }
        if !is_timeout && session.link().last_close().is_none() {
            // The browser would not even try, and knows why.
            let reason = report.error.unwrap_or_default();
            let verdict = match self.mixed {
                MixedContent::WithPermission => refusal::by_mixed_content(case.is_http()),
                _ => Verdict {
                    message: reason.clone(),
                    ..Verdict::new(attempt, reason, "Check the settings of the data source.")
                },
            };
            return self.stop(verdict, "error");
        }
        self.refused = Some((now - self.began, is_timeout));
        let has_subprotocols = !case.key.settings.subprotocols.is_empty();
        self.stage = match (case.is_http(), is_timeout) {
            // That it cannot be read is known by now.
            (true, _) => DiagnosisStage::Reach { is_readable: false },
            (false, false) if has_subprotocols => DiagnosisStage::Bare,
            (false, _) => DiagnosisStage::Reach { is_readable: true },
        };
    }

    /// An HTTP response that cannot be read as a stream; `report` has the reason in words.
    fn answered_no_stream(&mut self, status: u16, report: ProbeReport) {
        self.ladder.set(
            StepName::Server,
            StepState::Passed,
            "Something answers there.",
        );
        let message = report.error.unwrap_or_default();
        let is_good = matches!(status, 200 | 201 | 203 | 206);
        let step = if is_good {
            let text = format!("Status {status}.");
            self.ladder.set(StepName::Http, StepState::Passed, text);
            StepName::ContentType
        } else {
            StepName::Http
        };
        // "Not connected to …: the server answered 404: there is nothing at this path. Check the URL."
        let words = message
            .split_once(": ")
            .map_or(&*message, |(_, words)| words);
        let (text, advice) = match words.split_once(". ") {
            Some((text, advice)) => (words::sentence(text), advice.to_owned()),
            None => (
                words::sentence(words),
                "Check the URL and the path of the query.".to_owned(),
            ),
        };
        let verdict = Verdict {
            message: message.clone(),
            ..Verdict::new(step, text, advice)
        };
        self.stop(verdict, "error");
    }

    /// Looks at the connection to which no subprotocol is offered: until when to look again, unless something happens
    /// before; `None` when it is known whether it opens.
    pub fn watch_bare(&mut self, session: &Session, now: Millis) -> Option<Millis> {
        let state = session.link().state();
        let until = self.began + self.patience;
        if matches!(state, LinkState::Connecting { .. }) && now < until {
            return Some(until);
        }
        let does_open = matches!(state, LinkState::Open { .. });
        self.opened_bare(does_open);
        None
    }

    fn opened_bare(&mut self, does_open: bool) {
        let Some(case) = &self.case else { return };
        if does_open {
            let offered = case.key.settings.offered();
            let verdict = refusal::by_subprotocols(&case.url, &offered);
            self.ladder.set(
                StepName::Server,
                StepState::Passed,
                "Something answers there.",
            );
            self.ladder.set(
                StepName::Http,
                StepState::Skipped,
                "Not needed: without subprotocols the WebSocket opens.",
            );
            self.ladder.set(
                StepName::Upgrade,
                StepState::Passed,
                "Without subprotocols the WebSocket opens.",
            );
            return self.stop(verdict, "error");
        }
        self.ladder.set(
            StepName::Subprotocol,
            StepState::Unknown,
            "Without subprotocols it does not open either.",
        );
        self.stage = DiagnosisStage::Reach { is_readable: true };
    }

    /// What came of a request that was asked for.
    pub fn fetched(&mut self, fetched: Fetched, now: Millis) {
        let Some(case) = &self.case else { return };
        match (&self.stage, fetched) {
            (
                DiagnosisStage::Reach { is_readable: true },
                Fetched::Nothing | Fetched::Unanswered | Fetched::Opaque,
            ) => self.stage = DiagnosisStage::Reach { is_readable: false },
            (DiagnosisStage::Reach { .. }, Fetched::Unanswered) if self.was_refused_at_once() => {
                // Where nobody listens, this request would have failed as soon as the attempt did. Firefox does not pass a
                // response that the page may not read on before it has seen its body, which may be endless.
                self.answers(Reach::Unreadable, now);
            }
            (DiagnosisStage::Reach { .. }, Fetched::Nothing | Fetched::Unanswered) => {
                self.ladder
                    .set(StepName::Http, StepState::Skipped, "Nothing answers.");
                // From an encrypted page no unencrypted request is made.
                if !(self.page.is_https && case.target.is_encrypted) {
                    self.stage = DiagnosisStage::OtherScheme;
                    return;
                }
                self.refuse(Reach::None, false);
            }
            (DiagnosisStage::Reach { .. }, Fetched::Opaque) => self.answers(Reach::Unreadable, now),
            (DiagnosisStage::Reach { .. }, Fetched::Status(status)) => {
                self.answers(Reach::Status(status), now)
            }
            (DiagnosisStage::OtherScheme, fetched) => {
                let does_answer = matches!(fetched, Fetched::Opaque | Fetched::Status(_));
                self.refuse(Reach::None, does_answer)
            }
            _ => debug_assert!(false, "nothing was fetched"),
        }
    }

    /// Whether the attempt failed too soon for a request that is lost on the way.
    fn was_refused_at_once(&self) -> bool {
        self.refused
            .is_some_and(|(after_ms, is_timeout)| !is_timeout && after_ms <= AT_ONCE_MS)
    }

    fn answers(&mut self, reach: Reach, now: Millis) {
        self.ladder.set(
            StepName::Server,
            StepState::Passed,
            "Something answers there.",
        );
        match reach {
            Reach::Status(status) => {
                let text = format!("Status {status} to an ordinary request.");
                self.ladder.set(StepName::Http, StepState::Passed, text);
            }
            _ => {
                let text =
                    "It answers, but the browser does not let this page read the status (CORS).";
                self.ladder.set(StepName::Http, StepState::Unknown, text);
            }
        }
        self.ladder.took(StepName::Http, now - self.began);
        self.refuse(reach, false);
    }

    fn refuse(&mut self, reach: Reach, other_scheme_answers: bool) {
        let Some(case) = &self.case else { return };
        let (after_ms, is_timeout) = self.refused.unwrap_or_default();
        let is_proxied = case.key.settings.url.contains(GRAFANA_PROXY);
        let offered = case.key.settings.offered();
        let refusal = Refusal {
            url: &case.url,
            target: &case.target,
            is_proxied,
            is_http: case.is_http(),
            has_path: !case.query.path.trim().is_empty() || case.key.conversation.is_known(),
            subprotocols: &offered,
            barrier: self.barrier,
            mixed: self.mixed,
            reach,
            other_scheme_answers,
            after_ms,
            is_timeout,
        };
        let verdict = refusal.verdict();
        let timed = match (reach, case.is_http()) {
            (Reach::None, _) => StepName::Server,
            (_, true) => StepName::Http,
            (_, false) => StepName::Upgrade,
        };
        self.ladder.took(timed, after_ms);
        let status = verdict.status();
        if reach == Reach::None && !case.is_http() {
            self.ladder
                .set(StepName::Upgrade, StepState::Skipped, "Nothing answers.");
        } else if verdict.step != StepName::Upgrade {
            self.ladder.set(
                StepName::Upgrade,
                StepState::Skipped,
                "The WebSocket does not open: see the HTTP answer.",
            );
        }
        self.stop(verdict, status);
    }
}

/// That the connection had no token to begin with, if that is why.
fn without_token(session: &Session, report: &ProbeReport) -> Option<Verdict> {
    let is_late = session.awaits_token();
    let problem = session.token_problem();
    if !is_late && problem.is_none() {
        return None;
    }
    let message = report.error.clone().unwrap_or_default();
    if let (Some(problem), Some(TokenSource::Viewer(ViewerToken { label, .. }))) =
        (problem, &session.key().settings.token)
    {
        // What to do is said for this page, which is none with a panel.
        let (seen, _) = problem.split_once(". ").unwrap_or((problem, ""));
        let place = format!(
            "under \"Your {label}\" on the settings page of the data source or at the top of a query."
        );
        let advice = format!("Enter it {place}");
        return Some(Verdict {
            message: format!("The server was not tried: enter your {label} first, {place}"),
            is_harmless: true,
            ..Verdict::new(StepName::Token, words::sentence(seen), advice)
        });
    }
    let text = words::sentence(problem.unwrap_or(&message));
    let advice = "Check the token's settings of the data source, and whether you are signed in.";
    Some(Verdict {
        message,
        ..Verdict::new(StepName::Token, text, advice)
    })
}
