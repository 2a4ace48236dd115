//! Regular expressions that users write.

use std::hash::{Hash, Hasher};

use regex_lite::{Regex, RegexBuilder};

use crate::error::Error;

/// Most bytes a compiled regular expression may take, about that of a hundred names in alternatives.
/// Matching is linear in the text, but each character may cost as much as the expression is long.
const MAX_REGEX: usize = 1 << 15;

/// A regular expression; its text is what tells it from others.
#[derive(Debug, Clone)]
pub(super) struct RegexPattern {
    text: Box<str>,
    pub(super) regex: Regex,
}

impl RegexPattern {
    /// What it was written as.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The regular expression that `field` of a query holds.
    ///
    /// # Errors
    /// When it is none, or too large.
    pub(super) fn parse(field: &str, text: &str) -> Result<Self, Error> {
        let built = RegexBuilder::new(text).size_limit(MAX_REGEX).build();
        let regex = built.map_err(|error| {
            let problem = format!("not a valid regular expression: {error}");
            Error::new(field, text, problem)
        })?;
        Ok(Self {
            text: text.into(),
            regex,
        })
    }
}

impl PartialEq for RegexPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RegexPattern {}

impl Hash for RegexPattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn matching_takes_no_more_than_linear_time() {
        let text = format!("{}!", "a".repeat(200_000));
        for expression in ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*a){20}b", "(a|a)*c"] {
            let start = Instant::now();
            let pattern = RegexPattern::parse("pattern", &format!("^{expression}")).unwrap();
            assert!(!pattern.regex.is_match(&text), "{expression}");
            // With backtracking, this would be longer than the world lasts.
            assert!(start.elapsed() < Duration::from_secs(20), "{expression}");
        }
    }

    #[test]
    fn an_expression_that_compiles_to_too_much_is_refused() {
        for expression in ["a{1000}{1000}", "((a{50}){50}){50}", "(x|y){20000}"] {
            let error = RegexPattern::parse("pattern", expression).unwrap_err();
            assert_eq!(error.field(), "pattern", "{expression}");
        }
    }
}
