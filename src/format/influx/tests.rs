//! Tests of line protocol.

use proptest::prelude::*;

use super::points::not_line_protocol;
use super::*;
use crate::format::reader::FormatReader;
use crate::format::tests::texts;

fn json(text: &str) -> Result<String, DecodeError> {
    let mut out = Documents::default();
    read_lines(text, &mut out).result.map(|()| texts(&out))
}

#[test]
fn examples_of_the_reference() {
    let cases = [
        (
            "myMeasurement,tag1=value1,tag2=value2 fieldKey=\"fieldValue\" 1556813561098000000",
            r#"{"measurement":"myMeasurement","tags":{"tag1":"value1","tag2":"value2"},"fields":{"fieldKey":"fieldValue"},"timestamp":1556813561098000000}"#,
        ),
        (
            "m f=1.0,g=1,h=-1.234456e+78 \n\n# a comment\nm f=1i,g=-12485903i,h=1u\r\n",
            r#"{"measurement":"m","tags":{},"fields":{"f":1.0,"g":1,"h":-1.234456e+78}}|{"measurement":"m","tags":{},"fields":{"f":1,"g":-12485903,"h":1}}"#,
        ),
        (
            "m a=t,b=T,c=true,d=True,e=TRUE,f=f,g=F,h=false,i=False,j=FALSE -5",
            r#"{"measurement":"m","tags":{},"fields":{"a":true,"b":true,"c":true,"d":true,"e":true,"f":false,"g":false,"h":false,"i":false,"j":false},"timestamp":-5}"#,
        ),
        (
            r#"my\ Measurement\,x,tag\ Key\=1=tag\,Value\ 2 field\ Key="string \"value\" \\ \n, =" 1"#,
            r#"{"measurement":"my Measurement,x","tags":{"tag Key=1":"tag,Value 2"},"fields":{"field Key":"string \"value\" \\ \\n, ="},"timestamp":1}"#,
        ),
        (
            "m,launch=🚀 s=\"two\nlines\",e=\"\" 1\nm v=.5,w=1.,x=18446744073709551615u",
            "{\"measurement\":\"m\",\"tags\":{\"launch\":\"🚀\"},\"fields\":{\"s\":\"two\\nlines\",\"e\":\"\"},\"timestamp\":1}|{\"measurement\":\"m\",\"tags\":{},\"fields\":{\"v\":0.5,\"w\":1.0,\"x\":18446744073709551615}}",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(json(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn says_what_is_missing_and_keeps_the_other_lines() {
    let cases = [
        (
            "m",
            "the measurement must be followed by a space and fields",
            1,
        ),
        (",a=b f=1", "the measurement is missing", 0),
        ("m,a f=1", "a tag needs = and a value", 3),
        ("m,a= f=1", "a tag value is missing", 4),
        ("m,=b f=1", "a tag key is missing", 2),
        ("m f", "a field needs = and a value", 3),
        ("m =1", "a field key is missing", 2),
        (
            "m f=abc",
            "a field value must be a number, a boolean or a quoted string",
            4,
        ),
        (
            "m f=inf",
            "a field value must be a number, a boolean or a quoted string",
            4,
        ),
        (
            "m f=9223372036854775808i",
            "a field value must be a number, a boolean or a quoted string",
            4,
        ),
        ("m f=\"abc", "a string field has no closing quote", 5),
        ("m f=1 12x", "the timestamp is not a 64-bit integer", 6),
    ];
    for (text, problem, at) in cases {
        let kind = not_line_protocol(problem);
        assert_eq!(json(text), Err(DecodeError { kind, at }), "{text}");
    }
    let mut out = Documents::default();
    let lines = read_lines("m f=1\nbad\nm f=2\nworse\n", &mut out);
    let error = lines.result.unwrap_err();
    assert_eq!((error.at, out.len()), (9, 2));
}

#[test]
fn is_told_from_other_texts() {
    let is = [
        "cpu,host=a usage=1.5 1465839830100400200",
        "m v=1\n",
        "# c\nm v=t",
        "cpu v=1 12\ncpu,host=a v",
    ];
    assert!(is.into_iter().all(is_influx));
    let is_not = [
        "hello world",
        "level=info msg=5",
        "",
        "a,b\n1,2",
        "m v=1\nlevel=info msg=5",
        "x y=z",
    ];
    assert!(!is_not.into_iter().any(is_influx));
}

/// What a connection's messages hold, what was refused of them in the end, and how many points stood there after each.
fn read(messages: &[&str]) -> (String, usize, Vec<usize>) {
    let (mut influx, mut out) = (Influx::default(), Documents::default());
    let mut refused = 0;
    let mut counts = Vec::new();
    for message in messages {
        refused += usize::from(influx.read(message.as_bytes(), &mut out).is_err());
        refused -= out.take_redeemed();
        counts.push(out.len());
    }
    (texts(&out), refused, counts)
}

#[test]
fn a_line_that_is_cut_goes_on_in_the_next_message() {
    let cases: [&[&str]; 18] = [
        &["m,host=a v=1,", "w=2 12\n"],
        &["m,host=a v=1,", "w=2 12"],
        &["m,host=se", "ver01 v=1 12\n"],
        &["cpu v=1 1\nm,ho", "st=a v=2 2\n"],
        // The rest alone would be a point.
        &["cpu v=1 1\nm", "em v=2 2\n"],
        &["cpu v=1 1\ncpu,host=a", "b v=2 2\ncpu v=3 3\n"],
        &["m,host=a ", "v=1 12\n"],
        &["m,host=a", " v=1 12\n"],
        &["m v=1 12\nm v=tr", "ue 13\n"],
        &["m v=-", "1e", "3 13\nm v=2\n"],
        &["cpu v=1 1\nm v=-", "1e3 1", "3\n"],
        &["m s=\"two\nli", "nes\" 1\nm s=\"x\" 2\n"],
        &["m s=\"two\n", "lines\" 1\nm s=\"x\" 2\n"],
        &["m s=\"a \\", "\" b\" 1\n"],
        &["m,t=a\\", " b v=1\n"],
        &["m,t=a v", "=1\r", "\nm v=2\r\n"],
        // That the feed is cut is known, so that a last line waits though it is a point.
        &[
            "m,host=a v=1,",
            "w=2 12\nm v=1",
            "3 14\nm v=1 1",
            "4\n",
            "m v=5\n",
        ],
        &["m,host=a v=1,", "w=2 12\nm v=13", "\nm v=1 1", "", "4\n"],
    ];
    for messages in cases {
        let (shown, refused, _) = read(messages);
        let whole = read(&[&messages.concat()]).0;
        assert_eq!((shown, refused), (whole, 0), "{messages:?}");
    }
}

#[test]
fn a_line_without_a_line_break_is_read_at_once() {
    let messages = [
        "m v=1",
        "m v=2 3",
        "m,t=a v=3\nm v=4",
        "",
        "\n",
        "m v=5\n",
        "m v=6",
    ];
    assert_eq!(read(&messages).2, [1, 2, 4, 4, 4, 5, 6]);
    // After a cut it waits for its line break, until the next message shows that it had none.
    let messages = ["m,t=a v", "=1\n", "m v=2", "m v=3", "m v=4"];
    assert_eq!(read(&messages).2, [0, 1, 1, 3, 4]);
}

#[test]
fn what_is_broken_takes_nothing_with_it() {
    for (messages, rows, refused) in [
        (&["hello", "m v=1\n"][..], 1, 1),
        (&["m,host=", "m,host=a v=1"], 1, 1),
        (&["m,host=a v=", "m,host=a v=1\n"], 1, 1),
        (&["m s=\"open\n", "m s=\"open\n", "m s=\"x\" 1\n"], 1, 2),
        (&["m s=\"open\nm v=1\n", "m v=2\n"], 2, 1),
        (&["bad", "worse", "m v=1"], 1, 2),
        (&["m,t=a v=", "\n", "m v=1\n"], 1, 1),
        (&["bad\nm v=", "1\n"], 1, 1),
        (&["m v=1", "bad\n", "\nbad\n"], 1, 2),
        (&["m v=1", " \nbad\n"], 1, 1),
    ] {
        let (shown, left, counts) = read(messages);
        let got = (counts.last().copied(), left);
        assert_eq!(got, (Some(rows), refused), "{messages:?} {shown}");
    }
}

#[test]
fn the_first_cut_may_go_unseen_until_its_rest_comes() {
    let (shown, refused, counts) = read(&["m v=1", "3 12\nm v=2", "5 13\n"]);
    let points = [
        ("1", ""),
        ("13", r#","timestamp":12"#),
        ("25", r#","timestamp":13"#),
    ];
    let points = points.map(|(value, time)| {
        format!(r#"{{"measurement":"m","tags":{{}},"fields":{{"v":{value}}}{time}}}"#)
    });
    assert_eq!((shown, refused), (points.join("|"), 0));
    assert_eq!(counts, [1, 2, 3]);
}

#[test]
fn what_is_held_ends() {
    let long = format!("m s=\"{}", "x".repeat(70 << 10));
    assert_eq!(read(&[&long, "\" 1\n"]).1, 2);
    let mut drops = vec!["m,t=a"];
    drops.extend(["a"; 100]);
    drops.push("m v=1\n");
    assert_eq!((read(&drops).1, read(&drops).2.last()), (101, Some(&1)));
    let mut influx = Influx::default();
    let mut out = Documents::default();
    let mut read = |influx: &mut Influx, text: &str| influx.read(text.as_bytes(), &mut out).is_ok();
    assert!(!read(&mut influx, "m,t=a"));
    influx.reconnected();
    assert!(!read(&mut influx, ",u=b\n") && !read(&mut influx, "m,t=a"));
    // Of messages that a protocol delivers whole, nothing is held.
    influx.reconnected();
    influx.take_as_stream(false);
    assert!(!read(&mut influx, "m,t=a") && !read(&mut influx, ",u=b v=1\n"));
}

/// A point as it is sent.
fn any_point() -> impl Strategy<Value = String> {
    let name = "[a-c]{1,3}";
    let tags = proptest::collection::vec((name, "[a-z0-9\\-]{1,5}"), 0..3);
    let value = prop_oneof![
        "[0-9]{1,3}",
        "-?[0-9]{1,2}\\.[0-9]{1,2}",
        "[0-9]{1,3}i",
        Just("true".to_owned()),
        "\"[a-z =,]{0,6}\"",
    ];
    let fields = proptest::collection::vec((name, value), 1..3);
    let time = proptest::option::of(1_600_000_000_u64..1_700_000_000);
    (name, tags, fields, time).prop_map(|(name, tags, fields, time)| {
        let tags: String = tags
            .iter()
            .map(|(key, value)| format!(",{key}={value}"))
            .collect();
        let fields: Vec<String> = fields
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let time = time.map(|time| format!(" {time}")).unwrap_or_default();
        format!("{name}{tags} {}{time}", fields.join(","))
    })
}

proptest! {
    #[test]
    fn where_a_feed_is_cut_does_not_matter_once_that_is_known(
        points in proptest::collection::vec(any_point(), 1..12),
        cuts in proptest::collection::vec(1..60_usize, 1..30),
    ) {
        let feed: String = points.iter().map(|point| format!("{point}\n")).collect();
        let mut messages = vec!["m,known=by v", "=t\n"];
        let (mut rest, mut cuts) = (feed.as_str(), cuts.iter().cycle());
        while let Some(cut) = cuts.next().filter(|_| !rest.is_empty()) {
            let (message, behind) = rest.split_at((*cut).min(rest.len()));
            messages.push(message);
            rest = behind;
        }
        let (shown, refused, _) = read(&messages);
        prop_assert_eq!((shown, refused), (read(&[&messages.concat()]).0, 0));
    }

    #[test]
    fn whole_messages_are_read_at_once_and_broken_ones_alone_are_lost(
        points in proptest::collection::vec((any_point(), 0..20_usize), 1..12),
    ) {
        let (mut messages, mut expected): (Vec<&str>, Vec<usize>) = Default::default();
        for (point, cut) in &points {
            let is_whole = *cut > 3;
            let sent = if is_whole { point.as_str() } else { &point[..1] };
            messages.push(sent);
            expected.push(expected.last().copied().unwrap_or_default() + usize::from(is_whole));
        }
        prop_assert_eq!(read(&messages).2, expected);
    }
}
