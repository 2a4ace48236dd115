//! The frames of STOMP 1.2 (stomp.github.io, "STOMP Protocol Specification, Version 1.2").
//!
//! In go messages as they came, which may cut or join frames anywhere; out come whole frames, one by one.

use std::borrow::Cow;
use std::str;

use crate::decode::{DecodeError, DecodeErrorKind};

/// The most bytes of a command and its headers that are waited for.
pub(super) const LONGEST_HEAD: usize = 64 * 1024;

/// A frame of the server.
#[derive(Debug)]
pub(super) struct StompFrame<'a> {
    pub(super) command: &'a str,
    /// In order; of those that are repeated the first counts.
    pub(super) headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) body: &'a [u8],
}

impl StompFrame<'_> {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_ref())
    }
}

/// What of the bytes to come belongs to a frame that is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum PassOver {
    #[default]
    Nothing,
    Bytes(usize),
    ToNul,
}

/// Puts frames together.
#[derive(Debug, Default)]
pub(super) struct FrameReader {
    /// The beginning of a frame that is not whole yet.
    waiting: Vec<u8>,
    /// How many of these bytes are known not to hold the end of the frame.
    searched: usize,
    pass_over: PassOver,
    max_bytes: usize,
}

/// A frame, and how many bytes it took.
type Whole<'a> = (StompFrame<'a>, usize);

/// Command and headers, and where the body begins.
type Head<'a> = (StompFrame<'a>, usize);

impl FrameReader {
    /// For bodies of at most `max_bytes`.
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            ..Self::default()
        }
    }

    /// Forgets what waits: a new connection begins with a new frame.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.max_bytes);
    }

    /// Hands each whole frame to `take`. Frames that cannot be read are left out, and the first of them is the error.
    pub(super) fn read(
        &mut self,
        message: &[u8],
        take: &mut dyn FnMut(&StompFrame<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let had = !waiting.is_empty();
        if had {
            waiting.extend_from_slice(message);
        }
        let input = if had { waiting.as_slice() } else { message };
        let (taken, result) = self.read_whole(input, take);
        if had {
            waiting.drain(..taken.min(waiting.len()));
        } else {
            waiting.extend_from_slice(message.get(taken..).unwrap_or_default());
        }
        self.waiting = waiting;
        result
    }

    /// Reads what is whole and returns how many bytes that were.
    fn read_whole(
        &mut self,
        input: &[u8],
        take: &mut dyn FnMut(&StompFrame<'_>) -> Result<(), DecodeError>,
    ) -> (usize, Result<(), DecodeError>) {
        let (mut pos, mut result) = (0, Ok(()));
        loop {
            pos += self.passed_over(input.get(pos..).unwrap_or_default());
            let rest = input.get(pos..).unwrap_or_default();
            let read = match self.frame(rest) {
                Ok(None) => break,
                Ok(Some((frame, length))) => take(&frame).map(|()| length).map_err(|e| (e, length)),
                // What is passed over was noted.
                Err(error) => Err((error, 0)),
            };
            self.searched = 0;
            pos += read.unwrap_or_else(|(error, length)| {
                result = result.and(Err(DecodeError::new(error.kind, pos)));
                length
            });
        }
        (pos, result)
    }

    /// How many of the next bytes are no part of a frame that is read: line ends between frames, which are heart-beats,
    /// and what belongs to one that is left out.
    fn passed_over(&mut self, rest: &[u8]) -> usize {
        let passed = match self.pass_over {
            PassOver::Nothing => 0,
            PassOver::Bytes(count) => {
                let passed = count.min(rest.len());
                if passed < count {
                    self.pass_over = PassOver::Bytes(count - passed);
                    return passed;
                }
                passed
            }
            PassOver::ToNul => match memchr::memchr(0, rest) {
                Some(nul) => nul + 1,
                None => return rest.len(),
            },
        };
        self.pass_over = PassOver::Nothing;
        let gap = rest.get(passed..).unwrap_or_default();
        let is_gap = |byte: &&u8| matches!(byte, b'\n' | b'\r');
        passed + gap.iter().take_while(is_gap).count()
    }

    /// The frame that `rest` begins with, if it is whole. One that cannot be read is passed over.
    fn frame<'a>(&mut self, rest: &'a [u8]) -> Result<Option<Whole<'a>>, DecodeError> {
        let head = head(rest).inspect_err(|_| self.pass_over = PassOver::ToNul)?;
        let Some((mut frame, start)) = head else {
            return Ok(None);
        };
        let length = frame.header("content-length").map(str::trim);
        let length = match length.map(str::parse::<usize>) {
            Some(Ok(length)) => Some(length),
            Some(Err(_)) => {
                self.pass_over = PassOver::ToNul;
                return Err(error("content-length is not a number"));
            }
            None => None,
        };
        let end = match length {
            Some(length) if length > self.max_bytes => {
                self.pass_over = PassOver::Bytes(start.saturating_add(length).saturating_add(1));
                return Err(too_large());
            }
            Some(length) => start + length,
            None => {
                let from = start.max(self.searched);
                let found = memchr::memchr(0, rest.get(from..).unwrap_or_default());
                let body = found.map_or(rest.len(), |at| from + at) - start;
                if body > self.max_bytes {
                    self.pass_over = PassOver::ToNul;
                    return Err(too_large());
                }
                self.searched = rest.len();
                start + body
            }
        };
        match rest.get(end) {
            Some(0) => {
                frame.body = rest.get(start..end).unwrap_or_default();
                Ok(Some((frame, end + 1)))
            }
            Some(_) => {
                self.pass_over = PassOver::ToNul;
                Err(error("the body does not match its content-length"))
            }
            None => Ok(None),
        }
    }
}

/// The head that `rest` begins with, if it is whole.
fn head(rest: &[u8]) -> Result<Option<Head<'_>>, DecodeError> {
    let mut lines = HeadLines { rest, pos: 0 };
    let Some(command) = lines.next_line()? else {
        return Ok(None);
    };
    // Servers do not escape these, for those who speak 1.0.
    let is_escaped = command != "CONNECTED";
    let mut headers = Vec::new();
    loop {
        match lines.next_line()? {
            None => return Ok(None),
            Some("") => break,
            Some(line) => {
                let pair = line.split_once(':');
                let (name, value) = pair.ok_or_else(|| error("a header has no colon"))?;
                headers.push(match is_escaped {
                    true => (unescaped(name)?, unescaped(value)?),
                    false => (Cow::Borrowed(name), Cow::Borrowed(value)),
                });
            }
        }
    }
    let frame = StompFrame {
        command,
        headers,
        body: &[],
    };
    Ok(Some((frame, lines.pos)))
}

/// The lines of a head.
struct HeadLines<'a> {
    rest: &'a [u8],
    pos: usize,
}

impl<'a> HeadLines<'a> {
    /// The next line without its end, if that has come.
    fn next_line(&mut self) -> Result<Option<&'a str>, DecodeError> {
        let rest = self.rest.get(self.pos..).unwrap_or_default();
        let end = memchr::memchr2(b'\n', 0, rest);
        if self.pos + end.unwrap_or(rest.len()) > LONGEST_HEAD {
            return Err(error("the headers are too long"));
        }
        let Some(end) = end else {
            return Ok(None);
        };
        if rest.get(end) == Some(&0) {
            return Err(error("the frame ends before its headers do"));
        }
        self.pos += end + 1;
        let line = rest.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = str::from_utf8(line).map_err(|_| error("a header is not UTF-8"))?;
        Ok(Some(line))
    }
}

pub(super) fn not_stomp(problem: &'static str) -> DecodeErrorKind {
    DecodeErrorKind::Foreign {
        format: "STOMP frame",
        problem,
    }
}

pub(super) fn error(problem: &'static str) -> DecodeError {
    DecodeError::new(not_stomp(problem), 0)
}

fn too_large() -> DecodeError {
    DecodeError::new(DecodeErrorKind::TooLarge, 0)
}

/// Name or value of a header; other escapes than these four are an error (STOMP 1.2, "Value Encoding").
fn unescaped(text: &str) -> Result<Cow<'_, str>, DecodeError> {
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('c') => ':',
                Some('\\') => '\\',
                _ => return Err(error("a header has an unknown escape")),
            },
            other => other,
        });
    }
    Ok(Cow::Owned(plain))
}

/// A frame without a body. The headers of `CONNECT` are not escaped, so that what would end a line is left out of them.
pub(super) fn frame(command: &str, headers: &[(&str, &str)]) -> String {
    let is_escaped = command != "CONNECT";
    let mut frame = format!("{command}\n");
    for (name, value) in headers {
        frame.push_str(name);
        frame.push(':');
        for c in value.chars() {
            match c {
                '\0' => {}
                '\\' | '\n' | '\r' | ':' if is_escaped => {
                    frame.push('\\');
                    frame.push(match c {
                        '\n' => 'n',
                        '\r' => 'r',
                        ':' => 'c',
                        other => other,
                    });
                }
                '\n' | '\r' => {}
                other => frame.push(other),
            }
        }
        frame.push('\n');
    }
    frame.push_str("\n\0");
    frame
}
