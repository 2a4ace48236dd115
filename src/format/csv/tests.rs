//! Tests of CSV.

use super::*;
use proptest::prelude::*;

fn options(header: Option<bool>, separator: Option<u8>) -> CsvOptions {
    CsvOptions { header, separator }
}

/// The texts of messages read one after the other, with `|` between them.
fn read(options: CsvOptions, messages: &[&str]) -> (String, Option<(u8, bool)>) {
    let mut csv = Csv::new(options);
    let mut out = Documents::default();
    for message in messages {
        csv.read(message.as_bytes(), &mut out).unwrap();
    }
    let joined = String::from_utf8(out.bytes().to_vec()).unwrap();
    (
        joined.replace('\u{1e}', "|"),
        csv.dialect
            .as_ref()
            .map(|dialect| (dialect.separator, dialect.header)),
    )
}

#[test]
fn the_rules_of_rfc_4180() {
    let (texts, dialect) = read(
        CsvOptions::default(),
        &["\u{feff}a,b,c\r\n1,\"x, \"\"y\"\"\r\nz\",\r\n\r\n2, 2.5 ,007"],
    );
    assert_eq!(
        texts,
        "{\"a\":1,\"b\":\"x, \\\"y\\\"\\r\\nz\",\"c\":null}|{\"a\":2,\"b\":2.5,\"c\":\"007\"}"
    );
    assert_eq!(dialect, Some((b',', true)));
}

#[test]
fn separators_are_guessed() {
    let cases = [
        ("1,2\n3,4", b','),
        ("1,5;2,5\n3,5;4,5", b';'),
        ("a b\t1\nc,d\t2", b'\t'),
        ("1|2|3", b'|'),
        ("1;2\n3;4;5", b';'),
        ("one column", b','),
    ];
    for (text, separator) in cases {
        assert_eq!(guess::separator(text), separator, "{text}");
    }
}

#[test]
fn headers_are_guessed() {
    let cases = [
        ("time,temp\n1,2", true),
        ("time,temp", true),
        ("BTC,buy\nETH,sell", false),
        ("1,2\n3,4", false),
        ("a,a\n1,2", false),
        ("a,\n1,2", false),
        ("BTC,1.5\nETH,2", false),
        ("2024-01-01T00:00:00Z,ok", false),
        ("time,temp\n2024-01-01,\"1,5\"", true),
    ];
    for (text, header) in cases {
        assert_eq!(guess::has_header(text, b','), header, "{text}");
    }
}

#[test]
fn the_header_is_remembered_and_its_repetition_skipped() {
    let (texts, _) = read(CsvOptions::default(), &["t,v", "1,2", "t,v\n3,4\n", " \n"]);
    assert_eq!(texts, "{\"t\":1,\"v\":2}|{\"t\":3,\"v\":4}");
}

#[test]
fn options_overrule_guesses() {
    let (texts, _) = read(options(Some(false), Some(b';')), &["a;b,c\n1;2"]);
    assert_eq!(texts, "[\"a\",\"b,c\"]|[1,2]");
    let (texts, _) = read(options(Some(true), None), &["1,,1,1\n5,6,7,8"]);
    assert_eq!(texts, "{\"1\":5,\"column2\":6,\"1_2\":7,\"1_3\":8}");
}

#[test]
fn ragged_records() {
    let (texts, _) = read(options(Some(true), Some(b',')), &["a,b\n1\n1,2,3"]);
    assert_eq!(texts, "{\"a\":1}|{\"a\":1,\"b\":2}");
}

#[test]
fn a_header_after_a_reconnect() {
    let mut csv = Csv::new(CsvOptions::default());
    let mut out = Documents::default();
    csv.decode("a,b\n1,x", &mut out).unwrap();
    for again in ["2,y", "on,off", "a,b\n3,z", "b,a\n4,5", "6,7"] {
        if again != "6,7" {
            csv.reconnected();
        }
        csv.decode(again, &mut out).unwrap();
    }
    let texts = String::from_utf8(out.bytes().to_vec()).unwrap();
    assert_eq!(
        texts.replace('\u{1e}', "|"),
        "{\"a\":1,\"b\":\"x\"}|{\"a\":2,\"b\":\"y\"}|{\"a\":\"on\",\"b\":\"off\"}|{\"a\":3,\"b\":\"z\"}|{\"b\":4,\"a\":5}|{\"b\":6,\"a\":7}"
    );
}

#[test]
fn many_columns_and_long_cells() {
    let row = (0..500)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(",");
    let long = "x".repeat(3000);
    let (texts, _) = read(
        options(Some(false), None),
        &[&row, &format!("\"{long}\",1")],
    );
    assert_eq!(texts, format!("[{row}]|[\"{long}\",1]"));
}

#[test]
fn a_comma_is_the_decimal_sign_where_it_does_not_separate() {
    let cases = [
        (
            "time;temp\n2026-01-01 00:00:00;25,25",
            r#"{"time":"2026-01-01 00:00:00","temp":25.25}"#,
        ),
        ("a\tb\n1\t-0,5", r#"{"a":1,"b":-0.5}"#),
        ("a|b\n1,5e3|2", r#"{"a":1.5e3,"b":2}"#),
        ("a;b\n1.234,5;1,2,3", r#"{"a":"1.234,5","b":"1,2,3"}"#),
        ("a;b\n,5;5,", r#"{"a":",5","b":"5,"}"#),
        ("a,b\n\"1,5\",2", r#"{"a":"1,5","b":2}"#),
    ];
    for (message, expected) in cases {
        let (texts, _) = read(options(Some(true), None), &[message]);
        assert_eq!(texts, expected, "{message}");
    }
}

#[test]
fn a_line_names_the_separator() {
    let cases = [
        "sep=;\r\na;b,c\r\n1;2",
        "SEP=;\na;b,c\n1;2",
        "\u{feff}sep=;\n\na;b,c\n1;2",
    ];
    for message in cases {
        let (texts, dialect) = read(CsvOptions::default(), &[message]);
        assert_eq!(texts, r#"{"a":1,"b,c":2}"#, "{message}");
        assert_eq!(dialect, Some((b';', true)));
    }
    let (texts, _) = read(CsvOptions::default(), &["sep=;", "a;b", "1;2"]);
    assert_eq!(texts, r#"{"a":1,"b":2}"#);
    let (texts, dialect) = read(options(None, Some(b',')), &["sep=;\na,b\n1,2"]);
    assert_eq!(
        (texts.as_str(), dialect),
        (r#"{"a":1,"b":2}"#, Some((b',', true)))
    );
    let (texts, _) = read(options(Some(true), Some(b';')), &["sep=;x\n1;2"]);
    assert_eq!(texts, r#"{"sep=":1,"x":2}"#);
    assert!(is_csv("sep=|\r\na|b"));
}

#[test]
fn a_header_may_come_again_anywhere() {
    let (texts, _) = read(CsvOptions::default(), &["t,v\n1,2\nt,v\n3,4", "5,6\nt,v"]);
    assert_eq!(texts, r#"{"t":1,"v":2}|{"t":3,"v":4}|{"t":5,"v":6}"#);
}

#[test]
fn a_record_may_go_on_in_the_next_message() {
    let cases: [(&[&str], &str); 5] = [
        (
            &["t,v\n1,\"two\nli", "nes\"\n2,x"],
            r#"{"t":1,"v":"two\nlines"}|{"t":2,"v":"x"}"#,
        ),
        (
            &["t,v\n1,a\n2,\"b ", "c ", "d\"\n"],
            r#"{"t":1,"v":"a"}|{"t":2,"v":"b c d"}"#,
        ),
        (
            &["t,v\n1,\"say \"\"hi", "\"\" twice\""],
            r#"{"t":1,"v":"say \"hi\" twice"}"#,
        ),
        // A quote in the middle of a cell opens nothing.
        (
            &["t,v\n1,5\" pipe", "2,x"],
            r#"{"t":1,"v":"5\" pipe"}|{"t":2,"v":"x"}"#,
        ),
        // One that is none of CSV costs its own record and no other.
        (
            &["t,v", "1,\"bad", "2,x"],
            r#"{"t":1,"v":"bad"}|{"t":2,"v":"x"}"#,
        ),
    ];
    for (messages, expected) in cases {
        let (texts, _) = read(options(Some(true), None), messages);
        assert_eq!(texts, expected, "{messages:?}");
    }
    let long = "x\n".repeat(40_000);
    let (texts, _) = read(options(Some(true), None), &["t,v\n1,\"", &long, "2,y"]);
    assert!(
        texts.ends_with(r#"|{"t":2,"v":"y"}"#),
        "it is not waited for ever"
    );
}

#[test]
fn what_is_not_finished_ends_with_the_connection() {
    let mut csv = Csv::new(options(Some(true), None));
    let mut out = Documents::default();
    csv.decode("t,v\n1,\"half", &mut out).unwrap();
    csv.reconnected();
    csv.decode("t,v\n2,x", &mut out).unwrap();
    assert_eq!(out.bytes(), br#"{"t":2,"v":"x"}"#);
}

proptest! {
    #[test]
    fn where_messages_are_cut_does_not_matter_inside_quotes(
        notes in proptest::collection::vec("[ab,\\n ]{1,12}", 1..5),
        cuts in proptest::collection::vec(1..12_usize, 5),
    ) {
        let record = |note: &String| format!("1,\"-{note}-\"\n");
        let whole: String = std::iter::once("t,v\n".to_owned()).chain(notes.iter().map(record)).collect();
        let mut messages = vec!["t,v\n".to_owned()];
        for (note, cut) in notes.iter().zip(cuts) {
            let record = record(note);
            // Behind the quote, and before the one that closes.
            let cut = 3 + cut % (note.len() + 1);
            messages.extend([record[..cut].to_owned(), record[cut..].to_owned()]);
        }
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let given = || options(Some(true), Some(b','));
        prop_assert_eq!(read(given(), &messages).0, read(given(), &[&whole]).0);
    }

    #[test]
    fn agrees_with_the_csv_crate(text in "[ab1.\",;\n\r é]{0,40}") {
        let mut oracle = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> = oracle.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        let mut out = Documents::default();
        // By records that are whole: an open quote is waited for.
        Csv::new(options(Some(false), Some(b','))).decode_whole(&text, &mut out).unwrap();
        if text.trim().is_empty() {
            return Ok(());
        }
        let got: Vec<serde_json::Value> = out.bytes().split(|b| *b == 0x1e).filter(|t| !t.is_empty()).map(|t| serde_json::from_slice(t).unwrap()).collect();
        prop_assert_eq!(got.len(), expected.len());
        for (cells, texts) in got.iter().zip(&expected) {
            let cells = cells.as_array().unwrap();
            prop_assert_eq!(cells.len(), texts.len());
            for (cell, text) in cells.iter().zip(texts) {
                match cell {
                    serde_json::Value::Null => prop_assert!(text.trim().is_empty()),
                    serde_json::Value::Number(n) => prop_assert_eq!(n.as_f64(), text.trim().parse().ok()),
                    other => prop_assert_eq!(other.as_str(), Some(text.as_str())),
                }
            }
        }
    }
}
