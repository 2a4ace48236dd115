//! How the body of a response is cut into messages.
//!
//! In go the chunks of a body as they come, out come whole messages: events, or lines that belong together. A session whose
//! connection is an HTTP response has one.

use super::event_stream::EventStream;
use super::lines::Lines;
use super::message_batch::MessageBatch;

/// Cuts the body of a response into messages.
#[derive(Debug)]
pub enum Framing {
    /// The data of each event is a message.
    Events {
        /// The reader.
        stream: Box<EventStream>,
        /// The names of the events that are read; all when empty.
        names: Vec<String>,
    },
    /// Each line that is not blank is a message.
    Lines(Lines),
}

impl Framing {
    /// The framing of Server-Sent Events, of which those with these `names` are read, all when there are none.
    pub fn events(names: &[String], most_bytes: usize) -> Self {
        Self::Events {
            stream: Box::new(EventStream::new(most_bytes)),
            names: names.to_vec(),
        }
    }

    /// The framing of lines.
    pub fn lines(most_bytes: usize) -> Self {
        Self::Lines(Lines::new(most_bytes))
    }

    /// Adds the messages to `batch` that end in `chunk`.
    pub fn push(&mut self, chunk: &[u8], batch: &mut MessageBatch) {
        match self {
            Self::Events { stream, names } => stream.push(chunk, |event| {
                let is_read = |name: &String| name.as_bytes() == event.name;
                if names.is_empty() || names.iter().any(is_read) {
                    batch.push(event.data);
                }
            }),
            Self::Lines(lines) => lines.push(chunk, |line| push_line(line, batch)),
        }
    }

    /// The body has ended as the server meant it to: adds the rest, if that is a message. Of an event the HTML
    /// standard says that one without an empty line behind it is not complete.
    pub fn finish(&mut self, batch: &mut MessageBatch) {
        match self {
            Self::Events { .. } => {}
            Self::Lines(lines) => lines.finish(|line| push_line(line, batch)),
        }
    }

    /// Begins with another response; half a message of the last one is forgotten.
    pub fn restart(&mut self) {
        match self {
            Self::Events { stream, .. } => stream.restart(),
            Self::Lines(lines) => lines.restart(),
        }
    }

    /// What the next request is to send as `Last-Event-ID`, if anything.
    pub fn last_event_id(&self) -> Option<&str> {
        match self {
            Self::Events { stream, .. } => Some(stream.last_event_id()),
            Self::Lines(_) => None,
        }
        .filter(|id| !id.is_empty())
    }

    /// The shortest pause before the next request that the server asked for, in milliseconds.
    pub fn retry_ms(&self) -> Option<f64> {
        match self {
            Self::Events { stream, .. } => stream.retry_ms(),
            Self::Lines(_) => None,
        }
    }
}

fn push_line(line: &[u8], batch: &mut MessageBatch) {
    if !line.trim_ascii().is_empty() {
        batch.push(line);
    }
}
