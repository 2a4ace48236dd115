//! Where the token of a data source comes from: its setting `token`, checked.

use serde_json::Value;

use crate::error::Error;
use crate::interval;
use crate::protocol::Params;
use crate::url::{self, GRAFANA_PROXY};

/// The path of the plugin's route (`routes` in plugin.json): below Grafana's proxy it leads to `token.url`.
pub const TOKEN_ROUTE: &str = "freshet-token";

/// Browsers keep a viewer's token under this name and the uid of the data source.
pub const VIEWER_TOKEN_KEY: &str = "freshet.token.";

/// Where a token comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenSource {
    /// Requested of a server, by way of Grafana's data source proxy.
    Proxied(ProxiedToken),
    /// A viewer's own, which the browser keeps.
    Viewer(ViewerToken),
}

/// A token that is requested through Grafana's data source proxy, which adds the secrets that it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct ProxiedToken {
    /// Where the proxy has this data source, an absolute URL; empty where nothing is known of Grafana.
    pub proxy_url: String,
    /// Where below that the token is.
    pub path: String,
    /// What is sent with POST; `None`: it is requested with GET.
    pub post: Option<String>,
    /// Where in the answer it stands (RFC 6901); empty: it is the answer.
    pub pointer: String,
    /// How long it may be used for further connections, in milliseconds; `None`: each has its own.
    pub ttl_ms: Option<f64>,
}

/// A viewer's own token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewerToken {
    /// The data source's identifier, under which it is kept.
    pub uid: String,
    /// What to call it.
    pub label: String,
    /// The page on which it can be entered, an absolute URL; empty where there is none.
    pub page: String,
}

/// Where Grafana has a data source. Empty what is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The data source's identifier.
    pub uid: String,
    /// Where Grafana's data source proxy has it: an absolute URL.
    pub proxy_url: String,
    /// The page on which viewers enter tokens of their own: an absolute URL.
    pub token_page: String,
}

impl TokenSource {
    /// Reads the setting `token` of a data source at `base`.
    ///
    /// # Errors
    /// The first part of it that cannot be used.
    pub(super) fn parse(base: &str, spec: &Params) -> Result<Self, Error> {
        let from = text(spec, "from")?.unwrap_or("proxy");
        let (known, problem): (&[&str], &str) = match from {
            "proxy" => (
                &["url", "path", "method", "body", "pointer", "ttl"],
                "a token that is fetched has url, path, method, body, pointer and ttl; clear it, or set token.from to viewer",
            ),
            "viewer" => (
                &["label"],
                "a token that viewers enter has a label and no other part; clear it, or set token.from to proxy",
            ),
            _ => return Err(Error::new("token.from", from, "use proxy or viewer")),
        };
        for name in spec.keys().filter(|name| *name != "from") {
            if let Some(value) = text(spec, name)?
                && !known.contains(&name.as_str())
            {
                return Err(Error::new(format!("token.{name}"), value, problem));
            }
        }
        match from {
            "viewer" => Ok(Self::Viewer(ViewerToken::parse(spec)?)),
            _ => Ok(Self::Proxied(ProxiedToken::parse(base, spec)?)),
        }
    }

    /// Is told where Grafana has the data source.
    pub(super) fn place(&mut self, place: &Place) {
        match self {
            Self::Proxied(token) => place.proxy_url.clone_into(&mut token.proxy_url),
            Self::Viewer(token) => {
                place.uid.clone_into(&mut token.uid);
                place.token_page.clone_into(&mut token.page);
            }
        }
    }
}

impl ProxiedToken {
    fn parse(base: &str, spec: &Params) -> Result<Self, Error> {
        let ttl = text(spec, "ttl")?.map(|ttl| interval::parse("token.ttl", ttl));
        Ok(Self {
            proxy_url: String::new(),
            path: path(base, spec)?,
            post: post(spec)?,
            pointer: pointer(spec)?,
            ttl_ms: ttl.transpose()?,
        })
    }
}

impl ViewerToken {
    fn parse(spec: &Params) -> Result<Self, Error> {
        Ok(Self {
            uid: String::new(),
            label: text(spec, "label")?.unwrap_or("token").to_owned(),
            page: String::new(),
        })
    }
}

/// A part that is a text and not blank.
fn text<'s>(spec: &'s Params, name: &str) -> Result<Option<&'s str>, Error> {
    match spec.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(value) => Err(Error::new(format!("token.{name}"), value, "must be a text")),
    }
}

/// Where below Grafana's proxy the token is.
fn path(base: &str, spec: &Params) -> Result<String, Error> {
    let below = match (text(spec, "url")?, text(spec, "path")?) {
        (None, None) => {
            let problem = "write where the token is, for example /auth/token";
            return Err(Error::new("token.path", "", problem));
        }
        (None, Some(path)) => {
            check_base(base, path)?;
            path.to_owned()
        }
        (Some(url), path) => {
            check_url(url)?;
            match path {
                None => TOKEN_ROUTE.to_owned(),
                Some(path) if path.starts_with('?') => format!("{TOKEN_ROUTE}{path}"),
                Some(path) => format!("{TOKEN_ROUTE}/{}", path.trim_start_matches('/')),
            }
        }
    };
    // It has to stay below, wherever that is.
    url::http("http://grafana", "token.path", &below).map(|_| below)
}

/// Grafana's proxy goes on to the data source's URL, and speaks HTTP only. Behind it that URL is not known here.
fn check_base(base: &str, path: &str) -> Result<(), Error> {
    let base = base.trim().to_ascii_lowercase();
    let is_socket = base.starts_with("ws:") || base.starts_with("wss:");
    if is_socket && !base.contains(GRAFANA_PROXY) {
        let problem = "Grafana fetches it below the data source's URL, which has to begin with http:// or https:// for that (the WebSocket opens all the same); or set token.url";
        return Err(Error::new("token.path", path, problem));
    }
    Ok(())
}

/// Grafana takes scheme, host and path of it.
fn check_url(url: &str) -> Result<(), Error> {
    let lower = url.to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        let problem = "must begin with http:// or https://, as seen from Grafana's server";
        return Err(Error::new("token.url", url, problem));
    }
    if url.contains(['?', '#']) {
        let problem = "Grafana drops what follows the path; write ?… into token.path";
        return Err(Error::new("token.url", url, problem));
    }
    Ok(())
}

fn post(spec: &Params) -> Result<Option<String>, Error> {
    let body = text(spec, "body")?;
    match text(spec, "method")? {
        Some("POST") => Ok(Some(body.unwrap_or_default().to_owned())),
        None | Some("GET") => match body {
            None => Ok(None),
            Some(body) => {
                let problem = "GET has no body; clear it, or set token.method to POST";
                Err(Error::new("token.body", body, problem))
            }
        },
        Some(method) => Err(Error::new("token.method", method, "use GET or POST")),
    }
}

/// RFC 6901 §3: a pointer is empty or begins with `/`, and `~` stands before 0 or 1.
fn pointer(spec: &Params) -> Result<String, Error> {
    let pointer = text(spec, "pointer")?.unwrap_or_default();
    let mut after_tildes = pointer.split('~').skip(1);
    let is_escaped = after_tildes.all(|rest| rest.starts_with(['0', '1']));
    if (pointer.is_empty() || pointer.starts_with('/')) && is_escaped {
        return Ok(pointer.to_owned());
    }
    let problem =
        "is not a JSON Pointer (RFC 6901); write one such as /access_token or /data/token";
    Err(Error::new("token.pointer", pointer, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(base: &str, json: &str) -> Result<TokenSource, Error> {
        TokenSource::parse(base, &serde_json::from_str(json).unwrap())
    }

    fn proxied(base: &str, json: &str) -> ProxiedToken {
        match parse(base, json).unwrap() {
            TokenSource::Proxied(token) => token,
            TokenSource::Viewer(_) => panic!("{json}"),
        }
    }

    #[test]
    fn a_path_is_below_the_url_of_the_data_source() {
        let token = proxied(
            "https://h",
            r#"{"path":" /auth ","pointer":"/a~1b","ttl":"5m"}"#,
        );
        assert_eq!(
            (token.path.as_str(), token.pointer.as_str()),
            ("/auth", "/a~1b")
        );
        assert_eq!((token.ttl_ms, token.post), (Some(300_000.0), None));
        proxied("ws://g/api/datasources/proxy/uid/x", r#"{"path":"auth"}"#);
    }

    #[test]
    fn a_url_of_its_own_is_reached_by_the_route_of_the_plugin() {
        let path = |json| proxied("ws://h", json).path;
        assert_eq!(path(r#"{"url":"https://auth/v1"}"#), "freshet-token");
        assert_eq!(
            path(r#"{"url":"https://auth","path":"/t"}"#),
            "freshet-token/t"
        );
        assert_eq!(
            path(r#"{"url":"https://auth","path":"?a=b"}"#),
            "freshet-token?a=b"
        );
    }

    #[test]
    fn a_body_is_sent_with_post() {
        let body = r#"{"path":"t","method":"POST","body":"grant_type=client_credentials"}"#;
        let post = proxied("http://h", body).post;
        assert_eq!(post.as_deref(), Some("grant_type=client_credentials"));
        assert_eq!(
            proxied("http://h", r#"{"path":"t","method":"POST"}"#)
                .post
                .as_deref(),
            Some("")
        );
    }

    #[test]
    fn names_what_cannot_be_used() {
        let cases = [
            ("{}", "token.path", "write where"),
            (r#"{"from":"cookie"}"#, "token.from", "proxy or viewer"),
            (r#"{"path":"t"}"#, "token.path", "http://"),
            (r#"{"url":"ws://h"}"#, "token.url", "http://"),
            (r#"{"url":"http://h?a"}"#, "token.url", "token.path"),
            (r#"{"url":"http://h","path":"../x"}"#, "token.path", ".."),
            (r#"{"url":"http://h","ttl":"5"}"#, "token.ttl", "unit"),
            (
                r#"{"url":"http://h","pointer":"a"}"#,
                "token.pointer",
                "JSON Pointer",
            ),
            (
                r#"{"url":"http://h","pointer":"/a~2"}"#,
                "token.pointer",
                "JSON Pointer",
            ),
            (
                r#"{"url":"http://h","method":"PUT"}"#,
                "token.method",
                "GET or POST",
            ),
            (r#"{"url":"http://h","body":"x"}"#, "token.body", "POST"),
            (r#"{"url":"http://h","label":"x"}"#, "token.label", "viewer"),
            (
                r#"{"from":"viewer","path":"x"}"#,
                "token.path",
                "no other part",
            ),
            (
                r#"{"url":"http://h","pionter":"x"}"#,
                "token.pionter",
                "pointer and ttl",
            ),
            (r#"{"url":"http://h","ttl":5}"#, "token.ttl", "a text"),
        ];
        for (json, field, says) in cases {
            let error = parse("wss://h", json).unwrap_err();
            assert_eq!(error.field(), field, "{json}");
            assert!(error.problem().contains(says), "{error}");
        }
    }

    #[test]
    fn a_viewers_token_has_a_name() {
        let label = |json| match parse("ws://h", json).unwrap() {
            TokenSource::Viewer(token) => token.label,
            TokenSource::Proxied(_) => panic!("{json}"),
        };
        assert_eq!(label(r#"{"from":"viewer"}"#), "token");
        assert_eq!(label(r#"{"from":"viewer","label":"API key"}"#), "API key");
    }
}
