//! Paths as people write them.

use crate::format::write;

/// Appends the step to a member: `.name`, or `['odd name']` (RFC 9535 §2.5.1.1 and §2.3.1.1).
pub(super) fn name(path: &mut String, name: &str) {
    let mut chars = name.chars();
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    let is_short =
        chars.next().is_some_and(is_first) && chars.all(|c| is_first(c) || c.is_ascii_digit());
    if is_short {
        path.push('.');
        return path.push_str(name);
    }
    // A JSON string but for its quotes, which are those of RFC 9535 that need no escapes in texts that hold the path.
    let mut quoted = Vec::new();
    write::string(&mut quoted, name);
    let quoted = String::from_utf8_lossy(&quoted);
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    let inner = inner.replace("\\\"", "\"").replace("'", "\\'");
    path.push_str("['");
    path.push_str(&inner);
    path.push_str("']");
}

/// Appends the step to an item: `[0]`.
pub(super) fn index(path: &mut String, index: usize) {
    path.push('[');
    path.push_str(&index.to_string());
    path.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::path::{Path, Segment};
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut path = "$".to_owned();
        name(&mut path, text);
        path
    }

    #[test]
    fn names_are_short_where_they_can_be() {
        let cases = [
            ("temp", "$.temp"),
            ("_a1", "$._a1"),
            ("größe", "$.größe"),
            ("1a", "$['1a']"),
            ("", "$['']"),
            ("odd key", "$['odd key']"),
            ("it's\\\n\u{1}", "$['it\\'s\\\\\\n\\u0001']"),
            ("a.b", "$['a.b']"),
            ("state-x", "$['state-x']"),
        ];
        for (name, path) in cases {
            assert_eq!(written(name), path);
        }
        let mut path = "$".to_owned();
        index(&mut path, 12);
        assert_eq!(path, "$[12]");
    }

    proptest! {
        #[test]
        fn any_name_comes_back(name in any::<String>()) {
            let path = Path::parse(&written(&name)).unwrap();
            prop_assert_eq!(path.segments(), [Segment::Name(name)]);
        }
    }
}
