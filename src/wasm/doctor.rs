//! Carries out what a [`Diagnosis`] asks for: connections of its own, requests, the state of permissions.

use std::cell::RefCell;
use std::rc::Rc;

use futures_signals::signal::SignalExt;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, RequestCache, RequestInit, RequestMode, Response};

use super::driver::{Driver, Lease};
use super::fetch;
use super::host::{now, within};
use super::packet;
use crate::doctor::{Diagnosis, Fetched, Inquiry, Page, Permission};
use crate::query::Query;
use crate::session::{Event, SessionKey};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "permissions"], js_name = query, catch)]
    async fn query_permission(descriptor: &Object) -> Result<JsValue, JsValue>;
}

/// Where this code runs.
pub(super) fn page() -> Page {
    let Some(window) = web_sys::window() else {
        return Page::default();
    };
    let location = window.location();
    Page {
        is_https: location
            .protocol()
            .is_ok_and(|protocol| protocol == "https:"),
        is_secure: window.is_secure_context(),
        host: location.hostname().unwrap_or_default(),
    }
}

/// Carries a diagnosis through and tells `tell` its report whenever that has changed. The last report, or an error when
/// `signal` was aborted.
pub(super) async fn run(
    mut diagnosis: Diagnosis,
    tell: Option<&Function>,
    signal: Option<&AbortSignal>,
) -> Result<JsValue, JsValue> {
    let (abort, registration) = AbortHandle::new_pair();
    let on_abort = Closure::<dyn FnMut()>::new(move || abort.abort());
    if let Some(signal) = signal {
        signal.set_onabort(Some(on_abort.as_ref().unchecked_ref()));
    }
    let result = Abortable::new(carry_through(&mut diagnosis, tell), registration).await;
    if let Some(signal) = signal {
        signal.set_onabort(None);
    }
    match result {
        Ok(()) => packet::to_js(&diagnosis.report()),
        Err(_) => Err(js_sys::Error::new("the diagnosis was stopped").into()),
    }
}

async fn carry_through(diagnosis: &mut Diagnosis, tell: Option<&Function>) {
    let mut teller = Teller { tell, told: None };
    let policy = PolicyWatch::begin();
    loop {
        let ask = diagnosis.poll(now());
        teller.tell(diagnosis);
        match ask {
            Inquiry::Nothing => return,
            Inquiry::Permission(names) => diagnosis.permission(permission(names).await),
            Inquiry::Connect(key, query) => {
                connect(diagnosis, *key, query.as_deref(), &policy, &mut teller).await
            }
            Inquiry::Open(key) => open_bare(diagnosis, *key).await,
            Inquiry::Fetch {
                url,
                is_readable,
                timeout_ms,
            } => {
                let fetched = request(&url, is_readable, timeout_ms).await;
                diagnosis.fetched(fetched, now());
            }
        }
    }
}

/// Passes reports on.
struct Teller<'f> {
    tell: Option<&'f Function>,
    told: Option<u64>,
}

impl Teller<'_> {
    fn tell(&mut self, diagnosis: &Diagnosis) {
        let Some(tell) = self.tell else { return };
        if self.told.replace(diagnosis.revision()) == Some(diagnosis.revision()) {
            return;
        }
        if let Ok(report) = packet::to_js(&diagnosis.report()) {
            // Whoever is told deals with its own errors.
            let _ = tell.call1(&JsValue::UNDEFINED, &report);
        }
    }
}

/// A connection that is watched; it ends with this.
struct Watched {
    driver: Rc<Driver>,
    lease: Option<Lease>,
}

impl Watched {
    /// Not through the registry: a connection that is open already would prove nothing.
    fn open(key: SessionKey) -> Self {
        Self {
            driver: Driver::open(key, |_| ()),
            lease: None,
        }
    }

    fn has_socket(&self) -> bool {
        self.driver
            .session(|session| session.link().state().has_socket())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.driver.handle(Event::Stop);
        drop(self.lease.take());
    }
}

async fn connect(
    diagnosis: &mut Diagnosis,
    key: SessionKey,
    query: Option<&Query>,
    policy: &PolicyWatch,
    teller: &mut Teller<'_>,
) {
    let mut watched = Watched::open(key);
    watched.lease = query.map(|query| watched.driver.attach(query, None));
    let reader = watched.lease.as_ref().map(|lease| lease.reader);
    let driver = Rc::clone(&watched.driver);
    let mut news = driver.news.signal().to_stream();
    loop {
        driver.flush();
        if !watched.has_socket() {
            // What the page's policy has to say may come after the end.
            TimeoutFuture::new(0).await;
        }
        policy.pass_on(diagnosis);
        let until = driver.session(|session| diagnosis.watch(session, reader, now()));
        teller.tell(diagnosis);
        match until {
            Some(until) => drop(within(Some(until - now()), news.next()).await),
            None => return,
        }
    }
}

async fn open_bare(diagnosis: &mut Diagnosis, key: SessionKey) {
    let watched = Watched::open(key);
    let mut news = watched.driver.news.signal().to_stream();
    while let Some(until) = watched
        .driver
        .session(|session| diagnosis.watch_bare(session, now()))
    {
        within(Some(until - now()), news.next()).await;
    }
}

/// The state of the first permission that the browser knows.
async fn permission(names: [&str; 2]) -> Option<Permission> {
    for name in names {
        let descriptor = Object::new();
        let set = Reflect::set(&descriptor, &"name".into(), &name.into());
        debug_assert!(set.is_ok(), "an object takes any property");
        if let Ok(status) = query_permission(&descriptor).await {
            let state = Reflect::get(&status, &JsString::from("state")).ok()?;
            return Permission::parse(&state.as_string()?);
        }
    }
    None
}

/// Aborts a request when it is dropped.
struct Aborting(Option<AbortController>);

impl Drop for Aborting {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

async fn request(url: &str, is_readable: bool, timeout_ms: f64) -> Fetched {
    // The body may be endless.
    let aborting = Aborting(AbortController::new().ok());
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
    options.set_mode(if is_readable {
        RequestMode::Cors
    } else {
        RequestMode::NoCors
    });
    let signal = aborting.0.as_ref().map(AbortController::signal);
    options.set_signal(signal.as_ref());
    let answer = Box::pin(fetch::request(url, &options));
    match within(Some(timeout_ms), answer).await {
        Some(Ok(response)) => read(&response),
        Some(Err(_)) => Fetched::Nothing,
        None => Fetched::Unanswered,
    }
}

fn read(response: &Response) -> Fetched {
    match response.status() {
        0 => Fetched::Opaque,
        status => Fetched::Status(status),
    }
}

/// Listens for what the page's Content Security Policy turns down, for as long as it lives.
struct PolicyWatch {
    blocked: Rc<RefCell<Vec<String>>>,
    listener: Closure<dyn FnMut(JsValue)>,
}

const VIOLATION: &str = "securitypolicyviolation";

impl PolicyWatch {
    fn begin() -> Self {
        let blocked: Rc<RefCell<Vec<String>>> = Rc::default();
        let into = Rc::clone(&blocked);
        let listener = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let uri = Reflect::get(&event, &JsString::from("blockedURI"));
            into.borrow_mut()
                .extend(uri.ok().and_then(|uri| uri.as_string()));
        });
        if let Some(window) = web_sys::window() {
            // It is fired at the document and bubbles.
            let callback = listener.as_ref().unchecked_ref();
            let added = window.add_event_listener_with_callback(VIOLATION, callback);
            debug_assert!(added.is_ok(), "only a null callback is refused");
        }
        Self { blocked, listener }
    }

    fn pass_on(&self, diagnosis: &mut Diagnosis) {
        for uri in self.blocked.take() {
            diagnosis.blocked(&uri);
        }
    }
}

impl Drop for PolicyWatch {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let callback = self.listener.as_ref().unchecked_ref();
            let removed = window.remove_event_listener_with_callback(VIOLATION, callback);
            debug_assert!(removed.is_ok(), "only a null callback is refused");
        }
    }
}
