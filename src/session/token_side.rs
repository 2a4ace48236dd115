//! The token of a session that has one: what is held, how it is asked for, and what an answer means.
//!
//! [`Session`](super::Session) decides with it in `token`; here is what needs nothing of the session.

use serde_json::Value;

use super::event::{TokenAnswer, TokenRequest};
use super::http_message::ResponseHead;
use super::http_status::explain;
use super::mask::{self, Extent};
use crate::source::{ProxiedToken, TokenSource, VIEWER_TOKEN_KEY};
use crate::table::Millis;
use crate::url;

/// Tokens that are taken out of what others say. Older ones have had their time.
const MOST_KNOWN: usize = 16;

/// The token of a session that has one.
#[derive(Debug)]
pub(super) struct TokenSide {
    pub(super) source: TokenSource,
    pub(super) state: TokenState,
    /// The newest first: what a server says, and a stream has kept, may hold one of before.
    known: Vec<String>,
    /// Whether the server has refused one, and taken none since.
    pub(super) is_refused: bool,
    /// Why there is none that can be used, since the last attempt.
    pub(super) problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TokenState {
    /// The next attempt asks for one.
    Wanted,
    /// It is asked for.
    Asked,
    /// It came at this time.
    Held { since: Millis },
}

impl TokenSide {
    pub(super) fn new(source: TokenSource) -> Self {
        Self {
            source,
            state: TokenState::Wanted,
            known: Vec::new(),
            is_refused: false,
            problem: None,
        }
    }

    /// The token, while it is used.
    pub(super) fn text(&self) -> Option<&str> {
        let text = self.known.first().map(String::as_str);
        text.filter(|_| matches!(self.state, TokenState::Held { .. }))
    }

    /// Whether it is asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.state == TokenState::Asked
    }

    /// Whether the token serves another connection at `now`. One that did not serve the last for a while may have been
    /// refused, which a browser does not tell.
    pub(super) fn serves(&self, held_well: bool, now: Millis) -> bool {
        let TokenSource::Proxied(ProxiedToken { ttl_ms, .. }) = &self.source else {
            return false;
        };
        match (self.state, ttl_ms) {
            (TokenState::Held { since }, Some(ttl)) => held_well && now < since + ttl,
            _ => false,
        }
    }

    /// How to ask for it.
    pub(super) fn request(&self) -> Result<TokenRequest, String> {
        let proxied = match &self.source {
            TokenSource::Proxied(proxied) => proxied,
            TokenSource::Viewer(viewer) => {
                let key = format!("{VIEWER_TOKEN_KEY}{}", viewer.uid);
                return Ok(TokenRequest::Read { key });
            }
        };
        let address = url::http(&proxied.proxy_url, "token.path", &proxied.path);
        let address = address
            .map_err(|_| "no token: this page has no data source proxy to ask".to_owned())?;
        let post = proxied.post.clone();
        Ok(TokenRequest::Fetch { address, post })
    }

    /// Takes the answer.
    pub(super) fn take(&mut self, answer: Result<TokenAnswer, String>) -> Result<String, String> {
        match (answer, &self.source) {
            (Ok(TokenAnswer::Fetched { head, body }), TokenSource::Proxied(proxied)) => {
                if (200..300).contains(&head.status) {
                    token_in(&body, &proxied.pointer)
                } else {
                    Err(refusal(&head, proxied))
                }
            }
            (Ok(TokenAnswer::Kept(text)), TokenSource::Viewer(_)) => {
                let text = text.map(|text| text.trim().to_owned());
                let text = text.filter(|text| !text.is_empty());
                usable(&text.ok_or_else(|| MISSING.to_owned())?)
            }
            (Err(problem), _) => Err(problem),
            (Ok(_), _) => {
                debug_assert!(false, "an answer to another question");
                Err("the answer does not belong to this request".to_owned())
            }
        }
    }

    /// It came.
    pub(super) fn hold(&mut self, token: String, now: Millis) {
        self.state = TokenState::Held { since: now };
        self.known.retain(|known| *known != token);
        self.known.insert(0, token);
        self.known.truncate(MOST_KNOWN);
    }

    /// Every token that it has held lately, the newest first.
    pub(super) fn known(&self) -> &[String] {
        &self.known
    }

    /// What somebody else says, without the token in it.
    pub(super) fn masked(&self, text: String, extent: Extent) -> String {
        mask::masked(text, &self.known, extent)
    }

    /// Whether another token may do after a refusal: unless the one before was refused as well, and was not taken since;
    /// a viewer's own stays the same.
    pub(super) fn is_renewable(&self, was_accepted: bool) -> bool {
        let is_fetched = matches!(self.source, TokenSource::Proxied(_));
        is_fetched && (was_accepted || !self.is_refused)
    }

    /// The server has taken it.
    pub(super) fn accept(&mut self) {
        self.is_refused = false;
    }

    /// The server has refused it.
    pub(super) fn refuse(&mut self) {
        self.state = TokenState::Wanted;
        self.is_refused = true;
    }

    /// Whether it is what the browser keeps under this name.
    pub(super) fn is_kept_as(&self, key: &str) -> bool {
        match &self.source {
            TokenSource::Proxied(_) => false,
            TokenSource::Viewer(viewer) => key.strip_prefix(VIEWER_TOKEN_KEY) == Some(&viewer.uid),
        }
    }
}

/// What is wrong when a viewer has not entered a token.
const MISSING: &str = "it is not entered in this browser";

/// What a status other than 2xx says, and what to do.
fn refusal(head: &ResponseHead, proxied: &ProxiedToken) -> String {
    let known = [400, 401, 403, 404, 408, 429];
    if known.contains(&head.status) || head.status >= 500 {
        return explain(head.status, &head.status_text, true);
    }
    let method = if proxied.post.is_some() {
        "POST"
    } else {
        "GET"
    };
    let answer = format!("the server answered {} {}", head.status, head.status_text);
    format!(
        "{} to {method}. Check token.path, token.url and token.method",
        answer.trim_end()
    )
}

/// The token in an answer. What the answer holds is never said.
fn token_in(body: &[u8], pointer: &str) -> Result<String, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the answer is not UTF-8 text".to_owned())?;
    let json: Option<Value> = serde_json::from_str(text).ok();
    let value = match (&json, pointer) {
        (Some(Value::String(text)), "") => return usable(text),
        (_, "") => return usable(text.trim()),
        (None, _) => {
            return Err(
                "the answer is not valid JSON, and token.pointer looks into JSON".to_owned(),
            );
        }
        (Some(json), pointer) => json.pointer(pointer),
    };
    let found = match value {
        Some(Value::String(text)) => return usable(text),
        Some(Value::Number(number)) => return usable(&number.to_string()),
        Some(Value::Null) | None => "there is nothing",
        Some(Value::Object(_)) => "there is an object, not a text,",
        Some(Value::Array(_)) => "there is an array, not a text,",
        Some(Value::Bool(_)) => "there is true or false, not a text,",
    };
    Err(format!(
        "{found} at {pointer} of the answer. Check token.pointer"
    ))
}

fn usable(token: &str) -> Result<String, String> {
    if token.is_empty() {
        return Err("the answer is empty".to_owned());
    }
    if token.chars().any(char::is_control) {
        return Err(
            "the answer has line breaks or control characters in it. Check token.pointer"
                .to_owned(),
        );
    }
    Ok(token.to_owned())
}
