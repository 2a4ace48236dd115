//! A stream of bytes to lines.
//!
//! Lines end with LF, CR LF or CR, as in the event stream of the HTML standard (§9.2.5); JSON texts hold none of them
//! outside white space. [`Framing`](super::Framing) and [`EventStream`](super::EventStream) cut with this.

use crate::decode::BYTE_ORDER_MARK;

/// Cuts a stream into lines, wherever its chunks are cut.
#[derive(Debug)]
pub struct Lines {
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    most_bytes: usize,
    /// The last byte was a CR: a LF right behind it ends no line of its own.
    after_cr: bool,
    is_first: bool,
}

impl Lines {
    /// Cuts a stream from its beginning. A line that is longer than `most_bytes` comes as that many of its bytes and
    /// one more, so that whoever has that limit sees that it is too long; its rest takes no memory.
    pub fn new(most_bytes: usize) -> Self {
        Self {
            partial: Vec::new(),
            most_bytes: most_bytes.saturating_add(1),
            after_cr: false,
            is_first: true,
        }
    }

    /// Calls `take` for each line that ends in `chunk`, without its end.
    pub fn push(&mut self, chunk: &[u8], mut take: impl FnMut(&[u8])) {
        let mut rest = chunk;
        if self.after_cr && !rest.is_empty() {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            self.after_cr = false;
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            let (line, behind) = rest.split_at(end);
            self.end_line(line, &mut take);
            let is_cr = behind.first() == Some(&b'\r');
            rest = behind.get(1..).unwrap_or_default();
            if is_cr {
                self.after_cr = rest.is_empty();
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
        }
        self.keep(rest);
    }

    /// The stream has ended: takes the last line, when the stream does not end with the end of one.
    pub fn finish(&mut self, mut take: impl FnMut(&[u8])) {
        if !self.partial.is_empty() {
            self.end_line(&[], &mut take);
        }
    }

    /// Begins with another stream; half a line of the last one is forgotten.
    pub fn restart(&mut self) {
        self.partial.clear();
        self.after_cr = false;
        self.is_first = true;
    }

    fn end_line(&mut self, end: &[u8], take: &mut impl FnMut(&[u8])) {
        let is_first = std::mem::take(&mut self.is_first);
        let mark = |line: &[u8]| match line.starts_with(BYTE_ORDER_MARK) && is_first {
            true => BYTE_ORDER_MARK.len(),
            false => 0,
        };
        if self.partial.is_empty() {
            let end = end.get(..self.most_bytes).unwrap_or(end);
            take(end.get(mark(end)..).unwrap_or_default());
        } else {
            self.keep(end);
            take(self.partial.get(mark(&self.partial)..).unwrap_or_default());
            self.partial.clear();
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self.most_bytes - self.partial.len();
        self.partial
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }
}
