//! InfluxDB line protocol over the messages of a connection, which may be cut anywhere.
//!
//! In go messages; out come their points. The formats make an [`Influx`] for each connection. A last line that no line
//! break ends is read at once, since many devices send a line a message without one. If it is no point it is refused and
//! held, and has been cut if it is a point together with what the next message begins with. Of what is a point either
//! way there is doubt:
//!
//! - the rest of a line may read like a line (`cpu,host=a` and `b v=1`): then it is the rest if the lines of the feed end
//!   in line breaks, as those of a stream do;
//! - the beginning of a line may read like a line (`v=1` of `v=12`): it is, until a message has shown that the feed is
//!   cut. From then on a last line waits for its line break.

mod points;
#[cfg(test)]
mod tests;

use self::points::{PointLines, first_line, read_lines};
use super::documents::Documents;
use super::framing;
use super::reader::FormatReader;
use crate::decode::DecodeError;

pub(super) use self::points::is_influx;

/// How long a line may grow over several messages.
const LONGEST: usize = 64 * 1024;

/// Of how many messages a line is made at most, so that what is held is not read again for ever.
const MOST_PARTS: usize = 64;

/// Reads a connection's messages.
#[derive(Debug)]
pub(super) struct Influx {
    /// A message may end in the middle of a line.
    is_stream: bool,
    /// Messages have ended in the middle of lines that line breaks end.
    is_chopped: bool,
    /// A last line that has made no row yet.
    held: String,
    /// How many messages that were refused are part of it.
    refused: usize,
    /// Lines before it ended in a line break.
    is_behind_lines: bool,
    /// A last line that has made a row although no line break ended it.
    shown: String,
}

impl Default for Influx {
    fn default() -> Self {
        Self {
            is_stream: true,
            is_chopped: false,
            held: String::new(),
            refused: 0,
            is_behind_lines: false,
            shown: String::new(),
        }
    }
}

impl Influx {
    fn read_message(&mut self, text: &str, out: &mut Documents) -> Result<(), DecodeError> {
        if text.is_empty() {
            return Ok(());
        }
        if self.held.is_empty() {
            return self.read_anew(text, out);
        }
        let held = std::mem::take(&mut self.held);
        let refused = std::mem::take(&mut self.refused);
        let joined = format!("{held}{text}");
        let (whole, alone) = (first_line(&joined), first_line(text));
        let is_begun = held.contains('=') && whole.is_ended;
        let is_rest = !alone.is_point() || self.is_chopped || self.is_behind_lines || is_begun;
        if whole.is_point() && is_rest {
            self.is_chopped |= whole.is_ended || self.is_behind_lines;
            out.redeem(refused);
            return self.read_joined(&joined, held.len(), out);
        }
        if let Err(error) = whole.point {
            let may_go_on = !whole.is_ended && !alone.is_point();
            if may_go_on && refused < MOST_PARTS && joined.len() <= LONGEST {
                self.held = joined;
                self.refused = refused + 1;
                let at = error.at.saturating_sub(held.len());
                return Err(DecodeError { at, ..error });
            }
        }
        if first_line(&held).is_point() {
            // It waited for nothing: messages are whole after all.
            self.is_chopped = false;
            read_lines(&held, out).result?;
        }
        self.read_anew(text, out)
    }

    /// Reads a message that does not go on with a line that is held.
    fn read_anew(&mut self, text: &str, out: &mut Documents) -> Result<(), DecodeError> {
        let before = out.mark();
        let lines = read_lines(text, out);
        if lines.begins_broken && !self.shown.is_empty() && !begins_blank(text) {
            let joined = format!("{}{text}", self.shown);
            let first = first_line(&joined);
            if first.is_point() && first.is_ended {
                out.rewind(before);
                self.is_chopped = true;
                let length = self.shown.len();
                return self.read_joined(&joined, length, out);
            }
        }
        self.keep_last(text, &lines, out);
        lines.result
    }

    /// Reads a message behind the `length` bytes of a line that came before.
    fn read_joined(
        &mut self,
        joined: &str,
        length: usize,
        out: &mut Documents,
    ) -> Result<(), DecodeError> {
        let lines = read_lines(joined, out);
        self.keep_last(joined, &lines, out);
        lines.result.map_err(|error| DecodeError {
            at: error.at.saturating_sub(length),
            ..error
        })
    }

    /// Keeps the last line if the next message may go on with it.
    fn keep_last(&mut self, text: &str, lines: &PointLines, out: &mut Documents) {
        self.shown.clear();
        let Some(last) = lines.last.as_ref().filter(|_| self.is_stream) else {
            return;
        };
        let line = text.get(last.start..).unwrap_or_default();
        if line.len() > LONGEST {
            return;
        }
        self.is_behind_lines = last.start > 0 && lines.begins_with_point;
        if last.is_point && !self.is_chopped {
            self.shown.push_str(line);
            return;
        }
        self.held.push_str(line);
        if last.is_point {
            out.rewind(last.before);
        } else {
            // Lines before it may have had the message refused as well.
            let is_only = lines.result.is_err_and(|error| error.at >= last.start);
            self.refused = usize::from(is_only);
        }
    }
}

/// Whether nothing stands before the first line break: what came before was whole.
fn begins_blank(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

impl FormatReader for Influx {
    fn read(&mut self, message: &[u8], out: &mut Documents) -> Result<(), DecodeError> {
        out.hold_points();
        framing::read_text(message, |text| self.read_message(text, out))
    }

    fn reconnected(&mut self) {
        let is_stream = self.is_stream;
        *self = Self {
            is_stream,
            ..Self::default()
        };
    }

    fn take_as_stream(&mut self, is_stream: bool) {
        self.is_stream = is_stream;
    }
}
