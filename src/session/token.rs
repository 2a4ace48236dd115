//! The token of a connection: when it is asked for, how long it is used, and what its refusal means.
//!
//! A connection of a data source with a `token` begins each attempt with the token: it is requested, or read where the
//! browser keeps it, and the socket is opened with the answer. The boundary carries out the request
//! ([`Transmit::FetchToken`]) and opens what [`Session::endpoint`] says. The token stands in nothing that is shown:
//! [`SessionKey`](super::SessionKey) is without it, and what others say passes [`Session::masked`].

use super::close::Close;
use super::event::{Endpoint, TokenAnswer, Transmit};
use super::link::{Action, LinkState};
use super::mask::Extent;
use super::token_side::{TokenSide, TokenState};
use super::{Session, http_side};
use crate::frame::{Notice, Severity};
use crate::protocol::{EndpointText, Phase};
use crate::source::TokenSource;
use crate::table::Millis;
use crate::url;

/// Characters of what a server says that are shown.
const MOST_WORDS: usize = 300;

impl Session {
    /// Begins an attempt to connect, which [`Link`](super::link::Link) has decided on: with the token, where there is one.
    pub(super) fn connect(&mut self) {
        let LinkState::Connecting { since } = *self.link.state() else {
            return debug_assert!(false, "nothing is to be connected");
        };
        self.drop_successor();
        self.handover.reset();
        match self.request_token(self.link.held_well(), since) {
            Ok(true) => {}
            Ok(false) => self.open(),
            Err(problem) => {
                self.link.refused(problem);
                self.change();
            }
        }
    }

    /// Asks for the token, where there is one and it does not serve another socket. Whether the socket has to wait for
    /// it; or why there is none.
    pub(super) fn request_token(&mut self, held_well: bool, now: Millis) -> Result<bool, String> {
        let Some(token) = &mut self.token else {
            return Ok(false);
        };
        if token.serves(held_well, now) {
            return Ok(false);
        }
        match token.request() {
            Ok(request) => {
                token.state = TokenState::Asked;
                self.transmits.push_back(Transmit::FetchToken(request));
                Ok(true)
            }
            Err(problem) => {
                token.problem = Some(problem.clone());
                Err(problem)
            }
        }
    }

    /// Opens the socket, or makes the request, with what [`endpoint`](Self::endpoint) says.
    fn open(&mut self) {
        if let Some(problem) = self.subprotocol_problem() {
            self.link.refused(problem.to_owned());
            return self.change();
        }
        let begin = http_side::begin(&self.key, self.http.as_mut());
        self.transmits.push_back(begin);
    }

    /// Why the token cannot stand in a subprotocol, if it is to and cannot.
    pub(super) fn subprotocol_problem(&self) -> Option<&'static str> {
        let mut names = self.key.settings.subprotocols.iter();
        let is_fit = |text| self.filled(text).is_none_or(|name| is_subprotocol(&name));
        names
            .any(|text| text.uses_token() && !is_fit(text))
            .then_some("the token contains characters that a subprotocol cannot have (RFC 9110 §5.6.2), such as = and /")
    }

    /// Where the next connection leads. It resumes from the last one, where the server takes that in the query string.
    pub fn endpoint(&self) -> Endpoint {
        let settings = &self.key.settings;
        let resume = self.protocol.address_resume();
        let pairs = settings.query.iter();
        let pairs = pairs.filter(|(name, _)| !resume.contains_key(name));
        let pairs = pairs.filter_map(|(name, text)| Some((name.as_str(), self.filled(text)?)));
        let pairs = pairs.chain(
            resume
                .iter()
                .map(|(name, next)| (name.as_str(), next.to_string())),
        );
        let names = settings.subprotocols.iter();
        Endpoint {
            url: url::with_query(&self.key.url, pairs),
            subprotocols: names.filter_map(|text| self.filled(text)).collect(),
        }
    }

    fn filled(&self, text: &EndpointText) -> Option<String> {
        text.fill(
            &self.key.settings.options,
            &self.key.params,
            self.token_text(),
        )
    }

    /// The token, while it is used.
    pub(super) fn token_text(&self) -> Option<&str> {
        self.token.as_ref()?.text()
    }

    /// Whether an attempt to connect waits for its token.
    pub fn awaits_token(&self) -> bool {
        self.token.as_ref().is_some_and(TokenSide::is_asked)
    }

    /// Why the last attempt to connect had no token, if it had none.
    pub fn token_problem(&self) -> Option<&str> {
        self.token.as_ref()?.problem.as_deref()
    }

    /// The token came, or did not.
    pub(super) fn token_answered(&mut self, answer: Result<TokenAnswer, String>, now: Millis) {
        let is_for_successor = self.successor_awaits_token();
        let Some(token) = self.token.as_mut().filter(|token| token.is_asked()) else {
            return;
        };
        let pause = match &answer {
            Ok(TokenAnswer::Fetched { head, .. }) => head.pause_ms(),
            _ => None,
        };
        match token.take(answer) {
            Ok(text) => {
                token.problem = None;
                token.hold(text, now);
                match is_for_successor {
                    true => self.open_successor(now),
                    false => self.open(),
                }
            }
            Err(problem) if is_for_successor => {
                token.state = TokenState::Wanted;
                self.handover.successor = None;
                let problem = self.masked(format!("no token: {problem}"));
                self.successor_failed(&problem, now);
            }
            Err(problem) => {
                self.honour_retry();
                if let Some(pause) = pause {
                    self.link.wait_longer(pause);
                }
                self.token_failed(&problem, now);
            }
        }
    }

    /// There is no token. One that a server did not give may be there on the next attempt; a viewer's own is there when
    /// it is entered, which [`token_changed`](Self::token_changed) hears.
    fn token_failed(&mut self, problem: &str, now: Millis) {
        let problem = self.masked(problem.to_owned());
        let Some(token) = &mut self.token else { return };
        token.state = TokenState::Wanted;
        let words = match &token.source {
            TokenSource::Proxied(_) => format!("no token: {problem}"),
            TokenSource::Viewer(viewer) => format!(
                "your own {} is needed here, and {problem}. Enter it under \"Your {}\" in the query editor or on the settings page of the data source, or on the page behind the panel's notice; only this browser will keep it",
                viewer.label, viewer.label
            ),
        };
        token.problem = Some(words.clone());
        match token.source {
            TokenSource::Proxied(_) => drop(self.link.closed(Close::abnormal(words), now)),
            TokenSource::Viewer(_) => self.link.refused(words),
        }
    }

    /// What leads a viewer whose token is missing, or refused, to where one can be entered.
    pub(super) fn token_notice(&self) -> Option<Notice> {
        let token = self
            .token
            .as_ref()
            .filter(|token| token.problem.is_some())?;
        let TokenSource::Viewer(viewer) = &token.source else {
            return None;
        };
        let text = format!(
            "Your own {} is needed here. This link leads to where you can enter it; only this browser will keep it.",
            viewer.label
        );
        let (uid, label) = (url::encoded(&viewer.uid), url::encoded(&viewer.label));
        let link = format!("{}?uid={uid}&label={label}", viewer.page);
        let notice = Notice::new(Severity::Warning, text).with_link(link);
        (!viewer.page.is_empty()).then_some(notice)
    }

    /// The attempt to connect takes too long, and is still waiting for its token.
    pub(super) fn token_is_late(&mut self, now: Millis) {
        self.transmits.push_back(Transmit::AbortToken);
        self.token_failed("the request for it was not answered in time", now);
    }

    /// The protocol of the socket was at `before`, and may have become ready since: the server has taken the login and
    /// the token then.
    pub(super) fn note_ready(&mut self, before: Phase, now: Millis) {
        if before == Phase::Ready || self.protocol.phase() != Phase::Ready {
            return;
        }
        self.link.ready(now);
        if let Some(token) = &mut self.token {
            token.accept();
        }
    }

    /// The server has refused the token, in these words: another one may do, once.
    pub(super) fn token_refused(&mut self, words: &str, now: Millis) {
        self.drop_successor();
        let was_accepted = self.protocol.phase() == Phase::Ready;
        let action = match &mut self.token {
            Some(token) if token.is_renewable(was_accepted) => {
                token.refuse();
                self.link.broken(words, now)
            }
            Some(token) => {
                token.refuse();
                token.problem = Some(words.to_owned());
                self.link.give_up(words, now)
            }
            None => self.link.give_up(words, now),
        };
        self.act(action);
    }

    /// What the browser keeps under `key` has changed: a viewer has entered a token, or taken it away.
    pub(super) fn token_changed(&mut self, key: &str, now: Millis) {
        if !(self.token.as_ref()).is_some_and(|token| token.is_kept_as(key)) {
            return;
        }
        self.drop_successor();
        let Some(token) = &mut self.token else { return };
        let is_asked = token.is_asked();
        token.state = TokenState::Wanted;
        token.is_refused = false;
        let had_socket = self.link.state().has_socket();
        if !self.link.restart("the token was changed", now) {
            return;
        }
        match (is_asked, had_socket) {
            (true, _) => self.transmits.push_back(Transmit::AbortToken),
            (false, true) => self.act(Some(Action::Drop)),
            (false, false) => {}
        }
        self.act(Some(Action::Connect));
    }

    /// Ends what is under way of an attempt that is given up. Whether that was the token.
    pub(super) fn drop_token_request(&mut self) -> bool {
        let Some(token) = self.token.as_mut().filter(|token| token.is_asked()) else {
            return false;
        };
        token.state = TokenState::Wanted;
        self.transmits.push_back(Transmit::AbortToken);
        true
    }

    /// What somebody else says, without the token in it.
    pub fn masked(&self, text: String) -> String {
        match &self.token {
            Some(token) => token.masked(text, Extent::Whole),
            None => text,
        }
    }

    /// Takes the token out of notices that hold what a server has sent, which the rows' stream may have cut.
    pub fn mask(&self, notices: &mut [Notice]) {
        let Some(token) = &self.token else { return };
        for notice in notices {
            notice.text = token.masked(std::mem::take(&mut notice.text), Extent::Cut);
        }
    }

    /// What a server says, as it is shown: without the token, and not longer than a notice may be.
    pub(super) fn worded(&self, words: String) -> String {
        // A token that was cut before would not be found.
        let mut words = self.masked(words);
        if let Some((end, _)) = words.char_indices().nth(MOST_WORDS) {
            words.truncate(end);
        }
        words
    }
}

/// Whether a browser takes this for a subprotocol: a "token" of RFC 9110 §5.6.2.
fn is_subprotocol(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}
