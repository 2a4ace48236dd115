//! Regular expressions of RFC 9485 (I-Regexp), for the functions `match()` and `search()` of RFC 9535.
//!
//! One is read by its own grammar and written anew for `regex-lite`, whose matching takes time linear in the text. What is
//! left out of I-Regexp (`\d`, look-around, lazy repetition) is refused instead of meaning something in one place only.
//! `^` and `$` mean the beginning and the end of the text outside of `[ ]`, as the mappings of RFC 9485 §5 have it.

use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::iter::Peekable;
use std::str::CharIndices;

use regex_lite::{Regex, RegexBuilder};

use super::categories;

/// Most bytes that a compiled regular expression may take.
const MAX_COMPILED: usize = 1 << 16;

/// The same for one that stands in a message, where each character of a text may cost as much as it is long.
const MAX_COMPILED_FOUND: usize = 1 << 13;

/// Most bytes that one may take when it is written for `regex-lite`: a category has hundreds of ranges.
const MAX_WRITTEN: usize = 1 << 17;

/// A regular expression, ready to be asked.
#[derive(Debug, Clone)]
pub(crate) struct IRegexp {
    source: Box<str>,
    whole: bool,
    regex: Regex,
}

impl IRegexp {
    /// The regular expression in `source`, which has to fit `whole` texts or a part of them.
    ///
    /// # Errors
    /// When it is none of RFC 9485, or too large; the text says why, and where in it.
    pub(crate) fn parse(source: &str, whole: bool) -> Result<Self, String> {
        Self::bounded(source, whole, MAX_COMPILED)
    }

    fn bounded(source: &str, whole: bool, most: usize) -> Result<Self, String> {
        let mut writer = Writer {
            chars: source.char_indices().peekable(),
            source,
            out: String::new(),
        };
        let problem = |problem: String| format!("not a regular expression of RFC 9485: {problem}");
        writer.expression().map_err(problem)?;
        let written = match whole {
            true => format!(r"\A(?:{})\z", writer.out),
            false => writer.out,
        };
        let built = RegexBuilder::new(&written).size_limit(most).build();
        let regex =
            built.map_err(|error| format!("a regular expression that is too large: {error}"))?;
        Ok(Self {
            source: source.into(),
            whole,
            regex,
        })
    }

    /// Whether it fits `text`.
    pub(crate) fn fits(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

impl PartialEq for IRegexp {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.whole == other.whole
    }
}

impl Eq for IRegexp {}

impl Hash for IRegexp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.source, self.whole).hash(state);
    }
}

/// What stands in a message for a regular expression, and is one or none.
#[derive(Debug)]
pub(crate) struct FoundRegex {
    source: Box<str>,
    whole: bool,
    regex: Option<IRegexp>,
}

impl FoundRegex {
    /// What `source` is, be it to fit `whole` texts or parts of them.
    pub(crate) fn new(source: &str, whole: bool) -> Self {
        Self {
            source: source.into(),
            whole,
            regex: IRegexp::bounded(source, whole, MAX_COMPILED_FOUND).ok(),
        }
    }

    /// Whether it was made of the same.
    pub(crate) fn is(&self, source: &str, whole: bool) -> bool {
        *self.source == *source && self.whole == whole
    }

    /// Whether it fits `text`; what is no regular expression does not.
    pub(crate) fn fits(&self, text: &str) -> bool {
        self.regex.as_ref().is_some_and(|regex| regex.fits(text))
    }
}

/// Reads a regular expression and writes it for `regex-lite`.
struct Writer<'s> {
    chars: Peekable<CharIndices<'s>>,
    source: &'s str,
    out: String,
}

impl Writer<'_> {
    /// `i-regexp` of the grammar (RFC 9485 §3), without recursion: how deep groups may be is for `regex-lite` to say.
    fn expression(&mut self) -> Result<(), String> {
        let mut groups = Vec::new();
        let mut repeatable = false;
        while let Some((at, c)) = self.chars.next() {
            repeatable = match c {
                '(' => {
                    groups.push(at);
                    self.out.push_str("(?:");
                    false
                }
                ')' if groups.pop().is_some() => {
                    self.out.push(')');
                    true
                }
                ')' => return Err(self.problem(at, "there is no ( for this )")),
                '|' => {
                    self.out.push('|');
                    false
                }
                '*' | '+' | '?' | '{' if repeatable => {
                    self.quantifier(c, at)?;
                    false
                }
                '*' | '+' | '?' | '{' => {
                    return Err(self.problem(at, "nothing that could be repeated stands before it"));
                }
                '^' | '$' => {
                    self.out.push(c);
                    false
                }
                _ => {
                    self.atom(c, at)?;
                    true
                }
            };
            if self.out.len() > MAX_WRITTEN {
                return Err(self.problem(at, "it is too large"));
            }
        }
        match groups.pop() {
            None => Ok(()),
            Some(at) => Err(self.problem(at, "there is no ) for this (")),
        }
    }

    fn problem(&self, at: usize, problem: &str) -> String {
        let before = self.source.get(..at).unwrap_or_default();
        let c = self.source.get(at..).unwrap_or_default().chars().next();
        let position = before.chars().count() + 1;
        match c {
            Some(c) => format!("{problem} ({c} at its character {position})"),
            None => format!("{problem} (at its end)"),
        }
    }

    fn quantifier(&mut self, first: char, at: usize) -> Result<(), String> {
        self.out.push(first);
        if first != '{' {
            return Ok(());
        }
        let written = self.out.len();
        let mut commas = 0;
        for (_, c) in self.chars.by_ref() {
            self.out.push(c);
            commas += usize::from(c == ',');
            match c {
                '0'..='9' => {}
                ',' if commas == 1 && self.out.len() > written + 1 => {}
                '}' if self.out.len() > written + 1 => return Ok(()),
                _ => break,
            }
        }
        Err(self.problem(at, "a repetition is written {2}, {2,} or {2,5}"))
    }

    fn atom(&mut self, c: char, at: usize) -> Result<(), String> {
        match c {
            '.' => self.out.push_str(r"[^\n\r]"),
            '[' => self.class(at)?,
            '\\' => match self.escape(at)? {
                Escape::Char(c) => self.char(c),
                Escape::Category(ranges) => {
                    self.out.push('[');
                    self.ranges(&ranges);
                    self.out.push(']');
                }
            },
            ']' | '}' => {
                let problem = format!("a {c} by itself is written \\{c}");
                return Err(self.problem(at, &problem));
            }
            c => self.char(c),
        }
        Ok(())
    }

    /// `charClassExpr`, behind its first bracket.
    fn class(&mut self, at: usize) -> Result<(), String> {
        self.out.push('[');
        if self.chars.next_if(|(_, c)| *c == '^').is_some() {
            self.out.push('^');
        }
        let mut is_empty = true;
        while let Some((here, c)) = self.chars.next() {
            match c {
                ']' if !is_empty => {
                    self.out.push(']');
                    return Ok(());
                }
                '-' if is_empty || self.chars.peek().is_some_and(|(_, c)| *c == ']') => {
                    self.char('-')
                }
                _ => self.class_item(c, here)?,
            }
            is_empty = false;
            if self.out.len() > MAX_WRITTEN {
                return Err(self.problem(here, "it is too large"));
            }
        }
        Err(self.problem(at, "there is no ] for this ["))
    }

    /// `CCE1`: a category, a character, or a range of them.
    fn class_item(&mut self, c: char, at: usize) -> Result<(), String> {
        let first = match self.class_char(c, at)? {
            Escape::Category(ranges) => {
                self.ranges(&ranges);
                return Ok(());
            }
            Escape::Char(first) => first,
        };
        let mut ahead = self.chars.clone();
        let is_range = ahead.next().is_some_and(|(_, c)| c == '-')
            && ahead.next().is_some_and(|(_, c)| c != ']');
        if !is_range {
            self.char(first);
            return Ok(());
        }
        self.chars.next();
        let last = match self.chars.next() {
            Some((at, c)) => self.class_char(c, at)?,
            None => return Err(self.problem(at, "the range has no end")),
        };
        match last {
            Escape::Char(last) if first <= last => {
                self.ranges(&[(first, last)]);
                Ok(())
            }
            Escape::Char(_) => Err(self.problem(at, "the range ends before it begins")),
            Escape::Category(_) => Err(self.problem(at, "a range ends with a character")),
        }
    }

    fn class_char(&mut self, c: char, at: usize) -> Result<Escape, String> {
        match c {
            '\\' => self.escape(at),
            '[' | ']' | '-' => {
                let problem = format!("a {c} here is written \\{c}");
                Err(self.problem(at, &problem))
            }
            c => Ok(Escape::Char(c)),
        }
    }

    /// `SingleCharEsc` or `charClassEsc`, behind its backslash.
    fn escape(&mut self, at: usize) -> Result<Escape, String> {
        let Some((_, c)) = self.chars.next() else {
            return Err(self.problem(at, "nothing follows the backslash"));
        };
        let problem = match c {
            'n' => return Ok(Escape::Char('\n')),
            'r' => return Ok(Escape::Char('\r')),
            't' => return Ok(Escape::Char('\t')),
            '(' | ')' | '*' | '+' | '-' | '.' | '?' | '[' | '\\' | ']' | '^' | '{' | '|' | '}' => {
                return Ok(Escape::Char(c));
            }
            'p' | 'P' => return self.category(c == 'P', at),
            'd' => "there is no \\d; write [0-9]",
            'w' => "there is no \\w; write [A-Za-z0-9_]",
            's' => "there is no \\s; write [ \\t\\r\\n]",
            'D' => "there is no \\D; write [^0-9]",
            'W' => "there is no \\W; write [^A-Za-z0-9_]",
            'S' => "there is no \\S; write [^ \\t\\r\\n]",
            '$' => "a $ is written [$]",
            _ => "there is no such escape; write the character by itself, or in [ ]",
        };
        Err(self.problem(at, problem))
    }

    /// `{Lu}` behind `\p` or `\P`.
    fn category(&mut self, complement: bool, at: usize) -> Result<Escape, String> {
        let mut name = String::new();
        let opened = self.chars.next_if(|(_, c)| *c == '{').is_some();
        while let Some((_, c)) = self
            .chars
            .next_if(|(_, c)| opened && c.is_ascii_alphabetic())
        {
            name.push(c);
        }
        let closed = opened && self.chars.next_if(|(_, c)| *c == '}').is_some();
        let ranges = categories::ranges(&name, complement).filter(|_| closed);
        ranges.map(Escape::Category).ok_or_else(|| {
            let problem =
                "\\p must be followed by a general category of Unicode, as in \\p{Lu} or \\p{L}";
            self.problem(at, problem)
        })
    }

    /// Writes a character that means itself, in `[ ]` and outside.
    fn char(&mut self, c: char) {
        if c.is_ascii_alphanumeric() {
            self.out.push(c);
        } else {
            let _ = write!(self.out, "\\x{{{:x}}}", u32::from(c));
        }
    }

    fn ranges(&mut self, ranges: &[(char, char)]) {
        for (first, last) in ranges {
            self.char(*first);
            self.out.push('-');
            self.char(*last);
        }
    }
}

/// What a backslash and what is behind it mean.
enum Escape {
    Char(char),
    Category(Vec<(char, char)>),
}

#[cfg(test)]
mod tests;
