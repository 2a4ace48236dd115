//! The connections of this page: one for each key, whatever panel asks.
//!
//! In go settings and queries; out come leases of the [`Driver`] that reads what they ask for, opened when there is none.
//! Deliveries, the doctor, recordings and the exports that editors call come here to find a connection, and what the page
//! hears (online, hidden, a token entered) is passed on to all of them.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;

use super::ask::Ask;
use super::driver::{Driver, Lease};
use super::host::{self, PageEvent};
use crate::error::Error;
use crate::query::Query;
use crate::session::connection_feed::ConnectionCounts;
use crate::session::{Event, Replay, ReplayState, Session, SessionKey};
use crate::source::{Settings, VIEWER_TOKEN_KEY};

thread_local! {
    static DRIVERS: RefCell<Vec<Rc<Driver>>> = const { RefCell::new(Vec::new()) };
}

/// Has connections hear what happens to the page and its network, and when a viewer has entered a token.
pub(super) fn watch_page() {
    host::watch_page(|event| {
        tell_all(&match event {
            PageEvent::Offline => Event::Offline,
            PageEvent::Online => Event::Online,
            PageEvent::Visibility => Event::VisibilityChanged,
            PageEvent::Resumed => Event::Resumed,
        });
    });
    host::watch_storage(|key| {
        if key.starts_with(VIEWER_TOKEN_KEY) {
            tell_all(&Event::TokenChanged(key));
        }
    });
}

fn tell_all(event: &Event) {
    let all = DRIVERS.with_borrow(Clone::clone);
    all.iter().for_each(|driver| driver.handle(event.clone()));
}

/// Begins to read for `query` of the data source of that name, over the connection that is there or a new one, or the
/// replay that stands in for it. `ask` is for a history that another data source has.
///
/// # Errors
/// When the data source's URL and the query's path make no address.
pub(super) fn attach(
    settings: &Settings,
    data_source: &str,
    query: &Query,
    ask: Option<&Ask>,
) -> Result<Lease, Error> {
    let key = SessionKey::new(settings, query)?;
    let driver = serving(&key, query).unwrap_or_else(|| {
        let driver = Driver::open(key, forget);
        DRIVERS.with_borrow_mut(|all| all.push(Rc::clone(&driver)));
        driver
    });
    driver.read_by(data_source);
    Ok(driver.attach(query, ask))
}

/// Begins to read for `query` over the connection that reads what it asks for already; `None` where there is none.
///
/// # Errors
/// When the data source's URL and the query's path make no address.
pub(super) fn join(settings: &Settings, query: &Query) -> Result<Option<Lease>, Error> {
    let key = SessionKey::new(settings, query)?;
    let driver = serving(&key, query);
    let driver = driver.filter(|driver| driver.session(|own| own.source_of(query).is_some()));
    Ok(driver.map(|driver| driver.attach(query, None)))
}

/// Has a replay stand in for what `query` of the data source of that name reads, from now on.
///
/// # Errors
/// When the data source's URL and the query's path make no address.
pub(super) fn replay(
    settings: &Settings,
    data_source: &str,
    query: &Query,
    replay: Replay,
) -> Result<(), Error> {
    let key = SessionKey::new(settings, query)?;
    stop_replay(settings, query)?;
    let (now, wall) = (host::now(), host::wall());
    let session = Session::replaying(key, &query.request, replay, host::seed(), now, wall);
    let driver = Driver::of(session, forget);
    driver.read_by(data_source);
    // Before the connection that it stands in for.
    DRIVERS.with_borrow_mut(|all| all.insert(0, driver));
    Ok(())
}

/// What is played in place of what `query` reads, and how far it is.
///
/// # Errors
/// When the query asks for what the data source cannot do.
pub(super) fn replayed(
    settings: &Settings,
    query: &Query,
) -> Result<Option<(Replay, ReplayState)>, Error> {
    let seen = look(settings, query, |session| {
        session.replay().cloned().zip(session.replay_state())
    });
    Ok(seen?.flatten())
}

/// Ends the replay that stands in for what `query` reads, if there is one.
///
/// # Errors
/// When the query asks for what the data source cannot do.
pub(super) fn stop_replay(settings: &Settings, query: &Query) -> Result<(), Error> {
    let driver = serving(&SessionKey::new(settings, query)?, query);
    let plays = |driver: &Rc<Driver>| driver.session(|session| session.replay().is_some());
    if let Some(driver) = driver.filter(plays) {
        driver.handle(Event::Stop);
    }
    Ok(())
}

/// Looks at the connection that `query` reads, if there is one; opens none.
///
/// # Errors
/// When the query asks for what the data source cannot do.
pub(super) fn look<T>(
    settings: &Settings,
    query: &Query,
    look: impl FnOnce(&Session) -> T,
) -> Result<Option<T>, Error> {
    let driver = serving(&SessionKey::new(settings, query)?, query);
    Ok(driver.map(|driver| {
        // What waits has come as well.
        driver.flush();
        driver.session(look)
    }))
}

/// What `query` reads over the connection of that key.
fn serving(key: &SessionKey, query: &Query) -> Option<Rc<Driver>> {
    let serves =
        |driver: &&Rc<Driver>| driver.session(|session| session.serves(key, &query.request));
    DRIVERS.with_borrow(|all| all.iter().find(serves).cloned())
}

fn forget(driver: &Rc<Driver>) {
    DRIVERS.with_borrow_mut(|all| all.retain(|other| !Rc::ptr_eq(other, driver)));
}

/// Closes every connection.
pub(super) fn clear() {
    let all = DRIVERS.with_borrow_mut(std::mem::take);
    all.iter().for_each(|driver| driver.handle(Event::Stop));
    host::unwatch();
}

/// A connection for the host's eyes; `ConnectionStatus` in the TypeScript declarations.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    url: String,
    state: &'static str,
    readers: usize,
    messages: u64,
    bytes: u64,
    reconnects: u32,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_close_code: Option<u16>,
}

/// All connections.
pub(super) fn statuses() -> Vec<Status> {
    let all = DRIVERS.with_borrow(Clone::clone);
    all.iter().map(status).collect()
}

/// What all connections have counted, messages that waited included.
pub(super) fn counts() -> Vec<ConnectionCounts> {
    let all = DRIVERS.with_borrow(Clone::clone);
    let count = |driver: &Rc<Driver>| {
        driver.flush();
        let names = driver.data_sources();
        driver.session(|session| session.counts(names, host::now()))
    };
    all.iter().map(count).collect()
}

/// How many messages all connections have taken, those that waited included.
pub(super) fn received() -> f64 {
    let all = DRIVERS.with_borrow(Clone::clone);
    let taken = all.iter().map(|driver| {
        driver.flush();
        driver.session(|session| session.messages() as f64)
    });
    taken.sum()
}

fn status(driver: &Rc<Driver>) -> Status {
    // Counts are exact only of what has been taken.
    driver.flush();
    driver.session(|session| {
        let link = session.link();
        Status {
            url: session.key().url.clone(),
            state: session.state(),
            readers: session.leases(),
            messages: session.messages(),
            bytes: session.bytes(),
            reconnects: link.reconnects(),
            attempt: link.attempt(),
            last_close_code: session.last_close_code(),
        }
    })
}
