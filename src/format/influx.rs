//! InfluxDB line protocol to JSON.
//!
//! `measurement[,tag=value…] field=value[,field=value…] [timestamp]`, one text for each line
//! (docs.influxdata.com, "Line protocol reference"). The timestamp's digits are written as they stand.

use super::cursor::TextCursor;
use super::documents::Documents;
use super::write;
use crate::decode::{DecodeError, DecodeErrorKind};

/// Appends a text for each line that holds a point. A line that does not is left out, and the first such
/// one is the error.
pub(super) fn decode(text: &str, out: &mut Documents) -> Result<(), DecodeError> {
    let mut reader = LineReader {
        cursor: TextCursor::new(text),
    };
    let mut result = Ok(());
    out.hold_points();
    while reader.next_line() {
        let point = out.add(|json| reader.point(json));
        if let Err(error) = point {
            if error.kind == DecodeErrorKind::TooLarge {
                return point;
            }
            reader.skip_line();
            result = result.and(point);
        }
    }
    result
}

/// Whether a message of unknown format is line protocol. A measurement with `=` in it is allowed there,
/// but is rather the start of a line of `key=value` pairs.
pub(super) fn is_influx(text: &str) -> bool {
    let mut out = Documents::default();
    decode(text, &mut out).is_ok()
        && !out.is_empty()
        && text.lines().all(|line| {
            let name = line.split([',', ' ']).next().unwrap_or(line);
            line.starts_with('#') || !name.contains('=')
        })
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

fn not_line_protocol(problem: &'static str) -> DecodeErrorKind {
    DecodeErrorKind::Foreign {
        format: "InfluxDB line protocol",
        problem,
    }
}

struct LineReader<'a> {
    cursor: TextCursor<'a>,
}

impl<'a> LineReader<'a> {
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
                return Err(self.error("a string field has no closing quote"));
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

#[cfg(test)]
mod tests {
    use super::super::tests::texts;
    use super::*;

    fn json(text: &str) -> Result<String, DecodeError> {
        let mut out = Documents::default();
        decode(text, &mut out).map(|()| texts(&out))
    }

    #[test]
    fn examples_of_the_reference() {
        let cases = [
            (
                "myMeasurement,tag1=value1,tag2=value2 fieldKey=\"fieldValue\" 1556813561098000000",
                r#"{"measurement":"myMeasurement","tags":{"tag1":"value1","tag2":"value2"},"fields":{"fieldKey":"fieldValue"},"timestamp":1556813561098000000}"#,
            ),
            (
                "m f=1.0,g=1,h=-1.234456e+78 \n\n# a comment\nm f=1i,g=-12485903i,h=1u\r\n",
                r#"{"measurement":"m","tags":{},"fields":{"f":1.0,"g":1,"h":-1.234456e+78}}|{"measurement":"m","tags":{},"fields":{"f":1,"g":-12485903,"h":1}}"#,
            ),
            (
                "m a=t,b=T,c=true,d=True,e=TRUE,f=f,g=F,h=false,i=False,j=FALSE -5",
                r#"{"measurement":"m","tags":{},"fields":{"a":true,"b":true,"c":true,"d":true,"e":true,"f":false,"g":false,"h":false,"i":false,"j":false},"timestamp":-5}"#,
            ),
            (
                r#"my\ Measurement\,x,tag\ Key\=1=tag\,Value\ 2 field\ Key="string \"value\" \\ \n, =" 1"#,
                r#"{"measurement":"my Measurement,x","tags":{"tag Key=1":"tag,Value 2"},"fields":{"field Key":"string \"value\" \\ \\n, ="},"timestamp":1}"#,
            ),
            (
                "m,launch=🚀 s=\"two\nlines\",e=\"\" 1\nm v=.5,w=1.,x=18446744073709551615u",
                "{\"measurement\":\"m\",\"tags\":{\"launch\":\"🚀\"},\"fields\":{\"s\":\"two\\nlines\",\"e\":\"\"},\"timestamp\":1}|{\"measurement\":\"m\",\"tags\":{},\"fields\":{\"v\":0.5,\"w\":1.0,\"x\":18446744073709551615}}",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(json(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn says_what_is_missing_and_keeps_the_other_lines() {
        let cases = [
            (
                "m",
                "the measurement must be followed by a space and fields",
                1,
            ),
            (",a=b f=1", "the measurement is missing", 0),
            ("m,a f=1", "a tag needs = and a value", 3),
            ("m,a= f=1", "a tag value is missing", 4),
            ("m,=b f=1", "a tag key is missing", 2),
            ("m f", "a field needs = and a value", 3),
            ("m =1", "a field key is missing", 2),
            (
                "m f=abc",
                "a field value must be a number, a boolean or a quoted string",
                4,
            ),
            (
                "m f=inf",
                "a field value must be a number, a boolean or a quoted string",
                4,
            ),
            (
                "m f=9223372036854775808i",
                "a field value must be a number, a boolean or a quoted string",
                4,
            ),
            ("m f=\"abc", "a string field has no closing quote", 5),
            ("m f=1 12x", "the timestamp is not a 64-bit integer", 6),
        ];
        for (text, problem, at) in cases {
            let kind = not_line_protocol(problem);
            assert_eq!(json(text), Err(DecodeError { kind, at }), "{text}");
        }
        let mut out = Documents::default();
        let error = decode("m f=1\nbad\nm f=2\nworse\n", &mut out).unwrap_err();
        assert_eq!((error.at, out.len()), (9, 2));
    }

    #[test]
    fn is_told_from_other_texts() {
        let is = [
            "cpu,host=a usage=1.5 1465839830100400200",
            "m v=1\n",
            "# c\nm v=t",
        ];
        assert!(is.into_iter().all(is_influx));
        let is_not = [
            "hello world",
            "level=info msg=5",
            "",
            "a,b\n1,2",
            "m v=1\nlevel=info msg=5",
            "x y=z",
        ];
        assert!(!is_not.into_iter().any(is_influx));
    }
}
