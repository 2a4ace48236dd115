//! From rows to packets: carries out the schedule of each request.

use std::rc::Rc;

use futures_signals::signal::SignalExt;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use futures_util::stream::select_all;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::driver::Lease;
use super::host::{now, wall, within};
use super::packet::{self, Failure, Header};
use super::registry;
use super::request::{Request, Slot};
use super::rx::Subscription;
use crate::query::Query;
use crate::session::Look;
use crate::session::schedule::{Beat, Mode, Schedule};

/// Begins to deliver what `request` asks for. Nothing is delivered before this returns:
/// operators such as takeUntil rely on it.
pub(super) fn start(request: &Rc<Request>, subscription: Subscription) {
    if request.slots.is_empty() {
        // Grafana would show a spinner for as long as no packet came.
        spawn_local(async move {
            emit(&subscription, packet::of_nothing());
            subscription.complete();
        });
        return;
    }
    let (abort, registration) = AbortHandle::new_pair();
    subscription.on_end(move || abort.abort());
    let request = Rc::clone(request);
    let work = async move { deliver(&request, &subscription).await };
    spawn_local(async move {
        // Aborted is the usual end: the consumer has gone.
        let _ = Abortable::new(work, registration).await;
    });
}

/// Delivers until the request is complete or the consumer goes.
async fn deliver(request: &Request, subscription: &Subscription) {
    let deliveries: Vec<Delivery<'_>> = request
        .slots
        .iter()
        .map(|slot| Delivery::attach(request, slot))
        .collect();
    let rates = deliveries
        .iter()
        .map(|delivery| delivery.slot.rate(request));
    let mut schedule = Schedule::new(request.mode, rates, now());
    let news = deliveries.iter().filter_map(Delivery::news);
    let mut news = select_all(news);
    let ends_in = || match request.mode {
        Mode::Live(range) => range.ends_in(wall()),
        Mode::Finite { .. } | Mode::Collecting { .. } => None,
    };
    loop {
        let looks: Vec<Option<Look>> = deliveries.iter().map(Delivery::look).collect();
        match schedule.poll(&looks, now(), ends_in()) {
            Beat::Send {
                due,
                last,
                completes,
            } => {
                for index in due {
                    emit(subscription, deliveries[index].packet(last));
                }
                schedule.sent(now());
                if completes {
                    return subscription.complete();
                }
            }
            Beat::Wait { until, listens } => {
                let wait = until.map(|until| until - now());
                if listens {
                    within(wait, news.next()).await;
                } else {
                    within(wait, futures_util::future::pending::<()>()).await;
                }
            }
        }
    }
}

/// The one way to a consumer. Nothing of the engine is borrowed meanwhile: the
/// consumer may subscribe, unsubscribe and query from inside.
fn emit(subscription: &Subscription, packet: Result<JsValue, JsValue>) {
    if subscription.is_gone() {
        return;
    }
    match packet {
        Ok(packet) => subscription.next(&packet),
        Err(error) => subscription.error(&error),
    }
}

/// One target of one subscription.
struct Delivery<'r> {
    slot: &'r Slot,
    reading: Result<(Lease, &'r Query), Failure<'r>>,
}

impl<'r> Delivery<'r> {
    fn attach(request: &'r Request, slot: &'r Slot) -> Self {
        let reading = match (&request.settings, &slot.query) {
            (Err(error), _) => Err(Failure::of_option(error)),
            (_, Err(error)) => Err(Failure::of_option(error)),
            (Ok(settings), Ok(query)) => registry::attach(settings, query, slot.ask.as_ref())
                .map(|lease| (lease, query))
                .map_err(|error| Failure::of_option(&error)),
        };
        Self { slot, reading }
    }

    fn news(&self) -> Option<impl futures_util::Stream<Item = u64> + use<>> {
        let (lease, _) = self.reading.as_ref().ok()?;
        Some(lease.driver.news.signal().to_stream())
    }

    /// Takes the messages that wait, and says what there is to show.
    fn look(&self) -> Option<Look> {
        let (lease, _) = self.reading.as_ref().ok()?;
        lease.driver.flush();
        lease.driver.session(|session| session.look(lease.reader))
    }

    fn packet(&self, last: bool) -> Result<JsValue, JsValue> {
        let header = Header {
            ref_id: &self.slot.ref_id,
            key: &self.slot.key,
            last,
        };
        let (lease, query) = match &self.reading {
            Ok(reading) => reading,
            Err(failure) => return packet::of_failure(header, failure),
        };
        let reader = lease.reader;
        let driver = &lease.driver;
        let Some(stream) = driver.session(|session| session.stream(reader)) else {
            debug_assert!(false, "a reader is there for as long as it is leased");
            return packet::of_failure(header, &Failure::new("The connection has ended."));
        };
        let (said, counted, failure) = driver.session(|session| {
            let said = session.notices(reader, now());
            (said, session.stats(), session.failure())
        });
        // Borrowed while the packet is built: that runs our own loops in JavaScript, never a consumer.
        let mut stream = stream.borrow_mut();
        let (projection, time) = (&query.projection, wall());
        stream.settle(projection, time);
        let (mut notices, mut stats) = (stream.notices(projection), stream.stats());
        driver.session(|session| session.mask(&mut notices));
        notices.extend(said);
        stats.extend(counted);
        let frames = stream.frames(query.capacity, projection, time);
        let failure = failure.as_deref().map(Failure::new);
        packet::of_frames(
            header,
            &frames,
            projection.view,
            &notices,
            &stats,
            failure.as_ref(),
        )
    }
}
