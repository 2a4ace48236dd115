//! The characters of a path, and the tokens of RFC 9535 that need no context.

use std::fmt;

/// Largest integer of an index or slice: RFC 9535 §2.1 keeps to the range of I-JSON (RFC 7493 §2.2).
const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Why a text is not a path that Freshet can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    /// What is wrong, and what would be right.
    pub problem: String,
    /// Character offset into the text, from 0.
    pub at: usize,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at character {})", self.problem, self.at + 1)
    }
}

impl std::error::Error for PathError {}

/// A text read character by character.
#[derive(Debug)]
pub(super) struct Cursor {
    chars: Vec<char>,
    /// The next character.
    pub(super) pos: usize,
}

impl Cursor {
    pub(super) fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            pos: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.pos).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.pos += usize::from(c.is_some());
        c
    }

    /// Takes `token` if exactly it comes next.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let mut rest = self.chars.get(self.pos..).unwrap_or_default().iter();
        let matches = token.chars().all(|c| rest.next() == Some(&c));
        if matches {
            self.pos += token.chars().count();
        }
        matches
    }

    /// Takes characters as long as they are `wanted`.
    pub(super) fn run(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.pos;
        while self.peek().is_some_and(&wanted) {
            self.pos += 1;
        }
        self.chars[start..self.pos].iter().collect()
    }

    pub(super) fn spaces(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.pos += 1;
        }
    }

    pub(super) fn error(&self, problem: &str) -> PathError {
        self.error_at(self.pos, problem)
    }

    pub(super) fn error_before(&self, problem: &str) -> PathError {
        self.error_at(self.pos.saturating_sub(1), problem)
    }

    pub(super) fn error_at(&self, at: usize, problem: &str) -> PathError {
        PathError {
            problem: problem.to_owned(),
            at,
        }
    }

    /// `member-name-shorthand` of RFC 9535 §2.5.1.1, whose first character was seen.
    pub(super) fn shorthand(&mut self) -> String {
        self.run(|c| is_name_first(c) || c.is_ascii_digit())
    }

    /// `int` of RFC 9535 §2.1.
    pub(super) fn integer(&mut self) -> Result<i64, PathError> {
        let start = self.pos;
        let negative = self.take("-");
        let digits = self.run(|c| c.is_ascii_digit());
        let zero_first = digits.starts_with('0') && (negative || digits.len() > 1);
        if digits.is_empty() || zero_first {
            let problem = "an index must be a whole number without leading zeros";
            return Err(self.error_at(start, problem));
        }
        let integer = digits.parse().ok().filter(|i: &i64| *i <= MAX_INTEGER);
        let problem = "an index must be from -9007199254740991 to 9007199254740991";
        let integer = integer.ok_or_else(|| self.error_at(start, problem))?;
        Ok(if negative { -integer } else { integer })
    }

    /// `number` of RFC 9535 §2.3.5.1, as it stands there; its first character was seen.
    pub(super) fn number(&mut self) -> Result<String, PathError> {
        let start = self.pos;
        let digit = |c: char| c.is_ascii_digit();
        self.take("-");
        let whole = self.run(digit);
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        let mut sound = !whole.is_empty() && !leading_zero;
        if self.take(".") {
            sound &= !self.run(digit).is_empty();
        }
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            sound &= !self.run(digit).is_empty();
        }
        if !sound {
            return Err(self.error_at(start, "not a number; write numbers as in JSON"));
        }
        Ok(self.chars[start..self.pos].iter().collect())
    }

    /// A text in the quotes that come next (RFC 9535 §2.3.1.1).
    pub(super) fn quoted(&mut self) -> Result<String, PathError> {
        let start = self.pos;
        let quote = self.next();
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                c if Some(c) == quote => return Ok(text),
                '\\' => text.push(self.escape(quote)?),
                '\0'..='\u{1f}' => {
                    let problem =
                        "a control character in quotes must be escaped, as in \\n or \\u0000";
                    return Err(self.error_before(problem));
                }
                c => text.push(c),
            }
        }
        Err(self.error_at(start, "the closing quote is missing"))
    }

    fn escape(&mut self, quote: Option<char>) -> Result<char, PathError> {
        match self.next() {
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('/' | '\\')) => Ok(c),
            Some(c) if Some(c) == quote => Ok(c),
            Some('u') => self.unicode(),
            _ => Err(self.error_before("unknown escape in quotes")),
        }
    }

    fn unicode(&mut self) -> Result<char, PathError> {
        let high = self.unit()?;
        let mut code = Some(high);
        if (0xd800..0xdc00).contains(&high) && self.take("\\u") {
            let low = self.unit()?;
            let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400);
            code = low.map(|low| 0x1_0000 + ((high - 0xd800) << 10) + low);
        }
        code.and_then(char::from_u32)
            .ok_or_else(|| self.error_before("\\u escape is only half of a surrogate pair"))
    }

    fn unit(&mut self) -> Result<u32, PathError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|c| c.to_digit(16));
            let problem = "\\u needs four hexadecimal digits";
            unit = unit * 16 + digit.ok_or_else(|| self.error_before(problem))?;
        }
        Ok(unit)
    }
}

/// `name-first` of RFC 9535 §2.5.1.1.
pub(super) fn is_name_first(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}
