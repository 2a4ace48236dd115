//! Tests of what is shown of a feed.

mod catalogue;
mod kinds;
mod recordings;
mod unmet;
mod view;

use super::reading::ReadMessage;

/// Messages that came a second apart, each a JSON text.
fn messages(texts: &[&str]) -> Vec<ReadMessage> {
    let read = |(index, text): (usize, &&str)| ReadMessage {
        sequence: index as u64,
        at: 1_700_000_000_000.0 + 1_000.0 * index as f64,
        size: text.len(),
        is_binary: false,
        raw: (*text).to_owned(),
        documents: vec![(*text).to_owned()],
        are_records: false,
        problem: None,
    };
    texts.iter().enumerate().map(read).collect()
}
