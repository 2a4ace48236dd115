use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::decode::json::validate;

/// What comes out, texts joined by spaces, and the kinds of mending.
fn mended(message: &str) -> (String, Vec<Repair>) {
    let mut mender = Mender::default();
    mender.read(message.as_bytes());
    (texts(&mender), kinds(&mender))
}

fn texts(mender: &Mender) -> String {
    let text = |range| std::str::from_utf8(&mender.bytes()[range]).unwrap();
    for range in mender.texts() {
        let text = text(range);
        assert_eq!(validate(text.as_bytes()), Ok(()), "{text}");
    }
    mender.texts().map(text).collect::<Vec<_>>().join(" ")
}

fn kinds(mender: &Mender) -> Vec<Repair> {
    let kinds = Repair::ALL.into_iter();
    kinds.filter(|kind| mender.repairs().has(*kind)).collect()
}

fn check(cases: &[(&str, &str)], kinds: &[Repair]) {
    for (message, expected) in cases {
        let (text, found) = mended(message);
        assert_eq!(
            (text.as_str(), found.as_slice()),
            (*expected, kinds),
            "{message}"
        );
    }
}

#[test]
fn what_is_no_finite_number_is_null() {
    for word in [
        "NaN",
        "nan",
        "-nan",
        "NAN",
        "-NaN",
        "+nan",
        "nan(ind)",
        "-nan(0x8000000000000)",
        "inf",
        "-inf",
        "+Inf",
        "INF",
        "Infinity",
        "-Infinity",
        "infinity",
        "+INFINITY",
        "1.#QNAN",
        "-1.#IND",
        "1.#INF",
        "1.#J",
        "snan",
        "\u{221e}",
        "-\u{221e}",
    ] {
        let cases = [
            (format!(r#"{{"a":{word},"b":2}}"#), r#"{"a":null,"b":2}"#),
            (format!(r#"{{"b":2, "a": {word} }}"#), r#"{"b":2,"a":null}"#),
            (format!("[{word},{word}\n]"), "[null,null]"),
            (word.to_owned(), "null"),
        ];
        // At the top a parenthesis is no part of a value.
        let several = if word.contains('(') { 3 } else { 4 };
        for (message, expected) in &cases[..several] {
            check(&[(message, expected)], &[Repair::NotFinite]);
        }
    }
}

#[test]
fn numbers_of_other_languages_are_read() {
    for (word, expected) in [
        ("015.8", "15.8"),
        ("-007", "-7"),
        ("000", "0"),
        ("00.50", "0.50"),
        ("+5", "5"),
        ("+0.5e3", "0.5e3"),
        (".5", "0.5"),
        ("-.25", "-0.25"),
        ("+.5", "0.5"),
        ("5.", "5"),
        ("-5.", "-5"),
        ("5.e3", "5e3"),
        (".5E-2", "0.5E-2"),
        ("0x1F", "31"),
        ("-0x10", "-16"),
        ("0XffffFFFF", "4294967295"),
        ("01e05", "1e05"),
        ("00", "0"),
    ] {
        let cases = [
            (
                format!(r#"{{"a":{word},"b":2}}"#),
                format!(r#"{{"a":{expected},"b":2}}"#),
            ),
            (format!("[1, {word}]"), format!("[1,{expected}]")),
            (word.to_owned(), expected.to_owned()),
        ];
        for (message, expected) in &cases {
            check(&[(message, expected)], &[Repair::Number]);
        }
    }
    check(
        &[(r#"{"t":21,5,"h":-3,25}"#, r#"{"t":21.5,"h":-3.25}"#)],
        &[Repair::Number],
    );
    // No digits behind the comma: it is none of a number.
    check(
        &[("{\"t\":21,\u{c}}", r#"{"t":21}"#)],
        &[Repair::Unreadable],
    );
}

#[test]
fn control_characters_in_texts_are_kept() {
    check(
        &[
            (
                "{\"m\":\"a\nb\tc\rd\",\"v\":1}",
                r#"{"m":"a\nb\tc\rd","v":1}"#,
            ),
            ("{\"m\n\":1}", r#"{"m\n":1}"#),
            ("[\"\u{1}\u{1f}\u{b}\"]", r#"["\u0001\u001f\u000b"]"#),
            ("{\"m\":\"a\u{1e}b\"}", r#"{"m":"a\u001eb"}"#),
            ("{\"m\":\"abc\0\0\",\"v\":1}", r#"{"m":"abc","v":1}"#),
            ("\"a\nb\"", r#""a\nb""#),
        ],
        &[Repair::Control],
    );
}

#[test]
fn commas_too_many_or_missing() {
    check(
        &[
            (r#"{"a":1,}"#, r#"{"a":1}"#),
            ("[1,2, ]", "[1,2]"),
            (r#"{"a":[1,],"b":{"c":1,},}"#, r#"{"a":[1],"b":{"c":1}}"#),
            (r#"{"a":1,,"b":2}"#, r#"{"a":1,"b":2}"#),
            (r#"{,"a":1}"#, r#"{"a":1}"#),
            ("[1,,2]", "[1,null,2]"),
            ("[1 2 -3]", "[1,2,-3]"),
            ("{\"a\":1\n\"b\":2}", r#"{"a":1,"b":2}"#),
            (r#"["a" "b"]"#, r#"["a","b"]"#),
            (r#"[{"a":1}{"a":2}]"#, r#"[{"a":1},{"a":2}]"#),
            (r#"{"a":1},{"a":2},"#, r#"{"a":1} {"a":2}"#),
        ],
        &[Repair::Comma],
    );
}

#[test]
fn quotes_escapes_and_words_of_other_languages() {
    check(
        &[
            ("{'a':'b','c':1}", r#"{"a":"b","c":1}"#),
            ("{'a':'say \"hi\"'}", r#"{"a":"say \"hi\""}"#),
            ("{'a':'it's'}", r#"{"a":"it's"}"#),
            ("{a:1, b_2: [2]}", r#"{"a":1,"b_2":[2]}"#),
            (
                r#"{"a":"say "hi" now","v":1}"#,
                r#"{"a":"say \"hi\" now","v":1}"#,
            ),
            (
                r#"{"size":"5" pipe","v":1}"#,
                r#"{"size":"5\" pipe","v":1}"#,
            ),
        ],
        &[Repair::Quotes],
    );
    check(
        &[
            (r#"{"a":"C:\Users\x"}"#, r#"{"a":"C:\\Users\\x"}"#),
            (r#"{"a":"it\'s"}"#, r#"{"a":"it's"}"#),
            (r#"["\u12", "\uzz"]"#, r#"["\\u12","\\uzz"]"#),
            (r#"["\d+"]"#, r#"["\\d+"]"#),
        ],
        &[Repair::Escape],
    );
    check(
        &[(
            r#"{"a":True,"b":FALSE,"c":None,"d":undefined}"#,
            r#"{"a":true,"b":false,"c":null,"d":null}"#,
        )],
        &[Repair::Literal],
    );
}

#[test]
fn what_cannot_be_read_is_null() {
    check(
        &[
            (r#"{"a":hello,"b":2}"#, r#"{"a":null,"b":2}"#),
            (r#"{"a":12 V,"b":2}"#, r#"{"a":null,"b":2}"#),
            (r#"{"a":12:31:07,"b":2}"#, r#"{"a":null,"b":2}"#),
            (r#"{"a":,"b":2}"#, r#"{"a":null,"b":2}"#),
            (r#"{"b":2,"a":}"#, r#"{"b":2,"a":null}"#),
            (r#"{"a":-,"b":2}"#, r#"{"a":null,"b":2}"#),
            (r#"{"a":1.2.3,"b":2}"#, r#"{"a":null,"b":2}"#),
            (
                r#"{"a":datetime(2026, 1, [2]),"b":2}"#,
                r#"{"a":null,"b":2}"#,
            ),
            (r#"{"a":ObjectId("x,}"),"b":2}"#, r#"{"a":null,"b":2}"#),
            (r#"{"a":x{"y":[1,2]},"b":2}"#, r#"{"a":null,"b":2}"#),
            (r#"{"a","b":2}"#, r#"{"b":2}"#),
            (r#"{"b":2,x}"#, r#"{"b":2}"#),
            (r#"{"b":[1,x,2]}"#, r#"{"b":[1,null,2]}"#),
            ("{\"a\":\u{1}1,\"b\":2}", r#"{"a":null,"b":2}"#),
        ],
        &[Repair::Unreadable],
    );
}

#[test]
fn texts_need_no_separator() {
    check(
        &[
            (r#"{"a":1}{"a":2}"#, r#"{"a":1} {"a":2}"#),
            (r#"{"a":1} {"a":2}  [3]"#, r#"{"a":1} {"a":2} [3]"#),
            ("{\"a\":1}\r\n{\n  \"a\": 2\n}\n", r#"{"a":1} {"a":2}"#),
            ("{\"a\":1}\0{\"a\":2}\0\0", r#"{"a":1} {"a":2}"#),
            ("\u{1e}{\"a\":1}\n\u{1e}{\"a\":2}\n", r#"{"a":1} {"a":2}"#),
            ("{\u{0}\"a\":1}", r#"{"a":1}"#),
            ("\u{feff}{\"a\":1}\u{feff}{\"a\":2}", r#"{"a":1} {"a":2}"#),
            (r#"1 2"x"true[]"#, r#"1 2 "x" true []"#),
            ("  \n\0 ", ""),
        ],
        &[],
    );
}

#[test]
fn what_stands_around_the_texts_is_left_out() {
    for (message, expected) in [
        (r#"data: {"a":1}"#, r#"{"a":1}"#),
        (r#"callback({"a":1});"#, r#"{"a":1}"#),
        ("\u{2}{\"a\":1}\u{3}", r#"{"a":1}"#),
        (")]}',\n{\"a\":1}", r#"{"a":1}"#),
        (r#"{"a":1}}"#, r#"{"a":1}"#),
        (r#"12:31:07 INFO {"a":1}"#, r#"{"a":1}"#),
        ("hello", ""),
        ("12 apples", ""),
        ("2026-01-01", ""),
    ] {
        let (text, kinds) = mended(message);
        assert_eq!(text, expected, "{message}");
        assert!(kinds.contains(&Repair::Surroundings), "{message}");
    }
}

#[test]
fn a_lost_text_does_not_cost_those_on_other_lines() {
    for (message, lost) in [
        ("{\"a\":[1}\n{\"a\":2}", 1),
        ("{\"a\":1]\n{\"a\":2}\n[}", 2),
        ("\u{1e}{\"a\":[1\n\u{1e}{\"a\":2}\n", 1),
        ("\u{1e}{\"a\":\"x\u{1e}{\"a\":2}\u{1e}", 1),
        ("{hello}\n{\"a\":2}", 1),
        ("[world]\n{\"a\":2}", 1),
    ] {
        let mut mender = Mender::default();
        mender.read(message.as_bytes());
        assert_eq!(
            (texts(&mender).as_str(), mender.lost()),
            (r#"{"a":2}"#, lost),
            "{message:?}"
        );
    }
    let mut mender = Mender::default();
    mender.read_lines(b"{\"a\":\"x\n{\"a\":nan}\n{\"b\"");
    assert_eq!(texts(&mender), r#"{"a":null}"#);
    assert_eq!(
        (mender.lost(), mender.is_cut(), mender.repairs().first()),
        (1, true, 7)
    );
    let deep = "[".repeat(129) + "\n[1]";
    mender.clear();
    mender.read(deep.as_bytes());
    assert_eq!((texts(&mender).as_str(), mender.lost()), ("[1]", 1));
}

#[test]
fn a_mending_says_where_it_was() {
    let mut mender = Mender::default();
    mender.read(br#"{"a":1,"b":NaN,"c":01}"#);
    assert_eq!(mender.repairs().first(), 11);
    assert!(mender.is_sound());
    mender.clear();
    mender.read(br#"{"a":1,"b":x}"#);
    assert!(!mender.is_sound());
}

/// JSON as serde_json writes it.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        any::<f64>().prop_map(|n| serde_json::json!(n)),
        any::<String>().prop_map(Into::into),
        "[a\"\\\\', :{}\\[\\]]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::vec(("[a-c\"',: ]{0,4}", inner), 0..5)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_the_strict_reader_takes_is_read_alike(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let mut mender = Mender::default();
        mender.read(text.as_bytes());
        prop_assert!(mender.repairs().is_empty() && mender.lost() == 0 && !mender.is_cut());
        let read: serde_json::Value = serde_json::from_str(&texts(&mender)).unwrap();
        prop_assert_eq!(read, value);
    }

    #[test]
    fn texts_may_be_cut_anywhere(values in proptest::collection::vec(json(), 1..4), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let values: Vec<_> = values.into_iter().map(|value| serde_json::json!({ "a": value })).collect();
        let text: String = values.iter().map(|value| value.to_string()).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len())).filter(|cut| text.is_char_boundary(*cut)).collect();
        cuts.sort_unstable();
        cuts.push(text.len());
        let (mut mender, mut from, mut found) = (Mender::default(), 0, Vec::new());
        for cut in cuts {
            mender.clear_texts();
            mender.read(&text.as_bytes()[from..cut]);
            prop_assert!(mender.is_sound());
            let whole = mender.texts().map(|range| serde_json::from_slice(&mender.bytes()[range]).unwrap());
            found.extend(whole.collect::<Vec<serde_json::Value>>());
            from = cut;
        }
        prop_assert_eq!(found, values);
    }

    #[test]
    fn whatever_comes_in_json_comes_out(message in "[\\[\\]{}(),:;\"'\\\\ \n\u{0}\u{1}\u{1e}a0.1eE+xuN-]{0,60}", more in "[\\]}\"a1, ]{0,20}") {
        let mut mender = Mender::default();
        mender.read(message.as_bytes());
        texts(&mender);
        mender.clear_texts();
        mender.read(more.as_bytes());
        texts(&mender);
        mender.clear();
        mender.read_lines(message.as_bytes());
        texts(&mender);
    }
}

/// Reading many times as much takes about as many times as long.
#[test]
fn no_input_costs_more_than_linear_time() {
    for unit in [
        "\"", "\" ", "[\" ", "{\"a\":", "'", "\\", "\\u", "nan ", "01,", "[1}\n", "{a", "(", "x",
        "\u{1e}[", ",", "\"a\" \"", "[1,", "\0",
    ] {
        let time = |count: usize| {
            let message = unit.repeat(count);
            let start = Instant::now();
            let mut mender = Mender::default();
            mender.read(message.as_bytes());
            mender.clear();
            mender.read_lines(message.as_bytes());
            start.elapsed()
        };
        // Quadratic, this would be minutes.
        assert!(time(400_000) < Duration::from_secs(5), "{unit:?}");
    }
}
