//! A session under any order of events, beside a browser and a server as they are.

use proptest::prelude::*;

use super::*;
use crate::protocol::Control;

/// The queries that readers come with; those of one index are the same.
const QUERIES: [&str; 5] = [
    r#"{"subscribe":"sub","unsubscribe":"unsub"}"#,
    r#"{"subscribe":"sub","unsubscribe":"unsub","fields":[{"path":"$.v"}]}"#,
    r#"{"subscribe":"sub","unsubscribe":"unsub","fields":[{"path":"$.v"}],"capacity":7}"#,
    r#"{"subscribe":"sub","unsubscribe":"unsub","fields":[{"path":"$.w"}],"backfill":{"url":"/h"}}"#,
    r#"{"subscribe":"sub","unsubscribe":"unsub","backfill":{"datasource":{"uid":"other"}}}"#,
];

#[derive(Debug, Clone)]
enum Happens {
    /// The server answers the handshake.
    Opens,
    /// The socket closes, for a reason of the server or the network.
    Closes,
    /// The browser refuses to connect.
    Refuses,
    Message(u8),
    Attach(usize),
    Release(usize),
    /// Time passes.
    Passes(f64),
    Offline,
    Online,
    Resumes,
    /// The server says that it will end the connection.
    EndIsNear,
    /// The server answers the handshake of the second socket.
    SuccessorOpens,
    /// The second socket closes.
    SuccessorCloses,
    SuccessorRefuses,
    /// A message comes on the second socket.
    SuccessorMessage(u8),
    /// A history comes, or does not.
    Answers(bool),
    /// The token comes, or does not.
    Token(bool),
    /// The viewer enters another token.
    TokenChanged,
    Stop,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        6 => Just(Happens::Opens),
        3 => Just(Happens::Closes),
        1 => Just(Happens::Refuses),
        8 => any::<u8>().prop_map(Happens::Message),
        6 => (0..QUERIES.len()).prop_map(Happens::Attach),
        6 => any::<usize>().prop_map(Happens::Release),
        8 => (0.0f64..40_000.0).prop_map(Happens::Passes),
        1 => Just(Happens::Offline),
        2 => Just(Happens::Online),
        1 => Just(Happens::Resumes),
        2 => any::<bool>().prop_map(Happens::Answers),
        5 => any::<bool>().prop_map(Happens::Token),
        1 => Just(Happens::TokenChanged),
        1 => Just(Happens::Stop),
        3 => Just(Happens::EndIsNear),
        5 => Just(Happens::SuccessorOpens),
        2 => Just(Happens::SuccessorCloses),
        1 => Just(Happens::SuccessorRefuses),
        5 => any::<u8>().prop_map(Happens::SuccessorMessage),
    ]
}

/// The browser's and the server's side.
#[derive(Debug, Default)]
struct World {
    /// There is a socket, and whether it is open.
    socket: Option<bool>,
    /// The same of the one that is to take its place, and what its server takes it to be subscribed to.
    successor: Option<bool>,
    successor_subscribed: i32,
    /// The token is asked for.
    awaits_token: bool,
    /// What the server takes this socket to be subscribed to.
    subscribed: i32,
    fetches: Vec<StreamId>,
    /// Histories that other data sources are asked for.
    asked: Vec<StreamId>,
    is_over: bool,
}

impl World {
    fn carry_out(&mut self, transmits: Vec<Transmit>) -> Result<(), TestCaseError> {
        for transmit in transmits {
            match transmit {
                Transmit::FetchToken(_) => {
                    prop_assert!(!self.awaits_token, "asks twice for the token");
                    prop_assert!(
                        self.socket != Some(false) && self.successor.is_none(),
                        "asks for a token of a socket that is there"
                    );
                    prop_assert!(!self.is_over, "asks for a token after its end");
                    self.awaits_token = true;
                }
                Transmit::AbortToken => {
                    prop_assert!(self.awaits_token, "no token is asked for");
                    self.awaits_token = false;
                }
                Transmit::Connect => {
                    prop_assert!(!self.awaits_token, "connects before the token is there");
                    prop_assert!(self.socket.is_none(), "two sockets");
                    prop_assert!(!self.is_over, "connects after its end");
                    self.socket = Some(false);
                    self.subscribed = 0;
                }
                Transmit::Request(_) => prop_assert!(false, "requests, although it is a WebSocket"),
                Transmit::ConnectSuccessor => {
                    prop_assert_eq!(self.socket, Some(true), "there is nothing to succeed");
                    prop_assert!(self.successor.is_none(), "three sockets");
                    prop_assert!(!self.awaits_token, "connects before the token is there");
                    self.successor = Some(false);
                    self.successor_subscribed = 0;
                }
                Transmit::DropSuccessor => {
                    prop_assert!(self.successor.is_some(), "closes what is not there");
                    self.successor = None;
                }
                Transmit::SendAsSuccessor(outgoing) => {
                    let Outgoing::Text(text) = outgoing else {
                        panic!("binary")
                    };
                    prop_assert_eq!(self.successor, Some(true), "sends too soon");
                    self.successor_subscribed += if text == "sub" { 1 } else { -1 };
                    prop_assert!((0..=1).contains(&self.successor_subscribed));
                }
                Transmit::Succeed => {
                    prop_assert!(self.successor.is_some(), "nobody takes its place");
                    self.socket = self.successor.take();
                    self.subscribed = self.successor_subscribed;
                }
                Transmit::Disconnect => {
                    prop_assert!(self.socket.is_some(), "closes what is not there");
                    self.socket = None;
                }
                Transmit::Send(Outgoing::Text(text)) => {
                    prop_assert_eq!(
                        self.socket,
                        Some(true),
                        "sends into a socket that is not open"
                    );
                    self.subscribed += match text.as_str() {
                        "sub" => 1,
                        "unsub" => -1,
                        other => panic!("{other}"),
                    };
                    prop_assert!(
                        (0..=1).contains(&self.subscribed),
                        "subscribed {} times",
                        self.subscribed
                    );
                }
                Transmit::Send(Outgoing::Binary(_)) => panic!("the plain protocol sends texts"),
                Transmit::Fetch { id, .. } => {
                    prop_assert!(!self.fetches.contains(&id), "fetched twice at a time");
                    self.fetches.push(id);
                }
                Transmit::Ask(id) => {
                    prop_assert!(!self.asked.contains(&id), "asked twice at a time");
                    self.asked.push(id);
                }
                Transmit::AbortFetch(id) => {
                    let is_known = self.fetches.contains(&id) || self.asked.contains(&id);
                    prop_assert!(is_known, "aborts what is not fetched");
                    self.fetches.retain(|other| *other != id);
                    self.asked.retain(|other| *other != id);
                }
                Transmit::ReadKept { .. } | Transmit::Keep { .. } | Transmit::Forget(_) => {
                    prop_assert!(false, "no query keeps its rows");
                }
                Transmit::LookAgain => prop_assert!(false, "no timer is late"),
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Never two sockets but while one takes the place of the other, never a lost or doubled subscription, every deadline in the future, nothing kept after
    /// the last linger; and a connection that is wanted is always on its way to be open.
    #[test]
    fn holds_whatever_happens(
        events in proptest::collection::vec(happens(), 0..80),
        idle in proptest::option::of(1_000u32..20_000),
        linger in prop_oneof![Just(0u32), 1u32..40_000],
        age in proptest::option::of(5_000u32..60_000),
        attempts in prop_oneof![3 => Just(None), 1 => (0u32..4).prop_map(Some)],
        token in prop_oneof![
            2 => Just(serde_json::Value::Null),
            1 => Just(serde_json::json!({ "path": "t" })),
            1 => Just(serde_json::json!({ "path": "t", "ttl": "20s" })),
            1 => Just(serde_json::json!({ "from": "viewer" })),
        ],
        seed: u64,
    ) {
        let is_viewers = token.get("from").is_some();
        let mut reconnect = serde_json::Map::new();
        if let Some(attempts) = attempts {
            reconnect.insert("maxAttempts".to_owned(), attempts.into());
        }
        let jsondata = serde_json::json!({
            "lingerMs": linger,
            "idleTimeoutMs": idle,
            "maxConnectionAgeMs": age,
            "reconnect": reconnect,
            "journalBytes": 2_000,
            "token": token,
        });
        let queries: Vec<Query> = QUERIES.iter().map(|json| query(json)).collect();
        let spec: SettingsSpec = serde_json::from_value(jsondata).unwrap();
        let settings = Settings::parse("https://h", &spec).unwrap();
        let settings = settings.in_grafana(&Place {
            uid: "u".to_owned(),
            proxy_url: "https://grafana/proxy".to_owned(),
            ..Place::default()
        });
        let key = SessionKey::new(&settings, &queries[0]).unwrap();
        let mut stage = Stage {
            session: Session::new(key, seed, 0.0),
            now: 0.0,
            sent: Vec::new(),
            reports: Vec::new(),
        };
        let mut world = World::default();
        // As the registry does: it opens a session for a reader.
        let mut leases = vec![stage.attach(&queries[1])];
        for event in events {
            if world.is_over {
                break;
            }
            match event {
                Happens::Opens if world.socket == Some(false) => {
                    world.socket = Some(true);
                    stage.opened();
                }
                Happens::Closes if world.socket.is_some() => {
                    world.socket = None;
                    stage.closed();
                }
                Happens::Refuses if world.socket == Some(false) => {
                    world.socket = None;
                    stage.handle(Event::Refused("no".to_owned()));
                }
                Happens::Message(value) if world.socket == Some(true) => {
                    stage.text(&format!(r#"{{"v":{value},"w":1}}"#));
                }
                Happens::EndIsNear if world.socket == Some(true) => {
                    let control = Control::HandOver("the server shuts down".to_owned());
                    stage.session.control(control, stage.now);
                    stage.collect();
                }
                Happens::SuccessorOpens if world.successor == Some(false) => {
                    world.successor = Some(true);
                    stage.handle(Event::Successor(SuccessorEvent::Opened {
                        subprotocol: String::new(),
                        wall: stage.now,
                    }));
                }
                Happens::SuccessorCloses if world.successor.is_some() => {
                    world.successor = None;
                    let close = Close::abnormal("");
                    stage.handle(Event::Successor(SuccessorEvent::Closed(close)));
                }
                Happens::SuccessorRefuses if world.successor == Some(false) => {
                    world.successor = None;
                    let refused = SuccessorEvent::Refused("no".to_owned());
                    stage.handle(Event::Successor(refused));
                }
                Happens::SuccessorMessage(value) if world.successor == Some(true) => {
                    let text = format!(r#"{{"v":{value},"w":1}}"#);
                    let message = crate::format::Message::Text(text.as_bytes());
                    stage.session.receive_as_successor(message, stage.now, stage.now);
                    stage.collect();
                }
                Happens::Attach(index) => leases.push(stage.attach(&queries[index])),
                Happens::Release(index) if !leases.is_empty() => {
                    let lease = leases.swap_remove(index % leases.len());
                    stage.release(lease);
                }
                Happens::Passes(time) => {
                    let end = stage.now + time;
                    while stage.step(end) {
                        world.carry_out(stage.taken())?;
                    }
                }
                Happens::Token(good) if world.awaits_token => {
                    world.awaits_token = false;
                    let kept = good.then(|| "token".to_owned());
                    let body = if good { b"token".to_vec() } else { Vec::new() };
                    let head = ResponseHead { status: 200, ..ResponseHead::default() };
                    stage.handle(Event::TokenAnswered(Ok(match is_viewers {
                        true => TokenAnswer::Kept(kept),
                        false => TokenAnswer::Fetched { head, body },
                    })));
                }
                Happens::TokenChanged => {
                    world.carry_out(stage.taken())?;
                    stage.handle(Event::TokenChanged("freshet.token.u".to_owned()));
                }
                Happens::Offline => stage.handle(Event::Offline),
                Happens::Online => stage.handle(Event::Online),
                Happens::Resumes => stage.handle(Event::Resumed),
                Happens::Answers(good) => {
                    if let Some(id) = world.fetches.pop() {
                        let answer = if good { Ok(b"[]".to_vec()) } else { Err("failed".to_owned()) };
                        let arrival = stage.now;
                        stage.handle(Event::HistoryAnswered { id, answer, arrival });
                    } else if let Some(id) = world.asked.pop() {
                        let answer = if good { Ok(Vec::new()) } else { Err("failed".to_owned()) };
                        let arrival = stage.now;
                        stage.handle(Event::TablesAnswered { id, answer, arrival });
                    }
                }
                Happens::Stop => {
                    world.carry_out(stage.taken())?;
                    stage.handle(Event::Stop);
                }
                _ => {}
            }
            world.carry_out(stage.taken())?;
            world.is_over |= stage.reports.contains(&Report::Ended);
            let deadline = stage.session.poll_timeout();
            prop_assert!(deadline.is_none_or(|at| at > stage.now), "{:?} is not after {}", deadline, stage.now);
            let state = stage.session.link().state().clone();
            prop_assert_eq!(state.has_socket(), world.socket.is_some() || world.awaits_token);
            if world.successor.is_some() || (world.awaits_token && world.socket.is_some()) {
                prop_assert_eq!(world.socket, Some(true), "a second socket, and the first does not go on");
            }
            if world.successor == Some(true) {
                prop_assert_eq!(world.successor_subscribed, 1, "the second socket lacks the subscription");
            }
            if world.is_over {
                prop_assert_eq!((world.socket, world.successor), (None, None));
                prop_assert!(!world.awaits_token, "a token is still asked for");
                prop_assert_eq!(deadline, None);
                prop_assert_eq!(stage.session.journal.bytes(), 0);
                continue;
            }
            if world.socket == Some(true) {
                prop_assert_eq!(world.subscribed, 1, "the subscription is lost");
            }
            prop_assert!(
                world.socket == Some(true) || deadline.is_some() || matches!(state, LinkState::Failed { .. }),
                "stuck in {:?}", state
            );
            for lease in &leases {
                prop_assert!(stage.session.look(*lease).is_some(), "a reader went that somebody holds");
            }
            prop_assert_eq!(stage.session.leases(), leases.len());
        }
        if !world.is_over {
            for lease in leases {
                stage.release(lease);
            }
            stage.until(stage.now + f64::from(linger) + 1.0);
            prop_assert!(stage.reports.contains(&Report::Ended), "it goes on although nobody reads it");
            world.carry_out(stage.taken())?;
            prop_assert_eq!((world.socket, world.successor), (None, None));
            prop_assert!(!world.awaits_token, "a token is still asked for");
            prop_assert!(world.fetches.is_empty(), "a fetch is left");
            prop_assert!(world.asked.is_empty(), "a question is left");
        }
    }
}
