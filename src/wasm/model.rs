//! Reads what Grafana hands over, and names the value that has the wrong type.
//!
//! In goes an object of the host, out comes a value of the core or an error with the place of what is wrong. Requests and
//! histories of other data sources are read with this.

use js_sys::{Array, JSON, Object};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::error::Error;

/// Reads `value`, every part of which may be left out.
///
/// # Errors
/// When a part has the wrong type; the error names it as in the query model, such as
/// `fields[1].path`, or `whole` when it is all of it.
pub(super) fn read<T: DeserializeOwned>(value: &JsValue, whole: &str) -> Result<T, Error> {
    convert(value.clone()).map_err(|problem| {
        find(value, problem, &|value| convert::<T>(value).err()).into_error(whole)
    })
}

/// In one place, since all that reads `T` is inlined here.
#[inline(never)]
fn convert<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}

/// The innermost part that cannot be read.
struct Wrong {
    name: String,
    value: JsValue,
    problem: String,
}

impl Wrong {
    fn into_error(self, whole: &str) -> Error {
        // JSON has no word for undefined, for functions and for what contains itself.
        let json = || JSON::stringify(&self.value).ok()?.as_string();
        let shown = self.value.as_string().or_else(json);
        let shown = shown.or_else(|| self.value.js_typeof().as_string());
        // Of an object the members are known by themselves, of a list the items are not.
        let name = match self.name.strip_prefix('.') {
            Some(member) => member.to_owned(),
            None => format!("{whole}{}", self.name),
        };
        Error::new(name, shown.unwrap_or_default(), right(&self.problem))
    }
}

/// Looks for it by reading each part alone: serde's errors do not say where they arose, and what
/// keeps track of that (`serde_path_to_error`) wraps every deserializer, for one message.
fn find(value: &JsValue, problem: String, fails: &dyn Fn(JsValue) -> Option<String>) -> Wrong {
    let is_list = Array::is_array(value);
    let empty: JsValue = if is_list {
        Array::new().into()
    } else {
        Object::new().into()
    };
    // Where nothing of its kind would do, it is not its parts that are wrong.
    let parts = match Object::try_from(value) {
        Some(value) if fails(empty).is_none() => Object::entries(value),
        _ => Array::new(),
    };
    for part in parts.iter().map(|pair| Array::from(&pair)) {
        let (key, part) = (part.get(0), part.get(1));
        let alone = |part: JsValue| -> JsValue {
            if is_list {
                return Array::of1(&part).into();
            }
            let object = Object::from_entries(&Array::of1(&Array::of2(&key, &part)));
            debug_assert!(object.is_ok(), "it fails only for what is no list of pairs");
            object.unwrap_or_default().into()
        };
        let fails = |part: JsValue| fails(alone(part));
        if let Some(problem) = fails(part.clone()) {
            let mut wrong = find(&part, problem, &fails);
            let key = key.as_string().unwrap_or_default();
            let step = if is_list {
                format!("[{key}]")
            } else {
                format!(".{key}")
            };
            wrong.name.insert_str(0, &step);
            return wrong;
        }
    }
    Wrong {
        name: String::new(),
        value: value.clone(),
        problem,
    }
}

/// What would be right, from serde's "invalid type: …, expected …" in words of the query model.
fn right(problem: &str) -> String {
    let expected = match problem.rsplit_once("expected ") {
        // For a list that is no object at all serde-wasm-bindgen passes on what JavaScript says.
        None if problem.starts_with("TypeError") => "a list",
        None => return problem.to_owned(),
        Some((_, "a string")) => "text",
        Some((_, "a boolean")) => "true or false",
        Some((_, "a sequence")) => "a list",
        Some((_, expected)) if expected.starts_with("struct ") => "an object",
        Some((_, expected)) => expected,
    };
    format!("must be {expected}")
}
