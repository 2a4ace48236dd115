//! One subscription: the consumer's callbacks, whether it still listens, and what to undo when it stops.
//!
//! The rules are those of rxjs 7 (`Subscriber`, `Subscription` and `SafeSubscriber` in
//! `rxjs/src/internal`), so that operators and consumers cannot tell the difference.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, JsString, Reflect};
use wasm_bindgen::prelude::*;

/// What the consumer passed to `subscribe`.
enum Consumer {
    /// An object with any of `next`, `error` and `complete`.
    Observer(JsValue),
    /// Up to three functions.
    Callbacks {
        next: Option<Function>,
        error: Option<Function>,
        complete: Option<Function>,
    },
}

/// What to do when the subscription ends.
enum Teardown {
    Native(Box<dyn FnOnce()>),
    /// A function, or an object with `unsubscribe`.
    Js(JsValue),
}

struct Inner {
    consumer: Consumer,
    /// `error` or `complete` was delivered: nothing more is.
    stopped: Cell<bool>,
    closed: Cell<bool>,
    teardowns: RefCell<Vec<Teardown>>,
}

/// A subscription, given to the consumer and to operators; also the subscriber they deliver to.
///
/// Handles are cheap and independent of the subscription: one that is
/// garbage-collected ends nothing.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Subscription {
    inner: Rc<Inner>,
}

#[wasm_bindgen]
impl Subscription {
    /// Whether it has ended.
    #[wasm_bindgen(getter)]
    pub fn closed(&self) -> bool {
        self.inner.closed.get()
    }

    /// Ends it. Again is harmless.
    pub fn unsubscribe(&self) -> Result<(), JsValue> {
        if self.inner.closed.replace(true) {
            return Ok(());
        }
        self.inner.stopped.set(true);
        let mut thrown: Option<JsValue> = None;
        // Taken first: a teardown may come back here.
        for teardown in self.inner.teardowns.take() {
            thrown = run(teardown).err().or(thrown);
        }
        thrown.map_or(Ok(()), Err)
    }

    /// Has `teardown`, a function or an object with `unsubscribe`, run when it ends; at once if it has.
    pub fn add(&self, teardown: JsValue) -> Result<(), JsValue> {
        if teardown.is_undefined() || teardown.is_null() {
            return Ok(());
        }
        let callable = teardown.is_function() || method(&teardown, "unsubscribe").is_some();
        if !callable {
            return Err(js_sys::TypeError::new(
                "a teardown is a function or has an unsubscribe method",
            )
            .into());
        }
        self.undo(Teardown::Js(teardown))
    }

    /// Takes back what was given to `add`.
    pub fn remove(&self, teardown: &JsValue) {
        let other =
            |kept: &Teardown| !matches!(kept, Teardown::Js(value) if Object_is(value, teardown));
        self.inner.teardowns.borrow_mut().retain(other);
    }

    /// Delivers a value.
    pub fn next(&self, value: &JsValue) {
        if !self.inner.stopped.get() {
            report(self.inner.call("next", &Array::of1(value)));
        }
    }

    /// Delivers an error and ends.
    pub fn error(&self, error: &JsValue) {
        if self.inner.stopped.replace(true) {
            return;
        }
        match self.inner.call("error", &Array::of1(error)) {
            // Nobody handles it, so it must not vanish.
            Ok(false) => throw_later(error),
            result => report(result),
        }
        report(self.unsubscribe().map(|()| true));
    }

    /// Delivers completion and ends.
    pub fn complete(&self) {
        if !self.inner.stopped.replace(true) {
            report(self.inner.call("complete", &Array::new()));
            report(self.unsubscribe().map(|()| true));
        }
    }
}

#[allow(non_snake_case, reason = "the name of the JavaScript function it is")]
fn Object_is(a: &JsValue, b: &JsValue) -> bool {
    js_sys::Object::is(a, b)
}

impl Subscription {
    /// A subscription of what `subscribe(observerOrNext, error, complete)` was given.
    pub(super) fn new(observer_or_next: &JsValue, error: &JsValue, complete: &JsValue) -> Self {
        let function = |value: &JsValue| value.dyn_ref::<Function>().cloned();
        let consumer = if observer_or_next.is_object() && !observer_or_next.is_function() {
            Consumer::Observer(observer_or_next.clone())
        } else {
            Consumer::Callbacks {
                next: function(observer_or_next),
                error: function(error),
                complete: function(complete),
            }
        };
        let inner = Inner {
            consumer,
            stopped: Cell::new(false),
            closed: Cell::new(false),
            teardowns: RefCell::default(),
        };
        let subscription = Self {
            inner: Rc::new(inner),
        };
        subscription.follow(observer_or_next);
        subscription
    }

    /// Ends with the subscriber it delivers to. Operators call `source.subscribe(subscriber)` and
    /// drop what it returns; `add` is how they learn what to tear down (rxjs `operate`, `innerFrom`).
    fn follow(&self, subscriber: &JsValue) {
        if subscriber.is_object()
            && method(subscriber, "next").is_some()
            && method(subscriber, "unsubscribe").is_some()
            && let Some(add) = method(subscriber, "add")
        {
            report(add.call1(subscriber, &self.clone().into()).map(|_| true));
        }
    }

    /// Has `undo` run when it ends; at once if it has.
    pub(super) fn on_end(&self, undo: impl FnOnce() + 'static) {
        report(self.undo(Teardown::Native(Box::new(undo))).map(|()| true));
    }

    fn undo(&self, teardown: Teardown) -> Result<(), JsValue> {
        if self.closed() {
            return run(teardown);
        }
        self.inner.teardowns.borrow_mut().push(teardown);
        Ok(())
    }

    /// Whether the consumer has gone: its own subscriber may have closed without telling.
    pub(super) fn is_gone(&self) -> bool {
        let follows_closed = match &self.inner.consumer {
            Consumer::Observer(observer) => Reflect::get(observer, &JsString::from("closed"))
                .is_ok_and(|closed| closed.is_truthy()),
            Consumer::Callbacks { .. } => false,
        };
        if follows_closed {
            report(self.unsubscribe().map(|()| true));
        }
        self.closed()
    }
}

impl Inner {
    /// Calls the consumer. No cell is borrowed meanwhile: it may subscribe, unsubscribe or query.
    /// `Ok(false)` when it has no such callback.
    fn call(&self, name: &str, arguments: &Array) -> Result<bool, JsValue> {
        let (this, callback) = match &self.consumer {
            Consumer::Observer(observer) => (observer.clone(), method(observer, name)),
            Consumer::Callbacks {
                next,
                error,
                complete,
            } => {
                let callback = match name {
                    "next" => next,
                    "error" => error,
                    _ => complete,
                };
                (JsValue::UNDEFINED, callback.clone())
            }
        };
        callback.map_or(Ok(false), |callback| {
            callback.apply(&this, arguments).map(|_| true)
        })
    }
}

/// The method of an object, if it has one.
pub(super) fn method(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &JsString::from(name))
        .ok()?
        .dyn_into()
        .ok()
}

fn run(teardown: Teardown) -> Result<(), JsValue> {
    match teardown {
        Teardown::Native(undo) => {
            undo();
            Ok(())
        }
        Teardown::Js(value) => match value.dyn_ref::<Function>() {
            Some(function) => function.call0(&JsValue::UNDEFINED).map(drop),
            None => method(&value, "unsubscribe")
                .map_or(Ok(()), |unsubscribe| unsubscribe.call0(&value).map(drop)),
        },
    }
}

/// A consumer that throws harms neither the stream nor its other consumers.
fn report(result: Result<bool, JsValue>) {
    if let Err(error) = result {
        throw_later(&error);
    }
}

/// Throws where the browser reports it (rxjs `reportUnhandledError`).
fn throw_later(error: &JsValue) {
    let error = error.clone();
    gloo_timers::callback::Timeout::new(0, move || wasm_bindgen::throw_val(error)).forget();
}
