//! Why a connection did not open, as far as a page can find out, and what to do about it.
//!
//! Browsers tell a page nothing of a WebSocket that fails: no status, no cause. What is judged here is what
//! other questions have brought: an HTTP request to the same address, a socket without subprotocols, the user's
//! permissions, time.

use std::net::IpAddr;

use super::place::{MixedContent, Page, Target, mixed_content};
use super::step::StepName;
use super::words;
use crate::table::Millis;

/// A refusal that comes sooner came from the machine itself, or from one that is near.
pub(super) const AT_ONCE_MS: Millis = 1_500.0;

/// What an ordinary HTTP request to the same address has learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing answers.
    None,
    /// Something answers, and the page may not read what (CORS).
    Unreadable,
    /// The status of the answer.
    Status(u16),
}

/// What stands between this page and this machine or its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Barrier {
    /// Nothing that is known of.
    None,
    /// The user has refused the permission.
    Denied,
    /// The browser has not been answered yet.
    Unanswered,
    /// The page may not even ask, since it is no secure context.
    Insecure,
}

/// What is known of a connection that never opened.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal<'a> {
    pub(super) url: &'a str,
    pub(super) target: &'a Target,
    pub(super) is_proxied: bool,
    pub(super) is_http: bool,
    /// Whether a query or a preset says where below the data source's URL, so that a wrong path is a fault.
    pub(super) has_path: bool,
    pub(super) subprotocols: &'a [String],
    pub(super) barrier: Barrier,
    pub(super) mixed: MixedContent,
    pub(super) reach: Reach,
    /// Whether something answers at the same address with the encryption that was not asked for.
    pub(super) other_scheme_answers: bool,
    /// How long the attempt took.
    pub(super) after_ms: Millis,
    /// It was given up rather than refused.
    pub(super) is_timeout: bool,
}

/// Where it stops, why, and what to do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    pub(super) step: StepName,
    /// What was seen.
    pub(super) text: String,
    pub(super) advice: String,
    /// Both, in the words of "Save & test".
    pub(super) message: String,
    /// No fault where every query has a path of its own, or as long as nothing was tried.
    pub(super) is_harmless: bool,
}

impl Verdict {
    pub(super) fn new(step: StepName, text: impl AsRef<str>, advice: impl AsRef<str>) -> Self {
        Self::made(step, text.as_ref(), advice.as_ref())
    }

    /// How grave it is.
    pub(super) fn status(&self) -> &'static str {
        if self.is_harmless { "warning" } else { "error" }
    }

    /// Out of line: it is called from everywhere, and seldom.
    #[inline(never)]
    fn made(step: StepName, text: &str, advice: &str) -> Self {
        Self {
            step,
            message: format!("{text} {advice}"),
            text: text.to_owned(),
            advice: advice.to_owned(),
            is_harmless: false,
        }
    }

    fn said(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

/// The page's Content Security Policy is what forbids it.
pub(super) fn by_policy(target: &Target) -> Verdict {
    Verdict::new(
        StepName::Policy,
        format!(
            "The page's Content Security Policy does not allow a connection to {}.",
            target.host_and_port
        ),
        "Add it to connect-src in Grafana's content_security_policy_template, or use the access mode \"Server (proxy)\".",
    )
}

/// What is known of an unencrypted address within the local network before it is tried.
pub(super) const AT_HOME: &str = "Grafana is served over https:// and the URL is unencrypted. Chrome 147 and later allow that within the local network, other browsers do not.";

/// What a browser that shows `page` makes of an address that is not encrypted, for who writes it; `None` when it opens it.
pub fn unencrypted(url: &str, is_http: bool, page: &Page) -> Option<String> {
    match mixed_content(page, &Target::of(url.trim())) {
        MixedContent::None | MixedContent::Trusted => None,
        MixedContent::WithPermission => Some(AT_HOME.to_owned()),
        MixedContent::Forbidden => Some(by_mixed_content(is_http).message),
    }
}

/// The page is encrypted and the connection would not be.
pub(super) fn by_mixed_content(is_http: bool) -> Verdict {
    let (what, scheme) = if is_http {
        ("makes no unencrypted request", "https://")
    } else {
        ("opens no unencrypted WebSocket", "wss://")
    };
    Verdict::new(
        StepName::MixedContent,
        format!("Grafana is served over https://, and from such a page the browser {what}."),
        format!("Use a {scheme} URL, or the access mode \"Server (proxy)\"."),
    )
}

/// None of the subprotocols is accepted, and without them the socket opens.
pub(super) fn by_subprotocols(url: &str, offered: &[String]) -> Verdict {
    let offered = offered.join(", ");
    Verdict::new(
        StepName::Subprotocol,
        format!("The server accepts none of those offered ({offered}). Without a subprotocol it connects."),
        "Correct or clear the list of subprotocols.",
    )
    .said(format!(
        "Wrong subprotocol: the server at {url} accepts none of those offered ({offered}). Without a subprotocol it connects. Correct or clear the list of subprotocols."
    ))
}

impl Refusal<'_> {
    /// Where it stops.
    pub(super) fn verdict(&self) -> Verdict {
        match self.reach {
            Reach::None => self.unreachable(),
            Reach::Status(status) if self.is_proxied => self.behind_proxy(status),
            Reach::Unreadable if self.is_http => self.unreadable(),
            Reach::Unreadable | Reach::Status(_) => self.rejected(),
        }
    }

    fn unreachable(&self) -> Verdict {
        if self.mixed == MixedContent::WithPermission {
            return by_mixed_content(self.is_http);
        }
        match self.barrier {
            Barrier::None => self.nobody(),
            Barrier::Denied => Verdict::new(
                StepName::LocalNetwork,
                format!(
                    "The browser does not let this page reach {}, which is on this machine or its network: the permission was refused.",
                    self.target.host_and_port
                ),
                "Allow access to the local network in the browser's settings for this site, or use the access mode \"Server (proxy)\".",
            ),
            Barrier::Unanswered => Verdict::new(
                StepName::LocalNetwork,
                format!(
                    "{} is on this machine or its network, and the browser has not been allowed to reach it: it asked, and got no answer.",
                    self.target.host_and_port
                ),
                "Test again and allow it when the browser asks; if it does not ask, check host, port and firewall. Or use the access mode \"Server (proxy)\".",
            ),
            Barrier::Insecure => Verdict::new(
                StepName::LocalNetwork,
                format!(
                    "{} is on this machine or its network, which Chrome lets only pages served over https:// reach.",
                    self.target.host_and_port
                ),
                "Serve Grafana over https://, or use the access mode \"Server (proxy)\".",
            ),
        }
    }

    fn nobody(&self) -> Verdict {
        let at = &self.target.host_and_port;
        if self.other_scheme_answers {
            let (is, use_) = match (self.target.is_encrypted, self.is_http) {
                (true, false) => ("without TLS", "ws://"),
                (true, true) => ("without TLS", "http://"),
                (false, false) => ("with TLS", "wss://"),
                (false, true) => ("with TLS", "https://"),
            };
            return Verdict::new(
                StepName::Server,
                format!("The server at {at} speaks {is}, which the URL does not say."),
                format!("Begin the URL with {use_}."),
            );
        }
        let tls = if self.target.is_encrypted {
            format!(
                " The browser reports the same for a TLS certificate that it does not trust. Open https://{at} in a tab: the browser says there what is wrong with it."
            )
        } else {
            String::new()
        };
        if self.is_timeout || self.after_ms > AT_ONCE_MS {
            let seconds = self.after_ms / 1000.0;
            return Verdict::new(
                StepName::Server,
                format!("Nothing answered at {at} within {seconds:.0} s."),
                format!(
                    "A firewall may drop what is sent there, or the host is down. Check host name and port, and whether this browser's machine can reach it.{tls}"
                ),
            );
        }
        let advice = format!(
            "Check the host name and port, whether the server is running, and whether a firewall blocks this browser.{tls}"
        );
        // An address needs no name server, and neither does the machine's own name.
        let is_name =
            self.target.host.parse::<IpAddr>().is_err() && self.target.host != "localhost";
        let why = if is_name {
            "the name is unknown, or nothing listens there"
        } else {
            "nothing listens there"
        };
        Verdict::new(
            StepName::Server,
            format!("Cannot reach {at}: {why}."),
            advice,
        )
    }

    /// Something answers a request and does not allow this page to read it.
    fn unreadable(&self) -> Verdict {
        Verdict::new(
            StepName::Http,
            format!(
                "The server at {} responds, but does not allow requests from this page (CORS).",
                self.target.host_and_port
            ),
            "Have it send Access-Control-Allow-Origin with Grafana's address, or use the access mode \"Server (proxy)\".",
        )
    }

    /// It answers, and does not open a WebSocket.
    fn rejected(&self) -> Verdict {
        let url = self.url;
        let begin = format!(
            "The server at {} responds, but does not open a WebSocket at {url}.",
            self.target.host_and_port
        );
        let protocol = if self.subprotocols.is_empty() {
            "it may require a subprotocol, and none is set".to_owned()
        } else {
            let offered = self.subprotocols.join(", ");
            format!("it may accept none of the subprotocols offered ({offered})")
        };
        let Reach::Status(status) = self.reach else {
            return self.rejected_without_a_word(&begin, &protocol, "");
        };
        let seen = format!("An ordinary HTTP request to it returns status {status}");
        let (step, text, advice) = match status {
            401 | 403 => (
                StepName::Http,
                "it requires credentials or another origin.",
                "A browser cannot send headers with a WebSocket; use the access mode \"Server (proxy)\".".to_owned(),
            ),
            404 if !self.has_path => {
                let text = "that is expected if the path is set in the queries; otherwise the URL is wrong.";
                let mut verdict = Verdict::new(
                    StepName::Http,
                    format!("{seen}."),
                    "Nothing, if the path is set in the queries; test one of them there. Otherwise correct the URL.",
                )
                .said(format!("{begin} {seen}: {text}"));
                verdict.is_harmless = !self.is_proxied;
                return verdict;
            }
            404 | 410 => (
                StepName::Http,
                "there is nothing at this path.",
                "Check the URL of the data source and the path of the query.".to_owned(),
            ),
            426 => {
                let text = format!(
                    "{seen}: it does support WebSockets there, but refused this one."
                );
                let advice = format!(
                    "Possible reasons: {protocol}, or the page's origin is not allowed."
                );
                return Verdict::new(StepName::Upgrade, text.clone(), advice.clone())
                    .said(format!("{begin} {text} {advice}"));
            }
            429 => (
                StepName::Http,
                "it receives too many requests.",
                "Wait, then try again; if this lasts, ask whoever runs it for a higher limit.".to_owned(),
            ),
            500..=599 => {
                let text = format!("{seen}.");
                let advice = "It has failed or is overloaded. Try again later; if this lasts, ask whoever runs it.";
                return Verdict::new(StepName::Http, text.clone(), advice).said(format!(
                    "{begin} {text} The browser does not tell a page why. {advice}"
                ));
            }
            _ => return self.rejected_without_a_word(&begin, &protocol, &seen),
        };
        Verdict::new(step, format!("{seen}: {text}"), advice.clone())
            .said(format!("{begin} {seen}: {text} {advice}"))
    }

    fn rejected_without_a_word(&self, begin: &str, protocol: &str, seen: &str) -> Verdict {
        let causes = format!(
            "It may be 401 or 403, because the server requires credentials or another origin; 404, because the path is wrong or set only in the queries; {protocol}; or a proxy in between may not support WebSockets."
        );
        let seen = if seen.is_empty() {
            String::new()
        } else {
            format!("{seen}. ")
        };
        let advice = match self.subprotocols {
            [] => {
                "Check the path, and whether the server requires a subprotocol, credentials (access mode \"Server (proxy)\") or another origin. The server's log says which."
            }
            _ => {
                "Check the path and the subprotocols, and whether the server requires credentials (access mode \"Server (proxy)\") or another origin. The server's log says which."
            }
        };
        let text = if self.is_timeout {
            "The server accepts the connection but does not answer the handshake."
        } else {
            "The server refuses the WebSocket, and the browser does not tell a page why."
        };
        Verdict::new(StepName::Upgrade, text, advice).said(format!(
            "{begin} {seen}The browser does not tell a page why. {causes}"
        ))
    }

    /// Grafana's own answers can be read, since they come from the page's own host.
    fn behind_proxy(&self, status: u16) -> Verdict {
        let (step, advice) = match status {
            400 => (
                StepName::Http,
                "the server behind it refused the request; Grafana also reports 401, wrong credentials, in this way.",
            ),
            401 => (StepName::Http, "you are no longer signed in to Grafana."),
            403 => (
                StepName::Http,
                "Grafana or the server denies access. Check permissions and the allowed origins.",
            ),
            404 => (
                StepName::Http,
                "the path does not exist, or the data source is not saved yet.",
            ),
            502 | 504 => (
                StepName::Http,
                "Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on.",
            ),
            _ => (
                StepName::Upgrade,
                "HTTP gets through, but the WebSocket does not. A proxy in front of Grafana may not forward the Upgrade header, or may change the Host header; or the server expects another path.",
            ),
        };
        let text = format!(
            "Grafana's proxy did not open a WebSocket, and responds to an ordinary request with status {status}:"
        );
        let message = format!("{text} {advice}");
        Verdict::new(
            step,
            format!("{}.", text.trim_end_matches(':')),
            words::sentence(advice),
        )
        .said(message)
    }
}
