//! Whatever the order of answers, the cuts of messages and the times of reconnects: no subscription is lost, doubled on
//! a socket, or given another's rows.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const CHANNELS: [&str; 4] = ["a", "b", "c", "d"];
const FRAMINGS: [&str; 4] = ["message", "lines", "recordSeparator", "array"];

/// Numbers that look random and are the same for a seed (xorshift).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// By what rows are told apart, and subscriptions taken back.
#[derive(Clone, Copy, PartialEq)]
enum Naming {
    Channels,
    /// By a number of the server for the rows, and by channels to take them back.
    Rows,
    /// By a number of the server for both.
    Numbers,
}

/// A server that knows one subscription of a channel, and names each by a number of its own where `names` says so.
struct Server {
    talk: Talk,
    dice: Dice,
    framing: &'static str,
    names: Naming,
    /// What is to be answered: the `id` of the question, and the channel.
    open: Vec<(u64, String)>,
    /// Answered before: an answer may come twice.
    answered: Vec<(u64, String)>,
    /// What the socket is subscribed to: the name, or 0, and the channel.
    subscribed: BTreeMap<String, u64>,
    /// What the client wants, by its subscriptions.
    wanted: BTreeMap<u32, &'static str>,
    /// The rows that each should have, in order, and has.
    due: BTreeMap<u32, Vec<String>>,
    has: BTreeMap<u32, Vec<String>>,
    /// Rows sent before the answer that names their subscription.
    early: BTreeMap<String, Vec<String>>,
    count: u64,
    asked: u32,
}

impl Server {
    fn new(seed: u64, framing: &'static str, names: Naming) -> Self {
        let (key, is) = match names {
            Naming::Channels => ("$.channel", "${params.channel}"),
            Naming::Rows | Naming::Numbers => ("$.name", "${sub.name}"),
        };
        let back = match names {
            Naming::Numbers => "${sub.name}",
            Naming::Channels | Naming::Rows => "${params.channel}",
        };
        let script = json!({
            "framing": framing,
            "subscribe": {
                "send": { "id": "${id}", "subscribe": "${params.channel}" },
                "once": "${params.channel}",
                "ack": { "when": { "$.id": "${id}", "$.ok": true }, "bind": { "name": "$.name" } }
            },
            "unsubscribe": { "send": { "id": "${id}", "unsubscribe": back } },
            "ignore": { "$.ok": true },
            "route": [{ "when": { "$.row": { "exists": true } }, "key": key, "is": is, "data": "$.row" }]
        });
        Self {
            talk: Talk::open_script(&script),
            dice: Dice(seed * 2 + 1),
            framing,
            names,
            open: Vec::new(),
            answered: Vec::new(),
            subscribed: BTreeMap::new(),
            wanted: BTreeMap::new(),
            due: BTreeMap::new(),
            has: BTreeMap::new(),
            early: BTreeMap::new(),
            count: 0,
            asked: 0,
        }
    }

    /// Reads what the client has said.
    fn listen(&mut self) {
        for text in self.talk.said() {
            let said: Value =
                serde_json::from_str(text.trim_end_matches(['\n', '\u{1e}'])).unwrap();
            if let Some(channel) = said["subscribe"].as_str() {
                self.count += 1;
                let before = self.subscribed.insert(channel.to_owned(), self.count);
                assert_eq!(before, None, "{channel} is asked for twice on a socket");
                self.open
                    .push((said["id"].as_u64().unwrap(), channel.to_owned()));
            } else {
                let back = &said["unsubscribe"];
                let mut all = self.subscribed.iter();
                let channel = all.find(|(channel, name)| match self.names {
                    Naming::Numbers => back.as_u64() == Some(**name),
                    Naming::Channels | Naming::Rows => back.as_str() == Some(channel),
                });
                let channel = channel.map(|(channel, _)| channel.clone());
                let channel = channel.unwrap_or_else(|| panic!("{back} is not subscribed to"));
                self.subscribed.remove(&channel);
                self.early.remove(&channel);
            }
        }
    }

    fn answer(&self, (id, channel): &(u64, String)) -> Value {
        json!({ "id": id, "ok": true, "name": self.subscribed.get(channel) })
    }

    /// Says several texts in messages that are cut anywhere between them.
    fn says(&mut self, texts: &[Value]) {
        let mut rest = texts;
        while !rest.is_empty() {
            let most = match self.framing {
                "message" => 1,
                _ => rest.len(),
            };
            let (now, later) = rest.split_at(1 + self.dice.below(most));
            let joined: Vec<String> = now.iter().map(Value::to_string).collect();
            self.talk.hears(match self.framing {
                "lines" => joined.join("\n"),
                "recordSeparator" => joined.join("\u{1e}") + "\u{1e}",
                "array" if joined.len() > 1 => format!("[{}]", joined.join(",")),
                _ => joined.concat(),
            });
            rest = later;
        }
        for (id, text) in self.talk.payloads() {
            self.has.entry(id.unwrap()).or_default().push(text);
        }
    }

    /// Each that wants `channel` is due a row.
    fn owe(&mut self, channel: &str, row: &str) {
        let who = self.wanted.iter().filter(|(_, wants)| **wants == channel);
        for (id, _) in who {
            self.due.entry(*id).or_default().push(row.to_owned());
        }
    }

    /// Some of what is to be answered, in any order, some of it twice, and rows between.
    fn speak(&mut self) {
        let mut texts = Vec::new();
        for _ in 0..1 + self.dice.below(5) {
            match self.dice.below(4) {
                0 if !self.open.is_empty() => {
                    let at = self.dice.below(self.open.len());
                    let one = self.open.swap_remove(at);
                    texts.push(self.answer(&one));
                    for row in self.early.remove(&one.1).unwrap_or_default() {
                        self.owe(&one.1, &row);
                    }
                    let is_wanted = self.wanted.values().any(|wants| *wants == one.1);
                    self.answered.push(one);
                    // What waits is looked at again with each answer to somebody.
                    if is_wanted && !self.is_any_awaited() {
                        self.early.clear();
                    }
                }
                1 if !self.answered.is_empty() => {
                    let at = self.dice.below(self.answered.len());
                    texts.push(self.answer(&self.answered[at]));
                }
                _ => {
                    let channel = CHANNELS[self.dice.below(CHANNELS.len())];
                    self.count += 1;
                    let row = self.count.to_string();
                    let name = self.subscribed.get(channel).copied();
                    // Rows of what nobody reads any more are still under way.
                    texts.push(
                        json!({ "channel": channel, "name": name.unwrap_or(0), "row": self.count }),
                    );
                    let is_open = self.open.iter().any(|(_, open)| open == channel);
                    match self.names {
                        _ if name.is_none() => {}
                        Naming::Rows | Naming::Numbers if is_open => {
                            // Of what nobody waits for nothing is kept.
                            if self.is_any_awaited() {
                                self.early.entry(channel.to_owned()).or_default().push(row);
                            }
                        }
                        _ => self.owe(channel, &row),
                    }
                }
            }
        }
        self.says(&texts);
    }

    /// Whether the client waits for the name of what it wants.
    fn is_any_awaited(&self) -> bool {
        let mut open = self.open.iter();
        open.any(|(_, open)| self.wanted.values().any(|wants| wants == open))
    }

    fn reconnects(&mut self) {
        self.talk.closes();
        self.talk.said();
        self.open.clear();
        self.answered.clear();
        self.subscribed.clear();
        self.early.clear();
        self.talk.opens();
    }

    fn step(&mut self) {
        match self.dice.below(10) {
            0..3 => {
                let channel = CHANNELS[self.dice.below(CHANNELS.len())];
                // Who joins before the answer is given what waits for it.
                self.talk.asks(self.asked, &json!({ "channel": channel, }));
                self.wanted.insert(self.asked, channel);
                self.asked += 1;
            }
            3 | 4 => {
                let at = self.dice.below(self.wanted.len().max(1));
                let gone = self.wanted.keys().nth(at).copied();
                if let Some(id) = gone {
                    let channel = self.wanted.remove(&id).unwrap();
                    self.talk.leaves(id);
                    let is_last = !self.wanted.values().any(|wants| *wants == channel);
                    if is_last && self.names != Naming::Numbers {
                        self.open.retain(|(_, open)| open != channel);
                    }
                }
            }
            5 => self.reconnects(),
            6 => {
                let later = self.talk.now + 11_000.0;
                assert!(
                    self.talk
                        .until(later)
                        .iter()
                        .all(|control| matches!(control, Control::Unanswered(..)))
                );
            }
            _ => self.speak(),
        }
        self.listen();
        let wanted: BTreeSet<&str> = self.wanted.values().copied().collect();
        let subscribed = self.subscribed.keys().map(String::as_str);
        // What has no name yet cannot be taken back.
        let is_open = |channel: &str| self.open.iter().any(|(_, open)| open == channel);
        let subscribed: BTreeSet<&str> = subscribed
            .filter(|channel| wanted.contains(channel) || !is_open(channel))
            .collect();
        assert_eq!(subscribed, wanted, "what is wanted is subscribed to");
        assert_eq!(self.has, self.due);
    }
}

#[test]
fn no_subscription_is_lost_doubled_or_given_anothers_rows() {
    let mut shown = 0;
    for seed in 0..400 {
        for names in [Naming::Channels, Naming::Rows, Naming::Numbers] {
            let framing = FRAMINGS[seed as usize % FRAMINGS.len()];
            let mut server = Server::new(seed, framing, names);
            for _ in 0..60 {
                server.step();
            }
            shown += server.has.values().map(Vec::len).sum::<usize>();
        }
    }
    assert!(shown > 10_000, "{shown} rows are too few to tell anything");
}
