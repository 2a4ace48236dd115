use super::*;
use crate::decode::DecodeErrorKind;
use crate::extract::coerce::CellSource;
use crate::extract::path::Path;
use proptest::prelude::*;

/// The rows that `paths` take from `message`, each cell as JSON text; `-` where nothing was met.
fn rows(paths: &[&str], message: &str) -> Vec<Vec<String>> {
    let paths: Vec<Path> = paths.iter().map(|p| Path::parse(p).unwrap()).collect();
    let mut program = Program::new(&paths);
    shown(&mut program, message)
}

fn shown(program: &mut Program, message: &str) -> Vec<Vec<String>> {
    let rows = walked(program, message).unwrap();
    rows.iter()
        .map(|row| row.iter().map(|cell| show(cell, message)).collect())
        .collect()
}

fn walked(program: &mut Program, message: &str) -> Result<Rows, DecodeError> {
    let mut rows = Rows::default();
    rows.reset(program.width());
    walk(message.as_bytes(), 0, program, &mut rows).map(|()| rows)
}

/// Paths, a message, and the rows that it makes.
type RowCase<'c> = (&'c [&'c str], &'c str, &'c [&'c [&'c str]]);

fn show(cell: &Cell, message: &str) -> String {
    match *cell {
        Cell::Missing => "-".to_owned(),
        Cell::Null => "null".to_owned(),
        Cell::Boolean(b) => b.to_string(),
        Cell::Number { value, .. } => value.to_string(),
        Cell::WideInteger { start, end }
        | Cell::Text { start, end, .. }
        | Cell::Json { start, end } => message[start as usize..end as usize].to_owned(),
    }
}

#[test]
fn takes_chosen_values_in_any_order_and_layout() {
    let expected = vec![vec!["1".to_owned(), "x".to_owned()]];
    for message in [
        r#"{"a":1,"b":{"c":"x"}}"#,
        r#"{"b":{"z":[1,{"c":2}],"c":"x"},"q":null,"a":1}"#,
        "{ \"\\u0061\" : 1 ,\n \"b\" : { \"c\" : \"x\" } }",
    ] {
        assert_eq!(rows(&["$.a", "$.b.c"], message), expected, "{message}");
    }
}

#[test]
fn wildcards_with_a_shared_prefix_walk_together() {
    // Signal K: two nested arrays, with values of every level beside and after them.
    let message = r#"{"updates":[
        {"timestamp":"t1","values":[{"path":"p1","value":1},{"path":"p2","value":2}]},
        {"values":[{"path":"p3","value":3}],"timestamp":"t2"}],"context":"c"}"#;
    let paths = [
        "$.context",
        "$.updates[*].timestamp",
        "$.updates[*].values[*].path",
        "$.updates[*].values[*].value",
    ];
    assert_eq!(
        rows(&paths, message),
        [
            ["c", "t1", "p1", "1"],
            ["c", "t1", "p2", "2"],
            ["c", "t2", "p3", "3"]
        ]
    );
}

#[test]
fn columns_side_by_side_are_zipped() {
    assert_eq!(
        rows(
            &["$.t[*]", "$.v[*]", "$.k"],
            r#"{"t":[1,2,3],"v":[10,20],"k":"k"}"#
        ),
        [["1", "10", "k"], ["2", "20", "k"], ["3", "-", "k"]]
    );
}

proptest! {
    #[test]
    fn zipped_items_follow_their_shapes_beside_each_other(messages in proptest::collection::vec((items(), items()), 1..6)) {
        let paths = ["$.p[*].x", "$.p[*].y", "$.q[*].x", "$.q[*].y"].map(|path| Path::parse(path).unwrap());
        let mut program = Program::new(&paths);
        for (p, q) in messages {
            let message = format!(r#"{{"p":[{}],"q":[{}]}}"#, written(&p), written(&q));
            let expected: Vec<Vec<String>> = (0..p.len().max(q.len()))
                .map(|row| {
                    let of = |items: &[Item]| items.get(row).copied().unwrap_or_default();
                    let ((px, py), (qx, qy)) = (of(&p), of(&q));
                    [px, py, qx, qy].map(|value| value.map_or("-".to_owned(), |value| value.to_string())).into()
                })
                .collect();
            prop_assert_eq!(shown(&mut program, &message), expected, "{}", message);
        }
    }
}

/// The members `x` and `y` of an object, if it has them.
type Item = (Option<u8>, Option<u8>);

fn items() -> impl Strategy<Value = Vec<Item>> {
    proptest::collection::vec(any::<Item>(), 0..8)
}

fn written(items: &[Item]) -> String {
    let objects = items.iter().map(|(x, y)| {
        let x = x.map(|x| format!(r#""x":{x}"#));
        let y = y.map(|y| format!(r#""y":{y}"#));
        let members: Vec<String> = x.into_iter().chain(y).collect();
        format!("{{{}}}", members.join(","))
    });
    objects.collect::<Vec<_>>().join(",")
}

#[test]
fn an_empty_array_gives_no_row() {
    assert!(rows(&["$.a", "$.list[*].b"], r#"{"a":1,"list":[]}"#).is_empty());
    assert!(rows(&["$.a", "$.list[*].b"], r#"{"a":1}"#).is_empty());
}

#[test]
fn items_of_a_top_level_array_are_rows_unless_a_path_reads_the_array() {
    assert_eq!(rows(&["$.p"], r#"[{"p":1},{"p":2}]"#), [["1"], ["2"]]);
    assert_eq!(rows(&["$[*].p"], r#"[{"p":1},{"p":2}]"#), [["1"], ["2"]]);
    assert_eq!(rows(&["$[1].p"], r#"[{"p":1},{"p":2}]"#), [["2"]]);
    assert_eq!(rows(&["$[0]", "$[1]"], "[5,6,7]"), [["5", "6"]]);
}

#[test]
fn a_wildcard_and_an_index_may_meet_the_same_item() {
    assert_eq!(
        rows(
            &["$.a[*].x", "$.a[0].y"],
            r#"{"a":[{"x":1,"y":9},{"x":2}]}"#
        ),
        [["1", "9"], ["2", "9"]]
    );
}

#[test]
fn wildcards_go_over_members_of_objects_too() {
    assert_eq!(
        rows(
            &["$.sensors[*].v"],
            r#"{"sensors":{"a":{"v":1},"b":{"v":2}}}"#
        ),
        [["1"], ["2"]]
    );
}

#[test]
fn several_columns_may_read_one_path_and_parts_of_it() {
    assert_eq!(
        rows(&["$.a", "$.a", "$.a.b"], r#"{"a":{"b":1}}"#),
        [[r#"{"b":1}"#, r#"{"b":1}"#, "1"]]
    );
}

#[test]
fn finds_columns_by_itself() {
    let mut program = Program::inferred(&[]);
    assert_eq!(
        shown(
            &mut program,
            r#"{"time":1,"d":{"x":2,"y":{"z":true}},"l":[1,2]}"#
        ),
        [["1", "2", "true", "[1,2]"]]
    );
    assert_eq!(program.names(), ["time", "d.x", "d.y.z", "l"]);
    // A later column is added; a missing one stays empty; the order of members is free.
    assert_eq!(
        shown(&mut program, r#"{"new":"n","d":{"x":3},"time":2}"#),
        [["2", "3", "-", "-", "n"]]
    );
    assert_eq!(
        shown(&mut program, r#"[{"time":3},{"time":4,"more":5}]"#)[1],
        ["4", "-", "-", "-", "-", "5"]
    );
}

#[test]
fn finds_columns_of_scalars_and_positional_rows() {
    let mut program = Program::inferred(&[]);
    assert_eq!(shown(&mut program, "23.5"), [["23.5"]]);
    assert_eq!(program.names(), ["value"]);
    let mut program = Program::inferred(&[]);
    assert_eq!(
        shown(&mut program, "[[1,2],[3,4]]"),
        [["1", "2"], ["3", "4"]]
    );
    assert_eq!(program.names(), ["0", "1"]);
}

#[test]
fn stops_adding_columns_when_the_names_are_data() {
    let mut program = Program::inferred(&[]);
    for i in 0..300 {
        shown(&mut program, &format!(r#"{{"k{i}":1}}"#));
    }
    assert_eq!(
        program.width(),
        crate::extract::program::MAX_INFERRED_COLUMNS
    );
}

#[test]
fn a_program_with_chosen_paths_keeps_the_limit() {
    let path = Path::parse("$.k0").unwrap();
    let mut program = Program::inferred(&[(path, false)]);
    let members: Vec<String> = (0..300).map(|i| format!(r#""k{i}":{i}"#)).collect();
    shown(&mut program, &format!("{{{}}}", members.join(",")));
    assert_eq!(
        (program.width(), program.is_full()),
        (crate::extract::program::MAX_INFERRED_COLUMNS, true)
    );
}

#[test]
fn a_broken_message_gives_no_rows_at_all() {
    let mut program = Program::new(&[Path::parse("$.a").unwrap()]);
    let bytes = br#"{"a":0}[{"a":1},{"a":2},{"a":]"#;
    let mut rows = Rows::default();
    rows.reset(1);
    walk(&bytes[..7], 0, &mut program, &mut rows).unwrap();
    let error = walk(bytes, 7, &mut program, &mut rows).unwrap_err();
    assert_eq!((rows.len(), error.at), (1, 22));
}

#[cfg(not(target_arch = "wasm32"))]
mod compliance;
mod functions;
mod lists;
mod names;
mod nulls;
#[cfg(not(target_arch = "wasm32"))]
mod oracle;
mod several;

/// A walk of `message` by a program that has learnt from it.
fn learnt(paths: &[&str], message: &str) -> Program {
    let paths: Vec<Path> = paths.iter().map(|p| Path::parse(p).unwrap()).collect();
    let mut program = Program::new(&paths);
    walked(&mut program, message).unwrap();
    program
}

#[test]
fn messages_around_rows_follow_what_was_learnt() {
    let kraken = |price: u32, next: u32| {
        format!(
            r#"{{"channel":"trade","data":[{{"symbol":"B","price":{price}}},{{"symbol":"B","price":{next}}}]}}"#
        )
    };
    let loki = |line: &str, pods: usize| {
        let stream = format!(r#"{{"stream":{{"app":"x"}},"values":[["1","{line}"],["2","b"]]}}"#);
        format!(r#"{{"streams":[{}]}}"#, vec![stream; pods].join(","))
    };
    let cases = [
        (
            &["$.channel", "$.data[*].symbol", "$.data[*].price"][..],
            kraken(1, 2),
            kraken(700, 8),
            2,
        ),
        (
            &["$.streams[*].stream", "$.streams[*].values[*][1]"],
            loki("a", 1),
            loki("longer", 3),
            6,
        ),
    ];
    for (paths, first, second, expected) in cases {
        let mut program = learnt(paths, &first);
        let mut rows = Rows::default();
        rows.reset(program.width());
        let mut walk = Walk::new(
            second.as_bytes(),
            0,
            &mut program,
            &mut rows,
            Vec::new(),
            false,
        );
        assert_eq!(
            walk.follow_nested(Program::ROOT, 0, 0),
            Some(expected),
            "{second}"
        );
        assert_eq!(walk.scanner.offset(), second.len());
        assert_eq!(shown(&mut program, &second), self::rows(paths, &second));
    }
}

#[test]
fn objects_taken_whole_and_gone_into_follow_what_was_learnt() {
    let program = learnt(&["$.a", "$.a.b"], r#"{"a":{"b":1,"c":"x"}}"#);
    let templates = program.templates(Program::ROOT);
    let message = r#"{"a":{"b":22,"c":"yz"}}"#;
    let mut rows = Rows::default();
    rows.reset(program.width());
    let run = templates.follow(message.as_bytes(), 0, &mut rows, 0, Between::Nothing, 0);
    let (row, end, template) = (1, message.len(), 0);
    assert_eq!(run, Followed::Rows(TemplateRun { row, end, template }));
    assert_eq!(show(rows.cell(0, 0), message), r#"{"b":22,"c":"yz"}"#);
    assert_eq!(show(rows.cell(0, 1), message), "22");
}

#[test]
fn a_number_in_quotes_is_read_where_only_numbers_are_wanted() {
    let paths = [Path::parse("$.a").unwrap(), Path::parse("$.b").unwrap()];
    let mut program = Program::new(&paths).expect_numbers(|column| column == 0);
    let message = r#"{"a":"1.50","b":"2"}"#;
    walked(&mut program, message).unwrap();
    let rows = walked(&mut program, message).unwrap();
    assert!(matches!(rows.cell(0, 0), Cell::Number { value: 1.5, .. }));
    assert_eq!(show(rows.cell(0, 1), message), "2");
    assert!(matches!(rows.cell(0, 1), Cell::Text { .. }));
}

proptest! {
    #[test]
    fn wanting_numbers_changes_no_number(values in proptest::collection::vec("(\"[ +-]?[0-9]{0,21}(\\.[0-9]{0,3})?(e[0-9])?[ x\"]?\"|-?[0-9]{1,20}|true|\"on\\\\u0031\")", 1..20)) {
        let paths = [Path::parse("$.a").unwrap()];
        let mut wanting = Program::new(&paths).expect_numbers(|_| true);
        for value in values {
            let message = format!(r#"{{"a":{value}}}"#);
            let number = |program: &mut Program| {
                let rows = walked(program, &message).map_err(|error| error.kind)?;
                let source = CellSource::new(message.as_bytes());
                let number = source.number(rows.cell(0, 0), &mut String::new());
                Ok(number.map(f64::to_bits))
            };
            let expected: Result<_, DecodeErrorKind> = number(&mut Program::new(&paths));
            prop_assert_eq!(number(&mut wanting), expected, "{}", message);
        }
    }
}

#[test]
fn what_does_not_look_like_the_ones_before_is_told_from_what_was_not_compared() {
    let alike = |paths: &[&str], first: &str, batch: &str| {
        let mut program = learnt(paths, first);
        let mut rows = Rows::default();
        rows.reset(program.width());
        walk_alike(batch.as_bytes(), 0, b'|', &mut program, &mut rows)
    };
    let paths = &["$.a"];
    assert_eq!(
        alike(paths, r#"{"a":1}"#, r#"{"a":22}|{"a":3}|{"b":1}"#),
        Alike::Until(16)
    );
    assert_eq!(alike(paths, r#"{"a":1}"#, r#"{"b":1}"#), Alike::No);
    let spaced = "{\"a\":22} \n|{\"a\":3}\r\n|{\"a\":4}\n";
    assert_eq!(
        alike(paths, r#"{"a":1}"#, spaced),
        Alike::Until(spaced.len())
    );
    // It follows, and yet the message goes on.
    assert_eq!(
        alike(paths, r#"{"a":1}"#, "{\"a\":1}\n{\"a\":2}"),
        Alike::Unknown
    );
    // Arrays are not what items look like, nor may an array follow what takes anything.
    assert_eq!(alike(paths, r#"{"a":1}"#, r#"[{"a":1}]"#), Alike::Unknown);
    assert_eq!(alike(&["$"], r#"{"a":1}"#, r#"{"b":1}"#), Alike::Unknown);
}
