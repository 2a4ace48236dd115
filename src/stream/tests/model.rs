//! The table against a model that keeps everything in a vector.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// One row: a key, a time in milliseconds after `NOW`, a value; without one it removes its key.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    key: u8,
    time: u32,
    value: Option<u32>,
}

fn row(keys: u8) -> impl Strategy<Value = Row> {
    let value = proptest::option::weighted(0.9, 0..1000u32);
    (0..keys, 0..60u32, value).prop_map(|(key, time, value)| Row { key, time, value })
}

fn batches(keys: u8) -> impl Strategy<Value = Vec<Vec<Row>>> {
    proptest::collection::vec(proptest::collection::vec(row(keys), 1..12), 1..8)
}

fn message(row: &Row) -> String {
    let Row { key, time, value } = row;
    let value = value.map_or("0,\"gone\":true".to_owned(), |value| value.to_string());
    format!(
        r#"{{"k":"{key}","t":{},"v":{value}}}"#,
        NOW + f64::from(*time)
    )
}

/// Hands a batch over as the messages of one run.
fn hand_over(feed: &mut Feed, batch: &[Row]) {
    let messages: Vec<String> = batch.iter().map(message).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    send(feed, &messages);
}

/// What becomes of the times and values of a bucket.
type Of<'a> = dyn Fn(&[(u32, f64)]) -> f64 + 'a;

/// Times and values of the only frame.
fn rows_of(feed: &mut Feed, fields: &Projection) -> Vec<(f64, f64)> {
    let mut stream = feed.stream.borrow_mut();
    stream.settle(fields, NOW);
    let frames = stream.frames(1000, fields, NOW);
    let numbers = |index: usize| match &frames[0].fields[index].values {
        Values::Numbers(older, newer) => [*older, *newer].concat(),
        Values::Nulls(count) => vec![f64::NAN; *count],
        other => panic!("{other:?}"),
    };
    numbers(0).into_iter().zip(numbers(1)).collect()
}

fn expected(rows: &[Row]) -> Vec<(f64, f64)> {
    let row = |row: &Row| {
        let value = row.value.map_or(f64::NAN, f64::from);
        (NOW + f64::from(row.time), value)
    };
    rows.iter().map(row).collect()
}

/// Rows sorted by time, those of equal time as they came; of each batch the newest stay.
fn append_model(batches: &[Vec<Row>], capacity: usize) -> Vec<Row> {
    let mut held: Vec<Row> = Vec::new();
    for batch in batches {
        held.extend(batch.iter().cloned());
        held.sort_by_key(|row| row.time);
        held.drain(..held.len().saturating_sub(capacity));
    }
    held
}

/// One row per key, in the order in which the keys came; an older row than the one there is late.
fn upsert_model(batches: &[Vec<Row>]) -> Vec<Row> {
    let mut held: Vec<Row> = Vec::new();
    for row in batches.iter().flatten() {
        let there = held.iter().position(|other| other.key == row.key);
        match (there, row.value) {
            (Some(index), None) => drop(held.remove(index)),
            (None, None) => {}
            (Some(index), Some(_)) if held[index].time <= row.time => held[index] = row.clone(),
            (Some(_), Some(_)) => {}
            (None, Some(_)) => held.push(row.clone()),
        }
    }
    held
}

proptest! {
    #[test]
    fn rows_in_any_order_stand_where_they_belong(batches in batches(3), capacity in 1usize..30) {
        let (mut feed, fields) = query(&format!(
            r#"{{"capacity":{capacity},"fields":[{{"path":"$.t","role":"time"}},{{"path":"$.v"}}]}}"#
        ));
        let plain = |row: &Row| Row { value: Some(row.value.unwrap_or(7)), ..row.clone() };
        let batches: Vec<Vec<Row>> = batches.iter().map(|b| b.iter().map(plain).collect()).collect();
        for (index, batch) in batches.iter().enumerate() {
            hand_over(&mut feed, batch);
            let model = append_model(&batches[..=index], capacity);
            prop_assert_eq!(rows_of(&mut feed, &fields), expected(&model));
        }
    }

    #[test]
    fn upserts_and_removals_leave_what_a_map_leaves(batches in batches(6)) {
        let spec = r#""mode":"upsert","keys":["$.k"],"deleteWhen":[{"path":"$.gone","op":"exists"}],"fields":[{"path":"$.t","role":"time"},{"path":"$.v"}]"#;
        let (mut table, table_fields) = query(&format!(r#"{{{spec},"view":"table"}}"#));
        let (mut series, series_fields) = query(&format!("{{{spec}}}"));
        for (index, batch) in batches.iter().enumerate() {
            hand_over(&mut table, batch);
            hand_over(&mut series, batch);
            let mut model = upsert_model(&batches[..=index]);
            prop_assert_eq!(rows_of(&mut table, &table_fields), expected(&model));
            model.sort_by_key(|row| row.time);
            let mut sorted = rows_of(&mut series, &series_fields);
            let mut model = expected(&model);
            // Rows of equal time may stand in either order.
            let order = |a: &(f64, f64), b: &(f64, f64)| a.partial_cmp(b).unwrap();
            prop_assert!(sorted.is_sorted_by_key(|row| row.0));
            sorted.sort_by(order);
            model.sort_by(order);
            prop_assert_eq!(sorted, model);
        }
    }

    #[test]
    fn buckets_hold_what_grouping_gives(batches in batches(1)) {
        let reduced = |reduce: &str| {
            let (mut feed, fields) = query(&format!(
                r#"{{"bucket":{{"interval":"10ms","reduce":"{reduce}"}},"fields":[{{"path":"$.t","role":"time"}},{{"path":"$.v"}}]}}"#
            ));
            batches.iter().for_each(|batch| hand_over(&mut feed, batch));
            rows_of(&mut feed, &fields)
        };
        let mut groups: HashMap<u32, Vec<(u32, f64)>> = HashMap::new();
        for row in batches.iter().flatten() {
            let value = row.value.map_or(0.0, f64::from);
            groups.entry(row.time / 10).or_default().push((row.time, value));
        }
        let mut starts: Vec<u32> = groups.keys().copied().collect();
        starts.sort_unstable();
        let by = |of: &Of<'_>| -> Vec<(f64, f64)> {
            // NOW is the start of a bucket.
            starts.iter().map(|start| (NOW + f64::from(start * 10), of(&groups[start]))).collect()
        };
        prop_assert_eq!(reduced("count"), by(&|rows| rows.len() as f64));
        prop_assert_eq!(reduced("sum"), by(&|rows| rows.iter().map(|row| row.1).sum()));
        prop_assert_eq!(reduced("max"), by(&|rows| rows.iter().map(|row| row.1).fold(f64::MIN, f64::max)));
        prop_assert_eq!(reduced("last"), by(&|rows| {
            let newest = rows.iter().map(|row| row.0).max().unwrap();
            rows.iter().rfind(|row| row.0 == newest).unwrap().1
        }));
        prop_assert_eq!(reduced("first"), by(&|rows| {
            let oldest = rows.iter().map(|row| row.0).min().unwrap();
            rows.iter().find(|row| row.0 == oldest).unwrap().1
        }));
    }
}
