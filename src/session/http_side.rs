//! What a session keeps whose connection is an HTTP response: the framing of its body, and how to request it again.

use super::event::{SessionKey, Transmit};
use super::http_message::HttpRequest;
use crate::table::Millis;
use crate::transport::{Framing, MessageBatch, Transport};
use crate::url::GRAFANA_PROXY;

/// What a session that reads a response knows besides.
#[derive(Debug)]
pub(super) struct HttpSide {
    pub(super) framing: Framing,
    pub(super) batch: MessageBatch,
    pub(super) arrivals: Vec<Millis>,
    /// When the last bytes came, of whatever kind: comments and blank lines are signs of life.
    pub(super) heard: Option<Millis>,
    /// The status of the last response.
    pub(super) status: Option<u16>,
    pub(super) is_proxied: bool,
    /// Whether the request that is under way, or was last made, sends `Last-Event-ID`.
    pub(super) sends_id: bool,
    /// The last request was not answered, and sent `Last-Event-ID`. Of another origin browsers send that only after a
    /// preflight, which a server may not answer: the next request goes without.
    pub(super) leaves_id_out: bool,
}

impl HttpSide {
    /// What a session of this key needs; `None` for a WebSocket.
    pub(super) fn of(key: &SessionKey) -> Option<Self> {
        let most_bytes = key.settings.max_message_bytes;
        let framing = match key.settings.transport {
            Transport::WebSocket => return None,
            Transport::EventStream => Framing::events(&key.events, most_bytes),
            Transport::Lines => Framing::lines(most_bytes),
        };
        Some(Self {
            framing,
            batch: MessageBatch::default(),
            arrivals: Vec::new(),
            heard: None,
            status: None,
            is_proxied: key.settings.url.contains(GRAFANA_PROXY),
            sends_id: false,
            leaves_id_out: false,
        })
    }

    /// Begins with another response.
    fn request(&mut self, transport: Transport) -> HttpRequest {
        self.framing.restart();
        let accept = match transport {
            Transport::EventStream => "text/event-stream",
            Transport::WebSocket | Transport::Lines => "application/x-ndjson, */*;q=0.9",
        };
        let mut headers = vec![("Accept", accept.to_owned())];
        let id = self.framing.last_event_id().filter(|_| !self.leaves_id_out);
        self.sends_id = id.is_some();
        headers.extend(id.map(|id| ("Last-Event-ID", id.to_owned())));
        HttpRequest { headers }
    }
}

/// How a connection is begun.
pub(super) fn begin(key: &SessionKey, http: Option<&mut HttpSide>) -> Transmit {
    http.map_or(Transmit::Connect, |http| {
        Transmit::Request(http.request(key.settings.transport))
    })
}
