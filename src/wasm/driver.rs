//! Carries out what a session says: its socket, its one timer, its fetches.
//!
//! Nothing is decided here. The registry opens a driver for each connection, readers hold leases of it, and what
//! waits for news (`delivery`, `doctor`) listens to [`Driver::news`].

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures_signals::signal::Mutable;
use gloo_timers::callback::Timeout;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::ask::Ask;
use super::fetch::Fetch;
use super::host::{is_offline, now, seed, soon, to_timer, wall};
use super::inbox::{self, Inbox, Stage};
use super::kept;
use super::socket::Socket;
use super::stream_fetch::{self, ResponsePart};
use super::token;
use crate::format::Message;
use crate::protocol::Outgoing;
use crate::query::Query;
use crate::session::readers::{ReaderId, StreamId};
use crate::session::recordings::RecordingId;
use crate::session::{
    Endpoint, Event, HttpRequest, Report, Session, SessionKey, SuccessorEvent, TokenRequest,
    Transmit,
};

/// Told when nobody reads the connection any more.
type Ended = Box<dyn Fn(&Rc<Driver>)>;

/// A session and the browser's side of it.
pub(super) struct Driver {
    session: RefCell<Session>,
    /// Goes up when a message waits or something changed.
    pub(super) news: Mutable<u64>,
    socket: RefCell<Option<Socket>>,
    /// The one that is to take its place.
    successor: RefCell<Option<Socket>>,
    /// The HTTP response that is read in place of a socket.
    response: RefCell<Option<Fetch>>,
    timer: RefCell<Option<Timeout>>,
    /// When that fires.
    timer_at: Cell<Option<f64>>,
    /// The request for the token, while it is under way.
    token: RefCell<Option<Fetch>>,
    fetches: RefCell<Vec<(StreamId, Fetch)>>,
    /// How histories are asked for that are still to come from other data sources.
    asks: RefCell<Vec<(StreamId, Ask)>>,
    stage: RefCell<Stage>,
    inbox: Inbox,
    /// The names of the data sources whose queries have read it.
    data_sources: RefCell<Vec<String>>,
    ended: Ended,
    // The inbox calls these, so they live as long as it does.
    _first: Closure<dyn FnMut()>,
    _full: Closure<dyn FnMut()>,
}

impl Driver {
    /// A connection that begins to connect. `ended` hears when it is over.
    pub(super) fn open(key: SessionKey, ended: impl Fn(&Rc<Driver>) + 'static) -> Rc<Self> {
        let driver = Self::of(Session::new(key, seed(), now()), ended);
        if is_offline() {
            driver.handle(Event::Offline);
        }
        driver
    }

    /// The browser's side of a session. `ended` hears when it is over.
    pub(super) fn of(session: Session, ended: impl Fn(&Rc<Driver>) + 'static) -> Rc<Self> {
        let driver = Rc::new_cyclic(|this: &Weak<Self>| {
            let (on_first, on_full) = (this.clone(), this.clone());
            let first = Closure::new(move || with(&on_first, Self::came));
            let full = Closure::new(move || with(&on_full, |driver| driver.flush()));
            let mut stage = Stage::default();
            Self {
                session: RefCell::new(session),
                news: Mutable::new(0),
                socket: RefCell::new(None),
                successor: RefCell::new(None),
                response: RefCell::new(None),
                timer: RefCell::new(None),
                timer_at: Cell::new(None),
                token: RefCell::new(None),
                fetches: RefCell::default(),
                asks: RefCell::default(),
                inbox: stage.inbox(
                    first.as_ref().unchecked_ref(),
                    full.as_ref().unchecked_ref(),
                ),
                stage: RefCell::new(stage),
                data_sources: RefCell::default(),
                ended: Box::new(ended),
                _first: first,
                _full: full,
            }
        });
        driver.carry_out();
        driver
    }

    /// A look at the session.
    pub(super) fn session<T>(&self, look: impl FnOnce(&Session) -> T) -> T {
        look(&self.session.borrow())
    }

    /// A query of that data source is going to read it.
    pub(super) fn read_by(&self, data_source: &str) {
        let mut known = self.data_sources.borrow_mut();
        if !known.iter().any(|name| name == data_source) {
            known.push(data_source.to_owned());
        }
    }

    /// The names of the data sources whose queries have read it.
    pub(super) fn data_sources(&self) -> Vec<String> {
        self.data_sources.borrow().clone()
    }

    /// A message came and none was waiting.
    fn came(self: &Rc<Self>) {
        self.announce();
        if self.session.borrow().reads_at_once() {
            // Not from inside the event, nor in its microtasks: those that the browser has as well are handed over with
            // it.
            let this = Rc::downgrade(self);
            soon(move || with(&this, |driver| driver.flush()));
        }
    }

    /// Tells those who wait that there is something new.
    fn announce(&self) {
        self.news.replace_with(|count| count.wrapping_add(1));
    }

    /// Hands the session the messages that wait.
    pub(super) fn flush(self: &Rc<Self>) {
        if self.inbox.count() > 0 {
            inbox::receive::hand_over(
                &self.inbox,
                &mut self.stage.borrow_mut(),
                &mut self.session.borrow_mut(),
            );
            self.carry_out();
        }
    }

    /// Tells the session what happened, after the messages that came before it.
    pub(super) fn handle(self: &Rc<Self>, event: Event) {
        self.flush();
        self.session.borrow_mut().handle(event, now());
        self.carry_out();
    }

    /// Does what the session says, sets the timer that it wants, and passes on what it reports.
    fn carry_out(self: &Rc<Self>) {
        loop {
            let Some(transmit) = self.session.borrow_mut().poll_transmit() else {
                break;
            };
            self.transmit(transmit);
        }
        self.set_timer();
        loop {
            let report = self.session.borrow_mut().poll_event();
            match report {
                Some(Report::Changed) => self.announce(),
                Some(Report::Ended) => (self.ended)(self),
                None => return,
            }
        }
    }

    fn transmit(self: &Rc<Self>, transmit: Transmit) {
        match transmit {
            Transmit::FetchToken(request) => self.fetch_token(request),
            Transmit::AbortToken => drop(self.token.take()),
            Transmit::Connect => self.connect(),
            Transmit::Request(request) => self.request(&request),
            Transmit::Disconnect => {
                drop(self.socket.take());
                drop(self.response.take());
            }
            Transmit::Send(message) => self.send(&message),
            Transmit::ConnectSuccessor => self.connect_successor(),
            Transmit::DropSuccessor => drop(self.successor.take()),
            Transmit::SendAsSuccessor(message) => self.send_as_successor(&message),
            Transmit::Succeed => self.succeed(),
            Transmit::Fetch { id, address } => self.fetch(id, address),
            Transmit::Ask(id) => self.ask(id),
            Transmit::AbortFetch(id) => self.fetches.borrow_mut().retain(|(of, _)| *of != id),
            Transmit::ReadKept { id, name } => self.read_kept(id, name),
            Transmit::Keep { name, rows } => self.keep_rows(name, rows),
            Transmit::Forget(name) => self.forget(name),
            Transmit::LookAgain => self.look_again(),
        }
    }

    fn fetch_token(self: &Rc<Self>, request: TokenRequest) {
        let (address, post) = match request {
            TokenRequest::Fetch { address, post } => (address, post),
            TokenRequest::Read { key } => {
                return self.handle(Event::TokenAnswered(token::read(&key)));
            }
        };
        let this = Rc::downgrade(self);
        let fetch = token::fetch(address, post, move |answer| {
            with(&this, |driver| driver.handle(Event::TokenAnswered(answer)));
        });
        drop(self.token.replace(Some(fetch)));
    }

    fn connect(self: &Rc<Self>) {
        drop(self.socket.take());
        let this = Rc::downgrade(self);
        let handle = move |event: Event| with(&this, |driver| driver.handle(event));
        let Endpoint { url, subprotocols } = self.session(Session::endpoint);
        match Socket::open(&url, &subprotocols, &self.inbox, handle) {
            Ok(socket) => drop(self.socket.replace(Some(socket))),
            Err(reason) => self.handle(Event::Refused(reason)),
        }
    }

    fn connect_successor(self: &Rc<Self>) {
        let (on_event, on_message) = (Rc::downgrade(self), Rc::downgrade(self));
        let handle = move |event: Event| with(&on_event, |driver| driver.handle(event));
        let receive = move |message: Message<'_>| {
            with(&on_message, |driver| driver.receive_as_successor(message));
        };
        let Endpoint { url, subprotocols } = self.session(Session::endpoint);
        match Socket::open_successor(&url, &subprotocols, &self.inbox, handle, receive) {
            Ok(socket) => drop(self.successor.replace(Some(socket))),
            Err(reason) => self.handle(Event::Successor(SuccessorEvent::Refused(reason))),
        }
    }

    fn receive_as_successor(self: &Rc<Self>, message: Message<'_>) {
        // What the other socket delivered before goes first.
        self.flush();
        let mut session = self.session.borrow_mut();
        session.receive_as_successor(message, wall(), now());
        drop(session);
        self.carry_out();
        self.announce();
    }

    fn send_as_successor(self: &Rc<Self>, message: &Outgoing) {
        let socket = self.successor.borrow();
        let sent = socket.as_ref().is_some_and(|socket| socket.send(message));
        drop(socket);
        if !sent {
            self.handle(Event::Successor(SuccessorEvent::NotSent));
        }
    }

    fn succeed(&self) {
        let successor = self.successor.take();
        let before = self.socket.replace(successor);
        // What it has delivered was handed over; it closes before the other is listened to.
        drop(before);
        if let Some(socket) = self.socket.borrow().as_ref() {
            socket.succeed();
        }
    }

    fn request(self: &Rc<Self>, request: &HttpRequest) {
        drop(self.response.take());
        let this = Rc::downgrade(self);
        let tell = move |part: ResponsePart| with(&this, |driver| driver.response_came(part));
        let address = self.session(|session| session.endpoint().url);
        match stream_fetch::open(address, request, tell) {
            Ok(response) => drop(self.response.replace(Some(response))),
            Err(reason) => self.handle(Event::Refused(reason)),
        }
    }

    fn response_came(self: &Rc<Self>, part: ResponsePart) {
        match part {
            ResponsePart::Head(head) => self.handle(Event::Answered(head)),
            ResponsePart::Chunk(bytes) => {
                self.session
                    .borrow_mut()
                    .receive_bytes(&bytes, wall(), now());
                self.carry_out();
                self.announce();
            }
            ResponsePart::End(end) => {
                let arrival = wall();
                self.handle(Event::RequestEnded { end, arrival });
            }
        }
    }

    fn send(self: &Rc<Self>, message: &Outgoing) {
        let waiting = self.socket.borrow().as_ref().map_or(0, Socket::waiting);
        if waiting > 0 {
            // Told and no more: what the session says to that comes after this message, and so do its other messages.
            let mut session = self.session.borrow_mut();
            session.handle(Event::SendWaits(waiting), now());
        }
        let socket = self.socket.borrow();
        let sent = socket.as_ref().is_some_and(|socket| socket.send(message));
        drop(socket);
        if !sent {
            self.handle(Event::NotSent);
        }
    }

    fn fetch(self: &Rc<Self>, id: StreamId, address: String) {
        let this = Rc::downgrade(self);
        let fetch = Fetch::begin(address, move |answer| {
            with(&this, |driver| {
                driver.fetches.borrow_mut().retain(|(of, _)| *of != id);
                let arrival = wall();
                driver.handle(Event::HistoryAnswered {
                    id,
                    answer,
                    arrival,
                });
            });
        });
        self.fetches.borrow_mut().push((id, fetch));
    }

    fn ask(self: &Rc<Self>, id: StreamId) {
        let mut asks = self.asks.borrow_mut();
        let place = asks.iter().position(|(of, _)| *of == id);
        let ask = place.map(|place| asks.swap_remove(place).1);
        drop(asks);
        let this = Rc::downgrade(self);
        let fetch = Fetch::run(|signal| {
            let answer = ask.map(|ask| ask.ask(signal));
            async move {
                let answer = match answer {
                    Some(answer) => answer.await,
                    None => Err("this page cannot ask other data sources.".to_owned()),
                };
                with(&this, |driver| {
                    driver.fetches.borrow_mut().retain(|(of, _)| *of != id);
                    let arrival = wall();
                    driver.handle(Event::TablesAnswered {
                        id,
                        answer,
                        arrival,
                    });
                });
            }
        });
        self.fetches.borrow_mut().push((id, fetch));
    }

    fn read_kept(self: &Rc<Self>, id: StreamId, name: String) {
        let this = Rc::downgrade(self);
        spawn_local(async move {
            let answer = kept::read(&name).await;
            let wall = wall();
            with(&this, |driver| {
                driver.handle(Event::KeptRead { id, answer, wall });
            });
        });
    }

    fn keep_rows(self: &Rc<Self>, name: String, rows: String) {
        let this = Rc::downgrade(self);
        let written = kept::write(&name, &rows, wall());
        spawn_local(async move {
            let result = written.await;
            with(&this, |driver| driver.handle(Event::Kept { name, result }));
        });
    }

    fn forget(self: &Rc<Self>, name: String) {
        let this = Rc::downgrade(self);
        spawn_local(async move {
            let result = kept::forget(std::slice::from_ref(&name)).await;
            with(&this, |driver| driver.handle(Event::Kept { name, result }));
        });
    }

    fn set_timer(self: &Rc<Self>) {
        let deadline = self.session.borrow_mut().poll_timeout();
        if let (Some(at), Some(set)) = (deadline, self.timer_at.get())
            && set <= at
        {
            // Deadlines move back with every message. One that fires too early costs less than setting it anew.
            return;
        }
        self.timer_at.set(deadline);
        let timer = deadline.map(|at| {
            let this = Rc::downgrade(self);
            Timeout::new(to_timer(at - now()), move || with(&this, Self::wake))
        });
        drop(self.timer.replace(timer));
    }

    fn look_again(self: &Rc<Self>) {
        // Events of sockets that wait now are tasks that come before it.
        let this = Rc::downgrade(self);
        soon(move || with(&this, Self::wake));
    }

    fn wake(self: &Rc<Self>) {
        self.timer_at.set(None);
        self.flush();
        let mut session = self.session.borrow_mut();
        session.handle_timeout(now());
        drop(session);
        self.carry_out();
    }

    /// Begins to read for `query`; `ask` is for its history, should another data source have that.
    pub(super) fn attach(self: &Rc<Self>, query: &Query, ask: Option<&Ask>) -> Lease {
        // What waits belongs to those who are here already.
        self.flush();
        let reader = self.session.borrow_mut().attach(query, now());
        self.keep(reader, ask);
        self.carry_out();
        Lease {
            driver: Rc::clone(self),
            reader,
        }
    }

    /// Keeps how to ask for the history of a reader, until it is there; the newest request knows best.
    fn keep(&self, reader: ReaderId, ask: Option<&Ask>) {
        let session = self.session.borrow();
        let mut asks = self.asks.borrow_mut();
        asks.retain(|(of, _)| session.awaits_history(*of));
        if let (Some(id), Some(ask)) = (session.asks_for(reader), ask) {
            asks.retain(|(of, _)| *of != id);
            asks.push((id, ask.clone()));
        }
    }

    /// Begins to record what a reader reads.
    pub(super) fn begin_recording(self: &Rc<Self>, reader: ReaderId, limit: usize) -> RecordingId {
        self.flush();
        self.session.borrow_mut().begin_recording(reader, limit)
    }

    /// Ends a recording: the file.
    pub(super) fn take_recording(
        self: &Rc<Self>,
        id: RecordingId,
        feed: &str,
        target: &Value,
    ) -> String {
        self.flush();
        let mut session = self.session.borrow_mut();
        session.take_recording(id, feed, target)
    }

    fn release(self: &Rc<Self>, reader: ReaderId) {
        self.session.borrow_mut().release(reader, now());
        self.carry_out();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A task may still be due that has it emptied.
        self.inbox.close();
    }
}

fn with(driver: &Weak<Driver>, act: impl FnOnce(&Rc<Driver>)) {
    if let Some(driver) = driver.upgrade() {
        act(&driver);
    }
}

/// A query reads a connection; dropping the lease ends that.
#[must_use = "dropping the lease stops the reading"]
pub(super) struct Lease {
    /// The connection.
    pub(super) driver: Rc<Driver>,
    /// The reader that it is a lease of.
    pub(super) reader: ReaderId,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.driver.release(self.reader);
    }
}
