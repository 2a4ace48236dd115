//! A browser WebSocket that cleans up after itself.

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, WebSocket};

use super::hot::Inbox;
use crate::socket::close::Close;
use crate::socket::machine::Event;

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
        let on_open = handle.clone();
        let opened = Closure::new(move || on_open(Event::Opened));
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

    /// Sends a text; false when the socket does not stand.
    pub(super) fn send(&self, text: &str) -> bool {
        self.socket.ready_state() == WebSocket::OPEN && self.socket.send_with_str(text).is_ok()
    }

    /// The subprotocol that the server chose.
    pub(super) fn protocol(&self) -> String {
        self.socket.protocol()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inbox.unlisten(&self.socket);
        self.socket.set_onopen(None);
        self.socket.set_onclose(None);
        // Without a code close() cannot throw.
        let _ = self.socket.close();
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
            "this page came over https, from where browsers refuse ws://. Use wss:// or access through Grafana's proxy. ({text})"
        );
    }
    format!("the browser refused to connect: {text}")
}
