//! From rows to packets: carries out the schedule of each request.
//!
//! In goes a request with the subscription of its consumer; out go packets, through `emit` alone, until the request is complete
//! or the consumer goes. When a target is due, the session's [`schedule`](crate::session::schedule) says; this waits for news
//! of the connection and for a timer, looks and asks. `query()` of the module's exports starts it.

use std::rc::Rc;

use futures_signals::signal::SignalExt;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use futures_util::stream::select_all;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::driver::Lease;
use super::host::{next_task, now, wall, within};
use super::monitor::Watch;
use super::packet::{self, Failure, Header};
use super::registry;
use super::request::{Request, Slot};
use super::rx::Subscription;
use crate::query::Query;
use crate::session::Look;
use crate::session::schedule::{Beat, Mode, Schedule, Slowed};
use crate::stream::shown_in::ShownIn;

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
                let (begun, slowed) = (now(), schedule.slowed());
                for index in due {
                    emit(subscription, deliveries[index].packet(last, slowed));
                }
                schedule.sent(now());
                if completes {
                    return subscription.complete();
                }
                // React draws what it was handed in a task that it asked for meanwhile.
                next_task().await;
                schedule.drawn(now() - begun);
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

/// What a target reads.
enum Read {
    /// A connection.
    Connection(Lease),
    /// What the connections of the page do.
    Connections(Watch),
}

/// One target of one subscription.
struct Delivery<'r> {
    slot: &'r Slot,
    shown_in: &'r ShownIn,
    reading: Result<(Read, &'r Query), Failure<'r>>,
}

impl<'r> Delivery<'r> {
    fn attach(request: &'r Request, slot: &'r Slot) -> Self {
        let reading = match (&request.settings, &slot.query) {
            _ if let Some(fault) = &request.fault => Err(Failure::of_option(fault)),
            (_, Ok(query)) if query.reads_connections => {
                Ok((Read::Connections(Watch::begin(query)), query))
            }
            (Err(error), _) => Err(Failure::of_option(error)),
            (_, Err(error)) => Err(Failure::of_option(error)),
            (Ok(settings), Ok(query)) => {
                registry::attach(settings, &request.data_source, query, slot.ask.as_ref())
                    .map(|lease| (Read::Connection(lease), query))
                    .map_err(|error| Failure::of_option(&error))
            }
        };
        Self {
            slot,
            shown_in: &request.shown_in,
            reading,
        }
    }

    fn news(&self) -> Option<impl futures_util::Stream<Item = u64> + use<>> {
        let (read, _) = self.reading.as_ref().ok()?;
        Some(match read {
            Read::Connection(lease) => lease.driver.news.signal().to_stream(),
            Read::Connections(watch) => watch.news().signal().to_stream(),
        })
    }

    /// Takes the messages that wait, and says what there is to show.
    fn look(&self) -> Option<Look> {
        let (read, _) = self.reading.as_ref().ok()?;
        match read {
            Read::Connection(lease) => {
                lease.driver.flush();
                lease.driver.session(|session| session.look(lease.reader))
            }
            Read::Connections(watch) => Some(watch.look()),
        }
    }

    fn packet(&self, last: bool, slowed: Option<Slowed>) -> Result<JsValue, JsValue> {
        let header = Header {
            ref_id: &self.slot.ref_id,
            key: &self.slot.key,
            last,
        };
        let (read, query) = match &self.reading {
            Ok(reading) => reading,
            Err(failure) => return packet::of_failure(header, failure),
        };
        let rows = match read {
            Read::Connection(lease) => lease.driver.session(|session| session.stream(lease.reader)),
            Read::Connections(watch) => Some(watch.stream()),
        };
        let Some(rows) = rows else {
            debug_assert!(false, "a reader is there for as long as it is leased");
            return packet::of_failure(header, &Failure::new("The connection has ended."));
        };
        let (said, counted, failure) = match read {
            Read::Connection(lease) => lease.driver.session(|session| {
                let said = session.notices(lease.reader, now());
                (said, session.stats(), session.failure())
            }),
            Read::Connections(_) => Default::default(),
        };
        // Borrowed while the packet is built: that runs our own loops in JavaScript, never a consumer.
        let mut stream = rows.borrow_mut();
        let (projection, time) = (&query.projection, wall());
        stream.settle(projection, time);
        let (mut notices, mut stats) = (stream.notices(projection), stream.stats());
        notices.extend(stream.quoted_numbers(projection, self.shown_in));
        if let Read::Connection(lease) = read {
            lease.driver.session(|session| session.mask(&mut notices));
        }
        notices.extend(said);
        notices.extend(stream.hairline(query, self.shown_in, time));
        stats.extend(counted);
        stats.extend(slowed.map(Slowed::stats).into_iter().flatten());
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
