//! What is requested and answered over HTTP, and which queries can be read so.

use crate::error::Error;
use crate::extract::time::TimeFormat;
use crate::extract::time::reader::TimeReader;
use crate::query::Query;
use crate::source::Settings;
use crate::table::Millis;
use crate::transport::Transport;

/// A request with GET, with which the browser is to ask no cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// Header fields, names and values.
    pub headers: Vec<(&'static str, String)>,
}

/// The head of a response, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResponseHead {
    /// The status.
    pub status: u16,
    /// The reason phrase; HTTP/2 has none.
    pub status_text: String,
    /// `Content-Type`, empty if there is none.
    pub content_type: String,
    /// `Retry-After`, where there is one and the page may read it: of another origin only when the server exposes it.
    pub retry_after: Option<String>,
    /// When it came, in milliseconds since the epoch.
    pub at: Millis,
}

impl ResponseHead {
    /// The pause that `Retry-After` asks for (RFC 9110 §10.2.3), in milliseconds: so many seconds, or until a date.
    pub(super) fn pause_ms(&self) -> Option<Millis> {
        let text = self.retry_after.as_deref()?.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(|seconds: f64| seconds * 1000.0);
        }
        let dates = TimeReader::new(TimeFormat::Rfc2822);
        let until = dates.text(text, self.at)?;
        Some((until.ms - self.at).max(0.0))
    }
}

/// Refuses what the data source or a query asks for and the transport cannot do.
pub(super) fn check(settings: &Settings, query: &Query) -> Result<(), Error> {
    let transport = settings.transport;
    if transport != Transport::EventStream && !query.events.is_empty() {
        let problem = "only Server-Sent Events have names; clear it, or set the data source's transport to sse";
        return Err(Error::new("event", query.events.join(", "), problem));
    }
    if !transport.is_http() {
        return Ok(());
    }
    let title = transport.title();
    if let Some(name) = settings.conversation.preset_name() {
        let problem = format!(
            "needs a WebSocket, and the data source reads {title}; clear it, or set transport to websocket"
        );
        return Err(Error::new("preset", name, problem));
    }
    if settings.conversation.is_known() {
        let problem = "the data source describes a protocol, which needs a WebSocket; set it to websocket, or remove handshake, subscribe and its other parts";
        return Err(Error::new("transport", transport.name(), problem));
    }
    if let Some(text) = &query.request.text {
        let problem = format!(
            "the data source reads {title}, over which nothing can be sent; clear it, and ask for the stream in the path"
        );
        return Err(Error::new("subscribe", text, problem));
    }
    if let Some(text) = &query.unsubscribe {
        let problem =
            format!("the data source reads {title}, over which nothing can be sent; clear it");
        return Err(Error::new("unsubscribe", text, problem));
    }
    if let Some(name) = query.protocol {
        let problem = format!("the data source reads {title}, and this protocol needs a WebSocket");
        return Err(Error::new("format", name, problem));
    }
    if query.format.is_binary() {
        let problem = format!("the data source reads {title}, which is text; use another format");
        return Err(Error::new("format", query.format.name(), problem));
    }
    Ok(())
}
