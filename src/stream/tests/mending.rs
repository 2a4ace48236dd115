//! What is read although it is not JSON, or not yet.

use super::*;
use crate::frame::Severity;

/// Most bytes of a message in these tests.
const MAX: usize = 1 << 12;

/// A feed that finds its fields in messages of a format.
fn feed_of(format: &str) -> Feed {
    let mut feed = Feed::new(&Reading::default(), 1000, MAX);
    let format = Format::parse(format, CsvOptions::default()).unwrap();
    feed.intake = Intake::new(MAX);
    feed.intake.attach(&format, None, Rc::clone(&feed.stream));
    feed
}

impl Feed {
    /// What is shown, without the time, when the messages have come one after the other.
    fn after(&mut self, messages: &[&[u8]], is_binary: bool) -> String {
        for message in messages {
            if is_binary {
                self.intake.receive_binary(message, NOW);
            } else {
                self.intake.receive_texts(message, &[NOW]);
            }
        }
        inferred(self)[1..].join(" ")
    }

    fn refused(&self) -> u64 {
        self.stream.borrow().malformed.count()
    }

    fn mended(&self) -> Vec<Notice> {
        let is_meant = |notice: &Notice| notice.text.contains("contained mistakes but");
        self.notices().into_iter().filter(is_meant).collect()
    }
}

/// Each list of messages in each format, in text and in binary, is shown like this, and nothing of it is refused.
fn check(formats: &[&str], cases: &[(&[&str], &str)]) {
    for format in formats {
        for (messages, expected) in cases {
            let bytes: Vec<&[u8]> = messages.iter().map(|text| text.as_bytes()).collect();
            for is_binary in [false, true] {
                let mut feed = feed_of(format);
                let shown = feed.after(&bytes, is_binary);
                assert_eq!(
                    shown, *expected,
                    "{format} {messages:?} binary: {is_binary}"
                );
                assert_eq!(
                    feed.refused(),
                    0,
                    "{format} {messages:?} binary: {is_binary}"
                );
            }
        }
    }
}

#[test]
fn one_bad_value_does_not_cost_the_message() {
    check(
        &["json", "auto", "ndjson"],
        &[
            (
                &[r#"{"temp":NaN,"hum":40}"#],
                "temp:number=null hum:number=40",
            ),
            (
                &[r#"{"temp":1,"hum":40}"#, r#"{"temp":-nan,"hum":41}"#],
                "temp:number=1,null hum:number=40,41",
            ),
            (
                &[r#"{"temp":Infinity,"hum":40}"#, r#"{"temp":2,"hum":41}"#],
                "temp:number=null,2 hum:number=40,41",
            ),
            (&[r#"{"TEMP":015.8}"#], "TEMP:number=15.8"),
            (&[r#"{"a":+.5,"b":5.}"#], "a:number=0.5 b:number=5"),
            (
                &["{\"m\":\"a\nb\tc\",\"value\":1}"],
                "m:string='a\nb\tc' value:number=1",
            ),
            (
                &["{\"a\":1}\0", "{\"a\":2}\0\0\r\n", "{\"a\":3}\0 \n\0"],
                "a:number=1,2,3",
            ),
            (
                &[r#"{"a":1,}"#, r#"{"a":2,"b":[1,2,],}"#],
                "a:number=1,2 b:string=null,'[1,2]'",
            ),
            (&[r#"[{"a":1},{"a":nan},{"a":3}]"#], "a:number=1,null,3"),
            (&["{\"a\":1}\n{\"a\":oops}\n{\"a\":3}"], "a:number=1,null,3"),
        ],
    );
}

#[test]
fn texts_of_one_message_are_read_with_or_without_separators() {
    check(
        &["json", "auto", "ndjson"],
        &[
            (&[r#"{"t":1}{"t":2}"#], "t:number=1,2"),
            (
                &[r#"{"t":0}"#, r#"{"t":1}{"t":2} {"t":3}"#],
                "t:number=0,1,2,3",
            ),
            (&["{\n  \"t\": 1\n}\n{\n  \"t\": 2\n}\n"], "t:number=1,2"),
            (&["{\"t\":1}\n{\n\"t\": 2\n}"], "t:number=1,2"),
            (&["{\"t\":1}\0{\"t\":2}\0"], "t:number=1,2"),
            (&["{\"t\":1},\n{\"t\":2},"], "t:number=1,2"),
            (&[r#"{"t":1}{"t":nan}{"t":3}"#], "t:number=1,null,3"),
        ],
    );
}

#[test]
fn a_text_may_be_cut_between_two_messages() {
    check(
        &["json", "auto", "ndjson"],
        &[
            (&[r#"{"t":1}{"t""#, r#":2}{"t":3"#, "0}"], "t:number=1,2,30"),
            (&["{\"t\":1}\n{\"t\":2", "}\n{\"t\":3}\n"], "t:number=1,2,3"),
            (
                &["{\"t\":1,\"s\":\"a", " b\"}\n", "{\"t\":2}"],
                "t:number=1,2 s:string='a b',null",
            ),
            (&["{\"t\"", ":", "1", "}", "{\"t\":2}"], "t:number=1,2"),
            (
                &["{\"t\":{\"u\":1}", "}\n", "{\"t\":{\"u\":2}}"],
                "t.u:number=1,2",
            ),
            (&["[{\"t\":1},", "{\"t\":2}]"], "t:number=1,2"),
            (&["{\"t\":n", "an}{\"t\":2}"], "t:number=null,2"),
        ],
    );
}

#[test]
fn a_text_whose_rest_is_lost_costs_no_other() {
    for (messages, expected, refused) in [
        (
            &[r#"{"t":1,"u":"#, r#"{"t":2}"#, r#"{"t":3}"#][..],
            "t:number=2,3",
            1,
        ),
        (
            &[r#"{"t":1,"u":"#, r#"{"t":nan}"#, r#"{"t":3}"#],
            "t:number=null,3",
            1,
        ),
        (
            &[r#"{"t":"a"#, r#"{"t":"b"#, r#"{"t":"c"}"#],
            "t:string='c'",
            2,
        ),
        (&["[1", "0", "1", "2"], "value:number=0,1,2", 1),
        (&[r#"{"t":1"#], "", 1),
        (&["{\"t\":1}\n{\"t\":\"x\n{\"t\":3}\n"], "t:number=1,3", 1),
    ] {
        let bytes: Vec<&[u8]> = messages.iter().map(|text| text.as_bytes()).collect();
        let mut feed = feed_of("json");
        assert_eq!(feed.after(&bytes, false), expected, "{messages:?}");
        assert_eq!(feed.refused(), refused, "{messages:?}");
    }
    // What comes behind a lost connection is no rest.
    let mut feed = feed_of("json");
    feed.after(&[br#"{"t":1"#], false);
    feed.intake.reconnected();
    assert_eq!(feed.after(&[b"2}", br#"{"t":3}"#], false), "t:number=3");
    assert_eq!(feed.refused(), 2);
    // More than a message may have is not held.
    let mut feed = feed_of("json");
    let long = [b"[1".as_slice(), &b",1".repeat(MAX / 2 - 1)].concat();
    feed.after(&[&long, b",1", b"]", br#"{"t":3}"#], false);
    assert_eq!((feed.len(), feed.refused()), (1, 3));
}

#[test]
fn payloads_of_a_protocol_are_whole() {
    let mut feed = feed_of("json");
    let payloads = b"{\"t\":1\x1e}\x1e{\"t\":2}";
    feed.intake
        .receive_documents(payloads, &[NOW; 3], &[None; 3], 3, payloads.len());
    assert_eq!((feed.len(), feed.refused()), (1, 2));
}

#[test]
fn what_was_mended_is_counted_and_said_once_with_an_example() {
    let mut feed = feed_of("json");
    let nan: &[u8] = br#"{"temp":NaN,"hum":40}"#;
    feed.after(&[nan, nan, br#"{"temp":1,"hum":41}"#], false);
    let notices = feed.mended();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].severity, Severity::Info);
    assert_eq!(
        notices[0].text,
        "2 messages contained mistakes but could be read: NaN or Infinity, read as no value. \
         An example: {\"temp\":NaN,\"hum\":40}"
    );
    feed.after(
        &[br#"{"temp":021,"hum":hot, "more": "a text that is quite long"}"#],
        false,
    );
    let notice = feed.mended().remove(0);
    assert_eq!(notice.severity, Severity::Warning);
    for part in [
        "3 messages",
        "an unreadable value",
        "NaN",
        "not written as in JSON",
        "{\"temp\":021,\"hum\":hot, \"more\": \"…",
    ] {
        assert!(notice.text.contains(part), "left {part}: {}", notice.text);
    }
    let is_mended = |stat: &Stat| stat.name == "Mended messages" && stat.value == 3.0;
    assert!(feed.stats().iter().any(is_mended));
}

#[test]
fn bytes_that_are_not_utf_8_are_read_as_windows_1252() {
    for (format, message, expected) in [
        (
            "json",
            &b"{\"t\":21.5,\"u\":\"\xb0C\"}"[..],
            "t:number=21.5 u:string='°C'",
        ),
        (
            "auto",
            b"{\"t\":21.5,\"u\":\"\xb0C\"}",
            "t:number=21.5 u:string='°C'",
        ),
        (
            "auto",
            b"{\"t\":nan,\"u\":\"\x80\"}",
            "t:number=null u:string='€'",
        ),
        (
            "auto",
            b"t;u\n21.5;caf\xe9\n",
            "t:number=21.5 u:string='café'",
        ),
        ("csv", b"t,u\n21.5,\xb5V\n", "t:number=21.5 u:string='µV'"),
        (
            "influx",
            b"m,r=k\xfcche t=21.5\n",
            "m:string='m' r:string='küche' t:number=21.5",
        ),
        ("auto", b"It is 21 \xb0C", "value:string='It is 21 °C'"),
        ("text", b"8 \xb0", "value:string='8 °'"),
    ] {
        let mut feed = feed_of(format);
        let shown = feed.after(&[message], true);
        if format != "influx" {
            assert_eq!(shown, expected, "{format}");
        } else {
            assert!(shown.contains("'küche'"), "{shown}");
        }
        let notices = feed.mended();
        assert!(
            notices[0].text.contains("Windows-1252"),
            "{format} {notices:?}"
        );
        assert_eq!(feed.refused(), 0, "{format}");
    }
    let mut feed = feed_of("auto");
    feed.after(&[b"\x08\x96\x01\x12\xff"], true);
    assert_eq!((feed.len(), feed.refused()), (0, 1));
}

/// What is shown when these messages have come, one after the other and together.
fn auto(messages: &[&str]) -> (String, Vec<String>) {
    let bytes: Vec<&[u8]> = messages.iter().map(|text| text.as_bytes()).collect();
    let (mut singly, mut together) = (feed_of("auto"), feed_of("auto"));
    let shown = singly.after(&bytes, false);
    send(&mut together, messages);
    assert_eq!(
        inferred(&mut together)[1..].join(" "),
        shown,
        "{messages:?}"
    );
    let told = singly.told(&Projection::default());
    (
        shown,
        told.into_iter()
            .filter(|text| text.contains("Format"))
            .collect(),
    )
}

#[test]
fn auto_recovers_from_a_greeting_a_banner_or_a_stray_byte() {
    for (greeting, before) in [
        (&["Hello Client"][..], Some("Text")),
        (&["Hello, Client"], Some("Text")),
        (
            &["boot", "wifi ok", "ip 10.0.0.7", "ntp ok", "ready"],
            Some("Text"),
        ),
        (&["0"], None),
        (&["\"welcome\""], None),
        (&["id,name,7", "x,y,8"], Some("CSV")),
        (&["ready v=1"], Some("InfluxDB line protocol")),
        (&["\u{2}"], Some("")),
    ] {
        let rows = [
            r#"{"t":1,"u":"a"}"#,
            r#"{"t":2,"u":"b"}"#,
            r#"{"t":3,"u":"c"}"#,
        ];
        let (shown, told) = auto(&[greeting, &rows].concat());
        assert_eq!(shown, "t:number=1,2,3 u:string='a','b','c'", "{greeting:?}");
        match before {
            Some(before) => {
                let text = &told[0];
                assert!(text.contains("Format detected: JSON."), "{text}");
                assert!(text.contains(&format!("looked like {before}")), "{text}");
            }
            None => assert!(told.is_empty(), "{told:?}"),
        }
    }
    for greeting in ["hello", "0", r#"{"hello":"world"}"#, r#"{"a":1}{"b":2}"#] {
        let (shown, _) = auto(&[greeting, "t,u\n1,2\n", "3,4", "5,6"]);
        assert_eq!(shown, "t:number=1,3,5 u:number=2,4,6", "{greeting}");
        let (shown, _) = auto(&[greeting, "m t=1 1000", "m t=2 2000"]);
        assert!(
            shown.contains(":number=1,2") && !shown.contains("hello"),
            "{shown}"
        );
    }
    let (shown, told) = auto(&[r#"{"hello":"world"}"#, "INFO one", "INFO two", "INFO three"]);
    assert_eq!(shown, "value:string='INFO one','INFO two','INFO three'");
    assert!(
        told[0].contains("Format detected: Text. The first messages looked like JSON."),
        "{told:?}"
    );
}

#[test]
fn auto_keeps_to_what_is_right() {
    // A line among JSON, also early.
    let (shown, _) = auto(&[
        r#"{"t":1}"#,
        "ping",
        r#"{"t":2}"#,
        r#"{"t":3}"#,
        "ping",
        "ping",
        r#"{"t":4}"#,
    ]);
    assert_eq!(shown, "t:number=1,2,3,4");
    // A log that holds a few lines of JSON.
    let line = "INFO started";
    let mut lines = vec![line; 20];
    lines.extend([r#"{"t":1}"#, r#"{"t":2}"#, r#"{"t":3}"#, line]);
    let (shown, _) = auto(&lines);
    assert!(
        shown.starts_with("value:string='INFO started','INFO") && !shown.contains("t:number"),
        "{shown}"
    );
    // And one after which nothing else comes.
    let mut lines = vec![line; 20];
    lines.extend([r#"{"t":1}"#; 30]);
    let (shown, _) = auto(&lines);
    assert_eq!(shown, format!("t:number={}", ["1"; 11].join(",")));
    // Numbers, one of which is none.
    let (shown, _) = auto(&["21.5", "nan", "22"]);
    assert!(
        shown.starts_with("value:") && shown.contains("21.5") && shown.contains("22"),
        "{shown}"
    );
}

#[test]
fn a_feed_that_mixes_formats_keeps_its_rows_in_the_end() {
    let mut feed = feed_of("auto");
    for _ in 0..50 {
        feed.after(&[b"a line", b"another", b"{\"t\":1}", b"{\"t\":2}"], false);
    }
    assert!(feed.len() > 80, "{}", feed.len());
}
