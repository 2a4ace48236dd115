//! Streams that are served by one pass over a message.

use std::cell::RefCell;
use std::rc::Rc;

use super::Stream;
use super::taken::Taken;
use super::wiring::Wiring;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::extract::coerce::Source;
use crate::extract::path::{Path, Segment};
use crate::extract::program::Program;
use crate::extract::rows::Rows;
use crate::extract::walk::{Alike, walk, walk_alike, walk_unlike};
use crate::format::{Documents, SEPARATOR, framing};
use crate::query::{Backfill, FieldSelector, Fills, Reading};
use crate::table::Millis;
use crate::table::batch::Origin;

/// Rows after which they are given to the streams although the batch goes on, so that they stay
/// in the cache.
const COMMIT_ROWS: usize = 512;

/// A stream and what of the group's program it takes.
#[derive(Debug)]
struct Member {
    stream: Rc<RefCell<Stream>>,
    wiring: Wiring,
}

/// Streams whose rows are made the same way, so that one program, one pass over a message and
/// one batch of rows serve them all; each takes the columns that it wants.
#[derive(Debug)]
pub(super) struct Group {
    paths: Vec<Path>,
    program: Program,
    /// A text that is an array is a record: one row.
    records: bool,
    members: Vec<Member>,
    rows: Rows,
    /// For each row when its message came.
    arrivals: Vec<Millis>,
    /// The longest text that is read.
    max_bytes: usize,
}

impl Group {
    /// The group of one stream.
    pub(super) fn new(stream: Rc<RefCell<Stream>>) -> Self {
        let mut group = Self {
            paths: Vec::new(),
            program: Program::new(&[]),
            records: false,
            members: vec![Member {
                stream,
                wiring: Wiring::default(),
            }],
            rows: Rows::default(),
            arrivals: Vec::new(),
            max_bytes: usize::MAX,
        };
        group.compile();
        group
    }

    /// Whether the group's rows are also those of `reading`.
    pub(super) fn serves(&self, reading: &Reading) -> bool {
        let Some(member) = self.members.first() else {
            return false;
        };
        let stream = member.stream.borrow();
        let own = stream.reading();
        if own.is_open() || reading.is_open() {
            return own.is_open() == reading.is_open() && claims(own) == claims(reading);
        }
        begins_in_array(own) == begins_in_array(reading) && same_rows(own, reading)
    }

    /// Adds a stream.
    pub(super) fn add(&mut self, stream: Rc<RefCell<Stream>>) {
        self.members.push(Member {
            stream,
            wiring: Wiring::default(),
        });
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
        self.paths.clear();
        let mut open = false;
        // For each path whether everybody wants a number there.
        let mut numbers = Vec::new();
        for member in &mut self.members {
            let stream = member.stream.borrow();
            let reading = stream.reading();
            let columns = reading.paths().into_iter();
            let columns: Vec<usize> = columns.map(|path| column(&mut self.paths, path)).collect();
            numbers.resize(self.paths.len(), true);
            for (index, column) in columns.iter().enumerate() {
                let selector = reading.columns.get(index);
                numbers[*column] &= selector.is_some_and(FieldSelector::wants_number);
            }
            member.wiring = Wiring::of(reading, &stream.schema, &columns);
            open = reading.is_open();
        }
        if open {
            let claims = self
                .members
                .first()
                .map(|m| claims(m.stream.borrow().reading()));
            let program = Program::inferred(&claims.unwrap_or_default());
            self.program = program.taking_records(self.records);
            for member in &mut self.members {
                let wiring = std::mem::take(&mut member.wiring);
                member.wiring = wiring.finding_from(self.paths.len());
            }
        } else {
            let wants_number = |column: usize| numbers.get(column) == Some(&true);
            self.program = Program::new(&self.paths).expect_numbers(wants_number);
        }
    }

    /// Says whether texts that are arrays are records from now on.
    pub(super) fn read_records(&mut self, records: bool) {
        if self.records != records {
            self.records = records;
            self.compile();
        }
    }

    /// Gives each stream of the group to `act`.
    pub(super) fn each(&self, mut act: impl FnMut(&mut Stream)) {
        for member in &self.members {
            act(&mut member.stream.borrow_mut());
        }
    }

    /// Takes JSON texts that stand in `batch` with a [`SEPARATOR`] between them, in order of
    /// arrival, none longer than `max_bytes`. Must be UTF-8, and have one arrival time each.
    pub(super) fn receive_all(&mut self, batch: &[u8], arrivals: &[Millis], max_bytes: usize) {
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
                self.commit(batch, Origin::Live);
            }
        }
        self.commit(batch, Origin::Live);
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
        if batch.len() > self.max_bytes {
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

    /// Takes a message that is not one bare JSON text: something may stand around it, or it holds several.
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
        let message = message.get(text).unwrap_or_default();
        let Some(texts) = framing::split_after(error, message) else {
            return self.refuse(error, message);
        };
        // The rows so far refer to the batch; those of the texts to each of them.
        self.commit(batch, Origin::Live);
        for text in texts {
            match walk(text, 0, &mut self.program, &mut self.rows) {
                Ok(()) => self.arrivals.resize(self.rows.len(), arrival),
                Err(error) => self.refuse(error, text),
            }
            self.commit(text, Origin::Live);
        }
    }

    #[cold]
    pub(super) fn refuse(&self, error: DecodeError, message: &[u8]) {
        self.each(|stream| stream.refuse(error, message));
    }

    /// Gives the rows that wait to the streams.
    fn commit(&mut self, batch: &[u8], origin: Origin) {
        let taken = Taken {
            rows: &self.rows,
            source: Source::new(batch),
            arrivals: &self.arrivals,
            names: self.program.names(),
            cut: self.program.is_full(),
        };
        for Member { stream, wiring } in &mut self.members {
            stream.borrow_mut().take(wiring, &taken, origin);
        }
        self.begin();
    }
}

/// Reads a history for one stream. Says how many rows there were.
///
/// # Errors
/// When one of the texts cannot be read; the rows of those before it are taken.
pub(super) fn read_history(
    stream: &Rc<RefCell<Stream>>,
    backfill: &Backfill,
    texts: &Documents,
    now: Millis,
) -> Result<usize, DecodeError> {
    let mut group = Group::new(Rc::clone(stream));
    group.read_records(texts.are_records());
    if let Some(reading) = &backfill.reading {
        group.read_as(reading, &backfill.fills);
    }
    group.begin();
    let mut rows = 0;
    for text in texts.texts().filter(|text| !text.trim_ascii().is_empty()) {
        match group.read_past(text, now) {
            Ok(count) => rows += count,
            // A feed of single texts may have a history of lines.
            Err(error) => {
                for text in framing::split_after(error, text).ok_or(error)? {
                    rows += group.read_past(text, now)?;
                }
            }
        }
    }
    Ok(rows)
}

impl Group {
    /// Takes a text of history; says how many rows it had.
    fn read_past(&mut self, text: &[u8], now: Millis) -> Result<usize, DecodeError> {
        walk(text, 0, &mut self.program, &mut self.rows)?;
        let rows = self.rows.len();
        self.arrivals.resize(rows, now);
        self.commit(text, Origin::History);
        Ok(rows)
    }

    /// Has the one stream of this group filled by another reading, by the names of its fields.
    fn read_as(&mut self, reading: &Reading, fills: &Fills) {
        let paths: Vec<Path> = reading.paths().into_iter().cloned().collect();
        self.program = if reading.is_open() {
            Program::inferred(&claims(reading)).taking_records(self.records)
        } else {
            Program::new(&paths)
        };
        let Some(Member { stream, wiring }) = self.members.first_mut() else {
            return;
        };
        *wiring = stream.borrow_mut().wire_history(reading, fills);
        if reading.is_open() {
            *wiring = std::mem::take(wiring).finding_from(paths.len());
        }
        self.paths = paths;
    }
}

impl Stream {
    /// The wiring of a history that is read another way.
    fn wire_history(&mut self, history: &Reading, fills: &Fills) -> Wiring {
        let own = self.reading.clone();
        // For each chosen column of the stream, the history's column that fills it.
        let filled_by = |chosen: usize| match fills {
            Fills::Chosen(places) => places.iter().position(|place| *place == chosen),
            Fills::Named(_) | Fills::Same => None,
        };
        let missing = usize::MAX;
        let columns = (0..own.columns.len()).map(|chosen| filled_by(chosen).unwrap_or(missing));
        let mut columns: Vec<usize> = columns.collect();
        let keys = own.keep.upsert.iter().flat_map(|upsert| &upsert.keys);
        let key_columns: Vec<usize> = keys
            .map(|key| {
                let chosen = own.columns.iter().position(|column| column.path == *key);
                chosen.and_then(filled_by).unwrap_or(missing)
            })
            .collect();
        // What the query filters by need not be in the history, which was asked for as it is.
        let mut plain = own;
        plain.filter.clear();
        plain.time = None;
        if let Some(upsert) = &mut plain.keep.upsert {
            upsert.delete_when.clear();
        }
        columns.extend(key_columns);
        let mut wiring = Wiring::of(&plain, &self.schema, &columns);
        wiring.read_time_of(history);
        if let Fills::Named(names) = fills {
            for (index, name) in names.iter().enumerate() {
                self.place(&mut wiring, index, name);
            }
        }
        wiring
    }

    /// Takes the answer of the history endpoint and merges it with the rows that
    /// came meanwhile.
    pub fn receive_history(
        stream: &Rc<RefCell<Self>>,
        backfill: &Backfill,
        texts: Result<&Documents, DecodeError>,
        now: Millis,
    ) {
        stream.borrow_mut().begin_history();
        let now = stream.borrow().time_of_history(now);
        let result = texts.and_then(|texts| read_history(stream, backfill, texts, now));
        let mut this = stream.borrow_mut();
        this.end_history();
        this.revision += 1;
        this.history_problem = match result {
            Ok(0) => Some("The history is empty.".to_owned()),
            Ok(_) => None,
            Err(error) => Some(format!("The history could not be read: {error}.")),
        };
    }
}

/// The column of a path, added if no other reading has it.
fn column(paths: &mut Vec<Path>, path: &Path) -> usize {
    paths
        .iter()
        .position(|other| other == path)
        .unwrap_or_else(|| {
            paths.push(path.clone());
            paths.len() - 1
        })
}

/// The chosen paths of a reading that finds its values, each once, and whether what is there is
/// no value of its own: labels, times and identifiers are none, what is only tested is.
fn claims(reading: &Reading) -> Vec<(Path, bool)> {
    let mut paths = Vec::new();
    let mut claims: Vec<(Path, bool)> = Vec::new();
    let claiming = reading.columns.len() + usize::from(reading.time.is_some());
    for (index, path) in reading.paths().into_iter().enumerate() {
        let column = column(&mut paths, path);
        let claims_it = index < claiming;
        match claims.get_mut(column) {
            Some(claim) => claim.1 |= claims_it,
            None => claims.push((path.clone(), claims_it)),
        }
    }
    claims
}

fn begins_in_array(reading: &Reading) -> bool {
    reading.paths().into_iter().any(Path::begins_in_array)
}

/// Whether two readings make rows of the same selectors.
fn same_rows(a: &Reading, b: &Reading) -> bool {
    fn prefixes(reading: &Reading) -> Vec<&[Segment]> {
        let paths = reading.paths().into_iter();
        paths
            .map(Path::row_prefix)
            .filter(|p| !p.is_empty())
            .collect()
    }
    let (a, b) = (prefixes(a), prefixes(b));
    let descends = |prefix: &&[Segment]| prefix.contains(&Segment::Descend);
    let both = || a.iter().chain(&b);
    let several = both().any(|prefix| both().next() != Some(prefix));
    if several && both().any(descends) {
        // Where `..` meets nothing for one of them it makes no row, but would if the other met something;
        // side by side with other rows those would then stand elsewhere.
        return false;
    }
    a.iter().all(|prefix| b.contains(prefix)) && b.iter().all(|prefix| a.contains(prefix))
}
