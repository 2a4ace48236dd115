//! What a connection delivers, given to everybody who reads it.
//!
//! In go batches of messages, or the payloads that a protocol found in them; each format that readers name translates them once,
//! and each shared pass walks them once. Out come rows, in the tables of the streams that are attached. A session has one, and
//! calls it; a preview and the feed of connections have one of their own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Stream;
use super::shared_pass::SharedPass;
use crate::decode::DecodeError;
use crate::extract::nested;
use crate::extract::path::Path;
use crate::format::{Decoder, Documents, Format, FoundFormat, Message, SEPARATOR};
use crate::protocol::SubscriptionId;
use crate::table::Millis;

/// Everybody who reads a connection, sorted so that a message is translated once for all who say
/// that it is written the same way, and walked once for all whose rows are made the same way.
#[derive(Debug)]
pub struct Intake {
    lanes: Vec<FormatLane>,
    /// The lanes of each subscription, by their places. Those that take the payloads of all are of none.
    lanes_of: LanesOf,
    max_message_bytes: usize,
}

/// By subscription.
type LanesOf = HashMap<Option<SubscriptionId>, Vec<usize>, foldhash::fast::RandomState>;

/// Bytes of translated texts that wait at most.
const GIVEN_BYTES: usize = 1 << 18;

/// Payloads that wait, with a [`SEPARATOR`] between them.
#[derive(Debug, Default)]
struct Payloads {
    texts: Vec<u8>,
    arrivals: Vec<Millis>,
}

impl Payloads {
    fn push(&mut self, text: &[u8], arrival: Millis) {
        if !self.arrivals.is_empty() {
            self.texts.push(SEPARATOR);
        }
        self.texts.extend_from_slice(text);
        self.arrivals.push(arrival);
    }

    fn clear(&mut self) {
        self.texts.clear();
        self.arrivals.clear();
    }
}

/// The streams that take messages to be written in one format, of one subscription where a protocol tells them apart.
#[derive(Debug)]
struct FormatLane {
    format: Format,
    /// Whose payloads they take, where a protocol tells that.
    subscription: Option<SubscriptionId>,
    /// Texts that hold JSON. Part of how messages are read by all of a lane, since it is done once for them.
    parse: Vec<Path>,
    /// Texts with those opened, kept for its memory.
    opened: Vec<u8>,
    /// Payloads that are for them, picked out of a batch.
    sorted: Payloads,
    decoder: Decoder,
    documents: Documents,
    arrivals: Vec<Millis>,
    passes: Vec<SharedPass>,
    max_message_bytes: usize,
    /// Bytes that are held of a text that ends in the middle of a message.
    max_held: usize,
    /// What was last said of the format.
    told: Option<FoundFormat>,
    /// The messages are points of line protocol.
    reads_points: bool,
}

impl Intake {
    /// An intake that nobody reads.
    pub fn new(max_message_bytes: usize) -> Self {
        Self {
            lanes: Vec::new(),
            lanes_of: LanesOf::default(),
            max_message_bytes,
        }
    }

    /// Says again where the lanes of each subscription are, after lanes came or went.
    fn index(&mut self) {
        self.lanes_of.clear();
        for (place, lane) in self.lanes.iter().enumerate() {
            let places = self.lanes_of.entry(lane.subscription).or_default();
            places.push(place);
        }
    }

    /// Has `stream` read the messages from now on: those of `subscription`, or all of them.
    pub fn attach(
        &mut self,
        format: &Format,
        subscription: Option<SubscriptionId>,
        stream: Rc<RefCell<Stream>>,
    ) {
        let max = self.max_message_bytes;
        let mut lanes = self.lanes.iter();
        let parse = stream.borrow().reading().parse.clone();
        let known = lanes.position(|lane| lane.serves(format, subscription, &parse));
        let index = known.unwrap_or_else(|| {
            let lane = FormatLane::new(format, subscription, parse, max);
            self.lanes.push(lane);
            self.lanes.len() - 1
        });
        self.lanes[index].attach(stream);
        self.index();
    }

    /// Ends that.
    pub fn detach(&mut self, stream: &Rc<RefCell<Stream>>) {
        for lane in &mut self.lanes {
            lane.passes.retain_mut(|pass| pass.remove(stream));
        }
        self.lanes.retain(|lane| !lane.passes.is_empty());
        self.index();
    }

    /// Takes text messages, in order of arrival, that stand in `batch` with a [`SEPARATOR`] between
    /// them. Must be UTF-8, and have one arrival time each; where a message holds the separator
    /// itself, hand it over alone.
    pub fn receive_texts(&mut self, batch: &[u8], arrivals: &[Millis]) {
        for lane in &mut self.lanes {
            lane.receive_texts(batch, arrivals);
        }
    }

    /// Takes binary messages, in order of arrival, that stand in `batch` one after the other, each as
    /// long as `lengths` says and with its time of arrival.
    pub fn receive_binaries(&mut self, batch: &[u8], lengths: &[u32], arrivals: &[Millis]) {
        for lane in &mut self.lanes {
            lane.receive_binaries(batch, lengths, arrivals);
        }
    }

    /// Takes one binary message.
    pub fn receive_binary(&mut self, message: &[u8], arrival: Millis) {
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
        self.receive_binaries(message, &[length], &[arrival]);
    }

    /// Takes payloads that a protocol took out of `messages` messages of `bytes` bytes, as JSON texts with a
    /// [`SEPARATOR`] between them; each with the time at which its message came, and with the subscription that it
    /// is for, `None` for all.
    pub fn receive_documents(
        &mut self,
        texts: &[u8],
        arrivals: &[Millis],
        subscriptions: &[Option<SubscriptionId>],
        messages: usize,
        bytes: usize,
    ) {
        debug_assert_eq!(subscriptions.len(), arrivals.len(), "each is for somebody");
        if subscriptions.iter().all(Option::is_none) {
            for lane in &mut self.lanes {
                match lane.subscription {
                    // Of a connection that many share, a lane's messages are the payloads that are for it.
                    Some(_) => lane.count(arrivals.len(), texts.len()),
                    None => lane.count(messages, bytes),
                }
                lane.read_payloads(texts, arrivals);
            }
            return;
        }
        for place in self.sort(texts, arrivals, subscriptions) {
            let Some(lane) = self.lanes.get_mut(place) else {
                continue;
            };
            let mut sorted = std::mem::take(&mut lane.sorted);
            match lane.subscription {
                Some(_) => lane.count(sorted.arrivals.len(), sorted.texts.len()),
                None => lane.count(messages, bytes),
            }
            lane.read_payloads(&sorted.texts, &sorted.arrivals);
            sorted.clear();
            lane.sorted = sorted;
        }
    }

    /// Gives each lane the payloads that are for it. Says which lanes have to do with the messages, in order: one of many
    /// subscriptions costs the others nothing.
    fn sort(
        &mut self,
        texts: &[u8],
        arrivals: &[Millis],
        subscriptions: &[Option<SubscriptionId>],
    ) -> Vec<usize> {
        let of_all = self.lanes_of.get(&None);
        let mut touched = of_all.cloned().unwrap_or_default();
        let count = self.lanes.len();
        let ends = memchr::memchr_iter(SEPARATOR, texts).chain([texts.len()]);
        let mut start = 0;
        for ((end, arrival), subscription) in ends.zip(arrivals).zip(subscriptions) {
            let text = texts.get(start..end).unwrap_or_default();
            let give = |place: usize| {
                if let Some(lane) = self.lanes.get_mut(place) {
                    if lane.sorted.arrivals.is_empty() && lane.subscription.is_some() {
                        touched.push(place);
                    }
                    lane.sorted.push(text, *arrival);
                }
            };
            match subscription {
                None => (0..count).for_each(give),
                Some(_) => {
                    let places = [&None, subscription].map(|id| self.lanes_of.get(id));
                    places
                        .into_iter()
                        .flatten()
                        .flatten()
                        .copied()
                        .for_each(give);
                }
            }
            start = end + 1;
        }
        touched.sort_unstable();
        touched
    }

    /// Has everybody told of a message that a protocol could not read.
    pub fn refuse(&self, error: DecodeError, message: Message<'_>) {
        for lane in &self.lanes {
            lane.refuse(error, message);
        }
    }

    /// Takes over the streams of another intake that has read the same messages.
    pub fn absorb(&mut self, other: Self) {
        for lane in other.lanes {
            let mut own = self.lanes.iter_mut();
            match own.find(|own| own.serves(&lane.format, lane.subscription, &lane.parse)) {
                Some(own) => lane
                    .passes
                    .into_iter()
                    .flat_map(SharedPass::into_streams)
                    .for_each(|stream| own.attach(stream)),
                None => self.lanes.push(lane),
            }
        }
        self.index();
    }

    /// How many passes over a message it takes to serve everybody.
    pub fn passes(&self) -> usize {
        self.lanes.iter().map(|lane| lane.passes.len()).sum()
    }

    /// The connection was lost and stands again.
    pub fn reconnected(&mut self) {
        for lane in &mut self.lanes {
            lane.decoder.reconnected();
            lane.passes.iter_mut().for_each(SharedPass::reconnected);
            lane.each(Stream::begin_anew);
        }
    }
}

impl FormatLane {
    fn new(
        format: &Format,
        subscription: Option<SubscriptionId>,
        parse: Vec<Path>,
        max_message_bytes: usize,
    ) -> Self {
        Self {
            format: format.clone(),
            subscription,
            parse,
            opened: Vec::new(),
            sorted: Payloads::default(),
            decoder: Decoder::new(format.clone(), max_message_bytes),
            documents: Documents::default(),
            arrivals: Vec::new(),
            passes: Vec::new(),
            max_message_bytes,
            max_held: 0,
            told: None,
            reads_points: false,
        }
    }

    fn serves(
        &self,
        format: &Format,
        subscription: Option<SubscriptionId>,
        parse: &[Path],
    ) -> bool {
        self.format == *format && self.subscription == subscription && self.parse == parse
    }

    fn attach(&mut self, stream: Rc<RefCell<Stream>>) {
        if let Some(format) = &self.told {
            stream.borrow_mut().set_format(format, false);
        }
        if self.reads_points {
            stream.borrow_mut().read_points();
        }
        let serves = |pass: &&mut SharedPass| pass.serves(stream.borrow().reading());
        match self.passes.iter_mut().find(serves) {
            Some(pass) => pass.add(stream),
            None => {
                let mut pass = SharedPass::new(stream);
                pass.hold(self.max_held);
                self.passes.push(pass);
            }
        }
    }

    fn each(&self, mut act: impl FnMut(&mut Stream)) {
        self.passes.iter().for_each(|pass| pass.each(&mut act));
    }

    fn count(&self, messages: usize, bytes: usize) {
        self.each(|stream| stream.count(messages, bytes));
    }

    /// Says how much is held of a text that ends in the middle of a message.
    fn hold(&mut self, max_bytes: usize) {
        self.max_held = max_bytes;
        self.decoder.take_as_stream(max_bytes > 0);
        for pass in &mut self.passes {
            pass.hold(max_bytes);
        }
    }

    #[inline]
    fn receive_texts(&mut self, batch: &[u8], arrivals: &[Millis]) {
        self.count(arrivals.len(), batch.len() + 1 - arrivals.len().max(1));
        self.hold(self.max_message_bytes);
        self.read_texts(batch, arrivals, self.max_message_bytes);
    }

    #[inline]
    fn read_texts(&mut self, batch: &[u8], arrivals: &[Millis], max_bytes: usize) {
        let (mut start, mut taken) = (0, 0);
        // What is no JSON is translated message by message; and so are the first, until the format is known.
        while taken < arrivals.len() && !self.decoder.passes_text() {
            let alone = taken + 1 == arrivals.len();
            let rest = batch.get(start..).unwrap_or_default();
            let length = memchr::memchr(SEPARATOR, rest).filter(|_| !alone);
            let message = &rest[..length.unwrap_or(rest.len())];
            self.translate(Message::Text(message), arrivals[taken]);
            start += message.len() + 1;
            taken += 1;
        }
        self.give();
        if taken < arrivals.len() {
            let rest = batch.get(start..).unwrap_or_default();
            self.read_json(rest, &arrivals[taken..], max_bytes);
        }
    }

    /// Reads what a protocol took out of its messages, whose limit was that of the messages.
    fn read_payloads(&mut self, texts: &[u8], arrivals: &[Millis]) {
        // They are whole.
        self.hold(0);
        if self.format == Format::AUTO {
            // There is nothing to be found out: they are JSON.
            self.read_json(texts, arrivals, usize::MAX);
        } else {
            self.read_texts(texts, arrivals, usize::MAX);
        }
    }

    fn read_json(&mut self, batch: &[u8], arrivals: &[Millis], max_bytes: usize) {
        let batch = opened(batch, &self.parse, &mut self.opened);
        for pass in &mut self.passes {
            pass.receive_all(batch, arrivals, max_bytes);
        }
    }

    fn receive_binaries(&mut self, batch: &[u8], lengths: &[u32], arrivals: &[Millis]) {
        self.count(arrivals.len(), batch.len());
        self.hold(self.max_message_bytes);
        let mut rest = batch;
        for (length, arrival) in lengths.iter().zip(arrivals) {
            let (message, others) = rest.split_at((*length as usize).min(rest.len()));
            self.translate(Message::Binary(message), *arrival);
            rest = others;
        }
        self.give();
    }

    /// Translates a message into texts that wait to be given to the streams.
    fn translate(&mut self, message: Message<'_>, arrival: Millis) {
        let result = self.decoder.decode(message, &mut self.documents);
        let was_wrong = self.decoder.take_was_wrong();
        if was_wrong {
            self.arrivals.clear();
            self.reads_points = false;
            self.attach_anew(Stream::forget_found);
        }
        self.arrivals.resize(self.documents.len(), arrival);
        self.tell_format(was_wrong);
        if let Some((repairs, message)) = self.documents.take_mended() {
            self.each(|stream| stream.mended(repairs, &message));
        }
        let redeemed = self.documents.take_redeemed();
        if redeemed > 0 {
            self.each(|stream| stream.redeem(redeemed));
        }
        if let Err(error) = result {
            self.refuse(error, message);
        }
        if self.documents.bytes().len() > GIVEN_BYTES {
            self.give();
        }
    }

    /// Gives the texts that wait to the streams.
    fn give(&mut self) {
        if !self.documents.is_empty() {
            if self.documents.are_points() && !self.reads_points {
                self.read_points();
            }
            let batch = opened(self.documents.bytes(), &self.parse, &mut self.opened);
            for pass in &mut self.passes {
                pass.read_records(self.documents.are_records());
                // Their limit was that of the messages they come from.
                pass.receive_all(batch, &self.arrivals, usize::MAX);
            }
            self.documents.clear();
            self.arrivals.clear();
        }
    }

    /// Tells the streams that messages are points, after which not all may share the passes that they shared.
    #[cold]
    fn read_points(&mut self) {
        self.reads_points = true;
        self.attach_anew(|_| {});
    }

    /// Sorts the streams into passes again, after something that changes each of them.
    fn attach_anew(&mut self, change: impl Fn(&mut Stream)) {
        let passes = std::mem::take(&mut self.passes);
        for stream in passes.into_iter().flat_map(SharedPass::into_streams) {
            change(&mut stream.borrow_mut());
            self.attach(stream);
        }
    }

    /// Says how the messages are written; whether those before were read wrongly.
    fn tell_format(&mut self, was_wrong: bool) {
        let chosen = self.decoder.chosen();
        if chosen != self.told {
            if let Some(format) = &chosen {
                self.each(|stream| stream.set_format(format, was_wrong));
            }
            self.told = chosen;
        }
    }

    #[cold]
    fn refuse(&self, error: DecodeError, message: Message<'_>) {
        self.passes
            .iter()
            .for_each(|pass| pass.refuse(error, message.bytes()));
    }
}

/// The texts of `batch` with the JSON in them opened, in `buffer` if there is any. None is longer than it was.
fn opened<'b>(batch: &'b [u8], parse: &[Path], buffer: &'b mut Vec<u8>) -> &'b [u8] {
    if parse.is_empty() {
        return batch;
    }
    buffer.clear();
    for (index, text) in batch.split(|byte| *byte == SEPARATOR).enumerate() {
        if index > 0 {
            buffer.push(SEPARATOR);
        }
        nested::open(text, parse, buffer);
    }
    buffer
}
