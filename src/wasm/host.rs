//! The page: its clocks, its timers, and whether it is online.
//!
//! What else is in this folder asks here for the time and waits here for the network, the page and what it stores; the core
//! is handed all of it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures_util::future::{self, Either};
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, MessageChannel, StorageEvent};

/// Milliseconds since the epoch, by the wall clock. It may be set, forth and back.
pub(super) fn wall() -> f64 {
    js_sys::Date::now()
}

#[wasm_bindgen]
extern "C" {
    /// Milliseconds of a clock that never goes back; the one that events are stamped with.
    #[wasm_bindgen(js_namespace = performance)]
    pub(super) fn now() -> f64;
}

/// A number that differs from page to page.
pub(super) fn seed() -> u64 {
    (js_sys::Math::random() * (1u64 << 53) as f64) as u64
}

/// Timers of browsers take 32-bit milliseconds; rounded up so that nothing comes early.
pub(super) fn to_timer(ms: f64) -> u32 {
    ms.ceil().clamp(0.0, f64::from(i32::MAX)) as u32
}

/// The result of `work`, or `None` when that takes longer than `ms` milliseconds; `None` waits for ever.
pub(super) async fn within<F: Future + Unpin>(ms: Option<f64>, work: F) -> Option<F::Output> {
    let Some(ms) = ms else {
        return Some(work.await);
    };
    match future::select(work, TimeoutFuture::new(to_timer(ms))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// Has the page do something in a task of its own: after what the microtasks of this one do, and before or after what
/// else waits, in turn. Unlike timers, these tasks are not held up in a hidden page.
pub(super) fn soon(work: impl FnOnce() + 'static) {
    TASKS.with(|tasks| tasks.add(Box::new(work)));
}

/// Waits for a task of its own.
pub(super) async fn next_task() {
    let task = Promise::new(&mut |resolve, _| {
        soon(move || {
            let resolved = resolve.call0(&JsValue::UNDEFINED);
            debug_assert!(resolved.is_ok(), "a promise's function does not throw");
        });
    });
    let ran = JsFuture::from(task).await;
    debug_assert!(ran.is_ok(), "it is never rejected");
}

type Work = Box<dyn FnOnce()>;

/// What waits for a task of its own. There is one channel for the page, because a port that is listened to is kept for
/// ever.
struct Tasks {
    channel: Option<MessageChannel>,
    waiting: Rc<RefCell<VecDeque<Work>>>,
    _listener: Closure<dyn FnMut()>,
}

impl Tasks {
    fn new() -> Self {
        let waiting = Rc::<RefCell<VecDeque<Work>>>::default();
        let next = Rc::clone(&waiting);
        let listener = Closure::<dyn FnMut()>::new(move || {
            // Nothing is borrowed while it works: it may have more to do soon.
            let work = next.borrow_mut().pop_front();
            if let Some(work) = work {
                work();
            }
        });
        let channel = MessageChannel::new().ok();
        debug_assert!(channel.is_some(), "a constructor without arguments");
        if let Some(channel) = &channel {
            channel
                .port2()
                .set_onmessage(Some(listener.as_ref().unchecked_ref()));
        }
        Self {
            channel,
            waiting,
            _listener: listener,
        }
    }

    fn add(&self, work: Work) {
        self.waiting.borrow_mut().push_back(work);
        let asked = self
            .channel
            .as_ref()
            .map(|channel| channel.port1().post_message(&JsValue::NULL));
        debug_assert!(matches!(asked, Some(Ok(()))), "null can be posted");
    }
}

type OnStored = Closure<dyn FnMut(StorageEvent)>;

/// What happens to a page and to its network.
#[derive(Debug, Clone, Copy)]
pub(super) enum PageEvent {
    /// The network is gone.
    Offline,
    /// It is back.
    Online,
    /// The page was hidden, or shown again, or is being left.
    Visibility,
    /// It goes on after it was frozen.
    Resumed,
}

/// The browser's names for that. A page that is closed is hidden first, unless it was; then it is only told that it is left.
const PAGE_EVENTS: [(&str, PageEvent); 5] = [
    ("offline", PageEvent::Offline),
    ("online", PageEvent::Online),
    ("visibilitychange", PageEvent::Visibility),
    ("pagehide", PageEvent::Visibility),
    ("resume", PageEvent::Resumed),
];

/// An event, and what listens to it.
type PageListener = (&'static str, Closure<dyn FnMut()>);

thread_local! {
    static TASKS: Tasks = Tasks::new();
    static PAGE: RefCell<Vec<PageListener>> = const { RefCell::new(Vec::new()) };
    static STORED: RefCell<Option<OnStored>> = const { RefCell::new(None) };
}

/// Whether the browser says that it has no network.
pub(super) fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

/// Calls `happened` with whatever happens to the page and to its network, until [`unwatch`].
pub(super) fn watch_page(happened: impl Fn(PageEvent) + Clone + 'static) {
    let listeners = PAGE_EVENTS.map(|(name, event)| {
        let happened = happened.clone();
        let listener = Closure::<dyn FnMut()>::new(move || happened(event));
        listen(name, listener.as_ref());
        (name, listener)
    });
    PAGE.replace(listeners.into());
}

/// Calls `changed` with the name of whatever the browser keeps for this page and another page, or the host, has changed,
/// until [`unwatch`].
pub(super) fn watch_storage(mut changed: impl FnMut(String) + 'static) {
    let changed = OnStored::new(move |event: StorageEvent| {
        if let Some(key) = event.key() {
            changed(key);
        }
    });
    listen("storage", changed.as_ref());
    STORED.replace(Some(changed));
}

/// Ends all of it.
pub(super) fn unwatch() {
    for (name, listener) in PAGE.take() {
        unlisten(name, listener.as_ref());
    }
    if let Some(changed) = STORED.take() {
        unlisten("storage", changed.as_ref());
    }
}

/// Where an event is told. What becomes of the page is told to its document, and of that the window hears only a part.
fn place_of(event: &str) -> Option<EventTarget> {
    let window = web_sys::window()?;
    match event {
        "resume" => window.document().map(EventTarget::from),
        _ => Some(window.into()),
    }
}

fn listen(event: &str, listener: &JsValue) {
    if let Some(place) = place_of(event) {
        let added = place.add_event_listener_with_callback(event, listener.unchecked_ref());
        debug_assert!(added.is_ok(), "only a null callback is refused");
    }
}

fn unlisten(event: &str, listener: &JsValue) {
    if let Some(place) = place_of(event) {
        let removed = place.remove_event_listener_with_callback(event, listener.unchecked_ref());
        debug_assert!(removed.is_ok(), "only a null callback is refused");
    }
}
