//! The shipped presets whose servers know one subscription of a topic, with made-up servers that answer in any order: a
//! socket asks for each once, what nobody wants is taken back, and everybody has the rows that are its own.

use std::collections::{BTreeMap, BTreeSet};

use super::random::Dice;
use super::*;

/// What a client has said of a subscription.
enum Said {
    Asked {
        topic: String,
        id: Value,
    },
    /// Taken back, by its topic or the server's name.
    Left(String),
}

/// How a server talks.
struct Dialect {
    preset: &'static str,
    options: Value,
    greeting: &'static str,
    queries: Vec<Value>,
    /// What a query is to the server.
    topic: fn(&Value) -> String,
    /// Whether a query wants the rows of its topic.
    wants: fn(&Value) -> bool,
    hears: fn(&Value) -> Option<Said>,
    answer: fn(topic: &str, id: &Value, name: u64) -> Value,
    row: fn(topic: &str, id: &Value, name: u64, n: u64) -> Value,
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn kraken_topic(params: &Value) -> String {
    let interval = match params["channel"].as_str() {
        Some("ohlc") => params.get("interval").map_or("1".to_owned(), text),
        _ => String::new(),
    };
    let symbol = params["symbol"].get(0).unwrap_or(&params["symbol"]);
    format!("{} {} {interval}", text(&params["channel"]), text(symbol))
}

fn dialects() -> Vec<Dialect> {
    let channel = |params: &Value| text(&params["channel"]);
    vec![
        Dialect {
            preset: "kraken",
            options: json!({}),
            greeting: r#"{"channel":"status","data":[{"system":"online"}]}"#,
            queries: vec![
                json!({ "channel": "ticker", "symbol": "A/B" }),
                json!({ "channel": "ticker", "symbol": "C/D" }),
                json!({ "channel": "ohlc", "symbol": "A/B" }),
                json!({ "channel": "ohlc", "symbol": "A/B", "interval": "1" }),
                json!({ "channel": "ohlc", "symbol": "A/B", "interval": 60 }),
            ],
            topic: kraken_topic,
            wants: |_| true,
            hears: |said| {
                let topic = kraken_topic(&said["params"]);
                Some(match said["method"].as_str()? {
                    "subscribe" => Said::Asked {
                        topic,
                        id: said["req_id"].clone(),
                    },
                    _ => Said::Left(topic),
                })
            },
            answer: |_, id, _| json!({ "method": "subscribe", "req_id": id, "success": true }),
            row: |topic, _, _, n| {
                let parts: Vec<&str> = topic.split(' ').collect();
                let mut row = json!({ "symbol": parts[1], "n": n });
                if let Ok(interval) = parts[2].parse::<u64>() {
                    row["interval"] = interval.into();
                }
                json!({ "channel": parts[0], "data": [row] })
            },
        },
        Dialect {
            preset: "centrifugo",
            options: json!({}),
            greeting: r#"{"id":1,"connect":{"client":"x"}}"#,
            queries: ["a", "b", "c"]
                .map(|channel| json!({ "channel": channel }))
                .to_vec(),
            topic: channel,
            wants: |_| true,
            hears: |said| match (said.get("subscribe"), said.get("unsubscribe")) {
                (Some(asked), _) => Some(Said::Asked {
                    topic: text(&asked["channel"]),
                    id: said["id"].clone(),
                }),
                (_, Some(left)) => Some(Said::Left(text(&left["channel"]))),
                _ => None,
            },
            answer: |_, id, _| json!({ "id": id, "subscribe": {} }),
            row: |topic, _, _, n| json!({ "push": { "channel": topic, "pub": { "data": { "n": n } } } }),
        },
        Dialect {
            preset: "pusher",
            options: json!({}),
            greeting: r#"{"event":"pusher:connection_established","data":"{}"}"#,
            queries: vec![
                json!({ "channel": "a" }),
                json!({ "channel": "a", "event": "tick" }),
                json!({ "channel": "a", "event": "tock" }),
                json!({ "channel": "b", "event": "tick" }),
            ],
            topic: channel,
            wants: |params| params["event"] != "tock",
            hears: |said| {
                let topic = text(&said["data"]["channel"]);
                match said["event"].as_str()? {
                    "pusher:subscribe" => Some(Said::Asked {
                        topic,
                        id: Value::Null,
                    }),
                    "pusher:unsubscribe" => Some(Said::Left(topic)),
                    _ => None,
                }
            },
            answer: |topic, _, _| json!({ "event": "pusher_internal:subscription_succeeded", "channel": topic }),
            row: |topic, _, _, n| json!({ "event": "tick", "channel": topic, "data": json!({ "n": n }).to_string() }),
        },
        Dialect {
            preset: "phoenix",
            options: json!({}),
            greeting: "",
            queries: vec![
                json!({ "topic": "a" }),
                json!({ "topic": "a", "event": "tick" }),
                json!({ "topic": "a", "event": "tock" }),
                json!({ "topic": "b" }),
            ],
            topic: |params| text(&params["topic"]),
            wants: |params| params["event"] != "tock",
            hears: |said| match said[3].as_str()? {
                "phx_join" => Some(Said::Asked {
                    topic: text(&said[2]),
                    id: said[1].clone(),
                }),
                "phx_leave" => Some(Said::Left(text(&said[2]))),
                _ => None,
            },
            answer: |topic, id, _| json!([id, id, topic, "phx_reply", { "status": "ok" }]),
            row: |topic, id, _, n| json!([id, null, topic, "tick", { "n": n }]),
        },
        Dialect {
            preset: "wamp",
            options: json!({ "realm": "plant" }),
            greeting: "[2,1,{}]",
            queries: vec![
                json!({ "topic": "com.a" }),
                json!({ "topic": "com.b" }),
                json!({ "topic": "com.a", "match": "prefix" }),
            ],
            topic: |params| {
                format!(
                    "{} {}",
                    params.get("match").map_or("exact".to_owned(), text),
                    text(&params["topic"])
                )
            },
            wants: |_| true,
            hears: |said| match said[0].as_u64()? {
                32 => {
                    let kind = said[2].get("match").map_or("exact".to_owned(), text);
                    let topic = format!("{kind} {}", text(&said[3]));
                    Some(Said::Asked {
                        topic,
                        id: said[1].clone(),
                    })
                }
                34 => Some(Said::Left(said[2].to_string())),
                _ => None,
            },
            answer: |_, id, name| json!([33, id, name]),
            row: |_, _, name, n| json!([36, name, 1, {}, [{ "n": n }]]),
        },
    ]
}

/// A subscription of the socket.
struct Known {
    id: Value,
    name: u64,
    is_answered: bool,
}

struct Server<'d> {
    dialect: &'d Dialect,
    talk: Talk,
    dice: Dice,
    subscribed: BTreeMap<String, Known>,
    wanted: BTreeMap<u32, &'d Value>,
    due: BTreeMap<u32, Vec<u64>>,
    has: BTreeMap<u32, Vec<u64>>,
    count: u64,
    asked: u32,
}

impl<'d> Server<'d> {
    fn new(dialect: &'d Dialect, seed: u64) -> Self {
        let mut server = Self {
            dialect,
            talk: Talk::closed(&shipped(dialect.preset), &dialect.options),
            dice: Dice(seed * 2 + 1),
            subscribed: BTreeMap::new(),
            wanted: BTreeMap::new(),
            due: BTreeMap::new(),
            has: BTreeMap::new(),
            count: 0,
            asked: 0,
        };
        server.opens();
        server
    }

    fn opens(&mut self) {
        self.subscribed.clear();
        self.talk.opens();
        if !self.dialect.greeting.is_empty() {
            self.talk.hears(self.dialect.greeting);
        }
    }

    fn listen(&mut self) {
        for said in self.talk.said() {
            let said = serde_json::from_str(&said).unwrap();
            match (self.dialect.hears)(&said) {
                None => {}
                Some(Said::Asked { topic, id }) => {
                    self.count += 1;
                    let known = Known {
                        id,
                        name: self.count,
                        is_answered: false,
                    };
                    let before = self.subscribed.insert(topic.clone(), known);
                    assert!(before.is_none(), "{topic} is asked for twice on a socket");
                }
                Some(Said::Left(named)) => {
                    let mut all = self.subscribed.iter();
                    let topic = all
                        .find(|(topic, known)| **topic == named || known.name.to_string() == named);
                    let topic = topic.map(|(topic, _)| topic.clone());
                    let topic = topic.unwrap_or_else(|| panic!("{named} is not subscribed to"));
                    self.subscribed.remove(&topic);
                }
            }
        }
    }

    fn speak(&mut self) {
        let at = self.dice.below(self.subscribed.len().max(1));
        let Some((topic, known)) = self.subscribed.iter_mut().nth(at) else {
            return;
        };
        if !known.is_answered {
            known.is_answered = true;
            let answer = (self.dialect.answer)(topic, &known.id, known.name);
            self.talk.hears(answer);
            return;
        }
        self.count += 1;
        for (id, params) in &self.wanted {
            if (self.dialect.topic)(params) == *topic && (self.dialect.wants)(params) {
                self.due.entry(*id).or_default().push(self.count);
            }
        }
        self.talk
            .hears((self.dialect.row)(topic, &known.id, known.name, self.count));
        for (id, text) in self.talk.payloads() {
            let (_, n) = text.split_once("\"n\":").unwrap();
            let digits = n.split(|c: char| !c.is_ascii_digit()).next();
            let rows = self.has.entry(id.unwrap()).or_default();
            rows.push(digits.unwrap().parse().unwrap());
        }
    }

    fn step(&mut self) {
        match self.dice.below(10) {
            0..3 => {
                let query = &self.dialect.queries[self.dice.below(self.dialect.queries.len())];
                self.talk.asks(self.asked, query);
                self.wanted.insert(self.asked, query);
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
                self.talk.said();
                self.opens();
            }
            _ => self.speak(),
        }
        self.listen();
        let name = self.dialect.preset;
        let wanted: BTreeSet<String> = self
            .wanted
            .values()
            .map(|one| (self.dialect.topic)(one))
            .collect();
        for topic in &wanted {
            assert!(
                self.subscribed.contains_key(topic),
                "{name}: {topic} is wanted"
            );
        }
        for (topic, known) in &self.subscribed {
            // WAMP names a subscription in its answer, and only by that name it is taken back.
            let is_nameless = name == "wamp" && !known.is_answered;
            assert!(
                wanted.contains(topic) || is_nameless,
                "{name}: nobody wants {topic}"
            );
        }
        assert_eq!(self.has, self.due, "{name}");
    }
}

#[test]
fn presets_ask_once_for_what_is_one_to_the_server() {
    let dialects = dialects();
    let once = PRESETS.iter().filter(|preset| {
        preset
            .script
            .is_some_and(|script| script.contains("\"once\""))
    });
    let once: BTreeSet<&str> = once.map(|preset| preset.name).collect();
    let here = dialects.iter().map(|dialect| dialect.preset).collect();
    assert_eq!(once, here, "each of them is here");
    for dialect in &dialects {
        let mut shown = 0;
        for seed in 0..100 {
            let mut server = Server::new(dialect, seed);
            for _ in 0..60 {
                server.step();
            }
            shown += server.has.values().map(Vec::len).sum::<usize>();
        }
        assert!(
            shown > 1_000,
            "{}: {shown} rows are too few",
            dialect.preset
        );
    }
}
