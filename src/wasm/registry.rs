//! The connections of this page: one for each key, whatever panel asks.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::connection::{Connection, ConnectionKey, Lease};
use super::settings::Settings;
use crate::error::Error;
use crate::query::Query;
use crate::socket::machine::Event;
use crate::url;

thread_local! {
    static CONNECTIONS: RefCell<Vec<Rc<Connection>>> = const { RefCell::new(Vec::new()) };
    static ONLINE: RefCell<Option<Closure<dyn FnMut()>>> = const { RefCell::new(None) };
}

/// Has connections that wait try again as soon as the network is back.
pub(super) fn watch_network() {
    let back = Closure::<dyn FnMut()>::new(|| {
        let all = CONNECTIONS.with_borrow(Clone::clone);
        all.iter()
            .for_each(|connection| connection.handle(Event::Online));
    });
    if let Some(window) = web_sys::window() {
        // Only fails for a null callback.
        let _ = window.add_event_listener_with_callback("online", back.as_ref().unchecked_ref());
    }
    ONLINE.replace(Some(back));
}

/// The key of the connection that `target` reads.
pub(super) fn key(settings: &Settings, target: &Query) -> Result<ConnectionKey, Error> {
    Ok(ConnectionKey {
        url: url::socket(&settings.url, &target.path)?,
        subscribe: target.subscribe.clone(),
        settings: settings.clone(),
    })
}

/// Begins to read for `target`, over the connection that stands or a new one.
pub(super) fn attach(settings: &Settings, target: &Query) -> Result<Lease, Error> {
    let key = key(settings, target)?;
    let existing = CONNECTIONS.with_borrow(|all| all.iter().find(|c| c.key == key).cloned());
    let connection = existing.unwrap_or_else(|| {
        let connection = Connection::open(key);
        CONNECTIONS.with_borrow_mut(|all| all.push(Rc::clone(&connection)));
        connection
    });
    Ok(connection.attach(target))
}

/// Forgets a connection that is closed.
pub(super) fn forget(connection: &Rc<Connection>) {
    CONNECTIONS.with_borrow_mut(|all| all.retain(|other| !Rc::ptr_eq(other, connection)));
}

/// Closes every connection.
pub(super) fn clear() {
    let all = CONNECTIONS.with_borrow_mut(std::mem::take);
    all.iter().for_each(Connection::stop);
    if let (Some(back), Some(window)) = (ONLINE.take(), web_sys::window()) {
        let _ = window.remove_event_listener_with_callback("online", back.as_ref().unchecked_ref());
    }
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
    CONNECTIONS.with_borrow(|all| all.iter().map(|connection| status(connection)).collect())
}

/// How many messages all connections have taken, those that waited included.
pub(super) fn received() -> f64 {
    CONNECTIONS.with_borrow(|all| {
        let taken = all.iter().map(|connection| {
            connection.flush();
            connection.messages() as f64
        });
        taken.sum()
    })
}

fn status(connection: &Connection) -> Status {
    // Counts are exact only of what has been taken.
    connection.flush();
    connection.machine(|machine| Status {
        url: connection.key.url.clone(),
        state: machine.state().name(),
        readers: connection.leases(),
        messages: connection.messages(),
        bytes: connection.bytes(),
        reconnects: machine.reconnects(),
        attempt: machine.attempt(),
        last_close_code: machine.last_close().map(|close| close.code),
    })
}
