//! What a preview says is what the panel shows.

use proptest::prelude::*;

use super::*;
use crate::frame::Frame;
use crate::stream::preview::{Preview, PreviewRow, RowState};

const T: &str = r#"{"path":"$.t","role":"time","timeFormat":"ms"},{"path":"$.v"}"#;

fn states(preview: &Preview) -> Vec<&'static str> {
    preview.rows.iter().map(|row| row.state.name()).collect()
}

fn why(row: &PreviewRow) -> &str {
    row.text.as_deref().unwrap_or_default()
}

fn preview_of(messages: &[&str], asked: &str) -> Preview {
    let (mut stage, _) = Stage::open("{}", "{}");
    for message in messages {
        stage.until(stage.now + 1000.0);
        stage.text(message);
    }
    stage.session.preview(&query(asked), 100, stage.now)
}

#[test]
fn each_row_has_its_state_and_says_why() {
    let asked = format!(
        r#"{{"fields":[{T},{{"path":"$.id","role":"id"}}],"filter":[{{"path":"$.ok","op":"==","value":"true"}}],"capacity":2}}"#
    );
    let messages = [
        r#"{"t":1000,"v":1,"id":"a","ok":true}"#,
        r#"{"t":2000,"v":2,"id":"b","ok":false}"#,
        r#"{"t":3000,"v":3,"id":"c","ok":true}"#,
        r#"{"t":3000,"v":3,"id":"c","ok":true}"#,
        r#"{"t":4000,"v":4,"id":"d","ok":true}"#,
        r#"{"t":2000,"v":5,"id":"e","ok":true}"#,
        r#"}{"#,
        r#"{"ok":true}"#,
    ];
    let preview = preview_of(&messages, &asked);
    let expected = [
        "late",
        "filtered",
        "shown",
        "repeated",
        "shown",
        "late",
        "unreadable",
        "filtered",
    ];
    assert_eq!(states(&preview), expected);
    assert_eq!(preview.counts, [2, 2, 2, 1, 1]);
    let columns: Vec<_> = preview
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.kind))
        .collect();
    assert_eq!(columns, [("t", "time"), ("v", "number")]);
    let some = |text: &str| Some(text.to_owned());
    let filtered = &preview.rows[1];
    assert_eq!(
        filtered.values,
        [some("1970-01-01T00:00:02Z"), some("2")],
        "what is filtered out is shown too"
    );
    assert_eq!(why(filtered), "The condition ok == true does not hold.");
    assert!(why(&preview.rows[0]).contains("newest 2 rows"));
    assert!(why(&preview.rows[3]).contains("delivered again"));
    assert!(why(&preview.rows[6]).starts_with("It cannot be read: "));
    assert!(preview.rows[6].values.is_empty());
    assert!(why(&preview.rows[7]).contains("none of the query's values"));
}

#[test]
fn of_rows_with_one_key_the_newest_is_shown_as_the_panel_has_it() {
    let asked = r#"{"fields":[{"path":"$.k","role":"label"},{"path":"$.v"},{"path":"$.w"}],"mode":"upsert","view":"table",
        "deleteWhen":[{"path":"$.gone","op":"exists"}]}"#;
    let messages = [
        r#"{"k":"a","v":1,"w":7}"#,
        r#"{"k":"b","v":2}"#,
        r#"{"k":"a","v":3}"#,
        r#"{"k":"b","gone":1}"#,
    ];
    let preview = preview_of(&messages, asked);
    assert_eq!(
        states(&preview),
        ["repeated", "repeated", "shown", "repeated"]
    );
    let values: Vec<_> = preview.rows[2]
        .values
        .iter()
        .skip(1)
        .map(|v| v.as_deref())
        .collect();
    // A field that a message lacks keeps what it had.
    assert_eq!(values, [Some("a"), Some("3"), Some("7")]);
    let reasons = preview.rows.iter().map(why).collect::<Vec<_>>();
    assert_eq!(reasons[0], "A newer row with its key took its place.");
    assert_eq!(reasons[1], "A later message removed it.");
    assert_eq!(reasons[3], "It removes the row of its key.");
}

#[test]
fn a_preview_needs_no_reader_of_its_query_and_leaves_nothing_behind() {
    let (mut stage, reader) = Stage::open("{}", r#"{"fields":[{"path":"$.v"}]}"#);
    stage.text(r#"{"v":1,"place":"x"}"#);
    let before = (stage.session.leases(), stage.rows(reader));
    let preview = stage.session.preview(
        &query(r#"{"fields":[{"path":"$.place","role":"label"},{"path":"$.v"}]}"#),
        1,
        0.0,
    );
    assert_eq!(preview.columns[1].name, "place");
    assert_eq!(preview.rows[0].values[1].as_deref(), Some("x"));
    assert_eq!((stage.session.leases(), stage.rows(reader)), before);
    assert!(stage.taken().iter().all(|t| *t == Transmit::Connect));
}

#[test]
fn only_the_newest_rows_are_told_and_all_are_counted() {
    let texts: Vec<String> = (0..300).map(|v| format!(r#"{{"v":{v}}}"#)).collect();
    let messages: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (mut stage, _) = Stage::open("{}", "{}");
    messages.iter().for_each(|message| stage.text(message));
    let asked = query(r#"{"fields":[{"path":"$.v"}],"capacity":100}"#);
    let preview = stage.session.preview(&asked, 3, 0.0);
    let values = preview.rows.iter().map(|row| row.values[1].clone());
    let expected = ["297", "298", "299"].map(|v| Some(v.to_owned()));
    assert!(values.eq(expected));
    assert_eq!(preview.count(RowState::Shown), 100);
    assert_eq!(preview.count(RowState::Late), 200);
}

/// Queries of every way of keeping rows.
const QUERIES: [&str; 12] = [
    r#"{"fields":[TV],"capacity":5}"#,
    r#"{"fields":[{"path":"$.v"}]}"#,
    r#"{"fields":[TV,{"path":"$.k","role":"label"}],"capacity":3,"maxSeries":2}"#,
    r#"{"fields":[TV,{"path":"$.k","role":"label"}],"view":"table","capacity":4}"#,
    r#"{"fields":[TV,{"path":"$.v","role":"id"}]}"#,
    r#"{"fields":[TV],"filter":[{"path":"$.k","op":"!=","value":"a"}],"window":"3s"}"#,
    r#"{"fields":[TV,{"path":"$.k","role":"label"}],"mode":"upsert","view":"table","capacity":2}"#,
    r#"{"fields":[TV],"mode":"upsert","keys":["$.k"],"deleteWhen":[{"path":"$.v","op":"==","value":"3"}],"capacity":2}"#,
    r#"{"fields":[TV],"mode":"upsert","keys":["$.k"],"clearWhen":[{"path":"$.v","op":"==","value":"3"}],"expireAfter":"3s"}"#,
    r#"{"fields":[TV,{"path":"$.k","role":"label"}],"bucket":{"interval":"2s","reduce":"mean"},"capacity":2}"#,
    r#"{"fields":[TV],"bucket":{"interval":"1s","reduce":"ohlc"}}"#,
    "{}",
];

/// The rows of frames, as a preview writes them.
fn shown_rows(frames: &[Frame<'_>]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for frame in frames {
        for row in 0..frame.len {
            let mut cells: Vec<String> = Vec::new();
            for field in frame.fields.iter().skip(1) {
                let text = match &field.values {
                    Values::Numbers(older, newer) => {
                        let value = older.iter().chain(*newer).nth(row).unwrap();
                        (!value.is_nan()).then(|| value.to_string())
                    }
                    Values::Texts { distinct, rows } => distinct
                        .get(rows[row] as usize)
                        .map(|text| text.as_str().to_owned()),
                    Values::Nulls(_) | Values::Booleans(..) | Values::LabelSets { .. } => None,
                };
                cells.push(text.unwrap_or_default());
            }
            let labels = frame.fields.last().and_then(|field| field.labels.clone());
            cells.extend(labels.iter().flat_map(|l| l.iter().map(|(_, v)| v.clone())));
            cells.sort();
            rows.push(cells);
        }
    }
    rows.sort();
    rows
}

proptest! {
    #[test]
    fn what_is_shown_is_in_the_panel_and_nothing_else(
        asked in 0..QUERIES.len(),
        steps in prop::collection::vec((0u8..20, 0u32..6, 0usize..4, 0u32..5), 1..40),
    ) {
        let asked = query(&QUERIES[asked].replace("TV", T));
        let mut stage = Stage::new("{}", &asked);
        let reader = stage.attach(&asked);
        stage.opened();
        for (what, time, key, value) in steps {
            stage.until(stage.now + 500.0);
            let key = ["a", "b", "c", "d"][key];
            match what {
                0 => stage.text(r#"{"v":"#),
                1 => stage.text(r#"{"else":1}"#),
                2 => {
                    stage.closed();
                    stage.until(stage.now + 60_000.0);
                    stage.opened();
                }
                3 => stage.text("[]"),
                _ => stage.text(&format!(r#"{{"t":{},"v":{value},"k":"{key}"}}"#, time * 700)),
            }
        }
        let preview = stage.session.preview(&asked, 100, stage.now);
        let stream = stage.session.stream(reader).unwrap();
        let mut stream = stream.borrow_mut();
        stream.settle(&asked.projection, stage.now);
        let frames = stream.frames(asked.capacity, &asked.projection, stage.now);
        let mut shown: Vec<Vec<String>> = preview
            .rows
            .iter()
            .filter(|row| row.state == RowState::Shown)
            .map(|row| {
                let mut cells: Vec<_> = row.values[1..].iter().map(|v| v.clone().unwrap_or_default()).collect();
                cells.sort();
                cells
            })
            .collect();
        shown.sort();
        prop_assert_eq!(shown, shown_rows(&frames));
        prop_assert_eq!(preview.counts.iter().sum::<usize>(), preview.rows.len());
        let malformed = stream.stats().iter().find(|s| s.name == "Malformed messages").map(|s| s.value);
        prop_assert_eq!(malformed, Some(preview.count(RowState::Unreadable) as f64));
        for row in &preview.rows {
            prop_assert_eq!(row.text.is_none(), row.state == RowState::Shown);
            prop_assert!(row.state == RowState::Unreadable || row.values.len() == preview.columns.len());
        }
    }
}
