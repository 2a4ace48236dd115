use std::cell::RefCell;
use std::rc::Rc;

use super::history_texts::HistoryTexts;
use super::intake::Intake;
use super::*;
use crate::extract::coerce::Kind;
use crate::extract::path::Path;
use crate::extract::time::reader::TimeReader;
use crate::format::{CsvOptions, Documents, Format, Message};
use crate::frame::{Field, Notice, Severity, Stat, Values};
use crate::query::{Backfill, FetchedHistory, FieldSelector, Fills, Query, QuerySpec, RowTime};

mod clearing;
mod hairline;
mod history;
mod history_tables;
mod kept_rows;
mod keys;
mod mending;
mod messages;
mod model;
mod parse;
mod points;
mod quoted_numbers;
mod repeats;
mod series;
mod times;
mod together;
mod values;
mod views;

const NOW: f64 = 1_700_000_000_000.0;

/// `NOW` and so many milliseconds.
fn at(ms: f64) -> f64 {
    NOW + ms
}

/// A stream and the connection that it reads.
struct Feed {
    intake: Intake,
    stream: Rc<RefCell<Stream>>,
}

impl Feed {
    fn new(reading: &Reading, capacity: usize, max_message_bytes: usize) -> Self {
        let stream = Rc::new(RefCell::new(Stream::new(reading, capacity)));
        let mut intake = Intake::new(max_message_bytes);
        intake.attach(&Format::JSON, None, Rc::clone(&stream));
        Self { intake, stream }
    }

    fn notices(&self) -> Vec<Notice> {
        self.stream.borrow().notices(&Projection::default())
    }

    /// The texts of the notices for a query with those fields.
    fn told(&self, fields: &Projection) -> Vec<String> {
        let notices = self.stream.borrow().notices(fields);
        notices.into_iter().map(|notice| notice.text).collect()
    }

    fn stats(&self) -> Vec<Stat> {
        self.stream.borrow().stats()
    }

    fn counters(&self) -> Counters {
        *self.stream.borrow().counters()
    }

    fn len(&self) -> usize {
        self.stream.borrow().len()
    }

    fn is_empty(&self) -> bool {
        self.stream.borrow().is_empty()
    }

    fn allocated_bytes(&self) -> usize {
        self.stream.borrow().allocated_bytes()
    }

    fn receive_history(&mut self, backfill: &FetchedHistory, answer: &[u8]) {
        let texts = HistoryTexts::of(&backfill.format, answer, usize::MAX);
        Stream::receive_history(&self.stream, backfill, &texts, NOW);
    }
}

fn stream(capacity: usize) -> Feed {
    Feed::new(&Reading::default(), capacity, usize::MAX)
}

fn chosen(fields: &str) -> (Feed, Projection) {
    query(&format!(r#"{{"fields":{fields}}}"#))
}

fn query(json: &str) -> (Feed, Projection) {
    let spec: QuerySpec = serde_json::from_str(json).unwrap();
    let target = Query::parse(&spec).unwrap();
    let feed = Feed::new(&target.projection.reading, target.capacity, usize::MAX);
    (feed, target.projection)
}

fn send(feed: &mut Feed, messages: &[&str]) {
    let batch = messages.join("\u{1e}");
    feed.intake
        .receive_texts(batch.as_bytes(), &vec![NOW; messages.len()]);
}

/// Each field of each frame as `name{labels}:type=values`.
fn shown(feed: &mut Feed, fields: &Projection) -> Vec<String> {
    shown_at(feed, fields, NOW)
}

fn shown_at(feed: &mut Feed, fields: &Projection, now: f64) -> Vec<String> {
    let mut stream = feed.stream.borrow_mut();
    stream.settle(fields, now);
    let frames = stream.frames(1000, fields, now);
    frames
        .iter()
        .flat_map(|frame| frame.fields.iter().map(show))
        .collect()
}

fn show(field: &Field<'_>) -> String {
    let labels = field.labels.as_ref().map_or(String::new(), |labels| {
        let pairs = labels.iter().map(|(name, text)| format!("{name}={text}"));
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
    });
    let values = show_values(&field.values).join(",");
    format!("{}{labels}:{}={values}", field.name, field.kind.name())
}

fn show_values(values: &Values<'_>) -> Vec<String> {
    let number = |n: &f64| {
        if n.is_nan() {
            "null".to_owned()
        } else {
            n.to_string()
        }
    };
    let boolean = |b: &u8| {
        ["false", "true"]
            .get(*b as usize)
            .unwrap_or(&"null")
            .to_string()
    };
    match values {
        Values::Nulls(count) => vec!["null".to_owned(); *count],
        Values::Numbers(older, newer) => older.iter().chain(*newer).map(number).collect(),
        Values::Booleans(older, newer) => older.iter().chain(*newer).map(boolean).collect(),
        Values::Texts { distinct, rows } => rows
            .iter()
            .map(|r| {
                distinct
                    .get(*r as usize)
                    .map_or("null".to_owned(), |t| format!("'{t}'"))
            })
            .collect::<Vec<_>>(),
        Values::LabelSets { distinct, rows } => rows
            .iter()
            .map(|row| format!("{:?}", distinct[*row as usize]))
            .collect(),
    }
}

fn inferred(stream: &mut Feed) -> Vec<String> {
    shown(stream, &Projection::default())
}

/// History of the same shape as the feed.
fn same() -> FetchedHistory {
    FetchedHistory {
        url: "history".into(),
        format: Format::AUTO,
        reading: None,
        fills: Fills::Same,
    }
}
