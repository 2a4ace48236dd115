//! One socket and everything that reads it.

mod receive;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures_signals::signal::Mutable;
use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

use super::hot::{Inbox, Stage};
use super::sample::Sample;
use super::settings::Settings;
use super::socket::Socket;
use super::time::{now, to_timer};
use crate::format::Format;
use crate::frame::{Notice, Stat};
use crate::query::{Backfill, Query, Reading};
use crate::socket::machine::{Action, Event, Machine, State};
use crate::stream::Stream;
use crate::stream::intake::Intake;

/// What tells connections apart: those with the same key are one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ConnectionKey {
    /// The socket's address.
    pub(super) url: String,
    /// What is sent once the connection stands. Part of the key: what was asked for decides what
    /// comes, and rows of two subscriptions must not mix.
    pub(super) subscribe: Option<String>,
    /// How it is kept.
    pub(super) settings: Settings,
}

/// The rows of one reading of a connection, shared by all targets that read this way.
pub(super) struct SharedStream {
    format: Format,
    reading: Reading,
    backfill: Option<Backfill>,
    /// The rows.
    pub(super) stream: Rc<RefCell<Stream>>,
    /// Whether the first packet may go: there is no history to wait for, or it is merged.
    pub(super) ready: Mutable<bool>,
}

/// A kind of target on a connection. It lingers for a while after its last lease.
struct Reader {
    shared: Rc<SharedStream>,
    unsubscribe: Option<String>,
    capacity: usize,
    leases: Cell<usize>,
    linger: RefCell<Option<Timeout>>,
}

/// One socket and everything that reads it.
pub(super) struct Connection {
    /// What tells it apart.
    pub(super) key: ConnectionKey,
    machine: RefCell<Machine>,
    /// Where it is in its life; a copy of the machine's state that can be waited for.
    pub(super) state: Mutable<State>,
    /// Goes up when a message waits or the state changes.
    pub(super) news: Mutable<u64>,
    socket: RefCell<Option<Socket>>,
    timer: RefCell<Option<Timeout>>,
    stage: RefCell<Stage>,
    inbox: Inbox,
    readers: RefCell<Vec<Rc<Reader>>>,
    intake: RefCell<Intake>,
    opened: Cell<bool>,
    messages: Cell<u64>,
    bytes: Cell<u64>,
    /// The first message.
    pub(super) sample: RefCell<Option<Sample>>,
    // The inbox calls these, so they live as long as it does.
    _first: Closure<dyn FnMut()>,
    _full: Closure<dyn FnMut()>,
}

impl Connection {
    /// A connection that begins to connect.
    pub(super) fn open(key: ConnectionKey) -> Rc<Self> {
        let connection = Rc::new_cyclic(|this: &Weak<Self>| {
            let (on_first, on_full) = (this.clone(), this.clone());
            let first = Closure::new(move || with(&on_first, |c| c.announce()));
            let full = Closure::new(move || with(&on_full, |c| c.flush()));
            let machine = Machine::new(key.settings.policy, now());
            let mut stage = Stage::default();
            Self {
                state: Mutable::new(machine.state().clone()),
                machine: RefCell::new(machine),
                news: Mutable::new(0),
                socket: RefCell::new(None),
                timer: RefCell::new(None),
                inbox: stage.inbox(
                    first.as_ref().unchecked_ref(),
                    full.as_ref().unchecked_ref(),
                ),
                stage: RefCell::new(stage),
                readers: RefCell::default(),
                intake: RefCell::new(Intake::new(key.settings.max_message_bytes)),
                opened: Cell::new(false),
                messages: Cell::new(0),
                bytes: Cell::new(0),
                sample: RefCell::new(None),
                _first: first,
                _full: full,
                key,
            }
        });
        let wake = connection.machine.borrow().first_wake();
        connection.perform(vec![Action::Connect, wake]);
        connection
    }

    /// Tells those who wait that there is something new.
    fn announce(&self) {
        self.news.replace_with(|count| count.wrapping_add(1));
    }

    /// Feeds the state machine and does what it says.
    pub(super) fn handle(self: &Rc<Self>, event: Event) {
        let opened = event == Event::Opened;
        if opened && self.opened.replace(true) {
            // What waits came before the connection was lost.
            self.flush();
            self.intake.borrow_mut().reconnected();
        }
        let actions = self
            .machine
            .borrow_mut()
            .handle(event, now(), js_sys::Math::random());
        self.perform(actions);
        if opened {
            self.subscribe();
        }
        let state = self.machine.borrow().state().clone();
        self.state.set_neq(state);
        self.announce();
    }

    fn perform(self: &Rc<Self>, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Connect => self.connect(),
                Action::Drop => drop(self.socket.take()),
                Action::Wake(ms) => {
                    let this = Rc::downgrade(self);
                    let timer = Timeout::new(to_timer(ms), move || {
                        with(&this, |c| {
                            c.handle(Event::Woke {
                                last_message: c.inbox.last_message(),
                            })
                        });
                    });
                    self.timer.replace(Some(timer));
                }
            }
        }
    }

    fn connect(self: &Rc<Self>) {
        drop(self.socket.take());
        let this = Rc::downgrade(self);
        let handle = move |event: Event| with(&this, |c| c.handle(event));
        match Socket::open(
            &self.key.url,
            &self.key.settings.subprotocols,
            &self.inbox,
            handle,
        ) {
            Ok(socket) => drop(self.socket.replace(Some(socket))),
            Err(reason) => self.handle(Event::Refused(reason)),
        }
    }

    fn send(&self, text: &str) {
        if let Some(socket) = &*self.socket.borrow() {
            socket.send(text);
        }
    }

    fn subscribe(&self) {
        if let Some(text) = &self.key.subscribe {
            self.send(text);
        }
    }

    /// The subprotocol that the server chose.
    pub(super) fn protocol(&self) -> String {
        self.socket
            .borrow()
            .as_ref()
            .map(Socket::protocol)
            .unwrap_or_default()
    }

    /// Messages received.
    pub(super) fn messages(&self) -> u64 {
        self.messages.get()
    }

    /// Bytes in them.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    /// How many targets read it now, those that linger not counted.
    pub(super) fn leases(&self) -> usize {
        self.readers
            .borrow()
            .iter()
            .map(|reader| reader.leases.get())
            .sum()
    }

    /// A look at the state machine.
    pub(super) fn machine<T>(&self, look: impl FnOnce(&Machine) -> T) -> T {
        look(&self.machine.borrow())
    }

    /// What a panel should say of the connection.
    pub(super) fn notice(&self) -> Option<Notice> {
        self.machine
            .borrow()
            .notice(&self.key.url, now(), self.inbox.last_message())
    }

    /// The connection's lines in the panel inspector.
    pub(super) fn stats(&self) -> Vec<Stat> {
        let machine = self.machine.borrow();
        let stat = |name, value: f64| Stat {
            name,
            value,
            unit: None,
        };
        let mut stats = vec![
            stat("Connection: messages", self.messages.get() as f64),
            Stat {
                name: "Connection: bytes",
                value: self.bytes.get() as f64,
                unit: Some("decbytes"),
            },
            stat("Connection: targets", self.leases() as f64),
            stat("Connection: reconnects", f64::from(machine.reconnects())),
        ];
        stats.extend(
            machine
                .last_close()
                .map(|close| stat("Connection: last close code", f64::from(close.code))),
        );
        stats
    }

    /// Begins to read for `target`.
    pub(super) fn attach(self: &Rc<Self>, target: &Query) -> Lease {
        let existing = self
            .readers
            .borrow()
            .iter()
            .find(|reader| reader.serves(target))
            .cloned();
        let reader = existing.unwrap_or_else(|| self.add_reader(target));
        reader.leases.set(reader.leases.get() + 1);
        drop(reader.linger.take());
        Lease {
            connection: Rc::clone(self),
            reader,
        }
    }

    fn add_reader(self: &Rc<Self>, target: &Query) -> Rc<Reader> {
        // What waits belongs to those who are here already.
        self.flush();
        let shared = self
            .readers
            .borrow()
            .iter()
            .map(|r| &r.shared)
            .find(|s| s.serves(target))
            .cloned();
        let shared = shared.unwrap_or_else(|| self.add_stream(target));
        let reader = Rc::new(Reader {
            shared,
            unsubscribe: target.unsubscribe.clone(),
            capacity: target.capacity,
            leases: Cell::new(0),
            linger: RefCell::new(None),
        });
        self.readers.borrow_mut().push(Rc::clone(&reader));
        self.fit(&reader.shared);
        reader
    }

    fn add_stream(self: &Rc<Self>, target: &Query) -> Rc<SharedStream> {
        let reading = target.projection.reading.clone();
        let stream = Rc::new(RefCell::new(Stream::new(&reading, target.capacity)));
        let mut intake = self.intake.borrow_mut();
        intake.attach(&target.format, Rc::clone(&stream));
        drop(intake);
        let backfill = target.backfill.clone();
        let ready = Mutable::new(backfill.is_none());
        let shared = Rc::new(SharedStream {
            format: target.format.clone(),
            reading,
            stream,
            ready,
            backfill,
        });
        if let Some(backfill) = &shared.backfill {
            super::fetch::begin(self, backfill.clone(), Rc::clone(&shared));
        }
        shared
    }

    /// Lets the stream hold as many rows as the target that wants most of it.
    fn fit(&self, shared: &Rc<SharedStream>) {
        let readers = self.readers.borrow();
        let wanted = readers
            .iter()
            .filter(|r| Rc::ptr_eq(&r.shared, shared))
            .map(|r| r.capacity)
            .max();
        if let Some(capacity) = wanted {
            shared.stream.borrow_mut().resize(capacity);
        }
    }

    /// A lease ended: what nobody reads goes after the linger time.
    fn released(self: &Rc<Self>, reader: &Rc<Reader>) {
        reader.leases.set(reader.leases.get() - 1);
        if reader.leases.get() > 0 {
            return;
        }
        let (this, leaving) = (Rc::downgrade(self), Rc::downgrade(reader));
        let timer = Timeout::new(to_timer(self.key.settings.linger_ms), move || {
            if let (Some(this), Some(reader)) = (this.upgrade(), leaving.upgrade()) {
                this.remove(&reader);
            }
        });
        reader.linger.replace(Some(timer));
    }

    fn remove(self: &Rc<Self>, reader: &Rc<Reader>) {
        self.readers
            .borrow_mut()
            .retain(|other| !Rc::ptr_eq(other, reader));
        self.fit(&reader.shared);
        let mut readers = self.readers.borrow().clone().into_iter();
        if !readers.any(|other| Rc::ptr_eq(&other.shared, &reader.shared)) {
            self.intake.borrow_mut().detach(&reader.shared.stream);
        }
        if self.readers.borrow().is_empty() {
            // Not before: all readers of a connection live off its one subscription.
            if let Some(text) = &reader.unsubscribe {
                self.send(text);
            }
            self.handle(Event::Stop);
            super::registry::forget(self);
        }
    }

    /// Closes the socket and forgets all timers, whoever still reads.
    pub(super) fn stop(self: &Rc<Self>) {
        self.handle(Event::Stop);
        drop(self.timer.take());
        self.readers
            .borrow()
            .iter()
            .for_each(|reader| drop(reader.linger.take()));
    }
}

fn with(connection: &Weak<Connection>, act: impl FnOnce(&Rc<Connection>)) {
    if let Some(connection) = connection.upgrade() {
        act(&connection);
    }
}

impl Reader {
    fn serves(&self, target: &Query) -> bool {
        self.shared.serves(target)
            && self.unsubscribe == target.unsubscribe
            && self.capacity == target.capacity
    }
}

impl SharedStream {
    fn serves(&self, target: &Query) -> bool {
        self.format == target.format
            && self.reading == target.projection.reading
            && self.backfill == target.backfill
    }
}

/// A target reads a connection; dropping the lease ends that.
#[must_use = "dropping the lease stops the reading"]
pub(super) struct Lease {
    connection: Rc<Connection>,
    reader: Rc<Reader>,
}

impl Lease {
    /// The connection.
    pub(super) fn connection(&self) -> &Rc<Connection> {
        &self.connection
    }

    /// The rows.
    pub(super) fn shared(&self) -> &Rc<SharedStream> {
        &self.reader.shared
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.connection.released(&self.reader);
    }
}
