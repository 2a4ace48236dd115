//! The RxJS-compatible observable shim.
//!
//! It stands on its own: `from(shim)` finds `Symbol.observable` or
//! `'@@observable'`, `isObservable` finds `lift` and `subscribe`, operators
//! find `lift`. Sources: `innerFrom.ts`, `isObservable.ts` and `lift.ts` of rxjs 7.8.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use js_sys::{Array, Function, JsString, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::callback::Callback;
use super::subscriber::{Subscription, report};

#[wasm_bindgen]
extern "C" {
    /// Returns the object it is called on (ECMA-262 §20.1.3.7), which a function of Rust cannot: it does not see `this`.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["Object", "prototype"], js_name = valueOf)]
    static VALUE_OF: Function;
}

/// What a subscription sets going.
#[derive(Clone)]
enum Source {
    /// The engine.
    Producer(Rc<dyn Fn(Subscription)>),
    /// A function of JavaScript: `(subscriber) => teardown`.
    Function(Function),
    /// What an rxjs operator makes of another observable.
    Lifted { source: JsValue, operator: JsValue },
}

/// A cold observable.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Observable {
    source: Source,
}

#[wasm_bindgen]
impl Observable {
    /// An observable of `subscribe`, called for each subscriber, which may return a teardown.
    #[wasm_bindgen(constructor)]
    pub fn new(subscribe: JsValue) -> Result<Observable, JsValue> {
        let function = subscribe.dyn_into::<Function>();
        let function = function.map_err(|_| {
            js_sys::TypeError::new("Observable takes a function (subscriber) => teardown")
        })?;
        Ok(Self {
            source: Source::Function(function),
        })
    }

    /// Subscribes an observer object, a subscriber, or up to three functions.
    pub fn subscribe(
        &self,
        observer_or_next: JsValue,
        error: JsValue,
        complete: JsValue,
    ) -> Result<Subscription, JsValue> {
        let subscription = Subscription::new(&observer_or_next, &error, &complete);
        self.start(&subscription)?;
        Ok(subscription)
    }

    /// What an operator of rxjs makes of this observable; rxjs calls it, not people.
    pub fn lift(&self, operator: JsValue) -> Observable {
        Self {
            source: Source::Lifted {
                source: self.clone().into(),
                operator,
            },
        }
    }

    /// Applies operators, first to last.
    #[wasm_bindgen(variadic)]
    pub fn pipe(&self, operators: &Array) -> Result<JsValue, JsValue> {
        operators
            .iter()
            .try_fold(self.clone().into(), |source: JsValue, operator| {
                let operator = operator.dyn_into::<Function>();
                let operator =
                    operator.map_err(|_| js_sys::TypeError::new("pipe takes operators"))?;
                operator.call1(&JsValue::UNDEFINED, &source)
            })
    }

    /// Calls `next` for each value; the promise settles when the observable ends.
    #[wasm_bindgen(js_name = forEach)]
    pub fn for_each(&self, next: Function) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let observer = ForEach {
                next: next.unchecked_ref::<Callback>().clone(),
                reject: reject.clone(),
            };
            if let Err(error) = self.for_each_into(observer, resolve) {
                // Settling a promise cannot throw.
                let _ = reject.call1(&JsValue::UNDEFINED, &error);
            }
        })
    }
}

/// The parts of a running `forEach`.
struct ForEach {
    next: Callback,
    reject: Function,
}

impl Observable {
    /// The observable of what `start` does with each subscription.
    pub(in crate::wasm) fn from_producer(start: Rc<dyn Fn(Subscription)>) -> Self {
        add_symbol();
        Self {
            source: Source::Producer(start),
        }
    }

    fn start(&self, subscription: &Subscription) -> Result<(), JsValue> {
        let started = match &self.source {
            Source::Producer(start) => {
                start(subscription.clone());
                return Ok(());
            }
            Source::Function(function) => {
                function.call1(&JsValue::UNDEFINED, &subscription.clone().into())
            }
            Source::Lifted { source, operator } => {
                let call: Function = Reflect::get(operator, &JsString::from("call"))?.dyn_into()?;
                call.call2(operator, &subscription.clone().into(), source)
            }
        };
        subscription.started(started)
    }

    fn for_each_into(&self, observer: ForEach, resolve: Function) -> Result<(), JsValue> {
        let ForEach { next, reject } = observer;
        let running: Rc<OnceCell<Subscription>> = Rc::default();
        let (own, fail) = (Rc::clone(&running), reject.clone());
        let step = Closure::<dyn FnMut(JsValue)>::new(move |value: JsValue| {
            if let Err(error) = next.call_with(&JsValue::UNDEFINED, &value) {
                // Settling a promise cannot throw.
                let _ = fail.call1(&JsValue::UNDEFINED, &error);
                let ended = own.get().map_or(Ok(()), Subscription::unsubscribe);
                report(ended.map(|()| true));
            }
        });
        let subscription = Subscription::new(step.as_ref(), &reject, &resolve);
        // Known before the first value, which may come at once.
        let _ = running.set(subscription.clone());
        self.start(&subscription)?;
        // The closure lives as long as the subscription can call it.
        subscription.on_end(move || drop(step));
        Ok(())
    }
}

impl Subscription {
    /// Keeps the teardown that a subscribe function returned; what it threw is the observable's error.
    fn started(&self, result: Result<JsValue, JsValue>) -> Result<(), JsValue> {
        match result {
            Ok(teardown) => self.add(teardown).or_else(|refused| {
                self.unsubscribe()?;
                Err(refused)
            }),
            Err(error) => {
                self.error(&error);
                Ok(())
            }
        }
    }
}

thread_local! {
    static HAS_SYMBOL: Cell<bool> = const { Cell::new(false) };
}

/// Gives the class the two properties whose names wasm-bindgen cannot write. rxjs picks one of
/// the keys when it loads (`Symbol.observable || '@@observable'`), so both must be there.
pub(in crate::wasm) fn add_interop_symbols() {
    define_returns_this(&JsValue::from("@@observable"));
    add_symbol();
}

/// `Symbol.observable` is a polyfill's, which may come later than the engine.
fn add_symbol() {
    if HAS_SYMBOL.get() {
        return;
    }
    let symbol = Reflect::get(&js_sys::global(), &JsString::from("Symbol"))
        .and_then(|symbols| Reflect::get(&symbols, &JsString::from("observable")));
    if let Some(key) = symbol.ok().filter(JsValue::is_symbol) {
        define_returns_this(&key);
        HAS_SYMBOL.set(true);
    }
}

fn define_returns_this(key: &JsValue) {
    let instance = Observable {
        source: Source::Producer(Rc::new(drop)),
    };
    let Ok(prototype) = Reflect::get_prototype_of(&instance.into()) else {
        return;
    };
    let descriptor = Object::new();
    // None of this can fail: the objects are fresh, and the class is not frozen.
    VALUE_OF.with(|function| {
        let _ = Reflect::set(&descriptor, &"value".into(), function);
        let _ = Reflect::set(&descriptor, &"configurable".into(), &true.into());
        let _ = Reflect::set(&descriptor, &"writable".into(), &true.into());
    });
    let _ = Reflect::define_property(&prototype, key, &descriptor);
}
