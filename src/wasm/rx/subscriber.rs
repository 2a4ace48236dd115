//! One subscription: the consumer's callbacks, whether it still listens, and what to undo when it stops.
//!
//! The rules are those of rxjs 7 (`Subscriber`, `Subscription` and `SafeSubscriber` in
//! `rxjs/src/internal`), so that operators and consumers cannot tell the difference.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, JsString, Reflect};
use wasm_bindgen::prelude::*;

use super::callback::{Callback, callback, collect, function, method, unsubscription_error};

#[wasm_bindgen]
extern "C" {
    // A timer passes its argument on, so that no closure of ours has to live until then.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: i32, argument: &JsValue);

    #[wasm_bindgen(thread_local_v2, js_name = reportError)]
    static REPORT_ERROR: Function;
}

/// Teardowns that are kept before it is looked for those that have ended.
const SWEEP_FROM: usize = 32;

/// What the consumer passed to `subscribe`.
enum Consumer {
    /// An object with any of `next`, `error` and `complete`.
    Observer(JsValue),
    /// An observer that is a subscription itself, which ends this one.
    Subscriber(JsValue),
    /// Up to three functions.
    Callbacks {
        next: Option<Callback>,
        error: Option<Callback>,
        complete: Option<Callback>,
    },
}

/// What to do when the subscription ends.
enum Teardown {
    Native(Box<dyn FnOnce()>),
    /// A function, or an object with `unsubscribe`.
    Js(JsValue),
}

struct Inner {
    /// Let go when the subscription ends: consumers tend to keep their subscription, and no
    /// collector sees a circle that leads through wasm.
    consumer: RefCell<Option<Rc<Consumer>>>,
    /// `error` or `complete` was delivered: nothing more is.
    stopped: Cell<bool>,
    closed: Cell<bool>,
    teardowns: RefCell<Vec<Teardown>>,
    /// How many teardowns make the next sweep due.
    sweep_at: Cell<usize>,
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
        drop(self.inner.consumer.take());
        let thrown = Array::new();
        // Taken first: a teardown may come back here.
        for teardown in self.inner.teardowns.take() {
            if let Err(error) = run(teardown) {
                collect(&thrown, error);
            }
        }
        if thrown.length() == 0 {
            Ok(())
        } else {
            Err(unsubscription_error(&thrown))
        }
    }

    /// Has `teardown`, a function or an object with `unsubscribe`, run when it ends; at once if it has.
    pub fn add(&self, teardown: JsValue) -> Result<(), JsValue> {
        if teardown.is_falsy() {
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

    /// Takes back what was given to `add`, once if it was given more often.
    pub fn remove(&self, teardown: &JsValue) {
        let mut teardowns = self.inner.teardowns.borrow_mut();
        let same =
            |kept: &Teardown| matches!(kept, Teardown::Js(value) if Object_is(value, teardown));
        if let Some(index) = teardowns.iter().position(same) {
            drop(teardowns.remove(index));
        }
    }

    /// Delivers a value.
    pub fn next(&self, value: &JsValue) {
        if !self.inner.stopped.get() {
            report(self.inner.call("next", Some(value)));
        }
    }

    /// Delivers an error and ends.
    pub fn error(&self, error: &JsValue) {
        if self.inner.stopped.replace(true) {
            return;
        }
        match self.inner.call("error", Some(error)) {
            // Nobody handles it, so it must not vanish.
            Ok(false) => throw_later(error),
            result => report(result),
        }
        report(self.unsubscribe().map(|()| true));
    }

    /// Delivers completion and ends.
    pub fn complete(&self) {
        if !self.inner.stopped.replace(true) {
            report(self.inner.call("complete", None));
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
        let consumer = Consumer::read(observer_or_next, error, complete);
        let follows = matches!(consumer, Consumer::Subscriber(_));
        let inner = Inner {
            consumer: RefCell::new(Some(Rc::new(consumer))),
            stopped: Cell::new(false),
            closed: Cell::new(false),
            teardowns: RefCell::default(),
            sweep_at: Cell::new(SWEEP_FROM),
        };
        let subscription = Self {
            inner: Rc::new(inner),
        };
        if follows {
            subscription.follow(observer_or_next);
        }
        subscription
    }

    /// Ends with the subscriber it delivers to. Operators call `source.subscribe(subscriber)` and
    /// drop what it returns; `add` is how they learn what to tear down (rxjs `operate`, `innerFrom`).
    fn follow(&self, subscriber: &JsValue) {
        if let Some(add) = method(subscriber, "add") {
            report(
                add.call_with(subscriber, &self.clone().into())
                    .map(|()| true),
            );
        }
    }

    /// Has `undo` run when it ends; at once if it has.
    pub(in crate::wasm) fn on_end(&self, undo: impl FnOnce() + 'static) {
        report(self.undo(Teardown::Native(Box::new(undo))).map(|()| true));
    }

    fn undo(&self, teardown: Teardown) -> Result<(), JsValue> {
        if self.closed() {
            return run(teardown);
        }
        self.inner.teardowns.borrow_mut().push(teardown);
        self.sweep()
    }

    /// Lets go of teardowns that have ended by themselves. Operators such as switchMap add one for
    /// each value they get; rxjs's own subscriptions take themselves back through a private door.
    fn sweep(&self) -> Result<(), JsValue> {
        if self.inner.teardowns.borrow().len() < self.inner.sweep_at.get() {
            return Ok(());
        }
        // Taken out: `closed` may be a getter that comes back here.
        let mut open = self.inner.teardowns.take();
        open.retain(Teardown::is_open);
        if self.closed() {
            return open.into_iter().try_for_each(run);
        }
        let mut teardowns = self.inner.teardowns.borrow_mut();
        open.append(&mut teardowns);
        self.inner.sweep_at.set(SWEEP_FROM.max(open.len() * 2));
        *teardowns = open;
        Ok(())
    }

    /// Whether the consumer has gone: its own subscriber may have closed without telling.
    pub(in crate::wasm) fn is_gone(&self) -> bool {
        let consumer = self.inner.consumer.borrow().clone();
        if let Some(Consumer::Subscriber(subscriber)) = consumer.as_deref()
            && is_closed(subscriber)
        {
            report(self.unsubscribe().map(|()| true));
        }
        self.closed()
    }
}

impl Consumer {
    fn read(observer_or_next: &JsValue, error: &JsValue, complete: &JsValue) -> Self {
        if !observer_or_next.is_object() || observer_or_next.is_function() {
            return Self::Callbacks {
                next: function(observer_or_next),
                error: function(error),
                complete: function(complete),
            };
        }
        let is_subscriber = ["next", "add", "unsubscribe"]
            .iter()
            .all(|name| method(observer_or_next, name).is_some());
        if is_subscriber {
            Self::Subscriber(observer_or_next.clone())
        } else {
            Self::Observer(observer_or_next.clone())
        }
    }
}

impl Inner {
    /// Calls the consumer. No cell is borrowed meanwhile: it may subscribe, unsubscribe or query.
    /// `Ok(false)` when it has no such callback.
    fn call(&self, name: &str, argument: Option<&JsValue>) -> Result<bool, JsValue> {
        let Some(consumer) = self.consumer.borrow().clone() else {
            return Ok(true);
        };
        let (this, callback) = match &*consumer {
            Consumer::Observer(observer) | Consumer::Subscriber(observer) => {
                (observer, callback(observer, name)?)
            }
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
                (&JsValue::UNDEFINED, callback.clone())
            }
        };
        let Some(callback) = callback else {
            return Ok(false);
        };
        match argument {
            Some(argument) => callback.call_with(this, argument),
            None => callback.call(this),
        }
        .map(|()| true)
    }
}

impl Teardown {
    fn is_open(&self) -> bool {
        match self {
            Self::Native(_) => true,
            Self::Js(value) => !is_closed(value),
        }
    }
}

fn is_closed(subscription: &JsValue) -> bool {
    Reflect::get(subscription, &JsString::from("closed")).is_ok_and(|closed| closed.is_truthy())
}

fn run(teardown: Teardown) -> Result<(), JsValue> {
    match teardown {
        Teardown::Native(undo) => {
            undo();
            Ok(())
        }
        Teardown::Js(value) => match function(&value) {
            Some(function) => function.call(&JsValue::UNDEFINED),
            None => {
                method(&value, "unsubscribe").map_or(Ok(()), |unsubscribe| unsubscribe.call(&value))
            }
        },
    }
}

/// A consumer that throws harms neither the stream nor its other consumers.
pub(super) fn report(result: Result<bool, JsValue>) {
    if let Err(error) = result {
        throw_later(&error);
    }
}

/// Throws where the browser reports it (rxjs `reportUnhandledError`).
fn throw_later(error: &JsValue) {
    REPORT_ERROR.with(|report| set_timeout(report, 0, error));
}
