//! Into which series the rows go.

use super::*;

#[test]
fn labels_split_rows_into_series_in_order_of_appearance() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.t","role":"time"},{"path":"$.s","role":"label","name":"symbol"},{"path":"$.p"},{"path":"$.q"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"t":1700000000000,"s":"B","p":1,"q":10}"#,
            r#"{"t":1700000000001,"s":"A","p":2,"q":20}"#,
            r#"{"t":1700000000002,"s":"B","p":3,"q":30}"#,
            r#"{"t":1700000000003,"p":4,"q":40}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "t:time=1700000000000,1700000000002",
            "p{symbol=B}:number=1,3",
            "q{symbol=B}:number=10,30",
            "t:time=1700000000001",
            "p{symbol=A}:number=2",
            "q{symbol=A}:number=20",
            "t:time=1700000000003",
            "p{}:number=4",
            "q{}:number=40",
        ]
    );
    let mut stream = feed.stream.borrow_mut();
    stream.settle(&fields, NOW);
    let frames = stream.frames(10, &fields, NOW);
    let name = |frame: usize, field: usize| frames[frame].fields[field].display_name.clone();
    assert_eq!(name(0, 1).as_deref(), Some("B p"));
    assert_eq!(name(1, 2).as_deref(), Some("A q"));
    assert_eq!(name(2, 1), None);
}

#[test]
fn one_value_is_named_by_its_labels_alone() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.a","role":"label"},{"path":"$.b","role":"label"},{"path":"$.v"}]}"#,
    );
    assert_eq!(shown(&mut feed, &fields), ["Time:time=", "v:number="]);
    send(&mut feed, &[r#"{"a":"x","b":7,"v":1}"#]);
    let mut stream = feed.stream.borrow_mut();
    stream.settle(&fields, NOW);
    let frames = stream.frames(10, &fields, NOW);
    assert_eq!(frames[0].fields[1].display_name.as_deref(), Some("x, 7"));
}

#[test]
fn an_object_brings_a_label_for_each_member() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.streams[*].stream","role":"label"},{"path":"$.streams[*].values[*][0]","role":"time"},{"path":"$.streams[*].values[*][1]","name":"line"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"streams":[{"stream":{"app":"x","pod":"1"},"values":[["1700000000000000001","a"],["1700000000001000000","b"]]},{"stream":{"app":"y"},"values":[["1700000000002000000","c"]]}]}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "0:time=1700000000000.0000,1700000000001".replace(".0000", ""),
            "line{app=x,pod=1}:string='a','b'".to_owned(),
            "0:time=1700000000002".to_owned(),
            "line{app=y}:string='c'".to_owned(),
        ]
    );
}

#[test]
fn in_a_table_labels_and_identifiers_are_columns() {
    let (mut feed, fields) = query(
        r#"{"view":"table","fields":[{"path":"$.v"},{"path":"$.s","role":"label"},{"path":"$.id","role":"id"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"v":1,"s":"a","id":7}"#,
            r#"{"v":2,"s":"b","id":8}"#,
            r#"{"v":2,"s":"b","id":8}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["v:number=1,2", "s:string='a','b'", "id:string='7','8'"]
    );
}

#[test]
fn of_too_many_series_the_least_recently_updated_goes_and_it_is_said() {
    let (mut feed, fields) =
        query(r#"{"maxSeries":2,"fields":[{"path":"$.s","role":"label"},{"path":"$.v"}]}"#);
    for message in ["a", "b", "a", "c"] {
        send(&mut feed, &[&format!(r#"{{"s":"{message}","v":1}}"#)]);
    }
    let names: Vec<String> = shown(&mut feed, &fields);
    assert_eq!(names[1], "v{s=a}:number=1,1");
    assert_eq!(names[3], "v{s=c}:number=1");
    assert_eq!(names.len(), 4);
    let text = &feed.notices()[0].text;
    assert!(
        text.contains("more than 2 series") && text.contains("1 was removed"),
        "{text}"
    );
}

#[test]
fn of_series_that_come_all_at_once_the_last_stay() {
    let (mut feed, fields) =
        query(r#"{"maxSeries":2,"fields":[{"path":"$.s","role":"label"},{"path":"$.v"}]}"#);
    let rows = ["a", "b", "c", "d", "e"].map(|s| format!(r#"{{"s":"{s}","v":1}}"#));
    send(&mut feed, &[&format!("[{}]", rows.join(","))]);
    let shown = shown(&mut feed, &fields);
    let mut series = [shown[1].as_str(), shown[3].as_str()];
    series.sort_unstable();
    assert_eq!(series, ["v{s=d}:number=1", "v{s=e}:number=1"]);
}

#[test]
fn values_are_found_beside_a_chosen_time_and_label() {
    let (mut feed, fields) =
        query(r#"{"fields":[{"path":"$.at","role":"time"},{"path":"$.dev","role":"label"}]}"#);
    send(
        &mut feed,
        &[r#"{"at":1700000000000,"dev":"a","v":1,"w":2}"#],
    );
    assert_eq!(
        shown(&mut feed, &fields),
        [
            "at:time=1700000000000",
            "v{dev=a}:number=1",
            "w{dev=a}:number=2"
        ]
    );
}
