//! From rows to packets: when each subscriber gets what.

use std::cell::Cell;
use std::rc::Rc;

use futures_signals::signal::SignalExt;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::connection::Lease;
use super::packet::{self, Header};
use super::registry;
use super::request::{Request, Slot};
use super::settings::Settings;
use super::subscriber::Subscription;
use super::time::{now, sleep, within};
use crate::frame::{Notice, Severity};
use crate::pace::{Pace, Range};
use crate::query::Query;
use crate::socket::machine::{Event, State};

/// Longest wait of a first packet for its history; rows that come later are merged when they do.
const HISTORY_PATIENCE_MS: f64 = 5_000.0;

/// How long a consumer that wants one packet waits for more after the first row.
const GATHER_MS: f64 = 200.0;

/// Begins to deliver what `request` asks for. Nothing is delivered before this returns:
/// operators such as takeUntil rely on it.
pub(super) fn start(request: &Rc<Request>, subscription: Subscription) {
    let running = Rc::new(Cell::new(request.targets.len()));
    if request.targets.is_empty() {
        spawn_local(async move { subscription.complete() });
        return;
    }
    for index in 0..request.targets.len() {
        let (abort, registration) = AbortHandle::new_pair();
        subscription.on_end(move || abort.abort());
        let (request, subscription, running) = (
            Rc::clone(request),
            subscription.clone(),
            Rc::clone(&running),
        );
        let work = async move {
            deliver_slot(&request, &request.targets[index], &subscription).await;
            running.set(running.get() - 1);
            // In a streaming request a target that failed leaves the others running, and the panel its message.
            if running.get() == 0 && request.finite {
                subscription.complete();
            }
        };
        spawn_local(async move {
            // Aborted is the usual end: the consumer has gone.
            let _ = Abortable::new(work, registration).await;
        });
    }
}

async fn deliver_slot(request: &Request, slot: &Slot, subscription: &Subscription) {
    let header = Header {
        ref_id: &slot.ref_id,
        key: &slot.key,
        last: request.finite,
    };
    let attached = attach(request, slot);
    match attached {
        Err(message) => emit(subscription, packet::of_error(header, &message)),
        Ok((lease, target, settings)) => {
            let mut delivery = Delivery {
                header,
                lease,
                target,
                subscription,
                pace: Pace::new(target.max_rate),
            };
            if request.finite {
                let patience = settings.finite_timeout_ms;
                match request.collect_ms {
                    Some(collect) => delivery.run_collecting(collect, patience).await,
                    None => delivery.run_finite(patience).await,
                }
            } else {
                delivery.run(request.range).await;
            }
        }
    }
}

fn attach<'r>(
    request: &'r Request,
    slot: &'r Slot,
) -> Result<(Lease, &'r Query, &'r Settings), String> {
    let settings = request.settings.as_ref().map_err(ToString::to_string)?;
    let target = slot.target.as_ref().map_err(ToString::to_string)?;
    let lease = registry::attach(settings, target).map_err(|error| error.to_string())?;
    // Whoever asks again asks for another try.
    if matches!(lease.connection().state.get_cloned(), State::Failed { .. }) {
        lease.connection().handle(Event::Online);
    }
    Ok((lease, target, settings))
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
    header: Header<'r>,
    lease: Lease,
    target: &'r Query,
    subscription: &'r Subscription,
    pace: Pace,
}

/// What a packet was made of; equal means that another one would look the same.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    rows: u64,
    state: State,
}

impl Delivery<'_> {
    /// Delivers until the consumer goes.
    async fn run(&mut self, range: Range) {
        let mut news = self.lease.connection().news.signal().to_stream();
        self.history().await;
        let mut seen = self.send();
        let mut ready = self.lease.shared().ready.signal().to_stream();
        loop {
            if !range.is_live(now()) {
                // A window that has ended shows what it has; new rows would only push that out.
                return std::future::pending().await;
            }
            let woken = futures_util::future::select(news.next(), ready.next());
            if range.relative {
                if within(self.pace.idle(now()), woken).await.is_none() {
                    seen = self.send();
                    continue;
                }
            } else {
                woken.await;
            }
            if self.look() == seen {
                continue;
            }
            let wait = self.pace.wait(now());
            if wait > 0.0 {
                sleep(wait).await;
            }
            seen = self.send();
        }
    }

    /// Delivers once: what is there, at the latest after `timeout_ms`.
    async fn run_finite(&mut self, timeout_ms: f64) {
        let deadline = now() + timeout_ms;
        self.history().await;
        let waited = self.first_row(deadline).await;
        if waited {
            // The first row seldom comes alone.
            sleep((deadline - now()).clamp(0.0, GATHER_MS)).await;
        }
        self.send();
    }

    /// Delivers once: what came in `collect_ms` from when the connection stands, which may take
    /// `patience_ms`.
    async fn run_collecting(&mut self, collect_ms: f64, patience_ms: f64) {
        self.history().await;
        let state = self.lease.connection().state.signal_cloned();
        let settled = |state: State| matches!(state, State::Open { .. } | State::Failed { .. });
        let settled = state
            .to_stream()
            .filter(move |s| std::future::ready(settled(s.clone())));
        let mut settled = std::pin::pin!(settled);
        if within(patience_ms, settled.next()).await.is_some() {
            sleep(collect_ms).await;
        }
        self.send();
    }

    /// Waits for a row; says whether there was none at first, and one came before `deadline`.
    async fn first_row(&mut self, deadline: f64) -> bool {
        let mut news = self.lease.connection().news.signal().to_stream();
        let mut waited = false;
        while self.look().rows == 0 || self.lease.shared().stream.borrow().is_empty() {
            let left = deadline - now();
            if left <= 0.0
                || matches!(
                    self.lease.connection().state.get_cloned(),
                    State::Failed { .. }
                )
            {
                break;
            }
            if within(left, news.next()).await.is_none() {
                break;
            }
            waited = true;
        }
        waited
    }

    /// Waits for the history, but not forever.
    async fn history(&self) {
        let ready = &self.lease.shared().ready;
        if !ready.get() {
            within(HISTORY_PATIENCE_MS, ready.signal().wait_for(true)).await;
        }
    }

    /// Takes the messages that wait, and says what there is to show.
    fn look(&self) -> Seen {
        self.lease.connection().flush();
        Seen {
            rows: self.lease.shared().stream.borrow().revision(),
            state: self.lease.connection().state.get_cloned(),
        }
    }

    fn send(&mut self) -> Seen {
        let seen = self.look();
        self.pace.sent(now());
        let packet = self.packet(&seen.state);
        emit(self.subscription, packet);
        seen
    }

    fn packet(&self, state: &State) -> Result<JsValue, JsValue> {
        let connection = self.lease.connection();
        // Borrowed while the packet is built: that runs our own loops in JavaScript, never a consumer.
        let mut stream = self.lease.shared().stream.borrow_mut();
        let fields = &self.target.projection;
        let (mut notices, mut stats) = (stream.notices(fields), stream.stats());
        stats.extend(connection.stats());
        if !self.lease.shared().ready.get() {
            let text = "The history has not come yet; these are the rows since the feed began.";
            notices.push(Notice::new(Severity::Info, text.to_owned()));
        }
        let failure = match state {
            State::Failed { .. } => connection.notice().map(|notice| notice.text),
            _ => {
                notices.extend(connection.notice());
                None
            }
        };
        let frames = stream.frames(self.target.capacity, fields, now());
        let failure = failure.as_deref();
        packet::of_frames(self.header, &frames, fields.view, &notices, &stats, failure)
    }
}
