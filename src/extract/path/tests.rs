use super::*;
use proptest::prelude::*;

fn segments(text: &str) -> Vec<Segment> {
    Path::parse(text).unwrap().segments
}

fn name(text: &str) -> Segment {
    Segment::Name(text.to_owned())
}

#[test]
fn parses_names_indexes_and_wildcards() {
    assert_eq!(segments("$"), []);
    assert_eq!(segments("$.data.p"), [name("data"), name("p")]);
    assert_eq!(
        segments("$['odd key'][\"a'b\"]"),
        [name("odd key"), name("a'b")]
    );
    assert_eq!(
        segments("$[0].*[ * ]"),
        [Segment::Index(0), Segment::Wildcard, Segment::Wildcard]
    );
    assert_eq!(segments(r"$['a\'b\u00e9\ud83d\ude00']"), [name("a'bé😀")]);
    assert_eq!(segments("$.größe"), [name("größe")]);
}

#[test]
fn refuses_by_name_and_position() {
    let cases = [
        ("data.p", 0, "must begin with $"),
        ("", 0, "must begin with $"),
        ("$..", 3, "missing after .."),
        ("$...a", 3, "must begin with a letter"),
        ("$.a[0,]", 6, "expected *"),
        ("$.a[,0]", 4, "expected *"),
        ("$.a['x' 'y']", 8, "expected , or ]"),
        ("$.a['x', y]", 9, "expected *"),
        ("$.a[0,1", 7, "] is missing"),
        ("$.a[0,['b']]", 6, "expected *"),
        ("$~", 1, "needs a step before it"),
        ("$.a~.b", 4, "nothing can follow ~"),
        ("$.a~~", 4, "nothing can follow ~"),
        ("$~.a", 1, "needs a step before it"),
        ("$.~", 2, "['odd name']"),
        ("$..~", 3, "['odd name']"),
        ("$[~]", 2, "expected *"),
        ("$[?@~ == 'a']", 4, "not in a filter"),
        ("$[?count(@.*~) > 1]", 12, "not in a filter"),
        ("$.a[01]", 4, "leading zeros"),
        ("$.a[-0]", 4, "leading zeros"),
        ("$.a[-]", 4, "whole number"),
        ("$.a[1:-01]", 6, "leading zeros"),
        ("$[9007199254740992]", 2, "to 9007199254740991"),
        ("$[::-9007199254740992]", 4, "to 9007199254740991"),
        ("$[99999999999999999999]", 2, "to 9007199254740991"),
        ("$.odd-key", 5, "expected . or ["),
        ("$.a ", 3, "expected . or ["),
        ("$.1", 2, "['odd name']"),
        ("$. a", 2, "['odd name']"),
        ("$.", 2, "missing"),
        ("$['a", 2, "closing quote"),
        ("$[0", 3, "] is missing"),
        ("$[]", 2, "expected *"),
        ("$[1:2:3:4]", 7, "expected , or ]"),
        ("$['\u{1}']", 3, "control character"),
        (r"$['\ud800\u0041']", 14, "surrogate"),
        (r"$['\udc00']", 8, "surrogate"),
        (r#"$["\'"]"#, 4, "escape"),
        ("$[?@.a=1]", 6, "comparisons are"),
        ("$[?@.a==1", 9, "] is missing"),
        ("$[?size(@.a)>1]", 3, "there is no function size()"),
        ("$[?Length(@.a)>1]", 3, "there is no function Length()"),
        ("$[?length (@.a)>1]", 3, "a filter consists of"),
        ("$[?length(@.a)]", 3, "length() is a value, not a test"),
        ("$[?!count(@.a)]", 4, "count() is a value, not a test"),
        (
            "$[?@.b || value(@.a)]",
            10,
            "value() is a value, not a test",
        ),
        ("$[?length()>1]", 10, "a filter consists of"),
        ("$[?length(@.a,@.b)>1]", 13, "length() takes one argument"),
        ("$[?length(@.*)>1]", 10, "single value"),
        ("$[?length(@['a','b'])>1]", 10, "single value"),
        ("$[?length(match(@.a,'x'))>1]", 10, "are tests"),
        ("$[?count(1)>1]", 9, "count() takes a path"),
        ("$[?count(value(@.a))>1]", 9, "count() takes a path"),
        ("$[?count(@.a,@.b)>1]", 12, "count() takes one argument"),
        ("$[?value('a')==1]", 9, "value() takes a path"),
        (
            "$[?match(@.a)]",
            12,
            "match() takes a value and a regular expression",
        ),
        (
            "$[?match(@.a, 'x', 'y')]",
            17,
            "match() takes two arguments",
        ),
        ("$[?match(@.*, 'x')]", 9, "single value"),
        ("$[?match(@.a, @..b)]", 14, "single value"),
        ("$[?match(@.a, 'x')==true]", 3, "are tests"),
        ("$[?true==search(@.a, 'x')]", 9, "are tests"),
        (
            "$[?match(@.a, 'x') && search(@.b, 'a[')]",
            34,
            "no ] for this [ ([ at its character 2)",
        ),
        (
            "$[?length(length(length(length(length(length(length(length(@))))))))>1]",
            59,
            "at most 8",
        ),
        ("$[?@.*==1]", 3, "single value"),
        ("$[?1==@..a]", 6, "single value"),
        ("$[?1]", 3, "alone"),
        ("$[?@.a && 'x']", 10, "alone"),
        ("$[?!1]", 4, "must be followed by"),
        ("$[?!@.a==1]", 7, "expected &&"),
        ("$[?(@.a]", 7, "or )"),
        ("$[?(@.a)==1]", 8, "expected &&"),
        ("$[?@.a==]", 8, "a filter consists of"),
        ("$[?@.a==True]", 8, "a filter consists of"),
        ("$[?]", 3, "a filter consists of"),
        ("$[?@.a==01]", 8, "not a number"),
        ("$[?@.a==1.]", 8, "not a number"),
        ("$[?@.a==1, b]", 11, "expected *"),
        ("$[?((((((((@.a))))))))]", 11, "at most 8"),
    ];
    for (text, at, problem) in cases {
        let error = Path::parse(text).unwrap_err();
        assert!(error.problem.contains(problem), "{text}: {error}");
        assert_eq!(error.at, at, "{text}: {error}");
    }
}

#[test]
fn parses_slices_and_descents() {
    let slice = |start, end, step| Segment::Slice(Slice { start, end, step });
    assert_eq!(segments("$[-1]"), [Segment::Index(-1)]);
    assert_eq!(segments("$[1:5:2]"), [slice(Some(1), Some(5), 2)]);
    assert_eq!(segments("$[ : ]"), [slice(None, None, 1)]);
    assert_eq!(segments("$[::]"), [slice(None, None, 1)]);
    assert_eq!(segments("$[ -2 : \n : -1 ]"), [slice(Some(-2), None, -1)]);
    assert_eq!(segments("$..price"), [Segment::Descend, name("price")]);
    assert_eq!(segments("$..*"), [Segment::Descend, Segment::Wildcard]);
    assert_eq!(
        segments("$ .a ..[ 0 ] ['b']"),
        [name("a"), Segment::Descend, Segment::Index(0), name("b")]
    );
}

#[test]
fn parses_several_selectors_and_names_of_members() {
    assert_eq!(
        segments("$['a', \"b\"]"),
        [Segment::Several([name("a"), name("b")].into())]
    );
    let [
        Segment::Descend,
        Segment::Several(selectors),
        Segment::MemberName,
    ] = &segments("$..[ * , -1 ,\t1:2\n, ?@.a , 'b' ]~")[..]
    else {
        panic!("a descent, several selectors and a name");
    };
    assert_eq!(selectors.len(), 5);
    assert_eq!(
        (&selectors[0], &selectors[4]),
        (&Segment::Wildcard, &name("b"))
    );
    assert_eq!(segments("$['a']~"), [name("a"), Segment::MemberName]);
    // One in brackets is that one.
    assert_eq!(segments("$[ 'a' ]"), segments("$.a"));
}

#[test]
fn functions_are_told_apart_by_what_they_take() {
    for text in [
        "$[?length(@.a) > length($['b'][0])]",
        "$[? length( 'abc' ) == 3]",
        "$[?length(1) == length(null)]",
        "$[?length(value(@..a)) <= 1]",
        "$[?count(@) == 1 && count($..*) != 0 || count(@['a','b',?@.c])>1]",
        "$[?!match(@.a, 'x.*') || search(@.b, $.pattern)]",
        "$[?match(value(@..a), value($..b))]",
        "$[?match('abc', 1)]",
        "$[?@[?match(@ , '[a-z]+' )]]",
        "$[?value(@.a) == value(@['b'])]",
    ] {
        assert!(Path::parse(text).is_ok(), "{text}: {:?}", Path::parse(text));
    }
    assert_eq!(
        segments("$[?match(@ ,\n'a')]"),
        segments("$[?match(@,'a')]")
    );
    assert_ne!(segments("$[?match(@,'a')]"), segments("$[?search(@,'a')]"));
    assert_ne!(segments("$[?match(@,'a')]"), segments("$[?match(@,'b')]"));
}

#[test]
fn white_space_makes_no_other_filter() {
    let spaced = "$[? @.a == 1 && ( @ ['b'] || ! $.c ) && ! ( @.d > -1.5e3 ) ]";
    let compact = "$[?@.a==1&&(@['b']||!$.c)&&!(@.d>-1.5e3)]";
    assert_eq!(segments(spaced), segments(compact));
    assert_ne!(segments(spaced), segments("$[?@.a==1&&(@['b']||!$.c)]"));
}

#[test]
fn slices_pick_as_the_rfc_says() {
    // RFC 9535 §2.3.4.3, over ["a", "b", "c", "d", "e", "f", "g"], and bounds beyond it.
    let cases: [(&str, &[usize]); 12] = [
        ("[1:3]", &[1, 2]),
        ("[5:]", &[5, 6]),
        ("[1:5:2]", &[1, 3]),
        ("[5:1:-2]", &[5, 3]),
        ("[::-1]", &[6, 5, 4, 3, 2, 1, 0]),
        ("[1:3:0]", &[]),
        ("[-2:]", &[5, 6]),
        ("[:-5]", &[0, 1]),
        ("[-100:100:5]", &[0, 5]),
        ("[100:-100:-5]", &[6, 1]),
        ("[3:1]", &[]),
        ("[0:9007199254740991:9007199254740991]", &[0]),
    ];
    for (text, expected) in cases {
        let [Segment::Slice(slice)] = segments(&format!("${text}"))[..] else {
            panic!("{text} is a slice");
        };
        assert_eq!(slice.indexes(7).collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(slice.indexes(0).count(), 0, "{text} of nothing");
    }
}

#[test]
fn a_path_is_as_long_as_messages_are_deep() {
    assert!(Path::parse(&format!("${}", "..a".repeat(128))).is_ok());
    let error = Path::parse(&format!("${}", ".a".repeat(129))).unwrap_err();
    assert_eq!(
        (error.at, error.problem.contains("128")),
        (257, true),
        "{error}"
    );
}

#[test]
fn knows_what_rows_are_made_by() {
    let prefix = |text| Path::parse(text).unwrap().row_prefix().len();
    assert_eq!(prefix("$.a[0][-1].b"), 0);
    assert_eq!(prefix("$.a[*].b"), 2);
    assert_eq!(prefix("$.a[1:].b[?@.c].d.e"), 4);
    assert_eq!(prefix("$..price"), 1);
    assert!(Path::parse("$.a[-1]").unwrap().is_singular());
    assert!(!Path::parse("$..a").unwrap().is_singular());
    for text in [
        "$[0]", "$[-1]", "$[:2]", "$[*]", "$[?@.a]", "$..a", "$[0,1]", "$['a',0]", "$[*]~",
    ] {
        assert!(Path::parse(text).unwrap().begins_in_array(), "{text}");
    }
    assert!(!Path::parse("$.a[0]").unwrap().begins_in_array());
    assert!(!Path::parse("$").unwrap().begins_in_array());
    // An array has no members, so that its items are messages for these too.
    assert!(!Path::parse("$['a','b'].c").unwrap().begins_in_array());
    assert_eq!(
        (prefix("$.a['b','c'].d"), prefix("$.*~"), prefix("$.a.b~")),
        (2, 1, 0)
    );
    assert!(Path::parse("$.a~").unwrap().is_singular());
    assert!(!Path::parse("$['a','b']").unwrap().is_singular());
}

#[test]
fn names_columns() {
    assert_eq!(
        Path::parse("$.updates[*].values[*].value")
            .unwrap()
            .last_name(),
        "value"
    );
    assert_eq!(Path::parse("$.bid[0]").unwrap().last_name(), "0");
    assert_eq!(Path::parse("$.t[*]").unwrap().last_name(), "t");
    assert_eq!(Path::parse("$").unwrap().last_name(), "value");
    assert_eq!(Path::parse("$.bid.price").unwrap().dotted(), "bid.price");
    assert_eq!(Path::parse("$.*~").unwrap().last_name(), "name");
    assert_eq!(
        Path::parse("$.sensors.*~").unwrap().dotted(),
        "sensors.name"
    );
    assert_eq!(Path::parse("$.a['b','c']").unwrap().last_name(), "a");
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = Path::parse(&format!("${text}"));
    }

    #[test]
    fn never_panics_on_its_own_signs(text in "(length|count|value|match|search|\\\\p\\{L|[\\[\\].:*?@$!()&|<>=0-9'\"a\\\\, ~{}+-]){0,40}") {
        let _ = Path::parse(&format!("${text}"));
        let _ = Path::parse(&format!("$[?{text}]"));
    }

    #[test]
    fn reads_back_any_quoted_name(text in any::<String>()) {
        let escaped: String = text.chars().map(|c| match c {
            '\\' | '\'' => format!("\\{c}"),
            '\0'..='\u{1f}' => format!("\\u{:04x}", c as u32),
            c => c.to_string(),
        }).collect();
        prop_assert_eq!(segments(&format!("$['{escaped}']")), vec![name(&text)]);
    }
}
