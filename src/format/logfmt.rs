//! logfmt to JSON: lines of `key=value` (brandur.org/logfmt; the grammar is that of github.com/go-logfmt/logfmt).
//!
//! A line becomes an object. A value in quotes is a string, with the escapes of JSON; one without is a number or a boolean
//! if it is written like one, null if there is nothing, else a string. A key alone is true.

use super::cursor::TextCursor;
use super::documents::Documents;
use super::write;
use crate::decode::{DecodeError, DecodeErrorKind};

/// Appends a text for each line that is not blank. A line that cannot be read is left out, and the first such one is the
/// error.
pub(super) fn decode(text: &str, out: &mut Documents) -> Result<(), DecodeError> {
    read(text, out).0
}

/// Whether a message of unknown format is logfmt: pairs alone, whose values are numbers, booleans or texts in quotes, as
/// devices report them. Lines with other words in them are rather a log, which is shown as it is.
pub(super) fn is_logfmt(text: &str) -> bool {
    let mut out = Documents::default();
    let (result, words) = read(text, &mut out);
    result.is_ok() && words == 0 && !out.is_empty()
}

/// The same as [`decode`], and how many of the pairs are words that could stand in any text.
fn read(text: &str, out: &mut Documents) -> (Result<(), DecodeError>, usize) {
    let (mut start, mut words) = (0, 0);
    let mut result = Ok(());
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            let mut reader = PairReader {
                cursor: TextCursor::new(line),
                words: 0,
            };
            let written = out.add(|json| reader.pairs(json));
            words += reader.words;
            if let Err(error) = written {
                let at = start + error.at;
                result = result.and(Err(DecodeError { at, ..error }));
                if error.kind == DecodeErrorKind::TooLarge {
                    break;
                }
            }
        }
        start += line.len();
    }
    (result, words)
}

/// Reads the pairs of a line.
struct PairReader<'t> {
    cursor: TextCursor<'t>,
    /// Keys that are no names, keys alone, and values that are neither numbers nor booleans nor in quotes.
    words: usize,
}

impl<'t> PairReader<'t> {
    fn error(&self, problem: &'static str) -> DecodeError {
        let kind = DecodeErrorKind::Foreign {
            format: "logfmt",
            problem,
        };
        DecodeError::new(kind, self.cursor.pos)
    }

    /// What stands before the next of `ends`, a space or the end. The ends are ASCII, so that no character is cut.
    fn until(&mut self, ends: &[u8]) -> &'t str {
        let start = self.cursor.pos;
        while let Some(byte) = self.cursor.peek()
            && byte > b' '
            && !ends.contains(&byte)
        {
            self.cursor.pos += 1;
        }
        self.cursor.since(start)
    }

    fn pairs(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        json.push(b'{');
        loop {
            while self.cursor.peek().is_some_and(|byte| byte <= b' ') {
                self.cursor.pos += 1;
            }
            if self.cursor.peek().is_none() {
                if json.last() == Some(&b'{') {
                    return Err(self.error("a key is missing"));
                }
                json.push(b'}');
                return Ok(());
            }
            write::comma(json);
            let key = self.until(b"=\"");
            if key.is_empty() {
                return Err(self.error("a key is missing"));
            }
            let is_name = key.starts_with(|first: char| first.is_alphabetic() || first == '_');
            self.words += usize::from(!is_name);
            write::string(json, key);
            json.push(b':');
            self.value(json)?;
        }
    }

    fn value(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        if !self.cursor.take(b'=') {
            if self.cursor.peek() == Some(b'"') {
                return Err(self.error("a key must not hold a quote"));
            }
            self.words += 1;
            json.extend_from_slice(b"true");
            return Ok(());
        }
        if self.cursor.take(b'"') {
            return self.quoted(json);
        }
        let value = self.until(b"\"");
        if self.cursor.peek() == Some(b'"') {
            return Err(self.error("a value with a quote must stand in quotes"));
        }
        let plain = matches!(value, "true" | "false") || write::is_number(value.as_bytes());
        self.words += usize::from(!plain);
        match value {
            "" => json.extend_from_slice(b"null"),
            _ if plain => json.extend_from_slice(value.as_bytes()),
            _ => write::string(json, value),
        }
        Ok(())
    }

    /// Appends what stands up to the closing quote as a string of JSON, which has the same escapes.
    fn quoted(&mut self, json: &mut Vec<u8>) -> Result<(), DecodeError> {
        json.push(b'"');
        loop {
            let rest = self.cursor.rest();
            let Some(end) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
                return Err(self.error("a closing quote is missing"));
            };
            write::escaped(json, rest.get(..end).unwrap_or_default());
            self.cursor.pos += end + 1;
            if rest.as_bytes().get(end) == Some(&b'"') {
                json.push(b'"');
                return Ok(());
            }
            self.escape(json);
        }
    }

    /// Appends the escape whose backslash has been read. A backslash that escapes nothing stands for itself.
    fn escape(&mut self, json: &mut Vec<u8>) {
        let rest = self.cursor.bytes();
        let length = match rest {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 1,
            [b'u', digits @ ..] if is_character(digits) => 5,
            _ => 0,
        };
        json.push(b'\\');
        match rest.get(..length) {
            Some(escape) if length > 0 => json.extend_from_slice(escape),
            _ => json.push(b'\\'),
        }
        self.cursor.pos += length;
    }
}

/// Whether four hexadecimal digits follow, and no half of a surrogate pair.
fn is_character(digits: &[u8]) -> bool {
    let four = digits.get(..4).and_then(|four| str::from_utf8(four).ok());
    let code = four.and_then(|four| u32::from_str_radix(four, 16).ok());
    code.is_some_and(|code| char::from_u32(code).is_some())
        && four.is_some_and(|four| !four.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::texts;
    use super::*;
    use proptest::prelude::*;

    fn json(text: &str) -> Result<String, DecodeError> {
        let mut out = Documents::default();
        decode(text, &mut out).map(|()| texts(&out))
    }

    #[test]
    fn lines_of_pairs() {
        let cases = [
            (
                "depth=12.5\nheading=270",
                r#"{"depth":12.5}|{"heading":270}"#,
            ),
            (
                "at=info method=GET path=/ status=200 ok=true\r\n",
                r#"{"at":"info","method":"GET","path":"/","status":200,"ok":true}"#,
            ),
            (
                r#"msg="say \"hi\"\n\u00e9\q" empty= quoted="" flag"#,
                r#"{"msg":"say \"hi\"\n\u00e9\\q","empty":null,"quoted":"","flag":true}"#,
            ),
            (
                "a.b=1\tc=-5e3  d=007 e=0x10",
                r#"{"a.b":1,"c":-5e3,"d":"007","e":"0x10"}"#,
            ),
            ("größe=5µm a==b", r#"{"größe":"5µm","a":"=b"}"#),
            (r#"a="\ud83d" b="\u12""#, r#"{"a":"\\ud83d","b":"\\u12"}"#),
            ("a=\"tab\there\"", "{\"a\":\"tab\\there\"}"),
            (" \n\n", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(json(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_bad_line_costs_itself_alone() {
        let cases = [
            ("=1", "a key is missing", 0),
            // Only what may stand between pairs, which is no blank line either.
            ("\u{2}", "a key is missing", 1),
            ("a=1\n\"b\"=2\n", "a key is missing", 4),
            ("a=\"b\nc=1", "a closing quote is missing", 3),
            ("a\"b=1", "a key must not hold a quote", 1),
            ("a=b\"c", "a value with a quote must stand in quotes", 3),
        ];
        for (text, problem, at) in cases {
            let kind = DecodeErrorKind::Foreign {
                format: "logfmt",
                problem,
            };
            assert_eq!(json(text), Err(DecodeError { kind, at }), "{text}");
        }
        let mut out = Documents::default();
        assert!(decode("a=1\n=\nb=2", &mut out).is_err());
        assert_eq!(texts(&out), r#"{"a":1}|{"b":2}"#);
    }

    #[test]
    fn is_told_from_logs_and_other_texts() {
        let is = [
            "depth=12.5\nheading=270",
            "temp=21.5 hum=40 on=true",
            "a.b=1\n",
            "t=1 s=\"two words\"",
        ];
        assert!(is.into_iter().all(is_logfmt));
        let is_not = [
            "level=info msg=5",
            "",
            "5",
            "a=1 and more",
            "=1",
            "1=1",
            "x=",
            "temp=5,hum=6",
            "\u{2}",
        ];
        assert!(!is_not.into_iter().any(is_logfmt));
    }

    proptest! {
        #[test]
        fn anything_becomes_json_or_an_error(text in "[ab=\"\\\\un0-9 \n\té]{0,40}") {
            let mut out = Documents::default();
            let _ = decode(&text, &mut out);
            for text in out.texts() {
                prop_assert!(crate::decode::json::validate(text).is_ok(), "{:?}", str::from_utf8(text));
            }
        }
    }
}
