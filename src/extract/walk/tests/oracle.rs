//! What a walk takes is what a full parse and another implementation of RFC 9535 take, and rows
//! line up as the rule says, for documents and paths of all kinds.

use super::*;
use jsonpath_rust::JsonPath;
use serde_json::{Map, Value};

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2i32..3).prop_map(Value::from),
        (-20i32..30).prop_map(|tenths| Value::from(f64::from(tenths) / 10.0)),
        "[a-c\"\\\\é]{0,2}".prop_map(Value::from),
    ]
}

fn document() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 4, |inner| {
        let members = proptest::collection::vec(("[a-cé\"]", inner.clone()), 0..4);
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn singular() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c]".prop_map(|name| format!(".{name}")),
        1 => Just("['é']".to_owned()),
        1 => Just("[\"\\\"\"]".to_owned()),
        2 => (-3i8..4).prop_map(|index| format!("[{index}]")),
    ]
}

fn slice() -> impl Strategy<Value = String> {
    let bound = || prop_oneof![Just(String::new()), (-5i8..6).prop_map(|i| i.to_string())];
    (bound(), bound(), bound()).prop_map(|(start, end, step)| format!("[{start}:{end}:{step}]"))
}

fn several() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("[*]".to_owned()),
        1 => Just(".*".to_owned()),
        2 => slice(),
        2 => list(),
    ]
}

/// Several selectors in one bracket.
fn list() -> impl Strategy<Value = String> {
    let selector = prop_oneof![
        3 => "'[a-c]'",
        2 => (-3i8..4).prop_map(|index| index.to_string()),
        1 => Just("*".to_owned()),
        1 => slice().prop_map(|slice| slice[1..slice.len() - 1].to_owned()),
        1 => Just("?@.a".to_owned()),
    ];
    proptest::collection::vec(selector, 2..4)
        .prop_map(|selectors| format!("[{}]", selectors.join(" , ")))
}

/// The rest of a path after its root, `depth` filters deep at most.
fn steps(depth: u32) -> BoxedStrategy<String> {
    let mut kinds = vec![(6, singular().boxed()), (2, several().boxed())];
    if depth > 0 {
        let filter = || condition(depth - 1).prop_map(|c| format!("[?{c}]"));
        kinds.push((2, filter().boxed()));
        // The other implementation goes through all of a descent for each of several selectors; RFC 9535 §2.5.2.2
        // has all of them for each value. How rows are lined up is tested with both.
        let below = prop_oneof![
            "[a-c]",
            Just("*".to_owned()),
            "\\[-?1\\]",
            slice(),
            filter()
        ];
        kinds.push((1, below.prop_map(|below| format!("..{below}")).boxed()));
    }
    let kind = proptest::strategy::Union::new_weighted(kinds);
    proptest::collection::vec(kind, 0..4)
        .prop_map(|steps| steps.concat())
        .boxed()
}

fn condition(depth: u32) -> BoxedStrategy<String> {
    let literal = prop_oneof![
        (-2i32..3).prop_map(|i| i.to_string()),
        Just("0.5".to_owned()),
        Just("1e0".to_owned()),
        Just("'a'".to_owned()),
        Just("\"\"".to_owned()),
        Just("true".to_owned()),
        Just("null".to_owned()),
    ];
    let root = prop_oneof![3 => Just("@"), 1 => Just("$")];
    let query = (root, proptest::collection::vec(singular(), 0..3))
        .prop_map(|(root, steps)| format!("{root}{}", steps.concat()))
        .boxed();
    // Not `count`: for the other implementation it is nothing where nothing is selected, and not 0; see the tests of our own.
    let function = prop_oneof![
        query.clone().prop_map(|query| format!("length({query})")),
        steps(0).prop_map(|steps| format!("length(value(@{steps}))")),
    ];
    let regex = (
        any::<bool>(),
        query.clone(),
        "[a.]{0,2}|\\[\\^é\\]|a?[bc]+|\\\\\\\\p\\{L\\}",
    )
        .prop_map(|(whole, query, regex)| {
            let name = if whole { "match" } else { "search" };
            format!("{name}({query}, '{regex}')")
        });
    let value = prop_oneof![1 => literal, 2 => query].boxed();
    let side = prop_oneof![6 => value.clone(), 1 => function].boxed();
    let sign = prop_oneof![
        Just("=="),
        Just("!="),
        Just("<"),
        Just("<="),
        Just(">"),
        Just(">=")
    ];
    let comparison = (side, sign, value, any::<bool>()).prop_map(|(a, sign, b, swap)| match swap {
        true => format!("{b} {sign} {a}"),
        false => format!("{a} {sign} {b}"),
    });
    let test = (any::<bool>(), any::<bool>(), steps(depth)).prop_map(|(not, root, steps)| {
        // The other implementation takes a filter right on `@` for a truth value; see the test of our own.
        let filters_itself = steps.starts_with("[?") || steps.starts_with("..[?");
        let root = if root || filters_itself { "$" } else { "@" };
        format!("{}{root}{steps}", if not { "!" } else { "" })
    });
    prop_oneof![6 => comparison, 2 => test, 1 => regex]
        .prop_recursive(2, 4, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} && {b}")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} || {b}")),
                inner.prop_map(|a| format!("!({a})")),
            ]
        })
        .boxed()
}

fn path() -> impl Strategy<Value = String> {
    steps(2).prop_map(|steps| format!("${steps}"))
}

fn parsed(texts: &[String]) -> Vec<Path> {
    let parse = |text: &String| Path::parse(text).unwrap();
    texts.iter().map(parse).collect()
}

/// The document, with its value number `index` replaced.
fn mutated(mut document: Value, index: usize, by: &Value) -> Value {
    fn visit(value: &mut Value, left: &mut usize, by: &Value) {
        if *left == 0 {
            *value = by.clone();
        }
        *left = left.wrapping_sub(1);
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| visit(item, left, by)),
            Value::Object(members) => members.values_mut().for_each(|item| visit(item, left, by)),
            _ => {}
        }
    }
    visit(&mut document, &mut { index }, by);
    document
}

/// The cell as a value; numbers as `f64`, as all are compared.
fn as_value(cell: &Cell, message: &str) -> Option<Value> {
    let json = match *cell {
        Cell::Missing => return None,
        Cell::Text { start, end, .. } => message[start as usize - 1..=end as usize].to_owned(),
        _ => show(cell, message),
    };
    Some(as_doubles(&serde_json::from_str(&json).unwrap()))
}

pub(super) fn as_doubles(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64().unwrap()),
        Value::Array(items) => items.iter().map(as_doubles).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(k, v)| (k.clone(), as_doubles(v)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

pub(super) type Row = Vec<Option<Value>>;

/// Its number and its path.
type Column<'s> = (usize, &'s [Step]);

pub(super) fn values(program: &mut Program, message: &str) -> Vec<Row> {
    let rows = walked(program, message).unwrap();
    rows.iter()
        .map(|row| row.iter().map(|cell| as_value(cell, message)).collect())
        .collect()
}

/// The same document, now and again, with another in between: what rows looked like is learnt.
fn passes(document: &Value, other: &Value) -> Vec<(Value, String)> {
    let mut passes = Vec::new();
    for document in [document, document, other, document, other, other] {
        passes.push((document.clone(), document.to_string()));
        passes.push((
            document.clone(),
            serde_json::to_string_pretty(document).unwrap(),
        ));
    }
    passes
}

/// One step of a path, as text.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    One(String),
    Several(String),
    Below,
}

impl Step {
    fn text(&self) -> &str {
        match self {
            Self::One(text) | Self::Several(text) => text,
            Self::Below => "",
        }
    }
}

/// Paths that share much, as those of a query do; filters ask about `@` only, so that the model can ask
/// them of a value alone.
fn related_path() -> impl Strategy<Value = Vec<Step>> {
    let one = || {
        let one = prop_oneof![4 => "[.][ab]", 1 => "\\[(0|-1)\\]"];
        one.prop_map(|text| vec![Step::One(text)])
    };
    let several = prop_oneof![
        4 => Just("[*]"), 1 => Just("[:2]"), 1 => Just("[::-1]"), 1 => Just("[?@.a]"), 1 => Just("[?@ != 1]"),
        2 => Just("['b','a']"), 1 => Just("[1,'a',0]")
    ];
    let several = several.prop_map(|text| vec![Step::Several(text.to_owned())]);
    let below = prop_oneof![3 => Just(Step::One("['c']".to_owned())), 1 => Just(Step::Several("[*]".to_owned())),
        1 => Just(Step::Several("['c','a']".to_owned()))];
    let below = below.prop_map(|step| vec![Step::Below, step]);
    let step = prop_oneof![5 => one(), 3 => several, 1 => below];
    proptest::collection::vec(step, 0..4).prop_map(|steps| steps.concat())
}

fn path_text(steps: &[Step]) -> String {
    let text = |(i, step): (usize, &Step)| {
        let after_descent = i > 0 && steps[i - 1] == Step::Below;
        assert!(!after_descent || step.text().starts_with('['));
        if *step == Step::Below {
            "..".to_owned()
        } else {
            step.text().to_owned()
        }
    };
    format!(
        "${}",
        steps.iter().enumerate().map(text).collect::<String>()
    )
}

/// What steps without a descent select of a value.
fn select<'v>(steps: &[Step], value: &'v Value) -> Vec<&'v Value> {
    let text: String = steps.iter().map(Step::text).collect();
    value.query(&format!("${text}")).unwrap()
}

/// The value and all that is in it, each before what is in it.
fn below(value: &Value) -> Vec<&Value> {
    let inner: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    };
    let inner = inner.into_iter().flat_map(below);
    std::iter::once(value).chain(inner).collect()
}

/// Whether null stands where `steps` go on, up to and including the last of them.
fn meets_null(steps: &[Step], value: &Value) -> bool {
    (0..steps.len()).any(|end| select(&steps[..end], value) == [&Value::Null])
}

fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by_cached_key(Value::to_string);
    values
}

/// The rule by which rows are lined up, written down once more: a value is one row, or its rows are
/// those of what its segments for several values select, side by side, with its own values repeated. Where there
/// are none since null stands in the place of such values, the own values are a row. Says whether null did.
fn aligned(paths: &[Column<'_>], width: usize, value: &Value) -> (Vec<Row>, bool) {
    let mut own: Row = vec![None; width];
    let mut groups: Vec<(&[Step], Vec<Column<'_>>)> = Vec::new();
    for (column, steps) in paths {
        match steps.iter().position(|step| !matches!(step, Step::One(_))) {
            None => own[*column] = select(steps, value).first().map(|value| as_doubles(value)),
            Some(several) => {
                let (prefix, rest) = steps.split_at(several + 1);
                match groups.iter_mut().find(|(known, _)| *known == prefix) {
                    Some((_, members)) => members.push((*column, rest)),
                    None => groups.push((prefix, vec![(*column, rest)])),
                }
            }
        }
    }
    if groups.is_empty() {
        return (vec![own], false);
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut null = false;
    for (prefix, members) in &groups {
        let splits = members
            .iter()
            .any(|(_, rest)| rest.iter().any(|step| !matches!(step, Step::One(_))));
        let descends = prefix.last() == Some(&Step::Below);
        null |= meets_null(prefix, value);
        let mut selected = select(prefix, value);
        if descends {
            selected = selected.into_iter().flat_map(below).collect();
            selected.retain(|value| value.is_array() || value.is_object());
        }
        let mut at = 0;
        for value in selected {
            let (inner, inner_null) = aligned(members, width, value);
            null |= inner_null;
            for row in inner {
                if descends && !splits && row.iter().all(Option::is_none) {
                    continue;
                }
                rows.resize(rows.len().max(at + 1), vec![None; width]);
                members
                    .iter()
                    .for_each(|(column, _)| rows[at][*column] = row[*column].clone());
                at += 1;
            }
        }
    }
    if rows.is_empty() && null && own.iter().any(Option::is_some) {
        rows.push(vec![None; width]);
    }
    for row in &mut rows {
        row.iter_mut()
            .zip(&own)
            .filter(|(_, own)| own.is_some())
            .for_each(|(cell, own)| cell.clone_from(own));
    }
    (rows, null)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn selects_what_a_full_parse_selects(
        document in document(), text in path(), at in 0usize..8, by in leaf(),
    ) {
        let path = Path::parse(&text).unwrap();
        let mut program = Program::new(std::slice::from_ref(&path));
        program.array_is_rows = false;
        for (document, message) in passes(&document, &mutated(document.clone(), at, &by)) {
            let ours: Vec<Value> = values(&mut program, &message).into_iter().filter_map(|mut row| row.remove(0)).collect();
            let document = as_doubles(&document);
            let theirs: Vec<Value> = document.query(&text).unwrap().into_iter().cloned().collect();
            // In whatever order: the other implementation has that of the selectors first, and not that of the values. The
            // compliance suite holds ours.
            prop_assert_eq!(sorted(ours), sorted(theirs), "{} of {}", text, message);
        }
    }

    #[test]
    fn lines_rows_up_by_the_rule(
        document in document(), paths in proptest::collection::vec(related_path(), 1..5), at in 0usize..8, by in leaf(),
    ) {
        let texts: Vec<String> = paths.iter().map(|steps| path_text(steps)).collect();
        let parsed = parsed(&texts);
        let columns: Vec<(usize, &[Step])> = paths.iter().map(Vec::as_slice).enumerate().collect();
        let mut program = Program::new(&parsed);
        program.array_is_rows = false;
        for (document, message) in passes(&document, &mutated(document.clone(), at, &by)) {
            let (expected, _) = aligned(&columns, paths.len(), &as_doubles(&document));
            prop_assert_eq!(values(&mut program, &message), expected, "{:?} of {}", texts, message);
        }
    }

    #[test]
    fn never_panics(message in any::<Vec<u8>>(), texts in proptest::collection::vec(path(), 0..4)) {
        let Ok(message) = String::from_utf8(message) else { return Ok(()) };
        let paths = parsed(&texts);
        let _ = walked(&mut Program::new(&paths), &message);
        let _ = walked(&mut Program::inferred(&[]), &message);
    }

    #[test]
    fn broken_documents_are_refused_as_a_parser_does(
        document in document(), texts in proptest::collection::vec(path(), 1..4), at in any::<proptest::sample::Index>(), by in "[\\[\\]{},:\"a1 ]?",
    ) {
        let paths = parsed(&texts);
        let mut message: Vec<char> = document.to_string().chars().collect();
        let at = at.index(message.len());
        message.splice(at..=at, by.chars());
        let message: String = message.into_iter().collect();
        let sound = serde_json::from_str::<Value>(&message).is_ok();
        prop_assert_eq!(walked(&mut Program::new(&paths), &message).is_ok(), sound, "{:?} of {}", texts, message);
    }
}
