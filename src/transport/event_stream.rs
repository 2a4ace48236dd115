//! Server-Sent Events: the event stream of the HTML standard, §9.2.5 and §9.2.6.
//!
//! In go chunks of the body, out come events with their name and data. Read to the letter, with one exception that
//! browsers make as well: an event without an `id` on a new connection leaves the last event ID as it was.

use super::lines::Lines;

/// The name of an event that gives itself none.
const DEFAULT_NAME: &[u8] = b"message";

/// The longest last event ID that is kept, in bytes: it goes into a header.
const MAX_ID_BYTES: usize = 4096;

/// What a field's name and the colon and space behind it need besides its value.
const FIELD_BYTES: usize = 16;

/// An event that was dispatched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamEvent<'a> {
    /// Its `event`, or `message`.
    pub name: &'a [u8],
    /// Its lines of `data`, joined by LF. Of one that is longer than the limit only the beginning, which is longer
    /// than the limit, too.
    pub data: &'a [u8],
}

/// Reads an event stream, wherever its chunks are cut.
#[derive(Debug)]
pub struct EventStream {
    lines: Lines,
    fields: Fields,
}

/// What stands in the lines since the last event, and what outlives events.
#[derive(Debug)]
struct Fields {
    most_bytes: usize,
    /// Each line of data with a LF behind it.
    data: Vec<u8>,
    name: Vec<u8>,
    /// The last event ID buffer.
    id: String,
    /// The last event ID: that of the last event that was dispatched.
    last_id: String,
    retry_ms: Option<f64>,
}

impl EventStream {
    /// Reads a stream from its beginning. Events of up to `most_bytes` of data are whole.
    pub fn new(most_bytes: usize) -> Self {
        Self {
            lines: Lines::new(most_bytes.saturating_add(FIELD_BYTES)),
            fields: Fields {
                most_bytes,
                data: Vec::new(),
                name: Vec::new(),
                id: String::new(),
                last_id: String::new(),
                retry_ms: None,
            },
        }
    }

    /// Calls `take` for each event that ends in `chunk`.
    pub fn push(&mut self, chunk: &[u8], mut take: impl FnMut(StreamEvent<'_>)) {
        let fields = &mut self.fields;
        self.lines.push(chunk, |line| fields.read(line, &mut take));
    }

    /// Begins with another connection: an event that was not whole is forgotten, the last event ID and the
    /// reconnection time stay.
    pub fn restart(&mut self) {
        self.lines.restart();
        self.fields.data.clear();
        self.fields.name.clear();
        self.fields.id.clone_from(&self.fields.last_id);
    }

    /// What the next request is to send as `Last-Event-ID`; empty when there is nothing to send.
    pub fn last_event_id(&self) -> &str {
        &self.fields.last_id
    }

    /// The reconnection time that the server has set with `retry`, in milliseconds.
    pub fn retry_ms(&self) -> Option<f64> {
        self.fields.retry_ms
    }
}

impl Fields {
    fn read(&mut self, line: &[u8], take: &mut impl FnMut(StreamEvent<'_>)) {
        if line.is_empty() {
            return self.dispatch(take);
        }
        let colon = memchr::memchr(b':', line);
        let (field, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => self.add_data(value),
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(value);
            }
            b"id" if !value.contains(&0) && value.len() <= MAX_ID_BYTES => {
                self.id = String::from_utf8_lossy(value).into_owned();
            }
            b"retry" if value.iter().all(u8::is_ascii_digit) => {
                let digits = str::from_utf8(value).ok();
                let ms = digits.and_then(|digits| digits.parse().ok());
                self.retry_ms = ms.or(self.retry_ms);
            }
            // Comments, whose name is empty, and what nobody knows.
            _ => {}
        }
    }

    /// A data line, and the LF behind it.
    fn add_data(&mut self, value: &[u8]) {
        // The LF behind the last one is not part of the data.
        let room = (self.most_bytes + 2).saturating_sub(self.data.len());
        let value = value.get(..room).unwrap_or(value);
        self.data.extend_from_slice(value);
        if value.len() < room {
            self.data.push(b'\n');
        }
    }

    fn dispatch(&mut self, take: &mut impl FnMut(StreamEvent<'_>)) {
        self.last_id.clone_from(&self.id);
        if !self.data.is_empty() {
            let name = match self.name.as_slice() {
                [] => DEFAULT_NAME,
                name => name,
            };
            let data = self.data.strip_suffix(b"\n").unwrap_or(&self.data);
            take(StreamEvent { name, data });
        }
        self.data.clear();
        self.name.clear();
    }
}
