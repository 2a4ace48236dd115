//! Messages on their way from the socket to the readers, through the protocol and the journal.
//!
//! In go batches of messages as the [`inbox`](crate::wasm) hands them over, in order of arrival; out go the payloads that the
//! protocol finds in them, written to the journal and given to the intake, and the protocol's answers, to be sent. The boundary
//! calls [`Session::receive_texts`] and [`Session::receive_binaries`]; the others of the session call `take` and `control`.

use std::collections::VecDeque;

use super::Session;
use super::overlap::PayloadKind;
use super::sample::Sample;
use super::server_report::ServerReport;
use super::subscriptions::Answer;
use crate::format::{Message, SEPARATOR};
use crate::protocol::{self, Control, Received, Setup};
use crate::table::Millis;

impl Session {
    /// Takes text messages, in order of arrival, with a [`SEPARATOR`] between them. Must be UTF-8, and have one
    /// time of arrival each; `now` is when the last of them came. False when one of them holds the separator itself,
    /// so that they have to be handed over one by one; nothing was taken then.
    pub fn receive_texts(&mut self, batch: &[u8], arrivals: &[Millis], now: Millis) -> bool {
        let separators = arrivals.len().saturating_sub(1);
        if separators > 0 && memchr::memchr_iter(SEPARATOR, batch).count() != separators {
            return false;
        }
        self.count(arrivals.len(), batch.len() - separators, now);
        if self.sample.is_none() || self.finds_protocol {
            let end = memchr::memchr(SEPARATOR, batch).filter(|_| separators > 0);
            self.meet_first(Message::Text(&batch[..end.unwrap_or(batch.len())]), now);
        }
        if self.protocol.passes_batches() {
            if self.is_taken_singly(now) {
                let texts = if separators == 0 {
                    vec![batch]
                } else {
                    split(batch).collect()
                };
                let payloads = texts.into_iter().zip(arrivals);
                self.take_each(
                    payloads.map(|(text, at)| (PayloadKind::Text, text, *at)),
                    now,
                );
            } else {
                self.journal.push_texts(batch, arrivals, &[]);
                self.intake.receive_texts(batch, arrivals);
            }
        } else if separators == 0 {
            self.converse([(Message::Text(batch), arrivals)], now);
        } else {
            let texts = split(batch).zip(arrivals.chunks(1));
            self.converse(texts.map(|(text, at)| (Message::Text(text), at)), now);
        }
        true
    }

    /// Takes binary messages, in order of arrival, that follow each other in `batch`, each as long as `lengths`
    /// says and with its time of arrival; `now` is when the last of them came.
    pub fn receive_binaries(
        &mut self,
        batch: &[u8],
        lengths: &[u32],
        arrivals: &[Millis],
        now: Millis,
    ) {
        self.count(arrivals.len(), batch.len(), now);
        if self.sample.is_none() || self.finds_protocol {
            let length = lengths.first().map_or(0, |length| *length as usize);
            let first = batch.get(..length).unwrap_or_default();
            self.meet_first(Message::Binary(first), now);
        }
        if self.protocol.passes_batches() {
            if self.is_taken_singly(now) {
                let payloads = binaries(batch, lengths).zip(arrivals);
                self.take_each(
                    payloads.map(|(bytes, at)| (PayloadKind::Binary, bytes, *at)),
                    now,
                );
            } else {
                self.journal.push_binaries(batch, lengths, arrivals);
                self.intake.receive_binaries(batch, lengths, arrivals);
            }
            return;
        }
        let messages = binaries(batch, lengths).zip(arrivals.chunks(1));
        self.converse(
            messages.map(|(bytes, at)| (Message::Binary(bytes), at)),
            now,
        );
    }

    /// Whether payloads have to be looked at one by one: they may come by two sockets, or are recorded.
    fn is_taken_singly(&mut self, now: Millis) -> bool {
        self.handover.tail(now).is_some()
            || self.handover.overlap().is_some()
            || !self.recordings.are_none()
    }

    /// Takes payloads while one socket takes the place of another.
    fn take_each<'m>(
        &mut self,
        payloads: impl Iterator<Item = (PayloadKind, &'m [u8], Millis)>,
        now: Millis,
    ) {
        for (kind, bytes, arrival) in payloads {
            let tail = self.handover.tail(now);
            if tail.is_some_and(|tail| tail.is_repeat(kind, bytes)) {
                continue;
            }
            if let Some(overlap) = self.handover.overlap() {
                overlap.old_came(kind, bytes);
            }
            // The messages that a protocol took them out of are counted with all that came with them.
            self.take(kind, bytes, arrival, 0);
        }
        self.settle_hand_over(now);
    }

    /// Keeps a payload, and gives it to the readers. One that a protocol took out of messages counts for so many of them;
    /// what is a message itself is counted anyway.
    pub(super) fn take(
        &mut self,
        kind: PayloadKind,
        bytes: &[u8],
        arrival: Millis,
        counted: usize,
    ) {
        let size = bytes.len() * counted.min(1);
        self.recordings.take(kind, bytes, arrival);
        let arrivals = [arrival];
        match kind {
            PayloadKind::Text => {
                self.journal.push_texts(bytes, &arrivals, &[]);
                self.intake.receive_texts(bytes, &arrivals);
            }
            PayloadKind::Binary => {
                let lengths = [u32::try_from(bytes.len()).unwrap_or(u32::MAX)];
                self.journal.push_binaries(bytes, &lengths, &arrivals);
                self.intake.receive_binaries(bytes, &lengths, &arrivals);
            }
            PayloadKind::Document(whose) => {
                let subscriptions = [whose];
                let told = if self.protocol.tells_apart() {
                    &subscriptions[..]
                } else {
                    &[]
                };
                self.journal.push_texts(bytes, &arrivals, told);
                let intake = &mut self.intake;
                intake.receive_documents(bytes, &arrivals, &subscriptions, counted, size);
            }
        }
    }

    fn count(&mut self, messages: usize, bytes: usize, now: Millis) {
        self.last_message = Some(now);
        self.messages += messages as u64;
        self.bytes += bytes as u64;
    }

    /// Looks at the first message: what it says of the protocol, and what the connection test shows of it.
    #[cold]
    fn meet_first(&mut self, message: Message<'_>, now: Millis) {
        if self.sample.is_none() {
            self.sample = Some(Sample::from_message(message, self.token.as_ref()));
        }
        if !std::mem::take(&mut self.finds_protocol) || !self.readers.all_find_out() {
            return;
        }
        let max = self.key.settings.max_message_bytes;
        let found = protocol::detect(message, max);
        let Some(found) = found else { return };
        self.protocol = (found.make)(&Setup::new(max));
        for (id, request) in self.subscriptions.all() {
            self.protocol.subscribe(id, request, now);
        }
        self.protocol.opened(&self.opening, now);
        // What it would say now has been said: the plain protocol has sent the same texts.
        while self.protocol.poll_transmit().is_some() {}
        self.change();
    }

    /// Lets the protocol read messages, gives their payloads to the readers, and answers.
    fn converse<'m>(
        &mut self,
        messages: impl IntoIterator<Item = (Message<'m>, &'m [Millis])>,
        now: Millis,
    ) {
        let mut received = std::mem::take(&mut self.received);
        let before = self.protocol.phase();
        let (mut count, mut bytes, mut payloads) = (0, 0, 0);
        for (message, arrival) in messages {
            count += 1;
            bytes += message.bytes().len();
            let arrival = arrival.first().copied().unwrap_or_default();
            if let Err(error) = self.protocol.receive(message, arrival, now, &mut received) {
                self.intake.refuse(error, message);
            }
            payloads = self.note_reports(payloads, &mut received);
        }
        self.note_ready(before, now);
        let documents = &received.documents;
        if !documents.is_empty() && self.is_taken_singly(now) {
            let told = received.arrivals.iter().zip(&received.subscriptions);
            let payloads = documents.texts().zip(told);
            let payloads = payloads
                .map(|(text, (arrival, whose))| (PayloadKind::Document(*whose), text, *arrival));
            self.take_each(payloads, now);
            received.documents.clear();
            received.arrivals.clear();
            received.subscriptions.clear();
        }
        let documents = &received.documents;
        if !documents.is_empty() {
            let subscriptions = match self.protocol.tells_apart() {
                true => received.subscriptions.as_slice(),
                false => &[],
            };
            self.journal
                .push_texts(documents.bytes(), &received.arrivals, subscriptions);
        }
        self.intake.receive_documents(
            documents.bytes(),
            &received.arrivals,
            &received.subscriptions,
            count,
            bytes,
        );
        // Before the socket goes, if that is what the messages have done: a goodbye is answered.
        self.send_what_waits();
        while let Some(control) = received.control.pop_front() {
            self.control(control, now);
        }
        received.clear();
        self.received = received;
        self.settle_hand_over(now);
    }

    /// Takes what a message says of errors of subscriptions, and forgets those of before where a payload came without
    /// one. Says how many payloads there are so far.
    fn note_reports(&mut self, before: usize, received: &mut Received) -> usize {
        let told = |control: &Control| matches!(control, Control::Told(..));
        let is_told = received.control.iter().any(told);
        if is_told || self.subscriptions.have_reports() {
            let came = received.subscriptions.iter().skip(before).flatten();
            let are_well = came.filter(|id| self.subscriptions.is_well(**id)).count();
            if is_told || are_well > 0 {
                self.change();
            }
        }
        if is_told {
            let (told, others) = received.control.drain(..).partition(told);
            received.control = others;
            let told: VecDeque<Control> = told;
            for control in told {
                if let Control::Told(id, words) = control {
                    let words = self.worded(words);
                    self.subscriptions.told(id, words);
                }
            }
        }
        received.subscriptions.len()
    }

    pub(super) fn control(&mut self, control: Control, now: Millis) {
        let control = control.with_words(|words| self.worded(words));
        match control {
            Control::Accepted(id) => self.subscriptions.answered(id, Answer::Accepted, now),
            Control::Refused(id, reason) => {
                self.subscriptions
                    .answered(id, Answer::Refused(reason), now)
            }
            Control::Ended(id, reason) => {
                self.subscriptions.answered(id, Answer::Ended(reason), now)
            }
            Control::Unanswered(id, seconds) => {
                let answer = Answer::Unanswered(seconds);
                self.subscriptions.answered(id, answer, now);
            }
            Control::Told(id, words) => self.subscriptions.told(id, words),
            Control::Reported(text) => self.server_report = Some(ServerReport::new(text, now)),
            Control::Failed(reason) => {
                let action = self.link.broken(&reason, now);
                self.act(action);
                self.reopen(now);
            }
            Control::Stopped(reason) => {
                let action = self.link.give_up(&reason, now);
                self.act(action);
            }
            Control::TokenRefused(words) => self.token_refused(&words, now),
            Control::HandOver(reason) => self.hand_over_wanted(reason, now),
            Control::RetryAfter(ms) => self.link.wait_longer(ms),
        }
        self.change();
    }
}

/// The binary messages of a batch.
fn binaries<'b>(batch: &'b [u8], lengths: &'b [u32]) -> impl Iterator<Item = &'b [u8]> {
    let mut rest = batch;
    lengths.iter().map(move |length| {
        let (message, others) = rest.split_at((*length as usize).min(rest.len()));
        rest = others;
        message
    })
}

/// The texts of a batch. Searching for the separator costs a fraction of looking at each byte.
fn split(batch: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(SEPARATOR, batch).chain([batch.len()]);
    let mut start = 0;
    ends.map(move |end| {
        let text = batch.get(start..end).unwrap_or_default();
        start = end + 1;
        text
    })
}
