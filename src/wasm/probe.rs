//! The connection test: a connection of its own, for as long as [`Probe`] wants it.

use std::rc::Rc;

use futures_signals::signal::SignalExt;
use futures_util::StreamExt;

use super::driver::Driver;
use super::host::{now, within};
use crate::query::Query;
use crate::session::probe::{Probe, ProbeReport, ProbeStep, settings as test_settings};
use crate::session::{Event, SessionKey};
use crate::source::Settings;

/// Tests the data source with a query.
pub(super) async fn run(settings: &Settings, query: &Query, timeout_ms: f64) -> ProbeReport {
    let key = match SessionKey::new(&test_settings(settings), query) {
        Ok(key) => key,
        Err(error) => return ProbeReport::impossible(error.to_string()),
    };
    // Not through the registry: a connection that is open already would prove nothing.
    let driver = Driver::open(key, |_| ());
    let lease = driver.attach(query, None);
    let report = watch(&driver, timeout_ms).await;
    driver.handle(Event::Stop);
    drop(lease);
    report
}

async fn watch(driver: &Rc<Driver>, timeout_ms: f64) -> ProbeReport {
    let mut probe = Probe::new(timeout_ms, now());
    let mut news = driver.news.signal().to_stream();
    loop {
        driver.flush();
        match driver.session(|session| probe.poll(session, now())) {
            ProbeStep::Done(report) => return report,
            ProbeStep::Wait(until) => {
                within(Some(until - now()), news.next()).await;
            }
        }
    }
}
