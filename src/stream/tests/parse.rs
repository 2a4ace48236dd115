//! Texts that hold JSON (`parse`).

use super::*;

#[test]
fn paths_go_on_into_texts() {
    let (mut feed, fields) = query(
        r#"{"parse":["$.payload"],"fields":[{"path":"$.topic","role":"label"},{"path":"$.payload.temp"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"topic":"a","payload":"{\"temp\":21.5}"}"#,
            r#"{"topic":"a","payload":"{\"temp\":22}"}"#,
            r#"{"topic":"b","payload":"offline"}"#,
        ],
    );
    let shown = shown(&mut feed, &fields);
    assert_eq!(shown[1], "temp{topic=a}:number=21.5,22");
    assert_eq!(
        shown.len(),
        2,
        "a text that holds no JSON has no temperature"
    );
}

#[test]
fn values_are_found_in_texts_too() {
    let (mut feed, fields) = query(r#"{"parse":["$.payload","$.payload.state"]}"#);
    send(
        &mut feed,
        &[r#"{"payload":"{\"id\":1,\"state\":\"{\\\"on\\\":true}\"}"}"#],
    );
    let shown = shown(&mut feed, &fields);
    assert_eq!(
        shown[1..],
        ["payload.id:number=1", "payload.state.on:boolean=true"]
    );
}

#[test]
fn texts_of_a_message_with_mistakes_are_read_as_well() {
    let (mut feed, fields) =
        query(r#"{"parse":["$.p"],"fields":[{"path":"$.n"},{"path":"$.p.v"}]}"#);
    send(
        &mut feed,
        &[
            r#"{"n":NaN,"p":"{\"v\":1}"}"#,
            r#"{"n":2,"p":"{\"v\":2}"}{"n":3,"p":"{\"v\":3}"}"#,
        ],
    );
    assert_eq!(
        shown(&mut feed, &fields)[1..],
        ["n:number=null,2,3", "v:number=1,2,3"]
    );
}

#[test]
fn who_reads_texts_and_who_does_not_read_one_connection() {
    let (mut parsed, fields) = query(r#"{"parse":["$.p"],"fields":[{"path":"$.p.v"}]}"#);
    let (mut plain, texts) = query(r#"{"fields":[{"path":"$.p"}]}"#);
    parsed
        .intake
        .attach(&Format::JSON, None, Rc::clone(&plain.stream));
    assert_eq!(parsed.intake.passes(), 2);
    send(&mut parsed, &[r#"{"p":"{\"v\":1}"}"#]);
    assert_eq!(shown(&mut parsed, &fields)[1], "v:number=1");
    assert_eq!(shown(&mut plain, &texts)[1], "p:string='{\"v\":1}'");
}

#[test]
fn other_formats_and_protocols_have_texts_as_well() {
    let (feed, fields) = query(r#"{"parse":["$[1]"],"fields":[{"path":"$[1].v"}]}"#);
    let format = Format::parse("csv", CsvOptions::default()).unwrap();
    let mut intake = Intake::new(1 << 20);
    intake.attach(&format, None, Rc::clone(&feed.stream));
    intake.receive_texts(b"1,\"{\"\"v\"\":5}\"", &[NOW]);
    let mut feed = Feed {
        intake,
        stream: feed.stream,
    };
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=5");

    let (feed, fields) = query(r#"{"parse":["$.data"],"fields":[{"path":"$.data.v"}]}"#);
    let mut intake = Intake::new(1 << 20);
    intake.attach(&Format::AUTO, None, Rc::clone(&feed.stream));
    intake.receive_documents(br#"{"data":"{\"v\":7}"}"#, &[NOW], &[None], 1, 20);
    let mut feed = Feed {
        intake,
        stream: feed.stream,
    };
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=7");
}

#[test]
fn a_history_has_the_same_texts() {
    let (mut feed, fields) = query(
        r#"{"parse":["$.p"],"fields":[{"path":"$.t","role":"time"},{"path":"$.p.v"}],"backfill":{"url":"/history"}}"#,
    );
    let text = br#"{"t":1699999999000,"p":"{\"v\":1}"}"#;
    let texts = HistoryTexts::of(&Format::JSON, text, 1 << 20);
    let backfill = FetchedHistory {
        url: String::new(),
        format: Format::JSON,
        reading: None,
        fills: Fills::Same,
    };
    Stream::receive_history(&feed.stream, &backfill, &texts, NOW);
    send(&mut feed, &[r#"{"t":1700000000000,"p":"{\"v\":2}"}"#]);
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,2");
}
