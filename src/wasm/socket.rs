//! A browser WebSocket that cleans up after itself.

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, WebSocket};

use super::host::wall;
use super::inbox::Inbox;
use crate::protocol::Outgoing;
use crate::session::Event;
use crate::session::close::Close;

/// An open or opening socket. Dropping it removes its listeners first and closes it then, so that no
/// late event meets a dropped closure.
#[must_use = "dropping the socket closes it"]
pub(super) struct Socket {
    socket: WebSocket,
    inbox: Inbox,
    opened: Closure<dyn FnMut()>,
    closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens a socket to `url`. Messages go to `inbox`, all else to `handle`.
    ///
    /// There is no `error` listener on purpose: browsers tell nothing in it, and `close` always follows.
    pub(super) fn open(
        url: &str,
        subprotocols: &[String],
        inbox: &Inbox,
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
        inbox.listen(&socket);
        let (on_open, opening) = (handle.clone(), socket.clone());
        let opened = Closure::new(move || {
            let subprotocol = opening.protocol();
            on_open(Event::Opened {
                subprotocol,
                wall: wall(),
            });
        });
        let closed = Closure::new(move |event: CloseEvent| {
            handle(Event::Closed(Close {
                code: event.code(),
                reason: event.reason(),
            }));
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            inbox: inbox.clone(),
            opened,
            closed,
        })
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
        let closed = self.socket.close();
        debug_assert!(closed.is_ok(), "without a code close() cannot throw");
        // The closures live to here: a listener must never outlive what it calls.
        let _ = (&self.opened, &self.closed);
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
