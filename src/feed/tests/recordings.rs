//! Feeds that exist, by their recordings.

use serde_json::Value;

use crate::feed::catalogue::Catalogue;
use crate::feed::kinds::Kinds;
use crate::feed::place::{FeedPlace, SeenKind, SeenRole};
use crate::feed::reading::ReadMessage;
use crate::feed::unmet;
use crate::query::QuerySpec;

/// A recording of texts.
struct Recording {
    messages: Vec<ReadMessage>,
    spec: QuerySpec,
    catalogue: Catalogue,
}

impl Recording {
    fn of(json: &str) -> Self {
        let recording: Value = serde_json::from_str(json).unwrap();
        let messages = recording["messages"].as_array().unwrap().iter();
        let messages = messages.enumerate().map(|(index, message)| {
            let text = message["text"].as_str().unwrap().to_owned();
            ReadMessage {
                sequence: index as u64,
                at: message["at"].as_f64().unwrap(),
                size: text.len(),
                is_binary: false,
                raw: text.clone(),
                documents: vec![text],
                are_records: false,
                problem: None,
            }
        });
        let messages: Vec<ReadMessage> = messages.collect();
        Self {
            catalogue: Catalogue::of(messages.iter()),
            spec: serde_json::from_value(recording["query"].clone()).unwrap(),
            messages,
        }
    }

    fn place(&self, path: &str) -> &FeedPlace {
        let all = self.catalogue.places.iter().chain(&self.catalogue.repeated);
        let found = all.into_iter().find(|place| place.path == path);
        found.unwrap_or_else(|| panic!("{path} is not in {:#?}", self.catalogue))
    }

    fn titles(&self) -> Vec<String> {
        let kinds = Kinds::of(&self.catalogue, &self.messages);
        kinds.all.into_iter().map(|kind| kind.title).collect()
    }

    /// What the recording's own query reads is there.
    fn check_query(&self) {
        assert_eq!(unmet::of(&self.spec, &self.messages, &self.catalogue), []);
    }
}

#[test]
fn signal_k() {
    let feed = Recording::of(include_str!("../../../recordings/signal-k.json"));
    feed.check_query();
    let time = feed.place("$.updates[0].timestamp");
    assert_eq!(time.each.as_deref(), Some("$.updates[*].timestamp"));
    assert_eq!((time.kind, time.role), (SeenKind::Time, SeenRole::Time));
    let path = feed.place("$.updates[*].values[*].path");
    assert_eq!((path.role, path.repeats), (SeenRole::Label, true));
    let value = feed.place("$.updates[0].values[0].value");
    assert_eq!(value.each.as_deref(), Some("$.updates[*].values[*].value"));
    assert_eq!(
        (value.kind, value.role),
        (SeenKind::Number, SeenRole::Value)
    );
}

#[test]
fn binance_trades() {
    let feed = Recording::of(include_str!("../../../recordings/binance-trade.json"));
    feed.check_query();
    assert_eq!(feed.titles()[0], "e: trade");
    let role = |path: &str| (feed.place(path).kind, feed.place(path).role);
    assert_eq!(role("$.T"), (SeenKind::Time, SeenRole::Time));
    assert_eq!(role("$.E"), (SeenKind::Time, SeenRole::Value));
    assert_eq!(role("$.s"), (SeenKind::String, SeenRole::Label));
    assert_eq!(role("$.p"), (SeenKind::Number, SeenRole::Value));
    assert_eq!(role("$.m"), (SeenKind::Boolean, SeenRole::Value));
    assert!(feed.place("$.s").repeats && feed.place("$.T").rises);
}

#[test]
fn binance_streams_of_several_kinds() {
    let feed = Recording::of(include_str!("../../../recordings/binance-combined.json"));
    feed.check_query();
    let titles = feed.titles();
    assert_eq!(titles[0], "data.e: aggTrade");
    assert!(titles.contains(&"result, id".to_owned()), "{titles:?}");
    assert_eq!(feed.place("$.data.T").role, SeenRole::Time);
    assert_eq!(feed.place("$.stream").role, SeenRole::Label);
    assert!(feed.catalogue.repeated.is_empty());
}

#[test]
fn mqtt() {
    let feed = Recording::of(include_str!("../../../recordings/mqtt-bridge.json"));
    feed.check_query();
    assert_eq!(feed.titles()[0], "topic, payload");
    assert_eq!(feed.place("$.topic").role, SeenRole::Label);
    assert_eq!(feed.place("$.payload").kind, SeenKind::String);
}
