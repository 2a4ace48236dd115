//! InfluxDB line protocol to JSON.
//!
//! `measurement[,tag=value…] field=value[,field=value…] [timestamp]`, one text for each line
//! (docs.influxdata.com, "Line protocol reference"). The timestamp's digits are written as they stand.

use crate::decode::{DecodeError, DecodeErrorKind};
use crate::format::cursor::TextCursor;
use crate::format::documents::{Documents, Mark};
use crate::format::write;

/// What the lines of a text are that hold points, or should.
pub(super) struct PointLines {
    /// The first line that is no point.
    pub(super) result: Result<(), DecodeError>,
    /// Whether the first line that is neither blank nor a comment is one.
    pub(super) begins_with_point: bool,
    /// Whether there is such a line and it is none.
    pub(super) begins_broken: bool,
    /// The last one, if no line break ends it or a quote in it is open.
    pub(super) last: Option<LastLine>,
}

/// A line that may go on in the next message.
#[derive(Clone, Copy)]
pub(super) struct LastLine {
    pub(super) start: usize,
    pub(super) is_point: bool,
    /// The texts as they were before it.
    pub(super) before: Mark,
}

/// Appends a text for each line that holds a point. A line that does not is left out.
pub(super) fn read_lines(text: &str, out: &mut Documents) -> PointLines {
    let mut reader = LineReader::new(text);
    let (mut result, mut first) = (Ok(()), None);
    let (mut open, mut last) = (None, None);
    while reader.next_line() {
        let (start, before) = (reader.cursor.pos, out.mark());
        let point = out.add(|json| reader.point(json));
        let is_point = point.is_ok();
        first.get_or_insert(is_point);
        let line = LastLine {
            start,
            is_point,
            before,
        };
        if let Err(error) = point {
            if error.kind == DecodeErrorKind::TooLarge {
                (result, open, last) = (point, None, None);
                break;
            }
            result = result.and(point);
            if error.kind == not_line_protocol(UNCLOSED) {
                // What follows is a part of the text in the quotes, unless it is a point.
                open.get_or_insert(line);
            }
            reader.skip_line();
        } else {
            open = None;
        }
        last = (!reader.is_at_line_break()).then_some(line);
    }
    PointLines {
        result,
        begins_with_point: first == Some(true),
        begins_broken: first == Some(false),
        last: open.or(last),
    }
}

/// What a text begins with.
pub(super) struct FirstLine {
    pub(super) point: Result<(), DecodeError>,
    /// A line break ends it.
    pub(super) is_ended: bool,
}

impl FirstLine {
    pub(super) fn is_point(&self) -> bool {
        self.point.is_ok()
    }
}

pub(super) fn first_line(text: &str) -> FirstLine {
    let mut reader = LineReader::new(text);
    let point = reader.point(&mut Vec::new());
    let is_open = point.is_err_and(|error| error.kind == not_line_protocol(UNCLOSED));
    let rest = reader.cursor.bytes();
    FirstLine {
        point,
        is_ended: !is_open && memchr::memchr(b'\n', rest).is_some(),
    }
}

/// Whether a message of unknown format is line protocol; its last line may be cut. A measurement with `=` in it is
/// allowed there, but is rather the start of a line of `key=value` pairs.
pub(in crate::format) fn is_influx(text: &str) -> bool {
    let mut out = Documents::default();
    let lines = read_lines(text, &mut out);
    let is_sound = lines.result.is_ok() || lines.is_cut_point(text);
    is_sound
        && !out.is_empty()
        && text.lines().all(|line| {
            let name = line.split([',', ' ']).next().unwrap_or(line);
            line.starts_with('#') || !name.contains('=')
        })
}

impl PointLines {
    /// Whether all but the last line are points, and that has got as far as a `=`.
    fn is_cut_point(&self, text: &str) -> bool {
        let last = self.last.as_ref();
        last.is_some_and(|last| {
            let line = text.get(last.start..).unwrap_or_default();
            let is_only = self.result.is_err_and(|error| error.at >= last.start);
            is_only && line.contains('=')
        })
    }
}

/// A part that ends at one of `ends`; those and nothing else may be escaped in it.
struct Part {
    ends: &'static [u8],
    escapable: &'static [u8],
    missing: &'static str,
}

const MEASUREMENT: Part = Part {
    ends: b", ",
    escapable: b", ",
    missing: "the measurement is missing",
};
const TAG_KEY: Part = Part {
    ends: b"=, ",
    escapable: b",= ",
    missing: "a tag key is missing",
};
const TAG_VALUE: Part = Part {
    ends: b", ",
    escapable: b",= ",
    missing: "a tag value is missing",
};
const FIELD_KEY: Part = Part {
    ends: b"=, ",
    escapable: b",= ",
    missing: "a field key is missing",
};

/// What is missing where a text in quotes does not end.
const UNCLOSED: &str = "a string field has no closing quote";

pub(super) fn not_line_protocol(problem: &'static str) -> DecodeErrorKind {
    DecodeErrorKind::Foreign {
        format: "InfluxDB line protocol",
        problem,
    }
}

struct LineReader<'a> {
    cursor: TextCursor<'a>,
}

impl<'a> LineReader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            cursor: TextCursor::new(text),
        }
    }

    /// Whether a line break stands here, or right before.
    fn is_at_line_break(&self) -> bool {
        let rest = self.cursor.bytes();
        matches!(rest, [b'\n', ..] | [b'\r', b'\n', ..]) || self.cursor.since(0).ends_with('\n')
    }

    fn error(&self, problem: &'static str) -> DecodeError {
        DecodeError::new(not_line_protocol(problem), self.cursor.pos)
    }

    fn at_line_end(&self) -> bool {
        let rest = self.cursor.bytes();
        matches!(rest, [] | [b'\n', ..] | [b'\r', b'\n', ..] | [b'\r'])
    }

    /// Goes to the next line that is neither blank nor a comment; false at the end.
    fn next_line(&mut self) -> bool {
        loop {
            match self.cursor.peek() {
                None => return false,
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.cursor.pos += 1,
                Some(b'#') => self.skip_line(),
                Some(_) => return true,
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.cursor.bytes();
        self.cursor.pos += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    }

    fn spaces(&mut self) {
        while self.cursor.take(b' ') {}
    }

    fn point(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        json.extend_from_slice(b"{\"measurement\":");
        self.part(json, &MEASUREMENT)?;
        json.extend_from_slice(b",\"tags\":{");
        while self.cursor.take(b',') {
            write::comma(json);
            self.part(json, &TAG_KEY)?;
            self.equals(json, "a tag needs = and a value")?;
            self.part(json, &TAG_VALUE)?;
        }
        json.extend_from_slice(b"},\"fields\":{");
        self.fields(json)?;
        json.push(b'}');
        self.timestamp(json)?;
        json.push(b'}');
        Ok(())
    }

    fn equals(&mut self, json: &mut Vec<u8>, problem: &'static str) -> Result<(), DecodeError> {
        if !self.cursor.take(b'=') {
            return Err(self.error(problem));
        }
        json.push(b':');
        Ok(())
    }

    fn fields(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        if !self.cursor.take(b' ') {
            return Err(self.error("the measurement must be followed by a space and fields"));
        }
        self.spaces();
        loop {
            self.part(json, &FIELD_KEY)?;
            self.equals(json, "a field needs = and a value")?;
            self.field_value(json)?;
            if !self.cursor.take(b',') {
                return Ok(());
            }
            json.push(b',');
        }
    }

    /// Reads an unquoted name or tag value and appends it as a string.
    fn part(&mut self, json: &mut Vec<u8>, part: &Part) -> Result<(), DecodeError> {
        let start = self.cursor.pos;
        json.push(b'"');
        while let Some(byte) = self.cursor.peek() {
            if part.ends.contains(&byte) || self.at_line_end() {
                break;
            }
            let next = self.cursor.bytes().get(1);
            let escape = byte == b'\\' && next.is_some_and(|next| part.escapable.contains(next));
            self.cursor.pos += usize::from(escape);
            let rest = self.cursor.rest();
            let length = rest.chars().next().map_or(1, char::len_utf8);
            write::escaped(json, rest.get(..length).unwrap_or_default());
            self.cursor.pos += length;
        }
        json.push(b'"');
        if self.cursor.pos == start {
            return Err(self.error(part.missing));
        }
        Ok(())
    }

    fn field_value(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        if self.cursor.take(b'"') {
            return self.quoted(json);
        }
        let start = self.cursor.pos;
        while !self.at_line_end() && !matches!(self.cursor.peek(), Some(b',' | b' ')) {
            self.cursor.pos += 1;
        }
        let word = self.cursor.since(start);
        if write_word(json, word) {
            return Ok(());
        }
        self.cursor.pos = start;
        Err(self.error("a field value must be a number, a boolean or a quoted string"))
    }

    fn quoted(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        json.push(b'"');
        loop {
            let rest = self.cursor.rest();
            let Some(end) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
                return Err(self.error(UNCLOSED));
            };
            write::escaped(json, rest.get(..end).unwrap_or_default());
            self.cursor.pos += end;
            if self.cursor.take(b'"') {
                json.push(b'"');
                return Ok(());
            }
            // A backslash that escapes neither of the two stands for itself.
            self.cursor.pos += 1;
            match self.cursor.peek() {
                Some(b'"') => json.extend_from_slice(b"\\\""),
                Some(b'\\') => json.extend_from_slice(b"\\\\"),
                _ => {
                    json.extend_from_slice(b"\\\\");
                    continue;
                }
            }
            self.cursor.pos += 1;
        }
    }

    fn timestamp(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        self.spaces();
        if self.at_line_end() {
            return Ok(());
        }
        let start = self.cursor.pos;
        while matches!(self.cursor.peek(), Some(b'-' | b'0'..=b'9')) {
            self.cursor.pos += 1;
        }
        let number = self.cursor.since(start);
        self.spaces();
        let Some(timestamp) = number.parse::<i64>().ok().filter(|_| self.at_line_end()) else {
            self.cursor.pos = start;
            return Err(self.error("the timestamp is not a 64-bit integer"));
        };
        json.extend_from_slice(b",\"timestamp\":");
        write::display(json, timestamp);
        Ok(())
    }
}

/// Appends a number or boolean; false when it is none.
fn write_word(json: &mut Vec<u8>, word: &str) -> bool {
    match word {
        "t" | "T" | "true" | "True" | "TRUE" => json.extend_from_slice(b"true"),
        "f" | "F" | "false" | "False" | "FALSE" => json.extend_from_slice(b"false"),
        _ if write::is_number(word.as_bytes()) => json.extend_from_slice(word.as_bytes()),
        _ => return write_number(json, word),
    }
    true
}

/// Integers with their suffix, and floats that JSON would not take, such as `1.` and `.5`.
fn write_number(json: &mut Vec<u8>, word: &str) -> bool {
    if let Some(integer) = word.strip_suffix('i') {
        let parsed = integer.parse::<i64>();
        return parsed.map(|value| write::display(json, value)).is_ok();
    }
    if let Some(integer) = word.strip_suffix('u') {
        let parsed = integer.parse::<u64>();
        return parsed.map(|value| write::display(json, value)).is_ok();
    }
    // Rust also reads `inf` and `NaN`, which line protocol does not have.
    let plain = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    match word.parse::<f64>() {
        Ok(value) if value.is_finite() && word.bytes().all(plain) => write::float(json, value),
        _ => return false,
    }
    true
}
