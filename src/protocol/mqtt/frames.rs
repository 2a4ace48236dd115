//! Packets in the binary messages of a server, which may cut and join them anywhere (MQTT 5 §6).
//!
//! In go messages as they came; out come whole packets. No more than one packet and one message wait, whatever
//! length a packet announces.

use crate::decode::{DecodeError, DecodeErrorKind};

/// PUBLISH, the kind of packet that is read on when one of them cannot be used.
pub(super) const PUBLISH: u8 = 3;

/// A whole packet.
#[derive(Debug, Clone, Copy)]
pub(super) struct MqttPacket<'a> {
    /// What it is, as MQTT 5 §2.1.2 numbers them.
    pub(super) kind: u8,
    pub(super) flags: u8,
    /// What follows the fixed header.
    pub(super) body: &'a [u8],
}

impl MqttPacket<'_> {
    /// What has to be acknowledged of it, whatever else cannot be read.
    pub(super) fn receipt(&self) -> Option<Receipt> {
        receipt(self.kind, self.flags, self.body).flatten()
    }
}

/// A message that has to be acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) packet_id: u16,
    /// 1 or 2.
    pub(super) qos: u8,
}

/// What came.
#[derive(Debug, Clone, Copy)]
pub(super) enum MqttFrame<'a> {
    Packet(MqttPacket<'a>),
    /// A packet larger than is read, and what has to be acknowledged of it.
    TooLarge(Option<Receipt>),
}

/// Puts packets together.
#[derive(Debug)]
pub(super) struct Frames {
    /// What came and is not a whole packet yet.
    waiting: Vec<u8>,
    /// Bytes of a packet that is too large and are still to come.
    skip: usize,
    max_bytes: usize,
}

enum PacketStep<'a> {
    /// More bytes have to come first.
    Waits,
    /// This frame, which takes so many bytes, some of which may still have to come.
    Frame(MqttFrame<'a>, usize),
}

impl Frames {
    /// Packets of so many bytes at most.
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            waiting: Vec::new(),
            skip: 0,
            max_bytes,
        }
    }

    /// Forgets what waits: a new connection begins with a new packet.
    pub(super) fn reset(&mut self) {
        self.waiting = Vec::new();
        self.skip = 0;
    }

    /// Hands each packet to `take`.
    ///
    /// # Errors
    /// When what came cannot be the beginning of a packet: what follows cannot be read either.
    pub(super) fn read(
        &mut self,
        message: &[u8],
        take: impl FnMut(MqttFrame<'_>),
    ) -> Result<(), DecodeError> {
        if self.waiting.is_empty() {
            let taken = self.read_whole(message, take)?;
            let rest = message.get(taken..).unwrap_or_default();
            self.waiting.extend_from_slice(rest);
            return Ok(());
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend_from_slice(message);
        let taken = self.read_whole(&waiting, take)?;
        waiting.drain(..taken.min(waiting.len()));
        self.waiting = waiting;
        Ok(())
    }

    /// Reads what is whole and returns how many bytes that were.
    fn read_whole(
        &mut self,
        input: &[u8],
        mut take: impl FnMut(MqttFrame<'_>),
    ) -> Result<usize, DecodeError> {
        let mut pos = 0;
        loop {
            let skipped = self.skip.min(input.len() - pos);
            self.skip -= skipped;
            pos += skipped;
            let rest = input.get(pos..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(pos);
            }
            match step(rest, self.max_bytes)? {
                PacketStep::Waits => return Ok(pos),
                PacketStep::Frame(frame, length) => {
                    take(frame);
                    self.skip = length;
                }
            }
        }
    }
}

fn step(rest: &[u8], max_bytes: usize) -> Result<PacketStep<'_>, DecodeError> {
    let (Some(first), Some((remaining, start))) = (rest.first(), length(rest)?) else {
        return Ok(PacketStep::Waits);
    };
    let (kind, flags) = (first >> 4, first & 15);
    let end = start + remaining;
    if end > max_bytes {
        let body = rest.get(start..).unwrap_or_default();
        return Ok(match receipt(kind, flags, body) {
            // Waiting for it takes 64 KiB and a little.
            None if body.len() < remaining => PacketStep::Waits,
            found => PacketStep::Frame(MqttFrame::TooLarge(found.flatten()), end),
        });
    }
    let Some(body) = rest.get(start..end) else {
        return Ok(PacketStep::Waits);
    };
    let packet = MqttPacket { kind, flags, body };
    Ok(PacketStep::Frame(MqttFrame::Packet(packet), end))
}

/// The bytes that follow the fixed header, and how long that is; `None` while it is not whole (§1.5.5).
fn length(rest: &[u8]) -> Result<Option<(usize, usize)>, DecodeError> {
    let mut length = 0;
    for at in 1..=4 {
        let Some(byte) = rest.get(at) else {
            return Ok(None);
        };
        length |= usize::from(byte & 0x7f) << (7 * (at - 1));
        if byte & 0x80 == 0 {
            return Ok(Some((length, at + 1)));
        }
    }
    Err(error("a packet's length has more than four bytes"))
}

/// What has to be acknowledged of a message, if anything; `None` while its packet identifier has not come.
fn receipt(kind: u8, flags: u8, body: &[u8]) -> Option<Option<Receipt>> {
    let qos = flags >> 1 & 3;
    if kind != PUBLISH || !matches!(qos, 1 | 2) {
        return Some(None);
    }
    let topic = u16::from_be_bytes(*body.first_chunk()?);
    let rest = body.get(2 + usize::from(topic)..)?;
    Some(Some(Receipt {
        packet_id: u16::from_be_bytes(*rest.first_chunk()?),
        qos,
    }))
}

/// The error of something that MQTT does not allow.
pub(super) fn error(problem: &'static str) -> DecodeError {
    let kind = DecodeErrorKind::Foreign {
        format: "MQTT",
        problem,
    };
    DecodeError::new(kind, 0)
}
