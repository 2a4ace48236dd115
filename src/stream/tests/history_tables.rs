//! What another data source had of the feed.

use super::*;
use crate::query::QueriedHistory;
use crate::stream::history_tables::{HistoryColumn, HistoryTable};

fn table(columns: &[&[&str]], rows: &str) -> HistoryTable {
    let column = |names: &&[&str]| HistoryColumn {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        is_time: names.contains(&"Time"),
    };
    HistoryTable {
        columns: columns.iter().map(column).collect(),
        rows: rows.to_owned(),
    }
}

/// A stream of these fields, what it asks for and how it is shown.
fn asking(fields: &str) -> (Feed, QueriedHistory, Projection) {
    let (feed, projection) = chosen(fields);
    let history = QueriedHistory {
        uid: "u".to_owned(),
        name: "Archive".to_owned(),
        key: String::new(),
        names: projection.names(),
    };
    (feed, history, projection)
}

fn receive(feed: &mut Feed, history: &QueriedHistory, tables: &[HistoryTable]) {
    Stream::receive_tables(&feed.stream, history, tables, NOW);
}

fn problem(feed: &Feed) -> Option<String> {
    feed.stream.borrow().history_problem.clone()
}

const TIMED: &str = r#"[{"path":"$.t","role":"time"},{"path":"$.a","name":"flow"},{"path":"$.b"}]"#;

#[test]
fn fields_of_the_same_name_are_filled_whatever_their_order_and_no_row_stands_twice() {
    let (mut feed, history, projection) = asking(TIMED);
    send(
        &mut feed,
        &[
            r#"{"t":1700000002000,"a":2,"b":"y"}"#,
            r#"{"t":1700000003000,"a":3,"b":"z"}"#,
        ],
    );
    let rows = r#"[["x",0,1700000001000,1],["y",0,1700000002000,2]]"#;
    // The second is shown as "flow", whatever it is called; the first that is only called so does not count.
    let columns: &[&[&str]] = &[&["b"], &["other", "flow"], &["Time"], &["flow", "value"]];
    receive(&mut feed, &history, &[table(columns, rows)]);
    assert_eq!(
        shown(&mut feed, &projection),
        [
            "t:time=1700000001000,1700000002000,1700000003000",
            "flow:number=1,2,3",
            "b:string='x','y','z'"
        ]
    );
    assert_eq!(problem(&feed), None);
    // What history had comes once more, late.
    send(&mut feed, &[r#"{"t":1700000004000,"a":4,"b":"w"}"#]);
    assert_eq!(shown(&mut feed, &projection)[1], "flow:number=1,2,3,4");
}

#[test]
fn fields_that_are_not_there_are_named_with_those_that_are() {
    let (mut feed, history, projection) = asking(TIMED);
    let rows = "[[1700000001000,1]]";
    receive(&mut feed, &history, &[table(&[&["Time"], &["flow"]], rows)]);
    assert_eq!(shown(&mut feed, &projection)[1], "flow:number=1");
    assert_eq!(
        problem(&feed).unwrap(),
        "The history from Archive has no field named b. Its fields are Time, flow. Give them the names that the \
         fields of this query have."
    );
    let (mut feed, history, projection) = asking(TIMED);
    receive(&mut feed, &history, &[table(&[&["Time"], &["V"]], rows)]);
    assert_eq!(shown(&mut feed, &projection)[1], "flow:number=");
    assert!(problem(&feed).unwrap().contains("no field named flow or b"));
}

#[test]
fn series_get_their_rows_by_their_labels_from_as_many_tables() {
    let (mut feed, history, projection) = asking(
        r#"[{"path":"$.t","role":"time"},{"path":"$.d","name":"device","role":"label"},{"path":"$.v","name":"value"}]"#,
    );
    send(&mut feed, &[r#"{"t":1700000002000,"d":"a","v":2}"#]);
    let columns: &[&[&str]] = &[&["Time"], &["a", "value"], &["device"]];
    let tables = [
        table(columns, r#"[[1700000001000,1,"a"],[1700000002000,2,"a"]]"#),
        table(columns, r#"[[1700000001000,7,"b"]]"#),
    ];
    receive(&mut feed, &history, &tables);
    assert_eq!(problem(&feed), None);
    let shown = shown(&mut feed, &projection).join(" ");
    assert!(shown.contains("value{device=a}:number=1,2"), "{shown}");
    assert!(shown.contains("value{device=b}:number=7"), "{shown}");
}

#[test]
fn where_values_are_found_in_the_messages_so_they_are_in_the_history() {
    let mut feed = stream(10);
    let history = QueriedHistory {
        uid: "u".to_owned(),
        name: "Archive".to_owned(),
        key: String::new(),
        names: Vec::new(),
    };
    send(&mut feed, &[r#"{"time":1700000002000,"v":2}"#]);
    let columns: &[&[&str]] = &[&["Time"], &["Value", "v"], &["extra"]];
    let rows = r#"[[1700000001000,1,5],[1700000002000,2,null]]"#;
    receive(&mut feed, &history, &[table(columns, rows)]);
    let shown = inferred(&mut feed);
    assert_eq!(shown[0], "time:time=1700000001000,1700000002000");
    assert_eq!(shown[1], "v:number=1,2");
    assert_eq!(shown[2], "extra:number=5,null");
}

#[test]
fn a_feed_without_times_has_no_row_of_history_from_where_it_began() {
    let (mut feed, history, projection) = asking(r#"[{"path":"$.v"}]"#);
    send(&mut feed, &["{\"v\":10}"]);
    let begun = 1_700_000_000_000_i64;
    let rows = format!(
        "[[{},8],[{},9],[{begun},10],[{},11]]",
        begun - 2000,
        begun - 1000,
        begun + 1000
    );
    receive(&mut feed, &history, &[table(&[&["Time"], &["v"]], &rows)]);
    assert_eq!(values_of(&mut feed, &projection), "v:number=8,9,10");
}

#[test]
fn an_empty_answer_and_one_that_is_no_json_are_said_with_the_name() {
    let (mut feed, history, _) = asking(TIMED);
    receive(&mut feed, &history, &[]);
    assert_eq!(
        problem(&feed).unwrap(),
        "The history from Archive is empty."
    );
    receive(&mut feed, &history, &[table(&[&["flow"]], "[[1],[")]);
    let said = problem(&feed).unwrap();
    assert!(
        said.starts_with("The history from Archive could not be read: "),
        "{said}"
    );
}

fn values_of(feed: &mut Feed, projection: &Projection) -> String {
    shown(feed, projection).pop().unwrap()
}
