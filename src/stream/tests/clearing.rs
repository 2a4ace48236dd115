//! Messages that replace everything, and rows of an earlier connection.

use super::*;

const BOOK: &str = r#"{
    "mode":"upsert","view":"table","keys":["$.data[*].id"],
    "clearWhen":[{"path":"$.action","op":"==","value":"partial"}],
    "fields":[{"path":"$.data[*].id"},{"path":"$.data[*].size"}]
}"#;

fn partial(rows: &str) -> String {
    format!(r#"{{"action":"partial","data":[{rows}]}}"#)
}

fn update(rows: &str) -> String {
    format!(r#"{{"action":"update","data":[{rows}]}}"#)
}

fn row(id: u32, size: u32) -> String {
    format!(r#"{{"id":{id},"size":{size}}}"#)
}

fn ids(feed: &mut Feed, fields: &Projection) -> String {
    shown(feed, fields)[1].clone()
}

#[test]
fn a_message_replaces_everything() {
    let (mut feed, fields) = query(BOOK);
    let two = [row(1, 10), row(2, 20)].join(",");
    send(&mut feed, &[&partial(&two), &update(&row(3, 30))]);
    assert_eq!(ids(&mut feed, &fields), "id:number=1,2,3");
    let before = feed.stream.borrow().revision();
    send(
        &mut feed,
        &[
            &update(&row(1, 11)),
            &partial(&row(7, 70)),
            &update(&row(8, 80)),
        ],
    );
    assert_eq!(ids(&mut feed, &fields), "id:number=7,8");
    assert!(feed.stream.borrow().revision() > before);
    // One without rows leaves nothing.
    send(&mut feed, &[&partial("")]);
    assert!(feed.stream.borrow().is_empty());
    // And so it is where several texts come in one message.
    let both = format!(
        "{}\n{}\n{}",
        update(&row(1, 1)),
        partial(&row(2, 2)),
        update(&row(3, 3))
    );
    send(&mut feed, &[&both]);
    assert_eq!(ids(&mut feed, &fields), "id:number=2,3");
}

#[test]
fn all_conditions_must_hold_and_a_broken_message_clears_nothing() {
    let (mut feed, fields) = query(&BOOK.replace(
        r#""value":"partial"}"#,
        r#""value":"partial"},{"path":"$.table","op":"exists","value":false}"#,
    ));
    send(&mut feed, &[&partial(&row(1, 1))]);
    send(
        &mut feed,
        &[
            &partial(&row(2, 2)).replace('{', r#"{"table":"x","#)[..].replacen(
                r#"{"table":"x","id""#,
                r#"{"id""#,
                9,
            ),
        ],
    );
    assert_eq!(ids(&mut feed, &fields), "id:number=1,2");
    send(&mut feed, &[r#"{"action":"partial","data":[{"id":"#]);
    assert_eq!(ids(&mut feed, &fields), "id:number=1,2");
}

#[test]
fn series_go_too_and_others_on_the_connection_keep_their_rows() {
    let (mut feed, fields) = query(
        r#"{"mode":"upsert","clearWhen":[{"path":"$.all","op":"==","value":true}],
            "fields":[{"path":"$.rows[*].side","role":"label"},{"path":"$.rows[*].v"}]}"#,
    );
    let (mut other, all) = query(r#"{"fields":[{"path":"$.rows[*].v"}]}"#);
    feed.intake
        .attach(&Format::JSON, None, Rc::clone(&other.stream));
    send(
        &mut feed,
        &[
            r#"{"rows":[{"side":"buy","v":1},{"side":"sell","v":2}]}"#,
            r#"{"all":true,"rows":[{"side":"sell","v":3}]}"#,
        ],
    );
    assert_eq!(shown(&mut feed, &fields)[1..], ["v{side=sell}:number=3"]);
    assert_eq!(shown(&mut other, &all)[1], "v:number=1,2,3");
}

#[test]
fn rows_of_an_earlier_connection_go_when_the_new_one_has_spoken() {
    let without = BOOK.replace("clearWhen", "deleteWhen");
    let cases = [
        (BOOK.to_owned(), "id:number=2"),
        (
            BOOK.replacen('{', r#"{"dropOnReconnect":false,"#, 1),
            "id:number=1,2",
        ),
        (without.clone(), "id:number=1,2"),
        (
            without.replacen('{', r#"{"dropOnReconnect":true,"#, 1),
            "id:number=2",
        ),
    ];
    for (json, expected) in cases {
        let (mut feed, fields) = query(&json);
        send(&mut feed, &[&update(&row(1, 1))]);
        feed.intake.reconnected();
        assert_eq!(
            ids(&mut feed, &fields),
            "id:number=1",
            "until the new one speaks"
        );
        // A message without rows says nothing.
        send(&mut feed, &[r#"{"hello":true}"#]);
        assert_eq!(ids(&mut feed, &fields), "id:number=1");
        send(&mut feed, &[&update(&row(2, 2))]);
        assert_eq!(ids(&mut feed, &fields), expected, "{json}");
        send(&mut feed, &[&update(&row(3, 3))]);
        assert_eq!(ids(&mut feed, &fields), format!("{expected},3"), "once");
    }
}
