//! Messages between the socket and the session: `inbox.js` takes them as they come, and this hands them over.
//!
//! This is the one unsafe contract of the crate, in a crate that forbids unsafe code: JavaScript writes into the
//! buffers of a [`Stage`] through the memory of the instance, at addresses that it was given when the inbox was
//! made, and the compiler does not know of it. It holds because a stage never reallocates its buffers, because an
//! inbox is told to stop listening before its stage goes ([`Socket`](super::socket::Socket)), and because the
//! buffers are read only right after a call that is handed their addresses, which the compiler must assume to
//! write there.

pub(super) mod receive;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use crate::table::Millis;

#[wasm_bindgen(module = "/src/wasm/inbox/copy.js")]
extern "C" {
    /// Brings texts into the engine's memory.
    type Copier;

    #[wasm_bindgen(constructor)]
    fn new(memory: &JsValue) -> Copier;
}

thread_local! {
    static COPIER: Copier = Copier::new(&wasm_bindgen::memory());
}

#[wasm_bindgen(module = "/src/wasm/inbox/inbox.js")]
extern "C" {
    /// What a socket has delivered and the engine has not yet taken.
    #[derive(Clone, Debug)]
    pub(super) type Inbox;

    #[wasm_bindgen(constructor)]
    fn new(
        first: &Function,
        full: &Function,
        copier: &Copier,
        stage: &mut [u8],
        times: &mut [f64],
    ) -> Inbox;
    #[wasm_bindgen(method)]
    pub(super) fn listen(this: &Inbox, socket: &WebSocket);
    #[wasm_bindgen(method)]
    pub(super) fn unlisten(this: &Inbox, socket: &WebSocket);
    #[wasm_bindgen(method, getter)]
    pub(super) fn count(this: &Inbox) -> usize;
    #[wasm_bindgen(method, getter)]
    pub(super) fn kind(this: &Inbox) -> u8;
    #[wasm_bindgen(method)]
    pub(super) fn clear(this: &Inbox);
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &Inbox);
    #[wasm_bindgen(method, js_name = writeTimes)]
    fn write_times(this: &Inbox, times: *mut f64) -> f64;
    #[wasm_bindgen(method)]
    fn staged(this: &Inbox, stage: *mut u8) -> usize;
    #[wasm_bindgen(method, js_name = endAt)]
    pub(super) fn end_at(this: &Inbox, index: usize) -> usize;
    #[wasm_bindgen(method, getter)]
    fn waiting(this: &Inbox) -> usize;
    #[wasm_bindgen(method)]
    fn write(this: &Inbox, into: &mut [u8]) -> i32;
    #[wasm_bindgen(method, js_name = writeOne)]
    fn write_one(this: &Inbox, index: usize, into: &mut [u8]) -> i32;
    #[wasm_bindgen(method, js_name = sizeAt)]
    fn size_at(this: &Inbox, index: usize) -> usize;
    #[wasm_bindgen(method)]
    fn bytes(this: &Inbox, into: &mut [u8], lengths: &mut [u32]);
}

/// How messages wait in an inbox; numbered as in `inbox.js`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Texts, as bytes on the inbox's stage.
    Staged,
    /// Texts that are too long for that, or in a browser that cannot do it.
    Texts,
    /// Binary messages.
    Binary,
}

impl Waiting {
    /// How the messages of `inbox` wait.
    pub(super) fn of(inbox: &Inbox) -> Self {
        match inbox.kind() {
            0 => Self::Staged,
            1 => Self::Texts,
            _ => Self::Binary,
        }
    }
}

/// Messages that wait in an inbox at most; as in `inbox.js`.
const MAX_MESSAGES: usize = 1024;

/// Room for short texts: three times the longest of them, and more than what stands behind it.
const STAGE_BYTES: usize = 1 << 16;

/// Where an inbox writes short texts as they come, and the times of messages when they are taken.
///
/// When it is asked, it is handed the addresses again: that is when, to the compiler's knowledge, they are written to.
#[derive(Debug)]
pub(super) struct Stage {
    texts: Vec<u8>,
    times: Vec<f64>,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            texts: vec![0; STAGE_BYTES],
            times: vec![0.0; MAX_MESSAGES],
        }
    }
}

impl Stage {
    /// An inbox that writes here. It calls `first` when a message came and none was waiting, and `full`
    /// when so many wait that they should be taken. It must not listen when the stage is no more.
    pub(super) fn inbox(&mut self, first: &Function, full: &Function) -> Inbox {
        COPIER.with(|copier| Inbox::new(first, full, copier, &mut self.texts, &mut self.times))
    }

    /// Of the `count` messages that wait in `inbox`: the texts that it has written, with a separator between them,
    /// when each message came, and when the last one did by the clock of [`now`](super::host::now).
    pub(super) fn take(&mut self, inbox: &Inbox, count: usize) -> (&[u8], &[f64], Millis) {
        // Behind the last one stands a separator, too.
        let end = inbox.staged(self.texts.as_mut_ptr()).saturating_sub(1);
        let latest = inbox.write_times(self.times.as_mut_ptr());
        let texts = self.texts.get(..end).unwrap_or_default();
        (texts, self.times.get(..count).unwrap_or_default(), latest)
    }
}

/// The binary messages, one after the other, and how long each is.
pub(super) fn binaries(inbox: &Inbox, count: usize) -> (Vec<u8>, Vec<u32>) {
    let mut batch = vec![0; inbox.waiting()];
    let mut lengths = vec![0; count];
    inbox.bytes(&mut batch, &mut lengths);
    (batch, lengths)
}

/// Room that is kept between messages; what a larger message needed is given back.
const KEPT_BYTES: usize = 1 << 20;

/// Where texts become UTF-8. One for all connections, grown to what they need.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    buffer: Vec<u8>,
    /// The last texts needed more than one byte a unit.
    wide: bool,
}

impl Encoder {
    /// The texts that `inbox` holds, `count` of them, as UTF-8 with a separator between them. Of a single
    /// text of more than `limit` bytes only the first `limit` + 1.
    pub(super) fn all(&mut self, inbox: &Inbox, count: usize, limit: usize) -> &[u8] {
        let separators = count.saturating_sub(1);
        let most = if count == 1 { limit } else { usize::MAX };
        self.encode(inbox.waiting() + separators, most, |into| inbox.write(into))
    }

    /// One of them.
    pub(super) fn one(&mut self, inbox: &Inbox, index: usize, limit: usize) -> &[u8] {
        let write = |into: &mut [u8]| inbox.write_one(index, into);
        self.encode(inbox.size_at(index), limit, write)
    }

    fn encode(&mut self, units: usize, limit: usize, write: impl Fn(&mut [u8]) -> i32) -> &[u8] {
        let most = limit.saturating_add(1);
        // Almost all feeds are ASCII, one byte a unit. Texts that are not have to be written anew
        // into room of three; those that follow them get that room at once.
        let narrow = if self.wide { 3 } else { 1 };
        for bytes in [narrow, 3] {
            let room = units.saturating_mul(bytes).min(most);
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            if let Ok(written) = usize::try_from(write(&mut self.buffer[..room])) {
                self.wide = written > units;
                return &self.buffer[..written];
            }
        }
        &self.buffer[..most.min(self.buffer.len())]
    }

    /// Gives back what only an unusually large message needed.
    pub(super) fn trim(&mut self) {
        if self.buffer.len() > KEPT_BYTES {
            self.buffer = Vec::new();
        }
    }
}
