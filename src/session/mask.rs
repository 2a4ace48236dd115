//! Secrets in what others say, found in whatever way they are written there, and taken out.
//!
//! In go a text and the secrets; out comes the text with `***` in their place. A server that repeats a token may write
//! it as JSON does (`\/`, `\"`, `\u002f`), as JSON in JSON does, or as an address does (`%2F`, `%2f`), and does not say
//! which. So each character of a secret is looked for in all these forms. What the session says passes through here, and
//! so do recordings.

/// What stands where a secret was said.
const MASK: &str = "***";

/// How much of the beginning of a secret is taken out where a text that was cut may end within it. Less is no secret, and
/// stands in other texts.
const CUT_CHARS: usize = 8;

/// Backslashes before a character: each time that JSON is put into JSON doubles them.
const MOST_BACKSLASHES: usize = 16;

/// Whether a secret has to stand there as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The text is as it came.
    Whole,
    /// The text may have been cut before it came here: in it a secret may end early.
    Cut,
}

/// The text without the secrets. Where one is a part of another, the longer one goes.
pub(super) fn masked(text: String, secrets: &[String], extent: Extent) -> String {
    let bytes = text.as_bytes();
    let mut begins = [false; 256];
    for begin in secrets.iter().filter_map(|secret| secret.bytes().next()) {
        for form in [begin, b'\\', b'%'] {
            begins[usize::from(form)] = true;
        }
    }
    let mut search = Search::default();
    let (mut out, mut kept, mut at) = (String::new(), 0, 0);
    while let Some(byte) = bytes.get(at) {
        let mut end = None;
        if begins[usize::from(*byte)] {
            let ends = secrets.iter();
            let ends = ends.filter_map(|secret| search.end_of(bytes, at, secret, extent));
            end = ends.max();
        }
        match end {
            Some(end) => {
                out.push_str(text.get(kept..at).unwrap_or_default());
                out.push_str(MASK);
                (kept, at) = (end, end);
            }
            None => at += 1,
        }
    }
    if kept == 0 {
        return text;
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    out
}

/// Where the characters of a secret so far may end: those of a text of backslashes can be counted in several ways.
#[derive(Debug, Default)]
struct Search {
    ends: Vec<usize>,
    next: Vec<usize>,
}

impl Search {
    /// Where `secret` ends in `text`, if it begins at `start`.
    fn end_of(&mut self, text: &[u8], start: usize, secret: &str, extent: Extent) -> Option<usize> {
        if !may_begin(text.get(start..)?, secret.as_bytes()) {
            return None;
        }
        self.ends.clear();
        self.ends.push(start);
        for (count, c) in secret.chars().enumerate() {
            self.next.clear();
            for at in &self.ends {
                forms(text, *at, c, &mut self.next);
            }
            self.next.sort_unstable();
            self.next.dedup();
            if self.next.is_empty() {
                let is_enough = extent == Extent::Cut && count >= CUT_CHARS;
                return self.ends.last().copied().filter(|_| is_enough);
            }
            std::mem::swap(&mut self.ends, &mut self.next);
        }
        self.ends.last().copied().filter(|end| *end > start)
    }
}

/// What one look at two bytes tells: most texts hold no secret.
fn may_begin(text: &[u8], secret: &[u8]) -> bool {
    let is_form = |byte: &u8| matches!(byte, b'\\' | b'%');
    let is = |at: usize| match (text.get(at), secret.get(at)) {
        (Some(byte), Some(first)) => is_form(byte) || byte == first,
        (None, Some(_)) => false,
        (_, None) => true,
    };
    text.first().is_some_and(is_form) || (is(0) && is(1))
}

/// Notes where `c` ends in `text`, if it stands at `at` in one of its forms.
fn forms(text: &[u8], at: usize, c: char, ends: &mut Vec<usize>) {
    let rest = text.get(at..).unwrap_or_default();
    let mut buffer = [0; 4];
    let plain = c.encode_utf8(&mut buffer).as_bytes();
    let escapes = match c {
        '"' | '\'' | '\\' | '/' => backslashes(rest),
        _ => 0,
    };
    for skipped in 0..=escapes {
        if rest
            .get(skipped..)
            .is_some_and(|rest| rest.starts_with(plain))
        {
            ends.push(at + skipped + plain.len());
        }
    }
    let lengths = [escaped(rest, c), percent_encoded(rest, plain)];
    ends.extend(lengths.into_iter().flatten().map(|length| at + length));
}

fn backslashes(text: &[u8]) -> usize {
    let most = text.iter().take(MOST_BACKSLASHES);
    most.take_while(|byte| **byte == b'\\').count()
}

/// How long `c` is as `\u` and four digits, twice that where it is two units of UTF-16.
fn escaped(text: &[u8], c: char) -> Option<usize> {
    let mut at = 0;
    for unit in c.encode_utf16(&mut [0; 2]) {
        let rest = text.get(at..)?;
        let before = Some(backslashes(rest)).filter(|count| *count > 0)?;
        let digits = rest.get(before..)?.strip_prefix(b"u")?.get(..4)?;
        hex(digits).filter(|number| *number == u32::from(*unit))?;
        at += before + 5;
    }
    Some(at)
}

fn percent_encoded(text: &[u8], plain: &[u8]) -> Option<usize> {
    let mut rest = text;
    for byte in plain {
        let digits = rest.strip_prefix(b"%")?.get(..2)?;
        hex(digits).filter(|number| *number == u32::from(*byte))?;
        rest = rest.get(3..)?;
    }
    Some(3 * plain.len())
}

fn hex(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out_of(text: &str, secret: &str) -> String {
        masked(text.to_owned(), &[secret.to_owned()], Extent::Whole)
    }

    #[test]
    fn finds_a_secret_in_whatever_way_it_is_written() {
        let secret = "a/b\"c\\d é😀%41";
        let forms = [
            secret,
            r#"a\/b\"c\\d é😀%41"#,
            r#"a/b\"c\\d \u00e9\ud83d\ude00%41"#,
            r#"a\\\/b\\\"c\\\\d \\u00E9😀%41"#,
            "a%2Fb%22c%5Cd%20%C3%A9%F0%9F%98%80%2541",
            "a%2fb%22c%5cd%20%c3%a9%f0%9f%98%80%2541",
            r"\u0061/b%22c\d\u0020é😀%41",
        ];
        for form in forms {
            let text = format!("<{form}><a/b>{form}");
            assert_eq!(out_of(&text, secret), "<***><a/b>***", "{form}");
        }
        for other in [
            "",
            "a/b",
            "A/b\"c\\d é😀%41",
            "a%2",
            "\\",
            "%",
            "a\\",
            "\\u00",
        ] {
            assert_eq!(out_of(other, secret), other);
        }
    }

    #[test]
    fn the_longer_of_two_goes_and_backslashes_are_no_trap() {
        let secrets = ["abc".to_owned(), "abcdef".to_owned()];
        let text = "abcdef abcd".to_owned();
        assert_eq!(masked(text, &secrets, Extent::Whole), "*** ***d");
        assert_eq!(out_of(r"x\\y", r"\\"), "x***y");
        assert_eq!(out_of(r"x\\\\y", r"\\"), "x***y");
        let many = "\\".repeat(100_000);
        assert_eq!(out_of(&many, "\\a"), many);
        assert_eq!(out_of("text", ""), "text");
    }

    #[test]
    fn of_a_text_that_was_cut_the_beginning_of_a_secret_goes_too() {
        let secrets = ["0123456789".to_owned()];
        let cut = |text: &str| masked(text.to_owned(), &secrets, Extent::Cut);
        assert_eq!(cut("last: \"01234567\""), "last: \"***\"");
        assert_eq!(cut("last: \"0123456\""), "last: \"0123456\"");
        assert_eq!(cut("0123456789 012345678"), "*** ***");
        assert_eq!(out_of("01234567", "0123456789"), "01234567");
    }
}
