//! What is wrong with something the user set.

use std::fmt;

/// A setting that cannot be used: it names the field, shows the value and says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    field: String,
    value: String,
    problem: String,
    /// What is to be filled in, by the name that people know; `None` when something is there.
    missing: Option<String>,
}

/// Characters of a value that an error shows.
const SHOWN: usize = 80;

impl Error {
    /// The error that `field` is set to `value`, and what is wrong with that.
    pub fn new(
        field: impl Into<String>,
        value: impl fmt::Display,
        problem: impl Into<String>,
    ) -> Self {
        let value = value.to_string();
        let value = match value.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value,
        };
        Self {
            field: field.into(),
            value,
            problem: problem.into(),
            missing: None,
        }
    }

    /// The error that nothing stands in `field`, which people know as `name`; `more` goes on after "is missing".
    pub fn missing(field: impl Into<String>, name: &str, more: &str) -> Self {
        Self {
            missing: Some(name.to_owned()),
            ..Self::new(field, "", format!("{name} is missing{more}"))
        }
    }

    /// What is to be done before anything can come, as a sentence.
    pub fn demand(&self) -> String {
        match &self.missing {
            Some(name) => format!("Fill in {name} first."),
            None => format!("{self}."),
        }
    }

    /// The name of the field, as in the query model.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What it is set to, shortened if long.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What is wrong with that, and what would be right.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.missing {
            Some(_) => write!(f, "{} ({})", self.problem, self.field),
            None => write!(f, "{} is \"{}\": {}", self.field, self.value, self.problem),
        }
    }
}

impl std::error::Error for Error {}
