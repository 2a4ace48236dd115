//! The browser's clock and its waits.

use futures_util::future::{self, Either};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds since the epoch.
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}

/// The timers of browsers take 32-bit milliseconds; rounded up so that nothing comes early.
pub(super) fn to_timer(ms: f64) -> u32 {
    ms.ceil().clamp(0.0, f64::from(i32::MAX)) as u32
}

/// Waits for `ms` milliseconds.
pub(super) async fn sleep(ms: f64) {
    TimeoutFuture::new(to_timer(ms)).await;
}

/// Longest wait for an animation frame: a hidden page paints none.
const FRAME_TIMEOUT_MS: u32 = 50;

/// Waits for the browser to be about to paint, or not at all in a hidden page.
pub(super) async fn next_paint() {
    let visible = web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| !document.hidden());
    if !visible {
        return;
    }
    let mut frame = None;
    let painted = js_sys::Promise::new(&mut |resolve, _| {
        frame = Some(gloo_render::request_animation_frame(move |at| {
            // Nobody else settles this promise, and resolving cannot throw.
            let _ = resolve.call1(&wasm_bindgen::JsValue::UNDEFINED, &at.into());
        }));
    });
    future::select(
        JsFuture::from(painted),
        TimeoutFuture::new(FRAME_TIMEOUT_MS),
    )
    .await;
}

/// The result of `work`, or `None` when it takes longer than `ms` milliseconds.
pub(super) async fn within<F: Future + Unpin>(ms: f64, work: F) -> Option<F::Output> {
    match future::select(work, TimeoutFuture::new(to_timer(ms))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
