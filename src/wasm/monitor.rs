//! Looks at the page's connections once a second, for as long as a query asks what they do.
//!
//! What is made of that is decided in [`session::connection_feed`](crate::session::connection_feed).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_signals::signal::Mutable;
use gloo_timers::callback::Interval;

use super::host::{now, to_timer, wall};
use super::registry;
use crate::query::Query;
use crate::session::Look;
use crate::session::connection_feed::{ConnectionFeed, ConnectionReader, SAMPLE_MS};
use crate::stream::Stream;

thread_local! {
    static FEED: RefCell<ConnectionFeed> = RefCell::default();
    static NEWS: Mutable<u64> = Mutable::new(0);
    static WATCHES: Cell<usize> = const { Cell::new(0) };
    static TIMER: RefCell<Option<Interval>> = const { RefCell::new(None) };
}

/// A query reads what the connections do; dropping it ends that.
#[must_use = "dropping the watch stops the reading"]
pub(super) struct Watch(RefCell<ConnectionReader>);

impl Watch {
    /// Begins to read for `query`.
    pub(super) fn begin(query: &Query) -> Self {
        WATCHES.set(WATCHES.get() + 1);
        if FEED.with_borrow(|feed| feed.is_due(now())) {
            sample();
        }
        TIMER.with_borrow_mut(|timer| {
            timer.get_or_insert_with(|| Interval::new(to_timer(SAMPLE_MS), sample));
        });
        Self(RefCell::new(ConnectionReader::new(query)))
    }

    /// Goes up with every sample.
    pub(super) fn news(&self) -> Mutable<u64> {
        NEWS.with(Mutable::clone)
    }

    /// Takes the samples that wait, and says what there is to show.
    pub(super) fn look(&self) -> Look {
        let mut reader = self.0.borrow_mut();
        FEED.with_borrow(|feed| reader.read(feed));
        reader.look()
    }

    /// The rows.
    pub(super) fn stream(&self) -> Rc<RefCell<Stream>> {
        self.0.borrow().stream()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCHES.set(WATCHES.get().saturating_sub(1));
        if WATCHES.get() == 0 {
            end();
        }
    }
}

/// Looks at no connection any more.
pub(super) fn end() {
    drop(TIMER.take());
}

fn sample() {
    let all = registry::counts();
    FEED.with_borrow_mut(|feed| feed.sample(&all, wall(), now()));
    NEWS.with(|news| news.replace_with(|count| count.wrapping_add(1)));
}
