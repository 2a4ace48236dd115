//! Times of zones and of several fields, and parts of texts.

use super::*;
use crate::extract::time::zone::tests::provide_jiff;

/// What the fields of a query make of messages, without the time of rows that have none.
fn table(fields: &str, messages: &[&str]) -> Vec<String> {
    provide_jiff();
    let (mut feed, projection) = chosen(fields);
    send(&mut feed, messages);
    shown(&mut feed, &projection)
}

/// What is told of them.
fn told(fields: &str, messages: &[&str]) -> Vec<String> {
    provide_jiff();
    let (mut feed, projection) = chosen(fields);
    send(&mut feed, messages);
    feed.told(&projection)
}

fn ms(text: &str) -> String {
    let at: jiff::Timestamp = text.parse().unwrap();
    at.as_millisecond().to_string()
}

#[test]
fn several_fields_tell_one_time() {
    for (times, message, utc) in [
        // A date beside a clock time.
        (
            r#"{"path":"$.d","role":"time"},{"path":"$.t","role":"time"}"#,
            r#"{"d":"2026-01-01","t":"12:31:07","v":1}"#,
            "2026-01-01T12:31:07Z",
        ),
        (
            r#"{"path":"$.d","role":"time","timeZone":"Europe/Berlin"},{"path":"$.t","role":"time"}"#,
            r#"{"d":"2026-07-01","t":"12:31:07.250","v":1}"#,
            "2026-07-01T10:31:07.250Z",
        ),
        (
            r#"{"path":"$.d","role":"time","timeFormat":"%d.%m.%Y"},{"path":"$.t","role":"time","timeFormat":"%H:%M:%S","timeZone":"+02:00"}"#,
            r#"{"d":"01.07.2026","t":"12:31:07","v":1}"#,
            "2026-07-01T10:31:07Z",
        ),
        (
            r#"{"path":"$.d","role":"time","timeFormat":"%d.%m.%Y %H:%M"},{"path":"$.t","role":"time"}"#,
            r#"{"d":"01.07.2026","t":"12:31","v":1}"#,
            "2026-07-01T12:31:00Z",
        ),
        // Three numbers of a date, and digits without separators.
        (
            r#"{"path":"$.y","role":"time","timeFormat":"%Y"},{"path":"$.m","role":"time","timeFormat":"%m"},{"path":"$.d","role":"time","timeFormat":"%d"}"#,
            r#"{"y":2026,"m":7,"d":1,"v":1}"#,
            "2026-07-01T00:00:00Z",
        ),
        (
            r#"{"path":"$.d","role":"time","timeFormat":"%Y%m%d"},{"path":"$.t","role":"time","timeFormat":"%H%M%S"}"#,
            r#"{"d":20260701,"t":123107,"v":1}"#,
            "2026-07-01T12:31:07Z",
        ),
        // Numbers are added.
        (
            r#"{"path":"$.s","role":"time","timeFormat":"s"},{"path":"$.us","role":"time","timeFormat":"us"}"#,
            r#"{"s":1782909067,"us":250000,"v":1}"#,
            "2026-07-01T12:31:07.250Z",
        ),
        (
            r#"{"path":"$.s","role":"time"},{"path":"$.ns","role":"time","timeFormat":"ns"}"#,
            r#"{"s":1782909067,"ns":"250000000","v":1}"#,
            "2026-07-01T12:31:07.250Z",
        ),
        (
            r#"{"path":"$.s","role":"time","timeFormat":"s"},{"path":"$.ms","role":"time","timeFormat":"ms"}"#,
            r#"{"s":"0x6a4508 8b","ms":1,"v":1}"#,
            "",
        ),
        // Both.
        (
            r#"{"path":"$.d","role":"time","timeZone":"UTC"},{"path":"$.s","role":"time","timeFormat":"s"}"#,
            r#"{"d":"2026-07-01","s":45067,"v":1}"#,
            "2026-07-01T12:31:07Z",
        ),
    ] {
        let fields = format!(r#"[{times},{{"path":"$.v"}}]"#);
        let expected = if utc.is_empty() {
            NOW.to_string()
        } else {
            ms(utc)
        };
        let shown = table(&fields, &[message]);
        assert!(
            shown[0].ends_with(&format!(":time={expected}")),
            "{times}: {shown:?}"
        );
    }
}

#[test]
fn a_time_that_is_not_whole_is_none() {
    let fields = r#"[{"path":"$.d","role":"time","name":"When"},{"path":"$.t","role":"time"},{"path":"$.v"}]"#;
    let whole = r#"{"d":"2026-01-01","t":"12:31:07","v":1}"#;
    let shown = table(
        fields,
        &[whole, r#"{"d":"2026-01-01","v":2}"#, r#"{"v":3}"#],
    );
    let time = ms("2026-01-01T12:31:07Z");
    assert_eq!(
        shown,
        [
            format!("When:time={NOW},{NOW},{time}"),
            "v:number=2,3,1".to_owned()
        ]
    );
    let told = told(
        fields,
        &[whole, r#"{"d":"2026-01-01","v":2}"#, r#"{"v":3}"#],
    );
    assert!(
        told.iter().any(|text| text.starts_with(
            "1 row has a time that does not match the chosen format (last: \"2026-01-01\")"
        )),
        "{told:?}"
    );
    assert!(
        told.iter().any(|text| text
            .starts_with("Field When: times such as \"2026-01-01 12:31:07\" have no time zone")),
        "{told:?}"
    );
}

#[test]
fn the_assumption_of_utc_is_told_once_for_each_field() {
    let message =
        r#"{"t":"2026-01-01T12:00:00","u":"2026-01-01 12:00","z":"2026-01-01T12:00:00Z","v":1}"#;
    let fields = |zone: &str| {
        format!(
            r#"[{{"path":"$.t","role":"time"{zone}}},{{"path":"$.u","type":"time"{zone}}},{{"path":"$.z","type":"time"}},{{"path":"$.v"}}]"#
        )
    };
    let about = |told: &[String]| {
        let told = told.iter().filter(|text| text.contains("no time zone"));
        told.map(|text| text.split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let unset = told(&fields(""), &[message, message]);
    assert_eq!(about(&unset), ["Field t", "Field u"]);
    assert!(
        unset
            .iter()
            .any(|text| text.contains("are read as UTC, because none is set")
                && text.contains("timeZone"))
    );
    for zone in ["UTC", "Europe/Berlin", "+02:00", "browser"] {
        let set = told(&fields(&format!(r#","timeZone":"{zone}""#)), &[message]);
        assert_eq!(about(&set), [""; 0], "{zone}");
    }
    let found = {
        let mut feed = stream(10);
        send(&mut feed, &[r#"{"time":"2023-11-14T22:13:20","v":1}"#]);
        feed.told(&Projection::default())
    };
    assert_eq!(about(&found), ["Field time"]);
}

#[test]
fn no_two_columns_have_the_name_of_the_time() {
    let mut feed = stream(10);
    send(&mut feed, &[r#"{"Time":"12:31:07","v":1}"#]);
    assert_eq!(
        inferred(&mut feed),
        [
            format!("Arrival time:time={NOW}"),
            "Time:string='12:31:07'".to_owned(),
            "v:number=1".to_owned()
        ]
    );
    let shown = table(
        r#"[{"path":"$.Time"},{"path":"$.v"}]"#,
        &[r#"{"Time":"12:31:07","v":1}"#],
    );
    assert_eq!(shown[0], format!("Arrival time:time={NOW}"));
}

#[test]
fn a_time_of_day_is_of_today() {
    // NOW is 2023-11-14T22:13:20Z; in Tokyo it is the 15th.
    for (zone, utc) in [
        ("UTC", "2023-11-14T12:31:07Z"),
        ("Asia/Tokyo", "2023-11-15T03:31:07Z"),
        ("browser", "2023-11-14T11:31:07Z"),
    ] {
        let fields = format!(
            r#"[{{"path":"$.Time","role":"time","timeFormat":"%H:%M:%S","timeZone":"{zone}"}},{{"path":"$.at","type":"time","timeFormat":"%H:%M:%S","timeZone":"{zone}"}},{{"path":"$.v"}}]"#
        );
        let shown = table(&fields, &[r#"{"Time":"12:31:07","at":"12:31:07","v":1}"#]);
        assert_eq!(
            shown,
            [
                format!("Time:time={}", ms(utc)),
                format!("at:time={}", ms(utc)),
                "v:number=1".to_owned()
            ],
            "{zone}"
        );
    }
}

#[test]
fn hexadecimal_numbers_and_times() {
    let fields = r#"[{"path":"$.timestamp","role":"time"},{"path":"$.number","type":"number"},{"path":"$.hash"}]"#;
    let shown = table(
        fields,
        &[r#"{"number":"0xcc24fd","timestamp":"0x61605f35","hash":"0xff"}"#],
    );
    assert_eq!(
        shown,
        [
            "timestamp:time=1633705781000",
            "number:number=13378813",
            "hash:string='0xff'"
        ]
    );
}

#[test]
fn the_pattern_of_a_field_takes_a_part_of_its_texts() {
    for (field, value, shown_as) in [
        (
            r#""type":"number","pattern":"([\\d.]+) °C""#,
            r#""47.9 °C""#,
            "v:number=47.9",
        ),
        (
            r#""type":"number","pattern":"([\\d.]+) °C""#,
            r#""47.9 \u00b0C""#,
            "v:number=47.9",
        ),
        (
            r#""type":"number","pattern":"([\\d.,]+)""#,
            r#""1,234.5 W""#,
            "v:number=1234.5",
        ),
        (
            r#""type":"number","pattern":"([\\d.,]+)""#,
            r#""47,9 %""#,
            "v:number=47.9",
        ),
        (
            r#""type":"number","pattern":"\\d""#,
            r#""47""#,
            "v:number=4",
        ),
        (
            r#""type":"number","pattern":"(0x\\w+)""#,
            r#""id 0x1F""#,
            "v:number=31",
        ),
        (
            r#""type":"number","pattern":"\\d(\\d)""#,
            "47",
            "v:number=7",
        ),
        (
            r#""pattern":"(\\w+)$""#,
            r#""door \"front\" open""#,
            "v:string='open'",
        ),
        (
            r#""pattern":"door (\\S+)""#,
            r#""door \"front\" open""#,
            "v:string='\"front\"'",
        ),
        (
            r#""type":"boolean","pattern":"is (\\w+)""#,
            r#""it is on""#,
            "v:boolean=true",
        ),
        (
            r#""type":"time","pattern":"at (.*)","timeFormat":"s""#,
            r#""at 1782909067""#,
            "v:time=1782909067000",
        ),
        (
            r#""type":"json","pattern":"b(.)d""#,
            r#""a bcd""#,
            "v:string='c'",
        ),
        (
            r#""type":"number","pattern":"([\\d.]+) °C""#,
            "null",
            "v:number=null",
        ),
        (
            r#""type":"number","pattern":"([\\d.]+) °C""#,
            r#""47.9 °F""#,
            "v:number=null",
        ),
        (
            r#""type":"number","pattern":"(.*)""#,
            r#""high""#,
            "v:number=null",
        ),
    ] {
        let fields = format!(r#"[{{"path":"$.v",{field}}}]"#);
        let shown = table(&fields, &[&format!(r#"{{"v":{value}}}"#)]);
        assert_eq!(shown[1], shown_as, "{field} of {value}");
    }
}

#[test]
fn one_text_may_be_several_fields() {
    let fields = r#"[{"path":"$.v","name":"T","type":"number","pattern":"T=(-?\\d+)"},{"path":"$.v","name":"H","type":"number","pattern":"H=(\\d+)"},{"path":"$.v","name":"all"},{"path":"$.v","role":"time","pattern":"@(\\d+)"}]"#;
    let shown = table(
        fields,
        &[
            r#"{"v":"T=-12 H=40 @1782909067"}"#,
            r#"{"v":"T=-13 @1782909068"}"#,
        ],
    );
    assert_eq!(
        shown,
        [
            "v:time=1782909067000,1782909068000",
            "T:number=-12,-13",
            "H:number=40,null",
            "all:string='T=-12 H=40 @1782909067','T=-13 @1782909068'"
        ]
    );
    let told = told(
        fields,
        &[
            r#"{"v":"T=-12 H=40 @1782909067"}"#,
            r#"{"v":"T=-13 @1782909068"}"#,
        ],
    );
    assert!(told.contains(&"Field H: 1 value does not match the field's pattern and counts as null (last: \"T=-13 @1782909068\").".to_owned()), "{told:?}");
    assert!(
        !told.iter().any(|text| text.starts_with("Field T:")),
        "{told:?}"
    );
}

#[test]
fn labels_are_told_apart_by_what_the_pattern_takes() {
    let fields = r#"[{"path":"$.topic","name":"room","role":"label","pattern":"home/(\\w+)/"},{"path":"$.v"}]"#;
    let messages = [
        r#"{"topic":"home/kitchen/a","v":1}"#,
        r#"{"topic":"home/kitchen/b","v":2}"#,
        r#"{"topic":"home/attic/a","v":3}"#,
    ];
    let values = |shown: Vec<String>| {
        shown
            .into_iter()
            .filter(|field| field.starts_with("v{"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        values(table(fields, &messages)),
        ["v{room=kitchen}:number=1,2", "v{room=attic}:number=3"]
    );
    // The same where values are found.
    let fields = r#"[{"path":"$.topic","name":"room","role":"label","pattern":"home/(\\w+)/"}]"#;
    assert_eq!(
        values(table(fields, &messages)),
        ["v{room=kitchen}:number=1,2", "v{room=attic}:number=3"]
    );
}

#[test]
fn patterns_of_a_shared_pass_do_not_meet() {
    let of = |pattern: &str| {
        let field =
            format!(r#"{{"fields":[{{"path":"$.v","type":"number","pattern":"{pattern}"}}]}}"#);
        let spec: QuerySpec = serde_json::from_str(&field).unwrap();
        Query::parse(&spec).unwrap().projection
    };
    let readings = [
        of(r"(\\d+)a"),
        of(r"(\\d+)b"),
        chosen(r#"[{"path":"$.v"}]"#).1,
    ];
    let mut intake = Intake::new(usize::MAX);
    let streams: Vec<_> = readings
        .iter()
        .map(|projection| {
            let stream = Rc::new(RefCell::new(Stream::new(&projection.reading, 10)));
            intake.attach(&Format::JSON, None, Rc::clone(&stream));
            stream
        })
        .collect();
    intake.receive_texts(br#"{"v":"1a 2b"}"#, &[NOW]);
    let shown: Vec<String> = streams
        .iter()
        .zip(&readings)
        .map(|(stream, projection)| {
            let stream = stream.borrow();
            let frames = stream.frames(10, projection, NOW);
            show(&frames[0].fields[1])
        })
        .collect();
    assert_eq!(shown, ["v:number=1", "v:number=2", "v:string='1a 2b'"]);
}

#[test]
fn a_history_has_patterns_and_joined_times_of_its_own() {
    let (mut feed, projection) = query(
        r#"{"fields":[{"path":"$.v","type":"number"}],"backfill":{"url":"h","fields":[{"path":"$[*].d","role":"time","timeZone":"+01:00"},{"path":"$[*].t","role":"time"},{"path":"$[*].text","name":"v","type":"number","pattern":"(\\d+) W"}]}}"#,
    );
    let spec: QuerySpec = serde_json::from_str(
        r#"{"fields":[{"path":"$.v","type":"number"}],"backfill":{"url":"h","fields":[{"path":"$[*].d","role":"time","timeZone":"+01:00"},{"path":"$[*].t","role":"time"},{"path":"$[*].text","name":"v","type":"number","pattern":"(\\d+) W"}]}}"#,
    )
    .unwrap();
    let Some(Backfill::Fetched(backfill)) = Query::parse(&spec).unwrap().backfill else {
        panic!("a history that is fetched");
    };
    feed.receive_history(
        &backfill,
        br#"[{"d":"2023-11-14","t":"22:00:00","text":"5 W"}]"#,
    );
    assert_eq!(
        shown(&mut feed, &projection),
        [
            format!("Time:time={}", ms("2023-11-14T21:00:00Z")),
            "v:number=5".to_owned()
        ]
    );
}
