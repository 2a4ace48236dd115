use std::time::{Duration, Instant};

use super::*;
use proptest::prelude::*;

fn fits(regex: &str, text: &str) -> bool {
    IRegexp::parse(regex, true).unwrap().fits(text)
}

#[test]
fn fits_whole_texts_or_parts() {
    for (regex, text, whole, part) in [
        ("a.*", "ab", true, true),
        ("a.*", "xab", false, true),
        ("b", "ab", false, true),
        ("a|bc", "bc", true, true),
        ("a|bc", "abc", false, true),
        ("", "", true, true),
        ("", "a", false, true),
        ("()a", "a", true, true),
        ("(ab|c){2}", "abc", true, true),
        ("a{2}", "aaa", false, true),
        ("a{2,}", "aaa", true, true),
        ("a{1,2}", "aaa", false, true),
        ("^ab.*", "abc", true, true),
        ("^b", "ab", false, false),
        (".*bc$", "abc", true, true),
        ("b$", "abc", false, false),
        (".", "\r", false, false),
        (".", "\n", false, false),
        (".", "\u{2028}", true, true),
        ("a.b", "a\u{10101}b", true, true),
        ("[.]", "a", false, false),
        ("a[.b]c", "a.c", true, true),
        ("[^a]", "\n", true, true),
        ("[^a-c]", "b", false, false),
        ("[-a]", "-", true, true),
        ("[a-]", "-", true, true),
        ("[^-]", "-", false, false),
        ("[&&~~a#]+", "&~#a", true, true),
        (r"[\]\[\\\-\^]+", r"]\[-^", true, true),
        (r"a\.c", "abc", false, false),
        (r"\\", r"\", true, true),
        (r"\n\r\t", "\n\r\t", true, true),
        (
            r"\(\)\*\+\-\.\?\[\\\]\^\{\|\}",
            r"()*+-.?[\]^{|}",
            true,
            true,
        ),
        ("#/,:;<=>@_`~ é", "#/,:;<=>@_`~ é", true, true),
        ("[$]", "$", true, true),
        (r"\p{Lu}\p{Ll}+", "Жук", true, true),
        (r"\p{L}+", "abc1", false, true),
        (r"\P{Lu}", "Ж", false, false),
        (r"[\p{Nd}x]+", "1٣x", true, true),
        (r"[^\p{Z}]", "\u{a0}", false, false),
        (r"\p{Zl}", "\u{2028}", true, true),
        (r"[\P{L}a]+", "1a-", true, true),
    ] {
        assert_eq!(fits(regex, text), whole, "match {regex} {text:?}");
        let search = IRegexp::parse(regex, false).unwrap();
        assert_eq!(search.fits(text), part, "search {regex} {text:?}");
    }
}

#[test]
fn matching_takes_no_more_than_linear_time() {
    let text = format!("{}!", "a".repeat(100_000));
    for expression in ["(a+)+", "(a|aa)+", "(a*)*b", "(a|a)*c", "(.*a){9}b"] {
        let start = Instant::now();
        assert!(!fits(expression, &text), "{expression}");
        // With backtracking, this would be longer than anybody waits.
        assert!(start.elapsed() < Duration::from_secs(20), "{expression}");
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    for (regex, problem) in [
        ("a[", "there is no ] for this [ ([ at its character 2)"),
        ("a[^]", "a ] here is written \\]"),
        ("[]a]", "a ] here is written \\]"),
        ("[a-b-c]", "a - here is written \\-"),
        ("[[a]]", "a [ here is written \\["),
        ("é[b-a]", "the range ends before it begins"),
        (r"[a-\p{L}]", "a range ends with a character"),
        ("(a", "there is no ) for this ( (( at its character 1)"),
        ("a)", "there is no ( for this )"),
        (
            "*a",
            "nothing that could be repeated stands before it (* at its character 1)",
        ),
        ("a**", "nothing that could be repeated"),
        ("a+?", "nothing that could be repeated"),
        ("(?:a)", "nothing that could be repeated"),
        ("(?i)a", "nothing that could be repeated"),
        ("^*", "nothing that could be repeated"),
        ("a|*", "nothing that could be repeated"),
        ("{2}", "nothing that could be repeated"),
        ("a{}", "{2,5}"),
        ("a{,2}", "{2,5}"),
        ("a{1,2,3}", "{2,5}"),
        ("a{1", "{2,5}"),
        ("a{x}", "{2,5}"),
        ("a{2,1}", "too large"),
        ("a}", "written \\}"),
        ("a]", "written \\]"),
        (r"\d+", "there is no \\d; write [0-9]"),
        (r"[\w]", "write [A-Za-z0-9_]"),
        (r"\s", "write [ \\t\\r\\n]"),
        (r"\b", "there is no such escape"),
        (r"\1", "there is no such escape"),
        (r"\$", "written [$]"),
        (r"a\", "nothing follows the backslash"),
        (r"\pL", "as in \\p{Lu}"),
        (r"\p{Lx}", "as in \\p{Lu}"),
        (r"\p{Cs}", "as in \\p{Lu}"),
        (r"\p{IsGreek}", "as in \\p{Lu}"),
        (r"\p{L", "as in \\p{Lu}"),
        ("(a{1000}){1000}", "too large"),
        ("a{99999999999}", "too large"),
    ] {
        let error = IRegexp::parse(regex, true).unwrap_err();
        assert!(error.contains(problem), "{regex}: {error}");
    }
    assert!(
        IRegexp::parse(&r"\p{L}".repeat(1000), true)
            .unwrap_err()
            .contains("too large")
    );
    assert!(IRegexp::parse(&"(".repeat(1000), true).is_err());
    let deep = format!("{}a{}", "(".repeat(1000), ")".repeat(1000));
    assert!(
        IRegexp::parse(&deep, true)
            .unwrap_err()
            .contains("too large")
    );
    // What a message holds may be smaller only, and what is no regular expression fits nothing.
    assert!(fits(r"\p{L}\p{L}\p{L}", "abc"));
    assert!(!FoundRegex::new(r"\p{L}\p{L}\p{L}", true).fits("abc"));
    assert!(FoundRegex::new(r"\p{Lu}[a-z]{1,20}", true).fits("Abc"));
    assert!(!FoundRegex::new("a[", false).fits("a["));
}

proptest! {
    #[test]
    fn never_panics(regex in any::<String>(), own in "(\\\\\\\\p\\{L[ul]?\\}|[\\[\\]\\\\(){}|*+?.^$,0-9a-c-]){0,20}") {
        for regex in [regex, own] {
            if let Ok(regex) = IRegexp::parse(&regex, false) {
                regex.fits("aAb1");
            }
        }
    }

    #[test]
    fn a_text_whose_signs_are_escaped_fits_itself_only(text in "[\\PC]{0,10}", other in "[\\PC]{0,10}") {
        let escaped: String = text.chars().map(|c| match c {
            '$' => "[$]".to_owned(),
            c if "()*+-.?[\\]^{|}".contains(c) => format!("\\{c}"),
            c => c.to_string(),
        }).collect();
        let regex = IRegexp::parse(&escaped, true).unwrap();
        prop_assert!(regex.fits(&text), "{}", escaped);
        prop_assert_eq!(regex.fits(&other), text == other);
    }
}
