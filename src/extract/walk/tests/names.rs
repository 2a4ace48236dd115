//! `~` behind a path: the name of the member that the path walks to.

use super::*;

#[test]
fn members_have_names_and_elements_have_none() {
    let tickers = r#"{"BTC":{"p":1},"ETH":{"p":2}}"#;
    let cases: &[RowCase<'_>] = &[
        (&["$.*~", "$.*.p"], tickers, &[&["BTC", "1"], &["ETH", "2"]]),
        (&["$.*~"], tickers, &[&["BTC"], &["ETH"]]),
        (
            &["$[*]~", "$[*]"],
            r#"{"a":1,"b":null}"#,
            &[&["a", "1"], &["b", "null"]],
        ),
        // Spaces, line breaks, escapes and characters of all kinds.
        (
            &["$.*~"],
            "{ \"a b\"\n :\t1 , \"\":2,\"é😀\" : [] }",
            &[&["a b"], &[""], &["é😀"]],
        ),
        (
            &["$.*~"],
            r#"{"a\"b":1,"\\":2,"c\\\"":3,"\u0061":4}"#,
            &[&[r#"a\"b"#], &[r"\\"], &[r#"c\\\""#], &[r"\u0061"]],
        ),
        // A name that is known beforehand, where the member is there.
        (&["$.ETH~", "$.ETH.p"], tickers, &[&["ETH", "2"]]),
        (&["$.XRP~", "$.ETH.p"], tickers, &[&["-", "2"]]),
        (
            &["$.a.b~", "$.c"],
            r#"{"a":{"b":[]},"c":1}"#,
            &[&["b", "1"]],
        ),
        // Rows within: the name is repeated, as every value of its scope is.
        (
            &["$.*~", "$.*.bids[*][0]", "$.*.bids[*][1]"],
            r#"{"X":{"bids":[[1,2],[3,4]]},"Y":{"bids":[[5,6]]},"Z":{}}"#,
            &[&["X", "1", "2"], &["X", "3", "4"], &["Y", "5", "6"]],
        ),
        (
            &["$.d.*~", "$.d.*.*~", "$.d.*.*", "$.t"],
            r#"{"d":{"r1":{"temp":1,"hum":2},"r2":{"temp":3}},"t":9}"#,
            &[
                &["r1", "temp", "1", "9"],
                &["r1", "hum", "2", "9"],
                &["r2", "temp", "3", "9"],
            ],
        ),
        (
            &["$['b','a']~", "$['b','a']"],
            r#"{"a":1,"b":2}"#,
            &[&["b", "2"], &["a", "1"]],
        ),
        (
            &["$[?@.on]~"],
            r#"{"a":{"on":1},"b":{},"c":{"on":0}}"#,
            &[&["a"], &["c"]],
        ),
        (&["$..p~", "$..p"], tickers, &[&["p", "1"], &["p", "2"]]),
        (
            &["$..*~"],
            r#"{"a":{"b":1},"c":[2]}"#,
            &[&["a"], &["c"], &["b"], &["-"]],
        ),
        (
            &["$.l[*]~", "$.l[*]"],
            r#"{"l":[1,{"a":2}]}"#,
            &[&["-", "1"], &["-", r#"{"a":2}"#]],
        ),
        (
            &["$.l[0]~", "$.l[-1]~", "$.l~"],
            r#"{"l":[1,2]}"#,
            &[&["-", "-", "l"]],
        ),
        (
            &["$.l[*].*~"],
            r#"{"l":[{"x":1},{"y":2,"z":3}]}"#,
            &[&["x"], &["y"], &["z"]],
        ),
        // Of members with the same name the last one counts.
        (
            &["$.*~", "$.*"],
            r#"{"a":1,"b":2,"a":3}"#,
            &[&["a", "3"], &["b", "2"]],
        ),
        // In the items of an array.
        (
            &["$[*].*~", "$[*].*"],
            r#"[{"a":1},{"b":2}]"#,
            &[&["a", "1"], &["b", "2"]],
        ),
        (&["$.*~"], r#""text""#, &[]),
        (
            &["$.a~", "$.a"],
            r#"[1,":",{"a":0}]"#,
            &[&["-", "-"], &["-", "-"], &["a", "0"]],
        ),
    ];
    for (paths, message, expected) in cases {
        let parsed: Vec<Path> = paths.iter().map(|p| Path::parse(p).unwrap()).collect();
        let mut program = Program::new(&parsed);
        // What was learnt of a message changes nothing.
        for message in [
            message,
            r#"{"a":{"b":{"c":1}},"X":{"p":2}}"#,
            message,
            message,
        ] {
            let fresh = rows(paths, message);
            assert_eq!(
                shown(&mut program, message),
                fresh,
                "{paths:?} of {message}"
            );
        }
        assert_eq!(&rows(paths, message), expected, "{paths:?} of {message}");
    }
}

#[test]
fn a_name_beside_found_columns_leaves_the_member_to_be_found() {
    let mut program = Program::inferred(&[(Path::parse("$.a~").unwrap(), true)]);
    for _ in 0..3 {
        assert_eq!(shown(&mut program, r#"{"b":1,"a":2}"#), [["a", "1", "2"]]);
    }
    assert_eq!(program.names(), ["name", "b", "a"]);
}

#[test]
fn a_name_in_a_batch_is_that_of_its_own_message() {
    let mut program = Program::new(&[Path::parse("$.*~").unwrap()]);
    let bytes = b"{\"a\":1}\n{\"b\":2}\n3";
    let mut rows = Rows::default();
    rows.reset(1);
    walk(&bytes[..7], 0, &mut program, &mut rows).unwrap();
    walk(&bytes[..15], 8, &mut program, &mut rows).unwrap();
    walk(bytes, 16, &mut program, &mut rows).unwrap();
    let names: Vec<&[Cell]> = rows.iter().collect();
    let text = |start, end| {
        [Cell::Text {
            start,
            end,
            escaped: false,
        }]
    };
    assert_eq!(names, [text(2, 3), text(10, 11)]);
}
