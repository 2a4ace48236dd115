//! Texts of a data source's settings in which `${token}` and `${options.name}` stand for something.
//!
//! [`settings`](super::settings) checks them, [`session`](crate::session) fills them in before each attempt to connect.

use serde_json::Value;

use crate::error::Error;
use crate::protocol::Params;

/// A part of a text.
enum TextPart<'t> {
    /// As it is written.
    Plain(&'t str),
    /// What stands between `${` and `}`.
    Placeholder(&'t str),
    /// A `${` without an end.
    Unclosed,
}

/// The parts of a text, in order.
fn parts(text: &str) -> Vec<TextPart<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        parts.push(TextPart::Plain(before));
        let Some((name, after)) = after.split_once('}') else {
            parts.push(TextPart::Unclosed);
            return parts;
        };
        parts.push(TextPart::Placeholder(name.trim()));
        rest = after;
    }
    parts.push(TextPart::Plain(rest));
    parts
}

/// Whether the token stands in a text.
pub fn uses_token(text: &str) -> bool {
    let is_token = |part: &TextPart<'_>| matches!(part, TextPart::Placeholder("token"));
    parts(text).iter().any(is_token)
}

/// Checks `text`, the value of `field`, given what the data source tells its preset and whether it has a token.
///
/// # Errors
/// A placeholder that is not closed, not known, or stands for nothing.
pub(super) fn check(
    field: &str,
    text: &str,
    options: &Params,
    has_token: bool,
) -> Result<(), Error> {
    for part in parts(text) {
        let problem = match part {
            TextPart::Plain(_) => continue,
            TextPart::Placeholder("token") if has_token => continue,
            TextPart::Placeholder("token") => {
                "the data source has no token; set token, or take ${token} away".to_owned()
            }
            TextPart::Placeholder(name) => match name.strip_prefix("options.") {
                Some(option) if options.contains_key(option) => continue,
                Some(_) => format!("{name} is not set; set it, or take ${{{name}}} away"),
                None => format!("${{{name}}} stands for nothing; use ${{token}} or ${{options.…}}"),
            },
            TextPart::Unclosed => "${ has no end; write } behind the name".to_owned(),
        };
        return Err(Error::new(field, text, problem));
    }
    Ok(())
}

/// A text with everything filled in.
pub fn fill(text: &str, options: &Params, token: Option<&str>) -> String {
    let mut filled = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            TextPart::Plain(plain) => filled.push_str(plain),
            TextPart::Placeholder("token") => filled.push_str(token.unwrap_or_default()),
            TextPart::Placeholder(name) => {
                let value = name
                    .strip_prefix("options.")
                    .and_then(|name| options.get(name));
                filled.push_str(&value.map(as_text).unwrap_or_default());
            }
            TextPart::Unclosed => debug_assert!(false, "{text} was not checked"),
        }
    }
    filled
}

/// A text as it is, any other value as its JSON.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn options() -> Params {
        serde_json::from_str(r#"{"user":"ann","port":7}"#).unwrap()
    }

    #[test]
    fn stand_for_the_token_and_for_options() {
        let filled = |text| fill(text, &options(), Some("t-1"));
        assert_eq!(filled("${token}"), "t-1");
        assert_eq!(
            filled("a.${ token }.${options.user}:${options.port}"),
            "a.t-1.ann:7"
        );
        assert_eq!(filled("costs $5 {token}"), "costs $5 {token}");
        assert!(uses_token("x${token}") && !uses_token("token") && !uses_token("${options.token}"));
    }

    #[test]
    fn what_stands_for_nothing_is_named() {
        let cases = [
            ("${token}", "has no token"),
            ("${options.pass}", "options.pass is not set"),
            ("${tok}", "${tok} stands for nothing"),
            ("a${token", "has no end"),
        ];
        for (text, says) in cases {
            let error = check("query.key", text, &options(), false).unwrap_err();
            assert_eq!((error.field(), error.value()), ("query.key", text));
            assert!(error.problem().contains(says), "{error}");
        }
        assert!(check("query.key", "${token}${options.user}", &options(), true).is_ok());
    }

    proptest! {
        #[test]
        fn whatever_passes_the_check_can_be_filled_in(text in "(\\$|\\{|\\}|token|options\\.user|x| ){0,8}") {
            if check("f", &text, &options(), true).is_ok() {
                let filled = fill(&text, &options(), Some("T"));
                prop_assert_eq!(filled.contains('T'), uses_token(&text));
            }
        }
    }
}
