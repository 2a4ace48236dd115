//! Functions of consumers: finding them, calling them, and gathering what they throw.

use js_sys::{Array, JsString, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A function whose result nobody wants. Taking one would cost a slot in wasm-bindgen's table
    /// for each call that throws: it is reserved before the exception is looked at, and never freed.
    #[derive(Clone)]
    pub(super) type Callback;

    #[wasm_bindgen(method, catch)]
    pub(super) fn call(this: &Callback, context: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = call)]
    pub(super) fn call_with(
        this: &Callback,
        context: &JsValue,
        argument: &JsValue,
    ) -> Result<(), JsValue>;
}

/// A callback of an observer, which may do without.
pub(super) fn callback(observer: &JsValue, name: &str) -> Result<Option<Callback>, JsValue> {
    let callback = Reflect::get(observer, &JsString::from(name))?;
    if callback.is_falsy() {
        return Ok(None);
    }
    match function(&callback) {
        None => Err(js_sys::TypeError::new(&format!("observer.{name} is not a function")).into()),
        some => Ok(some),
    }
}

/// The value as a function, if it is one.
pub(super) fn function(value: &JsValue) -> Option<Callback> {
    value
        .is_function()
        .then(|| value.unchecked_ref::<Callback>().clone())
}

/// The method of an object, if it has one.
pub(super) fn method(object: &JsValue, name: &str) -> Option<Callback> {
    if !object.is_object() && !object.is_function() {
        return None;
    }
    function(&Reflect::get(object, &JsString::from(name)).ok()?)
}

const UNSUBSCRIPTION_ERROR: &str = "UnsubscriptionError";

/// Adds what a teardown threw: an error that stands for several with each of them.
pub(super) fn collect(errors: &Array, error: JsValue) {
    let get = |name: &str| match error.is_object() {
        true => Reflect::get(&error, &name.into()).unwrap_or_default(),
        false => JsValue::UNDEFINED,
    };
    let (name, several) = (get("name"), get("errors"));
    if name == UNSUBSCRIPTION_ERROR && Array::is_array(&several) {
        for error in Array::from(&several) {
            errors.push(&error);
        }
    } else {
        errors.push(&error);
    }
}

/// What teardowns threw, in the form of rxjs (`UnsubscriptionError`).
pub(super) fn unsubscription_error(errors: &Array) -> JsValue {
    let line = |(index, error): (usize, JsValue)| {
        let text = match error.dyn_ref::<js_sys::Error>() {
            Some(error) => String::from(error.to_string()),
            None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
        };
        format!("{}) {text}", index + 1)
    };
    let lines: Vec<String> = errors.iter().enumerate().map(line).collect();
    let error = js_sys::Error::new(&format!(
        "{} errors occurred during unsubscription:\n{}",
        errors.length(),
        lines.join("\n  ")
    ));
    error.set_name(UNSUBSCRIPTION_ERROR);
    // Only fails for an object that is frozen.
    let _ = Reflect::set(&error, &"errors".into(), errors);
    error.into()
}
