//! Texts to paths: segments and selectors (RFC 9535 §2.3 and §2.5).

use super::cursor::{Cursor, PathError, is_name_first};
use super::segment::{Segment, Slice};
use crate::decode::MAX_DEPTH;

/// A path being read.
#[derive(Debug)]
pub(super) struct Parser {
    pub(super) cursor: Cursor,
    /// Parentheses and filters that are open.
    pub(super) nesting: u32,
}

impl Parser {
    pub(super) fn new(text: &str) -> Self {
        Self {
            cursor: Cursor::new(text),
            nesting: 0,
        }
    }

    /// The segments of a whole path.
    pub(super) fn path(mut self) -> Result<Vec<Segment>, PathError> {
        if !self.cursor.take("$") {
            return Err(self
                .cursor
                .error("a path must begin with $, as in $.data.price"));
        }
        let mut segments = self.segments()?;
        let named = self.cursor.take("~");
        if named && segments.is_empty() {
            let problem = "~ is the name of a member and needs a step before it, as in $.*~";
            return Err(self.cursor.error_before(problem));
        }
        segments.extend(named.then_some(Segment::MemberName));
        match self.cursor.peek() {
            None => Ok(segments),
            Some(_) if named => Err(self
                .cursor
                .error("nothing can follow ~, the name of a member")),
            Some(_) => Err(self.cursor.error("expected . or [ here")),
        }
    }

    /// The segments that follow, with the white space between them; it ends where none begins.
    pub(super) fn segments(&mut self) -> Result<Vec<Segment>, PathError> {
        let mut segments = Vec::new();
        let mut steps = 0;
        loop {
            let end = self.cursor.pos;
            self.cursor.spaces();
            let start = self.cursor.pos;
            match self.cursor.peek() {
                Some('[') => segments.push(self.bracket()?),
                Some('.') if self.cursor.take("..") => {
                    segments.push(Segment::Descend);
                    segments.push(self.descendant()?);
                }
                Some('.') => segments.push(self.dot()?),
                _ => {
                    self.cursor.pos = end;
                    return Ok(segments);
                }
            }
            steps += 1;
            if steps > MAX_DEPTH {
                let problem = format!("a path can have at most {MAX_DEPTH} steps");
                return Err(self.cursor.error_at(start, &problem));
            }
        }
    }

    fn dot(&mut self) -> Result<Segment, PathError> {
        self.cursor.next();
        self.shorthand("a name is missing after .")
    }

    fn descendant(&mut self) -> Result<Segment, PathError> {
        if self.cursor.peek() == Some('[') {
            return self.bracket();
        }
        self.shorthand("a name, * or [ is missing after ..")
    }

    fn shorthand(&mut self, missing: &str) -> Result<Segment, PathError> {
        match self.cursor.peek() {
            Some('*') => {
                self.cursor.next();
                Ok(Segment::Wildcard)
            }
            Some(c) if is_name_first(c) => Ok(Segment::Name(self.cursor.shorthand())),
            Some(_) => Err(self.cursor.error(
                "a name after . must begin with a letter or _; write other names as ['odd name']",
            )),
            None => Err(self.cursor.error(missing)),
        }
    }

    fn bracket(&mut self) -> Result<Segment, PathError> {
        self.cursor.next();
        let mut selectors = Vec::new();
        loop {
            self.cursor.spaces();
            let selector = self.selector()?;
            self.cursor.spaces();
            let problem = match (self.cursor.next(), &selector) {
                (Some(']'), _) if selectors.is_empty() => return Ok(selector),
                (Some(']'), _) => {
                    selectors.push(selector);
                    return Ok(Segment::Several(selectors.into()));
                }
                (Some(','), _) => {
                    selectors.push(selector);
                    continue;
                }
                (Some(_), Segment::Filter(_)) => {
                    "expected &&, || or ] here; comparisons are ==, !=, <, <=, > and >="
                }
                (Some(_), _) => "expected , or ] here",
                (None, _) => return Err(self.cursor.error("] is missing")),
            };
            return Err(self.cursor.error_before(problem));
        }
    }

    fn selector(&mut self) -> Result<Segment, PathError> {
        let cursor = &mut self.cursor;
        match cursor.peek() {
            Some('*') => {
                cursor.next();
                Ok(Segment::Wildcard)
            }
            Some('\'' | '"') => cursor.quoted().map(Segment::Name),
            Some('-' | ':' | '0'..='9') => index_or_slice(cursor),
            Some('?') => {
                cursor.next();
                self.filter().map(Segment::Filter)
            }
            _ => {
                let problem = "expected *, an index, a slice, a filter or a quoted name in [ ]";
                Err(cursor.error(problem))
            }
        }
    }
}

fn index_or_slice(cursor: &mut Cursor) -> Result<Segment, PathError> {
    let start = optional_integer(cursor)?;
    cursor.spaces();
    if !cursor.take(":") {
        // Without a colon the integer is there: the first character was none.
        return Ok(Segment::Index(start.unwrap_or_default()));
    }
    cursor.spaces();
    let end = optional_integer(cursor)?;
    cursor.spaces();
    let mut step = None;
    if cursor.take(":") {
        cursor.spaces();
        step = optional_integer(cursor)?;
    }
    Ok(Segment::Slice(Slice {
        start,
        end,
        step: step.unwrap_or(1),
    }))
}

fn optional_integer(cursor: &mut Cursor) -> Result<Option<i64>, PathError> {
    match cursor.peek() {
        Some('-' | '0'..='9') => cursor.integer().map(Some),
        _ => Ok(None),
    }
}
