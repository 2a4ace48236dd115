//! Several selectors in one bracket.

use super::*;

/// The values of one path, as JSON texts.
fn column(path: &str, message: &str) -> Vec<String> {
    rows(&[path], message).concat()
}

#[test]
fn several_selectors_make_a_row_each() {
    let message = r#"{"ts":7,"bid":{"p":1,"q":[5,6]},"ask":{"p":2,"q":[8]},"mid":{"p":3}}"#;
    // In the order of the selectors, not of the message; what is not there makes no row.
    assert_eq!(
        rows(&["$.ts", "$['ask','bid','none'].p"], message),
        [["7", "2"], ["7", "1"]]
    );
    // Paths with the same selectors go together, others stand side by side.
    assert_eq!(
        rows(
            &["$['bid','ask'].p", "$['bid','ask'].q[*]", "$.ts"],
            message
        ),
        [["1", "5", "7"], ["1", "6", "7"], ["2", "8", "7"]]
    );
    assert_eq!(
        rows(&["$['bid','ask'].p", "$['ask','bid'].p"], message),
        [["1", "2"], ["2", "1"]]
    );
    assert_eq!(
        rows(&["$['bid','ask'].p", "$.mid.p"], message),
        [["1", "3"], ["2", "3"]]
    );
    // A selected value without the path's end is a gap.
    assert_eq!(
        rows(&["$['mid','bid'].p", "$['mid','bid'].q"], message),
        [["3", "-"], ["1", "[5,6]"]]
    );
    let list = "[10,11,12,13,14]";
    for (path, expected) in [
        ("$[0,2]", &["10", "12"][..]),
        ("$[0,0]", &["10", "10"]),
        ("$[-1, 0]", &["14", "10"]),
        ("$[3:,0]", &["13", "14", "10"]),
        ("$[1,?@>13,9]", &["11", "14"]),
        ("$[0,'a']", &["10"]),
        ("$[*,0]", &["10", "11", "12", "13", "14", "10"]),
    ] {
        assert_eq!(column(path, list), expected, "{path}");
    }
    assert_eq!(
        column("$['a','b']", r#"[{"a":1,"b":2},{"b":3}]"#),
        ["1", "2", "3"]
    );
    assert_eq!(
        column("$..['b','a']", r#"{"a":[{"b":1,"a":2}],"b":3}"#),
        ["3", r#"[{"b":1,"a":2}]"#, "1", "2"]
    );
    assert_eq!(
        column("$['a','b','a']", r#"{"a":1,"b":2,"a":3}"#),
        ["3", "2", "3"]
    );
    assert_eq!(
        column("$[?@['a','b']]", r#"[{"a":1},{"c":1},{"b":0}]"#),
        [r#"{"a":1}"#, r#"{"b":0}"#]
    );
}
