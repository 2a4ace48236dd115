//! The RxJS-compatible observable shim.
//!
//! It stands on its own: `from(shim)` finds `Symbol.observable` or
//! `'@@observable'`, `isObservable` finds `lift` and `subscribe`, operators
//! find `lift`. Sources: `innerFrom.ts`, `isObservable.ts` and `lift.ts` of rxjs 7.8.

use std::rc::Rc;

use js_sys::{Array, Function, JsString, Object, Promise, Reflect, Symbol};
use wasm_bindgen::prelude::*;

use super::hot::RETURNS_THIS;
use super::subscriber::{Subscription, method};

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
        match &self.source {
            Source::Producer(start) => start(subscription.clone()),
            Source::Function(function) => {
                let started = function.call1(&JsValue::UNDEFINED, &subscription.clone().into());
                subscription.started(started)?;
            }
            Source::Lifted { source, operator } => {
                let call = method(operator, "call");
                let call =
                    call.ok_or_else(|| js_sys::TypeError::new("an operator has a call method"))?;
                let started = call.call2(operator, &subscription.clone().into(), source);
                subscription.started(started)?;
            }
        }
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
                let operator: Function = operator.dyn_into()?;
                operator.call1(&JsValue::UNDEFINED, &source)
            })
    }

    /// Calls `next` for each value; the promise settles when the observable ends.
    #[wasm_bindgen(js_name = forEach)]
    pub fn for_each(&self, next: Function) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let observer = ForEach {
                next: next.clone(),
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
    next: Function,
    reject: Function,
}

impl Observable {
    /// The observable of what `start` does with each subscription.
    pub(super) fn from_producer(start: Rc<dyn Fn(Subscription)>) -> Self {
        Self {
            source: Source::Producer(start),
        }
    }

    fn for_each_into(&self, observer: ForEach, resolve: Function) -> Result<(), JsValue> {
        let ForEach { next, reject } = observer;
        let subscription: Rc<std::cell::RefCell<Option<Subscription>>> = Rc::default();
        let own = Rc::clone(&subscription);
        let fail = reject.clone();
        let step = Closure::<dyn FnMut(JsValue)>::new(move |value: JsValue| {
            if let Err(error) = next.call1(&JsValue::UNDEFINED, &value) {
                let _ = fail.call1(&JsValue::UNDEFINED, &error);
                let subscription = own.borrow().clone();
                let _ = subscription.map(|subscription| subscription.unsubscribe());
            }
        });
        let running = self.subscribe(step.as_ref().clone(), reject.into(), resolve.into())?;
        subscription.replace(Some(running.clone()));
        // The closure lives as long as the subscription can call it.
        running.on_end(move || drop(step));
        Ok(())
    }
}

impl Subscription {
    /// Keeps the teardown that a subscribe function returned; what it threw is the observable's error.
    fn started(&self, result: Result<JsValue, JsValue>) -> Result<(), JsValue> {
        match result {
            Ok(teardown) => self.add(teardown),
            Err(error) => {
                self.error(&error);
                Ok(())
            }
        }
    }
}

/// Gives the class the two properties whose names wasm-bindgen cannot write. rxjs picks one of
/// the keys when it loads (`Symbol.observable || '@@observable'`), so both must be there.
pub(super) fn add_interop_symbols() {
    let instance: JsValue = Observable::from_producer(Rc::new(drop)).into();
    let Ok(prototype) = Reflect::get_prototype_of(&instance) else {
        return;
    };
    let symbol = Reflect::get(&js_sys::global(), &JsString::from("Symbol"))
        .and_then(|symbols| Reflect::get(&symbols, &JsString::from("observable")));
    let keys = [
        Some(JsValue::from("@@observable")),
        symbol.ok().filter(|key| key.dyn_ref::<Symbol>().is_some()),
    ];
    let descriptor = Object::new();
    RETURNS_THIS.with(|function| {
        for key in keys.into_iter().flatten() {
            let set = Reflect::set(&descriptor, &"value".into(), function)
                .and_then(|_| Reflect::set(&descriptor, &"configurable".into(), &true.into()));
            if set.is_ok() {
                let _ = Reflect::define_property(&prototype, &key, &descriptor);
            }
        }
    });
}
