//! null in the place of an array or object that makes rows: a gap beside what the message says itself.

use super::*;

#[test]
fn null_in_the_place_of_rows_is_one_row_with_a_gap() {
    let docker: &[&str] = &["$.cpu", "$.blkio[?@.op == 'Read'].value"];
    let cases: &[RowCase<'_>] = &[
        (docker, r#"{"cpu":5,"blkio":null}"#, &[&["5", "-"]]),
        (docker, r#"{"blkio": null, "cpu": 5}"#, &[&["5", "-"]]),
        (
            docker,
            r#"{"cpu":5,"blkio":[{"op":"Read","value":1}]}"#,
            &[&["5", "1"]],
        ),
        // As before: nothing selected is no row.
        (docker, r#"{"cpu":5,"blkio":[]}"#, &[]),
        (docker, r#"{"cpu":5,"blkio":[null]}"#, &[]),
        (docker, r#"{"cpu":5}"#, &[]),
        (docker, r#"{"cpu":5,"blkio":0}"#, &[]),
        // Nothing of the message itself is no row.
        (docker, r#"{"blkio":null}"#, &[]),
        (&["$.blkio[*].value"], r#"{"blkio":null}"#, &[]),
        // On the way to the array, and with all kinds of selectors.
        (
            &["$.t", "$.a.b[*].c"],
            r#"{"t":1,"a":null}"#,
            &[&["1", "-"]],
        ),
        (
            &["$.t", "$.a.b[*].c"],
            r#"{"t":1,"a":{"b":null}}"#,
            &[&["1", "-"]],
        ),
        (&["$.t", "$.a[1:]"], r#"{"t":1,"a":null}"#, &[&["1", "-"]]),
        (
            &["$.t", "$.a['x','y']"],
            r#"{"t":1,"a":null}"#,
            &[&["1", "-"]],
        ),
        (&["$.t", "$.a..x"], r#"{"t":1,"a":null}"#, &[&["1", "-"]]),
        (
            &["$.t", "$.a[0].b.*"],
            r#"{"t":1,"a":[null]}"#,
            &[&["1", "-"]],
        ),
        (
            &["$.t", "$.a[-1].*"],
            r#"{"t":1,"a":[0,null]}"#,
            &[&["1", "-"]],
        ),
        (
            &["$.t", "$.a[0].*"],
            r#"{"t":null,"a":[null]}"#,
            &[&["null", "-"]],
        ),
        (
            &["$.t", "$.a", "$.a[*]"],
            r#"{"t":1,"a":null}"#,
            &[&["1", "null", "-"]],
        ),
        // Beside rows that are there it is no further one.
        (
            &["$.t", "$.a[*]", "$.b[*]"],
            r#"{"t":1,"a":null,"b":[2,3]}"#,
            &[&["1", "-", "2"], &["1", "-", "3"]],
        ),
        (
            &["$.t", "$.a[*]", "$.b[*]"],
            r#"{"t":1,"a":null,"b":null}"#,
            &[&["1", "-", "-"]],
        ),
        // In a scope of its own, and where only what is around it says something.
        (
            &["$.c", "$.u[*].t", "$.u[*].v[*].p"],
            r#"{"c":0,"u":[{"t":1,"v":[{"p":2}]},{"t":3,"v":null},{"t":4,"v":[]}]}"#,
            &[&["0", "1", "2"], &["0", "3", "-"]],
        ),
        (
            &["$.c", "$.u[*].v[*].p"],
            r#"{"c":0,"u":[{"v":null},{"v":[]}]}"#,
            &[&["0", "-"]],
        ),
        (
            &["$.*~", "$.*.l[*]"],
            r#"{"a":{"l":null},"b":{"l":[1]},"c":null}"#,
            &[&["a", "-"], &["b", "1"], &["c", "-"]],
        ),
        (
            &["$.t", "$.l[*]"],
            r#"[{"t":1,"l":null},{"t":2,"l":[3]}]"#,
            &[&["1", "-"], &["2", "3"]],
        ),
    ];
    for (paths, message, expected) in cases {
        let parsed: Vec<Path> = paths.iter().map(|p| Path::parse(p).unwrap()).collect();
        let mut program = Program::new(&parsed);
        let others = [
            r#"{"t":1,"cpu":1,"blkio":5,"a":6,"l":true}"#,
            r#"{"a":[],"t":0,"blkio":[]}"#,
        ];
        for message in [message, others[0], message, others[1], message, message] {
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
fn rows_of_gaps_are_bounded_too() {
    let paths: Vec<Path> = vec![Path::parse("$[*].l[*]").unwrap(); 3000];
    let mut program = Program::new(&[&paths[..], &[Path::parse("$[*].t").unwrap()]].concat());
    let message = format!("[{}]", vec![r#"{"t":1,"l":null}"#; 6000].join(","));
    let error = walked(&mut program, &message).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::TooManyValues);
}
