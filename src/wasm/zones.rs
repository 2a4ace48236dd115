//! The browser's time zones: what offset a zone has at an instant, and nothing else.

use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::extract::time::zone::{self, ZoneClock, ZoneData, read_offset};

#[wasm_bindgen]
extern "C" {
    /// `Intl.DateTimeFormat`; that of js-sys does not catch what its constructor throws of a zone that is none.
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, ms: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn resolved_options(this: &DateTimeFormat) -> Object;
}

/// The zones that this browser knows.
struct BrowserZones;

/// Has the engine ask the browser for zones. A page does so when it loads the engine; tests, which the module is not loaded
/// for, by themselves.
pub fn provide() {
    zone::provide(Rc::new(BrowserZones));
}

impl ZoneData for BrowserZones {
    fn clock(&self, name: &str) -> Option<Box<dyn ZoneClock>> {
        let options = Object::new();
        // A date with the offset behind it: `1/1/1970, GMT+01:00`.
        for (option, value) in [("timeZone", name), ("timeZoneName", "longOffset")] {
            let set = Reflect::set(&options, &option.into(), &value.into());
            debug_assert!(set.is_ok(), "a new object can be written to");
        }
        let format = DateTimeFormat::new("en-US", &options).ok()?;
        Some(Box::new(BrowserClock(format)))
    }

    fn local(&self) -> Option<String> {
        let options = DateTimeFormat::new("en-US", &Object::new()).ok()?;
        let name = Reflect::get(&options.resolved_options(), &"timeZone".into());
        name.ok()?.as_string()
    }
}

struct BrowserClock(DateTimeFormat);

impl ZoneClock for BrowserClock {
    fn offset_at(&self, utc: i64) -> Option<i64> {
        let text = self.0.format(utc as f64 * 1e3).ok()?;
        let (_, offset) = text.rsplit_once("GMT")?;
        read_offset(offset)
    }
}
