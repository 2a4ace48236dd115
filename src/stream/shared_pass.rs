//! Streams that are served by one pass over a message.
//!
//! In go JSON texts with their times of arrival, from [`intake`](super::intake); out come batches of rows, which every
//! stream of the pass takes its columns from. This is the loop of the fast path: messages that look like the ones before
//! are read many at a time, the others are walked one by one, and what is not one bare JSON text is taken apart
//! by [`framing`].

use std::cell::{Ref, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::Stream;
use super::clearing::Clearing;
use super::column_map::ColumnMap;
use super::excerpts::ExcerptColumn;
use super::mending::Mending;
use super::plan::{self, Plan};
use super::row_batch::RowBatch;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::extract::coerce::CellSource;
use crate::extract::nested;
use crate::extract::program::Program;
use crate::extract::rows::Rows;
use crate::extract::walk::{Alike, walk, walk_alike, walk_unlike};
use crate::format::{SEPARATOR, framing};
use crate::query::Reading;
use crate::table::Millis;
use crate::table::batch::Origin;

/// Rows after which they are given to the streams although the batch goes on, so that they stay
/// in the cache.
const COMMIT_ROWS: usize = 512;

/// A stream and what of the pass's program it takes.
#[derive(Debug)]
struct Member {
    stream: Rc<RefCell<Stream>>,
    map: ColumnMap,
    /// When a message replaces its rows, if one may.
    clearing: Option<Clearing>,
}

impl Member {
    fn new(stream: Rc<RefCell<Stream>>) -> Self {
        let clearing = Clearing::of(stream.borrow().reading());
        Self {
            stream,
            map: ColumnMap::default(),
            clearing,
        }
    }
}

/// Streams whose rows are made the same way, so that one program, one pass over a message and
/// one batch of rows serve them all; each takes the columns that it wants.
#[derive(Debug)]
pub(super) struct SharedPass {
    program: Program,
    /// A text that is an array is a record: one row.
    records: bool,
    members: Vec<Member>,
    /// The program's columns of whose values only a part is taken.
    excerpts: Vec<ExcerptColumn>,
    rows: Rows,
    /// For each row when its message came.
    arrivals: Vec<Millis>,
    /// The longest text that is read.
    max_bytes: usize,
    mending: Mending,
}

impl SharedPass {
    /// The pass of one stream.
    pub(super) fn new(stream: Rc<RefCell<Stream>>) -> Self {
        let mut pass = Self {
            program: Program::new(&[]),
            records: false,
            members: vec![Member::new(stream)],
            excerpts: Vec::new(),
            rows: Rows::default(),
            arrivals: Vec::new(),
            max_bytes: usize::MAX,
            mending: Mending::default(),
        };
        pass.compile();
        pass
    }

    /// Whether the pass's rows are also those of `reading`.
    pub(super) fn serves(&self, reading: &Reading) -> bool {
        let Some(member) = self.members.first() else {
            debug_assert!(false, "a pass without streams is removed");
            return false;
        };
        let stream = member.stream.borrow();
        let own = stream.reading();
        plan::may_share(own, reading)
    }

    /// Adds a stream.
    pub(super) fn add(&mut self, stream: Rc<RefCell<Stream>>) {
        self.members.push(Member::new(stream));
        self.compile();
    }

    /// Removes a stream; says whether any is left.
    pub(super) fn remove(&mut self, stream: &Rc<RefCell<Stream>>) -> bool {
        let before = self.members.len();
        self.members.retain(|m| !Rc::ptr_eq(&m.stream, stream));
        if self.members.len() < before && !self.members.is_empty() {
            self.compile();
        }
        !self.members.is_empty()
    }

    /// Its streams.
    pub(super) fn into_streams(self) -> impl Iterator<Item = Rc<RefCell<Stream>>> {
        self.members.into_iter().map(|member| member.stream)
    }

    /// Makes one program of the paths of all members.
    fn compile(&mut self) {
        let streams: Vec<Ref<'_, Stream>> =
            self.members.iter().map(|m| m.stream.borrow()).collect();
        let readings: Vec<&Reading> = streams.iter().map(|stream| stream.reading()).collect();
        let plan = Plan::new(&readings, self.records);
        let columns = streams.iter().zip(&plan.columns);
        let maps: Vec<ColumnMap> = columns
            .map(|(stream, columns)| {
                let columns: Vec<Option<usize>> = columns.iter().copied().map(Some).collect();
                plan.map(ColumnMap::new(stream.reading(), &stream.schema, &columns))
            })
            .collect();
        drop(streams);
        for (member, map) in self.members.iter_mut().zip(maps) {
            member.map = map;
        }
        self.program = plan.program;
        self.excerpts = plan.excerpts;
    }

    /// Says whether texts that are arrays are records from now on.
    pub(super) fn read_records(&mut self, records: bool) {
        if self.records != records {
            self.records = records;
            self.compile();
        }
    }

    /// Says how many bytes are held of a text that ends in the middle of a message: 0 where messages are no stream.
    pub(super) fn hold(&mut self, max_bytes: usize) {
        self.mending.max_held = max_bytes;
    }

    /// The connection was lost, and with it the rest of a text that was cut.
    pub(super) fn reconnected(&mut self) {
        self.mending.begin_anew();
    }

    /// Gives each stream of the pass to `act`.
    pub(super) fn each(&self, mut act: impl FnMut(&mut Stream)) {
        for member in &self.members {
            act(&mut member.stream.borrow_mut());
        }
    }

    /// Takes JSON texts that stand in `batch` with a [`SEPARATOR`] between them, in order of
    /// arrival, none longer than `max_bytes`. Must be UTF-8, and have one arrival time each.
    pub(super) fn receive_all(&mut self, batch: &[u8], arrivals: &[Millis], max_bytes: usize) {
        if self.members.iter().any(|member| member.clearing.is_some()) {
            self.receive_each(batch, arrivals, max_bytes);
        } else {
            self.receive_batch(batch, arrivals, max_bytes);
        }
    }

    /// The same one by one, since a text may replace what came before it.
    fn receive_each(&mut self, batch: &[u8], arrivals: &[Millis], max_bytes: usize) {
        let mut rest = batch;
        for (index, arrival) in arrivals.iter().enumerate() {
            let alone = index + 1 == arrivals.len();
            let end = memchr::memchr(SEPARATOR, rest).filter(|_| !alone);
            let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            rest = rest.get(text.len() + 1..).unwrap_or_default();
            if let Err(error) = self.clear_for(text)
                && let Some(texts) = framing::split_after(error, text)
            {
                for (_, text) in texts {
                    // What cannot be read is refused when its rows are taken.
                    let _ = self.clear_for(text);
                    self.receive_batch(text, &[*arrival], max_bytes);
                }
            } else {
                self.receive_batch(text, &[*arrival], max_bytes);
            }
        }
    }

    /// Has those forget their rows whose rows `text` replaces.
    fn clear_for(&mut self, text: &[u8]) -> Result<(), DecodeError> {
        for member in &mut self.members {
            if let Some(clearing) = &mut member.clearing
                && clearing.holds(text)?
            {
                member.stream.borrow_mut().clear();
            }
        }
        Ok(())
    }

    /// The same where no text replaces what came before it.
    fn receive_batch(&mut self, batch: &[u8], arrivals: &[Millis], max_bytes: usize) {
        self.max_bytes = max_bytes;
        self.begin();
        let (mut start, mut taken) = (0, 0);
        while let Some(arrival) = arrivals.get(taken) {
            let (count, end) = match self.receive_alike(batch, start, &arrivals[taken..]) {
                Ok(run) => run,
                Err(unlike) => {
                    let alone = taken + 1 == arrivals.len();
                    let rest = batch.get(start..).filter(|_| !alone).unwrap_or_default();
                    let length = memchr::memchr(SEPARATOR, rest);
                    let end = length.map_or(batch.len(), |length| start + length);
                    self.receive(&batch[..end], start, *arrival, unlike);
                    (1, end)
                }
            };
            taken += count;
            start = end + 1;
            if self.rows.len() >= COMMIT_ROWS {
                self.commit(batch);
            }
        }
        self.commit(batch);
    }

    fn begin(&mut self) {
        self.rows.reset(self.program.width());
        self.arrivals.clear();
    }

    /// Takes messages as long as they look like the ones before, one row each; says how many did,
    /// and where the last of them ends.
    ///
    /// # Errors
    /// When the first one does not, or is to be taken alone: whether it is known not to look like the ones before.
    #[inline]
    fn receive_alike(
        &mut self,
        batch: &[u8],
        start: usize,
        arrivals: &[Millis],
    ) -> Result<(usize, usize), bool> {
        if batch.len() > self.max_bytes || self.mending.is_holding() {
            return Err(false);
        }
        let before = self.rows.len();
        let alike = walk_alike(batch, start, SEPARATOR, &mut self.program, &mut self.rows);
        let Alike::Until(end) = alike else {
            return Err(alike == Alike::No);
        };
        let count = self.rows.len() - before;
        let Some(arrivals) = arrivals.get(..count) else {
            // One message that holds several texts. They are taken one by one.
            self.rows.truncate(before);
            return Err(false);
        };
        self.arrivals.extend_from_slice(arrivals);
        Ok((count, end))
    }

    /// Walks the message that stands in `batch` from `start` to its end, which may be known to be `unlike` those before.
    #[inline]
    fn receive(&mut self, batch: &[u8], start: usize, arrival: Millis, unlike: bool) {
        let start = start.min(batch.len());
        if batch.len() - start > self.max_bytes {
            let error = DecodeError::new(DecodeErrorKind::TooLarge, self.max_bytes);
            return self.refuse(error, batch.get(start..).unwrap_or_default());
        }
        if self.mending.is_holding() && self.take_rest(batch, start, arrival) {
            return;
        }
        let result = if unlike {
            walk_unlike(batch, start, &mut self.program, &mut self.rows)
        } else {
            walk(batch, start, &mut self.program, &mut self.rows)
        };
        match result {
            Ok(()) => self.arrivals.resize(self.rows.len(), arrival),
            Err(error) => self.receive_framed(error, batch, start, arrival),
        }
    }

    /// Takes a message where a text is held that may go on with it; false when it can only be a text of its own.
    #[cold]
    fn take_rest(&mut self, batch: &[u8], start: usize, arrival: Millis) -> bool {
        let message = batch.get(start..).unwrap_or_default();
        if self.mending.is_other(message) {
            return false;
        }
        self.commit(batch);
        let error = DecodeError::new(DecodeErrorKind::UnexpectedEnd, message.len());
        self.mend(error, message, arrival);
        true
    }

    /// Takes a message that is not one bare JSON text: something may stand around it, it holds several, or mistakes.
    #[cold]
    fn receive_framed(
        &mut self,
        mut error: DecodeError,
        batch: &[u8],
        start: usize,
        arrival: Millis,
    ) {
        let message = batch.get(start..).unwrap_or_default();
        let text = framing::text_range(message);
        if text.len() < message.len() {
            let whole = batch.get(..start + text.end).unwrap_or_default();
            match walk(whole, start + text.start, &mut self.program, &mut self.rows) {
                Ok(()) => return self.arrivals.resize(self.rows.len(), arrival),
                Err(within) => error = within,
            }
        }
        // The rows so far refer to the batch; those of the texts to each of them.
        self.commit(batch);
        let message = message.get(text).unwrap_or_default();
        let mut rest = message;
        for (at, text) in framing::split_after(error, message).into_iter().flatten() {
            match walk(text, 0, &mut self.program, &mut self.rows) {
                Ok(()) => self.arrivals.resize(self.rows.len(), arrival),
                Err(within) => {
                    error = within;
                    break;
                }
            }
            self.commit(text);
            rest = message.get(at + text.len()..).unwrap_or_default();
        }
        if !framing::is_blank(rest) || rest.len() == message.len() {
            self.mend(error, rest, arrival);
        }
    }

    /// Has a message read leniently that the strict reader refused with `error`.
    #[cold]
    fn mend(&mut self, error: DecodeError, message: &[u8], arrival: Millis) {
        if error.kind.is_limit() {
            return self.refuse(error, message);
        }
        let mut mending = std::mem::take(&mut self.mending);
        let outcome = mending.read(message);
        if outcome.redeemed > 0 {
            self.each(|stream| stream.redeem(outcome.redeemed));
        }
        let mut texts = outcome.texts;
        let opened = self.opened(mending.bytes(), &mut texts);
        let bytes = opened.as_deref().unwrap_or(mending.bytes());
        let mut refusal = outcome.is_refused.then_some(error);
        for Range { start, end } in texts {
            let whole = bytes.get(..end).unwrap_or_default();
            if self.members.iter().any(|member| member.clearing.is_some()) {
                self.commit(bytes);
                // What cannot be read is refused when its rows are taken.
                let _ = self.clear_for(whole.get(start..).unwrap_or_default());
            }
            match walk(whole, start, &mut self.program, &mut self.rows) {
                Ok(()) => self.arrivals.resize(self.rows.len(), arrival),
                Err(error) => refusal = Some(error),
            }
        }
        self.commit(bytes);
        drop(opened);
        self.mending = mending;
        if !outcome.repairs.is_empty() {
            self.each(|stream| stream.mended(outcome.repairs, message));
        }
        if let Some(error) = refusal {
            self.refuse(error, message);
        }
    }

    /// Mended texts with the JSON in their texts opened, which could not be done before; `texts` says where they stand.
    fn opened(&self, bytes: &[u8], texts: &mut [Range<usize>]) -> Option<Vec<u8>> {
        let stream = self.members.first()?.stream.borrow();
        let parse = &stream.reading().parse;
        if parse.is_empty() {
            return None;
        }
        let mut opened = Vec::new();
        for text in texts {
            let start = opened.len();
            let mended = bytes.get(text.clone()).unwrap_or_default();
            nested::open(mended, parse, &mut opened);
            *text = start..opened.len();
        }
        Some(opened)
    }

    #[cold]
    pub(super) fn refuse(&self, error: DecodeError, message: &[u8]) {
        self.each(|stream| stream.refuse(error, message));
    }

    /// Puts what is taken of the values in their place.
    #[cold]
    fn cut(&mut self, source: CellSource<'_>) {
        let scratch = &mut String::new();
        for column in &self.excerpts {
            if let Some(mismatch) = column.cut(&mut self.rows, source, scratch) {
                let streams = self.members.iter().map(|member| &member.stream);
                streams.for_each(|stream| stream.borrow_mut().note_mismatch(&mismatch));
            }
        }
    }

    /// Gives the rows that wait to the streams.
    fn commit(&mut self, batch: &[u8]) {
        let came = self.arrivals.last().copied().unwrap_or_default();
        let source = CellSource::new(batch).at(came);
        if !self.excerpts.is_empty() {
            self.cut(source);
        }
        let rows = RowBatch {
            rows: &self.rows,
            source,
            arrivals: &self.arrivals,
            names: self.program.names(),
            is_truncated: self.program.is_full(),
        };
        for Member { stream, map, .. } in &mut self.members {
            stream.borrow_mut().receive(map, &rows, Origin::Live);
        }
        self.begin();
    }
}
