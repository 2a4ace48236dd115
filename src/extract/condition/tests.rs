use super::*;
use crate::decode::json::Scanner;
use crate::extract::scalar::scalar;
use proptest::prelude::*;
use std::collections::HashSet;

/// The cell of a message that is one JSON value; `Missing` for an empty one.
fn cell(json: &str) -> Cell {
    match json.bytes().next() {
        None => Cell::Missing,
        Some(b'[' | b'{') => Cell::json(0, json.len()),
        Some(_) => scalar(&mut Scanner::new(json.as_bytes())).unwrap(),
    }
}

fn value(json: &str) -> Option<OptionValue> {
    serde_json::from_str(json).unwrap()
}

fn test(op: &str, value: Option<&OptionValue>) -> Result<Test, Error> {
    Test::parse("filter[0]", op, value)
}

/// Whether `json` satisfies `op` with a value that is written as JSON, `null` for none.
fn holds(json: &str, op: &str, operand: &str) -> bool {
    let test = test(op, value(operand).as_ref()).unwrap();
    test.holds(
        &cell(json),
        CellSource::new(json.as_bytes()),
        &mut String::new(),
    )
}

fn check(cases: &[(&str, &str, &str, bool)]) {
    for (json, op, operand, expected) in cases {
        assert_eq!(holds(json, op, operand), *expected, "{json} {op} {operand}");
    }
}

#[test]
fn equality() {
    let cases = [
        ("5", r#""5""#, true),
        ("5", r#""5.0""#, true),
        ("5.0", "5", true),
        ("5e0", "5", true),
        ("5", r#""five""#, false),
        ("1", r#""true""#, false),
        (r#""5""#, "5", true),
        (r#""5.0""#, "5", true),
        (r#""5.0""#, r#""5""#, false),
        (r#""five""#, "5", false),
        (r#""007""#, r#""7""#, false),
        (r#""BTC""#, r#""BTC""#, true),
        (r#""BTC""#, r#""btc""#, false),
        (r#""a\u0062""#, r#""ab""#, true),
        (r#""""#, r#""""#, true),
        ("true", "true", true),
        ("true", r#""true""#, true),
        ("true", r#""TRUE""#, true),
        ("true", "1", true),
        ("true", r#""1""#, true),
        ("false", "0", true),
        ("false", "true", false),
        ("true", r#""yes""#, false),
        (r#""True""#, "true", true),
        ("null", r#""null""#, false),
        ("null", "0", false),
        ("null", "null", true),
        ("0", "null", false),
        ("", "null", false),
        ("", r#""""#, false),
        ("[1,2]", r#""[1,2]""#, true),
        ("[1,2]", "1", false),
        ("9007199254740993", r#""9007199254740993""#, true),
        ("9007199254740993", r#""9007199254740992""#, false),
        ("9007199254740992", r#""9007199254740993""#, false),
        ("9007199254740993", "9007199254740993", true),
        ("1e400", r#""Infinity""#, true),
        ("5", r#""NaN""#, false),
    ];
    for (json, operand, expected) in cases {
        assert_eq!(holds(json, "==", operand), expected, "{json} == {operand}");
        assert_eq!(holds(json, "!=", operand), !expected, "{json} != {operand}");
    }
}

#[test]
fn order() {
    check(&[
        ("5", "<", "6", true),
        ("5", "<", "5", false),
        ("5", "<=", "5", true),
        ("5", ">", r#""4.5""#, true),
        ("5", ">=", r#""5.5""#, false),
        (r#""10""#, ">", r#""9""#, true),
        (r#"" 10 ""#, ">", "9", true),
        (r#""n/a""#, ">", "5", false),
        (r#""n/a""#, "<", "5", false),
        ("5", ">", r#""abc""#, false),
        ("true", ">=", "1", true),
        (
            "18446744073709551617",
            ">",
            r#""18446744073709551616""#,
            true,
        ),
        (
            "18446744073709551616",
            ">",
            r#""18446744073709551616""#,
            false,
        ),
        (
            r#""18446744073709551616""#,
            ">=",
            r#""18446744073709551616""#,
            true,
        ),
        ("-9007199254740993", "<", r#""-9007199254740992""#, true),
        (
            r#""2024-01-01T01:00:00+02:00""#,
            "<",
            r#""2024-01-01T00:00:00Z""#,
            true,
        ),
        (r#""2024-01-01T00:00:00Z""#, ">=", r#""2024-01-01""#, true),
        (r#""n/a""#, ">", r#""2024-01-01""#, false),
        ("1704067200000", ">", r#""2023-01-01""#, false),
        (r#""b""#, ">", r#""a""#, true),
        (r#""b""#, "<", r#""a""#, false),
        (r#""10""#, "<", r#""a""#, true),
        ("null", "<", "1", false),
        ("null", ">=", "0", false),
        ("", "<", "1", false),
        ("", ">=", r#""a""#, false),
        ("[1]", "<", "2", false),
    ]);
}

#[test]
fn presence_of_a_value() {
    check(&[
        ("0", "exists", "null", true),
        ("null", "exists", "null", true),
        ("", "exists", "null", false),
        ("0", "exists", r#""""#, true),
        ("0", "exists", "true", true),
        ("0", "exists", "false", false),
        ("", "exists", "false", true),
        ("", "exists", r#""false""#, true),
        ("", "exists", "0", true),
    ]);
}

#[test]
fn parts() {
    check(&[
        (r#""temperature""#, "contains", r#""rat""#, true),
        (r#""temperature""#, "contains", r#""Rat""#, false),
        (r#""a\nb""#, "contains", r#""\n""#, true),
        ("1505", "contains", "50", true),
        ("null", "contains", r#""null""#, false),
        ("", "contains", r#""a""#, false),
        (r#"[1, "a", {"b":1}, [2]]"#, "contains", r#""a""#, true),
        (r#"[1, "a", {"b":1}, [2]]"#, "contains", r#""1""#, true),
        (r#"[1, "a", {"b":1}, [2]]"#, "contains", r#""2""#, false),
        (r#"[1, "a", {"b":1}, [2]]"#, "contains", r#""[2]""#, true),
        (
            r#"[1, "a", {"b":1}, [2]]"#,
            "contains",
            r#""{\"b\":1}""#,
            true,
        ),
        (r#"["\u0061"]"#, "contains", r#""a""#, true),
        ("[]", "contains", r#""a""#, false),
        ("{}", "contains", r#""a""#, false),
        (r#"{"a":{"b":1}, "c":2}"#, "contains", r#""c""#, true),
        (r#"{"a":{"b":1}, "c":2}"#, "contains", r#""b""#, false),
        (r#"{"a":{"b":1}, "c":2}"#, "contains", "2", false),
        (r#"{"\u0061":0}"#, "contains", r#""a""#, true),
    ]);
}

#[test]
fn regular_expressions() {
    check(&[
        (r#""sensor-12""#, "matches", r#""\\d+""#, true),
        (r#""sensor-12""#, "matches", r#""^\\d+""#, false),
        (r#""sensor-12""#, "!matches", r#""^\\d+""#, true),
        (r#""sensor-12""#, "!matches", r#""\\d+""#, false),
        ("42", "!matches", "42", false),
        ("null", "!matches", r#"".*""#, true),
        ("", "!matches", r#"".*""#, true),
        (r#""Sensor""#, "matches", r#""(?i)^sensor$""#, true),
        ("42", "matches", r#""^4""#, true),
        ("42", "matches", "42", true),
        ("null", "matches", r#"".*""#, false),
        ("", "matches", r#"".*""#, false),
        (r#"{"a":1}"#, "matches", r#""\"a\":1""#, true),
    ]);
}

#[test]
fn cells_in_the_middle_of_a_batch_are_read_in_place() {
    let batch = r#"{"a":[7]}{"a":[1,"x"]}"#;
    let test = test("contains", Some(&OptionValue::Text("x".to_owned()))).unwrap();
    let source = CellSource::new(batch.as_bytes());
    assert!(!test.holds(&Cell::json(5, 8), source, &mut String::new()));
    assert!(test.holds(&Cell::json(14, 21), source, &mut String::new()));
}

#[test]
fn says_what_is_wrong() {
    let text = |text: &str| Some(OptionValue::Text(text.to_owned()));
    let endless = "((a{100}){100}){100}";
    for (op, value, says) in [
        (
            "=",
            text("1"),
            "filter[0].op is \"=\": use one of ==, !=, <",
        ),
        ("", None, "filter[0].op is \"\""),
        ("<", None, "filter[0].value is \"\": enter a value"),
        (
            "contains",
            text(""),
            "filter[0].value is \"\": enter a value",
        ),
        ("matches", None, "filter[0].value is \"\": enter a value"),
        (
            "matches",
            text("a("),
            "filter[0].value is \"a(\": not a valid regular expression: ",
        ),
        ("matches", text(endless), "not a valid regular expression: "),
        (
            "exists",
            text("maybe"),
            "exists takes true, false or nothing",
        ),
    ] {
        let error = test(op, value.as_ref()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn equal_tests_are_one_in_a_set() {
    let parse = |op: &str, operand: &str| test(op, value(operand).as_ref()).unwrap();
    let tests = [
        parse("==", "5"),
        parse("==", "5.0"),
        parse("==", r#""5""#),
        parse("!=", "5"),
        parse("matches", r#""a+""#),
        parse("matches", r#""a+""#),
        parse("matches", r#""a*""#),
        parse("exists", "null"),
        parse("exists", "true"),
    ];
    let distinct: HashSet<Test> = tests.into_iter().collect();
    assert_eq!(distinct.len(), 6);
}

#[test]
fn a_value_is_a_text_a_number_or_a_boolean() {
    assert_eq!(value("null"), None);
    assert_eq!(value("-3"), Some(OptionValue::Number(-3.0)));
    assert_eq!(value("true"), Some(OptionValue::Boolean(true)));
    let error = serde_json::from_str::<OptionValue>("[1]")
        .unwrap_err()
        .to_string();
    assert!(error.contains("text, a number or a boolean"), "{error}");
}

proptest! {
    #[test]
    fn numbers_order_as_integers_do(a in any::<i64>(), b in any::<i64>(), shift in 0u32..63) {
        let (a, b) = (a >> shift, b >> shift);
        for (op, expected) in [("<", a < b), ("<=", a <= b), (">", a > b), (">=", a >= b), ("==", a == b), ("!=", a != b)] {
            let (json, operand) = (a.to_string(), format!("\"{b}\""));
            prop_assert_eq!(holds(&json, op, &operand), expected, "{} {} {}", json, op, operand);
        }
    }

    #[test]
    fn texts_equal_themselves_and_contain_their_parts(text in "\\PC{1,20}", from in 0usize..20) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert!(holds(&json, "==", &json));
        let part: String = text.chars().skip(from).collect();
        if !part.is_empty() {
            prop_assert!(holds(&json, "contains", &serde_json::to_string(&part).unwrap()));
        }
    }

    #[test]
    fn exactly_one_of_less_equal_and_greater_holds_between_numbers(a in -1000i32..1000, b in -1000i32..1000) {
        let json = format!("{}", f64::from(a) / 8.0);
        let operand = format!("{}", f64::from(b) / 8.0);
        let count = ["<", "==", ">"].iter().filter(|op| holds(&json, op, &operand)).count();
        prop_assert_eq!(count, 1);
    }

    #[test]
    fn never_panics(json in "[\\[\\]{}:,\"a1.e\\-tnul \\\\]{0,24}", op in 0..OPS.len(), operand in "\\PC*") {
        let Ok(test) = test(OPS[op].0, Some(&OptionValue::Text(operand))) else { return Ok(()) };
        // Whatever can be scanned from any byte on, and no value at all.
        let found = (0..json.len()).filter_map(|start| cell_at(&json, start));
        for cell in found.chain([Cell::Null, Cell::Missing]) {
            let _ = test.holds(&cell, CellSource::new(json.as_bytes()), &mut String::new());
        }
    }
}

/// The cell of the value that begins at an offset, if one does.
fn cell_at(json: &str, start: usize) -> Option<Cell> {
    let mut scanner = Scanner::at(json.as_bytes(), start);
    if !matches!(scanner.peek().ok()?, b'[' | b'{') {
        return scalar(&mut scanner).ok();
    }
    let start = scanner.offset();
    scanner.skip(0).ok()?;
    Some(Cell::json(start, scanner.offset()))
}
