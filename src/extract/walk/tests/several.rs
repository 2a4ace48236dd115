//! Segments that select several values, and those that count from the end.

use super::*;
use crate::decode::DecodeErrorKind;
#[cfg(not(target_arch = "wasm32"))]
use crate::decode::MAX_DEPTH;

/// The values of one path, as JSON texts.
fn column(path: &str, message: &str) -> Vec<String> {
    rows(&[path], message).concat()
}

#[test]
fn counts_from_the_end() {
    let message = r#"{"bids":[[1,10],[2,20],[3,30]],"n":0}"#;
    assert_eq!(
        rows(
            &["$.bids[-1][0]", "$.bids[0][-1]", "$.bids[-3][1]", "$.n"],
            message
        ),
        [["3", "10", "10", "0"]]
    );
    assert_eq!(column("$.bids[-4]", message), ["-"]);
    assert_eq!(column("$[-1].p", r#"[{"p":1},{"p":2}]"#), ["2"]);
}

#[test]
fn slices_and_filters_make_rows_as_wildcards_do() {
    let message = r#"{"t":7,"items":[{"k":"a","v":1},{"k":"b","v":2},{"k":"a","v":3}]}"#;
    assert_eq!(
        rows(&["$.t", "$.items[?@.k=='a'].v"], message),
        [["7", "1"], ["7", "3"]]
    );
    assert_eq!(
        rows(&["$.items[::-2].k", "$.items[::-2].v"], message),
        [["a", "3"], ["a", "1"]]
    );
    // Different segments stand side by side.
    assert_eq!(
        rows(&["$.items[1:].v", "$.items[?@.v<2].v"], message),
        [["2", "1"], ["3", "-"]]
    );
}

#[test]
fn the_root_of_a_filter_is_the_message() {
    let message = r#"{"items":[{"id":1,"v":"x"},{"id":2,"v":"y"}],"selected":2}"#;
    assert_eq!(column("$.items[?@.id==$.selected].v", message), ["y"]);
    // And where the items of an array are messages, each of them.
    let batch = r#"[{"l":[1,2],"x":1},{"l":[1,2],"x":2}]"#;
    assert_eq!(column("$.l[?@==$.x]", batch), ["1", "2"]);
    let other = r#"[{"l":[1,2],"x":2},{"l":[1,2]}]"#;
    assert_eq!(column("$.l[?@==$.x]", other), ["2"]);
}

#[test]
fn filters_may_stand_in_filters() {
    let message = "[[0],[0,1],[0,1,2],[42],[[43]]]";
    assert_eq!(column("$[?@[?@>1]]", message), ["[0,1,2]", "[42]"]);
    assert_eq!(column("$[?!@[?@>1] && @[1]]", message), ["[0,1]"]);
    assert_eq!(column("$[?@..[?@>42]]", message), ["[[43]]"]);
}

#[test]
fn descents_go_through_the_message_together() {
    let message = r#"{"time":0,"a":{"price":1,"time":10,"b":[{"price":2},{"time":30}]},"c":4}"#;
    assert_eq!(
        rows(&["$..price", "$..time", "$.c"], message),
        [
            ["-", "0", "4"],
            ["1", "10", "4"],
            ["2", "-", "4"],
            ["-", "30", "4"]
        ]
    );
    assert_eq!(column("$..[0]", "[[1,[2]],3]"), ["[1,[2]]", "1", "2"]);
    assert_eq!(
        column("$..*", r#"{"a":[1,{"b":2}]}"#),
        [r#"[1,{"b":2}]"#, "1", r#"{"b":2}"#, "2"]
    );
    assert_eq!(column("$..[?@.b].b", r#"{"a":[1,{"b":2}]}"#), ["2"]);
    assert!(rows(&["$.c", "$..x"], message).is_empty());
}

#[test]
fn comparisons_are_those_of_the_rfc() {
    // RFC 9535 §2.3.5.3, table 11.
    let message = r#"{"obj":{"x":"y"},"arr":[2,3],"one":[0]}"#;
    let holds = |condition: &str| {
        let column = column(&format!("$.one[?{condition}]"), message);
        assert!(column.len() < 2, "{condition}");
        column.len() == 1
    };
    let true_ones = [
        "$.absent1 == $.absent2",
        "$.absent1 <= $.absent2",
        "$.absent != 'g'",
        "1 <= 2",
        "'a' <= 'b'",
        "$.obj == $.obj",
        "$.arr == $.arr",
        "$.obj != $.arr",
        "$.obj <= $.obj",
        "$.arr <= $.arr",
        "1 != '1'",
        "1 <= 1",
        "true <= true",
        "1 == 1.0",
        "1e2 == 100",
        "-0 == 0",
        "null == null",
        "'\\u00e9' == 'é'",
        "'z' < 'é'",
    ];
    let false_ones = [
        "$.absent == 'g'",
        "$.absent1 != $.absent2",
        "1 > 2",
        "13 == '13'",
        "'a' > 'b'",
        "$.obj != $.obj",
        "$.obj == $.arr",
        "$.arr != $.arr",
        "1 < $.arr",
        "$.obj < $.obj",
        "true < true",
        "false < true",
        "null < 1",
        "$.absent == null",
        "$.absent < 1",
        "9007199254740993 == 9007199254740992",
    ];
    for condition in true_ones {
        assert!(holds(condition), "{condition}");
    }
    for condition in false_ones {
        assert!(!holds(condition), "{condition}");
    }
}

#[test]
fn integers_beyond_2_to_53_are_compared_by_their_digits() {
    let message = r#"[{"id":9007199254740992},{"id":9007199254740993},{"id":9007199254740993.0}]"#;
    assert_eq!(
        column("$[?@.id==9007199254740993].id", message),
        ["9007199254740993"]
    );
    assert_eq!(
        column("$[?@.id>9007199254740992].id", message),
        ["9007199254740993"]
    );
}

#[test]
fn objects_are_equal_whatever_the_order_and_layout() {
    let message = r#"{"l":[{"a":[1,{"b":"é"}],"c":null},{"c":null,"a":[1,{"b":"\u00e9"}]},
        {"c":null,"a":[1,{"b":"e"}]},{"c":0,"a":0,"a":[1,{"b":"é"}],"c":null}],"w":
        { "c" : null , "a" : [ 1.0 , { "b" : "é" } ] } }"#;
    assert_eq!(column("$.l[?@==$.w]", message).len(), 3);
    assert_eq!(column("$.l[?@!=$.w].a[1].b", message), ["e"]);
}

#[test]
fn the_last_of_members_with_the_same_name_counts() {
    let message = r#"{"a":{"b":1},"c":1,"a":{"d":2},"\u0063":3}"#;
    assert_eq!(rows(&["$.a.b", "$.a.d", "$.c"], message), [["-", "2", "3"]]);
    assert_eq!(column("$.l[*]", r#"{"l":[1,2,3],"l":[4]}"#), ["4"]);
    assert_eq!(column("$.*", r#"{"x":1,"y":2,"x":3}"#), ["3", "2"]);
    assert_eq!(column("$..v", r#"{"x":{"v":1},"x":{"v":2}}"#), ["2"]);
    assert_eq!(column("$[?@.v==1].v", r#"[{"v":1,"v":2}]"#), [""; 0]);
    assert_eq!(
        column("$.a", r#"[{"a":1},{"a":2,"a":3},{"a":4}]"#),
        ["1", "3", "4"]
    );
}

#[test]
fn the_last_of_members_counts_in_learnt_shapes_and_found_columns_too() {
    let mut program = Program::new(&[Path::parse("$.a.b").unwrap()]);
    for _ in 0..20 {
        assert_eq!(shown(&mut program, r#"{"a":{"b":1},"a":{"c":2}}"#), [["-"]]);
    }
    assert_eq!(shown(&mut program, r#"{"a":{"b":1}}"#), [["1"]]);
    assert_eq!(shown(&mut program, r#"{"a":{"b":1}}"#), [["1"]]);
    assert_eq!(shown(&mut program, r#"{"a":{"b":1},"a":0}"#), [["-"]]);
    let mut program = Program::inferred(&[]);
    for _ in 0..20 {
        let rows = shown(&mut program, r#"{"a":{"b":1},"a":{"c":2},"a":{"c":3}}"#);
        let found = program.names().iter().position(|name| name == "a.c");
        assert_eq!(rows[0][found.unwrap()], "3");
        assert!(rows[0].iter().all(|cell| cell != "1"), "{rows:?}");
    }
    // More members than a word has bits.
    let many: Vec<String> = (0..150).map(|i| format!(r#""k{i}":{i}"#)).collect();
    let twice = format!("{{{},\"k0\":[],\"k100\":\"x\"}}", many.join(","));
    let mut program = Program::inferred(&[]);
    let rows = shown(&mut program, &twice);
    assert_eq!(
        (&*rows[0][0], &*rows[0][100], &*rows[0][149]),
        ("[]", "x", "149")
    );
}

#[test]
fn columns_are_found_beside_those_of_chosen_paths() {
    let chosen = |paths: &[(&str, bool)]| {
        let paths: Vec<(Path, bool)> = paths
            .iter()
            .map(|(path, claims)| (Path::parse(path).unwrap(), *claims))
            .collect();
        Program::inferred(&paths)
    };
    let mut program = chosen(&[
        ("$.d.t", true),
        ("$.s", false),
        ("$.o", true),
        ("$.l[-1].p", true),
    ]);
    let message = r#"{"v":1,"d":{"t":2,"x":3},"s":"a","o":{"q":4},"l":[{"p":5},{"p":6,"z":7}]}"#;
    for _ in 0..3 {
        assert_eq!(
            shown(&mut program, message),
            [[
                "2",
                "a",
                r#"{"q":4}"#,
                "6",
                "1",
                "3",
                "a",
                "4",
                r#"[{"p":5},{"p":6,"z":7}]"#
            ]]
        );
    }
    assert_eq!(
        program.names(),
        ["t", "s", "o", "p", "v", "d.x", "s", "o.q", "l"]
    );
    assert_eq!(
        shown(&mut program, r#"{"o":8}"#)[0][..4],
        ["-", "-", "8", "-"]
    );
    // Rows that are arrays.
    let mut program = chosen(&[("$[0]", true), ("$[-1]", true), ("$[1]", false)]);
    for _ in 0..3 {
        assert_eq!(
            shown(&mut program, "[1,2,3,4]"),
            [["1", "4", "2", "2", "3"]]
        );
    }
    assert_eq!(program.names(), ["0", "-1", "1", "1", "2"]);
}

#[test]
fn an_array_is_not_taken_for_an_object_that_stood_there() {
    let mut program = Program::inferred(&[]);
    for _ in 0..2 {
        assert_eq!(shown(&mut program, r#"{"d":[1]}"#), [["[1]"]]);
    }
    assert_eq!(shown(&mut program, r#"{"d":{"x":1}}"#), [["-", "1"]]);
    let mut program = Program::new(&[Path::parse("$.d.x").unwrap()]);
    for _ in 0..2 {
        assert_eq!(shown(&mut program, r#"{"d":[1]}"#), [["-"]]);
    }
    assert_eq!(shown(&mut program, r#"{"d":{"x":1}}"#), [["1"]]);
}

#[test]
fn a_row_that_looks_otherwise_leaves_its_neighbours_alone() {
    assert_eq!(
        rows(
            &["$.t[*]", "$.v[*].x"],
            r#"{"t":[1,2],"v":[{"x":3},{"y":0,"x":4}]}"#
        ),
        [["1", "3"], ["2", "4"]]
    );
}

/// On a stack of the size a browser gives wasm.
#[cfg(not(target_arch = "wasm32"))]
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_segment_bears_the_deepest_message_and_refuses_a_deeper_one() {
    on_a_small_stack(|| {
        let steps = [
            ".a",
            "[0]",
            "[-1]",
            "[*]",
            "[:]",
            "[?@]",
            "[?@..a]",
            "[?@ == $]",
            "['a',0]",
            "[?length(@)==1]",
            "[?count(@..a)>1||value(@.*)==1]",
            "..*",
            "..a",
            "..[?@..[?@..*]]",
        ];
        for step in steps {
            let repeats = [
                1,
                2,
                if step.contains("..") {
                    3
                } else {
                    MAX_DEPTH as usize
                },
            ];
            for path in repeats.map(|n| format!("${}", step.repeat(n))) {
                let parsed = [Path::parse(&path).unwrap()];
                for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"a\":0,\"a\":", "}")] {
                    let nested = |n: usize| format!("{}0{}", open.repeat(n), close.repeat(n));
                    let deepest = walked(&mut Program::new(&parsed), &nested(128));
                    let kind = deepest.err().map(|error| error.kind);
                    assert!(
                        kind.is_none() || kind == Some(DecodeErrorKind::TooCostly),
                        "{path} of {open}: {kind:?}"
                    );
                    let may_be_costly = path.matches("..").count() > 1 || path.contains('?');
                    assert!(kind.is_none() || may_be_costly, "{path} of {open}");
                    let deeper = walked(&mut Program::new(&parsed), &nested(129));
                    assert!(
                        matches!(
                            deeper.map_err(|e| e.kind),
                            Err(DecodeErrorKind::TooDeep | DecodeErrorKind::TooCostly)
                        ),
                        "{path} of {open}"
                    );
                }
            }
        }
        let nested = |n: usize| format!("{}0{}", "{\"a\":".repeat(n), "}".repeat(n));
        assert!(walked(&mut Program::inferred(&[]), &nested(128)).is_ok());
        assert!(walked(&mut Program::inferred(&[]), &nested(129)).is_err());
    });
}

#[test]
fn what_paths_may_cost_is_bounded() {
    let parsed = |text: &str| Program::new(&[Path::parse(text).unwrap()]);
    let deep = format!("{}{}", "[0,".repeat(120), "0".to_owned() + &"]".repeat(120));
    let wide = format!("[{deep}{}]", format!(",{deep}").repeat(200));
    let error = walked(&mut parsed("$..*..*..*"), &wide).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::TooCostly);
    assert!(error.to_string().contains("fewer nested .."), "{error}");
    let list = format!("[{}]", vec!["1"; 3000].join(","));
    let error = walked(&mut parsed("$[?@ != 2 && $[?@ == 2] || $[-1] == @]"), &list);
    assert!(error.is_ok(), "a query from the root is asked once");
    // What feeds send is far from it.
    let items: Vec<String> = (0..5000)
        .map(|i| format!(r#"{{"id":{i},"o":{{"price":[{i},0.5]}}}}"#))
        .collect();
    let feed = format!(r#"{{"data":{{"items":[{}]}}}}"#, items.join(","));
    assert_eq!(
        walked(&mut parsed("$..price[-1]"), &feed).unwrap().len(),
        5000
    );
    assert_eq!(walked(&mut parsed("$..*"), &feed).unwrap().len(), 30_002);
    assert_eq!(
        walked(&mut parsed("$..[?@.id>=10 && @.id<20].id"), &feed)
            .unwrap()
            .len(),
        10
    );
}

#[test]
fn names_and_texts_keep_their_characters() {
    let message = r#"{"a\"b":1,"\ud83d\ude00":2,"\ud800":3,"long":"LONG"}"#;
    let long = "x".repeat(200_000) + "\\n";
    let message = message.replace("LONG", &long);
    assert_eq!(
        rows(
            &[r#"$['a"b']"#, "$['😀']", "$['\u{fffd}']", "$.long"],
            &message
        ),
        [["1", "2", "3", &long]]
    );
    assert_eq!(
        column(r"$[?@=='\ud83d\ude00\n']", r#"["\ud83d\ude00\n","\ud83d"]"#).len(),
        1
    );
    assert_eq!(
        column("$[?@=='\u{fffd}']", r#"["\ud83d","\ude00x"]"#).len(),
        1
    );
    assert_eq!(
        column("$..id", r#"[{"id":12345678901234567890}]"#),
        ["12345678901234567890"]
    );
}
