//! What goes into a session and what comes out of it, besides messages.
//!
//! [`Event`]s go in, from the boundary to [`Session::handle`](super::Session::handle); [`Transmit`]s come out for it to carry
//! out, and [`Report`]s for whoever shows the connection. Here are the types alone, with the [`SessionKey`] by which the
//! boundary finds the connection that a query shares. Nothing here decides anything.

use serde_json::Value;

use super::close::Close;
use super::http_message::{self, HttpRequest, ResponseHead};
use super::keep::KeptRows;
use super::readers::StreamId;
use crate::error::Error;
use crate::protocol::{Conversation, EndpointText, Outgoing, Params, SubscribeRequest};
use crate::query::{Query, QuerySpec};
use crate::source::Settings;
use crate::stream::history_tables::HistoryTable;
use crate::table::Millis;
use crate::transport::Transport;
use crate::url;

/// What tells connections apart: those with the same key are one.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionKey {
    /// The address, without what the data source adds to its query: that may be secret.
    pub url: String,
    /// What the server is asked for. Part of the key where nothing in a message says which subscription it is for:
    /// rows of two must not mix. Empty where the protocol tells them apart.
    pub request: SubscribeRequest,
    /// What the query says that stands in the address, which is part of the key without being shown, and what the
    /// messages of a shared socket would not tell apart.
    pub params: Params,
    /// How the server wants to be talked to.
    pub conversation: Conversation,
    /// The names of the Server-Sent Events that are read; all when empty.
    pub events: Vec<String>,
    /// How it is kept.
    pub settings: Settings,
}

impl SessionKey {
    /// The key of the connection that `query` reads.
    ///
    /// # Errors
    /// When the data source's URL and the query's path make no address, or the query asks for what the data source's
    /// transport cannot do.
    pub fn new(settings: &Settings, query: &Query) -> Result<Self, Error> {
        let in_address = |name: &str| stands_in_address(settings, name);
        let conversation =
            settings
                .conversation
                .of_query(query.protocol, &query.request, in_address)?;
        conversation.check_unsubscribe(query.unsubscribe.as_deref())?;
        let key = Self::with(settings, query, conversation)?;
        for text in key.settings.endpoint_texts() {
            text.check(&key.params)?;
        }
        Ok(key)
    }

    /// What the data source refuses of a query of which `known` is wrong already.
    pub fn refusal(settings: &Settings, query: &Query, known: &[Error]) -> Option<Error> {
        let is_known = |error: &Error| known.iter().any(|other| other.field() == error.field());
        let refused = Self::new(settings, query).err();
        // What is wrong with the data source itself is not the query's fault.
        let is_own = |error: &Error| !matches!(error.field(), "url" | "preset" | "transport");
        refused.filter(|error| !query.reads_connections && is_own(error) && !is_known(error))
    }

    /// The key of a connection that asks the server for nothing, for a test of the data source alone: no query says
    /// what its preset would have to be told.
    ///
    /// # Errors
    /// When the data source's URL is none, or its preset needs another transport.
    pub fn without_query(settings: &Settings) -> Result<Self, Error> {
        let query = Query::parse(&QuerySpec::default())?;
        Self::with(settings, &query, settings.conversation.clone())
    }

    fn with(settings: &Settings, query: &Query, conversation: Conversation) -> Result<Self, Error> {
        http_message::check(settings, query)?;
        let place = conversation.address();
        let url = match settings.transport {
            Transport::WebSocket => {
                let named = url::socket(&settings.url, &query.path)?;
                url::complete(&named, place.path, place.constant())
            }
            Transport::EventStream | Transport::Lines => {
                url::http(&settings.url, "path", &query.path)?
            }
        };
        let mut settings = settings.clone();
        // What stands in the address already is not said twice.
        let is_usual = |name: &str| place.filled().any(|(known, _)| known == name);
        settings
            .query
            .retain(|(name, _)| !(is_usual(name) && url::has_parameter(&url, name)));
        let mut params = query.request.params.clone();
        let is_given = |value: &Value| !value.is_null() && value.as_str() != Some("");
        params.retain(|name, value| {
            stands_in_address(&settings, name) || conversation.keeps_apart(name) && is_given(value)
        });
        Ok(Self {
            url,
            params,
            request: if conversation.tells_apart() {
                SubscribeRequest::default()
            } else {
                query.request.clone()
            },
            conversation,
            events: query.events.clone(),
            settings,
        })
    }
}

fn stands_in_address(settings: &Settings, name: &str) -> bool {
    let mut names = settings.endpoint_texts().flat_map(EndpointText::params);
    names.any(|(known, _)| known == name)
}

/// Where a connection leads, with everything filled in. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The address.
    pub url: String,
    /// Offered in the handshake of a WebSocket.
    pub subprotocols: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The browser would not even try to connect, for this reason.
    Refused(String),
    /// The token that a connection needs came, or what went wrong as the end of a sentence.
    TokenAnswered(Result<TokenAnswer, String>),
    /// What the browser keeps under this name has changed.
    TokenChanged(String),
    /// The handshake of the WebSocket succeeded.
    Opened {
        /// The subprotocol that the server chose; empty if none.
        subprotocol: String,
        /// When, in milliseconds since the epoch.
        wall: Millis,
    },
    /// The socket closed.
    Closed(Close),
    /// The head of the answer to an HTTP request came.
    Answered(ResponseHead),
    /// The request is over: its body has ended, or it or the body failed.
    RequestEnded {
        /// `Ok` when the body ended as the server meant it to, or what went wrong.
        end: Result<(), String>,
        /// When, in milliseconds since the epoch.
        arrival: Millis,
    },
    /// Something that was to be sent could not be.
    NotSent,
    /// So many bytes that were sent before wait in the browser, and something is about to be sent.
    SendWaits(u64),
    /// Something happened to the socket that is to take the place of the other.
    Successor(SuccessorEvent),
    /// The browser has lost its network.
    Offline,
    /// The network came back.
    Online,
    /// The page goes on after it was frozen.
    Resumed,
    /// A history came, or did not.
    HistoryAnswered {
        /// Whose.
        id: StreamId,
        /// Its bytes, or what went wrong.
        answer: Result<Vec<u8>, String>,
        /// When, in milliseconds since the epoch.
        arrival: Millis,
    },
    /// Another data source answered with a history, or did not.
    TablesAnswered {
        /// Whose.
        id: StreamId,
        /// Its tables, or what went wrong, as a sentence that names the data source.
        answer: Result<Vec<HistoryTable>, String>,
        /// When, in milliseconds since the epoch.
        arrival: Millis,
    },
    /// The browser looked for rows that it kept.
    KeptRead {
        /// Whose.
        id: StreamId,
        /// What it kept, if anything, or what went wrong, as the end of a sentence.
        answer: Result<Option<KeptRows>, String>,
        /// When, in milliseconds since the epoch.
        wall: Millis,
    },
    /// The browser kept rows, or what went wrong, as the end of a sentence.
    Kept {
        /// The name under which it was to.
        name: String,
        /// Whether it did.
        result: Result<(), String>,
    },
    /// The page was hidden, or shown again, or is being left.
    VisibilityChanged,
    /// The connection is to end, whoever reads it.
    Stop,
}

/// What happened to the socket that is to take the place of another, which goes on until then.
#[derive(Debug, Clone, PartialEq)]
pub enum SuccessorEvent {
    /// The browser would not even try to connect, for this reason.
    Refused(String),
    /// The handshake of the WebSocket succeeded.
    Opened {
        /// The subprotocol that the server chose; empty if none.
        subprotocol: String,
        /// When, in milliseconds since the epoch.
        wall: Millis,
    },
    /// It closed.
    Closed(Close),
    /// Something that was to be sent on it could not be.
    NotSent,
}

impl SuccessorEvent {
    /// The same of the socket that has no other before it.
    pub fn of_the_socket(self) -> Event {
        match self {
            Self::Refused(reason) => Event::Refused(reason),
            Self::Opened { subprotocol, wall } => Event::Opened { subprotocol, wall },
            Self::Closed(close) => Event::Closed(close),
            Self::NotSent => Event::NotSent,
        }
    }
}

/// How a token is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// Of a server.
    Fetch {
        /// Where.
        address: String,
        /// What is sent with POST; `None` requests it with GET.
        post: Option<String>,
    },
    /// Of the browser, which keeps it under this name.
    Read {
        /// The name.
        key: String,
    },
}

/// What is answered to a request for a token.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenAnswer {
    /// The answer of a server.
    Fetched {
        /// Its head.
        head: ResponseHead,
        /// Its body.
        body: Vec<u8>,
    },
    /// What the browser keeps, if anything.
    Kept(Option<String>),
}

/// What is to be carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Transmit {
    /// Ask for the token, and answer with [`Event::TokenAnswered`].
    FetchToken(TokenRequest),
    /// That token is not waited for any more.
    AbortToken,
    /// Open a socket, as [`Session::endpoint`] says.
    Connect,
    /// Request the address of [`Session::endpoint`] with GET, and hand over its body as it comes.
    Request(HttpRequest),
    /// Stop listening to the socket, or to the response, and close it.
    Disconnect,
    /// Send a message.
    Send(Outgoing),
    /// Open a second socket, as [`Session::endpoint`] says, beside the one there is. Its messages go to
    /// [`Session::receive_as_successor`], one by one.
    ConnectSuccessor,
    /// Stop listening to it, and close it.
    DropSuccessor,
    /// Send a message on it.
    SendAsSuccessor(Outgoing),
    /// From here on it is the socket. The one before, if it is still there, is closed.
    Succeed,
    /// Fetch a history with GET.
    Fetch {
        /// Whose.
        id: StreamId,
        /// From where.
        address: String,
    },
    /// Ask another data source for a history, as the query that began to read these rows says.
    Ask(StreamId),
    /// That history is not waited for any more.
    AbortFetch(StreamId),
    /// Look for rows that the browser kept, and answer with [`Event::KeptRead`].
    ReadKept {
        /// Whose.
        id: StreamId,
        /// The name under which they are kept.
        name: String,
    },
    /// Keep rows in the browser, and answer with [`Event::Kept`].
    Keep {
        /// The name under which to keep them.
        name: String,
        /// The rows.
        rows: String,
    },
    /// Delete what is kept under that name.
    Forget(String),
    /// Have the browser tell what it has kept waiting, and call [`Session::handle_timeout`] after that.
    LookAgain,
}

/// What those who show the connection should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// Something changed that a packet would show.
    Changed,
    /// Nobody reads it any more: it is over.
    Ended,
}

/// What a reader would show; equal looks would show the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Goes up with everything that changes in its rows.
    pub rows_revision: u64,
    /// Goes up with everything that changes about the connection.
    pub revision: u64,
    /// Whether it has a row.
    pub has_rows: bool,
    /// Whether its history is merged, or there is none to wait for.
    pub is_ready: bool,
    /// Whether the connection is open and what the protocol begins with is done, so that messages can come.
    pub is_open: bool,
    /// Whether the connection was given up.
    pub is_failed: bool,
}
