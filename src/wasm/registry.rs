//! The connections of this page: one for each key, whatever panel asks.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;

use super::ask::Ask;
use super::driver::{Driver, Lease};
use super::host;
use crate::error::Error;
use crate::query::Query;
use crate::session::connection_feed::ConnectionCounts;
use crate::session::{Event, Session, SessionKey};
use crate::source::{Settings, VIEWER_TOKEN_KEY};

thread_local! {
    static DRIVERS: RefCell<Vec<Rc<Driver>>> = const { RefCell::new(Vec::new()) };
}

/// Has connections hear when the network is back, when the page is hidden or left, and when a viewer has entered a token.
pub(super) fn watch_page() {
    host::watch_network(|| tell_all(&Event::Online));
    host::watch_visibility(|| tell_all(&Event::VisibilityChanged));
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

/// Begins to read for `query` of the data source of that name, over the connection that is there or a new one. `ask` is
/// for a history that another data source has.
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
    let driver = serving(&key).unwrap_or_else(|| {
        let driver = Driver::open(key, forget);
        DRIVERS.with_borrow_mut(|all| all.push(Rc::clone(&driver)));
        driver
    });
    driver.read_by(data_source);
    Ok(driver.attach(query, ask))
}

/// Looks at the connection that `query` reads, if there is one; opens none.
pub(super) fn look<T>(
    settings: &Settings,
    query: &Query,
    look: impl FnOnce(&Session) -> T,
) -> Option<T> {
    let key = SessionKey::new(settings, query).ok()?;
    let driver = serving(&key)?;
    // What waits has come as well.
    driver.flush();
    Some(driver.session(look))
}

/// The connection of that key.
fn serving(key: &SessionKey) -> Option<Rc<Driver>> {
    let serves = |driver: &&Rc<Driver>| driver.session(|session| session.key() == key);
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
            state: link.state().name(),
            readers: session.leases(),
            messages: session.messages(),
            bytes: session.bytes(),
            reconnects: link.reconnects(),
            attempt: link.attempt(),
            last_close_code: session.last_close_code(),
        }
    })
}
