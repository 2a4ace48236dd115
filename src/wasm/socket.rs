//! A browser WebSocket that cleans up after itself.
//!
//! In goes an address; messages come out into the inbox, all else as an [`Event`] to whoever opened it. The driver has one, or
//! two while one takes the place of the other, and drops it when the session says disconnect.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use super::host::wall;
use super::inbox::Inbox;
use crate::format::Message;
use crate::protocol::Outgoing;
use crate::session::close::{self, Close};
use crate::session::{Event, SuccessorEvent};

/// How long a close may take to follow an error. Both come of one task where both come.
const UNSAID_MS: u32 = 500;

/// An open or opening socket. Dropping it removes its listeners first and closes it then, so that no
/// late event meets a dropped closure.
#[must_use = "dropping the socket closes it"]
pub(super) struct Socket {
    socket: WebSocket,
    inbox: Inbox,
    /// Whether it has yet to take the place of another, and its messages go past the inbox, which is that one's.
    is_successor: Rc<Cell<bool>>,
    // What the browser calls. It goes after `drop` has removed it: a listener must never outlive what it calls.
    _opened: Closure<dyn FnMut()>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
    _failed: Closure<dyn FnMut()>,
    /// Waits for the close that should follow a failure.
    _unsaid: Rc<RefCell<Option<Timeout>>>,
    _message: Option<Closure<dyn FnMut(MessageEvent)>>,
}

impl Socket {
    /// Opens a socket to `url`. Messages go to `inbox`, all else to `handle`.
    pub(super) fn open(
        url: &str,
        subprotocols: &[String],
        inbox: &Inbox,
        handle: impl Fn(Event) + Clone + 'static,
    ) -> Result<Self, String> {
        let socket = Self::connect(url, subprotocols, inbox, false, handle)?;
        inbox.listen(&socket.socket);
        Ok(socket)
    }

    /// Opens a socket that is to take the place of another. Its messages go to `receive`, one by one, until it
    /// [succeeds](Self::succeed) that one.
    pub(super) fn open_successor(
        url: &str,
        subprotocols: &[String],
        inbox: &Inbox,
        handle: impl Fn(Event) + Clone + 'static,
        receive: impl Fn(Message<'_>) + 'static,
    ) -> Result<Self, String> {
        let mut socket = Self::connect(url, subprotocols, inbox, true, handle)?;
        let message = Closure::new(move |event: MessageEvent| {
            let data = event.data();
            match data.as_string() {
                Some(text) => receive(Message::Text(text.as_bytes())),
                None => receive(Message::Binary(&Uint8Array::new(&data).to_vec())),
            }
        });
        let listener = message.as_ref().unchecked_ref();
        socket.socket.set_onmessage(Some(listener));
        socket._message = Some(message);
        Ok(socket)
    }

    /// An `error` tells nothing, and `close` follows. Only of a socket that the content security policy of the page forbids
    /// Chromium tells an error and nothing after it (`DOMWebSocketImpl::Connect`), so a close is made up for that.
    fn connect(
        url: &str,
        subprotocols: &[String],
        inbox: &Inbox,
        is_successor: bool,
        handle: impl Fn(Event) + Clone + 'static,
    ) -> Result<Self, String> {
        let offered: Array = subprotocols
            .iter()
            .map(|name| JsValue::from_str(name.trim()))
            .collect();
        let socket = WebSocket::new_with_str_sequence(url, &offered)
            .map_err(|error| refusal(url, &error))?;
        // Blobs would have to be read asynchronously and could overtake each other.
        socket.set_binary_type(BinaryType::Arraybuffer);
        let is_successor = Rc::new(Cell::new(is_successor));
        let place = Rc::clone(&is_successor);
        let tell = move |event: SuccessorEvent| {
            handle(match place.get() {
                true => Event::Successor(event),
                false => event.of_the_socket(),
            });
        };
        let (on_open, opening) = (tell.clone(), socket.clone());
        let opened = Closure::new(move || {
            let subprotocol = opening.protocol();
            on_open(SuccessorEvent::Opened {
                subprotocol,
                wall: wall(),
            });
        });
        let unsaid = Rc::<RefCell<Option<Timeout>>>::default();
        let (on_close, said) = (tell.clone(), Rc::clone(&unsaid));
        let closed = Closure::new(move |event: CloseEvent| {
            drop(said.take());
            on_close(SuccessorEvent::Closed(Close {
                code: event.code(),
                reason: event.reason(),
            }));
        });
        let (failing, waiting) = (socket.clone(), Rc::clone(&unsaid));
        let failed = Closure::new(move || {
            if failing.ready_state() == WebSocket::CLOSED {
                let tell = tell.clone();
                let timeout = Timeout::new(UNSAID_MS, move || {
                    tell(SuccessorEvent::Closed(Close {
                        code: close::ABNORMAL,
                        reason: String::new(),
                    }));
                });
                waiting.replace(Some(timeout));
            }
        });
        socket.set_onerror(Some(failed.as_ref().unchecked_ref()));
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            inbox: inbox.clone(),
            is_successor,
            _opened: opened,
            _closed: closed,
            _failed: failed,
            _unsaid: unsaid,
            _message: None,
        })
    }

    /// The other socket is gone: messages go to the inbox from here on.
    pub(super) fn succeed(&self) {
        self.is_successor.set(false);
        self.socket.set_onmessage(None);
        self.inbox.listen(&self.socket);
    }

    /// Bytes that were sent and wait for the server to read.
    pub(super) fn waiting(&self) -> u64 {
        u64::from(self.socket.buffered_amount())
    }

    /// Sends a message; false when the socket is not open.
    pub(super) fn send(&self, message: &Outgoing) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
            && match message {
                Outgoing::Text(text) => self.socket.send_with_str(text),
                Outgoing::Binary(bytes) => self.socket.send_with_u8_array(bytes),
            }
            .is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inbox.unlisten(&self.socket);
        self.socket.set_onopen(None);
        self.socket.set_onclose(None);
        self.socket.set_onerror(None);
        self.socket.set_onmessage(None);
        let closed = self.socket.close();
        debug_assert!(closed.is_ok(), "without a code close() cannot throw");
    }
}

/// Why the browser would not even try (WHATWG WebSockets §3.1, and mixed content).
fn refusal(url: &str, error: &JsValue) -> String {
    let text = js_sys::Reflect::get(error, &JsString::from("message"))
        .ok()
        .and_then(|m| m.as_string());
    let text = text.unwrap_or_else(|| "no reason given".to_owned());
    let secure_page = web_sys::window()
        .and_then(|w| w.location().protocol().ok())
        .is_some_and(|p| p == "https:");
    if secure_page && url.starts_with("ws://") {
        return format!(
            "this page was loaded over https, so the browser refuses ws://. Use wss:// or access through Grafana's proxy. ({text})"
        );
    }
    format!("the browser refused to connect: {text}")
}
