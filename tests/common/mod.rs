//! What the browser tests are written with: queries, what they deliver, and the feed server's own word.

use std::cell::RefCell;
use std::rc::Rc;

use freshet::wasm::{Subscription, connections, query};
use gloo_timers::future::TimeoutFuture;
use js_sys::JsString;
use serde::Serialize;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Longest wait for something that a test expects, in milliseconds.
const PATIENCE_MS: u32 = 8_000;

/// The feed server's WebSocket address, known when the tests are compiled.
pub(crate) fn feed_url() -> &'static str {
    match option_env!("FRESHET_FEED_URL") {
        Some(url) => url,
        None => panic!(
            "FRESHET_FEED_URL is not set. These tests read a feed server: run `npm run wasm:test`, or start \
             `node www/dev/feed/main.mjs --port 9191` and compile with FRESHET_FEED_URL=ws://127.0.0.1:9191"
        ),
    }
}

/// A plain JavaScript value.
pub(crate) fn js(value: &Value) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap()
}

/// A data source whose sockets close with their last reader.
pub(crate) fn source(settings: &Value) -> JsValue {
    let mut settings = settings.clone();
    if settings.get("lingerMs").is_none() {
        settings["lingerMs"] = json!(0);
    }
    js(&json!({ "uid": "feed", "name": "Feed", "url": feed_url(), "settings": settings }))
}

/// What a subscription has delivered.
pub(crate) struct Delivered {
    packets: Rc<RefCell<Vec<Value>>>,
    ended: Rc<RefCell<Option<String>>>,
    subscription: Subscription,
    // The subscription calls these.
    _callbacks: [Closure<dyn FnMut(JsValue)>; 3],
}

/// Subscribes to a request for these targets.
pub(crate) fn subscribe(targets: Value) -> Delivered {
    subscribe_with(json!({ "targets": targets }), &source(&json!({})))
}

/// Subscribes to a request.
pub(crate) fn subscribe_with(mut request: Value, source: &JsValue) -> Delivered {
    request["requestId"] = request.get("requestId").cloned().unwrap_or(json!("Q1"));
    request["range"] = json!({ "from": 0, "to": 0, "raw": { "from": "now-5m", "to": "now" } });
    let packets: Rc<RefCell<Vec<Value>>> = Rc::default();
    let ended: Rc<RefCell<Option<String>>> = Rc::default();
    let (into, failed, completed) = (Rc::clone(&packets), Rc::clone(&ended), Rc::clone(&ended));
    let next = Closure::new(move |packet: JsValue| {
        into.borrow_mut()
            .push(serde_wasm_bindgen::from_value(packet).unwrap());
    });
    let error = Closure::new(move |error: JsValue| {
        failed.replace(Some(format!("error {error:?}")));
    });
    let complete = Closure::new(move |_: JsValue| {
        completed.replace(Some("complete".to_owned()));
    });
    let subscription = query(js(&request), source.clone())
        .subscribe(
            next.as_ref().clone(),
            error.as_ref().clone(),
            complete.as_ref().clone(),
        )
        .unwrap();
    Delivered {
        packets,
        ended,
        subscription,
        _callbacks: [next, error, complete],
    }
}

impl Delivered {
    /// The packets so far.
    pub(crate) fn packets(&self) -> Vec<Value> {
        self.packets.borrow().clone()
    }

    /// How the stream ended, if it has.
    pub(crate) fn ended(&self) -> Option<String> {
        self.ended.borrow().clone()
    }

    /// The first packet for which `wanted` holds.
    pub(crate) async fn packet(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = || self.packets.borrow().iter().find(|p| wanted(p)).cloned();
        if eventually(|| found().is_some()).await {
            return found().unwrap();
        }
        panic!(
            "no packet {what} came within {PATIENCE_MS} ms, but {:#?}",
            self.packets()
        );
    }

    /// A packet of the target `ref_id` with at least `count` rows.
    pub(crate) async fn rows(&self, ref_id: &str, count: u64) -> Value {
        let what = format!("of {ref_id} with {count} rows");
        self.packet(&what, |packet| {
            packet["data"][0]["refId"] == ref_id
                && packet["data"][0]["length"].as_u64() >= Some(count)
        })
        .await
    }

    /// Waits for the stream to end, and says how.
    pub(crate) async fn end(&self) -> String {
        assert!(
            eventually(|| self.ended().is_some()).await,
            "the stream did not end within {PATIENCE_MS} ms"
        );
        self.ended().unwrap()
    }
}

impl Drop for Delivered {
    fn drop(&mut self) {
        self.subscription.unsubscribe().unwrap();
    }
}

/// The values of a field of a packet's frame.
pub(crate) fn values(packet: &Value, name: &str) -> Vec<Value> {
    let fields = packet["data"][0]["fields"].as_array();
    let field = fields.and_then(|fields| fields.iter().find(|field| field["name"] == name));
    let field = field.unwrap_or_else(|| panic!("no field {name} in {packet:#}"));
    field["values"].as_array().unwrap().clone()
}

/// The texts of the notices of a packet's frame.
pub(crate) fn notices(packet: &Value) -> Vec<String> {
    // Left out when there are none.
    let notices = packet["data"][0]["meta"]["notices"].as_array();
    let text = |notice: &Value| notice["text"].as_str().unwrap().to_owned();
    notices.into_iter().flatten().map(text).collect()
}

/// Waits until `condition` holds; false when it takes too long.
pub(crate) async fn eventually(condition: impl Fn() -> bool) -> bool {
    for _ in 0..PATIENCE_MS / 10 {
        if condition() {
            return true;
        }
        sleep(10).await;
    }
    condition()
}

/// Waits.
pub(crate) async fn sleep(ms: u32) {
    TimeoutFuture::new(ms).await;
}

/// Asks the feed server over HTTP.
pub(crate) async fn ask(path: &str) -> Value {
    let address = format!("{}{path}", feed_url().replacen("ws", "http", 1));
    let answer = web_sys::window().unwrap().fetch_with_str(&address);
    let response: Response = JsFuture::from(answer).await.unwrap().unchecked_into();
    let text = JsFuture::from(response.text().unwrap()).await.unwrap();
    serde_json::from_str(&String::from(text.unchecked_into::<JsString>())).unwrap()
}

/// How many sockets were opened on a path, by the server's count.
pub(crate) async fn opened(path: &str) -> u64 {
    ask("/control").await["paths"][path]["opened"]
        .as_u64()
        .unwrap()
}

/// The connections that the engine holds to a path.
pub(crate) fn held(path: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_wasm_bindgen::from_value(connections().unwrap()).unwrap();
    all.into_iter()
        .filter(|held| held["url"].as_str().unwrap().contains(path))
        .collect()
}
