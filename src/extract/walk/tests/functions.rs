//! The function extensions of RFC 9535.

use super::*;

/// The values of one path, as JSON texts.
fn column(path: &str, message: &str) -> Vec<String> {
    rows(&[path], message).concat()
}

#[test]
fn functions_give_what_the_rfc_says() {
    let texts =
        r#"["ab","d","☺☺","\u00e9\ud83d\ude00","",1,true,null,[],[1,2],{"a":1,"b":2,"a":3}]"#;
    let objects = r#"[{"a":"ab"},{"a":"d"},{"a":[1,2,3],"d":0},{"b":null},{"a":null}]"#;
    let tree = r#"{"c":"cd","values":[{"a":"ab"},{"a":"d"},{"c":{}}]}"#;
    for (path, message, expected) in [
        (
            "$[?length(@)==2]",
            texts,
            &[
                "ab",
                "☺☺",
                r"\u00e9\ud83d\ude00",
                "[1,2]",
                r#"{"a":1,"b":2,"a":3}"#,
            ][..],
        ),
        ("$[?length(@)==0]", texts, &["", "[]"]),
        // What has no length is nothing, which equals nothing only, and no number.
        (
            "$[?length(@)==count(@.a)]",
            r#"[null,[],"",{"a":1},1]"#,
            &["[]", "", r#"{"a":1}"#][..],
        ),
        ("$[?!(count(@.a) == @.a)]", "[null]", &["null"]),
        ("$[?length(@)==length(1)]", texts, &["1", "true", "null"]),
        (
            "$[?length(@)!=length(1)].a",
            texts,
            &["-", "-", "-", "-", "-", "-", "-", "3"],
        ),
        (
            "$[?length(@.a)>=2]",
            objects,
            &[r#"{"a":"ab"}"#, r#"{"a":[1,2,3],"d":0}"#],
        ),
        ("$[?length('abc')==3 && length(@)==2].d", objects, &["0"]),
        ("$[?count(@.*)==2].d", objects, &["0"]),
        ("$[?count(@..*)>2].d", objects, &["0"]),
        ("$[?count(@['a','d'])>1].d", objects, &["0"]),
        (
            "$[?count(@['a','a'])==2].a",
            objects,
            &["ab", "d", "[1,2,3]", "null"],
        ),
        ("$[?count(@.a)==0]", objects, &[r#"{"b":null}"#]),
        (
            "$[?count(@)==1 && count($[*])==5 && @.d==0].d",
            objects,
            &["0"],
        ),
        ("$[?value(@.*)=='d'].a", objects, &["d"]),
        // Of several values there is none, and none is not null.
        (
            "$[?value(@.*)==null]",
            objects,
            &[r#"{"b":null}"#, r#"{"a":null}"#],
        ),
        ("$[?value(@.*)==value(@.nothing)].d", objects, &["0"]),
        (
            "$.values[?length(@.a)==length(value($..c))]",
            tree,
            &[r#"{"c":{}}"#],
        ),
        (
            "$.values[?length(@.a)==length(value($.c))].a",
            tree,
            &["ab"],
        ),
        ("$.values[?length(value(@.a))==1].a", tree, &["d"]),
        ("$.values[?count($..a)==2][?length(@)==1]", tree, &["d"]),
    ] {
        assert_eq!(column(path, message), expected, "{path}");
    }
}

#[test]
fn regular_expressions_are_asked_of_texts_only() {
    let texts = r#"["ab","b","xab","a\rb","Жж","ж",1,null,["ab"],"a\"b","\u0061b"]"#;
    for (path, expected) in [
        ("$[?match(@, 'a.?b')]", &["ab", r#"a\"b"#, r"\u0061b"][..]),
        (
            "$[?search(@, 'a.?b')]",
            &["ab", "xab", r#"a\"b"#, r"\u0061b"],
        ),
        (
            "$[?!search(@, '[a-z]')]",
            &["Жж", "ж", "1", "null", r#"["ab"]"#],
        ),
        (r"$[?match(@, '\\p{Lu}.*')]", &["Жж"]),
        (r"$[?search(@, '^\\P{Lu}$')]", &["b", "ж"]),
        ("$[?search(@, \"\\\"\")]", &[r#"a\"b"#]),
        (
            "$[?match(1, '1') || match(@, 1) || search(@, @.nothing)]",
            &[],
        ),
        ("$[?match('b', 'b') && @=='b']", &["b"]),
        (
            "$[?search(@, $[1]) && !match(@, $[0])]",
            &["b", "xab", r"a\rb", r#"a\"b"#],
        ),
        // Every text that is a regular expression fits itself, unless it means something else.
        (
            "$[?match(@, @)]",
            &["ab", "b", "xab", r"a\rb", "Жж", "ж", r#"a\"b"#, r"\u0061b"],
        ),
    ] {
        assert_eq!(column(path, texts), expected, "{path}");
    }
    // What a message holds and is no regular expression fits nothing.
    let rules = r#"[{"r":"a[","t":"a["},{"r":"\\d","t":"1"},{"r":"a+","t":"aa"},{"r":"a+","t":"b"},{"r":["a"],"t":"a"}]"#;
    assert_eq!(column("$[?match(@.t, @.r)].t", rules), ["aa"]);
    assert_eq!(
        column("$[?!match(@.t, @.r)].t", rules),
        ["a[", "1", "b", "a"]
    );
    assert_eq!(
        column("$[?match(@.t, @.r) && search(@.t, @.r)].t", rules),
        ["aa"]
    );
}

#[test]
fn what_functions_may_cost_is_bounded() {
    let parsed = |text: &str| Program::new(&[Path::parse(text).unwrap()]);
    let cost = |path: &str, message: &str| {
        let walked = walked(&mut parsed(path), message);
        walked.err().map(|error| error.kind)
    };
    // A long text that is compared with each of many.
    let long = format!(
        r#"{{"x":"{}","l":[{}]}}"#,
        "x".repeat(20_000),
        vec![r#""x""#; 50_000].join(",")
    );
    for condition in [
        "@ == $.x",
        "length($.x) == 1",
        "match($.x, 'x*y')",
        "search(@, $.x)",
        "match(@, $.x)",
    ] {
        let kind = cost(&format!("$.l[?{condition}]"), &long);
        assert_eq!(kind, Some(DecodeErrorKind::TooCostly), "{condition}");
    }
    // Regular expressions that differ each time.
    let rules: Vec<String> = (0..20_000).map(|i| format!(r#""(a?){{{i}}}b""#)).collect();
    let rules = format!("[{}]", rules.join(","));
    assert_eq!(
        cost("$[?search('aaaa', @)]", &rules),
        Some(DecodeErrorKind::TooCostly)
    );
    // What is counted from the root is counted once.
    let list = format!("[{}]", vec![r#"{"a":"ab","b":[1,2]}"#; 5000].join(","));
    for condition in [
        "count($..*) > 1 && value($..nothing) == value(@.c)",
        "count(@..*) == 4",
        "length(@.a) == 2 && length(@.b) == 2",
        "match(@.a, '[a-z]+') && !search(@.a, 'c')",
        "search(@.a, $[0].a)",
    ] {
        let found = walked(&mut parsed(&format!("$[?{condition}]")), &list);
        assert_eq!(found.unwrap().len(), 5000, "{condition}");
    }
}
