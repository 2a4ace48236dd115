//! The transports that a data source can name.

/// What a data source is read over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// A WebSocket (RFC 6455), whatever the scheme of the URL. What a data source is read over that names nothing.
    #[default]
    WebSocket,
    /// Server-Sent Events: the event stream of the HTML standard, §9.2.
    EventStream,
    /// The lines of an HTTP response that does not end: NDJSON, CSV, InfluxDB line protocol, text.
    Lines,
}

impl Transport {
    /// Every transport, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::WebSocket, Self::EventStream, Self::Lines];

    /// The stored name.
    pub fn name(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::EventStream => "sse",
            Self::Lines => "http",
        }
    }

    /// The name to show.
    pub fn title(self) -> &'static str {
        match self {
            Self::WebSocket => "WebSocket",
            Self::EventStream => "Server-Sent Events",
            Self::Lines => "Streamed HTTP",
        }
    }

    /// The transport of a stored name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|transport| transport.name() == name)
    }

    /// Whether it is an HTTP response, over which nothing can be sent.
    pub fn is_http(self) -> bool {
        self != Self::WebSocket
    }
}
