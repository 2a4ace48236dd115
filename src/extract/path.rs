//! JSONPath (RFC 9535), the part that picks values: names, indexes, wildcards.

use std::fmt;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// `.name` or `['name']`
    Name(String),
    /// `[0]`
    Index(u32),
    /// `[*]` or `.*`
    Wildcard,
}

/// A parsed JSONPath query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

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

impl Path {
    /// Parses `text`.
    ///
    /// # Errors
    /// When it is not RFC 9535, or uses a construct that is not supported; the
    /// error names the construct and its position.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Parser {
            chars: text.chars().collect(),
            pos: 0,
        }
        .path()
    }

    /// The steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The name a column gets when the query names none: the last name or
    /// index in the path, `value` for `$`.
    pub fn last_name(&self) -> String {
        let named = self.segments.iter().rev().find_map(Segment::name);
        named.unwrap_or_else(|| "value".to_owned())
    }

    /// All names and indexes joined with dots, for names that must differ.
    pub fn dotted(&self) -> String {
        let names: Vec<String> = self.segments.iter().filter_map(Segment::name).collect();
        if names.is_empty() {
            "value".to_owned()
        } else {
            names.join(".")
        }
    }

    /// Whether the first step reads an array: `$[0]`, `$[*]`.
    pub fn begins_in_array(&self) -> bool {
        matches!(
            self.segments.first(),
            Some(Segment::Index(_) | Segment::Wildcard)
        )
    }
}

impl Segment {
    fn name(&self) -> Option<String> {
        match self {
            Self::Name(name) => Some(name.clone()),
            Self::Index(index) => Some(index.to_string()),
            Self::Wildcard => None,
        }
    }
}

struct Parser {
    chars: Vec<char>,
    pos: usize,
}

impl Parser {
    fn path(mut self) -> Result<Path, PathError> {
        if self.next() != Some('$') {
            self.pos = 0;
            return Err(self.error("a path begins with $, as in $.data.price"));
        }
        let mut segments = Vec::new();
        while let Some(c) = self.next() {
            segments.push(match c {
                '.' => self.dot()?,
                '[' => self.bracket()?,
                _ => return Err(self.error_before("expected . or [ here")),
            });
        }
        Ok(Path { segments })
    }

    fn dot(&mut self) -> Result<Segment, PathError> {
        match self.peek() {
            Some('.') => Err(self
                .error_before("the descendant segment .. is not supported; write the names out")),
            Some('*') => {
                self.pos += 1;
                Ok(Segment::Wildcard)
            }
            Some(c) if is_name_first(c) => Ok(Segment::Name(self.shorthand())),
            Some(_) => Err(self
                .error("a name after . begins with a letter or _; write others as ['odd name']")),
            None => Err(self.error("a name is missing after .")),
        }
    }

    fn shorthand(&mut self) -> String {
        let start = self.pos;
        while self
            .peek()
            .is_some_and(|c| is_name_first(c) || c.is_ascii_digit())
        {
            self.pos += 1;
        }
        self.chars[start..self.pos].iter().collect()
    }

    fn bracket(&mut self) -> Result<Segment, PathError> {
        self.spaces();
        let segment = match self.peek() {
            Some('*') => {
                self.pos += 1;
                Segment::Wildcard
            }
            Some(quote @ ('\'' | '"')) => Segment::Name(self.quoted(quote)?),
            Some('0'..='9') => Segment::Index(self.index()?),
            Some('-') => return Err(self.error("negative indexes are not supported")),
            Some('?') => return Err(self.error("filter selectors [?…] are not supported")),
            Some(':') => return Err(self.error("slice selectors [a:b] are not supported")),
            _ => return Err(self.error("expected *, an index or a quoted name in [ ]")),
        };
        self.spaces();
        match self.next() {
            Some(']') => Ok(segment),
            Some(',') => Err(self.error_before(
                "several selectors in one [ ] are not supported; add a field for each",
            )),
            Some(':') => Err(self.error_before("slice selectors [a:b] are not supported")),
            _ => Err(self.error_before("] is missing")),
        }
    }

    fn index(&mut self) -> Result<u32, PathError> {
        let start = self.pos;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.pos += 1;
        }
        let digits: String = self.chars[start..self.pos].iter().collect();
        let leading_zero = digits.len() > 1 && digits.starts_with('0');
        digits
            .parse()
            .ok()
            .filter(|_| !leading_zero)
            .ok_or_else(|| {
                self.pos = start;
                self.error("an index is a whole number without leading zeros")
            })
    }

    fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        let start = self.pos;
        self.pos += 1;
        let mut name = String::new();
        while let Some(c) = self.next() {
            match c {
                c if c == quote => return Ok(name),
                '\\' => name.push(self.escape(quote)?),
                c => name.push(c),
            }
        }
        self.pos = start;
        Err(self.error("the quoted name has no end"))
    }

    /// The escapes of RFC 9535 §2.3.1.1.
    fn escape(&mut self, quote: char) -> Result<char, PathError> {
        match self.next() {
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('/' | '\\')) => Ok(c),
            Some(c) if c == quote => Ok(c),
            Some('u') => self.unicode(),
            _ => Err(self.error_before("unknown escape in a quoted name")),
        }
    }

    fn unicode(&mut self) -> Result<char, PathError> {
        let high = self.unit()?;
        let code = if (0xd800..0xdc00).contains(&high)
            && self.next() == Some('\\')
            && self.next() == Some('u')
        {
            0x1_0000 + ((high - 0xd800) << 10) + self.unit()?.wrapping_sub(0xdc00)
        } else {
            high
        };
        char::from_u32(code).ok_or_else(|| self.error_before("\\u escape of half a surrogate pair"))
    }

    fn unit(&mut self) -> Result<u32, PathError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|c| c.to_digit(16));
            unit = unit * 16
                + digit.ok_or_else(|| self.error_before("\\u takes four hexadecimal digits"))?;
        }
        Ok(unit)
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.pos += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.pos).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.pos += usize::from(c.is_some());
        c
    }

    fn error(&self, problem: &str) -> PathError {
        PathError {
            problem: problem.to_owned(),
            at: self.pos,
        }
    }

    fn error_before(&self, problem: &str) -> PathError {
        PathError {
            problem: problem.to_owned(),
            at: self.pos.saturating_sub(1),
        }
    }
}

/// `name-first` of RFC 9535 §2.5.1.1.
fn is_name_first(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
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
            ("data.p", 0, "begins with $"),
            ("", 0, "begins with $"),
            ("$..p", 1, "descendant"),
            ("$.a[-1]", 4, "negative"),
            ("$.a[1:2]", 5, "slice"),
            ("$.a[:2]", 4, "slice"),
            ("$.a[?@.b]", 4, "filter"),
            ("$.a[0,1]", 5, "several"),
            ("$.a[01]", 4, "leading zeros"),
            ("$.odd-key", 5, "expected . or ["),
            ("$.1", 2, "['odd name']"),
            ("$.", 2, "missing"),
            ("$['a", 2, "no end"),
            ("$[0", 2, "] is missing"),
        ];
        for (text, at, problem) in cases {
            let error = Path::parse(text).unwrap_err();
            assert!(error.problem.contains(problem), "{text}: {error}");
            assert_eq!(error.at, at, "{text}: {error}");
        }
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
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Path::parse(&format!("${text}"));
        }

        #[test]
        fn reads_back_any_quoted_name(text in any::<String>()) {
            let escaped = text.replace('\\', "\\\\").replace('\'', "\\'");
            prop_assert_eq!(segments(&format!("$['{escaped}']")), vec![name(&text)]);
        }
    }
}
