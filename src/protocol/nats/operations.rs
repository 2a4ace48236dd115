//! The operations that the messages of a NATS server are made of.
//!
//! In go messages as they came, cut anywhere; out come payloads, errors of the server and how often it pinged.

use std::str;

use serde_json::Value;

use crate::decode::{DecodeError, DecodeErrorKind};
use crate::format::write;
use crate::protocol::payload;
use crate::protocol::{Control, Received, SubscriptionId};

/// The longest line that is waited for; `INFO` is the longest that servers send.
pub(super) const LONGEST_LINE: usize = 64 * 1024;

const UNKNOWN: &str = "unknown operation";

/// Reads the operations that a connection's messages are made of.
#[derive(Debug)]
pub(super) struct Operations {
    /// What came and is not a whole operation yet.
    waiting: Vec<u8>,
    /// Bytes of a refused message that are still to come.
    skip: usize,
    pub(super) max_bytes: usize,
    /// Whether the subscription of each message is noted.
    tells_apart: bool,
}

/// What operations said besides payloads and errors.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// How often the server asked whether somebody is there.
    pub(super) pings: usize,
    /// How often it answered that.
    pub(super) pongs: usize,
    /// Whether it introduced itself.
    pub(super) greeted: bool,
}

/// A line, and what it announces.
enum Operation<'a> {
    Nothing,
    Ping,
    Pong,
    /// `INFO`, and whether the server is about to shut down.
    Greeting {
        is_leaving: bool,
    },
    /// In the server's words.
    Error(&'a str),
    Message(Announced<'a>),
}

struct Announced<'a> {
    subject: &'a str,
    sid: &'a str,
    reply: Option<&'a str>,
    /// Bytes of headers, which come before the payload and count as part of `size`.
    headers: usize,
    size: usize,
}

/// How far an operation got.
enum Step {
    /// It is done and took so many bytes.
    Taken(usize),
    /// More bytes have to come first.
    Waits,
}

impl Operations {
    pub(super) fn new(max_bytes: usize, tells_apart: bool) -> Self {
        Self {
            tells_apart,
            waiting: Vec::new(),
            skip: 0,
            max_bytes,
        }
    }

    /// Whether the next message continues an operation.
    pub(super) fn are_within(&self) -> bool {
        self.skip > 0 || !self.waiting.is_empty()
    }

    /// Forgets what waits: a new connection begins with a new line.
    pub(super) fn reset(&mut self) {
        self.waiting.clear();
        self.skip = 0;
    }

    /// Appends a text for each message, and notes what else was said. Lines that cannot be read are left out, and the
    /// first of them is the error.
    pub(super) fn read(
        &mut self,
        message: &[u8],
        received: &mut Received,
        heard: &mut Heard,
    ) -> Result<(), DecodeError> {
        if self.waiting.is_empty() {
            let (taken, result) = self.read_whole(message, received, heard);
            self.waiting
                .extend_from_slice(message.get(taken..).unwrap_or_default());
            return result;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend_from_slice(message);
        let (taken, result) = self.read_whole(&waiting, received, heard);
        waiting.drain(..taken.min(waiting.len()));
        self.waiting = waiting;
        result
    }

    /// Reads what is whole and returns how many bytes that were.
    fn read_whole(
        &mut self,
        input: &[u8],
        received: &mut Received,
        heard: &mut Heard,
    ) -> (usize, Result<(), DecodeError>) {
        let (mut pos, mut result) = (0, Ok(()));
        while pos < input.len() {
            let skipped = self.skip.min(input.len() - pos);
            self.skip -= skipped;
            pos += skipped;
            let rest = input.get(pos..).unwrap_or_default();
            match self.operation(rest, received, heard) {
                Ok(Step::Taken(length)) => pos += length,
                Ok(Step::Waits) => break,
                Err(error) => {
                    result = result.and(Err(DecodeError::new(error.kind, pos)));
                    // What a refused message takes was noted; of anything else the line goes.
                    pos += if self.skip > 0 { 0 } else { line_length(rest) };
                    if error.kind == DecodeErrorKind::TooLarge && self.skip == 0 {
                        return (input.len(), result);
                    }
                }
            }
        }
        (pos, result)
    }

    fn operation(
        &mut self,
        rest: &[u8],
        received: &mut Received,
        heard: &mut Heard,
    ) -> Result<Step, DecodeError> {
        let Some(end) = memchr::memchr(b'\n', rest) else {
            return match rest {
                _ if rest.len() >= LONGEST_LINE => Err(error("line too long")),
                // Waiting for the end of what no server sends would swallow messages in silence.
                [b'I' | b'M' | b'H' | b'P' | b'+' | b'-' | b'\r', ..]
                | [b'i' | b'm' | b'h' | b'p', ..] => Ok(Step::Waits),
                _ => Err(error(UNKNOWN)),
            };
        };
        match operation_of(rest.get(..end).unwrap_or_default())? {
            Operation::Message(announced) => {
                return self.message(&announced, rest, end + 1, received);
            }
            Operation::Error(words) => {
                let control = Control::Reported(words.to_owned());
                received.control.push_back(control);
            }
            Operation::Ping => heard.pings += 1,
            Operation::Pong => heard.pongs += 1,
            Operation::Greeting { is_leaving } => {
                heard.greeted = true;
                if is_leaving {
                    let words = "the server is about to shut down (lame duck mode)";
                    let control = Control::HandOver(words.to_owned());
                    received.control.push_back(control);
                }
            }
            Operation::Nothing => {}
        }
        Ok(Step::Taken(end + 1))
    }

    /// Reads what follows the line of a message, from `start` on.
    fn message(
        &mut self,
        announced: &Announced<'_>,
        rest: &[u8],
        start: usize,
        received: &mut Received,
    ) -> Result<Step, DecodeError> {
        if announced.size > self.max_bytes {
            self.skip = announced.size.saturating_add(start + 2);
            return Err(DecodeError::new(DecodeErrorKind::TooLarge, start));
        }
        let end = start + announced.size;
        let Some(closing) = rest.get(end..end + 2) else {
            return Ok(Step::Waits);
        };
        if closing != b"\r\n" {
            return Err(error("the payload does not match its size"));
        }
        let body = rest.get(start..end).unwrap_or_default();
        let subscription = announced.sid.parse().ok().map(SubscriptionId);
        if self.tells_apart && subscription.is_none() {
            self.skip = end + 2;
            return Err(error(
                "the message is for a subscription that was not asked for",
            ));
        }
        let documents = &mut received.documents;
        documents.add(|json| write_message(json, announced, body))?;
        if self.tells_apart {
            received.subscriptions.push(subscription);
        }
        Ok(Step::Taken(end + 2))
    }
}

fn line_length(rest: &[u8]) -> usize {
    memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)
}

pub(super) fn not_nats(problem: &'static str) -> DecodeErrorKind {
    DecodeErrorKind::Foreign {
        format: "NATS message",
        problem,
    }
}

fn error(problem: &'static str) -> DecodeError {
    DecodeError::new(not_nats(problem), 0)
}

/// Whether an `INFO` tells clients to go elsewhere, as servers in lame duck mode do.
fn is_leaving(line: &str) -> bool {
    let said = line.find('{').and_then(|at| line.get(at..));
    let said = said.and_then(|json| serde_json::from_str::<Value>(json).ok());
    said.is_some_and(|info| info["ldm"] == Value::Bool(true))
}

fn operation_of(line: &[u8]) -> Result<Operation<'_>, DecodeError> {
    let line = str::from_utf8(line).map_err(|_| error("the line is not UTF-8"))?;
    let mut words = line.split_ascii_whitespace();
    let name = words.next().unwrap_or_default();
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("MSG") || is("HMSG") {
        return announced(words, is("HMSG")).map(Operation::Message);
    }
    match name {
        _ if is("-ERR") => Ok(Operation::Error(words_of_error(line))),
        _ if is("PING") => Ok(Operation::Ping),
        _ if is("PONG") => Ok(Operation::Pong),
        _ if is("INFO") => Ok(Operation::Greeting {
            is_leaving: is_leaving(line),
        }),
        _ if is("+OK") => Ok(Operation::Nothing),
        "" => Ok(Operation::Nothing),
        _ => Err(error(UNKNOWN)),
    }
}

/// `-ERR '<words>'`; the line itself when there are none.
fn words_of_error(line: &str) -> &str {
    let line = line.trim();
    let words = line.split_once(|c: char| c.is_ascii_whitespace());
    let words = words.map(|(_, words)| words.trim().trim_matches('\''));
    words.filter(|words| !words.is_empty()).unwrap_or(line)
}

/// `<subject> <sid> [reply-to] [#header bytes] <#bytes>`, the header's size only with headers.
fn announced<'a>(
    words: impl Iterator<Item = &'a str>,
    with_headers: bool,
) -> Result<Announced<'a>, DecodeError> {
    let words: Vec<&str> = words.take(6).collect();
    let (subject, sid, reply, headers, size) = match (words.as_slice(), with_headers) {
        ([subject, sid, size], false) => (subject, sid, None, "0", size),
        ([subject, sid, reply, size], false) => (subject, sid, Some(*reply), "0", size),
        ([subject, sid, headers, size], true) => (subject, sid, None, *headers, size),
        ([subject, sid, reply, headers, size], true) => {
            (subject, sid, Some(*reply), *headers, size)
        }
        _ => return Err(error("MSG or HMSG has the wrong number of arguments")),
    };
    let number = |word: &str| word.parse::<usize>().ok();
    match (number(headers), number(size)) {
        (Some(headers), Some(size)) if headers <= size => Ok(Announced {
            subject,
            sid,
            reply,
            headers,
            size,
        }),
        _ => Err(error("MSG or HMSG has a size that is not a number")),
    }
}

fn write_message(
    json: &mut Vec<u8>,
    announced: &Announced<'_>,
    body: &[u8],
) -> Result<(), DecodeError> {
    json.extend_from_slice(b"{\"subject\":");
    write::string(json, announced.subject);
    if let Some(reply) = announced.reply {
        json.extend_from_slice(b",\"reply\":");
        write::string(json, reply);
    }
    if announced.headers > 0 {
        json.extend_from_slice(b",\"headers\":");
        write_headers(json, body.get(..announced.headers).unwrap_or_default())?;
    }
    json.extend_from_slice(b",\"payload\":");
    payload::write(json, body.get(announced.headers..).unwrap_or_default());
    json.push(b'}');
    Ok(())
}

/// `NATS/1.0`, a status if there is one, then `name: value` on lines. Values of one name are joined with
/// `, ` as in HTTP; the status goes by the name `Status`.
fn write_headers(json: &mut Vec<u8>, bytes: &[u8]) -> Result<(), DecodeError> {
    let text = str::from_utf8(bytes).map_err(|_| error("the headers are not UTF-8"))?;
    let mut lines = text.lines();
    let version = lines.next().unwrap_or_default();
    let Some(status) = version.strip_prefix("NATS/1.0") else {
        return Err(error("the headers do not begin with NATS/1.0"));
    };
    let mut headers: Vec<(&str, Vec<&str>)> = Vec::new();
    if !status.trim().is_empty() {
        headers.push(("Status", vec![status.trim()]));
    }
    for line in lines.filter(|line| !line.is_empty()).take(MOST_HEADERS) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match headers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value.trim()),
            None => headers.push((name, vec![value.trim()])),
        }
    }
    json.push(b'{');
    for (name, values) in headers {
        write::comma(json);
        write::string(json, name);
        json.push(b':');
        write::string(json, &values.join(", "));
    }
    json.push(b'}');
    Ok(())
}

/// Headers of one message that are read; the rest is left out.
const MOST_HEADERS: usize = 256;
