//! Texts in a message that hold JSON (`parse` of the query model).
//!
//! In goes a message as JSON and the paths of such texts; out comes the message with their JSON in their place, so that
//! paths go on into it. [`intake`](crate::stream::intake) and histories call it before anything else is read.

use std::borrow::Cow;

use super::path::{Path, Segment};
use crate::decode::json::{Scanner, validate};
use crate::decode::text::{Span, unescape};
use crate::decode::{DecodeError, DecodeErrorKind};

/// Whether texts can be found at `path` while a message is read once from front to back.
pub(crate) fn is_findable(path: &Path) -> bool {
    path.segments().iter().all(|segment| match segment {
        Segment::Name(_) | Segment::Wildcard => true,
        Segment::Index(index) => *index >= 0,
        _ => false,
    })
}

/// Appends `message` to `out`, the texts at `paths` replaced by the JSON that they hold. What a text's JSON holds at a
/// longer path is replaced in turn, and so is a text in a text. A text that holds no JSON stays as it is, and so does a
/// message from where it is no JSON.
pub(crate) fn open(message: &[u8], paths: &[Path], out: &mut Vec<u8>) {
    if paths.is_empty() {
        return out.extend_from_slice(message);
    }
    let rests: Vec<Rest<'_>> = paths.iter().map(Path::segments).collect();
    let mut opener = Opener {
        scanner: Scanner::new(message),
        out,
        copied: 0,
    };
    // A message may hold several texts.
    while opener.scanner.peek().is_ok() {
        let (length, copied) = (opener.out.len(), opener.copied);
        if opener.value(&rests, 0).is_err() {
            opener.out.truncate(length);
            opener.copied = copied;
            break;
        }
    }
    let rest = message.get(opener.copied..).unwrap_or_default();
    opener.out.extend_from_slice(rest);
}

/// What is left of a path below the value that is read.
type Rest<'p> = &'p [Segment];

struct Opener<'m, 'o> {
    scanner: Scanner<'m>,
    out: &'o mut Vec<u8>,
    /// So much of the message stands in `out`.
    copied: usize,
}

impl<'m> Opener<'m, '_> {
    fn value(&mut self, rests: &[Rest<'_>], depth: u32) -> Result<(), DecodeError> {
        let ends_here = rests.iter().any(|rest| rest.is_empty());
        match self.scanner.peek()? {
            b'"' if ends_here => self.text(rests, depth),
            b'{' => self.items(b'}', rests, depth),
            b'[' => self.items(b']', rests, depth),
            _ => self.scanner.skip(depth),
        }
    }

    /// Reads an object or an array, whose values may hold texts.
    fn items(&mut self, close: u8, rests: &[Rest<'_>], depth: u32) -> Result<(), DecodeError> {
        let depth = self.scanner.deeper(depth)?;
        let mut more = self.scanner.enter(close)?;
        let mut index = 0;
        while more {
            let name = match close {
                b'}' => {
                    let key = self.scanner.key()?;
                    Some(self.unescaped(key)?)
                }
                _ => None,
            };
            let below = rests.iter().filter_map(|rest| {
                let (segment, below) = rest.split_first()?;
                selects(segment, name.as_deref(), index).then_some(below)
            });
            let below: Vec<Rest<'_>> = below.collect();
            if below.is_empty() {
                self.scanner.skip(depth)?;
            } else {
                self.value(&below, depth)?;
            }
            index += 1;
            more = self.scanner.more(close)?;
        }
        Ok(())
    }

    /// Reads a text, and replaces it if it holds JSON.
    fn text(&mut self, rests: &[Rest<'_>], depth: u32) -> Result<(), DecodeError> {
        let start = self.scanner.offset();
        let span = self.scanner.string()?;
        let text = self.unescaped(span)?;
        let Some(json) = opened(text.trim().as_bytes(), rests, depth) else {
            return Ok(());
        };
        let before = self.scanner.bytes().get(self.copied..start);
        self.out.extend_from_slice(before.unwrap_or_default());
        self.out.extend_from_slice(&json);
        self.copied = self.scanner.offset();
        Ok(())
    }

    fn unescaped(&self, span: Span) -> Result<Cow<'m, str>, DecodeError> {
        let bytes = self.scanner.bytes().get(span.start..span.end);
        let text = str::from_utf8(bytes.unwrap_or_default()).map_err(|error| {
            let at = span.start + error.valid_up_to();
            DecodeError::new(DecodeErrorKind::InvalidUtf8, at)
        })?;
        if !span.escaped {
            return Ok(Cow::Borrowed(text));
        }
        let mut unescaped = String::new();
        unescape(text, &mut unescaped);
        Ok(Cow::Owned(unescaped))
    }
}

/// The JSON of a text with what it holds opened too; `None` if it is none.
fn opened(json: &[u8], rests: &[Rest<'_>], depth: u32) -> Option<Vec<u8>> {
    validate(json).ok()?;
    let mut out = Vec::with_capacity(json.len());
    let mut opener = Opener {
        scanner: Scanner::new(json),
        out: &mut out,
        copied: 0,
    };
    let depth = opener.scanner.deeper(depth).ok()?;
    opener.value(rests, depth).ok()?;
    let copied = opener.copied;
    out.extend_from_slice(json.get(copied..)?);
    Some(out)
}

/// Whether a segment selects a member, which has a name, or an item.
fn selects(segment: &Segment, name: Option<&str>, index: i64) -> bool {
    match (segment, name) {
        (Segment::Wildcard, _) => true,
        (Segment::Name(wanted), Some(name)) => wanted == name,
        (Segment::Index(wanted), None) => *wanted == index,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn opened_at(paths: &[&str], message: &str) -> String {
        let paths: Vec<Path> = paths
            .iter()
            .map(|path| Path::parse(path).unwrap())
            .collect();
        assert!(paths.iter().all(is_findable));
        let mut out = Vec::new();
        open(message.as_bytes(), &paths, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_are_replaced_by_what_they_hold() {
        let cases: [(&[&str], &str, &str); 14] = [
            (
                &["$.payload"],
                r#"{"topic":"a","payload":"{\"temp\":21.5}"}"#,
                r#"{"topic":"a","payload":{"temp":21.5}}"#,
            ),
            (
                &["$.p"],
                r#"{"p":" [1,2] ","q":"[3]"}"#,
                r#"{"p":[1,2],"q":"[3]"}"#,
            ),
            (&["$.p"], r#"{"p":"21.5"}"#, r#"{"p":21.5}"#),
            (&["$.p"], r#"{"p":"on","q":1}"#, r#"{"p":"on","q":1}"#),
            (&["$.p"], r#"{"p":"","q":null}"#, r#"{"p":"","q":null}"#),
            (&["$.p"], r#"{"p":{"a":"1"}}"#, r#"{"p":{"a":"1"}}"#),
            (&["$"], r#""{\"a\":1}""#, r#"{"a":1}"#),
            (
                &["$.*.p"],
                r#"{"a":{"p":"1"},"b":{"p":"2"}}"#,
                r#"{"a":{"p":1},"b":{"p":2}}"#,
            ),
            (
                &["$[1].p"],
                r#"[{"p":"1"},{"p":"2"}]"#,
                r#"[{"p":"1"},{"p":2}]"#,
            ),
            // Nested: by a longer path, and a text in a text.
            (
                &["$.a", "$.a.b"],
                r#"{"a":"{\"b\":\"{\\\"c\\\":1}\"}"}"#,
                r#"{"a":{"b":{"c":1}}}"#,
            ),
            (&["$.a"], r#"{"a":"\"{\\\"b\\\":1}\""}"#, r#"{"a":{"b":1}}"#),
            // Several texts in one message.
            (
                &["$.a"],
                "{\"a\":\"1\"}\n{\"a\":\"2\"}",
                "{\"a\":1}\n{\"a\":2}",
            ),
            // What is no JSON stays, from the text on that is none.
            (
                &["$.a"],
                r#"{"a":"1"} {"a":"2","b":}"#,
                r#"{"a":1} {"a":"2","b":}"#,
            ),
            (
                &["$['ä']"],
                r#"{"\u00e4":"{\"s\":\"\\u00e4\"}"}"#,
                r#"{"\u00e4":{"s":"\u00e4"}}"#,
            ),
        ];
        for (paths, message, expected) in cases {
            assert_eq!(opened_at(paths, message), expected, "{paths:?} {message}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_stays_a_text() {
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        let text = serde_json::to_string(&deep).unwrap();
        let path = format!("$.a{}", "[0]".repeat(60));
        let message = format!("{{\"a\":{}{text}{}}}", "[".repeat(60), "]".repeat(60));
        assert_eq!(opened_at(&[&path], &message), message);
    }

    #[test]
    fn paths_that_would_have_to_look_ahead_are_told() {
        for path in ["$..a", "$[-1]", "$[1:2]", "$[?@.a]"] {
            assert!(!is_findable(&Path::parse(path).unwrap()), "{path}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_tree(inner in any_value(), topic in "[a\"\\\\é]{0,4}") {
            let text = serde_json::to_string(&inner).unwrap();
            let message = json!({ "topic": topic, "payload": text }).to_string();
            let opened: Value = serde_json::from_str(&opened_at(&["$.payload"], &message)).unwrap();
            // A text that holds JSON is opened as well.
            let mut expected = inner;
            while let Value::String(text) = &expected {
                let Ok(value) = serde_json::from_str(text) else { break };
                expected = value;
            }
            prop_assert_eq!(opened, json!({ "topic": topic, "payload": expected }));
        }

        #[test]
        fn any_bytes_are_taken(message in "[{}\\[\\]\",:a1\\\\ ]{0,40}") {
            let opened = opened_at(&["$.a", "$[*]"], &message);
            if validate(message.as_bytes()).is_ok() {
                prop_assert!(validate(opened.as_bytes()).is_ok());
            }
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a1\"{}\\[\\] é\n]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-c]{1}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }
}
