//! A connection with its readers from beginning to end: messages, lost connections, history and frames in any order,
//! and what must be true after each.

use std::cell::RefCell;
use std::rc::Rc;

use freshet::format::{Format, Message, SEPARATOR};
use freshet::protocol::{self, Opening, Protocol, Received, Setup};
use freshet::query::{Backfill, FetchedHistory, Fills, Query};
use freshet::stream::Stream;
use freshet::stream::history_texts::HistoryTexts;
use freshet::stream::intake::Intake;

use crate::bytes::{Bytes, Writer};
use crate::{frames, json, query};

/// Small, so that the fuzzer finds what happens at the limit.
const MAX_MESSAGE: usize = 4096;

/// What may become of a compressed message.
const MAX_TEXT: usize = 4 * MAX_MESSAGE + 64 * 1024;

/// More steps take long and show nothing new.
const MAX_STEPS: usize = 200;

/// Times that all messages are sent again at the end, where the input asks for it.
const ROUNDS: usize = 4;

/// The time at which sessions begin: 2023-11-14.
const BEGIN: f64 = 1_700_000_000_000.0;

#[derive(Clone)]
enum Sent {
    Text(String),
    Binary(Vec<u8>),
}

impl Sent {
    fn as_message(&self) -> Message<'_> {
        match self {
            Self::Text(text) => Message::Text(text.as_bytes()),
            Self::Binary(bytes) => Message::Binary(bytes),
        }
    }

    /// What it can become.
    fn most_bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => MAX_TEXT.min(bytes.len() * 1100),
        }
    }
}

/// One query on the connection.
struct Reader {
    target: Query,
    stream: Rc<RefCell<Stream>>,
    /// Rows held of each series.
    capacity: usize,
    attached: bool,
    had_history: bool,
    revision: u64,
    /// Revision, limit and digest of the last frames.
    shown: Option<(u64, usize, u64)>,
}

struct Session {
    intake: Intake,
    /// The first query's, or what the first message is of where that leaves it to be found out.
    protocol: Option<Box<dyn Protocol>>,
    readers: Vec<Reader>,
    sent: Vec<Sent>,
    /// Bytes of the longest message or history.
    longest: usize,
    now: f64,
}

/// Runs the session that `bytes` tell: one or two queries, then what happens. A query that is refused reads nothing.
pub fn run(bytes: &mut Bytes<'_>) {
    let flags = bytes.byte();
    let mut session = Session {
        intake: Intake::new(MAX_MESSAGE),
        protocol: None,
        readers: Vec::new(),
        sent: Vec::new(),
        longest: 0,
        now: BEGIN,
    };
    for _ in 0..1 + flags % 2 {
        if let Ok(target) = Query::parse(&query::read(bytes)) {
            session.add(target);
        }
    }
    let Some(first) = session.readers.first() else {
        return;
    };
    if let Some(entry) = first.target.protocol.and_then(protocol::find) {
        session.speak(entry);
    }
    for _ in 0..MAX_STEPS {
        if bytes.is_empty() {
            break;
        }
        session.step(bytes);
        session.check();
    }
    if flags & 2 != 0 {
        session.repeat_all();
    }
    session.show_all(usize::MAX);
}

/// The seed of a recorded feed: its query, a message in each step and, where it is `eventful`, in between a lost
/// connection, history and frames, and everything once more at the end.
pub fn write<'m>(
    query: &serde_json::Value,
    messages: impl Iterator<Item = (bool, &'m [u8])>,
    eventful: bool,
) -> Vec<u8> {
    const EVENTS: [&[u8]; 4] = [&[9, 9, 50], &[9, 7, 0, 2], &[9, 6], &[9, 5, 0]];
    let mut writer = Writer(vec![if eventful { 2 } else { 0 }]);
    writer.0.extend(query::write(query));
    for (index, (binary, message)) in messages.enumerate() {
        writer.byte(20);
        writer.byte(usize::from(binary));
        writer.slice(message);
        if eventful && index > 1 {
            writer.0.extend(EVENTS[index % EVENTS.len()]);
        }
    }
    writer.0
}

impl Session {
    fn add(&mut self, target: Query) {
        let stream = Stream::new(&target.projection.reading, target.capacity);
        let stream = Rc::new(RefCell::new(stream));
        self.intake.attach(&target.format, None, Rc::clone(&stream));
        self.readers.push(Reader {
            capacity: target.capacity,
            target,
            stream,
            attached: true,
            had_history: false,
            revision: 0,
            shown: None,
        });
    }

    fn step(&mut self, bytes: &mut Bytes<'_>) {
        self.pass_time(bytes.byte());
        match bytes.below(12) {
            0 => self.send(Sent::Text(bytes.text())),
            1 => self.send(Sent::Binary(bytes.slice().to_vec())),
            2 | 3 => self.send(Sent::Text(json::text(bytes))),
            4 => self.send_together(bytes),
            5 => self.send_again(bytes.byte()),
            6 => self.reconnect(),
            7 => self.history(bytes),
            8 => self.resize(bytes),
            9 => self.show_all(1 + bytes.below(60)),
            10 => self.turn(bytes.byte()),
            _ => self.send_many_alike(bytes),
        }
    }

    /// The clock may be put back, too.
    fn pass_time(&mut self, byte: u8) {
        self.now += match byte {
            255 => -100_000.0,
            byte => f64::from(byte).powi(2),
        };
    }

    fn speak(&mut self, entry: &protocol::ProtocolEntry) {
        let mut protocol = (entry.make)(&Setup::new(MAX_MESSAGE));
        protocol.opened(&Opening::default(), self.now);
        self.protocol = Some(protocol);
    }

    fn reconnect(&mut self) {
        if let Some(protocol) = &mut self.protocol {
            protocol.closed();
            protocol.opened(&Opening::default(), self.now);
        }
        self.intake.reconnected();
    }

    fn send(&mut self, message: Sent) {
        self.longest = self.longest.max(message.most_bytes());
        let is_open = |reader: &Reader| reader.target.format == Format::AUTO;
        if self.sent.is_empty()
            && self.protocol.is_none()
            && self.readers.first().is_some_and(is_open)
            && let Some(entry) = protocol::detect(message.as_message(), MAX_MESSAGE)
        {
            self.speak(entry);
        }
        match (&mut self.protocol, &message) {
            (Some(protocol), message) => {
                let message = message.as_message();
                let mut received = Received::default();
                let result = protocol.receive(message, self.now, self.now, &mut received);
                let bytes = message.bytes().len();
                self.intake.receive_documents(
                    received.documents.bytes(),
                    &received.arrivals,
                    &received.subscriptions,
                    1,
                    bytes,
                );
                if let Err(error) = result {
                    self.intake.refuse(error, message);
                }
                while protocol.poll_transmit().is_some() {}
            }
            (None, Sent::Text(text)) => self.intake.receive_texts(text.as_bytes(), &[self.now]),
            (None, Sent::Binary(bytes)) => self.intake.receive_binary(bytes, self.now),
        }
        self.sent.push(message);
    }

    /// Several texts in one batch, as they come when the engine was busy.
    fn send_together(&mut self, bytes: &mut Bytes<'_>) {
        let count = 1 + bytes.below(6);
        let texts: Vec<String> = (0..count).map(|_| json::text(bytes)).collect();
        self.send_batch(&texts);
    }

    /// A message with another number in it each time: rows that look alike are read in one run.
    fn send_many_alike(&mut self, bytes: &mut Bytes<'_>) {
        let count = 1 + bytes.below(40);
        let text = json::text(bytes);
        let texts: Vec<String> = (0..count)
            .map(|index| text.replace("true", &index.to_string()))
            .collect();
        self.send_batch(&texts);
    }

    fn send_batch(&mut self, texts: &[String]) {
        let separator = char::from(SEPARATOR).to_string();
        assert!(!texts.iter().any(|text| text.contains(&separator)));
        if self.protocol.is_some() {
            texts
                .iter()
                .cloned()
                .map(Sent::Text)
                .for_each(|text| self.send(text));
            return;
        }
        let longest = texts.iter().map(String::len).max();
        self.longest = self.longest.max(longest.unwrap_or_default());
        let arrivals: Vec<f64> = (0..texts.len())
            .map(|index| self.now + index as f64)
            .collect();
        self.intake
            .receive_texts(texts.join(&separator).as_bytes(), &arrivals);
        self.sent.extend(texts.iter().cloned().map(Sent::Text));
    }

    fn send_again(&mut self, index: u8) {
        if !self.sent.is_empty() {
            let message = self.sent[usize::from(index) % self.sent.len()].clone();
            self.send(message);
        }
    }

    /// A reader's history comes, once. What was sent so far can be it, or what the input says.
    fn history(&mut self, bytes: &mut Bytes<'_>) {
        let index = bytes.below(self.readers.len());
        let answer = match bytes.below(3) {
            0 => bytes.slice().to_vec(),
            1 => json::text(bytes).into_bytes(),
            _ => self.sent_texts(),
        };
        self.longest = self.longest.max(MAX_TEXT.min(answer.len() * 1100));
        let reader = &mut self.readers[index];
        if std::mem::replace(&mut reader.had_history, true) {
            return;
        }
        let backfill = match &reader.target.backfill {
            Some(Backfill::Fetched(backfill)) => backfill.clone(),
            Some(Backfill::Queried(_)) | None => FetchedHistory {
                url: String::new(),
                format: reader.target.format.clone(),
                reading: None,
                fills: Fills::Same,
            },
        };
        let texts = HistoryTexts::of(&backfill.format, &answer, MAX_MESSAGE);
        Stream::receive_history(&reader.stream, &backfill, &texts, self.now);
    }

    fn sent_texts(&self) -> Vec<u8> {
        let texts = self.sent.iter().filter_map(|sent| match sent {
            Sent::Text(text) => Some(text.as_str()),
            Sent::Binary(_) => None,
        });
        texts.collect::<Vec<_>>().join("\n").into_bytes()
    }

    fn resize(&mut self, bytes: &mut Bytes<'_>) {
        let index = bytes.below(self.readers.len());
        let reader = &mut self.readers[index];
        reader.capacity = 1 + bytes.below(30);
        reader.shown = None;
        reader.stream.borrow_mut().resize(reader.capacity);
    }

    /// A reader leaves, or comes back and finds its rows.
    fn turn(&mut self, index: u8) {
        let index = usize::from(index) % self.readers.len();
        let reader = &mut self.readers[index];
        reader.attached = !reader.attached;
        if reader.attached {
            self.intake
                .attach(&reader.target.format, None, Rc::clone(&reader.stream));
        } else {
            self.intake.detach(&reader.stream);
        }
    }

    /// Everything comes again, so that what grows with each message is seen.
    fn repeat_all(&mut self) {
        let sent = std::mem::take(&mut self.sent);
        for _ in 0..ROUNDS {
            for message in &sent {
                self.now += 1.0;
                self.send(message.clone());
                self.sent.clear();
            }
            self.check();
            self.show_all(usize::MAX);
        }
    }

    fn check(&mut self) {
        for reader in &mut self.readers {
            reader.check(self.longest);
        }
    }

    fn show_all(&mut self, limit: usize) {
        for reader in &mut self.readers {
            reader.show(limit, self.now);
            reader.check(self.longest);
        }
    }
}

impl Reader {
    fn check(&mut self, longest: usize) {
        let stream = self.stream.borrow();
        let revision = stream.revision();
        assert!(
            revision >= self.revision,
            "revision {} to {revision}",
            self.revision
        );
        self.revision = revision;
        let keep = &self.target.projection.reading.retention;
        let series = if keep.split { keep.max_series } else { 1 };
        let most = series.saturating_mul(self.capacity);
        assert!(stream.len() <= most, "{} rows of {most}", stream.len());
        let bound = self.most_bytes(series, longest);
        let used = stream.allocated_bytes();
        assert!(used <= bound, "{used} bytes instead of {bound} at most");
    }

    /// Memory that rings of that many rows may need: the cells, and a text for each that is kept for a while.
    fn most_bytes(&self, series: usize, longest: usize) -> usize {
        let chosen = 4 * self.target.projection.reading.columns.len();
        let columns = 4 + chosen + freshet::extract::program::MAX_INFERRED_COLUMNS;
        let rows = self.capacity.max(64) * 4;
        let cells = rows.saturating_mul(columns).saturating_mul(series);
        cells.saturating_mul(64 + longest)
    }

    fn show(&mut self, limit: usize, now: f64) {
        let mut stream = self.stream.borrow_mut();
        stream.stats();
        for notice in stream.notices(&self.target.projection) {
            assert!(!notice.text.is_empty());
        }
        let before = stream.revision();
        let fields = &self.target.projection;
        let keep = &fields.reading.retention;
        let limit = limit.min(self.target.capacity);
        stream.settle(fields, now);
        let shown = stream.frames(limit, fields, now);
        let most = if keep.split { keep.max_series } else { 1 };
        assert!(
            (1..=most).contains(&shown.len()),
            "{} frames of {most}",
            shown.len()
        );
        for frame in &shown {
            assert!(frame.len <= limit.min(self.capacity), "{} rows", frame.len);
            frames::check_form(frame);
            let times = frames::times(frame);
            assert!(times.iter().all(|time| time.is_finite()), "{times:?}");
            assert!(!keep.ordered || times.is_sorted(), "{times:?}");
        }
        let digest = frames::digest(&shown);
        drop(shown);
        let after = stream.revision();
        if let Some((revision, last_limit, last)) = self.shown
            && (revision, last_limit) == (before, limit)
            && before == after
            && fields.window_ms.is_none()
        {
            assert_eq!(digest, last, "frames differ at revision {before}");
        }
        self.shown = Some((after, limit, digest));
    }
}
