//! Whatever the order of lists that overlap, of answers and of reconnects, and however slowly a server takes messages: it
//! is subscribed to what somebody wants and to nothing else, and everybody has the rows of its list.

use std::collections::{BTreeMap, BTreeSet};

use super::random::Dice;
use super::*;

const TOPICS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// A server that knows one subscription of a topic, whoever has asked for it.
struct Server {
    talk: Talk,
    dice: Dice,
    /// The least time between two messages.
    pause: f64,
    spoken: Option<f64>,
    subscribed: BTreeSet<String>,
    /// Questions without an answer.
    open: Vec<u64>,
    wanted: BTreeMap<u32, BTreeSet<&'static str>>,
    due: BTreeMap<u32, Vec<String>>,
    has: BTreeMap<u32, Vec<String>>,
    count: u64,
    asked: u32,
}

impl Server {
    fn new(seed: u64, pause: f64) -> Self {
        let mut script = json!({
            "subscribe": {
                "send": { "id": "${id}", "subscribe": "${params.topics|list}" },
                "ack": { "when": { "$.ok": "${id}" } }
            },
            "unsubscribe": { "send": { "unsubscribe": "${params.topics|list}" } },
            "ignore": { "$.ok": { "exists": true } },
            "route": [{ "key": "$.topic", "is": "${params.topics|list}", "data": "$.row" }]
        });
        if pause > 0.0 {
            script["pace"] = json!({ "perSecond": 1000.0 / pause });
        }
        Self {
            talk: Talk::open_script(&script),
            dice: Dice(seed * 2 + 1),
            pause,
            spoken: None,
            subscribed: BTreeSet::new(),
            open: Vec::new(),
            wanted: BTreeMap::new(),
            due: BTreeMap::new(),
            has: BTreeMap::new(),
            count: 0,
            asked: 0,
        }
    }

    fn listen(&mut self) {
        for text in self.talk.said() {
            let now = self.talk.now;
            if let Some(before) = self.spoken.replace(now) {
                assert!(now - before >= self.pause, "{text} at {now} after {before}");
            }
            let said: Value = serde_json::from_str(&text).unwrap();
            let topics =
                |list: &Value| -> Vec<String> { serde_json::from_value(list.clone()).unwrap() };
            match said.get("subscribe") {
                Some(list) => {
                    self.open.push(said["id"].as_u64().unwrap());
                    self.subscribed.extend(topics(list));
                }
                None => {
                    let list = topics(&said["unsubscribe"]);
                    self.subscribed.retain(|topic| !list.contains(topic));
                }
            }
        }
    }

    fn speak(&mut self) {
        if !self.open.is_empty() && self.dice.below(2) == 0 {
            let at = self.dice.below(self.open.len());
            let id = self.open.swap_remove(at);
            self.talk.hears(json!({ "ok": id }));
        }
        let topic = TOPICS[self.dice.below(TOPICS.len())];
        if self.subscribed.contains(topic) {
            self.count += 1;
            for (id, wants) in &self.wanted {
                if wants.contains(topic) {
                    self.due
                        .entry(*id)
                        .or_default()
                        .push(self.count.to_string());
                }
            }
            self.talk
                .hears(json!({ "topic": topic, "row": self.count }));
        }
        for (id, row) in self.talk.payloads() {
            self.has.entry(id.unwrap()).or_default().push(row);
        }
    }

    /// Until everything has had its turn.
    fn settle(&mut self) {
        let until = self.talk.now + 60.0 * self.pause;
        self.listen();
        while let Some(at) = self.talk.timeout().filter(|at| *at <= until) {
            self.talk.until(at);
            self.listen();
        }
    }

    fn step(&mut self) {
        match self.dice.below(8) {
            0..3 => {
                let mut wants = BTreeSet::new();
                for _ in 0..=self.dice.below(3) {
                    wants.insert(TOPICS[self.dice.below(TOPICS.len())]);
                }
                let topics: Vec<&str> = wants.iter().copied().collect();
                self.talk.asks(self.asked, &json!({ "topics": topics }));
                self.wanted.insert(self.asked, wants);
                self.asked += 1;
            }
            3 | 4 => {
                let at = self.dice.below(self.wanted.len().max(1));
                if let Some(id) = self.wanted.keys().nth(at).copied() {
                    self.wanted.remove(&id);
                    self.talk.leaves(id);
                }
            }
            5 if self.dice.below(3) == 0 => {
                self.talk.closes();
                self.subscribed.clear();
                self.open.clear();
                self.talk.opens();
            }
            _ => {
                self.settle();
                self.speak();
            }
        }
        if self.dice.below(3) > 0 {
            self.settle();
            let wanted = self.wanted.values().flatten();
            let wanted: BTreeSet<String> = wanted.map(|topic| (*topic).to_owned()).collect();
            assert_eq!(self.subscribed, wanted, "what is wanted is subscribed to");
        }
        assert_eq!(self.has, self.due);
    }
}

#[test]
fn lists_that_overlap_never_cost_each_other_a_topic() {
    let mut shown = 0;
    for seed in 0..300 {
        for pause in [0.0, 100.0] {
            let mut server = Server::new(seed, pause);
            for _ in 0..60 {
                server.step();
            }
            shown += server.has.values().map(Vec::len).sum::<usize>();
        }
    }
    assert!(shown > 10_000, "{shown} rows are too few to tell anything");
}
