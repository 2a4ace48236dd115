//! Messages that are read together are what they are one by one, whatever has been read before them, and so are queries.

use super::*;
use proptest::prelude::*;
use proptest::sample::select;

/// What queries ask for.
const FIELDS: [&str; 18] = [
    "[]",
    r#"[{"path":"$"}]"#,
    r#"[{"path":"$","type":"number"}]"#,
    r#"[{"path":"$.a"}]"#,
    r#"[{"path":"$.a"},{"path":"$.b.c"}]"#,
    r#"[{"path":"$.a"},{"path":"$.b"},{"path":"$.b.c"},{"path":"$"}]"#,
    r#"[{"path":"$.a[*]"},{"path":"$.b"}]"#,
    r#"[{"path":"$.a[*].c"},{"path":"$.b"}]"#,
    r#"[{"path":"$[1]"},{"path":"$[-1]"}]"#,
    r#"[{"path":"$[*].a"}]"#,
    r#"[{"path":"$..c"},{"path":"$.a"}]"#,
    r#"[{"path":"$.a[?@.c > 1].c"},{"path":"$.b"}]"#,
    r#"[{"path":"$.a","type":"number"},{"path":"$.b","role":"label"}]"#,
    r#"[{"path":"$.b","role":"label"},{"path":"$.c","role":"id"}]"#,
    r#"[{"path":"$.a[*].b"},{"path":"$.a[*].c","type":"number"},{"path":"$.c"}]"#,
    r#"[{"path":"$[*][0]"},{"path":"$[*][1]","type":"number"}]"#,
    r#"[{"path":"$.a","type":"json"},{"path":"$.b","type":"boolean"}]"#,
    r#"[{"path":"$.a[0:2]"},{"path":"$.b[-1]"}]"#,
];

/// JSON texts of few names and values, so that they are alike now and then. Numbers are written as they would be
/// when they become texts.
fn text() -> impl Strategy<Value = String> {
    let scalar = select(vec![
        "0",
        "1",
        "-2.5",
        "300",
        "\"x\"",
        "\"\"",
        "\"7\"",
        "\"a\\\"b\"",
        "true",
        "false",
        "null",
    ]);
    let leaf = scalar.prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 4, |inner| {
        let name = select(vec!["a", "b", "c"]);
        let space = select(vec!["", "", "", " "]);
        let pairs = prop::collection::btree_map(name, inner.clone(), 0..4);
        let object = (pairs, space).prop_map(|(pairs, space)| {
            let pairs = pairs
                .iter()
                .map(|(name, value)| format!("\"{name}\":{space}{value}"));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        });
        let array = prop::collection::vec(inner, 0..4);
        let array = array.prop_map(|items| format!("[{}]", items.join(",")));
        prop_oneof![3 => object, 1 => array]
    })
}

/// A text, often one of those before, now and then a broken one.
fn messages() -> impl Strategy<Value = Vec<String>> {
    messages_and(vec![
        "",
        "1 2",
        "\"",
        "{\"a\":1}}",
        "nul",
        "{\"a\":1}\n2",
        "{\"a\":nan}",
        "{\"a\"]",
    ])
}

/// The same with these broken ones among them.
fn messages_and(broken: Vec<&'static str>) -> impl Strategy<Value = Vec<String>> {
    let kinds = prop::collection::vec(text(), 1..5);
    kinds.prop_flat_map(move |kinds| {
        let again = select(kinds);
        let broken = select(broken.clone());
        let message = prop_oneof![
            8 => again,
            2 => text(),
            1 => broken.prop_map(str::to_owned),
        ];
        prop::collection::vec(message, 1..40)
    })
}

/// What a panel shows and says, in any order: a field that was found first in a broken message has its place.
fn outcome(feed: &mut Feed, fields: &Projection) -> Vec<String> {
    let mut outcome = shown(feed, fields);
    outcome.extend(feed.told(fields));
    outcome.sort();
    outcome
}

proptest! {
    #[test]
    fn messages_together_are_what_they_are_one_by_one(
        fields in select(FIELDS.to_vec()),
        messages in messages(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (mut together, fields) = chosen(fields);
        let texts: Vec<&str> = messages.iter().map(String::as_str).collect();
        let (first, second) = texts.split_at(cut.index(texts.len() + 1));
        for part in [first, second] {
            if !part.is_empty() {
                send(&mut together, part);
            }
        }
        let mut singly = Feed::new(&fields.reading, 1000, usize::MAX);
        let mut anew = Feed::new(&fields.reading, 1000, usize::MAX);
        for message in &texts {
            send(&mut singly, &[message]);
            // Without what has been learned of the messages before.
            anew.intake.detach(&anew.stream);
            anew.intake.attach(&Format::JSON, None, Rc::clone(&anew.stream));
            send(&mut anew, &[message]);
        }
        let expected = outcome(&mut anew, &fields);
        prop_assert_eq!(outcome(&mut singly, &fields), expected.clone());
        prop_assert_eq!(outcome(&mut together, &fields), expected);
    }

    #[test]
    fn messages_that_end_in_the_middle_are_read_together_as_one_by_one(
        fields in select(FIELDS.to_vec()),
        messages in messages_and(vec!["{", "[1", "{\"a\":", "\"b\":2", "}", "]", ",", "{\"a\":1}{\"b\""]),
    ) {
        let (mut together, fields) = chosen(fields);
        let texts: Vec<&str> = messages.iter().map(String::as_str).collect();
        send(&mut together, &texts);
        let mut singly = Feed::new(&fields.reading, 1000, usize::MAX);
        for message in &texts {
            send(&mut singly, &[message]);
        }
        prop_assert_eq!(outcome(&mut together, &fields), outcome(&mut singly, &fields));
    }

    #[test]
    fn queries_together_are_what_they_are_alone(
        queries in prop::collection::vec(select(FIELDS.to_vec()), 2..4),
        messages in messages(),
    ) {
        let texts: Vec<&str> = messages.iter().map(String::as_str).collect();
        let mut intake = Intake::new(usize::MAX);
        let mut pairs = Vec::new();
        for query in queries {
            let ((alone, fields), (shared, _)) = (chosen(query), chosen(query));
            intake.attach(&Format::JSON, None, Rc::clone(&shared.stream));
            pairs.push((alone, shared, fields));
        }
        intake.receive_texts(texts.join("\u{1e}").as_bytes(), &vec![NOW; texts.len()]);
        for (alone, shared, fields) in &mut pairs {
            send(alone, &texts);
            prop_assert_eq!(outcome(shared, fields), outcome(alone, fields));
        }
    }
}
