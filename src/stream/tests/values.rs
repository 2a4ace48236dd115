//! What becomes of the values of messages.

use super::*;

#[test]
fn a_plain_feed_needs_no_choice() {
    let mut stream = stream(1000);
    send(
        &mut stream,
        &[
            r#"{"time":1700000000000,"value":1.5}"#,
            r#"{"time":1700000001000,"value":2}"#,
        ],
    );
    assert_eq!(
        inferred(&mut stream),
        [
            "time:time=1700000000000,1700000001000",
            "value:number=1.5,2"
        ]
    );
    assert_eq!(stream.notices(), []);
}

#[test]
fn without_a_time_the_arrival_is_the_time() {
    let mut stream = stream(1000);
    send(&mut stream, &[r#"{"t":12345,"p":"0.001"}"#]);
    assert_eq!(
        inferred(&mut stream),
        [
            "Time:time=1700000000000",
            "t:number=12345",
            "p:string='0.001'"
        ]
    );
}

#[test]
fn only_the_newest_rows_stay() {
    let mut stream = stream(3);
    let messages: Vec<String> = (0..10)
        .map(|i| format!(r#"{{"time":{},"value":{i}}}"#, NOW + f64::from(i)))
        .collect();
    send(
        &mut stream,
        &messages.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    assert_eq!(inferred(&mut stream)[1], "value:number=7,8,9");
    assert_eq!(stream.counters().rows, 10);
}

#[test]
fn a_field_that_appears_later_is_added_also_when_the_ring_is_full() {
    let mut stream = stream(2);
    send(
        &mut stream,
        &[
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"a":3,"b":true}"#,
            r#"{"b":false}"#,
        ],
    );
    assert_eq!(
        inferred(&mut stream)[1..],
        ["a:number=3,null", "b:boolean=true,false"]
    );
}

#[test]
fn a_type_conflict_widens_to_text_and_says_so() {
    let mut stream = stream(1000);
    send(
        &mut stream,
        &[
            r#"{"a":1.50}"#,
            r#"{"a":null}"#,
            r#"{"a":"off"}"#,
            r#"{"a":2.50}"#,
        ],
    );
    assert_eq!(inferred(&mut stream)[1], "a:string='1.5',null,'off','2.50'");
    let notices = stream.notices();
    assert!(
        notices[0].text.contains("Field a") && notices[0].text.contains("off"),
        "{notices:?}"
    );
}

#[test]
fn integers_beyond_2_53_keep_their_digits_unless_asked_for_as_numbers() {
    let mut stream = stream(1000);
    send(&mut stream, &[r#"{"id":9007199254740993}"#]);
    assert_eq!(inferred(&mut stream)[1], "id:string='9007199254740993'");
    let (mut stream, fields) = chosen(r#"[{"path":"$.id","type":"number"}]"#);
    send(&mut stream, &[r#"{"id":9007199254740993}"#]);
    assert_eq!(shown(&mut stream, &fields)[1], "id:number=9007199254740992");
}

#[test]
fn a_trade_feed_with_numeric_strings_and_an_acknowledgement() {
    let (mut stream, fields) = chosen(
        r#"[{"path":"$.T","role":"time"},{"path":"$.p","type":"number","name":"price","unit":"currencyUSD"},{"path":"$.s"},{"path":"$.m"}]"#,
    );
    send(
        &mut stream,
        &[
            r#"{"result":null,"id":1}"#,
            r#"{"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","T":1672515782136,"m":true}"#,
        ],
    );
    assert_eq!(
        shown(&mut stream, &fields),
        [
            "T:time=1672515782136",
            "price:number=0.001",
            "s:string='BNBBTC'",
            "m:boolean=true"
        ]
    );
    let unit = stream.stream.borrow().frames(9, &fields, NOW)[0].fields[1]
        .unit
        .clone();
    assert_eq!(unit.as_deref(), Some("currencyUSD"));
    assert_eq!(
        (stream.counters().messages, stream.counters().dropped),
        (2, 1)
    );
}

#[test]
fn values_that_do_not_fit_the_chosen_type_are_null_and_told() {
    let (mut stream, fields) = chosen(
        r#"[{"path":"$.v","type":"number"},{"path":"$.b","type":"boolean"},{"path":"$.j","type":"json"}]"#,
    );
    send(
        &mut stream,
        &[
            r#"{"v":"n/a","b":"maybe","j":{"x":[1]}}"#,
            r#"{"v":" 2 ","b":0,"j":"s"}"#,
        ],
    );
    assert_eq!(
        shown(&mut stream, &fields)[1..],
        [
            "v:number=null,2",
            "b:boolean=null,false",
            "j:string='{\"x\":[1]}','\"s\"'"
        ]
    );
    assert_eq!(stream.notices().len(), 2);
    assert!(stream.notices()[0].text.contains("n/a"));
}

#[test]
fn a_notice_names_a_field_as_the_panel_does() {
    let spec = r#"{"fields":[{"path":"$.v","name":"zz","type":"number"},{"path":"$.s"}]}"#;
    let (mut feed, zz) = query(spec);
    // Shares the stream, with names of its own.
    let (_, other) = query(&spec.replace(r#""name":"zz","#, ""));
    send(&mut feed, &[r#"{"v":"bad","s":1}"#, r#"{"v":2,"s":"x"}"#]);
    let of = |name: &str| feed.told(if name == "zz" { &zz } else { &other });
    assert_eq!(
        of("zz"),
        [
            r#"Field zz: 1 value is not a number and is shown as null (last: "bad")."#,
            r#"Field s: the values have different types, so all are shown as text (last cause: "x"). Choose a type for the field."#,
        ]
    );
    assert!(of("v")[0].starts_with("Field v: 1 value"), "{:?}", of("v"));
    send(&mut feed, &[r#"{"v":"worse","s":1}"#]);
    assert_eq!(
        feed.told(&zz)[0],
        r#"Field zz: 2 values are not numbers and are shown as null (last: "worse")."#
    );
    // One value that is several columns.
    let (mut feed, fields) = query(
        r#"{"bucket":{"interval":"1m","reduce":"ohlc"},"fields":[{"path":"$.v","name":"zz"}]}"#,
    );
    send(&mut feed, &[r#"{"v":"bad"}"#]);
    let shown = shown(&mut feed, &fields);
    let told = feed.told(&fields);
    assert!(!told.is_empty());
    for text in told {
        let name = text.trim_start_matches("Field ").split(':').next().unwrap();
        assert!(
            shown
                .iter()
                .any(|field| field.starts_with(&format!("{name}:"))),
            "{text}"
        );
    }
}

#[test]
fn an_integer_beyond_2_53_among_others_is_named_as_what_made_them_texts() {
    let mut stream = stream(1000);
    send(&mut stream, &[r#"{"id":1}"#, r#"{"id":9007199254740993}"#]);
    assert_eq!(inferred(&mut stream)[1], "id:string='1','9007199254740993'");
    assert_eq!(
        stream.told(&Projection::default()),
        [
            "Field id: 9007199254740993 is beyond 2^53, so all values are shown as text to keep every digit. Choose type number to round them."
        ]
    );
}

#[test]
fn a_column_is_announced_with_its_type_before_any_value() {
    let (mut stream, fields) =
        chosen(r#"[{"path":"$.t","role":"time"},{"path":"$.s","type":"string"},{"path":"$.n"}]"#);
    assert_eq!(
        shown(&mut stream, &fields),
        ["t:time=", "s:string=", "n:number="]
    );
}

#[test]
fn two_numbers_a_row_cost_at_most_24_bytes() {
    let reading = Reading {
        columns: vec![FieldSelector {
            path: Path::parse("$.value").unwrap(),
            pattern: None,
            kind: Kind::Number,
            role: Role::Value,
            default_name: "value".into(),
        }],
        time: Some(RowTime::at(
            Path::parse("$.time").unwrap(),
            TimeReader::default(),
        )),
        ..Reading::default()
    };
    for capacity in [1000, 65_537] {
        let mut stream = Feed::new(&reading, capacity, usize::MAX);
        for i in 0..capacity + 10 {
            send(
                &mut stream,
                &[&format!(r#"{{"time":{},"value":{i}}}"#, NOW + i as f64)],
            );
        }
        assert!(
            stream.allocated_bytes() <= 24 * capacity,
            "{}",
            stream.allocated_bytes() / capacity
        );
    }
}

#[test]
fn a_number_in_quotes_stays_a_text_for_those_who_ask_for_texts() {
    let number = query(r#"{"fields":[{"path":"$.p","type":"number"}]}"#);
    let texts = [
        query(r#"{"fields":[{"path":"$.p","type":"string"}]}"#),
        query(r#"{"fields":[{"path":"$.p","type":"json"}]}"#),
        query(
            r#"{"fields":[{"path":"$.p"}],"filter":[{"path":"$.p","op":"contains","value":"."}]}"#,
        ),
    ];
    let (mut feed, fields) = number;
    for (other, _) in &texts {
        feed.intake
            .attach(&Format::JSON, None, Rc::clone(&other.stream));
    }
    for price in ["1.50", "2.5", "3.0"] {
        send(&mut feed, &[&format!(r#"{{"p":"{price}"}}"#)]);
    }
    assert_eq!(feed.intake.passes(), 1);
    assert_eq!(shown(&mut feed, &fields)[1], "p:number=1.5,2.5,3");
    let expected = [
        "'1.50','2.5','3.0'",
        "'\"1.50\"','\"2.5\"','\"3.0\"'",
        "'1.50','2.5','3.0'",
    ];
    for ((mut other, fields), expected) in texts.into_iter().zip(expected) {
        assert_eq!(
            shown(&mut other, &fields)[1],
            format!("p:string={expected}")
        );
    }
}

#[test]
fn what_holds_no_value_is_no_row() {
    let mut feed = stream(10);
    send(
        &mut feed,
        &[
            "{}",
            r#"{"time":1700000000000}"#,
            "{}",
            r#"{"time":1700000001000}"#,
        ],
    );
    assert_eq!(feed.len(), 0);
    send(
        &mut feed,
        &["{}", r#"{"time":1700000002000,"value":1}"#, "{}"],
    );
    assert_eq!(
        inferred(&mut feed),
        ["time:time=1700000002000", "value:number=1"]
    );
}

#[test]
fn a_time_that_cannot_be_read_is_told() {
    let (mut feed, fields) = query(
        r#"{"fields":[{"path":"$.at","role":"time","timeFormat":"%d/%m/%Y","timeZone":"UTC"},{"path":"$.v"}]}"#,
    );
    send(
        &mut feed,
        &[
            r#"{"v":0}"#,
            r#"{"at":"14/11/2023","v":1}"#,
            r#"{"at":null,"v":2}"#,
        ],
    );
    assert_eq!(feed.notices(), []);
    send(
        &mut feed,
        &[
            r#"{"at":"2023-11-13","v":3}"#,
            r#"{"at":"2023-11-14","v":4}"#,
        ],
    );
    assert_eq!(shown(&mut feed, &fields)[1], "v:number=1,0,2,3,4");
    let notices = feed.notices();
    assert_eq!(
        notices[0].text,
        "2 rows have a time that does not match the chosen format (last: \"2023-11-14\"); their arrival time is used. Check timeFormat."
    );
    // Found out and not chosen.
    let mut feed = stream(10);
    send(
        &mut feed,
        &[
            r#"{"time":1700000000000,"v":1}"#,
            r#"{"time":"soon","v":2}"#,
        ],
    );
    assert!(
        feed.notices()[0].text.contains("\"soon\""),
        "{:?}",
        feed.notices()
    );
}

#[test]
fn the_time_that_was_found_stays_it_when_another_reader_comes() {
    let mut feed = stream(100);
    let receive = |feed: &mut Feed, message: &str, arrival: f64| {
        feed.intake
            .receive_texts(message.as_bytes(), &[at(arrival)]);
    };
    receive(&mut feed, r#"{"time":1700000000000,"v":1}"#, 0.0);
    receive(&mut feed, r#"{"ts":1700000000000,"w":1}"#, 0.0);
    let mut other = Reading::default();
    other.retention.max_series = 7;
    let second = Rc::new(RefCell::new(Stream::new(&other, 100)));
    feed.intake.attach(&Format::JSON, None, Rc::clone(&second));
    receive(&mut feed, r#"{"ts":1700000000000,"w":2}"#, 5.0);
    receive(&mut feed, r#"{"time":1700000000100,"v":2}"#, 6.0);
    let shown = inferred(&mut feed);
    assert_eq!(
        shown[0],
        "time:time=1700000000000,1700000000000,1700000000005,1700000000100"
    );
}
