//! Checked settings.
//!
//! In go the URL and the `jsonData` of a data source ([`SettingsSpec`]); out come [`Settings`], or the first setting that cannot be
//! used. The boundary reads them for each request, and editors have them checked. A session lives with them from its key on.

use serde_json::Value;

use super::backoff::Backoff;
use super::spec::SettingsSpec;
use super::token::{Place, TokenSource};
use crate::error::Error;
use crate::protocol::{AskedParam, Chosen, Conversation, EndpointText, Params};
use crate::query::{NumberOption, number};
use crate::transport::Transport;

/// How long rows and socket outlive their last reader when the data source does not say.
pub const DEFAULT_LINGER_MS: f64 = 30_000.0;

/// How long a query for a single answer waits for rows when the data source does not say.
pub const DEFAULT_FINITE_TIMEOUT_MS: f64 = 5_000.0;

/// Largest message when the data source does not say.
pub const DEFAULT_MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of messages that a connection keeps when the data source does not say.
pub const DEFAULT_JOURNAL_BYTES: usize = 1024 * 1024;

/// Most bytes of messages that a connection may keep.
pub const MAX_JOURNAL_BYTES: usize = 256 * 1024 * 1024;

/// Shortest wait before a retry that may be set, in milliseconds.
pub const MIN_RECONNECT_MS: f64 = 50.0;

/// Shortest life of a connection that may be set, in milliseconds: none is replaced before it counts as good.
pub const MIN_CONNECTION_AGE_MS: f64 = 5_000.0;

/// Checked settings of a data source. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The data source's URL.
    pub url: String,
    /// What it is read over.
    pub transport: Transport,
    /// Offered in the handshake of the WebSocket.
    pub subprotocols: Vec<EndpointText>,
    /// How the server wants to be talked to.
    pub conversation: Conversation,
    /// What the preset is told.
    pub options: Params,
    /// Appended to the address, names and values.
    pub query: Vec<(String, EndpointText)>,
    /// Where the token comes from, where it has one.
    pub token: Option<TokenSource>,
    /// When to try again.
    pub backoff: Backoff,
    /// Silence after which an open connection is taken for dead; `None`: never.
    pub idle_timeout_ms: Option<f64>,
    /// The age at which an open connection is replaced by another, without a gap; `None`: never.
    pub max_connection_age_ms: Option<f64>,
    /// How long rows and socket outlive their last reader.
    pub linger_ms: f64,
    /// Largest message that is read, in bytes.
    pub max_message_bytes: usize,
    /// Longest wait of a query for a single answer.
    pub finite_timeout_ms: f64,
    /// Bytes of messages that are kept for those who come later; 0: none.
    pub journal_bytes: usize,
    /// Options that are set and not carried out by this version.
    pub not_carried_out: Vec<&'static str>,
}

impl Settings {
    /// Checks the settings of a data source at `url`.
    ///
    /// # Errors
    /// The first option that cannot be used, with its name and value and what would be right. The URL is
    /// checked with the path that a query appends ([`url`](crate::url)).
    pub fn parse(url: &str, spec: &SettingsSpec) -> Result<Self, Error> {
        let bytes = at_least("maxMessageBytes", spec.max_message_bytes.as_ref(), 1.0)?;
        let idle = at_least("idleTimeoutMs", spec.idle_timeout_ms.as_ref(), 0.0)?;
        let age = max_connection_age_ms(spec)?;
        let linger = at_least("lingerMs", spec.linger_ms.as_ref(), 0.0)?;
        let Chosen {
            conversation,
            mut not_carried_out,
        } = Conversation::choose(preset(spec), spec.script())?;
        let options = spec.options.clone().unwrap_or_default();
        conversation.check_options(&options)?;
        let token = spec.token.as_ref();
        let token = token
            .map(|token| TokenSource::parse(url, token))
            .transpose()?;
        if token.is_none() && conversation.needs_token() {
            let problem =
                "the protocol of the data source uses ${token}; say where the token comes from";
            return Err(Error::new("token", "", problem));
        }
        let transport = transport(spec)?;
        if transport.is_http() && age.is_some() {
            // A response is requested anew when it ends; there is no socket that could take its place before.
            not_carried_out.push("maxConnectionAgeMs");
        }
        if transport.is_http()
            && spec
                .subprotocols
                .iter()
                .flatten()
                .any(|name| !name.trim().is_empty())
        {
            not_carried_out.push("subprotocols");
        }
        if !conversation.is_known() && !options.is_empty() && !names_options(spec) {
            not_carried_out.push("options");
        }
        let age = age.or_else(|| conversation.max_connection_age_ms());
        let finite = at_least("finiteTimeoutMs", spec.finite_timeout_ms.as_ref(), 0.0)?;
        Ok(Self {
            url: url.to_owned(),
            transport,
            subprotocols: subprotocols(spec, &conversation, &options, token.is_some())?,
            query: query(spec, &conversation, &options, token.is_some())?,
            token,
            conversation,
            options,
            backoff: backoff(spec)?,
            idle_timeout_ms: idle.filter(|ms| *ms > 0.0),
            max_connection_age_ms: age.filter(|ms| *ms > 0.0 && !transport.is_http()),
            linger_ms: linger.unwrap_or(DEFAULT_LINGER_MS),
            max_message_bytes: bytes.map_or(DEFAULT_MAX_MESSAGE_BYTES, |bytes| {
                bytes.min(f64::from(i32::MAX)) as usize
            }),
            finite_timeout_ms: finite.unwrap_or(DEFAULT_FINITE_TIMEOUT_MS),
            journal_bytes: journal_bytes(spec)?,
            not_carried_out,
        })
    }

    /// The subprotocols as they are written.
    pub fn offered(&self) -> Vec<String> {
        let names = self.subprotocols.iter();
        names.map(|name| name.written().to_owned()).collect()
    }

    /// What queries say in `params`: to the protocol, and to the address.
    pub fn asks(&self) -> Vec<AskedParam> {
        let mut asked = self.conversation.asks();
        for (name, is_required) in self.endpoint_texts().flat_map(EndpointText::params) {
            match asked.iter_mut().find(|param| param.name == name) {
                Some(param) => param.is_required |= is_required,
                None => asked.push(AskedParam {
                    name: name.to_owned(),
                    title: name.to_owned(),
                    is_required,
                }),
            }
        }
        asked
    }

    /// The texts of the endpoint that are filled in.
    pub fn endpoint_texts(&self) -> impl Iterator<Item = &EndpointText> {
        let values = self.query.iter().map(|(_, text)| text);
        values.chain(&self.subprotocols)
    }

    /// The same, of the data source that Grafana has there.
    #[must_use]
    pub fn in_grafana(mut self, place: &Place) -> Self {
        if let Some(token) = &mut self.token {
            token.place(place);
        }
        self
    }
}

/// The default is a WebSocket for http:// as well: with `access: proxy`, that is how its URL is stored.
fn transport(spec: &SettingsSpec) -> Result<Transport, Error> {
    let Some(name) = spec.transport.as_deref().filter(|name| !name.is_empty()) else {
        return Ok(Transport::default());
    };
    Transport::find(name).ok_or_else(|| {
        let [first, second, third] = Transport::ALL.map(Transport::name);
        let problem = format!("use {first}, {second} or {third}");
        Error::new("transport", name, problem)
    })
}

/// Those that the data source names, else those of its preset.
fn subprotocols(
    spec: &SettingsSpec,
    conversation: &Conversation,
    options: &Params,
    has_token: bool,
) -> Result<Vec<EndpointText>, Error> {
    let named = spec.subprotocols.iter().flatten();
    let named = named
        .map(|name| name.trim())
        .filter(|name| !name.is_empty());
    let mut named: Vec<&str> = named.collect();
    if named.is_empty() {
        named.extend(conversation.address().subprotocols);
    }
    let named = named.into_iter();
    named
        .map(|name| EndpointText::compile("subprotocols", name, options, has_token))
        .collect()
}

/// Those that the data source names, and those of its preset that are filled in.
fn query(
    spec: &SettingsSpec,
    conversation: &Conversation,
    options: &Params,
    has_token: bool,
) -> Result<Vec<(String, EndpointText)>, Error> {
    let set = spec.query.iter().flatten();
    let set = set.filter(|(_, value)| !value.is_null());
    let set = set.map(|(name, value)| (name.as_str(), as_text(value)));
    let usual = conversation.address().filled();
    let usual =
        usual.filter(|(name, _)| !spec.query.iter().flatten().any(|(known, _)| known == name));
    let pairs = set.chain(usual.map(|(name, text)| (name, text.to_owned())));
    let pairs = pairs.map(|(name, text)| {
        let field = format!("query.{name}");
        let text = EndpointText::compile(&field, &text, options, has_token)?;
        Ok((name.to_owned(), text))
    });
    pairs.collect()
}

/// Whether the address or a subprotocol is filled in with an option.
fn names_options(spec: &SettingsSpec) -> bool {
    let values = spec.query.iter().flatten();
    let mut texts = values
        .map(|(_, value)| as_text(value))
        .chain(spec.subprotocols.iter().flatten().cloned());
    texts.any(|text| text.contains("${options."))
}

/// A text as it is, any other value as its JSON.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn backoff(spec: &SettingsSpec) -> Result<Backoff, Error> {
    let reconnect = spec.reconnect.clone().unwrap_or_default();
    let default = Backoff::default();
    let min_ms = at_least(
        "reconnect.minMs",
        reconnect.min_ms.as_ref(),
        MIN_RECONNECT_MS,
    )?;
    let min_ms = min_ms.unwrap_or(default.min_ms);
    let max_ms = at_least("reconnect.maxMs", reconnect.max_ms.as_ref(), min_ms)?;
    let attempts = at_least(
        "reconnect.maxAttempts",
        reconnect.max_attempts.as_ref(),
        0.0,
    )?;
    Ok(Backoff {
        min_ms,
        max_ms: max_ms.unwrap_or(default.max_ms.max(min_ms)),
        max_attempts: attempts.map(|attempts| attempts as u32),
    })
}

/// 0 keeps a connection for as long as it lasts, also where a preset says otherwise.
fn max_connection_age_ms(spec: &SettingsSpec) -> Result<Option<f64>, Error> {
    let age = at_least(
        "maxConnectionAgeMs",
        spec.max_connection_age_ms.as_ref(),
        0.0,
    )?;
    match age {
        Some(age) if age > 0.0 && age < MIN_CONNECTION_AGE_MS => Err(Error::new(
            "maxConnectionAgeMs",
            age,
            format!("must be at least {MIN_CONNECTION_AGE_MS}, or 0 for none"),
        )),
        age => Ok(age),
    }
}

fn journal_bytes(spec: &SettingsSpec) -> Result<usize, Error> {
    let bytes = at_least("journalBytes", spec.journal_bytes.as_ref(), 0.0)?;
    match bytes {
        Some(bytes) if bytes > MAX_JOURNAL_BYTES as f64 => Err(Error::new(
            "journalBytes",
            bytes,
            format!("must be a number of bytes up to {MAX_JOURNAL_BYTES}"),
        )),
        Some(bytes) => Ok(bytes as usize),
        None => Ok(DEFAULT_JOURNAL_BYTES),
    }
}

/// The name of the preset, where one is named.
fn preset(spec: &SettingsSpec) -> Option<&str> {
    let name = spec.preset.as_deref().map(str::trim);
    name.filter(|name| !name.is_empty())
}

fn at_least(field: &str, value: Option<&NumberOption>, least: f64) -> Result<Option<f64>, Error> {
    match number(field, value)? {
        Some(value) if value.is_nan() || value < least => Err(Error::new(
            field,
            value,
            format!("must be at least {least}"),
        )),
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Settings, Error> {
        Settings::parse("ws://h", &serde_json::from_str(json).unwrap())
    }

    #[test]
    fn the_parameters_of_a_preset_are_filled_in_unless_the_data_source_names_them() {
        let query = |json: &str| {
            let query = parse(json).unwrap().query.into_iter();
            let params = serde_json::from_str(r#"{"query":"{a=\"b\"}"}"#).unwrap();
            query
                .map(|(name, text)| (name, text.fill(&Params::new(), &params, None)))
                .collect::<Vec<_>>()
        };
        let own = query(r#"{"preset":"loki"}"#);
        assert_eq!(own[0], ("query".to_owned(), Some("{a=\"b\"}".to_owned())));
        assert!(own[1..].iter().all(|(_, text)| text.is_none()), "{own:?}");
        let named = query(r#"{"preset":"loki","query":{"query":"{c=\"d\"}","n":5}}"#);
        assert_eq!(named[1], ("n".to_owned(), Some("5".to_owned())));
        assert_eq!(named[0], ("query".to_owned(), Some("{c=\"d\"}".to_owned())));
        assert_eq!(named.len(), own.len() + 1);
    }

    #[test]
    fn nothing_set_is_the_defaults() {
        let settings = parse("{}").unwrap();
        assert_eq!(settings.backoff, Backoff::default());
        assert_eq!(
            (settings.linger_ms, settings.finite_timeout_ms),
            (30_000.0, 5_000.0)
        );
        assert_eq!(
            (settings.max_message_bytes, settings.journal_bytes),
            (16 << 20, 1 << 20)
        );
        assert_eq!(settings.idle_timeout_ms, None);
        assert_eq!(settings.transport, Transport::WebSocket);
        assert!(settings.subprotocols.is_empty() && settings.not_carried_out.is_empty());
    }

    #[test]
    fn reads_every_option() {
        let settings = parse(
            r#"{"transport":"sse","subprotocols":[" a ",""],"reconnect":{"minMs":"100","maxMs":200,"maxAttempts":3},
                "lingerMs":1,"idleTimeoutMs":"2000","maxMessageBytes":5000000000,"finiteTimeoutMs":7,"journalBytes":"0"}"#,
        )
        .unwrap();
        assert_eq!(settings.transport, Transport::EventStream);
        assert_eq!(settings.offered(), ["a"]);
        assert_eq!(
            settings.backoff,
            Backoff {
                min_ms: 100.0,
                max_ms: 200.0,
                max_attempts: Some(3)
            }
        );
        assert_eq!((settings.linger_ms, settings.finite_timeout_ms), (1.0, 7.0));
        assert_eq!(settings.idle_timeout_ms, Some(2000.0));
        assert_eq!(
            (settings.max_message_bytes, settings.journal_bytes),
            (i32::MAX as usize, 0)
        );
    }

    #[test]
    fn a_protocol_that_uses_a_token_has_to_be_given_one() {
        let handshake = |token: &str| format!(r#"{{"handshake":[{{"send":{{"t":"{token}"}}}}]}}"#);
        let error = parse(&handshake("${token}")).unwrap_err();
        assert_eq!(error.field(), "token");
        assert!(parse(&handshake("${token?}")).is_ok());
        let given = handshake("${token}").replacen('{', r#"{"token":{"from":"viewer"},"#, 1);
        assert!(parse(&given).is_ok());
    }

    #[test]
    fn the_longest_wait_is_never_below_the_first() {
        let settings = parse(r#"{"reconnect":{"minMs":60000}}"#).unwrap();
        assert_eq!(settings.backoff.max_ms, 60_000.0);
    }

    #[test]
    fn names_what_cannot_be_used() {
        let cases = [
            (r#"{"lingerMs":-1}"#, "lingerMs is \"-1\"", "at least 0"),
            (r#"{"lingerMs":"soon"}"#, "lingerMs is \"soon\"", "number"),
            (r#"{"maxMessageBytes":0}"#, "maxMessageBytes", "at least 1"),
            (
                r#"{"reconnect":{"minMs":1}}"#,
                "reconnect.minMs",
                "at least 50",
            ),
            (
                r#"{"reconnect":{"minMs":900,"maxMs":800}}"#,
                "reconnect.maxMs",
                "at least 900",
            ),
            (
                r#"{"transport":"ftp"}"#,
                "transport is \"ftp\"",
                "use websocket, sse or http",
            ),
            (
                r#"{"maxConnectionAgeMs":4999}"#,
                "maxConnectionAgeMs is \"4999\"",
                "at least 5000, or 0",
            ),
            (r#"{"journalBytes":1e12}"#, "journalBytes", "up to"),
        ];
        for (json, names, says) in cases {
            let error = parse(json).unwrap_err().to_string();
            assert!(
                error.contains(names) && error.contains(says),
                "{json}: {error}"
            );
        }
    }

    #[test]
    fn a_preset_may_know_how_old_connections_become_and_the_data_source_knows_better() {
        let age = |json: &str| parse(json).unwrap().max_connection_age_ms;
        assert_eq!(age("{}"), None);
        assert_eq!(age(r#"{"preset":"binance"}"#), Some(86_100_000.0));
        assert_eq!(
            age(r#"{"preset":"binance","maxConnectionAgeMs":"60000"}"#),
            Some(60_000.0)
        );
        assert_eq!(age(r#"{"preset":"binance","maxConnectionAgeMs":0}"#), None);
        let response = parse(r#"{"transport":"sse","maxConnectionAgeMs":60000}"#).unwrap();
        assert_eq!(response.max_connection_age_ms, None);
        assert_eq!(response.not_carried_out, ["maxConnectionAgeMs"]);
    }

    #[test]
    fn a_preset_is_known_by_its_name() {
        let settings = parse(r#"{"preset":" nats "}"#).unwrap();
        assert_eq!(settings.conversation, Conversation::Preset("nats"));
        assert!(!parse(r#"{"preset":" "}"#).unwrap().conversation.is_known());
        let unknown = parse(r#"{"preset":"mqqt"}"#).unwrap();
        assert!(!unknown.conversation.is_known());
        assert_eq!(unknown.not_carried_out, ["preset"]);
    }

    #[test]
    fn a_preset_brings_its_subprotocols_unless_the_data_source_names_its_own() {
        let offered = |json: &str| parse(json).unwrap().offered();
        assert_eq!(offered(r#"{"preset":"mqtt"}"#), ["mqtt"]);
        assert_eq!(
            offered(r#"{"preset":"mqtt","subprotocols":["mqttv3.1"]}"#),
            ["mqttv3.1"]
        );
        assert!(offered(r#"{"preset":"nats"}"#).is_empty());
    }

    #[test]
    fn parts_of_a_script_are_one_unless_they_are_empty() {
        let settings = parse(r#"{"handshake":[{"send":"x"}],"replies":[],"ignore":null}"#).unwrap();
        assert!(settings.conversation.is_known() && settings.not_carried_out.is_empty());
        let empty = parse(r#"{"preset":" ","heartbeat":{},"ignore":false,"leave":" "}"#).unwrap();
        assert!(!empty.conversation.is_known());
        let wrong = parse(r#"{"heartbeat":{"send":"x"}}"#).unwrap_err();
        assert_eq!(wrong.field(), "heartbeat.intervalMs");
    }

    #[test]
    fn what_is_set_and_means_nothing_is_named() {
        let settings =
            parse(r#"{"preset":"nats","heartbeat":{"intervalMs":5},"handshake":[{"send":"x"}]}"#)
                .unwrap();
        assert_eq!(settings.not_carried_out, ["handshake", "heartbeat"]);
    }
}
