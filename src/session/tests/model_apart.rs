//! A session of several subscriptions on one socket under any order of events, beside a server that accepts, refuses and
//! ends them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::format::Message;
use crate::protocol::Control;

const CHANNELS: [&str; 3] = ["a", "b", "c"];

/// Two readings of each channel.
fn queries() -> Vec<(&'static str, Query)> {
    let of = |path: &'static str| {
        let channels = CHANNELS.into_iter();
        channels.map(move |c| {
            let json = format!(r#"{{"params":{{"c":"{c}"}},"fields":[{{"path":"{path}"}}]}}"#);
            (c, query(&json))
        })
    };
    of("$.v").chain(of("$.w")).collect()
}

#[derive(Debug, Clone)]
enum Happens {
    Opens,
    Closes,
    Attach(usize),
    Release(usize),
    Passes(f64),
    /// The server answers what it was asked first, on the first or the second socket.
    Answers(bool, bool),
    Ends(usize),
    Message(usize),
    EndIsNear,
    SuccessorOpens,
    SuccessorCloses,
    SuccessorMessage(usize),
}

fn happens() -> impl Strategy<Value = Happens> {
    let channel = || 0..CHANNELS.len();
    prop_oneof![
        4 => Just(Happens::Opens),
        1 => Just(Happens::Closes),
        8 => (0usize..6).prop_map(Happens::Attach),
        6 => any::<usize>().prop_map(Happens::Release),
        4 => (0.0f64..20_000.0).prop_map(Happens::Passes),
        1 => (0.0f64..400_000.0).prop_map(Happens::Passes),
        8 => (proptest::bool::weighted(0.7), any::<bool>())
            .prop_map(|(good, is_second)| Happens::Answers(good, is_second)),
        2 => channel().prop_map(Happens::Ends),
        4 => channel().prop_map(Happens::Message),
        2 => Just(Happens::EndIsNear),
        3 => Just(Happens::SuccessorOpens),
        1 => Just(Happens::SuccessorCloses),
        3 => channel().prop_map(Happens::SuccessorMessage),
    ]
}

/// A socket, as the server sees it.
#[derive(Debug, Default)]
struct Side {
    is_open: bool,
    subscribed: BTreeSet<String>,
    /// Refused or ended, and not asked for since.
    over: BTreeSet<String>,
    /// Asked for and not answered yet.
    asked: Vec<String>,
}

impl Side {
    fn hears(&mut self, outgoing: &Outgoing) -> Result<(), TestCaseError> {
        prop_assert!(self.is_open, "sends into a socket that is not open");
        let Outgoing::Text(text) = outgoing else {
            panic!("binary")
        };
        let said: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        if let Some(channel) = said.get("sub") {
            prop_assert!(self.subscribed.insert(channel.clone()), "{channel} twice");
            self.over.remove(channel);
            self.asked.push(channel.clone());
        }
        if let Some(channel) = said.get("unsub") {
            prop_assert!(self.subscribed.remove(channel), "{channel} is not there");
            self.asked.retain(|asked| asked != channel);
        }
        Ok(())
    }

    /// What it says to what it was asked first.
    fn answers(&mut self, good: bool) -> Option<String> {
        if !self.is_open || self.asked.is_empty() {
            return None;
        }
        let channel = self.asked.remove(0);
        if good {
            return Some(format!(r#"{{"ok":"{channel}"}}"#));
        }
        self.subscribed.remove(&channel);
        self.over.insert(channel.clone());
        Some(format!(r#"{{"no":"{channel}","why":"not allowed"}}"#))
    }

    fn has(&self, channel: &str) -> bool {
        self.subscribed.contains(channel) || self.over.contains(channel)
    }
}

#[derive(Debug, Default)]
struct World {
    socket: Option<Side>,
    successor: Option<Side>,
}

impl World {
    fn carry_out(&mut self, transmits: Vec<Transmit>) -> Result<(), TestCaseError> {
        for transmit in transmits {
            match (transmit, &mut self.socket, &mut self.successor) {
                (Transmit::Connect, None, _) => self.socket = Some(Side::default()),
                (Transmit::Disconnect, Some(_), _) => self.socket = None,
                (Transmit::Send(outgoing), Some(socket), _) => socket.hears(&outgoing)?,
                (Transmit::ConnectSuccessor, Some(_), None) => {
                    self.successor = Some(Side::default());
                }
                (Transmit::DropSuccessor, _, Some(_)) => self.successor = None,
                (Transmit::SendAsSuccessor(outgoing), _, Some(successor)) => {
                    successor.hears(&outgoing)?;
                }
                (Transmit::Succeed, _, Some(_)) => self.socket = self.successor.take(),
                (other, ..) => prop_assert!(false, "{other:?} of {self:?}"),
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Each channel that somebody reads is subscribed to once on each socket that is open, unless the server has refused or
    /// ended it; none is that nobody reads; and what was refused is asked for again when somebody comes for it.
    #[test]
    fn each_channel_is_subscribed_to_once(
        events in proptest::collection::vec(happens(), 0..100),
        linger in prop_oneof![Just(0u32), 1u32..40_000],
        age in proptest::option::of(5_000u32..60_000),
        seed: u64,
    ) {
        let mut jsondata: serde_json::Value = serde_json::from_str(CHANNELS_SCRIPT).unwrap();
        jsondata["lingerMs"] = linger.into();
        jsondata["maxConnectionAgeMs"] = age.into();
        jsondata["journalBytes"] = 2_000.into();
        let queries = queries();
        let key = SessionKey::new(&settings(&jsondata.to_string()), &queries[0].1).unwrap();
        let mut stage = Stage {
            session: Session::new(key, seed, 0.0),
            now: 0.0,
            sent: Vec::new(),
            reports: Vec::new(),
        };
        let mut world = World::default();
        let mut leases: Vec<(&str, ReaderId)> = Vec::new();
        let mut lingers: BTreeMap<&str, f64> = BTreeMap::new();
        let first = stage.attach(&queries[0].1);
        leases.push((queries[0].0, first));
        world.carry_out(stage.taken())?;
        for event in events {
            match event {
                Happens::Opens if world.socket.as_ref().is_some_and(|side| !side.is_open) => {
                    world.socket = Some(Side { is_open: true, ..Side::default() });
                    stage.opened();
                }
                Happens::Closes if world.socket.is_some() => {
                    world.socket = None;
                    stage.closed();
                }
                Happens::Attach(index) => {
                    let (channel, query) = &queries[index];
                    leases.push((channel, stage.attach(query)));
                }
                Happens::Release(index) if !leases.is_empty() => {
                    let (channel, lease) = leases.swap_remove(index % leases.len());
                    let until = lingers.entry(channel).or_default();
                    *until = until.max(stage.now + f64::from(linger));
                    stage.release(lease);
                }
                Happens::Passes(time) => {
                    let end = stage.now + time;
                    while stage.step(end) {
                        world.carry_out(stage.taken())?;
                    }
                }
                Happens::Answers(good, false) => {
                    let said = world.socket.as_mut().and_then(|side| side.answers(good));
                    said.iter().for_each(|text| stage.text(text));
                }
                Happens::Answers(good, true) => {
                    if let Some(text) = world.successor.as_mut().and_then(|side| side.answers(good)) {
                        let message = Message::Text(text.as_bytes());
                        stage.session.receive_as_successor(message, stage.now, stage.now);
                        stage.collect();
                    }
                }
                Happens::Ends(index) => {
                    let channel = CHANNELS[index];
                    if let Some(side) = &mut world.socket
                        && side.subscribed.remove(channel)
                    {
                        side.asked.retain(|asked| asked != channel);
                        side.over.insert(channel.to_owned());
                        stage.text(&format!(r#"{{"type":"over","c":"{channel}"}}"#));
                    }
                }
                Happens::Message(index) => {
                    let channel = CHANNELS[index];
                    if world.socket.as_ref().is_some_and(|side| side.subscribed.contains(channel)) {
                        stage.text(&format!(r#"{{"c":"{channel}","v":1,"w":2}}"#));
                    }
                }
                Happens::EndIsNear if world.socket.as_ref().is_some_and(|side| side.is_open) => {
                    let control = Control::HandOver("the server shuts down".to_owned());
                    stage.session.control(control, stage.now);
                    stage.collect();
                }
                Happens::SuccessorOpens if world.successor.as_ref().is_some_and(|side| !side.is_open) => {
                    world.successor = Some(Side { is_open: true, ..Side::default() });
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
                Happens::SuccessorMessage(index) => {
                    let channel = CHANNELS[index];
                    if world.successor.as_ref().is_some_and(|side| side.subscribed.contains(channel)) {
                        let text = format!(r#"{{"c":"{channel}","v":1,"w":2}}"#);
                        let message = Message::Text(text.as_bytes());
                        stage.session.receive_as_successor(message, stage.now, stage.now);
                        stage.collect();
                    }
                }
                _ => {}
            }
            world.carry_out(stage.taken())?;
            if stage.reports.contains(&Report::Ended) {
                prop_assert!(world.socket.is_none() && world.successor.is_none());
                prop_assert!(leases.is_empty(), "it ended while somebody reads it");
                return Ok(());
            }
            for side in [&world.socket, &world.successor].into_iter().flatten() {
                for channel in CHANNELS.into_iter().filter(|_| side.is_open) {
                    let is_read = leases.iter().any(|(read, _)| *read == channel);
                    let may_linger = lingers.get(channel).is_some_and(|until| stage.now < *until);
                    prop_assert!(!is_read || side.has(channel), "{channel} is lost: {side:?}");
                    prop_assert!(
                        is_read || may_linger || !side.subscribed.contains(channel),
                        "nobody reads {channel}: {side:?}"
                    );
                }
            }
        }
        // A panel that is refreshed for longer than the longest pause gets what the server grants by then.
        let end = stage.now + 301_000.0;
        while stage.now < end {
            for (channel, query) in &queries[..CHANNELS.len()] {
                leases.push((channel, stage.attach(query)));
            }
            world.carry_out(stage.taken())?;
            if let Some(side) = world.socket.as_mut().filter(|side| !side.is_open) {
                side.is_open = true;
                stage.opened();
                world.carry_out(stage.taken())?;
            }
            while let Some(text) = world.socket.as_mut().and_then(|side| side.answers(true)) {
                stage.text(&text);
                world.carry_out(stage.taken())?;
            }
            let next = (stage.now + 5_000.0).min(end);
            let at = stage.session.poll_timeout().unwrap_or(next).min(next);
            stage.until(at);
            world.carry_out(stage.taken())?;
        }
        if let Some(side) = world.socket.filter(|side| side.is_open) {
            for channel in CHANNELS {
                let is_there = side.subscribed.contains(channel);
                prop_assert!(is_there, "{channel} is not asked for again: {side:?}");
            }
        }
    }
}
