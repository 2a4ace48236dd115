//! The browser's clock and its waits.

use futures_util::future::{self, Either};
use gloo_timers::future::TimeoutFuture;

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

/// The result of `work`, or `None` when it takes longer than `ms` milliseconds.
pub(super) async fn within<F: Future + Unpin>(ms: f64, work: F) -> Option<F::Output> {
    match future::select(work, TimeoutFuture::new(to_timer(ms))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
